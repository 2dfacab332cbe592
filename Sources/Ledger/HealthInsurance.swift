/// A person's health-insurance cover (thẻ bảo hiểm y tế) as an office knows it. Days are
/// `year * 10000 + month * 100 + day`.
///
/// The cover of a day is the one that begins last on or before it; of two that begin on one day the later recorded.
public struct HealthCover: Hashable, Sendable {
  /// Subject code (mã đối tượng), two letters A…Z.
  public let subject: String
  /// Benefit level (mức hưởng), 1…5.
  public let level: UInt8
  /// First day.
  public let from: Int32
  /// Last day; nil without one.
  public let until: Int32?
  /// The day on which five years without a break are or were reached; nil while that is not known.
  public let fiveYearsOn: Int32?
  /// 16 random octets: what the chain keeps of the cover can't be guessed without them.
  public let salt: [UInt8]

  /// One cover.
  public init(subject: String, level: UInt8, from: Int32, until: Int32?, fiveYearsOn: Int32?, salt: [UInt8]) {
    self.subject = subject
    self.level = level
    self.from = from
    self.until = until
    self.fiveYearsOn = fiveYearsOn
    self.salt = salt
  }

  /// Everything of it in one text, which the chain commits to with the salt.
  public var text: String {
    "\(subject) \(level) \(from) \(until.map { "\($0)" } ?? "-") \(fiveYearsOn.map { "\($0)" } ?? "-")"
  }

  /// Whether it covers a day that it is the cover of.
  public func covers(_ day: Int32) -> Bool { from <= day && until ?? .max >= day }
}

/// What a person paid of the cost of care beside the insurance (cùng chi trả).
public struct CoPayment: Hashable, Sendable {
  /// The day, yyyymmdd.
  public let paidOn: Int32
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// The facility's voucher, 1…64 printable ASCII characters; unique for the person.
  public let voucher: String
  /// 16 random octets, as in ``HealthCover/salt``.
  public let salt: [UInt8]

  /// One co-payment.
  public init(paidOn: Int32, amount: Int64, voucher: String, salt: [UInt8]) {
    self.paidOn = paidOn
    self.amount = amount
    self.voucher = voucher
    self.salt = salt
  }

  /// Everything of it in one text, which the chain commits to with the salt.
  public var text: String { "\(paidOn) \(amount) \(voucher)" }
}

/// A birth date with whatever precision is known.
public enum KnownBirth {
  /// The first day (yyyymmdd) that somebody born at `text` (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`) can have lived; nil for
  /// any other text.
  public static func earliest(_ text: String) -> Int32? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), zip(parts, [4, 2, 2]).allSatisfy({ Check.digits(String($0), $1) }) else {
      return nil
    }
    let numbers = parts.compactMap { Int32($0) } + [1, 1]
    let day = numbers[0] * 10_000 + numbers[1] * 100 + numbers[2]
    return Check.day(day) ? day : nil
  }
}

extension Check {
  static func cover(_ cover: HealthCover) -> Bool {
    cover.subject.utf8.count == 2 && cover.subject.utf8.allSatisfy { (0x41...0x5A).contains($0) }
      && (1...5).contains(cover.level) && day(cover.from)
      && cover.until.map { day($0) && $0 >= cover.from } ?? true && cover.fiveYearsOn.map(day) ?? true
      && cover.salt.count == 16
  }

  static func coPayment(_ payment: CoPayment) -> Bool {
    day(payment.paidOn) && Money.isAmount(payment.amount) && reference(payment.voucher, 1...64)
      && payment.salt.count == 16
  }
}
