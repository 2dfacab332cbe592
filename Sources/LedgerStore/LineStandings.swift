internal import GRDB
internal import Ledger

/// What decisions have left of lines.
extension BatchSession {
  func set(_ standing: LineStanding, of line: UInt32, act: Int64) throws {
    try sql.run(
      """
      INSERT INTO line_state (line, state, last_period, act) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (line) DO UPDATE SET state = ?2, last_period = ?3, act = ?4
      """, [line, standing.state.rawValue, standing.lastPeriod?.yyyymm, act])
  }

  /// Refuses a row for a month after its line's last: it would be credited to nobody.
  func requireGoingOn(_ row: ItemRow, _ place: Int, line id: Int64, _ statements: RowStatements) throws {
    guard let last = try statements.lastPeriod.one([id]), !last.isNull(0), row.kind.endsWithLine,
      Int64(row.period.yyyymm) > (try last.int(0))
    else { return }
    throw LedgerRefusal(.monthAfterEnd, place: place)
  }
}
