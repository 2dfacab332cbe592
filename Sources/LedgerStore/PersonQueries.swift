internal import GRDB
internal import Ledger

/// Reads about people. Every look goes by an index: a person's page is asked for at the counter.
extension SQLiteLedgerStore {
  /// The statements of a person's page, so that a test can ask SQLite how it goes about them.
  enum PageQuery {
    static let identity = """
      SELECT personal_id, name, birth_date FROM (
        SELECT personal_id, name, birth_date, changed_at, 0 AS act FROM identity_change WHERE person = ?1
        UNION ALL
        SELECT personal_id, name, birth_date, changed_at, act FROM identity_act WHERE person = ?1
      ) ORDER BY changed_at DESC, act DESC LIMIT 1
      """
    /// For whoever never changed.
    static let registered = "SELECT personal_id, name, birth_date FROM person_identity WHERE person = ?1 LIMIT 1"
    static let lines = """
      SELECT l.id, l.programme, l.unit, l.funder, l.home_province, s.state, s.last_period, (
        SELECT COALESCE(SUM(o.credited - o.paid - o.taken), 0) FROM item_open o WHERE o.line = l.id
      ) FROM line l LEFT JOIN line_state s ON s.line = l.id WHERE l.person = ? ORDER BY l.id
      """
    static let items = """
      SELECT o.line, o.period, i.kind, o.credited, o.paid, o.taken, i.number FROM item_open o
      JOIN item i ON i.id = o.item
      WHERE o.line = ? ORDER BY o.period DESC, o.item DESC LIMIT 60
      """
    static let cards = """
      SELECT c.number, s.state FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? ORDER BY c.number
      """
    static let payouts = """
      SELECT p.transaction_id, p.amount, p.posted_at, p.host_province, p.point, x.paper, v.transaction_id IS NOT NULL,
        r.transaction_id IS NOT NULL, 0
      FROM outcome o JOIN payout p ON p.transaction_id = o.transaction_id
      LEFT JOIN payout_collector x ON x.transaction_id = p.transaction_id
      LEFT JOIN payout_void v ON v.transaction_id = p.transaction_id
      LEFT JOIN payout_reversal r ON r.transaction_id = p.transaction_id
      WHERE o.card = ? AND o.refusal = 0 ORDER BY o.counter DESC LIMIT 60
      """
    static let handPayouts = """
      SELECT p.transaction_id, p.amount, p.posted_at, p.host_province, p.point, x.paper, 0,
        r.transaction_id IS NOT NULL, 1
      FROM hand_payout p LEFT JOIN hand_payout_collector x ON x.transaction_id = p.transaction_id
      LEFT JOIN payout_reversal r ON r.transaction_id = p.transaction_id
      WHERE p.transaction_id IN (
        SELECT x.transaction_id FROM line l CROSS JOIN hand_payout_part x ON x.line = l.id WHERE l.person = ?
      ) ORDER BY p.posted_at DESC LIMIT 60
      """
    static let transfers = """
      SELECT t.reference, t.bank, t.last_four, t.amount, CASE WHEN b.act IS NULL THEN COALESCE(e.step, 1) ELSE 4 END,
        a.acted_at, t.holder FROM bank_transfer t
      JOIN act a ON a.sequence = t.act LEFT JOIN bank_transfer_end e ON e.reference = t.reference
      LEFT JOIN bank_transfer_return b ON b.reference = t.reference
      WHERE t.reference IN (
        SELECT x.reference FROM line l CROSS JOIN item_open o ON o.line = l.id
        CROSS JOIN bank_transfer_part x ON x.item = o.item WHERE l.person = ?
      ) ORDER BY t.act DESC, t.reference LIMIT 60
      """
    static let acts = "SELECT \(StoredAct.columns) FROM act WHERE subject = ? ORDER BY sequence DESC LIMIT 20"
    static let papers = """
      SELECT r.paper, r.kind, r.representative, r.programme, r.valid_from, r.valid_until,
        e.paper IS NOT NULL OR d.person IS NOT NULL
      FROM representative r LEFT JOIN representative_end e ON e.paper = r.paper
      LEFT JOIN death d ON d.person = r.representative WHERE r.person = ? ORDER BY r.act DESC
      """
    static let presence = "SELECT seen_on FROM presence WHERE person = ? ORDER BY seen_on DESC LIMIT 1"
    static let death = "SELECT died_on FROM death WHERE person = ?"

    /// All that are asked with a person's id, and all that are asked with something else.
    static let byPerson = [identity, lines, cards, handPayouts, transfers, papers, presence, death]
    static let byOther = [items, payouts, acts]
  }

  /// Who a person is now: the newest change counts.
  static func identity(_ sql: SQL, _ person: [UInt8]) throws -> PersonIdentity? {
    let identity =
      try sql.one(PageQuery.identity, [person.blob])
      ?? sql.one(PageQuery.registered, [person.blob])
    return try identity.map {
      PersonIdentity(personalID: try $0.text(0), name: try $0.text(1), birthDate: try $0.text(2))
    }
  }

