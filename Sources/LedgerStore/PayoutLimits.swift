internal import GRDB
internal import Ledger

/// Limits of card payouts.
extension BatchSession {
  func set(_ decision: PayoutLimitsDecision) throws -> Decision {
    try decision.hands.require(for: .payoutLimitsSet)
    let limits = decision.limits
    let act = try keep(.payoutLimitsSet, subject: "payout limits", content: limits.text, decision.hands)
    try sql.run(
      "INSERT INTO payout_limit (act, visit, card_day, terminal_day) VALUES (?, ?, ?, ?)",
      [act, limits.mostPerVisit, limits.visitsPerCardDay, limits.mostPerTerminalDay])
    return .outcome(.acted(EntitlementActResult(sequence: act)))
  }

  /// Refuses a payout over a limit.
  func checkLimits(_ posting: PayoutPosting, amount: Int64) throws {
    let day = PostingDay(unixMilliseconds: posting.effectiveAt(receivedAt: receivedAt)).yyyymmdd
    try payoutLimits().check(
      amount: amount,
      visits: {
        try sql.one(
          """
          SELECT COUNT(*) FROM outcome o JOIN payout p ON p.transaction_id = o.transaction_id
          WHERE o.card = ? AND o.refusal = 0 AND p.effective_date = ?
            AND NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = p.transaction_id)
          """, [posting.card, day])?.int(0) ?? 0
      },
      paid: { try paid(TerminalDay(terminal: posting.terminal, day: day)) })
  }
}

extension PayoutLimits {
  /// What holds now.
  static func read(_ sql: SQL) throws -> PayoutLimits {
    try sql.one("SELECT visit, card_day, terminal_day FROM payout_limit ORDER BY act DESC LIMIT 1", []).map {
      PayoutLimits(
        mostPerVisit: try $0.int(0), visitsPerCardDay: try $0.int(1), mostPerTerminalDay: try $0.int(2))
    } ?? .none
  }
}
