import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

@testable import SoftCard

extension Defects {
  /// Defects in payouts, the reserve and completions.
  static let payoutDefects: [String: [Defect]] = [certificates, payouts, overrides, offline, completions]
    .reduce(into: [:]) { $0.merge($1) { $0 + $1 } }

  private static let certificates: [String: [Defect]] = [
    "certificate.signature": [
      .inside { command, card in
        guard command.ins == 0x40 else { return nil }
        let answer = card.obey(command)
        return ResponseAPDU(data: answer.status.isSuccess ? answer.data.spoilt : [], status: answer.status)
      }
    ],
    "certificate.card": [
      .certificate { $0.cardNumber = CardNumber(sequence: 7) ?? $0.cardNumber },
      .certificate { $0.keyID = $0.keyID.spoilt },
      .certificate { $0.versions = $0.versions.spoilt },
    ],
    "certificate.order": [
      .certificate { certificate in
        let octets = (try? BERTLV.sequence(certificate.order.bytes))?.flatMap {
          $0.tag == 0x87 ? BERTLV(0x87, [1]).bytes : $0.bytes
        }
        if let order = try? PayoutOrder(parsing: octets ?? []) { certificate.order = order }
      }
    ],
    "certificate.terminal": [
      .certificate { $0.terminal.authority = $0.terminal.authority.spoilt },
      .certificate { $0.terminal.holder = $0.terminal.holder.spoilt },
      .certificate { $0.terminal.keyHash = $0.terminal.keyHash.spoilt },
      .certificate { $0.terminal.effectiveRights = $0.terminal.effectiveRights.map { _ in 0xFF } },
    ],
    "certificate.session": [.certificate { $0.sessionHash = $0.sessionHash.spoilt }],
    "certificate.counters": [.certificate { $0.responseSerial += 1 }, .certificate { $0.counter += 1 }],
    "certificate.pin": [
      .certificate { $0.method = .canWithOverride }, .certificate { $0.pinGeneration += 1 },
      .certificate { $0.pinOrigin = .issuer },
      .certificate { $0.pinSetter = [0x56, 0x4E] },
    ],
    "certificate.totals": [
      .certificate { $0.spent = [] },
      .certificate { $0.spent = $0.spent.map { LineSpent(line: $0.line, spent: $0.spent + 1) } },
      .certificate { $0.unacknowledgedOffline += 1 }, .certificate { $0.overrides += 1 },
    ],
    "certificate.date": [.certificate { $0.cardDate = CardDate(unixTime: 0) }],
  ]

  private static let payouts: [String: [Defect]] = [
    "payout.chain": [
      .certificate { $0.previousHash = [UInt8](repeating: 0, count: 32) }, .certificate { $0.counter = 1 },
      Defect(losesWrites: .last(1)),
    ],
    "payout.repeated": [.certificate { _ in }],
    "payout.changed-repeat": [
      .before(0x40) { command, card in
        for index in card.state.log.indices { card.state.log[index].orderHash = Digest.sha256.hash(command.data) }
      }
    ],
    "payout.other-terminal": [
      .inside { command, card in
        guard command.ins == 0x40, let order = try? PayoutOrder(parsing: command.data),
          let slot = card.state.log.first(where: { $0.transactionID == order.transactionID })
        else { return nil }
        return ResponseAPDU(data: slot.certificate, status: .success)
      }
    ],
    "payout.one-per-session": [.before(0x40) { _, card in card.hasAuthorised = false }],
    "payout.pin-change-ends": [.before(0x40) { _, card in card.hasAuthorised = false }],
    "payout.survives-power": [Defect(losesWrites: .last(1)), Defect(losesWrites: .last(2))],
    "payout.status": [
      .status { $0.counter = 1_000 }, .status { $0.responseSerial = 1_000 }, .status { $0.lastCompletionHash = [] },
      .status { $0.acknowledgedCounter = 0 },
    ],
    "payout.last-other-terminal": [.answers(0x46, .warning), .answers(0x46, .referencedDataNotFound)],
    "payout.log": [
      .reads(0xB2) { command, card in
        let count = card.state.log.count
        if (1...max(1, count)).contains(Int(command.p1)) { command.p1 = UInt8(count + 1 - Int(command.p1)) }
      },
      .answers(0xB2, .recordNotFound),
    ],
    "payout.log-full": [.before(0x40) { _, card in card.state.acknowledgedCounter = card.state.counter }],
    "payout.last-own-terminal": [.before(0x46) { _, card in card.access.payoutRights = [] }],
    "payout.order-dates": [ignoresDate], "payout.card-validity": [ignoresDate],
  ]

  /// The order's day is not looked at.
  private static let ignoresDate = Defect.reads(0x40) { command, _ in
    let now = [UInt8](bigEndian: Int64(1_793_491_200), width: 8)
    guard let objects = try? BERTLV.sequence(command.data) else { return }
    command.data = objects.flatMap { $0.tag == 0x84 ? BERTLV(0x84, now).bytes : $0.bytes }
  }

  private static let overrides: [String: [Defect]] = [
    "override.reason": [
      .reads(0x40) { command, card in
        guard card.access.password == .can, let objects = try? BERTLV.sequence(command.data) else { return }
        command.data = objects.flatMap { $0.tag == 0x89 ? BERTLV(0x89, [0x30, 0x31]).bytes : $0.bytes }
      },
      .answers(0x40, .incorrectData),
    ],
    "override.online": [.accepts(0x40)],
    "override.ceiling": [
      .before(0x40) { _, card in card.state.policy?.overrideCeiling = 1_000_000_000 },
      .certificate { $0.method = .pin },
    ],
    "override.uses": [
      .before(0x40) { _, card in card.state.overrides = 0 }, Defect(losesWrites: .last(2)),
      .certificate { $0.overrides = 1 },
    ],
  ]

