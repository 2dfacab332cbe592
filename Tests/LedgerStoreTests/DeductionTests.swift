import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Overpayments and what is deducted from credits.
@Suite("Overpayments and deductions")
struct DeductionTests {
  @Test("Found by hand, paid back in cash, written off; never more than the rest")
  func receivables() async throws {
    let twin = try await Twin()
    try await twin.paid(1_500)
    #expect(try await twin.refusal(World.found(10, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.found(10, World.name(9))) == .unknownItem)
    #expect(try await twin.refusal(World.found(10, agent: "XX")) == .unknownAgent)
    #expect(try await twin.refusal(World.recovered(1)) == .unknownReceivable)
    try await twin.run(World.found(1_000))
    try await twin.run(World.found(500, agent: "BD01"))
    let (fund, cash) = (try twin.balance(.programmeFund), try twin.balance(.treasury))
    #expect(try await twin.run(World.recovered(400)).refusal == nil)
    #expect(try twin.balance(.programmeFund) == fund + 400)
    #expect(try twin.balance(.treasury) == cash + 400)
    #expect(try await twin.refusal(World.writtenOff(600, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.writtenOff(601)) == .amountOverRest)
    #expect(try await twin.run(World.writtenOff(600)).refusal == nil)
    #expect(try await twin.refusal(World.recovered(1)) == .amountOverRest)
    #expect(try await twin.refusal(World.recovered(501, of: 2)) == .amountOverRest)
    #expect(try twin.balance(.deferredRecovery) == 500)
    let debts = try #require(await twin.store.receivables(.card(World.card(1))))
    #expect(debts.map(\.rest) == [0, 500])
    #expect(debts.map(\.agent) == [nil, "BD01"])
    try await twin.compare()
  }

  @Test("A debt is recovered from later regular credits, within the cap and not beyond the rest")
  func recovery() async throws {
    let twin = try await Twin()
    try await twin.paid()
    try await twin.run(World.found(1_000))
    try await twin.run(World.found(5, agent: "BD01"))
    let terms = DeductionTerms(purpose: .receivable(1), share: .amount(900))
    #expect(try await twin.refusal(World.order(terms, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(World.order(terms)) == .acted(EntitlementActResult(sequence: 5)))
    // 30 % of 1,999 is 599.7: rounded down. Of arrears nothing is taken.
    let fund = try twin.balance(.programmeFund)
    try await twin.credit(
      "T12", [World.row(1, 1_999, period: 202_612), World.row(1, 7_000, period: 202_612, kind: .arrears)])
    #expect(try twin.balance(.overpaymentReceivable, "1") == 401)
    #expect(try twin.balance(.deferredRecovery) == 401 + 5)
    #expect(try twin.balance(.programmeFund) == fund - 1_999 - 7_000 + 599)
    // Two months in one run: the second finds only what the first has left.
    try await twin.credit("T1", [World.row(1, 1_000, period: 202_701), World.row(1, 1_000, period: 202_702)])
    #expect(try twin.balance(.overpaymentReceivable, "1") == 0)
    let items = try #require(await twin.store.entitlements(.card(World.card(1)))).first?.items
    #expect(items?.map(\.deducted) == [0, 599, 0, 300, 101])
    #expect(try await twin.store.deductions(.card(World.card(1)))?.map(\.taken) == [1_000])
    try await twin.credit("T3", [World.row(1, 1_000, period: 202_703)])
    #expect(try await twin.store.payable(card: World.card(1))?.last?.amount == 1_000)
    try await twin.compare()
  }

  @Test("Orders apply in their order under one cap; third parties get theirs until the total or the stop")
  func thirdParties() async throws {
    let twin = try await Twin()
    try await twin.run(
      World.order(DeductionTerms(purpose: .thirdParty("THADS-19"), share: .percent(20), total: 250)))
    try await twin.run(World.order(DeductionTerms(purpose: .thirdParty("NHCS"), share: .percent(20))))
    try await twin.run(World.order(DeductionTerms(purpose: .thirdParty("HOI"), share: .amount(500), cap: 50)))
    try await twin.credit("T12", [World.row(1, 1_000, period: 202_612), World.row(2, 1_000, period: 202_612)])
    let parties = ["THADS-19", "NHCS", "HOI"]
    func balances() throws -> [Int64] { try parties.map { try twin.balance(.thirdParties, $0) } }
    #expect(try balances() == [200, 100, 200])
    #expect(try await twin.refusal(World.stop(4, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(World.stop(4)).refusal == nil)
    #expect(try await twin.refusal(World.stop(4)) == .deductionStopped)
    #expect(try await twin.refusal(World.stop(10)) == .unknownDeduction)
    try await twin.credit("T1", [World.row(1, 1_000, period: 202_701)], limit: 1)
    #expect(try balances() == [250, 100, 650])
    #expect(try await twin.refusal(World.pays("NHCS", 100, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.pays("NHCS", 101)) == .amountOverRest)
    #expect(try await twin.refusal(World.pays("AI", 1)) == .amountOverRest)
    #expect(try await twin.run(World.pays("NHCS", 100)).refusal == nil)
    #expect(try twin.balance(.thirdParties, "NHCS") == 0)
    // What an order took counts as received: nothing owed at all is owed back, the deducted part too.
    #expect(try await twin.run(World.correction(0, World.name(1, 202_701))).refusal == nil)
    #expect(try twin.balance(.overpaymentReceivable, "1") == 500)
    try await twin.compare()
  }

