import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Effective authorisation: the bitwise AND over the chain and what was asked for in PACE (TR-03110-3 §2.7).
@Suite struct TerminalRightsTests {
  typealias Rights = AuthenticationTerminalRights
  typealias Extensions = [AuthorizationExtension]

  /// What a proven terminal has, with rights and extensions of root, verifier, terminal and request.
  private func proven(
    _ rights: [Rights] = [.all, .all, .all, .all], _ levels: [Extensions]? = nil
  ) throws -> AuthenticatedTerminal {
    let usual = [AuthorizationExtension(identifier: TestPKI.identifier, bitmap: octets("FFFFFF"))]
    let levels = levels ?? [usual, usual, usual, usual]
    func change(_ level: Int, _ role: CertificateRole) -> (inout CVCertificateContent) -> Void {
      return { content in
        content.authorization = HolderAuthorization(role, rights[level])
        content.extensions = levels[level]
      }
    }
    let root = try TestPKI.issue("CVCA", .authority, changing: change(0, .authority))
    let verifier = try TestPKI.issue("HUE", .verifierOfficial, under: root, changing: change(1, .verifierOfficial))
    let terminal = try TestPKI.issue("TERM", .terminal, under: verifier, changing: change(2, .terminal))
    var card = TerminalAuthenticationCard(
      trust: try TestPKI.trust([root.certificate]),
      requested: RequestedAuthorization(HolderAuthorization(.terminal, rights[3]), extensions: levels[3]),
      cardEphemeral: TestPKI.cardEphemeral)
    try card.present(verifier.certificate)
    try card.present(terminal.certificate)
    try card.prove(terminal)
    return try #require(card.terminal)
  }

  private func bitmap(_ digits: String, _ identifier: [UInt8] = TestPKI.identifier) -> AuthorizationExtension {
    AuthorizationExtension(identifier: identifier, bitmap: octets(digits))
  }

  @Test(arguments: 0..<4) func aRightAbsentAnywhereIsOff(_ level: Int) throws {
    #expect(try proven().rights == .all)
    var rights = [Rights](repeating: [.read(dataGroup: 1), .read(dataGroup: 2), .canAllowed], count: 4)
    rights[level] = [.read(dataGroup: 2), .canAllowed, .pinManagement]
    #expect(try proven(rights).rights == [.read(dataGroup: 2), .canAllowed])
    rights[level] = []
    #expect(try proven(rights).rights == [])
  }

  @Test(arguments: 0..<4) func extensionBitsAreAndedToo(_ level: Int) throws {
    var levels = [Extensions](repeating: [bitmap("0F0F07")], count: 4)
    levels[level] = [bitmap("0CFF05")]
    #expect(try proven([.all, .all, .all, .all], levels).extensions == [TestPKI.identifier: octets("0C0F05")])
  }

  /// Bits go through as they are: what a gap in a ceiling means is for the one who gives the bits a meaning.
  @Test func bitsWithAGap() throws {
    var levels = [Extensions](repeating: [bitmap("FFFF07")], count: 4)
    levels[2] = [bitmap("0D0003")]
    #expect(try proven([.all, .all, .all, .all], levels).extensions == [TestPKI.identifier: octets("0D0003")])
  }

  @Test(arguments: 0..<4, ["absent", "twice", "shorter", "longer", "other identifier"])
  func aBrokenExtensionGivesNothing(_ level: Int, _ fault: String) throws {
    let good = bitmap("FFFF07")
    var levels = [Extensions](repeating: [good], count: 4)
    switch fault {
    case "absent": levels[level] = []
    case "twice": levels[level] = [good, good]
    case "shorter": levels[level] = [bitmap("FF07")]
    case "longer": levels[level] = [bitmap("00FFFF07")]
    default: levels[level] = [bitmap("FFFF07", octets("69010204"))]
    }
    let terminal = try proven([.all, .all, .all, .all], levels)
    #expect(terminal.extensions.isEmpty)
    #expect(terminal.rights == .all, "the other rights stay")
  }

  /// DO 65 of MSE:Set AT confines: what is not asked for is not there, and two extensions keep apart.
  @Test func onlyWhatWasAskedFor() throws {
    let other = octets("69010299")
    let both = [bitmap("FFFF07"), bitmap("03", other)]
    #expect(
      try proven([.all, .all, .all, .all], [both, both, both, [bitmap("01", other)]]).extensions == [other: [1]])
    #expect(
      try proven([.all, .all, .all, .all], [both, both, both, [bitmap("02", other), bitmap("000101")]]).extensions
        == [other: [2], TestPKI.identifier: octets("000101")])
    #expect(try proven([.all, .all, .all, .all], [both, both, both, []]).extensions.isEmpty)
  }

  /// A link is itself a level: its rights are those of its own certificate, not of the anchor above it.
  @Test func rightsOfALinkAreItsOwn() throws {
    let root = try TestPKI.issue("CVCA", .authority)
    let link = try TestPKI.issue("CVCA", .authority, "00002", under: root) {
      $0.authorization = HolderAuthorization(.authority, [.canAllowed])
    }
    let verifier = try TestPKI.issue("HUE", .verifierOfficial, under: link)
    let terminal = try TestPKI.issue("TERM", .terminal, under: verifier)
    var card = TerminalAuthenticationCard(
      trust: try TestPKI.trust([root.certificate]), requested: TestPKI.everything,
      cardEphemeral: TestPKI.cardEphemeral)
    for certificate in [link, verifier, terminal].map(\.certificate) { try card.present(certificate) }
    try card.prove(terminal)
    #expect(card.terminal?.rights == [.canAllowed])
  }

  /// TR-03110-3 §2.7.1, B.14.7 of version 2.21: the kind of terminal of PACE and that of the chain are one.
  @Test func anotherKindOfTerminalThanInPACE() throws {
    let pki = try TestPKI()
    let inspection = try #require(HolderAuthorization(terminalType: TerminalType.inspection, template: [0x3F]))
    var card = try pki.card(requested: RequestedAuthorization(inspection))
    #expect(status { try card.run(pki) } == "6985")
    #expect(card.terminal == nil)
  }

  @Test func rolesAreCutOff() throws {
    let terminal = try proven()
    #expect(terminal.rights.rawValue == 1 << 38 - 1)
    #expect(HolderAuthorization(.authority, .all).template == octets("FFFFFFFFFF"))
    #expect(HolderAuthorization(.terminal, .all).template == octets("3FFFFFFFFF"))
  }
}
