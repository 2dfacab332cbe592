import CardApplication
import CardCrypto
import CardTestSupport
public import ISO7816
public import SecureChannel

@testable public import SoftCard

/// A software card whose every answer is checked against what it has stored.
///
/// Of each command: two octets of answer or more; what is stored is what the card has in memory, and opens as the same
/// card again; a refused command has changed nothing that is stored but the tries it cost.
public actor WatchedCard: CardChannel {
  private let card: SoftCard
  private let storage: any CardStorage
  private let random = SeededRandom(seed: FuzzCard.seed + 1)
  /// What the card keeps through a loss of power.
  public private(set) var stored: [UInt8]

  /// A card with `stored`, or a fresh one.
  public init(stored: [UInt8]?, lengthFields: SoftCard.LengthFields = .extended) throws {
    let storage = MemoryCardStorage()
    if let stored { try storage.replace(SecretBytes(stored)) }
    self.storage = storage
    card = try SoftCard(storage: storage, lengthFields: lengthFields, random: SeededRandom(seed: FuzzCard.seed))
    self.stored = try Self.octets(storage)
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
    let answer = await card.process(octets)
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
  public func openSession(_ reference: PACEPasswordReference) async throws -> SecureMessagingChannel {
    let password = reference == .pin ? FuzzCard.pin : FuzzCard.can
    return try await PACETerminal(self, parameters: .ecdhGM(.p256, .aes128), random: random)
      .run(reference, password: SecretBytes(password)).channel
  }
}

/// What a card has stored, field by field.
private struct StoredCard {
  /// Sequence counter and tries of SCP03.
  private static let sequence: BERTag = 0x84
  /// The PIN behind its tries.
  private static let pin: BERTag = 0x87
  private let octets: [UInt8]
  private let fields: [BERTLV]

  init(_ octets: [UInt8]) {
    self.octets = octets
    fields = (try? BERTLV.sequence(octets)) ?? []
    require(!fields.isEmpty, "nothing stored")
  }

  private func value(_ tag: BERTag) -> [UInt8] { fields.first { $0.tag == tag }?.value ?? [] }

  func requireUnchanged(since before: StoredCard, _ command: [UInt8], _ status: StatusWord) {
    let others = { (card: StoredCard) in card.fields.filter { ![Self.sequence, Self.pin].contains($0.tag) } }
    require(others(self) == others(before), "\(command.hex) is refused with \(status) and has changed the card")
    let (old, new) = (before.value(Self.sequence), value(Self.sequence))
    require(new[4] <= old[4] && !new.lexicographicallyPrecedes(old), "tries of SCP03 given back by a refusal")
    let (oldPIN, newPIN) = (before.value(Self.pin), value(Self.pin))
    require(oldPIN.dropFirst() == newPIN.dropFirst(), "another PIN after a refusal")
    require((newPIN.first ?? 0) <= (oldPIN.first ?? 0), "tries of the PIN given back by a refusal")
  }

  func requireOpens() {
    guard let again = SoftCard.again(octets) else {
      return require(false, "what is stored is no card: \(octets.hex)")
    }
    require(again == octets, "what is stored opens as another card")
  }
}
