internal import GRDB
internal import Ledger

/// Lists beside one another, and months (`ledger` §5, rule 13).
extension AuditWalk {
  mutating func checkMonths() throws {
    try checkClaims()
    try checkSpells()
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
    let months = "SELECT * FROM (\(ItemFlow.months(of: .all)))"
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

  /// What people have beside one another.
  private mutating func checkClaims() throws {
    try each(
      .items, "person with two regular items of a programme for one month, or arrears of a month that stands elsewhere",
      """
      SELECT hex(l.person) || ' ' || c.period FROM item_claim c JOIN line l ON l.id = c.line
      JOIN item i ON i.id = c.item WHERE c.kind <= 3 AND NOT \(ItemClaim.returned)
      GROUP BY l.person, l.programme, c.period
      HAVING COUNT(*) > 1 AND (
        COUNT(DISTINCT CASE WHEN c.kind <> 2 THEN i.list END) > 1 OR COUNT(DISTINCT l.unit || l.home_province) > 1
        OR COUNT(CASE WHEN c.kind <> 2 THEN 1 END) > COUNT(DISTINCT CASE WHEN c.kind <> 2 THEN c.line END))
      """)
    try each(
      .items, "person with a programme in two months of those in which it is owed once",
      """
      SELECT hex(l.person) || ' ' || i.period FROM item i JOIN line l ON l.id = i.line
      JOIN item_claim c ON c.line = i.line AND c.period = i.period AND c.kind = i.kind AND c.number = i.number
        AND c.item = i.id
      JOIN line m ON m.person = l.person AND m.programme = l.programme
      JOIN item_claim d ON d.line = m.id AND d.period BETWEEN i.window_first AND i.window_last AND d.period <> i.period
        AND d.kind <= 3
      WHERE i.window_first IS NOT NULL AND NOT \(ItemClaim.returned) AND NOT \(ItemClaim.returned("d"))
      """)
    try each(
      .items, "item whose months do not hold its own",
      """
      SELECT hex(id) FROM item WHERE (window_first IS NULL) <> (window_last IS NULL)
        OR window_first > period OR window_last < period
      """)
    try each(
      .items, "item beside one that its list was not to be paid beside",
      """
      SELECT hex(l.person) || ' ' || i.period FROM \(Self.excludingItems) AND x.excluded <> x.programme
        AND \(Self.sum(of: "x.excluded", until: "<")) >= x.amount_from
        AND \(Self.sum(of: "x.programme", until: "<=")) >= x.own_from
      """)
    try each(
      .items, "more listed for a month than the programme's rules come to",
      """
      SELECT hex(l.person) || ' ' || i.period FROM \(Self.excludingItems) AND x.excluded = x.programme
        AND \(Self.sum(of: "x.programme", until: "<=")) > x.amount_from
      """)
    try each(
      .items, "arrears of the same amount as what was listed",
      """
      SELECT hex(l.person) || ' ' || c.period FROM item_claim c JOIN line l ON l.id = c.line
      JOIN item i ON i.id = c.item WHERE c.kind <= 3 AND NOT \(ItemClaim.returned) AND NOT EXISTS (
        SELECT 1 FROM list_exclusion x
        WHERE x.list = i.list AND x.programme = l.programme AND x.period = c.period AND x.excluded = x.programme)
      GROUP BY l.person, l.programme, c.period
      HAVING COUNT(DISTINCT l.funder) = 1 AND COUNT(*) > COUNT(DISTINCT i.amount)
      """)
  }

  /// Items `i` that stand, with their lines `l` and what their lists say that they are not to be paid beside, `x`.
  private static let excludingItems = """
    list_exclusion x JOIN item i ON i.list = x.list AND i.period = x.period AND i.kind <= 3
    JOIN line l ON l.id = i.line AND l.programme = x.programme
    JOIN item_claim c ON c.line = i.line AND c.period = i.period AND c.kind = i.kind AND c.number = i.number
      AND c.item = i.id
    WHERE NOT \(ItemClaim.returned)
    """

  /// What was listed of a programme for the person and the months of an item of ``excludingItems`` before it, or with
  /// it.
  private static func sum(of programme: String, until: String) -> String {
    """
    (SELECT SUM(j.amount) FROM line m JOIN item_claim d ON d.line = m.id AND d.kind <= 3
      JOIN item j ON j.id = d.item AND j.id \(until) i.id
      WHERE m.person = l.person AND m.programme = \(programme)
        AND (d.period BETWEEN COALESCE(i.window_first, i.period) AND COALESCE(i.window_last, i.period)
          OR i.period BETWEEN COALESCE(j.window_first, j.period) AND COALESCE(j.window_last, j.period))
        AND NOT \(ItemClaim.returned("d")))
    """
  }
}
