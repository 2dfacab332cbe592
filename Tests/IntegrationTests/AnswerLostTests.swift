import CardCrypto
import Foundation
import PayoutPoint
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// A line that loses requests or answers between the point and `ansinh serve`.
  @Suite("Requests and answers lost on the way")
  struct AnswerLostTests {
    /// A service, a lossy line to it, a point at its end, and cards.
    private final class Town: Sendable {
      let folder: TemporaryFolder
      let serve: Serve
      let proxy: LossyProxy
      let client: ServiceClient
      let point: TestPoint
      let cards: [HeldCard]
      let credited: [String: Int64]
      var books: Books { Books(client: client) }

      private init(
        _ folder: TemporaryFolder, _ serve: Serve, _ proxy: LossyProxy, _ client: ServiceClient,
        _ lossy: ServiceClient, cards count: Int
      ) async throws {
        (self.folder, self.serve, self.proxy, self.client) = (folder, serve, proxy, client)
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        cards = try await HeldCard.issue(count, home: folder.path, client: client)
        point = try await TestPoint(folder: folder.path + "/point", client: lossy)
        credited = try await books.open(cards)
      }

      static func with(cards count: Int, _ body: (Town) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let serve = try await Serve.start(folder.path)
        defer { serve.kill() }
        let proxy = try LossyProxy(to: serve.port)
        defer { proxy.close() }
        try await withClient(serve.url) { client in
          try await withClient(proxy.url) { lossy in
            try await body(try await Town(folder, serve, proxy, client, lossy, cards: count))
          }
        }
      }
    }

    private static let payouts = "/v1/payouts"

    @Test("Lost once, a posting is asked for again with the same key and gets the identical bytes")
    func lostOnce() async throws {
      try await Town.with(cards: 2) { town in
        for (card, loss) in zip(town.cards, [LossyProxy.Loss.request, .answer]) {
          town.proxy.lose(loss, of: Self.payouts, times: 1)
          let result = try await town.point.desk.pay(try await card.open(at: town.point))
          #expect(result.amount == town.credited[card.number])
          let seen = town.proxy.exchanges.filter { $0.path == Self.payouts && $0.key == result.transaction }
          #expect(seen.map(\.arrived) == (loss == .answer ? [false, true] : [true]))
          #expect(Set(seen.map(\.answer.body)).count == 1)
          #expect(Set(seen.map(\.answer.status)) == [201])
          if loss == .answer { #expect(seen.last?.answer.field("ansinh-replayed") == "true") }
        }
        #expect(town.proxy.lost == 2)
        let counts = try await town.books.reconcile([town.point], town.cards, credited: town.credited)
        #expect(counts == (paid: 2, void: 0))
      }
    }

    @Test(
      "Lost for good, the payout is void, the money is back, and the next try pays",
      arguments: [
        LossyProxy.Loss.request, .answer,
      ])
    func lostForGood(_ loss: LossyProxy.Loss) async throws {
      try await Town.with(cards: 1) { town in
        let card = town.cards[0]
        town.proxy.lose(loss, of: Self.payouts, times: 3)
        let handed = await #expect(throws: PayoutError.self) {
          try await town.point.desk.pay(try await card.open(at: town.point)) { _ in
            Issue.record("money was handed over")
          }
        }
        if case .serviceDuringPayout(.unreachable) = handed {} else { Issue.record("\(String(describing: handed))") }
        #expect(town.proxy.lost == 3)
        #expect(try await town.books.open(card.number) == town.credited[card.number])
        let result = try await town.point.desk.pay(try await card.open(at: town.point))
        #expect(result.amount == town.credited[card.number])
        let counts = try await town.books.reconcile([town.point], town.cards, credited: town.credited)
        #expect(counts == (paid: 1, void: 1))
      }
    }

    @Test("Whatever else is lost, the payout stands or has not begun, and is made good")
    func othersLost() async throws {
      let paths = ["/v1/challenges", "/v1/payout-records", "/v1/cards/", "/v1/receipts"]
      try await Town.with(cards: paths.count * 2) { town in
        for (index, card) in town.cards.enumerated() {
          let path = paths[index / 2]
          town.proxy.lose(index % 2 == 0 ? .request : .answer, of: path, times: 1)
          let session = try await card.open(at: town.point)
          if path == "/v1/challenges" {
            await #expect(throws: PayoutError.self) { try await town.point.desk.pay(session, amount: 1_000) }
            let result = try await town.point.desk.pay(try await card.open(at: town.point), amount: 1_000)
            #expect(result.reported && result.cardCompleted)
          } else {
            let result = try await town.point.desk.pay(session, amount: 1_000)
            #expect(result.reported == (path != "/v1/payout-records"))
            #expect(result.cardCompleted == (path == "/v1/payout-records"))
          }
          #expect(town.proxy.lost == index + 1)
          let next = try await town.point.desk.pay(try await card.open(at: town.point), amount: 1_001)
          #expect(next.reported && next.cardCompleted)
        }
        try await town.point.recover()
        let counts = try await town.books.reconcile([town.point], town.cards, credited: town.credited)
        #expect(counts == (paid: town.cards.count * 2, void: 0))
      }
    }

    @Test("The same request twice is answered with the same bytes and done once")
    func twice() async throws {
      try await Town.with(cards: 1) { town in
        let card = town.cards[0]
        let result = try await town.point.desk.pay(try await card.open(at: town.point), amount: 5_000)
        let first = try #require(town.proxy.exchanges.first { $0.key == result.transaction && $0.path == Self.payouts })
        let entries = try #require(try town.point.journal()[result.transaction])
        let certificate = try #require(entries.first { $0.step == .authorised })
        func body(fromLog: Bool = false) throws -> [UInt8] {
          try WireJSON.encode(
            PayoutRequest(
              certificate: WireBytes([UInt8](certificate.data)),
              terminalKeyHash: WireBytes(town.point.terminal.keyHash), fromLog: fromLog))
        }
        for _ in 0..<3 {
          let again = try HTTPText.post(town.serve.port, Self.payouts, key: result.transaction, try body())
          #expect(again?.body == first.answer.body)
          #expect(again?.status == first.answer.status)
        }
        // The certificate's identity decides, not the key it comes with.
        for (key, fromLog) in [("another-key", false), ("from-a-log", true)] {
          let again = try HTTPText.post(town.serve.port, Self.payouts, key: key, try body(fromLog: fromLog))
          #expect(again?.body == first.answer.body)
        }
        let changed = try HTTPText.post(town.serve.port, Self.payouts, key: result.transaction, try body(fromLog: true))
        #expect(changed?.status == 422)
        let keyless = try HTTPText.post(town.serve.port, Self.payouts, key: nil, try body())
        #expect(keyless?.status == 400)
        try await expectSingle(town, card, result)
      }
    }

    /// At the same time, not one after the other: one effect, one answer.
    private func expectSingle(_ town: Town, _ card: HeldCard, _ result: PayoutResult) async throws {
      let order = try await town.point.prepare(card, amount: 7_000)
      let port = town.serve.port
      let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for number in 0..<8 {
          group.addTask {
            while true {
              let key = "\(order.transaction)-\(number / 4)"
              let answer = try #require(try HTTPText.post(port, Self.payouts, key: key, order.request))
              let problem = try? WireJSON.decode(Problem.self, from: answer.body)
              // Beside another under its key it is told to come again, as the desk's client does.
              guard problem?.code == ProblemCode.requestInFlight.rawValue else { return answer.body }
              try await Task.sleep(for: .milliseconds(20))
            }
          }
        }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(answers.count == 1)
      #expect(try await town.books.open(card.number) + 12_000 == town.credited[card.number])
      let audit = try await town.books.expectClean()
      #expect(audit.payouts == 2)
    }
  }
}
