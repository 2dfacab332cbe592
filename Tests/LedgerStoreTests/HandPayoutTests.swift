import CardCrypto
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Payouts by hand from signed lists.
@Suite("Payouts by hand")
struct HandPayoutTests {
  static func visit(
    _ number: Int, person: Int = 1, parts: [PayoutAllocation], reason: String = "thẻ hỏng"
  ) -> HandVisit {
    HandVisit(
      transactionID: World.id(number), personalID: World.person(person).personalID, allocations: parts,
      cardReason: reason)
  }

  static func list(
    _ visits: [HandVisit], _ reference: String = "C72a-1", agent: String = "BD01", province: String = "19",
    checker: String = "Lê B", scan: [UInt8]? = nil
  ) -> LedgerCommand {
    .payByHand(
      HandPayoutList(
        list: reference, scan: scan ?? Digest.sha256.hash(Array(reference.utf8)), agent: agent, point: "XA-19-001",
        province: province,
        commune: "05443", visits: visits,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "XA-19-05443", reason: "danh sách ký nhận")))
  }

  /// A twin where person 2, without a card, is owed 40 on line 2 and 60 on line 3.
  static func ready() async throws -> Twin {
    let twin = try await Twin()
    try await twin.run(
      .fund(Funding(unit: World.home19, funder: World.local19, amount: 1_000, reference: "UNC 2", hands: World.hands()))
    )
    let rows = [
      World.row(2, 40, period: 202_610, kind: .arrears), World.row(2, 60, unit: World.home19, funder: World.local19),
    ]
    try await twin.run(.importItems(ItemImport(wholeList: "T11x", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T11x")
    try await twin.run(.creditCycle(CycleCredit(list: "T11x")))
    return twin
  }

  static let both = [World.part(40, line: 2, period: 202_610), World.part(60, line: 3)]

  @Test("People of a list are paid as by card, hosted where they are, and taken back like any payout")
  func paid() async throws {
    let twin = try await Self.ready()
    let command = Self.list(
      [Self.visit(1, person: 2, parts: Self.both, reason: ""), Self.visit(2, parts: [World.part(5)])], province: "01")
    #expect(try await twin.run(command) == .acted(EntitlementActResult(sequence: 4, amount: 105)))
    #expect(try await twin.store.settlement(window: "202611").map(\.amount) == [45, 60])
    try await twin.compare()
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.payouts == 2)
    #expect(
      try await twin.run(ReversalTests.reversal(World.id(1)), at: ReversalTests.december)
        == .acted(EntitlementActResult(sequence: 5, amount: 100, takenBack: TakenBack(of: 100))))
    #expect(try await twin.refusal(ReversalTests.reversal(World.id(1))) == .payoutReversed)
    // One list pays a line's month once, unless it was taken back; another list may pay more of it.
    #expect(try await twin.refusal(Self.list([Self.visit(3, parts: [World.part(5)])])) == .handPaidBefore)
    let again = Self.list([Self.visit(3, person: 2, parts: Self.both)], "C72a-2")
    #expect(try await twin.run(again).refusal == nil)
    try await twin.compare()
  }

  @Test("An agent's limit does not stop what was handed out already")
  func limit() async throws {
    let twin = try await Twin()
    try await twin.run(.registerAgent(AgentRegistration(agent: "XA", onlineLimit: 0)))
    #expect(
      try await twin.run(Self.list([Self.visit(1, parts: [World.part(3_000_000)])], agent: "XA")).refusal == nil)
    try await twin.compare()
  }

  @Test("What can't be paid is named by its place, and nothing of the list is")
  func refused() async throws {
    let twin = try await Self.ready()
    let good = Self.visit(1, person: 2, parts: Self.both)
    func refusal(_ visit: HandVisit) async throws -> LedgerRefusal? {
      try await twin.run(Self.list([good, visit])).refusal
    }
    #expect(try await twin.refusal(Self.list([good], checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.list([good], agent: "NOBODY")) == .unknownAgent)
    #expect(try await twin.refusal(Self.list([good, good])) == .malformed)
    let part = [World.part(5)]
    #expect(try await refusal(Self.visit(2, person: 9, parts: part)) == LedgerRefusal(.unknownPerson, place: 1))
    #expect(try await refusal(Self.visit(2, parts: part, reason: "")) == LedgerRefusal(.cardReasonNeeded, place: 1))
    #expect(try await refusal(Self.visit(2, person: 2, parts: part)) == LedgerRefusal(.lineNotOfPerson, place: 1))
    #expect(
      try await refusal(Self.visit(2, person: 2, parts: Self.both)) == LedgerRefusal(.handPaidBefore, place: 1))
    #expect(
      try await refusal(Self.visit(2, parts: [World.part(5, period: 202_601)]))
        == LedgerRefusal(.periodNotOpen, place: 1))
    #expect(
      try await refusal(Self.visit(2, parts: [World.part(3_000_001)])) == LedgerRefusal(.amountOverOpen, place: 1))
    #expect(try await twin.posting(World.posting(2, counter: 1, parts: part)).refusal == nil)
    #expect(try await refusal(Self.visit(2, parts: part)) == LedgerRefusal(.transactionReused, place: 1))
    try await twin.run(LineActTests.act(.lineSuspended))
    #expect(try await refusal(Self.visit(3, parts: part)) == LedgerRefusal(.lineSuspended, place: 1))
    #expect(try await twin.store.counts().payouts == 1)
    #expect(try await twin.run(Self.list([good])).refusal == nil)
    let taken = World.posting(
      1, counter: 2, previous: World.posting(2, counter: 1, parts: []).identity, parts: part)
    #expect(try await twin.posting(taken).refusal?.code == .transactionReused)
    try await twin.compare()
  }

  @Test(
    "Lists that were changed behind the chain's back are found",
    arguments: [
      "UPDATE hand_payout SET scan = zeroblob(32)", "UPDATE hand_payout SET card_reason = 'x'",
      "UPDATE hand_payout SET list = 'C72a-9'", "UPDATE hand_payout SET amount = amount + 1",
      "UPDATE hand_payout_part SET amount = amount - 1 WHERE amount > 5", "DELETE FROM hand_payout_part",
      "UPDATE hand_payout SET evidence = 1", "UPDATE act SET content = '' WHERE kind = 41",
      "DELETE FROM hand_payout", "UPDATE act SET checker = maker WHERE kind = 41",
      "UPDATE hand_payout SET person = (SELECT id FROM person WHERE id <> person LIMIT 1)",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.ready()
    try await twin.run(Self.list([Self.visit(1, person: 2, parts: Self.both)]))
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
