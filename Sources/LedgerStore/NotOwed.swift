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
}
