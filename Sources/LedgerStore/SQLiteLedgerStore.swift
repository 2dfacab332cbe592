internal import CWALBuffer
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Ledger
internal import Synchronization

/// The ledger in one SQLite database, one writer (`ledger` §6).
///
/// WAL with `synchronous=FULL`, set on the writer after opening and read back: anything less is refused at the start.
public final class SQLiteLedgerStore: LedgerStore {
  /// How a store is opened. Only tests change the defaults below the writer's name.
  struct Options: Sendable {
    enum Synchronous: Int, Sendable {
      case off = 0
      case normal = 1
      case full = 2
    }

    var writer = "centre"
    /// The ledger comes from a copy: its epoch must be none that the ledger it was copied from can have come to.
    var isRestored = false
    /// Milliseconds since 1970.
    var clock: @Sendable () -> Int64
    var random: @Sendable () -> UInt64
    var synchronous = Synchronous.full
    /// Pages of the log after which it is moved into the database.
    var checkpointPages = 8_192
    /// A connection of its own moves the log while the writer goes on.
    var checkpointsBeside = true
    /// Microseconds that each commit takes longer.
    var commitDelay: UInt32 = 0
    /// Name of an SQLite VFS.
    var vfs: String?
    /// Sees every statement of the writer.
    var trace: (@Sendable (String) -> Void)?
  }

  struct WriterState {
    /// The newest batch, with the epoch that it was written in.
    var head: ChainHead
    /// This opening's epoch, in which the next batch is written.
    let epoch: Int64
    var generator: UUIDv7Generator
    var isStopped = false
    var terms = CollectionTerms.none
    /// What the newest batch left for the next.
    var cache = WriterCache()
    var folder: StateFolder?
  }

  let pool: DatabasePool
  /// Reads the keys of cards while their callers wait: handing a read of microseconds to another thread and back costs
  /// a payout more than the read.
  let keys: DatabaseQueue
  let state: Mutex<WriterState>
  private let options: Options
  private let checkpoints: Checkpoints

  /// Opens or makes the store `ledger.sqlite` in the state folder, which it locks.
  ///
  /// `writer` names the chain; `clock` gives milliseconds since 1970 and `random` words for ids. Each commit takes
  /// `commitDelay` microseconds longer than the disk does, for those who measure a slower one.
  /// Throws when another process holds the folder, or the database would acknowledge before its bytes are on disk.
  public convenience init(
    folder: String, writer: String = "centre", clock: @escaping @Sendable () -> Int64,
    random: (@Sendable () -> UInt64)? = nil, commitDelay: UInt32 = 0
  ) throws(LedgerStoreError) {
    var options = Options(writer: writer, clock: clock, random: random ?? RandomWords.source())
    options.commitDelay = commitDelay
    try self.init(folder: folder, options: options)
  }

  /// Opens a ledger that was just put back from a copy, in an epoch of its own: the time, milliseconds since 1970.
  ///
  /// Epochs of a ledger count its openings; one that was restored goes on from the time of its restoring. So the two
  /// never write under one (writer, epoch), wherever the old process still runs, and a head tells to which it belongs.
  public convenience init(
    restored folder: String, clock: @escaping @Sendable () -> Int64,
    random: (@Sendable () -> UInt64)? = nil
  ) throws(LedgerStoreError) {
    var options = Options(clock: clock, random: random ?? RandomWords.source())
    options.isRestored = true
    try self.init(folder: folder, options: options)
  }

