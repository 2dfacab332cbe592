internal import GRDB
internal import Ledger

/// Claims to funeral grants, and the items that are owed by them.
extension BatchSession {
  func claimFuneral(
    _ person: [UInt8], by identity: PersonIdentity, _ programme: UInt16, _ list: String, _ hands: ActHands
  ) throws -> Decision {
    guard try death(person) != nil else { throw LedgerRefusal(.personNotDead) }
    let claimant = try self.person(identity, RowStatements(sql)).id
    guard try death(claimant) == nil else { throw LedgerRefusal(.personDead) }
    guard try FuneralClaim.standing(sql, of: person) == nil else { throw LedgerRefusal(.funeralKnown) }
    let number = try keep(
      .funeralClaimed, subject: Self.subject(person),
      content: "claimant \(claimant.hexText) programme \(programme) list \(list)", hands)
    try sql.run(
      "INSERT INTO funeral_claim (act, person, claimant, list, programme) VALUES (?, ?, ?, ?, ?)",
      [number, person.blob, claimant.blob, list, programme])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  func withdrawFuneral(_ person: [UInt8], _ hands: ActHands) throws -> Decision {
    guard let claim = try FuneralClaim.standing(sql, of: person) else { throw LedgerRefusal(.funeralUnclaimed) }
    let credited = try sql.one(
      "SELECT 1 FROM (\(FuneralClaim.items)) c WHERE c.is_credited", [claim.claimant.blob, claim.act])
    guard credited == nil else { throw LedgerRefusal(.funeralCredited) }
    let number = try keep(.funeralWithdrawn, subject: Self.subject(person), content: "claim \(claim.act)", hands)
    try sql.run("INSERT INTO funeral_withdrawal (claim, act) VALUES (?, ?)", [claim.act, number])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }
}

extension FuneralClaim {
  /// Items of a claim (second place) that the claimant (first) has on lists and that stand; whether they were credited.
  static let items = """
    SELECT \(ItemClaim.columns),
      EXISTS (SELECT 1 FROM item_open o WHERE o.item = c.item) AS is_credited
    FROM line l JOIN item_claim c ON c.line = l.id AND c.kind = 4 JOIN item i ON i.id = c.item
    WHERE l.person = ?1 AND i.basis = ?2 AND NOT \(ItemClaim.returned)
    """

  /// The claim to the grant of somebody's funeral that was not withdrawn.
  static func standing(_ sql: SQL, of person: [UInt8]) throws -> FuneralClaim? {
    try sql.one(
      """
      SELECT f.act, f.list, f.programme, f.claimant FROM funeral_claim f
      LEFT JOIN funeral_withdrawal w ON w.claim = f.act WHERE f.person = ? AND w.claim IS NULL
      """, [person.blob]
    ).map { row in
      FuneralClaim(
        act: try row.int(0), list: try row.text(1),
        programme: row.isNull(2) ? nil : try row.decode(2) { UInt16(exactly: $0) }, claimant: try row.bytes(3))
    }
  }

  /// The claim that a row of a funeral grant is owed by.
  static func covering(_ sql: SQL, _ row: ItemRow, of person: [UInt8], on list: String) throws -> FuneralClaim? {
    let deceased = try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [row.deceased])?.bytes(0)
    let claim = try deceased.flatMap { try standing(sql, of: $0) }
    return claim.flatMap { $0.covers(row, of: person, on: list) ? $0 : nil }
  }
}
