import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Which item's money is in 2600, which knows no lines.
@Suite("Uncollected money item by item")
struct UncollectedAuditTests {
  /// Three people's items of one unit and fund, 900 đ each, lapsed together as act 3; of line 2 reclaimed (4) and
  /// lapsed again (5), of line 3 returned (6), of line 4 corrected to 500 đ (7). Line 1 lapses with act 8, and goes
  /// back with the death (9).
  private static func lapsed() async throws -> Twin {
    let twin = try await Twin()
    try await twin.credit("B", (2...4).map { World.row($0, 900) })
    let names: [ItemName] = [World.name(2), World.name(3), World.name(4)]
    let commands = [
      World.uncollected(.itemsLapsed, names), World.uncollected(.itemsReclaimed, [names[0]]),
      World.uncollected(.itemsLapsed, [names[0]]), World.uncollected(.uncollectedReturned, [names[1]]),
      World.correction(500, names[2]), World.uncollected(.itemsLapsed), DeathTests.death(),
    ]
    for command in commands { #expect(try await twin.run(command).refusal == nil) }
    return twin
  }

  private static func row(_ line: Int, _ act: Int) -> String {
    "act = \(act) AND item = (SELECT item FROM item_open WHERE line = \(line))"
  }

  @Test("Every act's part of every item is kept, and the audit agrees")
  func kept() async throws {
    let twin = try await Self.lapsed()
    let rows = try await twin.store.pool.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT o.line || ' ' || u.act || ' ' || u.amount FROM item_uncollected u JOIN item_open o ON o.item = u.item
          ORDER BY u.act, o.line
          """)
    }
    #expect(
      rows == [
        "2 3 900", "3 3 900", "4 3 900", "2 4 -900", "2 5 900", "3 6 -900", "4 7 -400", "1 8 3000000", "1 9 -3000000",
      ])
    #expect(try twin.balance(.uncollected) == 900 + 500)
    try await twin.compare()
  }

  @Test(
    "One row that was changed behind the chain's back is found, and what it is about",
    arguments: [
      ("UPDATE item_uncollected SET amount = -899 WHERE \(row(3, 6))", "something else lapsed than its acts say"),
      ("DELETE FROM item_uncollected WHERE \(row(4, 7))", "something else lapsed than its acts say"),
      ("DELETE FROM item_uncollected WHERE \(row(1, 9))", "not what it posted"),
      ("UPDATE item_aside SET uncollected = uncollected - 1 WHERE uncollected > 0", "something else lapsed"),
      ("UPDATE item_aside SET uncollected = 1 WHERE uncollected = 0", "something else lapsed than its acts say"),
      ("UPDATE item_uncollected SET act = 6 WHERE \(row(4, 7))", "not what it posted"),
      ("UPDATE item_move SET amount = amount + 1 WHERE act = 4", "otherwise than it left its line"),
      ("DELETE FROM item_move WHERE act = 8", "otherwise than it left its line"),
      // As if it had been line 2 that was returned: both projections follow, the chain does not.
      (
        """
        UPDATE item_uncollected SET item = (SELECT item FROM item_open WHERE line = 2) WHERE \(row(3, 6));
        UPDATE item_aside SET uncollected = 900 - uncollected
        WHERE item IN (SELECT item FROM item_open WHERE line IN (2, 3))
        """, "a row was changed"
      ),
    ])
  func tampered(_ statement: String, _ finding: String) async throws {
    let twin = try await Self.lapsed()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.contains(finding) }, "\(report.problems)")
  }
}
