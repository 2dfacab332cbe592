import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Confirmed transfers that the bank gives back.
@Suite("Transfers that come back after they were confirmed")
struct TransferReturnTests {
  private static let treasury = AccountKey(.treasury, book: World.social19, funder: World.pension)

  /// A twin whose line 1 had 1,000 đ transferred, and the bank has confirmed it.
  private static func confirmed() async throws -> Twin {
    let twin = try await Twin()
    try await twin.run(BankTransferTests.batch([BankTransferTests.order("AS1", parts: [World.part(1_000)])]))
    #expect(try await twin.run(BankTransferTests.statement([BankTransferTests.report("AS1", 1_000)])).refusal == nil)
    return twin
  }

  @Test("All of it comes back once, by two persons with the bank's reference; it can be paid by card or sent anew")
  func once() async throws {
    let twin = try await Self.confirmed()
    let cash = try twin.balance(.treasury)
    #expect(try await twin.refusal(BankTransferTests.returned("AS1", 1_000, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(BankTransferTests.returned("AS1", 1_000, checker: " nguyễn A")) == .fourEyesNeeded)
    #expect(try await twin.refusal(BankTransferTests.returned("AS1", 1_000, by: "")) == .malformed)
    #expect(try await twin.refusal(BankTransferTests.returned("AS9", 1_000)) == .unknownTransfer)
    for amount: Int64 in [999, 1_001] {
      #expect(try await twin.refusal(BankTransferTests.returned("AS1", amount)) == .transferAmount)
    }
    let back = try await twin.run(BankTransferTests.returned("AS1", 1_000))
    #expect(back == .acted(EntitlementActResult(sequence: 5, amount: 1_000)))
    #expect(try twin.balance(.treasury) == cash + 1_000)
    #expect(try twin.balance(.transferInFlight) == 0)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
    #expect(try await twin.store.transfers(afterReference: "", limit: 9).map(\.step) == [.returned])
    #expect(try await twin.store.cashless(window: "202611").isEmpty)
    #expect(try await twin.refusal(BankTransferTests.returned("AS1", 1_000)) == .transferReturned)
    let report = BankTransferTests.report("AS1", 1_000, confirmed: false)
    #expect(try await twin.refusal(BankTransferTests.statement([report])) == .transferConfirmed)
    let anew = BankTransferTests.order("AS2", parts: [World.part(400)])
    #expect(try await twin.run(BankTransferTests.batch([anew])).refusal == nil)
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(2_999_600)])).refusal == nil)
    try await twin.compare()
  }

  @Test("What was never confirmed does not come back so")
  func neverConfirmed() async throws {
    let twin = try await Twin()
    let orders = ["AS1", "AS2"].map { BankTransferTests.order($0, parts: [World.part(1_000)]) }
    try await twin.run(BankTransferTests.batch(orders))
    try await twin.run(BankTransferTests.statement([BankTransferTests.report("AS2", 1_000, confirmed: false)]))
    let early = twin.request(BankTransferTests.returned("AS1", 1_000))
    #expect(try await twin.run([early])[0].outcome.refusal?.code == .transferUnconfirmed)
    #expect(try await twin.refusal(BankTransferTests.returned("AS2", 1_000)) == .transferRejected)
    // The bank confirms it after all: the same request is decided again.
    try await twin.run(BankTransferTests.statement([BankTransferTests.report("AS1", 1_000)]))
    #expect(try await twin.run([early])[0].outcome.refusal == nil)
    try await twin.compare()
  }

  @Test("In a later month it is paid less and open again there; the month before stays as it was")
  func laterMonth() async throws {
    let twin = try await Self.confirmed()
    let november = try #require(try await twin.store.month(World.period(), of: World.social19).first)
    #expect(november.paid.amount == 1_000 && november.closing.amount == 2_999_000 && november.isBalanced)
    #expect(
      try await twin.run(BankTransferTests.returned("AS1", 1_000), at: World.period(202_612).start).refusal == nil)
    let december = try #require(try await twin.store.month(World.period(202_612), of: World.social19).first)
    #expect(december.opening == november.closing && december.paid.amount == -1_000)
    #expect(december.closing.amount == 3_000_000 && december.isBalanced)
    #expect(try await twin.store.month(World.period(), of: World.social19) == [november])
    try await twin.compare()
  }

  @Test("After a death it goes to the fund as far as it was not owed, and is not recovered any more")
  func afterDeath() async throws {
    let twin = try await Self.confirmed()
    try await twin.run(DeathTests.death())
    #expect(try twin.balance(.overpaymentReceivable, "1") == 1_000)
    let fund = try twin.balance(.programmeFund)
    #expect(try await twin.run(BankTransferTests.returned("AS1", 1_000)).refusal == nil)
    #expect(try twin.balance(.programmeFund) == fund + 1_000)
    #expect(try twin.balance(.overpaymentReceivable, "1") == 0)
    #expect(try twin.balance(.entitlementPayable, "1") == 0)
    try await twin.compare()
  }

  @Test(
    "A return that was changed behind the chain's back is found",
    arguments: [
      "DELETE FROM bank_transfer_return", "UPDATE bank_transfer_return SET effective_date = 20261201",
      "UPDATE bank_transfer_return SET act = 1", "UPDATE act SET content = '999 by BC 7' WHERE kind = 48",
      "UPDATE act SET checker = '' WHERE kind = 48", "UPDATE bank_transfer_end SET step = 3",
      "UPDATE item_open SET paid = 2000",
      """
      INSERT INTO bank_transfer_return SELECT 'AS2', act, event, effective_date, batch, leaf + 1
      FROM bank_transfer_return
      """,
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Self.confirmed()
    try await twin.run(BankTransferTests.batch([BankTransferTests.order("AS2", parts: [World.part(1_000)])]))
    try await twin.run(BankTransferTests.statement([BankTransferTests.report("AS2", 1_000)]))
    try await twin.run(BankTransferTests.returned("AS1", 1_000))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
