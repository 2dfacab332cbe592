import CardApplication
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// A point whose process ended between two steps of its journal: what it finds when it is started again.
  @Suite("The point killed between journal steps")
  struct PointKilledTests {
    @Test("Without PAID it becomes VOID and the money is back; with PAID it is only reported")
    func betweenSteps() async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { port, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let cards = try await HeldCard.issue(4, home: folder.path, client: client)
        let credited = try await books.open(cards)
        var begun: [PreparedPayout] = []
        let paid: [UInt8]
        do {
          let point = try await TestPoint(folder: folder.path + "/a", client: client)
          for card in cards { begun.append(try await point.prepare(card, amount: 1_000)) }
          for payout in begun[2...] { try await post(payout, client) }
          paid = try paidRecord(begun[3], point)
        }
        try writeJournal(folder.path + "/a", begun, paid)
        let point = try await TestPoint(folder: folder.path + "/a", client: client)
        let recovered = try await point.desk.recover()
        #expect(recovered.voided == 3 && recovered.waiting == 0)
        var states: [PayoutStatusAnswer.State] = []
        for payout in begun { states.append(try await books.status(payout.transaction).state) }
        // Never sent, never sent, posted and taken back, paid.
        #expect(states == [.unknown, .unknown, .voided, .posted])
        for payout in begun[..<2] {
          let late = try HTTPText.post(port, "/v1/payouts", key: "late-" + payout.transaction, payout.request)
          #expect(late?.status == 409, "a void transaction was posted afterwards")
        }
        let again = try await point.desk.recover()
        #expect(again.voided == 0 && again.waiting == 0)
        #expect(try await books.reconcile([point], cards, credited: credited) == (paid: 1, void: 3))
        for (index, card) in cards.enumerated() {
          let result = try await point.desk.pay(try await card.open(at: point))
          #expect(result.amount + (index == 3 ? 1_000 : 0) == credited[card.number])
        }
        #expect(try await books.reconcile([point], cards, credited: credited) == (paid: 5, void: 3))
      }
    }

    private func post(_ payout: PreparedPayout, _ client: ServiceClient) async throws {
      _ = try await client.post("/v1/payouts", key: payout.transaction, octets: payout.request, PayoutAnswer.self)
    }

    /// STARTED alone; STARTED and AUTHORISED; the same and POSTED; the same and PAID; and a last line that was cut off
    /// while being written.
    private func writeJournal(_ folder: String, _ begun: [PreparedPayout], _ paid: [UInt8]) throws {
      let journal = try Journal(folder: folder)
      for (index, payout) in begun.enumerated() {
        let steps: [(JournalEntry.Step, [UInt8])] = [
          (.started, BERTLV(0xA7, payout.order.bytes).bytes), (.authorised, payout.certificate), (.posted, []),
          (.paid, paid),
        ]
        for (step, data) in steps[...index] {
          try journal.append(
            JournalEntry(step: step, transaction: payout.transaction, time: Clock.seconds, data: Data(data)))
        }
      }
      let handle = try #require(FileHandle(forWritingAtPath: folder + "/journal.jsonl"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(#"{"data":"","step":"started","time":1,"trans"#.utf8))
      try handle.close()
    }

    /// The terminal's signed PAID.
    private func paidRecord(_ payout: PreparedPayout, _ point: TestPoint) throws -> [UInt8] {
      let identity = try PayoutCertificate.parse(payout.certificate).1.identity
      let record = TerminalRecord(
        transactionID: payout.order.transactionID, outcome: .paid, time: Clock.seconds, certificateHash: identity,
        terminalKeyHash: point.terminal.keyHash)
      return try SignedLayout(signing: record.body, with: point.terminal.key).bytes
    }
  }
}
