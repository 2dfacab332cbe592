import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// The order of the steps, and what a card forgets (TR-03110-3 B.11.4–7).
@Suite struct TerminalAuthenticationStepTests {
  typealias Card = TerminalAuthenticationCard

  let pki: TestPKI

  init() throws { pki = try TestPKI() }

  /// A card that has the verifier and the terminal.
  private func ready() throws -> Card {
    var card = try pki.card()
    try card.present(pki.verifier.certificate)
    try card.present(pki.terminal.certificate)
    return card
  }

  @Test func aSecondTerminalIsRefused() throws {
    var card = try ready()
    try card.prove(pki.terminal)
    let first = card.terminal
    let second = try TestPKI.issue("OTHER", .terminal, under: pki.verifier)
    #expect(status { try card.selectKey(pki.root.name.octets) } == "6985")
    #expect(status { try card.selectKey(pki.verifier.name.octets) } == "6985")
    #expect(status { try card.importCertificate(second.certificate.unwrapped) } == "6985")
    #expect(status { try card.setTemplate(Card.template(pki.terminal)) } == "6985")
    #expect(status { try card.prove(pki.terminal) } == "6985")
    let challenge = try card.makeChallenge(SystemRandom())
    #expect(status { try card.authenticate(Card.signature(pki.terminal, challenge)) } == "6985")
    #expect(card.terminal == first)
  }

  /// A key that was chosen before the proof chooses nothing after it.
  @Test func nothingIsImportedAfterTheProof() throws {
    var card = try ready()
    try card.selectKey(pki.root.name.octets)
    try card.prove(pki.terminal)
    let link = try TestPKI.issue("CVCA", .authority, "00002", under: pki.root)
    #expect(status { try card.importCertificate(link.certificate.unwrapped) } == "6985")
    #expect(card.trust.anchors.count == 1)
  }

  /// What was imported under an older trust has to be shown again, and is judged by the new one.
  @Test func anotherTrust() throws {
    var card = try ready()
    try card.setTemplate(Card.template(pki.terminal))
    let signature = try Card.signature(pki.terminal, try card.makeChallenge(SystemRandom()))
    card.judge(by: card.trust)
    #expect(status { try card.authenticate(signature) } == "6985")
    #expect(status { try card.selectKey(pki.verifier.name.octets) } == "6A88")
    #expect(status { try card.setTemplate(Card.template(pki.terminal)) } == "6A88")
    var later = card.trust
    later.minimumVerifierDate = .last
    card.judge(by: later)
    #expect(status { try card.present(pki.verifier.certificate) } == "6300")
    later.minimumVerifierDate = nil
    card.judge(by: later)
    try card.present(pki.verifier.certificate)
    try card.present(pki.terminal.certificate)
    try card.prove(pki.terminal)
    let proven = card.terminal
    card.judge(by: later)
    #expect(card.terminal == proven && proven != nil)
  }

  @Test func aChallengeIsGoodOnce() throws {
    var card = try ready()
    try card.setTemplate(Card.template(pki.terminal))
    let challenge = try card.makeChallenge(SystemRandom())
    let signature = try Card.signature(pki.terminal, challenge)
    #expect(status { try card.authenticate(signature.flipping(bit: 77)) } == "6300")
    #expect(status { try card.authenticate(signature) } == "6985")
    try card.setTemplate(Card.template(pki.terminal))
    #expect(status { try card.authenticate(signature) } == "6985")
    try card.setTemplate(Card.template(pki.terminal))
    _ = try card.makeChallenge(SystemRandom())
    #expect(status { try card.authenticate(signature) } == "6300")
    #expect(card.terminal == nil)
    #expect(status { try card.prove(pki.terminal) } == "9000")
  }

  @Test func theNewestChallengeCounts() throws {
    var card = try ready()
    try card.setTemplate(Card.template(pki.terminal))
    let old = try card.makeChallenge(SystemRandom())
    let new = try card.makeChallenge(SystemRandom())
    #expect(old != new && new.count == TerminalAuthentication.challengeLength)
    var again = card
    #expect(status { try card.authenticate(Card.signature(pki.terminal, old)) } == "6300")
    #expect(status { try again.authenticate(Card.signature(pki.terminal, new)) } == "9000")
  }

