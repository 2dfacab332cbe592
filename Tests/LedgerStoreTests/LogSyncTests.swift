import CFaultVFS
import Foundation
import GRDB
import Ledger
import Synchronization
import Testing

@testable import LedgerStore

/// Batches that are put on the disk while the next one is applied.
struct LogSyncTests {
  /// Applies the batches in one turn, each as if the next one waited; what each was told.
  static func apply(
    _ batches: [[LedgerRequest]], to store: SQLiteLedgerStore, before: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> [Result<AppliedBatch, LedgerStoreError>] {
    let offered = Mutex(0)
    let (results, continuation) = AsyncStream.makeStream(of: (Int, Result<AppliedBatch, LedgerStoreError>).self)
    while await !store.applyEach(
      {
        let index = offered.withLock { offered in
          defer { offered += 1 }
          return offered
        }
        guard index < batches.count else { return nil }
        before(index)
        return OfferedBatch(requests: batches[index]) { continuation.yield((index, $0)) }
      }, hasMore: { true })
    {}
    var told: [Result<AppliedBatch, LedgerStoreError>] = []
    for await (index, result) in results {
      // In the order of the batches.
      #expect(index == told.count)
      told.append(result)
      if told.count == batches.count { break }
    }
    return told
  }

  /// Whether the power failed before the batches were through.
  private static func tryCut(
    _ operation: UInt64, _ disk: PowerLossTests.Disk, _ prepared: PowerLossTests.Prepared, checkpointPages: Int
  ) async throws -> Bool {
    let faults = try FaultDisk()
    try FileManager.default.copyItem(atPath: prepared.folder.path, toPath: faults.scratch.path)
    let store = try faults.open(checkpointPages: checkpointPages, checkpointsBeside: false)
    let lateAnswer = try await store.apply([prepared.late])[0].get()
    let batches = [prepared.batch[0..<2], prepared.batch[2..<4], prepared.batch[4...]].map(Array.init)
    faultvfs_cut_after(faults.watch, operation)
    let results = await Self.apply(batches, to: store)
    let isCut = faultvfs_is_dead(faults.watch) == 1
    await store.close()
    try #require(faultvfs_restore_as(faults.watch, disk.rawValue, operation | 1) == 0)
    let place = "operation \(operation), disk \(disk)"
    let again = try faults.open()
    for one in prepared.acknowledged + [.init(request: prepared.late, answer: lateAnswer)] {
      let replay = try await again.apply([one.request])[0].get()
      #expect(replay.replayed && replay.body == one.answer.body, "\(place): \(one.request.idempotencyKey)")
    }
    // The first so many batches are there, each whole; every acknowledged one among them.
    let there = try await again.head().sequence - lateAnswer.head.sequence
    for (index, (batch, result)) in zip(batches, results).enumerated() {
      let isThere = index < there
      let answers = try? result.get().answers.map { try $0.get() }
      #expect(isThere || answers == nil, "\(place): acknowledged batch \(index) is gone")
      let replays = try await again.apply(batch).map { try $0.get() }
      #expect(replays.allSatisfy { $0.replayed == isThere }, "\(place): half of batch \(index)")
      if let answers { #expect(replays.map(\.body) == answers.map(\.body), "\(place)") }
    }
    let report = try await again.audit(evidence: World.verify)
    #expect(report.isClean, "\(place): \(report.problems)")
    await again.close()
    return isCut
  }

  @Test(
    "Power lost at each boundary of batches that follow each other",
    arguments: zip(PowerLossTests.Disk.allCases, [16_384, 1, 16_384, 1]))
  func everyBoundary(_ disk: PowerLossTests.Disk, _ checkpointPages: Int) async throws {
    let prepared = try await PowerLossTests.Prepared()
    var operation: UInt64 = 1
    while try await Self.tryCut(operation, disk, prepared, checkpointPages: checkpointPages) {
      operation += 1
      try #require(operation < 2_000)
    }
    #expect(operation > 40, "\(operation)")
  }

  /// A ledger on a disk that takes `delay` microseconds for each sync.
  private static func slow(_ faults: FaultDisk, delay: UInt32) async throws -> SQLiteLedgerStore {
    var options = faults.scratch.options(vfs: FaultDisk.name, synchronous: .full)
    options.commitDelay = delay
    let store = try SQLiteLedgerStore(folder: faults.scratch.path, options: options)
    let ready = World.ready.enumerated().map { World.request("ready \($0)", $1) }
    for answer in try await store.apply(ready) { _ = try answer.get() }
    return store
  }

  private static func hasRequest(_ key: String, _ store: SQLiteLedgerStore) async throws -> Bool {
    try await store.pool.read { db in
      try SQL(db: db).one("SELECT 1 FROM request WHERE key = ?", [key]) != nil
    }
  }

  @Test("What is read is on the disk before anybody is told") func readersWait() async throws {
    let faults = try FaultDisk()
    let store = try await Self.slow(faults, delay: 3_000_000)
    let before = faults.walSyncs
    async let results = Self.apply([[DurabilityTests.fund("shown")]], to: store)
    while try await !Self.hasRequest("shown", store) { try await Task.sleep(for: .milliseconds(1)) }
    #expect(faults.walSyncs == before)
    let head = try await store.head()
    #expect(faults.walSyncs == before + 1)
    #expect(try await results[0].get().answers[0].get().head == head)
    async let more = Self.apply([[DurabilityTests.fund("more")]], to: store)
    while try await !Self.hasRequest("more", store) { try await Task.sleep(for: .milliseconds(1)) }
    let totals = try await store.counts()
    #expect(faults.walSyncs == before + 2)
    #expect(totals.requests == World.ready.count + 2)
    _ = try await more[0].get()
    await store.close()
  }

  @Test("A sync that fails acknowledges nothing, and shows nothing any more") func failedSync() async throws {
    let faults = try FaultDisk()
    let store = try await Self.slow(faults, delay: 100_000)
    faultvfs_fail_sync(faults.watch, Int32(FAULTVFS_WAL), 1)
    let results = await Self.apply([[DurabilityTests.fund("a")], [DurabilityTests.fund("b")]], to: store)
    for result in results { #expect(throws: LedgerStoreError.self) { try result.get() } }
    await #expect(throws: LedgerStoreError.stopped) { try await store.head() }
    await #expect(throws: LedgerStoreError.self) { try await store.counts() }
    await store.close()
  }

  @Test("A sync that fails for the writer itself is not followed by a good one for a commit before it")
  func failureOfAnother() async throws {
    let faults = try FaultDisk()
    let store = try await Self.slow(faults, delay: 0)
    let sync = try #require(store.logSync)
    let watch = faults.watch
    try await store.pool.writeWithoutTransaction { db in
      try db.beginTransaction(.immediate)
      try db.execute(sql: "CREATE TABLE written (number INTEGER)")
      try sync.commit { try db.commit() }
      // As a kernel does: told of once, to whoever comes first.
      faultvfs_fail_sync(watch, Int32(FAULTVFS_WAL), 1)
      #expect(throws: DatabaseError.self) { try db.checkpoint(.passive) }
    }
    await #expect(throws: LedgerStoreError.self) { try await sync.settled() }
    await store.close()
  }

  @Test("A commit that finds no room leaves those before it as they are") func fullDisk() async throws {
    let faults = try FaultDisk()
    let store = try await Self.slow(faults, delay: 200_000)
    let watch = faults.watch
    let batches = ["a", "b", "c"].map { [DurabilityTests.fund($0)] }
    let results = await Self.apply(batches, to: store) { if $0 == 1 { faultvfs_room(watch, 0) } }
    #expect(try results[0].get().answers.count == 1)
    for result in results.dropFirst() { #expect(throws: LedgerStoreError.self) { try result.get() } }
    // What was acknowledged can still be read.
    let isThere = try await store.read { sql in try sql.one("SELECT 1 FROM request WHERE key = 'a'", []) != nil }
    #expect(isThere)
    await #expect(throws: LedgerStoreError.stopped) { try await store.head() }
    await store.close()
    faultvfs_room(watch, -1)
    let again = try faults.open()
    #expect(try await again.apply(batches[0])[0].get().replayed)
    #expect(try await !again.apply(batches[1])[0].get().replayed)
    await again.close()
  }
}
