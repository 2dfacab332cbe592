import Foundation
import PCSC
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// `ansinh demo`, as everybody meets it first.
  @Suite("The demonstration")
  struct DemoTests {
    private func summary(_ arguments: [String]) async throws -> DemoSummary {
      let end = try await Ansinh.run(["demo", "--json"] + arguments)
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      return try JSONDecoder().decode(DemoSummary.self, from: Data(end.output.utf8))
    }

    private func expectStory(_ summary: DemoSummary, people: Int, sourceLocation: SourceLocation = #_sourceLocation) {
      #expect(summary.people == people && summary.cards == people, sourceLocation: sourceLocation)
      #expect(summary.credited > 0, sourceLocation: sourceLocation)
      #expect(summary.taps.count == 4, sourceLocation: sourceLocation)
      for tap in summary.taps {
        #expect(tap.apdus == 16 && tap.amount > 0, sourceLocation: sourceLocation)
        #expect(tap.homeProvince != tap.hostProvince, sourceLocation: sourceLocation)
      }
      let owed = summary.settlement.reduce(0) { $0 + $1.amount }
      #expect(owed == summary.taps.reduce(0) { $0 + $1.amount }, sourceLocation: sourceLocation)
      #expect(summary.auditPayouts == 4 && summary.auditProblems == 0, sourceLocation: sourceLocation)
    }

    @Test("A hundred people, four payouts in other provinces, a clean audit")
    func embedded() async throws {
      expectStory(try await summary([]), people: 100)
    }

    @Test("An emergency programme goes from its data file to its first payout, and pays nobody twice")
    func emergency() async throws {
      let end = try await Ansinh.run(["demo", "--emergency", "--people", "1000", "--json"])
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      let summary = try JSONDecoder().decode(EmergencySummary.self, from: Data(end.output.utf8))
      // In each of 17 provinces one from the province before; in each of 11 one with unemployment benefit.
      #expect(summary.lists == 34 && summary.duplicates == 17 && summary.overlaps == 11)
      #expect(summary.credited == 1_000 && summary.amount == 500 * 1_800_000 + 500 * 1_500_000)
      #expect(summary.tap?.hostProvince == "Hồ Chí Minh" && summary.auditProblems == 0)
      let text = try await Ansinh.run(["demo", "--emergency", "--people", "1000", "--lang", "vi"])
      for part in ["đã có trong một danh sách trước (danh sách DS-", "không được hưởng cùng BHTN-TCTN", "BIÊN BẢN"] {
        #expect(text.output.contains(part), "\(part)")
      }
      #expect(try await Ansinh.run(["demo", "--emergency", "--people", "999"]).exitCode == 2)
    }

    @Test("As text it shows the voucher, the card's balance, who owes whom and the audit")
    func text() async throws {
      let end = try await Ansinh.run(["demo", "--lang", "vi"])
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      for part in [
        "100 thẻ", "Bằng chữ", "Chủ thẻ:", "ĐƠN VỊ NÀO NỢ ĐƠN VỊ NÀO", "TỔNG HỢP THEO TỈNH", "Không có sai lệch",
        "16 APDU",
      ] {
        #expect(end.output.contains(part), "\(part)")
      }
    }

    @Test(
      "The first twenty through pcscd and vpcd", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func throughReader() async throws {
      expectStory(try await summary(["--pcsc"]), people: 20)
      try await VirtualSlot.waitUntilEmpty(try await Context())
    }
  }
}
