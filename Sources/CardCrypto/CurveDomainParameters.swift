internal import COpenSSL

/// The numbers of a curve as a card-verifiable certificate writes them out (TR-03110-3 D.3.3).
public struct CurveDomainParameters: Hashable, Sendable {
  /// Prime modulus p, as wide as a coordinate.
  public let modulus: [UInt8]
  /// First coefficient a, as wide as a coordinate.
  public let first: [UInt8]
  /// Second coefficient b, as wide as a coordinate.
  public let second: [UInt8]
  /// Base point G, uncompressed.
  public let basePoint: [UInt8]
  /// Order n of the base point, as wide as a coordinate.
  public let order: [UInt8]
  /// Cofactor f, without leading zeros: 01 for all curves here.
  public let cofactor: [UInt8]

  /// From its numbers.
  public init(
    modulus: [UInt8], first: [UInt8], second: [UInt8], basePoint: [UInt8], order: [UInt8], cofactor: [UInt8]
  ) {
    self.modulus = modulus
    self.first = first
    self.second = second
    self.basePoint = basePoint
    self.order = order
    self.cofactor = cofactor
  }
}

extension Curve {
  /// The curve's numbers.
  public var domainParameters: CurveDomainParameters {
    get throws(CryptoError) {
      let (modulus, first, second) = (BN_new(), BN_new(), BN_new())
      defer {
        BN_free(modulus)
        BN_free(first)
        BN_free(second)
      }
      try check(EC_GROUP_get_curve(group, modulus, first, second, nil), "EC_GROUP_get_curve")
      return CurveDomainParameters(
        modulus: try octets(modulus), first: try octets(first), second: try octets(second),
        basePoint: try generator, order: try octets(EC_GROUP_get0_order(group)), cofactor: [1])
    }
  }

  /// The curve whose numbers these are; `nil` for any that is not one of ours: a certificate never brings a curve of
  /// its own making.
  public init?(domainParameters wanted: CurveDomainParameters) {
    guard let found = Curve.allCases.first(where: { (try? $0.domainParameters) == wanted }) else { return nil }
    self = found
  }

  private func octets(_ number: OpaquePointer?) throws(CryptoError) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: width)
    guard BN_bn2binpad(number, &octets, Int32(width)) == width else { throw lastOpenSSLError("BN_bn2binpad") }
    return octets
  }
}
