internal import GRDB
internal import Ledger

/// What is written down of payouts a second time, against what the chain commits to.
extension AuditWalk {
  /// Whose money parts say they are of, and where it was paid.
  mutating func checkParts() throws {
    let parts = """
      (SELECT p.transaction_id, t.item, t.line, t.period, t.home_unit, t.home_province, t.funder, t.host_unit,
        p.host_province FROM payout_part t JOIN payout p ON p.id = t.payout
       UNION ALL SELECT t.transaction_id, t.item, t.line, t.period, t.home_unit, t.home_province, t.funder, t.host_unit,
        p.host_province FROM hand_payout_part t JOIN hand_payout p ON p.transaction_id = t.transaction_id)
      """
    try each(
      .outcomes, "payout of another line, unit or funder than its items",
      """
      SELECT hex(t.transaction_id) FROM \(parts) t JOIN item i ON i.id = t.item JOIN line l ON l.id = i.line
      WHERE t.line <> i.line OR t.period <> i.period OR t.home_unit <> l.unit OR t.home_province <> l.home_province
        OR t.funder <> l.funder
      UNION ALL SELECT t.reference FROM bank_transfer_part t JOIN item i ON i.id = t.item JOIN line l ON l.id = i.line
      WHERE t.line <> i.line OR t.period <> i.period OR t.home_province <> l.home_province
      """)
    var hosts: [String] = []
    try sql.each(
      """
      SELECT home_unit, host_province, host_unit, MIN(hex(transaction_id)) FROM \(parts)
      GROUP BY home_unit, host_province, host_unit
      """
    ) { row in
      let home: AccountingUnit = try row.decode(0) { AccountingUnit(text: $0) }
      let host = LedgerEvent.hostUnit(of: home, inProvince: try row.text(1)) ?? home
      if try host.text != row.text(2) { hosts.append(try row.text(3)) }
    }
    for place in hosts { report.add(.outcomes, "payout by another unit than its place's: \(place)") }
  }

  /// Events are of the time and the day of their requests, which the chain commits to.
  mutating func checkEvents() throws {
    try each(
      .doubleEntry, "event of another time than its request",
      """
      SELECT hex(e.id) FROM event e LEFT JOIN request q ON q.key = e.request
      WHERE q.received_at IS NOT e.posted_at
        OR e.effective_date <> CAST(strftime('%Y%m%d', e.posted_at / 1000 + 25200, 'unixepoch') AS INTEGER)
      """)
    try each(
      .outcomes, "payout, void or reversal of another time than its event",
      """
      SELECT hex(p.transaction_id) FROM (
        SELECT transaction_id, event, posted_at FROM payout UNION ALL SELECT transaction_id, event, posted_at
        FROM hand_payout UNION ALL SELECT transaction_id, event, voided_at FROM payout_void
      ) p JOIN event e ON e.id = p.event WHERE e.posted_at <> p.posted_at
      """)
  }
}
