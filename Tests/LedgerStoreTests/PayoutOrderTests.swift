import GRDB
import Ledger
import Testing

@testable import LedgerStore

@Suite("Payouts of earlier versions")
struct PayoutOrderTests {
  private static let payout = """
    transaction_id, card, counter, event, amount, host_province, commune, agent, point, terminal, channel, evidence,
    effective_date, posted_at, terminal_time, batch, leaf
    """
  private static let part = """
    ordinal, item, line, period, home_unit, home_province, host_unit, funder, x.amount AS part, from_reserve
    """
  private static let migrations = ["14 payouts in order", "15 payouts by number"]

  /// The tables as a version before had them, with what is in them now.
  private static func makeOld(_ path: String, version: String) throws -> [String] {
    let earlier = try DatabaseQueue()
    try Schema.migrator.migrate(earlier, upTo: version)
    let old = try earlier.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT sql FROM sqlite_schema
          WHERE name IN ('payout', 'payout_part', 'payout_part_item', 'outcome_transaction') ORDER BY name
          """)
    }
    try #require(old.count == 4)
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let before = try queue.writeWithoutTransaction { db in
      let before = try Self.rows(db, isOld: false)
      try db.execute(
        sql: """
          CREATE TABLE kept AS SELECT \(Self.payout) FROM payout;
          CREATE TABLE kept_part AS SELECT p.transaction_id, \(Self.part)
          FROM payout p JOIN payout_part x ON x.payout = p.id;
          DROP TABLE payout_part; DROP TABLE payout; DROP INDEX outcome_refused
          """)
      for sql in old { try db.execute(sql: sql) }
      try db.execute(
        sql: """
          INSERT INTO payout SELECT * FROM kept; INSERT INTO payout_part SELECT * FROM kept_part;
          DROP TABLE kept; DROP TABLE kept_part
          """)
      for migration in Self.migrations where migration > version {
        try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [migration])
      }
      #expect(try Self.rows(db, isOld: true) == before)
      return before
    }
    try queue.close()
    return before
  }

  private static func rows(_ db: Database, isOld: Bool) throws -> [String] {
    let join = isOld ? "x.transaction_id = p.transaction_id" : "x.payout = p.id"
    let columns = payout.split(separator: ", ").map { "p.\($0)" }.joined(separator: ", ")
    return try Row.fetchAll(
      db,
      sql: """
        SELECT \(columns.replacing("\n", with: "")), \(part) FROM payout p JOIN payout_part x ON \(join)
        ORDER BY p.transaction_id, ordinal
        """
    ).map(\.description)
  }

  @Test("They are taken over with their parts, and paid once", arguments: ["12 chain acts", "14 payouts in order"])
  func takenOver(_ version: String) async throws {
    let twin = try await Twin()
    for number in 1...4 {
      let outcome = try await twin.posting(
        World.posting(5 - number, counter: UInt32(2 * number + 1), parts: [World.part(Int64(number))]))
      try #require(outcome.refusal == nil)
    }
    await twin.store.close()
    let before = try Self.makeOld(twin.scratch.path + "/ledger.sqlite", version: version)
    #expect(before.count == 4)
    let store = try twin.scratch.open()
    let (after, places) = try await store.pool.read { db in
      (try Self.rows(db, isOld: false), try Int.fetchAll(db, sql: "SELECT batch FROM payout ORDER BY id"))
    }
    #expect(after == before)
    #expect(places == places.sorted())
    #expect(places.count == 4)
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    await store.close()
  }
}
