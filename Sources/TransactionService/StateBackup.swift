public import CardCrypto
import Foundation
import Glibc
import ISO7816
public import LedgerStore

/// A backup in a folder: believed only after it was checked with the public half of the centre's records key.
public struct StateBackup: Sendable {
  /// What the manifest says; its signature is good.
  public let manifest: BackupManifest
  private let path: String
  private let key: ECPublicKey
  private let snapshot: LedgerSnapshot

  /// What a check found, all of it good.
  public struct Findings: Sendable {
    /// The audit of the whole ledger.
    public let audit: AuditReport
    /// What given heads say of it, in their order.
    public let heads: [HeadComparison]
    /// Its master chain; nil for a backup without one.
    public let anchors: BackupManifest.Anchors?
  }

  /// Opens the backup in the folder `path`: signature, then every file's length and SHA-256.
  public init(path: String, key: ECPublicKey) throws(BackupError) {
    self.path = path
    self.key = key
    manifest = try BackupManifest.read(path, key: key)
    for file in manifest.files {
      guard StateFiles.isKnown(file.name),
        let found = try? StateFiles.digest(path + "/" + file.name),
        found == (file.octets, file.sha256)
      else { throw .altered(file: file.name) }
    }
    // A log beside the ledger would be read with it by whoever opens it to write.
    let ledger = path + "/" + StateFiles.ledger
    for ending in ["-wal", "-journal"] where FileManager.default.fileExists(atPath: ledger + ending) {
      throw .altered(file: StateFiles.ledger + ending)
    }
    guard manifest.files.contains(where: { $0.name == StateFiles.ledger }),
      Set(manifest.files.map(\.name)).count == manifest.files.count
    else { throw .notABackup }
    do {
      snapshot = try LedgerSnapshot(path: ledger)
    } catch {
      throw .store(error)
    }
  }

  /// Re-reads everything, and compares the ledger with heads that were given out.
  ///
  /// - Throws: ``BackupError/otherHead``, ``BackupError/audit(count:first:)``, ``BackupError/fork(_:)``,
  ///   ``BackupError/anchors(count:first:)`` unless `setsAnchorsAside`.
  public func verify(
    expecting heads: [BackupHead] = [], setsAnchorsAside: Bool = false
  ) throws(BackupError) -> Findings {
    guard snapshot.head.sequence == 0 ? manifest.head.sequence == 0 : manifest.head.isSame(snapshot.head) else {
      throw .otherHead
    }
    guard manifest.leaves == snapshot.leaves, manifest.requests == snapshot.requests,
      manifest.payouts == snapshot.payouts, manifest.headTime == snapshot.headTime
    else { throw .otherHead }
    let audit: AuditReport
    var compared: [HeadComparison] = []
    do throws(LedgerStoreError) {
      audit = try snapshot.audit(head: snapshot.head) { payout in PayoutEvidence.verifies(payout) }
      for head in heads { compared.append(try compare(head)) }
    } catch {
      throw .store(error)
    }
    try Self.requireClean(audit)
    let anchors = try checkAnchors()
    if let anchors, let fault = anchors.fault, !setsAnchorsAside {
      throw .anchors(count: anchors.faultCount, first: fault)
    }
    for (head, result) in zip(heads, compared) where result == .fork { throw .fork(head.description) }
    return Findings(audit: audit, heads: compared, anchors: anchors)
  }

  private static func requireClean(_ audit: AuditReport) throws(BackupError) {
    guard audit.isClean else {
      let first = audit.problems.first.map { "\($0.check.rawValue): \($0.place)" } ?? ""
      throw .audit(count: audit.problemCount, first: first)
    }
  }

  private var hasAnchors: Bool { manifest.files.contains { $0.name == StateFiles.anchors } }

  private func checkAnchors() throws(BackupError) -> BackupManifest.Anchors? {
    guard hasAnchors else { return nil }
    return BackupManifest.Anchors(
      try AnchorCheck.of(path: path + "/" + StateFiles.anchors, key: key, snapshot: snapshot))
  }

