/// Corrections, uncollected items, overpayments and deductions of the reference.
extension ReferenceLedger {
  /// Money that was paid and not owed.
  struct Receivable: Sendable {
    let line: PayableAccount
    /// The agent that owes it; nil when the line's person does.
    let agent: String?
    /// The item that it was paid of.
    let item: ItemName
    /// What came back of it, in cash or from later credits.
    var recovered: Int64 = 0
  }

  /// An order to take something of a line's credits.
  struct OrderedDeduction: Sendable {
    let line: UInt32
    let terms: DeductionTerms
    var taken: Int64 = 0
    var isStopped = false
  }

  /// What an order takes of one item.
  struct ItemDeduction {
    let order: Int64
    let item: ItemName
    let deduction: Deduction
  }

  mutating func items(_ command: ItemCommand, _ receivedAt: Int64) throws -> LedgerOutcome {
    switch command {
    case .correct(let correction): return try correct(correction)
    case .actOnUncollected(let act): return try self.act(act, on: PostingDay(unixMilliseconds: receivedAt))
    case .returnFunding(let funding): return try giveBack(funding)
    case .findOverpayment(let found): return try find(found)
    case .actOnReceivable(let act): return try self.act(act)
    case .orderDeduction(let order): return try self.order(order)
    case .stopDeduction(let stop): return try self.stop(stop)
    case .payThirdParty(let payment): return try pay(payment)
    case .payAgent(let payment): return try pay(payment)
    }
  }

  private func item(_ name: ItemName) -> OpenItem? {
    dues[Due(line: name.line, period: name.period)]?.first { $0.name == name }
  }

  private mutating func correct(_ correction: ItemCorrection) throws -> LedgerOutcome {
    try correction.hands.require(for: .itemCorrected)
    guard let item = item(correction.item), let line = account(item.name.line) else {
      throw LedgerRefusal(.unknownItem)
    }
    let stands = item.paid + item.open + item.uncollected + item.deducted - item.overpaid
    let split = try correction.split(stands: stands, open: item.open, uncollected: item.uncollected)
    var transfers: [Transfer] = []
    if split.open > 0 {
      transfers += LedgerEvent.itemsReturned([LineAmount(line: line, amount: split.open)]).transfers()
    }
    if split.uncollected > 0 {
      transfers += ItemEvent.uncollectedReturned([LineAmount(line: line, amount: split.uncollected)]).transfers()
    }
    if split.overpaid > 0 {
      receivables.append(Receivable(line: line, agent: nil, item: correction.item))
      let part = ReceivableAmount(receivable: Int64(receivables.count), line: line, amount: split.overpaid)
      transfers += ItemEvent.overpaid([part]).transfers()
    }
    try post(transfers)
    change(correction.item) {
      $0.taken += split.open
      $0.uncollected -= split.uncollected
      $0.overpaid += split.overpaid
    }
    return keep(.itemCorrected, amount: stands - correction.amount)
  }

  private mutating func act(_ act: UncollectedAct, on day: PostingDay) throws -> LedgerOutcome {
    try act.hands.require(for: act.kind)
    let items = act.items.map { self.item($0.name) }
    if let place = items.firstIndex(where: { $0 == nil }) { throw LedgerRefusal(.unknownItem, place: place) }
    try act.checkTerms(on: day)
    try act.checkLines(
      act.items.map { item in
        let standing = standings[item.name.line] ?? LineStanding()
        return (state: standing.state, lastPeriod: standing.lastPeriod)
      })
    let isLapse = act.kind == .itemsLapsed
    let amounts = items.map { isLapse ? $0?.open ?? 0 : $0?.uncollected ?? 0 }
    if let place = amounts.firstIndex(of: 0) { throw LedgerRefusal(.nothingUncollected, place: place) }
    for (place, item) in act.items.enumerated() where act.kind == .itemsReclaimed {
      let last = lastDay(Due(line: item.name.line, period: item.name.period))
      guard last ?? .max >= day.yyyymmdd else { throw LedgerRefusal(.termOver, place: place) }
    }
    let lines = zip(act.items, amounts).compactMap { item, amount in
      account(item.name.line).map { LineAmount(line: $0, amount: amount) }
    }
    switch act.kind {
    case .itemsLapsed: try post(ItemEvent.lapsed(lines).transfers())
    case .itemsReclaimed: try post(ItemEvent.reclaimed(lines).transfers())
    default: try post(ItemEvent.uncollectedReturned(lines).transfers())
    }
    for (item, amount) in zip(act.items, amounts) {
      change(item.name) {
        $0.uncollected += isLapse ? amount : -amount
        $0.taken += isLapse ? amount : act.kind == .itemsReclaimed ? -amount : 0
      }
    }
    return keep(act.kind, amount: try Money.total(amounts))
  }

  private mutating func giveBack(_ funding: FundingReturn) throws -> LedgerOutcome {
    try funding.hands.require(for: .fundingReturned)
    try post(ItemEvent.fundingReturned(funding.purse).transfers()) { key, balance in
      if key.code == .programmeFund, balance < 0 { throw LedgerRefusal(.fundTooLow) }
    }
    return keep(.fundingReturned, amount: funding.purse.amount)
  }

