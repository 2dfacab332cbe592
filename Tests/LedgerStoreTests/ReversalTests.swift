import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Paid payouts that are taken back.
@Suite("Reversals")
struct ReversalTests {
  /// 2 December 2026, 10:00 in Vietnam: the window after ``World/now``.
  static let december: Int64 = 1_796_180_400_000

  static func reversal(_ id: [UInt8], checker: String = "Lê B") -> LedgerCommand {
    .reversePayout(
      PayoutReversal(
        transactionID: id,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "chi nhầm")))
  }

  /// A twin with payout 1 of 1,000,700 đ over two items in another province, reported as paid.
  static func paid() async throws -> Twin {
    let twin = try await Twin()
    try await twin.run(
      .importItems(
        ItemImport(wholeList: "T10", rows: [World.row(1, 700, period: 202_610, kind: .arrears)], maker: "Nguyễn A")))
    try await twin.approve("T10")
    try await twin.run(.creditCycle(CycleCredit(list: "T10")))
    let parts = [World.part(700, period: 202_610), World.part(1_000_000)]
    let outcome = try await twin.posting(World.posting(1, counter: 1, parts: parts, terminal: 2, province: "01"))
    #expect(outcome.refusal == nil)
    #expect(try await twin.run(World.record(1, .paid, terminal: 2)) == .recorded(.paid))
    return twin
  }

  @Test("A paid payout goes back to its items, once, in the window of its own month")
  func reversed() async throws {
    let twin = try await Self.paid()
    #expect(try await twin.refusal(Self.reversal(World.id(1), checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.reversal(World.id(1), checker: "NGUYỄN  A")) == .fourEyesNeeded)
    let outcome = try await twin.run(Self.reversal(World.id(1)), at: Self.december)
    let whole = TakenBack(of: 1_000_700)
    #expect(outcome == .acted(EntitlementActResult(sequence: 3, amount: 1_000_700, takenBack: whole)))
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [700, 3_000_000])
    #expect(try await twin.store.settlement(window: "202611").map(\.amount) == [1_000_700])
    #expect(try await twin.store.settlement(window: "202612").map(\.amount) == [-1_000_700])
    let advance = AccountKey(.agentAdvance, book: World.social01, funder: World.pension, subject: "BD01")
    #expect(try await PayoutTests.balance(twin.store, advance) == 0)
    #expect(try await twin.refusal(Self.reversal(World.id(1))) == .payoutReversed)
    #expect(try await twin.refusal(World.record(1, .void, terminal: 2)) == .alreadyPaid)
    let status = try await twin.store.payoutStatus(World.id(1))
    #expect(status.state == .reversed(amount: 1_000_700, at: Self.december))
    try await twin.compare()
    let again = World.posting(
      2, counter: 2, previous: World.posting(1, counter: 1, parts: []).identity, parts: [World.part(3_000_000)])
    #expect(try await twin.posting(again).refusal == nil)
    try await twin.compare()
  }

  @Test("Nothing is taken back that was never paid, is void, or never was")
  func refused() async throws {
    let twin = try await Twin()
    let first = World.posting(1, counter: 1, parts: [World.part(10)])
    #expect(try await twin.posting(first).refusal == nil)
    #expect(try await twin.refusal(Self.reversal(World.id(1))) == .payoutNotPaid)
    // Another terminal's word about it counts for nothing.
    #expect(try await twin.refusal(World.record(1, .void, terminal: 2)) == .recordOfOtherTerminal)
    #expect(try await twin.refusal(Self.reversal(World.id(1))) == .payoutNotPaid)
    #expect(try await twin.run(World.record(1, .void)) == .recorded(.voided(returned: 10)))
    #expect(try await twin.refusal(Self.reversal(World.id(1))) == .alreadyVoid)
    #expect(try await twin.run(World.record(2, .void)) == .recorded(.voidUnposted))
    #expect(try await twin.refusal(Self.reversal(World.id(2))) == .alreadyVoid)
    #expect(try await twin.refusal(Self.reversal(World.id(3))) == .unknownPayout)
    try await twin.compare()
  }

  @Test(
    "Reversals that were changed behind the chain's back are found",
    arguments: [
      "DELETE FROM payout_reversal", "UPDATE payout_reversal SET transaction_id = zeroblob(16)",
      "UPDATE act SET subject = 'payout 00' WHERE kind = 40", "UPDATE act SET event = NULL WHERE kind = 40",
      "UPDATE act SET checker = '' WHERE kind = 40", "DELETE FROM terminal_record",
      "UPDATE item_open SET paid = paid + 1, taken = 0 WHERE credited > 1000",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.paid()
    try await twin.run(Self.reversal(World.id(1)), at: Self.december)
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
