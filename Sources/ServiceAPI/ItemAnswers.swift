public import VietnamReference

/// What may be done with a line.
public enum LineStateName: String, Hashable, Sendable, Codable, CaseIterable {
  /// It is credited and paid.
  case active
  /// It is credited and not paid.
  case suspended
  /// It has ended.
  case ended
}

/// Answer to `GET /v1/people/{key}/lines`; the key is a personal id (12 digits) or a card number (16 digits).
public struct PersonLinesAnswer: Hashable, Sendable, Codable {
  /// The person's lines, by number.
  public var lines: [EntitlementLine]

  /// From its fields.
  public init(lines: [EntitlementLine]) { self.lines = lines }
}

/// A line with everything that was credited to it.
public struct EntitlementLine: Hashable, Sendable, Codable {
  /// Its number.
  public var line: UInt32
  /// Programme code.
  public var programme: String
  /// Programme name.
  public var programmeName: BilingualText
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Two-digit code of the home province.
  public var homeProvince: String
  /// What may be done with it.
  public var state: LineStateName
  /// The last month that is owed, year * 100 + month; nil while it goes on.
  public var lastPeriod: UInt32?
  /// What was credited, by month and kind.
  public var items: [CreditedItem]

  /// From its fields.
  public init(
    line: UInt32, programme: String, programmeName: BilingualText, unit: String, funder: String, homeProvince: String,
    state: LineStateName, lastPeriod: UInt32?, items: [CreditedItem]
  ) {
    self.line = line
    self.programme = programme
    self.programmeName = programmeName
    self.unit = unit
    self.funder = funder
    self.homeProvince = homeProvince
    self.state = state
    self.lastPeriod = lastPeriod
    self.items = items
  }
}

/// A credited item. Amounts are đồng; `credited = paid + open + taken`.
public struct CreditedItem: Hashable, Sendable, Codable {
  /// Month, year * 100 + month.
  public var period: UInt32
  /// What kind.
  public var kind: ItemKindName
  /// What was credited.
  public var credited: Int64
  /// What was paid out.
  public var paid: Int64
  /// What left it otherwise than by a payout.
  public var taken: Int64
  /// What can still be paid.
  public var open: Int64
  /// Of what was taken: lapsed, and neither reclaimed nor returned.
  public var uncollected: Int64
  /// Of what was taken: by deduction orders.
  public var deducted: Int64
  /// What was paid or deducted and turned out not to be owed.
  public var overpaid: Int64
  /// The how-manieth of its line, month and kind; without it the first.
  public var number: UInt16?

  /// From its fields.
  public init(
    period: UInt32, kind: ItemKindName, credited: Int64, paid: Int64, taken: Int64, open: Int64, uncollected: Int64,
    deducted: Int64, overpaid: Int64, number: UInt16? = nil
  ) {
    self.number = number
    self.period = period
    self.kind = kind
    self.credited = credited
    self.paid = paid
    self.taken = taken
    self.open = open
    self.uncollected = uncollected
    self.deducted = deducted
    self.overpaid = overpaid
  }
}

/// What a programme does with money that nobody collects.
public enum CollectionRuleName: String, Hashable, Sendable, Codable, CaseIterable {
  /// It never lapses.
  case neverLapses = "never-lapses"
  /// It lapses some months after the entitlement has ended.
  case afterEnd = "after-end"
  /// It goes to the next month's list, until it is collected.
  case carried
  /// It lapses after a day.
  case deadline
  /// The programme's rules of that month are not known here, or pay nothing.
  case none
}

/// Answer to `GET /v1/uncollected?unit=…&after=…`
public struct UncollectedAnswer: Hashable, Sendable, Codable {
  /// By line, month and kind.
  public var items: [UncollectedLine]
  /// The line to go on after; nil at the end.
  public var next: UInt32?

  /// From its fields.
  public init(items: [UncollectedLine], next: UInt32?) {
    self.items = items
    self.next = next
  }
}

