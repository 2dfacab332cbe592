import Ledger
import Testing
import VietnamReference

@testable import Benefits

/// Rows of a benefit that two funders share: 70 % of the central budget, the rest of the province's.
@Suite("Rows split over two funders")
struct SplitRowTests {
  private static func row(
    _ amount: Int, _ funder: String, person: Int = 119, unit: String = "XA-19-05443", month: String = "2026-08"
  ) -> String {
    "003152000\(person),Nguyễn Thị Hòa,17/05/1952,BAO-1,\(month),\(amount),\(funder),\(unit),19,BD-19-001"
  }

  /// What both ways of reading a list say of rows; they have to agree.
  private static func places(_ rows: [String]) throws -> [String] {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    let options = PaymentList.Options(
      today: today, allowsSampleData: true, catalogue: try ProgrammeSamples.catalogue())
    let text = Array(ListFiles.text(rows).utf8)
    let strict = PaymentList.parse(text, options: options).problemPlaces
    let survey = try PaymentListFile.survey(
      chunks: [text], options: PaymentListFile.Options(content: options)
    ).get()
    var good = 0
    var total: Int64 = 0
    var rejects: [RejectedRow] = []
    try PaymentListFile.read(chunks: [text], survey: survey) {
      good += 1
      total += $0.amount
    } onReject: {
      rejects.append($0)
    }
    #expect(good == survey.goodRows && rejects.count == survey.badRows && total == survey.total)
    #expect(ListFiles.places(rejects) == strict && survey.problemCount == strict.count)
    #expect(survey.problems.map { "\($0.line) \($0.column ?? "-") \($0.code)" } == strict)
    return strict
  }

  private static let wrong = "nguon funder.split"

  @Test func eachFunderHasItsShareInARowOfItsOwn() throws {
    #expect(try Self.places([Self.row(700_000, "NSTW"), Self.row(300_000, "NSDP")]).isEmpty)
    // Rounded down, the last with the rest: 70 % of 1,000,001.
    #expect(try Self.places([Self.row(300_001, "NSDP"), Self.row(700_000, "NSTW")]).isEmpty)
    let two = [
      Self.row(700_000, "NSTW"), Self.row(300_000, "NSDP"), Self.row(70, "NSTW", person: 120),
      Self.row(30, "NSDP", person: 120),
    ]
    #expect(try Self.places(two).isEmpty)
  }

  @Test(arguments: [
    ([(700_001, "NSTW"), (299_999, "NSDP")], ["2", "3"]), ([(1_000_000, "NSTW")], ["2"]),
    ([(300_000, "NSDP")], ["2"]), ([(300_000, "NSTW"), (700_000, "NSDP")], ["2", "3"]),
  ])
  func sumsThatAreNotTheRule(_ parts: [(Int, String)], _ lines: [String]) throws {
    let rows = parts.map { Self.row($0.0, $0.1) }
    #expect(try Self.places(rows) == lines.map { "\($0) \(Self.wrong)" })
    #expect(
      try Self.places(rows + [Samples.row.replacing("0119", with: "0121")]) == lines.map { "\($0) \(Self.wrong)" })
  }

  @Test func oneFunderTwiceIsARepeatedRow() throws {
    let rows = [Self.row(700_000, "NSTW"), Self.row(300_000, "NSDP"), Self.row(300_000, "NSDP")]
    #expect(try Self.places(rows) == ["4 so_dinh_danh row.duplicate"])
  }

  @Test func rowsOfOneBenefitStandTogetherAndAreOfOneUnit() throws {
    let other = Self.row(700_000, "NSTW", person: 120)
    let apart = [Self.row(700_000, "NSTW"), other, Self.row(300_000, "NSDP", person: 120), Self.row(300_000, "NSDP")]
    #expect(try Self.places(apart) == ["2 \(Self.wrong)", "5 so_dinh_danh row.duplicate"])
    let units = [Self.row(700_000, "NSTW"), Self.row(300_000, "NSDP", unit: "XA-19-05446")]
    #expect(try Self.places(units) == ["2 \(Self.wrong)", "3 \(Self.wrong)"])
  }

  @Test func aBadPartTakesTheOtherWithIt() throws {
    let rows = [Self.row(-1, "NSTW"), Self.row(300_000, "NSDP")]
    #expect(try Self.places(rows) == ["2 so_tien amount.negative", "2 \(Self.wrong)", "3 \(Self.wrong)"])
  }

  @Test func oneRowOfSeveralCanBeLookedAtByItself() throws {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    var options = PaymentList.Options(
      today: today, allowsSampleData: true, catalogue: try ProgrammeSamples.catalogue())
    let text = Array(ListFiles.text([Self.row(700_000, "NSTW")]).utf8)
    #expect(PaymentList.parse(text, options: options).problems.count == 1)
    options.takesParts = true
    #expect(try PaymentList.parse(text, options: options).get().rows.count == 1)
  }
}
