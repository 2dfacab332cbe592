internal import Foundation

/// A custodian in a ``KeyFile``: for tests, the demonstration and small pilots, where a token would be in service.
public struct SoftwareKeyCustodian: ManagedKeyCustodian {
  private let masters: FileMasters
  private let certificates: [UInt8: ECPrivateKey]
  private let certificateGeneration: UInt8
  private let newest: ECPrivateKey
  private let budget: any SessionBudget
  private let random: any RandomSource
  /// The issuer's name in certificates.
  public let issuerName: String
  /// The generations of masters, oldest first.
  public let generations: [UInt8]

  /// Opens the plain key file at `path`, or makes one with fresh masters of every length and a fresh P-256 certificate
  /// key.
  ///
  /// - Parameter budget: asked before session keys are given.
  public init(
    path: String, issuerName: String, budget: any SessionBudget = MemorySessionBudget(),
    random: any RandomSource = SystemRandom()
  ) throws {
    let names = IssuerKeyName.masters(1) + [.certificate(generation: 1)]
    let file =
      FileManager.default.fileExists(atPath: path)
      ? try KeyFile(opening: path)
      : try KeyFile(creating: path, try IssuerKeyMaterial(fresh: names, random: random).records)
    try self.init(file, issuerName: issuerName, budget: budget, random: random)
  }

  /// With the keys of an opened file.
  ///
  /// - Throws: ``KeyCustodianError`` for a file without a master or a certificate key.
  public init(
    _ file: KeyFile, issuerName: String, budget: any SessionBudget = MemorySessionBudget(),
    random: any RandomSource = SystemRandom()
  ) throws {
    let material = IssuerKeyMaterial(file.records)
    var certificates: [UInt8: ECPrivateKey] = [:]
    var generations: Set<UInt8> = []
    for name in material.names {
      switch name {
      case .master(_, let generation): generations.insert(generation)
      case .certificate(let generation): certificates[generation] = try material.certificateKey(name)
      }
    }
    guard !generations.isEmpty else { throw KeyCustodianError.noMaster(generation: 1, length: .aes128) }
    guard let generation = certificates.keys.max(), let newest = certificates[generation] else {
      throw KeyCustodianError.noCertificateKey(generation: 1)
    }
    (certificateGeneration, self.newest, self.certificates) = (generation, newest, certificates)
    self.generations = generations.sorted()
    masters = FileMasters(material: material)
    self.budget = budget
    self.random = random
    self.issuerName = issuerName
  }

  /// The public key that payout-key certificates are checked with.
  public var certificateKey: ECPublicKey { newest.publicKey }

  /// The public halves by generation.
  public var certificateKeys: [UInt8: ECPublicKey] { certificates.mapValues(\.publicKey) }

  /// Computed from the keys.
  public func checkValues() throws -> [KeyCheckValue] { try masters.material.checkValues().ordered }

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
  public func keyData(
    _ card: CardKeyReference, under key: borrowing SecretBytes, job: String
  ) throws -> CardKeyData {
    try budget.take(serial: card.serial, job: job)
    return try masters.keyData(card, under: key, random: random)
  }

  /// Encrypted inside.
  public func keyData(_ card: CardKeyReference, replacing old: CardKeyReference) throws -> CardKeyData {
    try masters.keyData(card, replacing: old, random: random)
  }

  /// Encrypted inside.
  public func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    guard try budget.hasTaken(serial: card.serial) else {
      throw SessionBudgetError.noSession(serial: SessionBudgetError.text(card.serial))
    }
    return try masters.encrypt(secret, for: card)
  }

  /// Signed inside, in the issuer's name.
  public func certify(_ request: CertificateRequest) throws -> Certificate {
    try certify(request, generation: certificateGeneration)
  }

  /// Signed inside, in the issuer's name.
  public func certify(_ request: CertificateRequest, generation: UInt8) throws -> Certificate {
    guard let key = certificates[generation] else { throw KeyCustodianError.noCertificateKey(generation: generation) }
    return try Certificate.issue(request, issuer: issuerName, key: key)
  }

  /// Signed inside.
  public func signCardSecurity(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: issuer, key: newest)
  }

  /// Signed inside.
  public func signRecord(_ content: [UInt8], issuer: Certificate) throws -> [UInt8] {
    try SignedData.sign(content: content, contentType: SignedData.data, certificate: issuer, key: newest)
  }
}

/// Masters in memory.
struct FileMasters: CardKeySource {
  let material: IssuerKeyMaterial

  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes {
    let name = IssuerKeyName.master(card.length, generation: card.generation)
    guard material.records.has(name.text) else {
      throw KeyCustodianError.noMaster(generation: card.generation, length: card.length)
    }
    let master = try material.records.secret(name.text)
    return try CardKeyDiversification.derive(master: master, purpose: purpose, data: card.serial)
  }
}

extension [KeyCheckValue] {
  /// Masters first, oldest first, shortest first.
  var ordered: [KeyCheckValue] {
    func rank(_ name: IssuerKeyName) -> (Int, UInt8, Int) {
      switch name {
      case .master(let length, let generation): (0, generation, length.rawValue)
      case .certificate(let generation): (1, generation, 0)
      }
    }
    return sorted { rank($0.name) < rank($1.name) }
  }
}
