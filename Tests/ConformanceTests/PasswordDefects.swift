import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

@testable import SoftCard

extension Defects {
  /// Defects in PACE and the retry counters.
  static let passwords: [String: [Defect]] = [
    "pace.random": [Defect(random: StuckRandom())],
    "pace.parameters": [.accepts(0x22)],
    "pace.order": [.accepts(0x86)],
    "pace.points": [.accepts(0x86)],
    "pin.wrong": [.after(0x86) { _, card in card.state.pin?.triesLeft = 3 }, Defect(losesWrites: .last(1))],
    "pin.cut": [
      .after(0x22) { _, card in
        if card.pace?.reference == .pin, let tries = card.state.pin?.triesLeft, tries > 0, !card.state.hasTransportPIN {
          card.state.pin?.triesLeft = tries - 1
          try? card.save()
        }
      }
    ],
    "pin.try-is-gone": [Defect(losesWrites: .last(1))],
    "pin.right-resets": [
      .inside { command, card in
        guard command.ins == 0x86 else { return nil }
        let before = card.state.pin?.triesLeft ?? 3
        let answer = card.obey(command)
        if let now = card.state.pin?.triesLeft, now > before { card.state.pin?.triesLeft = before }
        return answer
      }
    ],
    "pin.suspended": [.before(0x22) { _, card in card.access.password = .can }],
    "pin.suspension-lasts": [.before(0x22) { _, card in card.access.password = .can }],
    "can.wrong": [
      .inside { command, card in
        guard command.ins == 0x86 else { return nil }
        let answer = card.obey(command)
        return answer.status == .authenticationFailed ? ResponseAPDU(status: .triesLeft(2)) : answer
      }
    ],
    "pin.change": [
      .inside { command, card in
        guard command.ins == 0x2C, !card.state.hasTransportPIN else { return nil }
        return ResponseAPDU(status: .success)
      },
      .after(0x2C) { _, card in
        card.state.pinGeneration = min(2, card.state.pinGeneration)
        try? card.save()
      },
    ],
    "pin.form": [.answers(0x2C, .wrongLength), .answers(0x2C, .incorrectData)],
    "pin.terminal-right": [
      .inside { command, card in
        command.ins == 0x2C && card.provenPassword == .can ? ResponseAPDU(status: .success) : nil
      },
      .after(0x2C) { _, card in
        card.state.pinOrigin = .holder
        try? card.save()
      },
      .after(0x2C) { _, card in
        card.state.pinSetter = []
        try? card.save()
      },
      .inside { command, _ in command.ins == 0x2C && command.p1 == 3 ? ResponseAPDU(status: .success) : nil },
    ],
    "pin.terminal-needs": [
      .before(0x2C) { _, card in card.hasProvenChip = true },
      .inside { command, card in
        command.ins == 0x2C && card.terminal == nil && card.provenPassword == .can
          ? ResponseAPDU(status: .success) : nil
      },
      .inside { command, card in command.ins == 0x2C && card.hasProvenChip ? ResponseAPDU(status: .success) : nil },
    ],
    "pin.blocked": [.after(0x86) { _, card in if card.state.pin?.triesLeft == 0 { card.state.pin?.triesLeft = 1 } }],
    "puk.unblocks": [
      .inside { command, _ in command.ins == 0x2C && command.p1 == 3 ? ResponseAPDU(status: .success) : nil }
    ],
    "puk.uses": [
      .after(0x2C) { _, card in
        card.state.puk?.triesLeft = 10
        try? card.save()
      },
      .after(0x2C) { _, card in
        if card.state.puk?.triesLeft == 8 { card.state.puk?.triesLeft = 0 }
        try? card.save()
      },
    ],
  ]
}
