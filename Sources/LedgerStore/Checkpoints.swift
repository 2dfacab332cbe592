internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// Moves the write-ahead log into the database, and tells when that fails.
///
/// SQLite's own automatic checkpoint keeps its failures to itself: a disk that can't sync the database, or has no room
/// for it, would be noticed only when the log has filled the rest.
final class Checkpoints: Sendable {
  private let pages: Int
  private let logged = Atomic<Int>(0)

  /// A checkpoint whenever the log has so many pages. Has to live as long as the connection that it follows.
  init(pages: Int) { self.pages = pages }

  /// Follows the commits of the writer's connection, in place of the automatic checkpoint.
  func follow(_ db: Database) {
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().logged
          .store(Int(pages), ordering: .relaxed)
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Makes one when it is due. Readers may keep a part of the log back for the next one.
  ///
  /// Throws ``LedgerStoreError/sqlite(code:message:)`` when the disk fails: what was committed is safe in the log.
  func run(_ db: Database) throws(LedgerStoreError) {
    guard logged.load(ordering: .relaxed) >= pages else { return }
    let code = sqlite3_wal_checkpoint_v2(db.sqliteConnection, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    logged.store(0, ordering: .relaxed)
    guard [SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xFF) else {
      throw .sqlite(code: code, message: sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) } ?? "")
    }
  }
}
