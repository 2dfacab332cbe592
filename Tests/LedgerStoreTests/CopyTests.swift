import Foundation
import Ledger
import Synchronization
import Testing

@testable import LedgerStore

/// Copies of a ledger that is being written to, and epochs.
struct CopyTests {
  /// A store with more pages than a copy takes at once.
  static func filled(_ scratch: Scratch, checkpointPages: Int = 16_384) async throws -> SQLiteLedgerStore {
    var options = scratch.options()
    options.checkpointPages = checkpointPages
    let store = try SQLiteLedgerStore(folder: scratch.path, options: options)
    for (index, command) in World.ready.enumerated() {
      _ = try await store.apply([World.request("ready \(index)", command)])
    }
    for batch in 0..<4 {
      _ = try await store.apply((0..<250).map { DurabilityTests.fund("f\(batch) \($0)") })
    }
    return store
  }

  @Test func aCopyIsTheLedgerAfterSomeWholeBatch() async throws {
    let (scratch, place) = (Scratch(), Scratch())
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let store = try await Self.filled(scratch)
    let before = try await store.head()
    let isOver = Mutex(false)
    async let payouts: Int = {
      var count = 0
      while !isOver.withLock({ $0 }) {
        let number = 10_000 + count
        let posting = World.posting(number, counter: UInt32(number), parts: [World.part(1)])
        _ = try await store.apply([World.request("p\(number)", .payout(posting))])[0].get()
        count += 1
      }
      return count
    }()
    let path = place.path + "/copy.sqlite"
    // A page at a time: batches come between, and change pages that were copied.
    let head = try await store.copy(to: path, pagesAtOnce: 1)
    isOver.withLock { $0 = true }
    let paid = try await payouts
    let after = try await store.head()
    #expect(paid > 10)
    #expect(before.sequence < head.sequence && head.sequence <= after.sequence)
    let snapshot = try LedgerSnapshot(path: path)
    #expect(snapshot.head == head)
    #expect(snapshot.headTime == World.now)
    #expect(snapshot.requests == snapshot.head.sequence - 4 + 1_000)
    let report = try snapshot.audit(head: head, evidence: World.verify)
    #expect(report.isClean, "\(report.problems)")
    #expect(report.batches == head.sequence && report.leaves == snapshot.leaves)
    #expect(try snapshot.batch(before.sequence) == before)
    #expect(try snapshot.batch(head.sequence + 1) == nil)
    await store.close()
  }

  /// The log starts anew while a copy is being made; a snapshot held open keeps it growing.
  @Test func aCopyKeepsNoSnapshotOpen() async throws {
    let (scratch, place) = (Scratch(), Scratch())
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let store = try await Self.filled(scratch, checkpointPages: 64)
    let isOver = Mutex(false)
    async let work: Void = {
      var count = 0
      while !isOver.withLock({ $0 }) {
        _ = try await store.apply((0..<8).map { DurabilityTests.fund("w\(count) \($0)") })
        count += 1
      }
    }()
    _ = try await store.copy(to: place.path + "/copy.sqlite", pagesAtOnce: 1)
    isOver.withLock { $0 = true }
    try await work
    let log = try FileManager.default.attributesOfItem(atPath: scratch.path + "/ledger.sqlite-wal")[.size] as? Int
    // Some times 64 pages; a log that never starts anew would have some thousand.
    let size = try #require(log)
    #expect(size < 800 * 4_120, "\(size) octets")
    await store.close()
  }

  @Test func aCopyNeverOverwritesAndAFailureIsTold() async throws {
    let (scratch, place) = (Scratch(), Scratch())
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let store = try scratch.open()
    let path = place.path + "/copy.sqlite"
    _ = try await store.copy(to: path)
    await #expect(throws: LedgerStoreError.file(operation: "open copy", errno: EEXIST)) {
      try await store.copy(to: path)
    }
    await #expect(throws: LedgerStoreError.file(operation: "open copy", errno: ENOENT)) {
      try await store.copy(to: place.path + "/none/copy.sqlite")
    }
    // The store goes on, and a closed one makes no copies.
    _ = try await store.apply([DurabilityTests.fund("k")])[0].get()
    await store.close()
    await #expect(throws: LedgerStoreError.self) { try await store.copy(to: place.path + "/other.sqlite") }
  }

  @Test func aSnapshotIsReadWithoutALogAndByItsOwnVersionOnly() async throws {
    let scratch = Scratch()
    let folder = scratch.path + "/tên lạ?#%"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let store = try SQLiteLedgerStore(folder: scratch.path + "/s", options: scratch.options())
    let path = folder + "/copy.sqlite"
    _ = try await store.copy(to: path)
    await store.close()
    let empty = try LedgerSnapshot(path: path)
    #expect(empty.head.sequence == 0 && empty.leaves == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["copy.sqlite"])
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: folder + "/other.sqlite"))
    #expect(throws: LedgerStoreError.self) { try LedgerSnapshot(path: folder + "/other.sqlite") }
    try Data().write(to: URL(fileURLWithPath: folder + "/nothing.sqlite"))
    #expect(throws: LedgerStoreError.otherVersion) { try LedgerSnapshot(path: folder + "/nothing.sqlite") }
  }

  @Test func aRestoredLedgerGoesOnInAnEpochOfItsOwn() async throws {
    let (scratch, place) = (Scratch(), Scratch())
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    let old = try scratch.open()
    _ = try await old.apply([DurabilityTests.fund("before")])[0].get()
    _ = try await old.copy(to: place.path + "/ledger.sqlite")
    await old.close()
    let oldAgain = try scratch.open()
    let restored = try SQLiteLedgerStore(restored: place.path, clock: { World.now })
    let mine = try await restored.apply([DurabilityTests.fund("after")])[0].get().head
    let other = try await oldAgain.apply([DurabilityTests.fund("after")])[0].get().head
    #expect(mine.sequence == other.sequence && mine.hash != other.hash)
    #expect(mine.epoch == World.now && other.epoch == 2)
    await restored.close()
    await oldAgain.close()
    let again = try SQLiteLedgerStore(folder: place.path, clock: { World.now })
    // The head is still the batch of the opening before.
    #expect(try await again.head() == mine)
    #expect(again.epoch == World.now + 1)
    #expect(try await again.audit(evidence: World.verify).isClean)
    await again.close()
  }

  /// Two processes on one ledger although the lock should keep them apart: the one that came later writes.
  @Test func aWriterOfAnEarlierEpochWritesNothing() async throws {
    let scratch = Scratch()
    let first = try scratch.open()
    _ = try await first.apply([DurabilityTests.fund("k1")])[0].get()
    try FileManager.default.removeItem(atPath: scratch.path + "/lock")
    let second = try scratch.open()
    await #expect(throws: LedgerStoreError.fenced) { try await first.apply([DurabilityTests.fund("k2")]) }
    await #expect(throws: LedgerStoreError.stopped) { try await first.head() }
    let answer = try await second.apply([DurabilityTests.fund("k2")])[0].get()
    #expect(!answer.replayed && answer.head.sequence == 2)
    #expect(try await second.audit(evidence: World.verify).isClean)
    await first.close()
    await second.close()
  }
}
