import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Deaths that were recorded by mistake.
@Suite("Deaths that are withdrawn")
struct DeathWithdrawalTests {
  static func withdrawal(_ person: Int = 1, checker: String = "Lê B") -> LedgerCommand {
    DeathTests.act(person, .deathWithdrawn, checker: checker)
  }

  static func acted(_ sequence: Int64, _ amount: Int64, lines: Int, cards: Int = 1) -> LedgerOutcome {
    .acted(
      EntitlementActResult(
        sequence: sequence, amount: amount, withdrawn: DeathWithdrawn(lines: lines, cards: cards)))
  }

  private static func list(_ name: String, _ row: ItemRow) -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: [row], maker: "Nguyễn A"))
  }

  @Test("The person lives: nothing is owed back, months are listed again, a new card is paid, a death comes later")
  func living() async throws {
    let twin = try await Twin()
    try await twin.credit("T12", [World.row(1, 40, period: 202_612)])
    let first = World.posting(1, counter: 1, parts: [World.part(1_000_000)])
    #expect(try await twin.posting(first).refusal == nil)
    #expect(try await twin.refusal(Self.withdrawal(9)) == .unknownPerson)
    #expect(try await twin.refusal(Self.withdrawal()) == .personNotDead)
    try await twin.run(DeathTests.death())
    #expect(try twin.balance(.overpaymentReceivable, "1") == 1_000_000)
    #expect(try await twin.refusal(Self.withdrawal(checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(Self.withdrawal(checker: "NGUYỄN  A")) == .fourEyesNeeded)
    #expect(try await twin.run(Self.withdrawal()) == Self.acted(4, 1_000_000, lines: 1))
    #expect(try twin.balance(.overpaymentReceivable, "1") == 0)
    #expect(try twin.balance(.deferredRecovery) == 0)
    #expect(try await twin.refusal(Self.withdrawal()) == .personNotDead)
    #expect(try await twin.store.page(person: World.person(1).personalID)?.diedOn == nil)
    try await twin.compare()
    // December went back wholly, November in part.
    #expect(try await twin.refusal(Self.list("N", World.row(1, 3_000_000))) == .duplicateItem)
    try await twin.credit("T12b", [World.row(1, 40, period: 202_612)])
    try await twin.credit("T11b", [World.row(1, 2_000_000, kind: .arrears)])
    #expect(try await twin.refusal(World.act(.block)) == .cardTerminated)
    #expect(try await twin.refusal(World.registration(card: 2, person: 1)) == nil)
    #expect(try await twin.store.payable(card: World.card(2))?.map(\.amount) == [2_000_000, 40])
    let paid = World.posting(2, card: 2, counter: 1, parts: [World.part(2_000_000)])
    #expect(try await twin.posting(paid).refusal == nil)
    try await twin.compare(cards: 2)
    #expect(
      try await twin.run(DeathTests.death(on: 20_261_003))
        == .acted(EntitlementActResult(sequence: 5, amount: 3_000_040)))
    #expect(try await twin.run(Self.withdrawal()) == Self.acted(6, 3_000_000, lines: 1, cards: 2))
    try await twin.compare(cards: 2)
  }

  @Test("Lines stand as decisions about them alone left them, also those made while the person was thought dead")
  func lines() async throws {
    let twin = try await Twin()
    let rows = (2...4).map { World.row(1, 70, programme: $0) }
    try await twin.credit("P", rows)
    for line in [2, 4] as [UInt32] { try await twin.run(LineActTests.act(.lineSuspended, line: line)) }
    try await twin.run(LineActTests.act(.lineEnded, line: 3, last: 202_612))
    try await twin.run(DeathTests.death(on: 20_261_103))
    try await twin.run(LineActTests.act(.lineResumed, line: 4))
    try await twin.credit("P5", [World.row(1, 7, period: 202_609, programme: 5)])
    #expect(try await twin.run(Self.withdrawal()) == Self.acted(8, 0, lines: 5))
    let lines = try #require(try await twin.store.entitlements(.personalID(World.person(1).personalID)))
    #expect(lines.map(\.state) == [.active, .suspended, .ended, .active, .active])
    #expect(lines.map(\.lastPeriod) == [nil, nil, World.period(202_612), nil, nil])
    try await twin.compare()
    // What is credited for a month after the end that stands goes back by that end, not by the death.
    try await twin.credit("P6", [World.row(1, 9, period: 202_612, programme: 3)])
    #expect(try await twin.refusal(Self.list("P7", World.row(1, 9, period: 202_701, programme: 3))) == .monthAfterEnd)
    #expect(try await twin.run(LineActTests.act(.lineSuspended)).refusal == nil)
    #expect(try await twin.run(LineActTests.act(.lineResumed, line: 3)).refusal == nil)
    try await twin.credit("P8", [World.row(1, 9, period: 202_701, programme: 6)])
    try await twin.compare()
  }

  @Test("A line that ended by a move has moved again once the death is withdrawn")
  func moved() async throws {
    let twin = try await Twin()
    try await twin.run(
      .actOnLine(
        LineAct(
          line: 1, kind: .lineEnded, lastPeriod: World.period(202_611), isMove: true, hands: World.hands())))
    try await twin.run(DeathTests.death(on: 20_261_003))
    #expect(try await twin.run(Self.withdrawal()).refusal == nil)
    try await twin.compare()
    let lines = try #require(try await twin.store.entitlements(.personalID(World.person(1).personalID)))
    #expect(lines.map(\.lastPeriod) == [World.period(202_611)])
    // Elsewhere it goes on, which it may not beside a line that ended otherwise.
    let row = World.row(1, 5, period: 202_612, unit: World.home19, funder: World.local19)
    #expect(try await twin.refusal(Self.list("T12", row)) == nil)
    try await twin.compare()
  }

  @Test("What came back of the debts is owed again: as arrears, or as the month once all of it came back")
  func recovered() async throws {
    for (part, rest): (Int64, Int64) in [(400, 600), (1_000, 0)] {
      let twin = try await Twin()
      try await twin.credit("T12", [World.row(1, 1_000, period: 202_612)])
      let posting = World.posting(1, counter: 1, parts: [World.part(1_000, period: 202_612)])
      #expect(try await twin.posting(posting).refusal == nil)
      try await twin.run(DeathTests.death(on: 20_261_103))
      try await twin.run(World.recovered(part))
      #expect(try await twin.run(Self.withdrawal()) == Self.acted(5, rest, lines: 1))
      let again = Self.list("T12b", World.row(1, 1_000, period: 202_612))
      #expect(try await twin.refusal(again) == (rest == 0 ? nil : .duplicateItem))
      // The payout is taken back: its person has what was paid back, and what is owed.
      try await twin.run(World.record(1, .void))
      #expect(try twin.balance(.entitlementPayable, "1") == 3_001_000)
      try await twin.compare()
    }
  }

  @Test("Debts that were found otherwise stay; what lapsed went back, and is listed again")
  func others() async throws {
    let twin = try await Twin()
    try await twin.credit("T12", [World.row(1, 900, period: 202_612)])
    let posting = World.posting(1, counter: 1, parts: [World.part(300, period: 202_612)])
    #expect(try await twin.posting(posting).refusal == nil)
    try await twin.run(World.found(100, World.name(1, 202_612)))
    try await twin.run(World.uncollected(.itemsLapsed))
    try await twin.run(DeathTests.death())
    #expect(try await twin.run(Self.withdrawal()) == Self.acted(6, 200, lines: 1))
    #expect(try twin.balance(.overpaymentReceivable, "1") == 100)
    #expect(try twin.balance(.overpaymentReceivable, "2") == 0)
    #expect(try await twin.refusal(Self.list("T11b", World.row(1, 3_000_000))) == nil)
    try await twin.compare()
  }

  @Test("A claim to the funeral grant is withdrawn first; a later death may be claimed for")
  func funeral() async throws {
    let twin = try await Twin()
    let claim = DeathTests.act(1, .funeralClaimed(by: World.person(2), programme: 9, list: "MT"))
    try await twin.run(DeathTests.death())
    try await twin.run(claim)
    #expect(try await twin.refusal(Self.withdrawal()) == .funeralStands)
    try await twin.run(DeathTests.act(1, .funeralWithdrawn))
    #expect(try await twin.refusal(Self.withdrawal()) == nil)
    #expect(try await twin.refusal(claim) == .personNotDead)
    try await twin.compare()
    try await twin.run(DeathTests.death(on: 20_261_104))
    #expect(try await twin.refusal(claim) == nil)
    try await twin.compare()
  }

  @Test("Records of an earlier version are kept, and a claim stands without its death")
  func migration() throws {
    let queue = try DatabaseQueue()
    try Schema.migrator.migrate(queue, upTo: "8g receivers by hand")
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO person (id, registered_at) VALUES (x'01', 0), (x'02', 0);
          INSERT INTO act (sequence, kind, subject, content, maker, checker, office, reason, acted_at, request, batch,
            leaf) VALUES (1, 20, 'person 01', '20261001 KT', 'A', 'B', 'C', 'r', 0, 'k', 1, 1),
            (2, 22, 'person 01', '', 'A', 'B', 'C', 'r', 0, 'k', 1, 2),
            (3, 29, 'person 01', '', 'A', 'B', 'C', 'r', 0, 'k', 1, 3);
          INSERT INTO death (person, died_on, document, act) VALUES (x'01', 20261001, 'KT', 1);
          INSERT INTO funeral_claim (act, person, claimant, list, programme) VALUES (2, x'01', x'02', 'MT', 9);
          INSERT INTO funeral_withdrawal (claim, act) VALUES (2, 3);
          """)
    }
    try Schema.migrator.migrate(queue)
    try queue.write { db in
      #expect(try String.fetchAll(db, sql: "SELECT document || died_on || act FROM death_record") == ["KT202610011"])
      #expect(try String.fetchAll(db, sql: "SELECT list || programme FROM funeral_claim") == ["MT9"])
      try db.execute(sql: "DELETE FROM death")
      #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
    }
  }

  @Test(
    "Withdrawals that were changed behind the chain's back are found by what they say",
    arguments: [
      ("DELETE FROM death_withdrawal", "death that was withdrawn otherwise"),
      ("DELETE FROM death_withdrawal", "person who is dead otherwise"),
      ("UPDATE death_withdrawal SET act = 1", "death that was withdrawn otherwise"),
      ("UPDATE act SET content = 'death 2' WHERE kind = 30", "death that was withdrawn otherwise"),
      ("DELETE FROM act WHERE kind = 30", "death that was withdrawn otherwise"),
      ("INSERT INTO death SELECT person, died_on, act FROM death_record", "person who is dead otherwise"),
      ("DELETE FROM death_record", "death that is not what was decided"),
      ("INSERT INTO line_state VALUES (1, 3, 202610, 3, 0)", "line whose state is not what was last decided"),
      ("UPDATE line_state SET state = 1 WHERE line = 2", "line whose state is not what was last decided"),
      ("UPDATE receivable SET act = 1", "overpayment of a withdrawn death that is owed"),
      ("DELETE FROM receivable_release", "receivable of which something else was released"),
      ("DELETE FROM funeral_withdrawal", "funeral claim that stands though nobody is dead"),
    ])
  func tampered(_ statement: String, _ place: String) async throws {
    let twin = try await Twin()
    try await twin.credit("P2", [World.row(1, 5, programme: 2)])
    try await twin.run(LineActTests.act(.lineSuspended, line: 2))
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(70)])).refusal == nil)
    try await twin.run(DeathTests.death())
    try await twin.run(DeathTests.act(1, .funeralClaimed(by: World.person(2), programme: 9, list: "MT")))
    try await twin.run(DeathTests.act(1, .funeralWithdrawn))
    try await twin.run(Self.withdrawal())
    try await twin.compare()
    try await Self.tamper(twin, statement, place)
  }

  @Test(
    "Somebody dead who was made living otherwise is found",
    arguments: [
      ("DELETE FROM death", "person who is dead otherwise than was decided, or lives"),
      ("DELETE FROM line_state", "line of a dead person that does not end"),
      ("DELETE FROM line_state", "line whose state is not what was last decided"),
      ("INSERT INTO death_withdrawal VALUES (3, 2)", "death that was withdrawn otherwise"),
      ("INSERT INTO death_withdrawal VALUES (3, 2)", "overpayment of a withdrawn death that is owed"),
    ])
  func revived(_ statement: String, _ place: String) async throws {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(70)])).refusal == nil)
    try await twin.run(DeathTests.death())
    try await Self.tamper(twin, statement, place)
  }

  static func tamper(_ twin: Twin, _ statement: String, _ place: String) async throws {
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix(place) }, "\(report.problems)")
  }
}
