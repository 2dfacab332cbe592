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

  @Test("What lapsed and was reclaimed is owed for good")
  func reclaimed() async throws {
    let twin = try await Self.ready()
    for kind in [EntitlementActKind.itemsLapsed, .itemsReclaimed] {
      #expect(try await twin.run(World.uncollected(kind)).refusal == nil)
    }
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [nil, nil, nil])
    #expect(
      try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1)])).refusal == nil)
    try await twin.compare()
  }
}
