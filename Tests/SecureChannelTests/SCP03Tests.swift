import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// GPC Amendment D: host's and card's role together.
@Suite struct SCP03Tests {
  static let levels: [UInt8] = [0x01, 0x03, 0x11, 0x13, 0x33]

  /// Every level in every mode with every key length.
  static let sessions = SCP03Mode.allCases.flatMap { mode in
    [16, 24, 32].flatMap { keyLength in levels.map { (mode, keyLength, $0) } }
  }

  @Test(arguments: sessions)
  func everyCaseOfCommand(_ mode: SCP03Mode, _ keyLength: Int, _ level: UInt8) async throws {
    let card = SCP03Loop(keyLength: keyLength, mode: mode)
    let host = try await SCP03Loop.open(
      over: card, keyLength: keyLength, mode: mode, level: SCP03SecurityLevel(rawValue: level))
    var sent: [CommandAPDU] = []
    for length in [0, 1, 15, 16, 17, 223, 224, 239, 240, 247, 248, 255, 256, 1_000] {
      for expectedLength in [nil, 1, 256, 257, 65_536] as [Int?] {
        for instruction: UInt8 in [0xCA, 0xE2] {
          let data = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
          let command = CommandAPDU(
            cla: 0x80, ins: instruction, p1: 0x91, data: data, expectedLength: expectedLength)
          let response = try await host.transmit(command)
          #expect(response == EchoApplication.answer(command), "\(length) octets, Ne \(expectedLength ?? 0)")
          sent.append(command)
        }
      }
    }
    let received = await card.received
    #expect(received == sent)
  }

