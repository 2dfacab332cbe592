import Ledger
import Testing

@testable import LedgerStore

/// What a unit had, paid and left over in a month of the calendar (`ledger` §5, rule 13).
struct MonthTests {
  /// 1 December 2026, 00:00 in Vietnam.
  private static let december: Int64 = 1_796_058_000_000

  @Test func monthsBeginAtMidnightInVietnam() {
    #expect(World.period(202_612).start == Self.december)
    #expect(World.period(197_001).start == -7 * 3_600_000)
    // 29 February lies in a month of a leap year.
    #expect(World.period(202_803).start - World.period(202_802).start == 29 * 86_400_000)
    #expect(World.period(202_703).start - World.period(202_702).start == 28 * 86_400_000)
    #expect(World.period(202_701).previous == World.period(202_612))
    #expect(World.period(202_612).previous == World.period(202_611))
  }

  @Test func everybodyStandsInOnePlaceBeforeAndInOneAfter() async throws {
    let twin = try await Twin()
    // Person 1 has 3,000,000 of November; persons 2, 3 and 4 get theirs.
    let rows = (2...4).map { World.row($0, 1_000) }
    try await twin.run(.importItems(ItemImport(wholeList: "T11b", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T11b")
    try await twin.run(.creditCycle(CycleCredit(list: "T11b")))
    // Person 1 is paid in part in November, and the rest in December; person 2's line ends.
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(2_000_000)])).refusal == nil)
    try await twin.run(LineActTests.act(.lineEnded, line: 2, last: 202_610))
    let november = try #require(try await twin.store.month(World.period(), of: World.social19).first)
    #expect(november.opening == Tally())
    #expect(november.granted == Tally(persons: 4, amount: 3_003_000))
    #expect(november.paid == Tally(persons: 0, amount: 2_000_000))
    #expect(november.returned == Tally(persons: 1, amount: 1_000))
    #expect(november.closing == Tally(persons: 3, amount: 1_002_000))
    #expect(november.isBalanced)
    let identity = try #require(try await twin.store.postedIdentity(World.id(1)))
    let second = World.posting(2, counter: 2, previous: identity, parts: [World.part(1_000_000)])
    #expect(try await twin.run(.payout(second), at: Self.december).refusal == nil)
    let december = try #require(try await twin.store.month(World.period(202_612), of: World.social19).first)
    #expect(december.opening == november.closing)
    #expect(december.granted == Tally() && december.returned == Tally())
    #expect(december.paid == Tally(persons: 1, amount: 1_000_000))
    #expect(december.closing == Tally(persons: 2, amount: 2_000))
    #expect(december.isBalanced)
    // What is taken back in December is paid less, and open again.
    let voided = World.record(2, .void)
    #expect(try await twin.run(voided, at: Self.december + 1).refusal == nil)
    let after = try #require(try await twin.store.month(World.period(202_612), of: World.social19).first)
    #expect(after.paid == Tally() && after.closing == december.opening && after.isBalanced)
    #expect(try await twin.store.month(World.period(), of: World.social19) == [november])
    #expect(try await twin.store.month(World.period(202_610), of: World.social19).isEmpty)
    #expect(try await twin.store.month(World.period(), of: World.home19).isEmpty)
    #expect(try await twin.store.units(ofProvince: "19") == [World.social19])
    #expect(try await twin.store.units(ofProvince: "01").isEmpty)
    try await twin.compare()
  }

  @Test func whatAUnitNeedsIsWhatItOwesLessWhatItHolds() async throws {
    let twin = try await Twin()
    let rows = [
      World.row(1, 3_100_000, period: 202_612), World.row(2, 900, period: 202_612),
      World.row(2, 500, period: 202_610, kind: .arrears),
      World.row(3, 7_000, period: 202_612, kind: .funeral, deceased: 9),
      World.row(4, 80, period: 202_612, kind: .oneOff),
    ]
    try await twin.run(World.registration(card: 9, person: 9))
    try await twin.run(DeathTests.death(9))
    try await twin.run(
      DeathTests.act(9, .funeralClaimed(by: World.person(3), programme: 1, list: "T12"), checker: ""))
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A")))
    let need = try #require(
      try await twin.store.needs(of: World.social19, for: World.period(202_612), monthly: [1], on: World.today).first)
    #expect(need.funder == World.pension)
    #expect(need.next == Tally(persons: 2, amount: 3_100_900))
    #expect(need.arrears == Tally(persons: 1, amount: 500))
    #expect(need.funeral == Tally(persons: 1, amount: 7_000))
    #expect(need.oneOff == Tally(persons: 1, amount: 80))
    #expect(need.monthBefore == Tally(persons: 1, amount: 3_000_000))
    #expect(need.owed == 3_000_000)
    // 100,000,000 came in; the agent's advance is still the unit's money.
    #expect(need.held == 100_000_000)
    try await twin.approve("T12")
    let approved = try #require(
      try await twin.store.needs(of: World.social19, for: World.period(202_612), monthly: [1], on: World.today).first)
    #expect(approved.next == Tally() && approved.owed == 3_000_000 + 3_108_480)
  }

  @Test func theListOfAPointHasWhatIsOpenThere() async throws {
    let twin = try await Twin()
    let rows = [
      World.row(2, 900, period: 202_612, point: "BD-19-001"), World.row(2, 100, period: 202_611, point: "BD-19-001"),
      World.row(3, 7_000, period: 202_612, point: "BD-19-002"),
    ]
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A")))
    #expect(
      try await twin.store.dues(
        of: World.social19, point: "BD-19-001", before: World.period(), on: World.today
      ).isEmpty)
    try await twin.approve("T12")
    try await twin.run(.creditCycle(CycleCredit(list: "T12")))
    let all = try await twin.store.dues(
      of: World.social19, point: nil, before: World.period(), on: World.today)
    #expect(all.map(\.amount).sorted() == [1_000, 7_000, 3_000_000])
    let point = try #require(
      try await twin.store.dues(
        of: World.social19, point: "BD-19-001", before: World.period(), on: World.today
      ).first)
    #expect(point.person == World.person(2) && point.amount == 1_000 && point.point == "BD-19-001")
    #expect(point.months == [World.period(202_611), World.period(202_612)])
    // A suspended line is on nobody's list.
    try await twin.run(LineActTests.act(.lineSuspended, line: 3))
    #expect(
      try await twin.store.dues(
        of: World.social19, point: "BD-19-002", before: World.period(), on: World.today
      ).isEmpty)
  }
}
