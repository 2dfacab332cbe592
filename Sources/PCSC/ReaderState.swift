internal import CPCSC

/// What is known of one reader (`SCARD_READERSTATE`).
public struct ReaderState: Hashable, Sendable {
  /// The bits of `dwEventState` without the count of events (`SCARD_STATE_*`).
  public struct Flags: OptionSet, Hashable, Sendable {
    /// Bits 0…15.
    public let rawValue: UInt16

    /// Wraps any bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `SCARD_STATE_CHANGED`: differs from what the caller knew.
    public static let changed = Flags(rawValue: 0x0002)
    /// `SCARD_STATE_UNKNOWN`: there is no such reader.
    public static let unknown = Flags(rawValue: 0x0004)
    /// `SCARD_STATE_UNAVAILABLE`: the state cannot be had.
    public static let unavailable = Flags(rawValue: 0x0008)
    /// `SCARD_STATE_EMPTY`: no card.
    public static let empty = Flags(rawValue: 0x0010)
    /// `SCARD_STATE_PRESENT`: a card is in the reader.
    public static let present = Flags(rawValue: 0x0020)
    /// `SCARD_STATE_EXCLUSIVE`: one program holds the card for itself.
    public static let exclusive = Flags(rawValue: 0x0080)
    /// `SCARD_STATE_INUSE`: one or more programs share the card.
    public static let inUse = Flags(rawValue: 0x0100)
    /// `SCARD_STATE_MUTE`: the card does not answer a reset.
    public static let mute = Flags(rawValue: 0x0200)
    /// `SCARD_STATE_UNPOWERED`: the card is without power, as it is when no program uses it.
    public static let unpowered = Flags(rawValue: 0x0400)
  }

  /// The reader's name, as ``Context/connect(to:share:protocols:)`` takes it.
  public let reader: String
  /// What holds of the reader.
  public let flags: Flags
  /// How many times a card has come or gone, modulo 65,536.
  public let eventCount: UInt16
  /// The card's answer to reset; `nil` without a card or when it is mute.
  public let atr: ATR?

  /// From its fields. Without any but the name: nothing is known yet (`SCARD_STATE_UNAWARE`).
  public init(reader: String, flags: Flags = [], eventCount: UInt16 = 0, atr: ATR? = nil) {
    self.reader = reader
    self.flags = flags
    self.eventCount = eventCount
    self.atr = atr
  }

  /// Whether a card is in the reader.
  public var isCardPresent: Bool { flags.contains(.present) }
}

extension ReaderState {
  /// The name under which `SCardGetStatusChange` reports readers that come and go.
  static let notification = #"\\?PnP?\Notification"#

  /// `dwCurrentState` for the next call.
  var knownState: DWORD { DWORD(eventCount) << 16 | DWORD(flags.subtracting(.changed).rawValue) }

  /// From what `SCardGetStatusChange` filled in.
  init(reader: String, raw: SCARD_READERSTATE) {
    let octets = withUnsafeBytes(of: raw.rgbAtr) { Array($0.prefix(Int(raw.cbAtr))) }
    self.init(
      reader: reader, flags: Flags(rawValue: UInt16(truncatingIfNeeded: raw.dwEventState)),
      eventCount: UInt16(truncatingIfNeeded: raw.dwEventState >> 16), atr: octets.isEmpty ? nil : ATR(octets))
  }
}