  @Test(arguments: levels) func statusWordsOfTheApplication(_ level: UInt8) async throws {
    let host = try await SCP03Loop.open(over: SCP03Loop(), level: SCP03SecurityLevel(rawValue: level))
    for _ in 0..<2 {
      #expect(try await host.transmit(CommandAPDU(cla: 0x80, ins: 0x24)).status == .conditionsNotSatisfied)
      #expect(try await host.transmit(CommandAPDU(cla: 0x80, ins: 0x20)).status.triesLeft == 2)
      let read = try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xB0, p2: 33, expectedLength: 33))
      #expect(read.data.count == 33)
    }
  }

  /// What each level leaves to be seen on the wire.
  @Test(arguments: SCP03Mode.allCases, levels)
  func whatEachLevelShows(_ mode: SCP03Mode, _ level: UInt8) async throws {
    let trace = TraceChannel(SCP03Loop(mode: mode))
    let host = try await SCP03Loop.open(over: trace, mode: mode, level: SCP03SecurityLevel(rawValue: level))
    let data = octets("112233445566778899AABBCCDDEEFF00")
    let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: data, expectedLength: 256)
    #expect(try await host.transmit(command).data == data)
    let exchange = try #require(await trace.exchanges.last)
    let sent = try CommandAPDU(parsing: exchange.command)
    let answer = try ResponseAPDU(parsing: #require(exchange.response))
    #expect(sent.cla == 0x84)
    // Sixteen octets and their padding are two blocks.
    #expect(sent.data.count == (level & 0x02 == 0 ? 16 : 32) + mode.length)
    #expect((sent.data.prefix(16) == data[...]) == (level & 0x02 == 0))
    #expect(answer.data.count == (level & 0x20 == 0 ? 16 : 32) + (level & 0x10 == 0 ? 0 : mode.length))
    #expect((answer.data.prefix(16) == data[...]) == (level & 0x20 == 0))
  }

  /// Empty data is not encrypted, but the command counts (§6.2.6).
  @Test func emptyDataIsNotEncrypted() async throws {
    let trace = TraceChannel(SCP03Loop())
    let host = try await SCP03Loop.open(over: trace)
    let response = try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xE4))
    #expect(response == ResponseAPDU(status: .success))
    let exchange = try #require(await trace.exchanges.last)
    #expect(try CommandAPDU(parsing: exchange.command).data.count == 8)
    #expect(exchange.response?.count == 10)
  }

  @Test func everySessionHasKeysOfItsOwn() async throws {
    let trace = TraceChannel(SCP03Loop())
    for _ in 0..<20 {
      let host = try await SCP03Loop.open(over: trace)
      _ = try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xE2, data: [1]))
    }
    let exchanges = await trace.exchanges
    #expect(exchanges.count == 60)
    #expect(Set(exchanges.map(\.command)).count == 60)
  }

  /// The command counter's carry at 255 → 256 is in the IV of command encryption.
  @Test func counterCarries() async throws {
    let host = try await SCP03Loop.open(over: SCP03Loop())
    for index in 0..<600 {
      let data = [UInt8](bigEndian: index, width: 2)
      let response = try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xCA, data: data, expectedLength: 2))
      #expect(response.data == data)
    }
  }

  @Test func concurrentExchangesDoNotInterleave() async throws {
    let card = SCP03Loop()
    let host = try await SCP03Loop.open(over: card)
    try await withThrowingTaskGroup { group in
      for index in 0..<40 {
        group.addTask {
          let data = [UInt8](repeating: UInt8(index), count: index)
          let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: data, expectedLength: 256)
          let response = try await host.transmit(command)
          #expect(response == ResponseAPDU(data: data, status: .success))
        }
      }
      try await group.waitForAll()
    }
    let (mostAtOnce, received) = (await card.mostAtOnce, await card.received)
    #expect(mostAtOnce == 1)
    #expect(received.count == 40)
  }

  /// A key that is not the card's is found before EXTERNAL AUTHENTICATE, which would cost the card a try.
  @Test func wrongKeysAreFoundBeforeTheCardCountsThem() async throws {
    let trace = TraceChannel(SCP03Loop())
    let update = try await SCP03Host.initialize(trace)
    let error = await #expect(throws: SCP03Error.self) {
      try await SCP03Host.open(trace, answering: update, keys: SCP03Loop.keys(change: 1))
    }
    guard case .wrongKeys? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let count = await trace.exchanges.count
    #expect(count == 1)
  }

  @Test func diversifiedKeysOpenASession() async throws {
    let data = octets("0102030405060708090A")
    func keys() throws -> SCP03KeySet {
      try SCP03KeySet(version: 1, master: SecretBytes([UInt8](repeating: 7, count: 32)), diversificationData: data)
    }
    let challenge = [UInt8](repeating: 5, count: 8)
    var card = try SCP03Card(
      keys: keys(), hostChallenge: challenge, diversificationData: data, sequenceCounter: 1, aid: SCP03Loop.domain)
    let answer = card.initializeUpdateAnswer
    let base = TraceChannel(
      ScriptedChannel([
        ScriptedExchange(
          command: CommandAPDU(cla: 0x80, ins: 0x50, data: challenge, expectedLength: 256).bytes,
          response: answer + [0x90, 0])
      ]))
    let update = try await SCP03Host.initialize(base, random: FixedRandom([challenge]))
    #expect(update.diversificationData == data)
    _ = try? await SCP03Host.open(base, answering: update, keys: keys())
    let sent = try CommandAPDU(parsing: #require(await base.exchanges.last).command)
    let isAuthentic = try card.authenticate(sent)
    #expect(isAuthentic)
  }

  /// What does not fit into 65,535 octets with its C-MAC is refused, not sent with a length field cut to two octets.
  @Test(arguments: [65_528, 65_535]) func tooLongCommandsAreRefused(_ count: Int) async throws {
    let card = SCP03Loop()
    let host = try await SCP03Loop.open(over: card, level: .commandMAC)
    let longest = CommandAPDU(cla: 0x80, ins: 0xE2, data: [UInt8](repeating: 0, count: 65_527))
    #expect(try await host.transmit(longest).status == .success)
    let error = await #expect(throws: CardChannelError.self) {
      try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xE2, data: [UInt8](repeating: 0, count: count)))
    }
    guard case .tooLong? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
