internal import GRDB
public import Ledger

/// A drawer or bag as it stands.
public struct StoredShift: Hashable, Sendable {
  /// 16 octets.
  public let id: [UInt8]
  /// Drawer or bag.
  public let kind: ShiftKind
  /// What it pays.
  public let desk: ShiftDesk
  /// The clerk who opened it.
  public let clerk: String
  /// Milliseconds since 1970.
  public let openedAt: Int64
  /// What its cash should be.
  public let sums: ShiftSums
  /// Payouts of which the terminal has said nothing yet.
  public let silent: Int64
}

/// What is asked about shifts.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/openShifts(agent:point:)``.
  public func openShifts(agent: String, point: String) async throws(LedgerStoreError) -> [StoredShift] {
    try await read { sql in
      try sql.all(
        """
        SELECT s.id, s.kind, s.terminal, a.maker, a.acted_at, (
          SELECT COUNT(*) FROM shift_payout x JOIN payout p ON p.transaction_id = x.transaction_id
          WHERE x.shift = s.id AND NOT EXISTS (
            SELECT 1 FROM terminal_record r WHERE r.transaction_id = p.transaction_id AND r.terminal = p.terminal))
        FROM shift_open o JOIN shift s ON s.id = o.shift JOIN act a ON a.sequence = s.act
        WHERE o.agent = ? AND o.point = ? ORDER BY s.act
        """, [agent, point]
      ).map { row in
        StoredShift(
          id: try row.bytes(0), kind: try row.decode(1) { UInt8(exactly: $0).flatMap(ShiftKind.init) },
          desk: ShiftDesk(agent: agent, point: point, terminal: try row.bytes(2)), clerk: try row.text(3),
          openedAt: try row.int(4), sums: try ShiftSums.read(sql, row.bytes(0)), silent: try row.int(5))
      }
    }
  }
}
