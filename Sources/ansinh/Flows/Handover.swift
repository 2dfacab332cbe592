import Foundation

/// Hands values from a thread that makes them to one that uses them, with room for a few, in their order.
///
/// @unchecked: everything is touched only while `condition` is locked.
final class Handover<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let room: Int
  private var values: [Value] = []
  private var isEnded = false
  private var isStopped = false
  private var failure: (any Error)?

  /// - Parameter room: values that may wait.
  init(room: Int) { self.room = room }

  /// Runs `make` on a thread of its own; what it throws, ``next()`` throws after the values before it.
  func start(_ make: @escaping @Sendable (Handover<Value>) throws -> Void) {
    Thread.detachNewThread { [self] in
      let outcome = Result { try make(self) }
      condition.lock()
      if case .failure(let error) = outcome { failure = error }
      isEnded = true
      condition.broadcast()
      condition.unlock()
    }
  }

  /// Waits for room; `false` when nobody takes values any more.
  func put(_ value: Value) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while values.count >= room, !isStopped { condition.wait() }
    guard !isStopped else { return false }
    values.append(value)
    condition.broadcast()
    return true
  }

  /// The next value; `nil` after the last.
  func next() throws -> Value? {
    condition.lock()
    defer { condition.unlock() }
    while values.isEmpty, !isEnded { condition.wait() }
    guard values.isEmpty else {
      defer { condition.broadcast() }
      return values.removeFirst()
    }
    if let failure { throw failure }
    return nil
  }

  /// Takes no more values, and waits until the maker has ended.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    while !isEnded { condition.wait() }
    condition.unlock()
  }
}
