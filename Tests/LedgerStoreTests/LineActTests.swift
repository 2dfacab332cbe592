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

  @Test("A line that ends gives its later months back, credited or not")
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
    // It is not said to be credited.
    let returned = try CreditReturned([80])
    #expect(
      try await twin.run(.creditCycle(CycleCredit(list: "T12")))
        == .credited(CreditResult(items: 0, amount: 0, remaining: 0, returned: returned)))
    let list = try #require(try await twin.store.list("T12"))
    #expect(list.credited == 2 && list.returned == 1 && list.returnedAmount == 80)
    let after = try #require(twin.reference.accounts[fund])
    #expect(after.credits - (before?.credits ?? 0) == 80)
    #expect(try await twin.refusal(Self.act(.lineSuspended)) == .lineEnded)
    #expect(try await twin.refusal(Self.act(.lineEnded, last: 202_610)) == .lineEnded)
    #expect(try await twin.refusal(Self.act(.lineSuspended, line: 9)) == .unknownLine)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
    try await twin.compare()
  }

  @Test("A row for a month after the end is refused; once two persons resume the line, it is taken and credited")
  func resumedAfterEnd() async throws {
    let twin = try await Twin()
    try await twin.credit("T12", [World.row(1, 70, period: 202_612)])
    try await twin.run(Self.act(.lineEnded, last: 202_611))
    func list(_ name: String, _ kind: ItemKind = .regular) -> LedgerCommand {
      let rows = [World.row(7, 5, period: 202_612), World.row(1, 80, period: 202_612, kind: kind)]
      return .importItems(ItemImport(wholeList: name, rows: rows, maker: "A"))
    }
    for kind in [ItemKind.regular, .arrears] {
      #expect(try await twin.run(list("S", kind)) == .refused(LedgerRefusal(.monthAfterEnd, place: 1)))
    }
    // Of a month up to the last, something can be owed as before.
    let arrears = World.row(1, 9, period: 202_611, kind: .arrears)
    #expect(try await twin.refusal(.importItems(ItemImport(wholeList: "R", rows: [arrears], maker: "A"))) == nil)
    #expect(try await twin.refusal(Self.act(.lineResumed, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.run(Self.act(.lineResumed)).refusal == nil)
    #expect(try await twin.refusal(list("S")) == nil)
    try await twin.approve("S")
    try await twin.run(.creditCycle(CycleCredit(list: "S")))
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000, 80])
    #expect(try await twin.refusal(Self.act(.lineResumed)) == .lineNotSuspended)
    try await twin.compare()
  }

  @Test("What was approved before the end and is credited after the resumption is owed")
  func resumedBeforeCredit() async throws {
    let twin = try await Twin()
    let rows = [World.row(1, 70, period: 202_612)]
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "A")))
    try await twin.approve("T12")
    try await twin.run(Self.act(.lineEnded, last: 202_611))
    try await twin.run(Self.act(.lineResumed))
    try await twin.run(.creditCycle(CycleCredit(list: "T12")))
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000, 70])
    try await twin.run(DeathTests.death(on: 20_261_101))
    #expect(try await twin.refusal(Self.act(.lineResumed)) == .personDead)
    try await twin.compare()
  }

  @Test("What a suspended line holds is paid or inherited only once two persons have ended the suspension")
  func endedWhileSuspended() async throws {
    for isDeath in [false, true] {
      let twin = try await Twin()
      try await twin.credit("T12", [World.row(1, 70, period: 202_612)])
      try await twin.run(Self.act(.lineSuspended))
      let end = isDeath ? DeathTests.death(on: 20_261_103) : Self.act(.lineEnded, last: 202_611)
      #expect(try await twin.run(end) == .acted(EntitlementActResult(sequence: 4, amount: 70)))
      #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
      #expect(try await twin.refusal(Self.act(.lineEnded, last: 202_610)) == .lineEnded)
      if isDeath { #expect(try await twin.refusal(DeathTests.heir()) == .lineSuspended) }
      try await twin.compare()
      #expect(try await twin.refusal(Self.act(.lineResumed, checker: "")) == .fourEyesNeeded)
      #expect(try await twin.run(Self.act(.lineResumed)).refusal == nil)
      if isDeath {
        #expect(try await twin.run(DeathTests.heir()) == .acted(EntitlementActResult(sequence: 6, amount: 3_000_000)))
        #expect(try await twin.refusal(Self.act(.lineResumed)) == .personDead)
      } else {
        #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
      }
      // It ended all the same.
      #expect(
        try await twin.refusal(
          .importItems(ItemImport(wholeList: "S", rows: [World.row(1, 7, period: 202_612)], maker: "A")))
          == .monthAfterEnd)
      try await twin.compare()
    }
  }

  @Test("Of a dead person's lines the heir has what is not suspended, and the rest after the suspension")
  func partlyInherited() async throws {
    let twin = try await Twin()
    try await twin.credit("P2", [World.row(1, 40, programme: 2)])
    try await twin.run(Self.act(.lineSuspended))
    try await twin.run(DeathTests.death(on: 20_261_103))
    #expect(try await twin.run(DeathTests.heir()) == .acted(EntitlementActResult(sequence: 5, amount: 40)))
    #expect(try await twin.refusal(DeathTests.heir()) == .lineSuspended)
    try await twin.run(Self.act(.lineResumed))
    #expect(try await twin.run(DeathTests.heir()) == .acted(EntitlementActResult(sequence: 7, amount: 3_000_000)))
    #expect(try await twin.refusal(DeathTests.heir()) == .nothingToInherit)
    try await twin.compare()
  }

  @Test(
    "A line whose state was changed is named",
    arguments: [
      "UPDATE line_state SET state = 3 WHERE line = 1", "UPDATE line_state SET last_period = 202612 WHERE line = 1",
      "UPDATE line_state SET act = 1 WHERE line = 1", "DELETE FROM line_state",
      "UPDATE act SET kind = 2 WHERE kind = 1",
    ])
  func standingTampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.act(.lineSuspended))
    try await twin.run(Self.act(.lineEnded, last: 202_611))
    try await twin.compare()
    try await twin.store.pool.write { try $0.execute(sql: statement) }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place == "line whose state is not what was last decided: 1" })
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
