import CardApplication
import CardCrypto
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing
import TransactionService

@testable import ansinh

/// A clock that goes as this machine's and can be put forward.
final class TestClock: Sendable {
  private let ahead = Mutex<Int64>(0)

  var milliseconds: Int64 { Clock.milliseconds + ahead.withLock { $0 } }
  func advance(minutes: Int64) { ahead.withLock { $0 += minutes * 60_000 } }
  @Sendable func now() -> Int64 { milliseconds }
}

/// A client of the service at `url` for as long as `body` takes, however it ends.
func withClient<Value: Sendable>(
  _ url: String, timeoutSeconds: Int64 = 5, _ body: (ServiceClient) async throws -> Value
) async throws -> Value {
  let client = ServiceClient(base: url, timeoutSeconds: timeoutSeconds)
  do {
    let value = try await body(client)
    await client.shutdown()
    return value
  } catch {
    await client.shutdown()
    throw error
  }
}

/// The centre inside this process, behind its HTTP server, with a clock of the test.
enum TestCentre {
  static func with(
    _ home: String, _ clock: TestClock,
    _ body: @Sendable @escaping (_ port: UInt16, _ client: ServiceClient) async throws -> Void
  ) async throws {
    let state = StateHome(path: home)
    try state.make(state.centre)
    let store = try SQLiteLedgerStore(folder: state.centre, clock: clock.now)
    let records = try RecordsKey(folder: state.centre)
    let centre = Centre(
      store: store, keys: try CentreKeys(path: state.centre + "/centre.keys"),
      trust: IssuerTrust(folders: [state.office]), allowsSampleData: true,
      records: records, anchors: try AnchorLog(folder: state.centre, key: records, clock: clock.now), clock: clock.now)
    let failure = Mutex<(any Error)?>(nil)
    try await CentreServer(centre: centre, port: 0).run(stopsOnSignals: false) { port, stop in
      do {
        try await withClient("http://127.0.0.1:\(port)") { try await body(UInt16(port), $0) }
      } catch {
        failure.withLock { $0 = error }
      }
      await stop()
    }
    await store.close()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// The centre's books as its API shows them, against what points and people know.
struct Books: Sendable {
  let client: ServiceClient

  /// Imports and credits the sample list.
  func creditSampleList() async throws -> ImportResult {
    try await ImportFlow(
      client: client, options: ImportOptions(maker: "An", checker: "Bình", approver: "Chi", sampleData: true)
    ).run(
      try ListFile(sampleList, sampleData: true))
  }

  /// Đồng that can be paid on a card.
  func open(_ card: String) async throws -> Int64 {
    try await client.get("/v1/cards/\(card)/payable", [PayableLine].self).reduce(0) { $0 + $1.amount }
  }

  func open(_ cards: [HeldCard]) async throws -> [String: Int64] {
    var open: [String: Int64] = [:]
    for card in cards { open[card.number] = try await self.open(card.number) }
    return open
  }

  func status(_ transaction: String) async throws -> PayoutStatusAnswer {
    try await client.get("/v1/payouts/\(transaction)", PayoutStatusAnswer.self)
  }

  /// `ansinh audit verify` finds nothing: chains, double entry, signs, items, outcomes, evidence, pairs.
  @discardableResult
  func expectClean(sourceLocation: SourceLocation = #_sourceLocation) async throws -> AuditAnswer {
    let audit = try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 120)
    let found = audit.problems.map { "\($0.check): \($0.place)" }
    #expect(audit.problemCount == 0, "\(found)", sourceLocation: sourceLocation)
    return audit
  }

  /// Every journal entry of the points against the centre, and every card's money: what was open in the beginning is
  /// what was paid out plus what is open now.
  ///
  /// - Returns: how many transactions ended in PAID and in VOID.
  @discardableResult
  func reconcile(
    _ points: [TestPoint], _ cards: [HeldCard], credited: [String: Int64],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> (paid: Int, void: Int) {
    var paidByCard: [String: Int64] = [:]
    var counts = (paid: 0, void: 0)
    var posted = 0
    for point in points {
      for (transaction, entries) in try point.journal() {
        let finals = entries.filter { $0.step == .paid || $0.step == .void }
        #expect(finals.count == 1, "\(transaction) \(entries.map(\.step))", sourceLocation: sourceLocation)
        #expect(entries.has(.reported), "\(transaction)", sourceLocation: sourceLocation)
        let status = try await status(transaction)
        if status.state == .posted || status.state == .voided { posted += 1 }
        let amount = try entries.order().total
        if entries.final == .paid {
          counts.paid += 1
          #expect(entries.has(.posted), "\(transaction)", sourceLocation: sourceLocation)
          #expect(status == PayoutStatusAnswer(state: .posted, amount: amount), sourceLocation: sourceLocation)
          paidByCard[try entries.cardNumber(), default: 0] += amount
        } else {
          counts.void += 1
          #expect(status.state != .posted, "\(transaction)", sourceLocation: sourceLocation)
        }
      }
    }
    for card in cards {
      let left = try await open(card.number)
      #expect(
        left + paidByCard[card.number, default: 0] == credited[card.number], "card \(card.number)",
        sourceLocation: sourceLocation)
    }
    let audit = try await expectClean(sourceLocation: sourceLocation)
    #expect(audit.payouts == Int64(posted), "payouts that no point knows of", sourceLocation: sourceLocation)
    return counts
  }
}
