internal import GRDB
internal import Ledger

/// Representatives, presences, identities, funerals.
extension BatchSession {
  private func acted(_ sequence: Int64) -> Decision { .outcome(.acted(EntitlementActResult(sequence: sequence))) }

  func register(
    _ paper: RepresentativePaper, of person: [UInt8], _ hands: ActHands, _ today: Int32
  ) throws -> Decision {
    let other = try self.person(paper.representative, RowStatements(sql)).id
    guard other != person else { throw LedgerRefusal(.malformed) }
    guard try death(person) == nil, try death(other) == nil else { throw LedgerRefusal(.personDead) }
    guard try sql.one("SELECT 1 FROM representative WHERE paper = ?", [paper.paper]) == nil else {
      throw LedgerRefusal(.paperKnown)
    }
    if paper.kind == .collector {
      let rival = try sql.one(
        """
        SELECT 1 FROM representative r LEFT JOIN representative_end e ON e.paper = r.paper
        WHERE r.person = ? AND r.kind = ? AND r.programme = ? AND r.valid_until >= ? AND e.paper IS NULL LIMIT 1
        """, [person.blob, paper.kind.rawValue, paper.programme, today])
      guard rival == nil else { throw LedgerRefusal(.representativeKnown) }
    }
    guard paper.until >= today else { throw LedgerRefusal(.representativeExpired) }
    let kind = PersonDecision.represented(paper).kind
    let number = try keep(
      kind, subject: Self.subject(person),
      content: Self.content(paper, of: other), hands)
    try sql.run(
      """
      INSERT INTO representative (paper, kind, person, representative, programme, valid_from, valid_until, act)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        paper.paper, paper.kind.rawValue, person.blob, other.blob, paper.programme, paper.from, paper.until, number,
      ])
    return acted(number)
  }

  /// What the chain commits to of a paper: everything but names.
  static func content(_ paper: RepresentativePaper, of representative: [UInt8]) -> String {
    let programme = paper.programme.map { "\($0)" } ?? "all"
    return "\(paper.paper) \(paper.kind.rawValue) \(representative.hexText) \(programme) \(paper.from) \(paper.until)"
  }

  func end(paper: String, of person: [UInt8], _ hands: ActHands) throws -> Decision {
    guard try sql.one("SELECT 1 FROM representative WHERE paper = ? AND person = ?", [paper, person.blob]) != nil
    else { throw LedgerRefusal(.unknownPaper) }
    guard try sql.one("SELECT 1 FROM representative_end WHERE paper = ?", [paper]) == nil else {
      throw LedgerRefusal(.representativeExpired)
    }
    let number = try keep(.representativeEnded, subject: Self.subject(person), content: paper, hands)
    try sql.run("INSERT INTO representative_end (paper, act) VALUES (?, ?)", [paper, number])
    return acted(number)
  }

  /// Refuses somebody whose paper does not cover today what is collected for a person.
  func require(
    paper number: String, of person: [UInt8], for allocations: [PayoutAllocation], at time: Int64? = nil
  ) throws {
    guard !number.isEmpty else { return }
    let papers = try SQLiteLedgerStore.papers(sql, person)
    guard let paper = papers.first(where: { $0.terms.paper == number }) else { throw LedgerRefusal(.unknownPaper) }
    try paper.terms.check(
      on: PostingDay(unixMilliseconds: time ?? receivedAt).yyyymmdd, isOver: paper.isEnded,
      programmes: allocations.map { allocation in
        try sql.one("SELECT programme FROM line WHERE id = ?", [allocation.line])?.decode(0) { UInt16(exactly: $0) }
      })
  }

  /// Keeps whose paper a payout was made by.
  func keepCollector(_ posting: PayoutPosting) throws {
    guard !posting.collector.isEmpty else { return }
    try sql.run(
      "INSERT INTO payout_collector (transaction_id, paper) VALUES (?, ?)",
      [posting.transactionID.blob, posting.collector])
  }

  /// Keeps by whose paper a payout by hand was received.
  func keepReceiver(_ visit: HandVisit) throws {
    guard !visit.paper.isEmpty else { return }
    try sql.run(
      "INSERT INTO hand_payout_collector (transaction_id, paper) VALUES (?, ?)",
      [visit.transactionID.blob, visit.paper])
  }

  func see(_ person: [UInt8], _ proof: PresenceProof, _ hands: ActHands, _ today: Int32) throws -> Decision {
    guard try death(person) == nil else { throw LedgerRefusal(.personDead) }
    guard proof.isAttested else { throw LedgerRefusal(.presenceNotAttested) }
    let transaction = proof.transactionID.isEmpty ? nil : proof.transactionID
    if let transaction {
      let own = try sql.one(
        """
        SELECT 1 FROM payout p JOIN card c ON c.number = p.card
        LEFT JOIN payout_collector x ON x.transaction_id = p.transaction_id
        WHERE p.transaction_id = ? AND c.person = ? AND x.transaction_id IS NULL
        """, [transaction.blob, person.blob])
      guard own != nil else { throw LedgerRefusal(.presenceNotOwn) }
    }
    let number = try keep(
      .presenceRecorded, subject: Self.subject(person),
      content: Self.content(day: today, place: proof.place, transaction: transaction), hands)
    try sql.run(
      "INSERT INTO presence (person, seen_on, act, place, transaction_id) VALUES (?, ?, ?, ?, ?)",
      [person.blob, today, number, proof.place, transaction?.blob])
    return acted(number)
  }

  /// What the chain commits to of a presence.
  static func content(day: Int32, place: String, transaction: [UInt8]?) -> String {
    "\(day) \(place)" + (transaction.map { " \($0.hexText)" } ?? "")
  }

  func change(_ person: [UInt8], to identity: PersonIdentity, _ hands: ActHands) throws -> Decision {
    let card = try sql.one(
      "SELECT 1 FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? AND s.state <> ? LIMIT 1",
      [person.blob, StoredCard.State.terminated.rawValue])
    guard card == nil else { throw LedgerRefusal(.personHasCard) }
    let known = try self.person(named: identity.personalID)
    guard known == nil || known == person else { throw LedgerRefusal(.identityKnown) }
    if known == nil {
      try keep(identity, of: person, RowStatements(sql))
    }
    let number = try keep(
      .identityChanged, subject: Self.subject(person), content: known == nil ? "personal ID" : "name", hands)
    let kept = try commit(identity, of: person, by: "act \(number)")
    try sql.run(
      """
      INSERT INTO identity_act (person, act, personal_id, name, birth_date, changed_at, salt, commitment, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        person.blob, number, identity.personalID, identity.name, identity.birthDate, receivedAt, kept.salt.blob,
        kept.commitment.blob, sequence, kept.leaf,
      ])
    return acted(number)
  }
}