/// An item that was not collected in its month, or has lapsed.
public struct UncollectedLine: Hashable, Sendable, Codable {
  /// Which.
  public var item: ItemReference
  /// Programme code.
  public var programme: String
  /// Funder.
  public var funder: String
  /// What can still be paid, đồng.
  public var open: Int64
  /// What lapsed, and is neither reclaimed nor returned, đồng.
  public var uncollected: Int64
  /// What becomes of it.
  public var rule: CollectionRuleName
  /// The last day on which it can be collected, year * 10000 + month * 100 + day; nil without such a day.
  public var lastDay: UInt32?
  /// That day is over.
  public var isOver: Bool
  /// Months in a row, up to the line's newest, of which nothing was collected.
  public var months: Int
  /// So many that the name is no longer printed on the list (tạm dừng in danh sách).
  public var isUnlisted: Bool

  /// From its fields.
  public init(
    item: ItemReference, programme: String, funder: String, open: Int64, uncollected: Int64, rule: CollectionRuleName,
    lastDay: UInt32?, isOver: Bool, months: Int, isUnlisted: Bool
  ) {
    self.item = item
    self.programme = programme
    self.funder = funder
    self.open = open
    self.uncollected = uncollected
    self.rule = rule
    self.lastDay = lastDay
    self.isOver = isOver
    self.months = months
    self.isUnlisted = isUnlisted
  }
}

/// Answer to `GET /v1/people/{key}/receivables`
public struct ReceivablesAnswer: Hashable, Sendable, Codable {
  /// What was overpaid from the person's lines, by number.
  public var receivables: [ReceivableLine]

  /// From its fields.
  public init(receivables: [ReceivableLine]) { self.receivables = receivables }
}

/// An overpayment.
public struct ReceivableLine: Hashable, Sendable, Codable {
  /// Its number.
  public var number: Int64
  /// The line that it was paid from.
  public var line: UInt32
  /// The agent that owes it; without it the line's person does.
  public var agent: String?
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng.
  public var amount: Int64
  /// What is still owed, đồng.
  public var rest: Int64
  /// Number of the act that opened it.
  public var act: Int64
  /// Unix seconds.
  public var openedAt: Int64

  /// From its fields.
  public init(
    number: Int64, line: UInt32, agent: String?, unit: String, funder: String, amount: Int64, rest: Int64, act: Int64,
    openedAt: Int64
  ) {
    self.number = number
    self.line = line
    self.agent = agent
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.rest = rest
    self.act = act
    self.openedAt = openedAt
  }
}

/// Answer to `GET /v1/people/{key}/deductions`
public struct DeductionsAnswer: Hashable, Sendable, Codable {
  /// The orders on the person's lines, by number.
  public var deductions: [DeductionLine]

  /// From its fields.
  public init(deductions: [DeductionLine]) { self.deductions = deductions }
}

/// A deduction order.
public struct DeductionLine: Hashable, Sendable, Codable {
  /// Its number.
  public var number: Int64
  /// The line.
  public var line: UInt32
  /// The overpayment that it recovers.
  public var receivable: Int64?
  /// Code of the third party.
  public var party: String?
  /// Đồng a month.
  public var amount: Int64?
  /// Percent of the item.
  public var percent: Int64?
  /// Most that is taken in all, đồng.
  public var total: Int64?
  /// Percent of an item that all orders of the line up to this one may take together.
  public var cap: Int64
  /// What was taken so far, đồng.
  public var taken: Int64
  /// It was stopped.
  public var isStopped: Bool

  /// From its fields.
  public init(
    number: Int64, line: UInt32, receivable: Int64?, party: String?, amount: Int64?, percent: Int64?, total: Int64?,
    cap: Int64, taken: Int64, isStopped: Bool
  ) {
    self.number = number
    self.line = line
    self.receivable = receivable
    self.party = party
    self.amount = amount
    self.percent = percent
    self.total = total
    self.cap = cap
    self.taken = taken
    self.isStopped = isStopped
  }
}
