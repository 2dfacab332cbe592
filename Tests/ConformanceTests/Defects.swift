import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

@testable import SoftCard

/// For every check the defects that it has to find.
enum Defects {
  static let all: [String: [Defect]] = [
    files, life, access, commands, passwords, messaging, authentication, identity, updates,
  ]
  .reduce(into: payoutDefects) { $0.merge($1) { $0 + $1 } }

  private static let historical: [UInt8] = [0x3B, 0x84, 0x80, 0x01, 0x41, 0x42, 0x43, 0x44, 0x01]

  private static let files: [String: [Defect]] = [
    "atr.generic": [Defect(atr: historical), Defect(atr: [0x3B, 0x8F, 0x80])],
    "files.card-access": [
      .file(0x9C, in: .masterFile) { data, card in
        let value = (try? BERTLV(parsing: data))?.value ?? []
        return BERTLV(0x31, value + BERTLV(0x30, [BERTLV(0x06, [0x2A, 0x03]), BERTLV(0x04, card.state.serial)]).bytes)
          .bytes
      }
    ],
    "files.directory": [
      .file(0x9E, in: .masterFile) { data, card in data + BERTLV(0x61, [BERTLV(0x4F, card.state.serial)]).bytes }
    ],
    "files.information": [.file(0x81, in: .masterFile) { data, card in data + BERTLV(0x5A, card.state.serial).bytes }],
    "files.card-security-shut": [
      .inside { command, card in
        guard command.ins == 0xB0, command.p1 == 0x9D, card.selection == .masterFile else { return nil }
        return ResponseAPDU(data: card.state.cardSecurity, status: .success)
      }
    ],
    "privacy.same-twice": [
      .inside { command, card in
        guard command.ins == 0xA4, command.data == [0x3F, 0x00] else { return nil }
        return ResponseAPDU(data: (try? card.random.bytes(8)) ?? [], status: .success)
      }
    ],
    "privacy.no-identifiers": [
      .inside { command, card in
        guard command.ins == 0xA4, command.data == ApplicationName.issuerSecurityDomain else { return nil }
        let answer = card.obey(command)
        return ResponseAPDU(data: answer.data + card.state.serial, status: answer.status)
      },
      .inside { command, card in
        guard command.ins == 0x84, card.session == nil, let number = card.state.cardNumber else { return nil }
        return ResponseAPDU(data: Array(number.digits.utf8), status: .success)
      },
    ],
    "privacy.data-objects": [
      .inside { command, card in
        guard command.ins == 0xCA, command.p1 == 0x9F, command.p2 == 0x7F else { return nil }
        return ResponseAPDU(data: [0x9F, 0x7F, 0x02, 0x47, 0x90], status: .success)
      }
    ],
    "files.selection": [
      .answers(0xA4, .fileNotFound), .reads(0xA4) { command, _ in if command.p1 == 2 { command.data = [0x3F, 0x00] } },
    ],
    "files.offsets": [
      .answers(0xB0, .wrongParameters), .answers(0xB0, .commandNotAllowed), .answers(0xB0, .fileNotFound),
    ],
  ]

  private static let life: [String: [Defect]] = [
    "life.fresh-shut": [
      .inside { command, card in
        command.isPACE && card.state.lifeCycle == .opReady ? ResponseAPDU(status: .success) : nil
      }
    ],
    "life.half-shut": [
      .inside { command, card in
        guard command.isPACE, card.state.lifeCycle == .opReady, card.state.can != nil else { return nil }
        return ResponseAPDU(status: .success)
      },
      .inside { command, card in
        guard command.ins == 0xA4, command.data == ApplicationName.payout, card.state.policy != nil else { return nil }
        return ResponseAPDU(status: .success)
      },
    ],
    "life.personalise": [Defect(losesWrites: .failsAfter(8)), Defect(losesWrites: .failsAfter(5))],
    "life.domain-silent": [
      .inside { command, card in
        guard command.ins == 0x50, card.state.lifeCycle == .secured else { return nil }
        return ResponseAPDU(data: card.state.serial, status: .success)
      },
      .inside { command, card in
        guard command.ins == 0xA4, command.data == ApplicationName.issuerSecurityDomain else { return nil }
        return ResponseAPDU(data: card.state.serial, status: card.obey(command).status)
      },
    ],
    "life.read-back": [
      .file(0x81, in: .payout) { data, _ in data.spoilt }, .file(0x82, in: .payout) { data, _ in data.spoilt },
      .file(0x85, in: .payout) { data, _ in data.spoilt }, .status { $0.counter += 1 },
    ],
    "life.transport-pin": [
      .before(0xA4) { _, card in
        if card.provenPassword == .pin, card.state.hasTransportPIN { card.access.password = .pin }
      },
      .answers(0x40, .conditionsNotSatisfied),
    ],
    "life.first-pin": [.answers(0x2C, .wrongLength)],
    "life.activate": [
      .inside { command, _ in command.ins == 0x2C ? ResponseAPDU(status: .success) : nil },
      .inside { command, _ in command.ins == 0x2C ? ResponseAPDU(status: .conditionsNotSatisfied) : nil },
    ],
  ]

