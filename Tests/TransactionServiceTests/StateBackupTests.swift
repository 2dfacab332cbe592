import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import ISO7816
import LedgerStore
import ServiceAPI
import Testing

@testable import TransactionService

@Suite("Backups of a running centre")
struct StateBackupTests {
  /// Asks the centre for a backup at `path`, as somebody does who may write in its folder.
  static func ask(_ centre: TestCentre, _ path: String, name: String = String(repeating: "0a", count: 16)) async throws
    -> HTTPAnswer
  {
    let request = BackupRequest.path(name, inCentre: centre.folder + "/centre")
    try Data(path.utf8).write(to: URL(fileURLWithPath: request))
    defer { try? FileManager.default.removeItem(atPath: request) }
    return try await centre.send("/v1/backups/\(name)", octets: Array("[]".utf8), key: nil)
  }

  /// A centre with payouts, its backup in `place`, and the heads answered right before and right after it.
  struct Scene: Sendable {
    let place: ScratchFolder
    let key: ECPublicKey
    let backup: String
    let made: BackupAnswer
    let before: BackupHead
    let after: BackupHead
  }

  /// Backs up between two payouts, of which the second is not in the backup.
  static func scene() async throws -> Scene {
    let (scratch, place) = (try ScratchFolder(), try ScratchFolder())
    let backup = place.path + "/b"
    let answers = Answers()
    try await TestCentre.run(in: scratch) { centre in
      let folder = centre.folder + "/centre"
      try FileManager.default.createDirectory(atPath: folder + "/issuers", withIntermediateDirectories: true)
      try Data([0x30, 0]).write(to: URL(fileURLWithPath: folder + "/issuers/a.der"))
      try Data("20260101".utf8).write(to: URL(fileURLWithPath: folder + "/minimum-verifier-date"))
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/issuers/bỏ.txt"))
      let ready = try await centre.ready()
      let first = try await centre.pay(1, ready.card, ready.terminal, amount: 11)
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
      let last = try await centre.post("/v1/fundings", funding, key: "f")
      let made = try expect(try await ask(centre, backup), gives: BackupAnswer.self)
      _ = try await centre.pay(2, ready.card, ready.terminal, counter: 2, previous: first.identity, amount: 13)
      let later = try await centre.post("/v1/fundings", funding, key: "g")
      await answers.set(made, try #require(last.head), try #require(later.head))
    }
    let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(scratch.path + "/centre")))
    let (made, before, after) = try #require(await answers.all)
    return Scene(
      place: place, key: key, backup: backup, made: made, before: try #require(BackupHead(before)),
      after: try #require(BackupHead(after)))
  }

  actor Answers {
    var all: (BackupAnswer, String, String)?
    func set(_ made: BackupAnswer, _ before: String, _ after: String) { all = (made, before, after) }
  }

