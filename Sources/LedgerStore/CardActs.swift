internal import GRDB
internal import Ledger

/// The life of a card (`card-application` §8 and §10).
extension BatchSession {
  /// Registers a card; the one it replaces ends in the same transaction, so that a holder has never two and never none.
  func register(_ card: CardRegistration) throws -> Decision {
    if let replaces = card.replaces, !FourEyes.see(maker: replaces.maker, checker: replaces.checker) {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard try sql.one("SELECT 1 FROM card WHERE number = ?", [card.card]) == nil else {
      throw LedgerRefusal(.cardKnown)
    }
    let person = try holder(card)
    let live = try sql.all(
      "SELECT c.number FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? AND s.state <> ?",
      [person.blob, StoredCard.State.terminated.rawValue]
    ).map { try $0.text(0) }
    guard live.allSatisfy({ $0 == card.replaces?.card }) else { throw LedgerRefusal(.personHasCard) }
    if let replaces = card.replaces { try requireReplaceable(replaces.card, person) }
    guard try death(person) == nil else { throw LedgerRefusal(.personDead) }
    let leaf = commit(
      .card(
        number: card.card, person: person, certificate: card.certificate, publicKey: card.publicKey,
        registeredAt: receivedAt))
    try sql.run(
      """
      INSERT INTO card (number, person, certificate, public_key, registered_at, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [card.card, person.blob, card.certificate.blob, card.publicKey.blob, receivedAt, sequence, leaf])
    try sql.run(
      "INSERT INTO card_state (number, state, last_serial) VALUES (?, ?, 0)",
      [card.card, StoredCard.State.active.rawValue])
    if let replaces = card.replaces {
      if replaces.kind == .replacedChanged { try changeIdentity(person, card) }
      let act = StoredCardAct(
        card: replaces.card, sequence: 0, kind: replaces.kind, reason: replaces.reason, maker: replaces.maker,
        checker: replaces.checker, office: replaces.office, successor: card.card, actedAt: receivedAt)
      try insert(act, state: .terminated)
    }
    return .outcome(.registered)
  }

  /// The person a card is for, registered when new. A personal ID that nobody has, on a card of changed data, is the
  /// new one of the old card's holder.
  private func holder(_ card: CardRegistration) throws -> [UInt8] {
    let statements = try RowStatements(sql)
    if let old = card.replaces, old.kind == .replacedChanged,
      try statements.person.one([card.person.personalID]) == nil,
      let owner = try sql.one("SELECT person FROM card WHERE number = ?", [old.card])?.bytes(0)
    {
      try keep(card.person, of: owner, statements)
      return owner
    }
    return try person(card.person, statements).id
  }

  private func changeIdentity(_ person: [UInt8], _ card: CardRegistration) throws {
    let who = card.person
    let kept = try commit(who, of: person, by: "card \(card.card)")
    try sql.run(
      """
      INSERT INTO identity_change (person, card, personal_id, name, birth_date, changed_at, request, salt, commitment,
        batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        person.blob, card.card, who.personalID, who.name, who.birthDate, receivedAt, key, kept.salt.blob,
        kept.commitment.blob, sequence, kept.leaf,
      ])
  }

  private func requireReplaceable(_ number: String, _ person: [UInt8]) throws {
    guard let owner = try sql.one("SELECT person FROM card WHERE number = ?", [number])?.bytes(0) else {
      throw LedgerRefusal(.unknownCard)
    }
    guard owner == person else { throw LedgerRefusal(.cardOfOtherPerson) }
    guard try sql.one("SELECT 1 FROM card_act WHERE card = ? AND successor IS NOT NULL", [number]) == nil else {
      throw LedgerRefusal(.cardTerminated)
    }
  }

  /// Writes an act under the card's next number, and what the card is after it.
  ///
  /// - Returns: the number.
  @discardableResult
  func insert(_ given: StoredCardAct, state: StoredCard.State?) throws -> Int64 {
    var act = given
    let last = try sql.one("SELECT COALESCE(MAX(sequence), 0) FROM card_act WHERE card = ?", [act.card])
    act.sequence = try (last?.int(0) ?? 0) + 1
    let leaf = commit(act.leaf)
    try sql.run(
      """
      INSERT INTO card_act (card, sequence, act, reason, maker, checker, office, successor, event, acted_at, request,
        batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        act.card, act.sequence, act.kind.rawValue, act.reason, act.maker, act.checker, act.office, act.successor,
        act.event?.blob, act.actedAt, key, sequence, leaf,
      ])
    if let state {
      try sql.run("UPDATE card_state SET state = ? WHERE number = ?", [state.rawValue, act.card])
    }
    return act.sequence
  }

  func act(_ act: CardAct) throws -> Decision {
    let isSeenByTwo = FourEyes.see(maker: act.maker, checker: act.checker)
    guard act.kind != .unblock || isSeenByTwo, !FourEyes.isOnePerson(maker: act.maker, checker: act.checker) else {
      throw LedgerRefusal(.fourEyesNeeded)
    }
    guard let row = try sql.one("SELECT state FROM card_state WHERE number = ?", [act.card]) else {
      throw LedgerRefusal(.unknownCard)
    }
    var stored = StoredCardAct(
      card: act.card, sequence: 0, kind: act.kind, reason: act.reason, maker: act.maker, checker: act.checker,
      office: act.office, successor: nil, actedAt: receivedAt)
    var released: Int64 = 0
    let after: StoredCard.State?
    if act.kind == .releaseReserve {
      (stored.event, released) = try release(act.card, isSeenByTwo: isSeenByTwo)
      after = nil
    } else {
      after = try state(after: act.kind, act.card, try row.decode(0, StoredCard.State.init(rawValue:)))
    }
    let sequence = try insert(stored, state: after)
    return .outcome(.cardActed(CardActResult(sequence: sequence, released: released)))
  }

  private func state(
    after kind: CardActKind, _ number: String, _ state: StoredCard.State
  ) throws -> StoredCard.State {
    guard kind != .block || state != .blocked else { throw LedgerRefusal(.cardBlocked) }
    guard state != .terminated else { throw LedgerRefusal(.cardTerminated) }
    switch kind {
    case .unblock:
      guard state == .blocked else { throw LedgerRefusal(.cardNotBlocked) }
      guard try !has(.lost, number), try !isForked(number) else { throw LedgerRefusal(.blockFinal) }
      return .active
    case .lost:
      guard try !has(.lost, number) else { throw LedgerRefusal(.blockFinal) }
      return .blocked
    case .block: return .blocked
    default: return .terminated
    }
  }

  private func has(_ kind: CardActKind, _ number: String) throws -> Bool {
    try sql.one("SELECT 1 FROM card_act WHERE card = ? AND act = ? LIMIT 1", [number, kind.rawValue]) != nil
  }

  /// Stores from before acts were kept have the case alone.
  private func isForked(_ number: String) throws -> Bool {
    if try has(.fork, number) { return true }
    return try sql.one(
      "SELECT 1 FROM case_file WHERE card = ? AND kind = ? LIMIT 1", [number, CaseKind.fork.rawValue]) != nil
  }

  /// A contradiction blocks for good, whatever the card was blocked for before; a dead card stays dead.
  func blockForFork(_ number: String) throws {
    guard let row = try sql.one("SELECT state FROM card_state WHERE number = ?", [number]),
      try row.int(0) != StoredCard.State.terminated.rawValue, try !has(.fork, number)
    else { return }
    let act = StoredCardAct(
      card: number, sequence: 0, kind: .fork, reason: "two certificates contradict each other", maker: "centre",
      checker: "", office: "centre", successor: nil, actedAt: receivedAt)
    try insert(act, state: .blocked)
  }

  /// Posts 2300 → 2200 for every line of the card's holder.
  private func release(_ number: String, isSeenByTwo: Bool) throws -> (event: [UInt8], released: Int64) {
    let card = try sql.one(
      "SELECT c.person, s.state FROM card c JOIN card_state s ON s.number = c.number WHERE c.number = ?", [number])
    guard let card else { throw LedgerRefusal(.unknownCard) }
    guard try card.int(1) == StoredCard.State.terminated.rawValue || has(.lost, number) else {
      throw LedgerRefusal(.cardInUse)
    }
    let lines = try sql.all(
      """
      SELECT l.id, l.unit, l.funder, a.credits - a.debits FROM line l
      JOIN account a ON a.code = ? AND a.book = l.unit AND a.funder = l.funder AND a.subject = ? || '/' || l.id
      WHERE l.person = ? AND a.credits > a.debits ORDER BY l.id
      """, [AccountCode.offlineReserve.rawValue, number, card.bytes(0).blob]
    ).map { row in
      LineAmount(
        line: PayableAccount(
          line: try row.decode(0) { UInt32(exactly: $0) }, unit: try row.decode(1) { AccountingUnit(text: $0) },
          funder: try row.decode(2) { Funder(text: $0) }), amount: try row.int(3))
    }
    guard !lines.isEmpty else { throw LedgerRefusal(.reserveEmpty) }
    let ends = try sql.one("SELECT COALESCE(MAX(authority_ends), 0) FROM completion WHERE card = ?", [number])
    let earliest = ReserveRule.earliest(authorityEnds: try ends?.int(0) ?? 0)
    guard isSeenByTwo || earliest.map({ receivedAt / 1_000 >= $0 }) ?? false else {
      throw LedgerRefusal(.releaseTooEarly)
    }
    let plan = try plan(LedgerEvent.reserveReleased(lines, card: number).transfers())
    return (try post(plan, reference: number), try Money.total(lines.map(\.amount)))
  }

  func record(_ record: PINRecord) throws -> Decision {
    let known = try sql.one("SELECT COUNT(*) FROM pin_act WHERE card = ?", [record.card])?.int(0) ?? 0
    // Giving tries back, and choosing a PIN again, open a card that its holder could not: one person never does it.
    let needsTwo = record.act == .unblocked || known > 0
    guard !FourEyes.isOnePerson(maker: record.maker, checker: record.checker),
      !needsTwo || FourEyes.see(maker: record.maker, checker: record.checker)
    else { throw LedgerRefusal(.fourEyesNeeded) }
    guard try sql.one("SELECT 1 FROM card WHERE number = ?", [record.card]) != nil else {
      throw LedgerRefusal(.unknownCard)
    }
    let stored = StoredPINAct(record: record, sequence: known + 1, receivedAt: receivedAt)
    let leaf = commit(stored.leaf)
    try sql.run(
      """
      INSERT INTO pin_act (card, sequence, act, terminal, maker, checker, office, acted_at, received_at, request, batch,
        leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record.card, stored.sequence, record.act.rawValue, record.terminal, record.maker, record.checker,
        record.office, record.actedAt, receivedAt, key, sequence, leaf,
      ])
    return .outcome(.registered)
  }
}
