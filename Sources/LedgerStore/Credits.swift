internal import GRDB
internal import Ledger

/// A cycle on its way to people's lines.
extension BatchSession {
  /// An approved item that is next to be credited.
  private struct Due {
    let id: [UInt8]
    let amount: LineAmount
    let period: Period
    /// The act that ended its line before its month, withdrew the claim it is owed by or stopped the benefit on another
    /// line; nil while it is owed.
    let ended: Int64?
  }

  func credit(_ cycle: CycleCredit) throws -> Decision {
    let list = try sealed(cycle.list)
    // What an earlier version began to credit has been set aside chunk by chunk; it goes on once it is approved.
    guard try hand(.approved, cycle.list) != nil else { throw LedgerRefusal(.listUnapproved) }
    let dues = try dues(cycle, after: list.credited)
    let owed = dues.filter { $0.ended == nil }.map(\.amount)
    let over = dues.filter { $0.ended != nil }.map(\.amount)
    let returned = try CreditReturned(over.map(\.amount))
    if !dues.isEmpty {
      let deductions = try deductions(
        cycle, after: list.credited, besides: Set(dues.filter { $0.ended != nil }.map(\.id)))
      let plan = try plan(
        LedgerEvent.cycleCredit(owed).transfers() + LedgerEvent.creditsReturned(over).transfers()
          + LedgerEvent.item(.deducted(deductions.map(\.deduction))).transfers())
      _ = try post(plan, reference: cycle.list)
      let opened = try sql.prepare(
        "INSERT INTO item_open (item, line, period, credited, paid, credited_at) VALUES (?, ?, ?, ?, 0, ?)")
      for due in dues {
        try opened.run([due.id.blob, due.amount.line.line, due.period.yyyymm, due.amount.amount, receivedAt])
        if let act = due.ended { try move(due.amount.amount, of: due.id, act: act) }
      }
      for deduction in deductions { try take(deduction) }
      try sql.run(
        """
        UPDATE item_list SET credited = ?2, returned = returned + ?3, returned_amount = returned_amount + ?4
        WHERE list = ?1
        """,
        [cycle.list, list.credited + Int64(dues.count), returned?.items ?? 0, returned?.amount ?? 0])
    }
    return .outcome(
      .credited(
        CreditResult(
          items: owed.count, amount: try Money.total(owed.map(\.amount)),
          remaining: Int(list.imported - list.credited) - dues.count, returned: returned)))
  }

  /// Units and funders by their texts: the items of a list share few of them, and reading one costs more than its row.
  private struct Purses {
    private var units: [String: AccountingUnit] = [:]
    private var funders: [String: Funder] = [:]

    mutating func unit(_ text: String) -> AccountingUnit? {
      if let known = units[text] { return known }
      let unit = AccountingUnit(text: text)
      units[text] = unit
      return unit
    }

    mutating func funder(_ text: String) -> Funder? {
      if let known = funders[text] { return known }
      let funder = Funder(text: text)
      funders[text] = funder
      return funder
    }
  }

  private func dues(_ cycle: CycleCredit, after credited: Int64) throws -> [Due] {
    var purses = Purses()
    return try sql.all(
      """
      SELECT i.id, i.line, i.period, i.amount, l.unit, l.funder, COALESCE(
        CASE WHEN i.period > s.last_period THEN s.act END, w.act,
        \(Self.stopped))
      FROM item i JOIN line l ON l.id = i.line LEFT JOIN line_state s ON s.line = i.line
      LEFT JOIN funeral_withdrawal w ON i.kind = 4 AND w.claim = i.basis
      WHERE i.list = ? AND i.position > ? ORDER BY i.position LIMIT ?
      """, [cycle.list, credited, cycle.limit]
    ).map { row in
      Due(
        id: try row.bytes(0),
        amount: LineAmount(
          line: PayableAccount(
            line: try row.decode(1) { UInt32(exactly: $0) }, unit: try row.decode(4) { purses.unit($0) },
            funder: try row.decode(5) { purses.funder($0) }), amount: try row.int(3)),
        period: try row.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
        ended: row.isNull(6) ? nil : try row.int(6))
    }
  }
}
