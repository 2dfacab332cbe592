import CFaultVFS
import CentreTestSupport
import Foundation
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@testable import LedgerStore
@testable import TransactionService

@Suite("A centre whose disk fails")
struct StoppedCentreTests {
  /// What a full disk made of it.
  struct Told: Sendable {
    var acknowledged: [String] = []
    var codes: [String] = []
    var health: [String] = []
    var ends = false
  }

  // A process registers it once, by whichever name comes first: the one of all its tests.
  private static let vfs = "ansinh-fault"
  private static let registered = faultvfs_register(vfs)

  private static func funding(_ number: Int) -> FundingRequest {
    FundingRequest(
      unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: "UNC \(number)",
      hands: HandsRequest(maker: "Lê A", checker: "Ngô B", office: "BHXH 19", reason: "cấp kinh phí"))
  }

  private static func centre(_ folder: String, _ store: SQLiteLedgerStore) throws -> Centre {
    Centre(
      store: store, keys: try CentreKeys(path: folder + "/centre.keys"), trust: IssuerTrust(folders: []),
      allowsSampleData: true, clock: { TestClock.start * 1_000 })
  }

  /// Posts until it is refused, and then some; asks for the health.
  private static func post(_ client: ServiceClient, _ fail: () -> Void) async -> Told {
    var told = Told()
    func post(_ number: Int) async {
      do {
        _ = try await client.post("/v1/fundings", key: "f\(number)", funding(number), BookedAnswer.self)
        told.acknowledged.append("f\(number)")
      } catch ServiceClientError.refused(let problem) {
        told.codes.append(problem.code)
      } catch {
        told.codes.append("unreachable")
      }
    }
    for number in 0..<20 { await post(number) }
    fail()
    for number in 20..<60 where told.codes.count < 6 { await post(number) }
    do {
      told.health.append(String(try await client.get("/v1/health", HealthAnswer.self).headSequence))
    } catch ServiceClientError.refused(let problem) {
      told.health.append(problem.code)
    } catch {
      told.health.append("unreachable")
    }
    return told
  }

  enum Fault: CaseIterable, Sendable { case fullDisk, failedSync }

  @Test(
    "It takes nothing more, says so by one code, is not ready, ends; started again it has what it acknowledged",
    arguments: Fault.allCases)
  func stops(_ fault: Fault) async throws {
    try #require(Self.registered == 0)
    let scratch = try ScratchFolder()
    let folder = scratch.path + "/centre"
    let watch = faultvfs_watch(folder)
    try #require(watch >= 0)
    defer { faultvfs_unwatch(watch) }
    var options = SQLiteLedgerStore.Options(
      clock: { TestClock.start * 1_000 }, random: { UInt64.random(in: .min ... .max) })
    options.vfs = Self.vfs
    let store = try SQLiteLedgerStore(folder: folder, options: options)
    let told = Mutex(Told())
    let server = CentreServer(centre: try Self.centre(folder, store), port: 0)
    await #expect(throws: LedgerStoreError.stopped) {
      // Nobody asks it to stop: it ends by itself.
      try await server.run(stopsOnSignals: false) { port, _ in
        let client = ServiceClient(base: "http://127.0.0.1:\(port)")
        let result = await Self.post(client) {
          switch fault {
          case .fullDisk: faultvfs_room(watch, 30_000)
          case .failedSync: faultvfs_fail_sync(watch, Int32(FAULTVFS_WAL), 3)
          }
        }
        await client.shutdown()
        told.withLock { $0 = result }
      }
    }
    await store.close()
    faultvfs_room(watch, -1)
    let seen = told.withLock { $0 }
    #expect(seen.acknowledged.count >= 20 && seen.acknowledged.count < 60)
    #expect(seen.codes.count == 6 && seen.codes.first == ProblemCode.unavailable.rawValue)
    // It may have ended meanwhile; never is anything else said.
    #expect(seen.codes.allSatisfy { [ProblemCode.unavailable.rawValue, "unreachable"].contains($0) }, "\(seen.codes)")
    #expect(["unreachable", ProblemCode.unavailable.rawValue].contains(seen.health.first ?? ""))
    try await Self.expectKept(seen.acknowledged, scratch)
  }

  private static func expectKept(_ keys: [String], _ scratch: ScratchFolder) async throws {
    try await TestCentre.run(in: scratch) { centre in
      for key in keys {
        let number = try #require(Int(key.dropFirst()))
        let replay = try await centre.post("/v1/fundings", funding(number), key: key)
        #expect(replay.isReplay && replay.status == 201, "\(key)")
      }
    }
  }
}
