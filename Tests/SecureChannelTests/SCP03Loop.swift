import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel

/// The card's end of SCP03 in process: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, then the session.
///
/// The first refusal ends the session, as in the product's card.
actor SCP03Loop: CardChannel {
  /// The keys of pySim's test cards, cut or repeated to 16, 24 or 32 octets.
  static func keys(_ length: Int = 16, change: UInt8 = 0) -> SCP03KeySet {
    func key(_ first: UInt8) -> SecretBytes { SecretBytes((0..<length).map { first &+ UInt8($0 % 16) &+ change }) }
    return SCP03KeySet(version: 0x30, encryption: key(0x00), mac: key(0x10), dataEncryption: key(0x20))
  }

  static let diversificationData = octets("00010203040506070809")
  static let domain = octets("A000000151000000")

  private let keyLength: Int
  private let mode: SCP03Mode
  private var card: SCP03Card?
  private var counter: UInt32 = 0
  private(set) var received: [CommandAPDU] = []
  private(set) var mostAtOnce = 0
  private var underWay = 0

  init(keyLength: Int = 16, mode: SCP03Mode = .s8) {
    self.keyLength = keyLength
    self.mode = mode
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    underWay += 1
    mostAtOnce = max(mostAtOnce, underWay)
    defer { underWay -= 1 }
    for _ in 0..<3 { await Task.yield() }
    do {
      switch (command.cla, command.ins) {
      case (0x80, 0x50): return try initialize(command)
      case (0x84, 0x82):
        let isAuthentic = try card?.authenticate(command) ?? false
        return ResponseAPDU(status: isAuthentic ? .success : .authenticationFailed)
      default:
        guard let plain = try card?.unwrap(command) else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
        received.append(plain)
        return try card?.wrap(EchoApplication.answer(plain)) ?? ResponseAPDU(status: .unknownError)
      }
    } catch let refusal as SecureMessagingRefusal {
      card = nil
      return ResponseAPDU(status: refusal.status)
    } catch {
      throw .transport(error)
    }
  }

  private func initialize(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard command.data.count == mode.length else { return ResponseAPDU(status: .wrongLength) }
    counter += 1
    card = try SCP03Card(
      keys: Self.keys(keyLength), mode: mode, hostChallenge: command.data,
      diversificationData: Self.diversificationData,
      sequenceCounter: counter, aid: Self.domain)
    return ResponseAPDU(data: card?.initializeUpdateAnswer ?? [], status: .success)
  }

  /// A session of the product's host over `base`, which leads to a card with keys of `keyLength`.
  static func open(
    over base: any CardChannel, keyLength: Int = 16, mode: SCP03Mode = .s8, level: SCP03SecurityLevel = .full,
    random: any RandomSource = SystemRandom()
  ) async throws -> SCP03Host {
    let update = try await SCP03Host.initialize(base, mode: mode, random: random)
    return try await SCP03Host.open(base, answering: update, keys: keys(keyLength), level: level)
  }
}
