import CardCrypto
import CardTestSupport
import EACPeer
import ISO7816
import SecureChannel
import Testing

/// Both roles of PACE and of secure messaging against OpenPACE, which shares nothing with them.
@Suite("PACE with OpenPACE") struct OpenPACETests {
  static let variants = Curve.scheme.flatMap { curve in AESKeyLength.allCases.map { PACEParameters.ecdhGM(curve, $0) }
  }
  static let can = Array("482913".utf8)
  static let pin = Array("740162".utf8)
  static let puk = Array("0123456789".utf8)
  static let passwords: [PACEPasswordReference: [UInt8]] = [.can: can, .pin: pin, .puk: puk]
  static let file = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  static func card(_ parameters: PACEParameters) -> OpenPACECard {
    OpenPACECard(
      OpenPACECardContent(
        cardAccess: CardAccess.encode([parameters]),
        passwords: Dictionary(uniqueKeysWithValues: passwords.map { ($0.key.rawValue, $0.value) }), file: file))
  }

  /// Even and odd instructions with 0 to 300 octets, with and without an answer.
  static func commands() -> [CommandAPDU] {
    (0...300).flatMap { length in
      [0xCA, 0xCB].map { instruction in
        CommandAPDU(
          cla: length % 3 == 0 ? 0x80 : 0x00, ins: instruction, p1: 1, p2: UInt8(truncatingIfNeeded: length),
          data: (0..<length).map { UInt8(truncatingIfNeeded: $0 &+ length) },
          expectedLength: [nil, 256, 65_536, 511][length % 4])
      }
    }
  }

  @Test("Our terminal opens a session with OpenPACE's card and exchanges 0 to 300 octets", arguments: variants)
  func ourTerminal(_ parameters: PACEParameters) async throws {
    for (reference, password) in Self.passwords {
      let card = Self.card(parameters)
      let session = try await PACETerminal(card, parameters: parameters)
        .run(reference, password: SecretBytes(password))
      #expect(session.cardEphemeral == (await card.cardEphemeral))
      #expect(session.terminalEphemeral == (await card.terminalEphemeral))
      let read = try await session.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x81, expectedLength: 65_536))
      #expect(read == ResponseAPDU(data: Self.file, status: .success))
    }
    let card = Self.card(parameters)
    let session = try await PACETerminal(card, parameters: parameters).run(.can, password: SecretBytes(Self.can))
    let commands = Self.commands()
    for command in commands {
      #expect(try await session.channel.transmit(command) == EchoApplication.answer(command))
    }
    #expect(await card.received == commands)
    let refused = try await session.channel.transmit(CommandAPDU(ins: 0x84, expectedLength: 8))
    #expect(refused == ResponseAPDU(status: .conditionsNotSatisfied))
  }

  @Test("OpenPACE's terminal opens a session with our card and exchanges 0 to 300 octets", arguments: variants)
  func ourCard(_ parameters: PACEParameters) async throws {
    let card = LoopbackCard(parameters, password: Self.can, random: SystemRandom())
    let terminal = OpenPACETerminal(card, cardAccess: CardAccess.encode([parameters]))
    let commands = Self.commands()
    for _ in 0..<2 {
      try await terminal.pace(passwordReference: PACEPasswordReference.can.rawValue, password: Self.can)
      let known = await card.ephemerals
      #expect(known.card == (await terminal.cardEphemeral))
      #expect(known.terminal == (await terminal.terminalEphemeral))
      for command in commands {
        #expect(try await terminal.transmit(command) == EchoApplication.answer(command))
      }
      #expect(await card.received == commands)
      await terminal.close()
    }
  }

  @Test("Two hundred runs each way, so that leading zeros occur", arguments: Curve.scheme)
  func manyRuns(_ curve: Curve) async throws {
    let parameters = PACEParameters.ecdhGMAES128(curve)
    let command = CommandAPDU(ins: 0xCA, data: [1], expectedLength: 256)
    let theirs = Self.card(parameters)
    let ours = LoopbackCard(parameters, password: Self.can, random: SystemRandom())
    for _ in 0..<200 {
      let session = try await PACETerminal(theirs, parameters: parameters).run(.can, password: SecretBytes(Self.can))
      #expect(try await session.channel.transmit(command).data == [1])
      let terminal = OpenPACETerminal(ours, cardAccess: CardAccess.encode([parameters]))
      try await terminal.pace(passwordReference: 2, password: Self.can)
      #expect(try await terminal.transmit(command).data == [1])
    }
  }

  @Test("A wrong password opens no session either way", arguments: variants)
  func wrongPassword(_ parameters: PACEParameters) async throws {
    let wrong = Array("482914".utf8)
    let theirs = Self.card(parameters)
    let error = await #expect(throws: PACEError.self) {
      try await PACETerminal(theirs, parameters: parameters).run(.can, password: SecretBytes(wrong))
    }
    guard case .wrongPassword(triesLeft: nil)? = error else { throw Unexpected(error) }
    let secured = CommandAPDU(cla: 0x0C, ins: 0xB0, data: octets("8E080000000000000000"))
    #expect(try await theirs.transmit(secured).status == .securityStatusNotSatisfied)

    let ours = LoopbackCard(parameters, password: Self.can, random: SystemRandom(), tries: 3)
    let terminal = OpenPACETerminal(ours, cardAccess: CardAccess.encode([parameters]))
    let refusal = await #expect(throws: OpenPACEError.self) {
      try await terminal.pace(passwordReference: 2, password: wrong)
    }
    guard case .refused("authentication", .triesLeft(2))? = refusal else { throw Unexpected(refusal) }
    #expect(try await ours.transmit(secured).status == .securityStatusNotSatisfied)
  }

  /// That the peer checks what it is sent: else it would prove nothing.
  @Test("OpenPACE's card and terminal refuse an exchange with one changed bit")
  func tampering() async throws {
    let parameters = PACEParameters.ecdhGMAES128(.p256)
    let command = CommandAPDU(ins: 0xCA, data: Array("tiền".utf8), expectedLength: 256)
    // 87 with one block, 97 and 8E; then 87, 99 and 8E.
    for bit in 0..<8 * (19 + 3 + 10) {
      let theirs = Self.card(parameters)
      let changed = TamperingChannel(
        base: theirs,
        command: { command in
          guard command.cla & 0x0C == 0x0C else { return command }
          var changed = command
          changed.data = command.data.flipping(bit: bit)
          return changed
        })
      let session = try await PACETerminal(changed, parameters: parameters).run(.can, password: SecretBytes(Self.can))
      await #expect(throws: CardChannelError.self, "bit \(bit)") { try await session.channel.transmit(command) }
      #expect(await theirs.received.isEmpty, "bit \(bit)")
    }
    for bit in 0..<8 * (19 + 4 + 10) {
      let ours = LoopbackCard(parameters, password: Self.can, random: SystemRandom())
      let changed = TamperingChannel(
        base: ours,
        response: { response in
          guard response.data.first == 0x87 else { return response }
          return ResponseAPDU(data: response.data.flipping(bit: bit), status: response.status)
        })
      let terminal = OpenPACETerminal(changed, cardAccess: CardAccess.encode([parameters]))
      try await terminal.pace(passwordReference: 2, password: Self.can)
      await #expect(throws: CardChannelError.self, "bit \(bit)") { try await terminal.transmit(command) }
    }
  }

  struct Unexpected: Error {
    let error: (any Error)?
    init(_ error: (any Error)?) { self.error = error }
  }
}
