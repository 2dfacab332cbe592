import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// PACE and the retry counters of passwords (TR-03110-3 B.11, `card-application` §2).
extension SoftCard {
  /// MSE:Set AT, P1-P2 C1 A4: `80 OID, 83 password, [84 parameter id]`.
  func manageSecurityEnvironment(_ command: CommandAPDU) -> ResponseAPDU {
    pace = nil
    paceReference = nil
    guard command.p1 == 0xC1, command.p2 == 0xA4 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard let objects = try? BERTLV.sequence(command.data), (2...3).contains(objects.count),
      objects[0].tag == 0x80, objects[1].tag == 0x83, objects[1].value.count == 1
    else { return ResponseAPDU(status: .incorrectData) }
    let parameters = paceParameters
    guard objects[0].value == parameters.oid,
      objects.count == 2 || objects[2] == BERTLV(0x84, [parameters.curve.rawValue])
    else { return ResponseAPDU(status: .incorrectData) }
    guard let reference = PACEPasswordReference(rawValue: objects[1].value[0]) else {
      return ResponseAPDU(status: .referencedDataNotFound)
    }
    return startPACE(reference, parameters)
  }

  private func startPACE(_ reference: PACEPasswordReference, _ parameters: PACEParameters) -> ResponseAPDU {
    // A card that has not left the office complete is of no use to anybody (`card-application` §10).
    guard state.lifeCycle == .secured else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    do throws(CryptoError) {
      switch reference {
      case .can:
        guard let can = state.can?.copy() else { return ResponseAPDU(status: .referencedDataNotFound) }
        pace = try PACECard(parameters: parameters, password: can, random: random)
      case .pin:
        guard let tries = state.pin?.triesLeft, let pin = state.pin?.value.copy() else {
          return ResponseAPDU(status: .referencedDataNotFound)
        }
        // The last try is suspended until the CAN has been proven in this session (§2).
        if tries == 0 || (tries == 1 && access.password != .can) {
          return ResponseAPDU(status: .triesLeft(Int(tries)))
        }
        pace = try PACECard(parameters: parameters, password: pin, random: random)
      case .puk:
        // PUK sessions serve PIN management only, which this application version does not have.
        return ResponseAPDU(status: .referenceDataNotUsable)
      }
    } catch {
      return ResponseAPDU(status: .unknownError)
    }
    paceReference = reference
    return ResponseAPDU(status: .success)
  }

  /// GENERAL AUTHENTICATE: the four steps of a run.
  func generalAuthenticate(_ command: CommandAPDU) -> ResponseAPDU {
    guard pace != nil, let reference = paceReference else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard let template = try? BERTLV(parsing: command.data), template.tag == 0x7C,
      let objects = try? template.children()
    else { return failPACE(.incorrectData) }
    let isLast = command.cla & 0x10 == 0
    guard isLast == pace?.expectsToken ?? false else { return failPACE(.conditionsNotSatisfied) }
    if isLast { return finishPACE(reference, objects) }
    guard let answer = try? pace?.answer(objects) else { return failPACE(.incorrectData) }
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }

  private func failPACE(_ status: StatusWord) -> ResponseAPDU {
    pace = nil
    paceReference = nil
    return ResponseAPDU(status: status)
  }

  private func finishPACE(_ reference: PACEPasswordReference, _ objects: [BERTLV]) -> ResponseAPDU {
    guard objects.count == 1, objects[0].tag == 0x85, objects[0].value.count == 8, var run = pace.take() else {
      return failPACE(.incorrectData)
    }
    paceReference = nil
    do {
      // The try is gone, on the disk, before the token is looked at (§2).
      if reference == .pin, let tries = state.pin?.triesLeft {
        guard tries > 0 else { return ResponseAPDU(status: .triesLeft(0)) }
        state.pin?.triesLeft = tries - 1
        try save()
      }
      guard let result = try run.authenticate(token: objects[0].value) else {
        let left = reference == .pin ? state.pin?.triesLeft : nil
        return ResponseAPDU(status: left.map { .triesLeft(Int($0)) } ?? .authenticationFailed)
      }
      if reference == .pin, let policy = state.policy {
        state.pin?.triesLeft = policy.pinTries
        try save()
      }
      let token = result.token
      begin(reference, run.cardEphemeral + run.terminalEphemeral, keys: result.takeKeys())
      return ResponseAPDU(data: BERTLV(0x7C, [BERTLV(0x86, token)]).bytes, status: .success)
    } catch is PACECardError {
      return ResponseAPDU(status: .incorrectData)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// Opens the new session: at once, or after the answer when the run itself was protected by an earlier one.
  private func begin(_ reference: PACEPasswordReference, _ points: [UInt8], keys: consuming SessionKeys) {
    let opened = SecureMessagingCard(keys: keys)
    if session == nil { session = consume opened } else { nextSession = consume opened }
    selection = .masterFile
    currentFile = nil
    hasAuthorised = false
    sessionHash = Digest.sha256.hash(points)
    access = AccessContext(password: reference == .pin ? .pin : .can, hasTerminalRight: false)
  }
}
