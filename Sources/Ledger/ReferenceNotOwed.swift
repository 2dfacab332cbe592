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

  /// What a payout that is taken back gives to items that were not owed goes on to their funds, or to
  /// the agents that had paid for it.
  @discardableResult
  mutating func takeBackNotOwed(_ parts: [ItemName: Int64]) throws -> TakenBack {
    var transfers: [Transfer] = []
    var (toFund, toAgent): (Int64, Int64) = (0, 0)
    for name in parts.keys {
      guard let line = account(name.line),
        let item = dues[Due(line: name.line, period: name.period)]?.first(where: { $0.name == name })
      else { continue }
      let debts = try receivables.enumerated().filter { $0.element.item == name }.map { index, owed in
        ItemDebt(
          receivable: Int64(index + 1), agent: owed.agent,
          rest: try balance(ReceivableAmount.account(Int64(index + 1), line)), recovered: owed.recovered)
      }
      let back = item.money.back(
        recovered: try Money.total(debts.filter { $0.agent == nil }.map(\.recovered)),
        isLate: standings[name.line]?.isOver(in: name.period, name.kind) ?? false)
      guard back > 0 else { continue }
      let shares = BackShares(back, of: line, debts)
      if shares.toFund > 0 {
        transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: shares.toFund)]).transfers()
      }
      transfers += LedgerEvent.owedToAgents(shares.toAgents).transfers()
      transfers += LedgerEvent.notOwedTakenBack(shares.released).transfers()
      for agent in shares.toAgents {
        receivables[Int(agent.part.receivable) - 1].recovered -= agent.part.amount
        toAgent += agent.part.amount
      }
      toFund += shares.toFund
      change(name) {
        $0.taken += back
        $0.overpaid -= min(back, $0.overpaid)
      }
    }
    let takenBack = TakenBack(of: try Money.total(parts.values), toFund: toFund, toAgent: toAgent)
    guard !transfers.isEmpty else { return takenBack }
    try post(transfers)
    _ = keep(.notOwedTakenBack)
    return takenBack
  }
}

extension ReferenceLedger.OpenItem {
  var money: ItemMoney {
    ItemMoney(paid: paid, open: open, uncollected: uncollected, deducted: deducted, overpaid: overpaid)
  }
}
