public import CardApplication
public import CardCrypto
public import ISO7816
public import SecureChannel

/// Whom a card trusts, and who vouches for it.
public struct CardTrust: Sendable {
  /// The CVCA's certificate: the card's first trust anchor.
  public let anchor: CVCertificate
  /// The issuer's certificate, in whose name EF.CardSecurity is signed.
  public let issuer: Certificate

  /// From its parts.
  public init(anchor: CVCertificate, issuer: Certificate) {
    self.anchor = anchor
    self.issuer = issuer
  }
}

/// Makes cards over SCP03: keys, secrets, files, the payout key generated on the card and its certificate.
public struct Personaliser: Sendable {
  private let custodian: any KeyCustodian
  private(set) var profile: CardProfile
  private let completionKey: IssuerKey
  private let trust: CardTrust
  private let transportKey: [UInt8]
  private let transportVersion: UInt8
  let random: any RandomSource
  /// Is told of every command of ``personalise(_:_:job:)`` but those that open a secure channel.
  public var observer: (@Sendable (PersonalisationStep) -> Void)?

  /// A personaliser for one profile.
  ///
  /// - Parameters:
  ///   - completionKey: the centre's key whose completions the card obeys.
  ///   - trust: whom the card trusts, and in whose name its own key is signed.
  ///   - transportKey: the static key fresh cards come with, and its version.
  public init(
    custodian: any KeyCustodian, profile: CardProfile, completionKey: IssuerKey, trust: CardTrust,
    transportKey: [UInt8], transportVersion: UInt8, random: any RandomSource = SystemRandom()
  ) {
    self.custodian = custodian
    self.profile = profile
    self.completionKey = completionKey
    self.trust = trust
    self.transportKey = transportKey
    self.transportVersion = transportVersion
    self.random = random
  }

  /// The same for a person's own kind of card. An adult's is what this one was made for.
  func making(_ kind: ApplicantProfile) throws -> Personaliser {
    guard kind != .adult, let profile = try CardProfile.named(kind.rawValue) else { return self }
    var other = self
    other.profile = profile
    return other
  }

  /// Makes one card from a fresh one. A card on which this fails half-way is not usable and can be started again
  /// only while its application is not complete.
  ///
  /// - Parameter job: what this is part of; the sessions with the card count towards its budget.
  public func personalise(
    _ channel: any CardChannel, _ order: PersonalisationOrder, job: String = ""
  ) async throws(PersonalisationError) -> PersonalisedCard {
    guard order.lastDay(profile) != nil else { throw .outgrown }
    return try await personalise(channel, job: job) { _ in order }.card
  }

