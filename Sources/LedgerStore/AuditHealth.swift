internal import GRDB
internal import Ledger

/// Health-insurance covers and co-payments against the acts that the chain commits to.
extension AuditWalk {
  mutating func checkHealthInsurance() throws {
    try compare(
      "health-insurance cover that is not what was recorded",
      """
      SELECT c.subject, c.level, c.valid_from, c.valid_until, c.five_years_on, c.salt, 'person ' || hex(c.person),
        a.subject, a.content, COALESCE(c.act, a.sequence) || '', c.act IS NULL OR a.sequence IS NULL
      FROM health_cover c FULL JOIN (SELECT * FROM act WHERE kind = 72) a ON a.sequence = c.act
      """, owner: 6
    ) { row in
      let cover = try SQLiteLedgerStore.cover(row)
      return (cover.text, cover.salt)
    }
    try compare(
      "co-payment that is not what was recorded",
      """
      SELECT p.paid_on, p.amount, p.voucher, p.salt, 'person ' || hex(p.person), a.subject, a.content,
        COALESCE(p.act, a.sequence) || '', p.act IS NULL OR a.sequence IS NULL
      FROM co_payment p FULL JOIN (SELECT * FROM act WHERE kind = 73) a ON a.sequence = p.act
      """, owner: 4
    ) { row in
      let payment = try SQLiteLedgerStore.coPayment(row)
      return (payment.text, payment.salt)
    }
    try each(
      .items, "co-payment that no health insurance covered, or after the death",
      """
      SELECT p.act || '' FROM co_payment p WHERE p.paid_on > COALESCE((
        SELECT COALESCE(c.valid_until, 99991231) FROM health_cover c
        WHERE c.person = p.person AND c.valid_from <= p.paid_on AND c.act < p.act
        ORDER BY c.valid_from DESC, c.act DESC LIMIT 1), 0)
        OR EXISTS (SELECT 1 FROM death d WHERE d.person = p.person AND d.act < p.act AND d.died_on < p.paid_on)
      """)
  }

  /// Compares rows with their acts; from column `owner` on a row has whose it is, the act's subject and content, the
  /// act's number, and whether one of the two is missing.
  private mutating func compare(
    _ what: String, _ query: String, owner: Int, _ committed: (SQLRow) throws -> (text: String, salt: [UInt8])
  ) throws {
    var places: [String] = []
    try sql.each(query) { row in
      if try row.int(owner + 4) == 0, try row.text(owner) == row.text(owner + 1) {
        let (text, salt) = try committed(row)
        if try BatchSession.commitment(text, salt) == row.text(owner + 2) { return }
      }
      places.append(try row.text(owner + 3))
    }
    for place in places { report.add(.items, "\(what): \(place)") }
  }
}