  @Test func stepsOutOfOrder() throws {
    var card = try ready()
    let challenge = try card.makeChallenge(SystemRandom())
    let signature = try Card.signature(pki.terminal, challenge)
    #expect(status { try card.authenticate(signature) } == "6985")
    // A challenge from before the template is gone.
    _ = try card.makeChallenge(SystemRandom())
    try card.setTemplate(Card.template(pki.terminal))
    #expect(status { try card.authenticate(signature) } == "6985")
    #expect(status { try card.importCertificate(pki.verifier.certificate.unwrapped) } == "6985")
    var fresh = try pki.card()
    #expect(status { try fresh.importCertificate(pki.verifier.certificate.unwrapped) } == "6985")
    #expect(status { try fresh.authenticate(signature) } == "6985")
  }

  /// Every other command between Set AT and EXTERNAL AUTHENTICATE takes the template away, accepted or not.
  @Test(arguments: ["chosen", "not found", "imported", "no certificate", "no template"])
  func whatComesBetweenEndsTheTemplate(_ step: String) throws {
    var card = try ready()
    if step == "imported" || step == "no certificate" { try card.selectKey(pki.verifier.name.octets) }
    try card.setTemplate(Card.template(pki.terminal))
    let challenge = try card.makeChallenge(SystemRandom())
    switch step {
    case "chosen": try card.selectKey(pki.root.name.octets)
    case "not found": #expect(status { try card.selectKey(holder("ELSE").octets) } == "6A88")
    case "imported": _ = try card.importCertificate(pki.terminal.certificate.unwrapped)
    case "no certificate": #expect(status { try card.importCertificate([0x7F]) } == "6A80")
    default: #expect(status { try card.setTemplate([]) } == "6A80")
    }
    #expect(status { try card.authenticate(Card.signature(pki.terminal, challenge)) } == "6985")
    #expect(card.terminal == nil)
    #expect(status { try card.prove(pki.terminal) } == "9000")
  }

  @Test func anImportUsesTheChosenKeyUp() throws {
    var card = try pki.card()
    try card.selectKey(pki.root.name.octets)
    #expect(status { try card.importCertificate(pki.terminal.certificate.unwrapped) } == "6300")
    #expect(status { try card.importCertificate(pki.verifier.certificate.unwrapped) } == "6985")
    try card.present(pki.verifier.certificate)
    #expect(status { try card.importCertificate(pki.verifier.certificate.unwrapped) } == "6985")
    // A key that is not found unchooses the one before it.
    try card.selectKey(pki.root.name.octets)
    #expect(status { try card.selectKey(holder("ELSE").octets) } == "6A88")
    #expect(status { try card.importCertificate(pki.verifier.certificate.unwrapped) } == "6985")
  }

  @Test func namesThatChooseNoKey() throws {
    var card = try ready()
    let root = pki.root.name.octets
    for name in [[], [0], Array(root.dropLast()), root + [0x30], root.flipping(bit: 5), pki.terminal.name.octets] {
      #expect(status { try card.selectKey(name) } == "6A88", "\(name.hex)")
    }
  }

  /// TR-03110-3 Annex A: imported keys end with the session.
  @Test func aNewSessionHasNoImportedKeys() throws {
    let old = try ready()
    var card = Card(trust: old.trust, requested: TestPKI.everything, cardEphemeral: TestPKI.cardEphemeral)
    #expect(status { try card.selectKey(pki.verifier.name.octets) } == "6A88")
    #expect(status { try card.setTemplate(Card.template(pki.terminal)) } == "6A88")
  }

  @Test func oneVerifierAndOneTerminalAtATime() throws {
    var card = try ready()
    let second = try TestPKI.issue("OTHER", .terminal, under: pki.verifier)
    try card.present(second.certificate)
    #expect(status { try card.setTemplate(Card.template(pki.terminal)) } == "6A88")
    #expect(status { try card.setTemplate(Card.template(second)) } == "9000")
    let other = try TestPKI.issue("HUE", .verifierOfficial, under: pki.root)
    try card.present(other.certificate)
    #expect(status { try card.setTemplate(Card.template(second)) } == "6A88")
    #expect(status { try card.selectKey(pki.verifier.name.octets) } == "6A88")
  }