  private static func limits(_ change: @escaping @Sendable (isolated SoftCard) -> Void) -> Defect {
    .before(0x40) { _, card in change(card) }
  }

  private static func lines(_ change: @escaping @Sendable (inout LineState) -> Void) -> Defect {
    limits { card in for index in card.state.lines.indices { change(&card.state.lines[index]) } }
  }

  private static let offline: [String: [Defect]] = [
    "offline.spends": [
      .after(0x40) { _, card in for index in card.state.lines.indices { card.state.lines[index].spent = 0 } },
      Defect(losesWrites: .last(2)),
    ],
    "offline.reserve": [lines { $0.granted = 1_000_000_000 }],
    "offline.online-reserve": [lines { $0.granted = 1_000_000_000 }],
    "offline.ceiling": [limits { $0.state.offline.ceiling = 1_000_000_000 }],
    "offline.terminal-ceiling": [limits { $0.access.payoutRights.insert(.ceiling(16)) }],
    "offline.count": [limits { $0.state.offline.count = 255 }],
    "offline.until": [limits { $0.state.offline.until = 20_991_231 }],
    "offline.not-before": [
      lines { if $0.nextGranted > 0 { $0.notBefore = 20_000_101 } }, lines { $0.nextGranted = 0 },
    ],
    "offline.whole": [
      .answers(0x40, .incorrectData),
      .reads(0x40) { command, card in
        guard let objects = try? BERTLV.sequence(command.data) else { return }
        command.data = objects.flatMap { object in
          guard object.tag == 0x81 else { return object.bytes }
          return BERTLV(0x81, Array(object.value.prefix(15)) + object.value[7..<15]).bytes
        }
      },
    ],
    "offline.unknown-line": [
      limits { card in
        let entry = CardLine(line: 4_000_001, programme: 1, province: 79, status: .active)
        card.state.lines.append(LineState(entry: entry, granted: 1_000_000, spent: 0))
      }
    ],
    "offline.generation": [limits { $0.state.acknowledgedGeneration = $0.state.pinGeneration }],
    "offline.right": [limits { $0.access.payoutRights = [.online, .offline, .ceiling(16)] }],
    "offline.certificate": [
      .certificate { $0.unacknowledgedOffline = 1 },
      .certificate { $0.spent = $0.spent.map { LineSpent(line: $0.line, spent: 0) } },
    ],
  ]

  private static let completions: [String: [Defect]] = [
    "complete.serial": [.before(0x42) { _, card in card.state.responseSerial = 0 }],
    "complete.other-card": [.accepts(0x42)], "complete.signature": [.accepts(0x42)],
    "complete.changed": [.accepts(0x42)],
    "complete.unknown-key": [.accepts(0x42)],
    "complete.acknowledged-above": [.before(0x42) { _, card in card.state.counter += 1 }],
    "complete.generation-above": [.before(0x42) { _, card in card.state.pinGeneration += 1 }],
    "complete.next-without-date": [.accepts(0x42)],
    "complete.receipt": [
      .receipt { $0.cardNumber = CardNumber(sequence: 7) ?? $0.cardNumber }, .receipt { $0.keyID = $0.keyID.spoilt },
      .receipt { $0.serial += 1 }, .receipt { $0.completionHash = $0.completionHash.spoilt },
      .receipt { $0.counter += 1 },
      .receipt { $0.lastCertificateHash = $0.lastCertificateHash.spoilt },
      .receipt { $0.lines.append(ReceiptLine(line: 9, spent: 0, granted: 1)) }, .receipt { $0.pinGeneration += 1 },
      .receipt { $0.state = .suspended },
      .inside { command, card in
        guard command.ins == 0x42 else { return nil }
        let answer = card.obey(command)
        return ResponseAPDU(data: answer.status.isSuccess ? answer.data.spoilt : [], status: answer.status)
      },
    ],
    "complete.repeated": [.receipt { _ in }, Defect(losesWrites: .last(1))],
    "complete.replay": [.before(0x42) { _, card in card.state.responseSerial = 0 }],
    "complete.files": [
      .file(0x84, in: .payout) { data, _ in data.spoilt }, .file(0x83, in: .payout) { _, _ in [] },
      .file(0x87, in: .payout) { data, card in
        guard var authority = try? OfflineAuthority(parsing: data) else { return data }
        authority.count = 9
        return authority.bytes
      },
    ],
    "complete.line-leaves": [.accepts(0x42)],
    "complete.line-reused": [.before(0x42) { _, card in card.state.retiredLines = [] }],
    "complete.new-key": [
      .after(0x42) { _, card in card.state.issuerKeys = Array(card.state.issuerKeys.prefix(2)) },
      .after(0x42) { _, card in if card.state.issuerKeys.count > 2 { card.state.issuerKeys.removeFirst() } },
    ],
    "complete.suspended": [
      .before(0x40) { _, card in if card.state.application == .suspended { card.state.application = .active } },
      .after(0x42) { _, card in
        if card.state.application == .suspended { card.state.application = .terminated }
        try? card.save()
      },
    ],
    "complete.terminated": [
      .before(0x40) { _, card in if card.state.application == .terminated { card.state.application = .active } },
      .before(0x42) { _, card in if card.state.application == .terminated { card.state.application = .active } },
      .inside { command, card in
        guard command.ins == 0xB2, card.state.application == .terminated else { return nil }
        return ResponseAPDU(status: .conditionsNotSatisfied)
      },
    ],
  ]
}
