import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// ICAO Doc 9303-11 appendix G.1: PACE with ECDH, generic mapping, AES-128 and brainpoolP256r1.
@Suite struct ICAOPACEExampleTests {
  struct File: Decodable {
    struct Exchange: Decodable {
      let command: HexOctets
      let response: HexOctets
    }
    enum CodingKeys: String, CodingKey {
      case password = "K_sha1_mrz"
      case passwordKey = "K_pi"
      case z = "nonce_encrypted_z"
      case s = "nonce_s"
      case terminalMapPrivate = "pcd_map_private"
      case terminalMapPublic = "pcd_map_public"
      case cardMapPublic = "ic_map_public"
      case sharedH = "shared_H"
      case mappedGenerator = "mapped_generator"
      case terminalPrivate = "pcd_ka_private"
      case terminalPublic = "pcd_ka_public"
      case cardPublic = "ic_ka_public"
      case sharedX = "shared_K_x"
      case encryption = "KS_enc"
      case mac = "KS_mac"
      case terminalTokenInput = "auth_token_input_pcd"
      case cardTokenInput = "auth_token_input_ic"
      case terminalToken = "T_pcd"
      case cardToken = "T_ic"
      case initialCounter = "initial_ssc"
      case cardAccess = "ef_card_access_in_test"
      case apdus
    }
    let password, passwordKey, z, s, terminalMapPrivate, terminalMapPublic, cardMapPublic, sharedH: HexOctets
    let mappedGenerator, terminalPrivate, terminalPublic, cardPublic, sharedX, encryption, mac: HexOctets
    let terminalTokenInput, cardTokenInput, terminalToken, cardToken, initialCounter, cardAccess: HexOctets
    let apdus: [Exchange]
  }

  static let parameters = PACEParameters.ecdhGMAES128(.brainpoolP256r1)

  static func load() throws -> File { try VectorFile.load("icao9303_g1_pace_ecdh_gm_aes128") }

  @Test func passwordKeyAndNonce() throws {
    let file = try Self.load()
    let key = try SessionKDF.derive(SecretBytes(file.password.octets), .password)
    let derived = key.withOctets { $0 }
    #expect(derived == file.passwordKey.octets)
    let nonce = try AES.decryptCBC(file.z.octets, key: key)
    #expect(nonce == file.s.octets)
  }

  @Test func mapping() throws {
    let file = try Self.load()
    let curve = Self.parameters.curve
    func privateKey() -> SecretBytes { SecretBytes(file.terminalMapPrivate.octets) }
    #expect(try curve.multiply(try curve.generator, by: privateKey()) == file.terminalMapPublic.octets)
    #expect(try curve.multiply(file.cardMapPublic.octets, by: privateKey()) == file.sharedH.octets)
    let nonce = SecretBytes([UInt8](repeating: 0, count: 16) + file.s.octets)
    let mapped = try curve.add(try curve.multiply(try curve.generator, by: nonce), file.sharedH.octets)
    #expect(mapped == file.mappedGenerator.octets)
  }

  @Test func agreementAndKeys() throws {
    let file = try Self.load()
    let curve = Self.parameters.curve
    func privateKey() -> SecretBytes { SecretBytes(file.terminalPrivate.octets) }
    #expect(try curve.multiply(file.mappedGenerator.octets, by: privateKey()) == file.terminalPublic.octets)
    let shared = try curve.multiply(file.cardPublic.octets, by: privateKey())
    #expect(Array(shared[1...32]) == file.sharedX.octets)
    let keys = try SessionKeys(sharedSecret: SecretBytes(file.sharedX.octets), keyLength: 16)
    let (encryption, mac) = (keys.encryption.withOctets { $0 }, keys.mac.withOctets { $0 })
    #expect(encryption == file.encryption.octets)
    #expect(mac == file.mac.octets)
    #expect(SendSequenceCounter().bytes == file.initialCounter.octets)
  }

  @Test func tokens() throws {
    let file = try Self.load()
    let terminalInput = Self.parameters.tokenInput(peer: file.cardPublic.octets)
    let cardInput = Self.parameters.tokenInput(peer: file.terminalPublic.octets)
    #expect(terminalInput == file.terminalTokenInput.octets)
    #expect(cardInput == file.cardTokenInput.octets)
    let key = SecretBytes(file.mac.octets)
    let (terminalToken, cardToken) = (try CMAC.tag(terminalInput, key: key), try CMAC.tag(cardInput, key: key))
    #expect(Array(terminalToken.prefix(8)) == file.terminalToken.octets)
    #expect(Array(cardToken.prefix(8)) == file.cardToken.octets)
  }

