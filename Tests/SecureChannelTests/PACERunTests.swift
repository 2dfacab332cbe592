import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// The terminal's role against the card's, in process (TR-03110-2 §3.2).
@Suite struct PACERunTests {
  static let password = Array("482913".utf8)
  static let lengths = [0, 1, 15, 16, 17, 255, 256, 1_000]

  @Test(arguments: Curve.scheme) func fiftyRunsWithExchanges(_ curve: Curve) async throws {
    let parameters = PACEParameters.ecdhGMAES128(curve)
    var points: Set<[UInt8]> = []
    for run in UInt64(0)..<50 {
      let seed = SplitMix64.seed &+ run &* 2
      let card = LoopbackCard(parameters, password: Self.password, random: SeededRandom(seed: seed))
      let terminal = PACETerminal(card, parameters: parameters, random: SeededRandom(seed: seed &+ 1))
      let session = try await terminal.run(.can, password: SecretBytes(Self.password))
      let known = await card.ephemerals
      #expect(session.cardEphemeral == known.card, "seed \(seed)")
      #expect(session.terminalEphemeral == known.terminal, "seed \(seed)")
      points.formUnion([known.card, known.terminal])
      var sent: [CommandAPDU] = []
      for (index, length) in Self.lengths.enumerated() {
        for expectedLength in [nil, 65_536] as [Int?] {
          let data = (0..<length).map { UInt8(truncatingIfNeeded: $0 &+ index) }
          let command = CommandAPDU(cla: 0x80, ins: 0xCA, p1: 1, p2: 2, data: data, expectedLength: expectedLength)
          let response = try await session.channel.transmit(command)
          #expect(response == EchoApplication.answer(command), "seed \(seed), \(length) octets")
          sent.append(command)
        }
      }
      let received = await card.received
      #expect(received == sent, "seed \(seed)")
    }
    #expect(points.count == 100, "every run has ephemeral keys of its own")
  }

  @Test(arguments: Curve.scheme) func wrongPassword(_ curve: Curve) async throws {
    let parameters = PACEParameters.ecdhGMAES128(curve)
    for (tries, left) in [(nil, nil), (3, 2), (1, 0)] as [(Int?, Int?)] {
      let card = LoopbackCard(parameters, password: Self.password, random: SystemRandom(), tries: tries)
      let error = await #expect(throws: PACEError.self) {
        try await PACETerminal(card, parameters: parameters).run(.pin, password: SecretBytes(Array("482914".utf8)))
      }
      guard case .wrongPassword(let triesLeft)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(triesLeft == left)
      let after = try await card.transmit(CommandAPDU(cla: 0x0C, ins: 0xB0, data: octets("8E080000000000000000")))
      #expect(after.status == .securityStatusNotSatisfied)
    }
  }

  @Test func passwordsAreComparedWhole() async throws {
    let parameters = PACEParameters.ecdhGMAES128(.p256)
    for password in ["", "48291", "4829130", "482913 ", "0482913"] {
      let card = LoopbackCard(parameters, password: Self.password, random: SystemRandom())
      await #expect(throws: PACEError.self, "\(password)") {
        try await PACETerminal(card, parameters: parameters).run(.can, password: SecretBytes(Array(password.utf8)))
      }
    }
  }

  /// `card-application` §11: a shared secret that starts with 00 keeps its 32 octets on both sides.
  @Test(arguments: Curve.scheme, [AESKeyLength.aes128, .aes256])
  func sharedSecretWithALeadingZero(_ curve: Curve, _ cipher: AESKeyLength) async throws {
    let parameters = PACEParameters.ecdhGM(curve, cipher)
    let random = SeededRandom(seed: SplitMix64.seed)
    let nonce = try random.bytes(parameters.nonceLength)
    let scalars = try (0..<3).map { _ in try curve.randomScalar(random).withOctets { $0 } }
    let mapped = try curve.multiply(
      try curve.multiply(try curve.generator, by: SecretBytes(scalars[0])), by: SecretBytes(scalars[1]))
    let share = try curve.multiply(try curve.generator, by: try curve.reduced(SecretBytes(nonce)))
    let ownPoint = try curve.multiply(try curve.add(share, mapped), by: SecretBytes(scalars[2]))
    var found: [UInt8]?
    for _ in 0..<20_000 where found == nil {
      let scalar = try curve.randomScalar(random)
      if try curve.multiply(ownPoint, by: scalar)[1] == 0 { found = scalar.withOctets { $0 } }
    }
    let cardScalar = try #require(found, "seed \(SplitMix64.seed)")
    let card = LoopbackCard(
      parameters, password: Self.password, random: FixedRandom([nonce, scalars[0], cardScalar]))
    let terminal = PACETerminal(card, parameters: parameters, random: FixedRandom([scalars[1], scalars[2]]))
    let trace = TraceChannel(card)
    let session = try await terminal.run(.can, password: SecretBytes(Self.password), over: trace)
    #expect(session.terminalEphemeral == ownPoint)
    _ = try await session.channel.transmit(CommandAPDU(ins: 0xB0, expectedLength: 4))
    // The MAC of the first command shows which key both sides derived: that of the secret in full width.
    let secret = try curve.multiply(ownPoint, by: SecretBytes(cardScalar))[1...32]
    #expect(secret.first == 0)
    let keys = try SessionKeys(sharedSecret: SecretBytes(secret), keyLength: parameters.keyLength)
    let reference = Reference(encryption: [], mac: keys.mac.withOctets { $0 })
    let sent = try CommandAPDU(parsing: #require(await trace.exchanges.last).command)
    let expected = try reference.command("0CB00000", [BERTLV(0x97, [4])], at: 1)
    #expect(sent.data == expected.data)
  }
}
