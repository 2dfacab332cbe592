import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// How long an item stands in the way of another: until all of it has gone back to its fund.
struct ClaimTests {
  private static let pension01 = Funder(kind: .pensionSurvivorFund, provinceCode: "01")

  private static func list(_ name: String, _ rows: [ItemRow]) -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A"))
  }

  /// Person 1's November, or arrears of a month, by another province.
  private static func elsewhere(
    _ person: Int = 1, period: Int32 = 202_611, kind: ItemKind = .regular, round: Int = 1
  ) -> ItemRow {
    World.row(
      person, 500, period: period, unit: World.social01, funder: pension01, kind: kind, round: round)
  }

  @Test func arrearsOfAMonthAreListedOnceUnlessTheySayThatTheyAreMore() async throws {
    let twin = try await Twin()
    let first = World.row(1, 900, period: 202_608, kind: .arrears)
    #expect(try await twin.refusal(Self.list("A", [World.row(1, 9, period: 202_612), first])) == nil)
    func other(_ round: Int) -> ItemRow { Self.elsewhere(period: 202_608, kind: .arrears, round: round) }
    let duplicate = LedgerOutcome.refused(LedgerRefusal(.duplicateItem, place: 1))
    #expect(try await twin.run(Self.list("B", [World.row(7, 5), other(1)])) == duplicate)
    let claims = try await twin.store.claimed([World.row(7, 5), other(1)], besides: "B")
    #expect(claims.map(\.place) == [1] && claims.first?.list == "A" && claims.first?.claim.round == 1)
    #expect(try await twin.run(Self.list("B", [first])) == .refused(LedgerRefusal(.duplicateItem, place: 0)))
    func own(_ round: Int) -> ItemRow { World.row(1, 500, period: 202_608, kind: .arrears, round: round) }
    #expect(try await twin.refusal(Self.list("B", [own(3)])) == .arrearsOutOfTurn)
    #expect(try await twin.store.claimed([own(3)], besides: "B").isEmpty)
    #expect(try await twin.refusal(Self.list("B", [World.row(7, 5, kind: .arrears, round: 2)])) == .arrearsOutOfTurn)
    // Not twice in one list, whatever it says.
    let second = World.row(1, 40, period: 202_608, kind: .arrears, round: 2)
    #expect(try await twin.refusal(Self.list("B", [second, second])) == .duplicateItem)
    #expect(try await twin.refusal(Self.list("B", [second])) == nil)
    #expect(try await twin.refusal(Self.list("C", [other(2)])) == .duplicateItem)
    // Nor by another province, whatever it says.
    #expect(try await twin.refusal(Self.list("C", [other(3)])) == .duplicateItem)
    #expect(try await twin.refusal(Self.list("C", [own(3)])) == nil)
    #expect(try await twin.refusal(Self.list("D", [World.row(8, 5, round: 2)])) == .malformed)
    // Each is an item of its own: the second one is corrected by its number.
    for list in ["A", "B"] {
      try await twin.approve(list)
      try await twin.run(.creditCycle(CycleCredit(list: list)))
    }
    let name = ItemName(line: 1, period: World.period(202_608), kind: .arrears, number: 2)
    #expect(try await twin.run(World.correction(10, name)).refusal == nil)
    #expect(
      try await twin.store.entitlements(.personalID(World.person(1).personalID))?[0].items
        .filter { $0.name.kind == .arrears }.map(\.open) == [900, 10])
    try await twin.compare()
  }

  @Test func oneListMayHaveTheTwoFundersPartsOfArrears() async throws {
    let twin = try await Twin()
    func part(_ funder: Funder) -> ItemRow {
      World.row(7, 5, period: 202_608, unit: World.home19, funder: funder, programme: 5, kind: .arrears)
    }
    let central = Funder(kind: .centralBudget, provinceCode: "19")
    #expect(try await twin.refusal(Self.list("A", [part(central), part(World.local19)])) == nil)
    #expect(try await twin.refusal(Self.list("B", [part(World.pension)])) == .duplicateItem)
    try await twin.compare()
  }

  @Test func nothingIsOwedForMonthsAfterADeath() async throws {
    let twin = try await Twin()
    try await twin.run(DeathTests.death(on: 20_261_002))
    func arrears(_ period: Int32) -> LedgerCommand {
      Self.list("A", [World.row(7, 5), World.row(1, 5, period: period, kind: .arrears)])
    }
    #expect(try await twin.run(arrears(202_611)) == .refused(LedgerRefusal(.arrearsAfterDeath, place: 1)))
    #expect(try await twin.refusal(arrears(202_610)) == nil)
    try await twin.compare()
  }

  @Test func whatWentBackWhollyCanBeListedByAnotherUnit() async throws {
    let twin = try await Twin()
    let name = World.name(1, 202_611)
    let again = Self.list("H", [Self.elsewhere()])
    #expect(try await twin.refusal(World.correction(1, name)) == nil)
    #expect(try await twin.refusal(again) == .duplicateItem)
    #expect(try await twin.refusal(World.correction(0, name)) == nil)
    #expect(try await twin.store.claimed([Self.elsewhere()], besides: "H").isEmpty)
    #expect(try await twin.refusal(again) == nil)
    // Then it stands there, and for everybody else in the way.
    #expect(try await twin.refusal(Self.list("I", [World.row(1, 700)])) == .duplicateItem)
    try await twin.compare()
  }

  @Test func whatWasPaidStandsUntilItIsTakenBack() async throws {
    let twin = try await Twin()
    let again = Self.list("H", [Self.elsewhere()])
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1_000)])).refusal == nil)
    #expect(try await twin.refusal(World.correction(0, World.name(1, 202_611))) == nil)
    #expect(try await twin.refusal(again) == .duplicateItem)
    #expect(try await twin.run(World.record(1, .void)).refusal == nil)
    // The same unit lists it again: a second item of the line's month.
    #expect(try await twin.refusal(Self.list("I", [World.row(1, 700)])) == nil)
    #expect(try await twin.refusal(again) == .duplicateItem)
    try await twin.approve("I")
    try await twin.run(.creditCycle(CycleCredit(list: "I")))
    let second = ItemName(line: 1, period: World.period(), number: 2)
    #expect(try await twin.refusal(World.correction(0, World.name(1, 202_611))) == .amountNotLower)
    #expect(try await twin.refusal(World.correction(0, second)) == nil)
    #expect(try await twin.refusal(again) == nil)
    try await twin.compare()
  }

  @Test func anEndedLineGivesItsLaterMonthsFree() async throws {
    let twin = try await Twin()
    let moved = LineAct(
      line: 1, kind: .lineEnded, lastPeriod: World.period(202_610), isMove: true, hands: World.hands())
    #expect(try await twin.refusal(.actOnLine(moved)) == nil)
    // Two units at once: one of them has it.
    let home01 = AccountingUnit(provincial: .homeAffairs, provinceCode: "01")
    let outcomes = try await twin.run([
      twin.request(Self.list("H", [Self.elsewhere()]), at: World.now),
      twin.request(Self.list("I", [World.row(1, 5, unit: home01, funder: Self.pension01)]), at: World.now),
    ])
    #expect(outcomes.map { $0.outcome.refusal?.code } == [nil, .duplicateItem])
    try await twin.compare()
  }

  @Test func whatLapsedWasDeductedOrInheritedDidNotGoBack() async throws {
    let twin = try await Twin()
    #expect(
      try await twin.refusal(World.uncollected(.itemsLapsed, [World.name(1, 202_611)], lastDay: 20_261_101)) == nil)
    #expect(try await twin.refusal(Self.list("H", [Self.elsewhere()])) == .duplicateItem)
    try await twin.run(World.uncollected(.itemsReclaimed, [World.name(1, 202_611)]))
    try await twin.run(DeathTests.death(on: 20_261_105))
    #expect(try await twin.run(DeathTests.heir()).refusal == nil)
    #expect(try await twin.refusal(Self.list("H", [Self.elsewhere()])) == .duplicateItem)
    try await twin.compare()
  }

  @Test(
    "Claims that were changed behind the chain's back are found by what they say",
    arguments: [
      ("UPDATE item SET basis = 1 WHERE basis = 2", "person with one payment of arrears"),
      ("UPDATE item SET number = 3 WHERE number = 2", "item whose claim is missing"),
      ("UPDATE item_claim SET number = 3 WHERE number = 2", "item whose claim is missing"),
      ("DELETE FROM item_claim WHERE number = 2", "item whose claim is missing"),
    ])
  func tampered(_ statement: String, _ place: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.list("A", [World.row(1, 900, period: 202_608, kind: .arrears)]))
    try await twin.run(Self.list("B", [World.row(1, 40, period: 202_608, kind: .arrears, round: 2)]))
    try await twin.compare()
    try await twin.store.pool.write { db in try db.execute(sql: statement) }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix(place) })
  }
}
