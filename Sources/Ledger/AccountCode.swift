/// Which side of an account makes its balance grow.
public enum AccountSide: String, CaseIterable, Sendable, Codable {
  /// Balance = debits − credits: assets, losses and expenses, and the netting clearing.
  case debit
  /// Balance = credits − debits: liabilities.
  case credit
}

/// What the balance of an account may be (`ledger` §1, column "sign").
public enum SignRule: String, CaseIterable, Sendable, Codable {
  /// Any sign.
  case free
  /// Never negative.
  case nonNegative
  /// Never negative while the drawer is open; a close books its difference.
  case nonNegativeWhileOpen
  /// Negative only down to the agent's agreed limit for online payouts; advices always post.
  case agentLimit
  /// Signed within one window; the two sides of a pair are equal.
  case signedPerWindow
  /// Zero once the bank's statement confirms.
  case zeroWhenConfirmed
}

/// The chart of accounts (`ledger` §1). The raw value is the account number.
public enum AccountCode: UInt16, CaseIterable, Sendable, Codable {
  /// Treasury or bank of the unit.
  case treasury = 1100
  /// Approved allotment not yet received.
  case allotmentReceivable = 1150
  /// Advance to an agent, per unit and funder.
  case agentAdvance = 1200
  /// Drawer of a point, in the agent's book.
  case pointDrawer = 1210
  /// Due from another unit, per pair and window.
  case dueFrom = 1300
  /// Overpayment receivable from a person or the agent at fault.
  case overpaymentReceivable = 1400
  /// Offline shortfall until its case is decided.
  case offlineShortfall = 1500
  /// Programme fund.
  case programmeFund = 2100
  /// Deferred recovery: not spendable until cash is back.
  case deferredRecovery = 2150
  /// Cycle approved, being credited.
  case cycleApproved = 2190
  /// Entitlement payable, per person and line.
  case entitlementPayable = 2200
  /// Card offline reserve, per card and line.
  case offlineReserve = 2300
  /// Due to another unit, per pair and window.
  case dueTo = 2400
  /// Transfer in flight.
  case transferInFlight = 2450
  /// Suspense, unconfirmed.
  case suspense = 2500
  /// Uncollected.
  case uncollected = 2600
  /// Agents: fees, and what they had paid for payouts that were taken back.
  case agentFees = 2700
  /// Third parties (deductions).
  case thirdParties = 2800
  /// Written-off loss.
  case writtenOffLoss = 5100
  /// Fee expense.
  case feeExpense = 5200
  /// Netting clearing.
  case nettingClearing = 9100

  /// Which side makes the balance grow.
  public var side: AccountSide { Self.chart[self]?.side ?? .debit }

  /// What the balance may be.
  public var signRule: SignRule { Self.chart[self]?.rule ?? .free }

  /// The chart as data: side and sign rule of every account.
  public static let chart: [AccountCode: (side: AccountSide, rule: SignRule)] = [
    .treasury: (.debit, .free),
    .allotmentReceivable: (.debit, .nonNegative),
    .agentAdvance: (.debit, .agentLimit),
    .pointDrawer: (.debit, .nonNegativeWhileOpen),
    .dueFrom: (.debit, .signedPerWindow),
    .overpaymentReceivable: (.debit, .nonNegative),
    .offlineShortfall: (.debit, .nonNegative),
    .programmeFund: (.credit, .nonNegative),
    .deferredRecovery: (.credit, .nonNegative),
    .cycleApproved: (.credit, .nonNegative),
    .entitlementPayable: (.credit, .nonNegative),
    .offlineReserve: (.credit, .nonNegative),
    .dueTo: (.credit, .signedPerWindow),
    .transferInFlight: (.credit, .nonNegative),
    .suspense: (.credit, .free),
    .uncollected: (.credit, .nonNegative),
    .agentFees: (.credit, .nonNegative),
    .thirdParties: (.credit, .nonNegative),
    .writtenOffLoss: (.debit, .free),
    .feeExpense: (.debit, .free),
    .nettingClearing: (.debit, .zeroWhenConfirmed),
  ]
}
