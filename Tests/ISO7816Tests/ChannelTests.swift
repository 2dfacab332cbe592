import CardTestSupport
import ISO7816
import Synchronization
import Testing

/// ISO/IEC 7816-4:2020 §5.3.4, §5.6: 61XX and 6CXX.
@Suite struct GetResponseChannelTests {
  private func run(
    _ command: String, _ script: [(command: String, response: String)]
  ) async throws -> ResponseAPDU {
    let card = ScriptedChannel(script)
    let response = try await GetResponseChannel(card).transmit(CommandAPDU(parsing: octets(command)))
    try await card.finish()
    return response
  }

  @Test func answersWithoutEitherPass() async throws {
    let response = try await run("00B0000000", [("00B0000000", "01026282")])
    #expect(response == ResponseAPDU(data: [1, 2], status: .endOfFile))
  }

  @Test func chainOfParts() async throws {
    let response = try await run(
      "81CA006600",
      [("81CA006600", "AA6102"), ("01C0000002", "BBCC6100"), ("01C0000000", "DD6103"), ("01C0000003", "EE9000")])
    #expect(response == ResponseAPDU(data: octets("AABBCCDDEE"), status: .success))
  }

  @Test func lastStatusStands() async throws {
    let response = try await run("00CA0000", [("00CA0000", "6102"), ("00C0000002", "6982")])
    #expect(response == ResponseAPDU(status: .securityStatusNotSatisfied))
  }

  @Test func wrongLengthIsRepeatedOnce() async throws {
    let response = try await run(
      "00B0000010", [("00B0000010", "6C03"), ("00B0000003", "0102039000")])
    #expect(response == ResponseAPDU(data: [1, 2, 3], status: .success))
    let whole = try await run("00A4000001AA", [("00A4000001AA", "6C00"), ("00A4000001AA00", "9000")])
    #expect(whole.status.isSuccess)
    let stubborn = try await run("00B0000010", [("00B0000010", "6C03"), ("00B0000003", "6C03")])
    #expect(stubborn.status.rawValue == 0x6C03)
  }

  @Test func wrongLengthThenMoreData() async throws {
    let response = try await run(
      "00B0000010", [("00B0000010", "6C00"), ("00B0000000", "6101"), ("00C0000001", "429000")])
    #expect(response == ResponseAPDU(data: [0x42], status: .success))
  }

  /// §5.6 gives 6CXX for any command, GET RESPONSE among them.
  @Test func wrongLengthOfGetResponse() async throws {
    let response = try await run(
      "00CA000000",
      [("00CA000000", "AA6100"), ("00C0000000", "6C02"), ("00C0000002", "BBCC9000")])
    #expect(response == ResponseAPDU(data: octets("AABBCC"), status: .success))
  }

  @Test func emptyPartsDoNotLoop() async throws {
    let error = await #expect(throws: CardChannelError.self) {
      try await run("00CA000000", [("00CA000000", "6105"), ("00C0000005", "6105")])
    }
    guard case .malformedResponse? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    (256, GetResponseChannel.maximumTotal + 256), (64, GetResponseChannel.maximumTotal + 64),
    (1, GetResponseChannel.maximumParts + 1),
  ])
  func endlessAnswerIsCut(part: Int, total: Int) async throws {
    struct Endless: CardChannel {
      let part: Int
      func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
        ResponseAPDU(data: [UInt8](repeating: 0, count: part), status: .moreData(256))
      }
    }
    let error = await #expect(throws: CardChannelError.self) {
      try await GetResponseChannel(Endless(part: part)).transmit(CommandAPDU(ins: 0xCA, expectedLength: 256))
    }
    guard case .tooLong(let count)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(count == total)
  }
}

/// ISO/IEC 7816-4:2020 §5.3.3: chains.
@Suite struct CommandChainingChannelTests {
  @Test func shortCommandsPassUnchanged() async throws {
    let card = ScriptedChannel([("00DA000003AABBCC05", "9000"), ("00DA0000", "6D00")])
    let channel = CommandChainingChannel(card, maximumData: 3)
    _ = try await channel.transmit(CommandAPDU(ins: 0xDA, data: octets("AABBCC"), expectedLength: 5))
    _ = try await channel.transmit(CommandAPDU(ins: 0xDA))
    try await card.finish()
  }

