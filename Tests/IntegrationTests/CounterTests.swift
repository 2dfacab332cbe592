import CardTestSupport
import Foundation
import Issuance
import Testing

extension Integration {
  /// Terminals' keys in a token, what a counter does with a PIN, and a verifier that is withdrawn.
  @Suite("Counters and their terminals") struct CounterTests {
    private func good(_ end: FinishedCommand, _ place: SourceLocation = #_sourceLocation) {
      #expect(end.exitCode == 0, "\(end.diagnostics)", sourceLocation: place)
    }

    @Test("A card made under a named anchor is read back at a counter; what is done with its PIN is recorded")
    func counter() async throws {
      let town = try ByHand()
      let files = try TemporaryFolder()
      let anchor = files.path + "/goc.cvc"
      good(try await town.run("ca", "init", "--out", anchor))
      good(try await town.run("ca", "dv", "--province", "79"))
      good(try await town.run("issue", "import", sampleList, "--cho-phep-du-lieu-mau"))
      try await town.match()
      let rights = "online,can-allowed,pin-management"
      good(try await town.run("ca", "terminal", "--point", "CQ-79-001", "--rights", rights))
      let made = try await town.run(
        "issue", "personalise", "--virtual", "--person", ByHandTests.pensioner, "--cho-phep-du-lieu-mau", "--anchor",
        anchor, "--counter", "CQ-79-001", "--print-screen", "--json")
      good(made)
      // The mailer's line comes first, then the job's.
      let line = try #require(made.output.split(separator: "\n").first)
      let mailer = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let number = try #require(mailer["cardNumber"] as? String)
      let can = try #require(mailer["can"] as? String) + "\n"
      let reader = "virtual:\(town.home)/card/\(number)"
      let document = ["--document", "can-cuoc", "--document-tail", "0119"]
      func atCounter(_ words: String..., input: String) async throws -> FinishedCommand {
        try await Ansinh.run(
          ["issue"] + words + ["--reader", reader, "--can-fd", "0", "--state", town.home] + document, input: input)
      }
      // Nobody has handed the card over: one person alone does not choose its PIN.
      let alone = try await atCounter("activate", "--new-pin-fd", "0", "--json", input: can + ByHand.pin + "\n")
      #expect(alone.exitCode == 4 && alone.diagnostics.contains("card-life.four-eyes"))
      good(
        try await Ansinh.run(
          ["issue", "deliver", "--card", number, "--to", "holder", "--state", town.home] + document))
      good(try await atCounter("activate", "--new-pin-fd", "0", input: can + ByHand.pin + "\n"))
      let noChecker = try await atCounter("unblock", "--json", input: can)
      #expect(noChecker.exitCode == 4 && noChecker.diagnostics.contains("card-life.four-eyes"))
      good(try await atCounter("unblock", "--checker", "Lê Thị Kiểm", input: can))
      good(try await town.run("card", "balance", "--reader", reader, "--pin-fd", "0", input: ByHand.pin + "\n"))
      let acts = try OfficeStore(folder: town.home + "/office").pinActs()
      #expect(acts.map(\.act) == [.set, .unblocked])
      #expect(acts.allSatisfy { $0.card == number && $0.terminal == "VN79T0000100001" && !$0.actor.isEmpty })
      #expect(acts.map(\.checker) == ["", "Lê Thị Kiểm"])
      let shown = try await town.run("issue", "show", "--card", number, "--json").object()
      let told = (shown["centre"] as? [String: Any])?["pinActs"] as? [[String: Any]]
      #expect(told?.map { $0["act"] as? String } == ["set", "unblocked"])

      // Withdrawn at the authority, known to the centre, and at the next completion to the card.
      good(try await town.run("ca", "revoke", "VNDV7900001", "--reason", "thử"))
      good(
        try await town.run(
          "point", "balance", "--reader", reader, "--commune", "26734", "--pin-fd", "0", input: ByHand.pin + "\n"))
      let refused = try await atCounter("unblock", "--checker", "Lê Thị Kiểm", "--json", input: can)
      #expect(refused.exitCode == 4 && refused.diagnostics.contains("eac.certificate-refused"))
      #expect(try OfficeStore(folder: town.home + "/office").pinActs() == acts)
    }

    @Test(
      "A point's key lives in a token: certified, used to prove the point to a card, and not made twice",
      .enabled(if: TokenStore.isExpected, "needs softhsm2"))
    func token() async throws {
      let store = try TokenStore()
      let (environment, token) = (store.environment, try store.token("quay"))
      let town = try ByHand()
      good(try await town.run("ca", "init"))
      good(try await town.run("ca", "dv", "--province", "79"))
      let (request, chain) = (store.folder.path + "/a.csr", store.folder.path + "/a.cvc")
      func ask(_ request: String) async throws -> FinishedCommand {
        try await Ansinh.run(
          ["point", "request", "--point", "BD-79-009", "--out", request, "--json", "--state", town.home] + token,
          environment: environment)
      }
      good(try await ask(request))
      let again = try await ask(store.folder.path + "/b.csr")
      #expect(again.exitCode == 4 && again.diagnostics.contains("point.key-exists"))
      good(try await town.run("ca", "terminal", "--province", "79", "--request", request, "--out", chain))
      good(try await town.run("point", "install", chain, "--point", "BD-79-009", environment: environment))
      #expect(!FileManager.default.fileExists(atPath: town.home + "/point/BD-79-009/terminal.keys"))

      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      let mailer = try await town.personalise(ByHandTests.pensioner)
      let paid = try await town.run(
        "point", "pay", "--point", "BD-79-009", "--commune", "26734", "--reader",
        "virtual:\(town.home)/card/\(mailer.card)", "--pin-fd", "0", input: mailer.pin + "\n",
        environment: environment)
      good(paid)
      good(try await town.run("audit", "verify"))
      try await serve.stop()
    }
  }
}
