internal import GRDB
internal import Ledger

/// What a row may be owed beside, and the rules that a list was checked against.
extension BatchSession {
  /// What makes a row's item one of several (`item.basis`).
  ///
  /// - Throws: when somebody has something that a row of `list` can't be owed beside, or nothing by which it is owed.
  func basis(
    of row: ItemRow, _ place: Int, of person: [UInt8], on list: String, _ statements: RowStatements
  ) throws -> Int64 {
    var act: Int64 = 0
    let found: [SQLRow]
    if row.kind == .funeral {
      guard let claim = try FuneralClaim.covering(sql, row, of: person, on: list) else {
        throw LedgerRefusal(.funeralUnclaimed, place: place)
      }
      act = claim.act
      found = try sql.all(FuneralClaim.items, [person.blob, act])
    } else {
      found = try statements.claims.all(ItemClaim.arguments(row, person))
    }
    let claims = try found.map { try ItemClaim(row: $0) }
    if let code = ItemRule.refusal(of: row, on: list, beside: claims) { throw LedgerRefusal(code, place: place) }
    guard row.kind == .arrears else { return act }
    if let death = try death(person), row.period > death.last {
      throw LedgerRefusal(.arrearsAfterDeath, place: place)
    }
    return Int64(row.round)
  }

  /// Keeps what the rows of a chunk are not to be paid beside, for ever: once for a list's programme and month. Beside
  /// itself a programme is not to be paid over the highest amount of its rules.
  func keepExclusions(of list: ItemImport) throws {
    var seen: Set<[Int64]> = []
    for row in list.rows where row.kind != .funeral {
      let itself = row.most.map { [ItemExclusion(row.programme, from: $0)] } ?? []
      for other in row.excluded + itself {
        let values = [
          Int64(row.programme), Int64(row.period.yyyymm), Int64(other.programme), other.from, other.ownFrom,
        ]
        guard seen.insert(values).inserted else { continue }
        let known = try sql.one(
          """
          SELECT 1 FROM list_exclusion
          WHERE list = ? AND programme = ? AND period = ? AND excluded = ? AND amount_from = ? AND own_from = ?
          """, [list.list, values[0], values[1], values[2], values[3], values[4]])
        guard known == nil else { continue }
        let leaf = commit(.listExclusion(list: list.list, values: values))
        try sql.run(
          """
          INSERT INTO list_exclusion (list, programme, period, excluded, amount_from, own_from, batch, leaf)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """, [list.list, values[0], values[1], values[2], values[3], values[4], sequence, leaf])
      }
    }
  }

  /// Keeps the rules that a sealed list was checked against, for ever.
  func keepRules(_ rules: [UInt8], of list: String) throws {
    guard !rules.isEmpty else { return }
    let leaf = commit(.listRules(list: list, rules: rules))
    try sql.run(
      "INSERT INTO list_rules (list, rules, batch, leaf) VALUES (?, ?, ?, ?)", [list, rules.blob, sequence, leaf])
  }
}

extension ItemClaim {
  /// What ``init(row:)`` reads of an item `i`, its claim `c` and its line `l`.
  static let columns = """
    i.list, l.programme, l.unit, l.funder, l.home_province, i.basis, c.kind, c.period, i.window_first, i.window_last,
    i.amount
    """

  /// The items of a person (third place) that stand, on whatever list: for the months of a window (first and second
  /// place), and those with a window that a month (fourth) is in. Neither funeral grants nor inherited items. Arrears
  /// of earlier versions are the first of their months.
  static let query = """
    SELECT \(columns) FROM line l
    JOIN item_claim c ON c.line = l.id AND c.period BETWEEN ?1 AND ?2 AND c.kind <= 3 JOIN item i ON i.id = c.item
    WHERE l.person = ?3 AND NOT \(returned)
    UNION ALL
    SELECT \(columns) FROM item i JOIN line l ON l.id = i.line
    JOIN item_claim c ON c.line = i.line AND c.period = i.period AND c.kind = i.kind AND c.number = i.number
      AND c.item = i.id
    WHERE i.person = ?3 AND i.window_first IS NOT NULL AND i.window_first <= ?4 AND i.window_last >= ?4
      AND i.period NOT BETWEEN ?1 AND ?2 AND i.kind <= 3 AND NOT \(returned)
    """

  /// The places of ``query`` for what may stand in a row's way.
  static func arguments(_ row: ItemRow, _ person: [UInt8]) -> SQLArguments {
    let months = row.spell?.months(around: row.period)
    let first = min(row.window.first.yyyymm, months?.lowerBound ?? .max)
    let last = max(row.window.last.yyyymm, months?.upperBound ?? 0)
    return [first, last, person.blob, row.period.yyyymm]
  }

  /// Whether all of a claim's (`c`) item went back to its fund after it was credited, or what did not came back from
  /// its person. What is an heir's went nowhere, until it has come back and the death was withdrawn, and what an
  /// agent paid for, its person has.
  static let returned = returned("c")

  /// ``returned`` of a claim of another name.
  static func returned(_ claim: String) -> String {
    """
    EXISTS (
      SELECT 1 FROM item_open o LEFT JOIN item_aside s ON s.item = o.item
      WHERE o.item = \(claim).item
        AND o.credited - o.taken + COALESCE(s.uncollected + s.deducted, 0) = COALESCE(s.overpaid, 0)
        AND (COALESCE(s.overpaid, 0) = 0 OR s.overpaid = \(recovered))
        AND NOT EXISTS (
          SELECT 1 FROM item_move m JOIN act a ON a.sequence = m.act
          WHERE m.item = o.item AND a.kind = 21 AND NOT EXISTS (
            SELECT 1 FROM line n JOIN death_record d ON d.person = n.person
            JOIN death_withdrawal w ON w.death = d.act
            WHERE n.id = o.line AND a.sequence BETWEEN d.act AND w.act))
    )
    """
  }

  /// What came back of an item's (`o`) overpayments from its person.
  private static let recovered = """
    COALESCE((
      SELECT SUM(r.amount - a.debits + a.credits
        - COALESCE((SELECT SUM(x.amount) FROM receivable_release x WHERE x.receivable = r.number), 0)
        - COALESCE((SELECT SUM(CAST(w.content AS INTEGER)) FROM act w
          WHERE w.kind = 11 AND w.subject = 'receivable ' || r.number), 0))
      FROM receivable r JOIN line n ON n.id = r.line JOIN account a
        ON a.code = 1400 AND a.book = n.unit AND a.funder = n.funder AND a.subject = r.number || ''
      WHERE r.item = o.item AND r.agent IS NULL
    ), 0)
    """

  init(row: SQLRow) throws(LedgerStoreError) {
    let kind = try row.decode(6) { UInt8(exactly: $0).flatMap(ItemKind.init) }
    func month(_ place: Int) throws(LedgerStoreError) -> Period {
      try row.decode(place) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
    }
    let period = try month(7)
    self.init(
      list: try row.text(0), programme: try row.decode(1) { UInt16(exactly: $0) },
      unit: try row.decode(2) { AccountingUnit(text: $0) }, funder: try row.decode(3) { Funder(text: $0) },
      homeProvince: try row.text(4), kind: kind, period: period,
      window: row.isNull(8)
        ? ItemWindow(period) : ItemWindow(first: try month(8), last: try month(9)) ?? ItemWindow(period),
      amount: try row.int(10), round: kind == .arrears ? max(1, Int(try row.int(5))) : 1)
  }
}
