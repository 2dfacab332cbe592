import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// PACE and the retry counters of passwords (TR-03110-3 B.11, `card-application` §2).
extension SoftCard {
  /// A PACE run under way.
  struct PACERun: ~Copyable {
    let reference: PACEPasswordReference
    /// What the terminal will prove to have; `nil` for one that proves nothing.
    let request: RequestedAuthorization?
    var card: PACECard
  }

  /// MSE:Set AT, P1-P2 C1 A4: `80 OID, 83 password, [7F4C authorisation, [65 extensions]], [84 parameter id]`, each
  /// once and in any order.
  func setPACE(_ command: CommandAPDU) -> ResponseAPDU {
    pace = nil
    guard let objects = try? BERTLV.sequence(command.data),
      Set(objects.map(\.tag)).count == objects.count,
      objects.allSatisfy({ [0x80, 0x83, 0x84, 0x7F4C, 0x65].contains($0.tag) }),
      let password = objects.first(where: { $0.tag == 0x83 }), password.value.count == 1
    else { return ResponseAPDU(status: .incorrectData) }
    let parameters = paceParameters
    guard objects.contains(BERTLV(0x80, parameters.oid)),
      objects.first(where: { $0.tag == 0x84 }).map({ $0.value == [parameters.curve.rawValue] }) ?? true
    else { return ResponseAPDU(status: .incorrectData) }
    guard let reference = PACEPasswordReference(rawValue: password.value[0]) else {
      return ResponseAPDU(status: .referencedDataNotFound)
    }
    let asked = objects.filter { $0.tag == 0x7F4C } + objects.filter { $0.tag == 0x65 }
    guard !asked.isEmpty else { return startPACE(reference, parameters, nil) }
    guard let request = RequestedAuthorization(asked), isAllowed(request) else {
      return ResponseAPDU(status: .incorrectData)
    }
    return startPACE(reference, parameters, request)
  }

  /// Payouts and PIN management never go together in one session (`card-application` §2).
  private func isAllowed(_ request: RequestedAuthorization) -> Bool {
    guard request.authorization.terminalType == TerminalType.authentication else { return false }
    let payout = request.extensions.filter { $0.identifier == PayoutRights.identifier }
    guard payout.count <= 1, payout.allSatisfy({ PayoutRights(octets: $0.bitmap) != nil }) else { return false }
    let asksForPayout = payout.contains { PayoutRights(octets: $0.bitmap) != [] }
    return !(asksForPayout && request.authorization.rights.contains(.pinManagement))
  }

  private func startPACE(
    _ reference: PACEPasswordReference, _ parameters: PACEParameters, _ request: RequestedAuthorization?
  ) -> ResponseAPDU {
    // A card that has not left the office complete is of no use to anybody (`card-application` §10).
    // A locked one opens, or the office could never end the lock.
    guard isDelivered else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    let password: SecretBytes
    switch reference {
    case .can:
      guard let can = state.can?.copy() else { return ResponseAPDU(status: .referencedDataNotFound) }
      password = can
    case .pin:
      guard let tries = state.pin?.triesLeft, let pin = state.pin?.value.copy() else {
        return ResponseAPDU(status: .referencedDataNotFound)
      }
      // The last try is suspended until the CAN has been proven in this session (§2).
      if tries == 0 || (tries == 1 && access.password != .can) {
        return ResponseAPDU(status: .triesLeft(Int(tries)))
      }
      password = pin
    case .puk:
      guard let uses = state.puk?.triesLeft, let puk = state.puk?.value.copy() else {
        return ResponseAPDU(status: .referencedDataNotFound)
      }
      guard uses > 0 else { return ResponseAPDU(status: .triesLeft(0)) }
      password = puk
    }
    do throws(CryptoError) {
      let card = try PACECard(parameters: parameters, password: password, random: random)
      pace = .some(PACERun(reference: reference, request: request, card: card))
    } catch {
      return ResponseAPDU(status: .unknownError)
    }
    return ResponseAPDU(status: .success)
  }

  /// GENERAL AUTHENTICATE: the four steps of PACE, or the one of Chip Authentication.
  func generalAuthenticate(_ command: CommandAPDU) -> ResponseAPDU {
    guard pace != nil || chipParameters != nil else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard let template = try? BERTLV(parsing: command.data), template.tag == 0x7C,
      let objects = try? template.children()
    else { return failPACE(.incorrectData) }
    let isLast = command.cla & 0x10 == 0
    if pace == nil {
      return isLast ? authenticateChip(objects) : failPACE(.conditionsNotSatisfied)
    }
    guard isLast == pace?.card.expectsToken ?? false else { return failPACE(.conditionsNotSatisfied) }
    if isLast { return finishPACE(objects) }
    guard let answer = try? pace?.card.answer(objects) else { return failPACE(.incorrectData) }
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }

  func failPACE(_ status: StatusWord) -> ResponseAPDU {
    pace = nil
    chipParameters = nil
    return ResponseAPDU(status: status)
  }

  private func finishPACE(_ objects: [BERTLV]) -> ResponseAPDU {
    guard objects.count == 1, objects[0].tag == 0x85, objects[0].value.count == 8, var run = pace.take() else {
      return failPACE(.incorrectData)
    }
    do {
      // The try is gone, on the disk, before the token is looked at (§2).
      if run.reference == .pin, let tries = state.pin?.triesLeft {
        guard tries > 0 else { return ResponseAPDU(status: .triesLeft(0)) }
        state.pin?.triesLeft = tries - 1
        try save()
      }
      guard let result = try run.card.authenticate(token: objects[0].value) else {
        let left = run.reference == .pin ? state.pin?.triesLeft : nil
        return ResponseAPDU(status: left.map { .triesLeft(Int($0)) } ?? .authenticationFailed)
      }
      if run.reference == .pin, let policy = state.policy {
        state.pin?.triesLeft = policy.pinTries
        try save()
      }
      let token = result.token
      let answer = [BERTLV(0x86, token)] + begin(run, keys: result.takeKeys())
      return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
    } catch is PACECardError {
      return ResponseAPDU(status: .incorrectData)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// Opens the new session: at once, or after the answer when the run itself was protected by an earlier one.
  ///
  /// - Returns: the trust anchors, for a terminal that is going to prove itself (TR-03110-3 B.11.1, DO 87 and 88).
  private func begin(_ run: borrowing PACERun, keys: consuming SessionKeys) -> [BERTLV] {
    let opened = SecureMessagingCard(keys: keys)
    if session == nil { session = consume opened } else { nextSession = consume opened }
    selection = .masterFile
    currentFile = nil
    forgetTerminal()
    hasAuthorised = false
    sessionHash = Digest.sha256.hash(run.card.cardEphemeral + run.card.terminalEphemeral)
    let password: AccessContext.Password
    switch run.reference {
    case .can: password = .can
    case .pin: password = state.hasTransportPIN ? .management : .pin
    case .puk: password = .management
    }
    access = AccessContext(password: password)
    provenPassword = run.reference
    guard let request = run.request else { return [] }
    terminalAuthentication = TerminalAuthenticationCard(
      trust: trust, requested: request, cardEphemeral: run.card.cardEphemeral)
    return zip([BERTag(rawValue: 0x87), 0x88], state.anchors).map { BERTLV($0, $1.holder.octets) }
  }
}

extension CardDate {
  /// The card date as certificates write dates; the first or last day they know for one outside.
  var certificateDate: CVDate {
    // A day that is not in the calendar never becomes the card date; were it so, the card would trust nobody.
    CVDate(yyyymmdd: max(yyyymmdd, 20_000_101)) ?? .last
  }
}
