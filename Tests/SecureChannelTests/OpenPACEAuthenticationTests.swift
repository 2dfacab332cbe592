import CardCrypto
import CardTestSupport
import EACPeer
import ISO7816
import SecureChannel
import Testing

/// Both roles of Terminal and Chip Authentication against OpenPACE, which shares nothing with them.
@Suite("Terminal and Chip Authentication with OpenPACE") struct OpenPACEAuthenticationTests {
  /// An object 67 with one template: today's date for a check of validity.
  static let auxiliaryData = octets("6717 7315 06 09 04007F000703010402 5308 3230323631313232")
  static let payoutRights = AuthorizationExtension(
    identifier: octets("69 81A3C9FA99A981DAA3DB8D86C0C592FDD0FD02"), bitmap: [0x00, 0x07, 0x03])
  private let echo = CommandAPDU(ins: 0xCA, data: Array("thẻ an sinh".utf8), expectedLength: 256)

  private func open(
    _ card: any CardChannel, _ pace: PACEParameters, _ extensions: [AuthorizationExtension] = []
  ) async throws -> PACESession {
    try await PACETerminal(card, parameters: pace).run(
      .can, password: SecretBytes(PeerScene.can),
      request: RequestedAuthorization(HolderAuthorization(.terminal, PeerScene.rights), extensions: extensions))
  }

  private func open(_ card: any CardChannel, _ cardAccess: [UInt8]) async throws -> OpenPACETerminal {
    let terminal = OpenPACETerminal(card, cardAccess: cardAccess)
    let chat = HolderAuthorization(.terminal, PeerScene.rights).object.bytes
    try await terminal.pace(passwordReference: 2, password: PeerScene.can, chat: chat)
    return terminal
  }

