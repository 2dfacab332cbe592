import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Card-verifiable certificates made by others: a test hierarchy on P-192, and the EAC 2 worked example on
/// brainpoolP512r1.
@Suite struct CVCertificateVectorTests {
  struct TestHierarchy: Decodable {
    struct Certificate: Decodable {
      enum CodingKeys: String, CodingKey {
        case der, car, chr, oid, chat, effective, expiration, body, signature
        case privateKey = "private_key_pkcs8"
        case point = "public_point"
        case hasDomainParameters = "has_domain_params"
      }
      let der, oid, chat, effective, expiration, body, signature, privateKey, point: HexOctets
      let car, chr: String
      let hasDomainParameters: Bool
    }
    let certificates: [Certificate]
  }

  struct WorkedExample: Decodable {
    struct Certificate: Decodable {
      enum CodingKeys: String, CodingKey {
        case sig, car, chr, oid, point, chat, cxd, ced
        case body = "body_full"
      }
      let body, sig, oid, point, chat, cxd, ced: HexOctets
      let car, chr: String
    }
    enum CodingKeys: String, CodingKey {
      case fields
      case chain = "cvc_chain"
    }
    let chain: [Certificate]
    let fields: [String: HexOctets]
  }

  static func hierarchy() throws -> [TestHierarchy.Certificate] {
    try VectorFile.load("tr03110_cvc_chain_test_pki", as: TestHierarchy.self).certificates
  }

  static func example() throws -> WorkedExample { try VectorFile.load("tr03110_eac2_worked_example_ecdh") }

  /// The certificates of the worked example as they go over the air: CVCA, verifier, terminal.
  static func exampleChain() throws -> [CVCertificate] {
    try example().chain.map {
      try CVCertificate(unwrapped: $0.body.octets + BERTLV(0x5F37, $0.sig.octets).bytes, curve: .brainpoolP512r1)
    }
  }

  @Test(arguments: 0..<3) func testHierarchyFields(_ index: Int) throws {
    let stated = try Self.hierarchy()[index]
    let certificate = try CVCertificate(parsing: stated.der.octets, curve: .p192)
    let content = certificate.content
    #expect(content.authority.description == stated.car && content.holder.description == stated.chr)
    #expect(content.publicKey.scheme.oid == stated.oid.octets && content.publicKey.scheme == .ecdsaSHA256)
    #expect(content.publicKey.curve == .p192 && content.publicKey.point == stated.point.octets)
    #expect(content.hasDomainParameters == stated.hasDomainParameters)
    #expect(content.authorization.object == BERTLV(0x7F4C, stated.chat.octets))
    #expect(content.authorization.terminalType == TerminalType.signature)
    #expect(content.authorization.role == [.authority, .verifierNonOfficial, .terminal][index])
    #expect(content.authorization.rights == [], "rights of another kind of terminal")
    #expect(content.effective.octets == stated.effective.octets && content.effective == day(2015_01_13))
    #expect(content.expiration.octets == stated.expiration.octets)
    #expect(content.expiration == [day(2016_01_13), day(2015_02_13), day(2015_01_20)][index])
    #expect(content.extensions.isEmpty)
    #expect(certificate.body == stated.body.octets && certificate.signature == stated.signature.octets)
    #expect(certificate.bytes == stated.der.octets)
    #expect(try content.body == stated.body.octets)
  }

  /// Who signed whom: the first two by the CVCA, the third by the verifier, nobody else.
  @Test func testHierarchySignatures() throws {
    let certificates = try Self.hierarchy().map { try CVCertificate(parsing: $0.der.octets, curve: .p192) }
    try Self.expectSignatures(certificates)
  }

  static func expectSignatures(_ certificates: [CVCertificate]) throws {
    let signers = [0, 0, 1]
    for (index, certificate) in certificates.enumerated() {
      for (other, signer) in certificates.enumerated() {
        let verifies = signer.content.publicKey.verifies(certificate.signature, of: certificate.body)
        #expect(verifies == (signers[index] == other), "\(index) by \(other)")
      }
      #expect(certificate.content.authority == certificates[signers[index]].content.holder)
    }
  }

  /// The private keys of the files belong to the certificates and sign in their place.
  @Test(arguments: 0..<3) func testHierarchyKeys(_ index: Int) throws {
    let stated = try Self.hierarchy()[index]
    // ECPrivateKey of RFC 5915 inside PKCS#8, or bare: the first OCTET STRING of 24 octets.
    let octets = stated.privateKey.octets
    let start = try #require(octets.indices.first { octets[$0...].starts(with: [0x02, 0x01, 0x01, 0x04, 0x18]) })
    let key = try ECPrivateKey(.p192, scalar: SecretBytes(octets[start + 5..<start + 29]))
    #expect(key.publicKey.point == stated.point.octets)
    let certificate = try CVCertificate(parsing: stated.der.octets, curve: .p192)
    let again = try certificate.content.signed(by: key)
    #expect(again.body == certificate.body)
    #expect(certificate.content.publicKey.verifies(again.signature, of: again.body))
  }