  private static func wrongCondition(_ file: PayoutFile) -> [Defect] {
    let lax: AccessCondition = file == .cardInfo ? .pin : .anyPassword
    return [.policy { $0.read[file] = lax }, .policy { $0.read[file] = .never }]
  }

  private static let access: [String: [Defect]] = [
    "access.card-info": wrongCondition(.cardInfo), "access.holder": wrongCondition(.holder),
    "access.lines": wrongCondition(.lines),
    "access.snapshot": wrongCondition(.snapshot) + [.policy { $0.read[.snapshot] = .pinOrTerminal }],
    "access.payout-key-certificate": wrongCondition(.payoutKeyCertificate),
    "access.payout-log": wrongCondition(.payoutLog), "access.offline-authority": wrongCondition(.offlineAuthority),
    "access.photo": wrongCondition(.photo) + [.policy { $0.read[.photo] = .pinOrTerminal }],
    "access.authorise": [
      .before(0x40) { _, card in card.access.isCANAllowed = true },
      .before(0x40) { _, card in card.access.payoutRights.insert(.override) },
      .policy { $0.commands[.authorise] = .pinAndTerminal },
    ],
    "access.complete": [.policy { $0.commands[.complete] = .pin }],
    "access.status": [.policy { $0.commands[.status] = .anyPassword }, .policy { $0.commands[.status] = .pin }],
    "access.last-certificate": [.policy { $0.commands[.lastCertificate] = .anyPassword }],
    "access.selection": [
      .inside { command, card in
        guard command.ins == 0xA4, command.data == ApplicationName.payout, card.obey(command).status.isSuccess,
          let number = card.state.cardNumber
        else { return nil }
        return ResponseAPDU(data: PayoutSelection(cardNumber: number, status: (1, 1)).bytes, status: .success)
      }
    ],
    "access.no-session": [
      .inside { command, card in
        guard command.ins == 0xA4, command.data == ApplicationName.payout, card.session == nil else { return nil }
        return ResponseAPDU(status: .success)
      },
      .inside { command, card in command.ins == 0x2C && card.session == nil ? ResponseAPDU(status: .success) : nil },
    ],
    "access.puk": [
      .before(0xA4) { _, card in if card.provenPassword == .puk { card.access.password = .pin } },
      .before(0x2C) { _, card in if card.provenPassword == .puk { card.provenPassword = .pin } },
    ],
    "access.payout-and-pin-rights": [.accepts(0x22)],
  ]

  private static let commands: [String: [Defect]] = [
    "command.class": [.wireAccepts(.classNotSupported), .wireAccepts(.logicalChannelNotSupported)],
    "command.instruction": [
      .inside { command, card in
        let answer = card.obey(command)
        return answer.status == .instructionNotSupported ? ResponseAPDU(status: .success) : answer
      }
    ],
    "command.unprotected": [
      .wire { command, _ in command.cla == 0x80 && command.ins == 0x44 ? ResponseAPDU(status: .success) : nil },
      .wireAccepts(.secureMessagingNotSupported),
    ],
    "command.parameters": [0x40, 0x42, 0x44, 0x46, 0xA4, 0xB2, 0x22, 0x84, 0x2A].map { .answers($0, .incorrectP1P2) },
    "command.reset-retry-counter": [.answers(0x2C, .incorrectP1P2), .reads(0x2C) { command, _ in command.p2 = 3 }],
    "command.answer-length": [
      .reads(0x40) { command, _ in command.expectedLength = 65_536 },
      .reads(0x42) { command, _ in command.expectedLength = 65_536 },
    ],
    "command.status-length": [.reads(0x44) { command, _ in command.data = [] }],
    "command.last-certificate-length": [.answers(0x46, .wrongLength, by: .referencedDataNotFound)],
    "command.order-layout": [
      .reads(0x40) { command, _ in
        if (try? PayoutOrder(parsing: command.data)) == nil { command.data = command.data.dropLast() }
      },
      .reads(0x40) { command, _ in
        var seen: Set<BERTag> = []
        guard let objects = try? BERTLV.sequence(command.data) else { return }
        command.data = objects.filter { seen.insert($0.tag).inserted }.flatMap(\.bytes)
      },
      .reads(0x40) { command, _ in
        guard let objects = try? BERTLV.sequence(command.data) else { return }
        command.data = objects.sorted { $0.tag.rawValue < $1.tag.rawValue }.flatMap(\.bytes)
      },
    ],
    "command.order-mode": [
      .reads(0x40) { command, _ in
        if let order = try? PayoutOrder(parsing: command.data) { command.p1 = order.mode.rawValue }
      },
      .answers(0x40, .incorrectData),
    ],
    "command.completion-layout": [
      .answers(0x42, .incorrectData),
      .reads(0x42) { command, _ in
        if (try? CompletionOrder.parse(command.data)) == nil { command.data = command.data.dropLast() }
      },
    ],
    "command.chaining": [
      .wire { command, _ in
        command.cla & 0x10 != 0 && command.ins != 0x86 ? ResponseAPDU(status: .chainingNotSupported) : nil
      }
    ],
    "command.broken-chain": [
      .wireAccepts(.secureMessagingNotSupported, .secureMessagingObjectsIncorrect, .secureMessagingObjectsMissing)
    ],
    "command.too-long": [.inside { command, _ in command.data.count > 2_000 ? ResponseAPDU(status: .success) : nil }],
  ]

