import Foundation
import GRDB
import Ledger
import Synchronization
import Testing

@testable import LedgerStore

/// What is on a dead card's offline reserve, and when it comes back (`card-application` §8).
struct ReserveTests {
  private static let day: Int64 = 86_400_000
  private static let line = PayableAccount(line: 1, unit: World.social19, funder: World.pension)

  /// A store with 3,000,000 đ open for card 1, of which `amount` is on its reserve.
  ///
  /// Grants are not issued by the centre yet: the posting is the ledger's own, in a batch of its own.
  private static func granted(_ amount: Int64) async throws -> (scratch: Scratch, store: SQLiteLedgerStore) {
    let scratch = Scratch()
    let store = try scratch.open()
    for (number, command) in World.ready.enumerated() { try await run(command, store, "ready \(number)") }
    let (head, generator) = store.state.withLock { ($0.head, $0.generator) }
    let newHead = try await store.pool.writeWithoutTransaction { db in
      let session = BatchSession(
        db: db, sequence: head.sequence + 1, generator: generator, terms: .none, cache: WriterCache(),
        hasSavepoints: true)
      var newHead = head
      try db.inTransaction(.immediate) {
        // An event is of the request that it came with.
        _ = try session.apply(World.request("grant", .registerAgent(AgentRegistration(agent: "NH09", onlineLimit: 0))))
        let event = LedgerEvent.offlineGrant([LineAmount(line: line, amount: amount)], card: World.card(1))
        _ = try session.post(session.plan(event.transfers()), reference: "grant")
        newHead = try store.link(session, after: head)
        return .commit
      }
      return newHead
    }
    store.state.withLock { $0.head = newHead }
    return (scratch, store)
  }

  @discardableResult
  private static func run(
    _ command: LedgerCommand, _ store: SQLiteLedgerStore, _ key: String, at time: Int64 = World.now
  ) async throws -> LedgerOutcome {
    try await store.apply([World.request(key, command, at: time)])[0].get().outcome
  }

  /// A completion with an authority of `days` days from now.
  private static func issue(_ serial: UInt32, days: Int64, _ store: SQLiteLedgerStore) async throws {
    try await run(.allotCompletionSerial(card: World.card(1)), store, "serial \(serial)")
    let issue = CompletionIssue(
      card: World.card(1), serial: serial, body: [1], signature: [1], authorityEnds: (World.now + days * day) / 1_000)
    #expect(try await run(.issueCompletion(issue), store, "issue \(serial)") == .completion(serial: serial))
  }

  private static func balance(_ code: AccountCode, _ store: SQLiteLedgerStore) async throws -> Int64 {
    try await store.balances(code).reduce(0) { $0 + $1.totals.credits - $1.totals.debits }
  }

  @Test func theRule() {
    #expect(ReserveRule.earliest(authorityEnds: 0) == nil)
    #expect(ReserveRule.earliest(authorityEnds: 1_000_000) == Int64(1_000_000 + 51 * 86_400))
    #expect(ReserveRule.earliest(authorityEnds: .max) == nil)
  }

  /// The longest authority counts, not the newest, and not the one that the card proved.
  @Test func releasedWhenNobodyCanUseItAnyMore() async throws {
    let (_, store) = try await Self.granted(1_200_000)
    try await Self.issue(1, days: 65, store)
    try await Self.issue(2, days: 10, store)
    #expect(try await Self.balance(.offlineReserve, store) == 1_200_000)
    let release = World.act(.releaseReserve)
    #expect(try await Self.run(release, store, "a").refusal?.code == .cardInUse)
    #expect(try await Self.run(World.act(.block), store, "b").refusal == nil)
    #expect(try await Self.run(release, store, "c").refusal?.code == .cardInUse, "it may be unblocked again")
    #expect(try await Self.run(World.act(.lost), store, "d").refusal == nil)
    let last = World.now + (65 + 51) * Self.day - 1_000
    for (key, time) in [("e", World.now), ("f", World.now + 61 * Self.day), ("g", last)] {
      #expect(try await Self.run(release, store, key, at: time).refusal?.code == .releaseTooEarly)
    }
    // Not stored: asked again under its key it is decided again.
    let done = try await Self.run(release, store, "g", at: last + 1_000)
    #expect(done == .cardActed(CardActResult(sequence: 3, released: 1_200_000)))
    #expect(try await Self.run(release, store, "g", at: last + 1_000) == done)
    #expect(try await Self.run(release, store, "h", at: last + 2_000).refusal?.code == .reserveEmpty)
    #expect(try await Self.balance(.offlineReserve, store) == 0)
    #expect(try await Self.balance(.entitlementPayable, store) == 3_000_000)
    // Paid on the new card, whole.
    #expect(try await Self.run(World.registration(card: 2, person: 1, replaces: 1), store, "i") == .registered)
    let paid = try await Self.run(
      .payout(World.posting(1, card: 2, counter: 1, parts: [World.part(3_000_000)])), store, "j")
    #expect(paid.refusal == nil)
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    await store.close()
  }

  @Test func twoPersonsMayReleaseEarlier() async throws {
    let (_, store) = try await Self.granted(700_000)
    try await Self.issue(1, days: 65, store)
    #expect(try await Self.run(World.registration(card: 2, person: 1, replaces: 1), store, "a") == .registered)
    let alone = World.act(.releaseReserve, checker: "nguyễn a")
    #expect(try await Self.run(alone, store, "b").refusal?.code == .fourEyesNeeded)
    #expect(try await Self.run(World.act(.releaseReserve), store, "c").refusal?.code == .releaseTooEarly)
    let two = try await Self.run(World.act(.releaseReserve, checker: "Lê B"), store, "d")
    #expect(two == .cardActed(CardActResult(sequence: 2, released: 700_000)))
    let life = try #require(try await store.life(card: World.card(1)))
    #expect(life.reserve == 0 && life.acts.last?.checker == "Lê B" && life.acts.last?.event != nil)
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    await store.close()
  }

  /// The centre posted a grant and nobody knows of a completion: it may have been lost with the machine that made it.
  @Test func withoutAKnownAuthorityOnlyTwo() async throws {
    let (_, store) = try await Self.granted(5)
    try await Self.run(World.act(.lost), store, "a")
    let far = World.now + 4_000 * Self.day
    #expect(
      try await Self.run(World.act(.releaseReserve), store, "b", at: far).refusal?.code == .releaseTooEarly)
    #expect(try await Self.run(World.act(.releaseReserve, checker: "Lê B"), store, "c", at: far).refusal == nil)
    await store.close()
  }

  @Test(arguments: [
    ("UPDATE card_act SET checker = '' WHERE act = 8", "released by one person before its time"),
    ("UPDATE card_act SET event = NULL WHERE act = 8", "release of a reserve without its posting"),
    ("UPDATE transfer SET kind = 9 WHERE kind = 10", "release of a reserve without its posting"),
  ])
  func tampering(_ statement: String, _ place: String) async throws {
    let (_, store) = try await Self.granted(700_000)
    try await Self.issue(1, days: 65, store)
    try await Self.run(World.act(.lost), store, "a")
    try await Self.run(World.act(.releaseReserve, checker: "Lê B"), store, "b")
    try await store.pool.writeWithoutTransaction { db in try db.execute(sql: statement) }
    let report = try await store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.check == .cards && $0.place.contains(place) })
    await store.close()
  }
}
