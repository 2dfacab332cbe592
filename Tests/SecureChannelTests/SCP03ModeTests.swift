import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// GPC Amendment D v1.2: which of the two modes a session is in, and who decides it.
@Suite struct SCP03ModeTests {
  struct Answering: CardChannel {
    let response: ResponseAPDU
    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU { response }
  }

  /// The answer to INITIALIZE UPDATE of a card in `mode`.
  private func update(_ mode: SCP03Mode) throws -> [UInt8] {
    try SCP03Card(
      keys: SCP03Loop.keys(), mode: mode, hostChallenge: [UInt8](repeating: 0, count: mode.length),
      diversificationData: SCP03Loop.diversificationData, sequenceCounter: 1, aid: SCP03Loop.domain
    ).initializeUpdateAnswer
  }

  @Test func answersOfBothModes() throws {
    let (short, long) = (try update(.s8), try update(.s16))
    #expect(short.count == 32)
    #expect(long.count == 48)
    #expect(Array(short[10..<13]) == octets("300370"))
    #expect(Array(long[10..<13]) == octets("300371"))
    #expect(short.suffix(3) == long.suffix(3))
    // The length of what is derived enters the derivation: no challenge of one mode is the start of the other's.
    #expect(short[13..<21] != long[13..<21])
  }

