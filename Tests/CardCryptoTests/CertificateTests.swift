import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// Payout-key certificates: issue, read, verify.
@Suite struct CertificateTests {
  static let subject = "9704000000000018"
  static let issuer = "Thẻ an sinh, cơ quan phát hành"
  static let (notBefore, notAfter) = (Int64(1_767_225_600), Int64(2_082_758_399))  // 2026-01-01 … 2035-12-31 UTC

  static func issue(
    _ key: ECPublicKey, by authority: ECPrivateKey, subject: String = subject, issuer: String = issuer,
    from start: Int64 = notBefore, to end: Int64 = notAfter, isAuthority: Bool = false
  ) throws -> Certificate {
    try Certificate.issue(
      CertificateRequest(
        subject: subject, serial: octets("0123456789ABCDEF"), publicKey: key, notBefore: start, notAfter: end,
        isAuthority: isAuthority),
      issuer: issuer, key: authority)
  }

  @Test(arguments: Curve.scheme, Curve.scheme)
  func issueReadVerify(_ keyCurve: Curve, _ authorityCurve: Curve) throws {
    let authority = try ECPrivateKey(generate: authorityCurve)
    let key = try ECPrivateKey(generate: keyCurve).publicKey
    let issued = try Self.issue(key, by: authority)
    let read = try Certificate(der: issued.der)
    for certificate in [issued, read] {
      #expect(certificate.subject == Self.subject)
      #expect(certificate.issuer == Self.issuer)
      #expect(certificate.notBefore == Self.notBefore)
      #expect(certificate.notAfter == Self.notAfter)
      #expect(certificate.publicKey.point == key.point)
      #expect(certificate.publicKey.curve == keyCurve)
      #expect(certificate.isValid(signedBy: authority.publicKey, at: Self.notBefore))
      #expect(!certificate.isValid(signedBy: key, at: Self.notBefore))
      #expect(!certificate.isValid(signedBy: try ECPrivateKey(generate: authorityCurve).publicKey, at: Self.notBefore))
    }
    #expect(read.der == issued.der)
  }

  @Test func certifiedKeyVerifiesSignatures() throws {
    let authority = try ECPrivateKey(generate: .p256)
    let key = try ECPrivateKey(generate: .p256)
    let certificate = try Certificate(der: Self.issue(key.publicKey, by: authority).der)
    #expect(certificate.publicKey.verify(try key.sign([1, 2, 3]), of: [1, 2, 3]))
  }

  @Test func validityEndsToTheSecond() throws {
    let authority = try ECPrivateKey(generate: .p256)
    let certificate = try Self.issue(authority.publicKey, by: authority)
    for (time, isValid) in [
      (Self.notBefore - 1, false), (Self.notBefore, true), (Self.notAfter, true), (Self.notAfter + 1, false),
      (0, false), (Int64.min, false), (Int64.max, false),
    ] {
      #expect(certificate.isValid(signedBy: authority.publicKey, at: time) == isValid, "\(time)")
    }
  }

  /// UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5).
  @Test(arguments: [
    (Int64(-631_152_000), Int64(0)), (2_524_607_999, 2_524_608_000), (0, 4_102_444_800), (951_782_400, 951_868_800),
  ])
  func datesOfAllEras(_ start: Int64, _ end: Int64) throws {
    let authority = try ECPrivateKey(generate: .p256)
    let certificate = try Certificate(der: Self.issue(authority.publicKey, by: authority, from: start, to: end).der)
    #expect(certificate.notBefore == start)
    #expect(certificate.notAfter == end)
    #expect(certificate.isValid(signedBy: authority.publicKey, at: start))
    #expect(!certificate.isValid(signedBy: authority.publicKey, at: end + 1))
  }

  @Test(arguments: ["", String(repeating: "x", count: 65)])
  func namesOutsideTheStandardAreRefused(_ name: String) throws {
    let authority = try ECPrivateKey(generate: .p256)
    #expect(throws: CryptoError.self) { try Self.issue(authority.publicKey, by: authority, subject: name) }
    #expect(throws: CryptoError.self) { try Self.issue(authority.publicKey, by: authority, issuer: name) }
  }

  @Test func truncationAndOctetsAfterwardsAreRefused() throws {
    let authority = try ECPrivateKey(generate: .p256)
    let der = try Self.issue(authority.publicKey, by: authority).der
    for length in 0..<der.count {
      #expect(throws: CryptoError.malformed("X.509 certificate")) { try Certificate(der: Array(der.prefix(length))) }
    }
    #expect(throws: CryptoError.malformed("X.509 certificate")) { try Certificate(der: der + [0]) }
    #expect(throws: CryptoError.malformed("X.509 certificate")) { try Certificate(der: der + der) }
  }

  @Test func randomOctetsAreRefused() {
    var random = SplitMix64()
    for round in 0..<2_000 {
      let string = BERTLV(0x30, random.octets(Int.random(in: 0...200, using: &random))).bytes
      #expect(throws: CryptoError.self, "seed \(SplitMix64.seed), round \(round)") { try Certificate(der: string) }
    }
  }
}

/// What could end the process is tried in a process of its own.
@Suite struct CertificateTamperingTests {
  @Test(arguments: Curve.scheme) func noFlippedBitVerifiesOrTraps(_ curve: Curve) async {
    await #expect(processExitsWith: .success) { [raw = curve.rawValue as UInt8] in
      let curve = try #require(Curve(rawValue: raw))
      let authority = try ECPrivateKey(generate: curve)
      let der = try CertificateTests.issue(try ECPrivateKey(generate: .p256).publicKey, by: authority).der
      for bit in 0..<der.count * 8 {
        var flipped = der
        flipped[bit / 8] ^= 1 << (bit % 8)
        guard let certificate = try? Certificate(der: flipped) else { continue }
        let verifies = [CertificateTests.notBefore, certificate.notBefore, certificate.notAfter].contains {
          certificate.isValid(signedBy: authority.publicKey, at: $0)
        }
        #expect(!verifies, "bit \(bit)")
      }
    }
  }

  /// A certificate comes from a card or the network: `style` rule 5.
  @Test func validityThatEndsBeforeItStartsIsNeverValid() async {
    await #expect(processExitsWith: .success) {
      let authority = try ECPrivateKey(generate: .p256)
      let key = authority.publicKey
      let certificate = try CertificateTests.issue(key, by: authority, from: 2_000_000_000, to: 1_000_000_000)
      for time: Int64 in [0, 1_000_000_000, 1_500_000_000, 2_000_000_000, 3_000_000_000] {
        #expect(!certificate.isValid(signedBy: key, at: time))
      }
    }
  }
}
