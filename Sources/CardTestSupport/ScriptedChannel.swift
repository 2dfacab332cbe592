public import ISO7816

/// One exchange of a script or trace, octets as on the wire.
public struct ScriptedExchange: Hashable, Sendable {
  /// The command APDU.
  public var command: [UInt8]
  /// The response APDU; `nil` stands for a card that has gone.
  public var response: [UInt8]?

  /// From the octets.
  public init(command: [UInt8], response: [UInt8]?) {
    self.command = command
    self.response = response
  }
}

/// How a run differs from its script.
public enum ScriptError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Command `index` is another one.
  case mismatch(index: Int, expected: [UInt8], received: [UInt8])
  /// A command came after the last one expected.
  case tooManyCommands(received: [UInt8])
  /// `count` exchanges never took place.
  case notConsumed(count: Int)
  /// Line `number` of a trace's text has not the form of a trace.
  case malformedTrace(line: Int)

  /// The difference, with the octets of both sides and the place of the first one that differs.
  public var description: String {
    switch self {
    case .mismatch(let index, let expected, let received):
      let place = zip(expected, received).prefix { $0 == $1 }.count
      return "command \(index) differs at octet \(place):\n expected \(expected.hex)\n received \(received.hex)"
    case .tooManyCommands(let received): return "no command expected, received \(received.hex)"
    case .notConsumed(let count): return "\(count) exchanges of the script never took place"
    case .malformedTrace(let line): return "line \(line) is no line of a trace"
    }
  }
}

/// Plays a card by script: expects exact commands, in order, and gives the answers laid down for them.
///
/// After the first mismatch every exchange fails; ``finish()`` reports it, or what was not consumed.
public actor ScriptedChannel: CardChannel {
  private let script: [ScriptedExchange]
  private var position = 0
  private var failure: ScriptError?

  /// A card that follows `script`.
  public init(_ script: [ScriptedExchange]) { self.script = script }

  /// Pairs of hexadecimal strings, command and response.
  public init(_ script: [(command: String, response: String)]) {
    self.script = script.map { ScriptedExchange(command: octets($0.command), response: octets($0.response)) }
  }

  /// The next answer of the script.
  ///
  /// - Throws: ``CardChannelError/transport(_:)`` around a ``ScriptError``; `cardLost(.removed)` where the script says
  ///   so.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    if let failure { throw .transport(failure) }
    guard position < script.count else { throw fail(.tooManyCommands(received: command.bytes)) }
    let expected = script[position]
    guard expected.command == command.bytes else {
      throw fail(.mismatch(index: position, expected: expected.command, received: command.bytes))
    }
    position += 1
    guard let response = expected.response else { throw .cardLost(.removed) }
    do {
      return try ResponseAPDU(parsing: response)
    } catch {
      throw .malformedResponse(error)
    }
  }

  /// Checks that the whole script was played.
  public func finish() throws(ScriptError) {
    if let failure { throw failure }
    guard position == script.count else { throw .notConsumed(count: script.count - position) }
  }

  private func fail(_ error: ScriptError) -> CardChannelError {
    failure = error
    return .transport(error)
  }
}
