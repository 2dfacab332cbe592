import Ledger
import Testing
import VietnamReference

@testable import Benefits

@Suite("Spellings in list files")
struct ListFormsTests {
  private let other = "003088000201,Trần Minh Quân,09/02/1988,BHTN-TCTN,2026-11,9163999,QBHTN,BHXH-01,01,BD-01-001"

  /// The one row of a list; separated by semicolons, so that commas may stand in cells.
  private func row(_ column: PaymentColumn, _ text: String) throws -> PaymentRow? {
    let found = try ListFiles.read(file(column, text))
    #expect(found.rejects.isEmpty, "\(text): \(ListFiles.places(found.rejects))")
    return found.rows.first
  }

  private func file(_ column: PaymentColumn, _ text: String) -> String {
    var cells = Samples.row.split(separator: ",").map(String.init)
    cells[column.index] = text
    return "\(Samples.header.replacing(",", with: ";"))\n\(cells.joined(separator: ";"))\n"
  }

  @Test(arguments: [
    "1234567", "1.234.567", "1,234,567", "1 234 567", "1\u{A0}234\u{A0}567", "1\u{202F}234\u{202F}567", "1.234.567 đ",
    "1234567đ", "1.234.567 ₫", "1.234.567 VND", "1,234,567 vnđ", "1234567 đồng", "1234567 ĐỒNG", " 1.234.567 ",
    "\u{A0}1234567\u{A0}", "01234567",
  ])
  func amounts(_ text: String) throws {
    #expect(try row(.amount, text)?.amount == 1_234_567)
  }

  @Test func aGroupOfThreeIsThousands() throws {
    #expect(try row(.amount, "1.234")?.amount == 1234)
    #expect(try row(.amount, "500,000 đ")?.amount == 500_000)
  }

  @Test(arguments: [
    "17/05/1952", "17-05-1952", "17.05.1952", "1952-05-17", "1952/5/17", "17/5/1952", "17-5-1952", " 17/05/1952 ",
  ])
  func birthDays(_ text: String) throws {
    #expect(try row(.birthDate, text)?.birthDate.iso == "1952-05-17")
  }

  @Test(arguments: [
    ("--/05/1952", "1952-05"), ("05/1952", "1952-05"), ("5/1952", "1952-05"), ("5.1952", "1952-05"),
    ("-/5/1952", "1952-05"), ("1952-05", "1952-05"), ("1952", "1952"), ("--/--/1952", "1952"),
  ])
  func partialBirthDates(_ text: String, _ iso: String) throws {
    #expect(try row(.birthDate, text)?.birthDate.iso == iso)
  }

  @Test(arguments: [
    "2026-11", "11/2026", "T11/2026", "t11/2026", "tháng 11/2026", "Tháng 11/2026", "thang 11-2026", "2026/11",
  ])
  func periods(_ text: String) throws {
    #expect(try row(.period, text)?.period.yyyymm == 202611)
    #expect(try row(.period, "1/2026")?.period.yyyymm == 202601)
  }

  @Test(arguments: ["003152000119", " 003152000119 ", "\u{A0}003152000119", "'003152000119", "003 152 000 119"])
  func personalIDs(_ text: String) throws {
    #expect(try row(.personalID, text)?.personalID.digits == "003152000119")
  }

  @Test(arguments: [
    "Nguyễn Thị Hòa", " Nguyễn  Thị Hòa ", "Nguye\u{302}\u{303}n Thi\u{323} Ho\u{300}a", "Nguyễn\u{A0}Thị Hòa",
  ])
  func names(_ text: String) throws {
    #expect(try row(.name, text)?.name.text.unicodeScalars.elementsEqual("Nguyễn Thị Hòa".unicodeScalars) == true)
  }

