import Foundation
import Issuance
import PopulationRegister
import Testing

@testable import ansinh

extension Integration {
  /// `--json`: stdout is JSON and nothing else, every line of stderr is one object.
  @Suite("Output for programs")
  struct ProgramOutputTests {
    /// Words of the commands that were run.
    actor Seen {
      var commands: Set<String> = []
      func add(_ words: [String]) { commands.insert(words.joined(separator: " ")) }
    }

    private static let messages = repositoryRoot.path + "/Sources/ansinh/ansinh.docc/Messages.md"

    /// What stderr has: objects with a note, or with an error, which is the last.
    private func objects(_ text: String) throws -> [[String: Any]] {
      try text.split(separator: "\n").map { line in
        try #require(try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "not JSON: \(line)")
      }
    }

    private func check(_ texts: Any?, _ place: String) {
      let texts = texts as? [String: String]
      #expect(texts?["vi"]?.isEmpty == false && texts?["en"]?.isEmpty == false, "\(place)")
    }

    /// A service logs while it runs: objects of their own kind, which the operator's tools read.
    private func isLogLine(_ object: [String: Any], _ place: String) -> Bool {
      place.hasPrefix("serve") && Set(object.keys).isSuperset(of: ["level", "time", "message"])
    }

    /// A command that ended well; the objects of its lines, or the one object.
    func good(_ end: FinishedCommand, _ place: String) throws -> [Any] {
      #expect(end.exitCode == 0, "\(place): \(end.diagnostics)")
      for object in try objects(end.diagnostics) where !isLogLine(object, place) {
        #expect(Array(object.keys) == ["note"], "\(place): \(object)")
        check(object["note"], place)
      }
      if let value = try? JSONSerialization.jsonObject(with: Data(end.output.utf8)) { return [value] }
      return try objects(end.output)
    }

    func bad(_ end: FinishedCommand, _ code: String, _ exitCode: Int32, _ place: String) throws {
      #expect(end.exitCode == exitCode, "\(place): \(end.exitCode) \(end.diagnostics)")
      let told = try objects(end.diagnostics)
      for note in told.dropLast() { check(note["note"], place) }
      let error = try #require(told.last, "\(place)")
      #expect(error["code"] as? String == code, "\(place): \(error)")
      #expect(error["exitCode"] as? Int32 == exitCode, "\(place)")
      check(error["problem"], place)
      check(error["remedy"], place)
      let page = try String(contentsOfFile: Self.messages, encoding: .utf8)
      #expect(page.contains("\n| `\(code)` |"), "\(place): \(code) is not in Messages.md")
      for row in error["rows"] as? [[String: Any]] ?? [] {
        check(row["text"], place)
        let code = row["code"] as? String
        #expect(code.map { page.contains("\n| `\($0)` |") } ?? true, "\(place): \(code ?? "")")
      }
    }

