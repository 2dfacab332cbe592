import Testing
import VietnamReference

@testable import Benefits

/// The samples of the codes by what they are about; ``RowCode/sample`` names every code.
extension RowCode {
  static let columns = PaymentColumn.allCases.map(\.rawValue)
  static let cells = [
    "003152000119", "Nguyễn Thị Hòa", "17/05/1952", "BHXH-HUU", "2026-11", "6283417", "QHTTT", "BHXH-19", "19",
    "BD-19-001", "", "",
  ]

  /// What shows a code.
  enum Sample {
    /// The row with another text in one column, separated by semicolons, in a file.
    case cell(PaymentColumn, String)
    /// A whole file.
    case file([UInt8])
    /// A list in the one form that the service takes.
    case list(String)
    /// A whole list of people.
    case people(String)
    /// What no list of today can show.
    case problem(RowProblem)

    static func file(_ text: String) -> Sample { .file(Array(text.utf8)) }
  }

  static func lines(_ rows: [[String]], _ separator: String = ",") -> String {
    rows.map { $0.joined(separator: separator) + "\n" }.joined()
  }

  static func row(_ changes: [PaymentColumn: String]) -> [String] {
    PaymentColumn.allCases.map { changes[$0] ?? cells[$0.index] }
  }

  /// The row, and once more with changes.
  private static func pair(_ changes: [PaymentColumn: String]) -> Sample {
    .file(lines([columns, cells, row(changes)]))
  }

  private static func finding(_ finding: IdentifierFinding) -> Sample {
    .problem(RowProblem(finding, line: 2, column: .personalID, value: "********0119"))
  }

  var ruleSample: Sample {
    let changes: [PaymentColumn: String] =
      self == .amountRule
      ? [.programme: "NCC-TB21", .amount: "99000000", .funder: "NSTW", .unit: "SNV-19"]
      : [
        .programme: "BHXH-HTXH", .amount: "500000", .funder: "NSDP", .unit: "XA-19-05443", .birthDate: "17/05/1988",
      ]
    return .file(Self.lines([Self.columns, Self.row(changes)]))
  }

  var amountSample: Sample {
    switch self {
    case .amountEmpty: .cell(.amount, "")
    case .amountNegative: .cell(.amount, "-500000")
    case .amountDecimal: .cell(.amount, "12.34")
    case .amountSeparators: .list(Self.lines([Self.columns, Self.row([.amount: "6.283.417"])]))
    case .amountDigits: .cell(.amount, "x")
    case .amountTooLarge: .cell(.amount, "1000000000001")
    case .amountGrouping: .cell(.amount, "1.23.456")
    case .amountScientific: .cell(.amount, "3,15E+09")
    default: .cell(.amount, "0")
    }
  }

  var csvSample: Sample {
    let good = Self.lines([Self.columns, Self.cells])
    return switch self {
    case .csvUnbalancedQuote: .file(good + "\"" + good)
    case .csvBareQuote: .file(good.replacing("Hòa", with: "H\"òa"))
    case .csvUTF8: .file(Self.damaged)
    case .csvRagged: .file(good + "1,2,3\n")
    case .csvEmptyLine: .list(good + "\n")
    case .csvLineEnd: .list(good.replacing("BD-19-001", with: "BD-19\r-001"))
    case .csvTooLong: .file(good + "\"" + String(repeating: "x", count: CSVReader.maximumRecordBytes + 1) + "\n")
    default: .list(String(good.dropLast()))
    }
  }

  /// Enough good rows for the file to be UTF-8, and a name that is not.
  private static var damaged: [UInt8] {
    let months = (1...9).map { row([.period: "2026-0\($0)"]) }
    let octets = Array(lines([columns] + months + [row([.name: "Nguyễn Thị H#a"])]).utf8)
    return octets.map { $0 == UInt8(ascii: "#") ? 0xFF : $0 }
  }

  var fileSample: Sample {
    switch self {
    case .encodingAmbiguous: .problem(ListFileRefusal.encoding(.ambiguous(.windows1258, .tcvn3)))
    case .encodingUnknown: .problem(ListFileRefusal.encoding(.unknown))
    case .fileArchive: .file([0x1F, 0x8B, 8, 0])
    case .fileBinary: .file([0, 1, 2, 3, 0, 0, 0, 0])
    case .fileChanged: .problem(ListFileRefusal.changed)
    case .fileEmpty: .file("")
    case .fileHtml: .file("<html>")
    case .filePdf: .file("%PDF-1.7")
    case .fileRtf: .file("{\\rtf1")
    case .fileXls: .file([0xD0, 0xCF, 0x11, 0xE0])
    case .fileXlsx: .file([0x50, 0x4B, 0x03, 0x04])
    case .listEmpty: .file(Self.lines([Self.columns]))
    default: .problem(ListFileRefusal.tooLong)
    }
  }

  var headerSample: Sample {
    let columns = Self.columns
    return switch self {
    case .headerAbsent: .file(Self.lines([Self.cells]))
    case .headerMissing: .file(Self.lines([Array(columns.dropFirst())]))
    case .headerRepeated: .file(Self.lines([columns + [columns[0]]]))
    case .headerOrder: .list(Self.lines([columns.reversed()]))
    default: .list(Self.lines([columns + ["ghi_chu"]]))
    }
  }

