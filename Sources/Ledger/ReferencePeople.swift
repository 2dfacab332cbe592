/// Deaths and heirs of the reference.
extension ReferenceLedger {
  mutating func act(_ act: PersonAct, _ receivedAt: Int64) throws -> LedgerOutcome {
    try act.hands.require(for: act.decision.kind)
    let id = canonical(act.person)
    guard people[id] != nil else { throw LedgerRefusal(.unknownPerson) }
    let today = PostingDay(unixMilliseconds: receivedAt).yyyymmdd
    switch act.decision {
    case .died(let day, _): return try die(id, on: day, today)
    case .deathWithdrawn: return try withdrawDeath(id)
    case .inherited(let heir): return try inherit(id, by: heir)
    case .funeralClaimed(let claimant, let programme, let list):
      return try claimFuneral(id, by: claimant, programme, list)
    case .funeralWithdrawn: return try withdrawFuneral(id)
    case .represented(let paper): return try register(paper, of: id, today)
    case .representativeEnded(let paper): return try end(paper: paper, of: id)
    case .seen(let proof): return try see(id, proof)
    case .identityChanged(let identity): return try change(id, to: identity)
    case .insured(let cover): return try keep(cover, of: id)
    case .coPaid(let payment): return try keep(payment, of: id, today)
    }
  }

  private mutating func die(_ id: String, on day: Int32, _ today: Int32) throws -> LedgerOutcome {
    guard day <= today, let last = Period(yyyymm: day / 100) else { throw LedgerRefusal(.malformed) }
    guard people[id]?.diedOn == nil else { throw LedgerRefusal(.deathKnown) }
    let mine = (people[id]?.lines ?? []).sorted()
    let known = Int64(receivables.count)
    let amount = try takeBack(
      dues.filter { mine.contains($0.key.line) && $0.key.period > last }.values.joined(), recovers: true)
    people[id]?.diedOn = day
    people[id]?.deathDebts = Array(known..<Int64(receivables.count)).map { $0 + 1 }
    for line in mine { endWithDeath(line, of: id) }
    for (number, card) in cards where card.person == id && !card.isTerminated {
      cards[number]?.acts.append(.terminated)
    }
    return keep(.personDied, amount: amount)
  }

  /// Ends a line with the month its person died in, unless it ended before.
  mutating func endWithDeath(_ line: UInt32, of person: String) {
    guard let day = people[person]?.diedOn, let last = Period(yyyymm: day / 100) else { return }
    standings[line] = (standings[line] ?? LineStanding()).afterDeath(in: last)
  }

  private mutating func inherit(_ id: String, by identity: PersonIdentity) throws -> LedgerOutcome {
    guard let day = people[id]?.diedOn, let last = Period(yyyymm: day / 100) else {
      throw LedgerRefusal(.personNotDead)
    }
    let heir = canonical(identity.personalID)
    guard people[heir]?.diedOn == nil else { throw LedgerRefusal(.heirDead) }
    let mine = people[id]?.lines ?? []
    let open = dues.filter { mine.contains($0.key.line) }.values.joined().filter { $0.open > 0 }
    let left = open.filter { standings[$0.name.line]?.state != .suspended }
    guard !left.isEmpty else { throw LedgerRefusal(open.isEmpty ? .nothingToInherit : .lineSuspended) }
    know(identity, as: heir)
    meet(identity, as: heir)
    var moves: [LineMove] = []
    for (line, items) in Dictionary(grouping: left, by: \.name.line).sorted(by: { $0.key < $1.key }) {
      guard let from = account(line), let key = lines[line] else { continue }
      let amount = try Money.total(items.map(\.open))
      let to = bequeath(amount, key, to: heir, last)
      moves.append(LineMove(from: from, to: to.line, amount: amount))
      bequests.append(
        Bequest(
          person: id, parts: Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.open) }), heir: to))
    }
    try post(LedgerEvent.inherited(moves).transfers())
    for item in left {
      change(item.name) {
        $0.bequeathed += $0.open
        $0.taken += $0.open
      }
    }
    return keep(.inherited, amount: try Money.total(moves.map(\.amount)))
  }

  /// Opens an item of the heir for the month, or the next one that nothing was inherited for.
  private mutating func bequeath(_ amount: Int64, _ from: LineKey, to heir: String, _ month: Period) -> ItemName {
    let key = LineKey(
      person: heir, programme: from.programme, unit: from.unit, funder: from.funder, homeProvince: from.homeProvince)
    let id = lineIDs[key] ?? UInt32(lineIDs.count + 1)
    lineIDs[key] = id
    lines[id] = key
    people[heir]?.lines.insert(id)
    var period = month
    while !items.insert(ItemKey(line: key, period: period, kind: .inherited)).inserted { period = period.next }
    lastSerial += 1
    let due = Due(line: id, period: period)
    let name = ItemName(line: id, period: period, kind: .inherited)
    dues[due, default: []].append(OpenItem(name: name, serial: lastSerial, credited: amount))
    return name
  }
}
