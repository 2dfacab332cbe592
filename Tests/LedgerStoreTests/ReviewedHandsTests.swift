import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Who may decide what alone, and what one paper or one terminal may do twice.
@Suite("Hands that decide")
struct ReviewedHandsTests {
  @Test("Money that came back of an overpayment takes two persons and the payment's reference, which is kept")
  func recovery() async throws {
    let twin = try await Twin()
    try await twin.paid()
    try await twin.run(World.found(1_000))
    #expect(try await twin.refusal(World.recovered(400, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.recovered(400, checker: "NGUYỄN a")) == .fourEyesNeeded)
    for reference in ["", String(repeating: "1", count: 141)] {
      #expect(try await twin.refusal(World.recovered(400, reference: reference)) == .malformed)
    }
    let writeOff = ReceivableAct(
      receivable: 1, kind: .overpaymentWrittenOff, amount: 1, reference: "PT 7", hands: World.hands())
    #expect(try await twin.refusal(.onItems(.actOnReceivable(writeOff))) == .malformed)
    #expect(try twin.balance(.overpaymentReceivable, "1") == 1_000)
    #expect(try await twin.run(World.recovered(400, reference: "PT 7")).refusal == nil)
    let kept = try await twin.store.pool.read { db in
      try String.fetchAll(db, sql: "SELECT subject || ': ' || content FROM act WHERE kind = 10")
    }
    #expect(kept == ["receivable 1: 400 by PT 7"])
    try await twin.compare()
  }

  @Test("While there is one administrator alone, a stranger looks over the appointment of an overseer only")
  func firstOverseer() async throws {
    let twin = try await Twin()
    try await twin.run(StaffTests.appoint("Quản Trị", .administrator))
    func appoint(_ official: String, _ role: Role, checker: String = "Phó") async throws -> RefusalCode? {
      try await twin.refusal(StaffTests.appoint(official, role, maker: "Quản Trị", checker: checker))
    }
    for role in [Role.programmeOwner, .commune, .office, .point] {
      #expect(try await appoint("Lê B", role) == .notAppointed)
    }
    let leaves = StaffTests.act(
      .staffDismissed, "Quản Trị", .administrator, maker: "Quản Trị", checker: "Phó")
    #expect(try await twin.refusal(leaves) == .notAppointed)
    #expect(try await appoint("Thanh Tra", .inspector) == nil)
    #expect(try await appoint("Thứ Hai", .administrator) == .notAppointed)
    #expect(try await appoint("Lê B", .commune) == .notAppointed)
    #expect(try await appoint("Lê B", .commune, checker: "Thanh Tra") == nil)
    try await twin.compare()
  }

