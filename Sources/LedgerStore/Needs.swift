internal import GRDB
public import Ledger

/// What a unit asks its funders for (NĐ 176/2025 Đ6).
extension SQLiteLedgerStore {
  /// See ``LedgerStore/needs(of:for:monthly:on:)``.
  public func needs(
    of unit: AccountingUnit, for month: Period, monthly: Set<UInt16>, on today: Int32
  ) async throws(LedgerStoreError) -> [StoredNeed] {
    let terms = terms
    return try await read { sql in
      let over = try Overdue.places(sql, unit, terms, on: today)
      var needs: [Funder: Need] = [:]
      for row in try sql.all(Self.unapproved, [unit.text, month.yyyymm, over]) {
        let part = Tally(persons: try row.int(2), amount: try row.int(3))
        let funder: Funder = try row.decode(0) { Funder(text: $0) }
        switch try row.int(1) {
        case 1: needs[funder, default: Need()].next = part
        case 2: needs[funder, default: Need()].arrears = part
        case 3: needs[funder, default: Need()].funeral = part
        default: needs[funder, default: Need()].oneOff = part
        }
      }
      for row in try sql.all(Self.before, [unit.text, month.previous.yyyymm]) {
        // What is owed each quarter or year is not owed again for the next month.
        guard monthly.contains(try row.decode(3) { UInt16(exactly: $0) }) else { continue }
        let funder: Funder = try row.decode(0) { Funder(text: $0) }
        let part = Tally(persons: try row.int(1), amount: try row.int(2))
        needs[funder, default: Need()].monthBefore = needs[funder, default: Need()].monthBefore + part
      }
      for row in try sql.all(Self.standing, [unit.text]) {
        let funder: Funder = try row.decode(0) { Funder(text: $0) }
        needs[funder, default: Need()].owed = try row.int(1)
        needs[funder, default: Need()].held = try row.int(2)
        needs[funder, default: Need()].overdue = try row.int(3)
      }
      for row in try sql.all(Self.late, [unit.text, over]) {
        let funder: Funder = try row.decode(0) { Funder(text: $0) }
        needs[funder, default: Need()].owed -= try row.int(1)
        needs[funder, default: Need()].overdue += try row.int(1)
      }
      let isListed = try sql.one(Self.listed, [unit.text, month.yyyymm]) != nil
      return needs.sorted { $0.key < $1.key }.map { funder, need in
        StoredNeed(
          funder: funder, next: need.next, arrears: need.arrears, funeral: need.funeral, oneOff: need.oneOff,
          monthBefore: need.monthBefore, isListed: isListed, owed: need.owed, overdue: need.overdue, held: need.held)
      }
    }
  }

  /// See ``LedgerStore/visits(of:point:until:)``.
  public func visits(
    of unit: AccountingUnit, point: String?, until month: Period, on today: Int32
  ) async throws(LedgerStoreError) -> [Int64] {
    let terms = terms
    return try await read { sql in
      let over = try Overdue.places(sql, unit, terms, on: today)
      return try sql.all(Self.collected, [unit.text, point, month.yyyymm, over]).map { try $0.int(0) }
    }
  }

  private static let collected = """
    SELECT SUM(amount) FROM (
      SELECT l.person AS person, o.credited - o.paid - o.taken AS amount FROM (\(ItemFlow.unitLines)) u
      JOIN line l ON l.id = u.line JOIN item_open o ON o.line = u.line JOIN item i ON i.id = o.item
      LEFT JOIN line_state s ON s.line = u.line
      WHERE o.credited > o.paid + o.taken AND o.period <= ?3 AND s.state IS NOT 2 AND (?2 IS NULL OR i.point = ?2)
        AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = l.person) AND NOT \(Overdue.condition("o", "?4"))
      UNION ALL
      SELECT i.person, i.amount FROM item_list n JOIN item i ON i.list = n.list AND i.position > n.credited
      JOIN line l ON l.id = i.line LEFT JOIN line_state s ON s.line = l.id
      WHERE n.state = 2 AND n.credited < n.imported AND l.unit = ?1 AND i.period <= ?3 AND s.state IS NOT 2
        AND (s.last_period IS NULL OR i.period <= s.last_period)
        AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = i.person) AND NOT \(Overdue.condition("i", "?4"))
        AND (?2 IS NULL OR i.point = ?2) AND n.list IN (SELECT list FROM list_purse WHERE unit = ?1)
    ) GROUP BY person
    """

