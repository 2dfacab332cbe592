import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import ISO7816
import Testing

@testable import Issuance

/// An office's keys from the first ceremony to the last, in files.
@Suite("The office's keys")
struct OfficeKeysTests {
  private let folder: ScratchFolder
  private let keys: OfficeKeys
  private static let passphrase = "bốn từ không ai đoán"

  init() throws {
    folder = try ScratchFolder()
    keys = try Self.office(folder.path + "/office")
  }

  private static func office(_ path: String) throws -> OfficeKeys {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return OfficeKeys(folder: path, issuerName: "Cơ quan cấp thẻ")
  }

  private static func secret(_ text: String = passphrase) -> SecretBytes { SecretBytes(Array(text.utf8)) }

  private func desk(_ leader: String = "Nguyễn Văn An", witnesses: [String] = []) -> CeremonyDesk {
    CeremonyDesk(
      leader: leader, witnesses: witnesses, cost: Scrypt.Cost(n: 2, r: 1, p: 1), clock: { TestClock.start },
      passphrase: { Self.secret() }, sharePassphrase: { number, holder in Self.secret("\(number) \(holder)") })
  }

  private func order(_ threshold: Int = 2, _ holders: [String] = ["Lê Một", "Phạm Hai", "Đỗ Ba"]) -> ShareOrder {
    ShareOrder(threshold: threshold, holders: holders, folder: folder.path + "/shares")
  }

  private func share(_ number: Int, _ holder: String) throws -> KeyShare {
    try KeyShare(
      path: folder.path + "/shares/share-\(number)-of-3.share", passphrase: Self.secret("\(number) \(holder)"))
  }

  private func open(_ keys: OfficeKeys? = nil) throws -> any ManagedKeyCustodian {
    try (keys ?? self.keys).open { Self.secret() }
  }

  /// An office elsewhere with the papers of this one, but not its keys.
  private func elsewhere(_ name: String) throws -> OfficeKeys {
    let other = try Self.office(folder.path + "/" + name)
    for file in try FileManager.default.contentsOfDirectory(atPath: keys.folder) where file != "custodian.keys" {
      try FileManager.default.copyItem(atPath: keys.folder + "/" + file, toPath: other.folder + "/" + file)
    }
    return other
  }