  @Test(
    "Our terminal proves itself to OpenPACE's card and has it prove its key", arguments: Curve.scheme,
    OpenPACETests.variants)
  func ourTerminal(_ curve: Curve, _ pace: PACEParameters) async throws {
    for auxiliaryData in [[], Self.auxiliaryData] {
      let scene = try PeerScene(curve, pace.cipher, extensions: [Self.payoutRights])
      let card = scene.openPACECard(pace)
      let session = try await open(card, pace, [Self.payoutRights])
      #expect(session.authorities == [scene.authority.content.holder])
      #expect(await card.chat == HolderAuthorization(.terminal, PeerScene.rights).object.bytes)
      let proof = try await TerminalAuthenticator(session.channel)
        .run(scene.credential, in: session, curve: curve, auxiliaryData: auxiliaryData)
      #expect(await card.authenticatedTerminal == scene.terminal.content.holder.octets)
      #expect(await card.auxiliaryData == auxiliaryData)
      let key = ChipAuthenticationPublicKey(curve: curve, point: scene.chipKey.publicKey.point)
      let channel = try await ChipAuthenticator(session.channel, over: card).run(scene.chip, key: key, proof: proof)
      #expect(await card.isChipAuthenticated)
      for _ in 0..<3 { #expect(try await channel.transmit(echo) == EchoApplication.answer(echo)) }
      // The keys of PACE are over.
      await #expect(throws: CardChannelError.self) { try await session.channel.transmit(echo) }
    }
  }

  @Test(
    "OpenPACE's terminal proves itself to our card and has it prove its key", arguments: Curve.scheme,
    OpenPACETests.variants)
  func ourCard(_ curve: Curve, _ pace: PACEParameters) async throws {
    let scene = try PeerScene(curve, pace.cipher, extensions: [Self.payoutRights])
    let security = try scene.cardSecurity(pace)
    for auxiliaryData in [[], Self.auxiliaryData] {
      let card = try scene.card(pace, cardSecurity: security)
      let terminal = try await open(card, card.cardAccess)
      #expect(await terminal.certificationAuthorities == [scene.authority.content.holder.octets])
      try await terminal.terminalAuthentication(
        certificates: [scene.verifier.bytes, scene.terminal.bytes],
        privateKeyPKCS8: PeerScene.pkcs8(scene.terminalKey), auxiliaryData: auxiliaryData)
      let known = try #require(await card.terminal)
      #expect(known.holder == scene.terminal.content.holder)
      #expect(known.rights == PeerScene.rights)
      let file = try await terminal.transmit(CommandAPDU(ins: 0xB0, p1: 0x9D, expectedLength: 65_536))
      #expect(file.data == security)
      try await terminal.chipAuthentication(cardSecurity: file.data)
      #expect(await card.isChipAuthenticated)
      for _ in 0..<3 { #expect(try await terminal.transmit(echo) == EchoApplication.answer(echo)) }
    }
  }

  /// TR-03110-3 A.2.2.3: the width of a compressed key is fixed. About one run in 128 has such a key.
  @Test("Compressed keys that begin with a zero keep it, either way")
  func leadingZeros() async throws {
    let (curve, most) = (Curve.p256, 8_000)
    let pace = PACEParameters.ecdhGMAES128(curve)
    let scene = try PeerScene(curve)
    let theirs = scene.openPACECard(pace)
    let key = ChipAuthenticationPublicKey(curve: curve, point: scene.chipKey.publicKey.point)
    var seen: Set<String> = []
    for _ in 0..<most where !seen.isSuperset(of: ["card", "terminal"]) {
      let session = try await open(theirs, pace)
      let proof = try await TerminalAuthenticator(session.channel).run(scene.credential, in: session, curve: curve)
      if session.cardEphemeral[1] == 0 { seen.insert("card") }
      if proof.point[1] == 0 { seen.insert("terminal") }
      _ = try await ChipAuthenticator(session.channel, over: theirs).run(scene.chip, key: key, proof: proof)
    }
    let ours = try scene.card(pace)
    let security = try scene.cardSecurity(pace)
    for _ in 0..<most where !seen.isSuperset(of: ["our card", "their terminal"]) {
      let terminal = try await open(ours, ours.cardAccess)
      try await terminal.terminalAuthentication(
        certificates: [scene.verifier.bytes, scene.terminal.bytes],
        privateKeyPKCS8: PeerScene.pkcs8(scene.terminalKey))
      if await terminal.cardEphemeral[1] == 0 { seen.insert("our card") }
      if await ours.terminal?.compressedKey.first == 0 { seen.insert("their terminal") }
      try await terminal.chipAuthentication(cardSecurity: security)
    }
    #expect(seen.count == 4)
  }

  @Test("A terminal with a new CVCA's chain reaches a card of the old one over a link", arguments: Curve.scheme)
  func links(_ curve: Curve) async throws {
    let pace = PACEParameters.ecdhGMAES128(curve)
    let scene = try PeerScene(curve)
    let oldKey = try ECPrivateKey(generate: curve)
    let all = HolderAuthorization(.authority, .all)
    let old = try PeerScene.certificate("VNCVCA00000", "VNCVCA00000", oldKey, all, by: oldKey)
    let link = try PeerScene.certificate("VNCVCA00000", "VNCVCA00001", scene.authorityKey, all, by: oldKey)
    let credential = try #require(
      TerminalCredential(
        links: [link], verifier: scene.verifier, terminal: scene.terminal, signer: scene.terminalKey))

    let theirs = scene.openPACECard(pace, anchor: old)
    let session = try await open(theirs, pace)
    _ = try await TerminalAuthenticator(session.channel).run(credential, in: session, curve: curve)
    #expect(await theirs.authenticatedTerminal == scene.terminal.content.holder.octets)

    let ours = try scene.card(pace, anchor: old)
    let terminal = try await open(ours, ours.cardAccess)
    try await terminal.terminalAuthentication(
      certificates: [link.bytes, scene.verifier.bytes, scene.terminal.bytes],
      privateKeyPKCS8: PeerScene.pkcs8(scene.terminalKey))
    #expect(await ours.terminal?.holder == scene.terminal.content.holder)
  }

  @Test("A certificate of a foreign authority is refused either way", arguments: Curve.scheme)
  func foreignAuthority(_ curve: Curve) async throws {
    let pace = PACEParameters.ecdhGMAES128(curve)
    let (scene, foreign) = (try PeerScene(curve), try PeerScene(curve))
    let theirs = scene.openPACECard(pace)
    let session = try await open(theirs, pace)
    let error = await #expect(throws: EACError.self) {
      _ = try await TerminalAuthenticator(session.channel).run(foreign.credential, in: session, curve: curve)
    }
    guard case .certificateRefused(foreign.verifier.content.holder, .authenticationFailed)? = error else {
      throw OpenPACETests.Unexpected(error)
    }
    #expect(await theirs.authenticatedTerminal == nil)

    let ours = try scene.card(pace)
    let terminal = try await open(ours, ours.cardAccess)
    let refusal = await #expect(throws: OpenPACEError.self) {
      try await terminal.terminalAuthentication(
        certificates: [foreign.verifier.bytes, foreign.terminal.bytes],
        privateKeyPKCS8: PeerScene.pkcs8(foreign.terminalKey))
    }
    guard case .refused("PSO: VERIFY CERTIFICATE", .authenticationFailed)? = refusal else {
      throw OpenPACETests.Unexpected(refusal)
    }
    #expect(await ours.terminal == nil)
  }

  @Test("OpenPACE's card refuses a signature by another key than the certificate's", arguments: Curve.scheme)
  func foreignKey(_ curve: Curve) async throws {
    let pace = PACEParameters.ecdhGMAES128(curve)
    let (scene, foreign) = (try PeerScene(curve), try PeerScene(curve))
    let theirs = scene.openPACECard(pace)
    let session = try await open(theirs, pace)
    let credential = try #require(
      TerminalCredential(
        verifier: scene.verifier, terminal: scene.terminal,
        signer: ForeignSigner(publicKey: scene.terminalKey.publicKey, key: foreign.terminalKey)))
    let error = await #expect(throws: EACError.self) {
      _ = try await TerminalAuthenticator(session.channel).run(credential, in: session, curve: curve)
    }
    guard case .refused("EXTERNAL AUTHENTICATE", .authenticationFailed)? = error else {
      throw OpenPACETests.Unexpected(error)
    }
    #expect(await theirs.authenticatedTerminal == nil)
  }

  /// Claims one key and signs with another.
  private struct ForeignSigner: ECSigner {
    let publicKey: ECPublicKey
    let key: ECPrivateKey
    func sign(_ message: [UInt8], digest: Digest) throws(CryptoError) -> [UInt8] {
      try key.sign(message, digest: digest)
    }
  }

  @Test("A card without the key that its issuer signed is found out either way", arguments: Curve.scheme)
  func copiedCard(_ curve: Curve) async throws {
    let pace = PACEParameters.ecdhGMAES128(curve)
    let (scene, copy) = (try PeerScene(curve), try ECPrivateKey(generate: curve))
    let theirs = scene.openPACECard(pace, chipKey: copy)
    let session = try await open(theirs, pace)
    let proof = try await TerminalAuthenticator(session.channel).run(scene.credential, in: session, curve: curve)
    let key = ChipAuthenticationPublicKey(curve: curve, point: scene.chipKey.publicKey.point)
    do {
      _ = try await ChipAuthenticator(session.channel, over: theirs).run(scene.chip, key: key, proof: proof)
      Issue.record("a copy was taken for the card")
    } catch {
      guard case .cardNotAuthentic = error else { throw error }
    }

    let ours = try scene.card(pace, chipKey: copy)
    let terminal = try await open(ours, ours.cardAccess)
    try await terminal.terminalAuthentication(
      certificates: [scene.verifier.bytes, scene.terminal.bytes],
      privateKeyPKCS8: PeerScene.pkcs8(scene.terminalKey))
    let security = try scene.cardSecurity(pace)
    let error = await #expect(throws: OpenPACEError.self) {
      try await terminal.chipAuthentication(cardSecurity: security)
    }
    guard case .wrongToken? = error else { throw OpenPACETests.Unexpected(error) }
  }
}
