import Foundation
import Testing

extension Integration {
  /// Benchmarks run, measure what they say, and tell the machine's limits beside it. No figure is judged here.
  @Suite("Benchmarks")
  struct BenchTests {
    private struct Report: Decodable {
      struct Figure: Decodable {
        struct Name: Decodable { let vi, en: String }
        struct Spread: Decodable {
          let count: Int
          let minimum, median, maximum: Double
        }
        let name: Name
        let unit: String
        let spread: Spread
      }
      let figures: [Figure]
      let limits: [Figure]

      func figure(_ name: String) throws -> Figure { try #require(figures.first { $0.name.en == name }) }
    }

    private func report(_ arguments: String...) async throws -> Report {
      let folder = try TemporaryFolder()
      let end = try await Ansinh.run(["bench"] + arguments + ["--json", "--state", folder.path])
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      // Nothing is left behind.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      let report = try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
      #expect(report.limits.count >= 4)
      for figure in report.figures + report.limits {
        let spread = figure.spread
        #expect(spread.count > 0 && spread.minimum >= 0, "\(figure.name.en)")
        #expect(spread.minimum <= spread.median && spread.median <= spread.maximum, "\(figure.name.en)")
        #expect(!figure.name.vi.isEmpty && figure.name.vi != figure.name.en)
      }
      return report
    }

    /// The parts of a tap are the tap, and the host's share is what the card's cryptography leaves.
    private func checkTap(_ report: Report, count: Int) throws {
      for (name, number) in [("APDUs until the card has signed", 15.0), ("APDUs a tap, with COMPLETE", 16)] {
        let apdus = try report.figure(name).spread
        #expect(apdus.count == count && apdus.minimum == number && apdus.maximum == number, "\(name)")
      }
      #expect(try report.figure("— of an offline payout").spread.median == 18)
      let whole = try report.figure("The whole tap").spread
      let host = try report.figure("Host time per APDU (all but the card's cryptography)").spread
      #expect(host.maximum * 16 <= whole.maximum && host.minimum > 0)
      let parts = report.figures.filter { $0.name.en.hasPrefix("— ") && $0.unit == "ms" }
      #expect(parts.count == 4)
      #expect(parts.map(\.spread.minimum).reduce(0, +) <= whole.minimum * 1.001)
      #expect(try report.figure("Bytes to the card").spread.minimum > 400)
    }

    @Test("A tap in-process")
    func tap() async throws {
      try checkTap(try await report("tap", "--count", "5"), count: 5)
    }

    @Test(
      "A tap through the real pcscd, with an empty APDU's way as its limit",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func tapThroughReader() async throws {
      let report = try await report("tap", "--count", "3", "--pcsc")
      try checkTap(report, count: 3)
      #expect(report.limits.contains { $0.name.en.contains("pcscd") && $0.spread.count == 100 })
    }

    @Test("Cards: as many as asked for, with and without fsync at every APDU")
    func issue() async throws {
      let report = try await report("issue", "--count", "6", "--desks", "2")
      for name in ["Cards a second, fsync when a card is done", "Cards a second, fsync at every APDU"] {
        #expect(try report.figure(name).spread.median > 0)
      }
      #expect(report.figures.filter { $0.name.en == "— one card" }.map(\.spread.count) == [6, 6])
    }

    @Test("Payouts: each card is paid once")
    func pay() async throws {
      let report = try await report("pay", "--count", "40", "--connections", "4")
      for name in ["Verify, post, fsync, answer", "PAID record"] {
        #expect(try report.figure(name).spread.count == 40)
      }
    }

    private struct Model: Decodable {
      struct ByRate: Decodable { let kbit106, kbit424: Double }
      struct Row: Decodable {
        let step, header: String
        let commandBytes, responseBytes: Int
        let operations: [String: Int]
        let card, usb: Double
        let air, total: ByRate
      }
      struct Sum: Decodable {
        let until: String
        let apdus, commandBytes, responseBytes: Int
        let card: Double
        let total: ByRate
      }
      struct Input: Decodable {
        let key, source: String
        let value: Double
      }
      let card: String
      let apdus: [Row]
      let sums: [Sum]
      let inputs: [Input]
    }

    @Test("The model takes its lengths from a real tap, and adds up")
    func model() async throws {
      let folder = try TemporaryFolder()
      let end = try await Ansinh.run(["bench", "tap", "--model", "--json", "--state", folder.path])
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      let model = try JSONDecoder().decode(Model.self, from: Data(end.output.utf8))
      let steps = [
        "read", "pace-set-up", "pace-nonce", "pace-map", "pace-agree", "pace-tokens", "set-verification-key",
        "verify-certificate", "set-verification-key", "verify-certificate", "terminal-set-up", "challenge",
        "terminal-authentication", "select", "authorise", "complete",
      ]
      #expect(model.apdus.map(\.step) == steps && model.inputs.count == 15)
      #expect(model.apdus.map(\.card) == [0, 0, 8, 83, 55, 32, 32, 70, 32, 70, 32, 32, 70, 32, 72, 118])
      #expect(
        model.apdus[3].operations == ["card.key-generation-ms": 1, "card.ecdh-ms": 1, "card.generic-mapping-ms": 1])
      // The mapping's points have 65 bytes: 10 86 00 00 Lc 7C 43 81 41 … Le, and 7C 43 82 41 … 90 00.
      #expect((model.apdus[3].commandBytes, model.apdus[3].responseBytes) == (75, 71))
      #expect(model.sums.map(\.until) == ["authorise", "complete"] && model.sums.map(\.apdus) == [15, 16])
      // No clock is in this: lengths and operations decide it, and with them the bar of a payout tap.
      #expect(model.sums[0].total.kbit106 <= 1_100)
      for sum in model.sums {
        let rows = model.apdus.prefix(sum.apdus)
        #expect(sum.commandBytes == rows.reduce(0) { $0 + $1.commandBytes })
        #expect(abs(sum.total.kbit106 - rows.reduce(0) { $0 + $1.card + $1.air.kbit106 + $1.usb }) < 1e-6)
        #expect(abs(sum.total.kbit424 - rows.reduce(0) { $0 + $1.card + $1.air.kbit424 + $1.usb }) < 1e-6)
        #expect(sum.total.kbit424 < sum.total.kbit106)
      }
    }

