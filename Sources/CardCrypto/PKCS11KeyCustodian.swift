/// A custodian whose masters and certificate keys are in a token and never leave it.
///
/// PKCS #11 modules have no mechanism for SP 800-108 in counter mode with CMAC that can be relied on (SoftHSM has
/// none), so that the token computes the CMACs of which a card's static keys consist, and those keys are in memory here
/// while session keys are derived from them, no longer.
///
/// A session with the token that is lost stays lost, and every call throws ``PKCS11Error/lost(function:code:)`` from
/// then on: open the token and a custodian anew. Nothing is half done by then, for nothing is kept here and the token
/// does whole operations only.
public struct PKCS11KeyCustodian: ManagedKeyCustodian {
  private let masters: TokenMasters
  private let certificates: [UInt8: PKCS11Key]
  private let certificateGeneration: UInt8
  private let newest: PKCS11Key
  private let budget: any SessionBudget
  private let random: any RandomSource
  /// The issuer's name in certificates.
  public let issuerName: String
  /// The generations of masters, oldest first.
  public let generations: [UInt8]

  /// The label of a key in the token.
  public static func label(_ name: IssuerKeyName) -> String { "ansinh-" + name.text }

  /// The issuer's keys that are in `token`, in no order.
  public static func names(in token: PKCS11Token) throws(PKCS11Error) -> [IssuerKeyName] {
    (try token.secretLabels() + token.keyLabels()).compactMap { label in
      label.hasPrefix("ansinh-") ? IssuerKeyName(String(label.dropFirst(7))) : nil
    }
  }

  /// With the keys `names` of `token`.
  ///
  /// - Parameters:
  ///   - names: the keys in use; others that are in the token are not touched.
  ///   - budget: asked before session keys are given.
  /// - Throws: ``PKCS11Error``; ``KeyCustodianError`` for names without a master or a certificate key.
  public init(
    _ token: PKCS11Token, names: [IssuerKeyName], issuerName: String,
    budget: any SessionBudget = MemorySessionBudget(), random: any RandomSource = SystemRandom()
  ) throws {
    var secrets: [IssuerKeyName: PKCS11Secret] = [:]
    var certificates: [UInt8: PKCS11Key] = [:]
    for name in names {
      switch name {
      case .master: secrets[name] = try token.secret(label: Self.label(name))
      case .certificate(let generation): certificates[generation] = try token.key(label: Self.label(name))
      }
    }
    guard !secrets.isEmpty else { throw KeyCustodianError.noMaster(generation: 1, length: .aes128) }
    guard let generation = certificates.keys.max(), let newest = certificates[generation] else {
      throw KeyCustodianError.noCertificateKey(generation: 1)
    }
    (certificateGeneration, self.newest, self.certificates) = (generation, newest, certificates)
    generations = Set(secrets.keys.map(\.generation)).sorted()
    masters = TokenMasters(secrets: secrets)
    self.budget = budget
    self.random = random
    self.issuerName = issuerName
  }

  /// Makes fresh keys in the token, which nobody has ever seen. On a failure those that were made are taken away again,
  /// as far as the token still answers.
  public static func generate(_ names: [IssuerKeyName], in token: PKCS11Token) throws {
    try fill(names, token) { name in
      switch name {
      case .master(let length, _): _ = try token.generateSecret(label: label(name), length: length)
      case .certificate: _ = try token.generateKey(label: label(name), curve: .p256)
      }
    }
  }

  /// Puts keys into the token, from where they can't be read any more.
  public static func put(_ material: IssuerKeyMaterial, in token: PKCS11Token) throws {
    try fill(material.names, token) { name in
      switch name {
      case .master: _ = try token.importSecret(label: label(name), try material.records.secret(name.text))
      case .certificate: _ = try token.importKey(label: label(name), try material.certificateKey(name))
      }
    }
  }

  static func fill(
    _ names: [IssuerKeyName], _ token: PKCS11Token, _ make: (IssuerKeyName) throws -> Void
  ) throws {
    let present = Set(try self.names(in: token))
    for name in names where present.contains(name) { throw PKCS11Error.keyExists(label: label(name)) }
    var made: [IssuerKeyName] = []
    do {
      for name in names {
        try make(name)
        made.append(name)
      }
    } catch {
      // The first failure is the one to tell; a token that is gone keeps what it has, which no office names.
      for name in made { try? token.removeKeys(label: label(name)) }
      throw error
    }
  }

  /// The public key that payout-key certificates are checked with.
  public var certificateKey: ECPublicKey { newest.publicKey }

  /// The public halves by generation.
  public var certificateKeys: [UInt8: ECPublicKey] { certificates.mapValues(\.publicKey) }

  /// Computed by the token.
  public func checkValues() throws -> [KeyCheckValue] {
    var values = certificates.map { generation, key in
      KeyCheckValue(name: .certificate(generation: generation), point: key.publicKey.point)
    }
    for (name, secret) in masters.secrets {
      let tag = try secret.cmac(KeyCheckValue.message)
      values.append(KeyCheckValue(name: name, octets: tag.withOctets { Array($0.prefix(3)) }))
    }
    return values.ordered
  }

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

/// Masters in a token.
private struct TokenMasters: CardKeySource {
  let secrets: [IssuerKeyName: PKCS11Secret]

  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes {
    guard let secret = secrets[.master(card.length, generation: card.generation)] else {
      throw KeyCustodianError.noMaster(generation: card.generation, length: card.length)
    }
    let length = card.length.rawValue
    var key: [UInt8] = []
    key.reserveCapacity(2 * AES.blockLength)
    for block in CardKeyDiversification.blocks(purpose: purpose, data: card.serial, length: length) {
      let tag = try secret.cmac(block)
      tag.withUnsafeBytes { key += $0.prefix(length - key.count) }
    }
    return SecretBytes(taking: &key)
  }
}
