import Ledger
import Testing

struct PostingRuleTests {
  static let social19 = AccountingUnit(provincial: .socialInsurance, provinceCode: "19")
  static let social01 = AccountingUnit(provincial: .socialInsurance, provinceCode: "01")
  static let health01 = AccountingUnit(provincial: .health, provinceCode: "01")
  static let pension = Funder(kind: .pensionSurvivorFund, provinceCode: "19")
  static let local19 = Funder(kind: .localBudget, provinceCode: "19")

  static func commune19() throws -> AccountingUnit { try #require(AccountingUnit(text: "XA-19-05443")) }

  static func text(_ event: LedgerEvent) throws -> [String] {
    event.transfers().map { "\($0.debit.text) > \($0.credit.text) \($0.amount) \($0.kind)" }
  }

  @Test func table() throws {
    let commune = try Self.commune19()
    let own = PayableAccount(line: 7, unit: Self.social19, funder: Self.pension)
    let poor = PayableAccount(line: 8, unit: commune, funder: Self.local19)
    let away = LedgerEvent.payout(
      [LineAmount(line: own, amount: 30), LineAmount(line: poor, amount: 4)], agent: "BD01", hostProvince: "01",
      window: "202611")
    let table: [(LedgerEvent, [String])] = [
      (
        .funding(unit: Self.social19, funder: Self.pension, amount: 5),
        ["1100 BHXH-19 QHTTT@VN  > 2100 BHXH-19 QHTTT@VN  5 funding"]
      ),
      (
        .agentTopUp(agent: "BD01", unit: Self.social19, funder: Self.pension, amount: 6),
        ["1200 BHXH-19 QHTTT@VN BD01 > 1100 BHXH-19 QHTTT@VN  6 agentToppedUp"]
      ),
      (
        .cycleApproval([
          PurseAmount(unit: Self.social19, funder: Self.pension, amount: 40),
          PurseAmount(unit: commune, funder: Self.local19, amount: 20),
        ]),
        [
          "2100 BHXH-19 QHTTT@VN  > 2190 BHXH-19 QHTTT@VN  40 cycleApproved",
          "2100 XA-19-05443 NSDP@19  > 2190 XA-19-05443 NSDP@19  20 cycleApproved",
        ]
      ),
      (
        .cycleCredit([
          LineAmount(line: own, amount: 10), LineAmount(line: poor, amount: 20), LineAmount(line: own, amount: 30),
        ]),
        [
          "2190 BHXH-19 QHTTT@VN  > 2200 BHXH-19 QHTTT@VN 7 10 lineCredited",
          "2190 XA-19-05443 NSDP@19  > 2200 XA-19-05443 NSDP@19 8 20 lineCredited",
          "2190 BHXH-19 QHTTT@VN  > 2200 BHXH-19 QHTTT@VN 7 30 lineCredited",
        ]
      ),
      (
        .payout(
          [LineAmount(line: own, amount: 30), LineAmount(line: poor, amount: 4)], agent: "BD01", hostProvince: "19",
          window: "202611"),
        [
          "2200 BHXH-19 QHTTT@VN 7 > 1200 BHXH-19 QHTTT@VN BD01 30 payoutOwn",
          "2200 XA-19-05443 NSDP@19 8 > 1200 XA-19-05443 NSDP@19 BD01 4 payoutOwn",
        ]
      ),
      (
        away,
        [
          "2200 BHXH-19 QHTTT@VN 7 > 2400 BHXH-19 QHTTT@VN BHXH-01/202611 30 payoutHome",
          "1300 BHXH-01 QHTTT@VN BHXH-19/202611 > 1200 BHXH-01 QHTTT@VN BD01 30 payoutHost",
          "2200 XA-19-05443 NSDP@19 8 > 2400 XA-19-05443 NSDP@19 SYT-01/202611 4 payoutHome",
          "1300 SYT-01 NSDP@19 XA-19-05443/202611 > 1200 SYT-01 NSDP@19 BD01 4 payoutHost",
        ]
      ),
      (
        .void(away.transfers(), window: "202612"),
        [
          "1200 SYT-01 NSDP@19 BD01 > 1300 SYT-01 NSDP@19 XA-19-05443/202612 4 void",
          "2400 XA-19-05443 NSDP@19 SYT-01/202612 > 2200 XA-19-05443 NSDP@19 8 4 void",
          "1200 BHXH-01 QHTTT@VN BD01 > 1300 BHXH-01 QHTTT@VN BHXH-19/202612 30 void",
          "2400 BHXH-19 QHTTT@VN BHXH-01/202612 > 2200 BHXH-19 QHTTT@VN 7 30 void",
        ]
      ),
    ]
    for (event, expected) in table { #expect(try Self.text(event) == expected) }
  }

  @Test func everyEntryStaysInOneBookAndFunder() throws {
    let a = AccountKey(.treasury, book: Self.social19, funder: Self.pension)
    let b = AccountKey(.programmeFund, book: Self.social19, funder: Self.pension)
    #expect(Transfer(debit: a, credit: b, amount: 1, kind: .funding) != nil)
    #expect(Transfer(debit: a, credit: a, amount: 1, kind: .funding) == nil)
    #expect(Transfer(debit: a, credit: b, amount: 0, kind: .funding) == nil)
    let otherBook = AccountKey(.programmeFund, book: Self.social01, funder: Self.pension)
    #expect(Transfer(debit: a, credit: otherBook, amount: 1, kind: .funding) == nil)
    let otherFunder = AccountKey(.programmeFund, book: Self.social19, funder: Self.local19)
    #expect(Transfer(debit: a, credit: otherFunder, amount: 1, kind: .funding) == nil)
  }

  @Test func hostUnits() throws {
    #expect(LedgerEvent.hostUnit(of: Self.social19, inProvince: "19") == nil)
    #expect(LedgerEvent.hostUnit(of: Self.social19, inProvince: "01") == Self.social01)
    #expect(LedgerEvent.hostUnit(of: try Self.commune19(), inProvince: "01") == Self.health01)
    #expect(LedgerEvent.hostUnit(of: try Self.commune19(), inProvince: "19") == nil)
  }
}

struct ChartTests {
  @Test func everyAccountHasASideAndARule() {
    #expect(AccountCode.allCases.count == 21)
    for code in AccountCode.allCases { #expect(AccountCode.chart[code] != nil, "\(code)") }
  }

  @Test(arguments: [
    (AccountCode.treasury, UInt16(1100), AccountSide.debit, SignRule.free),
    (.agentAdvance, 1200, .debit, .agentLimit),
    (.dueFrom, 1300, .debit, .signedPerWindow),
    (.programmeFund, 2100, .credit, .nonNegative),
    (.cycleApproved, 2190, .credit, .nonNegative),
    (.entitlementPayable, 2200, .credit, .nonNegative),
    (.offlineReserve, 2300, .credit, .nonNegative),
    (.dueTo, 2400, .credit, .signedPerWindow),
    (.suspense, 2500, .credit, .free),
    (.feeExpense, 5200, .debit, .free),
    (.nettingClearing, 9100, .debit, .zeroWhenConfirmed),
  ])
  func chart(_ code: AccountCode, _ number: UInt16, _ side: AccountSide, _ rule: SignRule) {
    #expect(code.rawValue == number)
    #expect(code.side == side)
    #expect(code.signRule == rule)
  }
}
