internal import GRDB
public import Ledger

/// What rows can't be owed beside.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/claimed(_:besides:)``.
  public func claimed(_ rows: [ItemRow], besides list: String) async throws(LedgerStoreError) -> [StoredClaim] {
    try await read { sql in
      try rows.enumerated().compactMap { place, row in
        try Self.claim(sql, row, place, list)
      }
    }
  }

  private static func claim(_ sql: SQL, _ row: ItemRow, _ place: Int, _ list: String) throws -> StoredClaim? {
    guard let person = try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [row.person.personalID])
    else { return nil }
    let claims = try claims(sql, row, of: person.bytes(0), on: list)
    // A row that is in its own list already is no duplicate: its chunk may be asked about again.
    let own = ItemClaim(row, list: list)
    let others = claims.filter { claim in
      claim.list != list || claim.programme != own.programme || claim.period != own.period || claim.kind != own.kind
    }
    guard let claim = ItemRule.obstacle(to: row, on: list, beside: others)?.claim,
      let known = try sql.one("SELECT state FROM item_list WHERE list = ?", [claim.list])
    else { return nil }
    return StoredClaim(
      place: place, list: claim.list, state: try known.decode(0, StoredList.State.init(rawValue:)), claim: claim)
  }

  /// What may stand in a row's way. Nothing does where no claim to a funeral grant stands: the row is refused anyway.
  private static func claims(_ sql: SQL, _ row: ItemRow, of person: [UInt8], on list: String) throws -> [ItemClaim] {
    guard row.kind == .funeral else {
      return try sql.all(ItemClaim.query, ItemClaim.arguments(row, person)).map {
        try ItemClaim(row: $0)
      }
    }
    guard let claim = try FuneralClaim.covering(sql, row, of: person, on: list) else { return [] }
    return try sql.all(FuneralClaim.items, [person.blob, claim.act]).map { try ItemClaim(row: $0) }
  }
}
