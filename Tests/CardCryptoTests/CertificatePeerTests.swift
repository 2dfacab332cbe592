import CardCrypto
import CardTestSupport
import Testing

/// Certificates against the system's `openssl` command.
@Suite(.enabled(if: OpenSSLCommand.isAvailable, "no openssl command")) struct CertificatePeerTests {
  @Test(arguments: Curve.scheme) func peerReadsAndVerifiesOurs(_ curve: Curve) throws {
    let authority = try ECPrivateKey(generate: curve)
    let root = try CertificateTests.issue(
      authority.publicKey, by: authority, subject: CertificateTests.issuer, isAuthority: true)
    let card = try CertificateTests.issue(try ECPrivateKey(generate: curve).publicKey, by: authority)
    let peer = try OpenSSLCommand()
    for (name, certificate) in [("root", root), ("card", card)] {
      try peer.write(certificate.der, to: name + ".der")
      let converted = try peer.run("x509", "-inform", "der", "-in", name + ".der", "-out", name + ".pem")
      #expect(converted.status == 0, "\(converted.output)")
    }
    let text = try peer.run("x509", "-inform", "der", "-in", "card.der", "-noout", "-text", "-nameopt", "utf8").output
    for line in [
      "Version: 3 (0x2)", "Serial Number: 81985529216486895 (0x123456789abcdef)", "ecdsa-with-SHA256",
      CertificateTests.subject, CertificateTests.issuer, "Jan  1 00:00:00 2026 GMT", "Dec 31 23:59:59 2035 GMT",
      curve == .p256 ? "ASN1 OID: prime256v1" : "ASN1 OID: brainpoolP256r1", "X509v3 Basic Constraints: critical",
      "CA:FALSE", "X509v3 Key Usage: critical", "Digital Signature", "X509v3 Subject Key Identifier",
    ] {
      #expect(text.contains(line), "\(line) is not in:\n\(text)")
    }
    let time = String(CertificateTests.notBefore + 1)
    let verified = try peer.run("verify", "-attime", time, "-CAfile", "root.pem", "card.pem")
    #expect(verified.status == 0, "\(verified.output)")
    let late = String(CertificateTests.notAfter + 1)
    #expect(try peer.run("verify", "-attime", late, "-CAfile", "root.pem", "card.pem").status != 0)
    #expect(try peer.run("verify", "-attime", time, "-CAfile", "card.pem", "root.pem").status != 0)
  }

  /// A self-signed certificate made by the peer with `key` (arguments of `openssl req -newkey`).
  private func made(_ peer: OpenSSLCommand, _ key: [String], digest: String = "-sha256") throws -> [UInt8] {
    let outcome = try peer.run(
      ["req", "-x509", "-newkey"] + key + [
        digest, "-nodes", "-keyout", "key.pem", "-subj", "/O=peer/CN=Peer", "-days", "2", "-outform", "der", "-out",
        "made.der",
      ])
    try #require(outcome.status == 0, "\(outcome.output)")
    return try peer.read("made.der")
  }

  @Test(arguments: ["prime256v1", "brainpoolP256r1"]) func weReadThePeers(_ curve: String) throws {
    let der = try made(try OpenSSLCommand(), ["ec", "-pkeyopt", "ec_paramgen_curve:\(curve)"])
    let certificate = try Certificate(der: der)
    #expect(certificate.subject == "Peer")
    #expect(certificate.issuer == "Peer")
    #expect(certificate.notAfter - certificate.notBefore == 2 * 86_400)
    #expect(certificate.isValid(signedBy: certificate.publicKey, at: certificate.notBefore + 60))
    #expect(certificate.der == der)
  }

  @Test(arguments: [["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"], ["ed25519"]])
  func otherKeysAreRefused(_ key: [String]) throws {
    let der = try made(try OpenSSLCommand(), key)
    #expect(throws: CryptoError.self) { try Certificate(der: der) }
  }

  /// The certificates of this project are signed with ECDSA and SHA-256, nothing else.
  @Test(arguments: ["-sha1", "-sha512"]) func otherSignatureAlgorithmsAreRefused(_ digest: String) throws {
    let der = try made(try OpenSSLCommand(), ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], digest: digest)
    guard let certificate = try? Certificate(der: der) else { return }
    #expect(!certificate.isValid(signedBy: certificate.publicKey, at: certificate.notBefore + 60))
  }
}
