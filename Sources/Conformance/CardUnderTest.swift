import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// The card with everything that checks need to talk to it: throw-away keys, what was put on it, and its secrets.
final class CardUnderTest {
  /// Which password opens a session.
  enum Password { case can, pin, puk, transport }

  let card: any ConformanceCard
  let profile: CardProfile
  let authority: ConformanceAuthority
  let completionKey: ECPrivateKey
  let issuer: Certificate
  let personaliser: Personaliser
  /// Who derives the keys of the card's SCP03 sessions.
  let sessions: any CardSessionSource
  let order: PersonalisationOrder
  let transportKey: SecretBytes
  let transportVersion: UInt8
  /// Unix seconds.
  let time: Int64
  let random: any RandomSource = SystemRandom()
  var made: PersonalisedCard?
  /// Generation of the PIN in use.
  var generation: UInt16 = 1
  /// Certificates since the last completion, each of which has taken a slot of the log.
  var unacknowledged = 0
  /// Uses of the PUK so far.
  var pukUses = 0
  /// What each session may do, once it was looked at.
  var survey: AccessSurvey?
  private var pin: SecretBytes

  var policy: CardPolicy { profile.policy }

  init(
    _ card: any ConformanceCard, profile: CardProfile, transportKey: borrowing SecretBytes, transportVersion: UInt8,
    time: Int64
  ) throws {
    self.card = card
    self.profile = profile
    self.time = time
    self.transportKey = transportKey.copy()
    self.transportVersion = transportVersion
    let custodian = try MemoryCustodian(length: profile.policy.scp03KeyLength, random: random)
    sessions = CustodianSessions(custodian, length: profile.policy.scp03KeyLength)
    authority = try ConformanceAuthority(
      Curve(rawValue: profile.policy.chipParameterID) ?? .p256, time: time)
    completionKey = try ECPrivateKey(generate: .p256)
    issuer = try custodian.certify(
      CertificateRequest(
        subject: custodian.issuerName, serial: [1], publicKey: custodian.certificateKey, notBefore: time - 86_400,
        notAfter: time + 20 * 366 * 86_400, isAuthority: true))
    personaliser = Personaliser(
      custodian: custodian, profile: profile,
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: time), point: completionKey.publicKey.point),
      trust: CardTrust(anchor: authority.anchor, issuer: issuer), transportKey: transportKey.withOctets { $0 },
      transportVersion: transportVersion)
    order = try Self.order(profile, time, random)
    pin = try random.digits(Int(profile.policy.pinLength))
  }

  private static func order(
    _ profile: CardProfile, _ time: Int64, _ random: any RandomSource
  ) throws -> PersonalisationOrder {
    let sequence = (try random.bytes(4)).bigEndianValue ?? 1
    let year = CardDate(unixTime: time).yyyymmdd / 10_000
    // A child's card is for one born this year.
    let birthday: UInt32 = profile.life.untilAge == nil ? 19_520_517 : year * 10_000 + 101
    guard let number = CardNumber(sequence: sequence), let birth = CardDate(yyyymmdd: birthday),
      let until = CardDate(yyyymmdd: (year + UInt32(profile.validityYears)) * 10_000 + 1_231)
    else { throw CryptoError.malformed("order") }
    var identity = EIDContent(
      familyNames: "Trần", givenNames: "Thị Kiểm Thử", sex: .female, dateOfBirth: birth,
      dateOfIssuance: CardDate(unixTime: time), dateOfExpiry: until)
    if profile.applications.dataGroups.contains(.phoneNumber) {
      identity.phoneNumber = EIDContent.telephoneURI(national: "0900000000")
    }
    return PersonalisationOrder(
      cardNumber: number,
      holder: Holder(name: "Trần Thị Kiểm Thử", asciiName: "TRAN THI KIEM THU", birthDate: birth), province: 79,
      time: time, identity: identity)
  }

  /// The PIN that the holder has.
  func holderPIN() -> SecretBytes { pin.copy() }

  /// A PIN that is not the holder's.
  func otherPIN() -> SecretBytes {
    SecretBytes(pin.withOctets { octets in octets.map { 0x30 + ($0 - 0x30 + 1) % 10 } })
  }

  /// The holder has chosen a new PIN.
  func took(_ newPIN: consuming SecretBytes) {
    pin = newPIN
    generation += 1
  }

  /// The card as it was made; without one a check is skipped, never passed.
  func personalised() throws -> PersonalisedCard {
    guard let made else {
      throw ConformanceSkip(
        reason: BilingualText(vi: "Thẻ chưa được cá thể hóa.", en: "The card was not personalised."))
    }
    return made
  }

  func secrets() throws -> PrintedSecrets { try personalised().secrets }

  /// The card's number.
  func number() -> CardNumber { order.cardNumber }

  /// The key that the card's signatures are checked with.
  func payoutKey() throws -> ECPublicKey { try personalised().certificate.publicKey }

  var parameters: PACEParameters { .ecdhGM(profile.curve, policy.paceKeyLength) }
  var chipTrust: TerminalAccess.ChipTrust { TerminalAccess.ChipTrust(issuers: [issuer], time: time) }
}