  /// The run byte for byte, Le octets and tag 84 included. One octet is put in place of the example's: its password is
  /// the MRZ (reference 01), which no card of this project has,
  /// so tag 83 of MSE:Set AT says CAN (02). It enters nothing
  /// that is computed.
  @Test func terminalRunsTheExample() async throws {
    let file = try Self.load()
    var script = file.apdus.map { ScriptedExchange(command: $0.command.octets, response: $0.response.octets) }
    try #require(Array(script[0].command.suffix(6)) == octets("830101 84010D"))
    script[0].command[script[0].command.count - 4] = PACEPasswordReference.can.rawValue
    let card = ScriptedChannel(script)
    let random = FixedRandom([file.terminalMapPrivate.octets, file.terminalPrivate.octets])
    let session = try await PACETerminal(card, parameters: Self.parameters, random: random)
      .run(.can, password: SecretBytes(file.password.octets))
    try await card.finish()
    #expect(random.isUsedUp)
    #expect(session.cardEphemeral == file.cardPublic.octets)
    #expect(session.terminalEphemeral == file.terminalPublic.octets)
  }

  /// Another octet in any answer of the card ends the example's run.
  @Test func noOtherAnswerWillDo() async throws {
    let file = try Self.load()
    for step in 1..<file.apdus.count {
      let response = file.apdus[step].response.octets
      // The ends of each answer's object: its first and last octet of value.
      for bit in [8 * (response.count - 3), 8 * (response.count - 10)] {
        var script = file.apdus.map { ScriptedExchange(command: $0.command.octets, response: $0.response.octets) }
        script[0].command[script[0].command.count - 4] = PACEPasswordReference.can.rawValue
        script[step].response = response.flipping(bit: bit)
        let random = FixedRandom([file.terminalMapPrivate.octets, file.terminalPrivate.octets])
        let terminal = PACETerminal(ScriptedChannel(script), parameters: Self.parameters, random: random)
        await #expect(throws: PACEError.self, "step \(step), bit \(bit)") {
          try await terminal.run(.can, password: SecretBytes(file.password.octets))
        }
      }
    }
  }

  @Test func cardAccess() throws {
    let file = try Self.load().cardAccess.octets
    #expect(CardAccess.encode([Self.parameters]) == file)
    #expect(try CardAccess.offers(Self.parameters, in: file))
    #expect(try !CardAccess.offers(.ecdhGMAES128(.p256), in: file))
    let both = CardAccess.encode([.ecdhGMAES128(.p256), Self.parameters])
    #expect(try CardAccess.offers(.ecdhGMAES128(.p256), in: both))
    #expect(try CardAccess.offers(Self.parameters, in: both))
    #expect(try !CardAccess.offers(Self.parameters, in: [0x30] + file.dropFirst()))
    for length in 0..<file.count {
      #expect(throws: BERTLVError.self) { try CardAccess.offers(Self.parameters, in: Array(file.prefix(length))) }
    }
    for bit in 0..<file.count * 8 {
      let offered = try? CardAccess.offers(Self.parameters, in: file.flipping(bit: bit))
      #expect(offered != true, "bit \(bit)")
    }
  }
}

/// BSI TR-03110 worked example (EAC 2, ECDH): PACE with the PIN 123456, private keys of both sides known.
@Suite struct TR03110PACEExampleTests {
  struct File: Decodable { let fields: [String: HexOctets] }

  static let parameters = PACEParameters.ecdhGMAES128(.brainpoolP256r1)
  static let password = Array("123456".utf8)

  let fields: [String: [UInt8]]

  init() throws {
    fields = try VectorFile.load("tr03110_eac2_worked_example_ecdh", as: File.self).fields.mapValues(\.octets)
  }

