import CardCrypto
import CardTestSupport
import Testing

/// SignedData against the system's `openssl` command.
@Suite(.enabled(if: OpenSSLCommand.isAvailable, "no openssl command")) struct SignedDataPeerTests {
  private let peer: OpenSSLCommand

  init() throws {
    peer = try OpenSSLCommand()
    try peer.write(SignedDataTests.content, to: "content")
  }

  private func run(_ arguments: [String]) throws {
    let outcome = try peer.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.output)")
  }

  @Test(arguments: [Curve.p256, .brainpoolP256r1]) func peerVerifiesOurs(_ curve: Curve) throws {
    let chain = try SignedDataTests.Chain(curve)
    try peer.write(chain.signed(), to: "signed.der")
    try peer.write(chain.root.der, to: "root.der")
    try run(["x509", "-inform", "der", "-in", "root.der", "-out", "root.pem"])
    let verify = [
      "cms", "-verify", "-binary", "-inform", "der", "-in", "signed.der", "-CAfile", "root.pem", "-attime",
      String(SignedDataTests.time), "-out", "verified",
    ]
    try run(verify)
    #expect(try peer.read("verified") == SignedDataTests.content)
    let text = try peer.run("cms", "-cmsout", "-print", "-noout", "-inform", "der", "-in", "signed.der").output
    for line in [
      "eContentType: undefined (0.4.0.127.0.7.3.2.1)", "object: contentType (1.2.840.113549.1.9.3)",
      "object: messageDigest (1.2.840.113549.1.9.4)", "algorithm: ecdsa-with-SHA256 (1.2.840.10045.4.3.2)",
    ] {
      #expect(text.contains(line), "\(line) is not in:\n\(text)")
    }
    #expect(!text.contains("signingTime"))
    var flipped = try chain.signed()
    flipped[flipped.count - 1] ^= 1
    try peer.write(flipped, to: "signed.der")
    #expect(try peer.run(verify).status != 0)
  }

  /// A self-signed certificate of the peer's, in `name`.pem with its key in `name`.key.
  private func makeCertificate(_ name: String, _ key: [String]) throws -> Certificate? {
    try run(
      ["req", "-x509", "-newkey"] + key + [
        "-sha256", "-nodes", "-keyout", name + ".key", "-subj", "/C=VN/CN=Người ký", "-utf8", "-days", "2", "-out",
        name + ".pem",
      ])
    try run(["x509", "-in", name + ".pem", "-outform", "der", "-out", name + ".der"])
    return try? Certificate(der: try peer.read(name + ".der"))
  }

  private func sign(
    _ name: String, type: String = "0.4.0.127.0.7.3.2.1", _ options: [String] = []
  ) throws -> [UInt8] {
    try run(
      [
        "cms", "-sign", "-in", "content", "-binary", "-nodetach", "-econtent_type", type, "-signer",
        name + ".pem", "-inkey", name + ".key", "-outform", "der", "-out", "signed.der",
      ] + options)
    return try peer.read("signed.der")
  }

  private func verify(_ der: [UInt8], _ certificate: Certificate) throws(SignedDataError) -> [UInt8] {
    try SignedDataTests.verify(der, certificate, at: certificate.notBefore + 60)
  }

  @Test(arguments: ["prime256v1", "brainpoolP256r1"]) func weVerifyThePeers(_ curve: String) throws {
    let certificate = try #require(try makeCertificate("a", ["ec", "-pkeyopt", "ec_paramgen_curve:\(curve)"]))
    // With a signing time and a list of ciphers, without the latter, named by key identifier, and without certificate.
    for options in [["-md", "sha256"], ["-nosmimecap"], ["-keyid"], ["-nocerts"]] {
      let der = try sign("a", options)
      #expect(try verify(der, certificate) == SignedDataTests.content, "\(options)")
    }
  }

  @Test func whatWeRefuseOfThePeers() throws {
    let curve = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    let certificate = try #require(try makeCertificate("a", curve))
    let other = try #require(try makeCertificate("b", curve))
    #expect(try makeCertificate("rsa", ["rsa:2048"]) == nil)
    let cases: [([UInt8], SignedDataError)] = [
      (try sign("a", ["-md", "sha512"]), .unsupported), (try sign("a", ["-noattr"]), .unsupported),
      (try sign("rsa"), .unsupported), (try sign("a", ["-signer", "b.pem", "-inkey", "b.key"]), .signers(2)),
      (try sign("b"), .untrusted), (try sign("b", ["-nocerts"]), .untrusted),
      (try sign("a", type: "1.2.3"), .wrongContentType), (try sign("a", ["-stream"]), .malformed),
    ]
    for (index, (der, error)) in cases.enumerated() {
      #expect(throws: error, "case \(index)") { try verify(der, certificate) }
    }
    #expect(try verify(try sign("b"), other) == SignedDataTests.content)
    try run(["cms", "-digest_create", "-in", "content", "-outform", "der", "-out", "digest.der"])
    #expect(throws: SignedDataError.malformed) { try verify(try peer.read("digest.der"), certificate) }
  }

  @Test(arguments: [true, false]) func onlyAuthoritiesIssue(_ isAuthority: Bool) throws {
    // Without key usage, which names what a key may do, the basic constraints alone decide.
    let constraints = "basicConstraints=critical,CA:\(isAuthority ? "TRUE" : "FALSE")"
    let configuration =
      "[req]\ndistinguished_name=name\nx509_extensions=extensions\n[name]\n[extensions]\n\(constraints)\n"
    try peer.write(Array(configuration.utf8), to: "root.conf")
    let curve = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-config", "root.conf"]
    let root = try #require(try makeCertificate("root", curve))
    try run([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "a.key", "-subj",
      "/CN=Signer", "-out", "a.csr",
    ])
    try run([
      "x509", "-req", "-in", "a.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2", "-out",
      "a.pem",
    ])
    #expect(root.isAuthority == isAuthority)
    let der = try sign("a")
    if isAuthority {
      #expect(try verify(der, root) == SignedDataTests.content)
    } else {
      #expect(throws: SignedDataError.untrusted) { try verify(der, root) }
    }
  }
}
