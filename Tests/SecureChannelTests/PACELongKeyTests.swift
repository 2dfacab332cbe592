import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Recorded runs of two issued cards with AES-256, one on each curve.
@Suite struct IssuedCardPACETests {
  struct File: Decodable {
    struct Exchange: Decodable { let command, response: HexOctets }
    struct Session: Decodable {
      enum CodingKeys: String, CodingKey {
        case card, can, apdus
        case parameterID = "parameter_id"
        case cardAccess = "ef_card_access"
        case mapPrivate = "terminal_map_private"
        case terminalPrivate = "terminal_private"
      }
      let card, can: String
      let parameterID: UInt8
      let cardAccess, mapPrivate, terminalPrivate: HexOctets
      let apdus: [Exchange]

      var random: FixedRandom { FixedRandom([mapPrivate.octets, terminalPrivate.octets]) }
      var script: [ScriptedExchange] {
        apdus.map { ScriptedExchange(command: $0.command.octets, response: $0.response.octets) }
      }
    }
    let sessions: [Session]
  }

  private func sessions() throws -> [(File.Session, PACEParameters)] {
    let sessions = try VectorFile.load("pace_ecdh_gm_aes256_issued_cards", as: File.self).sessions
    #expect(sessions.map(\.parameterID) == [13, 12])
    return try sessions.map { ($0, .ecdhGM(try #require(Curve(rawValue: $0.parameterID)), .aes256)) }
  }

  @Test func terminalPlaysTheRuns() async throws {
    for (session, parameters) in try sessions() {
      #expect(try CardAccess.offers(parameters, in: session.cardAccess.octets), "\(session.card)")
      #expect(try !CardAccess.offers(.ecdhGMAES128(parameters.curve), in: session.cardAccess.octets))
      let card = ScriptedChannel(session.script)
      let random = session.random
      let run = try await PACETerminal(card, parameters: parameters, random: random)
        .run(.can, password: SecretBytes(Array(session.can.utf8)))
      try await card.finish()
      #expect(random.isUsedUp)
      #expect(run.cardEphemeral == Array(session.apdus[3].response.octets[4..<69]), "\(session.card)")
    }
  }

  /// Both tokens from keys that are derived apart from the product.
  @Test func tokensFollowFromTheReference() throws {
    for (session, parameters) in try sessions() {
      let peer = Array(session.apdus[3].response.octets[4..<69])
      let own = Array(session.apdus[3].command.octets[9..<74])
      let reference = try Reference.after(parameters, peer: peer, privateKey: session.terminalPrivate.octets)
      let terminalToken = try reference.tag(parameters.tokenInput(peer: peer)).prefix(8)
      let cardToken = try reference.tag(parameters.tokenInput(peer: own)).prefix(8)
      #expect(Array(terminalToken) == Array(session.apdus[4].command.octets[9..<17]), "\(session.card)")
      #expect(Array(cardToken) == Array(session.apdus[4].response.octets[4..<12]), "\(session.card)")
    }
  }

  /// Any other bit in the second half of the nonce is another nonce: all 32 octets count.
  @Test func everyOctetOfTheNonceCounts() async throws {
    for (session, parameters) in try sessions() {
      for octet in [4, 19, 20, 35] {
        var script = session.script
        script[1].response = session.apdus[1].response.octets.flipping(bit: octet * 8)
        await #expect(throws: (any Error).self, "\(session.card), octet \(octet)") {
          try await PACETerminal(ScriptedChannel(script), parameters: parameters, random: session.random)
            .run(.can, password: SecretBytes(Array(session.can.utf8)))
        }
      }
    }
  }
}

/// PACE with every key length: identifiers, nonces and what has to fail.
@Suite struct PACEKeyLengthTests {
  static let password = Array("482913".utf8)

  /// TR-03110-3 A.1.1.1, A.2.3: the last octet of the identifier is 2, 3 or 4.
  @Test(arguments: zip(AESKeyLength.allCases, ["02", "03", "04"]))
  func identifiers(_ cipher: AESKeyLength, _ variant: String) {
    for curve in Curve.scheme {
      let parameters = PACEParameters.ecdhGM(curve, cipher)
      #expect(parameters.oid == octets("04007F000702020402" + variant))
      #expect(parameters.keyLength == cipher.rawValue)
      #expect(parameters.nonceLength == (cipher == .aes128 ? 16 : 32))
    }
  }

  @Test func cardAccessKeepsTheVariantsApart() throws {
    let all = Curve.scheme.flatMap { curve in AESKeyLength.allCases.map { PACEParameters.ecdhGM(curve, $0) } }
    for offered in all {
      let file = CardAccess.encode([offered])
      for wanted in all { #expect(try CardAccess.offers(wanted, in: file) == (wanted == offered)) }
    }
  }

  @Test(arguments: Curve.scheme, AESKeyLength.allCases)
  func runWithExchanges(_ curve: Curve, _ cipher: AESKeyLength) async throws {
    let parameters = PACEParameters.ecdhGM(curve, cipher)
    let card = LoopbackCard(parameters, password: Self.password, random: SystemRandom())
    let trace = TraceChannel(card)
    let session = try await PACETerminal(trace, parameters: parameters).run(.pin, password: SecretBytes(Self.password))
    for length in [0, 1, 15, 16, 255, 1_000] {
      let data = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: data, expectedLength: 65_536)
      #expect(try await session.channel.transmit(command) == EchoApplication.answer(command))
    }
    let answer = try ResponseAPDU(parsing: #require(await trace.exchanges[1].response))
    let nonce = try BERTLV(parsing: answer.data).first(0x80)?.value
    #expect(nonce?.count == parameters.nonceLength)
  }

  /// The cipher is what the identifier says: two sides with different ones come to no session.
  @Test func otherCipherIsRefused() async throws {
    for (terminal, card) in [(AESKeyLength.aes128, AESKeyLength.aes256), (.aes256, .aes128), (.aes256, .aes192)] {
      let loopback = LoopbackCard(.ecdhGM(.p256, card), password: Self.password, random: SystemRandom())
      let error = await #expect(throws: PACEError.self) {
        try await PACETerminal(loopback, parameters: .ecdhGM(.p256, terminal))
          .run(.pin, password: SecretBytes(Self.password))
      }
      guard case .refused(step: "MSE:Set AT", .incorrectData)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test(arguments: AESKeyLength.allCases) func wrongPassword(_ cipher: AESKeyLength) async throws {
    let parameters = PACEParameters.ecdhGM(.p256, cipher)
    let card = LoopbackCard(parameters, password: Self.password, random: SystemRandom(), tries: 3)
    let error = await #expect(throws: PACEError.self) {
      try await PACETerminal(card, parameters: parameters).run(.pin, password: SecretBytes(Array("482914".utf8)))
    }
    guard case .wrongPassword(triesLeft: 2)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// TR-03110-3 A.3.3: whole blocks, their number is the card's choice. With 16 octets an AES-256 card is as right as
  /// with 32, and an AES-128 card with 32 as with 16.
  @Test(arguments: AESKeyLength.allCases) func noncesOfWholeBlocks(_ cipher: AESKeyLength) async throws {
    let parameters = PACEParameters.ecdhGM(.brainpoolP256r1, cipher)
    for length in Array(0...80) {
      let random = SeededRandom(seed: SplitMix64.seed &+ UInt64(length))
      let card = try OtherNonceCard(parameters, password: Self.password, nonce: random.bytes(length))
      let session = try? await PACETerminal(card, parameters: parameters, random: random)
        .run(.can, password: SecretBytes(Self.password))
      #expect((session != nil) == [16, 32, 48, 64].contains(length), "\(length) octets")
    }
  }

  /// A nonce above the group's order maps as what is left of it.
  @Test(arguments: Curve.scheme) func noncesAboveTheOrder(_ curve: Curve) async throws {
    let parameters = PACEParameters.ecdhGM(curve, .aes256)
    let nonce = [UInt8](repeating: 0xFF, count: 32)
    let card = try OtherNonceCard(parameters, password: Self.password, nonce: nonce)
    _ = try await PACETerminal(card, parameters: parameters).run(.can, password: SecretBytes(Self.password))
    // The product's own card draws such a nonce, too.
    let scalars = try (0..<2).map { _ in try curve.randomScalar(SystemRandom()).withOctets { $0 } }
    let own = LoopbackCard(parameters, password: Self.password, random: FixedRandom([nonce] + scalars))
    _ = try await PACETerminal(own, parameters: parameters).run(.can, password: SecretBytes(Self.password))
  }
}

/// A card written out from ICAO 9303-11 §4.4 once more, which draws whatever nonce it is given.
actor OtherNonceCard: CardChannel {
  private let parameters: PACEParameters
  private let password: [UInt8]
  private let nonce: [UInt8]
  private var generator: [UInt8] = []
  private var reference: Reference?
  private var terminalKey: [UInt8] = []
  private let scalars: [[UInt8]]

  init(_ parameters: PACEParameters, password: [UInt8], nonce: [UInt8]) throws {
    self.parameters = parameters
    self.password = password
    self.nonce = nonce
    scalars = try (0..<2).map { _ in try parameters.curve.randomScalar(SystemRandom()).withOctets { $0 } }
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard command.ins == 0x86 else { return ResponseAPDU(status: .success) }
    do {
      let request = try BERTLV(parsing: command.data).children().first
      return ResponseAPDU(data: BERTLV(0x7C, [try answer(request)]).bytes, status: .success)
    } catch {
      return ResponseAPDU(status: .incorrectData)
    }
  }

  private func answer(_ request: BERTLV?) throws -> BERTLV {
    let curve = parameters.curve
    guard let request else { return BERTLV(0x80, try encryptedNonce()) }
    switch request.tag {
    case 0x81:
      let shared = try curve.multiply(request.value, by: SecretBytes(scalars[0]))
      generator = try curve.add(try multipleOfBase(), shared)
      return BERTLV(0x82, try curve.multiply(try curve.generator, by: SecretBytes(scalars[0])))
    case 0x83:
      terminalKey = request.value
      reference = try Reference.after(parameters, peer: request.value, privateKey: scalars[1])
      return BERTLV(0x84, try curve.multiply(generator, by: SecretBytes(scalars[1])))
    default:
      let tag = try reference?.tag(parameters.tokenInput(peer: terminalKey)) ?? []
      return BERTLV(0x86, Array(tag.prefix(8)))
    }
  }

  /// Padded with zeros when it is no whole number of blocks, and cut to its length again.
  private func encryptedNonce() throws -> [UInt8] {
    let digest = parameters.cipher == .aes128 ? Digest.sha1 : .sha256
    let key = Array(digest.hash(password + [0, 0, 0, 3]).prefix(parameters.cipher.rawValue))
    let padded = nonce + [UInt8](repeating: 0, count: (16 - nonce.count % 16) % 16)
    return Array(try AES.encryptCBC(padded, key: SecretBytes(key)).prefix(nonce.count))
  }

  /// The nonce times the base point by doubling and adding, bit for bit: no modulus is taken.
  private func multipleOfBase() throws -> [UInt8] {
    let curve = parameters.curve
    var sum: [UInt8] = []
    for octet in nonce {
      for bit in 0..<8 {
        if !sum.isEmpty { sum = try curve.add(sum, sum) }
        guard octet & (0x80 >> bit) != 0 else { continue }
        sum = sum.isEmpty ? try curve.generator : try curve.add(sum, try curve.generator)
      }
    }
    return sum
  }
}
