import CardTestSupport
import Foundation
import Testing

extension Integration {
  /// `ansinh key`: ceremonies through the commands, in files and in a real token.
  @Suite("Keys of the office") struct KeyCommandTests {
    private static let file = "mật khẩu của tệp khóa"
    private static let holders = ["người giữ thứ nhất", "người giữ thứ hai", "người giữ thứ ba"]

    private func good(_ end: FinishedCommand, _ place: SourceLocation = #_sourceLocation) throws -> [String: Any] {
      #expect(end.exitCode == 0, "\(end.diagnostics)", sourceLocation: place)
      return try end.object()
    }

    private func bad(_ end: FinishedCommand, _ code: String, _ exitCode: Int32) {
      #expect(end.exitCode == exitCode && end.diagnostics.contains("\"\(code)\""), "\(end.diagnostics)")
      #expect(end.output.isEmpty)
    }

    private func run(
      _ home: String, _ arguments: String..., input: [String] = [], environment: [String: String] = [:]
    ) async throws -> FinishedCommand {
      try await Ansinh.run(
        ["key"] + arguments + ["--state", home, "--json"], input: input.map { $0 + "\n" }.joined(),
        environment: environment)
    }

    private static func shares(_ folder: String) -> [String] {
      [
        "--shares", "3", "--threshold", "2", "--holder", "Lê Một", "--holder", "Phạm Hai", "--holder", "Đỗ Ba", "--out",
        folder, "--share-passphrase-fd", "0",
      ]
    }

    private func checkValues(_ view: [String: Any]) throws -> [String: String] {
      try #require(view["keys"] as? [[String: Any]]).reduce(into: [:]) { all, key in
        all[key["name"] as? String ?? ""] = key["checkValue"] as? String
      }
    }

    @Test("In a file under a passphrase: made, checked, changed, lost, restored from a file and from paper")
    func inFiles() async throws {
      let files = try TemporaryFolder()
      let (home, out) = (files.path + "/a", files.path + "/shares")
      let made = try good(
        try await Ansinh.run(
          ["key", "init", "--by", "Nguyễn Văn An", "--passphrase-fd", "0", "--state", home, "--json"]
            + Self.shares(out), input: (Self.holders + [Self.file]).map { $0 + "\n" }.joined()))
      #expect(made["place"] as? String == "sealed-file" && made["shares"] as? Int == 3)
      bad(try await run(home, "show", "--passphrase-fd", "0", input: ["khác hẳn"]), "key-file.wrong-passphrase", 4)
      let changed = try good(
        try await run(home, "rotate", "--by", "Nguyễn Văn An", "--passphrase-fd", "0", input: [Self.file]))
      let values = try checkValues(changed)
      #expect(values.count == 8)
      #expect(try checkValues(made).allSatisfy { values[$0.key] == $0.value })
      _ = try good(
        try await run(
          home, "passphrase", "--passphrase-fd", "0", "--new-passphrase-fd", "0",
          input: [Self.file, "mật khẩu mới đây"]))
      let checked = try good(try await run(home, "check", "--passphrase-fd", "0", input: ["mật khẩu mới đây"]))
      #expect(checked["keys"] as? Int == 8 && checked["ceremonies"] as? Int == 2)
      let paper = files.path + "/paper.txt"
      let share = try good(
        try await run(
          home, "share", out + "/share-2-of-3.share", "--paper", paper, "--share-passphrase-fd", "0",
          input: [Self.holders[1]]))
      #expect(share["isGenuine"] as? Bool == true)
      let lost = files.path + "/b"
      try FileManager.default.createDirectory(atPath: lost, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: home + "/office", toPath: lost + "/office")
      try FileManager.default.removeItem(atPath: lost + "/office/custodian.keys")
      bad(try await run(lost, "show"), "key.none", 2)
      // Nothing is made in their place.
      let personalised = try await Ansinh.run([
        "issue", "personalise", "--virtual", "--print-folder", files.path + "/paper", "--state", lost, "--json",
      ])
      bad(personalised, "key.lost", 1)
      #expect(personalised.diagnostics.contains("custodian.keys"))
      #expect(!FileManager.default.fileExists(atPath: lost + "/office/custodian.keys"))
      bad(
        try await run(lost, "restore", "--by", "An", "--passphrase-fd", "0", paper, input: [Self.file]),
        "share.too-few", 2)
      let restored = try good(
        try await run(
          lost, "restore", "--by", "An", "--share-passphrase-fd", "0", "--passphrase-fd", "0", paper,
          out + "/share-3-of-3.share", input: [Self.holders[2], Self.file]))
      #expect(try checkValues(restored) == values)
      bad(
        try await run(lost, "restore", "--by", "An", "--passphrase-fd", "0", paper, input: [Self.file]), "key.exists", 4
      )
      let table = try await Ansinh.run(["key", "record", "--state", lost, "--lang", "vi"])
      #expect(table.exitCode == 0, "\(table.diagnostics)")
      for text in [
        "Lê Một", "nhận mảnh khóa", "mảnh số 2; trong 3; cần 2", "khôi phục khóa", "chữ ký và chuỗi băm đúng",
      ] {
        #expect(table.output.contains(text), "\(text) is not in:\n\(table.output)")
      }
      // The state folder has no master, whatever was done: the file is under a passphrase.
      bad(try await run(files.path + "/c", "show"), "key.none", 2)
    }

