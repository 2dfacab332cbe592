internal import GRDB
internal import Ledger

/// What turns out not to be owed: months after a death, and payouts of such money that are taken back.
extension BatchSession {
  /// A credited item of which nothing was owed.
  struct NotOwed {
    let item: [UInt8]
    let line: Line
    let open: Int64
    let uncollected: Int64
    /// What was paid or deducted of it; nil when nothing was, or when that is to be recovered already.
    let owed: ReceivableAmount?

    var amount: Int64 { open + uncollected + (owed?.amount ?? 0) }
  }

  /// Where the money of an item is.
  func money(_ item: Item) throws -> ItemMoney {
    let aside = try aside(item.id)
    return ItemMoney(
      paid: item.paid, open: item.open, uncollected: aside.uncollected, deducted: aside.deducted,
      overpaid: aside.overpaid)
  }

  /// The items of `lines` for months after `last`, in the order of lines, months and imports.
  ///
  /// - Parameter recovers: whether what was paid of them is to be recovered.
  func notOwed(_ lines: [Line], after last: Period, recovers: Bool) throws -> [NotOwed] {
    var number = try nextReceivable()
    var found: [NotOwed] = []
    for line in lines {
      for item in try items(line: line.account.line) where item.name.period > last && item.name.kind.endsWithLine {
        let unowed = try money(item).unowed
        var owed: ReceivableAmount?
        if recovers, unowed.owed > 0 {
          owed = ReceivableAmount(receivable: number, line: line.account, amount: unowed.owed)
          number += 1
        }
        guard unowed.open > 0 || unowed.uncollected > 0 || owed != nil else { continue }
        found.append(
          NotOwed(item: item.id, line: line, open: unowed.open, uncollected: unowed.uncollected, owed: owed))
      }
    }
    return found
  }

  /// The entries by which it goes back to its funds, or is to be recovered.
  func transfers(of items: [NotOwed]) -> [Transfer] {
    func parts(_ amount: (NotOwed) -> Int64) -> [LineAmount] {
      items.filter { amount($0) > 0 }.map { LineAmount(line: $0.line.account, amount: amount($0)) }
    }
    return LedgerEvent.itemsReturned(parts(\.open)).transfers()
      + ItemEvent.uncollectedReturned(parts(\.uncollected)).transfers()
      + ItemEvent.overpaid(items.compactMap(\.owed)).transfers()
  }

  /// Keeps what ``transfers(of:)`` posted. The act that found it is kept already.
  func take(_ items: [NotOwed], act: Int64) throws {
    for item in items {
      if item.open > 0 { try move(item.open, of: item.item, act: act) }
      if item.uncollected > 0 { try uncollect(-item.uncollected, of: item.item, act: act) }
      if let owed = item.owed {
        try keep(owed, debtor: .person(item.line.person), item: item.item, act: act)
        try putAside(item.item, overpaid: owed.amount)
      }
    }
  }

  /// A payout that is taken back gives back to its items. What of that was not owed goes on to the fund
  /// (``ItemMoney/back(recovered:isLate:)``), and what was still to be recovered of it is not any more.
  func takeBackNotOwed(payout transactionID: [UInt8]) throws {
    try takeBackNotOwed(
      "payout \(transactionID.hexText)",
      """
      SELECT p.item, p.line, p.period, i.kind, SUM(p.amount) FROM (
        SELECT item, line, period, amount FROM payout_part WHERE transaction_id = ?1
        UNION ALL SELECT item, line, period, amount FROM hand_payout_part WHERE transaction_id = ?1
      ) p JOIN item i ON i.id = p.item GROUP BY p.item ORDER BY p.line, p.item
      """, [transactionID.blob])
  }

  /// The same for a transfer that came back.
  func takeBackNotOwed(transfer reference: String) throws {
    try takeBackNotOwed(
      "transfer \(reference)",
      """
      SELECT p.item, p.line, p.period, i.kind, SUM(p.amount) FROM bank_transfer_part p JOIN item i ON i.id = p.item
      WHERE p.reference = ? GROUP BY p.item ORDER BY p.line, p.item
      """, [reference])
  }

  /// - Parameter query: item, line, month, kind and amount of what is taken back.
  private func takeBackNotOwed(_ subject: String, _ query: String, _ arguments: SQLArguments) throws {
    var returned: [(item: [UInt8], overpaid: Int64, part: LineAmount)] = []
    var released: [ReceivableAmount] = []
    for part in try sql.all(query, arguments) {
      let period: Period = try part.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      let id = try part.bytes(0)
      guard let line = try UInt32(exactly: part.int(1)).flatMap({ try line($0) }),
        let item = try items(line: line.account.line, period: period).first(where: { $0.id == id })
      else { continue }
      let debts = try debts(of: id, line.account)
      let money = try money(item)
      let isLate = line.lastPeriod.map { period > $0 } ?? false
      let back = money.back(
        recovered: try Money.total(debts.filter(\.isPersons).map(\.recovered)),
        isLate: isLate && item.name.kind.endsWithLine)
      guard back > 0 else { continue }
      returned.append((id, min(back, money.overpaid), LineAmount(line: line.account, amount: back)))
      var left = back
      for debt in debts where min(left, debt.rest) > 0 {
        released.append(ReceivableAmount(receivable: debt.number, line: line.account, amount: min(left, debt.rest)))
        left -= min(left, debt.rest)
      }
    }
    guard !returned.isEmpty else { return }
    let transfers =
      LedgerEvent.itemsReturned(returned.map(\.part)).transfers()
      + LedgerEvent.notOwedTakenBack(released).transfers()
    let number = try keep(
      .notOwedTakenBack, subject: subject,
      ActHands(maker: "centre", office: "centre", reason: "taken back and not owed"),
      event: post(plan(transfers), reference: subject))
    for (item, overpaid, part) in returned {
      try move(part.amount, of: item, act: number)
      if overpaid > 0 { try putAside(item, overpaid: -overpaid) }
    }
    for part in released {
      try sql.run(
        "INSERT INTO receivable_release (receivable, act, amount) VALUES (?, ?, ?)",
        [part.receivable, number, part.amount])
    }
  }

  /// A receivable of an item: what is still owed of it, and what came back of it.
  private struct Debt {
    let number: Int64
    let rest: Int64
    let recovered: Int64
    /// The line's person owes it, not an agent.
    let isPersons: Bool
  }

  private func debts(of item: [UInt8], _ line: PayableAccount) throws -> [Debt] {
    try sql.all(
      """
      SELECT r.number, r.amount - COALESCE((SELECT SUM(x.amount) FROM receivable_release x
          WHERE x.receivable = r.number), 0)
        - COALESCE((SELECT SUM(CAST(a.content AS INTEGER)) FROM act a
          WHERE a.subject = 'receivable ' || r.number AND a.kind = 11), 0), r.agent IS NULL
      FROM receivable r WHERE r.item = ? ORDER BY r.number
      """, [item.blob]
    ).map { row in
      let rest = try balance(ReceivableAmount.account(row.int(0), line))
      return Debt(number: try row.int(0), rest: rest, recovered: try row.int(1) - rest, isPersons: try row.int(2) == 1)
    }
  }
}
