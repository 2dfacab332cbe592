import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Both roles together, in process: PACE with a request, Terminal Authentication, Chip Authentication, and an exchange
/// under the keys that come of it.
struct EACScene: Sendable {
  static let password = Array("482913".utf8)

  let pki: TestPKI
  let pace: PACEParameters
  let chip: ChipAuthenticationParameters
  let chipKey: ECPrivateKey

  init(_ curve: Curve = .p256, _ cipher: AESKeyLength = .aes128) throws {
    pki = try TestPKI(curve)
    pace = .ecdhGM(curve, cipher)
    chip = ChipAuthenticationParameters(curve: curve, cipher: cipher)
    chipKey = try ECPrivateKey(generate: curve)
  }

  var publicKey: ChipAuthenticationPublicKey {
    ChipAuthenticationPublicKey(curve: chip.curve, point: chipKey.publicKey.point)
  }

  func card(
    random: any RandomSource = SystemRandom(), anchors: [CVCertificate]? = nil, key: ECPrivateKey? = nil
  ) throws -> EACLoopCard {
    EACLoopCard(
      pace, chip, key: key ?? chipKey, password: Self.password,
      trust: try TestPKI.trust(anchors ?? [pki.root.certificate]), random: random)
  }

  func session(
    _ card: any CardChannel, _ request: RequestedAuthorization? = TestPKI.everything,
    random: any RandomSource = SystemRandom()
  ) async throws -> PACESession {
    try await PACETerminal(card, parameters: pace, random: random)
      .run(.can, password: SecretBytes(Self.password), request: request)
  }

  /// Terminal and Chip Authentication over `above`, which stands on the channel that PACE opened over `card`.
  func authenticate(
    _ session: PACESession, over card: any CardChannel, through above: any CardChannel,
    random: any RandomSource = SystemRandom(), key: ChipAuthenticationPublicKey? = nil
  ) async throws -> SecureMessagingChannel {
    guard let credential = pki.credential else { throw EACError.cardSecurity }
    let proof = try await TerminalAuthenticator(above, random: random).run(credential, in: session, curve: chip.curve)
    return try await ChipAuthenticator(above, over: card).run(chip, key: key ?? publicKey, proof: proof)
  }

  /// How a run ends with message `index` changed: 0…3 certificates, 4 Set AT, 5 challenge, 6 signature, 7 Set AT of
  /// Chip Authentication, 8 GENERAL AUTHENTICATE.
  func outcome(
    changing index: Int, command: @escaping @Sendable (CommandAPDU) -> CommandAPDU = { $0 },
    response: @escaping @Sendable (ResponseAPDU) -> ResponseAPDU = { $0 }
  ) async throws -> (error: String?, card: EACLoopCard) {
    let card = try card()
    let session = try await session(card)
    let above = OneMessageChanged(session.channel, at: index, command: command, response: response)
    do {
      _ = try await authenticate(session, over: card, through: above)
      return (nil, card)
    } catch let error as EACError {
      return (error.name, card)
    }
  }
}

@Suite struct EACRunTests {
  @Test(arguments: Curve.scheme, [AESKeyLength.aes128, .aes256])
  func fiftyRuns(_ curve: Curve, _ cipher: AESKeyLength) async throws {
    let scene = try EACScene(curve, cipher)
    for run in UInt64(0)..<50 {
      let seed = SplitMix64.seed &+ run &* 3
      let card = try scene.card(random: SeededRandom(seed: seed))
      let trace = TraceChannel(card)
      let session = try await scene.session(trace, random: SeededRandom(seed: seed &+ 1))
      #expect(session.authorities == [scene.pki.root.name])
      let channel = try await scene.authenticate(
        session, over: trace, through: session.channel, random: SeededRandom(seed: seed &+ 2))
      #expect(await card.terminal?.holder == scene.pki.terminal.name, "seed \(seed)")
      let command = CommandAPDU(cla: 0x80, ins: 0xCA, data: session.cardEphemeral, expectedLength: 256)
      let response = try await channel.transmit(command)
      #expect(response == EchoApplication.answer(command), "seed \(seed)")

      let reference = try await Reference.after(scene.chip, card, key: scene.chipKey)
      let expected = try reference.command(
        "8CCA0000", [BERTLV(0x87, [1] + reference.cryptogram(session.cardEphemeral, at: 1)), BERTLV(0x97, [0])], at: 1)
      let sent = try CommandAPDU(parsing: #require(await trace.exchanges.last).command)
      #expect(sent.data == expected.data, "seed \(seed)")
      // MSE:Set AT and four steps; two for each certificate, and three; two; one.
      let count = await trace.exchanges.count
      #expect(count == 5 + 7 + 2 + 1)
    }
  }

  /// The session of PACE is over with the one of Chip Authentication.
  @Test func theOldSessionEnds() async throws {
    let scene = try EACScene()
    let card = try scene.card()
    let session = try await scene.session(card)
    let channel = try await scene.authenticate(session, over: card, through: session.channel)
    await #expect(throws: CardChannelError.self) { try await session.channel.transmit(CommandAPDU(ins: 0xB0)) }
    // The card took it for tampering with the new one.
    await #expect(throws: CardChannelError.self) { try await channel.transmit(CommandAPDU(ins: 0xB0)) }
  }

  @Test func withoutARequestNoAuthorityIsNamed() async throws {
    let scene = try EACScene()
    let card = try scene.card()
    let session = try await scene.session(card, nil)
    #expect(session.authorities.isEmpty)
    let error = await #expect(throws: EACError.self) {
      try await scene.authenticate(session, over: card, through: session.channel)
    }
    #expect(error?.name == "unknown authority")
  }

