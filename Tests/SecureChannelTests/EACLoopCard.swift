import CardCrypto
import ISO7816
import SecureChannel

/// A card with PACE, Terminal and Chip Authentication in process: the card's roles of the product behind a dispatcher.
actor EACLoopCard: CardChannel {
  private let pace: PACEParameters
  private let chip: ChipAuthenticationParameters
  private let key: ECPrivateKey
  private let password: [UInt8]
  private(set) var trust: TerminalAuthenticationCard.Trust
  private let random: any RandomSource

  private var run: PACECard?
  private var messaging: SecureMessagingCard?
  private var requested: RequestedAuthorization?
  private var authentication: TerminalAuthenticationCard?
  private var hasChosenChip = false
  private var next: SessionKeys?
  /// The terminal's ephemeral key of the last Chip Authentication.
  private(set) var terminalKey: [UInt8] = []
  /// r_IC of the last Chip Authentication.
  private(set) var nonce: [UInt8] = []
  /// Chip Authentications so far.
  private(set) var agreements = 0

  init(
    _ pace: PACEParameters, _ chip: ChipAuthenticationParameters, key: ECPrivateKey, password: [UInt8],
    trust: TerminalAuthenticationCard.Trust, random: any RandomSource = SystemRandom()
  ) {
    self.pace = pace
    self.chip = chip
    self.key = key
    self.password = password
    self.trust = trust
    self.random = random
  }

  /// Who has proven itself in this session.
  var terminal: AuthenticatedTerminal? { authentication?.terminal }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do {
      return command.cla & 0x0C == 0x0C ? try protected(command) : try plain(command)
    } catch {
      throw .transport(error)
    }
  }

  private func protected(_ command: CommandAPDU) throws -> ResponseAPDU {
    let plain: CommandAPDU
    do {
      guard let opened = try messaging?.unwrap(command) else {
        return ResponseAPDU(status: .securityStatusNotSatisfied)
      }
      plain = opened
    } catch {
      messaging = nil
      return ResponseAPDU(status: error.status)
    }
    let answer = try messaging?.wrap(dispatch(plain)) ?? ResponseAPDU(status: .unknownError)
    // The answer to Chip Authentication still goes under the old keys.
    if let keys = next.take() { messaging = SecureMessagingCard(keys: keys) }
    return answer
  }

  private func dispatch(_ command: CommandAPDU) -> ResponseAPDU {
    do {
      switch command.header {
      case [0, 0x22, 0x81, 0xB6]:
        let reference = try BERTLV(parsing: command.data)
        guard reference.tag == 0x83 else { return ResponseAPDU(status: .incorrectData) }
        try authentication?.selectKey(reference.value)
      case [0, 0x2A, 0x00, 0xBE]:
        _ = try authentication?.importCertificate(command.data)
        trust = authentication?.trust ?? trust
      case [0, 0x22, 0x81, 0xA4]: try authentication?.setTemplate(BERTLV.sequence(command.data))
      case [0, 0x84, 0, 0]:
        return ResponseAPDU(data: try authentication?.makeChallenge(random) ?? [], status: .success)
      case [0, 0x82, 0, 0]: try authentication?.authenticate(command.data)
      case [0, 0x22, 0x41, 0xA4]:
        hasChosenChip = command.data == BERTLV(0x80, chip.oid).bytes + BERTLV(0x84, [chip.keyID]).bytes
        return ResponseAPDU(status: hasChosenChip ? .success : .incorrectData)
      case [0, 0x86, 0, 0]: return try agree(command)
      default: return EchoApplication.answer(command)
      }
      return ResponseAPDU(status: .success)
    } catch let refusal as TerminalAuthenticationRefusal {
      return ResponseAPDU(status: refusal.status)
    } catch {
      return ResponseAPDU(status: .incorrectData)
    }
  }

  private func agree(_ command: CommandAPDU) throws -> ResponseAPDU {
    let template = try BERTLV(parsing: command.data)
    let objects = try template.children()
    guard hasChosenChip, let bound = terminal, template.tag == 0x7C, objects.map(\.tag) == [0x80] else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    let result = try ChipAuthenticationCard.agree(
      chip, key: key, terminalKey: objects[0].value, boundTo: bound.compressedKey, random: random)
    terminalKey = objects[0].value
    nonce = result.nonce
    agreements += 1
    let answer = BERTLV(0x7C, [BERTLV(0x81, result.nonce), BERTLV(0x82, result.token)]).bytes
    next = .some(result.takeKeys())
    return ResponseAPDU(data: answer, status: .success)
  }

  private func plain(_ command: CommandAPDU) throws -> ResponseAPDU {
    messaging = nil
    switch command.header {
    case [0x00, 0x22, 0xC1, 0xA4]: return try select(command)
    case [0x10, 0x86, 0, 0], [0x00, 0x86, 0, 0]: return try step(command)
    default: return ResponseAPDU(status: .instructionNotSupported)
    }
  }

  private func select(_ command: CommandAPDU) throws -> ResponseAPDU {
    let objects = try BERTLV.sequence(command.data)
    guard objects.first == BERTLV(0x80, pace.oid), objects.last == BERTLV(0x84, [pace.curve.rawValue]) else {
      return ResponseAPDU(status: .incorrectData)
    }
    requested = RequestedAuthorization(Array(objects.dropFirst(2).dropLast()))
    run = try PACECard(parameters: pace, password: SecretBytes(password), random: random)
    return ResponseAPDU(status: .success)
  }

  private func step(_ command: CommandAPDU) throws -> ResponseAPDU {
    let objects = try BERTLV(parsing: command.data).children()
    guard run?.expectsToken == true else {
      let answer = try run?.answer(objects)
      guard let answer else { return ResponseAPDU(status: .conditionsNotSatisfied) }
      return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
    }
    guard let ephemeral = run?.cardEphemeral, let result = try run?.authenticate(token: objects[0].value) else {
      return ResponseAPDU(status: .authenticationFailed)
    }
    var answer = [BERTLV(0x86, result.token)]
    messaging = SecureMessagingCard(keys: result.takeKeys())
    authentication = requested.map {
      TerminalAuthenticationCard(trust: trust, requested: $0, cardEphemeral: ephemeral)
    }
    hasChosenChip = false
    if requested != nil {
      for (tag, anchor) in zip([BERTag(rawValue: 0x87), 0x88], trust.anchors) {
        answer.append(BERTLV(tag, anchor.holder.octets))
      }
    }
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }
}

