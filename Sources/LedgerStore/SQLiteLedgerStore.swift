internal import GRDB
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
  /// Nil where each commit makes its own sync.
  let logSync: LogSync?
  /// After all that reads the database: it goes last.
  private let warmer: PageWarmer?

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
      (pool, logSync) = try Self.open(folder + "/ledger.sqlite", options, checkpoints)
      keys = try Self.openForKeys(folder + "/ledger.sqlite", options)
      warmer = PageWarmer(path: folder + "/ledger.sqlite")
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

  /// Has the kernel read the database from end to end, beside whatever else is done, where memory has room for it: for
  /// one that is going to serve. See ``PageWarmer``.
  public func warm() { warmer?.start() }

  /// Waits for the end of ``warm()``.
  public func warmed() async { await warmer?.finish() }

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
          return try attempt(batch, db, leavesSync: false).get()
        }
      }.value
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  /// Applies batches one after the other; see ``LedgerStore/applyEach(_:hasMore:)``.
  public func applyEach(
    _ next: @escaping @Sendable () -> OfferedBatch?, hasMore: @escaping @Sendable () -> Bool
  ) async -> Bool {
    do {
      return try await Task {
        try await pool.writeWithoutTransaction { [self] db in
          let start = ContinuousClock.now
          repeat {
            guard let batch = next() else { return true }
            apply(batch, db, hasMore)
            keepLogShort(db)
          } while ContinuousClock.now - start < Self.turn
          return false
        }
      }.value
    } catch {
      // The store is closed.
      while let batch = next() { batch.done(.failure(LedgerStoreError.wrapping(error))) }
      return true
    }
  }

  /// Applies a batch. Its sync is made meanwhile where the next one waits, or where another sync is: answers keep the
  /// order of their batches.
  private func apply(_ batch: OfferedBatch, _ db: Database, _ hasMore: () -> Bool) {
    guard let logSync, logSync.isRunning || hasMore() else {
      return batch.done(attempt(batch.requests, db, leavesSync: false))
    }
    let result = attempt(batch.requests, db, leavesSync: true)
    let committed = ContinuousClock.now
    logSync.after { [self] failure in
      if failure != nil { state.withLock { $0.isStopped = true } }
      batch.done(
        result.flatMap { applied in
          failure.map { .failure($0) } ?? .success(applied.synced(after: .now - committed))
        })
    }
  }

  private func attempt(
    _ batch: [LedgerRequest], _ db: Database, leavesSync: Bool
  ) -> Result<AppliedBatch, LedgerStoreError> {
    guard !state.withLock(\.isStopped) else { return .failure(.stopped) }
    do {
      return .success(try write(batch, db, leavesSync: leavesSync))
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

  private func write(_ batch: [LedgerRequest], _ db: Database, leavesSync: Bool) throws -> AppliedBatch {
    let start = ContinuousClock.now
    let head = state.withLock(\.head)
    let written: WrittenBatch
    do {
      written = try writeOnce(batch, db, after: head, hasSavepoints: false, leavesSync: leavesSync)
    } catch is BatchSession.NeedsSavepoints {
      written = try writeOnce(batch, db, after: head, hasSavepoints: true, leavesSync: leavesSync)
    }
    let newHead = written.head
    state.withLock {
      $0.head = newHead
      $0.generator = written.generator
      $0.cache = written.cache
    }
    let committing = ContinuousClock.now - written.applied
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
        requests: batch.count, applying: written.applied - start, committing: committing, blocking: committing))
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
    _ batch: [LedgerRequest], _ db: Database, after head: ChainHead, hasSavepoints: Bool, leavesSync: Bool
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
    try transaction(db, leavesSync: leavesSync) {
      try requireEpoch(session.sql)
      for request in batch { written.results.append(try session.apply(request)) }
      try session.settle()
      guard !session.leaves.isEmpty else { return false }
      try session.keepTerms()
      written.head = try link(session, after: head)
      written.applied = .now
      return true
    }
    written.generator = session.generator
    written.cache = session.takeCache()
    return written
  }

  /// Commits what `body` writes where it says so, and takes it back otherwise.
  private func transaction(_ db: Database, leavesSync: Bool, _ body: () throws -> Bool) throws {
    try db.beginTransaction(.immediate)
    do {
      guard try body() else { return try db.rollback() }
      guard leavesSync, let logSync else { return try db.commit() }
      try logSync.commit { try db.commit() }
    } catch {
      // What failed first is what is told.
      if db.isInsideTransaction { try? db.rollback() }
      throw error
    }
  }

  /// Waits until everything that can be read now is on the disk: nothing else is told to anybody.
  func settled() async throws(LedgerStoreError) { try await logSync?.settled() }

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
    warmer?.stop()
    try? keys.close()
    checkpoints.close()
    logSync?.drain()
    try? pool.close()
    warmer?.close()
    state.withLock { $0.folder = nil }
  }
}
