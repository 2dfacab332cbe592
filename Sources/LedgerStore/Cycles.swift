internal import GRDB
internal import Ledger

/// Funding, advances, and lists from their maker's hands to their lines.
extension BatchSession {
  func book(_ funding: Funding) throws -> Decision {
    try funding.hands.require(for: .funded)
    let event = LedgerEvent.funding(unit: funding.unit, funder: funding.funder, amount: funding.amount)
    let plan = try plan(event.transfers())
    try keep(
      .funded, subject: "fund \(funding.unit.text) \(funding.funder.text)",
      content: "\(funding.amount) by \(funding.reference)", funding.hands,
      event: post(plan, reference: funding.reference))
    return try booked(plan, .programmeFund)
  }

  func book(_ topUp: AgentTopUp) throws -> Decision {
    try topUp.hands.require(for: .agentToppedUp)
    guard try agentLimit(topUp.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    let event = LedgerEvent.agentTopUp(
      agent: topUp.agent, unit: topUp.unit, funder: topUp.funder, amount: topUp.amount)
    let plan = try plan(event.transfers())
    try keep(
      .agentToppedUp, subject: "advance \(topUp.agent) \(topUp.unit.text) \(topUp.funder.text)",
      content: "\(topUp.amount)", topUp.hands, event: post(plan, reference: topUp.agent))
    return try booked(plan, .agentAdvance)
  }

  private func booked(_ plan: Plan, _ code: AccountCode) throws -> Decision {
    guard let totals = plan.accounts.first(where: { $0.key.code == code })?.totals else {
      throw LedgerStoreError.corrupt(place: "account \(code.rawValue)")
    }
    return .outcome(.booked(balance: try totals.balance(code.side)))
  }

  /// A list that is complete; throws what it is instead.
  func sealed(_ reference: String) throws -> List {
    guard let list = try list(reference) else { throw LedgerRefusal(.unknownList) }
    switch list.state {
    case .open: throw LedgerRefusal(.listOpen)
    case .sealed: return list
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
  }

  /// Who took a step with a list; nil when nobody did.
  func hand(_ step: CycleStep, _ list: String) throws -> String? {
    try sql.one("SELECT actor FROM cycle_step WHERE list = ? AND step = ?", [list, step.rawValue])?.text(0)
  }

  /// Keeps who took a step with a list, for ever.
  func take(_ step: CycleStep, _ list: String, by actor: String, event: [UInt8]? = nil) throws {
    let leaf = commit(
      .cycleStep(list: list, step: Int64(step.rawValue), actor: actor, event: event ?? [], at: receivedAt))
    try sql.run(
      """
      INSERT INTO cycle_step (list, step, actor, event, acted_at, request, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, [list, step.rawValue, actor, event?.blob, receivedAt, key, sequence, leaf])
  }

  func check(_ hand: ListHand) throws -> Decision {
    _ = try sealed(hand.list)
    try requireAnother(hand)
    guard try self.hand(.checked, hand.list) == nil else { throw LedgerRefusal(.listChecked) }
    try take(.checked, hand.list, by: hand.actor)
    return .outcome(.checked)
  }

  /// Whoever has made a list neither checks nor approves it. Of a list of an earlier version nobody knows the maker:
  /// whoever checks it does not approve it.
  private func requireAnother(_ hand: ListHand) throws {
    let maker = try self.hand(.made, hand.list) ?? self.hand(.checked, hand.list) ?? ""
    guard FourEyes.see(maker: maker, checker: hand.actor) else { throw LedgerRefusal(.fourEyesNeeded) }
  }

  func approve(_ hand: ListHand) throws -> Decision {
    _ = try sealed(hand.list)
    try requireAnother(hand)
    guard try self.hand(.checked, hand.list) != nil else { throw LedgerRefusal(.listUnchecked) }
    guard try self.hand(.approved, hand.list) == nil else { throw LedgerRefusal(.listApproved) }
    let purses = try sql.all(
      """
      SELECT p.unit, p.funder, p.amount - COALESCE(c.amount, 0) AS rest FROM list_purse p LEFT JOIN (
        SELECT l.unit, l.funder, SUM(i.amount) AS amount FROM item_list n
        JOIN item i ON i.list = n.list AND i.position <= n.credited JOIN line l ON l.id = i.line
        WHERE n.list = ?1 GROUP BY l.unit, l.funder
      ) c ON c.unit = p.unit AND c.funder = p.funder WHERE p.list = ?1 AND rest > 0 ORDER BY p.unit, p.funder
      """, [hand.list]
    ).map { row in
      PurseAmount(
        unit: try row.decode(0) { AccountingUnit(text: $0) }, funder: try row.decode(1) { Funder(text: $0) },
        amount: try row.int(2))
    }
    let plan = try plan(LedgerEvent.cycleApproval(purses).transfers()) { key, balance in
      if key.code == .programmeFund, balance < 0 { throw LedgerRefusal(.fundTooLow) }
    }
    let event = try post(plan, reference: hand.list)
    try take(.approved, hand.list, by: hand.actor, event: event)
    return .outcome(
      .approved(CycleApproved(purses: purses.count, amount: try Money.total(purses.map(\.amount)))))
  }
}
