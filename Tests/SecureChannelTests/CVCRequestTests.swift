import CardCrypto
import ISO7816
import SecureChannel
import Testing

@Suite("Requests for card-verifiable certificates")
struct CVCRequestTests {
  private func request(_ curve: Curve = .p256) throws -> CVCertificateRequest {
    try CVCertificateRequest(
      authority: try CVCFamily.name("DV79"), holder: try CVCFamily.name("79BD003"),
      signer: try ECPrivateKey(generate: curve))
  }

  @Test("A request reads back as it was made", arguments: Curve.scheme)
  func roundTrip(_ curve: Curve) throws {
    let request = try request(curve)
    let read = try CVCertificateRequest(parsing: request.bytes)
    #expect(read == request && read.bytes == request.bytes)
    #expect(read.publicKey.curve == curve && read.authority?.description == "VNDV7900001")
    let nobody = try CVCertificateRequest(
      holder: try CVCFamily.name("79BD003"), signer: try ECPrivateKey(generate: curve))
    #expect(try CVCertificateRequest(parsing: nobody.bytes).authority == nil)
  }

  @Test("Cut anywhere it is no request")
  func truncation() throws {
    let octets = try request().bytes
    for count in 0..<octets.count {
      #expect(throws: CVCertificateError.self, "\(count)") {
        try CVCertificateRequest(parsing: Array(octets.prefix(count)))
      }
    }
    #expect(throws: CVCertificateError.self) { try CVCertificateRequest(parsing: octets + [0]) }
  }

  @Test("With any bit turned it is refused")
  func bitFlips() throws {
    let octets = try request().bytes
    for place in octets.indices {
      var flipped = octets
      flipped[place] ^= 1 << UInt8(place % 8)
      #expect(throws: CVCertificateError.self, "octet \(place)") { try CVCertificateRequest(parsing: flipped) }
    }
  }

  @Test("Signed by another key than its own it proves nothing")
  func otherSigner() throws {
    let (own, other) = (try request(), try request())
    let mixed = BERTLV(0x7F21, own.body + BERTLV(0x5F37, other.signature).bytes).bytes
    #expect(throws: CVCertificateError.value(0x5F37)) { try CVCertificateRequest(parsing: mixed) }
  }

  @Test("The curve is never guessed: a key without its numbers is refused")
  func noDomainParameters() throws {
    let key = try ECPrivateKey(generate: .p256)
    let public49 = BERTLV(
      0x7F49, [BERTLV(0x06, SignatureScheme.ecdsaSHA256.oid), BERTLV(0x86, key.publicKey.point)])
    let body = BERTLV(
      0x7F4E, [BERTLV(0x5F29, [0]), public49, BERTLV(0x5F20, try CVCFamily.name("79BD003").octets)]
    ).bytes
    let octets = BERTLV(0x7F21, body + BERTLV(0x5F37, try key.sign(body)).bytes).bytes
    #expect(throws: CVCertificateError.value(0x7F49)) { try CVCertificateRequest(parsing: octets) }
  }

  @Test("A certificate is no request, and a request no certificate")
  func otherKind() throws {
    let family = try CVCFamily()
    let root = try family.root.signed(by: family.rootKey)
    #expect(throws: CVCertificateError.self) { try CVCertificateRequest(parsing: root.bytes) }
    #expect(throws: CVCertificateError.self) { try CVCertificate(parsing: try request().bytes) }
  }
}
