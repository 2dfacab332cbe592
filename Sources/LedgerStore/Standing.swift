internal import Ledger

/// Who may act for a card's holder, and when the holder was last seen: what a counter needs at a tap.
public struct StoredStanding: Hashable, Sendable {
  /// Nobody says that the holder died, and a line goes on.
  public let isBeneficiary: Bool
  /// Day a clerk last saw the holder, yyyymmdd; nil when nobody did.
  public let lastSeenOn: Int32?
  /// Papers of representatives, newest first.
  public let papers: [StoredPerson.Paper]
  /// Wire codes of the programmes of suspended lines.
  public let suspended: Set<UInt16>
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/standing(card:)``.
  public func standing(card: String) async throws(LedgerStoreError) -> StoredStanding? {
    try await read { sql in
      guard let person = try sql.one("SELECT person FROM card WHERE number = ?", [card])?.bytes(0) else { return nil }
      let lines = try sql.all(
        "SELECT l.programme, s.state FROM line l LEFT JOIN line_state s ON s.line = l.id WHERE l.person = ?",
        [person.blob]
      ).map { row in
        (
          programme: try row.decode(0) { UInt16(exactly: $0) },
          state: row.isNull(1) ? LineState.active : try row.decode(1) { UInt8(exactly: $0).flatMap(LineState.init) }
        )
      }
      return StoredStanding(
        isBeneficiary: try Self.day(sql, PageQuery.death, person) == nil && lines.contains { $0.state != .ended },
        lastSeenOn: try Self.day(sql, PageQuery.presence, person), papers: try Self.papers(sql, person),
        suspended: Set(lines.filter { $0.state == .suspended }.map(\.programme)))
    }
  }
}
