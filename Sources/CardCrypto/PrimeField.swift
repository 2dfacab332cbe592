internal import COpenSSL

/// The integers modulo a prime, as octets in big-endian order and of the prime's width. Arithmetic is OpenSSL's.
struct PrimeField: Sendable {
  /// The prime.
  let prime: [UInt8]
  /// Octets of an element.
  var width: Int { prime.count }

  /// The prime 2^521 − 1 (Mersenne's thirteenth; the field of FIPS 186-5's P-521): 66 octets.
  static let mersenne521 = PrimeField(prime: [0x01] + [UInt8](repeating: 0xFF, count: 65))

  /// Whether `element` has the field's width and is below the prime.
  func contains(_ element: borrowing SecretBytes) throws(CryptoError) -> Bool {
    guard element.count == width else { return false }
    return try Number(element).isBelow(try Number(prime))
  }

  /// An element, each equally likely.
  func random(_ random: any RandomSource) throws(CryptoError) -> SecretBytes {
    let unused = UInt8(prime[0].leadingZeroBitCount)
    while true {
      var octets = try random.bytes(width)
      octets[0] &= 0xFF >> unused
      let element = SecretBytes(taking: &octets)
      if try contains(element) { return element }
    }
  }

  /// The value at `x` of the polynomial with these coefficients, the constant one first.
  func polynomial(_ coefficients: [SharedSecret], at x: UInt8) throws(CryptoError) -> SecretBytes {
    let call = try Call(prime)
    let point = try Number([x])
    let sum = try Number([0])
    for coefficient in coefficients.reversed() {
      try call.multiply(sum, by: point)
      try call.add(try Number(coefficient.value), to: sum)
    }
    return try sum.octets(width)
  }

  /// The value at zero of the polynomial of least degree through `points` (Lagrange), of which no two have one x.
  func interpolate(_ points: [(x: UInt8, y: SharedSecret)]) throws(CryptoError) -> SecretBytes {
    let call = try Call(prime)
    let sum = try Number([0])
    for (x, y) in points {
      let term = try Number(y.value)
      for (other, _) in points where other != x {
        let factor = try Number([other])
        try call.multiply(term, by: factor)
        try call.multiply(term, by: try call.inverse(ofDifference: factor, try Number([x])))
      }
      try call.add(term, to: sum)
    }
    return try sum.octets(width)
  }

  /// The prime and the scratch of one calculation. What it is given lives as long as its functions take.
  private final class Call {
    private let prime: Number
    private let context: OpaquePointer
    private let call = PrimitiveCall()

    init(_ prime: [UInt8]) throws(CryptoError) {
      self.prime = try Number(prime)
      guard let context = BN_CTX_secure_new() else { throw lastOpenSSLError("BN_CTX_secure_new") }
      self.context = context
    }

    deinit {
      BN_CTX_free(context)
      call.end()
    }

    func add(_ term: Number, to sum: Number) throws(CryptoError) {
      try check(BN_mod_add(sum.value, sum.value, term.value, prime.value, context), "BN_mod_add")
    }

    func multiply(_ product: Number, by factor: Number) throws(CryptoError) {
      try check(BN_mod_mul(product.value, product.value, factor.value, prime.value, context), "BN_mod_mul")
    }

    func inverse(ofDifference left: Number, _ right: Number) throws(CryptoError) -> Number {
      let result = try Number([0])
      try check(BN_mod_sub(result.value, left.value, right.value, prime.value, context), "BN_mod_sub")
      guard BN_mod_inverse(result.value, result.value, prime.value, context) != nil else {
        throw lastOpenSSLError("BN_mod_inverse")
      }
      return result
    }
  }

  /// A number that is overwritten at the end of its life, and whose operations don't depend on it in time.
  private final class Number {
    let value: OpaquePointer

    init(_ octets: [UInt8]) throws(CryptoError) {
      guard let value = BN_bin2bn(octets, Int32(octets.count), nil) else { throw lastOpenSSLError("BN_bin2bn") }
      BN_set_flags(value, BN_FLG_CONSTTIME)
      self.value = value
    }

    init(_ secret: borrowing SecretBytes) throws(CryptoError) {
      let number = secret.withUnsafeBytes { octets in
        BN_bin2bn(octets.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(octets.count), nil)
      }
      guard let number else { throw lastOpenSSLError("BN_bin2bn") }
      BN_set_flags(number, BN_FLG_CONSTTIME)
      value = number
    }

    deinit { BN_clear_free(value) }

    func isBelow(_ other: Number) -> Bool { BN_cmp(value, other.value) < 0 }

    func octets(_ width: Int) throws(CryptoError) -> SecretBytes {
      var octets = [UInt8](repeating: 0, count: width)
      guard BN_bn2binpad(value, &octets, Int32(width)) == Int32(width) else {
        cleanse(&octets)
        throw lastOpenSSLError("BN_bn2binpad")
      }
      return SecretBytes(taking: &octets)
    }
  }
}

/// A secret that several hold at once.
final class SharedSecret: Sendable {
  let value: SecretBytes

  init(_ value: consuming SecretBytes) { self.value = value }
}
