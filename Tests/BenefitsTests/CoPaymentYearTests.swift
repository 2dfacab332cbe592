import Benefits
import Testing
import VietnamReference

@Suite("Years of health insurance without a break")
struct CoPaymentYearTests {
  @Test(
    "Five on the day that is kept, one less the day before",
    arguments: [
      (2026, 7, 1, 5), (2026, 6, 30, 4), (2027, 6, 30, 5), (2027, 7, 1, 6), (2021, 7, 1, 0), (2022, 7, 1, 1),
      (2000, 1, 1, 0),
    ])
  func years(_ year: Int, _ month: Int, _ day: Int, _ years: Int) throws {
    let reached = try #require(CalendarDate(year: 2026, month: 7, day: 1))
    let date = try #require(CalendarDate(year: year, month: month, day: day))
    #expect(CoPaymentAccumulator.years(fiveYearsOn: reached, on: date) == years)
    #expect(CoPaymentAccumulator.years(fiveYearsOn: nil, on: date) == 0)
  }
}
