public import VietnamReference

/// What a person's health insurance covers: subject, level, days, and the co-payments of the year.
///
/// Luật Bảo hiểm y tế Đ22; levels by QĐ 1351/QĐ-BHXH. Evidence of the subjects' usual levels is in
/// `bhyt_subjects.tsv`.
public struct HealthInsuranceCover: Hashable, Sendable {
  /// Whether it covers a day.
  public enum State: String, CaseIterable, Sendable, Codable {
    /// It begins later.
    case notYet = "not-yet"
    /// It does.
    case valid
    /// It ended before.
    case expired
  }

  /// Why its subject pays this way.
  public let subject: HealthInsuranceSubject
  /// The level that applies: the card's own, else the one usual for the subject.
  public let level: HealthInsuranceLevel
  /// First day.
  public let from: CalendarDate
  /// Last day; `nil` when it has none.
  public let to: CalendarDate?

  /// A cover by subject code.
  ///
  /// - Parameter level: the card's own when it is higher than usual: with several statuses the highest counts.
  /// - Returns: `nil` for a subject code that is not known, or a last day before the first.
  public init?(subjectCode: String, level: HealthInsuranceLevel? = nil, from: CalendarDate, to: CalendarDate?) {
    guard let subject = HealthInsuranceSubject.subject(code: subjectCode),
      let usual = HealthInsuranceLevel(rawValue: subject.usualLevel), to.map({ from <= $0 }) ?? true
    else { return nil }
    self.subject = subject
    self.level = level ?? usual
    self.from = from
    self.to = to
  }

  /// Whether it covers `date`.
  public func state(on date: CalendarDate) -> State {
    if date < from { return .notYet }
    return to.map { $0 < date } ?? false ? .expired : .valid
  }
}

/// The co-payments of one calendar year (lũy kế cùng chi trả): above six base salaries, and after five years without a
/// break, the rest of the year is free of them (Luật Bảo hiểm y tế Đ22).
public struct CoPaymentAccumulator: Hashable, Sendable {
  /// The programme that holds the limit.
  public static let programmeCode = "BHYT-LK"
  /// Consecutive years of insurance that are needed.
  public static let yearsNeeded = 5

  /// Đồng above which co-payments end.
  public let limit: Int64
  /// Đồng paid this year.
  public let paid: Int64
  /// Whole years of insurance without a break.
  public let years: Int

  /// The accumulator of a person on a day, with the limit of the day.
  ///
  /// - Throws: no base salary in force on the day.
  public init(
    paid: Int64, years: Int, on date: CalendarDate, in catalogue: ProgrammeCatalogue
  ) throws(RuleFault) {
    limit = try catalogue.amount(Self.programmeCode, on: date, inputs: [:]).amount
    self.paid = paid
    self.years = years
  }

  /// Whole years of insurance without a break on a day.
  ///
  /// - Parameter fiveYearsOn: the day on which five of them are or were reached; `nil` while that is not known, which
  ///   counts as none.
  public static func years(fiveYearsOn: CalendarDate?, on date: CalendarDate) -> Int {
    guard let reached = fiveYearsOn else { return 0 }
    let isBefore = (date.month, date.day) < (reached.month, reached.day)
    return max(0, yearsNeeded + date.year - reached.year - (isBefore ? 1 : 0))
  }

  /// Whether the rest of the year is free of co-payments.
  public var isExempt: Bool { paid > limit && years >= Self.yearsNeeded }

  /// Đồng still to be paid until the limit is reached; 0 when it is.
  public var left: Int64 { max(0, limit - paid) }
}
