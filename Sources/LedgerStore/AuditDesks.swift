internal import GRDB
internal import Ledger

/// Which drawer or bag payouts and returns belong to.
extension AuditWalk {
  /// A payout or return is counted to what its desk had open then, and to nothing else: opening and closing are acts,
  /// so the chain says what came before what.
  mutating func checkDesks() throws {
    var desk: [String] = []
    var open: [UInt8]?
    var wrong: [String] = []
    try sql.each(Self.deskSteps) { row in
      let own = [try row.bytes(0).hexText, try row.text(1), try row.text(2)]
      if own != desk { (desk, open) = (own, nil) }
      let shift = row.isNull(6) ? nil : try row.bytes(6)
      switch try row.int(5) {
      case 1: open = shift
      case 2: open = nil
      default: if shift != open { wrong.append(try row.text(7)) }
      }
    }
    for place in wrong { report.add(.counters, "payout or return in another shift than its desk had open: \(place)") }
  }

  /// Openings (1), closings (2), payouts and returns (3) by desk, in the order of the chain. Columns terminal, agent,
  /// point (only where there is no terminal), batch, leaf, kind, shift and transaction.
  private static let deskSteps = """
    SELECT terminal, IIF(terminal = zeroblob(32), agent, ''), IIF(terminal = zeroblob(32), point, ''), batch, leaf,
      kind, shift, place FROM (
      SELECT s.terminal, s.agent, s.point, a.batch, a.leaf, 1 AS kind, s.id AS shift, '' AS place
      FROM shift s JOIN act a ON a.sequence = s.act
      UNION ALL SELECT s.terminal, s.agent, s.point, a.batch, a.leaf, 2, s.id, ''
      FROM shift_close c JOIN shift s ON s.id = c.shift JOIN act a ON a.sequence = c.act
      UNION ALL SELECT p.terminal, p.agent, p.point, p.batch, p.leaf, 3, x.shift, hex(p.transaction_id)
      FROM payout p LEFT JOIN shift_payout x ON x.transaction_id = p.transaction_id
      UNION ALL SELECT zeroblob(32), p.agent, p.point, p.batch, p.leaf, 3, x.shift, hex(p.transaction_id)
      FROM hand_payout p LEFT JOIN shift_payout x ON x.transaction_id = p.transaction_id
      UNION ALL SELECT p.terminal, p.agent, p.point, a.batch, a.leaf, 3, x.shift, hex(p.transaction_id)
      FROM payout_reversal b JOIN act a ON a.sequence = b.act JOIN payout p ON p.transaction_id = b.transaction_id
      LEFT JOIN shift_return x ON x.transaction_id = b.transaction_id
      UNION ALL SELECT zeroblob(32), p.agent, p.point, a.batch, a.leaf, 3, x.shift, hex(p.transaction_id)
      FROM payout_reversal b JOIN act a ON a.sequence = b.act JOIN hand_payout p ON p.transaction_id = b.transaction_id
      LEFT JOIN shift_return x ON x.transaction_id = b.transaction_id
    ) ORDER BY 1, 2, 3, 4, 5
    """
}
