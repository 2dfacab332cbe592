import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// The holder's PIN: chosen, changed and unblocked (TR-03110-2 §2.4, TR-03110-3 B.11.9, `card-application` §2).
extension SoftCard {
  /// RESET RETRY COUNTER (2C): P1 02 sets the PIN to the digits given, P1 03 gives it its tries back; P2 03 is the PIN.
  func resetRetryCounter(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p2 == PACEPasswordReference.pin.rawValue else { return ResponseAPDU(status: .incorrectP1P2) }
    guard let password = provenPassword, let policy = state.policy else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    switch command.p1 {
    case 0x02: return setPIN(command.data, password, policy)
    case 0x03: return unblock(command.data, password, policy)
    default: return ResponseAPDU(status: .incorrectP1P2)
    }
  }

  /// *PIN management* of an authenticated terminal, from Chip Authentication on (§2).
  private var pinManager: AuthenticatedTerminal? {
    guard let terminal, hasProvenChip, terminal.rights.contains(.pinManagement) else { return nil }
    return terminal
  }

  /// A new PIN, by the one who has proven the old one or by a terminal with the right to; the first one activates the
  /// card.
  private func setPIN(
    _ digits: [UInt8], _ password: PACEPasswordReference, _ policy: CardPolicy
  ) -> ResponseAPDU {
    guard password == .pin || pinManager != nil else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    guard digits.count == Int(policy.pinLength) else { return ResponseAPDU(status: .wrongLength) }
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return ResponseAPDU(status: .incorrectData) }
    guard state.pinGeneration < UInt16.max, state.application != .terminated else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    // A PIN that a terminal has set stays that until the centre has acknowledged it, whoever changes it afterwards: who
    // knows it need not be the holder, and a change must not make it look as if it were (§8).
    let isTerminals = state.pinOrigin == .terminalRight && state.acknowledgedGeneration < state.pinGeneration
    if password != .pin || !isTerminals {
      state.pinOrigin = password == .pin ? .holder : .terminalRight
      state.pinSetter = terminal?.holder.octets ?? []
    }
    state.pin = CountedSecret(value: SecretBytes(digits), triesLeft: policy.pinTries)
    state.pinGeneration += 1
    if state.application == .personalized { state.application = .active }
    // A change of the PIN ends AUTHORISE for this session (§2).
    hasAuthorised = true
    return kept()
  }

  /// Gives the PIN its tries back: a use of the PUK, or the act of a terminal with the right to.
  private func unblock(
    _ data: [UInt8], _ password: PACEPasswordReference, _ policy: CardPolicy
  ) -> ResponseAPDU {
    guard data.isEmpty else { return ResponseAPDU(status: .wrongLength) }
    if password == .puk {
      guard let uses = state.puk?.triesLeft, uses > 0 else { return ResponseAPDU(status: .authenticationBlocked) }
      state.puk?.triesLeft = uses - 1
    } else if pinManager == nil {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    state.pin?.triesLeft = policy.pinTries
    return kept()
  }

  private func kept() -> ResponseAPDU {
    do {
      try save()
      return ResponseAPDU(status: .success)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }
}