  @Test("Whose debt, whose money, and how much of an item: each refused by name")
  func refusals() async throws {
    let twin = try await Twin()
    try await twin.paid()
    try await twin.credit("B", [World.row(2, 10), World.row(1, 10, unit: World.social19, programme: 2)])
    try await twin.run(World.found(1_000))
    try await twin.run(World.found(1_000, agent: "BD01"))
    func terms(_ receivable: Int64, percent: Int64 = 10, cap: Int64 = 30) -> DeductionTerms {
      DeductionTerms(purpose: .receivable(receivable), share: .percent(percent), cap: cap)
    }
    #expect(try await twin.refusal(World.order(terms(1), line: 9)) == .unknownLine)
    #expect(try await twin.refusal(World.order(terms(3))) == .unknownReceivable)
    #expect(try await twin.refusal(World.order(terms(1), line: 2)) == .receivableElsewhere)
    #expect(try await twin.refusal(World.order(terms(2))) == .receivableElsewhere)
    #expect(try await twin.refusal(World.order(terms(1, percent: 101))) == .shareTooHigh)
    #expect(try await twin.refusal(World.order(terms(1, cap: 101))) == .shareTooHigh)
    #expect(try await twin.run(World.order(terms(1), line: 3)).refusal == nil)
    for party in ["019010000001", "", "A/B", "É"] {
      let order = World.order(DeductionTerms(purpose: .thirdParty(party), share: .amount(1)))
      #expect(try await twin.refusal(order) == .malformed)
    }
    #expect(
      try await twin.refusal(World.order(DeductionTerms(purpose: .receivable(1), share: .amount(1), total: 5)))
        == .malformed)
    #expect(try await twin.refusal(World.uncollected(.itemsLapsed, [World.name(), World.name()])) == .malformed)
    try await twin.compare()
  }

  @Test(
    "Rows that were changed behind the chain's back are found",
    arguments: [
      "UPDATE receivable SET amount = amount - 1", "UPDATE receivable SET person = NULL, agent = 'BD01'",
      "DELETE FROM receivable", "UPDATE deduction SET percent = 11 WHERE party = 'NHCS'",
      "UPDATE deduction_state SET taken = 0", "UPDATE deduction_state SET stopped = NULL",
      "UPDATE deduction_state SET stopped = number", "UPDATE item_aside SET uncollected = uncollected + 1",
      "UPDATE item_aside SET uncollected = 0", "UPDATE item_aside SET deducted = 0",
      "UPDATE item_aside SET overpaid = overpaid + 1",
      "UPDATE item_aside SET overpaid = overpaid - 1 WHERE overpaid > 0",
      "UPDATE item_move SET amount = amount - 1 WHERE amount = 10",
      "UPDATE account SET subject = '7' WHERE code = 1400",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(World.order(DeductionTerms(purpose: .thirdParty("NHCS"), share: .percent(10))))
    try await twin.run(World.order(DeductionTerms(purpose: .thirdParty("HOI"), share: .amount(1))))
    try await twin.run(World.stop(4))
    try await twin.credit("T12", [World.row(1, 100, period: 202_612), World.row(1, 50, period: 202_701)])
    try await twin.run(World.posting(1, counter: 1, parts: [World.part(90, period: 202_612)]).command)
    try await twin.run(World.correction(40, World.name(1, 202_612)))
    try await twin.run(World.uncollected(.itemsLapsed))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
      try db.execute(sql: "PRAGMA foreign_keys = ON")
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}

extension PayoutPosting {
  var command: LedgerCommand { .payout(self) }
}
