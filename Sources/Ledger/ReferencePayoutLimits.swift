/// Limits of card payouts in the reference.
extension ReferenceLedger {
  /// A posted payout, as limits count it.
  struct Visit: Sendable {
    let key: RecordKey
    let card: String
    let day: PostingDay
    let amount: Int64
  }

  mutating func set(_ decision: PayoutLimitsDecision) throws -> LedgerOutcome {
    try decision.hands.require(for: .payoutLimitsSet)
    limits = decision.limits
    return keep(.payoutLimitsSet)
  }

  /// Refuses a payout over a limit; otherwise the visit that it is.
  func visit(_ posting: PayoutPosting, _ receivedAt: Int64) throws -> Visit {
    let visit = Visit(
      key: RecordKey(transactionID: posting.transactionID, terminal: posting.terminal), card: posting.card,
      day: PostingDay(unixMilliseconds: receivedAt), amount: try Money.total(posting.allocations.map(\.amount)))
    let today = visits.filter { $0.day == visit.day && records[$0.key]?.verdict != .void }
    try limits.check(
      amount: visit.amount, visits: { Int64(today.filter { $0.card == visit.card }.count) },
      paid: { try Money.total(today.filter { $0.key.terminal == posting.terminal }.map(\.amount)) })
    return visit
  }
}