    @Test(
      "In a token: cards are made, the token is emptied in the middle, and the shares bring the same keys into another",
      .enabled(if: TokenStore.isExpected, "no SoftHSM"))
    func inToken() async throws {
      let store = try TokenStore()
      let environment = store.environment
      let town = try ByHand()
      let out = store.folder.path + "/shares"
      let first = try await Ansinh.run(
        ["key", "init", "--by", "An", "--state", town.home, "--json"] + (try store.token("một")) + Self.shares(out),
        input: Self.holders.map { $0 + "\n" }.joined(), environment: environment)
      let values = try checkValues(try good(first))
      #expect(!FileManager.default.fileExists(atPath: town.home + "/office/custodian.keys"))
      #expect((try await town.run("ca", "init")).exitCode == 0)
      #expect((try await town.run("ca", "dv", "--province", "79")).exitCode == 0)
      #expect((try await town.run("issue", "import", sampleList, "--cho-phep-du-lieu-mau")).exitCode == 0)
      try await town.match()
      func personalise(_ person: String) async throws -> FinishedCommand {
        try await town.run(
          "issue", "personalise", "--virtual", "--print-screen", "--person", person, "--cho-phep-du-lieu-mau", "--json",
          environment: environment)
      }
      #expect((try await personalise(ByHandTests.pensioner)).exitCode == 0)
      try store.empty()
      let gone = try await town.run("key", "check", "--json", environment: environment)
      #expect(gone.exitCode == 1 && gone.diagnostics.contains("token."), "\(gone.diagnostics)")
      // Restored into a second token: the same keys, by which cards go on being made.
      try FileManager.default.removeItem(atPath: town.home + "/office/custodian.json")
      let restored = try await Ansinh.run(
        [
          "key", "restore", "--by", "An", "--state", town.home, "--json", "--share-passphrase-fd", "0",
          out + "/share-1-of-3.share", out + "/share-3-of-3.share",
        ] + (try store.token("hai")), input: [Self.holders[0], Self.holders[2]].map { $0 + "\n" }.joined(),
        environment: environment)
      #expect(try checkValues(try good(restored)) == values)
      _ = try good(try await town.run("key", "rotate", "--by", "An", "--json", environment: environment))
      let made = try await town.run(
        "issue", "personalise", "--virtual", "--print-screen", "--cho-phep-du-lieu-mau", "--json",
        environment: environment)
      #expect(made.exitCode == 0, "\(made.diagnostics)")
      let checked = try good(try await town.run("key", "check", "--json", environment: environment))
      #expect(checked["keys"] as? Int == 8 && checked["ceremonies"] as? Int == 3)
    }

    @Test(
      "The token is gone in the middle of a job: it stops, nothing is half made, and goes on when the token is back",
      .enabled(if: TokenStore.isExpected, "no SoftHSM"))
    func tokenGone() async throws {
      let store = try TokenStore()
      let town = try ByHand()
      let made = try await Ansinh.run(
        ["key", "init", "--by", "An", "--state", town.home, "--json"] + (try store.token("một")),
        environment: store.environment)
      _ = try good(made)
      try await town.certify()
      #expect((try await town.run("issue", "import", sampleList, "--cho-phep-du-lieu-mau")).exitCode == 0)
      try await town.match()
      #expect((try await town.run("issue", "job", "open", "--limit", "6")).exitCode == 0)
      // Face and slip of each card; with the third card's slip the token goes.
      let printer = store.folder.path + "/printer"
      let script = """
        cat > /dev/null; echo >> '\(printer).log'
        [ "$(wc -l < '\(printer).log')" != 6 ] || \(store.shellToTakeAway)
        """
      try Data(script.utf8).write(to: URL(fileURLWithPath: printer))
      func personalise() async throws -> FinishedCommand {
        try await town.run(
          "issue", "personalise", "--job", "1", "--virtual", "--desks", "1", "--print-command", "sh \(printer)",
          "--cho-phep-du-lieu-mau", "--json", environment: store.environment)
      }
      let stopped = try await personalise()
      #expect(stopped.exitCode == 1 && stopped.diagnostics.contains("\"job.keys\""), "\(stopped.diagnostics)")
      func counts() async throws -> [String: Int] {
        let shown = try await town.run("issue", "job", "show", "1", "--json").object()
        let job = try #require(shown["job"] as? [String: Any])
        #expect(job["reconcile"] as? Bool == true)
        return try #require(job["counts"] as? [String: Any]).compactMapValues { $0 as? Int }
      }
      let middle = try await counts()
      #expect(middle["good"] == 3 && middle["left"] == 3 && middle["inWork"] == 0, "\(middle)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: town.home + "/card").count == 3)
      try store.bringBack()
      let finished = try await personalise()
      #expect(finished.exitCode == 0, "\(finished.diagnostics)")
      let end = try await counts()
      #expect(end["good"] == 6 && end["left"] == 0 && end["scrapped"] == middle["scrapped"], "\(end)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: town.home + "/card").count == 6)
    }
  }
}
