import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// Status words of every file and command in every kind of session.
struct AccessSurvey {
  /// How a session was opened, and what the terminal has proven in it.
  enum Session: String, CaseIterable {
    case can = "CAN"
    case pin = "PIN"
    /// With the CAN and a terminal without *CAN allowed*.
    case canWithTerminal = "CAN + terminal"
    case canAllowed = "CAN + terminal, CAN allowed"
    case override = "CAN + terminal, CAN allowed, override"
    case pinWithTerminal = "PIN + terminal"

    /// Whether `condition` is met (`card-application` §3, §9).
    func meets(_ condition: AccessCondition) -> Bool {
      switch condition {
      case .never: false
      case .anyPassword: true
      case .pin: self == .pin || self == .pinWithTerminal
      case .pinOrTerminal: self != .can && self != .canWithTerminal
      case .terminal: self != .can && self != .canWithTerminal && self != .pin
      case .pinAndTerminal: self == .pinWithTerminal
      case .pinAndTerminalOrOverride: self == .pinWithTerminal || self == .override
      }
    }
  }

  var reads: [Session: [PayoutFile: ResponseAPDU]] = [:]
  var commands: [Session: [PayoutCommand: ResponseAPDU]] = [:]
  var showsCounters: [Session: Bool] = [:]
}

extension CardUnderTest {
  private func open(_ session: AccessSurvey.Session) async throws -> PayoutApplication {
    switch session {
    case .can: try await payout(.can)
    case .pin: try await payout(.pin)
    case .canWithTerminal: try await payout(.can, try terminal([.online, .override]))
    case .canAllowed: try await payout(.can, try terminal(.online, .canAllowed))
    case .override: try await payout(.can, try terminal([.online, .override], .canAllowed))
    case .pinWithTerminal: try await desk()
    }
  }

  /// Every file and command in every session; asked once.
  func surveyed() async throws -> AccessSurvey {
    if let survey { return survey }
    // Something to read in the log, and overrides counted from nought.
    try await pay(try await desk(), try payoutOrder())
    var found = AccessSurvey()
    for session in AccessSurvey.Session.allCases {
      let application = try await open(session)
      found.showsCounters[session] = application.session.selection.status != nil
      for file in PayoutFile.allCases {
        found.reads[session, default: [:]][file] =
          file == .payoutLog
          ? try await application.send(CommandAPDU(ins: 0xB2, p1: 1, p2: 0x34, expectedLength: 65_536))
          : try await application.read(file.rawValue)
      }
      found.commands[session] = try await commands(application, session)
    }
    survey = found
    return found
  }

  private func commands(
    _ application: PayoutApplication, _ session: AccessSurvey.Session
  ) async throws -> [PayoutCommand: ResponseAPDU] {
    let isByPIN = session == .pin || session == .pinWithTerminal
    let order = try payoutOrder(WantedPayout(override: isByPIN ? [] : Self.supervisor))
    // Of a key that the card does not know: what is allowed comes as far as 6A88, and nothing changes.
    let stranger = CompletionOrder(
      cardNumber: number(), issuerKeyID: [UInt8](repeating: 0, count: 8), serial: .max, acknowledgedCounter: 0,
      issuerTime: time, state: .active, lines: [], acknowledgedGeneration: generation, snapshot: [])
    return [
      .complete: try await application.complete(try sign(stranger)),
      .status: try await application.send(CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256)),
      .lastCertificate: try await application.send(
        CommandAPDU(cla: 0x80, ins: 0x46, data: try random.bytes(16), expectedLength: 65_536)),
      .authorise: try await authorise(application, order),
    ]
  }

  private func authorise(_ application: PayoutApplication, _ order: PayoutOrder) async throws -> ResponseAPDU {
    let answer = try await application.authorise(order.bytes)
    if answer.status.isSuccess { unacknowledged += 1 }
    return answer
  }
}

/// Every access rule from both sides (`card-application` §3, §4).
enum AccessChecks {
  static let all =
    PayoutFile.allCases.map(file) + PayoutCommand.allCases.map(command) + [selection, nobody, puk, payoutAndPINRights]

  private static let names: [PayoutFile: String] = [
    .cardInfo: "card-info", .holder: "holder", .lines: "lines", .snapshot: "snapshot",
    .payoutKeyCertificate: "payout-key-certificate", .payoutLog: "payout-log",
    .offlineAuthority: "offline-authority", .photo: "photo",
  ]