/// Changes message `index` of a run, above secure messaging: what a dishonest partner could say.
actor OneMessageChanged: CardChannel {
  private let base: any CardChannel
  private let index: Int
  private let command: @Sendable (CommandAPDU) -> CommandAPDU
  private let response: @Sendable (ResponseAPDU) -> ResponseAPDU
  /// Messages so far.
  private(set) var count = 0

  init(
    _ base: any CardChannel, at index: Int, command: @escaping @Sendable (CommandAPDU) -> CommandAPDU = { $0 },
    response: @escaping @Sendable (ResponseAPDU) -> ResponseAPDU = { $0 }
  ) {
    self.base = base
    self.index = index
    self.command = command
    self.response = response
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    defer { count += 1 }
    guard count == index else { return try await base.transmit(command) }
    return response(try await base.transmit(self.command(command)))
  }
}

extension EACError {
  /// The case's name, with the status where it has one.
  var name: String {
    switch self {
    case .channel: "channel"
    case .unknownAuthority: "unknown authority"
    case .certificateRefused(_, let status): "certificate \(status)"
    case .refused(let step, let status): "\(step) \(status)"
    case .malformedAnswer(let step): "malformed \(step)"
    case .cardNotAuthentic: "not authentic"
    case .cardSecurity: "card security"
    case .crypto: "crypto"
    }
  }
}
