/// Payouts of the reference that are taken back.
extension ReferenceLedger {
  mutating func reverse(_ reversal: PayoutReversal, _ receivedAt: Int64) throws -> LedgerOutcome {
    try reversal.hands.require(for: .payoutReversed)
    let id = reversal.transactionID
    let posted = uses[id]?.first { $0.posting != nil }
    let verdicts = records.filter {
      $0.key.transactionID == id && posted?.terminal ?? $0.key.terminal == $0.key.terminal
    }
    .map(\.value.verdict)
    guard !verdicts.contains(.void) else { throw LedgerRefusal(.alreadyVoid) }
    guard let posted else { throw LedgerRefusal(.unknownPayout) }
    guard !reversed.contains(id) else { throw LedgerRefusal(.payoutReversed) }
    guard verdicts.contains(.paid) else { throw LedgerRefusal(.payoutNotPaid) }
    let window = PostingDay(unixMilliseconds: receivedAt).window
    try post(LedgerEvent.reversal(posted.transfers, window: window).transfers())
    for (name, amount) in posted.parts { change(name) { $0.paid -= amount } }
    reversed.insert(id)
    return keep(.payoutReversed, amount: try Money.total(posted.parts.values))
  }
}
