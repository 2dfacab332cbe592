/// The Vietnamese calendar day (UTC+7, no daylight saving) of a posting.
public struct PostingDay: Hashable, Comparable, Sendable, Codable {
  /// `year * 10000 + month * 100 + day`.
  public let yyyymmdd: Int32

  /// Milliseconds since 1970 that a posting may carry: up to the end of the year 9999.
  public static let validMilliseconds: ClosedRange<Int64> = 0...253_402_275_599_999

  /// The day of `unixMilliseconds`, clamped to ``validMilliseconds``.
  public init(unixMilliseconds: Int64) {
    let bounded = min(max(unixMilliseconds, Self.validMilliseconds.lowerBound), Self.validMilliseconds.upperBound)
    let days = (bounded + 7 * 3_600_000) / 86_400_000
    // Days are counted from 1 March of year 0, so that a leap day ends its year.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    yyyymmdd = Int32(year * 10_000 + month * 100 + day)
  }

  /// The settlement window the day is in: `yyyymm`.
  public var window: String {
    let text = String(yyyymmdd / 100)
    return String(repeating: "0", count: max(0, 6 - text.count)) + text
  }

  /// Earlier days first.
  public static func < (left: PostingDay, right: PostingDay) -> Bool { left.yyyymmdd < right.yyyymmdd }
}
