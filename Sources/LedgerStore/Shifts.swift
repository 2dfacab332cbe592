internal import GRDB
internal import Ledger

/// Drawers and bags.
extension BatchSession {
  func open(_ opening: ShiftOpening) throws -> Decision {
    try opening.hands.require(for: .shiftOpened)
    let desk = opening.desk
    guard try agentLimit(desk.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    if desk.terminal != ShiftDesk.byHand {
      guard try terminal(desk.terminal)?.agent == desk.agent else { throw LedgerRefusal(.unknownTerminal) }
    }
    let known = try sql.one("SELECT 1 FROM shift WHERE id = ?", [opening.shift.blob])
    guard try known == nil && openShift(desk) == nil else { throw LedgerRefusal(.shiftOpen) }
    let act = try keep(
      .shiftOpened, subject: "shift \(opening.shift.hexText)",
      content: "kind \(opening.kind.rawValue) agent \(desk.agent) point \(desk.point) "
        + "terminal \(desk.terminal.hexText) float \(opening.float)", opening.hands)
    try sql.run(
      "INSERT INTO shift (id, kind, agent, point, terminal, float, act) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        opening.shift.blob, opening.kind.rawValue, desk.agent, desk.point, desk.terminal.blob, opening.float, act,
      ])
    try sql.run(
      "INSERT INTO shift_open (shift, agent, point, terminal) VALUES (?, ?, ?, ?)",
      [opening.shift.blob, desk.agent, desk.point, desk.terminal.blob])
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: opening.float)))
  }

  func topUp(_ topUp: ShiftTopUp) throws -> Decision {
    try topUp.hands.require(for: .shiftToppedUp)
    try requireOpen(topUp.shift)
    let act = try keep(
      .shiftToppedUp, subject: "shift \(topUp.shift.hexText)", content: "\(topUp.amount)", topUp.hands)
    try sql.run(
      "INSERT INTO shift_topup (act, shift, amount) VALUES (?, ?, ?)", [act, topUp.shift.blob, topUp.amount])
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: topUp.amount)))
  }

  func close(_ closing: ShiftClosing) throws -> Decision {
    try closing.hands.require(for: .shiftClosed)
    try requireOpen(closing.shift)
    let expected = try ShiftSums.read(sql, closing.shift).expected()
    let difference = try Money.difference(closing.counted, expected)
    let act = try keep(
      .shiftClosed, subject: "shift \(closing.shift.hexText)",
      content: "counted \(closing.counted) expected \(expected)", closing.hands)
    try sql.run(
      "INSERT INTO shift_close (shift, counted, expected, act) VALUES (?, ?, ?, ?)",
      [closing.shift.blob, closing.counted, expected, act])
    try sql.run("DELETE FROM shift_open WHERE shift = ?", [closing.shift.blob])
    if difference != 0 { try openCase(.shiftDifference, evidence: closing.shift) }
    let silent = try sql.all(
      """
      SELECT p.transaction_id, p.card, p.counter FROM shift_payout s
      JOIN payout p ON p.transaction_id = s.transaction_id WHERE s.shift = ? AND NOT EXISTS (
        SELECT 1 FROM terminal_record r WHERE r.transaction_id = p.transaction_id AND r.terminal = p.terminal)
      """, [closing.shift.blob])
    for payout in silent {
      try openCase(
        .silentAtClose, card: payout.text(1), counter: payout.decode(2) { UInt32(exactly: $0) },
        transactionID: payout.bytes(0), evidence: closing.shift)
    }
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: difference)))
  }

  private func requireOpen(_ shift: [UInt8]) throws {
    guard try sql.one("SELECT 1 FROM shift WHERE id = ?", [shift.blob]) != nil else {
      throw LedgerRefusal(.unknownShift)
    }
    guard try sql.one("SELECT 1 FROM shift_open WHERE shift = ?", [shift.blob]) != nil else {
      throw LedgerRefusal(.shiftClosed)
    }
  }

  /// The open shift of a desk; a terminal is one desk, wherever it is said to stand.
  func openShift(_ desk: ShiftDesk) throws -> [UInt8]? {
    guard desk.terminal == ShiftDesk.byHand else {
      return try openShift(terminal: desk.terminal)
    }
    return try sql.one(
      "SELECT shift FROM shift_open WHERE terminal = ? AND agent = ? AND point = ?",
      [desk.terminal.blob, desk.agent, desk.point])?.bytes(0)
  }

  /// Counts a payout to the open shift of its desk, if there is one.
  func count(payout transactionID: [UInt8], at desk: ShiftDesk) throws {
    guard let shift = try openShift(desk) else { return }
    let leaf = commit(.counted(transactionID: transactionID, shift: shift, isReturn: false))
    try sql.run(
      "INSERT INTO shift_payout (transaction_id, shift, batch, leaf) VALUES (?, ?, ?, ?)",
      [transactionID.blob, shift.blob, sequence, leaf])
  }

  /// Counts what a reversal brings back to the open shift of the payout's desk, if there is one.
  func count(return transactionID: [UInt8]) throws {
    let row = try sql.one(
      """
      SELECT agent, point, terminal FROM payout WHERE transaction_id = ?1
      UNION ALL SELECT agent, point, zeroblob(32) FROM hand_payout WHERE transaction_id = ?1
      """, [transactionID.blob])
    guard let row else { return }
    let desk = ShiftDesk(agent: try row.text(0), point: try row.text(1), terminal: try row.bytes(2))
    guard let shift = try openShift(desk) else { return }
    let leaf = commit(.counted(transactionID: transactionID, shift: shift, isReturn: true))
    try sql.run(
      "INSERT INTO shift_return (transaction_id, shift, batch, leaf) VALUES (?, ?, ?, ?)",
      [transactionID.blob, shift.blob, sequence, leaf])
  }
}

extension ShiftSums {
  /// The sums of a shift as they are now.
  static func read(_ sql: SQL, _ shift: [UInt8]) throws -> ShiftSums {
    guard
      let row = try sql.one(
        """
        SELECT s.float, (SELECT COALESCE(SUM(t.amount), 0) FROM shift_topup t WHERE t.shift = s.id),
          (SELECT COALESCE(SUM(p.amount), 0) FROM shift_payout x JOIN payout p ON p.transaction_id = x.transaction_id
            JOIN terminal_record r ON r.transaction_id = p.transaction_id AND r.terminal = p.terminal AND r.verdict = 1
            WHERE x.shift = s.id),
          (SELECT COALESCE(SUM(h.amount), 0) FROM shift_payout x
            JOIN hand_payout h ON h.transaction_id = x.transaction_id WHERE x.shift = s.id),
          (SELECT COALESCE(SUM(COALESCE(p.amount, h.amount)), 0) FROM shift_return x
            LEFT JOIN payout p ON p.transaction_id = x.transaction_id
            LEFT JOIN hand_payout h ON h.transaction_id = x.transaction_id WHERE x.shift = s.id)
        FROM shift s WHERE s.id = ?
        """, [shift.blob])
    else { throw LedgerStoreError.corrupt(place: "shift \(shift.hexText)") }
    return ShiftSums(
      float: try row.int(0), added: try row.int(1), paid: try Money.sum(row.int(2), row.int(3)),
      returned: try row.int(4))
  }
}
