import CardCrypto

/// The keys of an issuer that exists for one run, in memory only.
final class MemoryCustodian: KeyCustodian {
  private let master: Master
  private let certificate: ECPrivateKey
  private let random: any RandomSource
  let issuerName = "Conformance"
  let generations: [UInt8] = [1]

  /// Fresh keys; the master is as long as the card keys that are derived from it.
  init(length: AESKeyLength, random: any RandomSource) throws {
    master = Master(try random.secret(length.rawValue))
    certificate = try ECPrivateKey(generate: .p256, random: random)
    self.random = random
  }

  var certificateKey: ECPublicKey { certificate.publicKey }

  // The keys are gone with the run, so that no budget has to be kept for them.
  func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys {
    try master.sessionKeys(card, answering: challenge)
  }

  func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session {
    try master.predictedSession(card, prediction)
  }

  func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes) throws -> CardKeyData {
    try master.keyData(card, under: key, random: random)
  }

  func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try master.keyData(card, replacing: old, random: random)
  }

  func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    try master.encrypt(secret, for: card)
  }

  func certify(_ request: CertificateRequest) throws -> Certificate {
    try Certificate.issue(request, issuer: issuerName, key: certificate)
  }

  func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: issuer, key: certificate)
  }
}

/// One master of one generation and length.
private final class Master: CardKeySource {
  private let octets: SecretBytes

  init(_ octets: consuming SecretBytes) { self.octets = octets }

  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes {
    guard card.generation == 1, card.length.rawValue == octets.count else {
      throw KeyCustodianError.noMaster(generation: card.generation, length: card.length)
    }
    return try CardKeyDiversification.derive(master: octets, purpose: purpose, data: card.serial)
  }
}
