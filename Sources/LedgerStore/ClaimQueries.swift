internal import GRDB
public import Ledger

/// What rows can't be owed beside.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/claimed(_:besides:)``.
  public func claimed(_ rows: [ItemRow], besides list: String) async throws(LedgerStoreError) -> [StoredClaim] {
    try await read { sql in
      try rows.enumerated().compactMap { place, row in
        try row.kind == .regular ? Self.regular(sql, row, place, list) : Self.other(sql, row, place, list)
      }
    }
  }

  /// By the person, whatever the unit, funder and province.
  private static func regular(_ sql: SQL, _ row: ItemRow, _ place: Int, _ list: String) throws -> StoredClaim? {
    guard let person = try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [row.person.personalID])
    else { return nil }
    let claims = try sql.all(RegularClaim.query, [row.period.yyyymm, person.bytes(0).blob]).map {
      try RegularClaim(row: $0)
    }
    // A row that is in its own list already is no duplicate: its chunk may be asked about again.
    let others = claims.filter { $0.list != list || $0.programme != row.programme }
    guard let code = ItemRule.refusal(of: row, on: list, beside: others) else { return nil }
    let claim = others.first {
      code == .duplicateItem ? $0.programme == row.programme : row.excluded.contains($0.programme)
    }
    guard let claim, let known = try sql.one("SELECT state FROM item_list WHERE list = ?", [claim.list]) else {
      return nil
    }
    return StoredClaim(
      place: place, list: claim.list, state: try known.decode(0, StoredList.State.init(rawValue:)), claim: claim)
  }

  /// By the line.
  private static func other(_ sql: SQL, _ row: ItemRow, _ place: Int, _ list: String) throws -> StoredClaim? {
    try sql.one(
      """
      SELECT i.list, n.state FROM person_identity p
      JOIN line l ON l.person = p.person AND l.programme = ? AND l.unit = ? AND l.funder = ? AND l.home_province = ?
      JOIN item_claim c ON c.line = l.id AND c.period = ? AND c.kind = ? JOIN item i ON i.id = c.item
      JOIN item_list n ON n.list = i.list
      WHERE p.personal_id = ? AND i.list <> ?
      """,
      [
        row.programme, row.unit.text, row.funder.text, row.homeProvince, row.period.yyyymm, row.kind.rawValue,
        row.person.personalID, list,
      ]
    ).map {
      let other = try $0.text(0)
      return StoredClaim(
        place: place, list: other, state: try $0.decode(1, StoredList.State.init(rawValue:)),
        claim: RegularClaim(row, list: other))
    }
  }
}