  private mutating func find(_ found: OverpaymentFound) throws -> LedgerOutcome {
    try found.hands.require(for: .overpaymentFound)
    if let agent = found.agent, agents[agent] == nil { throw LedgerRefusal(.unknownAgent) }
    guard let item = item(found.item), let line = account(found.item.line) else { throw LedgerRefusal(.unknownItem) }
    try item.money.requirePaid(found.amount)
    let part = ReceivableAmount(receivable: Int64(receivables.count + 1), line: line, amount: found.amount)
    try post(ItemEvent.overpaid([part]).transfers())
    receivables.append(Receivable(line: line, agent: found.agent, item: found.item))
    change(found.item) { $0.overpaid += found.amount }
    return keep(.overpaymentFound, amount: found.amount)
  }

  private func receivable(_ number: Int64) throws -> Receivable {
    guard (1...max(1, Int64(receivables.count))).contains(number), !receivables.isEmpty else {
      throw LedgerRefusal(.unknownReceivable)
    }
    return receivables[Int(number) - 1]
  }

  private mutating func act(_ act: ReceivableAct) throws -> LedgerOutcome {
    try act.hands.require(for: act.kind)
    let part = ReceivableAmount(
      receivable: act.receivable, line: try receivable(act.receivable).line, amount: act.amount)
    try post(act.event(part).transfers()) { key, balance in
      if key.code == .overpaymentReceivable, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    if act.kind == .overpaymentRecovered { receivables[Int(act.receivable) - 1].recovered += act.amount }
    return keep(act.kind, amount: act.amount)
  }

  private mutating func order(_ order: DeductionOrder) throws -> LedgerOutcome {
    try order.hands.require(for: .deductionOrdered)
    guard let line = account(order.line) else { throw LedgerRefusal(.unknownLine) }
    if case .receivable(let number) = order.terms.purpose {
      let owed = try receivable(number)
      guard owed.agent == nil, lines[owed.line.line]?.person == lines[order.line]?.person,
        owed.line.unit == line.unit, owed.line.funder == line.funder
      else { throw LedgerRefusal(.receivableElsewhere) }
    }
    try order.terms.checkShares()
    let outcome = keep(.deductionOrdered)
    deductions[Int64(acts.count)] = OrderedDeduction(line: order.line, terms: order.terms)
    return outcome
  }

  private mutating func stop(_ stop: DeductionStop) throws -> LedgerOutcome {
    try stop.hands.require(for: .deductionStopped)
    guard let order = deductions[stop.order] else { throw LedgerRefusal(.unknownDeduction) }
    guard !order.isStopped else { throw LedgerRefusal(.deductionStopped) }
    deductions[stop.order]?.isStopped = true
    return keep(.deductionStopped)
  }

  private mutating func pay(_ payment: ThirdPartyPayment) throws -> LedgerOutcome {
    try payment.hands.require(for: .thirdPartyPaid)
    try post(ItemEvent.thirdPartyPaid(party: payment.party, payment.purse).transfers()) { key, balance in
      if key.code == .thirdParties, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    return keep(.thirdPartyPaid, amount: payment.purse.amount)
  }

  /// What the orders of their lines take of items that are about to be credited, in the items' order.
  func deductions(from chunk: [Item]) -> [ItemDeduction] {
    var found: [ItemDeduction] = []
    var used: [DeductionPurpose: Int64] = [:]
    var usedTotals: [Int64: Int64] = [:]
    for item in chunk where item.key.kind == .regular {
      guard let line = account(item.line) else { continue }
      var taken: Int64 = 0
      for (number, order) in deductions.sorted(by: { $0.key < $1.key })
      where order.line == item.line && !order.isStopped && standings[item.line]?.state != .suspended {
        let purpose = order.terms.purpose
        var rest = order.terms.total.map { $0 - order.taken - usedTotals[number, default: 0] }
        if case .receivable(let receivable) = purpose {
          rest = ((try? balance(ReceivableAmount.account(receivable, line))) ?? 0) - used[purpose, default: 0]
        }
        let part = order.terms.part(of: item.amount, taken: taken, rest: rest)
        guard part > 0 else { continue }
        taken += part
        used[purpose, default: 0] += part
        usedTotals[number, default: 0] += part
        found.append(
          ItemDeduction(
            order: number,
            item: ItemName(line: item.line, period: item.key.period, kind: item.key.kind, number: item.key.number),
            deduction: Deduction(purpose: purpose, part: LineAmount(line: line, amount: part))))
      }
    }
    return found
  }

  mutating func take(_ part: ItemDeduction) {
    let amount = part.deduction.part.amount
    change(part.item) {
      $0.taken += amount
      $0.deducted += amount
    }
    deductions[part.order]?.taken += amount
    if case .receivable(let number) = part.deduction.purpose { receivables[Int(number) - 1].recovered += amount }
  }
}
