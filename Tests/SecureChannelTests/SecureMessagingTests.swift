import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// ISO/IEC 7816-4:2020 §10, TR-03110-3 Annex F: terminal's and card's role together, and each against ``Reference``.
@Suite struct SecureMessagingTests {
  static let reference = Reference.example

  private func session(_ loop: SecureMessagingLoop) -> SecureMessagingChannel {
    SecureMessagingChannel(loop, keys: Self.reference.keys())
  }

  @Test(arguments: [0xCA, 0xCB] as [UInt8]) func everyLengthBothWays(_ instruction: UInt8) async throws {
    let loop = SecureMessagingLoop(keys: Self.reference.keys())
    let channel = session(loop)
    var sent: [CommandAPDU] = []
    for length in [0, 1, 15, 16, 17, 111, 239, 240, 241, 255, 256, 1_000, 60_000] {
      for expectedLength in [nil, 1, 255, 256, 257, 65_535, 65_536] as [Int?] {
        let data = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let command = CommandAPDU(
          cla: 0x80, ins: instruction, p1: 0xAB, p2: 0xCD, data: data, expectedLength: expectedLength)
        let response = try await channel.transmit(command)
        #expect(response == EchoApplication.answer(command), "\(length) octets, Ne \(expectedLength ?? 0)")
        sent.append(command)
      }
    }
    let received = await loop.received
    #expect(received == sent)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 1_000, 65_000]) func everyLengthOfAnswer(_ length: Int) async throws {
    let channel = session(SecureMessagingLoop(keys: Self.reference.keys()))
    for instruction: UInt8 in [0xB0, 0xB1] {
      let command = CommandAPDU(
        ins: instruction, p1: UInt8(length >> 8), p2: UInt8(length & 0xFF), expectedLength: 65_536)
      let response = try await channel.transmit(command)
      #expect(response.data.count == length)
      #expect(response == EchoApplication.answer(command))
    }
  }

  /// Errors and warnings of the application come protected and end nothing.
  @Test func statusWordsOfTheApplication() async throws {
    let channel = session(SecureMessagingLoop(keys: Self.reference.keys()))
    for _ in 0..<2 {
      #expect(try await channel.transmit(CommandAPDU(ins: 0x24)).status == .conditionsNotSatisfied)
      #expect(try await channel.transmit(CommandAPDU(ins: 0x20)).status.triesLeft == 2)
      #expect(try await channel.transmit(CommandAPDU(ins: 0xE0)).status == .success)
    }
  }

  struct Shape: Sendable {
    let plain: CommandAPDU
    let header: String
    let tags: [BERTag]
    let answerTags: [BERTag]
  }

  static let shapes = [
    Shape(plain: CommandAPDU(ins: 0xE0), header: "0CE00000", tags: [0x8E], answerTags: [0x99, 0x8E]),
    Shape(
      plain: CommandAPDU(ins: 0xB0, p2: 16, expectedLength: 16), header: "0CB00010", tags: [0x97, 0x8E],
      answerTags: [0x87, 0x99, 0x8E]),
    Shape(
      plain: CommandAPDU(cla: 0x80, ins: 0xD6, data: [1, 2, 3]), header: "8CD60000", tags: [0x87, 0x8E],
      answerTags: [0x99, 0x8E]),
    Shape(
      plain: CommandAPDU(cla: 0x10, ins: 0xCA, data: [1, 2, 3], expectedLength: 256), header: "1CCA0000",
      tags: [0x87, 0x97, 0x8E], answerTags: [0x87, 0x99, 0x8E]),
    Shape(
      plain: CommandAPDU(ins: 0xCB, p1: 0x3F, p2: 0xFF, data: [1, 2, 3], expectedLength: 65_536),
      header: "0CCB3FFF", tags: [0x85, 0x97, 0x8E], answerTags: [0x85, 0x99, 0x8E]),
  ]

