import ArgumentParser
import Ledger
import PayoutPoint
import ServiceAPI
import VietnamReference

/// `ansinh commune …`: a unit's month.
struct CommuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commune",
    abstract:
      "Tháng của đơn vị: đề nghị kinh phí, báo cáo, danh sách, dự báo. / A unit's month: request, report, list, "
      + "forecast.",
    discussion: """
      Đơn vị là XA-tỉnh-xã (UBND xã), BHXH-tỉnh, SNV-tỉnh hoặc SYT-tỉnh. Số người đếm theo người và chương trình. / \
      A unit is XA-province-commune, BHXH-province, SNV-province or SYT-province. Persons are counted by person and \
      programme.
      """, subcommands: [Request.self, Report.self, List.self, Forecast.self])

  /// Whose month, and how it is told.
  struct Asked: ParsableArguments {
    @Option(name: .long, help: "Tháng, YYYY-MM. / Month, YYYY-MM.") var month: String
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Flag(name: .long, help: "In dạng CSV. / Print as CSV.") var csv = false

    var period: Period {
      get throws { try CommuneCommand.period(month) }
    }
  }

  static func period(_ text: String) throws -> Period {
    let digits = text.filter { $0 != "-" }
    guard digits.utf8.count == 6, let number = Int32(digits), let period = Period(yyyymm: number) else {
      throw UsageError.window
    }
    return period
  }

  static func unit(_ text: String) throws -> AccountingUnit {
    guard let unit = AccountingUnit(text: text.uppercased()) else { throw ValidationError("--unit \(text)") }
    return unit
  }

  /// `ansinh commune request`
  struct Request: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request",
      abstract: "Đề nghị kinh phí cho tháng, trước ngày 25 tháng trước. / Ask for a month's money, before the 25th of "
        + "the month before.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var asked: Asked
    @Option(name: .long, help: "Đơn vị, ví dụ XA-19-05443. / Accounting unit.") var unit: String

    func run() async throws {
      let (unit, month) = (try CommuneCommand.unit(unit), try asked.period)
      let answer = try await CentreAccess.with(global.home, url: asked.service) { client in
        try await client.get("/v1/units/\(unit.text)/needs/\(month.yyyymm)", NeedAnswer.self)
      }
      try MonthText.show(MonthText.request(answer, global.output), answer, asked.csv, global.output)
      MonthText.warnIfLate(month.previous, from: 25, global.output)
    }
  }

  /// `ansinh commune report`
  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Báo cáo chi trả của tháng, trước ngày 20, theo mẫu C74b-HD. / A month's report, before the 20th.",
      discussion: """
        Mỗi người (theo chương trình) đứng ở đúng một chỗ: “chưa trả” khi cuối tháng còn tiền chưa nhận, kể cả đã nhận \
        một phần; “thực trả” khi đã nhận hết; còn lại “chuyển trả”. Số tiền là số đã ghi sổ trong tháng. / Each person \
        (by programme) stands in one place: unpaid when anything is open at the month's end, even if a part was paid; \
        paid when nothing is; returned otherwise. Amounts are what was posted in the month.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var asked: Asked
    @Option(name: .long, help: "Đơn vị, ví dụ XA-19-05443. / Accounting unit.") var unit: String
    @OptionGroup var paper: ListPaperOptions

    func run() async throws {
      let (unit, month) = (try CommuneCommand.unit(unit), try asked.period)
      try paper.check()
      let answer = try await CentreAccess.with(global.home, url: asked.service) { client in
        try await client.get("/v1/units/\(unit.text)/months/\(month.yyyymm)", MonthAnswer.self, timeoutSeconds: 120)
      }
      try MonthText.show(MonthText.report(answer, global.output), answer, asked.csv, global.output)
      try paper.write(global.output) { head, language in
        let funders = Set(answer.lines.map(\.funder))
        return try MonthReportPaper(
          answer, head: head(unit.text, nil),
          funderNames: Dictionary(uniqueKeysWithValues: funders.map { ($0, Names.funder($0)) }),
          budgets: funders.filter(MonthText.isBudget)
        ).pdf(language)
      }
      MonthText.warnIfLate(month, from: 20, global.output)
    }
  }

  /// `ansinh commune list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Danh sách điểm chi trả dùng: ai còn được nhận bao nhiêu. / The list a point works from.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Đơn vị, ví dụ XA-19-05443. / Accounting unit.") var unit: String
    @Option(name: .long, help: "Chỉ một điểm chi, ví dụ BD-19-001. / Of one point only.") var point: String?
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Flag(name: .long, help: "In dạng CSV. / Print as CSV.") var csv = false
    @OptionGroup var paper: ListPaperOptions

    func run() async throws {
      try paper.check()
      let (unit, point) = (try CommuneCommand.unit(unit), point)
      let answer = try await CentreAccess.with(global.home, url: service) { client in
        try await client.get(
          "/v1/units/\(unit.text)/dues" + (point.map { "?point=\($0)" } ?? ""), DueAnswer.self, timeoutSeconds: 120)
      }
      try MonthText.show(MonthText.list(answer, global.output), answer, csv, global.output)
      try paper.write(global.output) { head, language in
        try PayoutListPaper(answer, head: head(unit.text, point)).pdf(language)
      }
    }
  }

  /// `ansinh commune forecast`
  struct Forecast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forecast",
      abstract: "Tiền mặt cần có, theo đơn vị và mệnh giá. / Cash to have ready, by unit and denomination.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var asked: Asked
    @Option(name: .long, help: "Đơn vị. / Accounting unit.") var unit: String?
    @Option(name: .long, help: "Tỉnh, hai chữ số. / Province, two digits.") var province: String?
    @Option(name: .long, help: "Điểm chi, ví dụ BD-19-001. / Point.") var point: String?

    func validate() throws {
      guard unit != nil || province != nil || point != nil else {
        throw ValidationError("--unit, --province, --point: chọn một / choose one")
      }
    }

    func run() async throws {
      let month = try asked.period
      var query = "?month"
      if let unit {
        query = "?unit=\(try CommuneCommand.unit(unit).text)"
      } else if let province = province ?? point.map({ String($0.split(separator: "-").dropFirst().first ?? "") }) {
        query = "?province=\(province)"
      }
      if let point { query += "&point=\(point)" }
      let path = "/v1/forecasts/\(month.yyyymm)" + query
      let answer = try await CentreAccess.with(global.home, url: asked.service) { client in
        try await client.get(path, ForecastAnswer.self, timeoutSeconds: 120)
      }
      try MonthText.show(MonthText.forecast(answer, global.output), answer, asked.csv, global.output)
    }
  }
}
