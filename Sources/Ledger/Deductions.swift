/// What a deduction is for.
public enum DeductionPurpose: Hashable, Sendable, Codable {
  /// Recovery of a receivable, by its number.
  case receivable(Int64)
  /// A third party, by its code (1…32 printable ASCII characters without `/`, beginning with a letter).
  case thirdParty(String)
}

/// How much an order asks of an item.
public enum DeductionShare: Hashable, Sendable, Codable {
  /// Đồng a month, 1…``Money/highestAmount``.
  case amount(Int64)
  /// Percent of the item, from 1.
  case percent(Int64)
}

/// What is taken of every regular item of a line, as it is credited.
public struct DeductionTerms: Hashable, Sendable, Codable {
  /// What for.
  public let purpose: DeductionPurpose
  /// How much of an item.
  public let share: DeductionShare
  /// Most that is taken in all, đồng; nil for a recovery, which ends with its receivable, or without an end.
  public let total: Int64?
  /// Percent of an item that all orders of the line up to this one may take of it together, from 1.
  public let cap: Int64

  /// Percent of a month that is taken when nothing else is said.
  public static let usualCap: Int64 = 30

  /// Terms.
  public init(
    purpose: DeductionPurpose, share: DeductionShare, total: Int64? = nil, cap: Int64 = DeductionTerms.usualCap
  ) {
    self.purpose = purpose
    self.share = share
    self.total = total
    self.cap = cap
  }

  var isWellFormed: Bool {
    let isPurpose =
      switch purpose {
      case .receivable(let number): number > 0 && total == nil
      case .thirdParty(let party): Check.party(party)
      }
    let isShare =
      switch share {
      case .amount(let amount): Money.isAmount(amount)
      case .percent(let percent): percent > 0
      }
    return isPurpose && isShare && total.map(Money.isAmount) ?? true && cap > 0
  }

  /// Refuses more than the whole of an item.
  public func checkShares() throws(LedgerRefusal) {
    if case .percent(let percent) = share, percent > 100 { throw LedgerRefusal(.shareTooHigh) }
    guard cap <= 100 else { throw LedgerRefusal(.shareTooHigh) }
  }

  /// What the order takes of an item: rounded down to whole đồng, within the cap, not more than its rest.
  ///
  /// - Parameters:
  ///   - item: the item's amount, đồng.
  ///   - taken: what earlier orders have taken of it.
  ///   - rest: what the order may still take in all; nil without an end.
  public func part(of item: Int64, taken: Int64, rest: Int64?) -> Int64 {
    let wanted =
      switch share {
      case .amount(let amount): amount
      case .percent(let percent): Self.percent(percent, of: item)
      }
    return max(0, min(wanted, Self.percent(cap, of: item) - taken, rest ?? wanted))
  }

  private static func percent(_ percent: Int64, of amount: Int64) -> Int64 {
    Int64(Int128(amount) * Int128(percent) / 100)
  }

  /// The terms as the order's act keeps them for ever.
  public var content: String {
    let purpose =
      switch self.purpose {
      case .receivable(let number): "receivable \(number)"
      case .thirdParty(let party): "party \(party)"
      }
    let share =
      switch self.share {
      case .amount(let amount): "\(amount) a month"
      case .percent(let percent): "\(percent) %"
      }
    return "\(purpose), \(share), cap \(cap) %" + (total.map { ", in all \($0)" } ?? "")
  }
}

/// An order to take something of every regular item of a line.
public struct DeductionOrder: Hashable, Sendable {
  /// The line, from 1.
  public let line: UInt32
  /// What, and how much.
  public let terms: DeductionTerms
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One order.
  public init(line: UInt32, terms: DeductionTerms, hands: ActHands) {
    self.line = line
    self.terms = terms
    self.hands = hands
  }
}

/// The end of an order.
public struct DeductionStop: Hashable, Sendable {
  /// The order: the number of the act that made it.
  public let order: Int64
  /// Who, and why.
  public let hands: ActHands

  /// One end.
  public init(order: Int64, hands: ActHands) {
    self.order = order
    self.hands = hands
  }
}

/// What was deducted for a third party, paid to it.
public struct ThirdPartyPayment: Hashable, Sendable {
  /// The third party's code.
  public let party: String
  /// Whose book and money, and how much.
  public let purse: PurseAmount
  /// The payment's reference, 1…140 characters.
  public let reference: String
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One payment.
  public init(party: String, purse: PurseAmount, reference: String, hands: ActHands) {
    self.party = party
    self.purse = purse
    self.reference = reference
    self.hands = hands
  }
}

/// What one order takes of a line's credit.
public struct Deduction: Hashable, Sendable {
  /// What for.
  public let purpose: DeductionPurpose
  /// The line, and how much, đồng > 0.
  public let part: LineAmount

  /// One deduction.
  public init(purpose: DeductionPurpose, part: LineAmount) {
    self.purpose = purpose
    self.part = part
  }
}
