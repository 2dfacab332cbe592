internal import GRDB
internal import Ledger

/// Lines against everything that was decided about them and their people, one decision after the other.
extension AuditWalk {
  mutating func checkLines() throws {
    var lines: [Int64: FollowedLine] = [:]
    var wrong: Set<Int64> = []
    var histories: [Int64: [(from: Int64, standing: LineStanding)]] = [:]
    try sql.each(FollowedLine.decisions) { row in
      let line = try row.int(2)
      let kind: EntitlementActKind = try row.decode(1) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) }
      let before = lines[line]?.now
      guard lines[line, default: FollowedLine()].follow(try row.int(0), kind, try row.text(3)) else {
        wrong.insert(line)
        return
      }
      let now = lines[line]?.now
      if now != before {
        histories[line, default: []].append((try row.int(4), now?.standing ?? LineStanding()))
      }
    }
    var known: [Int64: FollowedLine.Place] = [:]
    try sql.each("SELECT line, state, last_period, moved, act FROM line_state") { row in
      known[try row.int(0)] = FollowedLine.Place(
        standing: try LineStanding(row, state: 1, last: 2, moved: 3), act: try row.int(4))
    }
    for line in Set(known.keys).union(lines.keys) where known[line] != lines[line]?.now { wrong.insert(line) }
    for line in wrong.sorted() { report.add(.items, "line whose state is not what was last decided: \(line)") }
    try checkStopped(histories)
  }

  /// No item was credited while another line of its person and programme was suspended, or had ended before its month.
  private mutating func checkStopped(_ histories: [Int64: [(from: Int64, standing: LineStanding)]]) throws {
    /// What was decided of a line before an instant; acts of that very instant may have come after it.
    func standing(_ line: Int64, before instant: Int64) -> LineStanding {
      histories[line]?.last { $0.from < instant }?.standing ?? LineStanding()
    }
    func isDecided(_ line: Int64, at instant: Int64) -> Bool {
      histories[line]?.contains { $0.from == instant } ?? false
    }
    var found: [String] = []
    try sql.each(
      """
      SELECT hex(o.item), o.line, s.line, i.kind, i.period, o.credited_at FROM line_state s JOIN line b ON b.id = s.line
      JOIN line n ON n.person = b.person AND n.programme = b.programme AND n.id <> b.id
      JOIN item_open o ON o.line = n.id JOIN item i ON i.id = o.item
      WHERE i.kind <= 3 AND NOT EXISTS (
        SELECT 1 FROM item_move m JOIN act a ON a.sequence = m.act WHERE m.item = o.item AND a.kind IN (1, 2, 3, 20))
      """
    ) { row in
      let (own, other, instant) = (try row.int(1), try row.int(2), try row.int(5))
      let kind: ItemKind = try row.decode(3) { UInt8(exactly: $0).flatMap(ItemKind.init) }
      let period: Period = try row.decode(4) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      guard !isDecided(own, at: instant), !isDecided(other, at: instant) else { return }
      let code = standing(own, before: instant).refusal(
        of: kind, in: period, beside: [standing(other, before: instant)])
      if code != nil { found.append(try row.text(0)) }
    }
    for item in found {
      report.add(.items, "item credited while its benefit was stopped on another line: \(item)")
    }
  }
}
