import Ledger
import Testing

@testable import LedgerStore

/// Where deaths, corrections, transfers, payouts by hand and reversals meet.
@Suite("What turns out not to be owed")
struct NotOwedTests {
  private static func fund(_ twin: Twin) throws -> Int64 { try DeathTests.balance(twin, .programmeFund) }

  @Test("A transfer that the bank sends back after the death goes to the fund, and is not recovered")
  func rejectedAfterDeath() async throws {
    let twin = try await Twin()
    let orders = [
      BankTransferTests.order("AS1", parts: [World.part(1_000)]),
      BankTransferTests.order("AS2", parts: [World.part(500)]),
    ]
    try await twin.run(BankTransferTests.batch(orders))
    try await twin.run(DeathTests.death())
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "1") == 1_500)
    let before = try Self.fund(twin)
    let statement = BankTransferTests.statement([
      BankTransferTests.report("AS1", 1_000, confirmed: false), BankTransferTests.report("AS2", 500),
    ])
    #expect(try await twin.run(statement).refusal == nil)
    #expect(try Self.fund(twin) == before + 1_000)
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "1") == 500)
    #expect(try DeathTests.balance(twin, .deferredRecovery) == 500)
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 0)
    try await twin.compare()
  }

  @Test("A paid payout reversed after the death goes to the fund, but for what was paid back of it: that is the heir's")
  func reversedAfterDeath() async throws {
    let twin = try await ReversalTests.paid()
    try await twin.run(DeathTests.death())
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "1") == 1_000_000)
    try await twin.run(World.recovered(400_000))
    let before = try Self.fund(twin)
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    #expect(try Self.fund(twin) == before + 600_000)
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "1") == 0)
    // October was owed: it is open again, for the heir, with the cash that came back of November.
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 400_700)
    #expect(try await twin.run(DeathTests.heir()) == .acted(EntitlementActResult(sequence: 7, amount: 400_700)))
    try await twin.compare()
  }

  /// A twin whose one item was paid 1,000 đ and corrected to 600 đ; the payout is number 1.
  private static func corrected() async throws -> Twin {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1_000)])).refusal == nil)
    #expect(try await twin.run(World.record(1, .paid)) == .recorded(.paid))
    #expect(try await twin.run(World.correction(600)).refusal == nil)
    return twin
  }

  @Test("What was written off is not owed once its payout is taken back")
  func writtenOff() async throws {
    let twin = try await Self.corrected()
    try await twin.run(World.writtenOff(400))
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 600)
    #expect(try await twin.refusal(World.correction(600)) == .amountNotLower)
    #expect(try await twin.run(World.correction(500)).refusal == nil)
    try await twin.compare()
  }

  @Test("What was paid back of a payout that is taken back is open, even after an earlier death")
  func paidBack() async throws {
    let twin = try await Self.corrected()
    try await twin.run(World.recovered(400))
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 1_000)
    #expect(try await twin.run(DeathTests.death()) == .acted(EntitlementActResult(sequence: 6, amount: 600)))
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 400)
    try await twin.compare()
  }

  @Test(
    "A suspended line neither lapses nor is deducted from; an ended one gives back what lapsed, and nothing revives it")
  func lines() async throws {
    let twin = try await Twin()
    let terms = DeductionTerms(purpose: .thirdParty("TP1"), share: .percent(10), cap: 30)
    try await twin.run(World.order(terms))
    try await twin.run(LineActTests.act(.lineSuspended))
    let lapse = try await twin.run(World.uncollected(.itemsLapsed)).refusal
    #expect(lapse == LedgerRefusal(.lineSuspended, place: 0))
    try await DeathTests.list(twin, "T12", [World.row(1, 1_000, period: 202_612)])
    #expect(try DeathTests.balance(twin, .thirdParties, "TP1") == 0)
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.run(World.uncollected(.itemsLapsed)).refusal == nil)
    let before = try Self.fund(twin)
    #expect(try await twin.run(LineActTests.act(.lineEnded, last: 202_610)).refusal == nil)
    #expect(try Self.fund(twin) == before + 3_001_000)
    #expect(try DeathTests.balance(twin, .uncollected) == 0)
    let reclaim = try await twin.run(World.uncollected(.itemsReclaimed)).refusal
    #expect(reclaim == LedgerRefusal(.lineEnded, place: 0))
    try await twin.compare()
  }

  @Test("What lapsed of a later month goes back with the death; an item that was corrected is not recovered twice")
  func lapsedAndCorrected() async throws {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T12", [World.row(1, 900, period: 202_612)])
    let parts = [World.part(300, period: 202_612)]
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: parts)).refusal == nil)
    try await twin.run(World.correction(200, World.name(1, 202_612)))
    try await twin.run(World.uncollected(.itemsLapsed))
    #expect(try DeathTests.balance(twin, .uncollected) == 3_000_000)
    let outcome = try await twin.run(DeathTests.death())
    #expect(outcome == .acted(EntitlementActResult(sequence: 5, amount: 3_000_200)))
    #expect(try DeathTests.balance(twin, .uncollected) == 0)
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "1") == 100)
    #expect(try DeathTests.balance(twin, .overpaymentReceivable, "2") == 200)
    try await twin.run(World.record(1, .void))
    #expect(try DeathTests.balance(twin, .deferredRecovery) == 0)
    #expect(try DeathTests.balance(twin, .entitlementPayable, "1") == 0)
    try await twin.compare()
  }

  @Test("Nobody is paid for the dead, by hand or by transfer; nor is a suspended line")
  func deadAndSuspended() async throws {
    let twin = try await HandPayoutTests.ready()
    try await twin.run(LineActTests.act(.lineSuspended))
    let visit = HandPayoutTests.visit(1, parts: [World.part(5)])
    let suspended = try await twin.run(HandPayoutTests.list([visit])).refusal
    #expect(suspended?.code == .lineSuspended)
    let order = BankTransferTests.order("AS1", parts: [World.part(5)])
    #expect(try await twin.refusal(BankTransferTests.batch([order])) == .lineSuspended)
    try await twin.run(DeathTests.death(2, on: 20_261_101))
    let dead = HandPayoutTests.visit(2, person: 2, parts: HandPayoutTests.both, reason: "")
    #expect(try await twin.refusal(HandPayoutTests.list([dead])) == .personDead)
    let late = BankTransferTests.order("AS2", person: 2, parts: HandPayoutTests.both)
    #expect(try await twin.refusal(BankTransferTests.batch([late])) == .personDead)
    try await twin.compare()
  }
}
