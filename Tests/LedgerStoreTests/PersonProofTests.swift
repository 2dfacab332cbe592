import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Representatives, presences and identities.
@Suite("Representatives, presences, identities")
struct PersonProofTests {
  static func paper(
    _ number: String = "UQ-1", _ kind: RepresentativeKind = .collector, for other: Int = 2, programme: UInt16? = 1,
    from: Int32 = 20_251_106, until: Int32 = 20_261_105
  ) -> PersonDecision {
    .represented(
      RepresentativePaper(
        paper: number, kind: kind, representative: World.person(other), programme: programme, from: from,
        until: until))
  }

  static func collected(
    _ number: Int, counter: UInt32, previous: [UInt8]? = nil, paper: String = "UQ-1",
    parts: [PayoutAllocation] = [World.part(1_000)]
  ) -> PayoutPosting {
    let plain = World.posting(number, counter: counter, previous: previous, parts: parts)
    return PayoutPosting(
      transactionID: plain.transactionID, card: plain.card, counter: counter, identity: plain.identity,
      certificate: plain.certificate, previous: plain.previous, allocations: parts, terminal: plain.terminal,
      hostProvince: plain.hostProvince, commune: plain.commune, mode: .online, terminalTime: plain.terminalTime,
      challenge: plain.challenge, collector: paper)
  }