  @Test("What was acknowledged before is in it, signed, without a secret; verify and restore say how far it goes")
  func whole() async throws {
    let scene = try await Self.scene()
    let files = try FileManager.default.subpathsOfDirectory(atPath: scene.backup).sorted()
    #expect(
      files == [
        "centre", "centre/anchors.jsonl", "centre/issuers", "centre/issuers/a.der", "centre/ledger.sqlite",
        "centre/minimum-verifier-date", "centre/records.pub", "manifest.json", "manifest.sig",
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scene.place.path) == ["b"])
    let backup = try StateBackup(path: scene.backup, key: scene.key)
    #expect(backup.manifest.head.description == scene.made.head)
    #expect(backup.manifest.head.sequence == scene.before.sequence && backup.manifest.payouts == 1)
    let findings = try backup.verify(expecting: [scene.before, scene.after])
    #expect(findings.heads == [.contained, .lost(batches: scene.after.sequence - scene.before.sequence)])
    #expect(findings.audit.payouts == 1)
    let home = scene.place.path + "/new/state"
    try FileManager.default.createDirectory(atPath: scene.place.path + "/new", withIntermediateDirectories: true)
    let restored = try await backup.restore(to: home, expecting: [scene.after]) { 1_800_000_000_000 }
    #expect(restored.epoch == 1_800_000_000_000)
    let there = try FileManager.default.subpathsOfDirectory(atPath: home).sorted()
      .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
    #expect(
      there == [
        "centre", "centre/anchors.jsonl", "centre/issuers", "centre/issuers/a.der", "centre/ledger.sqlite",
        "centre/lock", "centre/minimum-verifier-date", "centre/records.pub",
      ])
    // The backup is as it was: reading it changed nothing, and it can be restored again, but not over something.
    _ = try StateBackup(path: scene.backup, key: scene.key).verify()
    await #expect(throws: BackupError.self) { try await backup.restore(to: home) { 1_800_000_000_000 } }
  }

  @Test("The restored centre answers as before, and goes on in an epoch of its own")
  func goesOn() async throws {
    let scene = try await Self.scene()
    let backup = try StateBackup(path: scene.backup, key: scene.key)
    let home = try ScratchFolder()
    _ = try await backup.restore(to: home.path) { 1_800_000_000_000 }
    try await TestCentre.run(in: home) { centre in
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
      let replay = try await centre.post("/v1/fundings", funding, key: "f")
      #expect(replay.isReplay && replay.status == 201)
      let fresh = try await centre.post("/v1/fundings", funding, key: "g")
      let head = try #require(fresh.head.flatMap { BackupHead($0) })
      #expect(!fresh.isReplay && head.epoch == 1_800_000_000_001)
      // The batch that the old centre wrote here is another one: its head says so.
      let second = try expect(try await Self.ask(centre, home.path + "-b2"), gives: BackupAnswer.self)
      #expect(second.head != nil)
    }
    defer { try? FileManager.default.removeItem(atPath: home.path + "-b2") }
    let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(home.path + "/centre")))
    let again = try StateBackup(path: home.path + "-b2", key: key)
    let oldNext = try #require(
      BackupHead("centre/1/\(scene.before.sequence + 1)/" + String(repeating: "ab", count: 8)))
    #expect(throws: BackupError.self) { try again.verify(expecting: [oldNext]) }
    #expect(try again.verify(expecting: [scene.before]).heads == [.contained])
  }

  @Test("Every changed, missing or added octet is found before anything is restored")
  func tampered() async throws {
    let scene = try await Self.scene()
    for name in ["centre/ledger.sqlite", "centre/issuers/a.der", "centre/records.pub", "manifest.json", "manifest.sig"]
    {
      let path = scene.backup + "/" + name
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      for changed in [Self.flipped(good), good.dropLast(2), Data()] {
        try changed.write(to: URL(fileURLWithPath: path))
        #expect(throws: BackupError.self, "\(name)") { try StateBackup(path: scene.backup, key: scene.key) }
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(throws: BackupError.self, "\(name)") { try StateBackup(path: scene.backup, key: scene.key) }
      try good.write(to: URL(fileURLWithPath: path))
    }
    let log = scene.backup + "/centre/ledger.sqlite-wal"
    try Data([0]).write(to: URL(fileURLWithPath: log))
    #expect(throws: BackupError.self) { try StateBackup(path: scene.backup, key: scene.key) }
    try FileManager.default.removeItem(atPath: log)
    let other = try ECPrivateKey(generate: .p256).publicKey
    #expect(throws: BackupError.self) { try StateBackup(path: scene.backup, key: other) }
    _ = try StateBackup(path: scene.backup, key: scene.key).verify()
  }

  private static func flipped(_ data: Data) -> Data {
    var octets = [UInt8](data)
    octets[octets.count / 2] ^= 1
    return Data(octets)
  }

  @Test("A manifest signed over a ledger that was altered: the audit finds it, the head too")
  func alteredAndSigned() async throws {
    let scratch = try ScratchFolder()
    let place = try ScratchFolder()
    try await TestCentre.run(in: scratch, audits: false) { centre in
      let ready = try await centre.ready()
      try await centre.pay(1, ready.card, ready.terminal, amount: 11)
      try await centre.write("UPDATE payout SET host_province = '01'")
      _ = try expect(try await Self.ask(centre, place.path + "/b"), gives: BackupAnswer.self)
    }
    let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(scratch.path + "/centre")))
    let backup = try StateBackup(path: place.path + "/b", key: key)
    #expect(throws: BackupError.self) { try backup.verify() }
    await #expect(throws: BackupError.self) { try await backup.restore(to: place.path + "/state") { 1 } }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/state"))
  }

  @Test("Nothing is left of a backup that fails, and nobody without the folder can ask for one")
  func refused() async throws {
    let place = try ScratchFolder()
    try await TestCentre.run { centre in
      let none = try expect(try await Self.ask(centre, place.path + "/no/b"), gives: BackupAnswer.self)
      #expect(none.errno == ENOENT && none.head == nil)
      let taken = try expect(try await Self.ask(centre, place.path), gives: BackupAnswer.self)
      #expect(taken.errno == EEXIST && taken.head == nil)
      for name in ["none", String(repeating: "0b", count: 16), "..%2F..%2Fetc", String(repeating: "A", count: 32)] {
        let answer = try await centre.send("/v1/backups/\(name)", octets: Array("[]".utf8), key: nil)
        try expect(answer, is: .notFound)
      }
      try expect(try await Self.ask(centre, "relative/path"), is: .notFound)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
  }

  @Test("Heads are read as answers carry them, and nothing else")
  func heads() {
    let text = "centre/3/120/0123456789abcdef"
    #expect(BackupHead(text)?.description == text)
    for bad in [
      "", "centre/3/120", "/3/120/0123456789abcdef", "centre/x/120/0123456789abcdef", "centre/3/-1/0123456789abcdef",
      "centre/3/120/0123456789abcde", "centre/3/120/0123456789abcdeg", "centre/3/120/0123456789abcdef/",
    ] {
      #expect(BackupHead(bad) == nil, "\(bad)")
    }
  }
}
