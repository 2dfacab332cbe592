/// Why a secret can't be split, or put together again.
public enum SecretSharingError: Error, Hashable, Sendable {
  /// Not 1 ≤ threshold ≤ count ≤ 32, or a secret that is too long.
  case parameters
  /// Two shares have one number.
  case duplicate(UInt8)
  /// A share's value is not an element of the field, or its number is zero.
  case value(UInt8)
  /// What the shares give is longer than the secret was: they don't belong together, or are too few.
  case inconsistent
  /// A cryptographic operation failed.
  case crypto(CryptoError)
}

/// One of n shares of a secret, of which any k make it and k − 1 tell nothing.
public final class SecretShare: Sendable {
  /// Number of the share, 1…n: where the polynomial was taken.
  public let index: UInt8
  /// The polynomial's value there.
  public let value: SecretBytes

  /// From its parts.
  public init(index: UInt8, value: consuming SecretBytes) {
    self.index = index
    self.value = value
  }
}

/// Shamir's scheme (A. Shamir, "How to share a secret", CACM 22, 1979) over the prime field of 2^521 − 1: the secret is
/// the constant term of a random polynomial of degree k − 1, a share its value at 1…n.
public enum SecretSharing {
  /// Most shares.
  public static let maximumCount = 32
  /// Most octets of a secret: what is below the prime whatever it is.
  public static let maximumSecret = 65
  /// Octets of a share's value.
  public static let valueLength = 66

  /// Splits `secret` into `count` shares, any `threshold` of which make it.
  public static func split(
    _ secret: borrowing SecretBytes, threshold: Int, count: Int, random: any RandomSource = SystemRandom()
  ) throws(SecretSharingError) -> [SecretShare] {
    try split(secret, threshold: threshold, count: count, field: .mersenne521, random: random)
  }

  /// The secret of `length` octets that the shares make. Which ones are enough, and whether they belong together, they
  /// don't tell: any shares make something.
  public static func restore(_ shares: [SecretShare], length: Int) throws(SecretSharingError) -> SecretBytes {
    try restore(shares, length: length, field: .mersenne521)
  }

  static func split(
    _ secret: borrowing SecretBytes, threshold: Int, count: Int, field: PrimeField, random: any RandomSource
  ) throws(SecretSharingError) -> [SecretShare] {
    guard 1 <= threshold, threshold <= count, count <= maximumCount, secret.count <= field.width else {
      throw .parameters
    }
    var padded = [UInt8](repeating: 0, count: field.width - secret.count)
    padded.reserveCapacity(field.width)
    secret.withUnsafeBytes { padded += $0 }
    let constant = SharedSecret(SecretBytes(taking: &padded))
    do throws(CryptoError) {
      guard try field.contains(constant.value) else { throw CryptoError.malformed("secret") }
      var coefficients = [constant]
      while coefficients.count < threshold { coefficients.append(SharedSecret(try field.random(random))) }
      var shares: [SecretShare] = []
      for index in 1...UInt8(count) {
        shares.append(SecretShare(index: index, value: try field.polynomial(coefficients, at: index)))
      }
      return shares
    } catch {
      throw error == .malformed("secret") ? .parameters : .crypto(error)
    }
  }

  static func restore(
    _ shares: [SecretShare], length: Int, field: PrimeField
  ) throws(SecretSharingError) -> SecretBytes {
    guard (1...maximumCount).contains(shares.count), (0...field.width).contains(length) else { throw .parameters }
    var seen: Set<UInt8> = []
    var points: [(x: UInt8, y: SharedSecret)] = []
    for share in shares {
      guard seen.insert(share.index).inserted else { throw .duplicate(share.index) }
      guard share.index > 0, (try? field.contains(share.value)) == true else { throw .value(share.index) }
      points.append((share.index, SharedSecret(share.value.copy())))
    }
    let whole: SecretBytes
    do throws(CryptoError) {
      whole = try field.interpolate(points)
    } catch {
      throw .crypto(error)
    }
    return try whole.withUnsafeBytes { (octets) throws(SecretSharingError) -> SecretBytes in
      let start = octets.count - length
      guard octets.prefix(start).reduce(0, |) == 0 else { throw .inconsistent }
      return SecretBytes(octets.dropFirst(start))
    }
  }
}
