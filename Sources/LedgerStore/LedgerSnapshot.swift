internal import GRDB

/// A ledger's file that nobody writes: a copy, read without changing an octet of it.
public final class LedgerSnapshot: Sendable {
  /// The newest batch.
  public let head: ChainHead
  /// When the newest batch was written, milliseconds since 1970; 0 before the first.
  public let headTime: Int64
  /// Leaves of all batches.
  public let leaves: Int64
  /// Answers that were stored.
  public let requests: Int64
  /// Payouts that were posted.
  public let payouts: Int64
  private let queue: DatabaseQueue

  /// The newest migration of this program's schema: the form of every ledger that it reads.
  public static var schema: String { Schema.migrator.migrations.last ?? "" }

  /// Opens the file at `path`, which must have no write-ahead log beside it.
  ///
  /// Throws ``LedgerStoreError/otherVersion`` for another form of ledger, ``LedgerStoreError/sqlite(code:message:)``.
  public init(path: String) throws(LedgerStoreError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "ledger copy"
    do {
      queue = try DatabaseQueue(path: Self.uri(path), configuration: configuration)
      let facts = try queue.read { db in
        guard try !Schema.migrator.hasBeenSuperseded(db), try Schema.migrator.hasCompletedMigrations(db) else {
          throw LedgerStoreError.otherVersion
        }
        return try Facts(SQL(db: db))
      }
      (head, headTime, leaves) = (facts.head, facts.headTime, facts.leaves)
      (requests, payouts) = (facts.requests, facts.payouts)
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  private struct Facts: Sendable {
    var head = ChainHead(writer: "", epoch: 0, sequence: 0, hash: [UInt8](repeating: 0, count: 32))
    var headTime: Int64 = 0
    var leaves: Int64 = 0
    var requests: Int64 = 0
    var payouts: Int64 = 0

    init(_ sql: SQL) throws {
      if let row = try sql.one(
        "SELECT writer, epoch, sequence, hash, time FROM batch ORDER BY sequence DESC LIMIT 1", [])
      {
        head = ChainHead(
          writer: try row.text(0), epoch: try row.int(1), sequence: try row.int(2), hash: try row.bytes(3))
        headTime = try row.int(4)
      }
      leaves = try sql.one("SELECT COALESCE(SUM(leaves), 0) FROM batch", [])?.int(0) ?? 0
      requests = try sql.one("SELECT COUNT(*) FROM request", [])?.int(0) ?? 0
      payouts = try sql.one("SELECT COUNT(*) FROM payout", [])?.int(0) ?? 0
    }
  }

  /// `immutable`: neither a log nor an index of one is looked for or made.
  private static func uri(_ path: String) -> String {
    let text = path.utf8.reduce(into: "") { text, octet in
      switch octet {
      case 0x2F, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: text.unicodeScalars.append(.init(octet))
      default: text += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
      }
    }
    return "file:\(text)?immutable=1"
  }

  /// The batch with this number; nil when the ledger does not go so far.
  public func batch(_ sequence: Int64) throws(LedgerStoreError) -> ChainHead? {
    try read { sql in try ChainHead.read(sql, sequence) }
  }

  /// Re-reads everything, as ``LedgerStore/audit(evidence:)`` does; the ledger must end with `head`.
  public func audit(
    head: ChainHead, evidence: @escaping @Sendable (StoredPayout) throws -> Bool
  ) throws(LedgerStoreError) -> AuditReport {
    try read { sql in AuditWalk.all(sql, known: head, evidence: evidence) }
  }

  func read<Value: Sendable>(_ body: (SQL) throws -> Value) throws(LedgerStoreError) -> Value {
    do {
      return try queue.read { db in try body(SQL(db: db)) }
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }
}