  private static func file(_ file: PayoutFile) -> ConformanceCheck {
    let name = names[file] ?? "\(file.rawValue)"
    return ConformanceCheck(
      "access.\(name)", .access, "card-application §3", vi: "Quyền đọc tệp \(file.rawValue) (\(name))",
      en: "Who may read file \(file.rawValue) (\(name))"
    ) { test in
      let condition = test.policy.readCondition(file)
      let survey = try await test.surveyed()
      for session in AccessSurvey.Session.allCases {
        guard let answer = survey.reads[session]?[file] else { continue }
        let what = "READ, \(session.rawValue), \(condition.name)"
        if session.meets(condition) {
          // A file that the card was not given is not there for those who may read it.
          if file == .photo {
            try expect(what, answer, .success, .fileNotFound)
          } else {
            try expect(what, answer, .success)
          }
        } else {
          try expect(what, answer, .securityStatusNotSatisfied)
        }
      }
    }
  }

  private static let commandNames: [PayoutCommand: String] = [
    .authorise: "authorise", .complete: "complete", .status: "status", .lastCertificate: "last-certificate",
  ]

  private static func command(_ command: PayoutCommand) -> ConformanceCheck {
    let name = commandNames[command] ?? "\(command.rawValue)"
    return ConformanceCheck(
      "access.\(name)", .access, "card-application §4", vi: "Quyền ra lệnh \(name)", en: "Who may give \(name)"
    ) { test in
      let condition = test.policy.condition(command)
      let survey = try await test.surveyed()
      for session in AccessSurvey.Session.allCases {
        guard let answer = survey.commands[session]?[command] else { continue }
        let what = "\(name), \(session.rawValue), \(condition.name)"
        // A terminal may always ask for a certificate of its own, and is told that there is none (§4).
        let asksForItsOwn = command == .lastCertificate && session == .canWithTerminal
        guard session.meets(condition) || asksForItsOwn else {
          try expect(what, answer, .securityStatusNotSatisfied)
          continue
        }
        switch command {
        case .authorise, .status: try expect(what, answer, .success)
        case .complete, .lastCertificate: try expect(what, answer, .referencedDataNotFound)
        }
      }
    }
  }

  private static let selection = ConformanceCheck(
    "access.selection", .access, "card-application §3",
    vi: "SELECT chỉ cho biết bộ đếm khi được xem trạng thái",
    en: "SELECT shows the counters only where GET PAYOUT STATUS is allowed"
  ) { test in
    let condition = test.policy.condition(.status)
    for (session, isShown) in try await test.surveyed().showsCounters {
      try expectEqual("SELECT, \(session.rawValue)", isShown, session.meets(condition))
    }
  }

  private static let nobody = ConformanceCheck(
    "access.no-session", .access, "card-application §1",
    vi: "Không có phiên thì không vào được ứng dụng nào", en: "Without a session no application opens"
  ) { test in
    let channel = try await test.card.channel()
    for name in [ApplicationName.payout, ApplicationName.eID] {
      try expectRefused(
        "SELECT", try await channel.transmit(CommandAPDU(ins: 0xA4, p1: 0x04, data: name, expectedLength: 256)))
    }
    for ins: UInt8 in [0x40, 0x42, 0x44, 0x46] {
      let answer = try await channel.transmit(
        CommandAPDU(cla: 0x80, ins: ins, p1: ins == 0x40 ? 1 : 0, data: [0x80], expectedLength: 65_536))
      try expectRefused("INS \([ins].hex)", answer)
    }
    let unblock = try await channel.transmit(CommandAPDU(ins: 0x2C, p1: 0x03, p2: 0x03))
    try expectRefused("RESET RETRY COUNTER", unblock)
  }

  private static let puk = ConformanceCheck(
    "access.puk", .access, "card-application §2, §3",
    vi: "PUK chỉ mở khóa PIN: không đọc, không đổi PIN, không chi",
    en: "The PUK unblocks the PIN and does nothing else"
  ) { test in
    let opened = try await test.open(.puk, try test.terminal(.online, .canAllowed))
    let select = try await opened.channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    try expect("SELECT payout, PUK", select, .securityStatusNotSatisfied)
    let holder = try await opened.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x82, expectedLength: 65_536))
    try expectRefused("READ BINARY EF.Holder, PUK", holder)
    let digits = [UInt8](repeating: 0x37, count: Int(test.policy.pinLength))
    let change = try await opened.channel.transmit(CommandAPDU(ins: 0x2C, p1: 0x02, p2: 0x03, data: digits))
    try expect("RESET RETRY COUNTER 02, PUK", change, .securityStatusNotSatisfied)
    _ = try await test.open(.pin)
  }

  private static let payoutAndPINRights = ConformanceCheck(
    "access.payout-and-pin-rights", .access, "card-application §2",
    vi: "Quyền chi trả và quyền quản lý PIN không cùng một phiên",
    en: "Payout and PIN-management rights never go together in one session"
  ) { test in
    let pace = try await test.pace()
    let request = RequestedAuthorization(
      HolderAuthorization(.terminal, [.pinManagement, .canAllowed]),
      extensions: [
        AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: PayoutRights.online.octets)
      ])
    let answer = try await pace.begin(pace.template(0x02) + request.objects)
    try expect("MSE:Set AT", answer, .incorrectData)
  }
}
