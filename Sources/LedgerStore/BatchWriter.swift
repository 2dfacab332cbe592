internal import Ledger
internal import Synchronization

/// Brings requests together into batches (`ledger` §6).
///
/// A lone request is written at once; whatever arrives meanwhile is the next batch, at most ``largestBatch`` requests
/// in the order they came; a chunk of long work is a batch of its own, with a batch of all others before the next.
/// Nothing is answered before its batch is on disk. The database works on a queue of its own.
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
    /// What is being written.
    var taken = Taken()
    var isWriting = false

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
  private let state = Mutex(State())

  /// A writer over `store`, which nothing else may write to; `observer` is told of each batch on disk.
  public init(store: any LedgerStore, observer: @escaping @Sendable (BatchReport) -> Void = { _ in }) {
    self.store = store
    self.observer = observer
  }

  /// The durable answer to a request. A cancelled caller's request is still carried out.
  public func submit(_ request: LedgerRequest) async throws(LedgerStoreError) -> LedgerAnswer {
    let result = await withCheckedContinuation { continuation in
      let begins = state.withLock { state in
        let one = Waiting(request: request, continuation: continuation)
        if request.command.isLongWork { state.longWork.append(one) } else { state.waiting.append(one) }
        defer { state.isWriting = true }
        return !state.isWriting
      }
      if begins { Task { await writeAll() } }
    }
    return try result.get()
  }

  /// Somebody waits, or is being written.
  public var isBusy: Bool { state.withLock(\.isWriting) }

  private func writeAll() async {
    while await !store.applyEach({ self.next() }, { self.finish($0) }) {}
  }

  /// The next batch; nil when nobody waits, and whoever comes then begins anew.
  private func next() -> [LedgerRequest]? {
    state.withLock { state in
      guard state.count > 0 else {
        state.isWriting = false
        return nil
      }
      let start = ContinuousClock.now
      let batch = state.takeBatch()
      state.taken = Taken(requests: batch, waits: batch.map { start - $0.since })
      return batch.map(\.request)
    }
  }

  private func finish(_ result: Result<AppliedBatch, LedgerStoreError>) {
    let (taken, stillWaiting) = state.withLock { state in
      defer { state.taken = Taken() }
      return (state.taken, state.count)
    }
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
