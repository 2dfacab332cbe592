/// A day of the proleptic Gregorian calendar, without time or zone.
///
/// Years 1…9999. Read from and written to JSON as `yyyy-MM-dd`.
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// Year, 1…9999.
  public let year: Int
  /// Month, 1…12.
  public let month: Int
  /// Day of the month, 1…31.
  public let day: Int

  /// Where a day begins, for times counted from 1970.
  public enum Zone: Sendable {
    /// Coordinated universal time.
    case utc
    /// Vietnam: UTC+7, no daylight saving.
    case vietnam

    var offsetSeconds: Int64 { self == .utc ? 0 : 7 * 3600 }
  }

  /// A date from its parts; `nil` when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard let length = Self.daysIn(month: month, year: year), (1...length).contains(day) else { return nil }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// The day on which `unixSeconds` (seconds from 1970-01-01T00:00Z) falls in `zone`.
  ///
  /// `nil` outside the years 1…9999.
  public init?(unixSeconds: Int64, zone: Zone) {
    let (shifted, overflow) = unixSeconds.addingReportingOverflow(zone.offsetSeconds)
    guard !overflow else { return nil }
    let days = shifted / 86_400
    self.init(dayNumber: Int(shifted % 86_400 < 0 ? days - 1 : days))
  }

  /// The day `dayNumber` days after 1970-01-01; `nil` outside the years 1…9999.
  public init?(dayNumber: Int) {
    guard (Self.firstDayNumber...Self.lastDayNumber).contains(dayNumber) else { return nil }
    // Days are counted in 400-year eras from 0000-03-01, so that the leap day comes last in a year.
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Reads `yyyy-MM-dd` or `dd/MM/yyyy`, exactly ten ASCII characters; `nil` when it is neither or no such day.
  public init?(text: String) {
    let bytes = Array(text.utf8.prefix(11))
    guard bytes.count == 10 else { return nil }
    let parts: (year: Int, month: Int, day: Int)?
    if bytes[4] == Self.hyphen, bytes[7] == Self.hyphen {
      parts = Self.parts(bytes[0..<4], bytes[5..<7], bytes[8..<10])
    } else if bytes[2] == Self.slash, bytes[5] == Self.slash {
      parts = Self.parts(bytes[6..<10], bytes[3..<5], bytes[0..<2])
    } else {
      parts = nil
    }
    guard let parts else { return nil }
    self.init(year: parts.year, month: parts.month, day: parts.day)
  }

  /// Days from 1970-01-01, negative before it.
  public var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day `days` later (earlier when negative); `nil` outside the years 1…9999.
  public func adding(days: Int) -> CalendarDate? {
    let (number, overflow) = dayNumber.addingReportingOverflow(days)
    return overflow ? nil : CalendarDate(dayNumber: number)
  }

  /// `yyyy-MM-dd`, for files and JSON (ISO 8601).
  public var iso: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

  /// `dd/MM/yyyy`, for screens and vouchers.
  public var slashed: String { "\(Self.padded(day, 2))/\(Self.padded(month, 2))/\(Self.padded(year, 4))" }

  /// `ngày 05 tháng 02 năm 2026`: days below 10 and months 1 and 2 take a leading zero, other months none.
  public var longVietnamese: String {
    "ngày \(Self.padded(day, 2)) tháng \(month <= 2 ? Self.padded(month, 2) : String(month)) năm \(year)"
  }

  /// Days in a month, 28…31; `nil` unless the month is 1…12 and the year 1…9999.
  public static func daysIn(month: Int, year: Int) -> Int? {
    guard (1...9999).contains(year) else { return nil }
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: return 31
    case 4, 6, 9, 11: return 30
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: return nil
    }
  }

  /// Earlier days first.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  init(uncheckedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The value of one to four ASCII digits; `nil` for anything else.
  static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 4 else { return nil }
    var value = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  static let hyphen = UInt8(ascii: "-")
  static let slash = UInt8(ascii: "/")
  private static let firstDayNumber = -719_162
  private static let lastDayNumber = 2_932_896

  private static func parts(
    _ year: ArraySlice<UInt8>, _ month: ArraySlice<UInt8>, _ day: ArraySlice<UInt8>
  ) -> (year: Int, month: Int, day: Int)? {
    guard let year = number(year), let month = number(month), let day = number(day) else { return nil }
    return (year, month, day)
  }
}

extension CalendarDate: Codable {
  /// Reads `yyyy-MM-dd`; throws `DecodingError.dataCorrupted` when it is no date.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let date = CalendarDate(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a calendar date")
    }
    self = date
  }

  /// Writes `yyyy-MM-dd`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}
