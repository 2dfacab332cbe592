import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What is owed once in several months, and arrears beside what a month has already.
struct WindowTests {
  private static let pension01 = Funder(kind: .pensionSurvivorFund, provinceCode: "01")
  private static let autumn: (Int32, Int32) = (202_610, 202_612)

  private static func list(_ name: String, _ rows: [ItemRow]) -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A"))
  }

  /// A one-off of programme 20 that is owed once from October to December.
  private static func gift(
    _ person: Int, _ period: Int32, programme: UInt16 = 20, kind: ItemKind = .oneOff, elsewhere: Bool = false,
    excluded: [UInt16] = [], window: (Int32, Int32)? = autumn
  ) -> ItemRow {
    World.row(
      person, 500, period: period, unit: elsewhere ? World.social01 : World.social19,
      funder: elsewhere ? pension01 : World.pension, programme: programme, kind: kind, excluded: excluded,
      window: window)
  }

  @Test func whatIsOwedOnceIsRefusedInEveryOtherMonthOfItsWindow() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("A", [Self.gift(2, 202_611)])) == nil)
    for period: Int32 in [202_610, 202_611, 202_612] {
      for elsewhere in [false, true] {
        for kind in [ItemKind.oneOff, .regular] {
          let row = Self.gift(2, period, kind: kind, elsewhere: elsewhere)
          #expect(
            try await twin.run(Self.list("B", [Self.gift(3, 202_610, window: nil), row]))
              == .refused(LedgerRefusal(.duplicateItem, place: 1)))
          #expect(try await twin.store.claimed([row], besides: "B").map(\.list) == ["A"])
        }
      }
      // Nor as arrears of another month, or elsewhere.
      for elsewhere in [false, true] where elsewhere || period != 202_611 {
        let row = Self.gift(2, period, kind: .arrears, elsewhere: elsewhere)
        #expect(try await twin.refusal(Self.list("B", [row])) == .duplicateItem)
      }
    }
    // A list that was made by other rules says only its month, and meets the window all the same.
    #expect(try await twin.refusal(Self.list("B", [Self.gift(2, 202_612, window: nil)])) == .duplicateItem)
    #expect(try await twin.refusal(Self.list("B", [Self.gift(2, 202_609, window: (202_607, 202_609))])) == nil)
    #expect(try await twin.refusal(Self.list("C", [Self.gift(2, 202_701, window: (202_701, 202_703))])) == nil)
    // Twice in one list, and with a window that its month is not in.
    let twice = [Self.gift(4, 202_610), Self.gift(4, 202_612)]
    #expect(try await twin.run(Self.list("D", twice)) == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    #expect(try await twin.refusal(Self.list("D", [Self.gift(4, 202_609)])) == .malformed)
    try await twin.compare()
  }

  @Test func whatExcludesIsRefusedInEveryMonthOfTheWindow() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("A", [Self.gift(2, 202_611, excluded: [21, 1])])) == nil)
    for period: Int32 in [202_610, 202_611, 202_612] {
      for kind in [ItemKind.oneOff, .arrears] {
        let plan = Self.gift(2, period, programme: 21, kind: kind, elsewhere: true, excluded: [20])
        #expect(try await twin.refusal(Self.list("B", [plan])) == .programmeExcluded)
      }
      // What is owed every month, in one of them.
      let month = World.row(2, 5, period: period, excluded: [20])
      #expect(try await twin.refusal(Self.list("B", [month])) == .programmeExcluded)
    }
    #expect(try await twin.refusal(Self.list("B", [World.row(2, 5, period: 202_609, excluded: [20])])) == nil)
    // Person 1 has programme 1 for November.
    #expect(try await twin.refusal(Self.list("C", [Self.gift(1, 202_610, excluded: [1])])) == .programmeExcluded)
    try await twin.compare()
  }

  @Test func anExclusionCountsFromItsAmountsOn() async throws {
    let twin = try await Twin()
    func row(_ person: Int, _ amount: Int64, _ programme: UInt16, _ excluded: ItemExclusion) -> ItemRow {
      ItemRow(
        person: World.person(person), programme: programme, period: World.period(), amount: amount,
        unit: World.social19, funder: World.pension, homeProvince: "19", excluded: [excluded])
    }
    let social = ItemExclusion(1, from: 400)
    let pension = ItemExclusion(2, ownFrom: 400)
    #expect(try await twin.refusal(Self.list("A", [row(2, 399, 1, pension), row(3, 400, 1, pension)])) == nil)
    #expect(try await twin.refusal(Self.list("B", [row(3, 500, 2, social)])) == .programmeExcluded)
    #expect(try await twin.refusal(Self.list("B", [row(2, 500, 2, social), row(4, 500, 2, social)])) == nil)
    #expect(try await twin.refusal(Self.list("C", [row(4, 400, 1, pension)])) == .programmeExcluded)
    #expect(try await twin.refusal(Self.list("C", [row(4, 399, 1, pension)])) == nil)
    try await twin.compare()
  }

  @Test func arrearsOfAMonthThatStandsElsewhereAreRefused() async throws {
    let twin = try await Twin()
    // Person 1 has programme 1 for November in 19.
    func arrears(_ unit: AccountingUnit, _ funder: Funder, programme: UInt16 = 1, excluded: [UInt16] = []) -> ItemRow {
      World.row(1, 70, unit: unit, funder: funder, programme: programme, kind: .arrears, excluded: excluded)
    }
    let elsewhere = arrears(World.social01, Self.pension01)
    #expect(try await twin.refusal(Self.list("A", [elsewhere])) == .duplicateItem)
    #expect(try await twin.store.claimed([elsewhere], besides: "A").map(\.list) == ["T11"])
    #expect(try await twin.refusal(Self.list("A", [arrears(World.home19, World.local19)])) == .duplicateItem)
    let other = arrears(World.home19, World.local19, programme: 9, excluded: [1])
    #expect(try await twin.refusal(Self.list("A", [other])) == .programmeExcluded)
    // What turns out to be owed beyond it, where it stands; then the month's item elsewhere comes too late.
    #expect(try await twin.refusal(Self.list("A", [arrears(World.social19, World.pension)])) == nil)
    let october = World.row(1, 70, period: 202_610, unit: World.social01, funder: Self.pension01, kind: .arrears)
    #expect(try await twin.refusal(Self.list("B", [october])) == nil)
    #expect(try await twin.refusal(Self.list("C", [World.row(1, 70, period: 202_610)])) == .duplicateItem)
    let beside = World.row(1, 70, period: 202_610, programme: 9, excluded: [1])
    #expect(try await twin.refusal(Self.list("C", [beside])) == .programmeExcluded)
    try await twin.compare()
  }

  @Test func theAuditFindsWhatWasListedTwiceInAWindowOrBesideAnother() async throws {
    for (tampering, place) in [
      // The gift's other month: as if its list had said less.
      (
        "UPDATE item SET window_first = 202610, window_last = 202612 WHERE list = 'A'", "person with a programme in two"
      ),
      ("UPDATE item SET window_first = 202612, window_last = 202612 WHERE list = 'A'", "item whose months do not hold"),
      ("UPDATE item_claim SET kind = 1, number = 2 WHERE kind = 2", "person with two regular items"),
      ("UPDATE list_exclusion SET excluded = 1", "item beside one that its list"),
      ("UPDATE list_exclusion SET own_from = 0", "item beside one that its list"),
    ] {
      let twin = try await Twin()
      try await twin.run(Self.list("A", [Self.gift(2, 202_610, window: (202_609, 202_610))]))
      try await twin.run(Self.list("B", [Self.gift(2, 202_612, window: (202_611, 202_612))]))
      try await twin.run(Self.list("C", [World.row(1, 70, kind: .arrears)]))
      let unhindered = ItemRow(
        person: World.person(1), programme: 9, period: World.period(), amount: 70, unit: World.social19,
        funder: World.pension, homeProvince: "19",
        excluded: [ItemExclusion(tampering.contains("own") ? 1 : 8, ownFrom: 71)])
      try await twin.run(Self.list("D", [unhindered]))
      try await twin.run(Self.list("E", [World.row(1, 70, programme: 7, excluded: [6])]))
      try await twin.compare()
      try await twin.store.pool.write { db in try db.execute(sql: tampering) }
      let report = try await twin.store.audit(evidence: World.verify)
      #expect(report.problems.contains { $0.place.hasPrefix(place) }, "\(tampering)")
      // What is kept for ever is in the chain as well.
      #expect(report.problems.contains { $0.check == .root } == !tampering.contains("item_claim"), "\(tampering)")
    }
  }

  /// A month of programme 20, of which the rules come to 1,000 đ at most.
  private static func month(
    _ amount: Int64, round: Int? = nil, most: Int64? = 1_000, elsewhere: Bool = false
  ) -> ItemRow {
    World.row(
      2, amount, unit: elsewhere ? World.social01 : World.social19, funder: elsewhere ? pension01 : World.pension,
      programme: 20, kind: round == nil ? .regular : .arrears, round: round ?? 1, most: most)
  }

  @Test func aMonthIsNeverListedForMoreThanItsRulesComeTo() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("A", [Self.month(600)])) == nil)
    #expect(
      try await twin.run(Self.list("B", [World.row(7, 5), Self.month(401, round: 1)]))
        == .refused(LedgerRefusal(.monthOverRule, place: 1)))
    #expect(try await twin.refusal(Self.list("B", [Self.month(300, round: 1)])) == nil)
    #expect(try await twin.refusal(Self.list("C", [Self.month(101, round: 2)])) == .monthOverRule)
    #expect(try await twin.refusal(Self.list("C", [Self.month(100, round: 2)])) == nil)
    #expect(try await twin.refusal(Self.list("D", [Self.month(1, round: 3)])) == .monthOverRule)
    try await twin.compare()
    // A row that its list was not to have.
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE list_exclusion SET amount_from = 999 WHERE list = 'C'")
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix("more listed for a month") }, "\(report.problems)")
  }

  @Test func whereRulesNameNoHighestAmountTheSameAmountIsTheSameDebt() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("A", [Self.month(600, most: nil)])) == nil)
    #expect(try await twin.refusal(Self.list("B", [Self.month(600, round: 1, most: nil)])) == .monthOverRule)
    #expect(try await twin.refusal(Self.list("B", [Self.month(900, round: 1, most: nil)])) == nil)
    #expect(try await twin.refusal(Self.list("C", [Self.month(900, round: 2, most: nil)])) == .monthOverRule)
    try await twin.compare()
  }

  @Test func arrearsOfAMonthAreOfOneProvince() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("A", [Self.month(300, round: 1)])) == nil)
    #expect(try await twin.refusal(Self.list("B", [Self.month(200, round: 2, elsewhere: true)])) == .duplicateItem)
    #expect(try await twin.refusal(Self.list("B", [Self.month(200, round: 2)])) == nil)
    try await twin.compare()
  }

  @Test func whatExcludesByItsAmountDoesSoInParts() async throws {
    let twin = try await Twin()
    let allowance = World.row(
      2, 500, unit: World.home19, funder: World.local19, programme: 9,
      excluding: [ItemExclusion(20, from: 500)])
    #expect(try await twin.refusal(Self.list("A", [Self.month(499, most: nil)])) == nil)
    #expect(try await twin.refusal(Self.list("B", [Self.month(1, round: 1, most: nil)])) == nil)
    #expect(try await twin.refusal(Self.list("C", [allowance])) == .programmeExcluded)
    try await twin.compare()
  }

  @Test func aProgrammeThatLastsThreeMonthsIsNeverListedForFourOfFive() async throws {
    let twin = try await Twin()
    func month(_ yyyymm: Int32, _ kind: ItemKind = .regular, elsewhere: Bool = false) -> ItemRow {
      World.row(
        2, 500, period: yyyymm, unit: elsewhere ? World.social01 : World.social19,
        funder: elsewhere ? Self.pension01 : World.pension, programme: 20, kind: kind,
        spell: ItemSpell(most: 3, of: 5))
    }
    #expect(try await twin.refusal(Self.list("A", [month(202_611), month(202_612), month(202_701)])) == nil)
    for (yyyymm, isOver) in [(202_609, true), (202_610, true), (202_702, true), (202_703, true), (202_608, false)] {
      for kind in [ItemKind.arrears, .regular] {
        for elsewhere in [false, true] {
          let row = month(Int32(yyyymm), kind, elsewhere: elsewhere)
          let name = "B\(yyyymm)\(kind)\(elsewhere)"
          let refusal = try await twin.run(.importItems(ItemImport(list: name, first: 1, rows: [row]))).refusal
          #expect(refusal == (isOver ? LedgerRefusal(.monthOverRule, place: 0) : nil), "\(name)")
          try await twin.run(.abandonList(ListAbandonment(list: name)))
        }
      }
    }
    // In one list, too.
    let four = [month(202_801), month(202_803), month(202_804), month(202_805)]
    #expect(try await twin.run(Self.list("C", four)) == .refused(LedgerRefusal(.monthOverRule, place: 3)))
    try await twin.compare()
  }
}
