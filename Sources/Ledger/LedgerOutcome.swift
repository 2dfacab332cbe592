/// What became of a command. Stored with its answer, so that a replay gives the same again.
public enum LedgerOutcome: Hashable, Sendable, Codable {
  /// Refused; final for its idempotency key, and for a payout's counter (``RefusalCode/isFinalForPayout``).
  case refused(LedgerRefusal)
  /// An agent, terminal or card was registered, or a terminal revoked.
  case registered
  /// Something was done with a card.
  case cardActed(CardActResult)
  /// Money was booked; the balance in đồng of the fund (funding) or advance (top-up) after it.
  case booked(balance: Int64)
  /// Items were recorded.
  case imported(ImportResult)
  /// A list was sealed: its items and their sum in đồng.
  case sealed(items: Int64, amount: Int64)
  /// A list was given up; items of it that still claim what they are owed for.
  case abandoned(remaining: Int64)
  /// A list was checked.
  case checked
  /// A list was approved.
  case approved(CycleApproved)
  /// Items were credited.
  case credited(CreditResult)
  /// Something was decided about a line, an item, a person, a payout or an official.
  case acted(EntitlementActResult)
  /// A payout was posted.
  case posted(PayoutResult)
  /// A terminal's record was kept.
  case recorded(RecordResult)
  /// A completion serial was allotted.
  case serialAllotted(UInt32)
  /// A completion or receipt was recorded for the serial.
  case completion(serial: UInt32)

  /// The refusal, if it is one.
  public var refusal: LedgerRefusal? {
    if case .refused(let refusal) = self { refusal } else { nil }
  }
}

/// What one import chunk recorded.
public struct ImportResult: Hashable, Sendable, Codable {
  /// Items recorded.
  public let items: Int
  /// Lines that were opened for them.
  public let newLines: Int
  /// Σ of the amounts, đồng.
  public let amount: Int64

  /// A result.
  public init(items: Int, newLines: Int, amount: Int64) {
    self.items = items
    self.newLines = newLines
    self.amount = amount
  }
}

/// What one chunk of a cycle credited.
public struct CreditResult: Hashable, Sendable, Codable {
  /// Items credited by this command; 0 when nothing was left.
  public let items: Int
  /// Σ of their amounts, đồng.
  public let amount: Int64
  /// Items of the list still to be credited.
  public let remaining: Int
  /// What went back to its funds instead; nil when nothing did.
  public let returned: CreditReturned?

  /// A result.
  public init(items: Int, amount: Int64, remaining: Int, returned: CreditReturned? = nil) {
    self.items = items
    self.amount = amount
    self.remaining = remaining
    self.returned = returned
  }
}

/// Items of a chunk that were not owed any more when they were to be credited.
public struct CreditReturned: Hashable, Sendable, Codable {
  /// How many, ≥ 1.
  public let items: Int
  /// Σ of their amounts, đồng.
  public let amount: Int64

  /// `nil` for none.
  public init?(_ amounts: [Int64]) throws(MoneyOverflow) {
    guard !amounts.isEmpty else { return nil }
    items = amounts.count
    amount = try Money.total(amounts)
  }
}

/// A posted payout.
public struct PayoutResult: Hashable, Sendable, Codable {
  /// Transaction id, 16 octets.
  public let transactionID: [UInt8]
  /// Σ of the allocations, đồng.
  public let amount: Int64
  /// The Vietnamese calendar day it was posted on.
  public let postedOn: PostingDay
  /// The terminal had reported PAID before the posting came.
  public let paidBefore: Bool

  /// A result.
  public init(transactionID: [UInt8], amount: Int64, postedOn: PostingDay, paidBefore: Bool) {
    self.transactionID = transactionID
    self.amount = amount
    self.postedOn = postedOn
    self.paidBefore = paidBefore
  }
}

/// What a terminal's record did.
public enum RecordResult: Hashable, Sendable, Codable {
  /// PAID of a posted payout.
  case paid
  /// PAID without a posting: kept, and a case asks for the certificate.
  case paidUnposted
  /// PAID of a payout that the centre refused: kept, and a case decides.
  case paidAgainstRefusal
  /// VOID of a posted payout: the money went back, đồng.
  case voided(returned: Int64)
  /// VOID before its posting: the posting will be refused.
  case voidUnposted
}

/// Something that can be paid now.
public struct PayableItem: Hashable, Sendable, Codable {
  /// Line id.
  public let line: UInt32
  /// The month it is owed for.
  public let period: Period
  /// Open, đồng, > 0.
  public let amount: Int64
  /// Programme wire code.
  public let programme: UInt16
  /// The funder.
  public let funder: Funder
  /// The home unit.
  public let unit: AccountingUnit
  /// Two-digit code of the home province.
  public let homeProvince: String
  /// The line has ended: what is owed of it is paid exactly.
  public let isClosing: Bool
  /// The last day (yyyymmdd) on which it can be collected; nil without one.
  public let lastDay: Int32?

  /// One line and period.
  public init(
    line: UInt32, period: Period, amount: Int64, programme: UInt16, funder: Funder, unit: AccountingUnit,
    homeProvince: String, isClosing: Bool = false, lastDay: Int32? = nil
  ) {
    self.lastDay = lastDay
    self.isClosing = isClosing
    self.line = line
    self.period = period
    self.amount = amount
    self.programme = programme
    self.funder = funder
    self.unit = unit
    self.homeProvince = homeProvince
  }
}
