import CardCrypto
import FuzzSupport
import ISO7816
import SecureChannel

/// What is done to the octets between the two sides.
struct Change: Sendable {
  var command: @Sendable (CommandAPDU) -> CommandAPDU = { $0 }
  var response: @Sendable (ResponseAPDU) -> ResponseAPDU = { $0 }
}

/// The card's side of a secure channel and the wire to it, which changes what goes over it.
actor Loop: CardChannel {
  private var messaging: SecureMessagingCard?
  private var domain: SCP03Card?
  private var isAuthenticated = false
  private let answer: ResponseAPDU
  private var change = Change()
  /// The last command that the card has taken, opened.
  private(set) var taken: CommandAPDU?
  /// Whether anything protected of the last exchange was changed.
  private(set) var isChanged = false

  /// A card that answers every command by `answer`.
  init(answer: ResponseAPDU, messaging: consuming SecureMessagingCard) {
    self.answer = answer
    self.messaging = .some(messaging)
  }

  /// A card that opens a session of SCP03.
  init(answer: ResponseAPDU) { self.answer = answer }

  func begin(_ change: Change) {
    self.change = change
    taken = nil
    isChanged = false
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let received = change.command(command)
    if received.header != command.header || received.data != command.data { isChanged = true }
    do {
      let response = messaging != nil ? try protected(received) : try domain(received)
      let sent = change.response(response)
      if sent != response { isChanged = true }
      return sent
    } catch let refusal as SecureMessagingRefusal {
      let again = messaging != nil ? try? messaging?.unwrap(command) : try? domain?.unwrap(command)
      require((again ?? nil) == nil, "a session goes on after a refusal")
      return ResponseAPDU(status: refusal.status)
    } catch {
      throw .transport(error)
    }
  }

  private func protected(_ command: CommandAPDU) throws -> ResponseAPDU {
    taken = try messaging?.unwrap(command)
    return try messaging?.wrap(answer) ?? answer
  }

  private func domain(_ command: CommandAPDU) throws -> ResponseAPDU {
    if command.ins == 0x50, command.cla == 0x80 {
      let card = try SCP03Card(
        keys: Loop.keys(), hostChallenge: command.data, diversificationData: [UInt8](repeating: 1, count: 10),
        sequenceCounter: 5, aid: [0xA0, 0, 0, 1, 0x51, 0, 0, 0])
      let update = card.initializeUpdateAnswer
      domain = consume card
      return ResponseAPDU(data: update, status: .success)
    }
    if !isAuthenticated {
      guard try domain?.authenticate(command) == true else { return ResponseAPDU(status: .authenticationFailed) }
      isAuthenticated = true
      return ResponseAPDU(status: .success)
    }
    taken = try domain?.unwrap(command)
    return try domain?.wrap(answer) ?? answer
  }

  static func keys() -> SCP03KeySet {
    let key = { (octet: UInt8) in SecretBytes([UInt8](repeating: octet, count: 16)) }
    return SCP03KeySet(version: 1, encryption: key(1), mac: key(2), dataEncryption: key(3))
  }
}
