import Ledger
import Testing
import VietnamReference

@testable import Benefits

/// Rows against the amounts and ages of their programmes' rules.
@Suite("Rows and their programmes' rules")
struct RowRuleTests {
  private static let places: [String: String] = [
    "SNV": "SNV-19,19,BD-19-001", "XA": "XA-19-05443,19,BD-19-001", "BHXH": "BHXH-19,19,BD-19-001",
  ]

  /// A row of a programme, for somebody born on a day.
  private static func row(
    _ code: String, _ amount: Int64, _ month: String = "2026-10", born: String = "17/05/1952", arrears: String = "",
    idYear: Int? = nil
  ) throws -> String {
    let programme = try #require(ProgrammeCatalogue.embedded.programme(code: code))
    let rules = try #require(programme.periods.last)
    let funder = try #require(rules.funder.kinds.first)
    let place = try #require(places[rules.unit.rawValue])
    // The personal ID says the birth year: a woman of sample data.
    let year = try #require(idYear ?? Int(born.suffix(4)))
    let digits = (year >= 2000 ? "3" : "1") + String(String(year).suffix(2))
    return "003\(digits)000119,Nguyễn Thị Hòa,\(born),\(code),\(month),\(amount),\(funder.code),\(place),\(arrears)"
  }

  /// What both readers say of a row; they say the same.
  private static func places(_ row: String) throws -> [String] {
    let header = Samples.header + ",truy_linh"
    let bytes = Array("\(header)\n\(row)\n".utf8)
    let whole = PaymentList.parse(bytes, options: try Samples.options()).problemPlaces
    #expect(ListFiles.places(try ListFiles.read(bytes).rejects) == whole)
    return whole
  }

  @Test(
    arguments: [
      // A fixed amount, a parameter, a sum; a bound from below; each person, day or tier; within bounds; a decision's.
      ("NCC-TB21", 1_878_000, true), ("NCC-TB21", 99_000_000, false), ("NCC-TB21", 1_877_999, false),
      ("NCC-BM", 10_704_000, true), ("NCC-BM", 10_704_001, false), ("NCC-TD", 1_673_000, true),
      ("BHXH-HTXH", 500_000, true), ("BHXH-HTXH", 650_000, true), ("BHXH-HTXH", 499_999, false),
      ("NCC-LS1", 5_578_000, true), ("NCC-LS1", 5_020_000, true), ("NCC-LS1", 5_000_000, false),
      ("NCC-TC", 2_800_000, true), ("NCC-TC", 2_000_000, false),
      ("BHTN-TCTN", 26_550_000, true), ("BHTN-TCTN", 26_550_001, false), ("BHTN-TCTN", 4_000_001, true),
      ("BHXH-1L", 90_000_000, true), ("BHXH-HUU", 1, true), ("BHXH-HUU", 900_000_000, true),
    ] as [(String, Int64, Bool)])
  func amounts(_ code: String, _ amount: Int64, _ isTaken: Bool) throws {
    #expect(try Self.places(Self.row(code, amount)) == (isTaken ? [] : ["2 so_tien amount.not-the-rule"]))
  }

  @Test func aGiftIsSoMuchForEachPersonOfAHousehold() throws {
    for (amount, isTaken) in [(100_000, true), (5_000_000, true), (10_000_000, false), (150_000, false)]
      as [(Int64, Bool)]
    {
      let places = try Self.places(Self.row("QUA-2-9", amount, "2025-09"))
      #expect(places == (isTaken ? [] : ["2 so_tien amount.not-the-rule"]), "\(amount)")
    }
  }

  @Test func arrearsAreAPartOfWhatTheRuleGives() throws {
    #expect(try Self.places(Self.row("NCC-TB21", 40_000, arrears: "2026-09")).isEmpty)
    #expect(try Self.places(Self.row("NCC-TB21", 1_878_000, arrears: "2026-09")).isEmpty)
    #expect(try Self.places(Self.row("NCC-TB21", 1_878_001, arrears: "2026-09")) == ["2 so_tien amount.not-the-rule"])
    #expect(try Self.places(Self.row("BHXH-HTXH", 40_000, arrears: "2026-09")).isEmpty)
  }

  @Test(arguments: [
    ("BHXH-HTXH", "17/05/1952", true), ("BHXH-HTXH", "17/05/1988", false),
    // Seventy on the last day of the month, a day too late, and where only the month or the year is known.
    ("BHXH-HTXH", "31/10/1956", true), ("BHXH-HTXH", "01/11/1956", false), ("BHXH-HTXH", "--/10/1956", true),
    ("BHXH-HTXH", "--/11/1956", false), ("BHXH-HTXH", "1956", true), ("BHXH-HTXH", "1957", false),
    ("BTXH-TE1", "02/10/2022", true), ("BTXH-TE1", "01/10/2022", false), ("BTXH-TE1", "30/09/2022", false),
    ("BTXH-KT2", "17/05/1952", true), ("BTXH-KT2", "17/05/1988", false), ("BTXH-KT1", "17/05/1988", true),
  ])
  func ages(_ code: String, _ born: String, _ isTaken: Bool) throws {
    let amount: Int64 = 1_250_000
    #expect(
      try Self.places(Self.row(code, amount, born: born)) == (isTaken ? [] : ["2 ngay_sinh birth-date.age"]))
  }

  @Test func aBirthYearThatTheIDContradictsGivesNoAge() throws {
    #expect(
      try Self.places(Self.row("BHXH-HTXH", 500_000, born: "17/05/1948", idYear: 1988))
        == ["2 ngay_sinh birth-date.age"])
    // Where nothing depends on the age it is told and taken.
    #expect(try Self.places(Self.row("NCC-TB21", 1_878_000, born: "17/05/1948", idYear: 1988)).isEmpty)
  }

  @Test func theWordsSayWhatTheRuleGives() throws {
    let problems = try Samples.parse([
      String(Self.row("NCC-TB21", 5).dropLast()), String(Self.row("BHXH-HTXH", 5, born: "17/05/1988").dropLast()),
    ]).problems
    #expect(problems.map(\.code) == ["amount.not-the-rule", "birth-date.age", "amount.not-the-rule"])
    #expect(problems.first?.reason.vi.contains("1.878.000") == true)
    #expect(problems.last?.reason.en.contains("from 500.000") == true)
  }
}
