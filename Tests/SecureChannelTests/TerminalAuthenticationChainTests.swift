import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Which certificates a card imports, and what they change for good (TR-03110-3 §2.5).
@Suite struct TerminalAuthenticationChainTests {
  let pki: TestPKI

  init() throws { pki = try TestPKI() }

  private func verifier(_ change: (inout CVCertificateContent) -> Void) throws -> CVCertificate {
    try TestPKI.issue("HUE", .verifierOfficial, under: pki.root, changing: change).certificate
  }

  private func terminal(_ change: (inout CVCertificateContent) -> Void) throws -> CVCertificate {
    try TestPKI.issue("OTHER", .terminal, under: pki.verifier, changing: change).certificate
  }

  private func link(
    _ sequence: String = "00002", under authority: TestPKI.Holder? = nil, on curve: Curve? = nil,
    changing change: (inout CVCertificateContent) -> Void = { _ in }
  ) throws -> TestPKI.Holder {
    try TestPKI.issue("CVCA", .authority, sequence, under: authority ?? pki.root, on: curve, changing: change)
  }

  /// The status of a certificate below a verifier that was imported.
  private func statusBelow(_ certificate: CVCertificate, on date: CVDate = TestPKI.today) throws -> String {
    var card = try pki.card(on: date)
    try card.present(pki.verifier.certificate)
    return status { try card.present(certificate) }
  }

  @Test(arguments: Curve.scheme) func verifierThenTerminal(_ curve: Curve) throws {
    let pki = try TestPKI(curve)
    var card = try pki.card()
    #expect(try card.present(pki.verifier.certificate) == .verifier(date: day(2026_03_01)))
    #expect(try card.present(pki.terminal.certificate) == .terminal)
    #expect(card.terminal == nil)
    try card.prove(pki.terminal)
    let proven = try #require(card.terminal)
    #expect(proven.authority == pki.verifier.name && proven.holder == pki.terminal.name)
    #expect(proven.publicKey.point == pki.terminal.key.publicKey.point)
    #expect(proven.publicKey.hash == Digest.sha256.hash(pki.terminal.key.publicKey.point))
    #expect(proven.effective == day(2026_03_10) && proven.expiration == day(2026_03_31))
    #expect(proven.compressedKey == TerminalAuthenticationCard.compressedKey)
  }

