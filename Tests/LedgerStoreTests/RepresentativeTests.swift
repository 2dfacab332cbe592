import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Guardians and heads of households collect, by card and by hand.
@Suite("Guardians and heads of households")
struct RepresentativeTests {
  /// Person 1 is owed 3,000,000 on line 1 (programme 1) and 500 on line 2 (programme 2), and has the papers: a
  /// guardian's for everything and one for programme 2, a household head's for programme 2, a collector's that ended
  /// yesterday; person 2 has a guardian's.
  private static func ready() async throws -> Twin {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(1, 500, programme: 2), World.row(2, 70)])
    for paper in [
      PersonProofTests.paper("GH-1", .guardian, programme: nil, until: 20_301_231),
      PersonProofTests.paper("GH-2", .guardian, programme: 2),
      PersonProofTests.paper("CH-1", .householdHead, programme: 2),
    ] {
      #expect(try await twin.refusal(DeathTests.act(1, paper)) == nil)
    }
    #expect(try await twin.refusal(DeathTests.act(2, PersonProofTests.paper("GH-9", .guardian, for: 3))) == nil)
    return twin
  }

  private static let both = [World.part(1_000), World.part(100, line: 2)]

  @Test("A guardian's paper pays every line at once by card; a household head's and one for a programme that alone")
  func byCard() async throws {
    let twin = try await Self.ready()
    var previous = [UInt8](repeating: 0, count: 32)
    var counter: UInt32 = 0
    func pay(_ paper: String, _ parts: [PayoutAllocation]) async throws -> RefusalCode? {
      counter += 1
      let posting = PersonProofTests.collected(
        Int(counter), counter: counter, previous: previous, paper: paper, parts: parts)
      previous = posting.identity
      return try await twin.posting(posting).refusal?.code
    }
    #expect(try await pay("GH-1", Self.both) == nil)
    for paper in ["GH-2", "CH-1"] {
      #expect(try await pay(paper, Self.both) == .representativeNotCovering, "\(paper)")
      #expect(try await pay(paper, [World.part(100, line: 2)]) == nil, "\(paper)")
    }
    #expect(try await pay("GH-9", [World.part(1)]) == .unknownPaper)
    let proof = PresenceProof(place: "P1", transactionID: World.id(1), isAttested: true)
    #expect(try await twin.refusal(DeathTests.act(1, .seen(proof), checker: "")) == .presenceNotOwn)
    try await twin.compare()
    #expect(try await twin.store.audit(evidence: { _ in true }).isClean)
  }

  @Test("By hand the record names the receiver's paper; a wrong, an expired, another's one is named by its visit")
  func byHand() async throws {
    let twin = try await Self.ready()
    func visit(_ number: Int, _ paper: String, _ parts: [PayoutAllocation] = Self.both) -> HandVisit {
      HandVisit(
        transactionID: World.id(number), personalID: World.person(1).personalID, allocations: parts,
        cardReason: "thẻ hỏng", paper: paper)
    }
    func refusal(_ paper: String) async throws -> LedgerRefusal? {
      let list = HandPayoutTests.list([
        HandPayoutTests.visit(8, person: 2, parts: [World.part(1, line: 3)]), visit(9, paper),
      ])
      return try await twin.run(list).refusal
    }
    #expect(try await refusal("GH-9") == LedgerRefusal(.unknownPaper, place: 1))
    #expect(try await refusal("CH-1") == LedgerRefusal(.representativeNotCovering, place: 1))
    let late = HandPayoutTests.list([visit(9, "GH-2", [World.part(1, line: 2)])])
    #expect(
      try await twin.run(late, at: World.now + 86_400_000).refusal == LedgerRefusal(.representativeExpired, place: 0))
    #expect(try await twin.refusal(HandPayoutTests.list([visit(9, "giấy 1")])) == .malformed)
    #expect(try await twin.run(HandPayoutTests.list([visit(1, "GH-1")])).refusal == nil)
    let page = try #require(try await twin.store.page(card: World.card(1)))
    #expect(page.payouts.map(\.collector) == ["GH-1"] && page.payouts.map(\.isByHand) == [true])
    // It is nobody's proof of life.
    let proof = PresenceProof(place: "P1", transactionID: World.id(1), isAttested: true)
    #expect(try await twin.refusal(DeathTests.act(1, .seen(proof), checker: "")) == .presenceNotOwn)
    try await twin.compare()
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }

  @Test("A household head's paper names its programme; only a guardian's is for all")
  func papers() async throws {
    let twin = try await Twin()
    func refusal(_ kind: RepresentativeKind) async throws -> RefusalCode? {
      try await twin.refusal(DeathTests.act(1, PersonProofTests.paper("X-\(kind.rawValue)", kind, programme: nil)))
    }
    #expect(try await refusal(.householdHead) == .malformed)
    #expect(try await refusal(.collector) == .malformed)
    #expect(try await refusal(.guardian) == nil)
  }

  @Test(
    "A receiver that was changed behind the chain's back is found",
    arguments: [
      "DELETE FROM hand_payout_collector", "UPDATE hand_payout_collector SET paper = 'GH-2'",
      "UPDATE hand_payout_collector SET paper = 'GH-9'", "UPDATE representative SET valid_until = 20261101",
      "UPDATE representative SET kind = 3 WHERE paper = 'GH-1'",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.ready()
    let visit = HandVisit(
      transactionID: World.id(1), personalID: World.person(1).personalID, allocations: Self.both,
      cardReason: "thẻ hỏng", paper: "GH-1")
    #expect(try await twin.run(HandPayoutTests.list([visit])).refusal == nil)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