  private static let tampered =
    [
      "class", "instruction", "p1", "p2", "cryptogram", "padding-indicator", "le", "unknown-object", "mac-cut",
      "no-mac",
      "order", "counter", "replay",
    ].map { "sm.\($0)" } + (0..<8).map { "sm.mac-\($0)" }

  /// The tampered command is taken; it is refused, and the session goes on.
  private static let messaging: [String: [Defect]] = [
    "sm.old-session": [.wireAccepts(.secureMessagingNotSupported)],
    "sm.plain-ends": [.wireAccepts(.secureMessagingNotSupported)],
    "sm.answers": [
      .wire { _, answer in answer.status == .fileNotFound ? ResponseAPDU(status: .fileNotFound) : nil }
    ],
  ].merging(
    tampered.map {
      (
        $0,
        [
          .wireAccepts(.secureMessagingObjectsIncorrect, .secureMessagingObjectsMissing),
          .wireAccepts(.secureMessagingNotSupported),
        ]
      )
    }
  ) { $0 + $1 }

  private static let refusedChains = [
    "expired-verifier", "expired-terminal", "turned-dates", "verifier-authority", "verifier-type", "terminal-of-anchor",
    "verifier-parameters", "verifier-of-verifier", "authority-of-verifier", "terminal-type", "verifier-signer",
    "terminal-signer", "changed", "unknown-authority", "fresh-session", "minimum-date",
  ].map { "chain.\($0)" }

  private static let rights = ["doubled", "short", "other-identifier", "verifier-without", "confined", "not-asked"]
    .map { "rights.\($0)" }

  private static let authentication: [String: [Defect]] = [
    "ta.signature": [.accepts(0x82)], "ta.challenge-once": [.accepts(0x82)], "ta.bound-to-session": [.accepts(0x82)],
    "ta.challenge-fresh": [Defect(random: StuckRandom()), .accepts(0x82)], "ta.once": [.accepts(0x22)],
    "ta.not-asked": [.accepts(0x22), .accepts(0x84)],
    "ca.genuine": [
      .after(0x22) { _, card in
        if card.chipParameters != nil { card.state.chipKey = try? ECPrivateKey(generate: .p256) }
      }
    ],
    "ca.needs-terminal": [.accepts(0x22)], "ca.other-key": [.accepts(0x86)],
    "date.moves": [
      .inside { command, card in
        guard command.ins == 0x2A else { return nil }
        let answer = card.obey(command)
        if answer.status.isSuccess, let certificate = try? CVCertificate(unwrapped: command.data),
          let date = CardDate(yyyymmdd: certificate.content.effective.yyyymmdd)
        {
          card.state.cardDate = max(card.state.cardDate, date)
          try? card.save()
        }
        return answer
      },
      .inside { command, card in
        guard command.ins == 0x2A else { return nil }
        let before = card.state.cardDate
        let answer = card.obey(command)
        card.state.cardDate = before
        try? card.save()
        return answer
      },
    ],
    "chain.link": [
      .inside { command, card in
        guard command.ins == 0x2A else { return nil }
        let before = card.state.anchors
        let answer = card.obey(command)
        card.state.anchors = before
        try? card.save()
        return answer
      },
      .after(0x2A) { _, card in
        card.state.anchors = Array(card.state.anchors.prefix(1))
        try? card.save()
      },
    ],
  ].merging(refusedChains.map { ($0, [.accepts(0x22, 0x2A)]) }) { $1 }
    .merging(
      rights.map {
        ($0, [.after(0x82) { answer, card in if answer.status.isSuccess { card.access.payoutRights = .online } }])
      }
    ) { $1 }

  private static let identity: [String: [Defect]] = [
    "identity.content": [
      .inside { command, card in
        guard command.ins == 0xB0, card.selection == .identity else { return nil }
        let answer = card.obey(command)
        return ResponseAPDU(data: answer.status.isSuccess ? answer.data.spoilt : [], status: answer.status)
      }
    ],
    "identity.rights": [
      .inside { command, card in
        guard command.ins == 0xB0, card.selection == .identity, card.hasProvenChip,
          let group = card.state.identity[command.p1 & 0x1F]
        else { return nil }
        return ResponseAPDU(data: group, status: .success)
      }
    ],
    "identity.before-chip": [.before(0xB0) { _, card in card.hasProvenChip = true }],
    "identity.can": [.before(0xB0) { _, card in card.access.isCANAllowed = true }],
    "identity.absent": [
      .inside { command, card in
        guard command.ins == 0xB0, card.selection == .identity, card.state.identity[command.p1 & 0x1F] == nil else {
          return nil
        }
        return ResponseAPDU(status: .fileNotFound)
      }
    ],
  ]
}
