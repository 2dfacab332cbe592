import CFaultVFS
import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// A state folder on a disk that counts syncs and loses power.
final class FaultDisk: Sendable {
  static let name = "ansinh-fault"
  private static let registered = faultvfs_register(name)

  let scratch = Scratch()
  let watch: Int32

  init() throws {
    try #require(Self.registered == 0)
    watch = faultvfs_watch(scratch.path)
    try #require(watch >= 0)
  }

  deinit { faultvfs_unwatch(watch) }

  var walSyncs: UInt64 { faultvfs_syncs(watch, Int32(FAULTVFS_WAL)) }
  var walWrites: UInt64 { faultvfs_writes(watch, Int32(FAULTVFS_WAL)) }

  func open(
    _ synchronous: SQLiteLedgerStore.Options.Synchronous = .full, checkpointPages: Int = 16_384,
    checkpointsBeside: Bool = true
  ) throws -> SQLiteLedgerStore {
    var options = scratch.options(vfs: Self.name, synchronous: synchronous)
    options.checkpointPages = checkpointPages
    options.checkpointsBeside = checkpointsBeside
    return try SQLiteLedgerStore(folder: scratch.path, options: options)
  }
}

struct DurabilityTests {
  struct Acknowledged: Sendable {
    let request: LedgerRequest
    let answer: LedgerAnswer
  }

  static func fund(_ key: String, _ amount: Int64 = 1) -> LedgerRequest {
    World.request(
      key,
      .fund(Funding(unit: World.home19, funder: World.local19, amount: amount, reference: "UNC", hands: World.hands())))
  }

  /// Acknowledged batches and the syncs of the log that they took, alone and grouped.
  static func syncsOfBatches(_ synchronous: SQLiteLedgerStore.Options.Synchronous) async throws -> (
    batches: UInt64, syncs: UInt64
  ) {
    let disk = try FaultDisk()
    let store = try disk.open(synchronous)
    _ = try await store.apply([fund("first")])
    let writer = BatchWriter(store: store)
    let before = (try await store.head().sequence, disk.walSyncs)
    for index in 0..<10 { _ = try await writer.submit(fund("lone \(index)")) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<100 { group.addTask { _ = try await writer.submit(fund("group \(index)")) } }
      try await group.waitForAll()
    }
    let after = (try await store.head().sequence, disk.walSyncs)
    await store.close()
    return (UInt64(after.0 - before.0), after.1 - before.1)
  }

  @Test func oneSyncAnAcknowledgedBatch() async throws {
    let (batches, syncs) = try await Self.syncsOfBatches(.full)
    #expect(batches >= 11 && batches < 60)
    #expect(syncs == batches)
  }

  @Test(arguments: [SQLiteLedgerStore.Options.Synchronous.off, .normal])
  func theSyncCountFailsWithoutFullSync(_ synchronous: SQLiteLedgerStore.Options.Synchronous) async throws {
    let (batches, syncs) = try await Self.syncsOfBatches(synchronous)
    #expect(syncs < batches)
  }

  /// Writes of the log, and its pages, that a batch of many pages takes.
  static func batchInTheLog(
    _ synchronous: SQLiteLedgerStore.Options.Synchronous
  ) async throws -> (writes: UInt64, pages: UInt64) {
    let disk = try FaultDisk()
    let store = try disk.open(synchronous)
    _ = try await store.apply([fund("first")])
    func size() throws -> UInt64 {
      let attributes = try FileManager.default.attributesOfItem(atPath: disk.scratch.path + "/ledger.sqlite-wal")
      return attributes[.size] as? UInt64 ?? 0
    }
    let (writes, octets) = (disk.walWrites, try size())
    for answer in try await store.apply((0..<250).map { fund("k\($0)") }) { _ = try answer.get() }
    let result = (disk.walWrites - writes, (try size() - octets) / 4_120)
    #expect(try await store.audit(evidence: World.verify).isClean)
    await store.close()
    return result
  }

  @Test func aBatchGoesIntoTheLogInLargePieces() async throws {
    let (writes, pages) = try await Self.batchInTheLog(.full)
    // 124 KiB a piece; the first and the last may be shorter.
    #expect(pages > 40 && writes <= pages / 30 + 2, "\(writes) writes of \(pages) pages")
  }

  /// Without a sync at each commit nothing may be held back: other connections read the log at once.
  @Test(arguments: [SQLiteLedgerStore.Options.Synchronous.off, .normal])
  func pagesAreHeldBackOnlyWithFullSync(_ synchronous: SQLiteLedgerStore.Options.Synchronous) async throws {
    let (writes, pages) = try await Self.batchInTheLog(synchronous)
    #expect(pages > 40 && writes == 2 * pages, "\(writes) writes of \(pages) pages")
  }

  @Test func aReplayNeedsNoSync() async throws {
    let disk = try FaultDisk()
    let store = try disk.open()
    let first = try await store.apply([Self.fund("k")])[0].get()
    let before = disk.walSyncs
    let replay = try await store.apply([Self.fund("k")])[0].get()
    #expect(replay.replayed && replay.body == first.body && replay.head == first.head)
    #expect(disk.walSyncs == before)
    await store.close()
  }

