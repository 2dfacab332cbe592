/// Keys under the public key of a ceremony's shares: who has enough shares can restore them, nobody else.
///
/// Layout: `"ANSINHB1"`(8) ‖ set(16) ‖ threshold(1) ‖ count(1) ‖ fingerprints(32 each) ‖ public key(65) ‖ ephemeral
/// key(65) ‖ text ‖ tag(16) ‖ SHA-256 of what is before(32). The key is SHA-256(x of the agreed point ‖ 00000001 ‖
/// ephemeral key ‖ public key) (ECDH and the KDF of ANSI X9.63, SEC 1 §3.6.1), used once with AES-256-GCM and a nonce
/// of zeros; what is before the text is authenticated with it.
public struct KeyBackup: Sendable {
  private static let magic = Array("ANSINHB1".utf8)
  /// What everybody may know of the shares that open it.
  public let set: KeyShareSet
  /// The octets of the file; nothing in them is readable without the shares.
  public let octets: [UInt8]

  private var headerLength: Int { Self.headerLength(set.count) }

  private static func headerLength(_ count: Int) -> Int { 8 + 16 + 2 + 32 * count + 2 * Curve.p256.pointLength }

  /// Backs keys up. Only the set's public half is needed, so that keys of a later generation go under the same shares
  /// without their holders.
  public init(
    _ material: IssuerKeyMaterial, for set: KeyShareSet, random: any RandomSource = SystemRandom()
  ) throws(CryptoError) {
    let ephemeral = try ECPrivateKey(generate: .p256, random: random)
    let header =
      Self.magic + set.id + [UInt8(set.threshold), UInt8(set.count)] + set.fingerprints.flatMap { $0 } + set.point
      + ephemeral.publicKey.point
    let key = try Self.key(
      ephemeral.exportScalar(), with: set.point, ephemeral: ephemeral.publicKey.point, recipient: set.point)
    let sealed = try material.records.octets.withOctets { (plain) throws(CryptoError) in
      try AESGCM.seal(plain, key: key, nonce: Self.nonce, associated: header)
    }
    octets = header + sealed + Digest.sha256.hash(header + sealed)
    self.set = set
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: ``KeyShareError/backup(path:)`` for one that is none, or that was damaged by accident.
  public init(path: String) throws {
    let octets = try OwnerFile.read(path)
    guard let set = Self.set(octets) else { throw KeyShareError.backup(path: path) }
    self.set = set
    self.octets = octets
  }

  private static func set(_ octets: [UInt8]) -> KeyShareSet? {
    guard octets.count > 26, octets.starts(with: magic) else { return nil }
    let (threshold, count) = (Int(octets[24]), Int(octets[25]))
    let header = headerLength(count)
    guard 2 <= threshold, threshold <= count, count <= SecretSharing.maximumCount,
      octets.count >= header + AESGCM.tagLength + 32,
      Digest.sha256.hash(Array(octets.dropLast(32))) == Array(octets.suffix(32))
    else { return nil }
    let point = Array(octets[26 + 32 * count..<26 + 32 * count + Curve.p256.pointLength])
    guard Curve.p256.isValid(point), Curve.p256.isValid(Array(octets[header - Curve.p256.pointLength..<header])) else {
      return nil
    }
    let fingerprints = (0..<count).map { Array(octets[26 + 32 * $0..<58 + 32 * $0]) }
    return KeyShareSet(id: Array(octets[8..<24]), threshold: threshold, fingerprints: fingerprints, point: point)
  }

  /// The keys.
  ///
  /// - Throws: ``KeyShareError`` that names the share to blame; ``CryptoError/verificationFailed`` for a backup that
  ///   was changed by somebody.
  public func restore(_ shares: [KeyShare]) throws -> IssuerKeyMaterial {
    let recipient = try set.restore(shares)
    let header = Array(octets.prefix(headerLength))
    let ephemeral = Array(header.suffix(Curve.p256.pointLength))
    let key = try Self.key(recipient.exportScalar(), with: ephemeral, ephemeral: ephemeral, recipient: set.point)
    var plain = try AESGCM.open(
      Array(octets.dropFirst(header.count).dropLast(32)), key: key, nonce: Self.nonce, associated: header)
    return IssuerKeyMaterial(try SecretRecords(parsing: SecretBytes(taking: &plain)))
  }

  private static let nonce = [UInt8](repeating: 0, count: AESGCM.nonceLength)

  private static func key(
    _ scalar: borrowing SecretBytes, with point: [UInt8], ephemeral: [UInt8], recipient: [UInt8]
  ) throws(CryptoError) -> SecretBytes {
    var agreed = try Curve.p256.multiply(point, by: scalar)
    defer { cleanse(&agreed) }
    var input = Array(agreed[1...Curve.p256.width]) + [0, 0, 0, 1] + ephemeral + recipient
    defer { cleanse(&input) }
    var key = Digest.sha256.hash(input)
    return SecretBytes(taking: &key)
  }
}
