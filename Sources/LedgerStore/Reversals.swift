internal import GRDB
internal import Ledger

/// Paid payouts that are taken back.
extension BatchSession {
  func reverse(_ reversal: PayoutReversal) throws -> Decision {
    try reversal.hands.require(for: .payoutReversed)
    let id = reversal.transactionID
    let payout = try sql.one("SELECT event, amount, terminal FROM payout WHERE transaction_id = ?", [id.blob])
    let terminal = try payout?.bytes(2)
    let verdicts = try sql.all(
      "SELECT verdict FROM terminal_record WHERE transaction_id = ?1 AND (?2 IS NULL OR terminal = ?2)",
      [id.blob, terminal?.blob]
    ).map { try $0.int(0) }
    guard !verdicts.contains(Int64(TerminalVerdict.void.rawValue)) else { throw LedgerRefusal(.alreadyVoid) }
    guard let payout else { throw LedgerRefusal(.unknownPayout) }
    guard try sql.one("SELECT 1 FROM payout_reversal WHERE transaction_id = ?", [id.blob]) == nil else {
      throw LedgerRefusal(.payoutReversed)
    }
    guard !verdicts.isEmpty else { throw LedgerRefusal(.payoutNotPaid) }
    let window = PostingDay(unixMilliseconds: receivedAt).window
    let event = try post(
      plan(LedgerEvent.reversal(transfers(event: payout.bytes(0)), window: window).transfers()),
      reference: id.hexText)
    let amount = try payout.int(1)
    let number = try keep(
      .payoutReversed, subject: "payout \(id.hexText)", content: "\(amount)", reversal.hands, event: event)
    try sql.run("INSERT INTO payout_reversal (transaction_id, act) VALUES (?, ?)", [id.blob, number])
    for part in try sql.all("SELECT item, amount FROM payout_part WHERE transaction_id = ?", [id.blob]) {
      try sql.run("UPDATE item_open SET paid = paid - ? WHERE item = ?", [try part.int(1), try part.bytes(0).blob])
    }
    return .outcome(.acted(EntitlementActResult(sequence: number, amount: amount)))
  }
}