  var idSample: Sample {
    switch self {
    case .idEmpty: .cell(.personalID, "")
    case .idLength: .cell(.personalID, "00315200012")
    case .idCharacter: .cell(.personalID, "00315200012x")
    case .idProvince: .cell(.personalID, "003152000119")
    case .idCountry: Self.identifier(.countryCode(code: "840"))
    case .idLevel: Self.identifier(.unknownLevel(digit: "9"))
    case .idLeadingZero: .cell(.personalID, "3152000119")
    case .idOldCard: .cell(.personalID, "012345678")
    case .idScientific: .cell(.personalID, "3,15E+09")
    case .idBirthYearInFuture: Self.finding(.birthYearInFuture(year: 2031))
    case .idBirthYearMismatch: .cell(.birthDate, "17/05/1953")
    case .idSexMismatch: Self.finding(.sexMismatch(encoded: .female, recorded: .male))
    case .idCountryCode: Self.finding(.countryCode(code: "840"))
    default: Self.finding(.unknownSubject(code: "ZZ"))
    }
  }

  private static func identifier(_ error: IdentifierError) -> Sample {
    .problem(
      RowProblem(
        code: RowCode(error), line: 2, column: nil, value: nil, reason: error.reason, remedy: error.remedy))
  }

  func applicantSample() throws -> Sample {
    func cell(_ column: ApplicantColumn, _ text: String) -> Sample {
      let row = [
        "003152000119", "Nguyễn Thị Hòa", "17/05/1952", "nữ", "19", "26734", "", "", "", "", "",
      ]
      let cells = zip(ApplicantColumn.allCases, row).map { $0 == column ? text : $1 }
      return .people(Self.lines([ApplicantColumn.allCases.map(\.rawValue), cells], ";"))
    }
    return switch self {
    case .communeShape: cell(.commune, "734")
    case .guardianMissing: cell(.profile, "trẻ em")
    case .guardianSelf: cell(.guardian, "003152000119")
    case .jsonField: .people("{\"luong\":\"1\"}\n")
    case .jsonSyntax: .people("{\n")
    case .jsonType: .people("{\"so_dinh_danh\":3152000119}\n")
    case .phoneShape: cell(.phone, "912345678")
    case .photoShape: cell(.photo, "../anh.jpg")
    case .profileUnknown: cell(.profile, "khách")
    case .provinceScope: .problem(try Self.outside())
    case .sexUnknown: cell(.sex, "x")
    case .textControl: cell(.address, "x\u{1}x")
    default: cell(.address, String(repeating: "x", count: 300))
    }
  }

  private static func outside() throws -> RowProblem {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    let content = PaymentList.Options(today: today, allowsSampleData: true)
    var reader = ApplicantListReader(options: PaymentListFile.Options(content: content))
    reader.feed(
      Array(
        "so_dinh_danh,ho_ten,ngay_sinh,gioi_tinh,tinh,xa\n003152000119,Nguyễn Thị Hòa,1952,nữ,19,26734\n".utf8))
    reader.finish()
    guard case .row(let row)? = reader.next() else { return try #require(nil) }
    return try #require(RejectedRow(outside: "79", row).problems.first)
  }

  func otherSample() throws -> Sample {
    switch self {
    case .deceasedMissing: Self.pair([.programme: "BTXH-MT"])
    case .deceasedSelf: Self.pair([.programme: "BTXH-MT", .deceased: "003152000119"])
    case .deceasedUnneeded: .cell(.deceased, "003152000120")
    case .funderSplit: .problem(try Self.halves())
    case .arrearsFuture: .cell(.arrears, "2026-12")
    case .arrearsOnDeath: Self.pair([.programme: "BTXH-MT", .arrears: "2026-10"])
    case .arrearsShape: .cell(.arrears, "2026-13")
    case .periodAhead: .cell(.period, "2036-12")
    case .periodDate: .cell(.period, "Nov-26")
    case .periodShape: .cell(.period, "13/2026")
    case .personBirthDate: Self.pair([.programme: "BHXH-TUAT", .birthDate: "18/05/1952"])
    case .personName: Self.pair([.programme: "BHXH-TUAT", .name: "Nguyễn Thị Hoa"])
    case .pointProvince: .cell(.point, "BD-79-001")
    case .pointShape: .cell(.point, "BD19")
    case .programmeNotInForce: .cell(.period, "2025-01")
    case .programmeNotPayable: .cell(.programme, "BHYT-LK")
    case .programmeUnknown: .cell(.programme, "LUONG")
    case .provinceClosed: .cell(.province, "02")
    case .provinceLeadingZero: .cell(.province, "1")
    case .provinceUnknown: .cell(.province, "00")
    case .rowDuplicate: Self.pair([:])
    case .rowEarlierList: .problem(try #require(try Self.earlier().problems.first))
    case .rowExcluded: .problem(try #require(try Self.earlier("BHTN-TCTN").problems.first))
    case .unitProvince: .cell(.unit, "BHXH-79")
    default: .cell(.unit, "BHXH19")
    }
  }

  /// No programme that is shipped splits its funders.
  private static func halves() throws -> RowProblem {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    let list = try PaymentList.parse(
      Array(lines([columns, cells]).utf8), options: .init(today: today, allowsSampleData: true)
    ).get()
    let programme = try #require(ProgrammeCatalogue.embedded.programme(code: "BTXH-KT1"))
    return .wrongSplit(programme, list.rows[0].period, line: 2)
  }

  private static func earlier(_ programme: String = "BHXH-HUU") throws -> RejectedRow {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    let list = try PaymentList.parse(
      Array(lines([columns, cells]).utf8), options: .init(today: today, allowsSampleData: true)
    ).get()
    return RejectedRow(
      claimed: try #require(list.rows.first), line: 2,
      by: EarlierClaim(list: "DS-B39A61D49175318A", programme: programme, unit: "BHXH-79", province: "79"))
  }
}
