import CardCrypto
import ISO7816
import SecureChannel
import Testing

@Suite("Chains of card-verifiable certificates")
struct CVCChainTests {
  @Test("A chain file reads back as it was made, with and without links", arguments: Curve.scheme)
  func roundTrip(_ curve: Curve) throws {
    var family = try CVCFamily(curve)
    let chain = try family.chain()
    #expect(try CertificateChain(parsing: chain.bytes) == chain)
    #expect(chain.anchor == family.root.holder)
    let keys = try (ECPrivateKey(generate: curve), ECPrivateKey(generate: curve))
    let links = try [family.link(to: keys.0, 2), family.link(to: keys.1, 3, from: keys.0)]
    family.verifier.authority = try CVCFamily.name("ANSINH", 3)
    let linked = try CertificateChain(
      links: links, verifier: try family.verifier.signed(by: keys.1),
      terminal: try family.terminal.signed(by: family.verifierKey))
    #expect(try CertificateChain(parsing: linked.bytes) == linked)
    for anchor in [try family.anchor(), TrustAnchor(links[0]), TrustAnchor(links[1]), nil] {
      try linked.verify(from: anchor, on: try CVCFamily.day(20_261_110))
    }
    let credential = try #require(TerminalCredential(linked, signer: family.terminalKey))
    #expect(credential.chain(from: [links[0].content.holder])?.count == 3)
    #expect(TerminalCredential(linked, signer: family.verifierKey) == nil)
  }

  @Test("Cut anywhere it is no chain, nor with more than a chain has")
  func bounds() throws {
    let family = try CVCFamily()
    let chain = try family.chain()
    for count in 0..<chain.bytes.count {
      #expect(throws: CertificateChainError.self, "\(count)") {
        try CertificateChain(parsing: Array(chain.bytes.prefix(count)))
      }
    }
    #expect(throws: CertificateChainError.size) { try CertificateChain(parsing: chain.verifier.bytes) }
    #expect(throws: CertificateChainError.size) { try CertificateChain(parsing: []) }
    let many = [[UInt8]](repeating: chain.verifier.bytes, count: 17).flatMap { $0 }
    #expect(throws: CertificateChainError.size) { try CertificateChain(parsing: many) }
    let long = [UInt8](repeating: 0x7F, count: CertificateChain.maximumLength + 1)
    #expect(throws: CertificateChainError.size) { try CertificateChain(parsing: long) }
    #expect(throws: CertificateChainError.order(place: 1)) {
      try CertificateChain(parsing: chain.terminal.bytes + chain.verifier.bytes)
    }
    let octets = chain.bytes + [0x7F]
    #expect(throws: CertificateChainError.certificate(place: 3, .encoding(.truncated(offset: octets.count)))) {
      try CertificateChain(parsing: octets)
    }
  }

  @Test("With any bit turned it does not verify any more")
  func bitFlips() throws {
    let family = try CVCFamily()
    let octets = try family.chain().bytes
    let (anchor, day) = (try #require(try family.anchor()), try CVCFamily.day(20_261_110))
    try CertificateChain(parsing: octets).verify(from: anchor, on: day)
    for place in octets.indices {
      var flipped = octets
      flipped[place] ^= 1 << UInt8(place % 8)
      #expect(throws: CertificateChainError.self, "octet \(place)") {
        try CertificateChain(parsing: flipped).verify(from: anchor, on: day)
      }
    }
  }

  @Test("Names that do not follow each other are no chain")
  func order() throws {
    var family = try CVCFamily()
    family.terminal.authority = try CVCFamily.name("DV01")
    #expect(throws: CertificateChainError.order(place: 2)) { try family.chain() }
    family = try CVCFamily()
    family.verifier.authorization = HolderAuthorization(.terminal, [])
    #expect(throws: CertificateChainError.order(place: 1)) { try family.chain() }
    family = try CVCFamily()
    let key = try ECPrivateKey(generate: .p256)
    let link = try family.link(to: key, 2)
    #expect(throws: CertificateChainError.order(place: 2)) { try family.chain(links: [link]) }
    #expect(throws: CertificateChainError.order(place: 1)) {
      try family.chain(links: [try family.root.signed(by: family.rootKey)])
    }
    #expect(throws: CertificateChainError.order(place: 2)) { try family.chain(links: [link, link]) }
  }

  @Test("The first and the last day count, the days beside them do not")
  func days() throws {
    let family = try CVCFamily()
    let (chain, anchor) = (try family.chain(), try family.anchor())
    let (first, last) = (family.terminal.effective, family.terminal.expiration)
    for day in [first, last] { try chain.verify(from: anchor, on: day) }
    #expect(throws: CertificateChainError.notYetValid(family.terminal.holder, first)) {
      try chain.verify(from: anchor, on: try CVCFamily.day(20_261_031))
    }
    #expect(throws: CertificateChainError.expired(family.terminal.holder, last)) {
      try chain.verify(from: nil, on: try CVCFamily.day(20_261_122))
    }
    #expect(throws: CertificateChainError.notYetValid(family.verifier.holder, family.verifier.effective)) {
      try chain.verify(from: anchor, on: try CVCFamily.day(20_260_930))
    }
    var old = family.root
    old.expiration = try CVCFamily.day(20_261_109)
    let expired = TrustAnchor(try old.signed(by: family.rootKey))
    #expect(throws: CertificateChainError.expired(old.holder, old.expiration)) {
      try chain.verify(from: expired, on: try CVCFamily.day(20_261_110))
    }
  }

  @Test("Signed by somebody else it is refused, with an anchor and without")
  func forged() throws {
    let (family, other) = (try CVCFamily(), try CVCFamily())
    let day = try CVCFamily.day(20_261_110)
    let terminal = try CertificateChain(
      verifier: try family.verifier.signed(by: family.rootKey),
      terminal: try family.terminal.signed(by: other.verifierKey))
    for anchor in [try family.anchor(), nil] {
      #expect(throws: CertificateChainError.refused(family.terminal.holder)) {
        try terminal.verify(from: anchor, on: day)
      }
    }
    let verifier = try CertificateChain(
      verifier: try family.verifier.signed(by: other.rootKey),
      terminal: try family.terminal.signed(by: family.verifierKey))
    #expect(throws: CertificateChainError.refused(family.verifier.holder)) {
      try verifier.verify(from: try family.anchor(), on: day)
    }
    var elsewhere = family.root
    elsewhere.holder = try CVCFamily.name("OTHER")
    let anchor = TrustAnchor(try elsewhere.signed(by: family.rootKey))
    #expect(throws: CertificateChainError.otherAnchor(elsewhere.holder)) {
      try verifier.verify(from: anchor, on: day)
    }
  }

  @Test("Rights are what verifier and terminal both have")
  func rights() throws {
    var family = try CVCFamily()
    let identifier: [UInt8] = [0x2A, 1]
    family.verifier.extensions = [AuthorizationExtension(identifier: identifier, bitmap: [0x07, 0x03])]
    family.terminal.extensions = [AuthorizationExtension(identifier: identifier, bitmap: [0x0F, 0x01])]
    let chain = try family.chain()
    #expect(chain.rights == .canAllowed)
    #expect(chain.rights(of: identifier) == [0x07, 0x01])
    #expect(chain.rights(of: [0x2A, 2]).isEmpty)
  }
}
