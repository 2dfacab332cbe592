internal import Dispatch
internal import Ledger
internal import Synchronization

/// Brings requests together into batches (`ledger` §6).
///
/// A lone request is written at once; whatever arrives meanwhile is the next batch, at most ``largestBatch`` requests
/// in the order they came; a chunk of long work is a batch of its own, with a batch of all others before the next.
/// Nothing is answered before its batch is on disk. The database works on a queue of its own.
///
/// A batch costs much the same whether it has five requests or fifty, so under load the next one is begun when half of
/// those who are in the service wait for it: while it is written, the other half is verified. Without that a few come
/// through at a time, as soon as each is verified.
public final class BatchWriter: Sendable {
  /// Requests a batch holds at most.
  public static let largestBatch = 256

  private struct Waiting: Sendable {
    let request: LedgerRequest
    let since = ContinuousClock.now
    let continuation: CheckedContinuation<Result<LedgerAnswer, LedgerStoreError>, Never>
  }

  /// The requests of one batch, and how long they had waited when it began.
  private struct Taken: Sendable {
    var requests: [Waiting] = []
    var waits: [Duration] = []
  }

  private struct State: Sendable {
    var waiting: [Waiting] = []
    /// Chunks of a thousand lines: a payout waits for one of them at most.
    var longWork: [Waiting] = []
    var isLongWorkNext = false
    var count: Int { waiting.count + longWork.count }
    var isWriting = false
    /// The writer waits for more.
    var isPatient = false

    /// Whether the next batch can begin, with so many in the service.
    func isReady(crowd: Int) -> Bool {
      guard longWork.isEmpty else { return true }
      return !waiting.isEmpty && waiting.count >= min(crowd / 2, BatchWriter.largestBatch)
    }

    mutating func takeBatch() -> [Waiting] {
      let isLong = waiting.isEmpty || (isLongWorkNext && !longWork.isEmpty)
      isLongWorkNext = !isLong
      guard !isLong else { return [longWork.removeFirst()] }
      let batch = Array(waiting.prefix(BatchWriter.largestBatch))
      waiting.removeFirst(batch.count)
      return batch
    }
  }

  private let store: any LedgerStore
  private let observer: @Sendable (BatchReport) -> Void
  private let crowd: @Sendable () -> Int
  private let state = Mutex(State())
  private let more = DispatchSemaphore(value: 0)
  /// How long the writer waits at most for half of a crowd.
  private static let patience = DispatchTimeInterval.milliseconds(4)

  /// A writer over `store`, which nothing else may write to; `observer` is told of each batch on disk, and `crowd` says
  /// how many are in the service and will want to write, those who wait here among them.
  public init(
    store: any LedgerStore, crowd: @escaping @Sendable () -> Int = { 0 },
    observer: @escaping @Sendable (BatchReport) -> Void = { _ in }
  ) {
    self.store = store
    self.crowd = crowd
    self.observer = observer
  }

  /// The durable answer to a request. A cancelled caller's request is still carried out.
  public func submit(_ request: LedgerRequest) async throws(LedgerStoreError) -> LedgerAnswer {
    let result = await withCheckedContinuation { continuation in
      let (begins, wakes) = state.withLock { state in
        let one = Waiting(request: request, continuation: continuation)
        if request.command.isLongWork { state.longWork.append(one) } else { state.waiting.append(one) }
        let wakes = state.isPatient && state.isReady(crowd: crowd())
        if wakes { state.isPatient = false }
        defer { state.isWriting = true }
        return (!state.isWriting, wakes)
      }
      if begins { Task { await writeAll() } }
      if wakes { more.signal() }
    }
    return try result.get()
  }

  /// Somebody waits, or is being written.
  public var isBusy: Bool { state.withLock(\.isWriting) }

  private func writeAll() async {
    while await !store.applyEach({ self.next() }, hasMore: { self.state.withLock { $0.count > 0 } }) {}
  }

  /// The next batch; nil when nobody waits, and whoever comes then begins anew.
  private func next() -> OfferedBatch? {
    waitForMore()
    let taken = state.withLock { state -> Taken? in
      guard state.count > 0 else {
        state.isWriting = false
        return nil
      }
      let start = ContinuousClock.now
      let batch = state.takeBatch()
      return Taken(requests: batch, waits: batch.map { start - $0.since })
    }
    guard let taken else { return nil }
    return OfferedBatch(requests: taken.requests.map(\.request)) { self.finish(taken, $0) }
  }

  /// Waits for half of the crowd, on the writer's thread, and not for long.
  private func waitForMore() {
    let isPatient = state.withLock { state in
      let crowd = crowd()
      state.isPatient = crowd > 1 && !state.isReady(crowd: crowd)
      return state.isPatient
    }
    guard isPatient, more.wait(timeout: .now() + Self.patience) == .timedOut else { return }
    let isSignalled = state.withLock { state in
      defer { state.isPatient = false }
      return !state.isPatient
    }
    // Somebody was about to: the signal must not be there for the next time.
    if isSignalled { more.wait() }
  }

  private func finish(_ taken: Taken, _ result: Result<AppliedBatch, LedgerStoreError>) {
    let stillWaiting = state.withLock(\.count)
    // One alone is answered at once; many are waked by another thread while this one writes on.
    if taken.requests.count == 1 {
      answer(taken, result, stillWaiting)
    } else {
      Task { answer(taken, result, stillWaiting) }
    }
  }

  private func answer(_ taken: Taken, _ result: Result<AppliedBatch, LedgerStoreError>, _ stillWaiting: Int) {
    switch result {
    case .success(let applied):
      for (one, answer) in zip(taken.requests, applied.answers) { one.continuation.resume(returning: answer) }
      observer(BatchReport(times: applied.times, waits: taken.waits, stillWaiting: stillWaiting))
    case .failure(let error):
      for one in taken.requests { one.continuation.resume(returning: .failure(error)) }
    }
  }
}

/// What became of a batch, for those who measure.
public struct BatchReport: Sendable {
  /// How long the store took.
  public let times: BatchTimes
  /// How long each of its requests had waited.
  public let waits: [Duration]
  /// Requests that came meanwhile.
  public let stillWaiting: Int
}
