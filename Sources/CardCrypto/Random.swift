internal import COpenSSL

/// Where random octets come from: passed in, so that published examples can be replayed.
public protocol RandomSource: Sendable {
  /// `count` octets that nobody can predict.
  func bytes(_ count: Int) throws(CryptoError) -> [UInt8]
}

/// OpenSSL's generator.
public struct SystemRandom: RandomSource {
  /// The generator of this process.
  public init() {}

  /// `count` octets of `RAND_bytes`.
  public func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: count)
    try check(RAND_bytes(&octets, Int32(count)), "RAND_bytes")
    return octets
  }
}

extension RandomSource {
  /// `count` random octets in secret memory.
  public func secret(_ count: Int) throws(CryptoError) -> SecretBytes {
    var octets = try bytes(count)
    return SecretBytes(taking: &octets)
  }

  /// `count` random decimal digits as ASCII, each digit equally likely.
  public func digits(_ count: Int) throws(CryptoError) -> SecretBytes {
    var digits: [UInt8] = []
    while digits.count < count {
      // 250…255 are drawn again: 256 is no multiple of 10.
      for octet in try bytes(count) where octet < 250 && digits.count < count { digits.append(0x30 + octet % 10) }
    }
    return SecretBytes(taking: &digits)
  }
}
