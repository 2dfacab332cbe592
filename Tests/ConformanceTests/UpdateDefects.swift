import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

@testable import SoftCard

/// Defects of updates after delivery.
extension Defects {
  static let updates: [String: [Defect]] = [
    "update.holder": [
      // What was stored is forgotten again.
      .inside { command, card in
        guard command.ins == 0xE2, card.session != nil else { return nil }
        let old = card.state.holder
        let answer = card.obey(command)
        card.state.holder = old
        return answer
      },
      // A 9000 that the card does not prove.
      .inside { command, card in
        guard command.ins == 0xE2, card.session != nil else { return nil }
        return ResponseAPDU(status: card.obey(command).status)
      },
    ],
    "update.whole": [
      .inside { command, card in
        guard command.ins == 0xE2, card.session != nil else { return nil }
        let answer = card.obey(command)
        for block in card.updateRun?.blocks ?? [] where block.grouping == .holder { card.state.holder = block.data }
        try? card.save()
        return answer
      }
    ],
    "update.groupings": [
      .inside { command, card in
        guard command.ins == 0xE2, card.session != nil else { return nil }
        let answer = card.obey(command)
        return answer.status == .incorrectData ? ResponseAPDU(status: .success) : answer
      }
    ],
    "update.right": [
      .before(0x50) { _, card in if card.session != nil { card.access.password = .pin } },
      // Refused, but counted.
      .before(0x50) { _, card in if card.access.password == .can { card.state.sequenceCounter += 1 } },
    ],
    "update.challenge": [
      .before(0x50) { _, card in
        if card.session != nil, card.state.sequenceCounter > 3 { card.state.sequenceCounter = 3 }
      },
      .reads(0x50) { command, card in if card.session != nil { command.data = command.data.reversed() } },
    ],
    "update.lock": [
      .after(0xF0) { _, card in if card.state.lifeCycle == .locked { card.state.lifeCycle = .secured } },
      .before(0x40) { _, card in if card.state.lifeCycle == .locked { card.state.lifeCycle = .secured } },
      .before(0xB0) { _, card in if card.state.lifeCycle == .locked { card.state.lifeCycle = .secured } },
      .answers(0xA4, .deactivated),
    ],
  ]
}
