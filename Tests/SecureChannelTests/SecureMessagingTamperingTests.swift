import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Answers of the card that somebody changed on the way, or that no honest card sends: each is refused and ends the
/// session.
@Suite struct SecureMessagingAnswerTamperingTests {
  static let reference = Reference.example
  static let read = CommandAPDU(ins: 0xB0, p2: 20, expectedLength: 20)

  /// Checks that a session refuses what `change` makes of the answer to its first command, and is over then.
  private func expectRefusal(
    _ comment: String, command: CommandAPDU = read, _ change: @escaping @Sendable (ResponseAPDU) -> ResponseAPDU
  ) async {
    let loop = SecureMessagingLoop(keys: Self.reference.keys())
    let channel = SecureMessagingChannel(
      TamperingChannel(base: loop, response: change), keys: Self.reference.keys())
    let first = await #expect(throws: CardChannelError.self, "\(comment)") { try await channel.transmit(command) }
    #expect(first?.isSecureMessaging == true, "\(comment): \(String(describing: first))")
    for _ in 0..<2 {
      let later = await #expect(throws: CardChannelError.self, "\(comment)") { try await channel.transmit(command) }
      #expect(later?.isSessionEnded == true, "\(comment): \(String(describing: later))")
    }
    let received = await loop.received
    #expect(received.count == 1, "\(comment): nothing is sent after the end")
  }

  /// The same for answers made with the right keys.
  private func expectRefusal(_ comment: String, of answer: ResponseAPDU) async {
    await expectRefusal(comment) { _ in answer }
  }

