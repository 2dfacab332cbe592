import ArgumentParser
import Benefits
import VietnamReference

/// `ansinh benefit programmes`
struct ProgrammesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "programmes",
    abstract: "Các chương trình: kiểm tra, xem, so sánh. / Programmes: check, show, compare.",
    discussion: """
      Chương trình là dữ liệu: tệp YAML nói ai được hưởng bao nhiêu, từ nguồn nào, theo lịch nào, trong thời gian nào. \
      Thư mục ghi ở --folder được đọc chồng lên danh mục có sẵn, nên chương trình mới chỉ cần một tệp. / Programmes \
      are data: YAML files say who is paid how much, by whom, when, on which days. A folder given with --folder is \
      read on top of those supplied, so that a new programme takes a file only.
      """,
    subcommands: [
      ProgrammesCheckCommand.self, ProgrammesShowCommand.self, ProgrammesDiffCommand.self, ProgrammesCoverCommand.self,
    ])
}

/// Where programmes are read from.
struct ProgrammeFolderOptions: ParsableArguments {
  @Option(
    name: .long, help: "Thư mục tệp chương trình, đọc chồng lên. / Folder of programme files, read on top.",
    completion: .directory)
  var folder: String?
}

/// `ansinh benefit programmes check`
struct ProgrammesCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Kiểm tra tệp chương trình và chạy các ví dụ. / Check programme files and run their worked examples.",
    discussion: """
      Tìm lỗi cú pháp, mục lạ hoặc thiếu, ngày trùng hoặc hở, tham số chưa có hoặc mới dự kiến, mâu thuẫn giữa các \
      chương trình, và ví dụ tính ra số khác; mỗi lỗi kèm tệp, dòng, cột và cách sửa. Mã thoát 4 khi có lỗi. / Finds \
      wrong syntax, unknown and missing keys, overlapping and missing days, parameters that are not there or only \
      planned, programmes that contradict one another, and examples that come out otherwise; each with file, line, \
      column and what to do. Exit code 4 when there is a fault.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: ProgrammeFolderOptions

  private struct Fault: Codable {
    let code: String
    let file: String
    let line: Int
    let column: Int
    let key: String
    let problem: BilingualText
    let remedy: BilingualText

    init(_ fault: CatalogueFault) {
      (code, file, line, column, key) = (fault.code.rawValue, fault.file, fault.line, fault.column, fault.key)
      (problem, remedy) = (fault.why, fault.remedy)
    }
  }

  private struct Report: Codable {
    var isGood = true
    var programmes = 0
    var periods = 0
    var examples = 0
    var faults: [Fault] = []
  }

  func run() async throws {
    let output = global.output
    var report = Report()
    do {
      let catalogue = try ProgrammeFolder.catalogue(source.folder)
      report.programmes = catalogue.programmes.count
      report.periods = catalogue.programmes.reduce(0) { $0 + $1.periods.count }
      report.examples = catalogue.vectors.count
    } catch {
      guard case ProgrammeError.content(_, let found) = error else { throw error }
      report.isGood = false
      report.faults = found.faults.map(Fault.init)
    }
    let told = report
    try output.result(told) { Self.text(told, output) }
    guard told.isGood else { throw ProgrammeError.refused(count: told.faults.count) }
  }

  private static func text(_ report: Report, _ output: Output) -> String {
    guard report.isGood else {
      return report.faults.flatMap { fault in
        let place = output.pick(
          "dòng \(fault.line), cột \(fault.column)", "line \(fault.line), column \(fault.column)")
        let key = fault.key.isEmpty ? "" : " · \(Mask.printable(fault.key, limit: 100))"
        return [
          "✘ \(Mask.printable(fault.file, limit: 100)), \(place)\(key): \(fault.problem(output.language))",
          "    → \(fault.remedy(output.language))",
        ]
      }.joined(separator: "\n")
    }
    return output.pick(
      "✔ \(report.programmes) chương trình, \(report.periods) giai đoạn, \(report.examples) ví dụ tính đúng.",
      "✔ \(report.programmes) programmes, \(report.periods) periods, \(report.examples) worked examples come out.")
  }
}

/// `ansinh benefit programmes show`
struct ProgrammesShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Xem các chương trình, hoặc một chương trình và mức hưởng. / Show programmes, or one and its amount.",
    discussion: """
      Với --input, tính mức hưởng của ngày đó và kể từng bước: tham số nào, từ ngày nào, nhân với gì. / With --input \
      it works the amount of the day out and tells each step: which parameter, from which day, times what.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: ProgrammeFolderOptions
  @Argument(help: "Mã chương trình. / A programme's code.", completion: Completions.programmes) var code: String?
  @Option(name: .long, help: "Ngày áp dụng, mặc định hôm nay. / The day, today unless given.") var on: String?
  @Option(name: .long, help: "Đầu vào của quy tắc: tên=giá trị. / An input of the rule: name=value.")
  var input: [String] = []

  private struct Listed: Codable {
    let code: String
    let pillar: String
    let name: BilingualText
    let rhythm: BilingualText
    let funder: BilingualText
    let amount: BilingualText
    let from: String?
    let to: String?
    let isInForce: Bool
    let evidence: String
  }

  func run() async throws {
    let output = global.output
    let catalogue = try ProgrammeFolder.catalogue(source.folder)
    let date = try ProgrammeFolder.day(or: on)
    let inputs = try ProgrammeFolder.inputs(input)
    guard let code else { return try list(catalogue, date, output) }
    let programme = try ProgrammeFolder.programme(code, in: catalogue)
    let found = try amount(programme, catalogue, date, inputs)
    let view = ProgrammeView(programme, in: catalogue, on: date, found)
    try output.result(view) { view.text(output) }
  }

  /// The amount when inputs are given, or none are needed.
  private func amount(
    _ programme: Programme, _ catalogue: ProgrammeCatalogue, _ date: CalendarDate,
    _ inputs: [(name: String, text: String)]
  ) throws -> AmountDerivation? {
    do throws(RuleFault) {
      guard let rules = programme.period(on: date) else {
        if inputs.isEmpty, on == nil { return nil }
        _ = try catalogue.amount(programme.code, on: date, inputs: [:])
        return nil
      }
      let values = try catalogue.inputs(inputs, for: rules)
      if inputs.isEmpty { return try? catalogue.amount(programme.code, on: date, inputs: [:]) }
      return try catalogue.amount(programme.code, on: date, inputs: values)
    } catch {
      throw ProgrammeError.rule(code: programme.code, error)
    }
  }

  private func list(_ catalogue: ProgrammeCatalogue, _ date: CalendarDate, _ output: Output) throws {
    let listed = catalogue.programmes.compactMap { programme -> Listed? in
      let rules = programme.period(on: date)
      guard let shown = rules ?? (on == nil ? programme.periods.last : nil) else { return nil }
      return Listed(
        code: programme.code, pillar: programme.pillar.rawValue, name: programme.name, rhythm: programme.rhythm.name,
        funder: shown.funder.words, amount: catalogue.words(of: shown), from: programme.validFrom?.iso,
        to: programme.validTo?.iso, isInForce: rules != nil, evidence: shown.evidence)
    }
    try output.result(listed) {
      Pillar.allCases.compactMap { pillar in
        let rows = listed.filter { $0.pillar == pillar.rawValue }
        guard !rows.isEmpty else { return nil }
        var table = TextTable(columns: [
          .init(pillar.rawValue), .init(output.pick("Chương trình", "Programme"), maximumWidth: 44),
          .init(output.pick("Kỳ", "Rhythm")), .init(output.pick("Mức hưởng", "Amount"), maximumWidth: 44),
          .init(output.pick("Hiệu lực", "In force")),
        ])
        for row in rows {
          table.addRow([
            row.code, row.name(output.language), row.rhythm(output.language), row.amount(output.language),
            row.isInForce ? "✔" : row.to.map { "→ \($0)" } ?? "",
          ])
        }
        return table.rendered()
      }.joined(separator: "\n\n")
    }
  }
}
