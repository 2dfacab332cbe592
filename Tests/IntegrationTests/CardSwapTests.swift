import CardApplication
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import PayoutPoint
import SecureChannel
import SoftCard
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// Another card in the place of the one that a session was opened with.
  @Suite("Cards swapped between two commands", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct CardSwapTests {
    @Test(
      "The session ends, nothing is paid on either card, and the second card is paid in a session of its own",
      arguments: [false, true])
    func swapped(isQuick: Bool) async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { _, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let cards = try await HeldCard.issue(2, home: folder.path, client: client)
        let credited = try await books.open(cards)
        let point = try await TestPoint(folder: folder.path + "/a", client: client)
        let watcher = try await Context()
        let first = try InsertedCard(cards[0].card, port: VirtualSlot.port)
        _ = try await watcher.waitForCard(in: VirtualSlot.name, timeout: VirtualSlot.patience)
        let connection = try await Context().connect(to: VirtualSlot.name)
        let session = try await cards[0].session(connection, at: point)
        await first.remove()
        // pcscd looks every 400 ms: a quick hand is faster than that.
        if !isQuick { try await VirtualSlot.waitUntilEmpty(watcher) }
        let second = try InsertedCard(cards[1].card, port: VirtualSlot.port)
        if !isQuick { _ = try await watcher.waitForCard(in: VirtualSlot.name, timeout: VirtualSlot.patience) }
        let error = await #expect(throws: PayoutError.self) {
          try await point.desk.pay(session) { _ in Issue.record("money was handed over") }
        }
        let message = try #require(error.map { UserMessage($0) })
        #expect(message.exitCode == 3 && message.problem.vi.hasSuffix("Chưa chi tiền."), "\(message.problem.vi)")
        await #expect(throws: (any Error).self, "the session goes on") { try await session.status() }
        await second.remove()
        try await VirtualSlot.waitUntilEmpty(watcher)
        for card in cards {
          #expect(try await card.open().status().counter == 0, "a card has signed")
          await card.card.reset()
        }
        try await VirtualSlot.withCard(cards[1].card) { context in
          let own = try await context.connect(to: VirtualSlot.name)
          let next = try await cards[1].session(own, at: point)
          #expect(try await point.desk.pay(next).amount == credited[cards[1].number])
          await own.disconnect()
        }
        #expect(try await books.reconcile([point], cards, credited: credited) == (paid: 1, void: 1))
      }
    }
  }
}
