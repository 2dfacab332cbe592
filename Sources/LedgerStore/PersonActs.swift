internal import GRDB
internal import Ledger

/// Deaths and heirs.
extension BatchSession {
  func act(_ act: PersonAct) throws -> Decision {
    try act.hands.require(for: act.decision.kind)
    guard let person = try person(named: act.person) else { throw LedgerRefusal(.unknownPerson) }
    let today = PostingDay(unixMilliseconds: receivedAt).yyyymmdd
    switch act.decision {
    case .died(let day, let document): return try die(person, on: day, document, act.hands, today)
    case .deathWithdrawn: return try withdrawDeath(person, act.hands)
    case .inherited(let heir): return try inherit(person, by: heir, act.hands)
    case .funeralClaimed(let claimant, let programme, let list):
      return try claimFuneral(person, by: claimant, programme, list, act.hands)
    case .funeralWithdrawn: return try withdrawFuneral(person, act.hands)
    case .represented(let paper): return try register(paper, of: person, act.hands, today)
    case .representativeEnded(let paper): return try end(paper: paper, of: person, act.hands)
    case .seen(let proof): return try see(person, proof, act.hands, today)
    case .identityChanged(let identity): return try change(person, to: identity, act.hands)
    case .insured(let cover): return try keep(cover, of: person, act.hands)
    case .coPaid(let payment): return try keep(payment, of: person, act.hands, today)
    }
  }