  private func field(_ name: String) throws -> [UInt8] { try #require(fields[name], "\(name)") }

  /// The example writes one scalar with a sign octet of DER before it.
  private func scalar(_ name: String) throws -> [UInt8] { try Array(field(name).suffix(32)) }

  private func template(_ tag: BERTag, _ value: [UInt8]) -> [UInt8] { BERTLV(0x7C, [BERTLV(tag, value)]).bytes }

  private var session: Reference {
    get throws { Reference(encryption: try field("k_enc"), mac: try field("k_mac")) }
  }

  @Test func cardRunsTheExample() throws {
    let random = FixedRandom([try field("nonce"), try scalar("map_picc_priv_key"), try scalar("picc_priv_key")])
    var card = try PACECard(parameters: Self.parameters, password: SecretBytes(Self.password), random: random)
    #expect(try card.answer([]) == [BERTLV(0x80, field("nonce_enc"))])
    let mapped = try card.answer([BERTLV(0x81, try field("map_pcd_pub_key"))])
    #expect(try mapped == [BERTLV(0x82, field("map_picc_pub_key"))])
    var expectsToken = card.expectsToken
    #expect(!expectsToken)
    let agreed = try card.answer([BERTLV(0x83, try field("pcd_pub_key"))])
    #expect(try agreed == [BERTLV(0x84, field("picc_pub_key"))])
    expectsToken = card.expectsToken
    #expect(expectsToken)
    #expect(random.isUsedUp)
    let result = try card.authenticate(token: try field("authentication_token_pcd"))
    guard let result else {
      Issue.record("token refused")
      return
    }
    let token = result.token
    let keys = result.takeKeys()
    #expect(try token == field("authentication_token_picc"))
    let (encryption, mac) = (keys.encryption.withOctets { $0 }, keys.mac.withOctets { $0 })
    #expect(try encryption == field("k_enc"))
    #expect(try mac == field("k_mac"))
  }

  @Test func mappingValues() throws {
    let curve = Self.parameters.curve
    let shared = try curve.multiply(try field("map_picc_pub_key"), by: SecretBytes(try scalar("map_pcd_priv_key")))
    #expect(try shared == field("map_shared_secret_h"))
    let mirrored = try curve.multiply(try field("map_pcd_pub_key"), by: SecretBytes(try scalar("map_picc_priv_key")))
    #expect(mirrored == shared)
    let nonce = SecretBytes([UInt8](repeating: 0, count: 16) + (try field("nonce")))
    let generator = try curve.add(try curve.multiply(try curve.generator, by: nonce), shared)
    #expect(try generator == field("map_generator"))
    let secret = try curve.multiply(try field("picc_pub_key"), by: SecretBytes(try scalar("pcd_priv_key")))
    #expect(try Array(secret[1...32]) == field("shared_secret_k"))
  }

  /// The run and the first protected exchange after it: cryptogram e1 of d1 under counter 1, and the answer `ad1` with
  /// the MAC a1 under counter 2. The command's MAC is not in the example; ``Reference`` computes it.
  @Test func terminalRunsTheExample() async throws {
    let protected = try session.command("0C2281B6", [BERTLV(0x87, [1] + (try field("e1")))], at: 1)
    let script = [
      (
        command: octets("0022C1A412 800A04007F00070202040202 830103 84010D"), response: octets("9000")
      ),
      (octets("10860000027C0000"), try template(0x80, field("nonce_enc")) + octets("9000")),
      try exchange("1086000045", 0x81, "map_pcd_pub_key", 0x82, "map_picc_pub_key"),
      try exchange("1086000045", 0x83, "pcd_pub_key", 0x84, "picc_pub_key"),
      try exchange("008600000C", 0x85, "authentication_token_pcd", 0x86, "authentication_token_picc"),
      (protected.bytes, try field("ad1") + octets("8E08") + (try field("a1")) + octets("9000")),
    ]
    let card = ScriptedChannel(script.map { ScriptedExchange(command: $0.0, response: $0.1) })
    let random = FixedRandom([try scalar("map_pcd_priv_key"), try scalar("pcd_priv_key")])
    let run = try await PACETerminal(card, parameters: Self.parameters, random: random)
      .run(.pin, password: SecretBytes(Self.password))
    let response = try await run.channel.transmit(
      CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: try field("d1")))
    #expect(response == ResponseAPDU(status: .success))
    try await card.finish()
    #expect(random.isUsedUp)
    #expect(try run.cardEphemeral == field("picc_pub_key"))
    #expect(try run.terminalEphemeral == field("pcd_pub_key"))
  }

  private func exchange(
    _ start: String, _ tag: BERTag, _ name: String, _ answerTag: BERTag, _ answer: String
  ) throws -> (command: [UInt8], response: [UInt8]) {
    (octets(start) + template(tag, try field(name)) + [0], template(answerTag, try field(answer)) + octets("9000"))
  }

  @Test func cardAnswersTheProtectedExchange() throws {
    var card = SecureMessagingCard(keys: try session.keys())
    let protected = try session.command("0C2281B6", [BERTLV(0x87, [1] + (try field("e1")))], at: 1)
    let plain = try card.unwrap(protected)
    #expect(try plain == CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: field("d1")))
    let response = try card.wrap(ResponseAPDU(status: .success))
    #expect(try response.bytes == field("ad1") + octets("8E08") + field("a1") + octets("9000"))
  }

  @Test func bothRolesTogether() async throws {
    let card = LoopbackCard(
      Self.parameters, password: Self.password,
      random: FixedRandom([try field("nonce"), try scalar("map_picc_priv_key"), try scalar("picc_priv_key")]))
    let trace = TraceChannel(card)
    let random = FixedRandom([try scalar("map_pcd_priv_key"), try scalar("pcd_priv_key")])
    _ = try await PACETerminal(trace, parameters: Self.parameters, random: random)
      .run(.pin, password: SecretBytes(Self.password))
    let last = try #require(await trace.exchanges.last)
    #expect(try last.response == template(0x86, field("authentication_token_picc")) + octets("9000"))
  }

  @Test func cardAccessOffersTheParameters() throws {
    #expect(try CardAccess.offers(Self.parameters, in: field("ef_cardaccess")))
    #expect(try !CardAccess.offers(.ecdhGMAES128(.p256), in: field("ef_cardaccess")))
  }
}
