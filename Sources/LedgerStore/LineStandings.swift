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
  func requireTerm(_ programme: UInt16, _ period: Period, lineEnds: Period?, _ place: Int) throws {
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

extension LineStanding {
  /// What a row of `line_state` says, read at three places.
  init(_ row: SQLRow, state: Int, last: Int, moved: Int) throws(LedgerStoreError) {
    self.init(
      state: try row.decode(state) { UInt8(exactly: $0).flatMap(LineState.init) },
      lastPeriod: row.isNull(last) ? nil : try row.decode(last) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
      hasMoved: try row.int(moved) != 0)
  }
}
