internal import GRDB

/// What was decided about the chain itself.
extension AuditWalk {
  mutating func checkChainActs() throws {
    try each(
      .chain, "restoring that does not begin an epoch",
      """
      SELECT a.sequence || '' FROM act a JOIN batch b ON b.sequence = a.batch
      JOIN batch p ON p.sequence = a.batch - 1
      WHERE a.kind = 80 AND p.writer = b.writer AND p.epoch >= b.epoch
      """)
    try each(
      .chain, "journal of no terminal",
      """
      SELECT a.sequence || '' FROM act a WHERE a.kind = 82
        AND NOT EXISTS (SELECT 1 FROM terminal t WHERE 'terminal ' || hex(t.key_hash) = a.subject)
      """)
    try each(
      .chain, "journal reported or waived of a ledger that was not restored",
      """
      SELECT a.sequence || '' FROM act a WHERE a.kind IN (82, 83)
        AND NOT EXISTS (SELECT 1 FROM act r WHERE r.kind = 80 AND r.sequence < a.sequence)
      """)
    try each(
      .outcomes, "payout sent again that is none, or that no restoring can have lost",
      """
      SELECT a.sequence || '' FROM act a
      LEFT JOIN payout p ON a.subject = 'payout ' || hex(p.transaction_id) AND p.batch = a.batch
      WHERE a.kind = 84 AND (p.transaction_id IS NULL
        OR NOT EXISTS (SELECT 1 FROM act r WHERE r.kind = 80 AND r.sequence < a.sequence))
      """)
  }
}
