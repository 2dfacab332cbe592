import CardTestSupport
import Testing

@testable import CardCrypto

/// CMS SignedData as EF.CardSecurity has it.
@Suite struct SignedDataTests {
  static let content = octets("31143012060A04007F000702020302020201020201 0D")
  static let time = CertificateTests.notBefore + 1

  /// A document signer, its issuer, and something signed.
  struct Chain {
    let authority: ECPrivateKey
    let root: Certificate
    let key: ECPrivateKey
    let signer: Certificate

    init(_ curve: Curve = .p256, rootIsAuthority: Bool = true, rootEnd: Int64 = CertificateTests.notAfter) throws {
      authority = try ECPrivateKey(generate: curve)
      key = try ECPrivateKey(generate: curve)
      root = try CertificateTests.issue(
        authority.publicKey, by: authority, subject: CertificateTests.issuer, to: rootEnd, isAuthority: rootIsAuthority)
      signer = try CertificateTests.issue(key.publicKey, by: authority, subject: "Document Signer")
    }

    func signed(_ content: [UInt8] = SignedDataTests.content) throws -> [UInt8] {
      try SignedData.sign(content: content, contentType: SignedData.securityObject, certificate: signer, key: key)
    }
  }

  static func verify(
    _ der: [UInt8], _ trusted: Certificate..., at time: Int64 = time
  ) throws(SignedDataError) -> [UInt8] {
    try SignedData.verify(der, contentType: SignedData.securityObject, trusted: trusted, at: time)
  }

  @Test(arguments: [Curve.p256, .brainpoolP256r1], [0, 1, 23, 127, 128, 255, 256, 20_000])
  func roundTrip(_ curve: Curve, _ length: Int) throws {
    let chain = try Chain(curve)
    let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let der = try chain.signed(content)
    #expect(try Self.verify(der, chain.root) == content)
    #expect(try Self.verify(der, chain.signer) == content)
    #expect(try SignedData.content(of: der, contentType: SignedData.securityObject) == content)
    #expect(try SignedData.contentSignedByAnyone(der, contentType: SignedData.securityObject) == content)
  }