  @Test(arguments: [read, CommandAPDU(ins: 0xE0), CommandAPDU(ins: 0x24)])
  func everyFlippedBit(_ command: CommandAPDU) async throws {
    var card = SecureMessagingCard(keys: Self.reference.keys())
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    _ = try await SecureMessagingChannel(trace, keys: Self.reference.keys()).transmit(command)
    let sent = try CommandAPDU(parsing: #require(await trace.exchanges.first).command)
    let answer = try card.wrap(EchoApplication.answer(card.unwrap(sent)))
    for bit in 0..<answer.bytes.count * 8 {
      await expectRefusal("bit \(bit)", command: command) { response in
        (try? ResponseAPDU(parsing: response.bytes.flipping(bit: bit))) ?? response
      }
    }
  }

  @Test func truncatedAndLongerAnswers() async {
    for length in 0..<60 {
      await expectRefusal("cut to \(length)") { response in
        ResponseAPDU(data: Array(response.data.prefix(min(length, response.data.count - 1))), status: response.status)
      }
    }
    await expectRefusal("octet after the MAC") { ResponseAPDU(data: $0.data + [0], status: $0.status) }
    await expectRefusal("object after the MAC") {
      ResponseAPDU(data: $0.data + [0x99, 2, 0x90, 0], status: $0.status)
    }
    await expectRefusal("twice") { ResponseAPDU(data: $0.data + $0.data, status: $0.status) }
  }

  @Test(arguments: ["9000", "6988", "6A82", "6310", "6110", "6C10"])
  func bareStatusWords(_ status: String) async throws {
    let answer = try ResponseAPDU(parsing: octets(status))
    await expectRefusal(status, of: answer)
  }

  /// A received MAC is compared over its full eight octets, or every check of a short one would pass.
  @Test func shorterAndLongerMACs() async throws {
    let objects = [BERTLV(0x99, [0x90, 0])]
    for length in [0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 16] {
      await expectRefusal(
        "MAC of \(length) octets", of: try Self.reference.response(objects, at: 2, macLength: length))
    }
    let mac = Array(try Self.reference.responseTag(objects[0].bytes, at: 2).prefix(8))
    let longer = objects[0].bytes + BERTLV(0x8E, mac + [0]).bytes
    await expectRefusal("zero after the MAC", of: ResponseAPDU(data: longer, status: .success))
  }

  @Test func objectsLeftOutMovedOrDoubled() async {
    func rearranged(_ order: [Int]) -> @Sendable (ResponseAPDU) -> ResponseAPDU {
      { response in
        let objects = (try? BERTLV.sequence(response.data)) ?? []
        return ResponseAPDU(data: order.flatMap { objects[$0].bytes }, status: response.status)
      }
    }
    // 0 is the cryptogram 87, 1 the status 99, 2 the MAC 8E.
    for order in [
      [1, 0, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0], [1, 2, 0], [0, 1], [0, 2], [1, 2], [2], [0], [1], [0, 0, 1, 2],
      [0, 1, 1, 2], [0, 1, 2, 2], [0, 1, 2, 0, 1, 2],
    ] {
      await expectRefusal("order \(order)", rearranged(order))
    }
  }

  /// With a right MAC, so that only the form can be refused.
  @Test func formsThatNoCardSends() async throws {
    let cryptogram = try Self.reference.cryptogram([1, 2, 3], at: 2)
    let data = BERTLV(0x87, [1] + cryptogram)
    let status = BERTLV(0x99, [0x90, 0])
    let key = SecretBytes(Self.reference.encryption)
    let iv = try AES.encryptBlock(Self.reference.counter(2), key: key)
    let unpadded = try AES.encryptCBC([UInt8](repeating: 0, count: 16), key: key, iv: iv)
    let forms: [(String, [BERTLV])] = [
      ("no status", [data]), ("nothing", []), ("status first", [status, data]), ("two statuses", [status, status]),
      ("two cryptograms", [data, data, status]), ("status of one octet", [BERTLV(0x99, [0x90])]),
      ("status of three octets", [BERTLV(0x99, [0x90, 0, 0])]), ("empty status", [BERTLV(0x99, [] as [UInt8])]),
      ("other status inside", [BERTLV(0x99, [0x63, 0])]),
      ("indicator 02", [BERTLV(0x87, [2] + cryptogram), status]), ("no indicator", [BERTLV(0x87, cryptogram), status]),
      ("indicator alone", [BERTLV(0x87, [1]), status]), ("empty 87", [BERTLV(0x87, [] as [UInt8]), status]),
      ("empty 85", [BERTLV(0x85, [] as [UInt8]), status]), ("plain 81", [BERTLV(0x81, [1, 2, 3]), status]),
      ("unknown object", [BERTLV(0x80, [1]), status]), ("part of a block", [BERTLV(0x87, [1, 2, 3]), status]),
      ("no padding inside", [BERTLV(0x87, [1] + unpadded), status]), ("MAC inside", [BERTLV(0x8E, [1]), status]),
    ]
    for (name, objects) in forms {
      await expectRefusal(name, of: try Self.reference.response(objects, at: 2))
    }
    await expectRefusal(
      "other status outside", of: try Self.reference.response([status], at: 2, status: .endOfFile))
    for count in [0, 1, 3, 4] {
      await expectRefusal("counter \(count)", of: try Self.reference.response([status], at: count))
    }
  }

  /// The MAC covers the octets as they came: lengths written longer than needed are other octets (`style` rule 6).
  @Test func lengthsWrittenLongerAreOtherOctets() async {
    for place in 0..<3 {
      for prefix in [[0x81], [0x82, 0], [0x83, 0, 0]] as [[UInt8]] {
        await expectRefusal("object \(place), \(prefix.hex)") { response in
          let objects = (try? BERTLV.sequence(response.data)) ?? []
          let data = objects.enumerated().flatMap { index, object in
            index == place
              ? object.tag.bytes + prefix + [UInt8(object.value.count)] + object.value : object.bytes
          }
          return ResponseAPDU(data: data, status: response.status)
        }
      }
    }
  }

  @Test func earlierAnswersAreRefused() async throws {
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    let whole = SecureMessagingChannel(trace, keys: Self.reference.keys())
    for _ in 0..<3 { _ = try await whole.transmit(Self.read) }
    // The answer to the first command once more to the second, then the third's to the second.
    for other in [0, 2] {
      var script = Array(await trace.exchanges.prefix(2))
      script[1].response = await trace.exchanges[other].response
      let channel = SecureMessagingChannel(ScriptedChannel(script), keys: Self.reference.keys())
      #expect(try await channel.transmit(Self.read).data.count == 20)
      let error = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.read) }
      #expect(error?.isSecureMessaging == true)
      let ended = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.read) }
      #expect(ended?.isSessionEnded == true)
    }
  }

  /// A lost card or answer ends the session too: nobody knows where its counter stands.
  @Test func droppedAnswersEndTheSession() async throws {
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    _ = try await SecureMessagingChannel(trace, keys: Self.reference.keys()).transmit(Self.read)
    var script = await trace.exchanges
    script[0].response = nil
    let channel = SecureMessagingChannel(ScriptedChannel(script), keys: Self.reference.keys())
    let lost = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.read) }
    guard case .cardLost(.removed)? = lost else {
      Issue.record("\(String(describing: lost))")
      return
    }
    let ended = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.read) }
    #expect(ended?.isSessionEnded == true)
  }

  @Test func otherKeysAreRefused() async {
    for keys in [(1, 0), (0, 1)] as [(UInt8, UInt8)] {
      let example = Self.reference
      let other = Reference(
        encryption: example.encryption.map { $0 ^ keys.0 }, mac: example.mac.map { $0 ^ keys.1 })
      let channel = SecureMessagingChannel(SecureMessagingLoop(keys: other.keys()), keys: example.keys())
      let command = CommandAPDU(ins: 0xCA, data: [1, 2, 3], expectedLength: 256)
      let error = await #expect(throws: CardChannelError.self) { try await channel.transmit(command) }
      #expect(error?.isSecureMessaging == true)
    }
  }

  @Test func randomAnswersNeverTrap() async throws {
    var random = SplitMix64()
    for round in 0..<2_000 {
      let string = random.octets(Int.random(in: 0...64, using: &random))
      // Every other one with a right MAC.
      let objects = [BERTLV(0x87, string), BERTLV(BERTag(rawValue: UInt32(random.octets(1)[0])), string)]
      let answer =
        try round % 2 == 0
        ? ResponseAPDU(data: string, status: .success) : Self.reference.response(objects, at: 2)
      await expectRefusal("seed \(SplitMix64.seed), round \(round)", of: answer)
    }
  }
}

