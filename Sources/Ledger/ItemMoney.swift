/// Where the money of a credited item is, in đồng. What it stands at, and so what is owed of it, is
/// paid + open + uncollected + deducted − overpaid.
public struct ItemMoney: Hashable, Sendable {
  /// Paid, less what was taken back.
  public let paid: Int64
  /// Open.
  public let open: Int64
  /// Lapsed, and neither reclaimed nor returned.
  public let uncollected: Int64
  /// Taken by deduction orders.
  public let deducted: Int64
  /// Paid or deducted, found not to be owed, and not taken back since.
  public let overpaid: Int64

  /// One item's money.
  public init(paid: Int64, open: Int64, uncollected: Int64, deducted: Int64, overpaid: Int64) {
    self.paid = paid
    self.open = open
    self.uncollected = uncollected
    self.deducted = deducted
    self.overpaid = overpaid
  }

  /// What it stands at.
  public var stands: Int64 { paid + open + uncollected + deducted - overpaid }

  /// What is done when nothing of the item turns out to be owed: the open part goes back but for what its person has
  /// paid back of payouts that were taken back since, what lapsed goes back, and the rest is to be recovered.
  public var unowed: (open: Int64, uncollected: Int64, owed: Int64) {
    let refund = min(open, max(0, overpaid - paid - deducted))
    return (open - refund, uncollected, max(0, paid + deducted - overpaid))
  }

  /// Refuses to recover more than was paid or deducted and is not to be recovered already
  /// (``RefusalCode/amountOverPaid``).
  public func requirePaid(_ amount: Int64) throws(LedgerRefusal) {
    guard amount <= unowed.owed else { throw LedgerRefusal(.amountOverPaid) }
  }

  /// What of the open part goes on to the fund after a payout of the item was taken back.
  ///
  /// - Parameters:
  ///   - recovered: what was recovered of the item's receivables that its person owes, in cash or from later credits:
  ///     it is the person's.
  ///   - isLate: nothing of the item is owed, since its line ended before its month.
  public func back(recovered: Int64, isLate: Bool) -> Int64 {
    isLate ? open - min(open, max(0, recovered - paid - deducted)) : min(open, max(0, overpaid - recovered))
  }
}
