internal import GRDB
internal import Ledger

/// Rule 9: opening + top-ups − payouts = closing count ± recorded difference.
extension AuditWalk {
  mutating func checkShifts() throws {
    try each(
      .counters, "shift that is not what its act says",
      """
      SELECT COALESCE(hex(s.id), a.subject) FROM shift s
      FULL JOIN (SELECT * FROM act WHERE kind = 45) a ON a.sequence = s.act
      WHERE s.id IS NULL OR a.sequence IS NULL OR a.subject <> 'shift ' || hex(s.id)
        OR a.content <> 'kind ' || s.kind || ' agent ' || s.agent || ' point ' || s.point || ' terminal '
          || hex(s.terminal) || ' float ' || s.float
      """)
    try each(
      .counters, "top-up that is not what its act says",
      """
      SELECT COALESCE(hex(t.shift), a.subject) FROM shift_topup t
      FULL JOIN (SELECT * FROM act WHERE kind = 46) a ON a.sequence = t.act
      WHERE t.act IS NULL OR a.sequence IS NULL OR a.subject <> 'shift ' || hex(t.shift)
        OR a.content <> t.amount || ''
      """)
    try each(
      .counters, "closing that is not what its act says, or without its case",
      """
      SELECT COALESCE(hex(c.shift), a.subject) FROM shift_close c
      FULL JOIN (SELECT * FROM act WHERE kind = 47) a ON a.sequence = c.act
      WHERE c.shift IS NULL OR a.sequence IS NULL OR a.subject <> 'shift ' || hex(c.shift)
        OR a.content <> 'counted ' || c.counted || ' expected ' || c.expected
        OR (c.counted <> c.expected) <> EXISTS (SELECT 1 FROM case_file f WHERE f.kind = 40 AND f.evidence = c.shift)
      """)
    try each(
      .counters, "shift that is open and closed, or neither",
      """
      SELECT hex(s.id) FROM shift s LEFT JOIN shift_open o ON o.shift = s.id LEFT JOIN shift_close c ON c.shift = s.id
      WHERE (o.shift IS NULL) = (c.shift IS NULL) OR o.terminal <> s.terminal OR o.agent <> s.agent
        OR o.point <> s.point
      """)
    try each(
      .counters, "payout or return in the shift of another desk",
      """
      SELECT hex(x.transaction_id) FROM (
        SELECT transaction_id, shift FROM shift_payout UNION ALL SELECT transaction_id, shift FROM shift_return
      ) x JOIN shift s ON s.id = x.shift LEFT JOIN payout p ON p.transaction_id = x.transaction_id
      LEFT JOIN hand_payout h ON h.transaction_id = x.transaction_id
      WHERE COALESCE(p.terminal, zeroblob(32)) <> s.terminal
        OR (h.transaction_id IS NOT NULL AND (h.agent <> s.agent OR h.point <> s.point))
        OR (p.transaction_id IS NULL AND h.transaction_id IS NULL)
      """)
    try checkShiftSums()
  }

  /// What was paid is what its terminal had reported when the shift was closed: later records belong to its cases.
  private mutating func checkShiftSums() throws {
    try each(
      .counters, "shift whose float, top-ups, payouts and returns are not what was expected at its end",
      """
      SELECT hex(c.shift) FROM shift_close c JOIN shift s ON s.id = c.shift JOIN act a ON a.sequence = c.act
      WHERE c.expected <> s.float
        + (SELECT COALESCE(SUM(t.amount), 0) FROM shift_topup t WHERE t.shift = s.id)
        - (SELECT COALESCE(SUM(p.amount), 0) FROM shift_payout x JOIN payout p ON p.transaction_id = x.transaction_id
          JOIN terminal_record r ON r.transaction_id = p.transaction_id AND r.terminal = p.terminal AND r.verdict = 1
          WHERE x.shift = s.id AND (r.batch, r.leaf) < (a.batch, a.leaf))
        - (SELECT COALESCE(SUM(h.amount), 0) FROM shift_payout x
          JOIN hand_payout h ON h.transaction_id = x.transaction_id WHERE x.shift = s.id)
        + (SELECT COALESCE(SUM(COALESCE(p.amount, h.amount)), 0) FROM shift_return x
          LEFT JOIN payout p ON p.transaction_id = x.transaction_id
          LEFT JOIN hand_payout h ON h.transaction_id = x.transaction_id WHERE x.shift = s.id)
      """)
  }
}
