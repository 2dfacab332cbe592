import CardTestSupport
import Foundation
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@testable import ansinh

extension Integration {
  /// `ansinh serve` dies at random moments while cards are being paid, and comes back on the same state.
  @Suite("The service killed in the middle of payouts")
  struct KilledServiceTests {
    private static let rounds = 6
    private static let workers = 8

    /// What the desks said, besides their journals.
    private final class Said: Sendable {
      struct Lists: Sendable {
        var paid: [PayoutResult] = []
        var failures: [PayoutError] = []
        var unexpected: [String] = []
        var isOver = false
      }
      private let lists = Mutex(Lists())
      var all: Lists { lists.withLock { $0 } }
      func note(_ change: (inout Lists) -> Void) { lists.withLock { change(&$0) } }
    }

    @Test("Every acknowledged payout is posted once, everything else is void, no đồng is lost")
    func killed() async throws {
      let seed = UInt64.random(in: .min ... .max)
      print("service killed during payouts: seed \(seed)")
      let folder = try TemporaryFolder()
      let serve = try await Serve.start(folder.path)
      defer { serve.kill() }
      try await withClient(serve.url, timeoutSeconds: 1) { client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let cards = try await HeldCard.issue(48, home: folder.path, client: client)
        let points = [
          try await TestPoint(folder: folder.path + "/a", province: "79", client: client),
          try await TestPoint(folder: folder.path + "/b", province: "19", client: client),
        ]
        let credited = try await books.open(cards)
        let (said, last) = try await payAndKill(serve, points, cards, seed)
        defer { last.kill() }
        for point in points { try await point.recover() }
        try await expectAgreement(said, points, seed: seed)
        let counts = try await books.reconcile(points, cards, credited: credited)
        print("\(counts.paid) paid, \(counts.void) void, \(said.failures.count) failures told")
        try await last.stop()
      }
    }

    /// Workers tap cards at the points while the service is killed and started again, round after round.
    private func payAndKill(
      _ first: Serve, _ points: [TestPoint], _ cards: [HeldCard], _ seed: UInt64
    ) async throws -> (Said.Lists, last: Serve) {
      var generator = SplitMix64(seed: seed)
      var serve = first
      let said = Said()
      try await withThrowingTaskGroup { group in
        for worker in 0..<Self.workers {
          let mine = cards.enumerated().filter { $0.offset % Self.workers == worker }.map(\.element)
          let (point, workerSeed) = (points[worker % points.count], generator.next())
          group.addTask { await Self.work(point, mine, workerSeed, said) }
        }
        defer { said.note { $0.isOver = true } }
        for round in 1...Self.rounds {
          try await Task.sleep(for: .milliseconds(Int.random(in: 300...1_500, using: &generator)))
          let paid = said.all.paid.count
          serve.kill()
          // Away for a moment, so that the desks' own tries reach it again; or longer than they try.
          let away = round.isMultiple(of: 3) ? 4_500 : Int.random(in: 0...600, using: &generator)
          try await Task.sleep(for: .milliseconds(away))
          serve = try await serve.again()
          try await eventually("payouts after restart \(round), seed \(seed)") { said.all.paid.count > paid + 8 }
        }
        said.note { $0.isOver = true }
        try await group.waitForAll()
      }
      return (said.all, serve)
    }

    /// Taps one card after the other until it is over. Small amounts, so that no card runs dry.
    private static func work(
      _ point: TestPoint, _ cards: [HeldCard], _ seed: UInt64, _ said: Said
    ) async {
      var generator = SplitMix64(seed: seed)
      while !said.all.isOver {
        guard let card = cards.randomElement(using: &generator) else { return }
        let amount = Int64.random(in: 1...999, using: &generator)
        do {
          let session = try await card.open(at: point)
          let result = try await point.desk.pay(session, amount: amount)
          said.note { $0.paid.append(result) }
        } catch let error as PayoutError {
          said.note { $0.failures.append(error) }
          // A point without its service does not hammer at it.
          try? await Task.sleep(for: .milliseconds(20))
        } catch {
          said.note { $0.unexpected.append("\(error)") }
        }
      }
    }

    /// What was told to clerks is what stands in the journals; only the service's absence was ever told as a failure.
    private func expectAgreement(
      _ said: Said.Lists, _ points: [TestPoint], seed: UInt64
    ) async throws {
      #expect(said.unexpected == [], "seed \(seed)")
      #expect(!said.failures.isEmpty, "nobody noticed that the service was away; seed \(seed)")
      for failure in said.failures {
        switch failure {
        case .service(.unreachable), .serviceDuringPayout(.unreachable): break
        default: Issue.record("\(failure), seed \(seed)")
        }
      }
      let journals = try points.map { try $0.journal() }
      let paid = journals.flatMap { journal in journal.filter { $0.value.final == .paid }.keys }
      #expect(Set(said.paid.map(\.transaction)) == Set(paid), "seed \(seed)")
      #expect(Set(paid).count == paid.count)
    }
  }
}