  @Test func keyOfAnotherCertificate() throws {
    let chain = try Chain()
    #expect(throws: CryptoError.malformed("certificate of another key")) {
      try SignedData.sign(
        content: Self.content, contentType: SignedData.securityObject, certificate: chain.root, key: chain.key)
    }
  }

  @Test func everyFlippedBitIsRefused() throws {
    let chain = try Chain()
    let der = try chain.signed()
    // Nothing covers the two versions and the name by which the signer's certificate is found, in which capitals and
    // kinds of strings don't count. Everything else must be as it was.
    let name = try chain.signer.issuerAndSerial()
    let nameStart = try #require(der.indices.last { der[$0...].starts(with: name) })
    let version = try #require(der.indices.first { der[$0...].starts(with: [0x02, 0x01, 0x03]) }) + 2
    let uncovered = Set(nameStart - 1..<nameStart + name.count).union([version])
    for bit in 0..<der.count * 8 {
      var flipped = der
      flipped[bit / 8] ^= 1 << (bit % 8)
      let content = try? Self.verify(flipped, chain.root)
      let mayPass = uncovered.contains(bit / 8) && content == Self.content
      #expect(content == nil || mayPass, "bit \(bit % 8) of octet \(bit / 8)")
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let chain = try Chain()
    let der = try chain.signed()
    for count in 0..<der.count {
      let part = Array(der.prefix(count))
      #expect(throws: SignedDataError.malformed, "\(count)") { try Self.verify(part, chain.root) }
      #expect(throws: SignedDataError.malformed, "\(count)") {
        try SignedData.content(of: part, contentType: SignedData.securityObject)
      }
    }
    #expect(throws: SignedDataError.trailing) { try Self.verify(der + [0], chain.root) }
    #expect(throws: SignedDataError.malformed) {
      try Self.verify([UInt8](repeating: 0x30, count: SignedData.maximumLength + 1), chain.root)
    }
  }

  @Test func indefiniteLengthIsRefused() throws {
    let chain = try Chain()
    let der = try chain.signed()
    // The outermost SEQUENCE has a length of two octets after 82.
    #expect(der[1] == 0x82)
    #expect(throws: SignedDataError.malformed) { try Self.verify([0x30, 0x80] + der[4...] + [0, 0], chain.root) }
    #expect(throws: SignedDataError.malformed) { try Self.verify([0x30, 0x83, 0] + der[2...], chain.root) }
  }

  @Test func otherContentType() throws {
    let chain = try Chain()
    let der = try chain.signed()
    let other: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02, 0x02]
    #expect(throws: SignedDataError.wrongContentType) {
      try SignedData.verify(der, contentType: other, trusted: [chain.root], at: Self.time)
    }
    #expect(throws: SignedDataError.wrongContentType) { try SignedData.content(of: der, contentType: other) }
    // The type beside the content is not signed, the attribute is: they must be the same.
    let start = try #require(Array(der.indices).first { der[$0...].starts(with: SignedData.securityObject) })
    let renamed = der[..<start] + other + der[(start + other.count)...]
    #expect(throws: SignedDataError.unsupported) {
      try SignedData.verify(Array(renamed), contentType: other, trusted: [chain.root], at: Self.time)
    }
  }

  @Test func untrustedSigners() throws {
    let chain = try Chain()
    let der = try chain.signed()
    #expect(throws: SignedDataError.untrusted) { try Self.verify(der) }
    // Same names, other keys.
    let stranger = try Chain()
    #expect(throws: SignedDataError.untrusted) { try Self.verify(der, stranger.root, stranger.signer) }
    // Signed by a certificate that a leaf issued, and by one two steps from the root.
    let middle = try CertificateTests.issue(chain.key.publicKey, by: chain.authority, subject: "Document Signer")
    let key = try ECPrivateKey(generate: .p256)
    let leaf = try CertificateTests.issue(key.publicKey, by: chain.key, subject: "Leaf", issuer: "Document Signer")
    let ofLeaf = try SignedData.sign(
      content: Self.content, contentType: SignedData.securityObject, certificate: leaf, key: key)
    #expect(!middle.isAuthority)
    #expect(chain.root.isAuthority)
    #expect(throws: SignedDataError.untrusted) { try Self.verify(ofLeaf, middle) }
    #expect(throws: SignedDataError.untrusted) { try Self.verify(ofLeaf, chain.root) }
    #expect(try Self.verify(ofLeaf, leaf) == Self.content)
    // A root that may not issue.
    let bare = try Chain(rootIsAuthority: false)
    #expect(throws: SignedDataError.untrusted) { try Self.verify(bare.signed(), bare.root) }
  }

  @Test func certificateOfTheSameNameWithAnotherKey() throws {
    let chain = try Chain()
    let der = try chain.signed()
    let other = try CertificateTests.issue(
      ECPrivateKey(generate: .p256).publicKey, by: chain.authority, subject: "Document Signer")
    // Issuer and serial number, by which the signer is named, are the same; the lengths of ECDSA signatures vary.
    let start = try #require(der.indices.first { der[$0...].starts(with: chain.signer.der) })
    guard other.der.count == chain.signer.der.count else { return }
    let swapped = Array(der[..<start]) + other.der + der[(start + other.der.count)...]
    #expect(throws: SignedDataError.wrongSignature) { try Self.verify(swapped, chain.root) }
  }

  @Test func validityEndsToTheSecond() throws {
    let chain = try Chain()
    let der = try chain.signed()
    let (start, end) = (CertificateTests.notBefore, CertificateTests.notAfter)
    for trusted in [chain.root, chain.signer] {
      for time in [start, end] { #expect(try Self.verify(der, trusted, at: time) == Self.content) }
      for time in [start - 1, end + 1, .min, .max] {
        #expect(throws: SignedDataError.notValidNow) { try Self.verify(der, trusted, at: time) }
      }
    }
    // The issuer's certificate has run out, the signer's has not.
    let short = try Chain(rootEnd: start + 10)
    #expect(try Self.verify(short.signed(), short.root, at: start + 10) == Self.content)
    #expect(throws: SignedDataError.notValidNow) { try Self.verify(short.signed(), short.root, at: start + 11) }
  }

  private struct Example: Decodable {
    let fields: [String: HexOctets]
  }

  @Test func publishedExample() throws {
    let fields = try VectorFile.load("tr03110_eac2_worked_example_ecdh", as: Example.self).fields
    let der = try #require(fields["ef_cardsecurity"]?.octets)
    let content = try SignedData.content(of: der, contentType: SignedData.securityObject)
    // SecurityInfos with the chip's public key, which the example also gives by itself.
    #expect(content.count == 0x13B)
    #expect(content.starts(with: octets("31820137300D06080400 7F00070202020201 02")))
    let chipKey = try #require(fields["ca_picc_pub_key"]?.octets)
    #expect(content.indices.contains { content[$0...].starts(with: chipKey) })
    #expect(try SignedData.contentSignedByAnyone(der, contentType: SignedData.securityObject) == content)
    // Its signer is RSA, which is none of ours.
    #expect(throws: SignedDataError.unsupported) { try Self.verify(der, Chain().root) }
    for place in [der.count - 1, 0x60, der.count - 0x120] {
      var flipped = der
      flipped[place] ^= 1
      let read = try? SignedData.contentSignedByAnyone(flipped, contentType: SignedData.securityObject)
      #expect(read == nil, "octet \(place)")
    }
  }
}
