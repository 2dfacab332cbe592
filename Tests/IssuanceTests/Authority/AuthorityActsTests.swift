import CardCrypto
import CentreTestSupport
import Foundation
import Issuance
import SecureChannel
import Synchronization
import Testing

@Suite("Acts, revocations and what a cut-off leaves")
struct AuthorityActsTests {
  /// Keys that do not sign, or do not come into being, after so many.
  private final class FailingKeys: AuthorityKeys {
    private struct Lost: Error {}
    private struct Signer: ECSigner {
      let publicKey: ECPublicKey
      func sign(_ message: [UInt8], digest: Digest) throws(CryptoError) -> [UInt8] { throw .malformed("gone") }
    }
    private let base: AuthorityKeyFiles
    init(_ folder: String) { base = AuthorityKeyFiles(folder: folder) }

    func make(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner {
      Signer(publicKey: try base.make(holder, curve).publicKey)
    }
    func signer(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner {
      Signer(publicKey: try base.signer(holder, curve).publicKey)
    }
  }

  @Test("Cut off between key and register, nothing is half done, and the key is the next one's")
  func cutOff() throws {
    let scene = try AuthorityScene()
    let failing = try scene.open(keys: FailingKeys(scene.path))
    #expect(throws: CryptoError.self) { try failing.initialise() }
    #expect(try failing.certificates().isEmpty && failing.acts().isEmpty)
    let left = try AuthorityKeyFiles(folder: scene.path).signer(
      try #require(HolderReference(country: "VN", mnemonic: "ANSINH", sequence: "00001")), .p256)
    let authority = try scene.open()
    // On another curve the left key stands in nobody's way.
    let root = try authority.initialise(curve: .brainpoolP256r1)
    #expect(root.content.publicKey.curve == .brainpoolP256r1)
    for act in [
      { _ = try failing.renew() }, { _ = try failing.certifyVerifier(province: "79") },
    ] {
      #expect(throws: CryptoError.self) { try act() }
      #expect(try authority.certificates().count == 1 && authority.acts().count == 1)
    }
    let verifier = try authority.certifyVerifier(province: "79")
    #expect(verifier.content.holder.description == "VNDV7900001")
    #expect(left.publicKey.point != root.content.publicKey.point)
    #expect(try authority.check().isWhole)
  }

  @Test("The key of a first try is the key of the second")
  func sameKey() throws {
    let scene = try AuthorityScene()
    #expect(throws: CryptoError.self) { try scene.open(keys: FailingKeys(scene.path)).initialise() }
    let left = try AuthorityKeyFiles(folder: scene.path).signer(
      try #require(HolderReference(country: "VN", mnemonic: "ANSINH", sequence: "00001")), .p256)
    #expect(try scene.open().initialise().content.publicKey.point == left.publicKey.point)
  }

  @Test("A key that is not the one of its certificate signs nothing")
  func exchangedKey() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    let file = scene.path + "/VNDV7900001.p256.keys"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: KeyFileError.self) { try authority.terminal() }
    let holder = try #require(HolderReference(country: "VN", mnemonic: "DV79", sequence: "00001"))
    _ = try AuthorityKeyFiles(folder: scene.path).make(holder, .p256)
    #expect(throws: CryptoError.self) { try authority.terminal() }
    #expect(try authority.certificates().count == 2)
  }

  @Test("Every act is there with who, when, what and why, each with the hash of the one before")
  func acts() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    let chain = try authority.terminal()
    let reference = chain.terminal.content.holder.description
    _ = try scene.open(actor: "người khác").revoke(reference, reason: "mất máy")
    let pending = try #require(try authority.pendingRevocations().first)
    #expect(pending.keyHash == chain.terminal.content.publicKey.hash && pending.terminal == "VN79T00001")
    try authority.markTold(pending)
    try authority.markTold(pending)
    #expect(try authority.pendingRevocations().isEmpty)
    let acts = try authority.acts()
    #expect(acts.map(\.what) == ["root", "verifier", "terminal", "revocation", "told"])
    #expect(acts.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(acts[3].actor == "người khác" && acts[3].reason == "mất máy" && acts[3].reference == reference)
    #expect(acts[2].certificateHash == Digest.sha256.hash(chain.terminal.bytes))
    #expect(zip(acts, acts.dropFirst()).allSatisfy { $1.previous == $0.hash })
    let check = try authority.check()
    #expect(check.acts == 5 && check.isWhole)
  }

