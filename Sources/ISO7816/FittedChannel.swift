import Synchronization

/// What is known beforehand of the lengths that a reader and its card carry.
public struct ExchangeLimits: Hashable, Sendable {
  /// Whether extended length fields pass; `nil` when nobody told, and then the first command that needs them finds out.
  public let allowsExtendedLength: Bool?
  /// Most octets in the data field of a command or a response: 255 and less means short length fields only.
  public let maximumData: Int

  /// Nothing is known.
  public static let unknown = ExchangeLimits()

  /// From what the card's answer to reset says, and from what the reader says (octets); `nil` for what is not told.
  public init(card: CardCapabilities? = nil, readerMaximumData: Int? = nil) {
    maximumData = max(1, min(readerMaximumData ?? CommandAPDU.maximumDataLength, CommandAPDU.maximumDataLength))
    // A reader for short APDUs says 256, the most that a response can carry then.
    allowsExtendedLength = maximumData <= 256 ? false : card.map(\.supportsExtendedLength)
  }
}

/// Gives every command the length fields that reader and card take: extended ones, or a chain of short commands and
/// GET RESPONSE (ISO/IEC 7816-4:2020 §5.3.3, §5.3.4).
///
/// Stands below secure messaging: a protected command is cut as it is, and the card puts it together before it checks
/// it. When nothing is known, the first command that needs extended length fields is sent with them; if the card
/// answers 6700 without data, or the reader refuses with ``CardChannelError/tooLong(_:)``, it is sent again as a chain
/// and every later one is chained at once. A card that did take the first one refuses the repetition under secure
/// messaging.
public final class FittedChannel: CardChannel {
  private let base: any CardChannel
  private let whole: GetResponseChannel
  private let parts: GetResponseChannel
  private let maximumData: Int
  private let extended: Mutex<Bool?>
  private let gate = ExchangeGate()

  /// Decorates `base`.
  public init(_ base: any CardChannel, limits: ExchangeLimits = .unknown) {
    self.base = base
    maximumData = limits.maximumData
    whole = GetResponseChannel(base)
    parts = GetResponseChannel(CommandChainingChannel(base, maximumData: min(255, limits.maximumData)))
    extended = Mutex(limits.allowsExtendedLength)
  }

  /// Whether extended length fields pass; `nil` as long as no command needed them.
  public var usesExtendedLength: Bool? { extended.withLock { $0 } }

  /// The whole answer, however many exchanges it takes.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await gate.exclusively { () async throws(CardChannelError) in
      guard command.isExtended, command.data.count <= maximumData else { return try await sendParts(command) }
      switch usesExtendedLength {
      case true?: return try await whole.transmit(limited(command))
      case false?: return try await sendParts(command)
      case nil: return try await findOut(command)
      }
    }
  }

  private func findOut(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do throws(CardChannelError) {
      let response = try await whole.transmit(limited(command))
      guard response.status == .wrongLength, response.data.isEmpty else {
        extended.withLock { $0 = true }
        return response
      }
    } catch {
      guard case .tooLong = error else { throw error }
    }
    extended.withLock { $0 = false }
    return try await sendParts(command)
  }

  private func sendParts(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    var short = command
    short.expectedLength = command.expectedLength.map { min($0, 256) }
    return try await parts.transmit(short)
  }

  /// With no more expected than the reader carries in one answer.
  private func limited(_ command: CommandAPDU) -> CommandAPDU {
    guard maximumData < CommandAPDU.maximumDataLength, let ne = command.expectedLength else { return command }
    var limited = command
    limited.expectedLength = min(ne, maximumData)
    return limited
  }
}