/// Sessions.
extension CardUnderTest {
  static func reference(_ password: Password) -> PACEPasswordReference {
    switch password {
    case .can: .can
    case .pin, .transport: .pin
    case .puk: .puk
    }
  }

  func secret(_ password: Password) throws -> SecretBytes {
    switch password {
    case .can: try secrets().can.copy()
    case .pin: holderPIN()
    case .puk: try secrets().puk.copy()
    case .transport: try secrets().pin.copy()
    }
  }

  /// A session on the freshly reset card.
  func open(_ password: Password, _ terminal: TerminalAccess? = nil) async throws -> OpenedCard {
    let secret = try secret(password)
    return try await OpenedCard.open(
      try await card.channel(), Self.reference(password), password: secret, parameters: parameters, terminal: terminal)
  }

  /// PACE by hand with the freshly reset card.
  func pace() async throws -> HandPACE { HandPACE(try await card.channel(), parameters) }

  /// A session by hand.
  func handSession(_ password: Password = .can) async throws -> HandSession {
    let pace = try await pace()
    let secret = try secret(password)
    _ = try await pace.agree(Self.reference(password), secret)
    try expect("PACE", try await pace.sendToken(), .success)
    return try pace.session()
  }

  /// A terminal with these rights that asks for all of them.
  func terminal(
    _ payout: PayoutRights = .online, _ rights: AuthenticationTerminalRights = []
  ) throws -> TerminalAccess {
    .payout(try authority.terminal(rights, payout))
  }

  /// The payout application, selected in a session.
  func payout(_ password: Password = .pin, _ terminal: TerminalAccess? = nil) async throws -> PayoutApplication {
    let opened = try await open(password, terminal)
    return PayoutApplication(session: try await opened.payout(), channel: opened.channel, opened: opened)
  }

  /// The same with the PIN and a terminal that may pay online.
  func desk(_ rights: PayoutRights = .online) async throws -> PayoutApplication {
    try await payout(.pin, try terminal(rights))
  }
}

/// The payout application in a session.
struct PayoutApplication {
  let session: CardSession
  let channel: any CardChannel
  let opened: OpenedCard

  func send(_ command: CommandAPDU) async throws -> ResponseAPDU { try await channel.transmit(command) }

  /// AUTHORISE PAYOUT with any octets.
  func authorise(_ order: [UInt8], p1: UInt8 = 1, p2: UInt8 = 0, ne: Int? = 65_536) async throws -> ResponseAPDU {
    try await send(
      CommandAPDU(
        cla: 0x80, ins: PayoutCommand.authorise.rawValue, p1: p1, p2: p2, data: order, expectedLength: ne))
  }

  /// COMPLETE PAYOUT with any octets.
  func complete(_ body: [UInt8], p1: UInt8 = 0, ne: Int? = 65_536) async throws -> ResponseAPDU {
    try await send(
      CommandAPDU(cla: 0x80, ins: PayoutCommand.complete.rawValue, p1: p1, data: body, expectedLength: ne))
  }

  /// READ BINARY of a short file identifier.
  func read(_ identifier: UInt8) async throws -> ResponseAPDU {
    try await send(CommandAPDU(ins: 0xB0, p1: 0x80 | identifier, expectedLength: 65_536))
  }
}
