/// Why a term can't be counted.
public enum WorkingCalendarError: Error, Hashable, Sendable {
  /// There is no table of the public holidays of this year: nothing is guessed.
  case noTable(year: Int)
}

/// Which days State offices work: Monday to Friday but for public holidays, and the Saturdays worked for a day given
/// free (Bộ luật Lao động 2019, Điều 111, 112; the government's yearly announcement).
///
/// Days are data, `public_holidays.csv`, each with its evidence. A day that is not decided yet counts as worked, so
/// that a due date is rather early than late.
public struct WorkingCalendar: Sendable {
  /// The calendar shipped with the library.
  public static let vietnam = WorkingCalendar(holidays: PackageResources.public_holidays_csv)

  /// Years that have a table.
  public let years: Set<Int>

  private let free: Set<CalendarDate>
  private let worked: Set<CalendarDate>

  init(holidays: [UInt8]) {
    let rows = EmbeddedTable(
      holidays, separator: ",", header: ["date", "kind", "name_vi", "name_en", "evidence"]
    ).rows
    var (free, worked): (Set<CalendarDate>, Set<CalendarDate>) = ([], [])
    for row in rows {
      guard let date = CalendarDate(text: row[0]), ["off", "work"].contains(row[1]), !row[4].isEmpty else {
        // The table is part of the program, and a test reads it.
        preconditionFailure("embedded table of holidays")
      }
      if row[1] == "off" { free.insert(date) } else { worked.insert(date) }
    }
    self.free = free
    self.worked = worked
    years = Set(free.map(\.year))
  }

  /// Whether offices work on `date`.
  public func isWorkingDay(_ date: CalendarDate) throws(WorkingCalendarError) -> Bool {
    guard years.contains(date.year) else { throw .noTable(year: date.year) }
    if worked.contains(date) { return true }
    // 1970-01-01 was a Thursday; 0 is Sunday.
    let weekday = ((date.dayNumber + 4) % 7 + 7) % 7
    return (1...5).contains(weekday) && !free.contains(date)
  }

  /// The `count`-th working day after `date`, which itself is not counted (Bộ luật Dân sự 2015, Điều 147).
  public func day(_ count: Int, workingDaysAfter date: CalendarDate) throws(WorkingCalendarError) -> CalendarDate {
    var (day, left) = (date, count)
    while left > 0 {
      day = try next(day)
      if try isWorkingDay(day) { left -= 1 }
    }
    return day
  }

  /// The end of a term of `days` calendar days from `date`, which itself is not counted; a term that would end on a
  /// free day ends on the next working day (Bộ luật Dân sự 2015, Điều 147, 148).
  public func end(ofDays days: Int, after date: CalendarDate) throws(WorkingCalendarError) -> CalendarDate {
    guard var day = date.adding(days: days) else { throw .noTable(year: date.year) }
    while try !isWorkingDay(day) { day = try next(day) }
    return day
  }

  private func next(_ date: CalendarDate) throws(WorkingCalendarError) -> CalendarDate {
    guard let day = date.adding(days: 1) else { throw .noTable(year: date.year + 1) }
    return day
  }
}
