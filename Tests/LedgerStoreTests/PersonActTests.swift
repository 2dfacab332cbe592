import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Deaths and heirs.
@Suite("Deaths and heirs")
struct DeathTests {
  static let hands = ActHands(maker: "Nguyễn A", checker: "Lê B", office: "XA-19-05443", reason: "khai tử")

  static func act(
    _ person: Int, _ decision: PersonDecision, checker: String = "Lê B"
  ) -> LedgerCommand {
    .actOnPerson(
      PersonAct(
        person: World.person(person).personalID, decision: decision,
        hands: ActHands(maker: "Nguyễn A", checker: checker, office: "XA-19-05443", reason: "khai tử")))
  }

  static func death(_ person: Int = 1, on day: Int32 = 20_261_002, checker: String = "Lê B") -> LedgerCommand {
    act(person, .died(on: day, document: "KT-77/2026"), checker: checker)
  }

  static func heir(_ person: Int = 1, _ heir: Int = 2) -> LedgerCommand {
    act(person, .inherited(by: World.person(heir)))
  }

  static func balance(_ twin: Twin, _ code: AccountCode, _ subject: String = "") throws -> Int64 {
    let key = AccountKey(code, book: World.social19, funder: World.pension, subject: subject)
    return try twin.reference.accounts[key]?.balance(code.side) ?? 0
  }

  static func list(_ twin: Twin, _ name: String, _ rows: [ItemRow], credits limit: Int = 1_000) async throws {
    try await twin.run(.importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A")))
    try await twin.approve(name)
    try await twin.run(.creditCycle(CycleCredit(list: name, limit: limit)))
  }

  @Test("Credits of later months go back, what was paid of them is to be recovered, cards end")
  func afterPayout() async throws {
    let twin = try await Twin()
    try await Self.list(twin, "T10", [World.row(1, 500, period: 202_610), World.row(1, 40, period: 202_612)])
    let first = World.posting(1, counter: 1, parts: [World.part(1_000_000)])
    #expect(try await twin.posting(first).refusal == nil)
    #expect(try await twin.refusal(Self.death(checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.death(9)) == .unknownPerson)
    #expect(try await twin.refusal(Self.death(on: 20_261_106)) == .malformed)
    #expect(
      try await twin.run(Self.death()) == .acted(EntitlementActResult(sequence: 3, amount: 2_000_040 + 1_000_000)))
    #expect(try Self.balance(twin, .overpaymentReceivable, "1") == 1_000_000)
    #expect(try Self.balance(twin, .deferredRecovery) == 1_000_000)
    #expect(try Self.balance(twin, .entitlementPayable, "1") == 500)
    #expect(try await twin.refusal(Self.death(on: 20_261_003)) == .deathKnown)
    let late = World.posting(2, counter: 2, previous: first.identity, parts: [World.part(500, period: 202_610)])
    #expect(try await twin.posting(late).refusal?.code == .personDead)
    #expect(try await twin.refusal(World.registration(card: 2, person: 1)) == .personDead)
    #expect(try await twin.refusal(World.act(.block)) == .cardTerminated)
    // A line that is opened afterwards, and a month after the death, are no different.
    for row in [World.row(1, 9, period: 202_611, programme: 2), World.row(1, 3, period: 202_701)] {
      let rows = [World.row(7, 5), row]
      #expect(
        try await twin.run(.importItems(ItemImport(wholeList: "T8", rows: rows, maker: "Nguyễn A")))
          == .refused(LedgerRefusal(.monthAfterEnd, place: 1)))
    }
    try await Self.list(twin, "T9", [World.row(1, 7, period: 202_609, programme: 2)])
    #expect(try Self.balance(twin, .entitlementPayable, "2") == 7)
    #expect(try Self.balance(twin, .entitlementPayable, "1") == 500)
    try await twin.compare(cards: 2)
  }

  @Test("A payout of a later month that its terminal takes back is neither open nor recovered")
  func voided() async throws {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1_000_000)])).refusal == nil)
    try await twin.run(Self.death())
    #expect(try await twin.run(World.record(1, .void)) == .recorded(.voided(returned: 1_000_000)))
    #expect(try Self.balance(twin, .overpaymentReceivable, "1") == 0)
    #expect(try Self.balance(twin, .deferredRecovery) == 0)
    #expect(try Self.balance(twin, .entitlementPayable, "1") == 0)
    try await twin.compare()
  }

  @Test("What the dead person had not received is the heir's, once, in one item of each line")
  func heirs() async throws {
    let twin = try await Twin()
    try await Self.list(
      twin, "T10",
      [World.row(1, 500, period: 202_609), World.row(1, 40, period: 202_610), World.row(1, 6, programme: 2)])
    #expect(try await twin.refusal(Self.heir()) == .personNotDead)
    try await twin.run(Self.death(on: 20_261_003))
    #expect(try await twin.refusal(Self.heir(1, 1)) == .heirDead)
    #expect(try await twin.run(Self.heir()) == .acted(EntitlementActResult(sequence: 4, amount: 540)))
    #expect(try await twin.refusal(Self.heir()) == .nothingToInherit)
    try await twin.run(World.registration(card: 2, person: 2))
    let payable = try #require(try await twin.store.payable(card: World.card(2)))
    #expect(payable.map(\.amount) == [540] && payable.map(\.period) == [World.period(202_610)])
    let paid = World.posting(
      1, card: 2, counter: 1, parts: [World.part(500, line: payable[0].line, period: 202_610)])
    #expect(try await twin.posting(paid).refusal == nil)
    // The heir dies too: what was inherited stays owed, whatever the month, to the next heir.
    try await twin.run(Self.death(2, on: 20_260_901))
    #expect(try await twin.run(Self.heir(2, 3)) == .acted(EntitlementActResult(sequence: 6, amount: 40)))
    try await twin.compare(cards: 2)
  }

  @Test("Somebody who inherits twice of one month has two items")
  func twoInheritances() async throws {
    let twin = try await Twin()
    try await Self.list(twin, "T10", [World.row(3, 500)])
    for person in [1, 3] {
      try await twin.run(Self.death(person, on: 20_261_105))
      #expect(try await twin.run(Self.heir(person)).refusal == nil)
    }
    try await twin.run(World.registration(card: 2, person: 2))
    #expect(try await twin.store.payable(card: World.card(2))?.map(\.amount) == [3_000_000, 500])
    try await twin.compare(cards: 2)
  }

  @Test(
    "Deaths and heirs that were changed behind the chain's back are found",
    arguments: [
      "UPDATE death SET died_on = 20261101", "DELETE FROM death", "UPDATE line_state SET state = 1",
      "UPDATE line_state SET last_period = 202612", "DELETE FROM inherited_item",
      "UPDATE inherited_item SET act = 1", "UPDATE card_state SET state = 1",
      "UPDATE act SET content = 'heir x' WHERE kind = 21", "DELETE FROM act WHERE kind = 20",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.run(Self.death(on: 20_261_105))
    try await twin.run(Self.heir())
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    #expect(try await !twin.store.audit(evidence: World.verify).isClean)
  }
}
