internal import GRDB
public import Ledger

/// A unit's month, from its items and what left them.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/month(_:of:)``.
  public func month(_ month: Period, of unit: AccountingUnit) async throws(LedgerStoreError) -> [StoredMonth] {
    try await read { sql in
      var transfers: [InFlight: Tally] = [:]
      for row in try sql.all(ItemFlow.inFlight, [unit.text, month.next.start]) {
        let key = InFlight(
          funder: try row.decode(0) { Funder(text: $0) }, programme: try row.decode(1) { UInt16(exactly: $0) })
        transfers[key] = Tally(persons: try row.int(2), amount: try row.int(3))
      }
      return try sql.all(
        ItemFlow.months(of: .unit), [unit.text, month.start, month.next.start]
      ).map { row in
        var line = try StoredMonth(row: row)
        line.inFlight = transfers[InFlight(funder: line.funder, programme: line.programme)] ?? Tally()
        return line
      }
    }
  }

  /// What of a unit is with banks: whose money, and for what.
  private struct InFlight: Hashable {
    let funder: Funder
    let programme: UInt16
  }

  /// See ``LedgerStore/dues(of:point:before:)``.
  public func dues(
    of unit: AccountingUnit, point: String?, before month: Period, on today: Int32
  ) async throws(LedgerStoreError) -> [StoredDue] {
    let terms = terms
    return try await read { sql in
      let over = try Overdue.places(sql, unit, terms, on: today)
      let changed = try sql.prepare(PageQuery.identity)
      let registered = try sql.prepare(PageQuery.registered)
      return try sql.all(
        """
        SELECT l.person, l.programme, group_concat(DISTINCT o.period), SUM(o.credited - o.paid - o.taken) AS open,
          COALESCE(MAX(NULLIF(i.point, '')), ''),
          COALESCE(group_concat(DISTINCT CASE
            WHEN i.kind = 1 AND o.paid = 0 AND o.period < ?3 AND o.credited_at < ?4 THEN o.period END), ''),
          \(Overdue.condition("o", "?5")) AS late
        FROM (\(ItemFlow.unitLines)) u JOIN line l ON l.id = u.line JOIN item_open o ON o.line = l.id
        JOIN item i ON i.id = o.item LEFT JOIN line_state s ON s.line = l.id
        WHERE o.credited > o.paid + o.taken AND s.state IS NOT 2 AND (?2 IS NULL OR i.point = ?2)
          AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = l.person)
        GROUP BY l.person, l.programme, late HAVING open > 0
        """, [unit.text, point, month.yyyymm, month.start, over]
      ).map { row in
        let (months, uncollected) = (Self.months(try row.text(2)), Self.months(try row.text(5)))
        let person = try row.bytes(0).blob
        guard let who = try changed.one([person]) ?? registered.one([person]) else {
          throw LedgerStoreError.corrupt(place: "person")
        }
        return StoredDue(
          person: PersonIdentity(personalID: try who.text(0), name: try who.text(1), birthDate: try who.text(2)),
          programme: try row.decode(1) { UInt16(exactly: $0) }, months: months, point: try row.text(4),
          amount: try row.int(3), monthsUncollected: StoredDue.run(uncollected), isOver: try row.int(6) == 1)
      }
    }
  }

  /// `202611,202610` in order.
  private static func months(_ text: String) -> [Period] {
    text.split(separator: ",").compactMap { Int32($0).flatMap { Period(yyyymm: $0) } }.sorted()
  }

  /// See ``LedgerStore/units(ofProvince:)``.
  public func units(ofProvince province: String) async throws(LedgerStoreError) -> [AccountingUnit] {
    try await read { sql in
      // One step of the index for each unit, however many accounts it has.
      try sql.all(
        """
        WITH RECURSIVE books(book) AS (
          SELECT MIN(book) FROM account WHERE code = 2200 UNION ALL
          SELECT (SELECT MIN(a.book) FROM account a WHERE a.code = 2200 AND a.book > b.book) FROM books b
          WHERE b.book IS NOT NULL
        ) SELECT book FROM books WHERE book IS NOT NULL
        """
      ).map { try $0.decode(0) { AccountingUnit(text: $0) } }.filter { $0.provinceCode == province }
    }
  }
}

