internal import GRDB
internal import Ledger

/// What decisions have left of lines.
extension BatchSession {
  func set(_ standing: LineStanding, of line: UInt32, act: Int64) throws {
    try sql.run(
      """
      INSERT INTO line_state (line, state, last_period, act, moved) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (line) DO UPDATE SET state = ?2, last_period = ?3, act = ?4, moved = ?5
      """, [line, standing.state.rawValue, standing.lastPeriod?.yyyymm, act, standing.hasMoved ? 1 : 0])
  }

  /// Refuses a row for a month after its line's last, which would be credited to nobody, and one that a decision about
  /// another line of the person and programme stands against. The last month of its line.
  func requireGoingOn(
    _ row: ItemRow, _ place: Int, line id: Int64, of person: [UInt8], _ statements: RowStatements
  ) throws -> Period? {
    var own = LineStanding()
    var others: [LineStanding] = []
    for decided in try statements.standings.all([person.blob, row.programme]) {
      let standing = try LineStanding(decided, state: 1, last: 2, moved: 3)
      if try decided.int(0) == id { own = standing } else { others.append(standing) }
    }
    let code =
      own.isOver(in: row.period, row.kind)
      ? .monthAfterEnd : own.refusal(of: row.kind, in: row.period, beside: others)
    if let code { throw LedgerRefusal(code, place: place) }
    return own.lastPeriod
  }

  /// Refuses what would be owed for a month after its last day to collect.
  func requireNotOver(_ programme: UInt16, _ period: Period, lineEnds: Period?, _ place: Int) throws {
    let today = PostingDay(unixMilliseconds: receivedAt)
    guard !terms.isOver(programme: programme, period: period, lineEnds: lineEnds, on: today) else {
      throw LedgerRefusal(.termOver, place: place)
    }
  }

  /// The act about another line of its person and programme by which nothing of an item (`i`) of a line (`l`, decided
  /// `s`) is owed; null without one. What ``LineStanding/refusal(of:in:beside:)`` says of rows.
  static let stopped = """
    CASE WHEN i.kind <= 3 THEN (
      SELECT o.act FROM line n JOIN line_state o ON o.line = n.id
      WHERE n.person = l.person AND n.programme = l.programme AND n.id <> l.id
        AND (o.last_period < i.period AND o.moved = 0 OR o.state = 2 AND s.state IS NOT 2)
      ORDER BY n.id LIMIT 1
    ) END
    """
}

/// A line as the decisions about it and its person, one after the other, leave it: what the ledger makes of a line when
/// a death is withdrawn, and what its audit compares.
struct FollowedLine {
  /// What a line is, and the act that made it so.
  struct Place: Hashable {
    var standing = LineStanding()
    var act: Int64 = 0
  }

  /// The decisions about all lines, in their order. Columns sequence, kind, line, content, acted_at, batch and leaf.
  static let decisions = """
    SELECT sequence, kind, CAST(substr(subject, 6) AS INTEGER) AS line, content, acted_at, batch, leaf FROM act
    WHERE kind IN (1, 2, 3)
    UNION ALL SELECT a.sequence, a.kind, l.id, a.content, a.acted_at, a.batch, a.leaf FROM act a
    JOIN death_record d ON d.act = a.sequence JOIN line l ON l.person = d.person WHERE a.kind = 20
    UNION ALL SELECT a.sequence, a.kind, l.id, a.content, a.acted_at, a.batch, a.leaf FROM act a
    JOIN death_withdrawal w ON w.act = a.sequence JOIN death_record d ON d.act = w.death
    JOIN line l ON l.person = d.person WHERE a.kind = 30 ORDER BY 1
    """

  /// Nil while nothing has been decided.
  private(set) var now: Place?
  /// As it would be, had nobody died: what a withdrawal of a death leaves.
  private(set) var living: Place?
  private(set) var isDead = false

  /// The line after one more decision; whether that could be done.
  mutating func follow(_ act: Int64, _ kind: EntitlementActKind, _ content: String) -> Bool {
    let before = now?.standing ?? LineStanding()
    switch kind {
    case .deathWithdrawn:
      now = living
      isDead = false
    case .personDied:
      guard let month = Int32(content.prefix(6)).flatMap({ Period(yyyymm: $0) }) else { return false }
      isDead = true
      let after = before.afterDeath(in: month)
      if after != before { now = Place(standing: after, act: act) }
    default:
      // Which line it is makes no difference to what it becomes.
      let decision = LineAct(line: 0, kind: kind, content: content)
      guard let decision, let after = try? decision.standing(after: before, isDead: isDead),
        let own = try? decision.standing(after: living?.standing ?? LineStanding(), isDead: false)
      else { return false }
      now = Place(standing: after, act: act)
      living = Place(standing: own, act: act)
    }
    return true
  }
}

extension LineStanding {
  /// What a row of `line_state` says, read at three places.
  init(_ row: SQLRow, state: Int, last: Int, moved: Int) throws(LedgerStoreError) {
    self.init(
      state: try row.decode(state) { UInt8(exactly: $0).flatMap(LineState.init) },
      lastPeriod: row.isNull(last) ? nil : try row.decode(last) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
      hasMoved: try row.int(moved) != 0)
  }
}
