/// Items and lines of the reference: what is open of each, and acts about them.
extension ReferenceLedger {
  /// A credited item, as far as it is open.
  struct OpenItem: Sendable {
    let name: ItemName
    let serial: Int
    let credited: Int64
    var paid: Int64 = 0
    /// What left it otherwise than by a payout.
    var taken: Int64 = 0
    /// Of that, what lapsed and is neither reclaimed nor returned.
    var uncollected: Int64 = 0
    /// Of that, what orders took.
    var deducted: Int64 = 0
    /// What was paid or deducted and turned out not to be owed.
    var overpaid: Int64 = 0
    /// What of it went to an heir.
    var bequeathed: Int64 = 0

    var open: Int64 { credited - paid - taken }

    /// Nothing is owed of it, but for what came back from its person.
    func isReturned(recovered: Int64) -> Bool {
      bequeathed == 0 && money.stands == 0 && overpaid == recovered
    }
  }

  /// What is open of a line's month; nil when nothing was credited for it.
  func open(_ due: Due) -> Int64? {
    guard let items = dues[due] else { return nil }
    return items.reduce(0) { $0 + $1.open }
  }

  /// The last day on which a line's month can be collected; nil without one.
  func lastDay(_ due: Due) -> Int32? {
    lines[due.line].flatMap { line in
      terms.lastDay(
        programme: line.programme, period: due.period, lineEnds: standings[due.line]?.lastPeriod)
    }
  }

  /// Refuses what can't be collected any more on a day.
  func requireTerm(_ allocations: [PayoutAllocation], on day: PostingDay) throws {
    for (place, part) in allocations.enumerated() {
      guard lastDay(Due(line: part.line, period: part.period)) ?? .max >= day.yyyymmdd else {
        throw LedgerRefusal(.collectionOver, place: place)
      }
    }
  }

  /// Takes `amount` of a line's month from its items, oldest first; what it took of each.
  mutating func pay(_ due: Due, _ amount: Int64) -> [ItemName: Int64] {
    var left = amount
    var taken: [ItemName: Int64] = [:]
    for index in (dues[due] ?? []).indices {
      let part = min(left, dues[due]?[index].open ?? 0)
      guard part > 0, let name = dues[due]?[index].name else { continue }
      dues[due]?[index].paid += part
      taken[name] = part
      left -= part
    }
    return taken
  }

  /// Changes one credited item; false when there is none.
  @discardableResult
  mutating func change(_ name: ItemName, _ body: (inout OpenItem) -> Void) -> Bool {
    let due = Due(line: name.line, period: name.period)
    guard let index = dues[due]?.firstIndex(where: { $0.name == name }) else { return false }
    if var item = dues[due]?[index] {
      body(&item)
      dues[due]?[index] = item
    }
    return true
  }

  /// A line as the posting rules see it.
  func account(_ line: UInt32) -> PayableAccount? {
    lines[line].map { PayableAccount(line: line, unit: $0.unit, funder: $0.funder) }
  }

  /// Keeps an act under the next number.
  mutating func keep(_ kind: EntitlementActKind, amount: Int64 = 0) -> LedgerOutcome {
    acts.append(kind)
    return .acted(EntitlementActResult(sequence: Int64(acts.count), amount: amount))
  }

  mutating func act(_ act: LineAct) throws -> LedgerOutcome {
    try act.hands.require(for: act.kind)
    guard let line = account(act.line) else { throw LedgerRefusal(.unknownLine) }
    let holder = lines[act.line].flatMap { people[$0.person] }
    let standing = try act.standing(
      after: standings[act.line] ?? LineStanding(), isDead: holder?.diedOn != nil)
    var amount: Int64 = 0
    if let last = act.lastPeriod {
      amount = try takeBack(
        dues.filter { $0.key.line == line.line && $0.key.period > last }.values.joined(), recovers: false)
    }
    standings[act.line] = standing
    livingStandings[act.line] = try act.standing(after: livingStandings[act.line] ?? LineStanding(), isDead: false)
    return keep(act.kind, amount: amount)
  }
}