  /// On a card that permits the curve; the dates are of 2015.
  @Test func testHierarchyOnACard() throws {
    let certificates = try Self.hierarchy().map { try CVCertificate(parsing: $0.der.octets, curve: .p192) }
    let anchor = try #require(TrustAnchor(certificates[0]))
    let request = RequestedAuthorization(
      try #require(HolderAuthorization(terminalType: TerminalType.signature, template: [0x3F])))
    func card(on date: CVDate, curves: [Curve]) -> TerminalAuthenticationCard {
      TerminalAuthenticationCard(
        trust: TerminalAuthenticationCard.Trust(anchors: [anchor], date: date), requested: request,
        cardEphemeral: TestPKI.cardEphemeral, curves: curves)
    }
    var right = card(on: day(2015_01_01), curves: [.p192])
    #expect(try right.present(certificates[1]) == .verifier(date: day(2015_01_13)))
    #expect(try right.present(certificates[2]) == .terminal)
    var late = card(on: day(2015_01_21), curves: [.p192])
    #expect(status { try late.present(certificates[1]) } == "9000")
    #expect(status { try late.present(certificates[2]) } == "6300")
    var strict = card(on: day(2015_01_01), curves: Curve.scheme)
    #expect(status { try strict.present(certificates[1]) } == "6300")
  }

  @Test(arguments: 0..<3) func workedExampleFields(_ index: Int) throws {
    let stated = try Self.example().chain[index]
    let certificate = try Self.exampleChain()[index]
    let content = certificate.content
    #expect(content.authority.description == stated.car && content.holder.description == stated.chr)
    #expect(content.publicKey.scheme.oid == stated.oid.octets && content.publicKey.scheme == .ecdsaSHA512)
    #expect(content.publicKey.curve == .brainpoolP512r1 && content.publicKey.point == stated.point.octets)
    #expect(content.hasDomainParameters == (index == 0))
    #expect(content.authorization.object == BERTLV(0x7F4C, stated.chat.octets))
    #expect(content.authorization.role == [.authority, .verifierOfficial, .terminal][index])
    #expect(content.effective.octets == stated.ced.octets && content.expiration.octets == stated.cxd.octets)
    #expect(content.effective == day(2010_09_30))
    #expect(content.expiration == (index == 0 ? day(2011_09_25) : day(2010_10_30)))
    #expect(try content.body == stated.body.octets)
    #expect(certificate.body == stated.body.octets && certificate.signature == stated.sig.octets)
    let whole = try #require(Self.example().fields[["cvca_cert", "dv_cert", "ta_cert"][index]]).octets
    #expect(certificate.bytes == whole)
    #expect(try CVCertificate(parsing: whole, curve: .brainpoolP512r1) == certificate)
  }

  @Test func workedExampleSignatures() throws { try Self.expectSignatures(try Self.exampleChain()) }

  /// Bits 4, 8 and up of the example's templates by TR-03110-4 §2.2.3.2.
  @Test func workedExampleRights() throws {
    let chain = try Self.exampleChain().map(\.content.authorization)
    #expect(chain[0].terminalType == TerminalType.inspection && chain[0].template == [0xC3])
    #expect(chain[1].rights == AuthenticationTerminalRights(rawValue: 0x1F_FFFF10))
    #expect(chain[2].rights == [.read(dataGroup: 1), .canAllowed])
    #expect(chain[1].and(chain[2]).rights == [.read(dataGroup: 1), .canAllowed])
    #expect(chain[0].and(chain[2]).rights == [])
  }

  /// Without an authority's curve, the length of the point tells nothing for curves outside the scheme.
  @Test func curvesAreNotGuessedOutsideTheScheme() throws {
    for certificate in try Self.hierarchy().dropFirst() {
      #expect(throws: CVCertificateError.value(0x86)) { try CVCertificate(parsing: certificate.der.octets) }
      #expect(throws: CVCertificateError.value(0x86)) {
        try CVCertificate(parsing: certificate.der.octets, curve: .p256)
      }
    }
    #expect(try CVCertificate(parsing: Self.hierarchy()[0].der.octets).content.publicKey.curve == .p192)
  }
}
