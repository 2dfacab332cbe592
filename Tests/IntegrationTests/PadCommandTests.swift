import ArgumentParser
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import SecureChannel
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// What a holder does with a reader whose pad does PACE: processes without a terminal, and without a PIN on any
  /// descriptor.
  @Suite(
    "Codes typed on the reader's pad",
    .enabled(if: TestPad.isAvailable, "needs the reader of Tools/testpad: run Tools/test"))
  struct PadCommandTests {
    @Test("The balance is read; the holder is told where to type; the reader's session is ended")
    func balance() async throws {
      try await PadScene.with { scene in
        let end = try await scene.card("balance")
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        #expect(try end.object()["holder"] as? String == "Nguyễn Thị Hòa")
        #expect(end.diagnostics.contains("Nhập mã PIN trên bàn phím của đầu đọc"), "\(end.diagnostics)")
        #expect(end.diagnostics.contains("Enter the PIN on the reader's pad"), "\(end.diagnostics)")
        #expect(scene.calls() == [[1], [2, 3], [3]])
        // EF.CardAccess, SELECT, and three files: all in the clear, for the reader to protect.
        let commands = await scene.reader.commands
        #expect(commands.map(\.ins).prefix(2) == [0xB0, 0xA4] && commands.allSatisfy { $0.cla & 0x0C == 0 })
        #expect(await !scene.reader.isOpen)

        let history = try await scene.card("history", "--ban-phim", "dau-doc")
        #expect(history.exitCode == 0, "\(history.diagnostics)")
        let info = try await scene.card("info")
        #expect(info.exitCode == 0 && info.diagnostics.contains("Enter the CAN"), "\(info.diagnostics)")
        #expect(scene.calls(since: 3) == [[1], [2, 3], [3], [1], [2, 2], [3]])
      }
    }

    @Test("The PIN is changed: the old one on the pad, the new one at the computer")
    func change() async throws {
      try await PadScene.with { scene in
        let end = try await scene.card("change-pin", "--new-pin-fd", "0", input: "135792\n")
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        #expect(try await scene.code("balance") == "pace.wrong-pin")
        scene.reader.set { holder, _ in holder.pin = Array("135792".utf8) }
        let balance = try await scene.card("balance")
        #expect(balance.exitCode == 0, "\(balance.diagnostics)")
      }
    }

    @Test("Wrong PINs suspend it, whichever way the reader tells; the CAN resumes; blocked, the PUK unblocks")
    func retries() async throws {
      try await PadScene.with { scene in
        func isWrong() { scene.reader.set { holder, _ in holder.pin = Array("000000".utf8) } }
        func isRight() { scene.reader.set { holder, _ in holder.pin = Array("246810".utf8) } }
        isWrong()
        #expect(try await scene.code("balance") == "pace.wrong-pin")
        #expect(try await scene.code("balance") == "pace.wrong-pin-suspended")
        isRight()
        #expect(try await scene.code("balance") == "pace.suspended")
        scene.reader.set { _, kind in kind.goesOn = true }
        #expect(try await scene.code("balance") == "pace.suspended")
        let before = scene.pad.calls.count
        let resumed = try await scene.card("balance", "--mo-lai")
        #expect(resumed.exitCode == 0, "\(resumed.diagnostics)")
        #expect(scene.calls(since: before) == [[1], [2, 2], [2, 3], [3]])

        isWrong()
        #expect(try await scene.code("balance") == "pace.wrong-pin")
        #expect(try await scene.code("balance") == "pace.wrong-pin-suspended")
        #expect(try await scene.code("balance", "--mo-lai") == "pace.blocked")
        isRight()
        #expect(try await scene.code("balance") == "pace.blocked")
        let puk = scene.bench.made.secrets.puk.withOctets { $0 }
        scene.reader.set { holder, _ in holder.puk = Array("000000".utf8) }
        #expect(try await scene.code("unblock") == "pace.wrong-puk")
        scene.reader.set { holder, _ in holder.puk = puk }
        let unblocked = try await scene.card("unblock")
        #expect(unblocked.exitCode == 0 && unblocked.diagnostics.contains("PUK"), "\(unblocked.diagnostics)")
        let balance = try await scene.card("balance")
        #expect(balance.exitCode == 0, "\(balance.diagnostics)")
      }
    }

    @Test("The cancel key, nobody typing, a reader's own fault, and a garbled answer each have their message")
    func otherEnds() async throws {
      try await PadScene.with { scene in
        for (result, code) in [
          (ReaderPACEResult.cancelled, "pad.cancelled"), (.timeout, "pad.timeout"), (.inputData, "pad.refused"),
        ] {
          scene.reader.set { holder, _ in holder.result = result }
          #expect(try await scene.code("balance") == code)
        }
        scene.reader.set { _, kind in kind.isGarbled = true }
        #expect(try await scene.code("balance") == "pad.malformed-answer")
        // No try of the PIN is gone, and what was not opened is not ended.
        let each: [[UInt8]] = [[1], [2, 3]]
        #expect(scene.calls() == each + each + each + each)
        scene.reader.set { holder, kind in (holder.result, kind.isGarbled) = (nil, false) }
        scene.reader.set { holder, _ in holder.pin = Array("000000".utf8) }
        let wrong = try await scene.card("balance", "--lang", "vi")
        #expect(wrong.exitCode == 4 && wrong.diagnostics.contains("còn 2 lần thử"), "\(wrong.diagnostics)")
      }
    }

    @Test("A descriptor or --ban-phim may-tinh keeps the pad out; a pad that does no PACE with this card is not used")
    func choice() async throws {
      try await PadScene.with { scene in
        for arguments in [["--pin-fd", "0"], ["--pin-fd", "0", "--ban-phim", "may-tinh"]] {
          let end = try await Ansinh.run(
            ["card", "balance", "--reader", TestPad.reader] + arguments, input: "246810\n")
          #expect(end.exitCode == 0, "\(end.diagnostics)")
        }
        #expect(scene.calls() == [[1]])
        #expect(try await scene.code("balance", "--ban-phim", "may-tinh") == "secret.no-terminal")
        scene.reader.set { _, kind in kind.capabilities = [.eID, .signature, .destroyChannel] }
        #expect(try await scene.code("balance") == "secret.no-terminal")
        #expect(try await scene.code("balance", "--ban-phim", "dau-doc") == "pad.none")
        scene.reader.set { _, kind in kind.capabilities = [.generic] }
        let kept = try await scene.card("balance")
        #expect(kept.exitCode == 0, "\(kept.diagnostics)")
        #expect(scene.calls() == [[1], [1], [1], [1], [2, 3]])
        // The card was reset all the same.
        #expect(await !scene.reader.isOpen)
      }
    }

    @Test("A payout is neither asked for on the pad nor authorised in a session that the reader has opened")
    func payout() async throws {
      try await PadScene.with { scene in
        let pay = try await Ansinh.run(["point", "pay", "--ban-phim", "dau-doc", "--reader", TestPad.reader])
        #expect(pay.exitCode == 2, "\(pay.diagnostics)")
        let help = try await Ansinh.run(["point", "pay", "--help"])
        #expect(help.output.contains("bàn phím của đầu đọc"), "\(help.output)")

        let (readers, output) = (
          try ReaderOptions.parse(["--reader", TestPad.reader]), Output(language: .english, json: true)
        )
        #expect(try await !readers.withCard(output) { $0 is any ReaderPACE })
        #expect(scene.pad.calls.isEmpty)
        let session = try await readers.withCard(output, keyboard: try KeyboardOptions.parse([])) { channel in
          let session = try await PINOptions.parse([]).open(channel, output)
          let before = await scene.reader.commands.count
          await #expect(throws: CardSessionError.self) { try await session.authorise(try BenchCard.order()) }
          #expect(await scene.reader.commands.count == before)
          return session
        }
        #expect(!session.isTied)
      }
    }
  }
}