  init(folder: String, options: Options) throws(LedgerStoreError) {
    self.options = options
    checkpoints = Checkpoints(pages: options.checkpointPages)
    let lock = try StateFolder(path: folder)
    do {
      pool = try Self.open(folder + "/ledger.sqlite", options, checkpoints)
      keys = try Self.openForKeys(folder + "/ledger.sqlite", options)
      try lock.sync()
      let (head, epoch) = try pool.writeWithoutTransaction { db in
        try Self.begin(db, options)
      }
      state = Mutex(
        WriterState(head: head, epoch: epoch, generator: UUIDv7Generator(random: options.random), folder: lock))
      try commitEarlierRows()
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  private static func open(
    _ path: String, _ options: Options, _ checkpoints: Checkpoints
  ) throws -> DatabasePool {
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
      // Random personal ids touch a page each: 64 MB of them stay in memory, and a checkpoint writes each page once
      // for many batches.
      try db.execute(sql: "PRAGMA cache_size = -65536")
      if let trace = options.trace { db.trace { trace($0.description) } }
    }
    guard try pool.read({ try !Schema.migrator.hasBeenSuperseded($0) }) else {
      throw LedgerStoreError.otherVersion
    }
    try Schema.migrator.migrate(pool)
    try pool.writeWithoutTransaction { db in
      try require(db, "synchronous", String(options.synchronous.rawValue))
      // A sync that failed can have left pages of the log that the kernel holds to be written: what is answered from
      // them must be on the disk, so they are written anew, into the database.
      try db.checkpoint(.truncate)
      guard options.synchronous == .full else { return }
      let code = walbuffer_begin(db.sqliteConnection, options.commitDelay)
      guard code == SQLITE_OK else { throw LedgerStoreError.sqlite(code: code, message: "walbuffer") }
    }
    if options.checkpointsBeside { checkpoints.moveBeside(try openBeside(path, options)) }
    return pool
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

  private static func openForKeys(_ path: String, _ options: Options) throws -> DatabaseQueue {
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
  private static func begin(_ db: Database, _ options: Options) throws -> (ChainHead, Int64) {
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

  /// This opening's epoch.
  public var epoch: Int64 { state.withLock(\.epoch) }

  /// How long batches follow each other before others who need the writer, a copy or a rehearsal, have their turn.
  private static let turn = Duration.milliseconds(20)

  /// Applies the requests in order in one transaction with one sync; see ``LedgerStore/applyTimed(_:)``.
  public func applyTimed(_ batch: [LedgerRequest]) async throws(LedgerStoreError) -> AppliedBatch {
    do {
      // In a task of its own: a caller that is cancelled must not interrupt the batch of others.
      return try await Task {
        try await pool.writeWithoutTransaction { [self] db in
          defer { keepLogShort(db) }
          return try attempt(batch, db).get()
        }
      }.value
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  /// Applies batches one after the other; see ``LedgerStore/applyEach(_:_:)``.
  public func applyEach(
    _ next: @escaping @Sendable () -> [LedgerRequest]?,
    _ done: @escaping @Sendable (Result<AppliedBatch, LedgerStoreError>) -> Void
  ) async -> Bool {
    do {
      return try await Task {
        try await pool.writeWithoutTransaction { [self] db in
          let start = ContinuousClock.now
          repeat {
            guard let batch = next() else { return true }
            done(attempt(batch, db))
            keepLogShort(db)
          } while ContinuousClock.now - start < Self.turn
          return false
        }
      }.value
    } catch {
      // The store is closed.
      while next() != nil { done(.failure(LedgerStoreError.wrapping(error))) }
      return true
    }
  }

  private func attempt(_ batch: [LedgerRequest], _ db: Database) -> Result<AppliedBatch, LedgerStoreError> {
    guard !state.withLock(\.isStopped) else { return .failure(.stopped) }
    do {
      return .success(try write(batch, db))
    } catch {
      // What SQLite wrote of the batch, and whether it comes back, is known only after opening again.
      state.withLock { $0.isStopped = true }
      return .failure(LedgerStoreError.wrapping(error))
    }
  }

  /// After a batch is answered.
  private func keepLogShort(_ db: Database) {
    guard !state.withLock(\.isStopped) else { return }
    do {
      try checkpoints.run(db)
    } catch {
      // What was acknowledged is on disk; a disk that fails takes no more.
      state.withLock { $0.isStopped = true }
    }
  }

  private func write(_ batch: [LedgerRequest], _ db: Database) throws -> AppliedBatch {
    let start = ContinuousClock.now
    let head = state.withLock(\.head)
    let written: WrittenBatch
    do {
      written = try writeOnce(batch, db, after: head, hasSavepoints: false)
    } catch is BatchSession.NeedsSavepoints {
      written = try writeOnce(batch, db, after: head, hasSavepoints: true)
    }
    let newHead = written.head
    state.withLock {
      $0.head = newHead
      $0.generator = written.generator
      $0.cache = written.cache
    }
    let answers = written.results.map { result in
      result.map {
        LedgerAnswer(
          status: $0.answer.status, body: $0.answer.body, outcome: $0.answer.outcome, replayed: $0.replayed,
          head: newHead)
      }
    }
    return AppliedBatch(
      answers: answers,
      times: BatchTimes(
        requests: batch.count, applying: written.applied - start, committing: .now - written.applied))
  }

  /// A batch that is on disk.
  private struct WrittenBatch {
    var results: [Result<(answer: StoredAnswer, replayed: Bool), LedgerStoreError>] = []
    var head: ChainHead
    var generator: UUIDv7Generator
    var cache = WriterCache()
    /// When the last request was applied and the commit began.
    var applied = ContinuousClock.now
  }

  /// Writes a batch in one transaction, or nothing.
  private func writeOnce(
    _ batch: [LedgerRequest], _ db: Database, after head: ChainHead, hasSavepoints: Bool
  ) throws -> WrittenBatch {
    // A batch that fails leaves nothing in the cache.
    let (generator, terms, cache) = state.withLock { state in
      defer { state.cache = WriterCache() }
      return (state.generator, state.terms, state.cache)
    }
    let session = BatchSession(
      db: db, sequence: head.sequence + 1, generator: generator, terms: terms, cache: consume cache,
      hasSavepoints: hasSavepoints)
    var written = WrittenBatch(head: head, generator: generator)
    try db.inTransaction(.immediate) {
      try requireEpoch(session.sql)
      for request in batch { written.results.append(try session.apply(request)) }
      try session.settle()
      guard !session.leaves.isEmpty else { return .rollback }
      try session.keepTerms()
      written.head = try link(session, after: head)
      written.applied = .now
      return .commit
    }
    written.generator = session.generator
    written.cache = session.takeCache()
    return written
  }

  /// The lock keeps two writers apart; where it does not (a lock file removed, a folder shared by a network), the one
  /// that opened the ledger last writes, and no other.
  private func requireEpoch(_ sql: SQL) throws {
    let newest = try sql.one("SELECT MAX(epoch) FROM writer_epoch WHERE writer = ?", [options.writer])?.int(0)
    guard newest == epoch else { throw LedgerStoreError.fenced }
  }

  /// Writes the batch's link of the chain.
  func link(_ session: BatchSession, after head: ChainHead) throws -> ChainHead {
    var tree = MerkleTree()
    for leaf in session.leaves { tree.append(leaf) }
    let open = ChainLink(
      writer: options.writer, epoch: epoch, sequence: session.sequence, previous: head.hash, root: tree.root,
      time: options.clock(), leaves: Int64(tree.count), hash: [])
    let hash = open.computedHash
    try session.sql.run(
      """
      INSERT INTO batch (sequence, writer, epoch, previous, root, hash, time, leaves, first_event, last_event,
        leaf_hashes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        open.sequence, open.writer, open.epoch, open.previous.blob, open.root.blob, hash.blob, open.time, open.leaves,
        session.firstEvent?.blob, session.lastEvent?.blob, [UInt8](session.leaves.joined()).blob,
      ])
    return ChainHead(writer: open.writer, epoch: open.epoch, sequence: open.sequence, hash: hash)
  }

  /// Whether anything was ever written to the ledger.
  public var hasHistory: Bool {
    get throws(LedgerStoreError) {
      try state.withLock { (state) throws(LedgerStoreError) in
        guard !state.isStopped else { throw .stopped }
        return state.head.sequence > 0
      }
    }
  }

  /// Ends every access and gives the state folder free.
  public func close() async {
    state.withLock { $0.isStopped = true }
    // A store whose disk is gone can't be closed in good order; its lock is given free all the same.
    try? keys.close()
    checkpoints.close()
    try? pool.close()
    state.withLock { $0.folder = nil }
  }
}
