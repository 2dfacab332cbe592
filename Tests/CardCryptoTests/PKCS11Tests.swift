import CPKCS11
import Foundation
import Testing

@testable import CardCrypto

/// Keys in a real token.
@Suite(.serialized, .enabled(if: SoftHSM.isExpected, "no SoftHSM")) struct PKCS11Tests {
  static let label = "Cấp thẻ"
  let store: SoftHSM

  init() throws {
    store = try SoftHSM()
    try store.add(Self.label)
  }

  /// What opening a token with these fails with.
  private func failure(
    module: String = SoftHSM.modulePath, label: String = label, pin: String = SoftHSM.pin
  ) -> PKCS11Error? {
    do throws(PKCS11Error) {
      _ = try PKCS11Token(modulePath: module, label: label, pin: SecretBytes(Array(pin.utf8)))
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [Curve.p256, .brainpoolP256r1], [Digest.sha1, .sha256, .sha512])
  func signaturesVerify(_ curve: Curve, _ digest: Digest) throws {
    let key = try store.open(Self.label).generateKey(label: "chứng thư", curve: curve)
    #expect(key.publicKey.curve == curve)
    let message = Array("lệnh chi".utf8)
    let signature = try key.sign(message, digest: digest)
    #expect(signature.count == 64)
    // Built from the octets alone, as whoever gets the public key would.
    let publicKey = try ECPublicKey(curve, point: key.publicKey.point)
    #expect(publicKey.verify(signature, of: message, digest: digest))
    #expect(!publicKey.verify(signature, of: message + [0], digest: digest))
    #expect(try key.sign([]) != key.sign([]))
  }

  @Test func keySurvivesReopening() throws {
    let point = try store.open(Self.label).generateKey(label: "a", curve: .p256).publicKey.point
    // Nobody holds the token any more: the module is finalised and reads its store anew.
    let token = try store.open(Self.label)
    _ = try token.generateKey(label: "b", curve: .brainpoolP256r1)
    let key = try token.key(label: "a")
    #expect(key.publicKey.point == point)
    #expect(key.publicKey.verify(try key.sign([1, 2, 3]), of: [1, 2, 3]))
    #expect(try token.keyLabels() == ["a", "b"])
  }

  @Test func keyStaysInTheToken() throws {
    let token = try store.open(Self.label)
    let key = try token.generateKey(label: "a", curve: .p256)
    let told: [(UInt, UInt8)] = [
      (CKA_SENSITIVE, 1), (CKA_ALWAYS_SENSITIVE, 1), (CKA_EXTRACTABLE, 0), (CKA_NEVER_EXTRACTABLE, 1), (CKA_PRIVATE, 1),
      (CKA_TOKEN, 1), (CKA_SIGN, 1), (CKA_LOCAL, 1), (CKA_DECRYPT, 0), (CKA_UNWRAP, 0), (CKA_DERIVE, 0),
    ]
    for (type, value) in told { #expect(try token.attribute(type, of: key.handle) == [value], "\(type)") }
    #expect(throws: PKCS11Error.refused(function: "C_GetAttributeValue", code: .attributeSensitive)) {
      try token.attribute(CKA_VALUE, of: key.handle)
    }
  }

  @Test func wrongPIN() throws {
    for pin in ["270317", "27031", "", String(repeating: "1", count: 300)] { #expect(failure(pin: pin) == .wrongPIN) }
    #expect(failure() == nil)
  }

  @Test func unknownToken() throws {
    try store.add("Khác")
    guard case .noSuchToken("cấp thẻ", let present)? = failure(label: "cấp thẻ") else {
      Issue.record("found a token")
      return
    }
    #expect(Set(present).isSuperset(of: [Self.label, "Khác"]))
    try store.add("Khác")
    #expect(failure(label: "Khác") == .severalTokens(label: "Khác"))
  }

  @Test func labelsOfKeys() throws {
    let token = try store.open(Self.label)
    #expect(throws: PKCS11Error.noSuchKey(label: "a", present: [])) { try token.key(label: "a") }
    _ = try token.generateKey(label: "a", curve: .p256)
    #expect(throws: PKCS11Error.noSuchKey(label: "A", present: ["a"])) { try token.key(label: "A") }
    #expect(throws: PKCS11Error.keyExists(label: "a")) { try token.generateKey(label: "a", curve: .p256) }
    #expect(try token.keyLabels() == ["a"])
  }

  @Test func notAModule() throws {
    try "text".write(toFile: store.path("text.so"), atomically: true, encoding: .utf8)
    for path in [store.path("text.so"), store.path("none.so")] {
      guard case .moduleNotLoaded(path, let reason)? = failure(module: path) else {
        Issue.record("loaded \(path)")
        return
      }
      #expect(!reason.isEmpty)
    }
    #expect(failure(module: "libc.so.6") == .notPKCS11(path: "libc.so.6"))
  }

  @Test func concurrentSignatures() async throws {
    let token = try store.open(Self.label)
    let keys = [
      try token.generateKey(label: "a", curve: .p256), try token.generateKey(label: "b", curve: .brainpoolP256r1),
    ]
    let verified = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<UInt8(200) {
        group.addTask {
          let key = keys[Int(number % 2)]
          return key.publicKey.verify(try key.sign([number]), of: [number])
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(verified == 200)
  }

  @Test func oneOfTwoSessionsEnds() throws {
    let kept = try store.open(Self.label)
    let key = try kept.generateKey(label: "a", curve: .p256)
    // The login of this process counts: a second one does not look at the PIN, and its end doesn't log out the first.
    #expect(failure(pin: "000000") == nil)
    #expect(try key.publicKey.verify(key.sign([1]), of: [1]))
    #expect(try store.open(Self.label).key(label: "a").publicKey.point == key.publicKey.point)
    #expect(try key.publicKey.verify(key.sign([2]), of: [2]))
  }

  @Test func signerOfCardSecurity() throws {
    let authority = try ECPrivateKey(generate: .p256)
    let root = try CertificateTests.issue(authority.publicKey, by: authority, isAuthority: true)
    let key = try store.open(Self.label).generateKey(label: "ký EF.CardSecurity", curve: .p256)
    let certificate = try CertificateTests.issue(
      key.publicKey, by: authority, subject: "Document Signer", issuer: CertificateTests.subject)
    let der = try SignedData.sign(
      content: [0x31, 0], contentType: SignedData.securityObject, certificate: certificate, key: key)
    let content = try SignedData.verify(
      der, contentType: SignedData.securityObject, trusted: [root], at: CertificateTests.notBefore)
    #expect(content == [0x31, 0])
  }

  @Test func lostSession() throws {
    let token = try store.open(Self.label)
    let key = try token.generateKey(label: "a", curve: .p256)
    let module = try PKCS11Module(path: SoftHSM.modulePath)
    let slot = try #require(try module.tokens().first { $0.label == Self.label }?.slot)
    #expect(module.functions.pointee.C_CloseAllSessions?(slot) == CKR_OK)
    let lost = PKCS11Error.lost(function: "C_SignInit", code: .sessionHandleInvalid)
    #expect(throws: CryptoError.token(lost)) { try key.sign([1]) }
    #expect("\(lost)" == "C_SignInit: session lost, CKR_SESSION_HANDLE_INVALID")
    // It stays lost; a new one works.
    #expect(throws: CryptoError.token(lost)) { try key.sign([1]) }
    #expect(try store.open(Self.label).key(label: "a").sign([1]).count == 64)
  }

  @Test(.enabled(if: SoftHSM.isPeerExpected, "no pkcs11-tool")) func peerMakesKeys() throws {
    for (id, curve) in ["prime256v1", "brainpoolP256r1", "secp384r1"].enumerated() {
      try store.peer(
        Self.label, ["--keypairgen", "--key-type", "EC:\(curve)", "--label", curve, "--id", "0\(id)"])
    }
    try store.peer(
      Self.label, ["--keypairgen", "--key-type", "EC:prime256v1", "--label", "prime256v1", "--id", "09"])
    let token = try store.open(Self.label)
    #expect(try token.keyLabels() == ["brainpoolP256r1", "prime256v1", "prime256v1", "secp384r1"])
    let key = try token.key(label: "brainpoolP256r1")
    #expect(key.publicKey.verify(try key.sign([7]), of: [7]))
    #expect(throws: PKCS11Error.unusableKey(label: "secp384r1")) { try token.key(label: "secp384r1") }
    #expect(throws: PKCS11Error.severalKeys(label: "prime256v1")) { try token.key(label: "prime256v1") }
  }

  @Test(.enabled(if: SoftHSM.isPeerExpected, "no pkcs11-tool")) func peerSeesOurs() throws {
    _ = try store.open(Self.label).generateKey(label: "của ta", curve: .p256)
    let listing = try store.peer(Self.label, ["--list-objects"])
    for text in [
      "Private Key Object; EC", "sensitive, always sensitive, never extractable, local", "label:      của ta",
      "Usage:      sign\n", "Usage:      verify\n",
    ] {
      #expect(listing.contains(text), "\(text) is not in:\n\(listing)")
    }
    let stranger = try store.peer(Self.label, loggedIn: false, ["--list-objects"])
    #expect(!stranger.contains("Private Key Object"), "\(stranger)")
  }

  @Test(.enabled(if: SoftHSM.isPeerExpected, "no pkcs11-tool")) func privateHalfAlone() throws {
    _ = try store.open(Self.label).generateKey(label: "a", curve: .p256)
    try store.peer(Self.label, ["--delete-object", "--type", "pubkey", "--label", "a"])
    let token = try store.open(Self.label)
    #expect(throws: PKCS11Error.unusableKey(label: "a")) { try token.key(label: "a") }
  }
}
