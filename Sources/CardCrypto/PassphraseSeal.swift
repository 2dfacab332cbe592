/// Why octets under a passphrase don't open. Tells nothing of what is in them.
public enum SealError: Error, Hashable, Sendable {
  /// They are something else: they don't begin as these do.
  case notSealed
  /// They were cut off or changed, by accident or by somebody who knows the passphrase.
  case damaged
  /// The passphrase is not the one they were sealed with.
  case wrongPassphrase
  /// Their header asks for more work than is done for octets from outside.
  case cost
  /// A cryptographic operation failed.
  case crypto(CryptoError)
}

/// Octets under a passphrase: scrypt (RFC 7914) makes 64 octets of it, the first half of which is a key of AES-256-GCM,
/// the other one of a CMAC that tells a wrong passphrase from damaged octets.
///
/// Layout: magic(8) ‖ 01 ‖ log₂ N(1) ‖ r(1) ‖ p(1) ‖ salt(32) ‖ CMAC of what is before(16) ‖ nonce(12) ‖ text ‖ tag(16)
/// ‖ SHA-256 of what is before(32). The 72 octets before the text are authenticated with it.
///
/// The hash finds accidents; it is over what anybody can read, so that it tells nothing. The CMAC lets one try a
/// passphrase, as the tag does: what a try costs is scrypt's.
final class PassphraseSeal: Sendable {
  private let header: [UInt8]
  private let key: SecretBytes

  private static let prefixLength = 12
  private static let saltLength = 32
  private static let headerLength = 12 + 32 + 16
  private static let hashLength = 32

  /// A seal with a fresh salt.
  init(
    magic: [UInt8], passphrase: borrowing SecretBytes, cost: Scrypt.Cost, random: any RandomSource
  ) throws(SealError) {
    guard magic.count == 8, let exponent = Self.exponent(cost.n), (1...Self.maximumFactor).contains(cost.r),
      (1...Self.maximumFactor).contains(cost.p)
    else { throw .cost }
    do throws(CryptoError) {
      let prefix =
        magic + [1, exponent, UInt8(cost.r), UInt8(cost.p)] + (try random.bytes(Self.saltLength))
      let derived = try Self.derive(passphrase, prefix, cost)
      header = prefix + (try Self.check(derived, prefix))
      key = Self.key(derived)
    } catch {
      throw .crypto(error)
    }
  }

  /// The seal of octets that are there, for their passphrase.
  init(of octets: [UInt8], magic: [UInt8], passphrase: borrowing SecretBytes) throws(SealError) {
    guard octets.starts(with: magic), magic.count == 8 else { throw .notSealed }
    let least = Self.headerLength + AESGCM.nonceLength + AESGCM.tagLength + Self.hashLength
    guard octets.count >= least,
      Digest.sha256.hash(Array(octets.dropLast(Self.hashLength))) == Array(octets.suffix(Self.hashLength))
    else { throw .damaged }
    let prefix = Array(octets.prefix(Self.prefixLength + Self.saltLength))
    let (version, exponent, r, p) = (prefix[8], prefix[9], UInt64(prefix[10]), UInt64(prefix[11]))
    guard version == 1, (1...24).contains(exponent), (1...Self.maximumFactor).contains(r),
      (1...Self.maximumFactor).contains(p), (UInt64(1) << UInt64(exponent)) * r * p <= Self.maximumWork
    else { throw .cost }
    let check: [UInt8]
    do throws(CryptoError) {
      let derived = try Self.derive(passphrase, prefix, Scrypt.Cost(n: 1 << UInt64(exponent), r: r, p: p))
      check = try Self.check(derived, prefix)
      key = Self.key(derived)
    } catch {
      throw .crypto(error)
    }
    header = Array(octets.prefix(Self.headerLength))
    guard ConstantTime.areEqual(check, header.suffix(16)) else { throw .wrongPassphrase }
  }

  /// Octets with `secret` in them, under a nonce of their own.
  func seal(_ secret: borrowing SecretBytes, random: any RandomSource) throws(CryptoError) -> [UInt8] {
    let nonce = try random.bytes(AESGCM.nonceLength)
    let associated = header + nonce
    let sealed = try secret.withOctets { (plain) throws(CryptoError) in
      try AESGCM.seal(plain, key: key, nonce: nonce, associated: associated)
    }
    let octets = associated + sealed
    return octets + Digest.sha256.hash(octets)
  }

  /// What is in the octets that this is the seal of.
  func open(_ octets: [UInt8]) throws(SealError) -> SecretBytes {
    let associated = Array(octets.prefix(Self.headerLength + AESGCM.nonceLength))
    let sealed = Array(octets.dropFirst(associated.count).dropLast(Self.hashLength))
    do throws(CryptoError) {
      var plain = try AESGCM.open(
        sealed, key: key, nonce: Array(associated.suffix(AESGCM.nonceLength)), associated: associated)
      return SecretBytes(taking: &plain)
    } catch {
      guard error == .verificationFailed else { throw .crypto(error) }
      throw .damaged
    }
  }

  /// Most of N · r · p that a header may ask for: some seconds, and 1 GiB with p = 1.
  private static let maximumWork: UInt64 = Scrypt.maximumMemory / 128
  private static let maximumFactor: UInt64 = 64

  private static func exponent(_ n: UInt64) -> UInt8? {
    let exponent = n.trailingZeroBitCount
    return (1...24).contains(exponent) && n == 1 << UInt64(exponent) ? UInt8(exponent) : nil
  }

  private static func derive(
    _ passphrase: borrowing SecretBytes, _ prefix: [UInt8], _ cost: Scrypt.Cost
  ) throws(CryptoError) -> SecretBytes {
    try Scrypt.derive(passphrase, salt: Array(prefix.suffix(saltLength)), cost: cost, length: 64)
  }

  private static func key(_ derived: borrowing SecretBytes) -> SecretBytes {
    derived.withOctets { SecretBytes($0.prefix(32)) }
  }

  private static func check(_ derived: borrowing SecretBytes, _ prefix: [UInt8]) throws(CryptoError) -> [UInt8] {
    let key = derived.withOctets { SecretBytes($0.suffix(32)) }
    return try CMAC.tag(prefix, key: key)
  }
}
