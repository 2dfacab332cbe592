internal import GRDB
internal import Ledger

/// What was decided about lines and items.
extension AuditWalk {
  mutating func checkEntitlementActs() throws {
    try each(
      .items, "item whose acts are not what it says was taken",
      """
      SELECT hex(o.item) FROM item_open o
      LEFT JOIN (SELECT item, SUM(amount) AS taken FROM item_move GROUP BY item) m ON m.item = o.item
      WHERE o.taken <> COALESCE(m.taken, 0)
      """)
    try each(
      .items, "act out of its order",
      "SELECT a.sequence || '' FROM act a WHERE a.sequence > 1 AND NOT EXISTS (SELECT 1 FROM act b "
        + "WHERE b.sequence = a.sequence - 1)")
    try checkLines()
    try checkChainActs()
    try each(
      .balances, "funding or advance that is not as it was decided",
      """
      SELECT hex(COALESCE(t.event, a.event)) FROM (
        SELECT x.event, x.kind, SUM(x.amount) AS amount, d.book AS unit, d.funder AS funder, d.subject AS agent,
          e.reference AS reference
        FROM transfer x JOIN account d ON d.id = x.debit JOIN event e ON e.id = x.event WHERE x.kind IN (1, 4)
        GROUP BY x.event, x.kind
      ) t FULL JOIN (SELECT * FROM act WHERE kind IN (70, 71)) a ON a.event = t.event
      WHERE t.event IS NULL OR a.event IS NULL OR CASE t.kind
        WHEN 1 THEN a.kind <> 70 OR a.content <> t.amount || ' by ' || t.reference
          OR a.subject <> 'fund ' || t.unit || ' ' || t.funder
        ELSE a.kind <> 71 OR a.content <> t.amount || ''
          OR a.subject <> 'advance ' || t.agent || ' ' || t.unit || ' ' || t.funder END
      """)
    var places: [String] = []
    try sql.each("SELECT \(StoredAct.columns) FROM act") { row in
      let act = try StoredAct(row: row, at: 0)
      do throws(LedgerRefusal) {
        try act.hands.require(for: act.kind)
      } catch {
        places.append("\(act.sequence)")
      }
    }
    for place in places { report.add(.items, "act without its two persons: \(place)") }
  }
}
