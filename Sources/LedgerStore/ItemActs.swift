internal import GRDB
internal import Ledger

/// Corrections of items, and items that nobody collected.
extension BatchSession {
  /// Money of an item that is neither open nor paid.
  struct Aside {
    /// Lapsed, and neither reclaimed nor returned.
    let uncollected: Int64
    /// Taken by deduction orders.
    let deducted: Int64
    /// Paid or deducted, and found not to be owed.
    let overpaid: Int64
  }

  func items(_ command: ItemCommand) throws -> Decision {
    switch command {
    case .correct(let correction): try correct(correction)
    case .actOnUncollected(let act): try self.act(act)
    case .returnFunding(let funding): try giveBack(funding)
    case .findOverpayment(let found): try find(found)
    case .actOnReceivable(let act): try self.act(act)
    case .orderDeduction(let order): try self.order(order)
    case .stopDeduction(let stop): try self.stop(stop)
    case .payThirdParty(let payment): try pay(payment)
    case .payAgent(let payment): try pay(payment)
    }
  }

  /// A credited item with its line; nil when no such one was credited.
  func item(_ name: ItemName) throws -> (item: Item, line: Line, aside: Aside)? {
    guard let line = try line(name.line),
      let item = try items(line: name.line, period: name.period).first(where: { $0.name == name })
    else { return nil }
    return (item, line, try aside(item.id))
  }

  /// What is put aside of an item.
  func aside(_ item: [UInt8]) throws -> Aside {
    let row = try sql.one("SELECT uncollected, deducted, overpaid FROM item_aside WHERE item = ?", [item.blob])
    let aside = try row.map {
      Aside(uncollected: try $0.int(0), deducted: try $0.int(1), overpaid: try $0.int(2))
    }
    return aside ?? Aside(uncollected: 0, deducted: 0, overpaid: 0)
  }

  /// Adds to what is put aside of an item; negative amounts take away.
  func putAside(_ item: [UInt8], deducted: Int64 = 0, overpaid: Int64 = 0) throws {
    try sql.run("INSERT INTO item_aside (item) VALUES (?) ON CONFLICT DO NOTHING", [item.blob])
    try sql.run(
      "UPDATE item_aside SET deducted = deducted + ?, overpaid = overpaid + ? WHERE item = ?",
      [deducted, overpaid, item.blob])
  }

  /// Keeps that an act took `amount` of an item to 2600; a negative amount left it.
  func uncollect(_ amount: Int64, of item: [UInt8], act: Int64) throws {
    let leaf = commit(.uncollected(item: item, act: act, amount: amount))
    try sql.run(
      "INSERT INTO item_uncollected (item, act, amount, batch, leaf) VALUES (?, ?, ?, ?, ?)",
      [item.blob, act, amount, sequence, leaf])
    try putAside(item)
    try sql.run("UPDATE item_aside SET uncollected = uncollected + ? WHERE item = ?", [amount, item.blob])
  }

  private func correct(_ correction: ItemCorrection) throws -> Decision {
    try correction.hands.require(for: .itemCorrected)
    guard let (item, line, aside) = try item(correction.item) else { throw LedgerRefusal(.unknownItem) }
    let stands = item.paid + item.open + aside.uncollected + aside.deducted - aside.overpaid
    let split = try correction.split(stands: stands, open: item.open, uncollected: aside.uncollected)
    func part(_ amount: Int64) -> [LineAmount] { amount > 0 ? [LineAmount(line: line.account, amount: amount)] : [] }
    let owed =
      split.overpaid > 0
      ? ReceivableAmount(receivable: try nextReceivable(), line: line.account, amount: split.overpaid) : nil
    let transfers =
      LedgerEvent.itemsReturned(part(split.open)).transfers()
      + LedgerEvent.item(.uncollectedReturned(part(split.uncollected))).transfers()
      + LedgerEvent.item(.overpaid(owed.map { [$0] } ?? [])).transfers()
    let subject = "item \(item.id.hexText)"
    let event = try post(plan(transfers), reference: subject)
    let number = try nextAct()
    if let owed { try keep(owed, debtor: .person(line.person), item: item.id, act: number) }
    let decision = try acted(
      .itemCorrected, subject: subject, content: "\(stands) to \(correction.amount)", correction.hands, event,
      stands - correction.amount)
    if split.open > 0 { try move(split.open, of: item.id, act: number) }
    if split.uncollected > 0 { try uncollect(-split.uncollected, of: item.id, act: number) }
    if split.overpaid > 0 { try putAside(item.id, overpaid: split.overpaid) }
    return decision
  }

  private func act(_ act: UncollectedAct) throws -> Decision {
    try act.hands.require(for: act.kind)
    let found = try act.items.enumerated().map { place, item in
      guard let found = try self.item(item.name) else { throw LedgerRefusal(.unknownItem, place: place) }
      return found
    }
    try act.checkTerms(on: PostingDay(unixMilliseconds: receivedAt))
    try act.checkLines(found.map { (state: $0.line.state, lastPeriod: $0.line.lastPeriod) })
    let amounts = found.map { act.kind == .itemsLapsed ? $0.item.open : $0.aside.uncollected }
    if let place = amounts.firstIndex(of: 0) { throw LedgerRefusal(.nothingUncollected, place: place) }
    if act.kind == .itemsReclaimed {
      for (place, item) in found.enumerated() {
        try requireNotOver(
          item.line.programme, act.items[place].name.period, lineEnds: item.line.lastPeriod, place)
      }
    }
    let lines = zip(found, amounts).map { LineAmount(line: $0.line.account, amount: $1) }
    let event: ItemEvent =
      switch act.kind {
      case .itemsLapsed: .lapsed(lines)
      case .itemsReclaimed: .reclaimed(lines)
      default: .uncollectedReturned(lines)
      }
    let total = try Money.total(amounts)
    let posted = try post(plan(LedgerEvent.item(event).transfers()), reference: "uncollected")
    let number = try nextAct()
    let decision = try acted(act.kind, subject: "uncollected", content: act.content, act.hands, posted, total)
    for (item, amount) in zip(found.map(\.item.id), amounts) {
      switch act.kind {
      case .itemsLapsed: try move(amount, of: item, act: number)
      case .itemsReclaimed: try move(-amount, of: item, act: number)
      default: break
      }
      try uncollect(act.kind == .itemsLapsed ? amount : -amount, of: item, act: number)
    }
    return decision
  }

  private func giveBack(_ funding: FundingReturn) throws -> Decision {
    try funding.hands.require(for: .fundingReturned)
    let plan = try plan(LedgerEvent.item(.fundingReturned(funding.purse)).transfers()) { key, balance in
      if key.code == .programmeFund, balance < 0 { throw LedgerRefusal(.fundTooLow) }
    }
    let purse = funding.purse
    return try acted(
      .fundingReturned, subject: "fund \(purse.unit.text) \(purse.funder.text)",
      content: "\(purse.amount) by \(funding.reference)", funding.hands, post(plan, reference: funding.reference),
      purse.amount)
  }
}
