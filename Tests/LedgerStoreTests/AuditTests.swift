import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Tampering in a copy of the database is found and named.
struct AuditTests {
  struct Tampering: Sendable, CustomTestStringConvertible {
    let sql: String
    let check: AuditCheck
    let place: String
    var testDescription: String { sql }

    init(_ sql: String, _ check: AuditCheck, _ place: String) {
      self.sql = sql
      self.check = check
      self.place = place
    }
  }

  static let tamperings: [Tampering] = [
    Tampering("UPDATE transfer SET amount = amount + 1 WHERE kind = 5", .root, "a row was changed"),
    Tampering("UPDATE transfer SET amount = amount + 1 WHERE kind = 5", .balances, "2200 BHXH-19 QHTTT@VN 1"),
    Tampering("UPDATE transfer SET kind = 2 WHERE kind = 5", .root, "a row was changed"),
    Tampering("DELETE FROM transfer WHERE kind = 6", .root, "is missing"),
    Tampering("DELETE FROM transfer WHERE kind = 6", .balances, "2400 BHXH-19 QHTTT@VN BHXH-01/202611"),
    Tampering(
      "UPDATE transfer SET leaf = CASE kind WHEN 6 THEN leaf + 1 ELSE leaf - 1 END WHERE kind IN (6, 7)", .root,
      "a row was changed"),
    Tampering("UPDATE transfer SET batch = 999 WHERE kind = 5", .root, "transfer row"),
    Tampering("UPDATE account SET debits = debits + 5 WHERE code = 1100", .balances, "1100 BHXH-19 QHTTT@VN"),
    Tampering("UPDATE account SET debits = debits + 5 WHERE code = 1100", .doubleEntry, "BHXH-19"),
    Tampering("UPDATE account SET credit_events = 9 WHERE code = 2400", .balances, "2400"),
    Tampering("UPDATE account SET debits = debits + 5 WHERE code = 1300", .pairs, "BHXH-19 → BHXH-01 202611"),
    Tampering("UPDATE account SET debits = 900000000 WHERE code = 2100", .signs, "2100 BHXH-19"),
    Tampering("UPDATE account SET funder = 'QHTTT@VN', subject = 'x' WHERE code = 1200", .root, "a row was changed"),
    Tampering("UPDATE account SET book = 'nonsense' WHERE code = 1300", .balances, "unreadable"),
    Tampering("UPDATE outcome SET certificate = zeroblob(length(certificate)) WHERE counter = 1", .root, "batch"),
    Tampering(
      "UPDATE outcome SET certificate = zeroblob(length(certificate)) WHERE counter = 1", .evidence,
      World.id(1).hexText),
    Tampering("UPDATE outcome SET refusal = 0 WHERE refusal <> 0", .outcomes, "posted certificate without its payout"),
    Tampering("UPDATE outcome SET refusal = 32 WHERE counter = 1", .outcomes, World.id(1).hexText),
    Tampering("DELETE FROM outcome WHERE counter = 1", .outcomes, World.id(1).hexText),
    Tampering("DELETE FROM outcome WHERE counter = 1", .root, "is missing"),
    Tampering(
      "UPDATE request SET body = CAST(body || x'00' AS BLOB) WHERE key = 'key 3'", .root, "batch 3: a row was changed"),
    Tampering(
      "UPDATE line SET person = (SELECT id FROM person WHERE id <> line.person) WHERE id = 1", .items,
      "another person"),
    Tampering("UPDATE list_decision SET amount = amount + 1", .root, "a row was changed"),
    Tampering("UPDATE list_decision SET amount = amount + 1", .items, "list whose state is not what was decided: T11"),
    Tampering("DELETE FROM list_decision", .items, "list whose state is not what was decided: T11"),
    Tampering("UPDATE cycle_step SET actor = 'Lê C' WHERE step = 3", .root, "a row was changed"),
    Tampering("UPDATE cycle_step SET actor = 'Nguyễn A'", .items, "one person did what takes two: T11"),
    Tampering("UPDATE cycle_step SET actor = ' NGUYỄN  a' WHERE step = 2", .items, "did what takes two: T11"),
    Tampering("DELETE FROM cycle_step WHERE step = 2", .items, "approved or credited out of its order: T11"),
    Tampering("DELETE FROM cycle_step WHERE step = 3", .items, "approved or credited out of its order: T11"),
    Tampering(
      "UPDATE item_open SET credited_at = credited_at - 3000000000", .months, "month whose items and books differ"),
    Tampering("UPDATE item_open SET credited_at = 0", .months, "credited item without the time of its credit"),
    Tampering("UPDATE payout SET posted_at = posted_at + 3000000000", .months, "BHXH-19 QHTTT@VN 202612"),
    Tampering("UPDATE list_purse SET amount = amount + 1", .items, "asks its units for something else"),
    Tampering("UPDATE item_list SET credited = 0", .items, "money set aside that is not what approved cycles"),
    Tampering("UPDATE item_list SET state = 3", .items, "list whose state is not what was decided: T11"),
    Tampering("UPDATE item_list SET amount = amount + 1", .items, "list whose counts differ: T11"),
    Tampering("DELETE FROM item_claim", .items, "item whose claim is missing or another's"),
    Tampering("UPDATE item_claim SET item = x'00'", .items, "claim of no item: 00"),
    Tampering("DELETE FROM card", .evidence, "payout without card"),
    Tampering("UPDATE request SET outcome = 'x' WHERE key = 'key 3'", .root, "batch 3: a row was changed"),
    Tampering("DELETE FROM request WHERE key = 'key 3'", .root, "batch 3"),
    Tampering("UPDATE request SET body = x'00' WHERE replay_of IS NULL", .outcomes, "replayed answer"),
    Tampering("UPDATE batch SET time = time + 1 WHERE sequence = 4", .chain, "hash of batch 4"),
    Tampering("UPDATE batch SET root = previous WHERE sequence = 4", .root, "batch 4"),
    Tampering("UPDATE batch SET hash = previous WHERE sequence = 4", .chain, "batch 5 does not follow"),
    Tampering("DELETE FROM batch WHERE sequence = 4", .chain, "batch 5 does not follow batch 3"),
    Tampering("DELETE FROM batch WHERE sequence = (SELECT MAX(sequence) FROM batch)", .root, "row of no batch"),
    Tampering("UPDATE batch SET epoch = 0 WHERE sequence = 4", .chain, "batch 4"),
    Tampering("UPDATE item SET amount = amount + 1", .root, "batch"),
    Tampering("UPDATE item SET amount = amount + 1", .items, "open row differs"),
    Tampering("UPDATE item_open SET paid = paid - 1 WHERE paid > 0", .items, "2200: 1"),
    Tampering("DELETE FROM item_open WHERE paid > 0", .items, "2200: 1"),
    Tampering("UPDATE item_list SET credited = 0", .items, "list whose counts differ: T11"),
    Tampering("UPDATE payout SET agent = 'NH02' WHERE counter = 1", .root, "a row was changed"),
    Tampering("UPDATE payout SET amount = amount - 1 WHERE counter = 1", .outcomes, World.id(1).hexText),
    Tampering("DELETE FROM payout WHERE counter = 1", .outcomes, "posted certificate without its payout"),
    Tampering("UPDATE payout_part SET amount = amount + 1", .items, "payouts are not what it says"),
    Tampering("DELETE FROM payout_void", .outcomes, "not taken back"),
    Tampering("DELETE FROM terminal_record", .outcomes, "void without the terminal's record"),
    Tampering("UPDATE terminal_record SET record = x'01'", .root, "a row was changed"),
    Tampering("UPDATE card SET public_key = zeroblob(65)", .root, "batch 4: a row was changed"),
    Tampering("UPDATE terminal SET agent = 'X' WHERE point = 'P2'", .root, "batch 3: a row was changed"),
    Tampering("DELETE FROM terminal WHERE point = 'P2'", .root, "batch 3"),
    Tampering("UPDATE terminal_day SET paid = paid + 1", .outcomes, "day of a terminal"),
    Tampering("UPDATE card_act SET reason = 'x' WHERE sequence = 1", .root, "a row was changed"),
    Tampering("UPDATE card_act SET acted_at = acted_at + 1", .root, "a row was changed"),
    Tampering("DELETE FROM card_act WHERE act = 3", .root, "is missing"),
    Tampering("DELETE FROM card_act WHERE act = 3", .cards, "do not count up from 1: \(World.card(2))"),
    Tampering("UPDATE card_act SET checker = maker WHERE act = 2", .cards, "of one person that needs two"),
    Tampering("UPDATE card_act SET checker = '' WHERE act = 4", .cards, "of one person that needs two"),
    Tampering("UPDATE card_act SET successor = '\(World.card(1))' WHERE act = 4", .cards, "another person's"),
    Tampering("UPDATE card_act SET act = 8 WHERE act = 3", .cards, "release of a reserve without its posting"),
    Tampering("UPDATE card_state SET state = 1 WHERE state = 3", .cards, "not what its acts say: \(World.card(2))"),
    Tampering(
      "UPDATE card_state SET state = 1 WHERE state = 3", .cards, "person with two live cards: \(World.card(2))"),
    Tampering("UPDATE card_state SET state = 3 WHERE number = '\(World.card(3))'", .cards, "not what its acts say"),
    Tampering("UPDATE pin_act SET terminal = 'x'", .root, "a row was changed"),
    Tampering("UPDATE pin_act SET checker = '' WHERE sequence = 2", .cards, "PIN act of one person"),
    Tampering("DELETE FROM pin_act WHERE sequence = 1", .cards, "PIN acts of a card"),
    Tampering("DELETE FROM event", .doubleEntry, "transfer of no event"),
    Tampering("DELETE FROM event", .database, "foreign key of"),
    Tampering(
      """
      INSERT INTO transfer SELECT zeroblob(16), event, debit, credit, amount, kind, batch, leaf FROM transfer
      WHERE kind = 6
      """, .root, "missing or doubled"),
    Tampering(
      """
      UPDATE transfer SET credit = (SELECT id FROM account WHERE code = 1300) WHERE kind = 5
      """, .doubleEntry, "across books or funders"),
  ]

