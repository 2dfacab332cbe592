internal import GRDB
internal import Ledger

/// Items that can't be collected any more and have not lapsed yet (quá hạn lĩnh, chờ thu hồi).
enum Overdue {
  /// Programme, month and the line's last month of everything of unit ?1 that is open, or on a sealed list.
  private static let places = """
    SELECT l.programme, o.period, s.last_period FROM (\(ItemFlow.unitLines)) u JOIN line l ON l.id = u.line
    JOIN item_open o ON o.line = u.line LEFT JOIN line_state s ON s.line = u.line
    WHERE o.credited > o.paid + o.taken
    UNION
    SELECT l.programme, i.period, s.last_period FROM item_list n JOIN item i ON i.list = n.list
      AND i.position > n.credited
    JOIN line l ON l.id = i.line AND l.unit = ?1 LEFT JOIN line_state s ON s.line = l.id
    WHERE n.state = 2 AND n.credited < n.imported AND n.list IN (SELECT list FROM list_purse WHERE unit = ?1)
    """

  /// Those places of a unit of which the last day is before `today` (yyyymmdd), as ``condition(_:_:)`` takes them.
  static func places(_ sql: SQL, _ unit: AccountingUnit, _ terms: CollectionTerms, on today: Int32)
    throws -> String
  {
    let over = try sql.all(places, [unit.text]).compactMap { row -> String? in
      let programme: UInt16 = try row.decode(0) { UInt16(exactly: $0) }
      let period: Period = try row.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      let last =
        row.isNull(2)
        ? nil : try row.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      let day = terms.lastDay(programme: programme, period: period, lineEnds: last)
      return day ?? .max < today ? "\"\(programme) \(period.yyyymm) \(last?.yyyymm ?? 0)\"" : nil
    }
    return "[" + over.joined(separator: ",") + "]"
  }

  /// Whether a row's month can't be collected any more: not what nobody could collect since its line is suspended.
  ///
  /// - Parameters:
  ///   - row: the item's table, with line and period; `l` is its line, `s` the line's state.
  ///   - places: the statement's argument that has what ``places(_:_:_:on:)`` gave.
  static func condition(_ row: String, _ places: String) -> String {
    """
    (s.state IS NOT 2
      AND l.programme || ' ' || \(row).period || ' ' || COALESCE(s.last_period, 0)
        IN (SELECT value FROM json_each(\(places))))
    """
  }
}
