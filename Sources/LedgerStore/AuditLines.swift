internal import GRDB
internal import Ledger

/// Lines against everything that was decided about them and their people, one decision after the other.
extension AuditWalk {
  /// A line as it is, or should be; `act` is the one that made it so.
  private struct Place: Hashable {
    var standing = LineStanding()
    var act: Int64 = 0
  }

  mutating func checkLines() throws {
    var expected: [Int64: Place] = [:]
    // As they would be, had nobody died: what a withdrawal of a death leaves.
    var living: [Int64: Place] = [:]
    var dead: Set<Int64> = []
    var wrong: Set<Int64> = []
    try sql.each(
      """
      SELECT sequence, kind, CAST(substr(subject, 6) AS INTEGER) AS line, content FROM act WHERE kind IN (1, 2, 3)
      UNION ALL SELECT a.sequence, a.kind, l.id, a.content FROM act a JOIN death_record d ON d.act = a.sequence
      JOIN line l ON l.person = d.person WHERE a.kind = 20
      UNION ALL SELECT a.sequence, a.kind, l.id, a.content FROM act a JOIN death_withdrawal w ON w.act = a.sequence
      JOIN death_record d ON d.act = w.death JOIN line l ON l.person = d.person WHERE a.kind = 30 ORDER BY 1
      """
    ) { row in
      let (act, line) = (try row.int(0), try row.int(2))
      let kind: EntitlementActKind = try row.decode(1) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) }
      let month = Int32(try row.text(3).prefix(6)).flatMap { Period(yyyymm: $0) }
      guard kind != .deathWithdrawn else {
        expected[line] = living[line]
        dead.remove(line)
        return
      }
      let before = expected[line, default: Place()]
      guard let after = Self.standing(line, kind, month, after: before.standing, isDead: dead.contains(line)) else {
        wrong.insert(line)
        return
      }
      if kind == .personDied {
        dead.insert(line)
      } else {
        let own = Self.standing(line, kind, month, after: living[line, default: Place()].standing, isDead: false)
        living[line] = own.map { Place(standing: $0, act: act) }
      }
      if after != before.standing { expected[line] = Place(standing: after, act: act) }
    }
    var known: [Int64: Place] = [:]
    try sql.each("SELECT line, state, last_period, act FROM line_state") { row in
      let standing = LineStanding(
        state: try row.decode(1) { UInt8(exactly: $0).flatMap(LineState.init) },
        lastPeriod: row.isNull(2) ? nil : try row.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } })
      known[try row.int(0)] = Place(standing: standing, act: try row.int(3))
    }
    for line in Set(known.keys).union(expected.keys) where known[line] != expected[line] { wrong.insert(line) }
    for line in wrong.sorted() { report.add(.items, "line whose state is not what was last decided: \(line)") }
  }

  /// What an act made of a line; nil when it could not be done.
  static func standing(
    _ line: Int64, _ kind: EntitlementActKind, _ month: Period?, after before: LineStanding, isDead: Bool
  ) -> LineStanding? {
    if kind == .personDied { return month.map { before.afterDeath(in: $0) } }
    let hands = ActHands(maker: "", office: "", reason: "")
    let act = LineAct(
      line: UInt32(clamping: line), kind: kind, lastPeriod: kind == .lineEnded ? month : nil, hands: hands)
    return try? act.standing(after: before, isDead: isDead)
  }
}
