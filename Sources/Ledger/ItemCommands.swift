/// What happens to items besides payouts. Pure data, as ``LedgerCommand`` is.
public enum ItemCommand: Hashable, Sendable {
  /// Less was owed than was credited.
  case correct(ItemCorrection)
  /// Items that nobody collected lapse, are reclaimed, or go back to their funder.
  case actOnUncollected(UncollectedAct)
  /// Money that a fund does not need goes back to the funder: 2100 → 1100.
  case returnFunding(FundingReturn)
  /// An overpayment was found by hand.
  case findOverpayment(OverpaymentFound)
  /// Something was recovered of an overpayment, or written off.
  case actOnReceivable(ReceivableAct)
  /// From now on something is taken of every regular item of a line.
  case orderDeduction(DeductionOrder)
  /// No more is taken by an order.
  case stopDeduction(DeductionStop)
  /// What was deducted for a third party is paid to it: 2800 → 1100.
  case payThirdParty(ThirdPartyPayment)
  /// What is owed to an agent is paid to it: 2700 → 1100.
  case payAgent(AgentPayment)

  /// What is decided by it, and by whom.
  var decision: (kind: EntitlementActKind, hands: ActHands) {
    switch self {
    case .correct(let correction): (.itemCorrected, correction.hands)
    case .actOnUncollected(let act): (act.kind, act.hands)
    case .returnFunding(let funding): (.fundingReturned, funding.hands)
    case .findOverpayment(let found): (.overpaymentFound, found.hands)
    case .actOnReceivable(let act): (act.kind, act.hands)
    case .orderDeduction(let order): (.deductionOrdered, order.hands)
    case .stopDeduction(let stop): (.deductionStopped, stop.hands)
    case .payThirdParty(let payment): (.thirdPartyPaid, payment.hands)
    case .payAgent(let payment): (.agentPaid, payment.hands)
    }
  }

  /// Whether every length, count and amount is within the bounds its declaration states.
  public var isWellFormed: Bool {
    switch self {
    case .correct(let correction):
      correction.item.line > 0 && (0...Money.highestAmount).contains(correction.amount)
        && Check.hands(correction.hands)
    case .actOnUncollected(let act):
      UncollectedAct.kinds.contains(act.kind) && (1...1_000).contains(act.items.count)
        && Set(act.items.map(\.name)).count == act.items.count
        && act.items.allSatisfy { $0.name.line > 0 && (act.kind == .itemsLapsed) == ($0.lastDay != nil) }
        && Check.hands(act.hands)
    case .returnFunding(let funding):
      Money.isAmount(funding.purse.amount) && Check.reference(funding.reference) && Check.hands(funding.hands)
    case .findOverpayment(let found):
      found.item.line > 0 && Money.isAmount(found.amount) && found.agent.map(Check.code) ?? true
        && Check.hands(found.hands)
    case .actOnReceivable(let act):
      ReceivableAct.kinds.contains(act.kind) && act.receivable > 0 && Money.isAmount(act.amount)
        && (act.kind == .overpaymentRecovered ? Check.reference(act.reference) : act.reference.isEmpty)
        && Check.hands(act.hands)
    case .orderDeduction(let order):
      order.line > 0 && order.terms.isWellFormed && Check.hands(order.hands)
    case .stopDeduction(let stop):
      stop.order > 0 && Check.hands(stop.hands)
    case .payThirdParty(let payment):
      Check.party(payment.party) && Money.isAmount(payment.purse.amount) && Check.reference(payment.reference)
        && Check.hands(payment.hands)
    case .payAgent(let payment):
      Check.code(payment.agent) && Money.isAmount(payment.purse.amount) && Check.reference(payment.reference)
        && Check.hands(payment.hands)
    }
  }
}

/// The right amount of an item that was credited wrongly. A higher one is an item of arrears in a list instead.
public struct ItemCorrection: Hashable, Sendable {
  /// The item.
  public let item: ItemName
  /// What was owed, đồng, 0…``Money/highestAmount``; less than what the item stands at.
  public let amount: Int64
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One correction.
  public init(item: ItemName, amount: Int64, hands: ActHands) {
    self.item = item
    self.amount = amount
    self.hands = hands
  }

  /// Where the amount that a correction takes back comes from, in this order.
  public struct Split: Hashable, Sendable {
    /// What nobody has drawn yet: back to the fund.
    public let open: Int64
    /// What had lapsed: back to the fund from 2600.
    public let uncollected: Int64
    /// What was paid or deducted already: the debtor owes it.
    public let overpaid: Int64
  }

