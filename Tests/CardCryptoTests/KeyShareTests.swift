import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Shares as files and on paper, and what they restore.
@Suite struct KeyShareTests {
  private static let cheap = Scrypt.Cost(n: 2, r: 1, p: 1)
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func finish() { try? FileManager.default.removeItem(atPath: folder) }

  private static func passphrase(_ holder: Int) -> SecretBytes { SecretBytes(Array("người giữ \(holder)".utf8)) }

  private static func material() throws -> IssuerKeyMaterial {
    try IssuerKeyMaterial(fresh: IssuerKeyName.masters(1) + [.certificate(generation: 1)])
  }

  private func error(_ body: () throws -> Void) -> KeyShareError? {
    do {
      try body()
    } catch let error as KeyShareError {
      return error
    } catch {
      Issue.record("\(error)")
    }
    return nil
  }

  @Test("Three of five, from files: every three restore the same keys, two don't")
  func files() throws {
    defer { finish() }
    let (set, made) = try KeyShareSet.make(threshold: 3, count: 5)
    let material = try Self.material()
    try OwnerFile.create(folder + "/backup", KeyBackup(material, for: set).octets)
    for share in made {
      try share.write(
        folder + "/\(share.index)", passphrase: Self.passphrase(Int(share.index)), cost: Self.cheap)
    }
    let backup = try KeyBackup(path: folder + "/backup")
    #expect(backup.set == set && set.count == 5)
    let shares = try (1...5).map { try KeyShare(path: folder + "/\($0)", passphrase: Self.passphrase($0)) }
    for subset in (0..<32).map({ bits in (0..<5).filter { bits >> $0 & 1 == 1 } }) {
      let some = subset.map { shares[$0] }.shuffled()
      guard subset.count >= 3 else {
        #expect(error { _ = try backup.restore(some) } == .tooFew(given: subset.count, needed: 3))
        continue
      }
      let restored = try backup.restore(some)
      #expect(try restored.checkValues() == material.checkValues())
      for name in material.names {
        let isSame = try restored.records.secret(name.text).isEqual(to: material.records.secret(name.text))
        #expect(isSame)
      }
    }
    // Keys of a later generation go under the same shares, whose holders are not there.
    let later = try IssuerKeyMaterial(fresh: IssuerKeyName.masters(2))
    let next = try KeyBackup(later, for: backup.set)
    #expect(try next.restore(Array(shares.prefix(3))).checkValues() == later.checkValues())
  }