  @Test("A collector is taken by the paper, until its last day")
  func collector() async throws {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(1, 500, programme: 2)])
    let unknown = Self.collected(1, counter: 1)
    #expect(try await twin.posting(unknown).refusal?.code == .unknownPaper)
    #expect(try await twin.run(DeathTests.act(1, Self.paper(), checker: "")).refusal == nil)
    let paid = Self.collected(2, counter: 2, previous: unknown.identity)
    #expect(try await twin.posting(paid).refusal == nil)
    let other = Self.collected(
      3, counter: 3, previous: paid.identity, parts: [World.part(500, line: 2)])
    #expect(try await twin.posting(other).refusal?.code == .representativeNotCovering)
    // The paper's last day is today; tomorrow it has expired yesterday.
    let late = Self.collected(4, counter: 4, previous: other.identity)
    let refused = try await twin.run(.payout(late), at: World.now + 86_400_000)
    #expect(refused.refusal?.code == .representativeExpired)
    let stored = try #require(try await twin.store.page(card: World.card(1)))
    #expect(stored.payouts.map(\.collector) == ["UQ-1"])
    #expect(stored.papers.first?.terms.representative == World.person(2))
    try await twin.compare()
  }

  @Test("What a paper is refused for")
  func papers() async throws {
    let twin = try await Twin()
    func register(_ decision: PersonDecision, checker: String = "") async throws -> RefusalCode? {
      try await twin.refusal(DeathTests.act(1, decision, checker: checker))
    }
    #expect(try await register(Self.paper(until: 20_261_107)) == .malformed)
    #expect(try await register(Self.paper(programme: nil)) == .malformed)
    #expect(try await register(Self.paper(for: 1)) == .malformed)
    #expect(try await register(Self.paper(until: 20_261_104)) == .representativeExpired)
    #expect(try await register(Self.paper()) == nil)
    #expect(try await register(Self.paper()) == .paperKnown)
    #expect(try await register(Self.paper("UQ-2", for: 3)) == .representativeKnown)
    #expect(try await register(Self.paper("UQ-3", programme: 2)) == nil)
    let guardian = Self.paper("GH-1", .guardian, programme: nil, until: 20_301_231)
    #expect(try await register(guardian) == .fourEyesNeeded)
    #expect(try await register(guardian, checker: "Lê B") == nil)
    let posting = Self.collected(1, counter: 1, paper: "GH-1")
    #expect(try await twin.posting(posting).refusal == nil)
    #expect(try await register(.representativeEnded(paper: "UQ-9")) == .unknownPaper)
    #expect(try await register(.representativeEnded(paper: "UQ-1")) == nil)
    #expect(try await register(.representativeEnded(paper: "UQ-1")) == .representativeExpired)
    #expect(try await register(Self.paper("UQ-2", for: 3)) == nil)
    let ended = Self.collected(2, counter: 2, previous: posting.identity)
    #expect(try await twin.posting(ended).refusal?.code == .representativeExpired)
    try await twin.run(DeathTests.death(3))
    let orphan = Self.collected(3, counter: 3, previous: ended.identity, paper: "UQ-2")
    #expect(try await twin.posting(orphan).refusal?.code == .representativeExpired)
    try await twin.compare()
  }

  @Test("A presence counts when the clerk attests it, and never by a collector's payout")
  func presence() async throws {
    let twin = try await Twin()
    func see(_ proof: PresenceProof, _ person: Int = 1) async throws -> RefusalCode? {
      try await twin.refusal(DeathTests.act(person, .seen(proof), checker: ""))
    }
    try await twin.run(DeathTests.act(1, Self.paper(), checker: ""))
    let first = World.posting(1, counter: 1, parts: [World.part(1_000)])
    _ = try await twin.posting(first)
    _ = try await twin.posting(Self.collected(2, counter: 2, previous: first.identity))
    #expect(try await see(PresenceProof(place: "P1", isAttested: false)) == .presenceNotAttested)
    #expect(try await see(PresenceProof(place: "P1", transactionID: World.id(2), isAttested: true)) == .presenceNotOwn)
    #expect(try await see(PresenceProof(place: "P1", transactionID: World.id(9), isAttested: true)) == .presenceNotOwn)
    #expect(
      try await see(PresenceProof(place: "P1", transactionID: World.id(1), isAttested: true), 2) == .presenceNotOwn)
    let none = [UInt8]()
    let day: Int32 = 20_261_105
    #expect(try await twin.store.presencesDue(before: day - 1, after: none, limit: 9).map(\.lastSeenOn) == [nil])
    #expect(try await see(PresenceProof(place: "P1", transactionID: World.id(1), isAttested: true)) == nil)
    #expect(try await twin.store.presencesDue(before: day - 1, after: none, limit: 9).isEmpty)
    #expect(try await twin.store.presencesDue(before: day, after: none, limit: 9).map(\.lastSeenOn) == [day])
    try await twin.run(DeathTests.death())
    #expect(try await see(PresenceProof(place: "P1", isAttested: true)) == .personDead)
    try await twin.compare()
  }

  @Test(
    "Eleven months before a day", arguments: [(20_261_105, 20_251_205), (20_261_231, 20_260_131)] as [(Int32, Int32)])
  func stale(_ today: Int32, _ day: Int32) { #expect(PresenceProof.stale(on: today) == day) }

  @Test(
    "A presence is good until the same day of the next year",
    arguments: [(20_261_105, 20_271_105), (20_280_229, 20_290_228), (20_271_231, 20_281_231)] as [(Int32, Int32)])
  func goodUntil(_ seen: Int32, _ day: Int32) { #expect(PresenceProof.goodUntil(seenOn: seen) == day) }

  @Test("A person without a card gets another ID, and is known by both")
  func identity() async throws {
    let twin = try await Twin()
    let new = PersonIdentity(personalID: "079300000001", name: "Nguyễn Thị Ba", birthDate: "1950-02-03")
    func change(_ person: Int, _ identity: PersonIdentity) async throws -> RefusalCode? {
      try await twin.refusal(DeathTests.act(person, .identityChanged(identity)))
    }
    #expect(try await change(1, new) == .personHasCard)
    try await DeathTests.list(twin, "T10", [World.row(3, 500)])
    #expect(try await change(3, World.person(1)) == .identityKnown)
    #expect(try await change(3, new) == nil)
    let page = try #require(try await twin.store.page(person: World.person(3).personalID))
    #expect(page.identity == new)
    let name = PersonIdentity(personalID: new.personalID, name: "Nguyễn Thị Tư", birthDate: "1950-02-03")
    let act = PersonAct(person: new.personalID, decision: .identityChanged(name), hands: DeathTests.hands)
    #expect(try await twin.run(.actOnPerson(act)).refusal == nil)
    #expect(try await twin.store.page(person: new.personalID)?.identity == name)
    try await twin.compare()
  }

  @Test(
    "What was changed behind the chain's back is found",
    arguments: [
      "UPDATE representative SET valid_until = 20271231", "DELETE FROM payout_collector",
      "UPDATE presence SET seen_on = 20270101", "DELETE FROM presence", "DELETE FROM identity_act",
      "UPDATE staff SET role = 2", "DELETE FROM staff",
      "INSERT INTO staff (official, role, name, act) VALUES ('x', 6, 'X', 1)",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(3, 500)])
    try await twin.run(DeathTests.act(1, Self.paper(), checker: ""))
    try await twin.run(DeathTests.act(1, .seen(PresenceProof(place: "P1", isAttested: true)), checker: ""))
    _ = try await twin.posting(Self.collected(1, counter: 1))
    try await twin.run(DeathTests.act(3, .identityChanged(World.person(4))))
    try await twin.run(StaffTests.appoint("Lê B", .administrator))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let collectors: @Sendable (StoredPayout) -> Bool = { $0.collector == "UQ-1" }
    #expect(try await !twin.store.audit(evidence: collectors).isClean)
  }

  @Test("A person's page goes by indexes alone")
  func plans() async throws {
    let twin = try await Twin()
    try await twin.store.pool.read { db in
      let queries = SQLiteLedgerStore.PageQuery.byPerson + SQLiteLedgerStore.PageQuery.byOther
      for query in queries {
        let arguments = StatementArguments([Int64(1)])
        for row in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query, arguments: arguments) {
          let detail: String = row["detail"]
          #expect(!detail.hasPrefix("SCAN ") || detail.hasPrefix("SCAN (subquery"), "\(query): \(detail)")
        }
      }
    }
  }
}
