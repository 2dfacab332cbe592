import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// Terminal and Chip Authentication version 2 (TR-03110-3 B.11.2, B.11.4–7, `card-application` §2).
extension SoftCard {
  /// MANAGE SECURITY ENVIRONMENT by P1-P2: PACE, a certificate's verifying key, Terminal or Chip Authentication.
  func manageSecurityEnvironment(_ command: CommandAPDU) -> ResponseAPDU {
    switch (command.p1, command.p2) {
    case (0xC1, 0xA4):
      chipParameters = nil
      return setPACE(command)
    case (0x81, 0xB6):
      return terminalStep { card throws(TerminalAuthenticationRefusal) in
        guard let object = try? BERTLV(parsing: command.data), object.tag == 0x83 else {
          throw TerminalAuthenticationRefusal(status: .incorrectData)
        }
        try card.selectKey(object.value)
      }
    case (0x81, 0xA4):
      return terminalStep { card throws(TerminalAuthenticationRefusal) in
        guard let objects = try? BERTLV.sequence(command.data) else {
          throw TerminalAuthenticationRefusal(status: .incorrectData)
        }
        try card.setTemplate(objects)
      }
    case (0x41, 0xA4): return setChipAuthentication(command)
    default:
      pace = nil
      chipParameters = nil
      return ResponseAPDU(status: .incorrectP1P2)
    }
  }

  /// What terminals are judged by.
  var trust: TerminalAuthenticationCard.Trust {
    TerminalAuthenticationCard.Trust(
      anchors: state.anchors, date: state.cardDate.certificateDate,
      minimumVerifierDate: CVDate(yyyymmdd: state.minimumVerifierDate))
  }

  /// One step of Terminal Authentication in a session that was opened for it.
  private func terminalStep(
    _ body: (inout TerminalAuthenticationCard) throws(TerminalAuthenticationRefusal) -> Void
  ) -> ResponseAPDU {
    guard var run = terminalAuthentication else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
    defer { terminalAuthentication = run }
    do throws(TerminalAuthenticationRefusal) {
      try body(&run)
      return ResponseAPDU(status: .success)
    } catch {
      return ResponseAPDU(status: error.status)
    }
  }

  /// PSO: VERIFY CERTIFICATE (2A 00 BE). What a link or a verifier's certificate changes for good is kept before the
  /// answer; a terminal's changes nothing (§2).
  func verifyCertificate(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0x00, command.p2 == 0xBE else { return ResponseAPDU(status: .incorrectP1P2) }
    var outcome = CertificateImport.terminal
    let answer = terminalStep { card throws(TerminalAuthenticationRefusal) in
      outcome = try card.importCertificate(command.data)
    }
    guard answer.status.isSuccess else { return answer }
    switch outcome {
    case .link(let anchors, let date):
      state.anchors = anchors
      moveDate(to: date)
    case .verifier(let date): moveDate(to: date)
    case .terminal: return answer
    }
    return keep(answer)
  }

  private func moveDate(to date: CVDate) {
    guard let date = CardDate(yyyymmdd: date.yyyymmdd) else { return }
    state.cardDate = max(state.cardDate, date)
  }

  /// The answer once the state is kept; without that the session's certificates are forgotten with it.
  private func keep(_ answer: ResponseAPDU) -> ResponseAPDU {
    do {
      try save()
      return answer
    } catch {
      terminalAuthentication = nil
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// GET CHALLENGE: eight octets for the next EXTERNAL AUTHENTICATE.
  func getChallenge(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard command.data.isEmpty, let ne = command.expectedLength, ne >= TerminalAuthentication.challengeLength else {
      return ResponseAPDU(status: .wrongLength)
    }
    guard var run = terminalAuthentication else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
    defer { terminalAuthentication = run }
    guard let challenge = try? run.makeChallenge(random) else { return ResponseAPDU(status: .unknownError) }
    return ResponseAPDU(data: challenge, status: .success)
  }

  /// EXTERNAL AUTHENTICATE (82): the end of Terminal Authentication; payout rights start here (§2).
  func authenticateTerminal(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    let answer = terminalStep { card throws(TerminalAuthenticationRefusal) in try card.authenticate(command.data) }
    guard answer.status.isSuccess, let proven = terminalAuthentication?.terminal else { return answer }
    terminal = proven
    access.isCANAllowed = proven.rights.contains(.canAllowed)
    access.payoutRights = proven.extensions[PayoutRights.identifier].flatMap { PayoutRights(octets: $0) } ?? []
    return answer
  }

  /// The variant of Chip Authentication of this card's profile.
  var chipVariant: ChipAuthenticationParameters? {
    guard let policy = state.policy, let curve = Curve(rawValue: policy.chipParameterID) else { return nil }
    return ChipAuthenticationParameters(curve: curve, cipher: policy.chipKeyLength)
  }

  /// MSE:Set AT (22 41 A4): `80 OID, [84 key id]`.
  private func setChipAuthentication(_ command: CommandAPDU) -> ResponseAPDU {
    pace = nil
    chipParameters = nil
    guard terminal != nil else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
    guard let variant = chipVariant, state.chipKey != nil, let objects = try? BERTLV.sequence(command.data),
      objects.first == BERTLV(0x80, variant.oid),
      objects.count == 1 || Array(objects.dropFirst()) == [BERTLV(0x84, [variant.keyID])]
    else { return ResponseAPDU(status: .incorrectData) }
    chipParameters = variant
    return ResponseAPDU(status: .success)
  }

  /// GENERAL AUTHENTICATE of Chip Authentication: `7C { 80 the terminal's key }` → `7C { 81 nonce, 82 token }`; the new
  /// session starts after the answer.
  func authenticateChip(_ objects: [BERTLV]) -> ResponseAPDU {
    guard let variant = chipParameters.take(), let key = state.chipKey, let terminal else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    guard objects.count == 1, objects[0].tag == 0x80 else { return ResponseAPDU(status: .incorrectData) }
    do throws(CryptoError) {
      let result = try ChipAuthenticationCard.agree(
        variant, key: key, terminalKey: objects[0].value, boundTo: terminal.compressedKey, random: random)
      let answer = [BERTLV(0x81, result.nonce), BERTLV(0x82, result.token)]
      nextSession = SecureMessagingCard(keys: result.takeKeys())
      hasProvenChip = true
      return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
    } catch .verificationFailed {
      return ResponseAPDU(status: .authenticationFailed)
    } catch {
      return ResponseAPDU(status: .incorrectData)
    }
  }

  /// What Terminal and Chip Authentication have won is gone.
  func forgetTerminal() {
    terminalAuthentication = nil
    terminal = nil
    chipParameters = nil
    hasProvenChip = false
    provenPassword = nil
  }
}
