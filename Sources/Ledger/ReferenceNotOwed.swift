/// What turns out not to be owed, in the reference.
extension ReferenceLedger {
  /// Takes items back of which nothing was owed; đồng.
  ///
  /// - Parameter recovers: whether what was paid of them is to be recovered.
  mutating func takeBack(_ items: some Sequence<OpenItem>, recovers: Bool) throws -> Int64 {
    let late = items.filter { $0.name.kind.endsWithLine }.sorted {
      ($0.name.line, $0.name.period, $0.serial) < ($1.name.line, $1.name.period, $1.serial)
    }
    var transfers: [Transfer] = []
    var total: Int64 = 0
    for item in late {
      guard let line = account(item.name.line) else { continue }
      let unowed = item.money.unowed
      let owed = recovers ? unowed.owed : 0
      if unowed.open > 0 {
        transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: unowed.open)]).transfers()
      }
      if unowed.uncollected > 0 {
        transfers += ItemEvent.uncollectedReturned([LineAmount(line: line, amount: unowed.uncollected)]).transfers()
      }
      if owed > 0 {
        receivables.append(Receivable(line: line, agent: nil, item: item.name))
        let part = ReceivableAmount(receivable: Int64(receivables.count), line: line, amount: owed)
        transfers += ItemEvent.overpaid([part]).transfers()
      }
      total = try Money.total([total, unowed.open, unowed.uncollected, owed])
      change(item.name) {
        $0.taken += unowed.open
        $0.uncollected = 0
        $0.overpaid += owed
      }
    }
    try post(transfers)
    return total
  }

  /// What a payout that is taken back gives to items that were not owed goes on to their funds.
  mutating func takeBackNotOwed(_ parts: [ItemName: Int64]) throws {
    var transfers: [Transfer] = []
    for name in parts.keys {
      guard let line = account(name.line),
        let item = dues[Due(line: name.line, period: name.period)]?.first(where: { $0.name == name })
      else { continue }
      let owed = receivables.enumerated().filter { $0.element.item == name }
      let isLate = standings[name.line]?.lastPeriod.map { name.period > $0 } ?? false
      let back = item.money.back(
        recovered: try Money.total(owed.filter { $0.element.agent == nil }.map(\.element.recovered)),
        isLate: isLate && name.kind.endsWithLine)
      guard back > 0 else { continue }
      transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: back)]).transfers()
      var left = back
      for (index, _) in owed {
        let number = Int64(index + 1)
        let part = min(left, try balance(ReceivableAmount.account(number, line)))
        guard part > 0 else { continue }
        left -= part
        let receivable = ReceivableAmount(receivable: number, line: line, amount: part)
        transfers += LedgerEvent.notOwedTakenBack([receivable]).transfers()
      }
      change(name) {
        $0.taken += back
        $0.overpaid -= min(back, $0.overpaid)
      }
    }
    guard !transfers.isEmpty else { return }
    try post(transfers)
    _ = keep(.notOwedTakenBack)
  }
}

extension ReferenceLedger.OpenItem {
  var money: ItemMoney {
    ItemMoney(paid: paid, open: open, uncollected: uncollected, deducted: deducted, overpaid: overpaid)
  }
}
