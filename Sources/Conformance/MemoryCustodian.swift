public import CardApplication
public import CardCrypto
public import Issuance

/// The keys of an issuer that exists for one run, in memory only: for acceptance tests and dry runs.
public final class MemoryCustodian: KeyCustodian {
  private let master: Master
  private let certificate: ECPrivateKey
  private let random: any RandomSource
  /// A name that no issuer has.
  public let issuerName = "Conformance"
  /// The one generation there is.
  public let generations: [UInt8] = [1]

  /// Fresh keys; the master is as long as the card keys that are derived from it.
  public init(length: AESKeyLength, random: any RandomSource) throws {
    master = Master(try random.secret(length.rawValue))
    certificate = try ECPrivateKey(generate: .p256, random: random)
    self.random = random
  }

  /// Of this run only.
  public var certificateKey: ECPublicKey { certificate.publicKey }

  /// As asked; without a budget, for the keys are gone with the run.
  public func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys {
    try master.sessionKeys(card, answering: challenge)
  }

  /// As asked.
  public func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session {
    try master.predictedSession(card, prediction)
  }

  /// As asked.
  public func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes, job: String) throws -> CardKeyData {
    try master.keyData(card, under: key, random: random)
  }

  /// As asked.
  public func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try master.keyData(card, replacing: old, random: random)
  }

  /// As asked.
  public func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    try master.encrypt(secret, for: card)
  }

  /// Signed with the run's own key.
  public func certify(_ request: CertificateRequest) throws -> Certificate {
    try Certificate.issue(request, issuer: issuerName, key: certificate)
  }

  /// Signed with the run's own key.
  public func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: issuer, key: certificate)
  }
}

extension MemoryCustodian {
  /// Whom cards of this run trust: a CVCA that nobody has the key of, and this custodian's self-signed certificate.
  public func trust(_ profile: CardProfile, time: Int64) throws -> CardTrust {
    let issuer = try certify(
      CertificateRequest(
        subject: issuerName, serial: [1], publicKey: certificateKey, notBefore: time - 300,
        notAfter: time + 730 * 86_400, isAuthority: true))
    return CardTrust(anchor: try ConformanceAuthority(profile.curve, time: time).anchor, issuer: issuer)
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
