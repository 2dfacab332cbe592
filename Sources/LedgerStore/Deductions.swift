internal import GRDB
internal import Ledger

/// Orders to take something of a line's regular items, and what they take as these are credited.
extension BatchSession {
  /// What an order takes of one item.
  struct ItemDeduction {
    let order: Int64
    let item: [UInt8]
    let deduction: Deduction
  }

  func order(_ order: DeductionOrder) throws -> Decision {
    try order.hands.require(for: .deductionOrdered)
    guard let line = try line(order.line) else { throw LedgerRefusal(.unknownLine) }
    var receivable: Int64?
    var party: String?
    switch order.terms.purpose {
    case .receivable(let number):
      guard let owed = try self.receivable(number) else { throw LedgerRefusal(.unknownReceivable) }
      guard case .person(let debtor) = owed.debtor, debtor == line.person,
        owed.line.account.unit == line.account.unit, owed.line.account.funder == line.account.funder
      else { throw LedgerRefusal(.receivableElsewhere) }
      receivable = number
    case .thirdParty(let code): party = code
    }
    try order.terms.checkShares()
    var (amount, percent): (Int64?, Int64?)
    switch order.terms.share {
    case .amount(let value): amount = value
    case .percent(let value): percent = value
    }
    let number = try keep(
      .deductionOrdered, subject: "line \(order.line)", content: order.terms.content, order.hands)
    try sql.run(
      """
      INSERT INTO deduction (number, line, receivable, party, amount, percent, total, cap)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, [number, order.line, receivable, party, amount, percent, order.terms.total, order.terms.cap])
    try sql.run("INSERT INTO deduction_state (number, line, taken) VALUES (?, ?, 0)", [number, order.line])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  func stop(_ stop: DeductionStop) throws -> Decision {
    try stop.hands.require(for: .deductionStopped)
    guard let row = try sql.one("SELECT stopped FROM deduction_state WHERE number = ?", [stop.order]) else {
      throw LedgerRefusal(.unknownDeduction)
    }
    guard row.isNull(0) else { throw LedgerRefusal(.deductionStopped) }
    let number = try keep(.deductionStopped, subject: "deduction \(stop.order)", stop.hands)
    try sql.run("UPDATE deduction_state SET stopped = ? WHERE number = ?", [number, stop.order])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  func pay(_ payment: ThirdPartyPayment) throws -> Decision {
    try payment.hands.require(for: .thirdPartyPaid)
    let event = LedgerEvent.item(.thirdPartyPaid(party: payment.party, payment.purse))
    let plan = try plan(event.transfers()) { key, balance in
      if key.code == .thirdParties, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    let purse = payment.purse
    return try acted(
      .thirdPartyPaid, subject: "party \(payment.party)",
      content: "\(purse.unit.text) \(purse.funder.text) \(purse.amount) by \(payment.reference)", payment.hands,
      post(plan, reference: payment.reference), purse.amount)
  }

  /// What the orders of their lines take of the regular items that are next to be credited, in the items' order.
  ///
  /// One statement per chunk and one look into an index per item; while there are no orders, one look per chunk.
  ///
  /// - Parameter ended: items of which nothing is owed.
  func deductions(
    _ cycle: CycleCredit, after credited: Int64, besides ended: Set<[UInt8]>
  ) throws -> [ItemDeduction] {
    guard try sql.one("SELECT 1 FROM deduction_state LIMIT 1", []) != nil else { return [] }
    let rows = try sql.all(
      """
      SELECT d.number, s.taken, d.receivable, d.party, d.amount, d.percent, d.total, d.cap, i.id, i.line, i.amount,
        l.unit, l.funder
      FROM item i CROSS JOIN deduction_state s ON s.line = i.line CROSS JOIN deduction d ON d.number = s.number
      CROSS JOIN line l ON l.id = i.line LEFT JOIN line_state t ON t.line = i.line
      WHERE i.list = ?1 AND i.position > ?2 AND i.position <= ?2 + ?3 AND i.kind = 1 AND s.stopped IS NULL
        AND t.state IS NOT 2
      ORDER BY i.position, d.number
      """, [cycle.list, credited, cycle.limit])
    var found: [ItemDeduction] = []
    var takenOfItem: [[UInt8]: Int64] = [:]
    var takenByOrder: [Int64: Int64] = [:]
    var rests: [Int64: Int64] = [:]
    for row in rows {
      let (order, item) = (try row.int(0), try row.bytes(8))
      guard !ended.contains(item) else { continue }
      let terms = try DeductionTerms(row: row, at: 2)
      let line = PayableAccount(
        line: try row.decode(9) { UInt32(exactly: $0) }, unit: try row.decode(11) { AccountingUnit(text: $0) },
        funder: try row.decode(12) { Funder(text: $0) })
      var rest = terms.total
      if let total = terms.total { rest = try total - row.int(1) - takenByOrder[order, default: 0] }
      if case .receivable(let number) = terms.purpose {
        rest = try rests[number] ?? self.rest(of: number, line)
        rests[number] = rest
      }
      let part = terms.part(of: try row.int(10), taken: takenOfItem[item, default: 0], rest: rest)
      guard part > 0 else { continue }
      takenOfItem[item, default: 0] += part
      takenByOrder[order, default: 0] += part
      if case .receivable(let number) = terms.purpose { rests[number, default: 0] -= part }
      found.append(
        ItemDeduction(
          order: order, item: item,
          deduction: Deduction(purpose: terms.purpose, part: LineAmount(line: line, amount: part))))
    }
    return found
  }

  /// What is still owed of a receivable, đồng.
  private func rest(of receivable: Int64, _ line: PayableAccount) throws -> Int64 {
    let key = ReceivableAmount.account(receivable, line)
    return try sql.one(
      "SELECT debits - credits FROM account WHERE code = ? AND book = ? AND funder = ? AND subject = ?",
      [key.code.rawValue, key.book.text, key.funder.text, key.subject])?.int(0) ?? 0
  }

  /// Writes what an order takes of an item whose entries are posted.
  func take(_ part: ItemDeduction) throws {
    let amount = part.deduction.part.amount
    try move(amount, of: part.item, act: part.order)
    try putAside(part.item, deducted: amount)
    try sql.run("UPDATE deduction_state SET taken = taken + ? WHERE number = ?", [amount, part.order])
  }
}

extension DeductionTerms {
  /// Reads receivable, party, amount, percent, total and cap from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      purpose: row.isNull(index) ? .thirdParty(try row.text(index + 1)) : .receivable(try row.int(index)),
      share: row.isNull(index + 2) ? .percent(try row.int(index + 3)) : .amount(try row.int(index + 2)),
      total: row.isNull(index + 4) ? nil : try row.int(index + 4), cap: try row.int(index + 5))
  }
}