  /// Makes one card from a fresh one. `begin` is told the chip's key diversification data before the chip is
  /// authenticated to, and says what to put on it: whatever has to be on disk by then is its business.
  public func personalise(
    _ channel: any CardChannel, job: String = "",
    begin: @Sendable (_ serial: [UInt8]) async throws -> PersonalisationOrder
  ) async throws(PersonalisationError) -> (card: PersonalisedCard, order: PersonalisationOrder) {
    _ = try await send(
      channel, "SELECT",
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256))
    let (session, card, counter, order) = try await open(channel, job: job, begin)
    try await install(session)
    let (secrets, payout, chipPoint) = try await storeFirst(session, card, order)
    let certificate = try await storeLast(session, order, payout, chipPoint)
    for state: UInt8 in [0x07, 0x0F] {
      _ = try await send(session, "SET STATUS", CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: state))
    }
    let made = PersonalisedCard(
      cardNumber: order.cardNumber, serial: card.serial, sequenceCounter: counter, keyVersion: card.generation,
      certificate: certificate,
      secrets: secrets)
    return (made, order)
  }

  /// Opens the domain: with the card's own keys when a try before this one has already put them there, else with the
  /// transport keys, which are then replaced.
  private func open(
    _ channel: any CardChannel, job: String, _ begin: @Sendable (_ serial: [UInt8]) async throws -> PersonalisationOrder
  ) async throws(PersonalisationError) -> (SCP03Host, CardKeyReference, counter: UInt32, PersonalisationOrder) {
    let update = try await initialize(channel)
    let isOurs = custodian.generations.contains(update.keyVersion)
    guard isOurs || update.keyVersion == transportVersion else { throw .notFresh }
    let order: PersonalisationOrder
    do {
      order = try await begin(update.diversificationData)
    } catch {
      throw .notBegun(error)
    }
    if isOurs {
      let card = reference(update, update.keyVersion)
      return (try await authenticate(channel, update, card, job), card, update.sequenceCounter ?? 0, order)
    }
    let card = reference(update, custodian.generation)
    let transport = SCP03KeySet(
      version: transportVersion, encryption: SecretBytes(transportKey), mac: SecretBytes(transportKey),
      dataEncryption: SecretBytes(transportKey))
    let first: SCP03Host
    do {
      first = try await SCP03Host.open(channel, answering: update, keys: transport)
    } catch {
      throw .secureChannel(error)
    }
    try await putKeys(first, card, under: transport.dataEncryption, job)
    let second = try await initialize(channel)
    return (try await authenticate(channel, second, card, job), card, second.sequenceCounter ?? 0, order)
  }

  private func reference(_ update: SCP03InitializeUpdate, _ generation: UInt8) -> CardKeyReference {
    CardKeyReference(
      generation: generation, length: profile.policy.scp03KeyLength, serial: update.diversificationData)
  }

  private func initialize(_ channel: any CardChannel) async throws(PersonalisationError) -> SCP03InitializeUpdate {
    do {
      return try await SCP03Host.initialize(channel, mode: profile.policy.scp03Mode, random: random)
    } catch {
      throw .secureChannel(error)
    }
  }

  private func authenticate(
    _ channel: any CardChannel, _ update: SCP03InitializeUpdate, _ card: CardKeyReference, _ job: String
  ) async throws(PersonalisationError) -> SCP03Host {
    let session: SCP03SessionKeys
    do {
      session = try custodian.sessionKeys(card, answering: update.challenge, job: job)
    } catch KeyCustodianError.wrongKeys {
      throw .secureChannel(.wrongKeys)
    } catch {
      throw .custodian(error)
    }
    do {
      return try await SCP03Host.open(channel, answering: update, session: session)
    } catch {
      throw .secureChannel(error)
    }
  }

  /// PUT KEY with the card's three keys (GPC Amendment D §7.2); the card proves each by its check value.
  private func putKeys(
    _ session: SCP03Host, _ card: CardKeyReference, under key: borrowing SecretBytes, _ job: String
  ) async throws(PersonalisationError) {
    let data: CardKeyData
    do {
      data = try custodian.keyData(card, under: key, job: job)
    } catch {
      throw .custodian(error)
    }
    let answer = try await send(
      session, "PUT KEY",
      CommandAPDU(cla: 0x80, ins: 0xD8, p1: transportVersion, p2: 0x81, data: data.command, expectedLength: 256))
    guard answer == data.answer else { throw .malformedAnswer(step: "PUT KEY") }
  }

  private func install(_ session: SCP03Host) async throws(PersonalisationError) {
    let name = ApplicationName.payout
    _ = try await send(
      session, "INSTALL [for personalization]",
      CommandAPDU(
        cla: 0x80, ins: 0xE6, p1: 0x20, data: [0, 0, UInt8(name.count)] + name + [0, 0, 0], expectedLength: 256))
  }

  /// Everything that is known before the card has keys, and the making of these: one STORE DATA.
  private func storeFirst(
    _ session: SCP03Host, _ card: CardKeyReference, _ order: PersonalisationOrder
  ) async throws(PersonalisationError) -> (PrintedSecrets, payout: ECPublicKey, chipPoint: [UInt8]) {
    let secrets: PrintedSecrets
    let challenge: [UInt8]
    do {
      secrets = PrintedSecrets(
        can: try random.digits(profile.canLength), pin: try random.digits(Int(profile.policy.transportPINLength)),
        puk: try random.digits(Int(profile.policy.pukLength)))
      challenge = try random.bytes(PayoutKeyProof.challengeLength)
    } catch {
      throw .custodian(error)
    }
    let certificateKey = IssuerKey(
      use: .certificate, validFrom: completionKey.validFrom, point: custodian.certificateKey.point)
    let answer = try await store(
      session,
      [
        (.policy, profile.policy.bytes), (.trustAnchor, trust.anchor.bytes), (.issuerKey, completionKey.bytes),
        (.issuerKey, certificateKey.bytes), (.can, try encrypted(secrets.can, card)),
        (.pin, try encrypted(secrets.pin, card)), (.puk, try encrypted(secrets.puk, card)),
        (.cardInfo, order.cardInfo(profile).bytes), (.holder, order.holder.bytes),
        (.generatePayoutKey, [0x01] + challenge), (.generateChipKey, [0x01]),
      ])
    guard let keys = PayoutKeyProof.keys(answer, challenge: challenge) else { throw .malformedAnswer(step: "GENERATE") }
    return (secrets, keys.payout, keys.chipPoint)
  }

  private func encrypted(
    _ secret: borrowing SecretBytes, _ card: CardKeyReference
  ) throws(PersonalisationError) -> [UInt8] {
    do {
      return try custodian.encrypt(secret, for: card)
    } catch {
      throw .custodian(error)
    }
  }

  /// What rests on the card's keys, and the end: the photo alone, for its size, then one STORE DATA.
  private func storeLast(
    _ session: SCP03Host, _ order: PersonalisationOrder, _ payout: ECPublicKey, _ chipPoint: [UInt8]
  ) async throws(PersonalisationError) -> Certificate {
    let certificate: Certificate
    do {
      certificate = try custodian.certify(
        CertificateRequest(
          subject: order.cardNumber.digits, serial: [0x01] + order.cardNumber.bytes, publicKey: payout,
          notBefore: order.time - Self.certificateLead,
          notAfter: order.time + Int64(profile.validityYears) * 366 * 86_400,
          isAuthority: false))
    } catch {
      throw .custodian(error)
    }
    if !order.photo.isEmpty { try await store(session, [(.photo, order.photo)]) }
    try await store(
      session,
      [(.payoutKeyCertificate, certificate.der), (.cardSecurity, try cardSecurity(chipPoint))]
        + (try identity(order)) + [(.finish, [])])
    return certificate
  }

  /// The key of Chip Authentication is generated on the card; the issuer signs EF.CardSecurity over it.
  private func cardSecurity(_ point: [UInt8]) throws(PersonalisationError) -> [UInt8] {
    let policy = profile.policy
    guard let curve = Curve(rawValue: policy.chipParameterID), curve.isValid(point) else {
      throw .malformedAnswer(step: "GENERATE")
    }
    let variant = ChipAuthenticationParameters(curve: curve, cipher: policy.chipKeyLength)
    let infos = SecurityInfos(
      pace: [.ecdhGM(profile.curve, policy.paceKeyLength)], hasTerminalAuthentication: true,
      chipAuthentication: [variant],
      chipPublicKeys: [ChipAuthenticationPublicKey(curve: curve, point: point, keyID: variant.keyID)])
    do {
      return try custodian.signCardSecurity(infos.bytes, issuer: trust.issuer)
    } catch {
      throw .custodian(error)
    }
  }

  private func identity(
    _ order: PersonalisationOrder
  ) throws(PersonalisationError) -> [(DataGrouping, [UInt8])] {
    guard let identity = order.identity else { return [] }
    do {
      let groups = try identity.dataGroups.filter { profile.applications.dataGroups.contains($0.key) }
      guard !groups.isEmpty else { return [] }
      return [(.identity, groups.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap(\.value))]
    } catch {
      throw .identity(error)
    }
  }

  private static let confidential: Set<DataGrouping> = [.can, .pin, .puk, .holder, .identity, .photo]

  @discardableResult
  private func store(
    _ session: SCP03Host, _ groupings: [(DataGrouping, [UInt8])]
  ) async throws(PersonalisationError) -> [UInt8] {
    let names = groupings.map { [UInt8](bigEndian: $0.0.rawValue, width: 2).hex }
    // P1 81: last block, an answer may follow (GlobalPlatform 2.3 §11.11).
    return try await send(
      session, "STORE DATA " + names.joined(separator: " "),
      CommandAPDU(
        cla: 0x80, ins: 0xE2, p1: 0x81, data: groupings.flatMap { $0.0.encode($0.1) }, expectedLength: 256),
      isConfidential: groupings.contains { Self.confidential.contains($0.0) })
  }

  private func send(
    _ channel: any CardChannel, _ step: String, _ command: CommandAPDU, isConfidential: Bool = false
  ) async throws(PersonalisationError) -> [UInt8] {
    let response: ResponseAPDU
    do {
      response = try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
    observer?(
      PersonalisationStep(
        name: step, command: command, isProtected: channel is SCP03Host,
        isConfidential: isConfidential || command.ins == 0xD8, response: response))
    guard response.status.isSuccess else { throw .refused(step: step, status: response.status) }
    return response.data
  }
}
