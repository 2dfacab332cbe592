import Synchronization

/// Idempotency keys, with their scopes, whose request waits for the writer: a second one under the same key is told so
/// at once instead of waiting beside the first.
///
/// No bound of its own is needed: a key is here exactly as long as its request is in the writer's queue, and a
/// connection has one request at a time.
final class KeysInFlight: Sendable {
  private let keys = Mutex<Set<String>>([])

  /// Takes `key`; false when somebody has it.
  func claim(_ key: String) -> Bool { keys.withLock { $0.insert(key).inserted } }

  /// Gives `key` free.
  func release(_ key: String) { keys.withLock { _ = $0.remove(key) } }

  /// Keys that are taken.
  var count: Int { keys.withLock(\.count) }
}