  /// A store with a payout, a hosted one, a void, a refusal and a replay; closed, its log emptied.
  static func written() async throws -> Scratch {
    let twin = try await Twin()
    try await twin.run(World.registration(card: 2, person: 2))
    try await twin.run([
      twin.request(World.act(.block, card: 2)), twin.request(World.act(.unblock, card: 2, checker: "Lê B")),
      twin.request(World.act(.lost, card: 2)), twin.request(World.registration(card: 3, person: 2, replaces: 2)),
      twin.request(World.pinRecord(card: 3)), twin.request(World.pinRecord(.unblocked, card: 3, checker: "Lê B")),
    ])
    try await twin.run(.payout(World.posting(1, counter: 1, parts: [World.part(700)])))
    try await twin.run(.payout(World.posting(1, counter: 1, parts: [World.part(700)])))
    let hosted = World.posting(2, counter: 3, parts: [World.part(800)], terminal: 2, province: "01")
    try await twin.run(.payout(hosted))
    try await twin.run(.payout(World.posting(3, counter: 5, parts: [World.part(900)])))
    try await twin.run(World.record(3, .void))
    try await twin.run(.payout(World.posting(4, counter: 7, parts: [World.part(9_000_000)])))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    await twin.store.close()
    return twin.scratch
  }

