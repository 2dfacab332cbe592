import CardTestSupport
import Foundation
import GRDB
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@testable import ansinh

extension Integration {
  /// kill -9 at random moments, many times over, with every answer kept beside the service.
  ///
  /// 20 times; `ANSINH_KILLS` says how many else (`Tools/kill-storm`).
  @Suite("The service killed again and again")
  struct KillStormTests {
    private static var kills: Int { ProcessInfo.processInfo.environment["ANSINH_KILLS"].flatMap { Int($0) } ?? 20 }
    private static let workers = 6
    /// Older answers that are asked for over HTTP after each start, besides the newest; all are looked up in the books.
    private static let sample = 20

    private final class Desks: Sendable {
      struct State: Sendable {
        var paid = 0
        var unexpected: [String] = []
        /// Set while answers are compared, so that nothing is added meanwhile.
        var isPaused = false
        var isOver = false
      }
      private let state = Mutex(State())
      var now: State { state.withLock { $0 } }
      func note(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    }

    @Test("Whatever was acknowledged is answered the same octet for octet after every start, and the audit is clean")
    func storm() async throws {
      let seed = UInt64.random(in: .min ... .max)
      print("kill storm: \(Self.kills) kills, seed \(seed)")
      let folder = try TemporaryFolder()
      let serve = try await Serve.start(folder.path)
      defer { serve.kill() }
      let proxy = try LossyProxy(to: serve.port)
      defer { proxy.close() }
      try await withClient(proxy.url, timeoutSeconds: 2) { client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let cards = try await HeldCard.issue(12, home: folder.path, client: client)
        let points = [
          try await TestPoint(folder: folder.path + "/a", province: "79", client: client),
          try await TestPoint(folder: folder.path + "/b", province: "19", client: client),
        ]
        let credited = try await books.open(cards)
        let (last, answers) = try await run(serve, proxy, points, cards, seed)
        defer { last.kill() }
        for point in points { try await point.recover() }
        for answer in answers { try Self.expectSame(answer, last.port) }
        let counts = try await books.reconcile(points, cards, credited: credited)
        print("\(counts.paid) paid, \(counts.void) void, \(answers.count) answers kept; seed \(seed)")
        try await last.stop()
      }
    }

    private func run(
      _ first: Serve, _ proxy: LossyProxy, _ points: [TestPoint], _ cards: [HeldCard], _ seed: UInt64
    ) async throws -> (Serve, [LossyProxy.Exchange]) {
      var generator = SplitMix64(seed: seed)
      var serve = first
      var answers: [LossyProxy.Exchange] = []
      let desks = Desks()
      try await withThrowingTaskGroup { group in
        for worker in 0..<Self.workers {
          let mine = cards.enumerated().filter { $0.offset % Self.workers == worker }.map(\.element)
          let (point, workerSeed) = (points[worker % points.count], generator.next())
          group.addTask { await Self.work(point, mine, workerSeed, desks) }
        }
        defer { desks.note { $0.isOver = true } }
        for kill in 1...Self.kills {
          let paid = desks.now.paid
          try await eventually("payouts before kill \(kill), seed \(seed)") { desks.now.paid > paid }
          try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &generator)))
          desks.note { $0.isPaused = true }
          serve.kill()
          serve = try await serve.again()
          let fresh = proxy.take().filter { $0.key != nil && (200..<300).contains($0.answer.status) }
          for answer in fresh { try Self.expectSame(answer, serve.port) }
          for _ in 0..<min(Self.sample, answers.count) {
            if let old = answers.randomElement(using: &generator) { try Self.expectSame(old, serve.port) }
          }
          answers += fresh
          try Self.expectKept(answers, serve.home)
          try await Self.expectCleanAudit(serve)
          desks.note { $0.isPaused = false }
          if kill.isMultiple(of: 10) || kill == Self.kills {
            print("kill \(kill) of \(Self.kills): \(answers.count) answers kept, \(desks.now.paid) paid, audit clean")
          }
        }
        desks.note { $0.isOver = true }
        try await group.waitForAll()
      }
      #expect(desks.now.unexpected == [], "seed \(seed)")
      return (serve, answers)
    }

    private static func work(_ point: TestPoint, _ cards: [HeldCard], _ seed: UInt64, _ desks: Desks) async {
      var generator = SplitMix64(seed: seed)
      while !desks.now.isOver {
        guard !desks.now.isPaused else {
          try? await Task.sleep(for: .milliseconds(10))
          continue
        }
        guard let card = cards.randomElement(using: &generator) else { return }
        do {
          let session = try await card.open(at: point)
          _ = try await point.desk.pay(session, amount: Int64.random(in: 1...99, using: &generator))
          desks.note { $0.paid += 1 }
        } catch is PayoutError {
          try? await Task.sleep(for: .milliseconds(20))
        } catch {
          desks.note { $0.unexpected.append("\(error)") }
        }
      }
    }

    /// Every acknowledged answer is in the books, octet for octet, under its key.
    private static func expectKept(_ exchanges: [LossyProxy.Exchange], _ home: String) throws {
      struct Answer: Hashable {
        let key: String
        let status: Int
        let body: Data
      }
      var configuration = Configuration()
      configuration.readonly = true
      let books = try DatabaseQueue(path: home + "/centre/ledger.sqlite", configuration: configuration)
      let kept = try books.read { db in
        Set(
          try Row.fetchAll(db, sql: "SELECT key, status, body FROM request").map { row in
            // `scope/key`, a payout's `payouts/key/terminal`; none of the points' keys has a slash.
            let parts = (row[0] as String).split(separator: "/")
            let key = parts.first == "payouts" ? parts.dropFirst().first : parts.last
            return Answer(key: key.map(String.init) ?? "", status: row[1], body: row[2])
          })
      }
      try books.close()
      for exchange in exchanges {
        let answer = Answer(
          key: exchange.key ?? "", status: exchange.answer.status, body: Data(exchange.answer.body))
        // Kept out of the macro: a failure would print every answer of the books.
        let isKept = kept.contains(answer)
        #expect(isKept, "\(exchange.path) \(answer.key)")
      }
    }

    /// Every invariant, every chain, every evidence.
    private static func expectCleanAudit(_ serve: Serve) async throws {
      let audit = try await withClient(serve.url) { client in
        try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 120)
      }
      #expect(audit.problemCount == 0, "\(audit.problems)")
    }

    /// Asks again with the same key and octets.
    private static func expectSame(_ exchange: LossyProxy.Exchange, _ port: UInt16) throws {
      let again = try #require(
        try HTTPText.post(port, exchange.path, key: exchange.key, exchange.request.body), "\(exchange.path)")
      #expect(again.status == exchange.answer.status, "\(exchange.path) \(exchange.key ?? "")")
      #expect(again.body == exchange.answer.body, "\(exchange.path) \(exchange.key ?? "")")
      #expect(again.field("ansinh-replayed") == "true", "\(exchange.path) \(exchange.key ?? "")")
    }
  }
}
