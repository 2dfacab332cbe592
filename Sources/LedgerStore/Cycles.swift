internal import GRDB
internal import Ledger

/// Funding, advances, lists and their crediting.
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

  func importItems(_ list: ItemImport) throws -> Decision {
    let progress = try sql.one("SELECT imported FROM item_list WHERE list = ?", [list.list])
    var position = try progress?.int(0) ?? 0
    if progress == nil {
      try sql.run("INSERT INTO item_list (list, imported, credited) VALUES (?, 0, 0)", [list.list])
    }
    var newLines = 0
    for (index, row) in list.rows.enumerated() {
      let person = try person(row.person)
      let (line, isNew) = try line(row, person)
      newLines += isNew ? 1 : 0
      let known = try sql.one(
        "SELECT 1 FROM item WHERE line = ? AND period = ? AND kind = ? AND person = ?",
        [line, row.period.yyyymm, row.kind.rawValue, person.blob])
      guard known == nil else { throw LedgerRefusal(.duplicateItem, place: index) }
      position += 1
      try insert(row, person: person, line: line, list: list.list, position: position)
    }
    try sql.run("UPDATE item_list SET imported = ? WHERE list = ?", [position, list.list])
    return .outcome(
      .imported(
        ImportResult(items: list.rows.count, newLines: newLines, amount: try Money.total(list.rows.map(\.amount)))))
  }

  private func insert(_ row: ItemRow, person: [UInt8], line: Int64, list: String, position: Int64) throws {
    let id = nextID()
    let leaf = commit(
      .item(
        id: id, person: person, line: line, period: Int64(row.period.yyyymm), kind: Int64(row.kind.rawValue),
        amount: row.amount, list: list))
    try sql.run(
      """
      INSERT INTO item (id, person, line, period, kind, amount, list, position, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        id.blob, person.blob, line, row.period.yyyymm, row.kind.rawValue, row.amount, list, position, sequence, leaf,
      ])
  }

  /// The line of a row, which is opened when new. Line ids count up from 1 and fit in four octets on the card.
  private func line(_ row: ItemRow, _ person: [UInt8]) throws -> (id: Int64, isNew: Bool) {
    if let known = try sql.one(
      """
      SELECT id FROM line WHERE person = ? AND programme = ? AND unit = ? AND funder = ? AND home_province = ?
      """, [person.blob, row.programme, row.unit.text, row.funder.text, row.homeProvince])
    {
      return (try known.int(0), false)
    }
    let id = try (sql.one("SELECT COALESCE(MAX(id), 0) FROM line", [])?.int(0) ?? 0) + 1
    guard id <= UInt32.max else { throw LedgerRefusal(.amountOverflow) }
    try sql.run(
      """
      INSERT INTO line (id, person, programme, unit, funder, home_province, status) VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [id, person.blob, row.programme, row.unit.text, row.funder.text, row.homeProvince, 1])
    return (id, true)
  }

  func credit(_ cycle: CycleCredit) throws -> Decision {
    guard let list = try sql.one("SELECT imported, credited FROM item_list WHERE list = ?", [cycle.list]) else {
      throw LedgerRefusal(.unknownList)
    }
    let imported = try list.int(0)
    let credited = try list.int(1)
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
