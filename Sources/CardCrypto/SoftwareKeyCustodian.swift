/// A custodian in a ``KeyFile``: for tests, the demonstration and small pilots, where a token would be in service.
public struct SoftwareKeyCustodian: KeyCustodian {
  private let masters: FileMasters
  private let certificate: ECPrivateKey
  private let budget: any SessionBudget
  private let random: any RandomSource
  /// The issuer's name in certificates.
  public let issuerName: String

  /// Opens the key file at `path`, or makes one with fresh masters of every length and a fresh P-256 certificate key.
  ///
  /// - Parameter budget: asked before session keys are given.
  public init(
    path: String, issuerName: String, budget: any SessionBudget = MemorySessionBudget(),
    random: any RandomSource = SystemRandom()
  ) throws {
    let file = try KeyFile(path: path) { content throws(CryptoError) in
      content.add("master", try random.secret(16))
      content.add("certificate", try Curve.p256.randomScalar(random))
      for length in [AESKeyLength.aes192, .aes256] {
        content.add(FileMasters.name(length), try random.secret(length.rawValue))
      }
    }
    _ = try file.secret(FileMasters.name(.aes128))
    certificate = try ECPrivateKey(.p256, scalar: try file.secret("certificate"))
    masters = FileMasters(file: file)
    self.budget = budget
    self.random = random
    self.issuerName = issuerName
  }

  /// The public key that payout-key certificates are checked with.
  public var certificateKey: ECPublicKey { certificate.publicKey }

  /// There is one.
  public var generations: [UInt8] { [1] }

  /// Derived inside.
  public func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge, job: String
  ) throws -> SCP03SessionKeys {
    try budget.take(serial: card.serial, job: job)
    return try masters.sessionKeys(card, answering: challenge)
  }

  /// Derived inside.
  public func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction, job: String
  ) throws -> PredictedSCP03Session {
    try budget.take(serial: card.serial, job: job)
    return try masters.predictedSession(card, prediction)
  }

  /// Encrypted inside.
  public func keyData(_ card: CardKeyReference, under key: borrowing SecretBytes) throws -> CardKeyData {
    try masters.keyData(card, under: key, random: random)
  }

  /// Encrypted inside.
  public func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try masters.keyData(card, replacing: old, random: random)
  }

  /// Encrypted inside.
  public func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    try masters.encrypt(secret, for: card)
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

/// Masters in a key file: one for each length of card keys, as long as they are, so that no card key is weaker than it
/// is long and none tells of another.
struct FileMasters: CardKeySource {
  let file: KeyFile

  /// The name of the master for card keys of `length`.
  static func name(_ length: AESKeyLength) -> String {
    length == .aes128 ? "master" : "master-\(length.rawValue * 8)"
  }

  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes {
    guard card.generation == 1 else {
      throw KeyCustodianError.noMaster(generation: card.generation, length: card.length)
    }
    let master = try file.secret(Self.name(card.length))
    return try CardKeyDiversification.derive(master: master, purpose: purpose, data: card.serial)
  }
}
