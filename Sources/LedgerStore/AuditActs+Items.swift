internal import GRDB
internal import Ledger

/// What happened to items besides payouts.
extension AuditWalk {
  mutating func checkItemActs() throws {
    try checkMoves()
    try checkAsides()
    try checkUncollected()
    try checkReceivables()
    try checkAgents()
    try checkAgentPayments()
    try checkDeductions()
  }

  private mutating func checkAsides() throws {
    try each(
      .items, "item of which orders took something else than it says",
      """
      SELECT hex(o.item) FROM item_open o LEFT JOIN item_aside s ON s.item = o.item LEFT JOIN (
        SELECT m.item, SUM(m.amount) AS taken FROM item_move m JOIN act a ON a.sequence = m.act AND a.kind = 12
        GROUP BY m.item
      ) d ON d.item = o.item WHERE COALESCE(s.deducted, 0) <> COALESCE(d.taken, 0)
      """)
    try checkOverpaid()
    try each(
      .items, "receivable of which something else was released than its 1400 says",
      """
      SELECT r.number || '' FROM receivable r JOIN line l ON l.id = r.line JOIN account a
        ON a.code = 1400 AND a.book = l.unit AND a.funder = l.funder AND a.subject = r.number || ''
      LEFT JOIN (SELECT credit, SUM(amount) AS amount FROM transfer WHERE kind = 31 GROUP BY credit) t
        ON t.credit = a.id
      LEFT JOIN (SELECT receivable, SUM(amount) AS amount FROM receivable_release GROUP BY receivable) x
        ON x.receivable = r.number
      WHERE COALESCE(t.amount, 0) <> COALESCE(x.amount, 0)
      """)
  }

  /// What was found overpaid of an item grows by its receivables and falls, down to zero, by what of it was taken back
  /// (acts of kind 28), or is owed by nobody any more since its death was withdrawn (30), in the order of the acts: the
  /// sum of both less its lowest value below zero.
  private mutating func checkOverpaid() throws {
    try each(
      .items, "item that was overpaid otherwise than its receivables say",
      """
      SELECT hex(o.item) FROM item_open o LEFT JOIN item_aside s ON s.item = o.item LEFT JOIN (
        SELECT item, SUM(amount) - MIN(0, MIN(total)) AS overpaid FROM (
          SELECT item, amount, SUM(amount) OVER (PARTITION BY item ORDER BY act ROWS UNBOUNDED PRECEDING) AS total
          FROM (
            SELECT item, act, amount FROM receivable WHERE item IS NOT NULL UNION ALL
            SELECT m.item, m.act, -m.amount FROM item_move m JOIN act a ON a.sequence = m.act AND a.kind = 28
            UNION ALL SELECT r.item, x.act, -x.amount FROM receivable_release x
            JOIN act a ON a.sequence = x.act AND a.kind = 30 JOIN receivable r ON r.number = x.receivable
          )
        ) GROUP BY item
      ) r ON r.item = o.item WHERE COALESCE(s.overpaid, 0) <> COALESCE(r.overpaid, 0)
      """)
    try each(
      .items, "item of which more is owed back than was paid of it",
      """
      SELECT hex(o.item) FROM item_open o LEFT JOIN item_aside s ON s.item = o.item JOIN (
        SELECT r.item, SUM(a.debits - a.credits) AS rest FROM receivable r JOIN line l ON l.id = r.line
        JOIN account a ON a.code = 1400 AND a.book = l.unit AND a.funder = l.funder AND a.subject = r.number || ''
        GROUP BY r.item
      ) r ON r.item = o.item WHERE r.rest > o.paid + COALESCE(s.deducted, 0)
      """)
    try each(
      .items, "receivable of another line's item, or of none",
      """
      SELECT r.number || '' FROM receivable r LEFT JOIN item_open o ON o.item = r.item WHERE o.line IS NOT r.line
      """)
  }

  private mutating func checkReceivables() throws {
    try each(
      .items, "receivable whose 1400 was debited otherwise",
      """
      SELECT r.number || '' FROM receivable r JOIN line l ON l.id = r.line LEFT JOIN account a
        ON a.code = 1400 AND a.book = l.unit AND a.funder = l.funder AND a.subject = r.number || ''
      WHERE a.debits IS NOT r.amount
      """)
    try each(
      .items, "1400 of no receivable",
      """
      SELECT a.subject FROM account a WHERE a.code = 1400 AND NOT EXISTS (
        SELECT 1 FROM receivable r JOIN line l ON l.id = r.line
        WHERE r.number || '' = a.subject AND l.unit = a.book AND l.funder = a.funder)
      """)
    try each(
      .items, "deferred recovery that is not what is still owed back",
      """
      SELECT book || ' ' || funder FROM account WHERE code IN (1400, 2150) GROUP BY book, funder
      HAVING SUM(debits - credits) <> 0
      """)
  }

  private mutating func checkDeductions() throws {
    var places: [String] = []
    try sql.each(
      """
      SELECT d.receivable, d.party, d.amount, d.percent, d.total, d.cap, d.line, d.number, a.kind, a.subject, a.content
      FROM deduction d JOIN act a ON a.sequence = d.number
      """
    ) { row in
      let terms = try DeductionTerms(row: row, at: 0)
      let kind = EntitlementActKind.deductionOrdered.rawValue
      if try row.int(8) != kind || row.text(9) != "line \(row.int(6))" || row.text(10) != terms.content {
        places.append("\(try row.int(7))")
      }
    }
    for place in places { report.add(.items, "deduction that is not as it was ordered: \(place)") }
    try each(
      .items, "deduction order that is missing",
      "SELECT a.sequence || '' FROM act a LEFT JOIN deduction d ON d.number = a.sequence "
        + "WHERE a.kind = 12 AND d.number IS NULL")
    try each(
      .items, "deduction whose state is not what was done",
      """
      SELECT d.number || '' FROM deduction d LEFT JOIN deduction_state s ON s.number = d.number LEFT JOIN (
        SELECT act, SUM(amount) AS taken FROM item_move GROUP BY act
      ) m ON m.act = d.number LEFT JOIN act a ON a.kind = 13 AND a.subject = 'deduction ' || d.number
      WHERE s.taken IS NOT COALESCE(m.taken, 0) OR s.line IS NOT d.line OR s.stopped IS NOT a.sequence
      """)
  }
}

extension LeafTable {
  static let uncollected = LeafTable("item_uncollected", "SELECT batch, leaf, item, act, amount FROM item_uncollected")
  { row in
    .uncollected(item: try row.bytes(2), act: try row.int(3), amount: try row.int(4))
  }

  static let receivables = LeafTable(
    "receivable",
    "SELECT batch, leaf, number, line, COALESCE(person, CAST(agent AS BLOB)), item, amount, act FROM receivable"
  ) { row in
    .receivable(
      number: try row.int(2), line: try row.int(3), debtor: try row.bytes(4),
      item: row.isNull(5) ? [] : try row.bytes(5), amount: try row.int(6), act: try row.int(7))
  }
}
