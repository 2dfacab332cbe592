import Ledger
import Testing

@testable import LedgerStore

/// The last day to collect holds before anything has lapsed.
@Suite("The last day to collect")
struct CollectionTermTests {
  /// Programme 1 can be collected until the end of 4 November 2026, yesterday; of a line that ended three months later.
  private static let terms = CollectionTerms { programme, _, lineEnds in
    programme == 1 ? lineEnds == nil ? 20_261_104 : 20_270_204 : nil
  }

  private static func ready() async throws -> Twin {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(1, 500, programme: 2), World.row(2, 70)])
    twin.collect(by: terms)
    return twin
  }

  @Test("A tap is refused with the place of what is too late, finally; the rest is paid")
  func tap() async throws {
    let twin = try await Self.ready()
    let late = World.posting(1, counter: 1, parts: [World.part(1, line: 2), World.part(1)])
    #expect(try await twin.posting(late).refusal == LedgerRefusal(.collectionOver, place: 1))
    let good = World.posting(2, counter: 2, previous: late.identity, parts: [World.part(500, line: 2)])
    #expect(try await twin.posting(good).refusal == nil)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [20_261_104])
    try await twin.compare()
    // On the last day itself it could be collected.
    let yesterday = try await Self.ready()
    #expect(try await yesterday.run(.payout(late), at: World.now - 86_400_000).refusal == nil)
  }

  @Test("By hand and to a bank account too; an end of the line that gives more time is heeded")
  func otherWays() async throws {
    let twin = try await Self.ready()
    let list = HandPayoutTests.list([
      HandPayoutTests.visit(1, parts: [World.part(1, line: 2)]), HandPayoutTests.visit(2, parts: [World.part(1)]),
    ])
    #expect(try await twin.run(list).refusal == LedgerRefusal(.collectionOver, place: 1))
    let order = BankTransferTests.batch([BankTransferTests.order("CK1", person: 2, parts: [World.part(70, line: 3)])])
    #expect(try await twin.run(order).refusal == LedgerRefusal(.collectionOver, place: 0))
    try await twin.run(LineActTests.act(.lineEnded, last: 202_611))
    #expect(try await twin.run(list).refusal == nil)
    try await twin.compare()
  }

  @Test("What lapsed and was reclaimed is owed for good")
  func reclaimed() async throws {
    let twin = try await Self.ready()
    for kind in [EntitlementActKind.itemsLapsed, .itemsReclaimed] {
      #expect(try await twin.run(World.uncollected(kind)).refusal == nil)
    }
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [nil, nil])
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1)])).refusal == nil)
    try await twin.compare()
  }
}
