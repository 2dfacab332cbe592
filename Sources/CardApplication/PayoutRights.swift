import ISO7816

/// What a terminal may do with the payout application (`card-application` §2, §12): the bitmap of our authorisation
/// extension, in certificates and in DO 65 of MSE:Set AT.
///
/// Layout, 3 octets, bit 1 the lowest of the last octet: b1 online, b2 offline, b3 override; b9…b24 the ceiling of one
/// offline payout as a thermometer: the lowest n of them set is step n of the card profile's table, so that the AND of
/// two ceilings is the lower one.
public struct PayoutRights: OptionSet, Hashable, Sendable {
  /// Octets of the bitmap.
  public static let length = 3
  /// Steps of the ceiling.
  public static let ceilingSteps = 16
  /// 2.25.108716076259447297103519876051616677506, of the UUID 51c9f465-481b-48ed-8d0d-02292fb43e82 (ITU-T X.667):
  /// octets of the object identifier.
  public static let identifier: [UInt8] = [
    0x69, 0x81, 0xA3, 0xC9, 0xFA, 0x99, 0xA9, 0x81, 0xDA, 0xA3, 0xDB, 0x8D, 0x86, 0xC0, 0xC5, 0x92, 0xFD, 0xD0, 0xFD,
    0x02,
  ]

  /// The bitmap as a number of 24 bits.
  public let rawValue: UInt32

  /// Bits without a meaning are cut off.
  public init(rawValue: UInt32) { self.rawValue = rawValue & 0xFF_FF07 }

  /// Ask for payouts against the centre's challenge.
  public static let online = PayoutRights(rawValue: 1)
  /// Ask for payouts from the card's offline reserve.
  public static let offline = PayoutRights(rawValue: 2)
  /// Ask for payouts without the PIN (`card-application` §9).
  public static let override = PayoutRights(rawValue: 4)

  /// A ceiling of `steps` steps, cut to 0…16.
  public static func ceiling(_ steps: Int) -> PayoutRights {
    PayoutRights(rawValue: ((1 << UInt32(max(0, min(ceilingSteps, steps)))) - 1) << 8)
  }

  /// The steps of the ceiling: the bits set from the lowest up without a gap.
  public var steps: Int { (~(rawValue >> 8)).trailingZeroBitCount }

  /// Three octets.
  public var octets: [UInt8] { [UInt8](bigEndian: rawValue, width: Self.length) }

  /// Reads three octets; `nil` for another number of them. Bits without a meaning give no right.
  public init?(octets: [UInt8]) {
    guard octets.count == Self.length, let value = octets.bigEndianValue else { return nil }
    self.init(rawValue: UInt32(value))
  }
}