  @Test(arguments: SCP03Mode.allCases) func malformedUpdatesAreRefused(_ mode: SCP03Mode) async throws {
    let whole = try update(mode)
    for length in 0...60 {
      let data = Array((whole + [UInt8](repeating: 0, count: 12)).prefix(length))
      let answer = try? await SCP03Host.initialize(
        Answering(response: ResponseAPDU(data: data, status: .success)), mode: mode)
      #expect((answer != nil) == (length == whole.count - 3 || length == whole.count), "\(length) octets")
    }
    var other = whole
    other[11] = 0x02
    for response in [ResponseAPDU(data: other, status: .success), ResponseAPDU(data: whole, status: .fileNotFound)] {
      await #expect(throws: SCP03Error.self) {
        try await SCP03Host.initialize(Answering(response: response), mode: mode)
      }
    }
  }

  /// A whole and right answer in the other mode is refused by name, in both directions, before anything is sent.
  @Test func nothingFallsBackToTheOtherMode() async throws {
    for wanted in SCP03Mode.allCases {
      let offered: SCP03Mode = wanted == .s8 ? .s16 : .s8
      let trace = TraceChannel(Answering(response: ResponseAPDU(data: try update(offered), status: .success)))
      let error = await #expect(throws: SCP03Error.self) { try await SCP03Host.initialize(trace, mode: wanted) }
      guard case .otherMode(wanted: wanted, offered: offered)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      let commands = await trace.exchanges.map(\.command)
      #expect(commands.count == 1)
      #expect(commands.first?.count == 6 + wanted.length)
    }
  }

  /// "i" is in no cryptogram: b1 turned over on its way makes lengths and mode disagree.
  @Test(arguments: SCP03Mode.allCases) func changedParameterIsRefused(_ mode: SCP03Mode) async throws {
    var data = try update(mode)
    data[12] ^= 0x01
    let error = await #expect(throws: SCP03Error.self) {
      try await SCP03Host.initialize(Answering(response: ResponseAPDU(data: data, status: .success)), mode: mode)
    }
    guard case .malformedAnswer? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// A card of the other mode refuses the length of the challenge.
  @Test func cardOfTheOtherModeRefuses() async throws {
    for (wanted, offered) in [(SCP03Mode.s16, SCP03Mode.s8), (.s8, .s16)] {
      let error = await #expect(throws: SCP03Error.self) {
        try await SCP03Loop.open(over: SCP03Loop(mode: offered), mode: wanted)
      }
      guard case .refused(step: "INITIALIZE UPDATE", .wrongLength)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test(arguments: SCP03Mode.allCases, [0, 7, 8, 9, 15, 16, 17])
  func hostChallengesHaveTheLengthOfTheMode(_ mode: SCP03Mode, _ count: Int) {
    let card = try? SCP03Card(
      keys: SCP03Loop.keys(), mode: mode, hostChallenge: [UInt8](repeating: 0, count: count),
      diversificationData: SCP03Loop.diversificationData, sequenceCounter: 1, aid: SCP03Loop.domain)
    #expect((card != nil) == (count == mode.length))
  }

  static let hostChallenge = [UInt8](repeating: 5, count: 16)
  static let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: [1, 2, 3], expectedLength: 256)

  /// An honest session in S16 mode: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE and one command.
  private func script() async throws -> [ScriptedExchange] {
    let trace = TraceChannel(SCP03Loop(mode: .s16))
    let host = try await SCP03Loop.open(over: trace, mode: .s16, random: FixedRandom([Self.hostChallenge]))
    #expect(try await host.transmit(Self.command).data == Self.command.data)
    return await trace.exchanges
  }

  /// The card of this session, before EXTERNAL AUTHENTICATE.
  private func newCard() throws -> SCP03Card {
    try SCP03Card(
      keys: SCP03Loop.keys(), mode: .s16, hostChallenge: Self.hostChallenge,
      diversificationData: SCP03Loop.diversificationData, sequenceCounter: 1, aid: SCP03Loop.domain)
  }

  /// Every bit of both cryptograms and of all three MACs counts, and so does their length: eight right octets of
  /// sixteen prove nothing.
  @Test func everyOctetIsChecked() async throws {
    let script = try await script()
    let (authentication, sent) = (
      try CommandAPDU(parsing: script[1].command), try CommandAPDU(parsing: script[2].command)
    )
    let (update, answer) = (try #require(script[0].response), try #require(script[2].response))
    for bit in 0..<256 {
      var card = try newCard()
      var changed = authentication
      changed.data = authentication.data.flipping(bit: bit)
      let isAuthentic = try card.authenticate(changed)
      #expect(!isAuthentic, "EXTERNAL AUTHENTICATE, bit \(bit)")
    }
    for bit in 0..<128 {
      var changed = sent
      changed.data = sent.data.flipping(bit: (sent.data.count - 16) * 8 + bit)
      try expectRefusal("command, bit \(bit)", of: changed, after: authentication)
      var other = script
      other[2].response = answer.flipping(bit: (answer.count - 18) * 8 + bit)
      try await expectRefusal("answer, bit \(bit)", other)
      other[0].response = update.flipping(bit: 29 * 8 + bit)
      let error = await #expect(throws: SCP03Error.self) {
        try await SCP03Loop.open(
          over: ScriptedChannel(other), mode: .s16, random: FixedRandom([Self.hostChallenge]))
      }
      guard case .wrongKeys? = error else {
        Issue.record("card cryptogram, bit \(bit): \(String(describing: error))")
        continue
      }
    }
    for count in 1...16 {
      var changed = sent
      changed.data.removeLast(count)
      try expectRefusal("command, \(count) octets less", of: changed, after: authentication)
      changed = authentication
      changed.data.removeLast(count)
      var card = try newCard()
      let isAuthentic = try card.authenticate(changed)
      #expect(!isAuthentic, "EXTERNAL AUTHENTICATE, \(count) octets less")
      var other = script
      other[2].response = answer.dropLast(2 + count) + [0x90, 0]
      try await expectRefusal("answer, \(count) octets less", other)
    }
  }

  private func expectRefusal(_ comment: String, of command: CommandAPDU, after authentication: CommandAPDU) throws {
    var card = try newCard()
    let isAuthentic = try card.authenticate(authentication)
    #expect(isAuthentic)
    #expect(throws: SecureMessagingRefusal.self, "\(comment)") { try card.unwrap(command) }
  }

  private func expectRefusal(_ comment: String, _ script: [ScriptedExchange]) async throws {
    let host = try await SCP03Loop.open(
      over: ScriptedChannel(script), mode: .s16, random: FixedRandom([Self.hostChallenge]))
    let error = await #expect(throws: CardChannelError.self, "\(comment)") { try await host.transmit(Self.command) }
    #expect(error?.isSecureMessaging == true, "\(comment)")
  }
}
