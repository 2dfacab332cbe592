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

  /// The items of `lines` for months after `last`, in the order of lines, months and imports.
  func notOwed(_ lines: [Line], after last: Period) throws -> [NotOwed] {
    var number = try nextReceivable()
    var found: [NotOwed] = []
    for line in lines {
      for item in try items(line: line.account.line) where item.name.period > last && item.name.kind.endsWithLine {
        let aside = try aside(item.id)
        let overpaid = item.paid + aside.deducted - aside.overpaid
        guard item.open + aside.uncollected + overpaid > 0 else { continue }
        var owed: ReceivableAmount?
        if overpaid > 0 {
          owed = ReceivableAmount(receivable: number, line: line.account, amount: overpaid)
          number += 1
        }
        found.append(
          NotOwed(item: item.id, line: line, open: item.open, uncollected: aside.uncollected, owed: owed))
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
      if let owed = item.owed { try keep(owed, debtor: .person(item.line.person), item: item.item, act: act) }
      if item.uncollected > 0 || item.owed != nil {
        try putAside(item.item, uncollected: -item.uncollected, overpaid: item.owed?.amount ?? 0)
      }
    }
  }

  /// A payout that is taken back gives back to its items. What of that was not owed goes on to the fund: all of a month
  /// after the line's last, and else what is still to be recovered of an item that was corrected; it is not recovered
  /// any more.
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

  /// The same for a transfer that the bank sent back.
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
    let parts = try sql.all(query, arguments)
    var returned: [(item: [UInt8], part: LineAmount)] = []
    var released: [(item: [UInt8], part: ReceivableAmount)] = []
    for part in parts {
      guard let line = try UInt32(exactly: part.int(1)).flatMap({ try line($0) }) else { continue }
      let (item, amount) = (try part.bytes(0), try part.int(4))
      let owed = try owed(of: item, line.account, upTo: amount)
      released += owed.map { (item, $0) }
      let kind: ItemKind = try part.decode(3) { UInt8(exactly: $0).flatMap(ItemKind.init) }
      let isLate = try line.lastPeriod.map { try part.int(2) > $0.yyyymm } ?? false
      let back = isLate && kind.endsWithLine ? amount : try Money.total(owed.map(\.amount))
      if back > 0 { returned.append((item, LineAmount(line: line.account, amount: back))) }
    }
    guard !returned.isEmpty else { return }
    let transfers =
      LedgerEvent.itemsReturned(returned.map(\.part)).transfers()
      + LedgerEvent.notOwedTakenBack(released.map(\.part)).transfers()
    let number = try keep(
      .notOwedTakenBack, subject: subject,
      ActHands(maker: "centre", office: "centre", reason: "taken back and not owed"),
      event: post(plan(transfers), reference: subject))
    for (item, part) in returned { try move(part.amount, of: item, act: number) }
    for (item, part) in released { try putAside(item, overpaid: -part.amount) }
  }

  /// What is still to be recovered of an item, `limit` đồng at most, by the receivables' numbers.
  private func owed(of item: [UInt8], _ line: PayableAccount, upTo limit: Int64) throws -> [ReceivableAmount] {
    var left = limit
    return try sql.all("SELECT number FROM receivable WHERE item = ? ORDER BY number", [item.blob]).compactMap { row in
      let number = try row.int(0)
      let amount = min(left, try balance(ReceivableAmount.account(number, line)))
      left -= amount
      return amount > 0 ? ReceivableAmount(receivable: number, line: line, amount: amount) : nil
    }
  }
}
