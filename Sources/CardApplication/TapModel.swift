/// One exchange as it crossed the interface to a card: nothing of its data but how much.
public struct TracedExchange: Hashable, Sendable {
  /// CLA INS P1 P2.
  public let header: [UInt8]
  /// Octets of the command, header and length fields included.
  public let commandOctets: Int
  /// Octets of the response, status word included.
  public let responseOctets: Int

  /// From the header and both lengths; lengths below 0 count as 0.
  public init(header: [UInt8], commandOctets: Int, responseOctets: Int) {
    self.header = header
    self.commandOctets = max(0, commandOctets)
    self.responseOctets = max(0, responseOctets)
  }

  /// Whether secure messaging protects it: bits 4 and 3 of CLA (ISO/IEC 7816-4:2020 §5.4.1), in this scheme's
  /// proprietary classes as in the first interindustry ones.
  public var isSecured: Bool { (header.first ?? 0) & 0x4C == 0x0C }
}

/// A bit rate of ISO/IEC 14443.
public enum AirRate: Int, CaseIterable, Sendable {
  /// 106 kbit/s.
  case kbit106 = 106
  /// 424 kbit/s.
  case kbit424 = 424
}

/// What one exchange of a tap takes on a card of known ``CardTimes``, in milliseconds.
public struct ModelledExchange: Sendable {
  /// What was exchanged.
  public let exchange: TracedExchange
  /// What for.
  public let step: TapStep
  /// The card's operations, those of secure messaging last.
  public let operations: [CardTimes.Key]
  /// The operations' time.
  public let card: Double
  /// Bytes and turn-rounds on the air at each rate.
  public let air: [AirRate: Double]
  /// The way to the reader and back.
  public let usb: Double

  /// Everything, one after the other.
  public func total(at rate: AirRate) -> Double { card + (air[rate] ?? 0) + usb }
}

/// What a tap takes on a real contactless card: the exchanges of a recorded tap, priced with a card's times.
///
/// An exchange takes the card's operations; the bytes of its blocks on the air at 9 units a byte, each message cut into
/// blocks of at most 253 bytes of data with three bytes more, a block R(ACK) of three bytes for each block but a
/// message's last, and a turn-round for each of all these frames (ISO/IEC 14443-4 §7); and the way over USB. Writing
/// the card's memory, the rest of its program and the terminal's own time are not in it.
public struct TapModel: Sendable {
  /// The card's times.
  public let times: CardTimes

  /// A model with these times.
  public init(_ times: CardTimes) { self.times = times }

  /// Prices the exchanges of one tap, from its beginning.
  public func price(_ trace: [TracedExchange]) -> [ModelledExchange] {
    var steps = TapSteps()
    return trace.map { exchange in
      let step = steps.next(exchange.header)
      var operations = step.operations
      // The last part of a chain is when the card works on the whole of it.
      if exchange.isSecured, step != .part {
        operations += Array(repeating: .aes, count: Int(times[.secureMessagingAES]))
      }
      let air = AirRate.allCases.map { ($0, self.air(exchange, at: $0)) }
      return ModelledExchange(
        exchange: exchange, step: step, operations: operations, card: operations.reduce(0) { $0 + times[$1] },
        air: Dictionary(uniqueKeysWithValues: air), usb: times[.usb])
    }
  }

  /// Milliseconds on the air, both ways.
  private func air(_ exchange: TracedExchange, at rate: AirRate) -> Double {
    let unit = times[rate == .kbit106 ? .etuMicroseconds106 : .etuMicroseconds424]
    let messages = [exchange.commandOctets, exchange.responseOctets].map(frames)
    let octets = messages.reduce(0) { $0 + $1.octets }
    let frames = messages.reduce(0) { $0 + $1.count }
    return Double(octets) * times[.etuPerByte] * unit / 1_000 + Double(frames) * times[.turnRound]
  }

  /// The frames that carry a message of `length` octets, those that acknowledge a part of it included.
  private func frames(_ length: Int) -> (count: Int, octets: Int) {
    let data = max(1, Int(times[.frameData]))
    let blocks = max(1, (length + data - 1) / data)
    let count = blocks + blocks - 1
    return (count, length + count * Int(times[.frameOverhead]))
  }
}