  static func audit(_ scratch: Scratch, _ verify: @escaping @Sendable (StoredPayout) throws -> Bool) async throws
    -> AuditReport
  {
    let store = try scratch.open()
    let report = try await store.audit(evidence: verify)
    let onTwoThreads = try await store.audit(alone: true, evidence: verify)
    await store.close()
    #expect(onTwoThreads == report)
    return report
  }

  @Test func anUntouchedStoreIsClean() async throws {
    let report = try await Self.audit(Self.written(), World.verify)
    #expect(report.isClean, "\(report.problems)")
    #expect(report.payouts == 3)
    #expect(report.batches == report.headSequence && report.batches == 18)
    #expect(report.leaves > 30 && report.accounts > 6)
  }

  @Test func evidenceThatDoesNotVerify() async throws {
    let report = try await Self.audit(Self.written()) { $0.facts.counter != 3 }
    #expect(report.problems == [AuditProblem(check: .evidence, place: World.id(2).hexText)])
  }

  @Test(arguments: tamperings) func tamperingIsFoundAndNamed(_ tampering: Tampering) async throws {
    let scratch = try await Self.written()
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: scratch.path + "/ledger.sqlite", configuration: configuration)
    try await queue.write { db in
      try db.execute(sql: tampering.sql)
      #expect(db.changesCount > 0)
    }
    try queue.close()
    let report = try await Self.audit(scratch, World.verify)
    #expect(
      report.problems.contains { $0.check == tampering.check && $0.place.contains(tampering.place) },
      "\(report.problems)")
  }

  @Test func oneByteOfTheFile() async throws {
    let scratch = try await Self.written()
    let file = scratch.path + "/ledger.sqlite"
    var octets = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file)))
    let certificate = World.posting(2, counter: 3, parts: []).certificate.prefix(8)
    let place = try #require((0..<octets.count - 8).first { octets[$0..<$0 + 8].elementsEqual(certificate) })
    octets[place] ^= 1
    try Data(octets).write(to: URL(fileURLWithPath: file))
    let report = try await Self.audit(scratch, World.verify)
    #expect(report.problems.contains { $0.check == .root })
    #expect(report.problems.contains(AuditProblem(check: .evidence, place: World.id(2).hexText)))
  }

  @Test func aCutEndIsFoundByTheHeadInHand() async throws {
    let twin = try await Twin()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      for table in ["transfer", "request", "item", "card", "terminal"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE batch = 10")
      }
      try db.execute(sql: "DELETE FROM batch WHERE sequence = 10")
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains(AuditProblem(check: .chain, place: "ends before batch 10")))
  }
}
