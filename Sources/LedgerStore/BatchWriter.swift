internal import Ledger

/// Brings requests together into batches (`ledger` §6).
///
/// A lone request is written at once; whatever arrives meanwhile is the next batch, at most ``largestBatch`` requests
/// in the order they came. Nothing is answered before its batch is on disk. The database works on a queue of its own.
public actor BatchWriter {
  /// Requests a batch holds at most.
  public static let largestBatch = 256

  private struct Waiting {
    let request: LedgerRequest
    let since = ContinuousClock.now
    let continuation: CheckedContinuation<Result<LedgerAnswer, LedgerStoreError>, Never>
  }

  private let store: any LedgerStore
  private let observer: @Sendable (BatchReport) -> Void
  private var waiting: [Waiting] = []
  private var isWriting = false

  /// A writer over `store`, which nothing else may write to; `observer` is told of each batch on disk.
  public init(store: any LedgerStore, observer: @escaping @Sendable (BatchReport) -> Void = { _ in }) {
    self.store = store
    self.observer = observer
  }

  /// The durable answer to a request. A cancelled caller's request is still carried out.
  public func submit(_ request: LedgerRequest) async throws(LedgerStoreError) -> LedgerAnswer {
    let result = await withCheckedContinuation { continuation in
      waiting.append(Waiting(request: request, continuation: continuation))
      guard !isWriting else { return }
      isWriting = true
      Task { await writeAll() }
    }
    return try result.get()
  }

  private func writeAll() async {
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.largestBatch))
      waiting.removeFirst(batch.count)
      do throws(LedgerStoreError) {
        let start = ContinuousClock.now
        let applied = try await store.applyTimed(batch.map(\.request))
        for (one, result) in zip(batch, applied.answers) { one.continuation.resume(returning: result) }
        observer(BatchReport(times: applied.times, waits: batch.map { start - $0.since }, stillWaiting: waiting.count))
      } catch {
        for one in batch { one.continuation.resume(returning: .failure(error)) }
      }
    }
    isWriting = false
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
