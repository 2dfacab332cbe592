internal import CPCSC

/// A transmission protocol of a card (ISO/IEC 7816-3).
public enum CardProtocol: UInt8, Hashable, Sendable, CaseIterable {
  /// T=0, octet by octet: no extended length, no command data together with response data.
  case t0 = 0
  /// T=1, block by block; also how contactless cards appear.
  case t1 = 1

  /// `SCARD_PROTOCOL_T0` or `SCARD_PROTOCOL_T1`.
  var bit: DWORD { self == .t0 ? DWORD(SCARD_PROTOCOL_T0) : DWORD(SCARD_PROTOCOL_T1) }
}

/// Whether others may use the card at the same time.
public enum ShareMode: Hashable, Sendable {
  /// `SCARD_SHARE_SHARED`.
  case shared
  /// `SCARD_SHARE_EXCLUSIVE`: refused with ``PCSCError/Code/sharingViolation`` while somebody else is connected.
  case exclusive
  /// `SCARD_SHARE_DIRECT`: the reader itself, with or without a card; for its attributes and features, not for
  /// commands.
  case direct

  var raw: DWORD {
    switch self {
    case .shared: DWORD(SCARD_SHARE_SHARED)
    case .exclusive: DWORD(SCARD_SHARE_EXCLUSIVE)
    case .direct: DWORD(SCARD_SHARE_DIRECT)
    }
  }
}

/// What becomes of the card at the end of a connection or transaction.
public enum Disposition: Hashable, Sendable {
  /// `SCARD_LEAVE_CARD`: nothing; what was selected and verified stays so for whoever comes next.
  case leave
  /// `SCARD_RESET_CARD`: the card forgets what was selected and verified.
  case reset
  /// `SCARD_UNPOWER_CARD`: the card loses power.
  case unpower

  var raw: DWORD {
    switch self {
    case .leave: DWORD(SCARD_LEAVE_CARD)
    case .reset: DWORD(SCARD_RESET_CARD)
    case .unpower: DWORD(SCARD_UNPOWER_CARD)
    }
  }
}

/// What `SCardStatus` says of a connected card.
public struct CardStatus: Hashable, Sendable {
  /// The bits of `dwState`.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// Bits 0…15; the upper half, the count of events, is left out.
    public let rawValue: UInt16

    /// Wraps any bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `SCARD_ABSENT`: no card.
    public static let absent = Flags(rawValue: 0x0002)
    /// `SCARD_PRESENT`: a card is in the reader.
    public static let present = Flags(rawValue: 0x0004)
    /// `SCARD_SWALLOWED`: in the reader, without power.
    public static let swallowed = Flags(rawValue: 0x0008)
    /// `SCARD_POWERED`: with power.
    public static let powered = Flags(rawValue: 0x0010)
    /// `SCARD_NEGOTIABLE`: reset, the protocol not chosen yet.
    public static let negotiable = Flags(rawValue: 0x0020)
    /// `SCARD_SPECIFIC`: the protocol is chosen.
    public static let specific = Flags(rawValue: 0x0040)
  }

  /// The names of the reader.
  public let readers: [String]
  /// What holds of the card.
  public let flags: Flags
  /// The protocol in use; `nil` when none is chosen.
  public let activeProtocol: CardProtocol?
  /// The answer to reset.
  public let atr: ATR
}

/// An attribute of a reader or card, by its number (`SCARD_ATTR_*` of `reader.h`); an open set.
public struct ReaderAttribute: RawRepresentable, Hashable, Sendable {
  /// Class in the upper 16 bits, tag in the lower ones.
  public let rawValue: UInt32

  /// Wraps any number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `SCARD_ATTR_VENDOR_NAME`: text, most often with a zero at the end.
  public static let vendorName = ReaderAttribute(rawValue: 0x0001_0100)
  /// `SCARD_ATTR_VENDOR_IFD_TYPE`: the vendor's model, text.
  public static let vendorModel = ReaderAttribute(rawValue: 0x0001_0101)
  /// `SCARD_ATTR_VENDOR_IFD_VERSION`: four octets, MMmmbbbb, in the byte order of the machine.
  public static let vendorVersion = ReaderAttribute(rawValue: 0x0001_0102)
  /// `SCARD_ATTR_VENDOR_IFD_SERIAL_NO`: the reader's serial number, text.
  public static let vendorSerialNumber = ReaderAttribute(rawValue: 0x0001_0103)
  /// `SCARD_ATTR_ATR_STRING`: the answer to reset.
  public static let atr = ReaderAttribute(rawValue: 0x0009_0303)
}
