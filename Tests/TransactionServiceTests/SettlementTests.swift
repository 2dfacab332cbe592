import CardApplication
import CentreTestSupport
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

/// Who owes whom, to the đồng (`ledger` §2).
@Suite("Settlement")
struct SettlementTests {
  private func balance(
    _ code: AccountCode, _ unit: String, _ funder: String, _ centre: TestCentre
  ) async throws -> Int64 {
    try await centre.store.balances(code).filter { $0.key.book.text == unit && $0.key.funder.text == funder }
      .reduce(0) { try $0 + $1.totals.balance(code.side) }
  }

  private func settlement(_ centre: TestCentre, _ window: String = "202611") async throws -> [SettlementLine] {
    try await centre.client.get("/v1/settlement/\(window)", SettlementAnswer.self).lines
  }

  @Test("Paid at home: 2200 to the home unit's advance, and nobody owes anybody")
  func home() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 6_283_417)
      let terminal = try await centre.terminal(province: "19", commune: "05443")
      let advance = AdvanceRequest(
        agent: TestCentre.agent, unit: "BHXH-19", funder: "QHTTT@VN", amount: 10_000_000, hands: TestCentre.hands)
      try expect(try await centre.post("/v1/advances", advance), gives: BookedAnswer.self)
      try await centre.pay(1, ready.card, terminal, amount: 6_283_417)
      #expect(try await balance(.entitlementPayable, "BHXH-19", "QHTTT@VN", centre) == 0)
      #expect(try await balance(.agentAdvance, "BHXH-19", "QHTTT@VN", centre) == 3_716_583)
      #expect(try await balance(.programmeFund, "BHXH-19", "QHTTT@VN", centre) == 0)
      #expect(try await balance(.treasury, "BHXH-19", "QHTTT@VN", centre) == 6_283_417 - 10_000_000)
      #expect(try await settlement(centre).isEmpty)
    }
  }

  @Test("Paid elsewhere: 2200 to 2400 at home, 1300 to the host's advance, the two equal")
  func hosted() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 6_283_417)
      try await centre.pay(1, ready.card, ready.terminal, amount: 5_000_001)
      #expect(try await balance(.entitlementPayable, "BHXH-19", "QHTTT@VN", centre) == 1_283_416)
      #expect(try await balance(.dueTo, "BHXH-19", "QHTTT@VN", centre) == 5_000_001)
      #expect(try await balance(.dueFrom, "BHXH-79", "QHTTT@VN", centre) == 5_000_001)
      #expect(try await balance(.agentAdvance, "BHXH-79", "QHTTT@VN", centre) == -5_000_001)
      #expect(try await balance(.agentAdvance, "BHXH-19", "QHTTT@VN", centre) == 0)
      #expect(
        try await settlement(centre) == [
          SettlementLine(
            homeUnit: "BHXH-19", hostUnit: "BHXH-79", funder: "QHTTT@VN", count: 1, amount: 5_000_001)
        ])
      #expect(try await settlement(centre, "202610").isEmpty)
    }
  }

  @Test("Four funders are never mixed; a commune's allowance is hosted by the health department; VOID goes back")
  func many() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal()
      let card = try await centre.paperCard(1, person: 1)
      let merit = try await centre.paperCard(2, person: 2)
      let others = [try await centre.paperCard(3, person: 3), try await centre.paperCard(4, person: 4)]
      try await centre.credit([
        ListRow(1, 6_283_417), ListRow(3, 9_163_999, .unemployment01), ListRow(4, 1_000_001, .allowance40),
        ListRow(2, 5_450_000, .merit44),
      ])
      let amounts: [Int64] = [6_283_417, 9_163_999, 1_000_001]
      for (index, (card, amount)) in zip([card] + others, amounts).enumerated() {
        try await centre.pay(UInt8(index + 1), card, terminal, line: UInt32(index + 1), amount: amount)
      }
      let voided = try await centre.pay(9, merit, terminal, line: 4, amount: 5_000_000)
      try await centre.pay(10, merit, terminal, counter: 2, previous: voided.identity, line: 4, amount: 450_000)
      try expect(try await centre.record(9, .void, terminal, of: voided.identity), gives: RecordAnswer.self)
      let expected = [
        SettlementLine(homeUnit: "BHXH-01", hostUnit: "BHXH-79", funder: "QBHTN@VN", count: 1, amount: 9_163_999),
        SettlementLine(homeUnit: "BHXH-19", hostUnit: "BHXH-79", funder: "QHTTT@VN", count: 1, amount: 6_283_417),
        SettlementLine(homeUnit: "SNV-44", hostUnit: "SNV-79", funder: "NSTW@VN", count: 1, amount: 450_000),
        SettlementLine(homeUnit: "XA-40-16681", hostUnit: "SYT-79", funder: "NSDP@40", count: 1, amount: 1_000_001),
      ]
      let lines = try await settlement(centre)
      #expect(lines.sorted { $0.homeUnit < $1.homeUnit } == expected)
      #expect(try await balance(.entitlementPayable, "SNV-44", "NSTW@VN", centre) == 5_000_000)
      #expect(try await balance(.dueFrom, "SNV-79", "NSTW@VN", centre) == 450_000)
      #expect(try await balance(.agentAdvance, "SYT-79", "NSDP@40", centre) == -1_000_001)
    }
  }

  @Test("A VOID in the next month goes back in that month's window; the payout's stays as it was settled")
  func voidAcrossWindows() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let november = try await settlement(centre)
      let owed = try #require(november.first)
      centre.clock.advance(31 * 86_400)
      try expect(try await centre.record(1, .void, ready.terminal, of: certificate.identity), gives: RecordAnswer.self)
      #expect(try await settlement(centre) == november)
      let back = try #require(try await settlement(centre, "202612").first)
      #expect(owed.count == 1 && back.amount == -owed.amount && back.count == -1)
    }
  }

  @Test("The last second of a month in Vietnam is in that month's window")
  func monthEnd() async throws {
    // 30 November 2026, 23:59:59 in Vietnam is 16:59:59 UTC.
    let clock = TestClock()
    clock.advance(1_796_057_999 - TestClock.start)
    try await TestCentre.run(clock: clock) { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      clock.advance(1)
      try await centre.pay(2, ready.card, ready.terminal, counter: 2, previous: certificate.identity, amount: 7)
      #expect(try await settlement(centre, "202611").map(\.amount) == [1_000])
      #expect(try await settlement(centre, "202612").map(\.amount) == [7])
    }
  }
}
