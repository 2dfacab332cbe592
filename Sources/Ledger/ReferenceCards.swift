/// Cards and their life in the reference.
extension ReferenceLedger {
  /// A card as the reference knows it; nil for an unknown one.
  public func life(card: String) -> (isBlocked: Bool, isTerminated: Bool, acts: [CardActKind])? {
    cards[card].map { ($0.isBlocked, $0.isTerminated, $0.acts) }
  }

  mutating func register(_ card: CardRegistration) throws -> LedgerOutcome {
    if let replaces = card.replaces, !FourEyes.see(maker: replaces.maker, checker: replaces.checker) {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard cards[card.card] == nil else { throw LedgerRefusal(.cardKnown) }
    let person = holder(card)
    let live = cards.filter { $0.value.person == person && !$0.value.isTerminated }.map(\.key)
    guard live.allSatisfy({ $0 == card.replaces?.card }) else { throw LedgerRefusal(.personHasCard) }
    if let replaces = card.replaces {
      if let old = cards[replaces.card], old.person != person { throw LedgerRefusal(.cardOfOtherPerson) }
      guard let old = cards[replaces.card] else { throw LedgerRefusal(.unknownCard) }
      guard !old.acts.contains(where: CardActKind.successions.contains) else { throw LedgerRefusal(.cardTerminated) }
    }
    guard people[person]?.diedOn == nil else { throw LedgerRefusal(.personDead) }
    know(card.person, as: person, isChange: card.replaces?.kind == .replacedChanged)
    if let replaces = card.replaces { cards[replaces.card]?.acts.append(replaces.kind) }
    meet(card.person, as: person)
    if card.replaces?.kind == .replacedChanged { people[person]?.birthDate = card.person.birthDate }
    cards[card.card] = Card(person: person)
    if canonical(card.person.personalID) != person { renumbered[card.person.personalID] = person }
    return .registered
  }

  /// A personal ID that nobody has, on a card of changed data, is the new one of the old card's holder.
  private func holder(_ card: CardRegistration) -> String {
    let given = canonical(card.person.personalID)
    guard let old = card.replaces, old.kind == .replacedChanged, people[given] == nil else { return given }
    return cards[old.card]?.person ?? given
  }

  /// Keeps by what somebody is known: the first time, and when it changes.
  mutating func know(_ identity: PersonIdentity, as person: String, isChange: Bool = false) {
    if isChange || identities[person] == nil { identities[person, default: []].append(identity) }
  }

  /// The personal ID that a person was first known by.
  func canonical(_ personalID: String) -> String { renumbered[personalID] ?? personalID }

  mutating func act(_ act: CardAct, _ receivedAt: Int64) throws -> LedgerOutcome {
    let isSeenByTwo = FourEyes.see(maker: act.maker, checker: act.checker)
    guard act.kind != .unblock || isSeenByTwo, !FourEyes.isOnePerson(maker: act.maker, checker: act.checker) else {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard let card = cards[act.card] else { throw LedgerRefusal(.unknownCard) }
    var released: Int64 = 0
    switch act.kind {
    case .releaseReserve:
      released = try release(act.card, card, isSeenByTwo: isSeenByTwo, receivedAt)
    case .block where card.isBlocked: throw LedgerRefusal(.cardBlocked)
    case _ where card.isTerminated: throw LedgerRefusal(.cardTerminated)
    case .unblock where !card.isBlocked: throw LedgerRefusal(.cardNotBlocked)
    case .unblock where card.acts.contains(where: CardActKind.finalBlocks.contains): throw LedgerRefusal(.blockFinal)
    case .lost where card.acts.contains(.lost): throw LedgerRefusal(.blockFinal)
    default: break
    }
    cards[act.card]?.acts.append(act.kind)
    return .cardActed(CardActResult(sequence: Int64(card.acts.count + 1), released: released))
  }

  private mutating func release(
    _ number: String, _ card: Card, isSeenByTwo: Bool, _ receivedAt: Int64
  ) throws -> Int64 {
    guard card.isTerminated || card.acts.contains(.lost) else { throw LedgerRefusal(.cardInUse) }
    let mine = people[card.person]?.lines.sorted() ?? []
    let held = try mine.compactMap { id -> LineAmount? in
      guard let key = lines[id] else { return nil }
      let line = PayableAccount(line: id, unit: key.unit, funder: key.funder)
      let amount = try balance(line.reserve(card: number))
      return amount > 0 ? LineAmount(line: line, amount: amount) : nil
    }
    guard !held.isEmpty else { throw LedgerRefusal(.reserveEmpty) }
    let earliest = ReserveRule.earliest(authorityEnds: card.authorityEnds)
    guard isSeenByTwo || earliest.map({ receivedAt / 1_000 >= $0 }) ?? false else {
      throw LedgerRefusal(.releaseTooEarly)
    }
    try post(LedgerEvent.reserveReleased(held, card: number).transfers())
    return try Money.total(held.map(\.amount))
  }

  mutating func record(_ record: PINRecord) throws -> LedgerOutcome {
    let card = cards[record.card]
    let needsTwo = record.act == .unblocked || (card?.pinRecords ?? 0) > 0
    guard !FourEyes.isOnePerson(maker: record.maker, checker: record.checker),
      !needsTwo || FourEyes.see(maker: record.maker, checker: record.checker)
    else { throw LedgerRefusal(.fourEyesNeeded) }
    guard card != nil else { throw LedgerRefusal(.unknownCard) }
    cards[record.card]?.pinRecords += 1
    return .registered
  }
}
