public import VietnamReference

/// `POST /v1/people/{personalID}/health-covers`
public struct HealthCoverRequest: Hashable, Sendable, Codable {
  /// Subject code (mã đối tượng), two letters.
  public var subject: String
  /// Benefit level (mức hưởng), 1…5; absent for the one usual for the subject.
  public var level: Int?
  /// First day, year * 10000 + month * 100 + day.
  public var from: UInt32
  /// Last day; absent without one.
  public var until: UInt32?
  /// The day on which five years without a break are or were reached; absent while that is not known.
  public var fiveYearsOn: UInt32?
  /// Who records it, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(
    subject: String, level: Int? = nil, from: UInt32, until: UInt32? = nil, fiveYearsOn: UInt32? = nil,
    hands: HandsRequest
  ) {
    self.subject = subject
    self.level = level
    self.from = from
    self.until = until
    self.fiveYearsOn = fiveYearsOn
    self.hands = hands
  }
}

/// `POST /v1/people/{personalID}/co-payments`
public struct CoPaymentRequest: Hashable, Sendable, Codable {
  /// The day, year * 10000 + month * 100 + day.
  public var paidOn: UInt32
  /// Đồng.
  public var amount: Int64
  /// The facility's voucher, 1…64 printable ASCII characters; taken once for a person.
  public var voucher: String
  /// Who records it, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(paidOn: UInt32, amount: Int64, voucher: String, hands: HandsRequest) {
    self.paidOn = paidOn
    self.amount = amount
    self.voucher = voucher
    self.hands = hands
  }
}

/// A person's health-insurance cover.
public struct HealthCoverAnswer: Hashable, Sendable, Codable {
  /// Subject code.
  public var subject: String
  /// Its name.
  public var subjectName: BilingualText
  /// Benefit level, 1…5.
  public var level: Int
  /// Per cent of the covered cost that the insurance pays.
  public var percent: Int
  /// First day, year * 10000 + month * 100 + day.
  public var from: UInt32
  /// Last day; absent without one.
  public var until: UInt32?
  /// `not-yet`, `valid` or `expired` on the day.
  public var state: String
  /// The day on which five years without a break are or were reached; absent while that is not known.
  public var fiveYearsOn: UInt32?

  /// From its fields.
  public init(
    subject: String, subjectName: BilingualText, level: Int, percent: Int, from: UInt32, until: UInt32? = nil,
    state: String, fiveYearsOn: UInt32? = nil
  ) {
    self.subject = subject
    self.subjectName = subjectName
    self.level = level
    self.percent = percent
    self.from = from
    self.until = until
    self.state = state
    self.fiveYearsOn = fiveYearsOn
  }
}

/// A co-payment.
public struct CoPaymentLine: Hashable, Sendable, Codable {
  /// The day, year * 10000 + month * 100 + day.
  public var paidOn: UInt32
  /// Đồng.
  public var amount: Int64
  /// The facility's voucher.
  public var voucher: String

  /// From its fields.
  public init(paidOn: UInt32, amount: Int64, voucher: String) {
    self.paidOn = paidOn
    self.amount = amount
    self.voucher = voucher
  }
}

/// `GET /v1/people/{personalID}/health-insurance?on=yyyymmdd`, today unless given; on the person's page as of today.
public struct HealthInsuranceAnswer: Hashable, Sendable, Codable {
  /// The day that it is told for, year * 10000 + month * 100 + day.
  public var on: UInt32
  /// The cover of the day, else the first that begins later; absent without either.
  public var cover: HealthCoverAnswer?
  /// Σ co-payments of the day's calendar year up to the day, đồng.
  public var paid: Int64
  /// How many they are.
  public var count: Int64
  /// Đồng above which co-payments end (six base salaries of the day); absent when the day's base salary is not known.
  public var limit: Int64?
  /// Đồng still to be paid until the limit is reached; absent as `limit` is.
  public var left: Int64?
  /// Whole years of insurance without a break.
  public var years: Int
  /// Years that are needed.
  public var yearsNeeded: Int
  /// Nothing more is to be paid beside the insurance this year: above the limit, after five years, insured on the day.
  public var isExempt: Bool
  /// The co-payments, newest first, at most 60.
  public var payments: [CoPaymentLine]

  /// From its fields.
  public init(
    on: UInt32, cover: HealthCoverAnswer? = nil, paid: Int64, count: Int64, limit: Int64? = nil, left: Int64? = nil,
    years: Int, yearsNeeded: Int, isExempt: Bool, payments: [CoPaymentLine]
  ) {
    self.on = on
    self.cover = cover
    self.paid = paid
    self.count = count
    self.limit = limit
    self.left = left
    self.years = years
    self.yearsNeeded = yearsNeeded
    self.isExempt = isExempt
    self.payments = payments
  }
}
