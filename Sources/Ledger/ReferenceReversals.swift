/// Payouts of the reference that are taken back.
extension ReferenceLedger {
  mutating func reverse(_ reversal: PayoutReversal, _ receivedAt: Int64) throws -> LedgerOutcome {
    try reversal.hands.require(for: .payoutReversed)
    let id = reversal.transactionID
    let (parts, transfers, desk) = try paid(id)
    let window = PostingDay(unixMilliseconds: receivedAt).window
    try post(LedgerEvent.reversal(transfers, window: window).transfers())
    for (name, amount) in parts { change(name) { $0.paid -= amount } }
    reversed.insert(id)
    if let shift = openShift(desk) { shifts[shift]?.returned.append(try Money.total(parts.values)) }
    _ = keep(.payoutReversed)
    let number = Int64(acts.count)
    let takenBack = try takeBackNotOwed(parts)
    return .acted(
      EntitlementActResult(sequence: number, amount: try Money.total(parts.values), takenBack: takenBack))
  }

  /// What a payout that can be taken back took of its items, and its entries.
  private func paid(_ id: [UInt8]) throws
    -> (parts: [ItemName: Int64], transfers: [Transfer], desk: ShiftDesk)
  {
    if let hand = handPayouts[id] {
      guard !reversed.contains(id) else { throw LedgerRefusal(.payoutReversed) }
      return (hand.parts, hand.transfers, hand.desk)
    }
    let posted = uses[id]?.first { $0.posting != nil }
    let verdicts = records.filter { key, _ in
      key.transactionID == id && posted?.terminal ?? key.terminal == key.terminal
    }.map(\.value.verdict)
    guard !verdicts.contains(.void) else { throw LedgerRefusal(.alreadyVoid) }
    guard let posted else { throw LedgerRefusal(.unknownPayout) }
    guard !reversed.contains(id) else { throw LedgerRefusal(.payoutReversed) }
    guard verdicts.contains(.paid) else { throw LedgerRefusal(.payoutNotPaid) }
    return (posted.parts, posted.transfers, ShiftDesk(agent: "", point: "", terminal: posted.terminal))
  }
}
