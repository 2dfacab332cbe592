/// Representatives, presences, identities, funerals and officials of the reference.
extension ReferenceLedger {
  /// A registered paper.
  struct Paper: Sendable {
    let terms: RepresentativePaper
    let person: String
    var isEnded = false
  }

  mutating func register(_ paper: RepresentativePaper, of id: String, _ today: Int32) throws -> LedgerOutcome {
    let other = canonical(paper.representative.personalID)
    guard other != id else { throw LedgerRefusal(.malformed) }
    guard people[id]?.diedOn == nil, people[other]?.diedOn == nil else { throw LedgerRefusal(.personDead) }
    guard papers[paper.paper] == nil else { throw LedgerRefusal(.paperKnown) }
    let rivals = papers.values.filter { $0.person == id && !$0.isEnded && $0.terms.until >= today }
    guard
      paper.kind != .collector
        || !rivals.contains(where: { $0.terms.kind == .collector && $0.terms.programme == paper.programme })
    else { throw LedgerRefusal(.representativeKnown) }
    guard paper.until >= today else { throw LedgerRefusal(.representativeExpired) }
    know(paper.representative, as: other)
    meet(paper.representative, as: other)
    papers[paper.paper] = Paper(terms: paper, person: id)
    return keep(paper.kind == .guardian ? .guardianRegistered : .representativeRegistered)
  }

  mutating func end(paper number: String, of id: String) throws -> LedgerOutcome {
    guard let paper = papers[number], paper.person == id else { throw LedgerRefusal(.unknownPaper) }
    guard !paper.isEnded else { throw LedgerRefusal(.representativeExpired) }
    papers[number]?.isEnded = true
    return keep(.representativeEnded)
  }

  /// Refuses somebody whose paper does not cover today what is collected for a person.
  func require(
    paper number: String, of person: String, for allocations: [PayoutAllocation], on day: PostingDay
  ) throws {
    guard !number.isEmpty else { return }
    guard let paper = papers[number], paper.person == person else { throw LedgerRefusal(.unknownPaper) }
    let isDead = people[canonical(paper.terms.representative.personalID)]?.diedOn != nil
    try paper.terms.check(
      on: day.yyyymmdd, isOver: paper.isEnded || isDead, programmes: allocations.map { lines[$0.line]?.programme })
  }

  mutating func see(_ id: String, _ proof: PresenceProof) throws -> LedgerOutcome {
    guard people[id]?.diedOn == nil else { throw LedgerRefusal(.personDead) }
    guard proof.isAttested else { throw LedgerRefusal(.presenceNotAttested) }
    if !proof.transactionID.isEmpty {
      let posted = uses[proof.transactionID]?.compactMap(\.posting).first
      guard let posted, cards[posted.card]?.person == id, posted.collector.isEmpty else {
        throw LedgerRefusal(.presenceNotOwn)
      }
    }
    return keep(.presenceRecorded)
  }

  mutating func change(_ id: String, to identity: PersonIdentity) throws -> LedgerOutcome {
    guard !cards.values.contains(where: { $0.person == id && !$0.isTerminated }) else {
      throw LedgerRefusal(.personHasCard)
    }
    let known = canonical(identity.personalID)
    guard known == id || people[known] == nil else { throw LedgerRefusal(.identityKnown) }
    know(identity, as: id, isChange: true)
    if known != id { renumbered[identity.personalID] = id }
    people[id]?.birthDate = identity.birthDate
    return keep(.identityChanged)
  }

  /// Refuses hands that lack their role.
  func requireRoles(_ command: LedgerCommand) throws {
    guard let officials = command.officials else { return }
    let overseers = staff.filter { name, roles in
      name != FourEyes.fold(officials.maker) && !roles.isDisjoint(with: [.administrator, .inspector])
    }
    try officials.require(staff: staff.count, overseers: overseers.count) { staff[FourEyes.fold($0)] ?? [] }
  }

  mutating func act(_ act: StaffAct) throws -> LedgerOutcome {
    try act.hands.require(for: act.kind)
    let name = FourEyes.fold(act.official)
    guard act.kind == .staffAppointed else { return try dismiss(name, act.role) }
    guard !staff.isEmpty || act.role == .administrator else { throw LedgerRefusal(.administratorFirst) }
    guard staff[name, default: []].insert(act.role).inserted else { throw LedgerRefusal(.alreadyAppointed) }
    return keep(.staffAppointed)
  }

  private mutating func dismiss(_ name: String, _ role: Role) throws -> LedgerOutcome {
    let administrators = staff.values.filter { $0.contains(.administrator) }.count
    let holds = staff[name]?.contains(role) ?? false
    guard !holds || role != .administrator || administrators > 1 else { throw LedgerRefusal(.lastAdministrator) }
    guard holds else { throw LedgerRefusal(.roleNotHeld) }
    staff[name]?.remove(role)
    if staff[name]?.isEmpty == true { staff[name] = nil }
    return keep(.staffDismissed)
  }
}
