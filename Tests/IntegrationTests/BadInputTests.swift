import Foundation
import Testing

extension Integration {
  /// What people give to the commands by mistake.
  @Suite("Bad input at the command line")
  struct BadInputTests {
    @Test(
      "Without TLS the service listens on loopback only",
      arguments: ["0.0.0.0", "::", "192.168.1.1", "127.0.0.1.example.com"])
    func otherAddress(_ host: String) async throws {
      let town = try ByHand()
      let arguments = ["serve", "--host", host, "--port", "0", "--state", town.home]
      let end = try await RunningCommand(Ansinh.executable, arguments).finish(within: .seconds(10))
      #expect(end.exitCode == 2)
      #expect(end.diagnostics.contains("chỉ nghe ở địa chỉ loopback"), "\(end.diagnostics)")
    }

    @Test(
      "Wrong command lines end with 2",
      arguments: [
        ["point", "pay", "--pin", "123456"], ["point"], ["nonsense"], ["card", "balance", "--pin-fd", "x"],
        ["point", "pay", "--point", "BD79"], ["settle", "report", "--window", "2026-11"],
      ])
    func usage(_ arguments: [String]) async throws {
      let town = try ByHand()
      let end = try await Ansinh.run(arguments + (arguments.count > 1 ? ["--state", town.home] : []))
      #expect(end.exitCode == 2 || (arguments == ["point"] && end.exitCode == 0), "\(end.exitCode) \(end.diagnostics)")
    }

    @Test(
      "Without pcscd every command with a reader ends with 3 and says so",
      arguments: [
        ["reader", "list"], ["card", "balance", "--pin-fd", "0"], ["card", "info", "--can-fd", "0"],
      ])
    func noService(_ arguments: [String]) async throws {
      let town = try ByHand()
      let environment = ["PCSCLITE_CSOCK_NAME": town.home + "/nobody.comm"]
      for language in ["vi", "en"] {
        let end = try await Ansinh.run(
          arguments + ["--state", town.home, "--lang", language], input: "123456\n", environment: environment)
        #expect(end.exitCode == 3 && end.output.isEmpty)
        #expect(end.diagnostics.contains("pcscd"), "\(end.diagnostics)")
        let mark = language == "vi" ? "dịch vụ đầu đọc" : "card reader service"
        #expect(end.diagnostics.lowercased().contains(mark), "\(end.diagnostics)")
      }
    }

    @Test("Without vpcd the software card says that no reader listens")
    func noReader() async throws {
      let town = try ByHand()
      let end = try await town.run("softcard", "run", "--port", String(try TCPSocket.freePort()))
      #expect(end.exitCode == 3, "\(end.diagnostics)")
    }

    /// Every line but 2, 11, 18 and 19 is wrong.
    private static let badList = sample("danh-sach-loi-mau.csv")

    @Test("A bad list is refused whole: every bad row is named in both languages and nothing is taken")
    func badList() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      let before = try await audit(town)
      let rows = try String(contentsOfFile: Self.badList, encoding: .utf8).split(separator: "\n").count
      for (language, word, rest) in [("vi", "Dòng", "không dòng nào được nhận"), ("en", "Line", "no row was taken")] {
        for noun in ["benefit", "issue"] {
          let end = try await town.run(
            noun, "import", Self.badList, "--cho-phep-du-lieu-mau", "--lang", language)
          #expect(end.exitCode == 4 && end.output.isEmpty, "\(end.diagnostics)")
          #expect(end.diagnostics.contains(rest), "\(end.diagnostics)")
          let missing = Set(3...rows).subtracting([11, 18, 19]).filter { line in
            !["\(word) \(line),", "\(word) \(line):"].contains { end.diagnostics.contains($0) }
          }
          #expect(missing.isEmpty, "rows that are not named: \(missing.sorted()) in \(end.diagnostics)")
        }
      }
      #expect(try await audit(town) == before)
      let people = try await town.run("issue", "import", sampleList, "--cho-phep-du-lieu-mau", "--json").object()
      #expect(people["applicants"] as? Int == 500 && people["new"] as? Int == 0)
      try await serve.stop()
    }

    @Test("Sample data needs the flag, and the same list again is not credited again")
    func sampleDataAndRepetition() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      let refused = try await town.run("benefit", "import", sampleList)
      #expect(refused.exitCode == 4)
      #expect(try await audit(town)["accounts"] as? Int == 0)
      try await town.importLists()
      let before = try await audit(town)
      try await town.importLists()
      #expect(try await audit(town)["accounts"] as? Int == before["accounts"] as? Int)
      #expect(try await audit(town)["headSequence"] as? Int == before["headSequence"] as? Int)
      try await serve.stop()
    }

    /// The audit's facts, among them the number of accounts, leaves and batches, and the chain's head. Not how many
    /// anchors there are and how far they go: the service may still make one for what was there before.
    private func audit(_ town: ByHand) async throws -> NSDictionary {
      var facts = try await town.run("audit", "verify", "--json").object()
      for later in ["anchors", "anchored"] { facts[later] = nil }
      return NSDictionary(dictionary: facts)
    }
  }
}
