public import ISO7816

/// Keeps every exchange, octet for octet, to be replayed by a ``ScriptedChannel``.
///
/// For tests only: a trace holds all payload. Nothing of the product may link it.
public actor TraceChannel: CardChannel {
  private let base: any CardChannel
  /// What went over the channel so far.
  public private(set) var exchanges: [ScriptedExchange] = []

  /// Records what passes to `base`.
  public init(_ base: any CardChannel) { self.base = base }

  /// Passes the command on; a failure is kept as an exchange without response.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do throws(CardChannelError) {
      let response = try await base.transmit(command)
      exchanges.append(ScriptedExchange(command: command.bytes, response: response.bytes))
      return response
    } catch {
      exchanges.append(ScriptedExchange(command: command.bytes, response: nil))
      throw error
    }
  }

  /// The trace as text: a line `> hex` for a command, `< hex` for a response, `!` for none.
  public var text: String { Self.text(exchanges) }

  /// The text form of `exchanges`.
  public static func text(_ exchanges: [ScriptedExchange]) -> String {
    exchanges.map { "> \($0.command.hex)\n\($0.response.map { "< \($0.hex)" } ?? "!")\n" }.joined()
  }

  /// Reads the text form; empty lines and lines that start with `#` are passed over.
  public static func parse(_ text: String) throws(ScriptError) -> [ScriptedExchange] {
    var exchanges: [ScriptedExchange] = []
    var command: [UInt8]?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let digits = [UInt8](hex: line.dropFirst())
      switch (line.first, command, digits) {
      case (">", nil, let digits?): command = digits
      case ("<", let sent?, let digits?):
        exchanges.append(ScriptedExchange(command: sent, response: digits))
        command = nil
      case ("!", let sent?, _):
        exchanges.append(ScriptedExchange(command: sent, response: nil))
        command = nil
      default: throw .malformedTrace(line: number + 1)
      }
    }
    guard command == nil else { throw .malformedTrace(line: text.split(separator: "\n").count) }
    return exchanges
  }
}