  @Test func templatesInAnyOrder() throws {
    var card = try ready()
    let auxiliary = BERTLV(0x67, octets("7300"))
    let objects = Card.template(pki.terminal, auxiliaryData: auxiliary)
    for shift in objects.indices {
      var session = card
      try session.setTemplate(Array(objects[shift...] + objects[..<shift]))
      let challenge = try session.makeChallenge(SystemRandom())
      let signature = try Card.signature(pki.terminal, challenge, auxiliaryData: auxiliary)
      #expect(status { try session.authenticate(signature) } == "9000", "\(shift)")
    }
    // Auxiliary data are signed: without them, or with others, the signature is another one.
    try card.setTemplate(objects)
    let challenge = try card.makeChallenge(SystemRandom())
    #expect(status { try card.authenticate(Card.signature(pki.terminal, challenge)) } == "6300")
  }

  @Test func templatesOfAnotherLayout() throws {
    let good = Card.template(pki.terminal)
    let (scheme, name, key) = (good[0], good[1], good[2])
    let auxiliary = BERTLV(0x67, [] as [UInt8])
    let sha512 = BERTLV(0x80, SignatureScheme.ecdsaSHA512.oid)
    let refused: [(String, [BERTLV])] = [
      ("nothing", []), ("no scheme", [name, key]), ("no name", [scheme, key]), ("no key", [scheme, name]),
      ("scheme twice", good + [scheme]), ("name twice", good + [name]), ("key twice", good + [key]),
      ("other key twice", good + [BERTLV(0x91, [UInt8](repeating: 1, count: 32))]),
      ("auxiliary data twice", good + [auxiliary, auxiliary]), ("unknown", good + [BERTLV(0x84, [1])]),
      ("other scheme", [sha512, name, key]), ("PACE's scheme", [BERTLV(0x80, [4, 0, 0x7F]), name, key]),
      ("empty key", [scheme, name, BERTLV(0x91, [] as [UInt8])]),
      ("short key", [scheme, name, BERTLV(0x91, [UInt8](repeating: 1, count: 15))]),
      ("long key", [scheme, name, BERTLV(0x91, [UInt8](repeating: 1, count: 65))]),
    ]
    for (label, objects) in refused {
      var card = try ready()
      #expect(status { try card.setTemplate(objects) } == "6A80", "\(label)")
    }
    for other in [pki.verifier.name.octets, pki.root.name.octets, holder("ELSE").octets, []] {
      var card = try ready()
      #expect(status { try card.setTemplate([scheme, BERTLV(0x83, other), key]) } == "6A88", "\(other.hex)")
    }
  }

  /// The signature is over this card's key, this challenge and this terminal key, by the terminal's own key.
  @Test func everythingSignedCounts() throws {
    var ready = try ready()
    try ready.setTemplate(Card.template(pki.terminal))
    let challenge = try ready.makeChallenge(SystemRandom())
    let (x, key) = (Array(TestPKI.cardEphemeral[1...32]), Card.compressedKey)
    let good = x + challenge + key
    for bit in 0..<good.count * 8 {
      var card = ready
      let signature = try pki.terminal.key.sign(good.flipping(bit: bit))
      #expect(status { try card.authenticate(signature) } == "6300", "bit \(bit)")
    }
    for input in [challenge + key, x + key, x + challenge, x + challenge + key + [0], TestPKI.cardEphemeral + good] {
      var card = ready
      #expect(status { try card.authenticate(pki.terminal.key.sign(input)) } == "6300", "\(input.hex)")
    }
    for stranger in [pki.verifier.key, pki.root.key] {
      var card = ready
      #expect(status { try card.authenticate(stranger.sign(good)) } == "6300")
    }
    let signature = try pki.terminal.key.sign(good)
    for bit in 0..<signature.count * 8 {
      var card = ready
      #expect(status { try card.authenticate(signature.flipping(bit: bit)) } == "6300", "bit \(bit)")
    }
    for wrong in [[], Array(signature.dropLast()), signature + [0]] {
      var card = ready
      #expect(status { try card.authenticate(wrong) } == "6300", "\(wrong.count) octets")
    }
    #expect(status { try ready.authenticate(signature) } == "9000")
  }
}