  @Test(arguments: [
    (PaymentColumn.personalID, "3152000119", "id.leading-zero"), (.personalID, "79152000119", "id.leading-zero"),
    (.personalID, "3.15E+09", "id.scientific"), (.personalID, "3,15E+09", "id.scientific"),
    (.personalID, "7.9152E+10", "id.scientific"), (.personalID, "012345678", "id.old-card"),
    (.personalID, "00315200012", "id.length"), (.personalID, "００3152000119", "id.character"),
    (.personalID, "3152000119.0", "id.character"), (.name, "Nguy?n Th? Hòa", "name.lost-letters"),
    (.name, "Nguy\u{FFFD}n Hòa", "name.lost-letters"), (.name, "NguyÃªÌƒn Â» Hòa", "name.sign"),
    (.name, "=Hòa", "name.sign"), (.birthDate, "12/31/1950", "birth-date.month-first"),
    (.birthDate, "5/17/1952", "birth-date.month-first"), (.birthDate, "17/05/52", "birth-date.two-digit-year"),
    (.birthDate, "1/5/52", "birth-date.two-digit-year"), (.birthDate, "19131", "birth-date.serial"),
    (.birthDate, "31/02/1952", "birth-date.shape"), (.birthDate, "17/05-1952", "birth-date.shape"),
    (.birthDate, "32/13/1952", "birth-date.shape"), (.birthDate, "1899", "birth-date.range"),
    (.period, "Nov-26", "period.date"), (.period, "thg11-26", "period.date"), (.period, "01/11/2026", "period.date"),
    (.period, "13/2026", "period.shape"), (.period, "11", "period.shape"), (.amount, "12.34", "amount.decimal"),
    (.amount, "1.234.567,00", "amount.decimal"), (.amount, "1,234.5", "amount.decimal"),
    (.amount, "5230000,50", "amount.decimal"), (.amount, "1.23.456", "amount.grouping"),
    (.amount, "1.234,567", "amount.grouping"), (.amount, "0.123", "amount.grouping"),
    (.amount, "1234.567", "amount.grouping"), (.amount, "1 23", "amount.grouping"),
    (.amount, "1..234", "amount.grouping"), (.amount, "3.15E+09", "amount.scientific"),
    (.amount, "-1.234", "amount.negative"), (.amount, "(500.000)", "amount.negative"), (.amount, "đ", "amount.empty"),
    (.amount, "１２３", "amount.digits"), (.amount, "1 đ 2", "amount.digits"), (.province, "1", "province.leading-zero"),
    (.amount, "1.000.000.000.001", "amount.too-large"), (.amount, "0 đ", "amount.zero"),
  ])
  func refusedSpellings(_ column: PaymentColumn, _ text: String, _ code: String) throws {
    let found = try ListFiles.read(file(column, text) + other.replacing(",", with: ";") + "\n")
    #expect(ListFiles.places(found.rejects) == ["2 \(column.rawValue) \(code)"], "\(text)")
    #expect(found.rejects.first?.cells[column.index] == text)
    for problem in found.survey.problems {
      for language in Language.allCases {
        let line = problem.rendered(in: language)
        #expect(!problem.reason(language).isEmpty && !problem.remedy(language).isEmpty && !line.contains("\n"))
        #expect(!line.contains("52000119") && !line.contains("Nguy"))
      }
    }
  }

  @Test func rowsThatContradictEachOther() throws {
    let rows = [
      Samples.row, Samples.row(.period, "2026-10"), Samples.row(.period, "2026-09"),
      Samples.row(.period, "2026-08").replacing("Hòa", with: "Hỏa"), other,
      Samples.row(.period, "2026-07").replacing("17/05/1952", with: "1952"), Samples.row(.amount, "x"),
      Samples.row(.period, "2026-06").replacing("Hòa", with: "Hoà"),
    ]
    let found = try ListFiles.read(ListFiles.text(rows))
    #expect(found.rows.map(\.rowNumber) == [6])
    let both = ["2", "3", "4", "5", "7"].flatMap { ["\($0) ho_ten person.name", "\($0) ngay_sinh person.birth-date"] }
    let last = ["8 so_dinh_danh row.duplicate"] + ["8 ho_ten person.name", "8 ngay_sinh person.birth-date"]
    #expect(
      ListFiles.places(found.rejects) == both + last + [
        "8 so_tien amount.digits", "9 ho_ten person.name", "9 ngay_sinh person.birth-date",
      ])
    func reasons(_ line: Int) -> [String] {
      found.rejects.first { $0.line == line }?.problems.map(\.reason.vi) ?? []
    }
    #expect(reasons(2)[0].hasSuffix("khác dòng 5") && reasons(2)[1].hasSuffix("khác dòng 7"))
    #expect(reasons(5)[0].hasSuffix("khác dòng 2") && reasons(5)[1].hasSuffix("khác dòng 7"))
    #expect(reasons(7)[0].hasSuffix("khác dòng 5") && reasons(7)[1].hasSuffix("khác dòng 2"))
    #expect(found.survey.problems.contains { $0.line == 2 && $0.code == "person.name" })
    #expect(found.survey.total == 9_163_999)
  }

  @Test func theFirstOfTwoDuesStaysGood() throws {
    let rows = [Samples.row, other, Samples.row, Samples.row(.period, "11/2026"), Samples.row(.amount, "-1")]
    let found = try ListFiles.read(ListFiles.text(rows))
    #expect(found.rows.map(\.rowNumber) == [2, 3])
    #expect(
      ListFiles.places(found.rejects) == [
        "4 so_dinh_danh row.duplicate", "5 so_dinh_danh row.duplicate", "6 so_dinh_danh row.duplicate",
        "6 so_tien amount.negative",
      ])
    #expect(found.rejects.allSatisfy { $0.problems[0].reason.vi.contains("dòng 2") })
  }
}
