/// How long a card of a profile lasts.
public struct CardLife: Hashable, Sendable {
  /// From the first day to the last.
  public enum Span: Hashable, Sendable {
    /// The same day so many years later; 28 February for a 29th that the year does not have.
    case years(Int)
    /// So many days later.
    case days(Int)
  }

  /// From the first day to the last, unless the holder reaches ``untilAge`` before.
  public let span: Span
  /// A child's card ends the day before the holder has this age; `nil` for a card of any other kind.
  public let untilAge: Int?
  /// So many days before its last a card may be renewed.
  public let renewalDays: Int

  /// From its parts.
  public init(span: Span, untilAge: Int? = nil, renewalDays: Int) {
    self.span = span
    self.untilAge = untilAge
    self.renewalDays = renewalDays
  }

  /// Days of the shortest such card that no age cuts short.
  public var shortestDays: Int {
    switch span {
    case .years(let years): years * 365
    case .days(let days): days
    }
  }

  /// The last day of a card whose first is `from`; `nil` for a holder who has the last age already.
  ///
  /// A birth date without its day or month counts as the first that it can be.
  public func lastDay(from: CardDate, birthDate: CardDate) -> CardDate? {
    let full: CardDate
    switch span {
    case .years(let years): full = from.adding(years: years)
    case .days(let days): full = CardDate(dayNumber: from.dayNumber + Int64(days))
    }
    guard let untilAge else { return full }
    let birthday = birthDate.yyyymmdd / 100 % 100 == 0 ? birthDate.yyyymmdd / 10_000 * 10_000 + 101 : birthDate.yyyymmdd
    let first = CardDate(yyyymmdd: max(birthday, birthday / 100 * 100 + 1)) ?? birthDate
    let last = CardDate(dayNumber: first.dayNumber(yearsLater: untilAge) - 1)
    return last < from ? nil : min(full, last)
  }
}

extension CardDate {
  /// The same day so many years later; 28 February for a 29th that the year does not have.
  func adding(years: Int) -> CardDate {
    let year = yyyymmdd / 10_000 + UInt32(clamping: years)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let monthDay = yyyymmdd % 10_000
    return CardDate(yyyymmdd: year * 10_000 + (monthDay == 229 && !isLeap ? 228 : monthDay)) ?? self
  }

  /// Days since 1970-01-01 of a whole date.
  var dayNumber: Int64 { dayNumber(yearsLater: 0) }

  /// The same of the same day so many years later, 1 March for a 29 February that the year does not have.
  func dayNumber(yearsLater: Int) -> Int64 {
    let (month, day) = (Int64(yyyymmdd / 100 % 100), Int64(yyyymmdd % 100))
    // The year begins in March, so that the day that comes and goes is its last.
    let year = Int64(yyyymmdd / 10_000) + Int64(yearsLater) - (month <= 2 ? 1 : 0)
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The date of a day counted from 1970-01-01; days before count as that one.
  init(dayNumber: Int64) { self.init(unixTime: dayNumber * 86_400) }
}
