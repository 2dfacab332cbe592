import CFaultVFS
import Ledger
import Testing

@testable import LedgerStore

/// A disk that fails while eight clients are paid: nothing more is acknowledged, and a restart has everything that was.
struct DiskFaultTests {
  enum Fault: CaseIterable, Sendable {
    /// The sync of the log, on which every answer waits.
    case logSync
    /// The sync of the database, when a checkpoint has written to it.
    case databaseSync
    /// No room for the log to grow.
    case fullAtLog
    /// No room for the database: the log starts anew within its old length, and a checkpoint finds the disk full.
    case fullAtCheckpoint
  }

  static let clients = 8

  /// A card and an item for each client, whose line is its number.
  static let ready: [LedgerCommand] =
    [
      .registerAgent(AgentRegistration(agent: "BD01", onlineLimit: 5_000_000)), World.terminal(1),
      .fund(
        Funding(
          unit: World.social19, funder: World.pension, amount: 100_000_000, reference: "UNC 1", hands: World.hands())),
      .importItems(
        ItemImport(wholeList: "T11", rows: (1...clients).map { World.row($0, 3_000_000) }, maker: "Nguyễn A")),
    ] + (1...clients).map { World.registration(card: $0, person: $0) } + World.approved("T11")
    + [.creditCycle(CycleCredit(list: "T11"))]

  /// Clients that go on after failures, as a service's do: what they were told. Each pays its own card, certificate
  /// after certificate.
  static func pay(
    _ writer: BatchWriter, _ chains: [CardChain]
  ) async -> (acknowledged: [DurabilityTests.Acknowledged], errors: [LedgerStoreError], chains: [CardChain]) {
    await withTaskGroup(of: ([DurabilityTests.Acknowledged], [LedgerStoreError], CardChain).self) { group in
      for var chain in chains {
        group.addTask {
          var answers: [DurabilityTests.Acknowledged] = []
          var errors: [LedgerStoreError] = []
          for _ in 0..<200 where errors.count < 3 {
            let request = chain.next([World.part(1, line: UInt32(chain.card))])
            do throws(LedgerStoreError) {
              answers.append(.init(request: request, answer: try await writer.submit(request)))
            } catch {
              errors.append(error)
            }
          }
          return (answers, errors, chain)
        }
      }
      return await group.reduce(into: ([], [], [])) { all, one in
        all.0 += one.0
        all.1 += one.1
        all.2.append(one.2)
      }
    }
  }

  static func inject(_ fault: Fault, _ disk: FaultDisk) {
    switch fault {
    case .logSync: faultvfs_fail_sync(disk.watch, Int32(FAULTVFS_WAL), 7)
    case .databaseSync: faultvfs_fail_sync(disk.watch, Int32(FAULTVFS_DB), 2)
    case .fullAtLog: faultvfs_room(disk.watch, 40 * 4_120 + 17)
    // The log has had its length before: it is the database that has to grow.
    case .fullAtCheckpoint: faultvfs_room(disk.watch, 0)
    }
  }

  @Test(arguments: Fault.allCases) func nothingMoreIsAcknowledged(_ fault: Fault) async throws {
    let disk = try FaultDisk()
    let store = try disk.open(checkpointPages: fault == .fullAtLog ? 100_000 : 64)
    for (index, command) in Self.ready.enumerated() {
      _ = try await store.apply([World.request("ready \(index)", command)])[0].get()
    }
    let writer = BatchWriter(store: store)
    let before = await Self.pay(writer, (1...Self.clients).map { CardChain(card: $0) })
    #expect(before.acknowledged.count == 1_600 && before.errors.isEmpty)
    #expect(before.acknowledged.allSatisfy { $0.answer.outcome.refusal == nil })
    Self.inject(fault, disk)
    let (acknowledged, errors, _) = await Self.pay(writer, before.chains)
    // Every client was told, and from then on always.
    #expect(errors.count == 24, "\(fault): \(acknowledged.count) acknowledged, \(errors.count) errors")
    #expect(errors.contains(.stopped))
    await #expect(throws: LedgerStoreError.stopped) { try await store.head() }
    await #expect(throws: LedgerStoreError.stopped) { try await store.apply([DurabilityTests.fund("later")]) }
    await store.close()
    faultvfs_room(disk.watch, -1)
    try await Self.expectAll(before.acknowledged + acknowledged, disk, "\(fault)")
  }

  /// Opened again on a good disk: each acknowledged request is answered as before, and the audit is clean.
  static func expectAll(
    _ acknowledged: [DurabilityTests.Acknowledged], _ disk: FaultDisk, _ place: String
  ) async throws {
    let store = try disk.open()
    for start in stride(from: 0, to: acknowledged.count, by: 256) {
      let part = acknowledged[start..<min(start + 256, acknowledged.count)]
      for (one, result) in zip(part, try await store.apply(part.map(\.request))) {
        let replay = try result.get()
        #expect(
          replay.replayed && replay.body == one.answer.body && replay.status == one.answer.status,
          "\(place): \(one.request.idempotencyKey)")
      }
    }
    let report = try await store.audit(evidence: World.verify)
    #expect(report.isClean, "\(place): \(report.problems)")
    #expect(report.payouts >= Int64(acknowledged.count))
    _ = try await store.apply([DurabilityTests.fund("again")])[0].get()
    await store.close()
  }
}