  private func compare(_ head: BackupHead) throws(LedgerStoreError) -> HeadComparison {
    guard head.sequence > 0 else { return .contained }
    guard head.sequence <= snapshot.head.sequence else {
      return .lost(batches: head.sequence - snapshot.head.sequence)
    }
    guard let batch = try snapshot.batch(head.sequence), head.isSame(batch) else { return .fork }
    return .contained
  }

  /// Writes the ledger's chain as a bundle (``LedgerBundle``) into a folder that is there; `head` is its last batch as
  /// the centre signs it, `progress` is told the number of batches now and then.
  public func export(
    to folder: String, head: String?, progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws(BackupError) -> LedgerBundle.Manifest {
    if hasAnchors {
      _ = try StateFiles.digest(path + "/" + StateFiles.anchors, copyingTo: folder + "/" + AnchorFile.name)
    }
    do {
      return try snapshot.export(to: folder, head: head, progress: progress)
    } catch {
      throw .store(error)
    }
  }

  /// Puts the state back into the folder `home`, which is empty or not there yet, in an epoch of its own.
  ///
  /// Checks the backup before, and what it has written after. `centre` gets its name last: a folder without it is not
  /// a restored state. With `setsAnchorsAside` a master chain that is faulty is kept as `centre/anchors-faulty.jsonl`,
  /// and the first opening begins a new one.
  public func restore(
    to home: String, expecting heads: [BackupHead] = [], setsAnchorsAside: Bool = false,
    clock: @escaping @Sendable () -> Int64
  ) async throws(BackupError) -> (findings: Findings, epoch: Int64) {
    if let there = try? FileManager.default.contentsOfDirectory(atPath: home) {
      guard there.isEmpty else { throw .placeTaken(home) }
    } else if FileManager.default.fileExists(atPath: home) {
      throw .placeTaken(home)
    }
    let findings = try verify(expecting: heads, setsAnchorsAside: setsAnchorsAside)
    let aside = findings.anchors?.fault == nil ? nil : StateFiles.anchors
    try StateFiles.makeFolder(home)
    let part = home + "/centre.part"
    func place(_ name: String) -> String {
      home + "/" + (name.hasPrefix("centre") ? "centre.part" + name.dropFirst(6) : name)
    }
    let folders = StateFiles.folders(of: manifest.files.map(\.name)).map(place)
    for folder in folders { try StateFiles.makeFolder(folder) }
    for file in manifest.files {
      let target = place(file.name == aside ? StateFiles.faultyAnchors : file.name)
      guard try StateFiles.digest(path + "/" + file.name, copyingTo: target) == (file.octets, file.sha256) else {
        throw .altered(file: file.name)
      }
    }
    let epoch = try await begin(part, clock)
    for folder in folders { try StateFiles.sync(folder: folder) }
    guard rename(part, home + "/centre") == 0 else {
      throw .file(operation: "rename", path: home + "/centre", errno: errno)
    }
    try StateFiles.sync(folder: home)
    try StateFiles.sync(folder: home + "/..")
    return (findings, epoch)
  }

  /// Opens the ledger in its new epoch and re-reads it there.
  private func begin(_ folder: String, _ clock: @escaping @Sendable () -> Int64) async throws(BackupError) -> Int64 {
    do throws(LedgerStoreError) {
      let store = try SQLiteLedgerStore(restored: folder, clock: clock)
      let epoch = store.epoch
      let result: Result<(ChainHead, AuditReport), LedgerStoreError>
      do throws(LedgerStoreError) {
        let head = try await store.head()
        let audit = try await store.audit { payout in PayoutEvidence.verifies(payout) }
        if audit.isClean, head.sequence > 0 {
          let content = "backup of \(manifest.madeAt) head \(manifest.head)"
          try await store.keepRestoring(content, at: clock())
        }
        result = .success((head, audit))
      } catch {
        result = .failure(error)
      }
      await store.close()
      let (head, audit) = try result.get()
      guard audit.isClean, head.sequence == snapshot.head.sequence else {
        throw LedgerStoreError.corrupt(place: "restored ledger")
      }
      return epoch
    } catch {
      throw .store(error)
    }
  }
}
