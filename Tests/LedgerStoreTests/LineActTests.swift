import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Lines that are suspended, resumed and ended.
@Suite("Lines suspended, resumed, ended")
struct LineActTests {
  static func act(
    _ kind: EntitlementActKind, line: UInt32 = 1, last: Int32? = nil, checker: String = "Lê B"
  ) -> LedgerCommand {
    .actOnLine(
      LineAct(
        line: line, kind: kind, lastPeriod: last.map { World.period($0) },
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "xuất cảnh")))
  }

  @Test("A suspended line keeps what it is owed and pays nothing; resumed, it pays all of it")
  func suspension() async throws {
    let twin = try await Twin()
    #expect(try await twin.run(Self.act(.lineSuspended, checker: "")) == .acted(EntitlementActResult(sequence: 3)))
    #expect(try await twin.refusal(Self.act(.lineSuspended)) == .lineSuspended)
    #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
    let first = World.posting(1, counter: 1, parts: [World.part(1_000)])
    let refused = try await twin.posting(first)
    #expect(refused.refusal == LedgerRefusal(.lineSuspended, place: 0))
    try await twin.run(
      .importItems(ItemImport(wholeList: "T12", rows: [World.row(1, 70, period: 202_612)], maker: "A")))
    try await twin.approve("T12")
    try await twin.run(.creditCycle(CycleCredit(list: "T12")))
    #expect(try await twin.refusal(Self.act(.lineResumed, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(Self.act(.lineResumed)).refusal == nil)
    #expect(try await twin.refusal(Self.act(.lineResumed)) == .lineNotSuspended)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000, 70])
    let paid = try await twin.posting(
      World.posting(
        2, counter: 2, previous: first.identity, parts: [World.part(3_000_000), World.part(70, period: 202_612)]))
    #expect(paid.refusal == nil)
    try await twin.compare()
  }

  @Test("A line that ends gives its later months back, credited or not, and nothing revives it")
  func end() async throws {
    let twin = try await Twin()
    try await twin.run(
      .importItems(
        ItemImport(
          wholeList: "T12", rows: [World.row(1, 70, period: 202_612), World.row(1, 80, period: 202_701)], maker: "A")))
    try await twin.approve("T12")
    try await twin.run(.creditCycle(CycleCredit(list: "T12", limit: 1)))
    #expect(try await twin.refusal(Self.act(.lineEnded, last: 202_611, checker: "nguyễn  a")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.act(.lineEnded, last: 202_611, checker: "")) == .fourEyesNeeded)
    let ended = try await twin.run(Self.act(.lineEnded, last: 202_611))
    #expect(ended == .acted(EntitlementActResult(sequence: 3, amount: 70)))
    let fund = AccountKey(.programmeFund, book: World.social19, funder: World.pension)
    let before = twin.reference.accounts[fund]
    try await twin.run(.creditCycle(CycleCredit(list: "T12")))
    let after = try #require(twin.reference.accounts[fund])
    #expect(after.credits - (before?.credits ?? 0) == 80)
    for kind in [EntitlementActKind.lineSuspended, .lineResumed] {
      #expect(try await twin.refusal(Self.act(kind)) == .lineEnded)
    }
    #expect(try await twin.refusal(Self.act(.lineSuspended, line: 9)) == .unknownLine)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
    try await twin.compare()
  }

  @Test(
    "Acts that were changed behind the chain's back are found",
    arguments: [
      "UPDATE act SET content = '202612'", "UPDATE item_move SET amount = amount - 1",
      "UPDATE line_state SET state = 1", "UPDATE act SET checker = maker",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.act(.lineEnded, last: 202_610))
    try await twin.store.pool.write { try $0.execute(sql: statement) }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
