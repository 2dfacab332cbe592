/// Keeps the issuer's master keys and certificate key, and does with them what issuing needs. None of them leaves it.
public protocol KeyCustodian: Sendable {
  /// The issuer's name in certificates.
  var issuerName: String { get }
  /// The public key that payout-key certificates are checked with.
  var certificateKey: ECPublicKey { get }
  /// One static SCP03 key of `length` of the card whose key diversification data (10 octets) are `data`.
  func cardKey(
    _ purpose: CardKeyDiversification.Purpose, length: AESKeyLength, data: [UInt8]
  ) throws -> SecretBytes
  /// Signs a certificate.
  func certify(_ request: CertificateRequest) throws -> Certificate
  /// Signs the content of an EF.CardSecurity as CMS SignedData in the name of `issuer`, the certificate of
  /// ``certificateKey`` (TR-03110-3 A.1.2).
  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8]
}

/// A custodian in a ``KeyFile``: for tests, the demonstration and small pilots, where a token would be in service.
public struct SoftwareKeyCustodian: KeyCustodian {
  private let file: KeyFile
  private let certificate: ECPrivateKey
  /// The issuer's name in certificates.
  public let issuerName: String

  /// Opens the key file at `path`, or makes one with fresh masters of every length and a fresh P-256 certificate key.
  public init(path: String, issuerName: String, random: any RandomSource = SystemRandom()) throws {
    file = try KeyFile(path: path) { content throws(CryptoError) in
      content.add("master", try random.secret(16))
      content.add("certificate", try Curve.p256.randomScalar(random))
      for length in [AESKeyLength.aes192, .aes256] {
        content.add(Self.master(length), try random.secret(length.rawValue))
      }
    }
    _ = try file.secret(Self.master(.aes128))
    certificate = try ECPrivateKey(.p256, scalar: try file.secret("certificate"))
    self.issuerName = issuerName
  }

  /// The name of the master for card keys of `length`: each length has a master of its own that is as long, so that no
  /// card key is weaker than it is long, and none tells of another.
  private static func master(_ length: AESKeyLength) -> String {
    length == .aes128 ? "master" : "master-\(length.rawValue * 8)"
  }

  /// The public key that payout-key certificates are checked with.
  public var certificateKey: ECPublicKey { certificate.publicKey }

  /// Derived inside, by SP 800-108 counter-mode CMAC from the master of this length.
  ///
  /// - Throws: ``KeyFileError/missing(path:name:)`` for a key file made before there was a master of this length.
  public func cardKey(
    _ purpose: CardKeyDiversification.Purpose, length: AESKeyLength, data: [UInt8]
  ) throws -> SecretBytes {
    let master = try file.secret(Self.master(length))
    return try CardKeyDiversification.derive(master: master, purpose: purpose, data: data)
  }

  /// Signed inside, in the issuer's name.
  public func certify(_ request: CertificateRequest) throws -> Certificate {
    try Certificate.issue(request, issuer: issuerName, key: certificate)
  }

  /// Signed inside.
  public func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: issuer, key: certificate)
  }
}