  @Test("An official is one person in either spelling of Unicode")
  func spellings() async throws {
    let twin = try await Twin()
    let (composed, apart) = ("Nguyễn Thị Ấm", "Nguyễn Thị Ấm".decomposedStringWithCanonicalMapping)
    #expect(Array(composed.utf8) != Array(apart.utf8))
    #expect(Array(FourEyes.fold(composed).utf8) == Array(FourEyes.fold(apart).utf8))
    #expect(
      try await twin.refusal(StaffTests.appoint("A", .administrator, maker: composed, checker: apart))
        == .fourEyesNeeded)
    try await twin.run(StaffTests.appoint(apart, .administrator))
    try await twin.run(StaffTests.appoint("Thanh Tra", .inspector, maker: composed, checker: "Phó"))
    func act(_ kind: EntitlementActKind, _ official: String, maker: String) async throws -> RefusalCode? {
      try await twin.refusal(StaffTests.act(kind, official, .administrator, maker: maker, checker: "Thanh Tra"))
    }
    #expect(try await act(.staffAppointed, composed, maker: apart) == .alreadyAppointed)
    #expect(try await act(.staffDismissed, composed, maker: composed) == .lastAdministrator)
    #expect(try await act(.staffAppointed, "Lê B", maker: composed) == nil)
    #expect(try await act(.staffDismissed, composed, maker: "Lê B") == nil)
    #expect(try await act(.staffDismissed, apart, maker: "Lê B") == .roleNotHeld)
    #expect(try await twin.store.officials().count == 2)
    try await twin.compare()
  }

  @Test("A scan pays under one name; what was taken back can be paid again under the same one, or another")
  func scans() async throws {
    let twin = try await HandPayoutTests.ready()
    let scan = World.terminalKey(60)
    func list(_ visits: [HandVisit], _ name: String) async throws -> LedgerRefusal? {
      try await twin.run(HandPayoutTests.list(visits, name, scan: scan)).refusal
    }
    let first = [World.part(40, line: 2, period: 202_610)]
    let second = [World.part(60, line: 3)]
    #expect(try await list([HandPayoutTests.visit(1, person: 2, parts: first)], "C72a-1") == nil)
    let rest = [
      HandPayoutTests.visit(2, person: 2, parts: second), HandPayoutTests.visit(3, parts: [World.part(5)]),
    ]
    #expect(try await list(rest, "C72a-2") == LedgerRefusal(.handPaidBefore, place: 0))
    // The rest of a long list comes under its own name.
    #expect(try await list(rest, "C72a-1") == nil)
    try await twin.compare()
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    let again = [HandPayoutTests.visit(4, person: 2, parts: first)]
    #expect(try await list(again, "C72a-2") == LedgerRefusal(.handPaidBefore, place: 0))
    #expect(try await list(again, "C72a-1") == nil)
    let reading = try await twin.store.collectable(personalID: World.person(2).personalID, list: "C72a-1")
    #expect(reading?.isPaidByList == true)
    for number in 2...4 { #expect(try await twin.run(ReversalTests.reversal(World.id(number))).refusal == nil) }
    let after = try await twin.store.collectable(personalID: World.person(2).personalID, list: "C72a-1")
    #expect(after?.isPaidByList == false)
    #expect(try await list([HandPayoutTests.visit(5, person: 2, parts: first)], "C72a-2") == nil)
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: "DELETE FROM payout_reversal WHERE transaction_id = (SELECT MIN(transaction_id) FROM payout_reversal)")
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { "\($0)".contains("of one scan under two") })
  }

  @Test("A payout that its terminal takes back in another month is owed back between units in that month")
  func voided() async throws {
    let twin = try await Twin()
    let posting = World.posting(1, counter: 1, parts: [World.part(700_000)], terminal: 2, province: "01")
    #expect(try await twin.posting(posting).refusal == nil)
    #expect(
      try await twin.run(World.record(1, .void, terminal: 2), at: ReversalTests.december)
        == .recorded(.voided(returned: 700_000)))
    #expect(try await twin.store.settlement(window: "202611").map(\.amount) == [700_000])
    #expect(try await twin.store.settlement(window: "202612").map(\.amount) == [-700_000])
    #expect(try await twin.store.payable(card: World.card(1))?.map(\.amount) == [3_000_000])
    try await twin.compare()
  }

  @Test(
    "Voids that were changed behind the chain's back are found by what is wrong with them",
    arguments: [
      ("DELETE FROM transfer WHERE id = (SELECT MAX(id) FROM transfer)", "not the inverse"),
      ("UPDATE transfer SET amount = 1 WHERE id = (SELECT MAX(id) FROM transfer)", "not the inverse"),
      (
        "UPDATE account SET subject = replace(subject, '/202612', '/202701') WHERE code IN (1300, 2400)",
        "outside the window"
      ),
    ])
  func tampered(_ statement: String, _ problem: String) async throws {
    let twin = try await Twin()
    let posting = World.posting(1, counter: 1, parts: [World.part(700_000)], terminal: 2, province: "01")
    #expect(try await twin.posting(posting).refusal == nil)
    try await twin.run(World.record(1, .void, terminal: 2), at: ReversalTests.december)
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { "\($0)".contains(problem) })
  }
}
