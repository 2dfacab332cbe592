import CardCrypto
import Dispatch
import Foundation
import Glibc
import ISO7816
import LedgerStore
import ServiceAPI

/// Makes backups of a centre's state while it serves.
public struct BackupMaker: Sendable {
  let files: StateFiles
  let key: RecordsKey

  /// Of the state whose files these are, signed with `key`.
  public init(files: StateFiles, key: RecordsKey) {
    self.files = files
    self.key = key
  }

  /// Makes the folder `path` with a whole backup in it, or leaves nothing of that name.
  ///
  /// Everything is written beside its place, flushed, and gets its name last.
  func make(
    _ store: any LedgerStore, at path: String, completionPoint: [UInt8], clock: @Sendable () -> Int64
  ) async throws(BackupError) -> BackupManifest {
    guard !FileManager.default.fileExists(atPath: path) else { throw .placeTaken(path) }
    let part = "\(path).part-\(UUID().uuidString.lowercased())"
    do throws(BackupError) {
      try StateFiles.makeFolder(part)
      let manifest = try await fill(part, store, completionPoint, clock)
      guard rename(part, path) == 0 else { throw .file(operation: "rename", path: path, errno: errno) }
      try StateFiles.sync(folder: path + "/..")
      return manifest
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw error
    }
  }

  private func fill(
    _ part: String, _ store: any LedgerStore, _ completionPoint: [UInt8], _ clock: @Sendable () -> Int64
  ) async throws(BackupError) -> BackupManifest {
    let others = files.others()
    let folders = StateFiles.folders(of: others + [StateFiles.ledger]).map { "/" + $0 }
    for folder in folders { try StateFiles.makeFolder(part + folder) }
    let head: ChainHead
    do {
      head = try await store.copy(to: part + "/" + StateFiles.ledger)
    } catch {
      throw .store(error)
    }
    let (time, point) = (clock(), completionPoint)
    return try await Self.apart { () throws(BackupError) in
      try describe(part, others, folders, head, madeAt: time, completionPoint: point)
    }
  }

  /// Runs what reads and hashes gigabytes on a thread of its own, so that none of those that answer requests has to.
  private static func apart<Value: Sendable>(
    _ body: @escaping @Sendable () throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    let result: Result<Value, BackupError> = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        do throws(BackupError) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// Copies the master chain as far as the ledger's copy goes, and checks it; nil when there is none.
  ///
  /// A fault in it stops no backup, it is told in the manifest: money that is not backed up is worth more than a chain.
  private func copyAnchors(_ part: String, _ snapshot: LedgerSnapshot) throws(BackupError) -> BackupManifest.Anchors? {
    let (path, target) = (files.home + "/" + StateFiles.anchors, part + "/" + StateFiles.anchors)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do throws(AnchorError) {
      let file = try AnchorFile(path: path)
      let end = try file.start { anchor in anchor.tips.contains { $0.sequence > snapshot.head.sequence } }
      try file.cut(to: end).copy(to: target)
    } catch {
      guard case .unreadable = error else { throw BackupError(error) }
      // Where it ends can't be told: as it is.
      _ = try StateFiles.digest(path, copyingTo: target)
    }
    return BackupManifest.Anchors(try AnchorCheck.of(path: target, key: key.publicKey, snapshot: snapshot))
  }

  /// Copies the other files, and writes and signs the manifest.
  private func describe(
    _ part: String, _ others: [String], _ folders: [String], _ head: ChainHead, madeAt: Int64,
    completionPoint: [UInt8]
  ) throws(BackupError) -> BackupManifest {
    let ledger = part + "/" + StateFiles.ledger
    let snapshot: LedgerSnapshot
    do {
      snapshot = try LedgerSnapshot(path: ledger)
    } catch {
      throw .store(error)
    }
    var listed: [BackupManifest.File] = []
    for name in others {
      let (octets, sha256) = try StateFiles.digest(files.home + "/" + name, copyingTo: part + "/" + name)
      listed.append(BackupManifest.File(name: name, octets: octets, sha256: sha256))
    }
    let anchors = try copyAnchors(part, snapshot)
    if anchors != nil {
      let (octets, sha256) = try StateFiles.digest(part + "/" + StateFiles.anchors)
      listed.append(BackupManifest.File(name: StateFiles.anchors, octets: octets, sha256: sha256))
    }
    let (octets, sha256) = try StateFiles.digest(ledger)
    listed.append(BackupManifest.File(name: StateFiles.ledger, octets: octets, sha256: sha256))
    let manifest = BackupManifest(
      format: BackupManifest.format, madeAt: madeAt, schema: LedgerSnapshot.schema,
      head: BackupHead(snapshot.head.sequence > 0 ? snapshot.head : head), headTime: snapshot.headTime,
      leaves: snapshot.leaves, requests: snapshot.requests, payouts: snapshot.payouts,
      completionPoint: completionPoint.hex.lowercased(), anchors: anchors, files: listed.sorted { $0.name < $1.name })
    guard head.sequence == snapshot.head.sequence, head.sequence == 0 || head.hash == snapshot.head.hash,
      let octets = try? manifest.octets,
      let signature = try? key.sign(BackupManifest.signed(octets))
    else { throw .otherHead }
    try StateFiles.write(part + "/" + BackupManifest.name, octets)
    try StateFiles.write(part + "/" + BackupManifest.signatureName, Array((signature.hex.lowercased() + "\n").utf8))
    for folder in folders + [""] { try StateFiles.sync(folder: part + folder) }
    return manifest
  }
}