  @Test("Keys are made without a ceremony only where none have been: no trace of lost ones is written over")
  func neverMadeSilentlyAgain() throws {
    func make(_ keys: OfficeKeys, hasCards: Bool = false) throws -> [KeyCheckValue] {
      try keys.openOrMakePlain(hasCards: { hasCards }, passphrase: { Self.secret() }).checkValues()
    }
    _ = try keys.initialise(.sealed, shares: order(), desk())
    let papers = try FileManager.default.contentsOfDirectory(atPath: keys.folder).filter { $0 != "custodian.keys" }
    #expect(papers.sorted() == ["ceremony-1.p7", "custodian-1.backup", "issuer.der"])
    for (number, paper) in papers.enumerated() {
      let other = try Self.office(folder.path + "/trace-\(number)")
      try FileManager.default.copyItem(atPath: keys.folder + "/" + paper, toPath: other.folder + "/" + paper)
      #expect { _ = try make(other) } throws: {
        if case KeyCeremonyError.lost(other.folder + "/custodian.keys") = $0 { true } else { false }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: other.folder) == [paper])
    }
    let fresh = try Self.office(folder.path + "/fresh")
    #expect(throws: KeyCeremonyError.self) { _ = try make(fresh, hasCards: true) }
    let made = try make(fresh)
    #expect(try make(fresh, hasCards: true) == made && fresh.place() == .plain)
    // What was lost can be brought back all the same.
    let lost = try elsewhere("lost")
    #expect(throws: KeyCeremonyError.self) { _ = try make(lost) }
    let shares = [try share(1, "Lê Một"), try share(2, "Phạm Hai")]
    _ = try lost.restore(shares, backups: try lost.backups(), to: .sealed, desk())
    #expect(try make(lost) == open().checkValues())
  }

  @Test("Made, changed twice, lost and restored by every two of three holders: the same check values")
  func lifetime() throws {
    let made = try keys.initialise(.sealed, shares: order(), desk(witnesses: ["Trần Thị Bình"]))
    #expect(made.checkValues.count == 4 && made.files.count == 4)
    #expect(try keys.place() == .sealed)
    let both = try keys.rotate(masters: true, certificate: true, desk())
    let last = try keys.rotate(masters: true, certificate: false, desk())
    #expect(both.checkValues.count == 8 && last.checkValues.count == 11)
    #expect(Set(made.checkValues).isSubset(of: last.checkValues))
    let custodian = try open()
    #expect(custodian.generations == [1, 2, 3] && custodian.certificateKeys.keys.sorted() == [1, 2])
    #expect(try custodian.checkValues() == last.checkValues)
    let records = try keys.ceremonies()
    #expect(records.map(\.record.number) == [1, 2, 3])
    #expect(records[2].record.checkValues.keys.sorted() == ["master-192.3", "master-256.3", "master.3"])
    #expect(records[0].record.steps.map(\.person).contains("Trần Thị Bình"))
    let shares = [try share(1, "Lê Một"), try share(2, "Phạm Hai"), try share(3, "Đỗ Ba")]
    #expect(
      records[0].record.steps.filter { $0.act == "share-given" }.map { $0.details["fingerprint"] }
        == shares.map(\.fingerprint.hex))
    for (number, pair) in [[0, 1], [0, 2], [2, 1], [2, 0, 1]].enumerated() {
      let other = try elsewhere("restored-\(number)")
      let restored = try other.restore(
        pair.map { shares[$0] }, backups: try other.backups(), to: number == 0 ? .plain : .sealed, desk())
      #expect(restored.checkValues == last.checkValues)
      #expect(try other.check { Self.secret() }.ceremonies.count == 4)
      #expect(try open(other).certificateKey.point == custodian.certificateKey.point)
    }
    let one = try elsewhere("restored-by-one")
    #expect(throws: KeyShareError.tooFew(given: 1, needed: 2)) {
      _ = try one.restore([shares[0]], backups: try one.backups(), to: .sealed, desk())
    }
    #expect(try one.place() == .none)
  }

  @Test("Keys are made once; who restores over keys, or other keys, is refused")
  func once() throws {
    _ = try keys.initialise(.sealed, shares: order(), desk())
    let shares = [try share(1, "Lê Một"), try share(2, "Phạm Hai")]
    func refusal(_ body: () throws -> Void) -> KeyCeremonyError? {
      do {
        try body()
      } catch let error as KeyCeremonyError {
        return error
      } catch { Issue.record("\(error)") }
      return nil
    }
    guard case .exists? = refusal({ _ = try keys.initialise(.plain, shares: nil, desk()) }),
      case .exists? = refusal({ _ = try keys.restore(shares, backups: try keys.backups(), to: .sealed, desk()) })
    else {
      Issue.record("made again")
      return
    }
    // The keys are gone, their papers are not: new ones would stand in the way of the restoration.
    let lost = try elsewhere("lost")
    guard case .exists? = refusal({ _ = try lost.initialise(.sealed, shares: nil, desk()) }) else {
      Issue.record("made anew")
      return
    }
    // A backup under other shares is none for these; keys that the record does not tell of are not taken.
    let other = try Self.office(folder.path + "/other")
    let (set, strange) = try KeyShareSet.make(threshold: 2, count: 2)
    let names = IssuerKeyName.masters(1) + [.certificate(generation: 1)]
    let backup = try KeyBackup(try IssuerKeyMaterial(fresh: names), for: set)
    guard case .noBackup? = refusal({ _ = try other.restore(shares, backups: [backup], to: .sealed, desk()) }),
      case .otherKeys? = refusal({ _ = try lost.restore(strange, backups: [backup], to: .sealed, desk()) }),
      case .noKeys? = refusal({ _ = try open(lost) })
    else {
      Issue.record("restored")
      return
    }
    guard case .holders? = refusal({ _ = try other.initialise(.sealed, shares: order(2, ["A", "A"]), desk()) }),
      case .person? = refusal({ _ = try other.initialise(.sealed, shares: nil, desk("A\u{7}")) }),
      case .person? = refusal({ _ = try other.initialise(.sealed, shares: nil, desk("")) })
    else {
      Issue.record("odd people")
      return
    }
    #expect(try other.place() == .none)
  }

  @Test("Whose passphrase is refused in the middle of the first ceremony has made nothing in the office")
  func interrupted() throws {
    struct Gone: Error {}
    for stop in 1...4 {
      var desk = desk()
      var asked = 0
      desk.sharePassphrase = { _, _ in
        asked += 1
        if asked == stop { throw Gone() }
        return Self.secret()
      }
      desk.passphrase = { throw Gone() }
      let order = ShareOrder(threshold: 2, holders: ["A", "B", "C"], folder: folder.path + "/shares-\(stop)")
      #expect(throws: Gone.self) { _ = try keys.initialise(.sealed, shares: order, desk) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: keys.folder).isEmpty)
    }
    _ = try keys.initialise(.sealed, shares: order(), desk())
  }

  @Test("A record that was changed, taken away, moved or signed by somebody else is told of")
  func records() throws {
    _ = try keys.initialise(.plain, shares: nil, desk())
    _ = try keys.rotate(masters: false, certificate: true, desk())
    let path = keys.folder + "/ceremony-1.p7"
    let first = try OwnerFile.read(path)
    let second = try OwnerFile.read(keys.folder + "/ceremony-2.p7")
    func failure() -> KeyCeremonyError? {
      do {
        _ = try keys.ceremonies()
        return nil
      } catch { return error as? KeyCeremonyError }
    }
    #expect(failure() == nil)
    for place in stride(from: 0, to: first.count, by: 5) {
      var changed = first
      changed[place] ^= 1 << UInt8(place % 8)
      try OwnerFile.replace(path, changed)
      switch failure() {
      case .record(number: 1)?: break
      // What CMS does not sign may change and the record still be signed: then the next one does not continue it.
      case .broken(number: 2, step: 0)?: break
      case let error: Issue.record("octet \(place): \(error.map { "\($0)" } ?? "taken")")
      }
    }
    try OwnerFile.replace(path, second)
    guard case .record(number: 1)? = failure() else {
      Issue.record("another's place")
      return
    }
    try FileManager.default.removeItem(atPath: path)
    guard case .broken(number: 1, step: 0)? = failure() else {
      Issue.record("missing")
      return
    }
    // Another office's signature over the same words.
    let stranger = try Self.office(folder.path + "/stranger")
    _ = try stranger.initialise(.plain, shares: nil, desk())
    try OwnerFile.replace(path, try OwnerFile.read(stranger.folder + "/ceremony-1.p7"))
    guard case .record(number: 1)? = failure() else {
      Issue.record("a stranger's")
      return
    }
    try OwnerFile.replace(path, first)
    #expect(failure() == nil)
  }

  @Test("A chain whose steps were changed is told of even when it is signed")
  func chain() throws {
    _ = try keys.initialise(.plain, shares: nil, desk())
    let custodian = try open()
    let issuer = try #require(keys.certificates().first)
    var record = CeremonyRecord(office: keys.issuerName, number: 1, previous: "")
    record.add(.begun, by: "A", time: TestClock.start)
    record.add(.ended, by: "A", time: TestClock.start)
    let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    for (from, to, step) in [("\"A\"", "\"B\"", 1), ("ceremony-ended", "keys-made", 2)] {
      let changed = text.replacingOccurrences(of: from, with: to)
      #expect(changed != text)
      try OwnerFile.replace(
        keys.folder + "/ceremony-1.p7", try custodian.signRecord(Array(changed.utf8), issuer: issuer))
      do {
        _ = try keys.ceremonies()
        Issue.record("taken")
      } catch KeyCeremonyError.broken(number: 1, step: step) {}
    }
  }

  @Test("Keys that are not those of the records are told of: another file, one key changed")
  func check() throws {
    _ = try keys.initialise(.plain, shares: nil, desk())
    #expect(try keys.check { Self.secret() }.checkValues.count == 4)
    let path = keys.folder + "/custodian.keys"
    let octets = try OwnerFile.read(path)
    // The last octet is one of the certificate key's.
    try OwnerFile.replace(path, octets.dropLast() + [octets[octets.count - 1] ^ 1])
    do {
      _ = try keys.check { Self.secret() }
      Issue.record("taken")
    } catch KeyCeremonyError.otherKeys(let name) { #expect(name == "certificate") }
    let names = IssuerKeyName.masters(1) + [.certificate(generation: 1), .master(.aes128, generation: 2)]
    try FileManager.default.removeItem(atPath: path)
    _ = try KeyFile(creating: path, IssuerKeyMaterial(fresh: names).records)
    do {
      _ = try keys.check { Self.secret() }
      Issue.record("taken")
    } catch KeyCeremonyError.otherKeys {}
  }

  @Test("No key, share or backup key is in the office's folder or with the shares; the search finds the names")
  func secrets() throws {
    _ = try keys.initialise(.sealed, shares: order(), desk())
    _ = try keys.rotate(masters: true, certificate: true, desk())
    let file = try KeyFile(opening: keys.folder + "/custodian.keys", passphrase: Self.secret())
    var secrets: [(String, [UInt8])] = []
    for name in file.records.names { secrets.append((name, try file.secret(name).withOctets { $0 })) }
    for (number, holder) in [(1, "Lê Một"), (2, "Phạm Hai"), (3, "Đỗ Ba")] {
      let printed = try share(number, holder).printed.withOctets { String(decoding: $0, as: UTF8.self) }
      let line = printed.split(separator: "\n")[6].dropFirst(3).prefix(19).filter { $0 != " " }
      secrets.append(("share \(number)", octets(String(line))))
    }
    #expect(secrets.count == 8 + 3)
    var files: [(String, Data)] = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      guard let data = FileManager.default.contents(atPath: folder.path + "/" + name), !data.isEmpty else { continue }
      files.append((name, data))
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int
      #expect(mode.map { $0 & 0o077 } == 0 || name.hasSuffix(".der") || !name.contains("."), "\(name)")
    }
    #expect(files.count >= 12)
    for (name, secret) in secrets {
      for form in [Data(secret), Data(secret.hex.utf8), Data(secret.hex.lowercased().utf8), Data(secret.reversed())] {
        for (file, data) in files { #expect(data.range(of: form) == nil, "\(name) in \(file)") }
      }
    }
    #expect(files.contains { $0.1.range(of: Data("Phạm Hai".utf8)) != nil })
    #expect(!files.contains { $0.1.range(of: Data(Self.passphrase.utf8)) != nil })
  }

  @Test("The passphrase is changed; a plain file gets its first one")
  func passphrase() throws {
    _ = try keys.initialise(.plain, shares: nil, desk())
    let values = try open().checkValues()
    let cheap = Scrypt.Cost(n: 2, r: 1, p: 1)
    try keys.changePassphrase(from: { Self.secret() }, to: { Self.secret("thứ nhất") }, cost: cheap)
    #expect(try keys.place() == .sealed)
    try keys.changePassphrase(from: { Self.secret("thứ nhất") }, to: { Self.secret("thứ hai") }, cost: cheap)
    do {
      _ = try keys.open { Self.secret("thứ nhất") }
      Issue.record("opened")
    } catch KeyFileError.wrongPassphrase {}
    #expect(try keys.open { Self.secret("thứ hai") }.checkValues() == values)
  }
}
