import Testing

@testable import VietnamReference

@Suite("Working days and terms")
struct WorkingCalendarTests {
  private let calendar = WorkingCalendar.vietnam

  private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text: text)) }

  @Test(
    "Two working days, counted by hand",
    arguments: [
      // Monday, Thursday, Friday, Saturday and Sunday of a week without a holiday.
      ("2026-03-02", "2026-03-04"), ("2026-03-05", "2026-03-09"), ("2026-03-06", "2026-03-10"),
      ("2026-03-07", "2026-03-10"), ("2026-03-08", "2026-03-10"),
      // Over the ends of months, and of a year with its exchanged Friday and the Saturday worked for it.
      ("2026-06-30", "2026-07-02"), ("2025-12-31", "2026-01-06"), ("2026-01-08", "2026-01-10"),
      ("2026-01-09", "2026-01-12"),
      // Tết 2025: 27 to 31 January. Tết 2026: 16 to 20 February. Tết 2027: 5 and 8 to 10 February.
      ("2025-01-24", "2025-02-04"), ("2025-01-23", "2025-02-03"), ("2026-02-13", "2026-02-24"),
      ("2026-02-12", "2026-02-23"), ("2026-02-18", "2026-02-24"), ("2027-02-04", "2027-02-12"),
      // Hùng Kings' Day on a Sunday, a free Monday for it; 30 April and 1 May after that.
      ("2026-04-24", "2026-04-29"), ("2026-04-28", "2026-05-04"), ("2026-04-29", "2026-05-05"),
      // The Saturday worked before 30 April 2025 and the four days after it.
      ("2025-04-25", "2025-04-28"), ("2025-04-29", "2025-05-06"), ("2025-04-24", "2025-04-26"),
      // National Day 2026 with its exchanged Monday.
      ("2026-08-28", "2026-09-04"), ("2026-08-21", "2026-08-24"),
    ]) func workingDays(_ start: String, _ end: String) throws
  {
    #expect(try calendar.day(2, workingDaysAfter: date(start)).iso == end)
  }

  @Test(
    "Terms of calendar days, counted by hand",
    arguments: [
      // 10 days over the end of a month, of February and of a leap-less year.
      (10, "2026-03-02", "2026-03-12"), (10, "2026-03-25", "2026-04-06"), (10, "2026-02-23", "2026-03-05"),
      // 15 days that end on a Saturday go to Monday; on the Saturday that is worked they stay.
      (15, "2026-03-06", "2026-03-23"), (15, "2025-12-26", "2026-01-10"),
      // Ends within Tết 2026 and 2025: the first Monday after it.
      (20, "2026-01-27", "2026-02-23"), (10, "2026-02-06", "2026-02-23"), (15, "2025-01-12", "2025-02-03"),
      // Ends on 30 April 2026, which a Friday off and a weekend follow.
      (15, "2026-04-15", "2026-05-04"), (20, "2026-04-10", "2026-05-04"),
      (20, "2026-12-01", "2026-12-21"), (20, "2026-12-15", "2027-01-04"), (15, "2026-08-14", "2026-09-03"),
    ]) func terms(_ days: Int, _ start: String, _ end: String) throws
  {
    #expect(try calendar.end(ofDays: days, after: date(start)).iso == end)
  }

  @Test("A year without a table is refused by name") func noTable() throws {
    #expect(calendar.years == [2025, 2026, 2027])
    #expect(throws: WorkingCalendarError.noTable(year: 2024)) { try calendar.isWorkingDay(date("2024-12-31")) }
    #expect(throws: WorkingCalendarError.noTable(year: 2028)) {
      try calendar.day(2, workingDaysAfter: date("2027-12-30"))
    }
    #expect(throws: WorkingCalendarError.noTable(year: 2028)) {
      try calendar.end(ofDays: 20, after: date("2027-12-20"))
    }
    #expect(try calendar.day(1, workingDaysAfter: date("2027-12-30")).iso == "2027-12-31")
    let last = try #require(CalendarDate(year: 9999, month: 12, day: 31))
    #expect(throws: WorkingCalendarError.self) { try calendar.end(ofDays: 20, after: last) }
    #expect(throws: WorkingCalendarError.self) { try calendar.day(1, workingDaysAfter: last) }
  }

  @Test("Each year of the table has the days of the law") func days() throws {
    for year in calendar.years {
      for fixed in ["01-01", "04-30", "05-01", "09-02"] {
        #expect(try !calendar.isWorkingDay(date("\(year)-\(fixed)")))
      }
    }
    // 1 tháng Giêng and 10 tháng 3, from the new moons at UTC+7.
    for day in ["2025-01-29", "2026-02-17", "2027-02-06", "2025-04-07", "2026-04-26", "2027-04-16"] {
      #expect(try !calendar.isWorkingDay(date(day)))
    }
  }

  @Test("Weekends are told from weekdays") func weekdays() throws {
    for (day, isWorked) in [("2025-03-03", true), ("2025-03-08", false), ("2025-03-09", false)] {
      #expect(try calendar.isWorkingDay(date(day)) == isWorked)
    }
  }
}
