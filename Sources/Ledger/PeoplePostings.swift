/// Money that goes from a line of a dead person to the heir's line of the same unit and funder.
public struct LineMove: Hashable, Sendable {
  /// The dead person's line.
  public let from: PayableAccount
  /// The heir's line.
  public let to: UInt32
  /// Đồng, > 0.
  public let amount: Int64

  /// `amount` đồng of `from` for line `to`.
  public init(from: PayableAccount, to: UInt32, amount: Int64) {
    self.from = from
    self.to = to
    self.amount = amount
  }

  var transfer: Transfer {
    let heir = PayableAccount(line: to, unit: from.unit, funder: from.funder)
    return Transfer(trusted: from.account, heir.account, amount, .inherited)
  }
}

extension ReceivableAmount {
  /// 2150 → 1400: a payout of it was taken back, so it is not owed any more.
  var takenBack: Transfer { Transfer(trusted: line.fund(.deferredRecovery), account, amount, .notOwedTakenBack) }
}
