internal import GRDB
internal import Ledger

/// What acts took out of items against what they posted: accounts know lines, so it is line by line.
extension AuditWalk {
  /// What acts of `kinds` posted on 2200s: columns act, line, amount (> 0 what left the line). What an heir's line got
  /// is an item of its own.
  private static func posted(by kinds: String) -> String {
    """
    SELECT act, line, SUM(amount) AS amount FROM (
      SELECT a.sequence AS act, CAST(d.subject AS INTEGER) AS line, x.amount AS amount FROM act a
      JOIN transfer x ON x.event = a.event JOIN account d ON d.id = x.debit AND d.code = 2200 WHERE a.kind IN (\(kinds))
      UNION ALL
      SELECT a.sequence, CAST(c.subject AS INTEGER), -x.amount FROM act a
      JOIN transfer x ON x.event = a.event JOIN account c ON c.id = x.credit AND c.code = 2200
      WHERE a.kind IN (\(kinds)) AND x.kind <> 32
    ) GROUP BY act, line
    """
  }

  /// What acts of `kinds` took of items: columns act, line, amount.
  private static func moved(by kinds: String) -> String {
    """
    SELECT m.act AS act, o.line AS line, SUM(m.amount) AS amount FROM item_move m
    JOIN act a ON a.sequence = m.act AND a.kind IN (\(kinds)) JOIN item_open o ON o.item = m.item GROUP BY 1, 2
    """
  }

  mutating func checkMoves() throws {
    // Corrections, lapses, reclaims, inheritances and what was taken back post all that they take.
    let kinds = "4, 5, 6, 21, 28"
    try each(
      .items, "act that took something else of a line's items than it posted",
      """
      SELECT COALESCE(m.act, t.act) || ' line ' || COALESCE(m.line, t.line) FROM (\(Self.moved(by: kinds))) m
      FULL JOIN (\(Self.posted(by: kinds))) t ON t.act = m.act AND t.line = m.line WHERE m.amount IS NOT t.amount
      """)
    // What an end, a suspension, a death or a withdrawn claim took is what it posted, and what never was the line's.
    try each(
      .items, "line of which ends took something else than was posted or not credited",
      """
      SELECT l.id || '' FROM line l
      LEFT JOIN (SELECT line, SUM(amount) AS amount FROM (\(Self.moved(by: "1, 2, 3, 20, 29"))) GROUP BY line) m
        ON m.line = l.id
      LEFT JOIN (SELECT line, SUM(amount) AS amount FROM (\(Self.posted(by: "3, 20"))) GROUP BY line) t
        ON t.line = l.id
      LEFT JOIN (
        SELECT o.line AS line, SUM(o.credited) AS amount FROM item_open o
        LEFT JOIN inherited_item n ON n.item = o.item WHERE n.item IS NULL GROUP BY o.line
      ) i ON i.line = l.id
      LEFT JOIN (
        SELECT CAST(c.subject AS INTEGER) AS line, SUM(x.amount) AS amount FROM transfer x
        JOIN account c ON c.id = x.credit AND c.code = 2200 WHERE x.kind = 3 GROUP BY 1
      ) c ON c.line = l.id
      WHERE COALESCE(m.amount, 0)
        <> COALESCE(t.amount, 0) + COALESCE(i.amount, 0) - COALESCE(c.amount, 0)
      """)
    try each(
      .items, "line of which orders took something else than was posted",
      """
      SELECT l.id || '' FROM line l
      LEFT JOIN (SELECT line, SUM(amount) AS amount FROM (\(Self.moved(by: "12"))) GROUP BY line) m ON m.line = l.id
      LEFT JOIN (
        SELECT CAST(d.subject AS INTEGER) AS line, SUM(x.amount) AS amount FROM transfer x
        JOIN account d ON d.id = x.debit AND d.code = 2200 WHERE x.kind IN (27, 28) GROUP BY 1
      ) t ON t.line = l.id
      WHERE COALESCE(m.amount, 0) <> COALESCE(t.amount, 0)
      """)
    try each(
      .items, "correction that took of another item",
      """
      SELECT m.act || '' FROM item_move m JOIN act a ON a.sequence = m.act AND a.kind = 4
      WHERE a.subject <> 'item ' || lower(hex(m.item)) AND a.subject <> 'item ' || hex(m.item)
      """)
  }
}
