import Foundation
import Synchronization

/// Statements seen by a trace, from any thread.
final class Statements: Sendable {
  private let seen = Mutex<[String]>([])

  var all: [String] { seen.withLock { $0 } }

  func add(_ statement: String) { seen.withLock { $0.append(statement) } }

  func clear() { seen.withLock { $0 = [] } }
}

/// This process.
enum ProcessID {
  static var current: Int32 { ProcessInfo.processInfo.processIdentifier }
}