  /// Splits the difference between what an item stands at and what was right.
  ///
  /// - Parameters:
  ///   - stands: what the item stands at: open, paid, deducted and uncollected, less what was found overpaid before.
  ///   - open: of that, what is open.
  ///   - uncollected: of that, what has lapsed.
  /// - Throws: ``RefusalCode/amountNotLower``.
  public func split(stands: Int64, open: Int64, uncollected: Int64) throws(LedgerRefusal) -> Split {
    guard amount < stands else { throw LedgerRefusal(.amountNotLower) }
    let fromOpen = min(stands - amount, open)
    let fromUncollected = min(stands - amount - fromOpen, uncollected)
    return Split(
      open: fromOpen, uncollected: fromUncollected, overpaid: stands - amount - fromOpen - fromUncollected)
  }
}

/// An item that nobody collected.
public struct UncollectedItem: Hashable, Sendable {
  /// The item.
  public let name: ItemName
  /// The last day on which it could be collected, when it is to lapse; else nil.
  public let lastDay: PostingDay?

  /// One item.
  public init(name: ItemName, lastDay: PostingDay? = nil) {
    self.name = name
    self.lastDay = lastDay
  }
}

/// What becomes of items that nobody collected.
public struct UncollectedAct: Hashable, Sendable {
  /// One of ``kinds``.
  public let kind: EntitlementActKind
  /// 1…1,000 items, each once: all of them or none.
  public let items: [UncollectedItem]
  /// Who, and why.
  public let hands: ActHands

  /// One decision.
  public init(kind: EntitlementActKind, items: [UncollectedItem], hands: ActHands) {
    self.kind = kind
    self.items = items
    self.hands = hands
  }

  /// Kinds that such an act can be of.
  public static let kinds: Set<EntitlementActKind> = [.itemsLapsed, .itemsReclaimed, .uncollectedReturned]

  /// How many items, and until when the last of them could be collected: what is kept of it for ever.
  public var content: String {
    let last = items.compactMap(\.lastDay).max().map { ", last day \($0.yyyymmdd)" }
    return "\(items.count) items" + (last ?? "")
  }

  /// Refuses to lapse what nobody could collect while its line was suspended, and to reclaim a month after the last of
  /// its line. The lines are those of ``items``, in their order.
  public func checkLines(_ lines: [(state: LineState, lastPeriod: Period?)]) throws(LedgerRefusal) {
    for (place, line) in lines.enumerated() {
      if kind == .itemsLapsed, line.state == .suspended { throw LedgerRefusal(.lineSuspended, place: place) }
      let name = items[place].name
      if kind == .itemsReclaimed, name.kind.endsWithLine, line.lastPeriod.map({ name.period > $0 }) ?? false {
        throw LedgerRefusal(.lineEnded, place: place)
      }
    }
  }

  /// Refuses, with the item's place, what can still be collected on `day`.
  public func checkTerms(on day: PostingDay) throws(LedgerRefusal) {
    for (place, item) in items.enumerated() {
      if let last = item.lastDay, day <= last { throw LedgerRefusal(.termNotOver, place: place) }
    }
  }
}

/// Money that goes back to its funder.
public struct FundingReturn: Hashable, Sendable {
  /// Whose book and money, and how much.
  public let purse: PurseAmount
  /// The payment's reference, 1…140 characters.
  public let reference: String
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One return.
  public init(purse: PurseAmount, reference: String, hands: ActHands) {
    self.purse = purse
    self.reference = reference
    self.hands = hands
  }
}

extension PostingDay {
  /// A day from `year * 10000 + month * 100 + day`; nil when there is no such day.
  public init?(yyyymmdd: Int32) {
    let day = Self.milliseconds(yyyymmdd).map(PostingDay.init(unixMilliseconds:))
    guard let day, day.yyyymmdd == yyyymmdd else { return nil }
    self = day
  }

  /// The first instant of the day in UTC, which is in the same day in Vietnam, milliseconds since 1970.
  private static func milliseconds(_ yyyymmdd: Int32) -> Int64? {
    let (year, month, day) = (Int64(yyyymmdd / 10_000), Int64(yyyymmdd / 100 % 100), Int64(yyyymmdd % 100))
    guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400_000
  }
}

extension Check {
  /// A payment's reference.
  static func reference(_ reference: String) -> Bool { text(reference, 1...140) }

  /// Code of an organisation: it begins with a letter, so that nobody's number is taken for one.
  static func party(_ party: String) -> Bool {
    code(party) && party.utf8.first.map { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) } ?? false
  }
}