    @Test("Another card's times count instead; what is wrong in a file is told in both languages")
    func modelFile() async throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/the.yaml"
      let json = ["bench", "tap", "--model", "--model-file", path, "--json", "--state", folder.path]
      let inputs = try JSONDecoder().decode(
        Model.self, from: Data(try await Ansinh.run(Array(json.prefix(3)) + json.suffix(3)).output.utf8)
      ).inputs
      var lines = ["name: Thẻ khác"]
      var section = ""
      for input in inputs {
        let key = input.key.split(separator: ".")
        if section != key[0] { lines.append("\(key[0]):") }
        section = String(key[0])
        let value = input.key == "card.sign-ms" ? 1_000 : input.value
        lines.append("  \(key[1]): { value: \(value), source: measured }")
      }
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let other = try await Ansinh.run(json)
      let model = try JSONDecoder().decode(Model.self, from: Data(other.output.utf8))
      #expect(model.card == "Thẻ khác" && model.sums.map(\.card) == [620 + 960, 738 + 1_920])

      lines[2] = "  ecdh-ms: { value: -1, source: measured }"
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      for (language, words) in [("vi", "dòng 3, mục “card.ecdh-ms.value”"), ("en", "line 3, key “card.ecdh-ms.value”")]
      {
        let bad = try await Ansinh.run(["bench", "tap", "--model", "--model-file", path, "--lang", language])
        #expect(bad.exitCode == 2 && bad.output.isEmpty)
        #expect(bad.diagnostics.contains(words) && bad.diagnostics.contains("the.yaml"), "\(bad.diagnostics)")
      }
      let none = try await Ansinh.run(["bench", "tap", "--model", "--model-file", folder.path, "--json"])
      #expect(none.exitCode == 2 && none.diagnostics.contains("model.unreadable"))
    }

    @Test("People taken in: a list with repeated people and possible twins, and the same list again")
    func applicants() async throws {
      let report = try await Ansinh.run(["bench", "issue", "--applicants", "1000", "--json"])
      #expect(report.exitCode == 0, "\(report.diagnostics)")
      let subject = try #require(try report.object()["subject"] as? [String: String])
      #expect(subject["en"]?.contains("10 possible twins, 10 known") == true, "\(subject)")
    }

    @Test("Counts out of bounds are wrong usage")
    func usage() async throws {
      for arguments in [
        ["tap", "--count", "0"], ["issue", "--desks", "0"], ["issue", "--applicants", "99"],
        ["pay", "--connections", "1000"], ["cycle", "--items", "999"],
        ["tap", "--model", "--pcsc"], ["tap", "--model", "--count", "3"], ["tap", "--model-file", "x"],
      ] {
        #expect(try await Ansinh.run(["bench"] + arguments).exitCode == 2)
      }
    }
  }
}