/// Commands that somebody changed on the way, or that no honest terminal sends.
@Suite struct SecureMessagingCommandTamperingTests {
  static let reference = Reference.example
  static let update = CommandAPDU(cla: 0x80, ins: 0xCA, p1: 1, p2: 2, data: [1, 2, 3, 4, 5], expectedLength: 256)

  /// Checks that a fresh card refuses `command` with 6987 or 6988 and is over then.
  private func expectRefusal(_ comment: String, _ command: CommandAPDU, at count: Int = 1) throws {
    var card = SecureMessagingCard(keys: Self.reference.keys())
    for earlier in stride(from: 1, to: count, by: 2) {
      _ = try card.unwrap(Self.reference.command("0CE00000", [], at: earlier))
      _ = try card.wrap(ResponseAPDU(status: .success))
    }
    let refusal = #expect(throws: SecureMessagingRefusal.self, "\(comment)") { try card.unwrap(command) }
    let statuses: [StatusWord?] = [.secureMessagingObjectsMissing, .secureMessagingObjectsIncorrect]
    #expect(statuses.contains(refusal?.status), "\(comment)")
    // Nor is anything taken afterwards that has the counter where the card's would stand.
    for next in count + 1...count + 4 {
      let revived = (try? card.unwrap(Self.reference.command("0CE00000", [], at: next))) != nil
      #expect(!revived, "\(comment): a command is taken after a refusal")
    }
  }

