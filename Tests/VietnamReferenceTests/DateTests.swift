import Foundation
import Testing
import VietnamReference

@Suite("Dates")
struct DateTests {
  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "31/04/2026", "2026-1-01", "1/02/2026",
    "2026/02/01", "01-02-2026", "0000-01-01", "+026-01-01", "2026-01-01 ", "", "２026-01-01",
  ])
  func noSuchDay(_ text: String) {
    #expect(CalendarDate(text: text) == nil)
  }

  @Test func bothFormsAndTheLongOne() throws {
    let date = try day("05/02/2026")
    #expect(date == (try day("2026-02-05")))
    #expect(date.iso == "2026-02-05")
    #expect(date.slashed == "05/02/2026")
    #expect(date.longVietnamese == "ngày 05 tháng 02 năm 2026")
    #expect(try day("2026-11-25").longVietnamese == "ngày 25 tháng 11 năm 2026")
    #expect(try day("2026-03-09").longVietnamese == "ngày 09 tháng 3 năm 2026")
    #expect(try day("2025-12-31") < day("2026-01-01"))
  }

  @Test func dayNumbersRoundTripOverEightCenturies() throws {
    let first = try day("1700-01-01")
    let last = try day("2500-12-31")
    var previous: CalendarDate?
    for number in first.dayNumber...last.dayNumber {
      let date = try #require(CalendarDate(dayNumber: number))
      #expect(date.dayNumber == number && CalendarDate(year: date.year, month: date.month, day: date.day) == date)
      if let previous { #expect(previous < date) }
      previous = date
    }
    #expect(try day("1970-01-01").dayNumber == 0)
    #expect(CalendarDate(dayNumber: try day("0001-01-01").dayNumber - 1) == nil)
    #expect(CalendarDate(dayNumber: try day("9999-12-31").dayNumber + 1) == nil)
    #expect(try day("2024-02-28").adding(days: 2) == day("2024-03-01"))
    #expect(try day("2024-02-28").adding(days: .max) == nil)
  }

  @Test func unixSecondsInBothZones() throws {
    // 2026-10-31T17:00:00Z is midnight of 1 November in Vietnam.
    let seconds: Int64 = 1_793_466_000
    #expect(CalendarDate(unixSeconds: seconds, zone: .utc) == (try day("2026-10-31")))
    #expect(CalendarDate(unixSeconds: seconds, zone: .vietnam) == (try day("2026-11-01")))
    #expect(CalendarDate(unixSeconds: seconds - 1, zone: .vietnam) == (try day("2026-10-31")))
    #expect(CalendarDate(unixSeconds: -1, zone: .utc) == (try day("1969-12-31")))
    #expect(CalendarDate(unixSeconds: -86_400, zone: .utc) == (try day("1969-12-31")))
    #expect(CalendarDate(unixSeconds: -86_401, zone: .utc) == (try day("1969-12-30")))
    for extreme in [Int64.min, .min + 86_399, .max, .max - 30_000] {
      #expect(CalendarDate(unixSeconds: extreme, zone: .vietnam) == nil)
    }
  }

  @Test func partialDatesKeepTheirPrecision() throws {
    let cases: [(String, PartialDate.Precision, String, String)] = [
      ("1945", .year, "--/--/1945", "1945"), ("--/--/1945", .year, "--/--/1945", "1945"),
      ("1945-05", .month, "--/05/1945", "1945-05"), ("--/05/1945", .month, "--/05/1945", "1945-05"),
      ("1945-05-17", .day, "17/05/1945", "1945-05-17"), ("17/05/1945", .day, "17/05/1945", "1945-05-17"),
    ]
    for (text, precision, slashed, iso) in cases {
      let date = try #require(PartialDate(text: text))
      #expect(date.precision == precision)
      #expect(date.slashed == slashed)
      #expect(date.iso == iso)
      #expect(PartialDate(text: date.slashed) == date && PartialDate(text: date.iso) == date)
      #expect(try JSONDecoder().decode(PartialDate.self, from: JSONEncoder().encode(date)) == date)
    }
  }

  @Test(arguments: [
    "", "45", "19456", "--/13/1945", "--/00/1945", "--/5/1945", "17/--/1945", "-/-/1945", "1945-13", "05/1945", "0000",
    "29/02/1945", "--/--/19a5", "--/--/1945 ", "00/00/1945",
  ])
  func notAPartialDate(_ text: String) {
    #expect(PartialDate(text: text) == nil)
  }

  @Test func agesAreRangesWhenTheDateIsPartial() throws {
    let today = try day("2026-10-25")
    #expect(try #require(PartialDate(text: "1945")).age(on: today) == 80...81)
    #expect(try #require(PartialDate(text: "25/10/1945")).age(on: today) == 81...81)
    #expect(try #require(PartialDate(text: "26/10/1945")).age(on: today) == 80...80)
    #expect(try #require(PartialDate(text: "2026")).age(on: today) == 0...0)
    #expect(try #require(PartialDate(text: "2027")).age(on: today) == nil)
    #expect(try #require(PartialDate(text: "1944-02")).latest == day("1944-02-29"))
  }
}