  @Test(
    "A register that was changed is found, and signs no more",
    arguments: [
      ("UPDATE act SET actor = 'ai khác' WHERE sequence = 2", 2, []),
      ("UPDATE act SET reason = '' WHERE sequence = 4", 4, []),
      ("UPDATE act SET time = time + 1 WHERE sequence = 1", 1, []),
      ("UPDATE act SET certificate_hash = zeroblob(32) WHERE sequence = 3", 3, ["VN79T0000100001"]),
      ("DELETE FROM act WHERE sequence = 1", 1, ["VNANSINH00001"]),
      ("DELETE FROM act WHERE sequence = 2", 2, ["VNDV7900001"]),
      ("DELETE FROM act WHERE sequence = 4", nil, ["VN79T0000100001"]),
      ("DELETE FROM certificate WHERE reference = 'VN79T0000100001'", 3, []),
      ("UPDATE certificate SET state = 'issued'", nil, ["VN79T0000100001"]),
      ("UPDATE certificate SET state = 'revoked'", nil, ["VNANSINH00001", "VNDV7900001"]),
      (
        "UPDATE certificate SET octets = (SELECT octets FROM certificate WHERE kind = 'root') WHERE kind = 'verifier'",
        2, ["VNDV7900001"]
      ),
      ("UPDATE certificate SET octets = x'00' WHERE kind = 'verifier'", 2, ["VNDV7900001"]),
      ("UPDATE certificate SET reference = 'VNDV7900002' WHERE kind = 'verifier'", 2, ["VNDV7900002"]),
      ("UPDATE certificate SET kind = 'link' WHERE kind = 'root'", 1, ["VNANSINH00001"]),
    ] as [(String, Int64?, [String])])
  func changed(_ sql: String, _ broken: Int64?, _ strays: [String]) throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    _ = try authority.terminal()
    _ = try authority.revoke("VN79T0000100001", reason: "mất máy")
    #expect(try authority.check().isWhole)
    try scene.tamper(sql)
    let check = try authority.check()
    #expect(check.brokenAct == broken && check.strays == strays, "\(check)")
    #expect { try authority.certifyVerifier(province: "01") } throws: { error in
      if case AuthorityError.actsBroken = error { true } else { false }
    }
    #expect(try authority.check() == check)
  }

  @Test("The database itself refuses to change or remove acts and certificates")
  func triggers() throws {
    let scene = try AuthorityScene()
    _ = try scene.begun("79")
    for sql in [
      "UPDATE act SET actor = 'x'", "DELETE FROM act", "DELETE FROM certificate",
      "UPDATE certificate SET octets = x'00'",
    ] {
      #expect(throws: (any Error).self, "\(sql)") { try scene.execute(sql) }
    }
  }

  @Test("A revoked terminal is not renewed, under no verifier and no name")
  func revokedTerminal() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    let key = try ECPrivateKey(generate: .p256)
    _ = try authority.terminal(key)
    let second = try authority.terminal(key).terminal.content.holder
    let revocation = try authority.revoke("VN79T0000100001", reason: "mất máy")
    #expect(revocation.minimumVerifierDate == nil)
    #expect(try authority.certificates().filter(\.isRevoked).count == 2)
    #expect(throws: AuthorityError.revoked(second)) { try authority.terminal(key) }
    #expect(throws: AuthorityError.revoked(second)) { try authority.revoke(second.description, reason: "lại") }
    _ = try authority.certifyVerifier(province: "79")
    #expect(throws: AuthorityError.revoked(second)) { try authority.terminal(key) }
    #expect(try authority.terminal().terminal.content.holder.description == "VN79T0000200001")
    #expect(throws: AuthorityError.unknownReference("VN79T0000900001")) {
      try authority.revoke("VN79T0000900001", reason: "x")
    }
    let root = try authority.anchor().holder
    #expect(throws: AuthorityError.notRevocable(root)) { try authority.revoke(root.description, reason: "x") }
  }

  @Test("A revoked verifier signs nothing; cards get the day after it was signed, and it begins anew from there")
  func revokedVerifier() throws {
    let scene = try AuthorityScene("2026-11-05")
    let authority = try scene.begun("79", "01")
    let revocation = try authority.revoke("VNDV7900001", reason: "khóa bị lộ")
    let (revoked, minimum) = (revocation.certificate.holder, try AuthorityScene.day("2026-11-06"))
    #expect(revocation.minimumVerifierDate == minimum && revocation.refusedVerifiers == ["VNDV0100001"])
    #expect(throws: AuthorityError.revoked(revoked)) { try authority.terminal() }
    #expect(throws: AuthorityError.revoked(revoked)) { try authority.certifyVerifier(province: "79") }
    #expect(throws: AuthorityError.tooEarly(minimum)) {
      try authority.certifyVerifier(province: "79", afterRevocation: true)
    }
    // Cards would refuse the other province's from the same day.
    let other = try #require(HolderReference(country: "VN", mnemonic: "DV01", sequence: "00001"))
    #expect(throws: AuthorityError.expired(other, minimum)) { try authority.terminal(province: "01") }
    try scene.set("2026-11-06")
    let verifier = try authority.certifyVerifier(province: "79", afterRevocation: true)
    #expect(verifier.content.holder.description == "VNDV7900002" && verifier.content.effective == minimum)
    _ = try authority.terminal()
    _ = try authority.certifyVerifier(province: "01")
    _ = try authority.terminal(province: "01")
    #expect(try authority.minimumVerifierDate() == minimum && authority.check().isWhole)
  }

  @Test("Two officers at once get two names")
  func together() async throws {
    let scene = try AuthorityScene()
    _ = try scene.begun("79")
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask { try scene.open().terminal().terminal.content.holder.description }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(names.count == 8)
    #expect(try scene.open().check().isWhole)
  }
}
