internal import COpenSSL

/// Why a CMS SignedData was not accepted. Carries no content.
public enum SignedDataError: Error, Hashable, Sendable {
  /// Not one DER SignedData with its content inside, or longer than ``SignedData/maximumLength``.
  case malformed
  /// Octets follow it.
  case trailing
  /// The content is of another type than the one asked for.
  case wrongContentType
  /// Not exactly one signer; how many there are.
  case signers(Int)
  /// Not ECDSA with SHA-256 over signed attributes, or by a certificate that ``Certificate`` can't read.
  case unsupported
  /// The signer's certificate is there neither in the data nor among the trusted ones, or nobody trusted answers for
  /// it.
  case untrusted
  /// The signer's certificate, or the one that it was issued by, is not valid at this time.
  case notValidNow
  /// Content, signed attributes and signature don't belong together.
  case wrongSignature
}

/// CMS SignedData (RFC 5652 §5) as EF.CardSecurity has it (TR-03110-3 A.1.2.5): content with one signature over it and
/// the signer's certificate, in DER.
public enum SignedData {
  /// The type of EF.CardSecurity's content, id-SecurityObject 0.4.0.127.0.7.3.2.1: content octets of the identifier.
  public static let securityObject: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02, 0x01]
  /// id-data 1.2.840.113549.1.7.1 (RFC 5652 §4), any octets: content octets of the identifier.
  public static let data: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]
  /// Most octets that are read: those that short file offsets and lengths of a card reach.
  public static let maximumLength = 65_536

  /// Signs `content`: ECDSA with SHA-256 over the signed attributes content-type and message-digest, with the
  /// certificate inside (RFC 5652 §5.3 and §5.4, RFC 5754 §3.2).
  ///
  /// There is no signing time, so that nothing but the signature's own random number differs between two runs.
  ///
  /// - Parameters:
  ///   - content: the octets to sign, for EF.CardSecurity DER of SecurityInfos.
  ///   - contentType: content octets of the type's object identifier, such as ``securityObject``.
  ///   - certificate: the signer's.
  ///   - key: its private key, in memory or in a token.
  /// - Throws: ``CryptoError/malformed(_:)`` when `key` is not the one of `certificate`, or what the key answers.
  public static func sign(
    content: [UInt8], contentType: [UInt8], certificate: Certificate, key: some ECSigner
  ) throws(CryptoError) -> [UInt8] {
    guard key.publicKey.curve == certificate.publicKey.curve, key.publicKey.point == certificate.publicKey.point else {
      throw .malformed("certificate of another key")
    }
    let attributes = DER.setContent([
      attribute(Identifier.contentType, DER.identifier(contentType)),
      attribute(Identifier.messageDigest, DER.value(0x04, Digest.sha256.hash(content))),
    ])
    // Signed as a SET, sent with the tag [0] (RFC 5652 §5.4).
    let signature = try key.sign(DER.value(0x31, attributes), digest: .sha256)
    let half = signature.count / 2
    let hashAlgorithm = DER.sequence(DER.identifier(Identifier.sha256))
    let signer = DER.sequence(
      DER.integer([1]), try certificate.issuerAndSerial(), hashAlgorithm, DER.value(0xA0, attributes),
      DER.sequence(DER.identifier(Identifier.ecdsaWithSHA256)),
      DER.value(0x04, DER.sequence(DER.integer(signature.prefix(half)), DER.integer(signature.dropFirst(half)))))
    let signedData = DER.sequence(
      DER.integer([3]), DER.value(0x31, hashAlgorithm),
      DER.sequence(DER.identifier(contentType), DER.value(0xA0, DER.value(0x04, content))),
      DER.value(0xA0, certificate.der), DER.value(0x31, signer))
    return DER.sequence(DER.identifier(Identifier.signedData), DER.value(0xA0, signedData))
  }

  /// The content, when its one signer is trusted: its certificate is one of `trusted`, or was issued directly by one of
  /// them that may issue certificates, both valid at `unixTime` seconds.
  public static func verify(
    _ der: [UInt8], contentType: [UInt8], trusted: [Certificate], at unixTime: Int64
  ) throws(SignedDataError) -> [UInt8] {
    let call = PrimitiveCall()
    defer { call.end() }
    let message = try CMSMessage(der: der)
    let content = try message.content(ofType: contentType)
    let signer = try message.onlySigner()
    guard message.isECDSAWithSHA256(signer), message.attributesName(contentType, signer) else { throw .unsupported }
    let certificate = try message.certificate(of: signer, others: trusted)
    try requireTrust(in: certificate, trusted: trusted, at: unixTime)
    guard message.isSigned(signer, by: certificate.x509) else { throw .wrongSignature }
    return content
  }

  /// The content as it is: neither the signature nor who made it is looked at.
  public static func content(of der: [UInt8], contentType: [UInt8]) throws(SignedDataError) -> [UInt8] {
    try CMSMessage(der: der).content(ofType: contentType)
  }

  /// The content when the signature is right by the certificate that came with it, whoever that is of and whatever the
  /// algorithm: proves that nothing was changed by accident, not who made it. For tests with foreign examples.
  static func contentSignedByAnyone(_ der: [UInt8], contentType: [UInt8]) throws(SignedDataError) -> [UInt8] {
    let message = try CMSMessage(der: der)
    let content = try message.content(ofType: contentType)
    let signer = try message.onlySigner()
    guard message.attributesName(contentType, signer) else { throw .unsupported }
    guard try message.isSignedByIncludedCertificate(signer) else { throw .wrongSignature }
    return content
  }

  private static func requireTrust(
    in certificate: Certificate, trusted: [Certificate], at unixTime: Int64
  ) throws(SignedDataError) {
    if trusted.contains(where: { $0.der == certificate.der }) {
      guard certificate.isValid(at: unixTime) else { throw .notValidNow }
      return
    }
    let issuers = trusted.filter { $0.isAuthority && certificate.isIssued(by: $0) }
    guard !issuers.isEmpty else { throw .untrusted }
    guard certificate.isValid(at: unixTime), issuers.contains(where: { $0.isValid(at: unixTime) }) else {
      throw .notValidNow
    }
  }

  /// Attribute ::= SEQUENCE { type, SET OF value } with one value (RFC 5652 §5.3).
  private static func attribute(_ type: [UInt8], _ value: [UInt8]) -> [UInt8] {
    DER.sequence(DER.identifier(type), DER.value(0x31, value))
  }

  /// Content octets of object identifiers.
  private enum Identifier {
    /// 1.2.840.113549.1.7.2
    static let signedData: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]
    /// 1.2.840.113549.1.9.3
    static let contentType: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03]
    /// 1.2.840.113549.1.9.4
    static let messageDigest: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04]
    /// 2.16.840.1.101.3.4.2.1
    static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
    /// 1.2.840.10045.4.3.2
    static let ecdsaWithSHA256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
  }
}
