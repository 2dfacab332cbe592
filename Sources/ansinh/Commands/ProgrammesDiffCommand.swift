import ArgumentParser
import Benefits
import VietnamReference

/// `ansinh benefit programmes diff`
struct ProgrammesDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "So sánh hai thư mục hoặc hai ngày. / Compare two folders or two days.",
    discussion: """
      Nói chương trình nào thêm, bỏ, đổi gì, và ví dụ của ai đổi từ bao nhiêu thành bao nhiêu. Thư mục “co-san” là \
      danh mục có sẵn. / Tells which programmes are added, removed and changed in what, and whose example changes from \
      what to what. The folder “co-san” is the catalogue supplied.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: ProgrammeFolderOptions
  @Argument(help: "Trước: ngày hoặc thư mục. / Before: a day or a folder.", completion: .directory) var before: String
  @Argument(help: "Sau: ngày hoặc thư mục. / After: a day or a folder.", completion: .directory) var after: String

  private struct Fact: Codable {
    let label: BilingualText
    let before: BilingualText?
    let after: BilingualText?
  }

  private struct Example: Codable {
    let inputs: BilingualText
    let before: Int64?
    let after: Int64?
  }

  private struct Entry: Codable {
    let code: String
    let name: BilingualText
    let change: String
    let facts: [Fact]
    let examples: [Example]

    init(_ entry: CatalogueDifference.Entry) {
      (code, name, change) = (entry.code, entry.name, entry.change.rawValue)
      facts = entry.facts.map { Fact(label: $0.label, before: $0.before, after: $0.after) }
      examples = entry.examples.map { Example(inputs: $0.inputs, before: $0.before, after: $0.after) }
    }
  }

  func run() async throws {
    let output = global.output
    let difference = CatalogueDifference(from: try side(before), to: try side(after))
    let entries = difference.entries.map(Entry.init)
    try output.result(entries) {
      guard !entries.isEmpty else { return output.pick("Không có gì khác nhau.", "Nothing differs.") }
      return entries.map { Self.text($0, output) }.joined(separator: "\n\n")
    }
  }

  private func side(_ text: String) throws -> CatalogueDifference.Side {
    let dates = [before, after].map { CalendarDate(text: $0) }
    guard (dates[0] == nil) == (dates[1] == nil) else { throw ProgrammeError.sides }
    guard let date = CalendarDate(text: text) else { return .init(try ProgrammeFolder.catalogue(text)) }
    return .init(try ProgrammeFolder.catalogue(source.folder), on: date)
  }

  private static func text(_ entry: Entry, _ output: Output) -> String {
    let language = output.language
    let change =
      switch entry.change {
      case "added": output.pick("thêm", "added")
      case "removed": output.pick("bỏ", "removed")
      default: output.pick("đổi", "changed")
      }
    var parts = ["\(entry.code) · \(entry.name(language)) · \(change)"]
    // What an added or removed programme says is in `show`; here it is enough that it comes or goes.
    if entry.change == "changed", !entry.facts.isEmpty {
      var table = TextTable(columns: [
        .init(output.pick("Mục", "Item"), maximumWidth: 36), .init(output.pick("Trước", "Before"), maximumWidth: 38),
        .init(output.pick("Sau", "After"), maximumWidth: 38),
      ])
      for fact in entry.facts {
        table.addRow([fact.label(language), fact.before?(language) ?? "–", fact.after?(language) ?? "–"])
      }
      parts.append(table.rendered())
    }
    if !entry.examples.isEmpty {
      var table = TextTable(columns: [
        .init(output.pick("Ví dụ", "Example"), maximumWidth: 64),
        .init(output.pick("Trước", "Before"), .trailing), .init(output.pick("Sau", "After"), .trailing),
      ])
      for example in entry.examples {
        let inputs = example.inputs(language)
        table.addRow([
          inputs.isEmpty ? output.pick("mọi người hưởng", "everybody") : inputs,
          example.before.map(VND.text) ?? "–", example.after.map(VND.text) ?? "–",
        ])
      }
      parts.append(table.rendered())
    }
    return parts.joined(separator: "\n")
  }
}

/// `ansinh benefit programmes cover`
struct ProgrammesCoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cover",
    abstract: "Thẻ BHYT: mức hưởng, thời hạn, cùng chi trả. / Health insurance: level, validity, co-payments.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: ProgrammeFolderOptions
  @Option(name: .long, help: "Mã đối tượng, ví dụ GD. / Subject code, for example GD.") var subject: String
  @Option(name: .long, help: "Có giá trị từ ngày. / Valid from.") var from: String
  @Option(name: .long, help: "Có giá trị đến ngày. / Valid to.") var to: String?
  @Option(name: .long, help: "Đã cùng chi trả trong năm, đồng. / Co-payments this year, đồng.") var paid: Int64 = 0
  @Option(name: .long, help: "Số năm tham gia liên tục. / Years without a break.") var years = 0
  @Option(name: .long, help: "Ngày xét, mặc định hôm nay. / The day, today unless given.") var on: String?

  private struct View: Codable {
    let subject: String
    let name: BilingualText
    let level: Int
    let percent: Int
    let from: String
    let to: String?
    let state: String
    let coPaymentLimit: Int64
    let coPaymentsPaid: Int64
    let coPaymentsLeft: Int64
    let years: Int
    let isExempt: Bool
  }

  func run() async throws {
    let output = global.output
    let catalogue = try ProgrammeFolder.catalogue(source.folder)
    let date = try ProgrammeFolder.day(or: on)
    let (first, last) = (try ProgrammeFolder.day(from), try to.map(ProgrammeFolder.day))
    guard let cover = HealthInsuranceCover(subjectCode: subject.uppercased(), from: first, to: last), paid >= 0 else {
      throw ProgrammeError.cover
    }
    let sum: CoPaymentAccumulator
    do throws(RuleFault) {
      sum = try CoPaymentAccumulator(paid: paid, years: years, on: date, in: catalogue)
    } catch {
      throw ProgrammeError.rule(code: CoPaymentAccumulator.programmeCode, error)
    }
    let view = View(
      subject: cover.subject.code, name: cover.subject.name, level: cover.level.rawValue, percent: cover.level.percent,
      from: first.iso, to: last?.iso, state: cover.state(on: date).rawValue, coPaymentLimit: sum.limit,
      coPaymentsPaid: paid, coPaymentsLeft: sum.left, years: years, isExempt: sum.isExempt)
    try output.result(view) { Self.text(view, cover.state(on: date), output) }
  }

  private static func text(_ view: View, _ state: HealthInsuranceCover.State, _ output: Output) -> String {
    let stateText =
      switch state {
      case .notYet: output.pick("chưa có giá trị", "not yet valid")
      case .valid: output.pick("có giá trị", "valid")
      case .expired: output.pick("hết hạn", "expired")
      }
    var table = TextTable(columns: [
      .init(output.pick("Bảo hiểm y tế", "Health insurance")), .init("", maximumWidth: 80),
    ])
    table.addRow([output.pick("Đối tượng", "Subject"), "\(view.subject) · \(view.name(output.language))"])
    table.addRow([output.pick("Mức hưởng", "Level"), "\(view.level) · \(view.percent)%"])
    table.addRow([output.pick("Thời hạn", "Validity"), "\(view.from) – \(view.to ?? "…") · \(stateText)"])
    table.addRow([
      output.pick("Cùng chi trả trong năm", "Co-payments this year"),
      "\(VND.text(view.coPaymentsPaid)) / \(VND.text(view.coPaymentLimit))",
    ])
    table.addRow([
      output.pick("Miễn cùng chi trả", "Free of co-payments"),
      view.isExempt
        ? output.pick("có, đến hết năm", "yes, for the rest of the year")
        : output.pick(
          "không: còn \(VND.text(view.coPaymentsLeft)), \(view.years)/\(CoPaymentAccumulator.yearsNeeded) năm liên tục",
          "no: \(VND.text(view.coPaymentsLeft)) left, \(view.years) of \(CoPaymentAccumulator.yearsNeeded) years"),
    ])
    return table.rendered()
  }
}
