import CFaultVFS
import Foundation
import Ledger
import Testing

@testable import LedgerStore

/// The power fails at each write, truncation and sync of a batch and of the checkpoint after it.
struct PowerLossTests {
  enum Disk: Int32, CaseIterable, Sendable {
    case drops = 0
    case reorders = 1
    case tears = 2
    case keeps = 3
  }

  /// A ledger with history, and what its card does next.
  struct Prepared: Sendable {
    let folder = Scratch()
    var acknowledged: [DurabilityTests.Acknowledged] = []
    /// Acknowledged right before the batch: still in the log when the power fails.
    let late: LedgerRequest
    /// Everything that changes money at a point: payouts, a refusal, records, a funding.
    let batch: [LedgerRequest]

    init() async throws {
      var chain = CardChain(card: 1)
      let store = try folder.open()
      for (index, command) in World.ready.enumerated() {
        let request = World.request("ready \(index)", command)
        acknowledged.append(.init(request: request, answer: try await store.apply([request])[0].get()))
      }
      for _ in 1...5 {
        let request = chain.next([World.part(1_000)])
        acknowledged.append(.init(request: request, answer: try await store.apply([request])[0].get()))
      }
      let early = chain.number
      late = chain.next([World.part(3)])
      var batch = [chain.next([World.part(700)])]
      batch.append(World.request("b1", World.record(chain.number, .paid)))
      batch.append(chain.next([World.part(9_000_000)]))
      batch.append(chain.next([World.part(40)]))
      batch.append(World.request("b2", World.record(chain.number, .void)))
      batch.append(World.request("b3", World.record(early, .void)))
      batch.append(DurabilityTests.fund("b4", 12))
      self.batch = batch
      await store.close()
    }
  }

  /// Whether the power failed before the batch was through.
  static func tryCut(
    _ operation: UInt64, _ disk: Disk, _ prepared: Prepared
  ) async throws -> Bool {
    let faults = try FaultDisk()
    try FileManager.default.copyItem(atPath: prepared.folder.path, toPath: faults.scratch.path)
    // Each commit is followed by a checkpoint: its writes and syncs are cut too, at places that are the same each time.
    let store = try faults.open(checkpointPages: 1, checkpointsBeside: false)
    let (late, batch) = (prepared.late, prepared.batch)
    let lateAnswer = try await store.apply([late])[0].get()
    faultvfs_cut_after(faults.watch, operation)
    let answers = try? await store.apply(batch).map { try $0.get() }
    let isCut = faultvfs_is_dead(faults.watch) == 1
    await store.close()
    try #require(faultvfs_restore_as(faults.watch, disk.rawValue, operation | 1) == 0)
    let place = "operation \(operation), disk \(disk)"
    let again = try faults.open()
    for one in prepared.acknowledged + [.init(request: late, answer: lateAnswer)] {
      let replay = try await again.apply([one.request])[0].get()
      #expect(replay.replayed && replay.body == one.answer.body, "\(place): \(one.request.idempotencyKey)")
    }
    // The batch is there whole or not at all; whole when it was acknowledged.
    let head = try await again.head()
    let isThere = head.sequence > lateAnswer.head.sequence
    #expect(isThere || answers == nil, "\(place): an acknowledged batch is gone")
    let replays = try await again.apply(batch).map { try $0.get() }
    #expect(replays.allSatisfy { $0.replayed == isThere }, "\(place): half a batch")
    #expect(replays.filter { $0.outcome.refusal != nil }.count == 1, "\(place)")
    if let answers { #expect(replays.map(\.body) == answers.map(\.body), "\(place)") }
    let report = try await again.audit(evidence: World.verify)
    #expect(report.isClean, "\(place): \(report.problems)")
    await again.close()
    return isCut
  }

  @Test(arguments: Disk.allCases) func everyBoundaryOfABatch(_ disk: Disk) async throws {
    let prepared = try await Prepared()
    var operation: UInt64 = 1
    while try await Self.tryCut(operation, disk, prepared) {
      operation += 1
      try #require(operation < 2_000)
    }
    // Frames of the log, its sync, the database's pages and its sync: fewer would mean that the cut came too early.
    #expect(operation > 40, "\(operation)")
  }
}
