import CardApplication
import CardTerminal
import CentreTestSupport
import Foundation
import ISO7816
import Issuance
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@Suite("Payout desk")
struct PayoutDeskTests {
  @Test("A payout from the tap to the report: money, card and journal agree, in the promised order")
  func whole() async throws {
    let seen = Mutex<[String]>([])
    let hooks = Hooks { centre, request in
      let steps = try? Tap.steps(centre.folder + "/point/journal.jsonl")
      seen.withLock { $0.append("\(request.path) \((steps ?? []).joined(separator: " "))") }
      return nil
    }
    try await Tap.run(hooks: hooks) { tap in
      let session = try await tap.card.session(tap.terminal, .never) {
        let steps = try tap.stepsOnDisk()
        seen.withLock { $0.append("AUTHORISE \(steps.joined(separator: " "))") }
      }
      let handed = Mutex<[Int64]>([])
      let result = try await tap.desk.pay(session) { amount in
        handed.withLock { $0.append(amount) }
        // On the disk, not only in memory, before the drawer opens.
        #expect((try? tap.stepsOnDisk()) == ["started", "authorised", "posted", "paid"])
      }
      #expect(handed.withLock { $0 } == [3_000_000])
      #expect(result.amount == 3_000_000 && result.remaining == 0)
      #expect(result.reported && result.cardCompleted)
      #expect(result.paid.map(\.amount) == [3_000_000])
      #expect(result.payout.facts.holderName == "Nguyễn Thị Hòa")
      #expect(result.cardNumber == tap.card.made.cardNumber)
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "posted", "paid", "reported"])
      #expect(
        seen.withLock { $0 } == [
          "/v1/challenges ", "AUTHORISE started", "/v1/payouts started authorised",
          "/v1/payout-records started authorised posted paid",
          "/v1/cards/\(result.cardNumber.digits)/completions started authorised posted paid reported",
          "/v1/receipts started authorised posted paid reported",
          "/v1/cards/\(result.cardNumber.digits)/updates?terminal=\(tap.terminal.keyHash.hex) "
            + "started authorised posted paid reported",
        ])
      #expect(try await tap.status(result.transaction) == PayoutStatusAnswer(state: .posted, amount: 3_000_000))
      #expect(try await tap.payable().isEmpty)
      let order = try #require(try await tap.card.session(tap.terminal).snapshot()).0
      #expect(order.snapshot.map(\.amount) == [0])
      #expect(order.acknowledgedCounter == 1)
      // Keys are made before they are sent: the transaction is the key of posting and record.
      #expect(tap.hooks.keys("/v1/payouts") == [result.transaction])
      #expect(tap.hooks.keys("/v1/payout-records") == [result.transaction])
      #expect(tap.journal.unfinished.isEmpty && tap.journal.unreported.isEmpty)
      // These steps keep the centre's head of that moment, by which a lost or rewritten ledger is found out.
      let posted = tap.journal.entries(of: result.transaction).filter { $0.head != nil }
      let head = try #require(posted.first?.head.flatMap { SignedHead($0) })
      #expect(posted.map(\.step) == [.posted, .reported] && head.writer == "centre")
      let now = try await tap.centre.store.head()
      #expect((1...now.sequence).contains(head.sequence))
    }
  }

  static let rows = [
    ListRow(1, 100, period: "2026-08"), ListRow(1, 200, period: "2026-09"), ListRow(1, 300, period: "2026-10"),
    ListRow(1, 400, period: "2026-11"), ListRow(1, 500, period: "2026-12"), ListRow(1, 2_000_000, .allowance40),
  ]

  @Test(
    "What is paid: oldest first, four lines a visit, part of a line last",
    arguments: [
      (nil, nil, [100, 200, 300, 400]), ("BHXH-HUU", nil, [100, 200, 300, 400]), ("BTXH-KT1", nil, [2_000_000]),
      ("BTXH-KT1", 1_999_999, [1_999_999]), (nil, 1, [1]), (nil, 100, [100]), (nil, 101, [100, 1]),
      ("BHXH-HUU", 1_000, [100, 200, 300, 400]), ("BHXH-HUU", 999, [100, 200, 300, 399]),
    ] as [(String?, Int64?, [Int64])])
  func choice(programme: String?, amount: Int64?, expected: [Int64]) async throws {
    try await Tap.run(rows: Self.rows) { tap in
      let result = try await tap.desk.pay(tap.card.session(tap.terminal), programme: programme, amount: amount)
      #expect(result.paid.map(\.amount) == expected)
      #expect(result.amount == expected.reduce(0, +))
      #expect(result.remaining == 2_001_500 - result.amount)
      #expect(try await tap.payable().reduce(0, +) == 2_001_500 - result.amount)
    }
  }

  @Test(
    "More than a visit can pay, nothing, or less than nothing: told with what can be paid; no transaction begins",
    arguments: [
      ("BHXH-HUU", 1_001, 1_000), ("BTXH-KT1", 2_000_001, 2_000_000), ("BHXH-HUU", 0, 1_000), ("BHXH-HUU", -5, 1_000),
      (nil, .max, 1_000), (nil, .min, 1_000),
    ] as [(String?, Int64, Int64)])
  func overOpen(programme: String?, amount: Int64, open: Int64) async throws {
    try await Tap.run(rows: Self.rows) { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal), programme: programme, amount: amount)
        Issue.record("paid \(amount)")
      } catch PayoutError.overOpen(let told) {
        #expect(told == open)
      }
      #expect(try tap.stepsOnDisk().isEmpty)
      #expect(try await tap.card.session(tap.terminal).status().counter == 0)
      #expect(tap.hooks.keys("/v1/payouts").isEmpty)
    }
  }

  @Test("Nothing payable: by programme, and when all is paid")
  func nothing() async throws {
    try await Tap.run { tap in
      for programme in ["NCC-TB61", "", "bhxh-huu"] {
        do {
          _ = try await tap.desk.pay(tap.card.session(tap.terminal), programme: programme)
          Issue.record("paid \(programme)")
        } catch PayoutError.nothingPayable {}
      }
      _ = try await tap.desk.pay(tap.card.session(tap.terminal))
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal))
        Issue.record("paid twice")
      } catch PayoutError.nothingPayable {}
      #expect(try tap.stepsOnDisk().count == 5)
    }
  }

  @Test("Two payouts of one card follow each other; the log never holds what the centre has not")
  func twice() async throws {
    try await Tap.run { tap in
      let first = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 1_000_001)
      let second = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 999_999)
      #expect(first.remaining == 1_999_999 && second.remaining == 1_000_000)
      #expect(first.transaction != second.transaction)
      #expect(try await tap.card.session(tap.terminal).status().acknowledgedCounter == 2)
      #expect(try await tap.payable() == [1_000_000])
    }
  }

  @Test("Transaction ids are UUIDs of version 7 with the desk's time")
  func ids() async throws {
    try await Tap.run { tap in
      let result = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 1)
      let digits = Array(result.transaction)
      #expect(digits.count == 32 && digits[12] == "7" && "89ab".contains(digits[16].lowercased()))
      #expect(Int64(result.transaction.prefix(12), radix: 16) == tap.centre.clock.milliseconds)
    }
  }
}
