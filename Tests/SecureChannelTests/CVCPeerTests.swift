import CardCrypto
import CardTestSupport
import Foundation
import SecureChannel
import Testing

/// OpenPACE's `cvc-create` and `cvc-print` as an independent maker and reader of certificates.
@Suite(
  "Certificates and requests of OpenPACE",
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cvc-create")))
struct CVCPeerTests {
  private static let openSSLNames: [Curve: String] = [.p256: "prime256v1", .brainpoolP256r1: "brainpoolP256r1"]

  private func run(_ folder: OpenSSLCommand, _ program: String, _ arguments: String...) throws -> String {
    let outcome = try folder.run(program: "/usr/bin/" + program, arguments)
    #expect(outcome.status == 0, "\(program) \(arguments): \(outcome.output)")
    return outcome.output
  }

  /// A key in PKCS #8, with its curve by name.
  private func key(_ folder: OpenSSLCommand, _ name: String, _ curve: Curve) throws {
    let made = try folder.run(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(Self.openSSLNames[curve] ?? "")", "-outform",
      "DER", "-out", name)
    #expect(made.status == 0, "\(made.output)")
  }

  private func create(
    _ folder: OpenSSLCommand, _ role: String, _ name: String, key: String, by authority: (name: String, key: String)?
  ) throws {
    var arguments = [
      "--role=" + role, "--type=at", "--chr=" + name, "--issued=261101", "--expires=261121", "--read-dg4",
      "--can-allowed", "--key=" + key, "--scheme=ECDSA_SHA_256", "--out-cert=" + name, "--out-desc=description",
    ]
    if let authority { arguments += ["--sign-as=" + authority.name] }
    arguments.append("--sign-with=" + (authority?.key ?? key))
    let outcome = try folder.run(program: "/usr/bin/cvc-create", arguments)
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test("What cvc-create makes verifies here", arguments: Curve.scheme)
  func theirs(_ curve: Curve) throws {
    let folder = try OpenSSLCommand()
    for name in ["root.key", "verifier.key", "terminal.key"] { try key(folder, name, curve) }
    try create(folder, "cvca", "VNANSINH00001", key: "root.key", by: nil)
    try create(folder, "dv_foreign", "VNDV7900001", key: "verifier.key", by: ("VNANSINH00001", "root.key"))
    try create(folder, "terminal", "VN79T0004200001", key: "terminal.key", by: ("VNDV7900001", "verifier.key"))
    let root = try CVCertificate(parsing: try folder.read("VNANSINH00001"))
    let anchor = try #require(TrustAnchor(root))
    #expect(root.content.publicKey.curve == curve)
    #expect(root.content.publicKey.verifies(root.signature, of: root.body))
    let octets = try folder.read("VNDV7900001") + folder.read("VN79T0004200001")
    let chain = try CertificateChain(parsing: octets)
    #expect(chain.terminal.content.publicKey.curve == curve)
    #expect(chain.verifier.content.authorization.role == .verifierNonOfficial)
    #expect(chain.rights == [.canAllowed, .read(dataGroup: 4)])
    for day: UInt32 in [20_261_101, 20_261_121] { try chain.verify(from: anchor, on: try CVCFamily.day(day)) }
    #expect(throws: CertificateChainError.expired(chain.verifier.content.holder, chain.verifier.content.expiration)) {
      try chain.verify(from: anchor, on: try CVCFamily.day(20_261_122))
    }
    let other = try #require(try CVCFamily(curve).anchor())
    #expect(throws: CertificateChainError.refused(chain.verifier.content.holder)) {
      try chain.verify(from: other, on: try CVCFamily.day(20_261_110))
    }
  }

  @Test("What is made here, cvc-print reads and verifies", arguments: Curve.scheme)
  func ours(_ curve: Curve) throws {
    let folder = try OpenSSLCommand()
    var family = try CVCFamily(curve)
    // cvc-print goes by the real clock.
    let (first, last) = (try CVCFamily.day(20_200_101), try CVCFamily.day(20_991_231))
    (family.root.effective, family.verifier.effective, family.terminal.effective) = (first, first, first)
    (family.root.expiration, family.verifier.expiration, family.terminal.expiration) = (last, last, last)
    let root = try family.root.signed(by: family.rootKey)
    let chain = try family.chain()
    for certificate in [root, chain.verifier, chain.terminal] {
      try folder.write(certificate.bytes, to: certificate.content.holder.description)
    }
    for (certificate, role) in [(root, "CVCA"), (chain.verifier, "DV"), (chain.terminal, "Terminal")] {
      let name = certificate.content.holder.description
      let printed = try run(folder, "cvc-print", "--cvc-dir=./", "--cvc=" + name)
      #expect(printed.contains("CHR: " + name), "\(printed)")
      #expect(printed.contains("CAR: " + certificate.content.authority.description), "\(printed)")
      #expect(printed.contains(role + " certificate"), "\(role): \(printed)")
      #expect(printed.contains("Expiration Date: " + certificate.content.expiration.description), "\(printed)")
      #expect(printed.contains("certificate verified"), "\(name): \(printed)")
    }
    var forged = chain.terminal.bytes
    forged[forged.count - 1] ^= 1
    try folder.write(forged, to: "forged")
    let printed = try folder.run(program: "/usr/bin/cvc-print", ["--cvc-dir=./", "--cvc=forged"])
    #expect(!printed.output.contains("certificate verified"), "\(printed.output)")
  }

  @Test("cvc-print reads a request made here", arguments: Curve.scheme)
  func request(_ curve: Curve) throws {
    let folder = try OpenSSLCommand()
    let request = try CVCertificateRequest(
      holder: try CVCFamily.name("79BD003"), signer: try ECPrivateKey(generate: curve))
    try folder.write(request.bytes, to: "request")
    let printed = try run(folder, "cvc-print", "--csr=request")
    #expect(printed.contains("VN79BD00300001"), "\(printed)")
  }
}
