import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Key files, plain and under a passphrase.
@Suite struct KeyFileTests {
  /// Little work, so that thousands of tries take no time.
  private static let cheap = Scrypt.Cost(n: 2, r: 1, p: 1)

  private let folder: String
  private var path: String { folder + "/keys" }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func finish() { try? FileManager.default.removeItem(atPath: folder) }

  private static func passphrase(_ text: String = "bốn từ không ai đoán") -> SecretBytes {
    SecretBytes(Array(text.utf8))
  }

  private static func records() throws -> SecretRecords {
    try SecretRecords { content throws(CryptoError) in
      content.add("a", SecretBytes([1, 2, 3]))
      content.add("b", SecretBytes([UInt8](repeating: 0xA5, count: 255)))
      content.add("", SecretBytes([]))
    }
  }

  private func make() throws -> [UInt8] {
    let file = try KeyFile(creating: path, Self.records(), passphrase: Self.passphrase(), cost: Self.cheap)
    #expect(file.isSealed)
    return try OwnerFile.read(path)
  }

  /// What opening `octets` fails with; from memory, as flushing thousands of files takes its time.
  private func failure(_ octets: [UInt8], _ passphrase: String = "bốn từ không ai đoán") -> KeyFileError? {
    do throws(SealError) {
      let seal = try PassphraseSeal(of: octets, magic: KeyFile.sealedMagic, passphrase: Self.passphrase(passphrase))
      _ = try seal.open(octets)
      return nil
    } catch {
      return KeyFileError(error, path: path)
    }
  }

  private static func isDamage(_ error: KeyFileError?) -> Bool {
    switch error {
    case .damaged, .malformed: true
    default: false
    }
  }

