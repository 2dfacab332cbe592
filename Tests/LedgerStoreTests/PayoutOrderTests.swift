import GRDB
import Ledger
import Testing

@testable import LedgerStore

@Suite("Payouts in the order they came in")
struct PayoutOrderTests {
  /// The tables as the version before had them, with what is in them now.
  private static func makeOld(_ path: String) throws -> [String] {
    let earlier = try DatabaseQueue()
    try Schema.migrator.migrate(earlier, upTo: "12 chain acts")
    let old = try earlier.read { db in
      try String.fetchAll(
        db, sql: "SELECT sql FROM sqlite_schema WHERE name IN ('payout', 'payout_part') ORDER BY name")
    }
    try #require(old.count == 2 && old.allSatisfy { $0.contains("WITHOUT ROWID") })
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let before = try queue.writeWithoutTransaction { db in
      for (name, sql) in zip(["payout", "payout_part"], old) {
        try db.execute(sql: "CREATE TABLE kept AS SELECT * FROM \(name); DROP TABLE \(name)")
        try db.execute(sql: sql)
        try db.execute(sql: "INSERT INTO \(name) SELECT * FROM kept; DROP TABLE kept")
      }
      try db.execute(
        sql: """
          CREATE INDEX payout_part_item ON payout_part (item);
          DELETE FROM grdb_migrations WHERE identifier = '14 payouts in order'
          """)
      return try Self.rows(db)
    }
    try queue.close()
    return before
  }

  private static func rows(_ db: Database) throws -> [String] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM payout p JOIN payout_part x USING (transaction_id) ORDER BY transaction_id, ordinal"
    ).map(\.description)
  }

  @Test("Those of the version before are taken over with their parts, and paid once")
  func takenOver() async throws {
    let twin = try await Twin()
    for number in 1...4 {
      let outcome = try await twin.posting(
        World.posting(5 - number, counter: UInt32(2 * number + 1), parts: [World.part(Int64(number))]))
      try #require(outcome.refusal == nil)
    }
    await twin.store.close()
    let before = try Self.makeOld(twin.scratch.path + "/ledger.sqlite")
    #expect(before.count == 4)
    let store = try twin.scratch.open()
    let (after, places) = try await store.pool.read { db in
      (try Self.rows(db), try Int.fetchAll(db, sql: "SELECT leaf FROM payout ORDER BY rowid"))
    }
    #expect(after == before)
    #expect(places.count == 4)
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    await store.close()
  }
}
