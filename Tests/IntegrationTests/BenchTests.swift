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
      let apdus = try report.figure("APDUs a tap").spread
      #expect(apdus.count == count && apdus.minimum == 9 && apdus.maximum == 9)
      let whole = try report.figure("The whole tap").spread
      let host = try report.figure("Host time per APDU (all but the card's cryptography)").spread
      #expect(host.maximum * 9 <= whole.maximum && host.minimum > 0)
      let parts = report.figures.filter { $0.name.en.hasPrefix("— ") }
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

    @Test("Counts out of bounds are wrong usage")
    func usage() async throws {
      for arguments in [["tap", "--count", "0"], ["issue", "--desks", "0"], ["pay", "--connections", "1000"]] {
        #expect(try await Ansinh.run(["bench"] + arguments).exitCode == 2)
      }
    }
  }
}
