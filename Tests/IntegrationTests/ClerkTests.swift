import Foundation
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// A clerk with a spoilt list and nothing but what is on the screen.
  @Suite("A spoilt list, mended by its messages")
  struct ClerkTests {
    private static let person = "003055000302"
    private static let amount: Int64 = 4_876_512

    /// The list in the town's folder, as the clerk got it.
    private func list(_ town: ByHand) throws -> String {
      let path = town.home + "/thang-11.csv"
      try FileManager.default.copyItem(atPath: sample("danh-sach-loi-mau.csv"), toPath: path)
      return path
    }

    /// What stands between “ and ” in the first line of `text` that has `word`.
    private func quoted(_ word: String, _ text: String) throws -> String {
      let line = try #require(text.split(separator: "\n").first { $0.contains(word) }, "\(text)")
      let parts = line.split { $0 == "“" || $0 == "”" }
      return String(try #require(parts.count > 1 ? parts[1] : nil, "\(line)"))
    }

    /// Keeps the header and the row of one person, with the wrong birth date corrected, as a spreadsheet would save it.
    private func mend(_ path: String) throws {
      let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
      let header = try #require(rows.first)
      #expect(header.contains("dong_goc") && header.contains("loi"))
      let row = try #require(rows.first { $0.contains(Self.person) })
      #expect(row.contains("ngày sinh không hợp lệ"))
      let mended = String(row).replacing("31/02/1955", with: "28/2/1955").replacing("4876512", with: "4.876.512 đ")
      try ([String(header), mended].joined(separator: "\r\n") + "\r\n").write(
        toFile: path, atomically: true, encoding: .utf16)
    }

    @Test("Refused with all faults named; the good rows taken; the bad ones mended, imported, and paid")
    func mended() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      let path = try list(town)
      let refused = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--lang", "vi"
      )
      #expect(refused.exitCode == 4 && refused.diagnostics.contains("--accept-valid"), "\(refused.diagnostics)")
      let taken = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--lang", "vi")
      #expect(taken.exitCode == 0 && taken.output.contains("đã ghi có 4 khoản"), "\(taken.diagnostics)")
      let rejects = try quoted("25 dòng lỗi", taken.diagnostics)
      let permissions = try FileManager.default.attributesOfItem(atPath: rejects)[.posixPermissions] as? Int
      #expect(permissions == 0o600)
      try mend(rejects)
      let second = try await town.run(
        "benefit", "import", rejects, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--json"
      ).object()
      #expect(second["credited"] as? Int == 1 && second["amount"] as? Int64 == Self.amount)

      // The first list again takes nothing twice and leaves the mended file alone.
      let mendedFile = FileManager.default.contents(atPath: rejects)
      let again = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--json"
      ).object()
      #expect(again["credited"] as? Int == 4 && again["rejected"] as? Int == 25)
      #expect(again["rejectsFile"] as? String == rejects)
      #expect(FileManager.default.contents(atPath: rejects) == mendedFile)

      let people = try await town.run("issue", "import", rejects, "--cho-phep-du-lieu-mau")
      #expect(people.exitCode == 0, "\(people.diagnostics)")
      try await town.match(rejects)
      try await town.certify()
      let mailer = try await town.personalise(Self.person)
      let paid = try await town.run(
        "point", "pay", "--commune", "26734", "--pin-fd", "0", "--reader", "virtual:\(town.home)/card/\(mailer.card)",
        "--lang", "vi", input: mailer.pin + "\n")
      #expect(paid.exitCode == 0 && paid.output.contains(VND.text(Self.amount)), "\(paid.diagnostics)")
      let audit = try await town.run("audit", "verify", "--json").object()
      #expect(audit["problemCount"] as? Int == 0 && audit["payouts"] as? Int == 1)
      try await serve.stop()
    }

    @Test("Rows of an earlier list: refused by their lines, or put among the rejects")
    func earlierRows() async throws {
      let town = try ByHand()
      try await town.importLists()
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(separator: "\n").map(String.init)
      let fresh = rows[1].replacing("2026-11", with: "2026-10")
      let path = town.home + "/bo-sung.csv"
      try ([rows[0], fresh, rows[2], rows[3]].joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      let refused = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--lang", "vi"
      )
      #expect(refused.exitCode == 4)
      for line in [3, 4] { #expect(refused.diagnostics.contains("Dòng \(line),"), "\(refused.diagnostics)") }
      #expect(!refused.diagnostics.contains("Dòng 2,"))
      let taken = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--json"
      ).object()
      #expect(taken["credited"] as? Int == 1 && taken["rejected"] as? Int == 2)
      let file = try #require(taken["rejectsFile"] as? String)
      #expect(try String(contentsOfFile: file, encoding: .utf8).contains("đã có trong một danh sách trước"))
      // Once more: the list is there as it was sealed, without the rows that were taken out.
      let again = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--json"
      ).object()
      #expect(again["credited"] as? Int == 1 && again["amount"] as? Int == taken["amount"] as? Int)
      let audit = try await town.run("audit", "verify", "--json").object()
      #expect(audit["problemCount"] as? Int == 0)
    }

    @Test("Rows of a list that was cut off are not to be thrown away: it is finished, or given up and imported again")
    func cutOff() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(separator: "\n").map(String.init)
      // What a killed import leaves: rows of a list that was never sealed.
      try await withClient(serve.url) { client in
        let upload = ListUpload(client: client, list: "DS-0123456789ABCDEF", sampleData: true)
        _ = try await upload.send(Array((rows[1] + emptyCells + rows[2] + emptyCells).utf8), first: 1)
      }
      let path = town.home + "/sua.csv"
      try (rows[0...3].joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      for flags in [[], ["--accept-valid"]] {
        let end = try await Ansinh.run(
          [
            "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--state",
            town.home, "--lang", "vi",
          ] + flags)
        #expect(end.exitCode == 4 && end.diagnostics.contains("ansinh benefit abandon DS-0123456789ABCDEF"))
        #expect(!end.diagnostics.contains("danh sách trước"))
      }
      let given = try await town.run("benefit", "abandon", "DS-0123456789ABCDEF", "--json").object()
      #expect(given["state"] as? String == "abandoned" && given["items"] as? Int == 2)
      let taken = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--json"
      ).object()
      #expect(taken["credited"] as? Int == 3)
      let late = try await town.run("benefit", "abandon", try #require(taken["list"] as? String))
      #expect(late.exitCode == 4)
      let audit = try await town.run("audit", "verify", "--json").object()
      #expect(audit["problemCount"] as? Int == 0)
      try await serve.stop()
    }

    @Test("A giving-up that was cut off is finished by the next import of the same file")
    func cutOffAbandonment() async throws {
      let town = try ByHand()
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(separator: "\n").map(String.init)
      let path = town.home + "/ba-dong.csv"
      try (rows[0...3].joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let reference = try ListFile(path, sampleData: true).reference
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await withClient(serve.url) { client in
        let upload = ListUpload(client: client, list: reference, sampleData: true)
        _ = try await upload.send(Array((rows[1...3].joined(separator: emptyCells) + emptyCells).utf8), first: 1)
        try await upload.abandon()
      }
      let taken = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--json"
      ).object()
      #expect(taken["credited"] as? Int == 3 && taken["list"] as? String == reference + "-2")
      try await serve.stop()
    }

    @Test("Rejects never take the place of a file that is there, the list itself included")
    func nothingIsOverwritten() async throws {
      let town = try ByHand()
      let path = try list(town)
      let before = FileManager.default.contents(atPath: path)
      let end = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--rejects", path)
      #expect(end.exitCode == 2 && FileManager.default.contents(atPath: path) == before)
      let audit = try await town.run("audit", "verify", "--json").object()
      #expect(audit["accounts"] as? Int == 0)
    }

    @Test("A file whose birth dates are mostly month first is not taken in part")
    func monthFirst() async throws {
      let town = try ByHand()
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(separator: "\n").map(String.init)
      let turned = rows[1...40].map { row in
        var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let date = cells[2].split(separator: "/")
        if date.count == 3 { cells[2] = "\(date[1])/\(date[0])/\(date[2])" }
        return cells.joined(separator: ",")
      }
      let path = town.home + "/thang-truoc.csv"
      try (([rows[0]] + turned).joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      let end = try await town.run(
        "benefit", "import", path, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau",
        "--accept-valid", "--lang", "vi")
      #expect(end.exitCode == 4 && end.diagnostics.contains("MM/dd/yyyy"), "\(end.diagnostics)")
      let audit = try await town.run("audit", "verify", "--json").object()
      #expect(audit["accounts"] as? Int == 0)
    }
  }
}
