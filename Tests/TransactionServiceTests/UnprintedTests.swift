import CentreTestSupport
import ServiceAPI
import Testing

/// Names that are not printed any more (tạm dừng in danh sách chi trả).
@Suite("Names off the payout list")
struct UnprintedTests {
  @Test("After six months without collecting the name is off the list, counted apart, and paid all the same")
  func sixMonths() async throws {
    try await TestCentre.run { centre in
      let months = ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"]
      func list(_ unit: String) async throws -> DueAnswer {
        try await centre.get("/v1/units/\(unit)/dues").decode(DueAnswer.self)
      }
      for month in months {
        try await centre.credit([ListRow(1, 1_000, period: month)], list: "P\(month)")
        // A programme without such a rule.
        try await centre.credit([ListRow(2, 1_000_000, .allowance40, period: month)], list: "A\(month)")
        #expect(try await list("BHXH-19").lines.map(\.name) == [ListRow.name(1)], "\(month)")
        centre.clock.advance(30 * 86_400)
      }
      let pensions = try await list("BHXH-19")
      #expect(pensions.lines.isEmpty)
      #expect(pensions.unprinted == [UnprintedLine(afterMonths: 6, persons: 1, amount: 6_000)])
      let allowances = try await list("XA-40-16681")
      #expect(allowances.lines.map(\.amount) == [6_000_000] && allowances.unprinted.isEmpty)
      let question = CollectableRequest(personalIDs: [ListRow.personalID(1)], list: "C72a-1")
      let collectable = try await centre.post("/v1/collectables", question).decode([CollectableAnswer].self)
      #expect(collectable[0].payable.map(\.amount).reduce(0, +) == 6_000)
    }
  }
}
