import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Encryption to a recipient, read by the system's `openssl` command.
@Suite(.enabled(if: OpenSSLCommand.isAvailable, "no openssl command")) struct EnvelopedDataTests {
  private let peer: OpenSSLCommand
  private let folder: String
  /// An hour from now: the certificates that the tests make are valid then.
  private static let now = Int64(Date().timeIntervalSince1970) + 3_600
  private static let content = Array("Số định danh: 003152000017\nHọ và tên: Nguyễn Thị Hòa\n".utf8)

  init() throws {
    peer = try OpenSSLCommand()
    folder = try peer.run(program: "/bin/pwd", []).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func run(_ arguments: [String]) throws {
    let outcome = try peer.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.output)")
  }

  /// A self-signed certificate in `name`.pem with its key in `name`.key; its octets.
  private func certificate(_ name: String, _ key: [String], _ options: [String] = []) throws -> [UInt8] {
    try run(
      ["req", "-x509", "-newkey"] + key + [
        "-sha256", "-nodes", "-keyout", name + ".key", "-subj", "/O=Sở Nội vụ/CN=Cán bộ dữ liệu", "-utf8", "-days",
        "2", "-out", name + ".pem",
      ] + options)
    return try peer.read(name + ".pem")
  }

  private static func curve(_ name: String) -> [String] { ["ec", "-pkeyopt", "ec_paramgen_curve:" + name] }

  /// `content` to the certificate of `name`, into `name`.cms, in parts.
  private func encrypt(_ content: [UInt8], to file: [UInt8], _ name: String, part: Int = 7) throws {
    let recipient = try RecipientCertificate(file, at: Self.now)
    let descriptor = open(folder + "/\(name).cms", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let writer = try EnvelopedDataWriter(to: recipient, descriptor: descriptor)
    var rest = content[...]
    while !rest.isEmpty {
      try writer.write(rest.prefix(part))
      rest = rest.dropFirst(part)
    }
    try writer.finish()
  }

  private func decrypt(_ name: String, key: String) throws -> OpenSSLCommand.Outcome {
    try peer.run(
      "cms", "-decrypt", "-binary", "-inform", "der", "-in", name + ".cms", "-recip", key + ".pem", "-inkey",
      key + ".key", "-out", name + ".out")
  }

  @Test(arguments: [
    ["rsa:2048"], ["rsa:3072"], curve("prime256v1"), curve("brainpoolP256r1"), curve("secp384r1"), curve("secp521r1"),
  ]) func theRecipientReadsIt(_ key: [String]) throws {
    let file = try certificate("a", key)
    try encrypt(Self.content, to: file, "a")
    let outcome = try decrypt("a", key: "a")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(try peer.read("a.out") == Self.content)
    let octets = try peer.read("a.cms")
    #expect(!Data(octets).contains(Data("Nguyễn".utf8)) && !Data(octets).contains(Data("003152000017".utf8)))
  }

  @Test func theAlgorithmsAreThoseDeclared() throws {
    try encrypt(Self.content, to: try certificate("r", ["rsa:2048"]), "r")
    try encrypt(Self.content, to: try certificate("e", Self.curve("secp384r1")), "e")
    func print(_ name: String) throws -> String {
      try peer.run("cms", "-cmsout", "-print", "-noout", "-inform", "der", "-in", name + ".cms").output
    }
    let (rsa, ec) = (try print("r"), try print("e"))
    for text in [rsa, ec] {
      #expect(text.contains("id-smime-ct-authEnvelopedData") && text.contains("aes-256-gcm"), "\(text)")
    }
    #expect(rsa.contains("rsaesOaep") && rsa.contains("sha256") && !rsa.contains("sha1"), "\(rsa)")
    #expect(ec.contains("dhSinglePass-stdDH-sha384kdf-scheme") && ec.contains("id-aes256-wrap"), "\(ec)")
    #expect(ec.contains("dhSinglePass-stdDH-sha384kdf-scheme") && !ec.contains("sha1"), "\(ec)")
  }

  @Test(arguments: [1, 16_383, 16_384, 16_385, 1_000_003]) func everyLengthIsWhole(_ length: Int) throws {
    let file = try certificate("a", Self.curve("prime256v1"))
    let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try encrypt(content, to: file, "a", part: 50_000)
    let outcome = try decrypt("a", key: "a")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(try peer.read("a.out") == content)
  }

  @Test func nobodyElseReadsIt() throws {
    let file = try certificate("a", Self.curve("prime256v1"))
    _ = try certificate("b", Self.curve("prime256v1"))
    _ = try certificate("c", ["rsa:2048"])
    try encrypt(Self.content, to: file, "a")
    for other in ["b", "c"] {
      #expect(try decrypt("a", key: other).status != 0)
      #expect((try? peer.read("a.out")).map { Data($0).contains(Data("Hòa".utf8)) } != true)
    }
    // The recipient's certificate beside another's key.
    let mixed = try peer.run(
      "cms", "-decrypt", "-inform", "der", "-in", "a.cms", "-recip", "a.pem", "-inkey", "b.key", "-out", "a.out")
    #expect(mixed.status != 0)
  }

  @Test func whatWasChangedOrCutIsRefused() throws {
    let file = try certificate("a", Self.curve("prime256v1"))
    try encrypt(Self.content, to: file, "a")
    let whole = try peer.read("a.cms")
    func isRefused(_ octets: [UInt8]) throws -> Bool {
      try peer.write(octets, to: "t.cms")
      return try decrypt("t", key: "a").status != 0
    }
    #expect(try !isRefused(whole))
    // The encrypted content, the ends of its coding and the tag are the last octets.
    for back in 1...(Self.content.count + 16) {
      var flipped = whole
      flipped[whole.count - back] ^= 0x01
      #expect(try isRefused(flipped), "bit \(back) octets before the end")
    }
    for length in stride(from: 0, to: whole.count, by: 9) {
      #expect(try isRefused(Array(whole.prefix(length))), "\(length) octets")
    }
  }

  @Test func twoMessagesShareNothing() throws {
    let file = try certificate("a", Self.curve("prime256v1"))
    try encrypt(Self.content, to: file, "a")
    try encrypt(Self.content, to: file, "b")
    #expect(try peer.read("a.cms").suffix(80) != peer.read("b.cms").suffix(80))
  }

  @Test func aFileThatTakesNoMoreIsAnError() throws {
    let recipient = try RecipientCertificate(try certificate("a", Self.curve("prime256v1")), at: Self.now)
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let writer = try EnvelopedDataWriter(to: recipient, descriptor: full)
    #expect(throws: CryptoError.self) {
      for _ in 0..<10 { try writer.write([UInt8](repeating: 7, count: 16_384)) }
      try writer.finish()
    }
    #expect(throws: CryptoError.self) { try writer.finish() }
  }

  @Test func anEndedMessageTakesNoMore() throws {
    let recipient = try RecipientCertificate(try certificate("a", Self.curve("prime256v1")), at: Self.now)
    let descriptor = open(folder + "/x.cms", O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    let writer = try EnvelopedDataWriter(to: recipient, descriptor: descriptor)
    // A message of nothing is none.
    #expect(throws: CryptoError.self) { try writer.finish() }
    try writer.write([7])
    try writer.finish()
    #expect(throws: CryptoError.self) { try writer.finish() }
    #expect(throws: CryptoError.self) {
      try writer.write([8])
      try writer.finish()
    }
  }

  @Test func weakKeysAreRefused() throws {
    func refusal(_ key: [String], _ options: [String] = []) throws -> RecipientError? {
      let file = try certificate("w", key, options)
      do throws(RecipientError) {
        _ = try RecipientCertificate(file, at: Self.now)
        return nil
      } catch {
        return error
      }
    }
    #expect(try refusal(["rsa:1024"]) == .weakKey("RSA 1024"))
    #expect(try refusal(["rsa:2047"]) == .weakKey("RSA 2047"))
    #expect(try refusal(Self.curve("secp224r1")) == .weakKey("secp224r1"))
    #expect(try refusal(["ed25519"]) == .unsupportedKey)
    #expect(try refusal(Self.curve("prime256v1") + ["-pkeyopt", "ec_param_enc:explicit"]) == .unsupportedKey)
    func usage(_ words: String) -> [String] { ["-addext", "keyUsage=critical,\(words)"] }
    #expect(try refusal(["rsa:2048"], usage("digitalSignature")) == .keyUsage)
    #expect(try refusal(["rsa:2048"], usage("keyAgreement")) == .keyUsage)
    #expect(try refusal(["rsa:2048"], usage("keyEncipherment")) == nil)
    #expect(try refusal(Self.curve("prime256v1"), usage("keyEncipherment,digitalSignature")) == .keyUsage)
    #expect(try refusal(Self.curve("prime256v1"), usage("keyAgreement")) == nil)
  }

  @Test func onlyNow() throws {
    let file = try certificate("a", Self.curve("prime256v1"))
    let recipient = try RecipientCertificate(file, at: Self.now)
    for (time, isValid) in [
      (recipient.notBefore - 1, false), (recipient.notBefore, true), (recipient.notAfter, true),
      (recipient.notAfter + 1, false),
    ] {
      #expect(((try? RecipientCertificate(file, at: time)) != nil) == isValid, "\(time)")
    }
    #expect(throws: RecipientError.expired(recipient.notAfter)) {
      try RecipientCertificate(file, at: recipient.notAfter + 1)
    }
    #expect(throws: RecipientError.notYetValid(recipient.notBefore)) {
      try RecipientCertificate(file, at: recipient.notBefore - 1)
    }
  }

  @Test func oneCertificateInEitherForm() throws {
    let pem = try certificate("a", Self.curve("prime256v1"))
    try run(["x509", "-in", "a.pem", "-outform", "der", "-out", "a.der"])
    let der = try peer.read("a.der")
    let one = try RecipientCertificate(pem, at: Self.now)
    #expect(try RecipientCertificate(der, at: Self.now).fingerprint == one.fingerprint)
    #expect(one.fingerprint == Digest.sha256.hash(der) && one.key == "prime256v1")
    #expect(one.subject == "CN=Cán bộ dữ liệu,O=Sở Nội vụ")
    var wrong = [pem + pem, der + [0], try peer.read("a.key") + pem, [], Array("-----BEGIN CERTIFICATE-----".utf8)]
    wrong += stride(from: 0, to: der.count, by: 1).map { Array(der.prefix($0)) }
    for file in wrong {
      #expect(throws: RecipientError.notCertificate) { try RecipientCertificate(file, at: Self.now) }
    }
    for place in der.indices {
      var flipped = der
      flipped[place] ^= 0x40
      // Whatever it says then, reading it ends.
      _ = try? RecipientCertificate(flipped, at: Self.now)
    }
  }
}
