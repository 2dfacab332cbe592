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
    var histories: [Int64: [(from: Int64, standing: LineStanding)]] = [:]
    try sql.each(
      """
      SELECT sequence, kind, CAST(substr(subject, 6) AS INTEGER) AS line, content, acted_at FROM act
      WHERE kind IN (1, 2, 3)
      UNION ALL SELECT a.sequence, a.kind, l.id, a.content, a.acted_at FROM act a
      JOIN death_record d ON d.act = a.sequence JOIN line l ON l.person = d.person WHERE a.kind = 20
      UNION ALL SELECT a.sequence, a.kind, l.id, a.content, a.acted_at FROM act a
      JOIN death_withdrawal w ON w.act = a.sequence JOIN death_record d ON d.act = w.death
      JOIN line l ON l.person = d.person WHERE a.kind = 30 ORDER BY 1
      """
    ) { row in
      let (act, line) = (try row.int(0), try row.int(2))
      let kind: EntitlementActKind = try row.decode(1) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) }
      guard kind != .deathWithdrawn else {
        expected[line] = living[line]
        dead.remove(line)
        histories[line, default: []].append((try row.int(4), living[line]?.standing ?? LineStanding()))
        return
      }
      let before = expected[line, default: Place()]
      guard
        let after = Self.standing(line, kind, try row.text(3), after: before.standing, isDead: dead.contains(line))
      else {
        wrong.insert(line)
        return
      }
      if kind == .personDied {
        dead.insert(line)
      } else {
        let own = Self.standing(
          line, kind, try row.text(3), after: living[line, default: Place()].standing, isDead: false)
        living[line] = own.map { Place(standing: $0, act: act) }
      }
      guard after != before.standing else { return }
      expected[line] = Place(standing: after, act: act)
      histories[line, default: []].append((try row.int(4), after))
    }
    var known: [Int64: Place] = [:]
    try sql.each("SELECT line, state, last_period, moved, act FROM line_state") { row in
      known[try row.int(0)] = Place(
        standing: try LineStanding(row, state: 1, last: 2, moved: 3), act: try row.int(4))
    }
    for line in Set(known.keys).union(expected.keys) where known[line] != expected[line] { wrong.insert(line) }
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

  /// What an act made of a line; nil when it could not be done.
  static func standing(
    _ line: Int64, _ kind: EntitlementActKind, _ content: String, after before: LineStanding, isDead: Bool
  ) -> LineStanding? {
    let month = Int32(content.prefix(6)).flatMap { Period(yyyymm: $0) }
    if kind == .personDied { return month.map { before.afterDeath(in: $0) } }
    let hands = ActHands(maker: "", office: "", reason: "")
    let act = LineAct(
      line: UInt32(clamping: line), kind: kind, lastPeriod: kind == .lineEnded ? month : nil,
      isMove: LineAct.isMove(content: content), hands: hands)
    return try? act.standing(after: before, isDead: isDead)
  }
}
