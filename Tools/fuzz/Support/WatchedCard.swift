import CardApplication
import CardCrypto
public import CardTerminal
import CardTestSupport
public import ISO7816
public import SecureChannel

@testable public import SoftCard

/// A software card whose every answer is checked against what it has stored.
///
/// Of each command: two octets of answer or more; what is stored is what the card has in memory, and opens as the same
/// card again; a refused command has changed nothing that is stored but what it cost. ``CardWatch`` checks what each
/// plain command does.
public actor WatchedCard: CardChannel {
  private let card: SoftCard
  private let storage: any CardStorage
  private let random = SeededRandom(seed: FuzzCard.seed + 1)
  /// What the card keeps through a loss of power.
  public private(set) var stored: [UInt8]

  /// A card with `stored`, or a fresh one.
  public init(stored: [UInt8]?, lengthFields: SoftCard.LengthFields = .extended) async throws {
    let storage = MemoryCardStorage()
    if let stored { try storage.replace(SecretBytes(stored)) }
    self.storage = storage
    card = try SoftCard(storage: storage, lengthFields: lengthFields, random: SeededRandom(seed: FuzzCard.seed))
    self.stored = try Self.octets(storage)
    await card.setWatch(CardWatch())
  }

  private static func octets(_ storage: any CardStorage) throws -> [UInt8] {
    guard let secret = try storage.load() else { return [] }
    return secret.withOctets { $0 }
  }

  /// Hands a command over, as a reader would.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do {
      return try ResponseAPDU(parsing: await send(command.bytes))
    } catch {
      throw .malformedResponse(error)
    }
  }

  /// Hands octets over and checks what came of it.
  public func send(_ octets: [UInt8]) async -> [UInt8] {
    Fuzz.trace(octets.hex)
    let answer = await card.process(octets)
    Fuzz.trace("→ \(answer.hex)")
    require(answer.count >= 2, "an answer of \(answer.count) octets to \(octets.hex)")
    let status = StatusWord(sw1: answer[answer.count - 2], sw2: answer[answer.count - 1])
    require(!status.isError || answer.count == 2 || octets[0] & 0x0C != 0, "data under \(status) to \(octets.hex)")
    let now = (try? Self.octets(storage)) ?? []
    require(await card.encodedState() == now, "memory and storage differ after \(octets.hex), \(status)")
    if now != stored {
      let before = StoredCard(stored)
      let after = StoredCard(now)
      if ![0x90, 0x61, 0x62].contains(status.sw1) { after.requireUnchanged(since: before, octets, status) }
      after.requireOpens()
      stored = now
    }
    return answer
  }

  /// Power off and on.
  public func reset() async { await card.reset() }

  /// Whether the card is in a session with one of its passwords.
  public var hasSession: Bool { get async { await card.hasSession } }

  /// Selects the issuer security domain of a fresh card and opens a session with the transport keys.
  public func openDomain() async throws -> SCP03Host {
    _ = await send(CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.issuerSecurityDomain, expectedLength: 256).bytes)
    let update = try await SCP03Host.initialize(self, random: random)
    let keys = SCP03KeySet(
      version: SoftCard.transportKeyVersion, encryption: SecretBytes(SoftCard.transportKey),
      mac: SecretBytes(SoftCard.transportKey), dataEncryption: SecretBytes(SoftCard.transportKey))
    return try await SCP03Host.open(self, answering: update, keys: keys)
  }

  /// Runs PACE with one of the card's passwords.
  public func openSession(
    _ reference: PACEPasswordReference, password: [UInt8]? = nil
  ) async throws -> SecureMessagingChannel {
    try await openSession(reference, nil, through: self, password: password).channel
  }

  /// The same through an earlier session, or for a terminal that is going to prove itself.
  public func openSession(
    _ reference: PACEPasswordReference, _ request: RequestedAuthorization?, through channel: any CardChannel,
    password: [UInt8]? = nil
  ) async throws -> PACESession {
    let known =
      switch reference {
      case .can: FuzzCard.can
      case .pin: FuzzCard.pin
      case .puk: FuzzCard.puk
      }
    return try await PACETerminal(channel, parameters: .ecdhGM(.p256, .aes128), random: random)
      .run(
        reference, password: SecretBytes(password ?? known), request: request,
        over: channel is WatchedCard ? nil : self)
  }

  /// A session in which terminal, and when it is asked for the chip, have proven themselves; through `channel`, which
  /// leads to this card.
  public func openSession(
    _ reference: PACEPasswordReference, terminal: TerminalAccess, through channel: (any CardChannel)? = nil
  ) async throws -> any CardChannel {
    let password = reference == .pin ? FuzzCard.pin : FuzzCard.can
    return try await OpenedCard.open(
      channel ?? self, reference, password: SecretBytes(password), terminal: terminal, random: random
    ).channel
  }
}
