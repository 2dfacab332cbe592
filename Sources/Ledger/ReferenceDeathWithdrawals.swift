/// Deaths of the reference that were recorded by mistake.
extension ReferenceLedger {
  /// What one act gave to an heir of a dead person's line.
  struct Bequest: Sendable {
    /// Who had died.
    let person: String
    /// What it took of which items.
    let parts: [ItemName: Int64]
    /// The item that it opened.
    let heir: ItemName
    /// The death was withdrawn.
    var isOver = false
  }

  mutating func withdrawDeath(_ id: String) throws -> LedgerOutcome {
    guard people[id]?.diedOn != nil else { throw LedgerRefusal(.personNotDead) }
    let own = bequests.indices.filter { bequests[$0].person == id && !bequests[$0].isOver }
    for index in own {
      guard try !stands(bequests[index].heir) else { throw LedgerRefusal(.inheritanceStands) }
    }
    guard people[id]?.funeral == nil else { throw LedgerRefusal(.funeralStands) }
    let released = try release(people[id]?.deathDebts ?? [])
    for index in own {
      for (name, amount) in bequests[index].parts { change(name) { $0.bequeathed -= amount } }
      bequests[index].isOver = true
    }
    people[id]?.diedOn = nil
    people[id]?.deathDebts = []
    var revived = 0
    for line in people[id]?.lines ?? [] {
      if standings[line] ?? LineStanding() != livingStandings[line] ?? LineStanding() { revived += 1 }
      standings[line] = livingStandings[line]
    }
    acts.append(.deathWithdrawn)
    return .acted(
      EntitlementActResult(
        sequence: Int64(acts.count), amount: released,
        withdrawn: DeathWithdrawn(lines: revived, cards: cards.values.filter { $0.person == id }.count)))
  }

  /// Whether an heir has, or owes, something of an item, or somebody who inherited it from there.
  private func stands(_ heir: ItemName) throws -> Bool {
    let item = dues[Due(line: heir.line, period: heir.period)]?.first { $0.name == heir }
    guard item?.money.stands ?? 0 == 0 else { return true }
    for (index, owed) in receivables.enumerated() where owed.item == heir {
      guard try balance(ReceivableAmount.account(Int64(index + 1), owed.line)) == 0 else { return true }
    }
    return try bequests.filter { $0.parts[heir] != nil }.contains { try stands($0.heir) }
  }

  /// Releases what is still owed of overpayments, by their numbers; đồng.
  private mutating func release(_ numbers: [Int64]) throws -> Int64 {
    var parts: [(item: ItemName, part: ReceivableAmount)] = []
    for number in numbers {
      let owed = receivables[Int(number) - 1]
      let rest = try balance(ReceivableAmount.account(number, owed.line))
      guard rest > 0 else { continue }
      parts.append((owed.item, ReceivableAmount(receivable: number, line: owed.line, amount: rest)))
    }
    try post(LedgerEvent.notOwedTakenBack(parts.map(\.part)).transfers())
    for (item, part) in parts { change(item) { $0.overpaid -= part.amount } }
    return try Money.total(parts.map(\.part.amount))
  }
}
