internal import GRDB
internal import Ledger

/// Paid payouts that are taken back.
extension BatchSession {
  func reverse(_ reversal: PayoutReversal) throws -> Decision {
    try reversal.hands.require(for: .payoutReversed)
    let id = reversal.transactionID
    let payout = try paid(id)
    let window = PostingDay(unixMilliseconds: receivedAt).window
    let event = try post(
      plan(LedgerEvent.reversal(transfers(event: payout.event), window: window).transfers()), reference: id.hexText)
    let number = try keep(
      .payoutReversed, subject: "payout \(id.hexText)", content: "\(payout.amount)", reversal.hands, event: event)
    try sql.run("INSERT INTO payout_reversal (transaction_id, act) VALUES (?, ?)", [id.blob, number])
    try count(return: id)
    let parts = try sql.all(
      """
      SELECT item, amount FROM payout_part WHERE payout = (SELECT id FROM payout WHERE transaction_id = ?1)
      UNION ALL SELECT item, amount FROM hand_payout_part WHERE transaction_id = ?1
      """, [id.blob])
    for part in parts {
      try sql.run("UPDATE item_open SET paid = paid - ? WHERE item = ?", [try part.int(1), try part.bytes(0).blob])
    }
    let takenBack = try takeBackNotOwed(payout: id, of: payout.amount)
    return .outcome(
      .acted(EntitlementActResult(sequence: number, amount: payout.amount, takenBack: takenBack)))
  }

  /// A payout that can be taken back: by hand, or of a card and reported as paid.
  private func paid(_ id: [UInt8]) throws -> (event: [UInt8], amount: Int64) {
    let byHand = try sql.one("SELECT event, amount FROM hand_payout WHERE transaction_id = ?", [id.blob])
    let byCard = try sql.one("SELECT event, amount, terminal FROM payout WHERE transaction_id = ?", [id.blob])
    let terminal = try byCard?.bytes(2)
    let verdicts = try sql.all(
      "SELECT verdict FROM terminal_record WHERE transaction_id = ?1 AND (?2 IS NULL OR terminal = ?2)",
      [id.blob, terminal?.blob]
    ).map { try $0.int(0) }
    // Nobody's terminal has a say about a payout by hand.
    guard byHand != nil || !verdicts.contains(Int64(TerminalVerdict.void.rawValue)) else {
      throw LedgerRefusal(.alreadyVoid)
    }
    guard let payout = byHand ?? byCard else { throw LedgerRefusal(.unknownPayout) }
    guard try sql.one("SELECT 1 FROM payout_reversal WHERE transaction_id = ?", [id.blob]) == nil else {
      throw LedgerRefusal(.payoutReversed)
    }
    guard byHand != nil || !verdicts.isEmpty else { throw LedgerRefusal(.payoutNotPaid) }
    return (try payout.bytes(0), try payout.int(1))
  }
}
