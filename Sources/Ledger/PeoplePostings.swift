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

extension PayableAccount {
  /// The line's 1400: what was paid of it and was not owed.
  public var receivable: AccountKey {
    AccountKey(.overpaymentReceivable, book: unit, funder: funder, subject: String(line))
  }
}

extension LineAmount {
  /// 1400 → 2150: paid for a month after the month of death.
  var paidAfterDeath: Transfer {
    Transfer(trusted: line.receivable, line.fund(.deferredRecovery), amount, .paidAfterDeath)
  }

  /// 2150 → 1400: a payout of such a month was taken back.
  var voidedAfterDeath: Transfer {
    Transfer(trusted: line.fund(.deferredRecovery), line.receivable, amount, .voidedAfterDeath)
  }
}
