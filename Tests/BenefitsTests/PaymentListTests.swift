import Ledger
import Testing
import VietnamReference

@testable import Benefits

@Suite("Payment lists")
struct PaymentListTests {
  @Test func theSampleIsAcceptedOnlyWithTheSampleFlag() throws {
    let bytes = try Samples.bytes("danh-sach-chi-tra-mau.csv")
    let list = try PaymentList.parse(bytes, options: Samples.options()).get()
    #expect(list.rows.count == 500)
    #expect(list.warnings.isEmpty)
    #expect(list.total == list.rows.reduce(0) { $0 + $1.amount })
    let refused = PaymentList.parse(bytes, options: try Samples.options(sample: false))
    #expect(refused.problems.count == 500)
    #expect(Set(refused.problems.map(\.code)) == ["id.province"])
  }

  @Test func theSampleCoversTheCountry() throws {
    let list = try PaymentList.parse(Samples.bytes("danh-sach-chi-tra-mau.csv"), options: Samples.options()).get()
    let counts = Dictionary(grouping: list.rows, by: \.provinceCode).mapValues(\.count)
    #expect(counts.count == 34)
    #expect(counts.values.allSatisfy { $0 >= 2 })
    let pillars = Set(
      list.rows.compactMap { ProgrammeCatalogue.embedded.programme(code: $0.programmeCode)?.pillar })
    #expect(pillars == Set(Pillar.allCases).subtracting([.all]))
    #expect(Set(list.rows.map(\.personalID)).count == 500)
    #expect(Set(list.rows.map(\.name)).count == 500)
    #expect(
      list.rows.prefix(4).map { "\($0.provinceCode) \($0.programmeCode)" }
        == ["19 BHXH-HUU", "01 BHTN-TCTN", "40 BTXH-KT1", "44 NCC-TB61"])
    #expect(list.rows.contains { $0.birthDate.precision == .year })
    #expect(list.rows.contains { $0.name.words.count == 1 })
    #expect(list.rows.filter { $0.programmeCode == "BHTN-TCTN" }.allSatisfy { $0.amount <= 18_500_000 })
  }

  @Test func rowsCarryWhatTheLineSays() throws {
    let row = try #require(try Samples.parse([Samples.row]).get().rows.first)
    #expect(row.rowNumber == 2)
    #expect(row.personalID.digits == "003152000119")
    #expect(row.name.text == "Nguyễn Thị Hòa")
    #expect(row.birthDate.iso == "1952-05-17")
    #expect(row.period.yyyymm == 202611)
    #expect(row.amount == 6_283_417)
    #expect(row.funder.text == "QHTTT@VN")
    #expect(row.unit.text == "BHXH-19")
    #expect(row.pointCode == "BD-19-001")
    let local = "003196000340,Lê Thị Thúy,23/11/1996,BTXH-KT1,11/2026,1000000,NSDP,XA-40-16681,40,XA-40-001"
    let second = try #require(try Samples.parse([local]).get().rows.first)
    #expect(second.funder.text == "NSDP@40" && second.period == row.period)
  }

  @Test(arguments: ["17/05/1952", "1952-05-17", "1952", "--/05/1952", "--/--/1952", "1952-05"])
  func birthDateForms(_ text: String) throws {
    let list = try Samples.parse([Samples.row(.birthDate, text)]).get()
    #expect(list.rows.first?.birthDate == PartialDate(text: text))
    #expect(list.warnings.isEmpty)
  }

  @Test(arguments: [
    (PaymentColumn.personalID, "00315200012", "id.length"), (.personalID, "00315200011X", "id.character"),
    (.personalID, "", "id.empty"), (.personalID, "100152000119", "id.province"), (.name, "", "name.empty"),
    (.name, "12", "name.no-letter"), (.name, "A\u{200B}n", "name.control-character"),
    (.birthDate, "31/02/1952", "birth-date.shape"), (.birthDate, "5/17/1952", "birth-date.shape"),
    (.birthDate, "", "birth-date.shape"), (.birthDate, "1899", "birth-date.range"),
    (.birthDate, "26/10/2026", "birth-date.range"), (.programme, "BHXH-HUUTRI", "programme.unknown"),
    (.programme, "", "programme.unknown"), (.programme, "BHYT-LK", "programme.not-payable"),
    (.period, "2026-13", "period.shape"),
    (.period, "202611", "period.shape"), (.period, "13/2026", "period.shape"), (.period, "2026/11", "period.shape"),
    (.period, "2025-06", "programme.not-in-force"), (.amount, "-500000", "amount.negative"),
    (.amount, "6283417.5", "amount.decimal"), (.amount, "6.283.417", "amount.separators"),
    (.amount, "0", "amount.zero"), (.amount, "", "amount.empty"), (.amount, "1000000000001", "amount.too-large"),
    (.amount, "6283417 đ", "amount.digits"), (.funder, "QBHTN", "funder.not-allowed"),
    (.funder, "NSXX", "funder.unknown"), (.unit, "BHXH19", "unit.shape"), (.unit, "XA-19", "unit.shape"),
    (.unit, "BHXH-01", "unit.province"), (.point, "BD-01-001", "point.province"), (.point, "BD-19-01", "point.shape"),
    (.point, "B-19-001", "point.shape"), (.point, "bd-19-001", "point.shape"), (.point, "BD-19-123456", "point.shape"),
    (.point, "BD-19-00１", "point.shape"), (.province, "03", "province.unknown"), (.province, "1", "province.unknown"),
    (.province, "06", "province.closed"),
  ])
  func eachDefectHasItsLineColumnAndReason(_ column: PaymentColumn, _ text: String, _ code: String) throws {
    let other = "003088000201,Trần Minh Quân,09/02/1988,BHTN-TCTN,2026-11,9163999,QBHTN,BHXH-01,01,BD-01-001"
    let result = try Samples.parse([other, Samples.row(column, text)])
    let shown = code == "programme.not-in-force" ? PaymentColumn.programme : column
    #expect(result.problemPlaces == ["3 \(shown.rawValue) \(code)"])
    let problem = try #require(result.problems.first)
    for language in Language.allCases {
      #expect(!problem.reason(language).isEmpty && !problem.remedy(language).isEmpty)
    }
  }

  @Test func aClosedProvinceNamesItsSuccessor() throws {
    let problem = try #require(try Samples.parse([Samples.row(.province, "45")]).problems.first)
    #expect(problem.reason.vi == "mã tỉnh 45 (Quảng Trị) đã đóng sau ngày 30/06/2025")
    #expect(problem.remedy.vi == "ghi mã tỉnh mới 44 (Quảng Trị)")
  }

  @Test func duplicatesAndContradictionsNameTheFirstLine() throws {
    let result = try Samples.parse([
      Samples.row, Samples.row(.name, "Nguyễn Thị Hoà"),
      Samples.row(.period, "2026-10").replacing("Nguyễn Thị Hòa", with: "Nguyễn Thị Hỏa"),
      Samples.row(.period, "2026-09").replacing("17/05/1952", with: "1952"),
    ])
    #expect(
      result.problemPlaces == ["3 so_dinh_danh row.duplicate", "4 ho_ten person.name", "5 ngay_sinh person.birth-date"])
    #expect(result.problems.allSatisfy { $0.reason.vi.contains("dòng 2") })
    #expect(try Samples.parse([Samples.row, Samples.row(.period, "2026-10")]).get().rows.count == 2)
  }

  @Test func aDuplicateOfABadRowIsStillFound() throws {
    let result = try Samples.parse([Samples.row(.amount, "-1"), Samples.row])
    #expect(result.problemPlaces == ["2 so_tien amount.negative", "3 so_dinh_danh row.duplicate"])
  }

  @Test func everyProblemOfALineIsReported() throws {
    let result = try Samples.parse(["x,,y,z,w,v,u,t,s,r", Samples.row])
    #expect(
      result.problemPlaces == [
        "2 so_dinh_danh id.length", "2 ho_ten name.empty", "2 ngay_sinh birth-date.shape",
        "2 chuong_trinh programme.unknown", "2 ky period.shape", "2 so_tien amount.digits", "2 nguon funder.unknown",
        "2 don_vi unit.shape", "2 tinh province.unknown", "2 diem_chi point.shape",
      ])
  }

  @Test func contradictingBirthYearsAndForeignBirthsAreWarnings() throws {
    let list = try Samples.parse([Samples.row(.birthDate, "1953"), Samples.row(.personalID, "101152000119")]).get()
    #expect(
      list.warnings.map { "\($0.line) \($0.column ?? "-") \($0.code)" } == [
        "2 ngay_sinh id.birth-year-mismatch", "3 so_dinh_danh id.country-code",
      ])
    var options = try Samples.options()
    options.allowsCountryCodes = false
    let text = "\(Samples.header)\n\(Samples.row(.personalID, "101152000119"))\n"
    #expect(PaymentList.parse(Array(text.utf8), options: options).problemPlaces == ["2 so_dinh_danh id.country"])
  }

  @Test func problemsAreOneLineAndShowNoPerson() throws {
    let result = try Samples.parse([
      Samples.row(.amount, "-500000"), Samples.row(.personalID, "00315200012"), Samples.row(.name, "Nguyễn Thị 阮\u{1}"),
      Samples.row(.unit, "003152000119"),
    ])
    let lines = result.problems.map { $0.rendered(in: .vietnamese) }
    #expect(
      lines.first == "Dòng 2, cột so_tien: “-500000”: số tiền âm. Cách sửa: ghi số tiền dương; khoản thu hồi không "
        + "nằm trong danh sách chi trả.")
    #expect(lines.count == 6)
    for line in lines + result.problems.map({ $0.rendered(in: .english) }) {
      #expect(!line.contains("Nguyễn") && !line.contains("0031520") && !line.contains("\u{1}"))
      #expect(!line.contains("\n"))
    }
  }

  @Test func vietnameseTextsAreComposed() throws {
    let spoilt = PaymentList.parse(try Samples.bytes("danh-sach-loi-mau.csv"), options: try Samples.options())
    for problem in spoilt.problems {
      #expect(problem.rendered(in: .vietnamese).unicodeScalars.allSatisfy { !(0x300...0x36F).contains($0.value) })
    }
  }
}
