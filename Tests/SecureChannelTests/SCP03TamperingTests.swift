import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// What somebody on the way can do to an SCP03 session: nothing but end it.
@Suite struct SCP03TamperingTests {
  static let command = CommandAPDU(cla: 0x80, ins: 0xCA, p1: 1, p2: 2, data: [1, 2, 3, 4, 5], expectedLength: 256)
  static let levels: [SCP03SecurityLevel] = [
    .commandMAC, [.commandMAC, .commandEncryption], [.commandMAC, .responseMAC],
    [.commandMAC, .commandEncryption, .responseMAC], .full,
  ]
  static let hostChallenge = octets("0102030405060708")

  /// The exchanges of an honest session: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, then `command` `count` times.
  private func exchanges(
    _ level: SCP03SecurityLevel, _ command: CommandAPDU = command, count: Int = 1
  ) async throws -> [ScriptedExchange] {
    let trace = TraceChannel(SCP03Loop())
    let host = try await SCP03Loop.open(over: trace, level: level, random: FixedRandom([Self.hostChallenge]))
    for _ in 0..<count { _ = try await host.transmit(command) }
    return await trace.exchanges
  }

  /// The card of such a session before EXTERNAL AUTHENTICATE.
  private func newCard() throws -> SCP03Card {
    try SCP03Card(
      keys: SCP03Loop.keys(), hostChallenge: Self.hostChallenge,
      diversificationData: SCP03Loop.diversificationData, sequenceCounter: 1, aid: SCP03Loop.domain)
  }

  /// Checks that a session refuses `response` to its first command and is over then.
  private func expectRefusal(
    _ comment: String, of response: [UInt8], in script: [ScriptedExchange], _ level: SCP03SecurityLevel
  ) async throws {
    var script = script
    script[2].response = response
    let host = try await SCP03Loop.open(
      over: ScriptedChannel(script), level: level, random: FixedRandom([Self.hostChallenge]))
    let error = await #expect(throws: CardChannelError.self, "\(comment)") { try await host.transmit(Self.command) }
    #expect(error?.isSecureMessaging == true, "\(comment): \(String(describing: error))")
    let ended = await #expect(throws: CardChannelError.self, "\(comment)") { try await host.transmit(Self.command) }
    #expect(ended?.isSessionEnded == true, "\(comment): \(String(describing: ended))")
  }

  @Test(arguments: levels.filter { $0.contains(.responseMAC) })
  func changedAnswersAreRefused(_ level: SCP03SecurityLevel) async throws {
    let script = try await exchanges(level, count: 2)
    let answer = try #require(script[2].response)
    let data = Array(answer.dropLast(2))
    for bit in 0..<answer.count * 8 {
      let changed = answer.flipping(bit: bit)
      // Error status words carry no R-MAC (§6.2.5); with data they are refused all the same.
      try await expectRefusal("bit \(bit)", of: changed, in: script, level)
    }
    for length in 0..<data.count {
      try await expectRefusal("cut to \(length)", of: data.prefix(length) + [0x90, 0], in: script, level)
    }
    try await expectRefusal("octet after the MAC", of: data + [0, 0x90, 0], in: script, level)
    try await expectRefusal("bare 9000", of: [0x90, 0], in: script, level)
    try await expectRefusal("bare warning", of: [0x63, 0x10], in: script, level)
    try await expectRefusal("next answer", of: try #require(script[3].response), in: script, level)
  }

  @Test func earlierAnswersAreRefused() async throws {
    var script = try await exchanges(.full, count: 2)
    script[3].response = script[2].response
    let host = try await SCP03Loop.open(over: ScriptedChannel(script), random: FixedRandom([Self.hostChallenge]))
    #expect(try await host.transmit(Self.command).data == Self.command.data)
    let error = await #expect(throws: CardChannelError.self) { try await host.transmit(Self.command) }
    #expect(error?.isSecureMessaging == true)
  }

  @Test func droppedAnswersEndTheSession() async throws {
    var script = try await exchanges(.full)
    script[2].response = nil
    let host = try await SCP03Loop.open(over: ScriptedChannel(script), random: FixedRandom([Self.hostChallenge]))
    let lost = await #expect(throws: CardChannelError.self) { try await host.transmit(Self.command) }
    guard case .cardLost(.removed)? = lost else {
      Issue.record("\(String(describing: lost))")
      return
    }
    let ended = await #expect(throws: CardChannelError.self) { try await host.transmit(Self.command) }
    #expect(ended?.isSessionEnded == true)
  }

  /// Checks that an authenticated card refuses `command`, and then the right one too.
  private func expectRefusal(
    _ comment: String, of command: CommandAPDU, after script: [ScriptedExchange]
  ) throws {
    var card = try newCard()
    let isAuthentic = try card.authenticate(CommandAPDU(parsing: script[1].command))
    #expect(isAuthentic)
    let refusal = #expect(throws: SecureMessagingRefusal.self, "\(comment)") { try card.unwrap(command) }
    let statuses: [StatusWord?] = [.secureMessagingObjectsMissing, .secureMessagingObjectsIncorrect]
    #expect(statuses.contains(refusal?.status), "\(comment)")
    let right = try CommandAPDU(parsing: script[2].command)
    let revived = (try? card.unwrap(right)) != nil
    #expect(!revived, "\(comment): a command is taken after a refusal")
  }

  @Test(arguments: levels) func changedCommandsAreRefused(_ level: SCP03SecurityLevel) async throws {
    let script = try await exchanges(level, count: 2)
    let sent = try CommandAPDU(parsing: script[2].command)
    for bit in 0..<32 {
      let header = sent.header.flipping(bit: bit)
      var changed = sent
      (changed.cla, changed.ins, changed.p1, changed.p2) = (header[0], header[1], header[2], header[3])
      try expectRefusal("header bit \(bit)", of: changed, after: script)
    }
    for bit in 0..<sent.data.count * 8 {
      var changed = sent
      changed.data = sent.data.flipping(bit: bit)
      try expectRefusal("data bit \(bit)", of: changed, after: script)
    }
    for length in 0..<sent.data.count {
      var changed = sent
      changed.data = Array(sent.data.prefix(length))
      try expectRefusal("cut to \(length)", of: changed, after: script)
    }
    var longer = sent
    longer.data.append(0)
    try expectRefusal("octet after the MAC", of: longer, after: script)
    try expectRefusal("the second first", of: try CommandAPDU(parsing: script[3].command), after: script)
    try expectRefusal("in the clear", of: Self.command, after: script)
    try expectRefusal("authentication once more", of: try CommandAPDU(parsing: script[1].command), after: script)
  }

  @Test(arguments: levels) func replayedCommandsAreRefused(_ level: SCP03SecurityLevel) async throws {
    let script = try await exchanges(level)
    var card = try newCard()
    let isAuthentic = try card.authenticate(CommandAPDU(parsing: script[1].command))
    #expect(isAuthentic)
    let sent = try CommandAPDU(parsing: script[2].command)
    #expect(try card.unwrap(sent) == Self.command)
    let refusal = #expect(throws: SecureMessagingRefusal.self) { try card.unwrap(sent) }
    #expect(refusal?.status == .secureMessagingObjectsIncorrect)
  }

  @Test func nothingIsTakenBeforeAuthentication() async throws {
    let script = try await exchanges(.full)
    var card = try newCard()
    let refusal = #expect(throws: SecureMessagingRefusal.self) {
      try card.unwrap(CommandAPDU(parsing: script[2].command))
    }
    #expect(refusal?.status == .securityStatusNotSatisfied)
  }

