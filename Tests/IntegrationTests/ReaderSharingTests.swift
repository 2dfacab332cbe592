import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Issuance
import PCSC
import PayoutPoint
import SoftCard
import Testing

@testable import ansinh

extension Integration {
  /// Other programs at the same card, and people who stop in the middle.
  @Suite("A card in other hands", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct ReaderSharingTests {
    private static let busy = "✘ Một chương trình khác đang dùng thẻ trong đầu đọc này."

    /// A registered card in the reader.
    private func withCard(
      _ body: @Sendable @escaping (_ held: HeldCard, _ home: String, _ service: String) async throws -> Void
    ) async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { port, client in
        let held = try await HeldCard.issue(1, home: folder.path, client: client)[0]
        try await TestAuthority.certify(point: "BD-79-003", home: folder.path)
        try await VirtualSlot.withCard(held.card) { _ in
          try await body(held, folder.path, "http://127.0.0.1:\(port)")
        }
      }
    }

    private func info(_ held: HeldCard) throws -> RunningCommand {
      let can = held.made.secrets.can.withOctets { String(decoding: $0, as: UTF8.self) }
      return try RunningCommand(
        Ansinh.executable, ["card", "info", "--can-fd", "0", "--lang", "vi", "--reader", "pcd 00 00"],
        input: can + "\n")
    }

    @Test("A program that holds the card and lets go is waited for; one that does not is named as the reason")
    func exclusive() async throws {
      try await withCard { held, _, _ in
        let rival = try await Context().connect(to: VirtualSlot.name, share: .exclusive)
        let list = try await Ansinh.run(["reader", "list", "--json"])
        let entries = try #require(try list.json() as? [[String: Any]])
        #expect(entries.first { $0["reader"] as? String == VirtualSlot.name }?["use"] as? String == "exclusive")
        let refused = try await info(held).finish()
        #expect(refused.exitCode == 3)
        #expect(refused.diagnostics.contains(Self.busy), "\(refused.diagnostics)")
        #expect(refused.diagnostics.contains("→ Đóng chương trình đó"), "\(refused.diagnostics)")
        let waiting = try info(held)
        try await waiting.waitForDiagnostics("Một chương trình khác đang giữ thẻ")
        await rival.disconnect(.leave)
        let end = try await waiting.finish()
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        #expect(end.output.contains(held.made.cardNumber.grouped))
      }
    }

    @Test("Another program's transaction that never ends is given up; Ctrl-C gives it up at once")
    func transaction() async throws {
      try await withCard { held, _, _ in
        let rival = try await Context().connect(to: VirtualSlot.name)
        try await rival.withTransaction { _ in
          let refused = try await info(held).finish()
          #expect(refused.exitCode == 3)
          #expect(refused.diagnostics.contains(Self.busy), "\(refused.diagnostics)")
          let stopped = try info(held)
          try await Task.sleep(for: .milliseconds(700))
          stopped.interrupt()
          let end = try await stopped.finish(within: .seconds(20))
          #expect(end.exitCode == 3)
          #expect(end.diagnostics.contains("✘ Đã dừng theo yêu cầu."), "\(end.diagnostics)")
        }
        let end = try await info(held).finish()
        #expect(end.exitCode == 0, "\(end.diagnostics)")
      }
    }

    @Test("Ctrl-C while the PIN is awaited leaves the card to the next program, reset")
    func interruptedAtThePIN() async throws {
      try await withCard { held, home, service in
        let rival = try await Context().connect(to: VirtualSlot.name)
        let point = try RunningCommand(
          Ansinh.executable,
          [
            "point", "pay", "--state", home, "--service", service, "--commune", "26734", "--pin-fd", "0", "--lang",
            "vi",
            "--reader", VirtualSlot.name,
          ], keepsInputOpen: true)
        // The point has the card for itself once this one can't get it any more.
        try await eventually("the point's transaction") {
          do {
            let probe = try await Context().connect(to: VirtualSlot.name, patience: .milliseconds(300))
            await probe.disconnect(.leave)
            return false
          } catch {
            return (error as? PCSCError)?.code == .sharingViolation
          }
        }
        point.interrupt()
        let end = try await point.finish(within: .seconds(20))
        #expect(end.exitCode == 3)
        #expect(end.diagnostics.contains("✘ Đã dừng theo yêu cầu."), "\(end.diagnostics)")
        let error = await #expect(throws: CardChannelError.self) { try await rival.status() }
        guard case .cardLost(.reset) = error else {
          Issue.record("the card was not reset: \(String(describing: error))")
          return
        }
        let next = try await Context().connect(to: VirtualSlot.name)
        let read = try await next.withTransaction(patience: .seconds(5)) { transaction in
          try await transaction.transmit(CommandAPDU(ins: 0xB0, p1: 0x9C, expectedLength: 256))
        }
        #expect(read.status == .success)
        await next.disconnect()
      }
    }

    @Test("Ctrl-C while a card is awaited ends at once with 3")
    func interruptedWaiting() async throws {
      let waiting = try RunningCommand(
        Ansinh.executable, ["card", "info", "--can-fd", "0", "--lang", "vi", "--reader", VirtualSlot.name])
      try await waiting.waitForDiagnostics("Đặt thẻ lên đầu đọc…")
      waiting.interrupt()
      let end = try await waiting.finish(within: .seconds(20))
      #expect(end.exitCode == 3)
      #expect(end.diagnostics.contains("✘ Đã dừng theo yêu cầu."), "\(end.diagnostics)")
    }
  }
}
