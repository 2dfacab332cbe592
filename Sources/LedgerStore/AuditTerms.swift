internal import GRDB
internal import Ledger

/// Payouts and lapses against the last day to collect, by the rules that the ledger kept when they were made.
extension AuditWalk {
  /// Where something stands in the chain: what comes first was decided first.
  private struct Place: Comparable {
    let batch: Int64
    let leaf: Int64

    static func < (left: Place, right: Place) -> Bool { (left.batch, left.leaf) < (right.batch, right.leaf) }
  }

  /// Something that was collected, or lapsed.
  private struct Step {
    let place: Place
    let name: String
    let line: Int64
    let period: Period
    let programme: UInt16
    let day: Int32
    let isLapse: Bool
  }

  mutating func checkCollectionTerms() throws {
    var kept: [(batch: Int64, terms: CollectionTerms)] = []
    var isReadable = true
    try sql.each("SELECT batch, rules FROM collection_rules ORDER BY batch") { row in
      if let terms = CollectionTerms(text: try row.text(1)) {
        kept.append((try row.int(0), terms))
      } else {
        isReadable = false
      }
    }
    if !isReadable { report.add(.items, "rules of collection that can't be read") }
    report.withoutTerms = try withoutTerms(before: kept.first?.batch)
    let programmes = Set(kept.flatMap(\.terms.programmes)).sorted().map(String.init).joined(separator: ",")
    guard !programmes.isEmpty else { return }
    let standings = try standings(of: programmes)
    var late: [String] = []
    var early: [String] = []
    try sql.each(Self.steps(of: programmes)) { row in
      let step = try Self.step(row)
      guard let terms = kept.last(where: { $0.batch <= step.place.batch })?.terms else { return }
      let ends = standings[step.line]?.last { $0.place < step.place }?.lastPeriod
      let lastDay = terms.lastDay(programme: step.programme, period: step.period, lineEnds: ends)
      if step.isLapse {
        // What never lapses has no day after which it could.
        if lastDay ?? .max >= step.day { early.append(step.name) }
      } else if let lastDay, lastDay < step.day {
        late.append(step.name)
      }
    }
    for name in late { report.add(.outcomes, "payout after the last day to collect: \(name)") }
    for name in early { report.add(.items, "lapse before the last day to collect was over: \(name)") }
  }

  /// Payouts and lapses that were made before the ledger kept any rules.
  private func withoutTerms(before batch: Int64?) throws -> Int64 {
    try sql.one(
      """
      SELECT (SELECT COUNT(*) FROM payout WHERE batch < ?1) + (SELECT COUNT(*) FROM hand_payout WHERE batch < ?1)
        + (SELECT COUNT(*) FROM bank_transfer WHERE batch < ?1)
        + (SELECT COUNT(*) FROM act WHERE kind = 5 AND batch < ?1)
      """, [batch ?? .max])?.int(0) ?? 0
  }

  /// Payouts by card, by hand and by transfer, and lapses, of programmes that have terms.
  private static func steps(of programmes: String) -> String {
    """
    SELECT x.batch, x.leaf, x.name, x.line, x.period, l.programme, x.at, x.lapse FROM (
      SELECT p.batch, p.leaf, hex(p.transaction_id) AS name, t.line, t.period, p.posted_at AS at, 0 AS lapse
      FROM payout_part t JOIN payout p ON p.id = t.payout
      UNION ALL
      SELECT p.batch, p.leaf, hex(p.transaction_id), t.line, t.period, p.posted_at, 0
      FROM hand_payout_part t JOIN hand_payout p ON p.transaction_id = t.transaction_id
      UNION ALL
      SELECT b.batch, b.leaf, b.reference, t.line, t.period, a.acted_at, 0
      FROM bank_transfer_part t JOIN bank_transfer b ON b.reference = t.reference JOIN act a ON a.sequence = b.act
      UNION ALL
      SELECT a.batch, a.leaf, hex(u.item), o.line, o.period, a.acted_at, 1
      FROM item_uncollected u JOIN act a ON a.sequence = u.act AND a.kind = 5 JOIN item_open o ON o.item = u.item
    ) x JOIN line l ON l.id = x.line WHERE l.programme IN (\(programmes))
    """
  }

  private static func step(_ row: SQLRow) throws -> Step {
    Step(
      place: Place(batch: try row.int(0), leaf: try row.int(1)), name: try row.text(2), line: try row.int(3),
      period: try row.decode(4) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
      programme: try row.decode(5) { UInt16(exactly: $0) },
      day: PostingDay(unixMilliseconds: try row.int(6)).yyyymmdd, isLapse: try row.int(7) == 1)
  }

  /// What was decided of the last month of each line, in the order of the decisions.
  private func standings(of programmes: String) throws -> [Int64: [(place: Place, lastPeriod: Period?)]] {
    var lines: [Int64: FollowedLine] = [:]
    var found: [Int64: [(place: Place, lastPeriod: Period?)]] = [:]
    try sql.each(
      """
      SELECT x.* FROM (\(FollowedLine.decisions)) x JOIN line l ON l.id = x.line
      WHERE l.programme IN (\(programmes)) ORDER BY x.sequence
      """
    ) { row in
      let line = try row.int(2)
      let kind: EntitlementActKind = try row.decode(1) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) }
      // One that could not be done is found where lines are looked at.
      guard lines[line, default: FollowedLine()].follow(try row.int(0), kind, try row.text(3)) else { return }
      let place = Place(batch: try row.int(5), leaf: try row.int(6))
      found[line, default: []].append((place, lines[line]?.now?.standing.lastPeriod))
    }
    return found
  }
}