  private struct Need {
    var next = Tally()
    var arrears = Tally()
    var funeral = Tally()
    var oneOff = Tally()
    var monthBefore = Tally()
    var owed: Int64 = 0
    var overdue: Int64 = 0
    var held: Int64 = 0
  }

  /// Rows of the unit (?1) on sealed lists that nobody has approved and that can be collected (?3): regular ones of the
  /// month (?2), arrears, funeral grants, one-off benefits.
  private static let unapproved = """
    SELECT funder, part, COUNT(*), SUM(amount) FROM (
      SELECT l.funder AS funder, SUM(i.amount) AS amount,
        CASE WHEN i.kind = 4 THEN 3 WHEN i.kind = 3 THEN 4 WHEN i.kind = 2 OR i.period < ?2 THEN 2 ELSE 1 END AS part
      FROM item i JOIN line l ON l.id = i.line LEFT JOIN line_state s ON s.line = l.id
      WHERE l.unit = ?1 AND NOT \(Overdue.condition("i", "?3")) AND i.list IN (
        SELECT p.list FROM list_purse p JOIN item_list n ON n.list = p.list AND n.state = 2
        LEFT JOIN cycle_step s ON s.list = p.list AND s.step = 3 WHERE p.unit = ?1 AND s.list IS NULL
      )
      GROUP BY l.funder, part, l.person, l.programme
    ) GROUP BY funder, part
    """

  /// Regular items of a month (?2) of lines that go on.
  private static let before = """
    SELECT funder, COUNT(*), SUM(amount), programme FROM (
      SELECT l.funder AS funder, l.programme AS programme, SUM(i.amount) AS amount FROM (\(ItemFlow.unitLines)) u
      JOIN item_open o ON o.line = u.line AND o.period = ?2 JOIN item i ON i.id = o.item AND i.kind = 1
      JOIN line l ON l.id = u.line LEFT JOIN line_state s ON s.line = l.id WHERE COALESCE(s.state, 1) = 1
      GROUP BY l.funder, l.person, l.programme
    ) GROUP BY funder, programme
    """

  /// Whether the unit (?1) has an item of the month (?2) that is credited, or on an approved list.
  private static let listed = """
    SELECT 1 FROM (\(ItemFlow.unitLines)) u JOIN item_open o ON o.line = u.line AND o.period = ?2
    UNION ALL
    SELECT 1 FROM list_purse p JOIN item_list n ON n.list = p.list AND n.credited < n.imported
    JOIN cycle_step s ON s.list = p.list AND s.step = 3 JOIN item i ON i.list = p.list AND i.period = ?2
    JOIN line l ON l.id = i.line AND l.unit = ?1 WHERE p.unit = ?1
    LIMIT 1
    """

  /// What of the unit (?1) can't be collected any more (?2): credited, or on an approved list.
  private static let late = """
    SELECT funder, SUM(amount) FROM (
      SELECT l.funder AS funder, o.credited - o.paid - o.taken AS amount FROM (\(ItemFlow.unitLines)) u
      JOIN line l ON l.id = u.line JOIN item_open o ON o.line = u.line LEFT JOIN line_state s ON s.line = u.line
      WHERE o.credited > o.paid + o.taken AND \(Overdue.condition("o", "?2"))
      UNION ALL
      SELECT l.funder, i.amount FROM item_list n JOIN cycle_step c ON c.list = n.list AND c.step = 3
      JOIN item i ON i.list = n.list AND i.position > n.credited
      JOIN line l ON l.id = i.line AND l.unit = ?1 LEFT JOIN line_state s ON s.line = l.id
      WHERE n.state = 2 AND n.credited < n.imported AND n.list IN (SELECT list FROM list_purse WHERE unit = ?1)
        AND \(Overdue.condition("i", "?2"))
    ) GROUP BY funder
    """

  private static let standing = """
    SELECT funder, SUM(CASE WHEN code IN (2190, 2200, 2300, 2450, 2800) THEN credits - debits ELSE 0 END),
      SUM(CASE WHEN code IN (1100, 1200, 1300, 2400) THEN debits - credits ELSE 0 END),
      SUM(CASE WHEN code = 2600 THEN credits - debits ELSE 0 END)
    FROM account WHERE book = ?1 AND code IN (1100, 1200, 1300, 2190, 2200, 2300, 2400, 2450, 2600, 2800)
    GROUP BY funder
    """
}