  @Test func linkThenVerifierUnderTheNewKey() throws {
    let second = try link()
    var card = try pki.card()
    let anchors = try [#require(TrustAnchor(second.certificate)), #require(TrustAnchor(pki.root.certificate))]
    #expect(try card.present(second.certificate) == .link(anchors: anchors, date: TestPKI.today))
    let new = try TestPKI.issue("HUE", .verifierOfficial, under: second)
    try card.present(new.certificate)
    let terminal = try TestPKI.issue("TERM", .terminal, under: new)
    try card.present(terminal.certificate)
    try card.prove(terminal)
    #expect(card.terminal?.authority == new.name)
  }

  /// The old anchor stays beside the new one.
  @Test func verifierUnderTheOldKeyAfterALink() throws {
    var card = try pki.card()
    try card.present(try link().certificate)
    try card.run(pki)
    #expect(card.terminal?.holder == pki.terminal.name)
  }

  @Test func linkToAnotherCurve() throws {
    let second = try link(on: .brainpoolP256r1)
    var card = try pki.card()
    try card.present(second.certificate)
    let verifier = try TestPKI.issue("HUE", .verifierOfficial, under: second)
    #expect(try card.present(verifier.certificate) == .verifier(date: day(2026_03_01)))
  }

  @Test func expiredVerifier() throws {
    var last = try pki.card(on: day(2026_08_31))
    #expect(status { try last.present(pki.verifier.certificate) } == "9000")
    var late = try pki.card(on: day(2026_09_01))
    #expect(status { try late.present(pki.verifier.certificate) } == "6300")
    #expect(late.trust.date == day(2026_09_01))
  }

  @Test func expiredTerminal() throws {
    #expect(try statusBelow(pki.terminal.certificate, on: day(2026_03_31)) == "9000")
    #expect(try statusBelow(pki.terminal.certificate, on: day(2026_04_01)) == "6300")
  }

  /// The verifier's own effective date can be what a terminal's certificate has expired for.
  @Test func verifierThatMovesTheDatePastTheTerminal() throws {
    let late = try TestPKI.issue("HUE", .verifierOfficial, under: pki.root) { $0.effective = day(2026_04_01) }
    let terminal = try TestPKI.issue("TERM", .terminal, under: late)
    var card = try pki.card()
    try card.present(late.certificate)
    #expect(status { try card.present(terminal.certificate) } == "6300")
  }

  @Test func expiredLinkIsAccepted() throws {
    var card = try pki.card(on: day(2028_06_01))
    let second = try link {
      $0.effective = day(2027_01_01)
      $0.expiration = day(2028_05_31)
    }
    #expect(status { try card.present(second.certificate) } == "9000")
    #expect(card.trust.date == day(2028_06_01))
    // An expired anchor verifies no verifiers, whatever their own dates.
    let verifier = try TestPKI.issue("HUE", .verifierOfficial, under: second) { $0.expiration = day(2028_08_31) }
    #expect(status { try card.present(verifier.certificate) } == "6300")
  }

  /// The date also moves by what the issuer says, past the last day of the card's anchors: links must still lead on.
  @Test func linksBelowAnExpiredAnchor() throws {
    var card = try pki.card(on: day(2030_01_01))
    #expect(status { try card.present(try verifier { $0.expiration = day(2031_01_01) }) } == "6300")
    let second = try link {
      $0.effective = day(2027_01_01)
      $0.expiration = day(2029_12_31)
    }
    #expect(status { try card.present(second.certificate) } == "9000")
    let third = try link("00003", under: second) {
      $0.effective = day(2029_11_01)
      $0.expiration = day(2032_01_01)
    }
    #expect(status { try card.present(third.certificate) } == "9000")
    #expect(card.trust.anchors.map(\.holder) == [third.name])
    let below = try TestPKI.issue("HUE", .verifierOfficial, under: third) { $0.expiration = day(2031_01_01) }
    #expect(status { try card.present(below.certificate) } == "9000")
  }

  @Test func linkMovesTheDateAndExpiredAnchorsGo() throws {
    let second = try link {
      $0.effective = day(2029_01_02)
      $0.expiration = day(2032_01_01)
    }
    var card = try pki.card()
    try card.present(second.certificate)
    #expect(card.trust.date == day(2029_01_02))
    #expect(card.trust.anchors.map(\.holder) == [second.name])
    #expect(status { try card.selectKey(pki.root.name.octets) } == "6A88")
  }

  @Test func anAnchorStaysOnItsLastDay() throws {
    let second = try link {
      $0.effective = day(2029_01_01)
      $0.expiration = day(2032_01_01)
    }
    var card = try pki.card()
    try card.present(second.certificate)
    #expect(card.trust.anchors.map(\.holder) == [second.name, pki.root.name])
  }

  @Test func twoAnchorsAtMost() throws {
    let second = try link()
    let third = try link("00003", under: second)
    var card = try pki.card()
    try card.present(second.certificate)
    try card.present(third.certificate)
    #expect(card.trust.anchors.map(\.holder) == [third.name, second.name])
    #expect(status { try card.selectKey(pki.root.name.octets) } == "6A88")
  }

  /// A link that is here already would bring an old anchor back to the front.
  @Test func aLinkIsImportedOnce() throws {
    let second = try link()
    var card = try pki.card()
    try card.present(second.certificate)
    let trust = card.trust
    #expect(status { try card.present(second.certificate) } == "6300")
    #expect(status { try card.present(pki.root.certificate) } == "6300")
    #expect(card.trust.anchors == trust.anchors && card.trust.date == trust.date)
  }

  @Test func verifiersMoveTheDateForwardOnly() throws {
    var card = try pki.card()
    try card.present(pki.verifier.certificate)
    #expect(card.trust.date == day(2026_03_01))
    let earlier = try verifier { $0.effective = day(2026_02_01) }
    #expect(try card.present(earlier) == .verifier(date: day(2026_03_01)))
    #expect(card.trust.date == day(2026_03_01))
  }

  @Test func linksMoveTheDateForwardOnly() throws {
    var card = try pki.card(on: day(2027_06_01))
    try card.present(try link { $0.effective = day(2027_01_01) }.certificate)
    #expect(card.trust.date == day(2027_06_01))
  }

  @Test func aTerminalNeverMovesTheDate() throws {
    var card = try pki.card()
    try card.run(pki)
    #expect(card.trust.date == day(2026_03_01))
    #expect(card.trust.anchors.map(\.holder) == [pki.root.name])
  }

  @Test func minimumVerifierDate() throws {
    var before = try pki.card(minimum: day(2026_03_02))
    #expect(status { try before.present(pki.verifier.certificate) } == "6300")
    #expect(before.trust.date == TestPKI.today)
    var same = try pki.card(minimum: day(2026_03_01))
    #expect(status { try same.present(pki.verifier.certificate) } == "9000")
    #expect(same.trust.minimumVerifierDate == day(2026_03_01))
  }

  @Test(arguments: [CertificateRole.terminal, .verifierNonOfficial, .verifierOfficial, .authority])
  func nobodyIsCertifiedByATerminal(_ role: CertificateRole) throws {
    var card = try pki.card()
    try card.present(pki.verifier.certificate)
    try card.present(pki.terminal.certificate)
    let below = try TestPKI.issue("BELOW", role, under: pki.terminal)
    #expect(status { try card.present(below.certificate) } == "6A88")
  }

  @Test func anAuthorityCertifiesNoTerminal() throws {
    let direct = try TestPKI.issue("TERM", .terminal, under: pki.root)
    var card = try pki.card()
    #expect(status { try card.present(direct.certificate) } == "6300")
  }

  @Test(arguments: [CertificateRole.verifierNonOfficial, .verifierOfficial, .authority])
  func aVerifierCertifiesTerminalsOnly(_ role: CertificateRole) throws {
    let below = try TestPKI.issue("BELOW", role, under: pki.verifier)
    #expect(try statusBelow(below.certificate) == "6300")
  }

  @Test func anotherSigner() throws {
    let stranger = try ECPrivateKey(generate: .p256)
    for role in [CertificateRole.authority, .verifierNonOfficial] {
      let forged = try TestPKI.issue("FALSE", role, under: pki.root, signer: stranger)
      var card = try pki.card()
      #expect(status { try card.present(forged.certificate) } == "6300", "\(role)")
      #expect(card.trust.date == TestPKI.today && card.trust.anchors.count == 1)
    }
    let forged = try TestPKI.issue("TERM", .terminal, under: pki.verifier, signer: stranger)
    #expect(try statusBelow(forged.certificate) == "6300")
  }

  /// Signed by the chosen key, but naming another.
  @Test func authorityIsTheChosenKey() throws {
    let other = try verifier { $0.authority = holder("ELSE") }
    var card = try pki.card()
    #expect(status { try card.present(other) } == "6A88")
    #expect(status { try card.present(other, under: pki.root.name) } == "6300")
  }

  @Test func anotherKindOfTerminal() throws {
    for (type, template) in [(TerminalType.inspection, "43"), (TerminalType.signature, "7F")] {
      let other = try #require(HolderAuthorization(terminalType: type, template: octets(template)))
      var card = try pki.card()
      #expect(status { try card.present(try verifier { $0.authorization = other }) } == "6300")
      let below = try #require(HolderAuthorization(terminalType: type, template: [0x01]))
      #expect(try statusBelow(try terminal { $0.authorization = below }) == "6300")
    }
  }

  @Test func schemesAndCurvesOutsideThePolicy() throws {
    var card = try pki.card()
    let sha512 = try verifier {
      $0.publicKey = CVPublicKey(scheme: .ecdsaSHA512, curve: .p256, point: $0.publicKey.point)
    }
    #expect(status { try card.present(sha512) } == "6300")
    for curve in [Curve.p192, .brainpoolP512r1] {
      #expect(status { try card.present(try link(on: curve).certificate) } == "6300", "\(curve)")
      // Even below an anchor of that curve.
      let other = try TestPKI(curve)
      var old = try other.card()
      #expect(status { try old.present(other.verifier.certificate) } == "6300", "\(curve)")
      var permissive = TerminalAuthenticationCard(
        trust: try other.trust(), requested: TestPKI.everything, cardEphemeral: TestPKI.cardEphemeral, curves: [curve])
      #expect(status { try permissive.run(other) } == "9000", "\(curve)")
    }
  }

  @Test func domainParametersBelowTheAuthority() throws {
    var card = try pki.card()
    #expect(status { try card.present(try verifier { $0.hasDomainParameters = true }) } == "6300")
    #expect(try statusBelow(try terminal { $0.hasDomainParameters = true }) == "6300")
  }

  @Test func aLinkBringsDomainParameters() throws {
    var card = try pki.card()
    #expect(status { try card.present(try link { $0.hasDomainParameters = false }.certificate) } == "6300")
    #expect(card.trust.anchors.count == 1)
    let bare = try TestPKI.issue("CVCA", .authority) { $0.hasDomainParameters = false }
    #expect(TrustAnchor(bare.certificate) == nil)
    #expect(TrustAnchor(pki.verifier.certificate) == nil)
  }

  @Test func effectiveAfterExpiration() throws {
    func turned(_ content: inout CVCertificateContent) { content.effective = day(2026_09_01) }
    var card = try pki.card()
    #expect(status { try card.present(try verifier(turned)) } == "6300")
    #expect(status { try card.present(try link { $0.effective = day(2029_01_02) }.certificate) } == "6300")
    #expect(card.trust.date == TestPKI.today)
    #expect(try statusBelow(try terminal(turned)) == "6300")
    #expect(try statusBelow(try terminal { $0.effective = $0.expiration }) == "9000")
  }

  @Test func pointOffTheCurve() throws {
    func spoilt(_ content: inout CVCertificateContent) {
      let key = content.publicKey
      content.publicKey = CVPublicKey(scheme: key.scheme, curve: key.curve, point: key.point.flipping(bit: 8 * 64))
    }
    var card = try pki.card()
    #expect(status { try card.present(try verifier(spoilt)) } == "6300")
    #expect(status { try card.present(try link(changing: spoilt).certificate) } == "6300")
    #expect(card.trust.anchors.count == 1)
    #expect(try statusBelow(try terminal(spoilt)) == "6300")
  }

  @Test func octetsThatAreNoCertificate() throws {
    let whole = pki.verifier.certificate
    for wrong in [[], [0], whole.bytes, whole.body, whole.unwrapped + [0], Array(whole.unwrapped.dropLast())] {
      var card = try pki.card()
      try card.selectKey(pki.root.name.octets)
      #expect(status { try card.importCertificate(wrong) } == "6A80", "\(wrong.count) octets")
    }
  }
}
