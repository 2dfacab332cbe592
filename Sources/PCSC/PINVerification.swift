public import ISO7816

/// The input of `FEATURE_VERIFY_PIN_DIRECT`, `PIN_VERIFY_STRUCTURE` (PC/SC part 10 §2.5.2): the reader asks for a PIN
/// and puts it, in ASCII digits, into the data field of a VERIFY command.
///
/// Thẻ an sinh never takes a PIN so, only by PACE; this is for cards that do.
///
/// Layout, numbers with their least significant octet first: timeouts (1, 1; seconds) ‖ format (1) ‖ PIN block (1) ‖
/// length format (1) ‖ digits (2: most, least) ‖ condition (1) ‖ messages (1) ‖ language (2) ‖ message (1) ‖ prologue
/// (3) ‖ length (4) ‖ command.
public struct PINVerification: Hashable, Sendable {
  /// Seconds until nobody has typed; 0 leaves it to the reader.
  public let timeoutSeconds: UInt8
  /// Fewest and most digits, 1…16.
  public let digits: ClosedRange<UInt8>
  /// The language in which the reader asks: `LANGID`, 042A Vietnamese, 0409 English.
  public let language: UInt16
  /// The command whose data field the reader fills in.
  public let command: CommandAPDU

  /// `nil` for digits outside 1…16, or a command that is not of short length.
  public init?(_ command: CommandAPDU, digits: ClosedRange<UInt8>, language: UInt16 = 0x042A, timeoutSeconds: UInt8 = 0)
  {
    guard digits.lowerBound >= 1, digits.upperBound <= 16, !command.isExtended else { return nil }
    self.command = command
    self.digits = digits
    self.language = language
    self.timeoutSeconds = timeoutSeconds
  }

  /// The octets for `SCardControl`.
  public var bytes: [UInt8] {
    // 82: ASCII digits, left-justified, positions in bytes. 02: entry ends with the key for "confirm". One message, the
    // first.
    let head: [UInt8] = [
      timeoutSeconds, timeoutSeconds, 0x82, 0x00, 0x00, digits.upperBound, digits.lowerBound, 0x02, 0x01,
      UInt8(language & 0xFF), UInt8(language >> 8), 0x00, 0x00, 0x00, 0x00,
    ]
    return head + [UInt8](bigEndian: command.bytes.count, width: 4).reversed() + command.bytes
  }
}
