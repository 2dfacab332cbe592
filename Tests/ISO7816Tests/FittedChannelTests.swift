import CardTestSupport
import ISO7816
import Testing

/// ISO/IEC 7816-4:2020 §5.3.3, §5.3.4: what reader and card carry.
@Suite struct FittedChannelTests {
  private static let long = [UInt8](repeating: 0xAB, count: 300)
  /// Data of 300 octets, an answer of any length.
  private static let command = CommandAPDU(cla: 0x8C, ins: 0x40, p1: 1, data: long, expectedLength: 65_536)
  private static let whole = "8C40010000012C" + long.hex + "0000"
  private static let parts = [
    (command: "9C400100FF" + long.prefix(255).hex, response: "9000"),
    (command: "8C4001002D" + long.prefix(45).hex + "00", response: "AABB6101"), ("00C0000001", "CC9000"),
  ]
  private static let answer = ResponseAPDU(data: octets("AABBCC"), status: .success)

  private func run(
    _ script: [(command: String, response: String)], _ limits: ExchangeLimits = .unknown, times: Int = 1
  ) async throws -> (last: ResponseAPDU, usesExtendedLength: Bool?) {
    let card = ScriptedChannel(script)
    let channel = FittedChannel(card, limits: limits)
    var last = ResponseAPDU(status: .unknownError)
    for _ in 0..<times { last = try await channel.transmit(Self.command) }
    try await card.finish()
    return (last, channel.usesExtendedLength)
  }

  @Test func whatPassesOnceIsSentWhole() async throws {
    let (last, extended) = try await run(Array(repeating: (Self.whole, "AABBCC9000"), count: 2), times: 2)
    #expect(last == Self.answer && extended == true)
  }

  @Test func aRefusalMakesItAndEveryLaterOneAChain() async throws {
    let (last, extended) = try await run([(Self.whole, "6700")] + Self.parts + Self.parts, times: 2)
    #expect(last == Self.answer && extended == false)
  }

  @Test func aProtectedRefusalIsAnAnswer() async throws {
    let (last, extended) = try await run([(Self.whole, "990267006700")])
    #expect(last.status == .wrongLength && extended == true)
  }

  @Test func anotherStatusIsAnAnswer() async throws {
    let (last, extended) = try await run([(Self.whole, "6982")])
    #expect(last.status == .securityStatusNotSatisfied && extended == true)
  }

  @Test(arguments: [
    ExchangeLimits(card: CardCapabilities(supportsChaining: true, supportsExtendedLength: false)),
    ExchangeLimits(readerMaximumData: 256), ExchangeLimits(readerMaximumData: 255),
    ExchangeLimits(
      card: CardCapabilities(supportsChaining: true, supportsExtendedLength: true), readerMaximumData: 256),
  ])
  func whatIsKnownIsNotTried(_ limits: ExchangeLimits) async throws {
    #expect(try await run(Self.parts, limits).last == Self.answer)
  }

  @Test func aReaderBetweenLimitsDataAndAnswer() async throws {
    let limits = ExchangeLimits(readerMaximumData: 1_024)
    let expecting = String(Self.whole.dropLast(4)) + "0400"
    #expect(try await run([(expecting, "AABBCC9000")], limits).last == Self.answer)
    #expect(try await run(Self.parts, ExchangeLimits(readerMaximumData: 299)).last == Self.answer)
  }

  @Test func shortCommandsSayNothingOfTheRest() async throws {
    let card = ScriptedChannel([("00B0000000", "6700"), ("00B0000000", "016102"), ("00C0000002", "02039000")])
    let channel = FittedChannel(card)
    let command = CommandAPDU(ins: 0xB0, expectedLength: 256)
    #expect(try await channel.transmit(command).status == .wrongLength)
    #expect(try await channel.transmit(command).data == [1, 2, 3])
    #expect(channel.usesExtendedLength == nil)
    try await card.finish()
  }

  /// A reader that refuses before anything reaches the card, and one that fails.
  private struct Refusing: CardChannel {
    let error: CardChannelError
    let base: ScriptedChannel

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      guard !command.isExtended else { throw error }
      return try await base.transmit(command)
    }
  }

  @Test func aReaderThatRefusesIsGivenParts() async throws {
    let card = ScriptedChannel(Self.parts)
    let channel = FittedChannel(Refusing(error: .tooLong(309), base: card))
    #expect(try await channel.transmit(Self.command) == Self.answer)
    try await card.finish()
    let lost = FittedChannel(Refusing(error: .cardLost(.removed), base: ScriptedChannel(Self.parts)))
    let error = await #expect(throws: CardChannelError.self) { try await lost.transmit(Self.command) }
    guard case .cardLost(.removed) = error else {
      Issue.record("a lost card was asked again: \(String(describing: error))")
      return
    }
  }
}

/// ISO/IEC 7816-4:2020 §12.1.1: historical octets.
@Suite struct CardCapabilitiesTests {
  @Test(
    arguments: [
      // Category 80; 73 with chaining and extended length, as a Java Card tells it; without; with other objects before.
      ("80730000C0", true, true), ("8073000080", true, false),
      ("80318073000040", false, true), ("00318073000040079000", false, true),
      ("80", nil, nil), ("", nil, nil), ("8071C0", nil, nil), ("80730000", nil, nil), ("1073000040", nil, nil),
    ] as [(String, Bool?, Bool?)])
  func reads(_ text: String, _ chaining: Bool?, _ extended: Bool?) {
    let read = CardCapabilities(historicalBytes: octets(text))
    #expect(read?.supportsChaining == chaining)
    #expect(read?.supportsExtendedLength == extended)
  }

  @Test func cutOffAnywhereItIsNotRead() {
    let whole = octets("80318073C02140")
    for count in whole.indices { #expect(CardCapabilities(historicalBytes: Array(whole.prefix(count))) == nil) }
    #expect(CardCapabilities(historicalBytes: whole)?.supportsExtendedLength == true)
  }

  @Test func everyBitOfTheThirdOctet() {
    for third in UInt8.min...UInt8.max {
      let read = CardCapabilities(historicalBytes: [0x80, 0x73, 0xFF, 0xFF, third])
      #expect(read?.supportsChaining == (third & 0x80 != 0))
      #expect(read?.supportsExtendedLength == (third & 0x40 != 0))
    }
  }
}
