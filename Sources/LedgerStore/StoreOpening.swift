internal import CWALBuffer
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// How the database is opened: with what it says of its own durability read back.
extension SQLiteLedgerStore {
  static func open(
    _ path: String, _ options: Options, _ checkpoints: Checkpoints
  ) throws -> (DatabasePool, LogSync?) {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.maximumReaderCount = 4
    // The connection keeps its configuration, and with it what its hook points to.
    configuration.prepareDatabase { db in
      if !db.configuration.readonly { checkpoints.follow(db) }
    }
    // Each batch syncs the log once: until then its pages wait in memory and go out in large pieces.
    guard let buffered = walbuffer_register(options.vfs) else {
      throw LedgerStoreError.sqlite(code: SQLITE_NOMEM, message: "walbuffer")
    }
    let pool = try DatabasePool(path: location(path, vfs: String(cString: buffered)), configuration: configuration)
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = \(options.synchronous.rawValue)")
      try require(db, "synchronous", String(options.synchronous.rawValue))
      try require(db, "journal_mode", "wal")
      try require(db, "foreign_keys", "1")
      try WriterPages.fit(db)
      if let trace = options.trace { db.trace { trace($0.description) } }
    }
    guard try pool.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
      throw LedgerStoreError.otherVersion
    }
    try Schema.migrator.migrate(pool)
    let logSync = try pool.writeWithoutTransaction { db -> LogSync? in
      try require(db, "synchronous", String(options.synchronous.rawValue))
      // A sync that failed can have left pages of the log that the kernel holds to be written: what is answered from
      // them must be on the disk, so they are written anew, into the database.
      try db.checkpoint(.truncate)
      guard options.synchronous == .full else { return nil }
      var log: OpaquePointer?
      let code = walbuffer_begin(db.sqliteConnection, options.commitDelay, &log)
      guard code == SQLITE_OK else { throw LedgerStoreError.sqlite(code: code, message: "walbuffer") }
      return log.map(LogSync.init)
    }
    if options.checkpointsBeside { checkpoints.moveBeside(try openBeside(path, options)) }
    return (pool, logSync)
  }

  /// A connection that moves the log into the database.
  private static func openBeside(_ path: String, _ options: Options) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "ledger log"
    let queue = try DatabaseQueue(path: location(path, vfs: options.vfs), configuration: configuration)
    try queue.writeWithoutTransaction { db in
      // What is deleted from the log has to be in the database for good.
      try db.execute(sql: "PRAGMA synchronous = \(options.synchronous.rawValue)")
      try require(db, "synchronous", String(options.synchronous.rawValue))
      try require(db, "journal_mode", "wal")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    }
    return queue
  }

  static func openForKeys(_ path: String, _ options: Options) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "ledger keys"
    configuration.readonly = true
    return try DatabaseQueue(path: location(path, vfs: options.vfs), configuration: configuration)
  }

  /// A path as SQLite takes it together with the name of a VFS.
  private static func location(_ path: String, vfs: String?) -> String {
    guard let vfs, let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) else { return path }
    return "file:\(path.hasPrefix("/") ? "//" : "")\(escaped)?vfs=\(vfs)"
  }

  private static func require(_ db: Database, _ pragma: String, _ value: String) throws {
    let readBack: String
    switch try DatabaseValue.fetchOne(db, sql: "PRAGMA \(pragma)")?.storage {
    case .int64(let number): readBack = String(number)
    case .string(let text): readBack = text
    default: readBack = ""
    }
    guard readBack == value else { throw LedgerStoreError.notDurable(pragma: pragma, readBack: readBack) }
  }

  /// Begins the next epoch; the head so far, and the epoch.
  static func begin(_ db: Database, _ options: Options) throws -> (ChainHead, Int64) {
    var head = ChainHead(writer: options.writer, epoch: 0, sequence: 0, hash: [UInt8](repeating: 0, count: 32))
    var epoch: Int64 = 0
    try db.inTransaction(.immediate) {
      let sql = SQL(db: db)
      let last = try sql.one(
        "SELECT COALESCE(MAX(epoch), 0) FROM writer_epoch WHERE writer = ?", [options.writer])
      let next = try (last?.int(0) ?? 0) + 1
      epoch = options.isRestored ? max(next, options.clock()) : next
      try sql.run(
        "INSERT INTO writer_epoch (writer, epoch, opened_at) VALUES (?, ?, ?)",
        [options.writer, epoch, options.clock()])
      // A head names the epoch of its batch: of one that was given out before, nobody may make another.
      let newest = try sql.one("SELECT sequence, hash, writer, epoch FROM batch ORDER BY sequence DESC LIMIT 1", [])
      head = ChainHead(
        writer: try newest?.text(2) ?? options.writer, epoch: try newest?.int(3) ?? epoch,
        sequence: try newest?.int(0) ?? 0, hash: try newest?.bytes(1) ?? head.hash)
      return .commit
    }
    return (head, epoch)
  }
}
