internal import GRDB
internal import Ledger

/// Transfers to bank accounts.
extension AuditWalk {
  mutating func checkBankTransfers() throws {
    try each(
      .outcomes, "transfer whose amount is not its parts or entries",
      """
      SELECT t.reference FROM bank_transfer t LEFT JOIN bank_transfer_end e ON e.reference = t.reference
      WHERE t.amount IS NOT (SELECT SUM(p.amount) FROM bank_transfer_part p WHERE p.reference = t.reference)
        OR t.amount IS NOT (SELECT SUM(x.amount) FROM transfer x WHERE x.event = t.event AND x.kind = 41)
        OR (e.reference IS NOT NULL AND t.amount IS NOT (
          SELECT SUM(x.amount) FROM transfer x WHERE x.event = e.event AND x.kind = 40 + e.step))
      """)
    try each(
      .outcomes, "transfer of another person's item",
      """
      SELECT p.reference FROM bank_transfer_part p JOIN bank_transfer t ON t.reference = p.reference
      JOIN item i ON i.id = p.item WHERE i.person <> t.person OR i.line <> p.line OR i.period <> p.period
      """)
    try each(
      .outcomes, "payment file that is not what its act says",
      """
      SELECT COALESCE(a.subject, t.act || '') FROM (
        SELECT act, COUNT(*) AS count, SUM(amount) AS amount FROM bank_transfer GROUP BY act
      ) t FULL JOIN (SELECT * FROM act WHERE kind = 42) a ON a.sequence = t.act
      WHERE t.act IS NULL OR a.sequence IS NULL
        OR a.content <> 'transfers ' || t.count || ' amount ' || t.amount
      """)
    try each(
      .outcomes, "statement of the bank that is not what its act says",
      """
      SELECT COALESCE(a.subject, e.act || '') FROM (
        SELECT n.act, SUM(n.step = 2) AS confirmed, SUM(n.step = 3) AS rejected, SUM(t.amount) AS amount
        FROM bank_transfer_end n JOIN bank_transfer t ON t.reference = n.reference GROUP BY n.act
      ) e FULL JOIN (SELECT * FROM act WHERE kind = 43) a ON a.sequence = e.act
      WHERE e.act IS NULL OR a.sequence IS NULL
        OR a.content <> 'confirmed ' || e.confirmed || ' rejected ' || e.rejected || ' amount ' || e.amount
      """)
    try checkStatements()
    try each(
      .outcomes, "transfer that came back otherwise than it was confirmed, or than its act says",
      """
      SELECT COALESCE(b.reference, a.subject) FROM bank_transfer_return b
      FULL JOIN (SELECT * FROM act WHERE kind = 48) a ON a.sequence = b.act
      LEFT JOIN bank_transfer t ON t.reference = b.reference
      LEFT JOIN bank_transfer_end e ON e.reference = b.reference
      WHERE b.act IS NULL OR a.sequence IS NULL OR e.step IS NOT 2 OR a.event IS NOT b.event
        OR a.subject <> 'transfer ' || b.reference
        OR substr(a.content, 1, length(t.amount || ' by ')) <> t.amount || ' by '
        OR t.amount IS NOT (SELECT SUM(x.amount) FROM transfer x WHERE x.event = b.event AND x.kind = 44)
        OR EXISTS (SELECT 1 FROM act c WHERE c.sequence = e.act AND c.sequence >= a.sequence)
      """)
    try each(
      .balances, "money in flight that is not what the bank has still to say",
      """
      SELECT COALESCE(w.unit, a.book) || ' ' || COALESCE(w.funder, a.funder) FROM (
        SELECT l.unit, l.funder, SUM(p.amount) AS amount FROM bank_transfer_part p JOIN line l ON l.id = p.line
        WHERE NOT EXISTS (SELECT 1 FROM bank_transfer_end e WHERE e.reference = p.reference) GROUP BY l.unit, l.funder
      ) w FULL JOIN (
        SELECT book, funder, credits - debits AS amount FROM account WHERE code = 2450 AND credits <> debits
      ) a ON a.book = w.unit AND a.funder = w.funder
      WHERE COALESCE(w.amount, 0) <> COALESCE(a.amount, 0)
      """)
  }

  /// What a statement rejects is paid again, so no one person can have taken in a row that says so.
  private mutating func checkStatements() throws {
    var places: [String] = []
    try sql.each(
      """
      SELECT e.reference, a.maker, a.checker FROM bank_transfer_end e LEFT JOIN act a ON a.sequence = e.act
      WHERE e.step = 3
      """
    ) { row in
      let isSeenByTwo = try !row.isNull(1) && FourEyes.see(maker: row.text(1), checker: row.text(2))
      if !isSeenByTwo { places.append(try row.text(0)) }
    }
    for place in places { report.add(.outcomes, "transfer that one person alone reported as rejected: \(place)") }
  }

  mutating func checkPayoutLimits() throws {
    try each(
      .outcomes, "limits of payouts that are not what was decided",
      """
      SELECT COALESCE(a.sequence, p.act) || '' FROM payout_limit p
      FULL JOIN (SELECT * FROM act WHERE kind = 44) a ON a.sequence = p.act
      WHERE a.sequence IS NULL OR p.act IS NULL
        OR a.content <> 'visit ' || p.visit || ' card-day ' || p.card_day || ' terminal-day ' || p.terminal_day
      """)
  }
}
