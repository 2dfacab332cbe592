internal import GRDB
internal import Ledger

/// What happens at the counter besides plain card payouts.
extension AuditWalk {
  /// What payouts took of items and was not given back: columns item and amount.
  static let livingParts = """
    SELECT x.item, x.amount FROM payout_part x LEFT JOIN payout p ON p.id = x.payout
    WHERE NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = p.transaction_id)
      AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = p.transaction_id)
    UNION ALL SELECT p.item, p.amount FROM hand_payout_part p
    WHERE NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = p.transaction_id)
    UNION ALL SELECT p.item, p.amount FROM bank_transfer_part p
    WHERE NOT EXISTS (SELECT 1 FROM bank_transfer_end e WHERE e.reference = p.reference AND e.step = 3)
      AND NOT EXISTS (SELECT 1 FROM bank_transfer_return b WHERE b.reference = p.reference)
    """

  /// Payouts of every kind: transaction id, event and evidence.
  private static let everyPayout = """
    (SELECT transaction_id, event, evidence FROM payout
     UNION ALL SELECT transaction_id, event, evidence FROM hand_payout)
    """

  /// The entries of an event by account, without the window of what two units owe each other, which changes when a
  /// payout is taken back in a later month. `from` and `to` are the sides in the order of the columns.
  static func entries(of event: String, _ from: String, _ to: String) -> String {
    func side(_ name: String) -> String {
      """
      \(name).code, \(name).book, \(name).funder,
      CASE WHEN \(name).code IN (1300, 2400) THEN substr(\(name).subject, 1, length(\(name).subject) - 6)
        ELSE \(name).subject END
      """
    }
    return """
      SELECT \(side(from)), \(side(to)), t.amount FROM transfer t JOIN account d ON d.id = t.debit
      JOIN account c ON c.id = t.credit WHERE t.event = \(event)
      """
  }

  /// Rule 11: one evidence for each payout. A payout by hand has its list, the scan and the two persons' act.
  mutating func checkHandPayouts() throws {
    report.payouts += try sql.one("SELECT COUNT(*) FROM hand_payout", [])?.int(0) ?? 0
    try each(
      .evidence, "payout with two evidences, or with another kind than its own",
      """
      SELECT hex(transaction_id) FROM \(Self.everyPayout) GROUP BY transaction_id HAVING COUNT(*) > 1
      UNION ALL SELECT hex(transaction_id) FROM payout WHERE evidence <> 1 OR channel <> 1
      UNION ALL SELECT hex(transaction_id) FROM hand_payout WHERE evidence <> 2 OR channel <> 2
        OR length(scan) <> 32 OR EXISTS (SELECT 1 FROM payout o WHERE o.transaction_id = hand_payout.transaction_id)
      """)
    try each(
      .evidence, "list paid by hand that is not what its act says",
      """
      SELECT COALESCE(h.list, a.subject) FROM (
        SELECT act, list, hex(scan) AS scan, COUNT(*) AS visits, SUM(amount) AS amount FROM hand_payout
        GROUP BY act, list, scan
      ) h FULL JOIN (SELECT * FROM act WHERE kind = 41) a ON a.sequence = h.act
      WHERE a.sequence IS NULL OR h.act IS NULL OR a.subject <> 'list ' || h.list
        OR a.content <> 'scan ' || h.scan || ' visits ' || h.visits || ' amount ' || h.amount
      """)
    try each(
      .outcomes, "payout by hand whose amount is not its parts or entries",
      """
      SELECT hex(h.transaction_id) FROM hand_payout h
      WHERE h.amount IS NOT (SELECT SUM(x.amount) FROM hand_payout_part x WHERE x.transaction_id = h.transaction_id)
        OR h.amount IS NOT (SELECT SUM(t.amount) FROM transfer t WHERE t.event = h.event AND t.kind IN (5, 6))
      """)
    try each(
      .outcomes, "payout by hand of another person's item, twice under one list, or of one scan under two",
      """
      SELECT hex(p.transaction_id) FROM hand_payout_part p JOIN hand_payout h ON h.transaction_id = p.transaction_id
      JOIN item i ON i.id = p.item WHERE i.person <> h.person OR i.line <> p.line OR i.period <> p.period
      UNION ALL SELECT hex(MIN(h.transaction_id)) FROM hand_payout_part p
      JOIN hand_payout h ON h.transaction_id = p.transaction_id
      WHERE h.transaction_id NOT IN (SELECT transaction_id FROM payout_reversal)
      GROUP BY h.list, p.line, p.period HAVING COUNT(DISTINCT h.transaction_id) > 1
      UNION ALL SELECT hex(MIN(transaction_id)) FROM hand_payout
      WHERE transaction_id NOT IN (SELECT transaction_id FROM payout_reversal)
      GROUP BY scan HAVING COUNT(DISTINCT list) > 1
      """)
  }

  mutating func checkReversals() throws {
    try each(
      .outcomes, "reversal of no payout, of a void one, or of one that was never paid",
      """
      SELECT hex(b.transaction_id) FROM payout_reversal b
      LEFT JOIN \(Self.everyPayout) e ON e.transaction_id = b.transaction_id
      LEFT JOIN payout p ON p.transaction_id = b.transaction_id
      LEFT JOIN terminal_record r ON r.transaction_id = p.transaction_id AND r.terminal = p.terminal
      LEFT JOIN payout_void v ON v.transaction_id = b.transaction_id
      WHERE e.transaction_id IS NULL OR v.transaction_id IS NOT NULL
        OR (p.transaction_id IS NOT NULL AND r.verdict IS NOT 1)
      """)
    try each(
      .outcomes, "reversal whose act is another one, or missing",
      """
      SELECT COALESCE(hex(b.transaction_id), a.subject) FROM payout_reversal b
      FULL JOIN (SELECT * FROM act WHERE kind = 40) a ON a.sequence = b.act
      WHERE a.sequence IS NULL OR b.act IS NULL OR a.event IS NULL OR a.subject <> 'payout ' || hex(b.transaction_id)
      """)
    try each(
      .outcomes, "reversal that is not the inverse of its payout",
      """
      SELECT hex(b.transaction_id) FROM payout_reversal b JOIN act a ON a.sequence = b.act
      JOIN \(Self.everyPayout) p ON p.transaction_id = b.transaction_id
      WHERE (SELECT COUNT(*) FROM transfer WHERE event = p.event)
          <> (SELECT COUNT(*) FROM transfer WHERE event = a.event)
        OR EXISTS (\(Self.entries(of: "p.event", "d", "c")) EXCEPT \(Self.entries(of: "a.event", "c", "d")))
        OR EXISTS (\(Self.entries(of: "a.event", "c", "d")) EXCEPT \(Self.entries(of: "p.event", "d", "c")))
      """)
    try each(
      .outcomes, "reversal or void outside the window it was posted in",
      """
      SELECT hex(b.transaction_id) FROM (
        SELECT r.transaction_id, a.event FROM payout_reversal r JOIN act a ON a.sequence = r.act
        UNION ALL SELECT transaction_id, event FROM payout_void
      ) b JOIN event e ON e.id = b.event JOIN transfer t ON t.event = e.id
      JOIN account x ON x.id IN (t.debit, t.credit) AND x.code IN (1300, 2400)
      WHERE substr(x.subject, -6) <> (e.effective_date / 100) || ''
      """)
  }
}
