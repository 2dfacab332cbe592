import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Rule 13 in persons: who was granted something by the lists against who was paid by the payouts.
@Suite("Persons granted and persons paid")
struct PersonCountTests {
  /// Person 1 is paid by card, person 2 by hand, person 3 to a bank account; person 4 is not paid yet.
  private static func paid() async throws -> Twin {
    let twin = try await Twin()
    try await twin.credit("B", (2...4).map { World.row($0, 900) })
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(3_000_000)])).refusal == nil)
    let visit = HandPayoutTests.visit(2, person: 2, parts: [World.part(900, line: 2)])
    #expect(try await twin.run(HandPayoutTests.list([visit])).refusal == nil)
    let order = BankTransferTests.batch([BankTransferTests.order("CK1", person: 3, parts: [World.part(900, line: 3)])])
    #expect(try await twin.run(order).refusal == nil)
    let confirmed = BankTransferTests.statement([BankTransferTests.report("CK1", 900, confirmed: true)])
    #expect(try await twin.run(confirmed).refusal == nil)
    // Person 5 has a card and was never granted anything.
    #expect(try await twin.run(World.registration(card: 2, person: 5)).refusal == nil)
    return twin
  }

  private static let nobody = "(SELECT person FROM card WHERE number = '\(World.card(2))')"

  @Test("They agree while nobody tampers")
  func agree() async throws {
    let twin = try await Self.paid()
    let month = try #require(try await twin.store.month(World.period(), of: World.social19).first)
    #expect(month.granted.persons == 4 && month.paid.persons == 3 && month.closing.persons == 1 && month.isBalanced)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
  }

  @Test(
    "A record that says another person than the others do no longer adds up, in the report and in the audit",
    arguments: [
      "UPDATE hand_payout SET person = \(nobody)", "UPDATE bank_transfer SET person = \(nobody)",
      "UPDATE item SET person = \(nobody) WHERE line = 2", "UPDATE card SET person = \(nobody)",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.paid()
    try await twin.store.pool.writeWithoutTransaction { try $0.execute(sql: statement) }
    let month = try #require(try await twin.store.month(World.period(), of: World.social19).first)
    #expect(!month.isBalanced && month.granted.amount == month.paid.amount + month.closing.amount)
    let problems = try await twin.store.audit(evidence: World.verify).problems
    #expect(problems.contains { $0.place.contains("granted persons or money") })
  }
}