  @Test func longCommandsAreSplit() async throws {
    let card = ScriptedChannel([
      ("90DA010203AABBCC", "9000"), ("90DA010203DDEEFF", "9000"), ("80DA0102011105", "429000"),
    ])
    let response = try await CommandChainingChannel(card, maximumData: 3).transmit(
      CommandAPDU(cla: 0x80, ins: 0xDA, p1: 1, p2: 2, data: octets("AABBCCDDEEFF11"), expectedLength: 5))
    #expect(response == ResponseAPDU(data: [0x42], status: .success))
    try await card.finish()
  }

  @Test(arguments: [255, 256, 510, 511]) func partsPutTogetherAreTheWhole(_ count: Int) async throws {
    struct Accepting: CardChannel {
      func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
        ResponseAPDU(status: .success)
      }
    }
    let data = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let trace = TraceChannel(Accepting())
    _ = try await CommandChainingChannel(trace).transmit(CommandAPDU(ins: 0xDA, data: data))
    let parts = try await trace.exchanges.map { try CommandAPDU(parsing: $0.command) }
    #expect(parts.flatMap(\.data) == data)
    #expect(parts.count == (count + 254) / 255)
    #expect(parts.dropLast().allSatisfy { $0.cla == 0x10 && $0.data.count == 255 })
    #expect(parts.last?.cla == 0)
  }

  @Test func firstFailureEndsTheChain() async throws {
    let card = ScriptedChannel([("10DA000001AA", "9000"), ("10DA000001BB", "6A84")])
    let response = try await CommandChainingChannel(card, maximumData: 1).transmit(
      CommandAPDU(ins: 0xDA, data: octets("AABBCC")))
    #expect(response.status == .notEnoughMemory)
    try await card.finish()
  }

  @Test func chainsOfConcurrentCallersDoNotMix() async throws {
    actor Recorder: CardChannel {
      var headers: [UInt8] = []
      func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
        headers.append(command.p1)
        for _ in 0..<5 { await Task.yield() }
        return ResponseAPDU(status: .success)
      }
    }
    let recorder = Recorder()
    let channel = CommandChainingChannel(recorder, maximumData: 1)
    try await withThrowingTaskGroup { group in
      for index in 0..<8 {
        group.addTask {
          _ = try await channel.transmit(CommandAPDU(ins: 0xDA, p1: UInt8(index), data: [1, 2, 3, 4]))
        }
      }
      try await group.waitForAll()
    }
    let headers = await recorder.headers
    #expect(headers.count == 32)
    for start in stride(from: 0, to: 32, by: 4) { #expect(Set(headers[start..<start + 4]).count == 1) }
  }
}

/// `style` rule 9: logs show header, lengths and status.
@Suite struct HeaderLogChannelTests {
  @Test func noDataOctetIsShown() async throws {
    let records = Mutex<[ExchangeRecord]>([])
    let card = ScriptedChannel([("0020008004DEADBEEF00", "CAFEBABE9000")])
    let channel = HeaderLogChannel(card) { record in records.withLock { $0.append(record) } }
    let response = try await channel.transmit(
      CommandAPDU(ins: 0x20, p2: 0x80, data: octets("DEADBEEF"), expectedLength: 256))
    #expect(response.data == octets("CAFEBABE"))
    let record = try #require(records.withLock { $0.first })
    #expect(record.header == octets("00200080"))
    #expect(record.commandLength == 4)
    #expect(record.responseLength == 4)
    #expect(record.status == .success)
    #expect(record.line.hasPrefix("→ 00200080 (4)  ← 9000 (4) "))
    for secret in ["DEAD", "BEEF", "CAFE", "BABE"] {
      #expect(!record.line.contains(secret))
      #expect(!String(reflecting: record).uppercased().contains(secret))
    }
  }

  @Test func failuresAreReportedAndPassedOn() async throws {
    let lines = Mutex<[String]>([])
    let card = ScriptedChannel([ScriptedExchange(command: octets("00840000"), response: nil)])
    let channel = HeaderLogChannel(card) { record in lines.withLock { $0.append(record.line) } }
    let error = await #expect(throws: CardChannelError.self) { try await channel.transmit(CommandAPDU(ins: 0x84)) }
    guard case .cardLost(.removed)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(lines.withLock { $0 }.first?.contains("failed") == true)
  }
}
