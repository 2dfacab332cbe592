internal import COpenSSL

/// Elliptic curves by standardised domain parameters (TR-03110-3 table 4, FIPS 186-4, RFC 5639).
///
/// Cards and terminals of this scheme use ``scheme`` only; the others are there to read other people's certificates.
public enum Curve: UInt8, CaseIterable, Sendable {
  /// secp192r1, parameter id 8: too short for new keys.
  case p192 = 8
  /// secp256r1, parameter id 12.
  case p256 = 12
  /// brainpoolP256r1, parameter id 13.
  case brainpoolP256r1 = 13
  /// brainpoolP512r1, parameter id 17.
  case brainpoolP512r1 = 17

  /// The curves that a card profile, a card and a terminal of this scheme may use.
  public static let scheme: [Curve] = [.p256, .brainpoolP256r1]

  /// Octets of a coordinate or scalar, always written in full.
  public var width: Int {
    switch self {
    case .p192: 24
    case .p256, .brainpoolP256r1: 32
    case .brainpoolP512r1: 64
    }
  }

  /// Octets of an uncompressed point `04 ‖ X ‖ Y`.
  public var pointLength: Int { 1 + 2 * width }

  /// OpenSSL's name.
  var name: String {
    switch self {
    case .p192: "prime192v1"
    case .p256: "prime256v1"
    case .brainpoolP256r1: "brainpoolP256r1"
    case .brainpoolP512r1: "brainpoolP512r1"
    }
  }

  private var nid: Int32 {
    switch self {
    case .p192: NID_X9_62_prime192v1
    case .p256: NID_X9_62_prime256v1
    case .brainpoolP256r1: NID_brainpoolP256r1
    case .brainpoolP512r1: NID_brainpoolP512r1
    }
  }

  // Made once per curve and only read afterwards, which OpenSSL allows from any thread.
  private nonisolated(unsafe) static let groups = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, EC_GROUP_new_by_curve_name($0.nid)) })

  var group: OpaquePointer? { Self.groups[self] ?? nil }
}

/// Points of a curve as uncompressed octets, and the arithmetic that PACE needs.
extension Curve {
  /// The group's base point, uncompressed.
  public var generator: [UInt8] {
    get throws(CryptoError) { try encode(EC_GROUP_get0_generator(group)) }
  }

  /// `scalar · point`, refused when it is the point at infinity.
  ///
  /// - Throws: ``CryptoError/invalidPoint`` when `point` is not on the curve.
  public func multiply(_ point: [UInt8], by scalar: borrowing SecretBytes) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let base = try decode(point)
    defer { EC_POINT_free(base) }
    let number = try self.number(scalar)
    defer { BN_clear_free(number) }
    let result = EC_POINT_new(group)
    defer { EC_POINT_clear_free(result) }
    let context = BN_CTX_secure_new()
    defer { BN_CTX_free(context) }
    // One scalar with one point takes OpenSSL's constant-time ladder.
    try check(EC_POINT_mul(group, result, nil, base, number, context), "EC_POINT_mul")
    return try encode(result)
  }

  /// `left + right`.
  public func add(_ left: [UInt8], _ right: [UInt8]) throws(CryptoError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let first = try decode(left)
    defer { EC_POINT_free(first) }
    let second = try decode(right)
    defer { EC_POINT_free(second) }
    let result = EC_POINT_new(group)
    defer { EC_POINT_clear_free(result) }
    try check(EC_POINT_add(group, result, first, second, nil), "EC_POINT_add")
    return try encode(result)
  }

  /// Whether `octets` are an uncompressed point on the curve other than infinity.
  public func isValid(_ octets: [UInt8]) -> Bool {
    guard let point = try? decode(octets) else { return false }
    EC_POINT_free(point)
    return true
  }

  /// `octets` as an integer modulo the group's order n, ``width`` octets.
  ///
  /// All groups have cofactor 1, so that every point times the whole integer is the point times what is left of it.
  ///
  /// - Throws: ``CryptoError/invalidScalar`` when nothing is left.
  public func reduced(_ octets: borrowing SecretBytes) throws(CryptoError) -> SecretBytes {
    let number = BN_secure_new()
    defer { BN_clear_free(number) }
    octets.withUnsafeBytes {
      _ = BN_bin2bn($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count), number)
    }
    BN_set_flags(number, BN_FLG_CONSTTIME)
    let rest = BN_secure_new()
    defer { BN_clear_free(rest) }
    let context = BN_CTX_secure_new()
    defer { BN_CTX_free(context) }
    try check(BN_nnmod(rest, number, EC_GROUP_get0_order(group), context), "BN_nnmod")
    guard BN_is_zero(rest) == 0 else { throw .invalidScalar }
    var scalar = [UInt8](repeating: 0, count: width)
    guard BN_bn2binpad(rest, &scalar, Int32(width)) == width else { throw lastOpenSSLError("BN_bn2binpad") }
    return SecretBytes(taking: &scalar)
  }

  /// A uniformly chosen scalar in 1…n−1, ``width`` octets.
  ///
  /// A draw outside that range is thrown away and drawn again, at most 128 times.
  public func randomScalar(_ random: any RandomSource) throws(CryptoError) -> SecretBytes {
    for _ in 0..<128 {
      let scalar = try random.secret(width)
      if isValidScalar(scalar) { return scalar }
    }
    throw .invalidScalar
  }

  /// Whether `scalar` is ``width`` octets and lies in 1…n−1.
  public func isValidScalar(_ scalar: borrowing SecretBytes) -> Bool {
    guard let number = try? self.number(scalar) else { return false }
    BN_clear_free(number)
    return true
  }

  func number(_ scalar: borrowing SecretBytes) throws(CryptoError) -> OpaquePointer? {
    guard scalar.count == width else { throw .invalidScalar }
    let number = BN_secure_new()
    scalar.withUnsafeBytes {
      _ = BN_bin2bn($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count), number)
    }
    BN_set_flags(number, BN_FLG_CONSTTIME)
    guard BN_is_zero(number) == 0, BN_cmp(number, EC_GROUP_get0_order(group)) < 0 else {
      BN_clear_free(number)
      throw .invalidScalar
    }
    return number
  }

  private func decode(_ octets: [UInt8]) throws(CryptoError) -> OpaquePointer? {
    guard octets.count == pointLength, octets[0] == 4 else { throw .invalidPoint }
    let point = EC_POINT_new(group)
    // EC_POINT_oct2point checks the curve equation; infinity has no form of this length.
    guard EC_POINT_oct2point(group, point, octets, octets.count, nil) == 1 else {
      EC_POINT_free(point)
      ERR_clear_error()
      throw .invalidPoint
    }
    return point
  }

  private func encode(_ point: OpaquePointer?) throws(CryptoError) -> [UInt8] {
    guard EC_POINT_is_at_infinity(group, point) == 0 else { throw .invalidPoint }
    var octets = [UInt8](repeating: 0, count: pointLength)
    let length = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, &octets, octets.count, nil)
    guard length == pointLength else { throw lastOpenSSLError("EC_POINT_point2oct") }
    return octets
  }
}
