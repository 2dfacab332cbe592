internal import Foundation

/// A serial executor with a thread of its own, for C calls that block: they never hold a thread of the shared pool.
///
/// The owner calls ``stop(after:)`` at the end of its life; until then the thread keeps the executor alive.
// @unchecked: `pending` and `isStopping` are touched only while `condition` is locked.
final class BlockingThread: SerialExecutor, @unchecked Sendable {
  private enum Work {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  private let condition = NSCondition()
  private var pending: [Work] = []
  private var isStopping = false

  /// Starts the thread; `name` is what debuggers show.
  init(name: String) {
    let thread = Thread { self.run() }
    thread.name = name
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

  /// Runs `body` on the thread and waits for its result without blocking the caller's thread.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable () -> Result<Value, PCSCError>
  ) async -> Result<Value, PCSCError> {
    await withCheckedContinuation { continuation in
      add(.closure { continuation.resume(returning: body()) })
    }
  }

  /// Runs `body` on the thread, after everything asked for before; does not wait.
  func post(_ body: @escaping @Sendable () -> Void) { add(.closure(body)) }

  /// Ends the thread when everything asked for before, and `body`, have run.
  func stop(after body: @escaping @Sendable () -> Void = {}) {
    EndingThreads.all.add()
    add(.closure(body))
    condition.withLock {
      isStopping = true
      condition.signal()
    }
  }

  private func add(_ work: Work) {
    condition.withLock {
      pending.append(work)
      condition.signal()
    }
  }

  private func next() -> [Work]? {
    condition.withLock {
      while pending.isEmpty {
        if isStopping { return nil }
        condition.wait()
      }
      defer { pending.removeAll(keepingCapacity: true) }
      return pending
    }
  }

  private func run() {
    while let batch = next() {
      for work in batch {
        switch work {
        case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
        case .closure(let body): body()
        }
      }
    }
    EndingThreads.all.remove()
  }
}

/// Threads that were told to end and have not ended yet. A process that exits waits for them: the PC/SC library is torn
/// down in `exit`, and a thread that still releases its context in it would crash the program after its work was done.
// @unchecked: `count` is touched only while `condition` is locked.
private final class EndingThreads: @unchecked Sendable {
  static let all = EndingThreads()

  private let condition = NSCondition()
  private var count = 0

  private init() {
    // Before the libraries' own ends, and for a bounded time, as a card or pcscd may hang.
    atexit { EndingThreads.all.wait(until: Date(timeIntervalSinceNow: 2)) }
  }

  func add() { condition.withLock { count += 1 } }

  func remove() {
    condition.withLock {
      count -= 1
      condition.broadcast()
    }
  }

  private func wait(until end: Date) {
    condition.withLock {
      while count > 0, condition.wait(until: end) {}
    }
  }
}
