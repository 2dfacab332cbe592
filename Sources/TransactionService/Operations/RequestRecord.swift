import ServiceAPI
import Synchronization

/// What the log may say of the request that is being answered. Nothing in it is of a person: no name, no number, no
/// path as it came, no octet of a body.
final class RequestRecord: Sendable {
  /// Of the request that is being answered.
  @TaskLocal static var current: RequestRecord?

  private struct Found {
    var code: ProblemCode?
    var caller: Caller?
  }

  /// In the answer too, when that is a problem: what somebody reads out over the telephone is found by it.
  let traceID: String
  private let found = Mutex(Found())

  init(traceID: String) { self.traceID = traceID }

  /// Why it was refused.
  var code: ProblemCode? { found.withLock(\.code) }
  /// Who sent it.
  var caller: Caller? { found.withLock(\.caller) }

  func note(_ code: ProblemCode) { found.withLock { $0.code = code } }
  func note(_ caller: Caller) { found.withLock { $0.caller = caller } }
}

extension Caller {
  /// What the log calls it: of a terminal the first octets of its key's hash, of an official nothing but that it is
  /// one.
  var logName: (kind: String, terminal: String?) {
    let prefix = terminal.map { hexText(Array($0.prefix(4))) }
    if isLocal { return ("local", prefix) }
    if official != nil { return ("official", prefix) }
    return (terminal == nil ? "nobody" : "terminal", prefix)
  }
}
