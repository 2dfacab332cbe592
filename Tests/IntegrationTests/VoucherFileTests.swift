import CardTestSupport
import Foundation
import Testing
import VietnamReference

extension Integration {
  /// Vouchers as files, and printed again, by commands in processes of their own.
  @Suite(
    "Vouchers as files", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
  struct VoucherFileTests {
    private static let pensioner = "003152000119"
    private static let pension: Int64 = 6_283_417

    private func pay(
      _ town: ByHand, _ mailer: ByHand.Mailer, _ arguments: String...
    ) async throws -> FinishedCommand {
      try await Ansinh.run(
        [
          "point", "pay", "--state", town.home, "--commune", "26734", "--reader",
          "virtual:\(town.home)/card/\(mailer.card)", "--pin-fd", "0",
        ] + arguments, input: mailer.pin + "\n")
    }

    private func reader(_ path: String) throws -> PrintReader {
      try PrintReader([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private func town() async throws -> (ByHand, Serve, ByHand.Mailer) {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      try await town.importLists()
      try await town.certify()
      return (town, serve, try await town.personalise(Self.pensioner))
    }

    @Test("A payout writes form and receipt, both copies; later it is printed again from the journal alone")
    func printedAndAgain() async throws {
      let (town, serve, mailer) = try await town()
      defer { serve.kill() }
      let form = town.home + "/phiếu.pdf"
      let receipt = town.home + "/biên lai.pdf"
      let paid = try await pay(town, mailer, "--voucher", form, "--receipt", receipt, "--json")
      #expect(paid.exitCode == 0, "\(paid.diagnostics)")
      let voucher = try paid.object()
      let transaction = try #require(voucher["transaction"] as? String)
      let files = try #require(voucher["files"] as? [[String: Any]])
      #expect(files.map { $0["isWritten"] as? Bool } == [true, true])
      let code = try #require(voucher["verificationCode"] as? String)
      for path in [form, receipt] {
        let letters = try reader(path).letters()
        for fact in ["Nguyễn Thị Hòa", "********0119", VND.text(Self.pension), code, "LIÊN 1", "LIÊN 2"] {
          #expect(letters.contains(PrintReader.letters(fact)), "\(fact)")
        }
        #expect(!letters.contains("INLẠI") && !letters.contains(Self.pensioner))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      }
      try await serve.stop()
      let document = String(transaction.suffix(12))
      let again = town.home + "/lại.pdf"
      for wanted in [[], [document], [transaction]] {
        let printed = try await Ansinh.run(
          ["point", "voucher"] + wanted + ["--state", town.home, "--json", "--voucher", again, "--ghi-de"])
        #expect(printed.exitCode == 0, "\(printed.diagnostics)")
        var same = try printed.object()
        #expect(same["copy"] as? String == "reprint" && same["reprintTime"] != nil)
        same["copy"] = "copy1"
        same["reprintTime"] = nil
        #expect(same["reprintNumber"] as? Int == [[], [document], [transaction]].firstIndex(of: wanted).map { $0 + 1 })
        same["reprintNumber"] = nil
        same["files"] = voucher["files"]
        #expect(NSDictionary(dictionary: same) == NSDictionary(dictionary: voucher))
        let letters = try reader(again).letters()
        #expect(letters.contains("INLẠI") && !letters.contains("LIÊN1"))
      }
      let text = try await town.run("point", "voucher", "--lang", "en")
      #expect(
        text.exitCode == 0 && text.output.contains("BẢN IN LẠI LẦN 4 / REPRINT 4") && text.output.contains(document))
    }

    @Test("A file that is there already stops the payout before it begins; nothing is paid")
    func refusedBefore() async throws {
      let (town, serve, mailer) = try await town()
      defer { serve.kill() }
      let path = town.home + "/a.pdf"
      try Data("cũ".utf8).write(to: URL(fileURLWithPath: path))
      let refused = try await pay(town, mailer, "--voucher", path)
      #expect(refused.exitCode == 2 && refused.output.isEmpty && refused.diagnostics.contains("--ghi-de"))
      #expect(FileManager.default.contents(atPath: path) == Data("cũ".utf8))
      let none = try await town.run("point", "voucher")
      #expect(none.exitCode == 1 && none.diagnostics.contains("không có lần chi trả này"))
      let paid = try await pay(town, mailer, "--voucher", path, "--ghi-de", "--json")
      #expect(paid.exitCode == 0, "\(paid.diagnostics)")
      #expect(try paid.object()["totalAmount"] as? Int64 == Self.pension)
      #expect(FileManager.default.contents(atPath: path)?.prefix(5) == Data("%PDF-".utf8))
      try await serve.stop()
    }

    @Test("A file that can't be written takes nothing back: the payout stands, and the way to print again is told")
    func notWritten() async throws {
      let (town, serve, mailer) = try await town()
      defer { serve.kill() }
      // Room in a path for the name, but not for the longer one that the file has before.
      var deep = town.home
      while deep.utf8.count < 4_060 {
        deep += "/" + String(repeating: "d", count: max(1, min(200, 4_070 - deep.utf8.count)))
      }
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
      let paid = try await pay(town, mailer, "--voucher", deep + "/a.pdf")
      #expect(paid.exitCode == 0, "\(paid.diagnostics)")
      #expect(paid.output.contains(VND.text(Self.pension)) && paid.output.contains("LIÊN 1"))
      #expect(paid.diagnostics.contains("Không ghi được tệp"))
      #expect(paid.diagnostics.contains("không chi lần nữa. In lại bằng: ansinh point voucher "))
      let again = town.home + "/a.pdf"
      let printed = try await town.run("point", "voucher", "--receipt", again)
      #expect(printed.exitCode == 0, "\(printed.diagnostics)")
      #expect(try reader(again).letters().contains(PrintReader.letters(VND.text(Self.pension))))
      let failed = try await town.run("point", "voucher", "--voucher", deep + "/a.pdf")
      #expect(failed.exitCode == 1 && failed.output.contains("IN LẠI"))
      try await serve.stop()
    }
  }
}
