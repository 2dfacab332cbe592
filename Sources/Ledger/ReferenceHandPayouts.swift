/// Payouts by hand of the reference.
extension ReferenceLedger {
  struct HandPayout: Sendable {
    let list: String
    let scan: [UInt8]
    let dues: [Due]
    /// What it took of each item.
    let parts: [ItemName: Int64]
    let transfers: [Transfer]
    let desk: ShiftDesk
  }

  mutating func payByHand(_ list: HandPayoutList, _ receivedAt: Int64) throws -> LedgerOutcome {
    try list.hands.require(for: .handPaid)
    guard agents[list.agent] != nil else { throw LedgerRefusal(.unknownAgent) }
    let amount = try Money.total(list.visits.flatMap(\.allocations).map(\.amount))
    // Visits see each other, and one that can't be paid takes all of them back.
    var next = self
    for (place, visit) in list.visits.enumerated() {
      do {
        try next.pay(visit, list, place, receivedAt)
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    self = next
    return keep(.handPaid, amount: amount)
  }

  private mutating func pay(_ visit: HandVisit, _ list: HandPayoutList, _ place: Int, _ receivedAt: Int64) throws {
    guard uses[visit.transactionID] == nil, handPayouts[visit.transactionID] == nil else {
      throw LedgerRefusal(.transactionReused)
    }
    let person = canonical(visit.personalID)
    guard let holder = people[person] else { throw LedgerRefusal(.unknownPerson) }
    guard holder.diedOn == nil else { throw LedgerRefusal(.personDead) }
    guard !visit.cardReason.isEmpty || !cards.values.contains(where: { $0.person == person && !$0.isTerminated })
    else { throw LedgerRefusal(.cardReasonNeeded) }
    let standing = handPayouts.filter { !reversed.contains($0.key) }.values
    guard place > 0 || !standing.contains(where: { $0.scan == list.scan && $0.list != list.list }) else {
      throw LedgerRefusal(.handPaidBefore)
    }
    let dues = visit.allocations.map { Due(line: $0.line, period: $0.period) }
    guard !standing.contains(where: { $0.list == list.list && !Set($0.dues).isDisjoint(with: dues) }) else {
      throw LedgerRefusal(.handPaidBefore)
    }
    let transfers = try LedgerEvent.payout(
      parts(visit.allocations, of: person), agent: list.agent, hostProvince: list.province,
      window: PostingDay(unixMilliseconds: receivedAt).window
    ).transfers()
    try require(
      paper: visit.paper, of: person, for: visit.allocations, on: PostingDay(unixMilliseconds: receivedAt))
    try requireTerm(visit.allocations, on: PostingDay(unixMilliseconds: receivedAt))
    try post(transfers)
    let taken = visit.allocations.map { pay(Due(line: $0.line, period: $0.period), $0.amount) }
    let desk = ShiftDesk(agent: list.agent, point: list.point, terminal: ShiftDesk.byHand)
    handPayouts[visit.transactionID] = HandPayout(
      list: list.list, scan: list.scan, dues: dues, parts: taken.reduce(into: [:]) { $0.merge($1) { $0 + $1 } },
      transfers: transfers,
      desk: desk)
    if let shift = openShift(desk) {
      shifts[shift]?.paidByHand.append(try Money.total(visit.allocations.map(\.amount)))
    }
  }
}