extension Period {
  /// The first millisecond of the month in Vietnam, since 1970.
  var start: Int64 {
    // Days since 1970 by the count of leap years, for the first of the month.
    let (y, m) = (Int64(month > 2 ? year : year - 1), Int64(month > 2 ? month - 3 : month + 9))
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719_468
    return (days * 86_400 - 7 * 3_600) * 1_000
  }
}

extension StoredMonth {
  init(row: SQLRow) throws(LedgerStoreError) {
    func tally(_ index: Int) throws(LedgerStoreError) -> Tally {
      Tally(persons: try row.int(index), amount: try row.int(index + 1))
    }
    self.init(
      unit: try row.decode(0) { AccountingUnit(text: $0) }, funder: try row.decode(1) { Funder(text: $0) },
      programme: try row.decode(2) { UInt16(exactly: $0) }, opening: try tally(3), granted: try tally(5),
      paid: try tally(7), returned: try tally(9), closing: try tally(11))
  }
}

/// Everything that makes an item's open amount grow or fall, with when it did.
///
/// This is the one place that knows where such facts are kept; whatever comes to leave an item in another way than by a
/// payout or an act has to be said here.
enum ItemFlow {
  /// Whose items.
  enum Scope {
    /// Of the unit at place 1.
    case unit
    /// Of everybody.
    case all

    /// Their lines, those of a unit as far as something was credited to them.
    var lines: String {
      switch self {
      case .unit: unitLines
      case .all: "SELECT id AS line FROM line"
      }
    }

    /// What payouts by card took of them: columns line, item, transaction_id, posted_at, amount and person. Those of a
    /// line are found by the cards of its person: an index of parts by items would cost each payout a page.
    var cardParts: String {
      switch self {
      case .unit:
        """
        SELECT x.line, x.item, p.transaction_id, p.posted_at, x.amount, l.person FROM (\(lines)) u
        JOIN line l ON l.id = u.line JOIN card k ON k.person = l.person
        JOIN outcome t ON t.card = k.number AND t.refusal = 0 JOIN payout p ON p.transaction_id = t.transaction_id
        JOIN payout_part x ON x.payout = p.id AND x.line = u.line
        """
      case .all:
        """
        SELECT x.line, x.item, p.transaction_id, p.posted_at, x.amount, k.person FROM payout_part x
        JOIN payout p ON p.id = x.payout JOIN card k ON k.number = p.card
        """
      }
    }
  }

  /// What an item says was paid of it and no payout does, of nobody: a card that was given to another person after all
  /// no longer leads to what it was paid.
  private static let unfound = """
    UNION ALL
    SELECT line, item, MIN(at), 2, -SUM(paid), x'' FROM (
      SELECT o.line, o.item, o.credited_at AS at, o.paid FROM (\(unitLines)) u JOIN item_open o ON o.line = u.line
      UNION ALL SELECT x.line, x.item, x.posted_at, -x.amount FROM (\(Scope.unit.cardParts)) x
      WHERE NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = x.transaction_id)
        AND NOT EXISTS (SELECT 1 FROM payout_reversal v WHERE v.transaction_id = x.transaction_id)
      UNION ALL SELECT o.line, o.item, o.credited_at, -x.amount FROM (\(unitLines)) u
      JOIN item_open o ON o.line = u.line JOIN hand_payout_part x ON x.item = o.item
      WHERE NOT EXISTS (SELECT 1 FROM payout_reversal v WHERE v.transaction_id = x.transaction_id)
      UNION ALL SELECT o.line, o.item, o.credited_at, -x.amount FROM (\(unitLines)) u
      JOIN item_open o ON o.line = u.line JOIN bank_transfer_part x ON x.item = o.item
      WHERE NOT EXISTS (SELECT 1 FROM bank_transfer_end e WHERE e.reference = x.reference AND e.step = 3)
        AND NOT EXISTS (SELECT 1 FROM bank_transfer_return t WHERE t.reference = x.reference)
    ) GROUP BY item HAVING SUM(paid) <> 0
    """

