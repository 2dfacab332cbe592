internal import GRDB
internal import Ledger

/// For how many months programmes are paid.
extension Schema {
  /// How long the rows of a list said that their programmes are paid, for each month of it. Append-only.
  static let listSpells = """
    CREATE TABLE list_spell (
      list TEXT NOT NULL, programme INTEGER NOT NULL, period INTEGER NOT NULL, most INTEGER NOT NULL,
      span INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      PRIMARY KEY (list, programme, period, most, span)
    ) STRICT, WITHOUT ROWID;
    """
}

extension BatchSession {
  /// Keeps how long the rows of a chunk may be paid, for ever: once for a list's programme and month.
  func keepSpells(of list: ItemImport) throws {
    var seen: Set<[Int64]> = []
    for row in list.rows {
      guard let spell = row.spell else { continue }
      let values = [Int64(row.programme), Int64(row.period.yyyymm), Int64(spell.most), Int64(spell.span)]
      guard seen.insert(values).inserted else { continue }
      let known = try sql.one(
        "SELECT 1 FROM list_spell WHERE list = ? AND programme = ? AND period = ? AND most = ? AND span = ?",
        [list.list, values[0], values[1], values[2], values[3]])
      guard known == nil else { continue }
      let leaf = commit(.listSpell(list: list.list, values: values))
      try sql.run(
        "INSERT INTO list_spell (list, programme, period, most, span, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [list.list, values[0], values[1], values[2], values[3], sequence, leaf])
    }
  }
}

extension AuditWalk {
  /// No item that stands was one month too many when it was listed.
  mutating func checkSpells() throws {
    var found: [String] = []
    try sql.each(
      """
      SELECT x.most, x.span, i.period, hex(l.person) || ' ' || i.period, (
        SELECT group_concat(DISTINCT d.period) FROM line m JOIN item_claim d ON d.line = m.id AND d.kind <= 3
        WHERE m.person = l.person AND m.programme = l.programme AND d.item <= i.id AND NOT \(ItemClaim.returned("d"))
      ) FROM list_spell x JOIN item i ON i.list = x.list AND i.period = x.period AND i.kind <= 3
      JOIN line l ON l.id = i.line AND l.programme = x.programme
      JOIN item_claim c ON c.line = i.line AND c.period = i.period AND c.kind = i.kind AND c.number = i.number
        AND c.item = i.id
      WHERE NOT \(ItemClaim.returned)
      """
    ) { row in
      let spell = ItemSpell(most: Int(try row.int(0)), of: Int(try row.int(1)))
      let own: Period = try row.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      let months = try row.text(4).split(separator: ",").compactMap { Int32($0).flatMap { Period(yyyymm: $0) } }
      if spell.isOver(Set(months), with: own) { found.append(try row.text(3)) }
    }
    for place in found { report.add(.items, "more months listed than the programme is paid for: \(place)") }
  }
}
