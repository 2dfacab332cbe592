import Dispatch
import Foundation
import Synchronization

/// Something that happens once and is seen from any thread.
final class OnceFlag: Sendable {
  private let value = Mutex(false)

  var isRaised: Bool { value.withLock { $0 } }

  func raise() { value.withLock { $0 = true } }
}

/// Calls a closure at SIGINT or SIGTERM instead of ending the process. Once only: the second signal ends it as ever.
// @unchecked: dispatch sources may be cancelled from any thread; nothing else is done with them.
final class InterruptSignal: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  private static let numbers = [SIGINT, SIGTERM]

  init(_ action: @escaping @Sendable () -> Void) {
    sources = Self.numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Self.restore()
        action()
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    sources.forEach { $0.cancel() }
    Self.restore()
  }

  private static func restore() {
    for number in numbers { signal(number, SIG_DFL) }
  }
}

/// Work that Ctrl-C ends in good order.
enum Interruption {
  /// Runs `work` as a task that SIGINT and SIGTERM cancel.
  ///
  /// - Throws: What `work` throws, inside ``InterruptedError`` when it ended because of a signal.
  static func cancelling<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let isInterrupted = OnceFlag()
    let signal = InterruptSignal {
      isInterrupted.raise()
      task.cancel()
    }
    defer { signal.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch {
      guard isInterrupted.isRaised else { throw error }
      throw InterruptedError(cause: error)
    }
  }
}

/// Work was ended by Ctrl-C.
struct InterruptedError: Error {
  /// How the work ended.
  let cause: any Error
}