  /// Objects and their order; MAC input: padded header, then padded objects, and no padding block for no objects.
  @Test(arguments: shapes, Reference.ofEveryLength) func layout(_ shape: Shape, _ reference: Reference) async throws {
    let trace = TraceChannel(SecureMessagingLoop(keys: reference.keys()))
    _ = try await SecureMessagingChannel(trace, keys: reference.keys()).transmit(shape.plain)
    let exchange = try #require(await trace.exchanges.first)
    let command = try CommandAPDU(parsing: exchange.command)
    let objects = try BERTLV.sequence(command.data, shortestLengths: true)
    #expect(command.header == octets(shape.header))
    #expect(objects.map(\.tag) == shape.tags)
    // An answer of over 200 octets may not fit into a short Le once it is protected.
    #expect(command.expectedLength == ((shape.plain.expectedLength ?? 0) > 200 ? 65_536 : 256))
    let covered = objects.dropLast().flatMap(\.bytes)
    #expect(try objects.last?.value == Array(reference.commandTag(command.header, covered, at: 1).prefix(8)))
    let cryptogram = try reference.cryptogram(shape.plain.data, at: 1)
    for object in objects where object.tag == 0x87 { #expect(object.value == [1] + cryptogram) }
    for object in objects where object.tag == 0x85 { #expect(object.value == cryptogram) }
    let le: [Int?: [UInt8]] = [nil: [], 16: [0x10], 256: [0x00], 65_536: [0x00, 0x00]]
    #expect(objects.first { $0.tag == 0x97 }?.value ?? [] == le[shape.plain.expectedLength])
    try checkAnswer(shape, exchange, reference)
  }

  /// The answer to an odd INS carries 85, as the command does (ICAO 9303-11 §9.8).
  private func checkAnswer(_ shape: Shape, _ exchange: ScriptedExchange, _ reference: Reference) throws {
    let response = try ResponseAPDU(parsing: #require(exchange.response))
    let objects = try BERTLV.sequence(response.data, shortestLengths: true)
    #expect(objects.map(\.tag) == shape.answerTags)
    let covered = objects.dropLast().flatMap(\.bytes)
    #expect(try objects.last?.value == Array(reference.responseTag(covered, at: 2).prefix(8)))
    #expect(objects.first { $0.tag == 0x99 }?.value == response.status.bytes)
    let cryptogram = try reference.cryptogram(EchoApplication.answer(shape.plain).data, at: 2)
    for object in objects where object.tag == 0x87 { #expect(object.value == [1] + cryptogram) }
    for object in objects where object.tag == 0x85 { #expect(object.value == cryptogram) }
  }

  /// Both forms of cryptogram are read, with 97 of one and of two octets.
  @Test func cardReadsEveryForm() throws {
    let forms: [(octets: [UInt8], length: Int)] = [
      ([0x00], 256), ([0x01], 1), ([0xFF], 255), ([0, 0], 65_536), ([1, 0], 256), ([0, 7], 7),
    ]
    for (octets, length) in forms {
      var card = SecureMessagingCard(keys: Self.reference.keys())
      let plain = try card.unwrap(Self.reference.command("0CB00000", [BERTLV(0x97, octets)], at: 1))
      #expect(plain == CommandAPDU(ins: 0xB0, expectedLength: length))
    }
  }

  @Test func terminalReadsEitherCryptogram() async throws {
    for tag: BERTag in [0x87, 0x85] {
      let cryptogram = try Self.reference.cryptogram([1, 2, 3], at: 2)
      let objects = [BERTLV(tag, (tag == 0x87 ? [1] : []) + cryptogram), BERTLV(0x99, [0x90, 0])]
      let command = try Self.reference.command("0CB10000", [BERTLV(0x97, [16])], at: 1)
      let answer = try Self.reference.response(objects, at: 2)
      let card = ScriptedChannel([ScriptedExchange(command: command.bytes, response: answer.bytes)])
      let response = try await SecureMessagingChannel(card, keys: Self.reference.keys())
        .transmit(CommandAPDU(ins: 0xB1, expectedLength: 16))
      #expect(response == ResponseAPDU(data: [1, 2, 3], status: .success))
    }
  }

  /// Counter 2k − 1 for command k and 2k for its answer, with the carry at 255 → 256 and 511 → 512.
  @Test func counterCarries() async throws {
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    let channel = SecureMessagingChannel(trace, keys: Self.reference.keys())
    for _ in 0..<300 {
      let response = try await channel.transmit(CommandAPDU(ins: 0xCA, data: [0xAA], expectedLength: 1))
      #expect(response.data == [0xAA])
    }
    for (index, exchange) in await trace.exchanges.enumerated() {
      let command = try CommandAPDU(parsing: exchange.command)
      let objects = [BERTLV(0x87, [1] + (try Self.reference.cryptogram([0xAA], at: 2 * index + 1))), BERTLV(0x97, [1])]
      #expect(try command == Self.reference.command("0CCA0000", objects, at: 2 * index + 1), "exchange \(index)")
      let answer = [
        BERTLV(0x87, [1] + (try Self.reference.cryptogram([0xAA], at: 2 * index + 2))), BERTLV(0x99, [0x90, 0]),
      ]
      #expect(try exchange.response == Self.reference.response(answer, at: 2 * index + 2).bytes, "exchange \(index)")
    }
  }

  @Test func counterCountsInAllOctets() {
    var counter = SendSequenceCounter()
    #expect(counter.bytes == [UInt8](repeating: 0, count: 16))
    for count in 1...66_000 {
      counter.increment()
      guard counter.bytes == [UInt8](bigEndian: count, width: 16) else {
        Issue.record("\(counter.bytes.hex) after \(count)")
        return
      }
    }
  }

  /// `style` rule 10: an exchange is one critical section across its suspension points.
  @Test func concurrentExchangesDoNotInterleave() async throws {
    let loop = SecureMessagingLoop(keys: Self.reference.keys(), yields: 7)
    let channel = session(loop)
    try await withThrowingTaskGroup { group in
      for index in 0..<40 {
        group.addTask {
          let data = [UInt8](repeating: UInt8(index), count: index)
          let response = try await channel.transmit(CommandAPDU(ins: 0xCA, data: data, expectedLength: 256))
          #expect(response == ResponseAPDU(data: data, status: .success))
        }
      }
      try await group.waitForAll()
    }
    let (mostAtOnce, received) = (await loop.mostAtOnce, await loop.received)
    #expect(mostAtOnce == 1)
    #expect(received.count == 40)
  }

  /// The longest command that fits into 65,535 octets with its padding, 87 82 XX XX 01 and 8E 08.
  @Test func longestCommand() async throws {
    let trace = TraceChannel(SecureMessagingLoop(keys: Self.reference.keys()))
    let channel = SecureMessagingChannel(trace, keys: Self.reference.keys())
    let command = CommandAPDU(ins: 0xD6, data: [UInt8](repeating: 7, count: 65_519))
    #expect(try await channel.transmit(command).status == .success)
    let sent = try CommandAPDU(parsing: #require(await trace.exchanges.first).command)
    #expect(sent.data.count == 65_535)
  }

  /// What does not fit once it is protected is refused, not sent with a length field cut to two octets.
  @Test(arguments: [65_520, 65_535]) func tooLongCommandsAreRefused(_ count: Int) async throws {
    let loop = SecureMessagingLoop(keys: Self.reference.keys())
    let error = await #expect(throws: CardChannelError.self) {
      try await session(loop).transmit(CommandAPDU(ins: 0xD6, data: [UInt8](repeating: 0, count: count)))
    }
    guard case .tooLong? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let received = await loop.received
    #expect(received.isEmpty)
  }
}

/// ICAO Doc 9303-11 appendix D.4, for the layout of objects only: its session keys are 3DES, which the project has not.
@Suite struct ICAOSecureMessagingLayoutTests {
  struct File: Decodable {
    struct Exchange: Decodable {
      enum CodingKeys: String, CodingKey {
        case header = "plain_header"
        case data = "plain_data"
        case expectedLength = "plain_le"
        case command = "protected_command"
        case response = "protected_response"
        case plainResponse = "plain_response"
        case status = "sw"
      }
      let header, data, expectedLength, command, response, plainResponse, status: HexOctets
    }
    let exchanges: [Exchange]
  }

  @Test func objectsAreThoseOfTheExample() async throws {
    let exchanges = try VectorFile.load("icao9303_d4_secure_messaging_3des", as: File.self).exchanges
    #expect(exchanges.count == 3)
    for exchange in exchanges {
      let header = exchange.header.octets
      let plain = CommandAPDU(
        cla: header[0] & ~0x0C, ins: header[1], p1: header[2], p2: header[3], data: exchange.data.octets,
        expectedLength: exchange.expectedLength.octets.bigEndianValue.flatMap { $0 == 0 ? nil : Int($0) })
      var card = SecureMessagingCard(keys: Reference.example.keys())
      let trace = TraceChannel(SecureMessagingLoop(keys: Reference.example.keys()))
      _ = try await SecureMessagingChannel(trace, keys: Reference.example.keys()).transmit(plain)
      let ours = try CommandAPDU(parsing: #require(await trace.exchanges.first).command)
      #expect(try card.unwrap(ours) == plain)
      let theirs = try CommandAPDU(parsing: exchange.command.octets)
      #expect(ours.header == theirs.header)
      #expect(ours.expectedLength == theirs.expectedLength)
      try compare(ours.data, theirs.data)
      let answer = ResponseAPDU(
        data: exchange.plainResponse.octets,
        status: StatusWord(sw1: exchange.status.octets[0], sw2: exchange.status.octets[1]))
      try compare(try card.wrap(answer).data, try ResponseAPDU(parsing: exchange.response.octets).data)
    }
  }

  /// The same tags in the same order; Le and status alike; the padding indicator before whole blocks; 8-octet MACs.
  private func compare(_ ours: [UInt8], _ theirs: [UInt8]) throws {
    let (ours, theirs) = (try BERTLV.sequence(ours), try BERTLV.sequence(theirs))
    #expect(ours.map(\.tag) == theirs.map(\.tag))
    for (our, their) in zip(ours, theirs) {
      switch our.tag {
      case 0x87:
        #expect(our.value.first == their.value.first)
        #expect(our.value.count % 16 == 1)
        #expect(their.value.count % 8 == 1)
      case 0x8E: #expect(our.value.count == their.value.count)
      default: #expect(our == their)
      }
    }
  }
}