  /// See ``LedgerStore/page(person:)``.
  public func page(person personalID: String) async throws(LedgerStoreError) -> StoredPerson? {
    try await read { sql in
      try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [personalID]).flatMap {
        try Self.page(sql, $0.bytes(0))
      }
    }
  }

  /// See ``LedgerStore/page(card:)``.
  public func page(card: String) async throws(LedgerStoreError) -> StoredPerson? {
    try await read { sql in
      try sql.one("SELECT person FROM card WHERE number = ?", [card]).flatMap { try Self.page(sql, $0.bytes(0)) }
    }
  }

  private static func page(_ sql: SQL, _ person: [UInt8]) throws -> StoredPerson? {
    guard let identity = try identity(sql, person) else { return nil }
    let lines = try sql.all(PageQuery.lines, [person.blob]).map { try StoredPerson.Line(row: $0) }
    let cards = try sql.all(PageQuery.cards, [person.blob]).map { row in
      StoredPerson.Card(number: try row.text(0), state: try row.decode(1, StoredCard.State.init(rawValue:)))
    }
    var items: [StoredPerson.Item] = []
    var acts = try sql.all(PageQuery.acts, [BatchSession.subject(person)]).map { try StoredAct(row: $0, at: 0) }
    for line in lines {
      items += try sql.all(PageQuery.items, [line.line]).map { try StoredPerson.Item(row: $0) }
      acts += try sql.all(PageQuery.acts, ["line \(line.line)"]).map { try StoredAct(row: $0, at: 0) }
    }
    var payouts = try sql.all(PageQuery.handPayouts, [person.blob]).map { try StoredPerson.Payout(row: $0) }
    for card in cards {
      payouts += try sql.all(PageQuery.payouts, [card.number]).map { try StoredPerson.Payout(row: $0) }
    }
    let transfers = try sql.all(PageQuery.transfers, [person.blob]).map { try StoredTransfer(row: $0) }
    return StoredPerson(
      id: person, identity: identity, diedOn: try day(sql, PageQuery.death, person),
      lastSeenOn: try day(sql, PageQuery.presence, person), lines: lines, items: items, cards: cards,
      payouts: payouts.sorted { $0.postedAt > $1.postedAt }, transfers: transfers,
      acts: acts.sorted { $0.sequence > $1.sequence }, papers: try papers(sql, person))
  }

  /// The papers by which others act for a person, newest first.
  static func papers(_ sql: SQL, _ person: [UInt8]) throws -> [StoredPerson.Paper] {
    try sql.all(PageQuery.papers, [person.blob]).map { row in
      StoredPerson.Paper(
        terms: RepresentativePaper(
          paper: try row.text(0), kind: try row.decode(1) { UInt8(exactly: $0).flatMap(RepresentativeKind.init) },
          representative: try self.identity(sql, row.bytes(2))
            ?? PersonIdentity(personalID: "", name: "", birthDate: ""),
          programme: row.isNull(3) ? nil : try row.decode(3) { UInt16(exactly: $0) },
          from: try row.decode(4) { Int32(exactly: $0) }, until: try row.decode(5) { Int32(exactly: $0) }),
        isEnded: try row.int(6) == 1)
    }
  }

  /// A day (yyyymmdd) that is known of a person.
  static func day(_ sql: SQL, _ query: String, _ person: [UInt8]) throws -> Int32? {
    try sql.one(query, [person.blob])?.decode(0) { Int32(exactly: $0) }
  }

  /// See ``LedgerStore/presencesDue(before:after:limit:)``.
  public func presencesDue(
    before day: Int32, after person: [UInt8], limit: Int
  ) async throws(LedgerStoreError) -> [StoredPresenceDue] {
    try await read { sql in
      try sql.all(
        """
        SELECT p.id, (SELECT MAX(s.seen_on) FROM presence s WHERE s.person = p.id) AS seen FROM person p
        WHERE p.id > ? AND (seen IS NULL OR seen <= ?) AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = p.id)
          AND EXISTS (
            SELECT 1 FROM line l LEFT JOIN line_state s ON s.line = l.id WHERE l.person = p.id AND s.state IS NOT 3)
        ORDER BY p.id LIMIT ?
        """, [person.blob, day, limit]
      ).compactMap { row in
        let id = try row.bytes(0)
        return try Self.identity(sql, id).map {
          StoredPresenceDue(
            id: id, identity: $0, lastSeenOn: row.isNull(1) ? nil : try row.decode(1) { Int32(exactly: $0) })
        }
      }
    }
  }

  /// See ``LedgerStore/officials()``.
  public func officials() async throws(LedgerStoreError) -> [StoredOfficial] {
    try await read { sql in
      try sql.all("SELECT name, role, act FROM staff ORDER BY official, role").map { row in
        StoredOfficial(
          name: try row.text(0), role: try row.decode(1) { UInt8(exactly: $0).flatMap(Role.init) },
          act: try row.int(2))
      }
    }
  }
}