  @Test("The share to blame is named: of another ceremony, changed, twice, under another passphrase")
  func blame() throws {
    defer { finish() }
    let (set, shares) = try KeyShareSet.make(threshold: 2, count: 3)
    let (_, others) = try KeyShareSet.make(threshold: 2, count: 3)
    let backup = try KeyBackup(Self.material(), for: set)
    #expect(error { _ = try backup.restore([shares[0], others[1]]) } == .otherSet(share: 2))
    #expect(error { _ = try backup.restore([shares[2], shares[2]]) } == .duplicate(share: 3))
    for octet in [0, 30, 65] {
      var value = shares[1].share.value.withOctets { $0 }
      value[octet] ^= 1
      let changed = KeyShare(
        setID: set.id, threshold: 2, count: 3, share: SecretShare(index: 2, value: SecretBytes(value)))
      #expect(error { _ = try backup.restore([shares[0], changed]) } == .notGenuine(share: 2))
      #expect(error { _ = try backup.restore(shares + [changed]) } == .notGenuine(share: 2))
    }
    let path = folder + "/a"
    try shares[0].write(path, passphrase: Self.passphrase(1), cost: Self.cheap)
    #expect(
      error { _ = try KeyShare(path: path, passphrase: Self.passphrase(2)) } == .wrongPassphrase(path: path))
    let octets = try OwnerFile.read(path)
    for place in [20, 50, 65, octets.count - 50, octets.count - 1] {
      var changed = octets
      changed[place] ^= 0x10
      try OwnerFile.replace(path, changed)
      #expect(error { _ = try KeyShare(path: path, passphrase: Self.passphrase(1)) } == .damaged(path: path))
    }
    try OwnerFile.replace(path, Array("ANSINHK2".utf8) + octets.dropFirst(8))
    #expect(error { _ = try KeyShare(path: path, passphrase: Self.passphrase(1)) } == .malformed(path: path))
    for (threshold, count) in [(1, 1), (1, 3), (3, 2), (2, 33)] {
      #expect(error { _ = try KeyShareSet.make(threshold: threshold, count: count) } == .parameters)
    }
  }

  @Test("A share on paper is read back as a person types it; a mistake is told by its line")
  func paper() throws {
    defer { finish() }
    let (set, shares) = try KeyShareSet.make(threshold: 2, count: 3)
    let text = shares[1].printed.withOctets { String(decoding: $0, as: UTF8.self) }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 12 && lines[0] == "ANSINH-SHARE-1")
    #expect(lines.dropFirst().allSatisfy { $0.contains(" - ") && $0.count <= 30 })
    let path = folder + "/paper"
    func read(_ text: String) throws -> KeyShare {
      try OwnerFile.replace(path, Array(text.utf8))
      #expect(try KeyShare.isPrinted(path) == text.hasPrefix("ANSINH-SHARE-1"))
      return try KeyShare(printed: path)
    }
    for typed in [
      text, text.replacingOccurrences(of: "\n", with: "\r\n\r\n"),
      "ANSINH-SHARE-1\n"
        + lines.dropFirst().joined(separator: "\n").lowercased().replacingOccurrences(
          of: " ", with: "  "),
    ] {
      let share = try read(typed)
      #expect(share.fingerprint == set.fingerprints[1] && share.index == 2 && share.threshold == 2)
    }
    // Every digit of every line typed wrong.
    for (number, line) in lines.enumerated().dropFirst() {
      for (place, digit) in line.enumerated() where digit.isHexDigit {
        var characters = Array(line)
        characters[place] = digit == "7" ? "8" : "7"
        var typed = lines.map(String.init)
        typed[number] = String(characters)
        let wrong = typed.joined(separator: "\n")
        #expect(error { _ = try read(wrong) } == .line(number, path: path), "\(number), \(place)")
      }
    }
    #expect(
      error { _ = try read(([lines[0], lines[2], lines[1]] + lines[3...]).joined(separator: "\n")) }
        == .line(1, path: path))
    for length in 0..<lines.count {
      #expect(error { _ = try read(lines.prefix(length).joined(separator: "\n")) } == .malformed(path: path))
    }
  }

  @Test("A backup cut off or changed anywhere opens nothing")
  func backup() throws {
    defer { finish() }
    let (set, shares) = try KeyShareSet.make(threshold: 2, count: 2)
    let octets = try KeyBackup(Self.material(), for: set).octets
    let path = folder + "/backup"
    for length in stride(from: 0, to: octets.count, by: 7) {
      try OwnerFile.replace(path, Array(octets.prefix(length)))
      #expect(error { _ = try KeyBackup(path: path) } == .backup(path: path))
    }
    let body = Array(octets.dropLast(32))
    for place in stride(from: 0, to: body.count, by: 3) {
      var changed = body
      changed[place] ^= 1 << UInt8(place % 8)
      // As somebody would who knows the layout.
      try OwnerFile.replace(path, changed + Digest.sha256.hash(changed))
      #expect(throws: (any Error).self, "\(place)") {
        _ = try KeyBackup(path: path).restore(shares)
      }
    }
    try OwnerFile.replace(path, octets)
    _ = try KeyBackup(path: path).restore(shares)
  }

  @Test("Neither a backup nor a share file shows a key, a share or the backup key")
  func nothingReadable() throws {
    defer { finish() }
    let (set, shares) = try KeyShareSet.make(threshold: 2, count: 2)
    let material = try Self.material()
    var files = [Data(try KeyBackup(material, for: set).octets)]
    var secrets: [[UInt8]] = []
    for name in material.names { secrets.append(try material.records.secret(name.text).withOctets { $0 }) }
    for share in shares {
      try share.write(folder + "/\(share.index)", passphrase: Self.passphrase(1), cost: Self.cheap)
      files.append(Data(try OwnerFile.read(folder + "/\(share.index)")))
      secrets.append(share.share.value.withOctets { Array($0.suffix(32)) })
    }
    secrets.append(try set.restore(shares).exportScalar().withOctets { $0 })
    for secret in secrets {
      for file in files { #expect(file.range(of: Data(secret)) == nil) }
    }
  }
}
