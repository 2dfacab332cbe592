/// Fetches what a card announces by 61XX and repeats a command with the length it asks for by 6CXX
/// (ISO/IEC 7816-4:2020 §5.3.4, §5.6).
public struct GetResponseChannel: CardChannel {
  /// Most octets put together from one answer.
  public static let maximumTotal = 65_536
  /// Most parts: 64 octets each still make the longest answer, and one octet each does not keep a reader for minutes.
  public static let maximumParts = 1_024
  private let base: any CardChannel

  /// Decorates `base`.
  public init(_ base: any CardChannel) { self.base = base }

  /// The whole answer; the status word is that of its last part.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    var response = try await exchange(command)
    var data = response.data
    var parts = 1
    while response.status.sw1 == 0x61 {
      let count = response.status.sw2 == 0 ? 256 : Int(response.status.sw2)
      // GET RESPONSE keeps the class's channel bits and drops chaining and secure messaging (§11.4.1).
      response = try await exchange(CommandAPDU(cla: command.cla & 0x03, ins: 0xC0, expectedLength: count))
      guard !response.data.isEmpty || response.status.sw1 != 0x61 else {
        throw .malformedResponse(.responseTooShort(0))
      }
      data += response.data
      parts += 1
      guard data.count <= Self.maximumTotal, parts <= Self.maximumParts else { throw .tooLong(data.count) }
    }
    return ResponseAPDU(data: data, status: response.status)
  }

  /// One exchange, repeated once with the length that 6CXX names: also of GET RESPONSE itself (§5.6).
  private func exchange(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let response = try await base.transmit(command)
    guard response.status.sw1 == 0x6C else { return response }
    var again = command
    again.expectedLength = response.status.sw2 == 0 ? 256 : Int(response.status.sw2)
    return try await base.transmit(again)
  }
}

/// Splits commands longer than a limit into a chain (ISO/IEC 7816-4:2020 §5.3.3): CLA bit 5 set on all but the last.
public struct CommandChainingChannel: CardChannel {
  private let base: any CardChannel
  private let maximumData: Int
  private let gate = ExchangeGate()

  /// Decorates `base`; commands with more than `maximumData` (1…65,535) data octets are chained.
  public init(_ base: any CardChannel, maximumData: Int = 255) {
    precondition((1...CommandAPDU.maximumDataLength).contains(maximumData), "chain part outside 1…65,535")
    self.base = base
    self.maximumData = maximumData
  }

  /// The answer to the last command of the chain, or the first answer that is not 9000.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await gate.exclusively { () async throws(CardChannelError) in try await chain(command) }
  }

  private func chain(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    var rest = command.data[...]
    while rest.count > maximumData {
      var part = command
      part.cla |= 0x10
      part.data = Array(rest.prefix(maximumData))
      part.expectedLength = nil
      rest = rest.dropFirst(maximumData)
      let response = try await base.transmit(part)
      guard response.status.isSuccess else { return response }
    }
    var last = command
    last.data = Array(rest)
    return try await base.transmit(last)
  }
}

/// What one exchange looked like from outside: header, lengths, status and time, never data.
public struct ExchangeRecord: Sendable {
  /// CLA INS P1 P2.
  public let header: [UInt8]
  /// Octets of the command's data field.
  public let commandLength: Int
  /// Octets of the response's data field; `nil` when the exchange failed.
  public let responseLength: Int?
  /// The status word; `nil` when the exchange failed.
  public let status: StatusWord?
  /// From handing the command down to the answer.
  public let duration: Duration

  /// One line for a log: `→ 00A4040C (8)  ← 9000 (0) 0.21 ms`.
  public var line: String {
    let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    let answer = status.map { "\($0) (\(responseLength ?? 0))" } ?? "failed"
    return "→ \(header.hex) (\(commandLength))  ← \(answer) \(microseconds) µs"
  }
}

/// Reports the shape of every exchange to a closure: a log or a counter. No data octet leaves it.
public struct HeaderLogChannel: CardChannel {
  private let base: any CardChannel
  private let record: @Sendable (ExchangeRecord) -> Void

  /// Decorates `base`; `record` is called after each exchange.
  public init(_ base: any CardChannel, record: @escaping @Sendable (ExchangeRecord) -> Void) {
    self.base = base
    self.record = record
  }

  /// Passes the command on.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let clock = ContinuousClock()
    let start = clock.now
    do throws(CardChannelError) {
      let response = try await base.transmit(command)
      report(command, response, clock.now - start)
      return response
    } catch {
      report(command, nil, clock.now - start)
      throw error
    }
  }

  private func report(_ command: CommandAPDU, _ response: ResponseAPDU?, _ duration: Duration) {
    record(
      ExchangeRecord(
        header: command.header, commandLength: command.data.count, responseLength: response?.data.count,
        status: response?.status, duration: duration))
  }
}
