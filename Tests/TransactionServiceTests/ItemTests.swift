import CentreTestSupport
import ServiceAPI
import Testing

/// Corrections, uncollected items, overpayments and deductions over HTTP.
@Suite("What happens to items besides payouts")
struct ItemTests {
  private static let hands = HandsRequest(
    maker: "Nguyễn A", checker: "Lê B", office: "BHXH-19", reason: "theo quyết định")
  private static let person = "/v1/people/\(ListRow.personalID(1))"

  @Test("A person's lines, overpayments and deductions as the centre has them")
  func person() async throws {
    try await TestCentre.run { centre in
      try await centre.credit([ListRow(1, 1_000), ListRow(1, 5_450_000, .merit44)])
      let correction = CorrectionRequest(
        item: ItemReference(line: 1, period: 202_611), amount: 400, hands: Self.hands)
      #expect(
        try await centre.post("/v1/items/corrections", correction).decode(ActAnswer.self)
          == ActAnswer(sequence: 3, amount: 600))
      try await centre.transfer(90, Self.hands)
      let found = OverpaymentRequest(item: ItemReference(line: 1, period: 202_611), amount: 90, hands: Self.hands)
      try expect(try await centre.post("/v1/receivables", found), gives: ActAnswer.self)
      let paid = ReceivableActRequest(act: .writeOff, amount: 30, hands: Self.hands)
      try expect(try await centre.post("/v1/receivables/1/acts", paid), gives: ActAnswer.self)
      let order = DeductionRequest(line: 1, receivable: 1, amount: 50, cap: 100, hands: Self.hands)
      try expect(try await centre.post("/v1/deductions", order), gives: ActAnswer.self)
      try await centre.credit([ListRow(1, 1_000, period: "2026-12")], list: "T12")
      let lines = try await centre.get(Self.person + "/lines").decode(PersonLinesAnswer.self).lines
      #expect(lines.map(\.programme) == ["BHXH-HUU", "NCC-TB61"])
      #expect(lines.map(\.state) == [.active, .active])
      #expect(
        lines[0].items == [
          CreditedItem(
            period: 202_611, kind: .regular, credited: 1_000, paid: 90, taken: 600, open: 310, uncollected: 0,
            deducted: 0, overpaid: 90),
          CreditedItem(
            period: 202_612, kind: .regular, credited: 1_000, paid: 0, taken: 50, open: 950, uncollected: 0,
            deducted: 50, overpaid: 0),
        ])
      let debts = try await centre.get(Self.person + "/receivables").decode(ReceivablesAnswer.self).receivables
      #expect(debts.map(\.amount) == [90])
      #expect(debts.map(\.rest) == [10])
      let orders = try await centre.get(Self.person + "/deductions").decode(DeductionsAnswer.self).deductions
      #expect(orders.map(\.taken) == [50])
      #expect(orders.map(\.receivable) == [1])
      for path in ["lines", "receivables", "deductions"] {
        try expect(try await centre.get("/v1/people/003152000009/\(path)"), is: .notFound)
        try expect(try await centre.get("/v1/people/9900000000000001/\(path)"), is: .notFound)
      }
    }
  }

  @Test("Unemployment benefit lapses three months after the entitlement's end; pensions and allowances never do")
  func terms() async throws {
    try await TestCentre.run { centre in
      let months = (5...11).map { "2026-" + ($0 < 10 ? "0" : "") + String($0) }
      try await centre.credit(
        [ListRow(1, 300, .unemployment01, period: "2026-05"), ListRow(2, 1_000_000, .allowance40, period: "2026-05")]
          + months.map { ListRow(3, 90, period: $0) })
      func uncollected(_ unit: String) async throws -> [UncollectedLine] {
        try await centre.get("/v1/uncollected?unit=\(unit)").decode(UncollectedAnswer.self).items
      }
      let lapse = UncollectedActRequest(
        act: .lapse, items: [ItemReference(line: 1, period: 202_605)], hands: Self.hands)
      // The entitlement goes on, so its end has not come.
      try expect(try await centre.post("/v1/uncollected/acts", lapse), is: .termNotOver)
      #expect(try await uncollected("BHXH-01").map(\.isOver) == [false])
      let end = LineActRequest(act: .end, lastPeriod: 202_605, hands: Self.hands)
      try expect(try await centre.post("/v1/lines/1/acts", end), gives: ActAnswer.self)
      let late = try #require(try await uncollected("BHXH-01").first)
      #expect(late.rule == .afterEnd)
      #expect(late.lastDay == 20_260_831)
      #expect(late.isOver)
      #expect(
        try await centre.post("/v1/uncollected/acts", lapse).decode(ActAnswer.self)
          == ActAnswer(sequence: 5, amount: 300))
      #expect(try await uncollected("BHXH-01").map(\.uncollected) == [300])
      let carried = try await uncollected("XA-40-16681")
      #expect(carried.map(\.rule) == [.carried])
      #expect(carried.map(\.lastDay) == [nil])
      let pensions = try await uncollected("BHXH-19")
      #expect(pensions.map(\.rule) == Array(repeating: .neverLapses, count: 6))
      #expect(pensions.map(\.months) == Array(repeating: 7, count: 6))
      #expect(pensions.filter(\.isUnlisted).count == 6)
      let back = UncollectedActRequest(
        act: .returnToFund, items: [ItemReference(line: 1, period: 202_605)], hands: Self.hands)
      try expect(try await centre.post("/v1/uncollected/acts", back), gives: ActAnswer.self)
      let money = FundingReturnRequest(
        unit: "BHXH-01", funder: "QBHTN@VN", amount: 300, reference: "UNC 5", hands: Self.hands)
      try expect(try await centre.post("/v1/funding-returns", money), gives: ActAnswer.self)
      #expect(try await uncollected("BHXH-01").isEmpty)
      try expect(try await centre.get("/v1/uncollected?unit=BHXH"), is: .malformedRequest)
    }
  }

  @Test("A third party is paid what was deducted for it")
  func thirdParty() async throws {
    try await TestCentre.run { centre in
      try await centre.credit([ListRow(1, 1_000)])
      let order = DeductionRequest(line: 1, party: "THADS-19", percent: 25, hands: Self.hands)
      try expect(try await centre.post("/v1/deductions", order), gives: ActAnswer.self)
      try await centre.credit([ListRow(1, 1_000, period: "2026-12")], list: "T12")
      func pay(_ amount: Int64) async throws -> HTTPAnswer {
        try await centre.post(
          "/v1/third-parties/THADS-19/payments",
          ThirdPartyPaymentRequest(
            unit: "BHXH-19", funder: "QHTTT@VN", amount: amount, reference: "UNC 6", hands: Self.hands))
      }
      try expect(try await pay(251), is: .amountOverRest)
      try expect(try await pay(250), gives: ActAnswer.self)
      var both = order
      both.receivable = 1
      try expect(try await centre.post("/v1/deductions", both), is: .malformedRequest)
      both.receivable = nil
      both.amount = 5
      try expect(try await centre.post("/v1/deductions", both), is: .malformedRequest)
    }
  }
}
