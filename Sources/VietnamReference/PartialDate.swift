/// A date known to the day, to the month or only to the year (birth dates of old people, old merit files).
///
/// Precision is kept and never invented: year-only is `--/--/1945`, not 01/01/1945.
/// ISO 8601 reduced forms are used in files: `1945`, `1945-05`, `1945-05-17`.
public struct PartialDate: Hashable, Sendable {
  /// Year, 1…9999.
  public let year: Int
  /// Month, 1…12; `nil` when only the year is known.
  public let month: Int?
  /// Day of the month; `nil` unless the full date is known.
  public let day: Int?

  /// How much of the date is known.
  public enum Precision: String, Sendable, Codable {
    /// Only the year.
    case year
    /// Month and year.
    case month
    /// The full date.
    case day
  }

  /// Only the year; `nil` unless it is 1…9999.
  public init?(year: Int) {
    guard (1...9999).contains(year) else { return nil }
    self.init(uncheckedYear: year, month: nil, day: nil)
  }

  /// Month and year; `nil` unless they are 1…12 and 1…9999.
  public init?(year: Int, month: Int) {
    guard CalendarDate.daysIn(month: month, year: year) != nil else { return nil }
    self.init(uncheckedYear: year, month: month, day: nil)
  }

  /// A full date.
  public init(_ date: CalendarDate) {
    self.init(uncheckedYear: date.year, month: date.month, day: date.day)
  }

  /// Reads `dd/MM/yyyy`, `--/MM/yyyy`, `--/--/yyyy`, `yyyy-MM-dd`, `yyyy-MM` or `yyyy`.
  ///
  /// `nil` for any other shape (no spaces, no one-digit parts) and for days that do not exist.
  public init?(text: String) {
    let bytes = Array(text.utf8.prefix(11))
    let unknown: [UInt8] = [CalendarDate.hyphen, CalendarDate.hyphen]
    switch bytes.count {
    case 4:
      guard let year = CalendarDate.number(bytes[...]) else { return nil }
      self.init(year: year)
    case 7:
      guard bytes[4] == CalendarDate.hyphen, let year = CalendarDate.number(bytes[0..<4]),
        let month = CalendarDate.number(bytes[5..<7])
      else { return nil }
      self.init(year: year, month: month)
    case 10 where Array(bytes[0..<2]) == unknown:
      guard bytes[2] == CalendarDate.slash, bytes[5] == CalendarDate.slash,
        let year = CalendarDate.number(bytes[6..<10])
      else { return nil }
      if Array(bytes[3..<5]) == unknown {
        self.init(year: year)
      } else {
        guard let month = CalendarDate.number(bytes[3..<5]) else { return nil }
        self.init(year: year, month: month)
      }
    default:
      guard let date = CalendarDate(text: text) else { return nil }
      self.init(date)
    }
  }

  /// How much is known.
  public var precision: Precision { day != nil ? .day : month != nil ? .month : .year }

  /// `17/05/1945`, `--/05/1945` or `--/--/1945`, for screens, cards and vouchers.
  public var slashed: String {
    let parts = [day, month].map { $0.map { CalendarDate.padded($0, 2) } ?? "--" }
    return "\(parts[0])/\(parts[1])/\(CalendarDate.padded(year, 4))"
  }

  /// `1945-05-17`, `1945-05` or `1945`, for files and JSON.
  public var iso: String {
    var text = CalendarDate.padded(year, 4)
    if let month { text += "-" + CalendarDate.padded(month, 2) }
    if let day { text += "-" + CalendarDate.padded(day, 2) }
    return text
  }

  /// The first day it may mean.
  public var earliest: CalendarDate {
    CalendarDate(uncheckedYear: year, month: month ?? 1, day: day ?? 1)
  }

  /// The last day it may mean.
  public var latest: CalendarDate {
    let month = month ?? 12
    let length = CalendarDate.daysIn(month: month, year: year) ?? 28
    return CalendarDate(uncheckedYear: year, month: month, day: day ?? length)
  }

  /// Completed years of age on `date`, from the youngest to the oldest the person may be; `nil` when not yet born.
  public func age(on date: CalendarDate) -> ClosedRange<Int>? {
    guard earliest <= date else { return nil }
    let oldest = Self.years(from: earliest, to: date)
    return (latest <= date ? Self.years(from: latest, to: date) : 0)...oldest
  }

  private init(uncheckedYear year: Int, month: Int?, day: Int?) {
    self.year = year
    self.month = month
    self.day = day
  }

  private static func years(from birth: CalendarDate, to date: CalendarDate) -> Int {
    date.year - birth.year - ((date.month, date.day) < (birth.month, birth.day) ? 1 : 0)
  }
}

extension PartialDate: Codable {
  /// Reads ``iso`` (or any text ``init(text:)`` reads); throws `DecodingError.dataCorrupted` when it is no date.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let date = PartialDate(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a partial date")
    }
    self = date
  }

  /// Writes ``iso``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}
