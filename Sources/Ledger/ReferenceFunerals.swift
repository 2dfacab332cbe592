/// Funeral grants of the reference.
extension ReferenceLedger {
  mutating func claimFuneral(
    _ id: String, by claimant: PersonIdentity, _ programme: UInt16, _ list: String
  ) throws -> LedgerOutcome {
    guard people[id]?.diedOn != nil else { throw LedgerRefusal(.personNotDead) }
    let other = canonical(claimant.personalID)
    guard people[other]?.diedOn == nil else { throw LedgerRefusal(.personDead) }
    guard people[id]?.funeral == nil else { throw LedgerRefusal(.funeralKnown) }
    know(claimant, as: other)
    meet(claimant, as: other)
    people[id]?.funeral = FuneralClaim(
      act: Int64(acts.count + 1), list: list, programme: programme, claimant: Array(other.utf8))
    return keep(.funeralClaimed)
  }

  mutating func withdrawFuneral(_ id: String) throws -> LedgerOutcome {
    guard let claim = people[id]?.funeral else { throw LedgerRefusal(.funeralUnclaimed) }
    let isCredited = standing(claim).contains { key in
      lineIDs[key.line].flatMap { dues[Due(line: $0, period: key.period)] }?.contains { item in
        item.name.kind == .funeral && item.name.number == key.number
      } ?? false
    }
    guard !isCredited else { throw LedgerRefusal(.funeralCredited) }
    people[id]?.funeral = nil
    withdrawnFunerals.insert(claim.act)
    return keep(.funeralWithdrawn)
  }

  /// The claim that a row of a funeral grant is owed by.
  func funeralClaim(_ row: ItemRow, on list: String) throws -> FuneralClaim {
    let person = Array(canonical(row.person.personalID).utf8)
    guard let claim = people[canonical(row.deceased)]?.funeral, claim.covers(row, of: person, on: list) else {
      throw LedgerRefusal(.funeralUnclaimed)
    }
    return claim
  }

  /// Items of a claim that stand.
  func standing(_ claim: FuneralClaim) -> [ItemKey] {
    claims.values.flatMap { $0 }.filter { $0.key.kind == .funeral && $0.value.act == claim.act }.map(\.key)
      .filter { !isReturned($0) }
  }
}
