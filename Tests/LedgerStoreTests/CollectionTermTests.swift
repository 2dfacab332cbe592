import Ledger
import Testing

@testable import LedgerStore

/// The last day to collect holds before anything has lapsed.
@Suite("The last day to collect")
struct CollectionTermTests {
  /// Programme 1 can be collected until the end of 4 November 2026, yesterday; programme 3 for three months after the
  /// line's end.
  static let terms = CollectionTerms([
    CollectionTerms.Rule(programme: 1, term: .until(20_261_104)),
    CollectionTerms.Rule(programme: 3, term: .afterEnd(months: 3)),
  ])

  /// Lines 2 and 3 are of person 1's programme 2 and person 2's programme 1; line 4 has July of person 1's programme 3.
  static func ready() async throws -> Twin {
    let twin = try await Twin()
    try await DeathTests.list(
      twin, "T10",
      [
        World.row(1, 500, programme: 2), World.row(2, 70),
        World.row(1, 40, period: 202_607, programme: 3),
      ])
    twin.collect(by: terms)
    return twin
  }

  /// 31 October 2026, 10:00 in Vietnam.
  static let october31 = World.now - 5 * 86_400_000

  @Test("A tap is refused with the place of what is too late, finally; the rest is paid")
  func tap() async throws {
    let twin = try await Self.ready()
    let late = World.posting(1, counter: 1, parts: [World.part(1, line: 2), World.part(1)])
    #expect(try await twin.posting(late).refusal == LedgerRefusal(.collectionOver, place: 1))
    let good = World.posting(2, counter: 2, previous: late.identity, parts: [World.part(500, line: 2)])
    #expect(try await twin.posting(good).refusal == nil)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [nil, 20_261_104])
    try await twin.compare()
    // On the last day itself it could be collected.
    let yesterday = try await Self.ready()
    #expect(try await yesterday.run(.payout(late), at: World.now - 86_400_000).refusal == nil)
  }

  @Test(
    "By hand and to a bank account too; a line that ended has a last day, one that goes on has none"
  )
  func otherWays() async throws {
    let twin = try await Self.ready()
    let list = HandPayoutTests.list([
      HandPayoutTests.visit(1, parts: [World.part(1, line: 2)]), HandPayoutTests.visit(2, parts: [World.part(1)]),
    ])
    #expect(try await twin.run(list).refusal == LedgerRefusal(.collectionOver, place: 1))
    let order = BankTransferTests.batch([BankTransferTests.order("CK1", person: 2, parts: [World.part(70, line: 3)])])
    #expect(try await twin.run(order).refusal == LedgerRefusal(.collectionOver, place: 0))
    // Three months after 31 July are over.
    func last() -> LedgerCommand {
      HandPayoutTests.list([
        HandPayoutTests.visit(3, parts: [World.part(40, line: 4, period: 202_607)])
      ])
    }
    try await twin.run(LineActTests.act(.lineEnded, line: 4, last: 202_607))
    #expect(try await twin.run(last()).refusal == LedgerRefusal(.collectionOver, place: 0))
    #expect(try await twin.run(last(), at: Self.october31).refusal == nil)
    try await twin.compare()
    let other = try await Self.ready()
    for kind in [EntitlementActKind.lineEnded, .lineResumed] {
      try await other.run(LineActTests.act(kind, line: 4, last: kind == .lineEnded ? 202_607 : nil))
    }
    #expect(try await other.run(last()).refusal == nil)
    try await other.compare()
  }

  @Test("What lapsed since its term is over stays so; nor are arrears for such a month listed")
  func overForGood() async throws {
    let twin = try await Self.ready()
    #expect(try await twin.run(World.uncollected(.itemsLapsed)).refusal == nil)
    #expect(try await twin.run(World.uncollected(.itemsReclaimed)).refusal == LedgerRefusal(.termOver, place: 0))
    for person in [1, 9] {
      let arrears = World.row(person, 50, kind: .arrears)
      let list = ItemImport(wholeList: "A", rows: [World.row(8, 5, period: 202_612), arrears], maker: "A")
      #expect(try await twin.run(.importItems(list)) == .refused(LedgerRefusal(.termOver, place: 1)))
      // What never lapses is listed later as well.
      let other = World.row(person, 50, programme: 2, kind: .arrears, round: 1)
      let never = ItemImport(wholeList: "B\(person)", rows: [other], maker: "A")
      #expect(try await twin.run(.importItems(never)).refusal == nil)
    }
    try await twin.compare()
  }

  @Test("What lapsed by a mistaken end is reclaimed once the line goes on, and has the term that follows from that")
  func reclaimed() async throws {
    let twin = try await Self.ready()
    // Three months after July are over, while the line goes on there is no last day.
    let july = World.name(4, 202_607)
    let end = LineActTests.act(.lineEnded, line: 4, last: 202_607)
    func lastDay() async throws -> Int32?? {
      try await twin.store.payable(card: World.card(1))?.first { $0.line == 4 }?.lastDay
    }
    try await twin.run(end)
    try await twin.run(World.uncollected(.itemsLapsed, [july]))
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed, [july])) == .termOver)
    try await twin.run(LineActTests.act(.lineResumed, line: 4))
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed, [july])) == nil)
    #expect(try await lastDay() == .some(nil))
    try await twin.run(end)
    #expect(try await lastDay() == 20_261_031)
    let late = World.posting(1, counter: 1, parts: [World.part(1, line: 4, period: 202_607)])
    #expect(try await twin.posting(late).refusal == LedgerRefusal(.collectionOver, place: 0))
    try await twin.compare()
  }
}
