/// What turns out not to be owed, in the reference.
extension ReferenceLedger {
  /// Takes items back of which nothing was owed; đồng.
  mutating func takeBack(_ items: some Sequence<OpenItem>) throws -> Int64 {
    let late = items.filter { $0.name.kind.endsWithLine }.sorted {
      ($0.name.line, $0.name.period, $0.serial) < ($1.name.line, $1.name.period, $1.serial)
    }
    var transfers: [Transfer] = []
    var total: Int64 = 0
    for item in late {
      guard let line = account(item.name.line) else { continue }
      let overpaid = item.paid + item.deducted - item.overpaid
      if item.open > 0 {
        transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: item.open)]).transfers()
      }
      if item.uncollected > 0 {
        transfers += ItemEvent.uncollectedReturned([LineAmount(line: line, amount: item.uncollected)]).transfers()
      }
      if overpaid > 0 {
        receivables.append(Receivable(line: line, agent: nil, item: item.name))
        let part = ReceivableAmount(receivable: Int64(receivables.count), line: line, amount: overpaid)
        transfers += ItemEvent.overpaid([part]).transfers()
      }
      total = try Money.total([total, item.open, item.uncollected, overpaid])
      change(item.name) {
        $0.taken += $0.open
        $0.uncollected = 0
        $0.overpaid += overpaid
      }
    }
    try post(transfers)
    return total
  }

  /// What a payout that is taken back gives to items that were not owed goes on to their funds.
  mutating func takeBackNotOwed(_ parts: [ItemName: Int64]) throws {
    var transfers: [Transfer] = []
    for (name, amount) in parts {
      guard let line = account(name.line) else { continue }
      var released: Int64 = 0
      for (index, owed) in receivables.enumerated() where owed.item == name {
        let number = Int64(index + 1)
        let part = min(amount - released, try balance(ReceivableAmount.account(number, line)))
        guard part > 0 else { continue }
        released += part
        let receivable = ReceivableAmount(receivable: number, line: line, amount: part)
        transfers += LedgerEvent.notOwedTakenBack([receivable]).transfers()
      }
      let isLate = standings[name.line]?.lastPeriod.map { name.period > $0 } ?? false
      let back = isLate && name.kind.endsWithLine ? amount : released
      guard back > 0 else { continue }
      transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: back)]).transfers()
      change(name) {
        $0.taken += back
        $0.overpaid -= released
      }
    }
    guard !transfers.isEmpty else { return }
    try post(transfers)
    _ = keep(.notOwedTakenBack)
  }
}
