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
    let twin = try await Twin()
    // Over at once when the line ends, open while it goes on.
    twin.collect(by: CollectionTerms { _, _, lineEnds in lineEnds == nil ? nil : 20_261_104 })
    try await twin.run(LineActTests.act(.lineEnded, last: 202_611))
    try await twin.run(World.uncollected(.itemsLapsed))
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed)) == .termOver)
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.refusal(World.uncollected(.itemsReclaimed)) == nil)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [nil])
    try await twin.run(LineActTests.act(.lineEnded, last: 202_611))
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.lastDay) == [20_261_104])
    let late = World.posting(1, counter: 1, parts: [World.part(1)])
    #expect(try await twin.posting(late).refusal == LedgerRefusal(.collectionOver, place: 0))
    try await twin.compare()
  }
}