  private func protected(_ command: CommandAPDU) async throws -> CommandAPDU {
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    _ = try await SecureMessagingChannel(trace, keys: Self.reference.keys()).transmit(command)
    return try CommandAPDU(parsing: #require(await trace.exchanges.first).command)
  }

  @Test(arguments: [
    update, CommandAPDU(ins: 0xE0), CommandAPDU(ins: 0xB0, expectedLength: 4), CommandAPDU(ins: 0xCB, data: [7]),
  ])
  func everyFlippedBit(_ command: CommandAPDU) async throws {
    let sent = try await protected(command)
    for bit in 0..<32 {
      let header = sent.header.flipping(bit: bit)
      var changed = sent
      (changed.cla, changed.ins, changed.p1, changed.p2) = (header[0], header[1], header[2], header[3])
      try expectRefusal("header bit \(bit)", changed)
    }
    for bit in 0..<sent.data.count * 8 {
      var changed = sent
      changed.data = sent.data.flipping(bit: bit)
      try expectRefusal("data bit \(bit)", changed)
    }
  }

  @Test func truncatedCommands() async throws {
    let sent = try await protected(Self.update)
    for length in 0..<sent.data.count {
      var changed = sent
      changed.data = Array(sent.data.prefix(length))
      try expectRefusal("cut to \(length)", changed)
    }
    var longer = sent
    longer.data.append(0)
    try expectRefusal("octet after the MAC", longer)
  }

  @Test func replayedDroppedAndSwappedCommands() async throws {
    let first = try Self.reference.command("0CE00000", [], at: 1)
    try expectRefusal("the first once more", first, at: 3)
    try expectRefusal("the second before the first", try Self.reference.command("0CE00000", [], at: 3))
    try expectRefusal("the fourth after the first", try Self.reference.command("0CE00000", [], at: 7), at: 3)
    try expectRefusal("counter of an answer", try Self.reference.command("0CE00000", [], at: 2))
    try expectRefusal("counter 0", try Self.reference.command("0CE00000", [], at: 0))
  }

  @Test func shorterAndLongerMACs() throws {
    for length in [0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 16] {
      try expectRefusal(
        "MAC of \(length) octets", try Self.reference.command("0CE00000", [], at: 1, macLength: length))
    }
  }

  @Test func objectsLeftOutMovedOrDoubled() async throws {
    let sent = try await protected(Self.update)
    let objects = try BERTLV.sequence(sent.data)
    // 0 is the cryptogram 87, 1 the length 97, 2 the MAC 8E.
    for order in [
      [1, 0, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0], [0, 1], [0, 2], [1, 2], [2], [0], [1], [], [0, 0, 1, 2],
      [0, 1, 1, 2], [0, 1, 2, 2],
    ] {
      var changed = sent
      changed.data = order.flatMap { objects[$0].bytes }
      try expectRefusal("order \(order)", changed)
    }
  }

  /// With a right MAC, so that only the form can be refused.
  @Test func formsThatNoTerminalSends() throws {
    let cryptogram = try Self.reference.cryptogram([1, 2, 3], at: 1)
    let (even, odd) = (BERTLV(0x87, [1] + cryptogram), BERTLV(0x85, cryptogram))
    let forms: [(String, String, [BERTLV])] = [
      ("85 with an even INS", "0CD60000", [odd]), ("87 with an odd INS", "0CD70000", [even]),
      ("indicator 02", "0CD60000", [BERTLV(0x87, [2] + cryptogram)]),
      ("no indicator", "0CD60000", [BERTLV(0x87, cryptogram)]),
      ("indicator alone", "0CD60000", [BERTLV(0x87, [1])]), ("empty 87", "0CD60000", [BERTLV(0x87, [] as [UInt8])]),
      ("empty 85", "0CD70000", [BERTLV(0x85, [] as [UInt8])]),
      ("part of a block", "0CD60000", [BERTLV(0x87, [1, 2, 3])]),
      ("97 first", "0CD60000", [BERTLV(0x97, [0]), even]), ("empty 97", "0CB00000", [BERTLV(0x97, [] as [UInt8])]),
      ("97 of three octets", "0CB00000", [BERTLV(0x97, [0, 0, 0])]),
      ("two of 97", "0CB00000", [BERTLV(0x97, [0]), BERTLV(0x97, [0])]), ("two of 87", "0CD60000", [even, even]),
      ("plain 81", "0CD60000", [BERTLV(0x81, [1, 2, 3])]), ("unknown object", "0CD60000", [even, BERTLV(0x80, [1])]),
      ("MAC inside", "0CD60000", [BERTLV(0x8E, [1])]),
    ]
    for (name, header, objects) in forms {
      try expectRefusal(name, try Self.reference.command(header, objects, at: 1))
    }
  }

  @Test func lengthsWrittenLongerAreRefused() throws {
    let covered = octets("97810110")
    let mac = Array(try Self.reference.commandTag(octets("0CB00000"), covered, at: 1).prefix(8))
    try expectRefusal(
      "97 81 01", CommandAPDU(cla: 0x0C, ins: 0xB0, data: covered + [0x8E, 8] + mac, expectedLength: 256))
  }

  @Test func randomCommandsNeverTrap() throws {
    var random = SplitMix64()
    for round in 0..<2_000 {
      let string = random.octets(Int.random(in: 0...64, using: &random))
      let command =
        try round % 2 == 0
        ? CommandAPDU(cla: 0x0C, ins: 0xD6, data: string)
        : Self.reference.command("0CD60000", [BERTLV(0x87, [1] + string), BERTLV(0x97, string)], at: 1)
      try expectRefusal("seed \(SplitMix64.seed), round \(round)", command)
    }
  }

  /// The terminal's view of a command changed on its way: the card's bare 6988 ends the session.
  @Test func terminalSeesTheEnd() async throws {
    let loop = SecureMessagingLoop(keys: Self.reference.keys())
    let changing = TamperingChannel(
      base: loop,
      command: { command in
        var changed = command
        changed.data[changed.data.count - 1] ^= 1
        return changed
      })
    let channel = SecureMessagingChannel(changing, keys: Self.reference.keys())
    let error = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.update) }
    #expect(error?.isSecureMessaging == true)
    let ended = await #expect(throws: CardChannelError.self) { try await channel.transmit(Self.update) }
    #expect(ended?.isSessionEnded == true)
    let received = await loop.received
    #expect(received.isEmpty)
  }
}
