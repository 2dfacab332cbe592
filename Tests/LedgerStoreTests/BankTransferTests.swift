import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Transfers to bank accounts.
@Suite("Transfers to bank accounts")
struct BankTransferTests {
  static func order(
    _ reference: String, person: Int = 1, parts: [PayoutAllocation], bank: String = "970436"
  ) -> BankTransferOrder {
    BankTransferOrder(
      reference: reference, personalID: World.person(person).personalID, allocations: parts,
      account: AccountMark(
        bank: bank, lastFour: "4417", salt: [UInt8](repeating: 1, count: 16), hash: World.terminalKey(60)))
  }

  static func batch(_ orders: [BankTransferOrder], checker: String = "Lê B") -> LedgerCommand {
    .orderTransfers(
      TransferBatch(
        batch: "CK-1", orders: orders,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "kỳ 11")))
  }

  static func statement(_ reports: [TransferReport], checker: String = "Lê B") -> LedgerCommand {
    .settleTransfers(
      TransferStatement(
        statement: "SK-1", reports: reports,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "sao kê")))
  }

  static func report(_ reference: String, _ amount: Int64, confirmed: Bool = true) -> TransferReport {
    TransferReport(reference: reference, amount: amount, isConfirmed: confirmed)
  }

  static func returned(
    _ reference: String, _ amount: Int64, by bankReference: String = "BC 7", checker: String = "Lê B"
  ) -> LedgerCommand {
    .returnTransfer(
      TransferReturn(
        reference: reference, amount: amount, bankReference: bankReference,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "BHXH-19", reason: "tài khoản đã đóng")))
  }

  private static let inFlight = AccountKey(.transferInFlight, book: World.social19, funder: World.pension)

  @Test("Money is in flight until the bank speaks; what comes back is owed as before")
  func settled() async throws {
    let twin = try await Twin()
    let orders = [
      Self.order("AS1", parts: [World.part(1_000)]), Self.order("AS2", parts: [World.part(2_000)]),
    ]
    #expect(try await twin.run(Self.batch(orders)) == .acted(EntitlementActResult(sequence: 3, amount: 3_000)))
    #expect(try await PayoutTests.balance(twin.store, Self.inFlight) == 3_000)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [2_997_000])
    try await twin.compare()
    let statement = Self.statement([Self.report("AS1", 1_000), Self.report("AS2", 2_000, confirmed: false)])
    #expect(try await twin.run(statement) == .acted(EntitlementActResult(sequence: 4, amount: 3_000)))
    #expect(try await PayoutTests.balance(twin.store, Self.inFlight) == 0)
    let treasury = AccountKey(.treasury, book: World.social19, funder: World.pension)
    #expect(try await PayoutTests.balance(twin.store, treasury) == 99_000_000 - 1_000)
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [2_999_000])
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(500)])).refusal == nil)
    let share = StoredCashless(province: "19", persons: 1, amount: 1_500, transferPersons: 1, transferAmount: 1_000)
    #expect(try await twin.store.cashless(window: "202611") == [share])
    #expect(try await twin.store.cashless(window: "202612").isEmpty)
    #expect(try await twin.store.transfers(afterReference: "", limit: 9).map(\.step) == [.confirmed, .rejected])
    try await twin.compare()
  }

  @Test("A statement takes two persons, and one alone who changed its act is named")
  func statementHands() async throws {
    let twin = try await Twin()
    try await twin.run(Self.batch([Self.order("AS1", parts: [World.part(1_000)])]))
    let back = [Self.report("AS1", 1_000, confirmed: false)]
    for checker in ["", " nguyễn  a"] {
      #expect(try await twin.refusal(Self.statement(back, checker: checker)) == .fourEyesNeeded)
    }
    try await twin.run(Self.statement(back))
    try await twin.compare()
    try await twin.store.pool.write { try $0.execute(sql: "UPDATE act SET checker = ' NGUYỄN a' WHERE kind = 43") }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place == "transfer that one person alone reported as rejected: AS1" })
  }

  @Test("What can't be is named by its place, and nothing of the file is done")
  func refused() async throws {
    let twin = try await Twin()
    let good = Self.order("AS1", parts: [World.part(1_000)])
    func refusal(_ command: LedgerCommand) async throws -> LedgerRefusal? { try await twin.run(command).refusal }
    #expect(try await twin.refusal(Self.batch([good], checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.batch([good, good])) == .malformed)
    #expect(try await twin.refusal(Self.batch([Self.order("as1", parts: [World.part(1)])])) == .malformed)
    #expect(try await twin.refusal(Self.batch([Self.order("A", parts: [World.part(1)], bank: "VCB")])) == .malformed)
    let none = Self.order("AS2", person: 9, parts: [World.part(1)])
    #expect(try await refusal(Self.batch([good, none])) == LedgerRefusal(.unknownPerson, place: 1))
    let over = Self.order("AS2", parts: [World.part(2_999_001)])
    #expect(try await refusal(Self.batch([good, over])) == LedgerRefusal(.amountOverOpen, place: 1))
    #expect(try await twin.store.transfers(afterReference: "", limit: 9).isEmpty)
    #expect(try await refusal(Self.batch([good])) == nil)
    let again = Self.order("AS1", parts: [World.part(1)])
    #expect(try await refusal(Self.batch([again])) == LedgerRefusal(.transferKnown, place: 0))
    let first = Self.report("AS1", 1_000)
    #expect(try await refusal(Self.statement([Self.report("AS9", 1)])) == LedgerRefusal(.unknownTransfer, place: 0))
    #expect(try await refusal(Self.statement([Self.report("AS1", 999)])) == LedgerRefusal(.transferAmount, place: 0))
    #expect(try await refusal(Self.statement([first, first])) == LedgerRefusal(.transferConfirmed, place: 1))
    #expect(try await refusal(Self.statement([first])) == nil)
    #expect(
      try await refusal(Self.statement([Self.report("AS1", 1_000, confirmed: false)]))
        == LedgerRefusal(.transferConfirmed, place: 0))
    #expect(try await refusal(Self.batch([Self.order("AS2", parts: [World.part(5)])])) == nil)
    let back = Self.report("AS2", 5, confirmed: false)
    #expect(try await refusal(Self.statement([back])) == nil)
    #expect(try await refusal(Self.statement([Self.report("AS2", 5)])) == LedgerRefusal(.transferRejected, place: 0))
    try await twin.compare()
  }

  @Test(
    "Transfers that were changed behind the chain's back are found",
    arguments: [
      "UPDATE bank_transfer SET account_hash = zeroblob(32)", "UPDATE bank_transfer SET bank = '970422'",
      "UPDATE bank_transfer SET amount = amount + 1", "UPDATE bank_transfer_part SET amount = amount + 1",
      "UPDATE bank_transfer_end SET step = 5 - step", "DELETE FROM bank_transfer_end",
      "UPDATE bank_transfer_end SET effective_date = 20261201", "DELETE FROM bank_transfer_part",
      "UPDATE act SET content = 'x' WHERE kind = 42", "UPDATE act SET content = 'x' WHERE kind = 43",
      "UPDATE act SET checker = '' WHERE kind = 42",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.batch([Self.order("AS1", parts: [World.part(1_000)])]))
    try await twin.run(Self.statement([Self.report("AS1", 1_000)]))
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
