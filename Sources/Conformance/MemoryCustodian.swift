import CardCrypto

/// The keys of an issuer that exists for one run, in memory only.
final class MemoryCustodian: KeyCustodian {
  private let master: SecretBytes
  private let certificate: ECPrivateKey
  let issuerName = "Conformance"

  /// Fresh keys; the master is as long as the card keys that are derived from it.
  init(length: AESKeyLength, random: any RandomSource) throws {
    master = try random.secret(length.rawValue)
    certificate = try ECPrivateKey(generate: .p256, random: random)
  }

  var certificateKey: ECPublicKey { certificate.publicKey }

  func cardKey(
    _ purpose: CardKeyDiversification.Purpose, length: AESKeyLength, data: [UInt8]
  ) throws -> SecretBytes {
    try CardKeyDiversification.derive(master: master, purpose: purpose, data: data)
  }

  func certify(_ request: CertificateRequest) throws -> Certificate {
    try Certificate.issue(request, issuer: issuerName, key: certificate)
  }

  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: issuer, key: certificate)
  }
}
