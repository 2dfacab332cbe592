internal import GRDB
public import Ledger

/// Snapshot reads about people's lines and what became of their items. All but ``openItems(unit:after:limit:)`` are
/// looks into indexes.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/entitlements(_:)``.
  public func entitlements(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredEntitlement]? {
    try await read { sql in
      guard let person = try Self.person(key, sql) else { return nil }
      var items: [UInt32: [StoredItem]] = [:]
      try sql.each(
        """
        SELECT \(StoredItem.columns) FROM line l JOIN item_open o ON o.line = l.id JOIN item i ON i.id = o.item
        LEFT JOIN item_aside a ON a.item = o.item WHERE l.person = ? ORDER BY o.line, o.period, i.kind, i.number
        """, [person.blob]
      ) { row in
        let item = try StoredItem(row: row, at: 0)
        items[item.name.line, default: []].append(item)
      }
      return try sql.all(
        """
        SELECT l.id, l.programme, l.unit, l.funder, l.home_province, s.state, s.last_period FROM line l
        LEFT JOIN line_state s ON s.line = l.id WHERE l.person = ? ORDER BY l.id
        """, [person.blob]
      ).map { row in
        let line: UInt32 = try row.decode(0) { UInt32(exactly: $0) }
        return StoredEntitlement(
          line: line, programme: try row.decode(1) { UInt16(exactly: $0) },
          unit: try row.decode(2) { AccountingUnit(text: $0) }, funder: try row.decode(3) { Funder(text: $0) },
          homeProvince: try row.text(4),
          state: row.isNull(5) ? .active : try row.decode(5) { UInt8(exactly: $0).flatMap(LineState.init) },
          lastPeriod: row.isNull(6) ? nil : try row.decode(6) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
          items: items[line] ?? [])
      }
    }
  }

  /// See ``LedgerStore/openItems(unit:after:limit:)``.
  public func openItems(
    unit: AccountingUnit, after line: UInt32, limit: Int
  ) async throws(LedgerStoreError) -> [StoredOpenItem] {
    try await read { sql in
      try sql.all(
        """
        SELECT \(StoredItem.columns), l.programme, l.funder, s.last_period
        FROM line l CROSS JOIN item_open o ON o.line = l.id JOIN item i ON i.id = o.item
        LEFT JOIN item_aside a ON a.item = o.item LEFT JOIN line_state s ON s.line = l.id
        WHERE l.unit = ? AND l.id > ? AND s.state IS NOT 2 AND (o.credited > o.paid + o.taken OR a.uncollected > 0)
        ORDER BY l.id, o.period, i.kind, i.number LIMIT ?
        """, [unit.text, line, limit]
      ).map { row in
        StoredOpenItem(
          item: try StoredItem(row: row, at: 0), programme: try row.decode(10) { UInt16(exactly: $0) },
          funder: try row.decode(11) { Funder(text: $0) },
          lastPeriod: row.isNull(12)
            ? nil : try row.decode(12) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } })
      }
    }
  }

  /// See ``LedgerStore/line(_:)``.
  public func line(_ id: UInt32) async throws(LedgerStoreError) -> (programme: UInt16, lastPeriod: Period?)? {
    try await read { sql in
      try sql.one(
        "SELECT l.programme, s.last_period FROM line l LEFT JOIN line_state s ON s.line = l.id WHERE l.id = ?", [id]
      ).map { row in
        (
          try row.decode(0) { UInt16(exactly: $0) },
          row.isNull(1) ? nil : try row.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
        )
      }
    }
  }

  /// See ``LedgerStore/receivables(_:)``.
  public func receivables(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredReceivable]? {
    try await read { sql in
      guard let person = try Self.person(key, sql) else { return nil }
      return try sql.all(
        """
        SELECT r.number, r.line, r.agent, l.unit, l.funder, r.amount, a.debits - a.credits, r.act, r.opened_at
        FROM (
          SELECT m.number FROM line o CROSS JOIN receivable m ON m.line = o.id WHERE o.person = ?1
          UNION SELECT number FROM receivable WHERE person = ?1
        ) f CROSS JOIN receivable r ON r.number = f.number JOIN line l ON l.id = r.line
        JOIN account a ON a.code = 1400 AND a.book = l.unit AND a.funder = l.funder AND a.subject = r.number || ''
        ORDER BY r.number
        """, [person.blob]
      ).map { row in
        StoredReceivable(
          number: try row.int(0), line: try row.decode(1) { UInt32(exactly: $0) },
          agent: row.isNull(2) ? nil : try row.text(2), unit: try row.decode(3) { AccountingUnit(text: $0) },
          funder: try row.decode(4) { Funder(text: $0) }, amount: try row.int(5), rest: try row.int(6),
          act: try row.int(7), openedAt: try row.int(8))
      }
    }
  }

  /// See ``LedgerStore/deductions(_:)``.
  public func deductions(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredDeduction]? {
    try await read { sql in
      guard let person = try Self.person(key, sql) else { return nil }
      return try sql.all(
        """
        SELECT d.number, d.line, s.taken, s.stopped IS NOT NULL, d.receivable, d.party, d.amount, d.percent, d.total,
          d.cap
        FROM line l CROSS JOIN deduction_state s ON s.line = l.id JOIN deduction d ON d.number = s.number
        WHERE l.person = ? ORDER BY d.number
        """, [person.blob]
      ).map { row in
        StoredDeduction(
          number: try row.int(0), line: try row.decode(1) { UInt32(exactly: $0) },
          terms: try DeductionTerms(row: row, at: 4), taken: try row.int(2), isStopped: try row.int(3) == 1)
      }
    }
  }

  /// The random id of a person; nil for an unknown one.
  static func person(_ key: PersonKey, _ sql: SQL) throws -> [UInt8]? {
    switch key {
    case .personalID(let id):
      try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [id])?.bytes(0)
    case .card(let number): try sql.one("SELECT person FROM card WHERE number = ?", [number])?.bytes(0)
    }
  }
}
