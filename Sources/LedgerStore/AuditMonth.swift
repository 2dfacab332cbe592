internal import GRDB
internal import Ledger

/// Lists beside one another, and months (`ledger` §5, rule 13).
extension AuditWalk {
  mutating func checkMonths() throws {
    try each(
      .items, "person with two regular items of a programme for one month",
      """
      SELECT hex(l.person) || ' ' || c.period FROM item_claim c JOIN line l ON l.id = c.line
      JOIN item i ON i.id = c.item JOIN item_list n ON n.list = i.list WHERE c.kind = 1 AND NOT \(ItemClaim.returned)
      GROUP BY l.person, l.programme, c.period HAVING COUNT(*) > 1
        AND (COUNT(DISTINCT i.list) > 1 OR COUNT(DISTINCT l.unit || l.home_province) > 1)
      """)
    try each(
      .items, "person with one payment of arrears of a programme on two lists",
      """
      SELECT hex(l.person) || ' ' || c.period FROM item_claim c JOIN line l ON l.id = c.line
      JOIN item i ON i.id = c.item WHERE c.kind = 2 AND i.basis > 0 AND NOT \(ItemClaim.returned)
      GROUP BY l.person, l.programme, c.period, i.basis HAVING COUNT(DISTINCT i.list) > 1
      """)
    try each(
      .months, "month whose items and books differ",
      """
      SELECT COALESCE(i.unit, b.unit) || ' ' || COALESCE(i.funder, b.funder) || ' ' || COALESCE(i.month, b.month)
      FROM (\(ItemFlow.byMonth)) i FULL JOIN (\(ItemFlow.bookedByMonth)) b
        ON b.unit = i.unit AND b.funder = i.funder AND b.month = i.month
      WHERE COALESCE(i.amount, 0) <> COALESCE(b.amount, 0)
      """)
    // From the first day on: nobody was there before.
    let months = "SELECT * FROM (\(ItemFlow.months(lines: ItemFlow.allLines)))"
    for row in try sql.all(months, [nil, 0, Int64.max]) {
      let month = try StoredMonth(row: row)
      guard !month.isBalanced else { continue }
      let place = "\(month.unit.text) \(month.funder.text) \(month.programme)"
      report.add(.months, "granted persons or money are not those paid, returned and open: \(place)")
    }
    try each(
      .months, "credited item without the time of its credit",
      """
      SELECT hex(o.item) FROM item_open o JOIN item i ON i.id = o.item WHERE o.credited_at <= 0
      """)
    try each(
      .items, "rules of a list that is not sealed",
      """
      SELECT r.list FROM list_rules r LEFT JOIN list_decision d ON d.list = r.list AND d.state = 2
      WHERE d.list IS NULL
      """)
  }
}
