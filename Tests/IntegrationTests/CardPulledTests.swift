import CardApplication
import CardTerminal
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// Cards that leave the reader in the middle of a tap. The centre runs in this process, so that its clock can be put
  /// forward over the life of a challenge.
  @Suite("Cards pulled in the middle")
  struct CardPulledTests {
    /// READ EF.CardAccess 1, PACE 5, Terminal Authentication 7, SELECT 1, AUTHORISE 1, COMPLETE 1.
    private static let tap = 16

    @Test("At every APDU of a tap: nothing is paid without a record, the next tap pays, the centre learns of the rest")
    func everyAPDU() async throws {
      let folder = try TemporaryFolder()
      let clock = TestClock()
      try await TestCentre.with(folder.path, clock) { _, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let moments = PulledChannel.Moment.allCases
        let cards = try await HeldCard.issue(Self.tap * moments.count, home: folder.path, client: client)
        let credited = try await books.open(cards)
        let point = try await TestPoint(folder: folder.path + "/a", client: client, clock: clock.now)
        for (index, card) in cards.enumerated() {
          let (number, moment) = (index / moments.count + 1, moments[index % moments.count])
          try await pull(card, point, books, during: number, moment)
          let next = try await point.desk.pay(try await card.open(at: point), amount: 2_000)
          #expect(next.cardCompleted && next.reported, "after \(number) \(moment)")
        }
        clock.advance(minutes: 11)
        for card in cards {
          _ = try await point.desk.pay(try await card.open(at: point), amount: 3_000)
          let status = try await card.open().status()
          #expect(status.acknowledgedCounter == status.counter, "card \(card.number)")
        }
        try await point.recover()
        let counts = try await books.reconcile([point], cards, credited: credited)
        // Pulled at AUTHORISE, before or after the card has signed: void. At COMPLETE: paid already.
        #expect(counts == (paid: cards.count * 2 + 2, void: 2))
      }
    }

    /// One tap that the card does not see to its end.
    private func pull(
      _ card: HeldCard, _ point: TestPoint, _ books: Books, during number: Int, _ moment: PulledChannel.Moment
    ) async throws {
      let place: Comment = "pulled during \(number), \(moment)"
      let before = try await books.open(card.number)
      let known = Set(try point.journal().keys)
      let wrap = { (channel: any CardChannel) -> any CardChannel in
        PulledChannel(channel, during: number, moment)
      }
      if number < Self.tap - 1 {
        let error = await #expect(throws: CardSessionError.self, place) { try await card.open(at: point, wrap) }
        #expect(error.map { UserMessage($0).exitCode } == 3, place)
        #expect(Set(try point.journal().keys) == known, place)
      } else if number < Self.tap {
        let session = try await card.open(at: point, wrap)
        let error = await #expect(throws: PayoutError.self, place) {
          try await point.desk.pay(session, amount: 1_000) { _ in Issue.record("money was handed over") }
        }
        #expect(error.map { UserMessage($0).problem.vi.contains("Chưa chi tiền") } == true, place)
        let new = try point.journal().filter { !known.contains($0.key) }
        #expect(new.values.map { $0.map(\.step) } == [[.started, .void, .reported]], place)
      } else {
        let result = try await point.desk.pay(try await card.open(at: point, wrap), amount: 1_000)
        #expect(!result.cardCompleted && result.reported, place)
      }
      #expect(try await books.open(card.number) == before - (number == Self.tap ? 1_000 : 0), place)
    }

    @Test("A log read too early is read again later, by any point, and every point can end its records")
    func logOfAnotherPoint() async throws {
      let folder = try TemporaryFolder()
      let clock = TestClock()
      try await TestCentre.with(folder.path, clock) { port, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let card = try await HeldCard.issue(1, home: folder.path, client: client)[0]
        let credited = try await books.open([card])
        let proxy = try LossyProxy(to: port)
        defer { proxy.close() }
        let second = try await TestPoint(folder: folder.path + "/b", province: "01", client: client, clock: clock.now)
        try await withClient(proxy.url) { lossy in
          let first = try await TestPoint(folder: folder.path + "/a", client: lossy, clock: clock.now)
          // The first point has the card's signature and then no line: neither posting nor VOID arrive.
          proxy.lose(.request, of: "/v1/payouts", times: 3)
          proxy.lose(.request, of: "/v1/payout-records", times: 1)
          await #expect(throws: PayoutError.self) {
            try await first.desk.pay(try await card.open(at: first), amount: 1_000)
          }
          try await readLog(card, second, clock)
          try await first.recover()
          let counts = try await books.reconcile([first, second], [card], credited: credited)
          #expect(counts == (paid: 2, void: 1))
        }
      }
    }

    private func readLog(_ card: HeldCard, _ point: TestPoint, _ clock: TestClock) async throws {
      // Too early to have it decided: the point that asked for it may still post it.
      let early = try await point.desk.pay(try await card.open(at: point), amount: 2_000)
      #expect(early.challenge.acknowledgedCounter == 0)
      clock.advance(minutes: 11)
      let late = try await point.desk.pay(try await card.open(at: point), amount: 3_000)
      #expect(late.challenge.acknowledgedCounter == 2)
      #expect(try await card.open().status().acknowledgedCounter == 3)
    }
  }
}
