public import CardApplication
public import CardCrypto
public import SecureChannel

/// A small card-verifiable PKI in memory: one CVCA, one document verifier, and terminals as they are asked for.
public struct TestPKI: Sendable {
  /// The CVCA's key.
  public let anchorKey: ECPrivateKey
  /// Its self-signed certificate.
  public let anchor: CVCertificate
  /// The document verifier's key.
  public let verifierKey: ECPrivateKey
  /// Its certificate.
  public let verifier: CVCertificate
  /// First day of every certificate but those that say otherwise.
  public let effective: CVDate
  /// Last day of every certificate but those that say otherwise.
  public let expiration: CVDate
  private let curve: Curve

  /// Everything that can be asked of the payout application.
  public static let allPayoutRights: PayoutRights = [.online, .offline, .override, .ceiling(16)]

  /// A PKI on `curve` whose certificates are good from `effective` to `expiration`, YYYYMMDD.
  public init(
    _ curve: Curve = .p256, from effective: UInt32 = 20_261_001, until expiration: UInt32 = 20_361_231,
    random: any RandomSource = SystemRandom()
  ) throws {
    guard let first = CVDate(yyyymmdd: effective), let last = CVDate(yyyymmdd: expiration) else {
      throw CryptoError.malformed("date")
    }
    (self.effective, self.expiration, self.curve) = (first, last, curve)
    anchorKey = try ECPrivateKey(generate: curve, random: random)
    verifierKey = try ECPrivateKey(generate: curve, random: random)
    let root = try Self.name("ANSINH", 1)
    anchor = try Self.content(
      root, by: root, anchorKey.publicKey, .authority, .all, Self.allPayoutRights, first, last
    ).signed(by: anchorKey)
    verifier = try Self.content(
      try Self.name("DV79", 1), by: root, verifierKey.publicKey, .verifierNonOfficial, .all, Self.allPayoutRights,
      first,
      last
    ).signed(by: anchorKey)
  }

  /// A terminal's certificates and key.
  public func terminal(
    _ rights: AuthenticationTerminalRights = [], payout: PayoutRights = .online, key: (any ECSigner)? = nil,
    sequence: Int = 1, from effective: CVDate? = nil, until expiration: CVDate? = nil
  ) throws -> TerminalCredential {
    let key: any ECSigner = try key ?? ECPrivateKey(generate: curve)
    let certificate = try Self.content(
      try Self.name("79T", sequence), by: verifier.content.holder, key.publicKey, .terminal, rights, payout,
      effective ?? self.effective, expiration ?? self.expiration
    ).signed(by: verifierKey)
    guard let credential = TerminalCredential(verifier: verifier, terminal: certificate, signer: key) else {
      throw CryptoError.malformed("terminal")
    }
    return credential
  }

  /// A holder reference `VN`, mnemonic, five digits.
  public static func name(_ mnemonic: String, _ sequence: Int) throws -> HolderReference {
    let digits = String(sequence)
    guard
      let name = HolderReference(
        country: "VN", mnemonic: mnemonic, sequence: String(repeating: "0", count: max(0, 5 - digits.count)) + digits)
    else { throw CryptoError.malformed("holder reference") }
    return name
  }

  /// What a certificate says, to be changed and signed by a test.
  public static func content(
    _ holder: HolderReference, by authority: HolderReference, _ key: ECPublicKey, _ role: CertificateRole,
    _ rights: AuthenticationTerminalRights, _ payout: PayoutRights, _ effective: CVDate, _ expiration: CVDate
  ) -> CVCertificateContent {
    CVCertificateContent(
      authority: authority, holder: holder,
      publicKey: CVPublicKey(scheme: .ecdsaSHA256, curve: key.curve, point: key.point),
      hasDomainParameters: role == .authority, authorization: HolderAuthorization(role, rights),
      effective: effective, expiration: expiration,
      extensions: payout.isEmpty
        ? [] : [AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: payout.octets)])
  }
}
