import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What nobody is owed twice, whatever the list.
struct ListRuleTests {
  private static let pension01 = Funder(kind: .pensionSurvivorFund, provinceCode: "01")

  private static func list(_ name: String, _ rows: [ItemRow], rules: [UInt8] = []) -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A", rules: rules))
  }

  @Test func nobodyIsOnTwoProvincesListsForOneMonth() async throws {
    let twin = try await Twin()
    // Person 1 has programme 1 for November in 19.
    let elsewhere = World.row(1, 500, unit: World.social01, funder: Self.pension01)
    let fresh = World.row(7, 500, unit: World.social01, funder: Self.pension01)
    #expect(
      try await twin.run(Self.list("H", [fresh, elsewhere])) == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    let claims = try await twin.store.claimed([fresh, elsewhere], besides: "H")
    #expect(claims.map(\.place) == [1] && claims.first?.list == "T11")
    #expect(claims.first?.claim.unit == World.social19 && claims.first?.claim.homeProvince == "19")
    // Another month, another programme: all owed.
    let owed = [
      World.row(1, 500, period: 202_612, unit: World.social01, funder: Self.pension01),
      World.row(1, 500, unit: World.social01, funder: Self.pension01, programme: 2),
    ]
    #expect(try await twin.refusal(Self.list("H", owed)) == nil)
    // Not twice in one list either.
    let twice = [fresh, World.row(7, 500)]
    #expect(try await twin.run(Self.list("I", twice)) == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    try await twin.compare()
  }

  @Test func twoFundersShareOneBenefitOnOneList() async throws {
    let twin = try await Twin()
    let central = Funder(kind: .centralBudget, provinceCode: "19")
    func part(_ funder: Funder, unit: AccountingUnit = World.home19) -> ItemRow {
      World.row(1, 500, unit: unit, funder: funder, programme: 5)
    }
    let home01 = AccountingUnit(provincial: .homeAffairs, provinceCode: "01")
    #expect(
      try await twin.refusal(
        Self.list("S", [part(central), part(World.local19, unit: home01)])) == .duplicateItem)
    #expect(try await twin.refusal(Self.list("S", [part(central), part(World.local19)])) == nil)
    #expect(try await twin.refusal(Self.list("T", [part(World.pension)])) == .duplicateItem)
    try await twin.compare()
  }

  @Test func whatExcludesARowStandsInItsWayUntilItsListIsGivenUp() async throws {
    let twin = try await Twin()
    let other = World.row(1, 500, unit: World.home19, funder: World.local19, programme: 9, excluded: [1])
    #expect(try await twin.run(Self.list("X", [other])) == .refused(LedgerRefusal(.programmeExcluded, place: 0)))
    #expect(try await twin.store.claimed([other], besides: "X").map(\.claim.programme) == [1])
    // What is of another month excludes nothing.
    let december = World.row(
      1, 500, period: 202_612, unit: World.home19, funder: World.local19, programme: 9, excluded: [1])
    #expect(try await twin.refusal(Self.list("Y", [december])) == nil)
    #expect(
      try await twin.refusal(.importItems(ItemImport(list: "Z", first: 1, rows: [World.row(8, 5, programme: 9)])))
        == nil)
    let eight = World.row(8, 500, excluded: [9])
    #expect(try await twin.refusal(Self.list("V", [eight])) == .programmeExcluded)
    #expect(try await twin.refusal(.abandonList(ListAbandonment(list: "Z"))) == nil)
    #expect(try await twin.refusal(Self.list("V", [eight])) == nil)
    try await twin.compare()
  }

  @Test func theRulesOfASealedListAreKeptAndInTheChain() async throws {
    let twin = try await Twin()
    let rules = [UInt8](repeating: 0xAB, count: 32)
    #expect(try await twin.refusal(Self.list("R", [World.row(7, 5)], rules: [1])) == .malformed)
    #expect(try await twin.refusal(Self.list("R", [World.row(7, 5)], rules: rules)) == nil)
    try await twin.run(.importItems(ItemImport(list: "Q", first: 1, rows: [World.row(8, 5)])))
    #expect(try await twin.store.list("Q")?.rules == nil)
    let seal = ListSeal(list: "Q", items: 1, amount: 5, maker: "Nguyễn A", rules: rules)
    #expect(try await twin.refusal(.sealList(seal)) == nil)
    #expect(try await twin.store.list("R")?.rules == rules)
    #expect(try await twin.store.list("Q")?.rules == rules)
    #expect(try await twin.store.list("T11")?.rules == nil)
    try await twin.compare()
    try await twin.store.pool.write { db in
      try db.execute(sql: "UPDATE list_rules SET rules = zeroblob(32) WHERE list = 'R'")
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.map(\.check) == [.root])
  }

  @Test func aPersonOnTwoListsIsFoundByTheAudit() async throws {
    let twin = try await Twin()
    try await twin.run(
      Self.list("H", [World.row(1, 500, period: 202_612, unit: World.social01, funder: Self.pension01)]))
    try await twin.compare()
    try await twin.store.pool.write { db in
      try db.execute(sql: "UPDATE item_claim SET period = 202611 WHERE period = 202612")
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix("person with two regular items") })
  }
}
