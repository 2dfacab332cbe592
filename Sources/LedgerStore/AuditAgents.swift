internal import GRDB
internal import Ledger

/// What agents at fault paid back, and are owed again once the payout is taken back.
extension AuditWalk {
  mutating func checkAgents() throws {
    try each(
      .items, "agent's money that did not go to its 2700",
      """
      SELECT COALESCE(r.agent, t.agent) || ' ' || COALESCE(r.unit, t.unit) FROM (
        SELECT a.event AS event, o.agent AS agent, l.unit AS unit, l.funder AS funder, SUM(f.amount) AS amount
        FROM agent_refund f JOIN receivable o ON o.number = f.receivable JOIN line l ON l.id = o.line
        LEFT JOIN act a ON a.sequence = f.act AND a.kind = 28 GROUP BY 1, 2, 3, 4
      ) r FULL JOIN (
        SELECT x.event AS event, c.subject AS agent, c.book AS unit, c.funder AS funder, SUM(x.amount) AS amount
        FROM transfer x JOIN account c ON c.id = x.credit AND c.code = 2700 WHERE x.kind = 33 GROUP BY 1, 2, 3, 4
      ) t ON t.event = r.event AND t.agent = r.agent AND t.unit = r.unit AND t.funder = r.funder
      WHERE r.amount IS NOT t.amount
      """)
    try each(
      .items, "agent that was given more than it had paid, or whose money the fund kept",
      """
      SELECT hex(r.item) FROM (
        SELECT o.item AS item, SUM(COALESCE(p.amount, 0) - COALESCE(f.amount, 0)) AS kept,
          MIN(COALESCE(p.amount, 0) - COALESCE(f.amount, 0)) AS least
        FROM receivable o LEFT JOIN (
          SELECT subject, SUM(CAST(content AS INTEGER)) AS amount FROM act WHERE kind = 10 GROUP BY subject
        ) p ON p.subject = 'receivable ' || o.number
        LEFT JOIN (SELECT receivable, SUM(amount) AS amount FROM agent_refund GROUP BY receivable) f
          ON f.receivable = o.number
        WHERE o.agent IS NOT NULL GROUP BY o.item
      ) r LEFT JOIN item_aside s ON s.item = r.item WHERE r.least < 0 OR r.kept > COALESCE(s.overpaid, 0)
      """)
  }
}
