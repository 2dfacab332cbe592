import CardApplication
import CardCrypto
import FuzzSupport
import ISO7816
import SecureChannel

/// Inputs of the card's fuzzer: a card's making, its payouts and completions, and what terminals do besides.
struct CardSeeds {
  let card: FuzzCard
  private typealias Record = (flags: UInt8, octets: [UInt8])

  private func input(_ opening: Opening, _ records: [Record]) -> [UInt8] {
    [opening.rawValue] + records.flatMap { $0.octets.string(flags: $0.flags) }
  }
  private func plain(_ commands: [CommandAPDU]) -> [Record] { commands.map { (0, $0.bytes) } }
  private func step(_ kind: FuzzTerminal.Step, _ rest: UInt8...) -> Record { (Flags.step, [kind.rawValue] + rest) }

  private let select = CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.payout, expectedLength: 256)
  private let selectIdentity = CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.eID, expectedLength: 256)
  private let status = CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256)
  private let last = CommandAPDU(
    cla: 0x80, ins: 0x46, data: [UInt8](repeating: 1, count: 16), expectedLength: 65_536)
  private let log = CommandAPDU(ins: 0xB2, p1: 1, p2: 0x34, expectedLength: 65_536)
  private let cardSecurity = CommandAPDU(ins: 0xB0, p1: 0x9D, expectedLength: 65_536)
  private let reads = (1...8).map { CommandAPDU(ins: 0xB0, p1: 0x80 | $0, expectedLength: 65_536) }
  private let groups = (1...22).map { CommandAPDU(ins: 0xB0, p1: 0x80 | $0, expectedLength: 65_536) }
  private let setPIN = CommandAPDU(ins: 0x2C, p1: 2, p2: 3, data: Array("135791".utf8))
  private let unblock = CommandAPDU(ins: 0x2C, p1: 3, p2: 3)

  /// An update by somebody who has not the office's keys.
  private let update = [
    CommandAPDU(cla: 0x80, ins: 0x50, data: [1, 2, 3, 4, 5, 6, 7, 8], expectedLength: 256),
    CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: 0x7F, data: [UInt8](repeating: 5, count: 8), expectedLength: 256),
    CommandAPDU(cla: 0x80, ins: 0x50, data: [1, 2, 3, 4, 5, 6, 7, 8], expectedLength: 256),
    CommandAPDU(cla: 0x80, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 5, count: 16)),
    CommandAPDU(cla: 0x80, ins: 0xE2, p1: 0x81, data: [UInt8](repeating: 5, count: 24), expectedLength: 256),
  ]

  private func authorise(_ id: UInt8, fromReserve: Int64 = 0, mode: PayoutMode = .online) -> CommandAPDU {
    CommandAPDU(
      cla: 0x80, ins: 0x40, p1: mode.rawValue,
      data: FuzzCard.order(id: id, fromReserve: fromReserve, mode: mode).bytes, expectedLength: 65_536)
  }
  private func complete(_ order: CompletionOrder) -> Record {
    (Flags.signed, CommandAPDU(cla: 0x80, ins: 0x42, data: order.body, expectedLength: 65_536).bytes)
  }

  init(card: FuzzCard) { self.card = card }

  /// By name.
  var all: [String: [UInt8]] {
    payouts.merging(files) { first, _ in first }.merging(terminals) { first, _ in first }
      .merging(passwords) { first, _ in first }
  }

  private var payouts: [String: [UInt8]] {
    let granted = card.completion(granted: 10_000_000)
    return [
      "payout": input(.payout, plain([select, authorise(1), authorise(1), last, log, status] + reads)),
      "payout-without-terminal": input(.pin, plain([select, authorise(1), status] + reads)),
      "payout-then-completion": input(
        .payout, plain([select, authorise(1)]) + [complete(card.completion(counter: 1))] + plain([status, last])),
      "reserve": input(
        .payout,
        plain([select]) + [complete(granted), complete(granted)] + plain([authorise(2, fromReserve: 1_000_000)])),
      "offline": input(
        .payout,
        plain([select]) + [complete(granted)]
          + plain([authorise(2, fromReserve: 100_000, mode: .offline), last, status])),
      "completion-can": input(.can, plain([select]) + [complete(granted), complete(granted)] + plain([reads[3]])),
      "power": input(
        .payout, plain([select]) + [(Flags.power, select.bytes), (Flags.bare, status.bytes), (0, authorise(3).bytes)]),
      "making": input(.domain, plain(card.commands)),
    ]
  }

  private var files: [String: [UInt8]] {
    let files = [0x3F00, 0x2F00, 0x2F01, 0x011C, 0x011D].flatMap { (identifier: UInt16) in
      [
        CommandAPDU(ins: 0xA4, data: [UInt8](bigEndian: identifier, width: 2), expectedLength: 256),
        CommandAPDU(ins: 0xB0, expectedLength: 256),
      ]
    }
    let domain = CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.issuerSecurityDomain, expectedLength: 256)
    return [
      "files": input(.none, plain(files)), "read-can": input(.can, plain([select] + reads + [log, status])),
      "domain": input(
        .fresh,
        plain([domain, CommandAPDU(cla: 0x80, ins: 0x50, data: [1, 2, 3, 4, 5, 6, 7, 8], expectedLength: 256)])
          + plain([CommandAPDU(cla: 0x84, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 5, count: 16))])),
      "chain": input(
        .none,
        plain([
          CommandAPDU(cla: 0x10, ins: 0xA4, data: [0x3F]), CommandAPDU(ins: 0xA4, data: [0], expectedLength: 256),
        ])),
      "update": input(.pin, plain([select] + update)), "update-can": input(.can, plain([select] + update)),
      "pace": input(.none, plain(pace)), "pace-in-session": input(.can, plain(pace)),
    ]
  }

  /// PACE with keys that lead nowhere.
  private var pace: [CommandAPDU] {
    let template = BERTLV(0x80, PACEParameters.ecdhGM(.p256, .aes128).oid).bytes
    func step(_ tag: BERTag, _ value: [UInt8], cla: UInt8 = 0x10) -> CommandAPDU {
      CommandAPDU(cla: cla, ins: 0x86, data: BERTLV(0x7C, [BERTLV(tag, value)]).bytes, expectedLength: 256)
    }
    let point = FuzzCard.completionKey.publicKey.point
    return [
      CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: template + [0x83, 1, 3]),
      CommandAPDU(cla: 0x10, ins: 0x86, data: [0x7C, 0], expectedLength: 256), step(0x81, point), step(0x83, point),
      step(0x85, [1, 2, 3, 4, 5, 6, 7, 8], cla: 0),
    ]
  }

  /// Passwords by the order of ``PACEPasswordReference``: 0 CAN, 1 PIN, 2 PUK.
  private var terminals: [String: [UInt8]] {
    func proof(_ credential: UInt8, _ verifier: UInt8, _ terminal: UInt8) -> [Record] {
      [
        step(.selectKey, verifier), step(.present, verifier), step(.selectKey, terminal), step(.present, terminal),
        step(.template, credential), step(.challenge), step(.authenticate, credential),
      ]
    }
    func places(_ certificate: CVCertificate) -> UInt8 {
      UInt8(FuzzPKI.shared.authentic.firstIndex(of: certificate) ?? 0)
    }
    var seeds: [String: [UInt8]] = [:]
    for (index, credential) in FuzzPKI.shared.credentials.enumerated() {
      let steps = proof(UInt8(index), places(credential.verifier), places(credential.terminal))
      let links = credential.links.flatMap { [step(.selectKey, places($0)), step(.present, places($0))] }
      seeds["terminal-\(index)"] = input(
        .none, [step(.pace, 1, UInt8(index))] + links + steps + plain([cardSecurity, select, authorise(1), status]))
      seeds["chip-\(index)"] = input(
        .none,
        [step(.pace, 0, UInt8(index))] + links + steps + [step(.chip)]
          + plain([selectIdentity, groups[3], groups[7], setPIN, unblock]))
      seeds["whole-\(index)"] = input(
        .can, [step(.pace, 1, UInt8(index)), step(.terminal, UInt8(index))] + plain([select, authorise(1)]))
    }
    for index in FuzzPKI.shared.refused.indices {
      let place = UInt8(FuzzPKI.shared.authentic.count + index)
      seeds["refused-\(index)"] = input(
        .none,
        [
          step(.pace, 0, 0), step(.selectKey, 2), step(.present, 2), step(.selectKey, 5), step(.present, 5),
          step(.selectKey, place), step(.present, place), step(.template, 0), step(.challenge),
          step(.authenticate, 0),
        ])
    }
    seeds["changed"] = input(
      .none, [step(.pace, 0, 0), step(.selectKey, 3), step(.present, 3, 0, 90, 1), step(.selectKey, 3)])
    seeds["stale"] = input(
      .none,
      [step(.pace, 0, 0)] + proof(0, 2, 5).dropLast()
        + [step(.challenge), step(.authenticate, 0, 1), step(.authenticate, 0, 0)])
    seeds["pace-after-terminal"] = input(
      .payout, [step(.pace, 1, 0)] + plain([select, authorise(1)]) + [step(.pace, 0, 1)] + plain([cardSecurity]))
    return seeds
  }

  private var passwords: [String: [UInt8]] {
    let wrong = CommandAPDU(ins: 0x2C, p1: 2, p2: 3, data: Array("1234".utf8))
    return [
      "first-pin": input(.transport, plain([select, wrong, setPIN, unblock, reads[0]])),
      "change-pin": input(.pin, plain([setPIN, select, authorise(1)])),
      "change-then-pay": input(.payout, plain([setPIN, select, authorise(1)])),
      "manage": input(.management, plain([unblock, setPIN, select, cardSecurity])),
      "manage-pace": input(.management, [step(.pace, 0, 1)] + plain([setPIN, unblock])),
      "unblock": input(.none, [step(.pace, 2, 0)] + plain([unblock, setPIN, select])),
      "suspended": input(.none, plain(pace + pace + pace) + [step(.pace, 0x80, 0), step(.pace, 1, 0)]),
    ]
  }
}
