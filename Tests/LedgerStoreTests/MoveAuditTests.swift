import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// What acts took of items is what they posted.
@Suite("Moves of items")
struct MoveAuditTests {
  @Test(
    "What was moved from one act or item to another, so that each item still adds up, is found",
    arguments: [
      // The item of line 1 and that of line 2 change their places in one act each.
      (
        "UPDATE item_move SET amount = amount + 1 "
          + "WHERE item = (SELECT item FROM item_open WHERE line = 1 AND taken > 0)",
        "took something else of a line's items"
      ),
      ("UPDATE item_move SET act = 4 WHERE act = 3", "took something else of a line's items"),
      ("UPDATE item_move SET act = 6 WHERE act = 3", "ends took something else"),
      ("UPDATE item_move SET act = 3 WHERE act = 6", "ends took something else"),
      ("UPDATE act SET subject = 'item 00' WHERE kind = 4", "correction that took of another item"),
    ])
  func tampered(_ statement: String, _ finding: String) async throws {
    let twin = try await Twin()
    try await twin.credit("P2", [World.row(2, 500), World.row(2, 9, period: 202_612), World.row(3, 40)])
    try await twin.run(World.correction(2_999_900))
    try await twin.run(World.correction(400, World.name(2)))
    try await twin.run(World.uncollected(.itemsLapsed, [World.name(3)]))
    try await twin.run(LineActTests.act(.lineEnded, line: 2, last: 202_611))
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.contains(finding) }, "\(report.problems)")
  }
}