  /// A card made before two roll-overs: the links lead from its anchor to the terminal.
  @Test func linksLeadToTheTerminal() async throws {
    let scene = try EACScene()
    let (first, second) = (try TestPKI.issue("CVCA", .authority, "00000"), scene.pki.root)
    let link = try TestPKI.issue("CVCA", .authority, "00001", under: first) {
      $0.publicKey = second.certificate.content.publicKey
    }
    let credential = try #require(
      TerminalCredential(
        links: [link.certificate], verifier: scene.pki.verifier.certificate, terminal: scene.pki.terminal.certificate,
        signer: scene.pki.terminal.key))
    let card = try scene.card(anchors: [first.certificate])
    for expected in [[first.name], [second.name, first.name]] {
      let session = try await scene.session(card)
      #expect(session.authorities == expected)
      let proof = try await TerminalAuthenticator(session.channel).run(credential, in: session, curve: .p256)
      #expect(proof.point.count == 65)
      #expect(await card.terminal?.holder == scene.pki.terminal.name)
    }
    #expect(await card.trust.anchors.map(\.certificate) == [link.certificate, first.certificate])
  }

  @Test func chainsOfACredential() throws {
    let root = try TestPKI.issue("CVCA", .authority, "00001")
    let second = try TestPKI.issue("CVCA", .authority, "00002", under: root)
    let third = try TestPKI.issue("CVCA", .authority, "00003", under: second)
    let verifier = try TestPKI.issue("HANOI", .verifierOfficial, under: third)
    let terminal = try TestPKI.issue("TERM", .terminal, under: verifier)
    let (own, above) = (terminal.certificate, verifier.certificate)
    let links = [second.certificate, third.certificate]
    let made = try #require(
      TerminalCredential(links: links, verifier: above, terminal: own, signer: terminal.key))
    #expect(made.chain(from: [third.name]) == [above, own])
    #expect(made.chain(from: [second.name]) == [links[1], above, own])
    #expect(made.chain(from: [root.name]) == links + [above, own])
    #expect(made.chain(from: [third.name, second.name]) == [above, own])
    #expect(made.chain(from: [second.name, root.name]) == [links[1], above, own])
    #expect(made.chain(from: []) == nil && made.chain(from: [holder("ELSE"), verifier.name]) == nil)
    #expect(TerminalCredential(links: links.reversed(), verifier: above, terminal: own, signer: terminal.key) == nil)
    #expect(TerminalCredential(links: [links[0]], verifier: above, terminal: own, signer: terminal.key) == nil)
    #expect(TerminalCredential(verifier: above, terminal: own, signer: verifier.key) == nil)
    #expect(TerminalCredential(verifier: own, terminal: above, signer: verifier.key) == nil)
    #expect(TerminalCredential(verifier: links[1], terminal: above, signer: verifier.key) == nil)
    let stranger = try TestPKI.issue("HUE", .verifierOfficial, under: third)
    #expect(TerminalCredential(verifier: stranger.certificate, terminal: own, signer: terminal.key) == nil)
  }
}

extension Reference {
  /// The session after Chip Authentication, with the keys written out from TR-03110-3 A.2.3 once more.
  static func after(
    _ chip: ChipAuthenticationParameters, _ card: EACLoopCard, key: ECPrivateKey
  ) async throws -> Reference {
    let (point, nonce) = (await card.terminalKey, await card.nonce)
    let shared = try chip.curve.multiply(point, by: key.exportScalar())[1...32]
    let digest = chip.cipher == .aes128 ? Digest.sha1 : .sha256
    func derived(_ counter: UInt8) -> [UInt8] {
      Array(digest.hash(shared + nonce + [0, 0, 0, counter]).prefix(chip.cipher.rawValue))
    }
    return Reference(encryption: derived(1), mac: derived(2))
  }
}
