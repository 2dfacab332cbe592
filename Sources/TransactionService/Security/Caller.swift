import Ledger

/// Who sends a request, as far as the connection and its tokens prove it. A clerk at a counter is both: the counter's
/// terminal by TLS, and themselves by token.
struct Caller: Hashable, Sendable {
  /// A program on this machine, through a service that listens on loopback without TLS.
  var isLocal = false
  /// Whose key the connection has proved: SHA-256 of its point, 32 octets.
  var terminal: [UInt8]?
  /// Whose token came.
  var official: String?
  /// Whose token came besides, of somebody who stands by: for what needs two.
  var second: String?

  /// Nobody has proved anything: what everybody may ask is all there is.
  static let nobody = Caller()
  /// Everything is theirs to do.
  static let local = Caller(isLocal: true)

  /// Whoever sends the request that is being answered. What no connection has set is nobody.
  @TaskLocal static var current = nobody

  /// Whether the names in a command are those of the officials who sent it.
  func isOne(_ hands: OfficialHands?) -> Bool {
    guard let hands, !isLocal else { return true }
    guard let official, FourEyes.isOnePerson(maker: hands.maker, checker: official) else { return false }
    guard !hands.checker.isEmpty else { return true }
    return second.map { FourEyes.isOnePerson(maker: hands.checker, checker: $0) } ?? false
  }

  /// Whether requests in the name of a terminal are this caller's to send.
  func isTerminal(_ keyHash: [UInt8]) -> Bool { isLocal || terminal == keyHash }
}