  /// Acknowledged requests that are gone after the power fails right after the last answer.
  static func lostWork(_ synchronous: SQLiteLedgerStore.Options.Synchronous) async throws -> Int {
    let disk = try FaultDisk()
    let store = try disk.open(synchronous)
    var answers: [LedgerAnswer] = []
    for index in 0..<20 { answers.append(try await store.apply([Self.fund("k\(index)")])[0].get()) }
    faultvfs_cut_after(disk.watch, 0)
    await store.close()
    try #require(faultvfs_restore(disk.watch, 0) == 0)
    let again = try disk.open()
    var lost = 0
    for (index, answer) in answers.enumerated() {
      let replay = try await again.apply([Self.fund("k\(index)")])[0].get()
      if !replay.replayed || replay.body != answer.body { lost += 1 }
    }
    await again.close()
    return lost
  }

  @Test func acknowledgedWorkSurvivesAPowerCut() async throws {
    #expect(try await Self.lostWork(.full) == 0)
  }

  @Test(arguments: [SQLiteLedgerStore.Options.Synchronous.off, .normal])
  func thePowerCutTestFailsWithoutFullSync(_ synchronous: SQLiteLedgerStore.Options.Synchronous) async throws {
    #expect(try await Self.lostWork(synchronous) > 0)
  }

  /// Power fails at a random write or sync while eight clients pay; the disk drops all, or a random part, of what was
  /// not synced.
  ///
  /// Every other time the log is moved beside the writer.
  @Test(arguments: 1...24) func powerCutsAtRandomPoints(_ seed: UInt64) async throws {
    let disk = try FaultDisk()
    let isBeside = seed % 4 < 2
    var store = try disk.open(checkpointPages: 16, checkpointsBeside: isBeside)
    var generator = SeededGenerator(seed: seed)
    var prepared = 0
    for command in World.ready {
      _ = try await store.apply([World.request("ready \(prepared)", command)])
      prepared += 1
    }
    var acknowledged: [Acknowledged] = []
    for round in 0..<3 {
      faultvfs_cut_after(disk.watch, .random(in: (round == 0 ? 100 : 1)...400, using: &generator))
      let (requests, head) = try await Self.payUntilDark(store, round: round)
      acknowledged += requests
      #expect(!acknowledged.isEmpty)
      #expect(faultvfs_is_dead(disk.watch) == 1)
      await store.close()
      try #require(faultvfs_restore(disk.watch, seed % 2 == 0 ? 0 : generator.next() | 1) == 0)
      store = try disk.open(checkpointPages: 16, checkpointsBeside: isBeside)
      let newest = try await store.head()
      #expect(newest.sequence >= head.sequence, "seed \(seed)")
      for one in acknowledged {
        let replay = try await store.apply([one.request])[0].get()
        #expect(replay.replayed && replay.body == one.answer.body, "seed \(seed): \(one.request.idempotencyKey)")
      }
      let report = try await store.audit(evidence: World.verify)
      #expect(report.isClean, "seed \(seed): \(report.problems)")
    }
    await store.close()
  }

  /// Pays and voids from eight clients until the store fails: what was acknowledged, and the newest head given.
  static func payUntilDark(
    _ store: SQLiteLedgerStore, round: Int
  ) async throws -> (acknowledged: [Acknowledged], head: ChainHead) {
    let writer = BatchWriter(store: store)
    let start = try await store.head()
    return await withTaskGroup(of: [Acknowledged].self) { group in
      for client in 0..<8 {
        group.addTask {
          var answers: [Acknowledged] = []
          for index in 0..<200 {
            let number = round * 10_000 + client * 1_000 + index
            let command: LedgerCommand =
              index % 4 == 3
              ? World.record(number - 1, .void)
              : .payout(World.posting(number, counter: UInt32(2 * number + 1), parts: [World.part(1)]))
            let request = World.request("n\(number)", command)
            guard let answer = try? await writer.submit(request) else { break }
            answers.append(Acknowledged(request: request, answer: answer))
          }
          return answers
        }
      }
      var acknowledged: [Acknowledged] = []
      var head = start
      for await answers in group {
        acknowledged += answers
        for one in answers where one.answer.head.sequence > head.sequence { head = one.answer.head }
      }
      return (acknowledged, head)
    }
  }

  @Test func aFailedSyncStopsTheStore() async throws {
    let disk = try FaultDisk()
    let store = try disk.open()
    _ = try await store.apply([Self.fund("good")])
    faultvfs_fail_sync(disk.watch, Int32(FAULTVFS_WAL), 1)
    await #expect(throws: LedgerStoreError.self) { try await store.apply([Self.fund("bad")]) }
    await #expect(throws: LedgerStoreError.stopped) { try await store.apply([Self.fund("later")]) }
    await store.close()
    let again = try disk.open()
    #expect(try await again.apply([Self.fund("good")])[0].get().replayed)
    #expect(try await again.audit(evidence: World.verify).isClean)
    await again.close()
  }
}
