import CardCrypto
import ISO7816
import SecureChannel

/// The card's end of a secure-messaging session with known keys, in process.
///
/// The first refusal ends the session, as in the product's card.
actor SecureMessagingLoop: CardChannel {
  private var card: SecureMessagingCard?
  /// Commands as the application saw them.
  private(set) var received: [CommandAPDU] = []
  /// Most exchanges that were under way at once.
  private(set) var mostAtOnce = 0
  private var underWay = 0
  private let yields: Int

  /// A session; every exchange gives up its thread `yields` times.
  init(keys: consuming SessionKeys, yields: Int = 0) {
    card = SecureMessagingCard(keys: keys)
    self.yields = yields
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    underWay += 1
    mostAtOnce = max(mostAtOnce, underWay)
    defer { underWay -= 1 }
    for _ in 0..<yields { await Task.yield() }
    do {
      guard let plain = try card?.unwrap(command) else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
      received.append(plain)
      return try card?.wrap(EchoApplication.answer(plain)) ?? ResponseAPDU(status: .unknownError)
    } catch let refusal as SecureMessagingRefusal {
      card = nil
      return ResponseAPDU(status: refusal.status)
    } catch {
      throw .transport(error)
    }
  }
}

/// A card that does PACE and then secure messaging, in process: the card's role of the product behind a dispatcher.
actor LoopbackCard: CardChannel {
  private let parameters: PACEParameters
  private let password: [UInt8]
  private let random: any RandomSource
  private var pace: PACECard?
  private var session: SecureMessagingLoop?
  /// What the card knows of the last run.
  private(set) var ephemerals: (card: [UInt8], terminal: [UInt8]) = ([], [])
  /// Tries left, given out after a wrong token; `nil` answers 6300.
  private var tries: Int?

  init(_ parameters: PACEParameters, password: [UInt8], random: any RandomSource, tries: Int? = nil) {
    self.parameters = parameters
    self.password = password
    self.random = random
    self.tries = tries
  }

  /// Commands that came through secure messaging.
  var received: [CommandAPDU] {
    get async { await session?.received ?? [] }
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    if command.cla & 0x0C == 0x0C {
      guard let session else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
      return try await session.transmit(command)
    }
    session = nil
    do {
      switch command.header {
      case [0x00, 0x22, 0xC1, 0xA4]: return try select(command)
      case [0x10, 0x86, 0, 0], [0x00, 0x86, 0, 0]: return try authenticate(command)
      default: return ResponseAPDU(status: .instructionNotSupported)
      }
    } catch {
      pace = nil
      return ResponseAPDU(status: .incorrectData)
    }
  }

  private func select(_ command: CommandAPDU) throws -> ResponseAPDU {
    let objects = try BERTLV.sequence(command.data)
    guard objects.first == BERTLV(0x80, parameters.oid), objects.last == BERTLV(0x84, [parameters.curve.rawValue])
    else { return ResponseAPDU(status: .incorrectData) }
    pace = try PACECard(parameters: parameters, password: SecretBytes(password), random: random)
    return ResponseAPDU(status: .success)
  }

  private func authenticate(_ command: CommandAPDU) throws -> ResponseAPDU {
    let objects = try BERTLV(parsing: command.data).children()
    guard pace?.expectsToken == true else {
      let answer = try pace?.answer(objects)
      guard let answer else { return ResponseAPDU(status: .conditionsNotSatisfied) }
      return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
    }
    guard command.cla == 0, objects.count == 1, objects[0].tag == 0x85,
      let result = try pace?.authenticate(token: objects[0].value)
    else {
      tries = tries.map { $0 - 1 }
      return ResponseAPDU(status: tries.map { .triesLeft($0) } ?? .authenticationFailed)
    }
    ephemerals = (pace?.cardEphemeral ?? [], pace?.terminalEphemeral ?? [])
    let token = result.token
    session = SecureMessagingLoop(keys: result.takeKeys())
    return ResponseAPDU(data: BERTLV(0x7C, [BERTLV(0x86, token)]).bytes, status: .success)
  }
}
