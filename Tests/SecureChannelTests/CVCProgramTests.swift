import CardCrypto
import CardTestSupport
import EACPeer
import Foundation
import ISO7816
import SecureChannel
import Testing

private enum CVCProgram {
  static let create = "/usr/bin/cvc-create"
  static let print = "/usr/bin/cvc-print"
  static let areInstalled = [create, print].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Card-verifiable certificates against OpenPACE's programs.
@Suite("Certificates with cvc-create and cvc-print", .enabled(if: CVCProgram.areInstalled, "needs openpace"))
struct CVCProgramTests {
  private let folder: OpenSSLCommand
  init() throws { folder = try OpenSSLCommand() }

  /// One certificate by cvc-create; `signer` names the files of the one who signs.
  private func create(
    _ role: String, _ reference: String, _ name: String, key: ECPrivateKey, signer: String?, _ rights: [String]
  ) throws -> [UInt8] {
    try folder.write(PeerScene.pkcs8(key), to: name + ".key")
    let made = try folder.run(
      program: CVCProgram.create,
      [
        "--role=" + role, "--type=at", "--chr=" + reference, "--key=\(name).key", "--out-cert=\(name).cv",
        "--sign-with=\(signer ?? name).key", "--scheme=ECDSA_SHA_256", "--issued=260101", "--expires=281231",
      ] + (signer.map { ["--sign-as=\($0).cv"] } ?? []) + rights)
    #expect(made.status == 0, "\(made.output)")
    return try folder.read(name + ".cv")
  }

  @Test("A chain by cvc-create reads octet for octet and opens our card and OpenPACE's", arguments: Curve.scheme)
  func chainOfTheirs(_ curve: Curve) async throws {
    let scene = try PeerScene(curve)
    let files = try [
      create("cvca", "VNCVCA00001", "cvca", key: scene.authorityKey, signer: nil, ["--chat=FFFFFFFFFF"]),
      create("dv_foreign", "VNDV0100001", "dv", key: scene.verifierKey, signer: "cvca", ["--chat=7FFFFFFFFF"]),
      create(
        "terminal", "VNTERM00001", "terminal", key: scene.terminalKey, signer: "dv",
        ["--can-allowed", "--read-dg4", "--read-dg8"]),
    ]
    let certificates = try files.map { try CVCertificate(parsing: $0, curve: curve) }
    #expect(certificates.map(\.bytes) == files)
    // What they say is what our own certificates of the same hierarchy say.
    #expect(certificates.map(\.content) == [scene.authority, scene.verifier, scene.terminal].map(\.content))
    for (certificate, key) in zip(certificates, [scene.authorityKey, scene.authorityKey, scene.verifierKey]) {
      let signer = CVPublicKey(scheme: .ecdsaSHA256, curve: curve, point: key.publicKey.point)
      #expect(signer.verifies(certificate.signature, of: certificate.body))
    }

    let pace = PACEParameters.ecdhGMAES128(curve)
    let credential = try #require(
      TerminalCredential(verifier: certificates[1], terminal: certificates[2], signer: scene.terminalKey))
    let ours = try scene.card(pace, anchor: certificates[0])
    let theirs = scene.openPACECard(pace, anchor: certificates[0])
    for card in [ours, theirs] as [any CardChannel] {
      let session = try await PACETerminal(card, parameters: pace).run(
        .can, password: SecretBytes(PeerScene.can),
        request: RequestedAuthorization(HolderAuthorization(.terminal, .all)))
      _ = try await TerminalAuthenticator(session.channel).run(credential, in: session, curve: curve)
    }
    #expect(await ours.terminal?.rights == PeerScene.rights)
    #expect(await theirs.authenticatedTerminal == Array("VNTERM00001".utf8))
  }

  @Test("cvc-print reads our certificates and verifies the chain, and not a changed one", arguments: Curve.scheme)
  func chainOfOurs(_ curve: Curve) throws {
    let scene = try PeerScene(curve)
    try folder.write(scene.authority.bytes, to: "VNCVCA00001")
    try folder.write(scene.verifier.bytes, to: "VNDV0100001")
    try folder.write(scene.terminal.bytes, to: "terminal.cv")
    let printed = try folder.run(program: CVCProgram.print, ["--cvc=terminal.cv", "--cvc-dir=."])
    #expect(printed.status == 0)
    let lines = printed.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      lines == [
        "Certificate:", "Profile identifier: 0", "CAR: VNDV0100001", "CHR: VNTERM00001", "CHAT:",
        "Authentication terminal", "CAN allowed", "Read DG 4 (Given Names)", "Read DG 8 (Date of Birth)",
        "Terminal certificate", "Effective Date: 2026-01-01", "Expiration Date: 2028-12-31", "certificate verified",
      ])
    var changed = scene.terminal.bytes
    changed[changed.count - 1] ^= 1
    try folder.write(changed, to: "terminal.cv")
    let refused = try folder.run(program: CVCProgram.print, ["--cvc=terminal.cv", "--cvc-dir=."])
    #expect(refused.output.contains("certificate not verified"))
    #expect(refused.output.contains("CHR: VNTERM00001"))
  }
}
