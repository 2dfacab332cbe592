internal import GRDB
internal import Ledger

/// Funding, advances, and the crediting of lists.
extension BatchSession {
  func book(_ funding: Funding) throws -> Decision {
    let event = LedgerEvent.funding(unit: funding.unit, funder: funding.funder, amount: funding.amount)
    let plan = try plan(event.transfers())
    _ = try post(plan, reference: funding.reference)
    return try booked(plan, .programmeFund)
  }

  func book(_ topUp: AgentTopUp) throws -> Decision {
    guard try agentLimit(topUp.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    let event = LedgerEvent.agentTopUp(
      agent: topUp.agent, unit: topUp.unit, funder: topUp.funder, amount: topUp.amount)
    let plan = try plan(event.transfers())
    _ = try post(plan, reference: topUp.agent)
    return try booked(plan, .agentAdvance)
  }

  private func booked(_ plan: Plan, _ code: AccountCode) throws -> Decision {
    guard let totals = plan.accounts.first(where: { $0.key.code == code })?.value.totals else {
      throw LedgerStoreError.corrupt(place: "account \(code.rawValue)")
    }
    return .outcome(.booked(balance: try totals.balance(code.side)))
  }

  func credit(_ cycle: CycleCredit) throws -> Decision {
    guard let list = try list(cycle.list) else { throw LedgerRefusal(.unknownList) }
    switch list.state {
    case .open: throw LedgerRefusal(.listOpen)
    case .sealed: break
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
    let (imported, credited) = (list.imported, list.credited)
    let rows = try sql.all(
      """
      SELECT i.id, i.line, i.period, i.amount, l.unit, l.funder FROM item i JOIN line l ON l.id = i.line
      WHERE i.list = ? AND i.position > ? ORDER BY i.position LIMIT ?
      """, [cycle.list, credited, cycle.limit])
    let amounts = try rows.map { row in
      LineAmount(
        line: PayableAccount(
          line: try row.decode(1) { UInt32(exactly: $0) }, unit: try row.decode(4) { AccountingUnit(text: $0) },
          funder: try row.decode(5) { Funder(text: $0) }), amount: try row.int(3))
    }
    if !rows.isEmpty {
      let plan = try plan(LedgerEvent.cycleCredit(amounts).transfers()) { key, balance in
        if key.code == .programmeFund, balance < 0 { throw LedgerRefusal(.fundTooLow) }
      }
      _ = try post(plan, reference: cycle.list)
      for row in rows {
        try sql.run(
          "INSERT INTO item_open (item, line, period, credited, paid) VALUES (?, ?, ?, ?, 0)",
          [try row.bytes(0).blob, try row.int(1), try row.int(2), try row.int(3)])
      }
      try sql.run(
        "UPDATE item_list SET credited = ? WHERE list = ?", [credited + Int64(rows.count), cycle.list])
    }
    return .outcome(
      .credited(
        CreditResult(
          items: rows.count, amount: try Money.total(amounts.map(\.amount)),
          remaining: Int(imported - credited) - rows.count)))
  }
}
