public import Ledger

/// How somebody is named to the store.
public enum PersonKey: Hashable, Sendable {
  /// By any personal id that the person has or had.
  case personalID(String)
  /// By a card of the person, in whatever state.
  case card(String)
}

/// An entitlement line with everything that was credited to it.
public struct StoredEntitlement: Hashable, Sendable {
  /// Line id.
  public let line: UInt32
  /// Programme wire code.
  public let programme: UInt16
  /// The home unit.
  public let unit: AccountingUnit
  /// The funder.
  public let funder: Funder
  /// Two-digit code of the home province.
  public let homeProvince: String
  /// What may be done with it.
  public let state: LineState
  /// The last month that is owed; nil while it goes on.
  public let lastPeriod: Period?
  /// Credited items by month and kind.
  public let items: [StoredItem]
}

/// A credited item. Amounts are đồng; `credited = paid + open + taken`, and `taken` holds what lapsed and was deducted.
public struct StoredItem: Hashable, Sendable {
  /// Which.
  public let name: ItemName
  /// What was credited.
  public let credited: Int64
  /// What was paid out.
  public let paid: Int64
  /// What left it otherwise than by a payout.
  public let taken: Int64
  /// Of that, what lapsed and is neither reclaimed nor returned.
  public let uncollected: Int64
  /// Of that, what orders took.
  public let deducted: Int64
  /// What was paid or deducted and turned out not to be owed.
  public let overpaid: Int64

  /// What can still be paid.
  public var open: Int64 { credited - paid - taken }

  /// Reads line, period, kind, the six amounts and the item's number from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    name = ItemName(
      line: try row.decode(index) { UInt32(exactly: $0) },
      period: try row.decode(index + 1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
      kind: try row.decode(index + 2) { UInt8(exactly: $0).flatMap(ItemKind.init) }, number: Int(try row.int(index + 9))
    )
    credited = try row.int(index + 3)
    paid = try row.int(index + 4)
    taken = try row.int(index + 5)
    uncollected = try row.int(index + 6)
    deducted = try row.int(index + 7)
    overpaid = try row.int(index + 8)
  }

  static let columns = """
    o.line, o.period, i.kind, o.credited, o.paid, o.taken, COALESCE(a.uncollected, 0), COALESCE(a.deducted, 0),
      COALESCE(a.overpaid, 0), i.number
    """
}

/// An item of which something is open or has lapsed, with its line.
public struct StoredOpenItem: Hashable, Sendable {
  /// The item.
  public let item: StoredItem
  /// Programme wire code.
  public let programme: UInt16
  /// The funder.
  public let funder: Funder
  /// The last month of its line that is owed; nil while it goes on.
  public let lastPeriod: Period?
}

/// An overpayment and what is still owed of it.
public struct StoredReceivable: Hashable, Sendable {
  /// Its number.
  public let number: Int64
  /// The line that it was paid from.
  public let line: UInt32
  /// The agent that owes it; nil when the line's person does.
  public let agent: String?
  /// The unit that it is owed to.
  public let unit: AccountingUnit
  /// Whose money it is.
  public let funder: Funder
  /// Đồng.
  public let amount: Int64
  /// What is still owed, đồng.
  public let rest: Int64
  /// Number of the act that opened it.
  public let act: Int64
  /// Milliseconds since 1970.
  public let openedAt: Int64
}

/// An order to take something of a line's regular items.
public struct StoredDeduction: Hashable, Sendable {
  /// Its number: the act that made it.
  public let number: Int64
  /// The line.
  public let line: UInt32
  /// What, and how much.
  public let terms: DeductionTerms
  /// What it has taken so far, đồng.
  public let taken: Int64
  /// It was stopped.
  public let isStopped: Bool
}
