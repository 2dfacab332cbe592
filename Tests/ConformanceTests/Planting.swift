import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

@testable import SoftCard

/// Ways to plant defects.
extension Defect {
  /// Errors of these instructions are answered by 9000: whatever is checked, nothing comes of it.
  static func accepts(_ instructions: UInt8...) -> Defect {
    inside { command, card in
      guard instructions.contains(command.ins) else { return nil }
      let answer = card.obey(command)
      return answer.status.isError || answer.status.sw1 == 0x63 ? ResponseAPDU(status: .success) : answer
    }
  }

  /// One status of an instruction is answered by another.
  static func answers(_ instruction: UInt8, _ status: StatusWord, by other: StatusWord = .success) -> Defect {
    inside { command, card in
      guard command.ins == instruction else { return nil }
      let answer = card.obey(command)
      return answer.status == status ? ResponseAPDU(data: answer.data, status: other) : answer
    }
  }

  /// The card is changed before it obeys an instruction.
  static func before(
    _ instruction: UInt8, _ change: @escaping @Sendable (CommandAPDU, isolated SoftCard) -> Void
  ) -> Defect {
    inside { command, card in
      if command.ins == instruction { change(command, card) }
      return nil
    }
  }

  /// The card is changed after it has obeyed an instruction.
  static func after(
    _ instruction: UInt8, _ change: @escaping @Sendable (ResponseAPDU, isolated SoftCard) -> Void
  ) -> Defect {
    inside { command, card in
      guard command.ins == instruction else { return nil }
      let answer = card.obey(command)
      change(answer, card)
      return answer
    }
  }

  /// The command is changed before it is obeyed.
  static func reads(
    _ instruction: UInt8, as change: @escaping @Sendable (inout CommandAPDU, isolated SoftCard) -> Void
  ) -> Defect {
    inside { command, card in
      guard command.ins == instruction else { return nil }
      var other = command
      change(&other, card)
      return card.obey(other)
    }
  }

  /// The content of a file is another one.
  static func file(
    _ p1: UInt8, in selection: SoftCard.Selection, _ change: @escaping @Sendable ([UInt8], isolated SoftCard) -> [UInt8]
  ) -> Defect {
    inside { command, card in
      guard command.ins == 0xB0, command.p1 == p1, card.selection == selection else { return nil }
      var answer = card.obey(command)
      if answer.status.isSuccess { answer.data = change(answer.data, card) }
      return answer
    }
  }

  /// Another condition of the profile.
  static func policy(_ change: @escaping @Sendable (inout CardPolicy) -> Void) -> Defect {
    inside { _, card in
      if var policy = card.state.policy, card.state.lifeCycle == .secured {
        change(&policy)
        card.state.policy = policy
      }
      return nil
    }
  }

  /// A certificate with other content, signed by the card's own key.
  static func certificate(_ change: @escaping @Sendable (inout PayoutCertificate) -> Void) -> Defect {
    inside { command, card in
      guard command.ins == 0x40 else { return nil }
      let answer = card.obey(command)
      guard answer.status.isSuccess, var certificate = try? PayoutCertificate.parse(answer.data).0,
        let key = card.state.payoutKey
      else { return answer }
      change(&certificate)
      guard let signed = try? SignedLayout(signing: certificate.body, with: key) else { return answer }
      return ResponseAPDU(data: signed.bytes, status: .success)
    }
  }

  /// A receipt with other content, signed by the card's own key.
  static func receipt(_ change: @escaping @Sendable (inout CompletionReceipt) -> Void) -> Defect {
    inside { command, card in
      guard command.ins == 0x42 else { return nil }
      let answer = card.obey(command)
      guard answer.status.isSuccess, var receipt = try? CompletionReceipt.parse(answer.data).0,
        let key = card.state.payoutKey
      else { return answer }
      change(&receipt)
      guard let signed = try? SignedLayout(signing: receipt.body, with: key) else { return answer }
      return ResponseAPDU(data: signed.bytes, status: .success)
    }
  }

  /// GET PAYOUT STATUS tells something else.
  static func status(_ change: @escaping @Sendable (inout PayoutStatus) -> Void) -> Defect {
    inside { command, card in
      guard command.ins == 0x44 else { return nil }
      let answer = card.obey(command)
      guard answer.status.isSuccess, var status = try? PayoutStatus(parsing: answer.data) else { return answer }
      change(&status)
      return ResponseAPDU(data: status.bytes, status: .success)
    }
  }

  /// These status words go out as 9000.
  static func wireAccepts(_ statuses: StatusWord...) -> Defect {
    wire { _, answer in statuses.contains(answer.status) ? ResponseAPDU(status: .success) : nil }
  }
}

/// A generator that is stuck.
struct StuckRandom: RandomSource {
  func bytes(_ count: Int) throws(CryptoError) -> [UInt8] { [UInt8](repeating: 0x5A, count: count) }
}

extension CommandAPDU {
  /// MSE:Set AT of PACE.
  var isPACE: Bool { ins == 0x22 && p1 == 0xC1 }
}

extension [UInt8] {
  /// With its last octet changed.
  var spoilt: [UInt8] { isEmpty ? [0] : dropLast() + [(last ?? 0) ^ 1] }
}
