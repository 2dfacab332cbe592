import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// The payout application's commands (`card-application` §4, §7, §8).
extension SoftCard {
  func payoutCommand(_ payout: PayoutCommand, _ command: CommandAPDU) -> ResponseAPDU {
    guard selection == .payout, let policy = state.policy else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    guard payout == .lastCertificate || policy.condition(payout).allows(access) else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    do {
      switch payout {
      case .authorise: return try authorise(command, policy)
      case .complete: return try complete(command)
      case .status: return status(command)
      case .lastCertificate: return lastCertificate(command, policy)
      }
    } catch {
      // Whatever was changed before the refusal is taken back: a refused command changes nothing.
      guard (try? rollBack()) != nil, let refusal = error as? PayoutRefusal else {
        return ResponseAPDU(status: .memoryFailure)
      }
      return ResponseAPDU(status: refusal.status)
    }
  }

  /// Ne that a command with a long answer must allow, so that no answer is signed and then cut off.
  static let longAnswer = 1_024

  struct PayoutRefusal: Error {
    let status: StatusWord
    init(_ status: StatusWord) { self.status = status }
  }

  func require(_ holds: Bool, _ status: StatusWord = .conditionsNotSatisfied) throws {
    guard holds else { throw PayoutRefusal(status) }
  }

  private func status(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard command.data.isEmpty else { return ResponseAPDU(status: .wrongLength) }
    let answer = PayoutStatus(
      counter: state.counter, spent: state.lines.map { LineSpent(line: $0.entry.line, spent: $0.spent) },
      offlineCount: UInt8(clamping: state.unacknowledgedOffline), responseSerial: state.responseSerial,
      lastCompletionHash: state.lastCompletionHash,
      acknowledgedCounter: state.acknowledgedCounter)
    return ResponseAPDU(data: answer.bytes, status: .success)
  }

  private func lastCertificate(_ command: CommandAPDU, _ policy: CardPolicy) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard command.data.count == 16, (command.expectedLength ?? 0) >= Self.longAnswer else {
      return ResponseAPDU(status: .wrongLength)
    }
    let slot = state.log.first { $0.transactionID == command.data }
    let isOwn = terminal != nil && slot?.content?.terminal.keyHash == terminal?.publicKey.hash
    // A terminal may always ask for its own, also under a CAN that it may not use for anything else (§4): with none
    // there it is told so, or after a torn AUTHORISE it could not know that nothing happened (§7).
    let mayAskForOwn = access.password == .can && !access.payoutRights.isDisjoint(with: [.online, .offline])
    guard policy.condition(.lastCertificate).allows(access) || (mayAskForOwn && (isOwn || slot == nil)) else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    guard let slot else { return ResponseAPDU(status: .referencedDataNotFound) }
    // The same octets, but not payable by another terminal than the one that asked for them.
    return ResponseAPDU(data: slot.certificate, status: isOwn ? .success : .warning)
  }
}