  /// A wrong EXTERNAL AUTHENTICATE ends the session: the right one is not taken after it.
  @Test func wrongAuthenticationEndsTheSession() async throws {
    let script = try await exchanges(.full)
    let right = try CommandAPDU(parsing: script[1].command)
    var wrong: [(String, CommandAPDU)] = []
    for bit in 0..<right.data.count * 8 {
      var changed = right
      changed.data = right.data.flipping(bit: bit)
      wrong.append(("data bit \(bit)", changed))
    }
    for bit in 0..<32 {
      let header = right.header.flipping(bit: bit)
      var changed = right
      (changed.cla, changed.ins, changed.p1, changed.p2) = (header[0], header[1], header[2], header[3])
      wrong.append(("header bit \(bit)", changed))
    }
    for length in 0..<16 {
      var changed = right
      changed.data = Array(right.data.prefix(length))
      wrong.append(("cut to \(length)", changed))
    }
    for (name, command) in wrong {
      var card = try newCard()
      var isAuthentic = try card.authenticate(command)
      #expect(!isAuthentic, "\(name)")
      isAuthentic = try card.authenticate(right)
      #expect(!isAuthentic, "\(name): the right one is taken after it")
    }
  }

  @Test func authenticationIsTakenOnce() async throws {
    let script = try await exchanges(.full)
    let right = try CommandAPDU(parsing: script[1].command)
    var card = try newCard()
    var isAuthentic = try card.authenticate(right)
    #expect(isAuthentic)
    isAuthentic = try card.authenticate(right)
    #expect(!isAuthentic)
  }

  /// Amendment D table 7-5: encryption needs the MAC of its direction, response encryption all of it.
  @Test func levelsOutsideTheTableAreRefused() async throws {
    for level in UInt8.min...UInt8.max {
      let trace = TraceChannel(SCP03Loop())
      let host = try? await SCP03Loop.open(over: trace, level: SCP03SecurityLevel(rawValue: level))
      #expect((host != nil) == [0x01, 0x03, 0x11, 0x13, 0x33].contains(level), "level \(level)")
    }
  }

  @Test func refusedAuthenticationIsReported() async throws {
    var script = try await exchanges(.full)
    script[1].response = StatusWord.authenticationFailed.bytes
    let error = await #expect(throws: SCP03Error.self) {
      try await SCP03Loop.open(over: ScriptedChannel(script), random: FixedRandom([Self.hostChallenge]))
    }
    guard case .refused(let step, .authenticationFailed)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(step == "EXTERNAL AUTHENTICATE")
  }

  /// A changed card cryptogram, challenge, key information or counter is a card with other keys.
  @Test func changedUpdatesAreRefused() async throws {
    let script = try await exchanges(.full)
    let answer = try #require(script[0].response)
    for bit in 13 * 8..<29 * 8 {
      var changed = script
      changed[0].response = answer.flipping(bit: bit)
      let error = await #expect(throws: SCP03Error.self, "bit \(bit)") {
        try await SCP03Loop.open(over: ScriptedChannel(changed), random: FixedRandom([Self.hostChallenge]))
      }
      guard case .wrongKeys? = error else {
        Issue.record("bit \(bit): \(String(describing: error))")
        return
      }
    }
  }

  @Test func randomOctetsNeverTrap() async throws {
    let script = try await exchanges(.full)
    var random = SplitMix64()
    for round in 0..<1_000 {
      let string = random.octets(Int.random(in: 0...64, using: &random))
      let comment = "seed \(SplitMix64.seed), round \(round)"
      try await expectRefusal(comment, of: string + [0x90, 0], in: script, .full)
      try expectRefusal(comment, of: CommandAPDU(cla: 0x84, ins: 0xE2, data: string), after: script)
    }
  }
}
