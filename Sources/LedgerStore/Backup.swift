internal import Dispatch
internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Synchronization

/// Copies of the ledger that are made while payouts go on.
///
/// Pages are copied by SQLite's backup interface *on the writer's own connection*, a bounded number at a time between
/// two batches. What a batch changes of pages that were copied already goes into the copy with it, so the copy is the
/// ledger after some whole batch. A snapshot that is read for as long as the copying takes (`VACUUM INTO`, a backup
/// from another connection) would keep the write-ahead log from starting anew and let it grow with every payout; a
/// backup from another process would begin again at each batch.
extension SQLiteLedgerStore {
  /// Pages that are copied between two batches: 1 MB, about 4 ms.
  static let pagesAtOnce: Int32 = 256

  /// Copies the ledger to a new file at `path` (mode 0600) and puts it on disk; the head that the copy ends with.
  ///
  /// What was acknowledged before the call is in it. Throws ``LedgerStoreError/file(operation:errno:)`` when the file
  /// is there already or can't be written, ``LedgerStoreError/stopped``; what is left of the file is the caller's.
  public func copy(to path: String) async throws(LedgerStoreError) -> ChainHead {
    try await copy(to: path, pagesAtOnce: Self.pagesAtOnce)
  }

  func copy(to path: String, pagesAtOnce: Int32) async throws(LedgerStoreError) -> ChainHead {
    let copy = try LedgerCopy(path: path)
    let head: ChainHead
    do {
      try await onWriter { source in try copy.begin(source) }
      var ended: ChainHead?
      while ended == nil {
        guard !state.withLock(\.isStopped) else { throw LedgerStoreError.stopped }
        // The head belongs to the copy only as long as no batch can come between: it is read on the writer's queue.
        ended = try await onWriter { [self] _ in
          try copy.step(pagesAtOnce) ? state.withLock(\.head) : nil
        }
        await Task.yield()
      }
      head = ended ?? state.withLock(\.head)
      try await onWriter { _ in try copy.end() }
    } catch {
      try? await onWriter { _ in copy.abandon() }
      throw LedgerStoreError.wrapping(error)
    }
    try await Self.apart { () throws(LedgerStoreError) in try copy.sync() }
    try await settled()
    return head
  }

  /// Runs what waits for the disk on a thread of its own, so that none of those that answer requests has to.
  private static func apart(
    _ body: @escaping @Sendable () throws(LedgerStoreError) -> Void
  ) async throws(LedgerStoreError) {
    let result: Result<Void, LedgerStoreError> = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        do throws(LedgerStoreError) {
          try body()
          continuation.resume(returning: .success(()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    try result.get()
  }

  private func onWriter<Value: Sendable>(
    _ body: @escaping @Sendable (OpaquePointer) throws -> Value
  ) async throws -> Value {
    try await pool.writeWithoutTransaction { db in
      // A closed pool has no connection, and SQLite's backup does not look.
      guard let connection = db.sqliteConnection else { throw LedgerStoreError.stopped }
      return try body(connection)
    }
  }
}

/// The file that a ledger is being copied to. Every call but `init` and `sync` is made on the writer's queue.
private final class LedgerCopy: @unchecked Sendable {
  // @unchecked: the pointers are used on the writer's serial queue alone.
  private let path: String
  private var file: OpaquePointer?
  private var backup: OpaquePointer?

  init(path: String) throws(LedgerStoreError) {
    self.path = path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .file(operation: "open copy", errno: errno) }
    close(descriptor)
  }

  func begin(_ source: OpaquePointer) throws(LedgerStoreError) {
    try check(sqlite3_open_v2(path, &file, SQLITE_OPEN_READWRITE, nil))
    // A copy that is cut off is thrown away whole, and its end is put on disk by `sync`.
    try check(sqlite3_exec(file, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nil, nil, nil))
    backup = sqlite3_backup_init(file, "main", source, "main")
    guard backup != nil else { throw failure(sqlite3_errcode(file)) }
  }

  /// Copies some pages; whether that was all.
  func step(_ pages: Int32) throws(LedgerStoreError) -> Bool {
    switch sqlite3_backup_step(backup, pages) {
    case SQLITE_DONE: return true
    case SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED: return false
    case let code: throw failure(code)
    }
  }

  func end() throws(LedgerStoreError) {
    try check(sqlite3_backup_finish(backup))
    backup = nil
    try check(sqlite3_close(file))
    file = nil
  }

  func abandon() {
    if backup != nil { sqlite3_backup_finish(backup) }
    sqlite3_close(file)
    (backup, file) = (nil, nil)
  }

  func sync() throws(LedgerStoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(operation: "open copy", errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .file(operation: "fsync copy", errno: errno) }
  }

  private func check(_ code: Int32) throws(LedgerStoreError) {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// A full disk is told as such: it is what a copy fails of.
  private func failure(_ code: Int32) -> LedgerStoreError {
    code & 0xFF == SQLITE_FULL
      ? .file(operation: "write copy", errno: ENOSPC)
      : .sqlite(code: code, message: sqlite3_errmsg(file).map { String(cString: $0) } ?? "")
  }
}