  @Test("What was put in comes out, in the same order")
  func roundTrip() throws {
    defer { finish() }
    let octets = try make()
    let file = try KeyFile(opening: path, passphrase: Self.passphrase())
    #expect(file.records.names == ["a", "b", ""])
    #expect(try file.secret("a").withOctets { $0 } == [1, 2, 3])
    #expect(try file.secret("b").count == 255)
    #expect(try file.secret("").count == 0)
    #expect(throws: KeyFileError.self) { _ = try file.secret("c") }
    #expect(KeyFile.form(path) == .sealed)
    // Nothing of it can be read: neither a name nor a secret.
    #expect(octets.count == 60 + 12 + 8 + 6 + 258 + 2 + 16 + 32)
    #expect(Data(octets).range(of: Data([UInt8](repeating: 0xA5, count: 8))) == nil)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("The layout, made by hand from scrypt, CMAC, AES-GCM and SHA-256")
  func layout() throws {
    defer { finish() }
    let octets = try make()
    #expect(Array(octets.prefix(12)) == Array("ANSINHK2".utf8) + [1, 1, 1, 1])
    let derived = try Scrypt.derive(
      Self.passphrase(), salt: Array(octets[12..<44]), cost: Self.cheap, length: 64
    ).withOctets { $0 }
    #expect(try CMAC.tag(octets.prefix(44), key: SecretBytes(derived[32...])) == Array(octets[44..<60]))
    let plain = try AESGCM.open(
      Array(octets[72..<octets.count - 32]), key: SecretBytes(derived[..<32]), nonce: Array(octets[60..<72]),
      associated: Array(octets[..<72]))
    #expect(plain.starts(with: Array("ANSINHK1".utf8) + [1, 0x61, 3, 1, 2, 3]))
    #expect(Digest.sha256.hash(Array(octets.dropLast(32))) == Array(octets.suffix(32)))
  }

  @Test("Cut off at every octet, every bit turned over: damaged, never a wrong passphrase and never open")
  func damage() throws {
    defer { finish() }
    let octets = try make()
    for length in 0..<octets.count {
      guard Self.isDamage(failure(Array(octets.prefix(length)))) else {
        Issue.record("cut off at \(length)")
        return
      }
    }
    for bit in 0..<octets.count * 8 {
      var changed = octets
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      guard Self.isDamage(failure(changed)) else {
        Issue.record("bit \(bit) of octet \(bit / 8)")
        return
      }
    }
    guard case .damaged? = failure(octets + [0]) else {
      Issue.record("an octet more")
      return
    }
  }

  @Test("Every bit turned over and the hash made anew: never open, and a cost without bounds is not paid")
  func tampering() throws {
    defer { finish() }
    let body = Array(try make().dropLast(32))
    for bit in 0..<body.count * 8 {
      var changed = body
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let place = bit / 8
      switch (place, failure(changed + Digest.sha256.hash(changed))) {
      case (0..<8, .malformed?), (8..<12, .malformed?), (9..<60, .wrongPassphrase?), (60..., .damaged?): break
      case (_, let error): Issue.record("bit \(bit) of octet \(place): \(error.map { "\($0)" } ?? "opened")")
      }
    }
    for (n, r, p) in [(UInt8(24), UInt8(8), UInt8(1)), (1, 0, 1), (1, 1, 0), (0, 1, 1), (25, 1, 1), (20, 64, 64)] {
      var changed = body
      changed.replaceSubrange(9..<12, with: [n, r, p])
      guard case .malformed? = failure(changed + Digest.sha256.hash(changed)) else {
        Issue.record("paid \(n) \(r) \(p)")
        return
      }
    }
  }

  @Test("A wrong passphrase is told from a damaged file")
  func wrongPassphrase() throws {
    defer { finish() }
    let octets = try make()
    for passphrase in ["", "bốn từ không ai đoá", "Bốn từ không ai đoán", "bốn từ không ai đoán "] {
      guard case .wrongPassphrase? = failure(octets, passphrase) else {
        Issue.record("\(passphrase)")
        return
      }
    }
    do {
      _ = try KeyFile(opening: path)
      Issue.record("opened without a passphrase")
    } catch KeyFileError.passphraseNeeded {}
    do {
      _ = try KeyFile(opening: path, passphrase: Self.passphrase("khác"))
      Issue.record("opened with another passphrase")
    } catch KeyFileError.wrongPassphrase(path: path) {}
  }

  @Test("Another passphrase: the old one opens nothing, the secrets are the same, the salt is new")
  func change() throws {
    defer { finish() }
    let before = try make()
    let file = try KeyFile(opening: path, passphrase: Self.passphrase())
    _ = try file.sealed(with: Self.passphrase("mới"), cost: Self.cheap)
    let after = try OwnerFile.read(path)
    #expect(after[12..<44] != before[12..<44])
    guard case .wrongPassphrase? = failure(after) else {
      Issue.record("opened")
      return
    }
    let opened = try KeyFile(opening: path, passphrase: Self.passphrase("mới"))
    #expect(opened.records.names == file.records.names)
    #expect(FileManager.default.fileExists(atPath: path + ".new") == false)
  }

  @Test("More secrets are added under the same passphrase, with a nonce of their own")
  func adding() throws {
    defer { finish() }
    let before = try make()
    let more = try SecretRecords { content throws(CryptoError) in content.add("c", SecretBytes([9])) }
    let file = try KeyFile(opening: path, passphrase: Self.passphrase()).adding(more)
    #expect(file.records.names == ["a", "b", "", "c"])
    let after = try OwnerFile.read(path)
    #expect(after[..<60] == before[..<60])
    #expect(after[60..<72] != before[60..<72])
    #expect(try KeyFile(opening: path, passphrase: Self.passphrase()).secret("c").withOctets { $0 } == [9])
  }

  @Test("A plain file is never written over, and can be put under a passphrase")
  func plain() throws {
    defer { finish() }
    let made = try KeyFile(creating: path, Self.records())
    #expect(!made.isSealed && KeyFile.form(path) == .plain)
    do {
      _ = try KeyFile(creating: path, Self.records(), passphrase: Self.passphrase(), cost: Self.cheap)
      Issue.record("written over")
    } catch KeyFileError.exists {}
    let octets = try OwnerFile.read(path)
    for length in 0..<octets.count where ![8, 14, 272].contains(length) {
      #expect(throws: (any Error).self, "\(length)") {
        try SecretRecords(parsing: SecretBytes(Array(octets.prefix(length))))
      }
    }
    _ = try made.sealed(with: Self.passphrase(), cost: Self.cheap)
    #expect(try KeyFile(opening: path, passphrase: Self.passphrase()).secret("a").count == 3)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    do {
      _ = try KeyFile(opening: path, passphrase: Self.passphrase())
      Issue.record("read by the group")
    } catch KeyFileError.permissions {}
  }

  @Test("Room for more secrets than a first page holds")
  func many() throws {
    let records = try SecretRecords { content throws(CryptoError) in
      for number in 0..<100 {
        content.add("\(number)", SecretBytes([UInt8](repeating: UInt8(number), count: 200)))
      }
    }
    #expect(records.names == (0..<100).map { "\($0)" })
    #expect(try records.secret("99").withOctets { $0 } == [UInt8](repeating: 99, count: 200))
  }
}
