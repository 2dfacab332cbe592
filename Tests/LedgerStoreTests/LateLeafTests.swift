import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Lines, people, agents, drawers and completions: what was once in no leaf.
@Suite("What the chain commits to only since later versions")
struct LateLeafTests {
  /// A ledger with a row in every such table.
  static func worked() async throws -> Twin {
    let twin = try await Twin()
    let (drawer, bag) = (World.id(70), World.id(71))
    for command in [ShiftTests.open(drawer), ShiftTests.open(bag, terminal: 0)] {
      #expect(try await twin.run(command).refusal == nil)
    }
    for (number, amount) in [(1, 300), (2, 200)] as [(Int, Int64)] {
      let posting = World.posting(number, counter: UInt32(10 * number), parts: [World.part(amount)])
      #expect(try await twin.posting(posting).refusal == nil)
      #expect(try await twin.run(World.record(number, .paid)).refusal == nil)
    }
    #expect(try await twin.run(ReversalTests.reversal(World.id(1))).refusal == nil)
    #expect(
      try await twin.run(HandPayoutTests.list([HandPayoutTests.visit(3, parts: [World.part(40)])])).refusal == nil)
    try await twin.run(.allotCompletionSerial(card: World.card(1)))
    try await twin.run(
      .issueCompletion(CompletionIssue(card: World.card(1), serial: 1, body: [1], signature: [2], authorityEnds: 3)))
    try await twin.run(.recordReceipt(CompletionReceipt(card: World.card(1), serial: 1, receipt: [4])))
    try await twin.credit("P2", [World.row(2, 5, programme: 2)])
    #expect(try await twin.run(DeathTests.act(2, .identityChanged(World.person(3)))).refusal == nil)
    #expect(try await twin.run(World.registration(card: 2, person: 1, replaces: 1)).refusal == nil)
    try await twin.compare()
    return twin
  }

  @Test("Every such table has rows in the chain; of a new ledger none is of an earlier version")
  func everyTable() async throws {
    let twin = try await Self.worked()
    let rows = try await twin.store.pool.read { db in
      try LateTable.all.map { table in
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table.name) WHERE batch > 0 AND leaf >= 0") ?? 0
      } + [try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM earlier_rows") ?? -1]
    }
    // Only a card of changed data has an identity_change, which has a test of its own.
    #expect(rows == [2, 3, 0, 1, 3, 1, 1, 1, 1, 0])
  }

  @Test(
    "What is changed there is found",
    arguments: [
      ("UPDATE line SET programme = 9 WHERE id = 1", "a row was changed"),
      ("UPDATE line SET home_province = '01' WHERE id = 1", "a row was changed"),
      ("UPDATE line SET unit = 'BHXH-01' WHERE id = 2", "a row was changed"),
      ("UPDATE line SET funder = 'X' WHERE id = 2", "a row was changed"),
      ("UPDATE line SET person = x'00' WHERE id = 2", "a row was changed"),
      ("DELETE FROM line WHERE id = 2", "is missing"),
      ("UPDATE line SET batch = NULL, leaf = NULL WHERE id = 2", "is missing"),
      ("INSERT INTO line VALUES (3, x'00', 1, 'A', 'B', '19', 1, NULL, NULL)", "row that no batch commits to: line"),
      ("INSERT INTO line VALUES (3, x'00', 1, 'A', 'B', '19', 1, 4, 0)", "is missing or doubled"),
      ("UPDATE person_identity SET name = 'Trần X'", "identity that is not what was recorded"),
      ("UPDATE person_identity SET birth_date = '1950-01-02'", "identity that is not what was recorded"),
      ("UPDATE person_identity SET salt = zeroblob(32)", "identity that is not what was recorded"),
      ("UPDATE person_identity SET salt = NULL", "identity that is not what was recorded"),
      ("UPDATE person_identity SET commitment = zeroblob(32)", "a row was changed"),
      ("UPDATE identity_act SET name = 'Trần X'", "identity that is not what was recorded"),
      ("UPDATE identity_act SET commitment = zeroblob(32)", "a row was changed"),
      ("DELETE FROM identity_act", "is missing"),
      ("UPDATE agent SET online_limit = 9", "a row was changed"),
      ("INSERT INTO agent VALUES ('X', 1, 1, NULL, NULL)", "row that no batch commits to: agent"),
      ("UPDATE completion SET body = x'09'", "a row was changed"),
      ("UPDATE completion SET authority_ends = 0", "a row was changed"),
      ("UPDATE receipt SET receipt = x'09'", "a row was changed"),
      ("DELETE FROM receipt", "is missing"),
      ("DELETE FROM shift_payout WHERE transaction_id = x'00000000000000000000000000000002'", "is missing"),
      ("UPDATE shift_payout SET shift = (SELECT MAX(id) FROM shift)", "a row was changed"),
      ("UPDATE shift_return SET shift = (SELECT MAX(id) FROM shift)", "a row was changed"),
      ("DELETE FROM shift_return", "is missing"),
      ("UPDATE payout_part SET home_unit = 'BHXH-01'", "payout of another line, unit or funder"),
      ("UPDATE payout_part SET home_province = '01'", "payout of another line, unit or funder"),
      ("UPDATE payout_part SET line = 2", "payout of another line, unit or funder"),
      ("UPDATE payout_part SET host_unit = 'BHXH-01'", "payout by another unit than its place's"),
      ("UPDATE hand_payout_part SET host_unit = 'BHXH-01'", "payout by another unit than its place's"),
      ("UPDATE event SET posted_at = posted_at + 1", "event of another time than its request"),
      ("UPDATE event SET effective_date = effective_date + 1", "event of another time than its request"),
      ("UPDATE event SET request = ''", "event of another time than its request"),
    ])
  func tampered(_ statement: String, _ place: String) async throws {
    let twin = try await Self.worked()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
      #expect(db.changesCount > 0)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.contains(place) }, "\(report.problems)")
  }

  @Test(
    "A payout or return that was counted otherwise is found without its leaf, too",
    arguments: [
      "DELETE FROM shift_payout WHERE transaction_id = x'00000000000000000000000000000002'",
      "DELETE FROM shift_payout WHERE transaction_id = x'00000000000000000000000000000003'",
      "DELETE FROM shift_return",
      """
      INSERT INTO shift_return (transaction_id, shift) SELECT x'00000000000000000000000000000002', MIN(id) FROM shift;
      INSERT INTO payout_reversal SELECT x'00000000000000000000000000000002', 1
      """,
    ])
  func counted(_ statement: String) async throws {
    let twin = try await Self.worked()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(
      report.problems.contains { $0.place.hasPrefix("payout or return in another shift than its desk had open") },
      "\(report.problems)")
  }

  @Test(
    "For how many months a list said that its programme is paid",
    arguments: [
      ("UPDATE list_spell SET most = 2 WHERE list = 'S'", "more months listed than the programme is paid for"),
      ("UPDATE list_spell SET most = 4", "batch 11: "), ("DELETE FROM list_spell", "batch 11: "),
    ])
  func spells(_ statement: String, _ place: String) async throws {
    let twin = try await Twin()
    let rows = [202_611, 202_612, 202_701].map {
      World.row(2, 500, period: Int32($0), programme: 20, spell: ItemSpell(most: 3, of: 5))
    }
    #expect(try await twin.refusal(.importItems(ItemImport(wholeList: "S", rows: rows, maker: "Nguyễn A"))) == nil)
    try await twin.compare()
    try await DeathWithdrawalTests.tamper(twin, statement, place)
  }

  @Test("A void of another time than its event is found")
  func voided() async throws {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(30)])).refusal == nil)
    #expect(try await twin.run(World.record(1, .void)).refusal == nil)
    try await twin.compare()
    try await DeathWithdrawalTests.tamper(
      twin, "UPDATE payout_void SET voided_at = voided_at + 1", "payout, void or reversal of another time")
  }

  @Test("Who a card of changed data says that its holder is")
  func changedCard() async throws {
    for (statement, place) in [
      ("UPDATE identity_change SET name = 'Trần X'", "identity that is not what was recorded"),
      ("DELETE FROM identity_change", "batch"),
    ] {
      let twin = try await Twin()
      #expect(
        try await twin.run(World.registration(card: 2, person: 9, replaces: 1, kind: .replacedChanged)).refusal == nil)
      try await twin.compare()
      try await DeathWithdrawalTests.tamper(twin, statement, place)
    }
  }

  @Test(
    "What there was before a version that commits to it can't be changed, and nothing newer passes for it",
    arguments: [
      ("", ""),
      ("UPDATE line SET programme = 9", "row of an earlier version was changed: line"),
      ("INSERT INTO line VALUES (2, x'01', 1, 'A', 'B', '19', 1, NULL, NULL)", "was changed: line"),
      ("DELETE FROM line", "row of an earlier version was changed: line"),
      ("UPDATE person_identity SET commitment = zeroblob(32)", "was changed: person_identity"),
      ("UPDATE person_identity SET name = 'Trần X'", "identity that is not what was recorded: 01"),
      ("UPDATE agent SET online_limit = 9", "row of an earlier version was changed: agent"),
      ("UPDATE earlier_rows SET rows = 2 WHERE name = 'line'", "a row was changed"),
      ("DELETE FROM earlier_rows WHERE name = 'line'", "row that no batch commits to: line"),
    ])
  func upgraded(_ statement: String, _ place: String) async throws {
    let scratch = Scratch()
    try await scratch.open().close()
    try Self.old(scratch)
    let store = try scratch.open()
    #expect(try await store.head().sequence == 2)
    let results = try await store.apply([
      World.request("a", .registerAgent(AgentRegistration(agent: "BD02", onlineLimit: 5)))
    ])
    #expect(try results[0].get().outcome == .registered)
    try await store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let report = try await store.audit(evidence: World.verify)
    if statement.isEmpty {
      #expect(report.isClean, "\(report.problems)")
    } else {
      #expect(report.problems.contains { $0.place.contains(place) }, "\(report.problems)")
    }
    // It is done once.
    await store.close()
    let again = try scratch.open()
    #expect(try await again.head().sequence == 3)
    await again.close()
  }

  @Test("Nobody can have newer rows taken in as those of an earlier version")
  func forged() async throws {
    let twin = try await Self.worked()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          INSERT INTO agent VALUES ('X', 1, 1, NULL, NULL);
          INSERT INTO earlier_rows (name) VALUES ('agent');
          """)
    }
    await twin.store.close()
    let store = try twin.scratch.open()
    let report = try await store.audit(evidence: World.verify)
    #expect(
      report.problems.contains { $0.place.hasPrefix("rows of earlier versions were committed to later") },
      "\(report.problems)")
  }

  /// A ledger of the version before, with one batch, a line, a person and an agent.
  private static func old(_ scratch: Scratch) throws {
    let path = scratch.path + "/ledger.sqlite"
    for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + name) }
    let queue = try DatabaseQueue(path: path)
    try Schema.migrator.migrate(queue, upTo: "11 account holders")
    try queue.write { db in
      var tree = MerkleTree()
      tree.append(Leaf.collectionRules(rules: "1 0 999999 always").hash)
      let link = ChainLink(
        writer: "centre", epoch: 1, sequence: 1, previous: [UInt8](repeating: 0, count: 32), root: tree.root,
        time: World.now, leaves: 1, hash: [])
      try db.execute(
        sql: """
          INSERT INTO writer_epoch VALUES ('centre', 1, 0);
          INSERT INTO collection_rules (batch, rules, leaf) VALUES (1, '1 0 999999 always', 0);
          INSERT INTO person VALUES (x'01', 0);
          INSERT INTO person_identity VALUES (x'01', '001085000123', 'Nguyễn A', '1950-01-01');
          INSERT INTO line VALUES (1, x'01', 1, 'BHXH-19', 'QHTTT@VN', '19', 1);
          INSERT INTO agent VALUES ('BD01', 5, 0);
          """)
      try db.execute(
        sql: """
          INSERT INTO batch (sequence, writer, epoch, previous, root, hash, time, leaves)
          VALUES (1, ?, 1, ?, ?, ?, ?, 1)
          """,
        arguments: [link.writer, Data(link.previous), Data(link.root), Data(link.computedHash), link.time])
    }
    try queue.close()
  }
}