    @Test("Every command that ends well prints JSON")
    func everyCommand() async throws {
      let town = try ByHand()
      let seen = Seen()
      func run(_ words: [String], _ arguments: String..., input: String = "") async throws -> [Any] {
        try await self.run(words, arguments, input: input, town, seen)
      }
      let sample = "--cho-phep-du-lieu-mau"
      try await begin("DS-0123456789ABCDEF", town)
      #expect(try await run(["benefit", "abandon"], "DS-0123456789ABCDEF").count == 1)
      let imported = try await run(["benefit", "import"], sampleList, sample)
      let list = try #require((imported.first as? [String: Any])?["list"] as? String)
      for (step, option) in [("check", "--checker"), ("fund", "--checker"), ("approve", "--approver")] {
        #expect(try await run(["benefit", "cycle", step], list, option, "Lê B").count == 1, "\(step)")
      }
      for step in ["credit", "show"] { #expect(try await run(["benefit", "cycle", step], list).count == 1, "\(step)") }
      #expect(try await run(["issue", "import"], sampleList, sample).count == 1)
      #expect(try await run(["ca", "init"]).count == 1)
      #expect(try await run(["ca", "dv"], "--province", "79").count == 1)
      try await people(town, seen)
      let cards = try await run(
        ["issue", "personalise"], "--virtual", "--print-screen", "--person", ByHandTests.pensioner, sample)
      let mailer = try #require(cards.first as? [String: Any])
      let number = try #require(mailer["cardNumber"] as? String).filter(\.isNumber)
      let reader = "virtual:\(town.home)/card/\(number)"
      #expect(try await run(["issue", "status"]).count == 1)
      try await passwords(mailer, reader, town, seen)
      let files = try TemporaryFolder()
      let (request, chain) = (files.path + "/diem.csr", files.path + "/diem.cvc")
      #expect(try await run(["point", "request"], "--out", request).count == 1)
      #expect(
        try await run(["ca", "terminal"], "--province", "79", "--request", request, "--out", chain).count == 1)
      #expect(try await run(["point", "install"], chain).count == 1)
      try await updates(number, reader, town, seen)
      for words in [["point", "balance"], ["point", "pay"]] {
        let shown = try await run(
          words, "--reader", reader, "--pin-fd", "0", "--commune", "26734", input: ByHand.pin + "\n")
        #expect(shown.count == 1, "\(words)")
      }
      #expect(try await run(["point", "sync"]).count == 1)
      try await counter(town, seen)
      #expect(try await run(["profile", "check"], "CardProfiles/adult.yaml", "CardProfiles/test.yaml").count == 1)
      #expect(try await run(["profile", "show"], "child").count == 1)
      #expect(try await run(["profile", "diff"], "CardProfiles/adult.yaml", "child").count == 1)
      let programmes = ["benefit", "programmes"]
      #expect(try await run(programmes + ["check"]).count == 1)
      #expect(try await run(programmes + ["show"], "NCC-TD", "--on", "2026-11-22").count == 1)
      #expect(try await run(programmes + ["diff"], "2025-06-30", "01/07/2025").count == 1)
      #expect(try await run(programmes + ["cover"], "--subject", "GD", "--from", "2026-01-01").count == 1)
      for words in [["point", "voucher"], ["settle", "report"], ["audit", "verify"]] {
        #expect(try await run(words).count == 1, "\(words)")
      }
      for bench in ["tap", "pay"] { #expect(try await run(["bench", bench], "--count", "2").count == 1, "\(bench)") }
      #expect(try await run(["bench", "issue"], "--count", "2", "--resume", "20").count == 1)
      #expect(try await run(["ca", "show"], "VN79T0000200001").count == 1)
      #expect(try await run(["ca", "revoke"], "VN79T0000200001", "--reason", "thử").count == 1)
      let fresh = try TemporaryFolder()
      let report = ["--reader", "virtual:\(fresh.path)", "--yes", "--junit", files.path + "/a.xml"]
      #expect(try await self.run(["card", "conformance"], report, input: "", town, seen).count == 1)
      #expect(try await run(["ca", "list"], "--acts").count == 1)
      try await entitlements(town, seen)
      try await life(town, seen)
      try await jobs(town, seen)
      try await privacy(town, seen)
      try await keys(files.path, seen)
      try await others(town, seen)
      try await samples(seen)
      try await lives(town, seen)
      #expect(await seen.commands == (try await Self.verbs()))
      try checkState(town)
    }

    func run(
      _ words: [String], _ arguments: [String], input: String, _ town: ByHand, _ seen: Seen
    ) async throws -> [Any] {
      await seen.add(words)
      let end = try await Ansinh.run(words + arguments + ["--state", town.home, "--json"], input: input)
      return try good(end, words.joined(separator: " "))
    }

    /// A name that changes after delivery: from the office through the centre and a point to the card, and its proof
    /// back.
    private func updates(_ number: String, _ reader: String, _ town: ByHand, _ seen: Seen) async throws {
      let point = ["--reader", reader, "--pin-fd", "0", "--commune", "26734"]
      let steps: [([String], [String], String, [String: String])] = [
        (["issue", "update"], ["--card", number, "--holder"], "", ["state": "waiting"]),
        (["point", "update"], point, ByHand.pin + "\n", ["outcome": "played", "what": "data"]),
        (["issue", "updates"], [], "", ["state": "done"]),
        (["point", "update"], point, ByHand.pin + "\n", ["outcome": "none"]),
      ]
      for (words, arguments, input, expected) in steps {
        let shown = try await run(words, arguments, input: input, town, seen)
        let one = shown.first as? [String: Any] ?? (shown.first as? [[String: Any]])?.first
        for (key, value) in expected { #expect(one?[key] as? String == value, "\(words): \(shown)") }
      }
    }

    /// What a holder, and an office at its counter, do with a fresh card; in the end the PIN is ``ByHand/pin``.
    private func passwords(_ mailer: [String: Any], _ reader: String, _ town: ByHand, _ seen: Seen) async throws {
      func secret(_ name: String) throws -> String { try #require(mailer[name] as? String) + "\n" }
      let (transport, can, puk) = (try secret("pin"), try secret("can"), try secret("puk"))
      let other = "975310\n"
      let counter = try await Ansinh.run([
        "ca", "terminal", "--province", "79", "--point", "CQ-79-001", "--rights",
        "pin-management,can-allowed,read-identity", "--state", town.home,
      ])
      #expect(counter.exitCode == 0, "\(counter.diagnostics)")
      let two = ["--document", "can-cuoc", "--document-tail", "0119", "--checker", "Lê B"]
      let steps: [([String], [String], String)] = [
        (["card", "change-pin"], ["--pin-fd", "0", "--new-pin-fd", "0"], transport + other),
        (["card", "unblock"], ["--puk-fd", "0"], puk), (["issue", "unblock"], ["--can-fd", "0"] + two, can),
        (["issue", "activate"], ["--can-fd", "0", "--new-pin-fd", "0"] + two, can + ByHand.pin + "\n"),
        (["card", "identity"], ["--can-fd", "0"], can), (["card", "info"], ["--can-fd", "0"], can),
        (["card", "balance"], ["--pin-fd", "0"], ByHand.pin + "\n"),
        (["card", "history"], ["--pin-fd", "0"], ByHand.pin + "\n"),
      ]
      for (words, arguments, input) in steps {
        let shown = try await run(words, arguments + ["--reader", reader], input: input, town, seen)
        #expect(shown.count == 1, "\(words)")
      }
    }

    /// A card's way from the office's drawer to its end, and those that follow it.
    private func life(_ town: ByHand, _ seen: Seen) async throws {
      let person = ["--person", ByHandTests.secondPerson]
      let reason = ["--reason", "theo đơn"]
      let two = reason + ["--checker", "Lê B"]
      let make = (["issue", "personalise"], person + ["--virtual", "--print-screen", "--cho-phep-du-lieu-mau"])
      let steps: [([String], [String])] = [
        make,
        (["issue", "deliver"], person + ["--to", "collector", "--document", "vneid", "--document-tail", "12AB"]),
        (["issue", "block"], person + reason), (["issue", "unblock-card"], person + two), (["issue", "renew"], []),
        (["issue", "renew"], person + ["--checker", "Lê B", "--within-days", "3660"]), make,
        (["issue", "replace"], person + two + ["--kind", "lost"]), make, (["issue", "show"], person),
        (["issue", "return"], person + reason),
      ]
      for (words, arguments) in steps {
        #expect(try await !run(words, arguments, input: "", town, seen).isEmpty, "\(words)")
      }
      let office = try OfficeStore(folder: town.home + "/office")
      let card = try #require(try office.acts().last?.subject)
      let again = ["--card", card] + two + ["--kind", "changed"]
      for (words, arguments) in [(["issue", "replace"], again), make, (["issue", "terminate"], person + reason)] {
        #expect(try await !run(words, arguments, input: "", town, seen).isEmpty, "\(words)")
      }
      await seen.add(["issue", "release-reserve"])
      let empty = try await Ansinh.run(
        ["issue", "release-reserve", "--card", card, "--state", town.home, "--json"] + reason)
      try bad(empty, "reserve-empty", 4, "issue release-reserve")
    }

    /// The office's keys, in a state of their own.
    private func keys(_ folder: String, _ seen: Seen) async throws {
      let town = try ByHand()
      let (first, second) = ("mật khẩu thứ nhất\n", "mật khẩu thứ hai\n")
      let out = folder + "/shares"
      let shares = ["--shares", "2", "--threshold", "2", "--holder", "A", "--holder", "B", "--out", out]
      let leader = ["--by", "An"]
      let steps: [([String], [String], String)] = [
        (
          ["key", "init"], leader + shares + ["--passphrase-fd", "0", "--share-passphrase-fd", "0"],
          first + second + first
        ),
        (["key", "show"], ["--passphrase-fd", "0"], first), (["key", "record"], [], ""),
        (["key", "share"], [out + "/share-1-of-2.share", "--share-passphrase-fd", "0"], first),
        (["key", "rotate"], leader + ["--passphrase-fd", "0"], first),
        (["key", "passphrase"], ["--passphrase-fd", "0", "--new-passphrase-fd", "0"], first + second),
        (["key", "check"], ["--passphrase-fd", "0"], second),
      ]
      for (words, arguments, input) in steps {
        #expect(try await run(words, arguments, input: input, town, seen).count == 1, "\(words)")
      }
      try checkState(town, least: 8)
      try FileManager.default.removeItem(atPath: town.home + "/office/custodian.keys")
      let given = [out + "/share-1-of-2.share", out + "/share-2-of-2.share", "--share-passphrase-fd", "0"]
      let restored = try await run(
        ["key", "restore"], leader + given + ["--passphrase-fd", "0"], input: first + second + first, town, seen)
      #expect(restored.count == 1)
    }

    /// Every file that the commands made is in the page about the state folder.
    private func checkState(_ town: ByHand, least: Int = 10) throws {
      let path = repositoryRoot.path + "/Sources/ansinh/ansinh.docc/StateFolder.md"
      let page = try String(contentsOfFile: path, encoding: .utf8)
      let made = try FileManager.default.subpathsOfDirectory(atPath: town.home)
      var files = 0
      for path in made where path.contains(".") || path.hasSuffix("/lock") {
        let parts = path.split(separator: "/").map(String.init)
        let name = parts[parts.count - 1].replacing("-wal", with: "").replacing("-shm", with: "")
        #expect(page.contains("| `\(parts[0])/") && page.contains("/\(name)`"), "\(path)")
        files += 1
      }
      #expect(files >= least)
    }

    /// What an office does with a person's request, and an export.
    private func privacy(_ town: ByHand, _ seen: Seen) async throws {
      let files = try TemporaryFolder()
      let certificate = files.path + "/nguoi-nhan.pem"
      try PrivacyCommandTests.makeRecipient(certificate)
      let (person, basis) = (ByHandTests.pensioner, "Luật 91/2025/QH15")
      let steps: [([String], [String])] = [
        (["privacy", "fields"], []),
        (["privacy", "request", "open"], ["--kind", "access", "--person", person]),
        (["privacy", "request", "list"], []), (["privacy", "request", "show"], ["1", "--person", person]),
        (["privacy", "request", "extend"], ["1", "--reason", "hồ sơ giấy"]),
        (
          ["privacy", "export"],
          [
            "--person", person, "--to", certificate, "--out", files.path + "/a.cms", "--purpose", "cung cấp dữ liệu",
            "--basis", basis,
          ]
        ),
        (["privacy", "request", "answer"], ["1", "--decision", "granted", "--basis", basis]),
        (["privacy", "request", "close"], ["1"]),
      ]
      for (words, arguments) in steps {
        #expect(try await run(words, arguments, input: "", town, seen).count == 1, "\(words)")
      }
    }

    /// The commands that wait, need an empty folder, or a reader.
    private func others(_ town: ByHand, _ seen: Seen) async throws {
      try await state(town, seen)
      try await service(town, seen)
      for step in ["request", "report", "forecast", "list"] {
        let options = ["--unit", "BHXH-19"] + (step == "list" ? [] : ["--month", "2026-11"])
        #expect(try await run(["commune", step], options, input: "", town, seen).count == 1, "\(step)")
      }
      #expect(try await run(["bench", "cycle"], ["--items", "1000"], input: "", town, seen).count == 1)
      await seen.add(["demo"])
      let demo = try await Ansinh.run(["demo", "--people", "4", "--json"])
      #expect(try good(demo, "demo").count == 1)
      await seen.add(["serve"])
      let serve = try RunningCommand(
        Ansinh.executable, ["serve", "--port", String(try TCPSocket.freePort()), "--json", "--state", town.home])
      try await eventually("a line") { serve.output.contains("\n") }
      let listening = try good(try await serve.stop(), "serve").first as? [String: Any]
      #expect(listening?["event"] as? String == "listening")
      #expect((listening?["url"] as? String)?.hasPrefix("http://127.0.0.1:") == true)
      let nobody = ["PCSCLITE_CSOCK_NAME": town.home + "/nobody.comm"]
      await seen.add(["reader", "watch"])
      let watch = try await Ansinh.run(["reader", "watch", "--count", "1", "--json"], environment: nobody)
      #expect((try good(watch, "reader watch").first as? [String: Any])?["event"] as? String == "serviceGone")
      await seen.add(["reader", "list"])
      try bad(
        try await Ansinh.run(["reader", "list", "--json"], environment: nobody), "pcsc.no-service", 3, "reader list")
      await seen.add(["softcard", "run"])
      let card = try await town.run("softcard", "run", "--port", String(try TCPSocket.freePort()), "--json")
      try bad(card, "softcard.no-reader", 3, "softcard run")
    }

    /// A list of one row that is never sealed.
    private func begin(_ list: String, _ town: ByHand) async throws {
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(separator: "\n")
      try await CentreAccess.with(StateHome(path: town.home), sampleData: true) { client in
        _ = try await ListUpload(client: client, list: list, sampleData: true).send(
          Array((rows[1] + emptyCells).utf8), first: 1)
      }
    }

    /// Every verb that the program has.
    private static func verbs() async throws -> Set<String> {
      func verbs(_ command: [String: Any], _ path: [String]) -> [String] {
        let below = command["subcommands"] as? [[String: Any]] ?? []
        guard !below.isEmpty else { return [path.joined(separator: " ")] }
        return below.flatMap { verbs($0, path + [$0["commandName"] as? String ?? ""]) }
      }
      let help = try await Ansinh.run(["--experimental-dump-help"]).object()
      let root = try #require(help["command"] as? [String: Any])
      return Set(verbs(root, []).filter { $0 != "help" })
    }

    @Test(
      "A command that fails prints one object with its code",
      arguments: [
        (["point", "pay", "--pin", "123456"], "command.line", 2), (["nonsense"], "command.line", 2),
        (["point", "pay", "--amount", "x"], "command.line", 2),
        (["reader", "watch", "--count", "0"], "command.line", 2),
        (["point", "pay", "--point", "BD79"], "usage.point-code", 2),
        (["point", "pay", "--point", "BD-79-003"], "usage.commune-code", 2),
        (["settle", "report", "--window", "2026-11"], "usage.window", 2),
        (["benefit", "import", "khong-co.csv"], "usage.list-unreadable", 2),
        (["benefit", "import", sample("danh-sach-loi-mau.csv"), "--cho-phep-du-lieu-mau"], "list.refused", 4),
        (["issue", "status"], "usage.no-office", 2), (["issue", "worklist"], "usage.no-office", 2),
        (["issue", "verify", "run"], "command.line", 2), (["issue", "show", "--card", "1"], "usage.no-office", 2),
        (["issue", "block", "--reason", "x"], "command.line", 2),
        (
          ["issue", "deliver", "--card", "1", "--to", "holder", "--document", "vneid", "--document-tail", "12345"],
          "command.line", 2
        ), (["serve", "--host", "0.0.0.0"], "serve.configuration", 2),
        (["point", "voucher"], "reprint.not-found", 1), (["ca", "list"], "ca.none", 2),
        (["ca", "terminal", "--point", "BD-79-003", "--request", "a"], "command.line", 2),
        (["card", "info", "--reader", "virtual:khong-co"], "reader.no-such-reader", 3),
        (["card", "conformance", "--reader", "virtual:khong-co", "--yes"], "reader.no-such-reader", 3),
        (["card", "conformance", "--reader", "virtual:khong-co"], "conformance.not-confirmed", 2),
        (["card", "conformance", "--profile", "khong-co.yaml"], "conformance.profile-unreadable", 2),
        (["profile", "show", "khong-co"], "profile.unreadable", 2),
        (["profile", "check", "khong-co.yaml"], "profile.unreadable", 2), (["profile", "check"], "command.line", 2),
        (["profile", "diff", "adult", "Package.swift"], "profile.syntax", 4),
        (["card", "conformance", "--profile", "Package.swift"], "profile.syntax", 4),
        (["benefit", "programmes", "check", "--folder", "khong-co"], "programme.unreadable", 2),
        (["benefit", "programmes", "show", "BHXH-X"], "programme.not-found", 2),
        (["benefit", "programmes", "show", "--on", "31/02/2026"], "programme.day", 2),
        (["benefit", "programmes", "show", "BHXH-MT", "--input", "x"], "programme.input-form", 2),
        (["benefit", "programmes", "show", "BHXH-MT", "--on", "2026-07-01"], "programme.no-period", 4),
        (["benefit", "programmes", "diff", "2025-01-01", "CardProfiles"], "programme.sides", 2),
        (["benefit", "programmes", "cover", "--subject", "ZZ", "--from", "2026-01-01"], "programme.cover", 2),
        (["card", "conformance", "--transport-key-fd", "0"], "conformance.transport-key", 2),
        (["settle", "report", "--service", "http://127.0.0.1:1"], "service.unreachable", 1),
        (["privacy", "request", "list"], "usage.no-office", 2),
        (
          ["privacy", "export", "--to", "a", "--out", "b", "--purpose", "c", "--basis", "d"], "command.line", 2
        ),
        (
          ["privacy", "request", "answer", "1", "--decision", "granted", "--basis", "x", "--execute"], "command.line", 2
        ),
        (["key", "show"], "key.none", 2), (["key", "init"], "command.line", 2),
        (["key", "init", "--by", "A", "--shares", "2"], "command.line", 2),
        (["key", "init", "--by", "A", "--passphrase-fd", "0"], "secret.passphrase-length", 2),
      ] as [([String], String, Int32)])
    func failures(_ arguments: [String], _ code: String, _ exitCode: Int32) async throws {
      let town = try ByHand()
      let state = arguments == ["nonsense"] ? [] : ["--state", town.home]
      let end = try await Ansinh.run(arguments + state + ["--json"])
      #expect(end.output.isEmpty, "\(arguments)")
      try bad(end, code, exitCode, arguments.joined(separator: " "))
    }
  }
}