  /// Lines of the unit at place 1 to which something was credited.
  static let unitLines = "SELECT CAST(subject AS INTEGER) AS line FROM account WHERE code = 2200 AND book = ?1"

  /// Columns line, item, at (milliseconds), kind (1 credited, 2 paid or taken back, 3 otherwise, 4 from the dead to
  /// their heirs), amount (> 0 what opens), who (the person by the list's item, the card, the signed list, the transfer
  /// or the act: not by one of them what another says).
  static func rows(of scope: Scope) -> String {
    let (lines, cardParts) = (scope.lines, scope.cardParts)
    return """
      SELECT o.line AS line, o.item AS item, o.credited_at AS at, CASE WHEN n.item IS NULL THEN 1 ELSE 4 END AS kind,
        o.credited AS amount, i.person AS who
      FROM (\(lines)) u JOIN item_open o ON o.line = u.line JOIN item i ON i.id = o.item
      LEFT JOIN inherited_item n ON n.item = o.item
      UNION ALL
      SELECT x.line, x.item, x.posted_at, 2, -x.amount, x.person FROM (\(cardParts)) x
      UNION ALL
      SELECT x.line, x.item, v.voided_at, 2, x.amount, x.person FROM (\(cardParts)) x
      JOIN payout_void v ON v.transaction_id = x.transaction_id
      UNION ALL
      SELECT o.line, o.item, p.posted_at, 2, -x.amount, p.person FROM (\(lines)) u JOIN item_open o ON o.line = u.line
      JOIN hand_payout_part x ON x.item = o.item JOIN hand_payout p ON p.transaction_id = x.transaction_id
      UNION ALL
      SELECT x.line, x.item, a.acted_at, 2, x.amount, x.person FROM (\(cardParts)) x
      JOIN payout_reversal v ON v.transaction_id = x.transaction_id JOIN act a ON a.sequence = v.act
      UNION ALL
      SELECT o.line, o.item, a.acted_at, 2, x.amount, h.person FROM (\(lines)) u
      JOIN item_open o ON o.line = u.line JOIN hand_payout_part x ON x.item = o.item
      JOIN payout_reversal v ON v.transaction_id = x.transaction_id JOIN act a ON a.sequence = v.act
      JOIN hand_payout h ON h.transaction_id = x.transaction_id
      UNION ALL
      SELECT o.line, o.item, a.acted_at, 2, -x.amount, t.person FROM (\(lines)) u JOIN item_open o ON o.line = u.line
      JOIN bank_transfer_part x ON x.item = o.item JOIN bank_transfer t ON t.reference = x.reference
      JOIN bank_transfer_end e ON e.reference = x.reference AND e.step = 2 JOIN act a ON a.sequence = e.act
      UNION ALL
      SELECT o.line, o.item, a.acted_at, 2, x.amount, b.person FROM (\(lines)) u JOIN item_open o ON o.line = u.line
      JOIN bank_transfer_part x ON x.item = o.item JOIN bank_transfer b ON b.reference = x.reference
      JOIN bank_transfer_return t ON t.reference = x.reference JOIN act a ON a.sequence = t.act
      UNION ALL
      SELECT o.line, o.item, MAX(a.acted_at, o.credited_at), CASE a.kind WHEN 21 THEN 4 ELSE 3 END, -m.amount,
        l.person
      FROM (\(lines)) u JOIN item_open o ON o.line = u.line JOIN line l ON l.id = o.line
      JOIN item_move m ON m.item = o.item JOIN act a ON a.sequence = m.act
      \(scope == .unit ? unfound : "")
      """
  }