  /// The random id of whoever is or was known by a personal ID.
  func person(named personalID: String) throws -> [UInt8]? {
    try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [personalID])?.bytes(0)
  }

  /// How acts name a person.
  static func subject(_ person: [UInt8]) -> String { "person \(person.hexText)" }

  /// The day somebody died on and the act that says so; nil while nobody says so.
  func death(_ person: [UInt8]) throws -> (last: Period, act: Int64)? {
    try sql.one("SELECT died_on / 100, act FROM death WHERE person = ?", [person.blob]).map { row in
      (try row.decode(0) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }, try row.int(1))
    }
  }

  func lines(of person: [UInt8]) throws -> [Line] {
    try sql.all("SELECT id FROM line WHERE person = ? ORDER BY id", [person.blob]).compactMap { row in
      try line(row.decode(0) { UInt32(exactly: $0) })
    }
  }

  private func die(
    _ person: [UInt8], on day: Int32, _ document: String, _ hands: ActHands, _ today: Int32
  ) throws -> Decision {
    guard day <= today, let last = Period(yyyymm: day / 100) else { throw LedgerRefusal(.malformed) }
    guard try death(person) == nil else { throw LedgerRefusal(.deathKnown) }
    let lines = try lines(of: person)
    let late = try notOwed(lines, after: last, recovers: true)
    let event = try postOptional(transfers(of: late), reference: Self.subject(person))
    let number = try keep(
      .personDied, subject: Self.subject(person), content: "\(day) \(document)", hands, event: event)
    try take(late, act: number)
    try sql.run(
      "INSERT INTO death_record (act, person, died_on, document) VALUES (?, ?, ?, ?)",
      [number, person.blob, day, document])
    try sql.run("INSERT INTO death (person, died_on, act) VALUES (?, ?, ?)", [person.blob, day, number])
    for line in lines where line.lastPeriod.map({ $0 > last }) ?? true {
      try set(line.standing.afterDeath(in: last), of: line.account.line, act: number)
    }
    try endCards(of: person, hands)
    let amount = try Money.total(late.map(\.amount))
    return .outcome(.acted(EntitlementActResult(sequence: number, amount: amount)))
  }

  /// Posts what there is to post; nil when that is nothing.
  func postOptional(_ transfers: [Transfer], reference: String) throws -> [UInt8]? {
    guard !transfers.isEmpty else { return nil }
    return try post(plan(transfers), reference: reference)
  }

  /// A line that a list opens for somebody who is dead ends with the month of death like the others.
  func endWithDeath(_ line: Int64, of person: [UInt8]) throws {
    guard let death = try death(person), let line = UInt32(exactly: line) else { return }
    try set(LineStanding().afterDeath(in: death.last), of: line, act: death.act)
  }

  private func endCards(of person: [UInt8], _ hands: ActHands) throws {
    let cards = try sql.all(
      "SELECT c.number FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? AND s.state <> ?",
      [person.blob, StoredCard.State.terminated.rawValue])
    for card in cards {
      let act = StoredCardAct(
        card: try card.text(0), sequence: 0, kind: .terminated, reason: "the holder died", maker: hands.maker,
        checker: hands.checker, office: hands.office, successor: nil, actedAt: receivedAt)
      try insert(act, state: .terminated)
    }
  }

  private func inherit(_ person: [UInt8], by identity: PersonIdentity, _ hands: ActHands) throws -> Decision {
    guard let death = try death(person) else { throw LedgerRefusal(.personNotDead) }
    if let known = try self.person(named: identity.personalID), try self.death(known) != nil {
      throw LedgerRefusal(.heirDead)
    }
    let open = try lines(of: person).compactMap { line -> (line: Line, items: [Item])? in
      let items = try items(line: line.account.line).filter { $0.open > 0 }
      return items.isEmpty ? nil : (line, items)
    }
    // What is suspended is nobody's before two persons end the suspension.
    let left = open.filter { $0.line.state != .suspended }
    guard !left.isEmpty else { throw LedgerRefusal(open.isEmpty ? .nothingToInherit : .lineSuspended) }
    let heir = try self.person(identity, RowStatements(sql)).id
    var moves: [LineMove] = []
    var opened: [(item: [UInt8], source: UInt32)] = []
    for (line, items) in left {
      let amount = try Money.total(items.map(\.open))
      let (to, item) = try bequeath(amount, of: line, to: heir, month: death.last)
      moves.append(LineMove(from: line.account, to: to, amount: amount))
      opened.append((item, line.account.line))
    }
    let event = try post(plan(LedgerEvent.inherited(moves).transfers()), reference: Self.subject(person))
    let number = try keep(
      .inherited, subject: Self.subject(person), content: "heir \(heir.hexText)", hands, event: event)
    for item in left.flatMap(\.items) { try move(item.open, of: item.id, act: number) }
    for (item, source) in opened {
      try sql.run("INSERT INTO inherited_item (item, source, act) VALUES (?, ?, ?)", [item.blob, source, number])
    }
    return .outcome(
      .acted(EntitlementActResult(sequence: number, amount: try Money.total(moves.map(\.amount)))))
  }

  /// Opens an item of the heir's line for the month, or the next one that nothing was inherited for.
  private func bequeath(
    _ amount: Int64, of line: Line, to heir: [UInt8], month: Period
  ) throws -> (line: UInt32, item: [UInt8]) {
    let programme = try sql.one("SELECT programme FROM line WHERE id = ?", [line.account.line])
    guard let code: UInt16 = try programme?.decode(0, { UInt16(exactly: $0) }) else {
      throw LedgerStoreError.corrupt(place: "line \(line.account.line)")
    }
    let opened = try self.line(
      LinePlace(
        programme: code, unit: line.account.unit, funder: line.account.funder, homeProvince: line.homeProvince),
      heir, isNewPerson: false, RowStatements(sql))
    guard let id = UInt32(exactly: opened.id) else { throw LedgerRefusal(.amountOverflow) }
    let item = nextID()
    var period = month
    let kind = ItemKind.inherited.rawValue
    while true {
      try sql.run(
        "INSERT INTO item_claim (line, period, kind, number, item) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
        [id, period.yyyymm, kind, item.blob])
      if sql.changes == 1 { break }
      period = period.next
    }
    // Inherited items are on no list; the empty reference, which no list can have, counts them.
    let place = try (sql.one("SELECT COALESCE(MAX(position), 0) FROM item WHERE list = ''", [])?.int(0) ?? 0) + 1
    let leaf = commit(
      .item(
        id: item, person: heir, line: Int64(id), period: Int64(period.yyyymm), kind: Int64(kind), amount: amount,
        list: "", basis: 0, window: []))
    try sql.run(
      """
      INSERT INTO item (id, person, line, period, kind, amount, list, position, batch, leaf, point)
      VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)
      """,
      [item.blob, heir.blob, id, period.yyyymm, kind, amount, place, sequence, leaf, point(of: line.account.line)])
    try sql.run(
      "INSERT INTO item_open (item, line, period, credited, paid, credited_at) VALUES (?, ?, ?, ?, 0, ?)",
      [item.blob, id, period.yyyymm, amount, receivedAt])
    return (id, item)
  }

  /// The point that the newest item of a line that names one sends to; empty when none does. An heir goes there.
  private func point(of line: UInt32) throws -> String {
    try sql.one(
      """
      SELECT i.point FROM item_open o CROSS JOIN item i ON i.id = o.item WHERE o.line = ? AND i.point <> ''
      ORDER BY o.period DESC, o.item DESC LIMIT 1
      """, [line])?.text(0) ?? ""
  }
}
