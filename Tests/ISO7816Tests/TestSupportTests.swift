import CardTestSupport
import ISO7816
import Testing

/// The tools that the other tests rely on.
@Suite struct TestSupportTests {
  @Test func scriptReportsTheFirstMismatch() async throws {
    let card = ScriptedChannel([("00840000", "9000"), ("00B00000", "9000")])
    _ = try await card.transmit(CommandAPDU(ins: 0x84))
    for _ in 0..<2 {
      await #expect(throws: CardChannelError.self) { try await card.transmit(CommandAPDU(ins: 0xB1)) }
    }
    let error = await #expect(throws: ScriptError.self) { try await card.finish() }
    #expect(error == .mismatch(index: 1, expected: octets("00B00000"), received: octets("00B10000")))
    #expect(error?.description.contains("octet 1") == true)
  }

  @Test func scriptReportsWhatWasNotPlayed() async throws {
    let card = ScriptedChannel([("00840000", "9000")])
    await #expect(throws: ScriptError.notConsumed(count: 1)) { try await card.finish() }
    _ = try await card.transmit(CommandAPDU(ins: 0x84))
    try await card.finish()
    await #expect(throws: CardChannelError.self) { try await card.transmit(CommandAPDU(ins: 0x84)) }
    await #expect(throws: ScriptError.tooManyCommands(received: octets("00840000"))) { try await card.finish() }
  }

  @Test func traceIsReplayed() async throws {
    let script = [
      ScriptedExchange(command: octets("00840000"), response: octets("01029000")),
      ScriptedExchange(command: octets("00B0000000"), response: nil),
    ]
    let trace = TraceChannel(ScriptedChannel(script))
    _ = try await trace.transmit(CommandAPDU(ins: 0x84))
    await #expect(throws: CardChannelError.self) {
      try await trace.transmit(CommandAPDU(ins: 0xB0, expectedLength: 256))
    }
    let text = await trace.text
    #expect(text == "> 00840000\n< 01029000\n> 00B0000000\n!\n")
    #expect(try TraceChannel.parse("# comment\n\n" + text) == script)
    let replay = ScriptedChannel(try TraceChannel.parse(text))
    #expect(try await replay.transmit(CommandAPDU(ins: 0x84)).data == [1, 2])
  }

  @Test(arguments: ["< 9000", "> 00840000", "> 00\n> 00", "> 0G\n< 9000", "? 00"])
  func malformedTraceIsRefused(_ text: String) {
    #expect(throws: ScriptError.self) { try TraceChannel.parse(text) }
  }

  /// Reference outputs of the generator for seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
  @Test func generatorIsSplitMix64() {
    var random = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    for value in expected { #expect(random.next() == value) }
  }

  @Test func fixedRandomIsUsedUp() throws {
    let random = FixedRandom([[1], [2, 3]])
    #expect(try random.bytes(1) == [1])
    #expect(!random.isUsedUp)
    #expect(throws: (any Error).self) { try random.bytes(1) }
    #expect(random.isUsedUp)
    #expect(throws: (any Error).self) { try random.bytes(1) }
  }
}
