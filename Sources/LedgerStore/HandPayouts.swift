internal import GRDB
internal import Ledger

/// Payouts by hand.
extension BatchSession {
  func payByHand(_ list: HandPayoutList) throws -> Decision {
    try list.hands.require(for: .handPaid)
    guard try agentLimit(list.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    let amount = try Money.total(list.visits.flatMap(\.allocations).map(\.amount))
    let act = try keep(
      .handPaid, subject: "list \(list.list)",
      content: StoredHandPayout.content(scan: list.scan, visits: list.visits.count, amount: amount), list.hands)
    for (place, visit) in list.visits.enumerated() {
      do {
        try pay(visit, list, place, act: act)
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: amount)))
  }

  private func pay(_ visit: HandVisit, _ list: HandPayoutList, _ place: Int, act: Int64) throws {
    guard try !isUsed(transactionID: visit.transactionID) else { throw LedgerRefusal(.transactionReused) }
    guard
      let person = try sql.one(
        "SELECT person FROM person_identity WHERE personal_id = ?", [visit.personalID])?.bytes(0)
    else { throw LedgerRefusal(.unknownPerson) }
    guard try death(person) == nil else { throw LedgerRefusal(.personDead) }
    guard try !visit.cardReason.isEmpty || !hasLiveCard(person) else { throw LedgerRefusal(.cardReasonNeeded) }
    guard try place > 0 || !isUnderAnotherName(list) else { throw LedgerRefusal(.handPaidBefore) }
    for allocation in visit.allocations {
      let paid = try sql.one(
        """
        SELECT 1 FROM hand_payout_part p JOIN hand_payout h ON h.transaction_id = p.transaction_id
        WHERE p.line = ? AND p.period = ? AND h.list = ?
          AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = h.transaction_id)
        """, [allocation.line, allocation.period.yyyymm, list.list])
      guard paid == nil else { throw LedgerRefusal(.handPaidBefore) }
    }
    let parts = try parts(visit.allocations, of: person)
    try require(paper: visit.paper, of: person, for: visit.allocations)
    try requireTerm(visit.allocations, parts)
    let event = LedgerEvent.payout(
      Self.lines(of: parts, visit.allocations), agent: list.agent, hostProvince: list.province,
      window: PostingDay(unixMilliseconds: receivedAt).window)
    let eventID = try post(plan(event.transfers()), reference: visit.transactionID.hexText)
    let stored = StoredHandPayout(
      transactionID: visit.transactionID, person: person, list: list.list, scan: list.scan,
      cardReason: visit.cardReason, act: act, event: eventID,
      amount: try Money.total(visit.allocations.map(\.amount)), hostProvince: list.province, commune: list.commune,
      agent: list.agent, point: list.point, channel: .byHand, evidence: .byHand,
      effectiveDate: PostingDay(unixMilliseconds: receivedAt).yyyymmdd, postedAt: receivedAt,
      parts: StoredHandPayout.text(parts.map { ($0.item, $0.amount) }), paper: visit.paper)
    try insert(stored)
    try keepReceiver(visit)
    for (ordinal, part) in parts.enumerated() { try insert(part, ordinal, stored) }
    try count(
      payout: visit.transactionID,
      at: ShiftDesk(agent: list.agent, point: list.point, terminal: ShiftDesk.byHand))
  }

  /// Whether the same paper has paid somebody as a list of another name.
  private func isUnderAnotherName(_ list: HandPayoutList) throws -> Bool {
    try sql.one(
      """
      SELECT 1 FROM hand_payout h WHERE h.scan = ? AND h.list <> ?
        AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = h.transaction_id)
      """, [list.scan.blob, list.list]) != nil
  }

  private func hasLiveCard(_ person: [UInt8]) throws -> Bool {
    try sql.one(
      "SELECT 1 FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? AND s.state <> 3",
      [person.blob]) != nil
  }

  private func insert(_ stored: StoredHandPayout) throws {
    let leaf = commit(stored.leaf)
    try sql.run(
      """
      INSERT INTO hand_payout (transaction_id, person, list, scan, card_reason, act, event, amount, host_province,
        commune, agent, point, channel, evidence, effective_date, posted_at, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        stored.transactionID.blob, stored.person.blob, stored.list, stored.scan.blob, stored.cardReason, stored.act,
        stored.event.blob, stored.amount, stored.hostProvince, stored.commune, stored.agent, stored.point,
        stored.channel.rawValue, stored.evidence.rawValue, stored.effectiveDate, stored.postedAt, sequence, leaf,
      ])
  }

  private func insert(_ part: Part, _ ordinal: Int, _ stored: StoredHandPayout) throws {
    let host = LedgerEvent.hostUnit(of: part.line.unit, inProvince: stored.hostProvince) ?? part.line.unit
    try sql.run(
      """
      INSERT INTO hand_payout_part (transaction_id, ordinal, item, line, period, home_unit, home_province, host_unit,
        funder, amount)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        stored.transactionID.blob, ordinal, part.item.blob, part.line.line, part.allocation.period.yyyymm,
        part.line.unit.text, part.homeProvince, host.text, part.line.funder.text, part.amount,
      ])
    try sql.run("UPDATE item_open SET paid = paid + ? WHERE item = ?", [part.amount, part.item.blob])
  }
}
