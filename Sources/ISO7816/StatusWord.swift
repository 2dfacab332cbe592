/// The two status octets SW1-SW2 that end every response (ISO/IEC 7816-4:2020 §5.6).
///
/// An open set: a value without a name here is kept as it came.
public struct StatusWord: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// SW1 in the high octet, SW2 in the low one.
  public let rawValue: UInt16

  /// Wraps any value.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// From the two octets as received.
  public init(sw1: UInt8, sw2: UInt8) { rawValue = UInt16(sw1) << 8 | UInt16(sw2) }

  /// SW1.
  public var sw1: UInt8 { UInt8(rawValue >> 8) }
  /// SW2.
  public var sw2: UInt8 { UInt8(rawValue & 0xFF) }
  /// The two octets, SW1 first.
  public var bytes: [UInt8] { [sw1, sw2] }

  /// 9000: normal processing.
  public static let success = StatusWord(rawValue: 0x9000)
  /// 6200: warning, no information given; here "not payable by this terminal" (`card-application` §4).
  public static let warning = StatusWord(rawValue: 0x6200)
  /// 6281: part of the returned data may be corrupted.
  public static let dataMayBeCorrupted = StatusWord(rawValue: 0x6281)
  /// 6282: end of file reached before reading Ne octets.
  public static let endOfFile = StatusWord(rawValue: 0x6282)
  /// 6283: selected file deactivated; in PACE: password deactivated (TR-03110-3 B.1).
  public static let deactivated = StatusWord(rawValue: 0x6283)
  /// 6300: verification or authentication failed without a counter.
  public static let authenticationFailed = StatusWord(rawValue: 0x6300)
  /// 6400: execution error, memory unchanged.
  public static let executionError = StatusWord(rawValue: 0x6400)
  /// 6581: memory failure.
  public static let memoryFailure = StatusWord(rawValue: 0x6581)
  /// 6700: wrong length.
  public static let wrongLength = StatusWord(rawValue: 0x6700)
  /// 6881: logical channel not supported.
  public static let logicalChannelNotSupported = StatusWord(rawValue: 0x6881)
  /// 6882: secure messaging not supported.
  public static let secureMessagingNotSupported = StatusWord(rawValue: 0x6882)
  /// 6883: last command of the chain expected.
  public static let lastCommandExpected = StatusWord(rawValue: 0x6883)
  /// 6884: command chaining not supported.
  public static let chainingNotSupported = StatusWord(rawValue: 0x6884)
  /// 6982: security status not satisfied.
  public static let securityStatusNotSatisfied = StatusWord(rawValue: 0x6982)
  /// 6983: authentication method blocked.
  public static let authenticationBlocked = StatusWord(rawValue: 0x6983)
  /// 6984: reference data not usable.
  public static let referenceDataNotUsable = StatusWord(rawValue: 0x6984)
  /// 6985: conditions of use not satisfied.
  public static let conditionsNotSatisfied = StatusWord(rawValue: 0x6985)
  /// 6986: command not allowed (no current EF).
  public static let commandNotAllowed = StatusWord(rawValue: 0x6986)
  /// 6987: expected secure-messaging data objects missing.
  public static let secureMessagingObjectsMissing = StatusWord(rawValue: 0x6987)
  /// 6988: incorrect secure-messaging data objects.
  public static let secureMessagingObjectsIncorrect = StatusWord(rawValue: 0x6988)
  /// 6A80: incorrect parameters in the data field.
  public static let incorrectData = StatusWord(rawValue: 0x6A80)
  /// 6A81: function not supported.
  public static let functionNotSupported = StatusWord(rawValue: 0x6A81)
  /// 6A82: file or application not found.
  public static let fileNotFound = StatusWord(rawValue: 0x6A82)
  /// 6A83: record not found.
  public static let recordNotFound = StatusWord(rawValue: 0x6A83)
  /// 6A84: not enough memory space; here "log full, COMPLETE first" (`card-application` §3).
  public static let notEnoughMemory = StatusWord(rawValue: 0x6A84)
  /// 6A86: incorrect P1-P2.
  public static let incorrectP1P2 = StatusWord(rawValue: 0x6A86)
  /// 6A88: referenced data not found.
  public static let referencedDataNotFound = StatusWord(rawValue: 0x6A88)
  /// 6B00: wrong P1-P2 (offset outside the file).
  public static let wrongParameters = StatusWord(rawValue: 0x6B00)
  /// 6D00: instruction not supported.
  public static let instructionNotSupported = StatusWord(rawValue: 0x6D00)
  /// 6E00: class not supported.
  public static let classNotSupported = StatusWord(rawValue: 0x6E00)
  /// 6F00: no precise diagnosis.
  public static let unknownError = StatusWord(rawValue: 0x6F00)

  /// 63CX: verification failed, X tries left (X is cut to 0…15).
  public static func triesLeft(_ tries: Int) -> StatusWord {
    StatusWord(rawValue: 0x63C0 | UInt16(max(0, min(15, tries))))
  }

  /// 61XX: XX more octets can be fetched by GET RESPONSE.
  public static func moreData(_ count: Int) -> StatusWord {
    StatusWord(rawValue: 0x6100 | UInt16(count > 255 ? 0 : count))
  }

  /// Tries left when the value is 63CX, else `nil`.
  public var triesLeft: Int? { rawValue & 0xFFF0 == 0x63C0 ? Int(rawValue & 0xF) : nil }

  /// Whether this is 9000.
  public var isSuccess: Bool { self == .success }

  /// Whether this is an error in the sense of §5.6 (64XX…6FXX); error answers carry no response data.
  public var isError: Bool { (0x64...0x6F).contains(sw1) }

  /// Four hexadecimal digits.
  public var description: String { bytes.hex }
}
