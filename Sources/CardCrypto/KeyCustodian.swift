/// Keeps the issuer's master key and certificate key, and does with them what issuing needs. Neither key leaves it.
public protocol KeyCustodian: Sendable {
  /// The issuer's name in certificates.
  var issuerName: String { get }
  /// The public key that payout-key certificates are checked with.
  var certificateKey: ECPublicKey { get }
  /// One static SCP03 key of the card whose key diversification data (10 octets) are `data`.
  func cardKey(_ purpose: CardKeyDiversification.Purpose, data: [UInt8]) throws -> SecretBytes
  /// Signs a certificate.
  func certify(_ request: CertificateRequest) throws -> Certificate
}

/// A custodian in a ``KeyFile``: for tests, the demonstration and small pilots, where a token would be in service.
public struct SoftwareKeyCustodian: KeyCustodian {
  private final class Keys: Sendable {
    let master: SecretBytes
    let certificate: ECPrivateKey

    init(master: consuming SecretBytes, certificate: ECPrivateKey) {
      self.master = master
      self.certificate = certificate
    }
  }

  private let keys: Keys
  /// The issuer's name in certificates.
  public let issuerName: String

  /// Opens the key file at `path`, or makes one with a fresh AES-128 master and a fresh P-256 certificate key.
  public init(path: String, issuerName: String, random: any RandomSource = SystemRandom()) throws {
    let file = try KeyFile(path: path) { content throws(CryptoError) in
      content.add("master", try random.secret(16))
      content.add("certificate", try Curve.p256.randomScalar(random))
    }
    keys = Keys(
      master: try file.secret("master"),
      certificate: try ECPrivateKey(.p256, scalar: try file.secret("certificate")))
    self.issuerName = issuerName
  }

  /// The public key that payout-key certificates are checked with.
  public var certificateKey: ECPublicKey { keys.certificate.publicKey }

  /// Derived inside, by SP 800-108 counter-mode CMAC.
  public func cardKey(_ purpose: CardKeyDiversification.Purpose, data: [UInt8]) throws -> SecretBytes {
    try CardKeyDiversification.derive(master: keys.master, purpose: purpose, data: data)
  }

  /// Signed inside, in the issuer's name.
  public func certify(_ request: CertificateRequest) throws -> Certificate {
    try Certificate.issue(request, issuer: issuerName, key: keys.certificate)
  }
}
