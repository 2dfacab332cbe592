/// Payment lists of the reference: recorded in chunks, sealed, credited.
extension ReferenceLedger {
  mutating func importItems(_ list: ItemImport, on day: PostingDay) throws -> LedgerOutcome {
    let known = lists[list.list] ?? List()
    switch known.state {
    case .open: break
    case .sealed: throw LedgerRefusal(.listSealed)
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
    let places = list.first..<list.first + Int64(list.rows.count)
    guard !places.contains(where: { known.items[$0] != nil }) else { throw LedgerRefusal(.placeTaken) }
    guard !list.isWholeList || known.items.isEmpty else { throw LedgerRefusal(.listIncomplete) }
    var added: [ItemKey] = []
    var claims = self.claims
    var identities = self.identities
    for (index, row) in list.rows.enumerated() {
      let line = lineKey(row)
      let before = identities[line.person, default: [row.person]]
      guard before.contains(where: row.person.agrees) else { throw LedgerRefusal(.personDiffers, place: index) }
      identities[line.person] = before
      let mine = claims[line.person, default: [:]]
      let funeral = row.kind == .funeral ? try self.funeral(row, on: list.list, index) : nil
      let standing =
        funeral.map { act in
          claims.values.flatMap { $0 }.filter { $0.value.act == act && !isReturned($0.key) }.map(\.value)
        } ?? mine.filter { !isReturned($0.key) }.map(\.value)
      if let code = ItemRule.refusal(of: row, on: list.list, beside: standing) {
        throw LedgerRefusal(code, place: index)
      }
      if row.kind == .arrears, let day = people[line.person]?.diedOn, row.period.yyyymm > day / 100 {
        throw LedgerRefusal(.arrearsAfterDeath, place: index)
      }
      let own = lineStanding(of: line)
      if own.isOver(in: row.period, row.kind) { throw LedgerRefusal(.monthAfterEnd, place: index) }
      if let code = own.refusal(of: row.kind, in: row.period, beside: standings(beside: line)) {
        throw LedgerRefusal(code, place: index)
      }
      if row.kind == .arrears,
        terms.isOver(programme: row.programme, period: row.period, lineEnds: own.lastPeriod, on: day)
      {
        throw LedgerRefusal(.termOver, place: index)
      }
      let last =
        mine.keys.filter { $0.line == line && $0.period == row.period && $0.kind == row.kind }.map(\.number).max() ?? 0
      let key = ItemKey(line: line, period: row.period, kind: row.kind, number: last + 1)
      claims[line.person, default: [:]][key] = ItemClaim(row, list: list.list, act: funeral ?? 0)
      added.append(key)
    }
    self.claims = claims
    self.identities = identities
    var newLines = 0
    for (offset, row) in list.rows.enumerated() {
      let place = list.first + Int64(offset)
      let key = lineKey(row)
      let id = lineIDs[key] ?? UInt32(lineIDs.count + 1)
      if lineIDs[key] == nil {
        lineIDs[key] = id
        lines[id] = key
        newLines += 1
        endWithDeath(id, of: key.person)
      }
      meet(row.person, as: key.person)
      people[key.person]?.lines.insert(id)
      lastSerial += 1
      lists[list.list, default: List()].items[place] = Item(
        key: added[offset], line: id, amount: row.amount, serial: lastSerial)
    }
    items.formUnion(added)
    let amount = try Money.total(list.rows.map(\.amount))
    if let maker = list.maker { seal(list.list, by: maker, list.rules) }
    return .imported(ImportResult(items: list.rows.count, newLines: newLines, amount: amount))
  }

  /// What a line is; one that a row would open for somebody who is dead ends with the month of death.
  private func lineStanding(of key: LineKey) -> LineStanding {
    if let line = lineIDs[key] { return standings[line] ?? LineStanding() }
    let month = people[key.person]?.diedOn.flatMap { Period(yyyymm: $0 / 100) }
    return month.map { LineStanding().afterDeath(in: $0) } ?? LineStanding()
  }

  /// What was decided about the other lines of a line's person and programme.
  private func standings(beside key: LineKey) -> [LineStanding] {
    let mine = people[key.person]?.lines ?? []
    return mine.filter { lines[$0]?.programme == key.programme && lines[$0] != key }.compactMap { standings[$0] }
  }

  /// The act of the claim that a row's grant is owed by.
  private func funeral(_ row: ItemRow, on list: String, _ place: Int) throws -> Int64 {
    do {
      return try funeralClaim(row, on: list).act
    } catch let refusal as LedgerRefusal {
      throw LedgerRefusal(refusal.code, place: place)
    }
  }

  /// Whether an item was credited and all of it has gone back to its fund since, or what did not came back from its
  /// person. What an heir has is no such thing, nor what an agent paid for.
  func isReturned(_ key: ItemKey) -> Bool {
    guard let line = lineIDs[key.line] else { return false }
    let name = ItemName(line: line, period: key.period, kind: key.kind, number: key.number)
    let owed = receivables.filter { $0.item == name && $0.agent == nil }
    let recovered = owed.reduce(0) { $0 + $1.recovered }
    let item = dues[Due(line: line, period: key.period)]?.first { $0.name == name }
    return item?.isReturned(recovered: recovered) ?? false
  }

  private func lineKey(_ row: ItemRow) -> LineKey {
    LineKey(
      person: canonical(row.person.personalID), programme: row.programme, unit: row.unit, funder: row.funder,
      homeProvince: row.homeProvince)
  }

  mutating func seal(_ seal: ListSeal) throws -> LedgerOutcome {
    guard let list = lists[seal.list] else { throw LedgerRefusal(.unknownList) }
    switch list.state {
    case .open: break
    case .sealed: throw LedgerRefusal(.listSealed)
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
    guard list.items.count == seal.items, list.items.keys.max() == seal.items,
      try Money.total(list.items.values.map(\.amount)) == seal.amount
    else { throw LedgerRefusal(.listIncomplete) }
    self.seal(seal.list, by: seal.maker, seal.rules)
    return .sealed(items: seal.items, amount: seal.amount)
  }

  private mutating func seal(_ list: String, by maker: String, _ rules: [UInt8]) {
    lists[list]?.rules = rules
    lists[list]?.state = .sealed
    lists[list]?.hands[.made] = maker
  }

  private func sealed(_ reference: String) throws -> List {
    guard let list = lists[reference] else { throw LedgerRefusal(.unknownList) }
    switch list.state {
    case .open: throw LedgerRefusal(.listOpen)
    case .sealed: return list
    case .abandoned: throw LedgerRefusal(.listAbandoned)
    }
  }

  mutating func check(_ hand: ListHand) throws -> LedgerOutcome {
    let list = try sealed(hand.list)
    guard FourEyes.see(maker: list.hands[.made] ?? "", checker: hand.actor) else {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard list.hands[.checked] == nil else { throw LedgerRefusal(.listChecked) }
    lists[hand.list]?.hands[.checked] = hand.actor
    return .checked
  }

  mutating func approve(_ hand: ListHand) throws -> LedgerOutcome {
    let list = try sealed(hand.list)
    guard FourEyes.see(maker: list.hands[.made] ?? "", checker: hand.actor) else {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard list.hands[.checked] != nil else { throw LedgerRefusal(.listUnchecked) }
    guard list.hands[.approved] == nil else { throw LedgerRefusal(.listApproved) }
    let purses = try Dictionary(grouping: list.items.values) { [$0.key.line.unit.text, $0.key.line.funder.text] }
      .values.map { items in
        PurseAmount(
          unit: items[0].key.line.unit, funder: items[0].key.line.funder, amount: try Money.total(items.map(\.amount)))
      }
    try post(LedgerEvent.cycleApproval(purses).transfers()) { key, balance in
      if key.code == .programmeFund, balance < 0 { throw LedgerRefusal(.fundTooLow) }
    }
    lists[hand.list]?.hands[.approved] = hand.actor
    return .approved(CycleApproved(purses: purses.count, amount: try Money.total(purses.map(\.amount))))
  }

  mutating func abandon(_ abandonment: ListAbandonment) throws -> LedgerOutcome {
    guard let list = lists[abandonment.list] else { throw LedgerRefusal(.unknownList) }
    guard list.state != .sealed else { throw LedgerRefusal(.listSealed) }
    let freed = list.items.sorted { $0.key < $1.key }.dropFirst(list.freed).prefix(abandonment.limit)
    for item in freed {
      let key = item.value.key
      items.remove(key)
      claims[key.line.person]?[key] = nil
    }
    lists[abandonment.list]?.state = .abandoned
    lists[abandonment.list]?.freed += freed.count
    return .abandoned(remaining: Int64(list.items.count - list.freed - freed.count))
  }

  mutating func credit(_ cycle: CycleCredit) throws -> LedgerOutcome {
    let list = try sealed(cycle.list)
    guard list.hands[.approved] != nil else { throw LedgerRefusal(.listUnapproved) }
    let from = list.credited + 1
    let chunk = (from..<from + Int64(cycle.limit)).compactMap { list.items[$0] }
    let amounts = chunk.map { item in
      LineAmount(
        line: PayableAccount(line: item.line, unit: item.key.line.unit, funder: item.key.line.funder),
        amount: item.amount)
    }
    let isLate = chunk.map { item in
      let act = claims[item.key.line.person]?[item.key]?.act ?? 0
      let own = standings[item.line] ?? LineStanding()
      let stopped = own.refusal(
        of: item.key.kind, in: item.key.period, beside: standings(beside: item.key.line))
      return own.isOver(in: item.key.period, item.key.kind) || stopped != nil || withdrawnFunerals.contains(act)
    }
    let owed = zip(amounts, isLate).filter { !$1 }.map(\.0)
    let over = zip(amounts, isLate).filter { $1 }.map(\.0)
    let parts = deductions(from: zip(chunk, isLate).filter { !$1 }.map(\.0))
    try post(
      LedgerEvent.cycleCredit(owed).transfers() + LedgerEvent.creditsReturned(over).transfers()
        + LedgerEvent.item(.deducted(parts.map(\.deduction))).transfers())
    for (item, isLate) in zip(chunk, isLate) {
      let name = ItemName(
        line: item.line, period: item.key.period, kind: item.key.kind, number: item.key.number)
      let due = Due(line: item.line, period: item.key.period)
      dues[due, default: []].append(
        OpenItem(name: name, serial: item.serial, credited: item.amount, taken: isLate ? item.amount : 0))
      dues[due]?.sort { $0.serial < $1.serial }
    }
    for part in parts { take(part) }
    lists[cycle.list]?.credited += Int64(chunk.count)
    return .credited(
      CreditResult(
        items: owed.count, amount: try Money.total(owed.map(\.amount)),
        remaining: list.items.count - Int(list.credited) - chunk.count,
        returned: try CreditReturned(over.map(\.amount))))
  }
}
