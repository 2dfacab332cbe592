import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// The audit looks at every payout and lapse by the rules of collection that held when it was made.
@Suite("The audit looks at the last day to collect")
struct TermAuditTests {
  private static let yesterday = World.now - 86_400_000
  private static let late = "payout after the last day to collect"
  private static let early = "lapse before the last day to collect was over"

  /// What the audit finds once `statement` was done behind its back.
  private static func found(_ twin: Twin, after statement: String) async throws -> [String] {
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
      #expect(db.changesCount > 0, "\(statement)")
    }
    return try await twin.store.audit(evidence: World.verify).problems.map(\.place)
  }

  /// Person 1 was paid by card on the last day, person 2 by transfer, and person 1 again by hand.
  private static func paid() async throws -> Twin {
    let twin = try await CollectionTermTests.ready()
    let tap = World.posting(1, counter: 1, parts: [World.part(1)])
    #expect(try await twin.run(.payout(tap), at: yesterday).refusal == nil)
    let order = BankTransferTests.batch([
      BankTransferTests.order("CK1", person: 2, parts: [World.part(70, line: 3)])
    ])
    #expect(try await twin.run(order, at: yesterday).refusal == nil)
    let list = HandPayoutTests.list([HandPayoutTests.visit(2, parts: [World.part(2)])])
    #expect(try await twin.run(list, at: yesterday).refusal == nil)
    try await twin.compare()
    return twin
  }

  @Test(
    "A payout of the day after is found, whichever way it was made",
    arguments: [
      "UPDATE payout SET posted_at = posted_at + 86400000",
      "UPDATE hand_payout SET posted_at = posted_at + 86400000",
      "UPDATE act SET acted_at = acted_at + 86400000 WHERE kind = 42",
    ])
  func late(_ statement: String) async throws {
    let found = try await Self.found(try await Self.paid(), after: statement)
    #expect(found.filter { $0.hasPrefix(Self.late) }.count == 1, "\(found)")
  }

  @Test(
    "Rules that were changed behind the chain's back are found, by themselves and by what they say")
  func rules() async throws {
    let shorter = try await Self.found(
      try await Self.paid(),
      after: "UPDATE collection_rules SET rules = replace(rules, '20261104', '20261103')")
    #expect(shorter.filter { $0.hasPrefix(Self.late) }.count == 3)
    for statement in [
      "UPDATE collection_rules SET rules = replace(rules, '20261104', '20270101')",
      "DELETE FROM collection_rules",
      "UPDATE collection_rules SET rules = 'x'",
    ] {
      #expect(
        try await !Self.found(try await Self.paid(), after: statement).isEmpty, "\(statement)")
    }
  }

  @Test("Payouts are held to the rules of their own day, not to later ones")
  func changed() async throws {
    let twin = try await Self.paid()
    twin.collect(
      by: CollectionTerms([CollectionTerms.Rule(programme: 1, term: .until(20_261_001))]))
    try await twin.run(LineActTests.act(.lineSuspended, line: 2))
    try await twin.compare()
    let rows = try await twin.store.pool.read { db in
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM collection_rules")
    }
    #expect(rows == 2)
  }

  @Test("A lapse on the last day itself is found, and one of what never lapses")
  func lapse() async throws {
    let twin = try await CollectionTermTests.ready()
    #expect(try await twin.run(World.uncollected(.itemsLapsed)).refusal == nil)
    try await twin.compare()
    let found = try await Self.found(
      twin, after: "UPDATE act SET acted_at = acted_at - 86400000 WHERE kind = 5")
    #expect(found.filter { $0.hasPrefix(Self.early) }.count == 1, "\(found)")
    // The ledger takes the last day from the office; the audit does not.
    let other = try await CollectionTermTests.ready()
    #expect(
      try await other.run(World.uncollected(.itemsLapsed, [World.name(4, 202_607)])).refusal == nil)
    let report = try await other.store.audit(evidence: World.verify)
    #expect(report.problems.map(\.place).filter { $0.hasPrefix(Self.early) }.count == 1)
  }

  @Test("The end of a line and its going on count from when they were decided")
  func ends() async throws {
    let twin = try await CollectionTermTests.ready()
    let first = HandPayoutTests.list([
      HandPayoutTests.visit(3, parts: [World.part(10, line: 4, period: 202_607)])
    ])
    #expect(try await twin.run(first).refusal == nil)
    try await twin.run(LineActTests.act(.lineEnded, line: 4, last: 202_607))
    try await twin.compare()
    let name = World.name(4, 202_607)
    #expect(
      try await twin.run(World.uncollected(.itemsLapsed, [name], lastDay: 20_261_031)).refusal == nil)
    try await twin.run(LineActTests.act(.lineResumed, line: 4))
    #expect(try await twin.run(World.uncollected(.itemsReclaimed, [name])).refusal == nil)
    let second = HandPayoutTests.list(
      [HandPayoutTests.visit(4, parts: [World.part(10, line: 4, period: 202_607)])], "DS-9",
      scan: World.terminalKey(51))
    #expect(try await twin.run(second).refusal == nil)
    try await twin.compare()
    // Had the line not gone on, the second would have been too late.
    let found = try await Self.found(twin, after: "DELETE FROM act WHERE kind = 2")
    #expect(found.filter { $0.hasPrefix(Self.late) }.count == 1, "\(found)")
  }

  @Test("What was paid before any rules were kept is told, not looked at")
  func before() async throws {
    let twin = try await Twin()
    #expect(
      try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1)])).refusal == nil)
    #expect(try await twin.store.audit(evidence: World.verify).withoutTerms == 1)
    twin.collect(by: CollectionTermTests.terms)
    try await twin.run(LineActTests.act(.lineSuspended))
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.isClean && report.withoutTerms == 1)
  }
}
