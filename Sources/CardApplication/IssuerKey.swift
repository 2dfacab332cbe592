import ISO7816

/// An issuer's public key in one of the card's slots (`card-application` §12, 8C): 79 octets.
///
/// Layout: key id(8), algorithm(1), use(1), valid from(4 BCD), uncompressed point(65).
public struct IssuerKey: Hashable, Sendable {
  /// What the key signs.
  public enum Use: UInt8, Sendable {
    /// Completions.
    case completion = 1
    /// Payout-key certificates.
    case certificate = 2
  }

  static let width = 79
  /// What it signs.
  public var use: Use
  /// First day of its use.
  public var validFrom: CardDate
  /// Uncompressed point on P-256.
  public var point: [UInt8]

  /// From its fields; `point` has 65 octets.
  public init(use: Use, validFrom: CardDate, point: [UInt8]) {
    self.use = use
    self.validFrom = validFrom
    self.point = point
  }

  /// SHA-256(point), octets 0…7.
  public var id: [UInt8] { keyIdentifier(ofPoint: point) }

  /// 79 octets.
  public var bytes: [UInt8] { id + [ecdsaP256SHA256, use.rawValue] + validFrom.bytes + point }

  /// Reads 79 octets; `nil` when the id is not that of the point or another field is not allowed.
  public init?(parsing octets: [UInt8]) {
    guard octets.count == Self.width, octets[8] == ecdsaP256SHA256, let use = Use(rawValue: octets[9]),
      let date = CardDate(bcd: Array(octets[10..<14]))
    else { return nil }
    self.init(use: use, validFrom: date, point: Array(octets[14...]))
    guard id == Array(octets[0..<8]) else { return nil }
  }
}
