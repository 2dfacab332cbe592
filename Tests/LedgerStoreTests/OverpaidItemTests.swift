import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What was paid too much of an item is recovered once, whoever finds it (`ledger` §2).
@Suite("Overpayments of items")
struct OverpaidItemTests {
  @Test("Found by hand: not more than was paid of the item and is not to be recovered already")
  func byHand() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(World.found(1)) == .amountOverPaid)
    try await twin.paid(1_000)
    #expect(try await twin.refusal(World.found(1_001)) == .amountOverPaid)
    #expect(try await twin.run(World.found(600)) == CorrectionTests.acted(3, 600))
    #expect(try await twin.refusal(World.found(401, agent: "BD01")) == .amountOverPaid)
    #expect(try await twin.run(World.found(400, agent: "BD01")) == CorrectionTests.acted(4, 400))
    // What came back or was written off was found once, too.
    try await twin.run(World.recovered(600))
    try await twin.run(World.writtenOff(400, of: 2))
    #expect(try await twin.refusal(World.found(1)) == .amountOverPaid)
    #expect(try await twin.refusal(World.found(1, World.name(1, 202_611, .arrears))) == .unknownItem)
    try await twin.compare()
  }

  @Test("More than the only rest is refused by its name, whether it is to be recovered or written off")
  func overRest() async throws {
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.found(600))
    #expect(try await twin.refusal(World.writtenOff(601)) == .amountOverRest)
    #expect(try await twin.refusal(World.recovered(601)) == .amountOverRest)
    #expect(try await twin.run(World.writtenOff(600)).refusal == nil)
    try await twin.compare()
  }

  @Test("A correction or a death afterwards recovers only what nobody has found before")
  func correctedAndDead() async throws {
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.found(300))
    // 3,000,000 đ stand at 2,999,700 đ: down to 500 đ, of which 2,999,000 đ were open.
    #expect(try await twin.run(World.correction(500)) == CorrectionTests.acted(4, 2_999_200))
    #expect(try twin.balance(.overpaymentReceivable, "2") == 200)
    #expect(try await twin.refusal(World.found(501)) == .amountOverPaid)
    #expect(try await twin.run(DeathTests.death()) == CorrectionTests.acted(5, 500))
    #expect(try twin.balance(.overpaymentReceivable, "3") == 500)
    #expect(try twin.balance(.deferredRecovery) == 1_000)
    #expect(try await twin.refusal(World.found(1)) == .amountOverPaid)
    try await twin.compare()
  }

  @Test("A payout that is taken back releases what was found by hand, whoever owes it; then it can be paid again")
  func takenBack() async throws {
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.found(300))
    try await twin.run(World.found(200, agent: "BD01"))
    let fund = try twin.balance(.programmeFund)
    try await twin.run(World.record(1, .void))
    #expect(try twin.balance(.programmeFund) == fund + 500)
    #expect(try twin.balance(.deferredRecovery) == 0)
    #expect(try twin.balance(.entitlementPayable, "1") == 2_999_500)
    #expect(try await twin.refusal(World.found(1)) == .amountOverPaid)
    let parts = [World.part(2_999_500)]
    let again = World.posting(
      2, counter: 2, previous: World.posting(1, counter: 1, parts: [World.part(1_000)]).identity, parts: parts)
    #expect(try await twin.posting(again).refusal == nil)
    #expect(try await twin.run(World.found(2_999_500)).refusal == nil)
    try await twin.compare()
  }

  @Test("What an agent paid back of a payout that is taken back is not its person's to draw; what the person paid is")
  func whose() async throws {
    for (agent, open): (String?, Int64) in [(nil, 3_000_000), ("BD01", 2_999_700)] {
      let twin = try await Twin()
      try await twin.paid(1_000)
      try await twin.run(World.found(300, agent: agent))
      try await twin.run(World.recovered(300))
      try await twin.run(World.record(1, .void))
      #expect(try twin.balance(.entitlementPayable, "1") == open)
      try await twin.compare()
    }
  }

  @Test("What an agent paid in cash is its own again when the payout is taken back, and the fund has it once")
  func agentRefunded() async throws {
    let twin = try await Twin()
    let visits = [HandPayoutTests.visit(1, parts: [World.part(1_000)], reason: "thẻ hỏng")]
    #expect(try await twin.run(HandPayoutTests.list(visits)).refusal == nil)
    try await twin.run(World.found(700, agent: "BD01"))
    try await twin.run(World.found(100))
    let fund = try twin.balance(.programmeFund)
    try await twin.run(World.recovered(600))
    #expect(try twin.balance(.programmeFund) == fund + 600)
    let back = TakenBack(of: 1_000, toFund: 200, toAgent: 600)
    #expect(back.toLine == 200)
    #expect(
      try await twin.run(ReversalTests.reversal(World.id(1)))
        == .acted(EntitlementActResult(sequence: 7, amount: 1_000, takenBack: back)))
    // 800 đ were not owed: 600 đ of the agent's cash and the 200 đ that nobody had paid back yet.
    #expect(try twin.balance(.programmeFund) == fund + 800)
    #expect(try twin.balance(.agentFees, "BD01") == 600)
    #expect(try twin.balance(.entitlementPayable, "1") == 2_999_200)
    #expect(try twin.balance(.deferredRecovery) == 0)
    try await twin.compare()
  }

  @Test("An agent is given back what it paid once, however many payouts of the item are taken back")
  func agentRefundedOnce() async throws {
    let twin = try await Twin()
    let visits = [
      HandPayoutTests.visit(1, parts: [World.part(600)], reason: "thẻ hỏng")
    ]
    try await twin.run(HandPayoutTests.list(visits))
    try await twin.run(
      HandPayoutTests.list(
        [HandPayoutTests.visit(2, parts: [World.part(400)], reason: "thẻ hỏng")], "DS-2", scan: World.terminalKey(51)))
    try await twin.run(World.found(400, agent: "BD01"))
    try await twin.run(World.recovered(400))
    for (number, agent): (Int, Int64) in [(1, 400), (2, 0)] {
      let outcome = try await twin.run(ReversalTests.reversal(World.id(number)))
      guard case .acted(let result) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(result.takenBack?.toAgent == agent && result.takenBack?.toFund == 0)
    }
    #expect(try twin.balance(.agentFees, "BD01") == 400)
    #expect(try twin.balance(.entitlementPayable, "1") == 2_999_600)
    try await twin.compare()
    for statement in ["DELETE FROM agent_refund", "UPDATE agent_refund SET amount = 401"] {
      let other = try await Twin()
      try await other.paid(1_000)
      try await other.run(World.found(300, agent: "BD01"))
      try await other.run(World.recovered(300))
      try await other.run(World.record(1, .void))
      try await other.compare()
      try await other.store.pool.write { try $0.execute(sql: statement) }
      let report = try await other.store.audit(evidence: World.verify)
      #expect(report.problems.contains { $0.place.hasPrefix("agent's money that did not") })
      #expect(report.problems.contains { $0.place.hasPrefix("agent that was given more") })
    }
  }

  @Test("What came back whole from its person stands in nobody's way; what an agent paid for does")
  func recoveredWhole() async throws {
    let elsewhere = LedgerCommand.importItems(
      ItemImport(
        wholeList: "H", rows: [World.row(1, 700, unit: World.social01, funder: World.pension)], maker: "Nguyễn A"))
    for agent: String? in [nil, "BD01"] {
      let twin = try await Twin()
      try await twin.paid(1_000)
      try await twin.run(World.correction(1_000))
      try await twin.run(World.found(1_000, agent: agent))
      #expect(try await twin.refusal(elsewhere) == .duplicateItem)
      try await twin.run(World.recovered(999))
      #expect(try await twin.refusal(elsewhere) == .duplicateItem)
      try await twin.run(World.recovered(1))
      #expect(try await twin.refusal(elsewhere) == (agent == nil ? nil : .duplicateItem))
      try await twin.compare()
    }
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.correction(0))
    try await twin.run(World.recovered(999))
    try await twin.run(World.writtenOff(1))
    #expect(try await twin.refusal(elsewhere) == .duplicateItem)
    try await twin.compare()
  }

  @Test(
    "A receivable's item that was changed behind the chain's back is found",
    arguments: [
      ("UPDATE receivable SET item = NULL WHERE number = 1", "receivable of another line's item, or of none"),
      ("UPDATE item_aside SET overpaid = 0", "overpaid otherwise"),
      ("UPDATE item_aside SET overpaid = overpaid - 1", "overpaid otherwise"),
      ("DELETE FROM item_aside", "overpaid otherwise"),
      ("UPDATE item_open SET paid = 499", "more is owed back than was paid"),
    ])
  func tampered(_ statement: String, _ finding: String) async throws {
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.found(300))
    try await twin.run(World.found(200, agent: "BD01"))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.contains(finding) }, "\(report.problems)")
  }
}
