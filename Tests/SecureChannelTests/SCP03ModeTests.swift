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

  /// Eight octets of a right MAC of sixteen are no MAC.
  @Test func shortMACsAreRefused() async throws {
    let trace = TraceChannel(SCP03Loop(mode: .s16))
    let host = try await SCP03Loop.open(
      over: trace, mode: .s16, random: FixedRandom([[UInt8](repeating: 5, count: 16)]))
    let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: [1, 2, 3], expectedLength: 256)
    #expect(try await host.transmit(command).data == [1, 2, 3])
    let script = await trace.exchanges

    var cut = script
    cut[2].response = Array(try #require(script[2].response).dropLast(10)) + [0x90, 0]
    let again = try await SCP03Loop.open(
      over: ScriptedChannel(cut), mode: .s16, random: FixedRandom([[UInt8](repeating: 5, count: 16)]))
    let error = await #expect(throws: CardChannelError.self) { try await again.transmit(command) }
    #expect(error?.isSecureMessaging == true)

    func newCard() throws -> SCP03Card {
      try SCP03Card(
        keys: SCP03Loop.keys(), mode: .s16, hostChallenge: [UInt8](repeating: 5, count: 16),
        diversificationData: SCP03Loop.diversificationData, sequenceCounter: 1, aid: SCP03Loop.domain)
    }
    var authentication = try CommandAPDU(parsing: script[1].command)
    var card = try newCard()
    let isAuthentic = try card.authenticate(authentication)
    #expect(isAuthentic)
    var protected = try CommandAPDU(parsing: script[2].command)
    protected.data.removeLast(8)
    #expect(throws: SecureMessagingRefusal.self) { try card.unwrap(protected) }
    authentication.data.removeLast(8)
    var other = try newCard()
    let isShortAuthentic = try other.authenticate(authentication)
    #expect(!isShortAuthentic)
  }
}
