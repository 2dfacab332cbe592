public import SecureChannel
public import VietnamReference

extension CVDate {
  /// A day of the calendar; `nil` outside 2000…2099.
  public init?(_ day: CalendarDate) {
    guard day.year >= 2_000, day.year < 2_100 else { return nil }
    self.init(yyyymmdd: UInt32(day.year * 10_000 + day.month * 100 + day.day))
  }

  /// The UTC day of `unixSeconds`; `nil` outside 2000…2099.
  public static func utc(unixSeconds: Int64) -> CVDate? {
    CalendarDate(unixSeconds: unixSeconds, zone: .utc).flatMap { CVDate($0) }
  }

  /// The same day of the calendar.
  public var calendarDate: CalendarDate? {
    CalendarDate(
      year: Int(yyyymmdd / 10_000), month: Int(yyyymmdd / 100 % 100), day: Int(yyyymmdd % 100))
  }

  /// 31 December 2099: certificates know no later day.
  public static let last: CVDate? = CVDate(yyyymmdd: 20_991_231)

  /// The last of `days` days of which this one is the first, at most `limit`.
  func lasting(days: Int, atMost limit: CVDate?) -> CVDate? {
    guard let limit = limit ?? Self.last else { return nil }
    guard let end = calendarDate?.adding(days: days - 1).flatMap({ CVDate($0) }) else { return limit }
    return min(end, limit)
  }

  /// The same day `years` later, 28 February for a leap day, at most the last day that there is.
  func adding(years: Int) -> CVDate? {
    guard let day = calendarDate else { return nil }
    let length = CalendarDate.daysIn(month: day.month, year: day.year + years) ?? day.day
    return CalendarDate(year: day.year + years, month: day.month, day: min(day.day, length))
      .flatMap { CVDate($0) } ?? Self.last
  }
}
