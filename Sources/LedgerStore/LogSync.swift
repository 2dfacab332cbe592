internal import CWALBuffer
internal import Dispatch
internal import Synchronization

/// Puts commits on the disk behind the writer's back, while the next batch is applied.
///
/// A commit that is left to it can be read before it is on the disk, so nothing of it may leave the store until it is:
/// whoever was applied is answered after ``after(_:)``, and whoever has read waits for ``settled()``.
final class LogSync: Sendable {
  private struct State: Sendable {
    /// Commits that were begun, of them those that are written, and of these those that are on the disk.
    var begun: Int64 = 0
    var written: Int64 = 0
    var durable: Int64 = 0
    var waiting: [Waiting] = []
    var isRunning = false
    var failure: LedgerStoreError?

    /// Somebody can be told something: of a commit that is written, or that nothing is known any more.
    var isDue: Bool { !waiting.isEmpty && (failure != nil || waiting.contains { $0.commit <= written }) }

    /// Whether the syncing has to be started; it is meant to be.
    mutating func starts() -> Bool {
      guard isDue, !isRunning else { return false }
      isRunning = true
      return true
    }
  }

  private struct Waiting: Sendable {
    let commit: Int64
    let body: @Sendable (LedgerStoreError?) -> Void
  }

  /// The log that is written.
  private struct Log: @unchecked Sendable {
    // @unchecked: the connection keeps it open and is closed after this is; one thread writes it and one syncs it.
    let log: OpaquePointer
  }

  private let log: Log
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "ledger sync")

  init(_ log: OpaquePointer) { self.log = Log(log: log) }

  /// Something is on its way to the disk.
  var isRunning: Bool { state.withLock(\.isRunning) }

  /// Makes a commit, on the writer's thread, and leaves its sync to ``after(_:)``.
  func commit(_ body: () throws -> Void) throws {
    // Before anybody can read it, it is known not to be there yet.
    state.withLock { $0.begun += 1 }
    walbuffer_leave_sync(log.log, 1)
    defer { walbuffer_leave_sync(log.log, 0) }
    do {
      try body()
    } catch {
      takeBack()
      throw error
    }
    state.withLock { $0.written = $0.begun }
  }

  /// Nobody was shown a commit that failed: who waits for it waits for those before it.
  private func takeBack() {
    let starts = state.withLock { state in
      state.begun = state.written
      state.waiting = state.waiting.map { Waiting(commit: min($0.commit, state.begun), body: $0.body) }
      return state.starts()
    }
    if starts { start() }
  }

  /// Calls `body` once every commit so far is on the disk, or with why that can't be known; in the order of the calls.
  func after(_ body: @escaping @Sendable (LedgerStoreError?) -> Void) {
    let starts = state.withLock { state in
      state.waiting.append(Waiting(commit: state.begun, body: body))
      return state.starts()
    }
    if starts { start() }
  }

  /// Waits until everything that can be read now is on the disk.
  func settled() async throws(LedgerStoreError) {
    let isSettled = try state.withLock { (state) throws(LedgerStoreError) in
      if let failure = state.failure { throw failure }
      return state.durable == state.begun
    }
    guard !isSettled else { return }
    let failure = await withCheckedContinuation { continuation in after { continuation.resume(returning: $0) } }
    if let failure { throw failure }
  }

  private func start() { queue.async { self.run() } }

  private func run() {
    while true {
      let next = state.withLock { state -> (written: Int64, failure: LedgerStoreError?)? in
        state.isRunning = state.isDue
        return state.isRunning ? (state.written, state.failure) : nil
      }
      guard let next else { return }
      let code = next.failure == nil ? walbuffer_sync(log.log) : 0
      let (told, failure) = state.withLock { state in
        if code != 0 { state.failure = .sqlite(code: code, message: "sync of the log") }
        if state.failure == nil { state.durable = next.written }
        let told = Array(state.waiting.prefix { state.failure != nil || $0.commit <= next.written })
        state.waiting.removeFirst(told.count)
        return (told, state.failure)
      }
      for one in told { one.body(failure) }
    }
  }

  /// Waits for what is on its way to the disk, on a thread that may wait.
  func drain() { queue.sync {} }
}
