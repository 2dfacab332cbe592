import CardCrypto
import Foundation
import LedgerStore
import ServiceAPI

/// Checks a master chain anchor by anchor, and its tips against a ledger's batches (`ledger` §5, invariant 8).
struct AnchorCheck: Sendable {
  private let key: ECPublicKey
  private let kept: Anchor?
  private var last: Anchor?
  /// Anchors so far.
  private(set) var count: Int64 = 0
  /// How many problems there are.
  private(set) var problemCount: Int64 = 0
  /// The first ``AuditReport/keptProblems`` of them.
  private(set) var problems: [AuditProblem] = []

  /// The last batch that is anchored; 0 for none.
  var sequence: Int64 { last?.tips.map(\.sequence).max() ?? 0 }
  /// Number and hash of the last anchor; nil for none.
  var end: (number: Int64, hash: [UInt8])? { last.map { ($0.number, $0.hash) } }

  /// With the centre's records key, and an anchor that somebody has kept elsewhere and that has to be there.
  init(key: ECPublicKey, expecting kept: Anchor? = nil) { (self.key, self.kept) = (key, kept) }

  /// Checks the next anchor; `batch` gives the ledger's batch of a number, nil when there is none.
  mutating func add(_ anchor: Anchor, _ batch: (Int64) throws -> ChainHead?) rethrows {
    count += 1
    let place = "anchor \(anchor.number)"
    if anchor.number != (last?.number ?? 0) &+ 1 { note("\(place): not the next one") }
    if anchor.previous.octets != last?.hash ?? [UInt8](repeating: 0, count: 32) {
      note("\(place): does not follow the one before")
    }
    if !anchor.isSigned(by: key) { note("\(place): not signed by the centre") }
    if let kept, kept.number == anchor.number, kept.hash != anchor.hash { note("\(place): not the one that was kept") }
    let writers = anchor.tips.map(\.writer)
    if writers.isEmpty || zip(writers, writers.dropFirst()).contains(where: { $0 >= $1 }) {
      note("\(place): not a tip for each writer")
    }
    for tip in anchor.tips {
      if let known = last?.tips.first(where: { $0.writer == tip.writer }), known.sequence > tip.sequence {
        note("\(place): goes back to batch \(tip.sequence)")
      }
      let found = try batch(tip.sequence)
      if found != ChainHead(writer: tip.writer, epoch: tip.epoch, sequence: tip.sequence, hash: tip.hash) {
        note("\(place): the ledger has \(found == nil ? "no" : "another") batch \(tip.sequence)")
      }
    }
    last = anchor
  }

  /// The file can't be read on.
  mutating func breakOff() { note("anchor \(count + 1): unreadable") }

  private mutating func note(_ place: String) {
    problemCount += 1
    if problems.count < AuditReport.keptProblems { problems.append(AuditProblem(check: .master, place: place)) }
  }

  /// The file goes on with more than the ledger has.
  mutating func breakOff(before number: Int64) { note("anchor \(number): the ledger ends before it") }

  /// After the last one.
  mutating func finish() {
    if let kept, kept.number > count { note("anchor \(kept.number): was kept, and is not here") }
  }

  /// Checks a whole file.
  static func of(
    _ file: AnchorFile, key: ECPublicKey, _ batch: (Int64) throws -> ChainHead?
  ) throws -> AnchorCheck {
    var check = AnchorCheck(key: key)
    do {
      try file.each { try check.add($0, batch) }
    } catch AnchorError.unreadable {
      check.breakOff()
    }
    check.finish()
    return check
  }
}

extension AnchorCheck {
  /// Checks the file of a backup against the ledger beside it; one that can't be read has a fault.
  static func of(path: String, key: ECPublicKey, snapshot: LedgerSnapshot) throws(BackupError) -> AnchorCheck {
    do {
      return try of(try AnchorFile(path: path), key: key) { sequence in try snapshot.batch(sequence) }
    } catch AnchorError.unreadable {
      var check = AnchorCheck(key: key)
      check.breakOff()
      return check
    } catch let error as AnchorError {
      throw BackupError(error)
    } catch {
      throw .store(error as? LedgerStoreError ?? .corrupt(place: StateFiles.anchors))
    }
  }
}

/// The master chain of a bundle, checked beside its batches as they are read: both go up.
struct BundledAnchors {
  private let file: AnchorFile
  private var check: AnchorCheck
  private var waiting: [Anchor] = []
  private var next = 0
  private var offset = 0
  private var isBroken = false

  /// The one in `folder`; nil when there is none. `kept` was kept elsewhere and has to be in it.
  init?(folder: String, key: ECPublicKey, expecting kept: Anchor?) throws(AnchorError) {
    let path = folder + "/" + AnchorFile.name
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    file = try AnchorFile(path: path)
    check = AnchorCheck(key: key, expecting: kept)
  }

  /// The next batch of the ledger: every anchor that names it, or one before it, is checked now.
  mutating func add(_ batch: ChainHead) {
    while let anchor = upcoming, anchor.tips.allSatisfy({ $0.sequence <= batch.sequence }) {
      check.add(anchor) { $0 == batch.sequence ? batch : nil }
      next += 1
    }
  }

  /// What was found, after the last batch.
  mutating func ended() -> AnchorCheck {
    if let anchor = upcoming { check.breakOff(before: anchor.number) }
    check.finish()
    return check
  }

  /// The anchor that is looked at next; nil at the end.
  private var upcoming: Anchor? {
    mutating get {
      if next == waiting.count, !isBroken, offset < file.length {
        do throws(AnchorError) {
          (waiting, offset) = try file.anchors(from: offset)
        } catch {
          (waiting, isBroken) = ([], true)
          check.breakOff()
        }
        next = 0
      }
      return next < waiting.count ? waiting[next] : nil
    }
  }
}
