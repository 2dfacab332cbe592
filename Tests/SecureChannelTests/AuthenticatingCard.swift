import CardCrypto
import ISO7816
import SecureChannel

/// A card that does PACE, Terminal Authentication, Chip Authentication and secure messaging, in process: the card's
/// roles of the product behind a dispatcher that adds no check of its own.
actor AuthenticatingCard: CardChannel {
  let pace: PACEParameters
  let chip: ChipAuthenticationParameters
  let chipKey: ECPrivateKey
  let password: [UInt8]
  private let trust: TerminalAuthenticationCard.Trust
  /// EF.CardSecurity, given out by its short identifier.
  private let cardSecurity: [UInt8]
  private var run: PACECard?
  private var requested: RequestedAuthorization?
  private var session: SecureMessagingCard?
  private var nextSession: SecureMessagingCard?
  private var authentication: TerminalAuthenticationCard?
  private var isChipChosen = false
  /// Whether the session's keys are those of Chip Authentication.
  private(set) var isChipAuthenticated = false

  init(
    pace: PACEParameters, chip: ChipAuthenticationParameters, chipKey: ECPrivateKey, password: [UInt8],
    trust: TerminalAuthenticationCard.Trust, cardSecurity: [UInt8] = []
  ) {
    self.pace = pace
    self.chip = chip
    self.chipKey = chipKey
    self.password = password
    self.trust = trust
    self.cardSecurity = cardSecurity
  }

  /// The file EF.CardAccess.
  nonisolated var cardAccess: [UInt8] {
    SecurityInfos(pace: [pace], hasTerminalAuthentication: true, chipAuthentication: [chip]).bytes
  }

  /// The terminal that has proven itself.
  var terminal: AuthenticatedTerminal? { authentication?.terminal }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do {
      guard command.cla & 0x0C == 0x0C else {
        session = nil
        let response = answer(command)
        begin()
        return response
      }
      guard let plain = try session?.unwrap(command) else {
        return ResponseAPDU(status: .securityStatusNotSatisfied)
      }
      guard let response = try session?.wrap(answer(plain)) else { return ResponseAPDU(status: .unknownError) }
      begin()
      return response
    } catch let refusal as SecureMessagingRefusal {
      session = nil
      return ResponseAPDU(status: refusal.status)
    } catch {
      throw .transport(error)
    }
  }

  private func begin() {
    if let next = nextSession.take() { session = consume next }
  }

  private func answer(_ command: CommandAPDU) -> ResponseAPDU {
    do {
      return ResponseAPDU(data: try dispatch(command), status: .success)
    } catch let refusal as TerminalAuthenticationRefusal {
      return ResponseAPDU(status: refusal.status)
    } catch let refusal as Refusal {
      return ResponseAPDU(status: refusal.status)
    } catch {
      return ResponseAPDU(status: .incorrectData)
    }
  }

  private struct Refusal: Error { let status: StatusWord }

  private func dispatch(_ command: CommandAPDU) throws -> [UInt8] {
    switch (command.ins, command.p1, command.p2) {
    case (0x22, 0xC1, 0xA4): return try startPACE(command.data)
    case (0x86, 0, 0) where isChipChosen: return try authenticateChip(command.data)
    case (0x86, 0, 0): return try stepPACE(command.data)
    case (0xCA, _, _): return command.data
    case (0xB0, 0x9D, 0) where authentication?.terminal != nil: return cardSecurity
    case (0x22, 0x81, 0xB6):
      try authentication?.selectKey(try value(0x83, command.data))
    case (0x2A, 0x00, 0xBE):
      _ = try authentication?.importCertificate(command.data)
    case (0x22, 0x81, 0xA4):
      try authentication?.setTemplate(try BERTLV.sequence(command.data))
    case (0x84, 0, 0): return try authentication?.makeChallenge(SystemRandom()) ?? []
    case (0x82, 0, 0): try authentication?.authenticate(command.data)
    case (0x22, 0x41, 0xA4):
      guard authentication?.terminal != nil, try value(0x80, command.data) == chip.oid else {
        throw Refusal(status: .conditionsNotSatisfied)
      }
      isChipChosen = true
    default: throw Refusal(status: .instructionNotSupported)
    }
    return []
  }

  private func value(_ tag: BERTag, _ data: [UInt8]) throws -> [UInt8] {
    guard let object = try BERTLV.sequence(data).first(where: { $0.tag == tag }) else {
      throw Refusal(status: .incorrectData)
    }
    return object.value
  }

  private func startPACE(_ data: [UInt8]) throws -> [UInt8] {
    let objects = try BERTLV.sequence(data).filter { $0.tag == 0x7F4C || $0.tag == 0x65 }
    requested = RequestedAuthorization(objects)
    run = try PACECard(parameters: pace, password: SecretBytes(password), random: SystemRandom())
    return []
  }

  private func stepPACE(_ data: [UInt8]) throws -> [UInt8] {
    let objects = try BERTLV(parsing: data).children()
    guard run?.expectsToken == true else {
      guard let answer = try run?.answer(objects) else { throw Refusal(status: .conditionsNotSatisfied) }
      return BERTLV(0x7C, answer).bytes
    }
    guard let token = objects.first, let result = try run?.authenticate(token: token.value) else {
      throw Refusal(status: .authenticationFailed)
    }
    authentication = requested.map {
      TerminalAuthenticationCard(trust: trust, requested: $0, cardEphemeral: run?.cardEphemeral ?? [])
    }
    isChipAuthenticated = false
    var answer = [BERTLV(0x86, result.token)]
    if requested != nil { answer += zip([0x87, 0x88], trust.anchors).map { BERTLV($0, $1.holder.octets) } }
    nextSession = SecureMessagingCard(keys: result.takeKeys())
    return BERTLV(0x7C, answer).bytes
  }

  private func authenticateChip(_ data: [UInt8]) throws -> [UInt8] {
    isChipChosen = false
    guard let bound = authentication?.terminal?.compressedKey,
      let point = try BERTLV(parsing: data).first(0x80)?.value
    else { throw Refusal(status: .conditionsNotSatisfied) }
    let result = try ChipAuthenticationCard.agree(
      chip, key: chipKey, terminalKey: point, boundTo: bound, random: SystemRandom())
    let answer = [BERTLV(0x81, result.nonce), BERTLV(0x82, result.token)]
    nextSession = SecureMessagingCard(keys: result.takeKeys())
    isChipAuthenticated = true
    return BERTLV(0x7C, answer).bytes
  }
}
