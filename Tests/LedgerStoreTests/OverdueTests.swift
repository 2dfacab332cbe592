import Ledger
import Testing

@testable import LedgerStore

/// What can't be collected any more is on no list, in no forecast and in no request.
@Suite("Past the last day to collect")
struct OverdueTests {
  /// Programme 1 of November can be collected until today.
  private static let terms = CollectionTerms([
    CollectionTerms.Rule(programme: 1, first: 202_611, last: 202_611, term: .until(World.today))
  ])

  /// Persons 1 and 2 have November of programme 1, person 1 programme 2, person 2 also December.
  private static func ready() async throws -> Twin {
    let twin = try await Twin()
    let rows = [
      World.row(1, 500, period: 202_610, programme: 2), World.row(2, 70),
      World.row(2, 30, period: 202_612),
    ]
    try await DeathTests.list(twin, "T10", rows)
    twin.collect(by: terms)
    return twin
  }

  private static func need(_ twin: Twin, on day: Int32) async throws -> StoredNeed {
    try #require(
      try await twin.store.needs(of: World.social19, for: World.period(202_612), monthly: [1], on: day).first)
  }

  private static func visits(_ twin: Twin, on day: Int32) async throws -> [Int64] {
    try await twin.store.visits(
      of: World.social19, point: nil, until: World.period(202_612), on: day
    ).sorted()
  }

  @Test("On the last day it is to be paid, the day after it stands apart; a tap says the same")
  func bothSides() async throws {
    let twin = try await Self.ready()
    func amounts(on day: Int32) async throws -> [[Int64]] {
      let dues = try await twin.store.dues(
        of: World.social19, point: nil, before: World.period(), on: day)
      return [false, true].map { isOver in
        dues.filter { $0.isOver == isOver }.map(\.amount).sorted()
      }
    }
    #expect(try await amounts(on: World.today) == [[100, 500, 3_000_000], []])
    #expect(try await amounts(on: World.today + 1) == [[30, 500], [70, 3_000_000]])
    #expect(try await Self.visits(twin, on: World.today) == [100, 3_000_500])
    #expect(try await Self.visits(twin, on: World.today + 1) == [30, 500])
    let (before, after) = (
      try await Self.need(twin, on: World.today), try await Self.need(twin, on: World.today + 1)
    )
    #expect(
      before.owed == 3_000_600 && before.overdue == 0 && after.owed == 530
        && after.overdue == 3_000_070)
    #expect(before.held == after.held)
    let tap = World.posting(1, counter: 1, parts: [World.part(1)])
    let late = try await twin.run(.payout(tap), at: World.now + 86_400_000)
    #expect(late.refusal?.code == .collectionOver)
    let other = World.posting(2, counter: 2, previous: tap.identity, parts: [World.part(1)])
    #expect(try await twin.run(.payout(other)).refusal == nil)
    try await twin.compare()
  }

  @Test("Rows of lists that are still to be approved or credited are no different")
  func lists() async throws {
    let twin = try await Self.ready()
    for (list, row) in [("T20", World.row(3, 9)), ("T21", World.row(4, 8))] {
      try await twin.run(.importItems(ItemImport(wholeList: list, rows: [row], maker: "Nguyễn A")))
    }
    try await twin.approve("T20")
    let (before, after) = (
      try await Self.need(twin, on: World.today), try await Self.need(twin, on: World.today + 1)
    )
    #expect(before.owed == 3_000_609 && after.owed == 530 && after.overdue == 3_000_079)
    #expect(before.arrears == Tally(persons: 1, amount: 8) && after.arrears == Tally())
    #expect(try await Self.visits(twin, on: World.today) == [8, 9, 100, 3_000_500])
    #expect(try await Self.visits(twin, on: World.today + 1) == [30, 500])
  }

  @Test("What lapses stays overdue until it is returned; what is suspended stays owed")
  func lapsed() async throws {
    let twin = try await Self.ready()
    let tomorrow = World.now + 86_400_000
    let lapse = World.uncollected(.itemsLapsed, lastDay: World.today)
    #expect(try await twin.run(lapse, at: tomorrow).refusal == nil)
    var need = try await Self.need(twin, on: World.today + 1)
    #expect(need.owed == 530 && need.overdue == 3_000_070)
    let again = try await twin.run(World.uncollected(.itemsReclaimed), at: tomorrow)
    #expect(again.refusal == LedgerRefusal(.termOver, place: 0))
    #expect(try await Self.visits(twin, on: World.today + 1) == [30, 500])
    let line = try #require(
      try await twin.store.page(person: World.person(2).personalID)?.lines.first
    ).line
    try await twin.run(LineActTests.act(.lineSuspended, line: line))
    need = try await Self.need(twin, on: World.today + 1)
    #expect(need.owed == 600 && need.overdue == 3_000_000)
    try await twin.compare()
  }
}