  /// The month from ?2 to before ?3, as ``StoredMonth`` reads it.
  ///
  /// What somebody inherited counts with the line it was inherited from, which is of the same unit, funder and
  /// programme: there the two sides of the inheritance cancel out. Persons are counted by what each record itself says
  /// of them, those before by what came and those after by what went, so that the two sums need not agree.
  static func months(of scope: Scope) -> String {
    """
    SELECT unit, funder, programme, SUM(opening > 0), SUM(opening), SUM(opening <= 0 AND came > 0),
      SUM(granted), SUM(closing <= 0 AND paid > 0), SUM(paid), SUM(closing <= 0 AND paid <= 0 AND went > 0),
      SUM(returned), SUM(closing > 0), SUM(closing)
    FROM (
      SELECT l.unit AS unit, l.funder AS funder, l.programme AS programme,
        SUM(CASE WHEN f.at < ?2 THEN f.amount ELSE 0 END) AS opening,
        SUM(CASE WHEN f.at >= ?2 AND f.kind = 1 THEN f.amount ELSE 0 END) AS granted,
        SUM(CASE WHEN f.at >= ?2 AND f.kind = 2 THEN -f.amount ELSE 0 END) AS paid,
        SUM(CASE WHEN f.at >= ?2 AND f.kind = 3 THEN -f.amount ELSE 0 END) AS returned, SUM(f.amount) AS closing,
        SUM(f.at >= ?2 AND f.amount > 0) AS came, SUM(f.at >= ?2 AND f.amount < 0) AS went
      FROM (\(rows(of: scope))) f LEFT JOIN inherited_item n ON n.item = f.item
      JOIN line l ON l.id = COALESCE(n.source, f.line)
      WHERE f.at < ?3
      GROUP BY CASE WHEN n.item IS NULL THEN f.who ELSE l.person END, l.unit, l.funder, l.programme
      HAVING opening > 0 OR granted > 0 OR closing > 0 OR paid <> 0 OR returned <> 0
    ) GROUP BY unit, funder, programme ORDER BY unit, funder, programme
    """
  }

  /// What flowed in each month by items, for the audit: unit, funder, month, đồng.
  static let byMonth = """
    SELECT l.unit AS unit, l.funder AS funder, strftime('%Y%m', f.at / 1000 + 25200, 'unixepoch') AS month,
      SUM(f.amount) AS amount
    FROM (\(rows(of: .all))) f JOIN line l ON l.id = f.line GROUP BY 1, 2, 3
    """

  /// What was with banks before ?2, of the unit at place 1: columns funder, programme, persons, đồng.
  static let inFlight = """
    SELECT l.funder, l.programme, COUNT(DISTINCT t.person), SUM(x.amount) FROM (\(unitLines)) u
    JOIN item_open o ON o.line = u.line JOIN bank_transfer_part x ON x.item = o.item
    JOIN bank_transfer t ON t.reference = x.reference JOIN act a ON a.sequence = t.act AND a.acted_at < ?2
    LEFT JOIN bank_transfer_end e ON e.reference = t.reference LEFT JOIN act b ON b.sequence = e.act
    JOIN line l ON l.id = u.line
    WHERE b.acted_at IS NULL OR b.acted_at >= ?2 GROUP BY l.funder, l.programme
    """

  /// The same by the books: what the accounts of lines, of their reserves and of transfers in flight grew by.
  static let bookedByMonth = """
    SELECT unit, funder, month, SUM(amount) AS amount FROM (
      SELECT c.book AS unit, c.funder AS funder, strftime('%Y%m', e.posted_at / 1000 + 25200, 'unixepoch') AS month,
        t.amount AS amount
      FROM transfer t JOIN account c ON c.id = t.credit AND c.code IN (2200, 2300, 2450) JOIN event e ON e.id = t.event
      UNION ALL
      SELECT d.book, d.funder, strftime('%Y%m', e.posted_at / 1000 + 25200, 'unixepoch'), -t.amount
      FROM transfer t JOIN account d ON d.id = t.debit AND d.code IN (2200, 2300, 2450) JOIN event e ON e.id = t.event
    ) GROUP BY 1, 2, 3
    """
}
