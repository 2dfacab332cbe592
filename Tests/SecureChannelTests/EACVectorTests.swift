import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// A key of which one signature is known: stands for the terminal of a published example.
private struct RecordedSigner: ECSigner {
  let publicKey: ECPublicKey
  let signature: [UInt8]

  func sign(_ message: [UInt8], digest: Digest) throws(CryptoError) -> [UInt8] {
    guard publicKey.verify(signature, of: message, digest: digest) else { throw .verificationFailed }
    return signature
  }
}

/// BSI TR-03110 worked example (EAC 2, ECDH): Terminal and Chip Authentication of version 2.
@Suite struct EACVectorTests {
  static let chip = ChipAuthenticationParameters(curve: .brainpoolP256r1, cipher: .aes128)
  static let request = RequestedAuthorization(HolderAuthorization(.terminal, [.readAll, .canAllowed]))

  let fields: [String: [UInt8]]
  let chain: [CVCertificate]

  init() throws {
    fields = try CVCertificateVectorTests.example().fields.mapValues(\.octets)
    chain = try CVCertificateVectorTests.exampleChain()
  }

  private func field(_ name: String) throws -> [UInt8] { try #require(fields[name], "\(name)") }
  /// Some scalars are written with a sign octet of DER before them.
  private func scalar(_ name: String) throws -> [UInt8] { try Array(field(name).suffix(32)) }

  private var compressed: [UInt8] { get throws { try Array(field("ca_pcd_pub_key")[1...32]) } }

  /// Parts of the SecurityInfos that both files share.
  private func expectInfos(_ infos: SecurityInfos) {
    #expect(infos.pace == [.ecdhGMAES128(.brainpoolP256r1)])
    #expect(infos.hasTerminalAuthentication)
    #expect(infos.chipAuthentication == [Self.chip])
  }

  @Test func cardAccess() throws {
    let infos = try SecurityInfos(parsing: try field("ef_cardaccess"))
    expectInfos(infos)
    #expect(infos.chipPublicKeys.isEmpty)
  }

  /// The SecurityInfos inside the example's EF.CardSecurity, taken out by their header.
  @Test func cardSecurity() throws {
    let file = try field("ef_cardsecurity")
    let header = octets("31820137")
    let start = try #require(file.indices.first { file[$0...].starts(with: header) })
    let infos = try SecurityInfos(parsing: Array(file[start..<start + 4 + 0x137]))
    expectInfos(infos)
    let key = try ChipAuthenticationPublicKey(curve: .brainpoolP256r1, point: field("ca_picc_pub_key"))
    #expect(infos.chipPublicKeys == [key])
  }

  /// ID_IC is the x-coordinate of the card's key of PACE, Comp(PK) that of the key for Chip Authentication.
  @Test func signatureOfTheTerminal() throws {
    #expect(try TerminalAuthentication.compressed(field("ca_pcd_pub_key")) == compressed)
    let input = try TerminalAuthentication.signatureInput(
      cardEphemeral: field("picc_pub_key"), challenge: field("ta_nonce"), compressedKey: compressed,
      auxiliaryData: [])
    #expect(try input == Array(field("picc_pub_key")[1...32]) + field("ta_nonce") + compressed)
    let key = chain[2].content.publicKey
    #expect(try key.verifies(field("ta_pcd_signature"), of: input))
    for bit in stride(from: 0, to: input.count * 8, by: 7) {
      #expect(try !key.verifies(field("ta_pcd_signature"), of: input.flipping(bit: bit)), "bit \(bit)")
    }
    #expect(try !key.verifies(field("ta_pcd_signature"), of: input + [0]))
  }

  /// The scalar of the PKCS#8 file, whose parameters are written out: the ECPrivateKey at its end.
  private func terminalKey() throws -> ECPrivateKey {
    let file = try field("ta_pcd_key")
    try #require(Array(file.suffix(71).prefix(7)) == octets("3045 020101 0440"))
    return try ECPrivateKey(.brainpoolP512r1, scalar: SecretBytes(file.suffix(64)))
  }

  @Test func keyOfTheTerminal() throws {
    let key = try terminalKey()
    #expect(key.publicKey.point == chain[2].content.publicKey.point)
    let signature = try key.sign([1, 2, 3], digest: .sha512)
    #expect(chain[2].content.publicKey.verifies(signature, of: [1, 2, 3]))
  }

  /// A card of the example's parameters below the example's CVCA key.
  ///
  /// The example's CVCA is one of inspection systems (C3 under id-IS) with verifiers of authentication terminals below
  /// it. TR-03110-3 §2.7.1 wants one kind in the whole chain, so the anchor here is the same key under id-AT.
  private func card(
    anchored certificate: CVCertificate, permitted: [SignatureScheme] = [.ecdsaSHA512],
    curves: [Curve] = Curve.scheme + [.brainpoolP512r1]
  ) throws -> TerminalAuthenticationCard {
    TerminalAuthenticationCard(
      trust: try TestPKI.trust([certificate], on: day(2010_09_30)), requested: Self.request,
      cardEphemeral: try field("picc_pub_key"), permitted: permitted, curves: curves)
  }

  private func anchor() throws -> CVCertificate {
    var content = chain[0].content
    content.authorization = HolderAuthorization(.authority, .all)
    return try content.signed(by: try terminalKey(), .ecdsaSHA512)
  }

  private func template() throws -> [BERTLV] {
    let content = chain[2].content
    return [
      BERTLV(0x80, content.publicKey.scheme.oid), BERTLV(0x83, content.holder.octets), BERTLV(0x91, try compressed),
    ]
  }

  @Test func cardRunsTheExample() throws {
    var card = try card(anchored: try anchor())
    let (random, challenge) = (FixedRandom([try field("ta_nonce")]), try field("ta_nonce"))
    #expect(try field("d1") == BERTLV(0x83, chain[1].content.authority.octets).bytes)
    #expect(try card.present(chain[1]) == .verifier(date: day(2010_09_30)))
    #expect(try card.present(chain[2]) == .terminal)
    try card.setTemplate(template())
    #expect(try card.makeChallenge(random) == challenge)
    try card.authenticate(try field("ta_pcd_signature"))
    let terminal = try #require(card.terminal)
    #expect(terminal.holder.description == "DETESTATDE019" && terminal.authority.description == "DETESTDVDE019")
    #expect(terminal.rights == [.read(dataGroup: 1), .canAllowed])
    #expect(try terminal.compressedKey == compressed)
    #expect(random.isUsedUp)
  }

  @Test func cardsThatDoNotRunIt() throws {
    var mixed = try card(anchored: chain[0])
    #expect(status { try mixed.present(chain[1]) } == "6300", "two kinds of terminals")
    var strict = try card(anchored: try anchor(), permitted: [.ecdsaSHA256])
    #expect(status { try strict.present(chain[1]) } == "6300", "SHA-512")
    var small = try card(anchored: try anchor(), curves: Curve.scheme)
    #expect(status { try small.present(chain[1]) } == "6300", "512 bits")
    var other = try card(anchored: try anchor())
    for certificate in chain.dropFirst() { try other.present(certificate) }
    try other.setTemplate(template())
    _ = try other.makeChallenge(FixedRandom([try field("ta_nonce").flipping(bit: 63)]))
    let signature = try field("ta_pcd_signature")
    #expect(status { try other.authenticate(signature) } == "6300", "another challenge")
  }

  @Test func chipAuthenticationOfTheCard() throws {
    let key = try ECPrivateKey(.brainpoolP256r1, scalar: SecretBytes(try scalar("ca_picc_priv_key")))
    #expect(try key.publicKey.point == field("ca_picc_pub_key"))
    let shared = try Self.chip.curve.multiply(try field("ca_pcd_pub_key"), by: key.exportScalar())
    #expect(try Array(shared[1...32]) == field("ca_shared_secret_k"))
    let random = FixedRandom([try field("ca_nonce")])
    let result = try ChipAuthenticationCard.agree(
      Self.chip, key: key, terminalKey: try field("ca_pcd_pub_key"), boundTo: try compressed, random: random)
    #expect(try result.nonce == field("ca_nonce"))
    #expect(try result.token == field("ca_picc_token"))
    let keys = result.takeKeys()
    let (encryption, mac) = (keys.encryption.withOctets { $0 }, keys.mac.withOctets { $0 })
    #expect(try encryption == field("ca_k_enc") && mac == field("ca_k_mac"))
    #expect(random.isUsedUp)
  }

  @Test func tokenInput() throws {
    let input = try Self.chip.tokenInput(field("ca_pcd_pub_key"))
    let expected = try octets("7F494F 060A04007F00070202030202 8641") + field("ca_pcd_pub_key")
    #expect(input == expected)
    let tag = try CMAC.tag(input, key: SecretBytes(try field("ca_k_mac")))
    #expect(try Array(tag.prefix(8)) == field("ca_picc_token"))
  }

  /// PACE with the example's private keys over a scripted card that names `authorities`.
  private func pace(naming authorities: [HolderReference]) async throws -> PACESession {
    func exchange(_ start: String, _ tag: BERTag, _ name: String, _ answer: [BERTLV]) throws -> ScriptedExchange {
      let sent = try octets(start) + BERTLV(0x7C, [BERTLV(tag, field(name))]).bytes + [0]
      return ScriptedExchange(command: sent, response: BERTLV(0x7C, answer).bytes + [0x90, 0x00])
    }
    let template =
      octets("800A04007F00070202040202 830103") + Self.request.objects.flatMap(\.bytes) + octets("84010D")
    let named = zip([BERTag(rawValue: 0x87), 0x88], authorities).map { BERTLV($0, $1.octets) }
    let card = ScriptedChannel([
      ScriptedExchange(
        command: octets("0022C1A4") + [UInt8(template.count)] + template, response: octets("9000")),
      ScriptedExchange(
        command: octets("10860000027C0000"),
        response: BERTLV(0x7C, [BERTLV(0x80, try field("nonce_enc"))]).bytes + octets("9000")),
      try exchange("1086000045", 0x81, "map_pcd_pub_key", [BERTLV(0x82, field("map_picc_pub_key"))]),
      try exchange("1086000045", 0x83, "pcd_pub_key", [BERTLV(0x84, field("picc_pub_key"))]),
      try exchange(
        "008600000C", 0x85, "authentication_token_pcd",
        [BERTLV(0x86, field("authentication_token_picc"))] + named),
    ])
    let random = FixedRandom([try scalar("map_pcd_priv_key"), try scalar("pcd_priv_key")])
    let session = try await PACETerminal(card, parameters: .ecdhGMAES128(.brainpoolP256r1), random: random)
      .run(.pin, password: SecretBytes(Array("123456".utf8)), request: Self.request)
    try await card.finish()
    return session
  }

  private func command(_ header: String, _ data: [UInt8], le: String = "") -> [UInt8] {
    let length = data.count > 255 ? [0] + [UInt8](bigEndian: data.count, width: 2) : [UInt8(data.count)]
    return octets(header) + (data.isEmpty ? [] : length + data) + octets(le)
  }

  private func terminalScript() throws -> [ScriptedExchange] {
    var script: [ScriptedExchange] = []
    for certificate in chain.dropFirst() {
      let reference = BERTLV(0x83, certificate.content.authority.octets).bytes
      script.append(ScriptedExchange(command: command("002281B6", reference), response: octets("9000")))
      script.append(
        ScriptedExchange(command: command("002A00BE", certificate.unwrapped), response: octets("9000")))
    }
    let template = try template().flatMap(\.bytes)
    script.append(ScriptedExchange(command: command("002281A4", template), response: octets("9000")))
    script.append(
      ScriptedExchange(command: command("00840000", [], le: "08"), response: try field("ta_nonce") + octets("9000")))
    script.append(
      ScriptedExchange(command: command("00820000", try field("ta_pcd_signature")), response: octets("9000")))
    return script
  }

  @Test func terminalRunsTheExample() async throws {
    let session = try await pace(naming: [chain[0].content.holder])
    #expect(session.authorities == [chain[0].content.holder])
    let publicKey = try ECPublicKey(.brainpoolP512r1, point: chain[2].content.publicKey.point)
    let signer = RecordedSigner(publicKey: publicKey, signature: try field("ta_pcd_signature"))
    let credential = try #require(TerminalCredential(verifier: chain[1], terminal: chain[2], signer: signer))
    let air = ScriptedChannel(try terminalScript())
    let random = FixedRandom([try scalar("ca_pcd_priv_key")])
    let proof = try await TerminalAuthenticator(air, random: random)
      .run(credential, in: session, curve: .brainpoolP256r1)
    try await air.finish()
    let point = proof.point
    #expect(try point == field("ca_pcd_pub_key"))

    let answer = try BERTLV(
      0x7C, [BERTLV(0x81, field("ca_nonce")), BERTLV(0x82, field("ca_picc_token"))]
    ).bytes
    let chip = ScriptedChannel([
      ScriptedExchange(
        command: octets("002241A4 0F 800A04007F00070202030202 840101"), response: octets("9000")),
      ScriptedExchange(
        command: octets("0086000045 7C438041") + point + [0], response: answer + octets("9000")),
    ])
    // The first exchange under the new keys, counted from zero again.
    let reference = Reference(encryption: try field("ca_k_enc"), mac: try field("ca_k_mac"))
    let sent = try reference.command("0CB00000", [BERTLV(0x97, [4])], at: 1)
    let received = try reference.response(
      [BERTLV(0x87, [1] + reference.cryptogram([1, 2, 3, 4], at: 2)), BERTLV(0x99, [0x90, 0x00])], at: 2)
    let base = ScriptedChannel([ScriptedExchange(command: sent.bytes, response: received.bytes)])
    let channel = try await ChipAuthenticator(chip, over: base).run(
      Self.chip, key: ChipAuthenticationPublicKey(curve: .brainpoolP256r1, point: try field("ca_picc_pub_key")),
      proof: proof)
    try await chip.finish()
    let response = try await channel.transmit(CommandAPDU(ins: 0xB0, expectedLength: 4))
    #expect(response == ResponseAPDU(data: [1, 2, 3, 4], status: .success))
    try await base.finish()
  }

  @Test func authoritiesOfTheCard() async throws {
    let second = holder("CVCA", "00002")
    #expect(try await pace(naming: []).authorities == [])
    #expect(
      try await pace(naming: [chain[0].content.holder, second]).authorities == [chain[0].content.holder, second])
  }
}
