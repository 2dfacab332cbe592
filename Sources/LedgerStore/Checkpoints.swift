internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// Moves the write-ahead log into the database, and tells when that fails.
///
/// SQLite's own automatic checkpoint keeps its failures to itself: a disk that can't sync the database, or has no room
/// for it, would be noticed only when the log has filled the rest. And it holds up the commit that it follows: here a
/// connection of its own moves most of the log while batches are written on, and the writer the short rest, because a
/// log is begun anew only when nothing of it is left.
final class Checkpoints: Sendable {
  private struct State: Sendable {
    /// Pages in the log, and how many of them are in the database.
    var logged = 0
    var moved = 0
    /// Pages in the log when somebody last began to move it: where a reader keeps a part back, not each batch tries
    /// again.
    var tried = 0
    /// How often the log was moved to its end beside the writer and had grown meanwhile.
    var rounds = 0
    /// Nobody kept a part back when it was last moved.
    var isFree = true
    var isRunning = false
    var failure: LedgerStoreError?
    /// Moves the log beside the writer; without it the writer does all.
    var beside: DatabaseQueue?

    /// Which log it is: one more with each that is begun.
    var generation = 0

    mutating func note(_ progress: Progress) {
      moved = max(moved, progress.moved)
      isFree = progress.isWhole
      // What a reader kept back is no chase: when the reader is gone, it is moved beside the writer.
      rounds = progress.isWhole ? rounds + 1 : 0
    }
  }

  /// What of the log was moved.
  private struct Progress {
    let moved: Int
    /// All that was in it; otherwise a reader keeps the rest back.
    let isWhole: Bool
  }

  /// Rounds after which the writer ends the chase on a log of several times its length.
  private static let longestChase = 4

  private let pages: Int
  private let state = Mutex(State())

  /// What the writer moves itself: some milliseconds.
  private var rest: Int { pages / 16 }

  /// A checkpoint whenever the log has so many pages. Has to live as long as the connection that it follows.
  init(pages: Int) { self.pages = pages }

  /// Follows the commits of the writer's connection, in place of the automatic checkpoint.
  func follow(_ db: Database) {
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().note(Int(pages))
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func note(_ pages: Int) {
    state.withLock { state in
      if pages < state.logged {
        (state.moved, state.tried, state.rounds) = (0, 0, 0)
        state.generation += 1
      }
      state.logged = pages
    }
  }

  /// From now on the log is moved over `connection`, which is used for nothing else.
  func moveBeside(_ connection: DatabaseQueue) { state.withLock { $0.beside = connection } }

  private enum Step { case none, own, start(DatabaseQueue, generation: Int), wait(DatabaseQueue) }

  /// After a commit, in the writer's turn: does, or starts, what is due. Readers may keep a part back for the next one.
  ///
  /// Never two at once, and none on a log that is wholly moved: SQLite before 3.51.3 can damage a database when
  /// somebody begins to move such a log while the writer begins a new one.
  ///
  /// Throws ``LedgerStoreError/sqlite(code:message:)`` when the disk fails, now or beside the writer: what was
  /// committed is safe in the log.
  func run(_ db: Database) throws {
    let step = try state.withLock { state -> Step in
      if let failure = state.failure { throw failure }
      guard state.logged >= pages else { return .none }
      guard let beside = state.beside else { return .own }
      // Whoever writes faster than the log is moved moves it: no log without end.
      let isLate = state.logged >= 4 * pages && state.rounds >= Self.longestChase
      guard !state.isRunning else { return isLate ? .wait(beside) : .none }
      let isShort = state.logged - state.moved <= rest && state.isFree
      guard isShort || state.logged - state.tried > rest else { return .none }
      state.tried = state.logged
      if isShort || isLate { return .own }
      state.isRunning = true
      return .start(beside, generation: state.generation)
    }
    switch step {
    case .none: break
    case .own: try moveRest(db)
    case .start(let beside, let generation):
      beside.asyncWriteWithoutTransaction { self.runBeside($0, generation) }
    case .wait(let beside):
      beside.writeWithoutTransaction { _ in }
      try moveRest(db)
    }
  }

  private func moveRest(_ db: Database) throws {
    let progress = try Self.move(db)
    state.withLock { $0.note(progress) }
    do {
      try WriterPages.fit(db)
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  private func runBeside(_ db: Database, _ generation: Int) {
    let result = Result { try Self.move(db) }
    state.withLock { state in
      state.isRunning = false
      switch result {
      case .success(let progress):
        // The writer may have begun a new log meanwhile.
        if state.generation == generation { state.note(progress) }
      case .failure(let error): state.failure = LedgerStoreError.wrapping(error)
      }
    }
  }

  private static func move(_ db: Database) throws(LedgerStoreError) -> Progress {
    // A closed connection has moved nothing.
    guard let connection = db.sqliteConnection else { return Progress(moved: 0, isWhole: false) }
    var (logged, moved): (CInt, CInt) = (0, 0)
    let code = sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, &logged, &moved)
    guard [SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xFF) else {
      throw .sqlite(code: code, message: sqlite3_errmsg(connection).map { String(cString: $0) } ?? "")
    }
    return Progress(moved: max(0, Int(moved)), isWhole: logged > 0 && moved >= logged)
  }

  /// Ends what runs beside the writer, and starts nothing any more.
  func close() {
    let beside = state.withLock { state in
      defer { state.beside = nil }
      return state.beside
    }
    // Waits for what runs. A disk that is gone can't be closed in good order.
    try? beside?.close()
  }
}
