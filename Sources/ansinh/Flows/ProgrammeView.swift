import Benefits
import Ledger
import VietnamReference

/// A programme as it is shown: its periods with their rules in words, and what it takes to work its amount out.
struct ProgrammeView: Codable {
  /// What it is told of a person.
  struct Input: Codable {
    let name: String
    let title: BilingualText
    let values: String
  }

  /// The rules of some days.
  struct Period: Codable {
    let from: String?
    let to: String?
    let isShownDay: Bool
    let amount: BilingualText
    let lasts: BilingualText?
    let amountIs: String
    let rounding: BilingualText
    let conditions: [BilingualText]
    let funder: BilingualText
    let unit: String
    let decidedBy: BilingualText
    let paidBy: BilingualText
    let calendar: BilingualText
    let uncollected: BilingualText
    let legalBase: String
    let evidence: String
    let inputs: [Input]
  }

  let code: String
  let wireCode: String
  let pillar: String
  let name: BilingualText
  let rhythm: BilingualText
  /// The head of a household may receive it.
  let isHouseholdGift: Bool
  let periods: [Period]
  /// Groups of programmes that are not paid together.
  let groups: [BilingualText]
  let derivation: DerivationView?

  init(_ programme: Programme, in catalogue: ProgrammeCatalogue, on date: CalendarDate, _ found: AmountDerivation?) {
    code = programme.code
    wireCode = programme.wireCodeText
    pillar = programme.pillar.rawValue
    name = programme.name
    rhythm = programme.rhythmWords
    isHouseholdGift = programme.isHouseholdGift
    periods = programme.periods.map { Self.period($0, catalogue, date) }
    groups = catalogue.groups.filter { $0.members.contains(programme.code) && $0.covers(date) }.map {
      BilingualText(vi: "\($0.title.vi): \($0.words.vi)", en: "\($0.title.en): \($0.words.en)")
    }
    derivation = found.map { DerivationView($0) }
  }

  private static func period(_ rules: ProgrammePeriod, _ catalogue: ProgrammeCatalogue, _ date: CalendarDate) -> Period
  {
    let shown = rules.covers(date) ? date : rules.to ?? rules.from ?? date
    func agency(_ name: String) -> BilingualText {
      catalogue.agencies[name]?.title(on: shown) ?? BilingualText(vi: name, en: name)
    }
    return Period(
      from: rules.from?.iso, to: rules.to?.iso, isShownDay: rules.covers(date), amount: catalogue.words(of: rules),
      lasts: catalogue.durationWords(of: rules), amountIs: rules.binding.rawValue, rounding: rules.rounding.words,
      conditions: rules.conditions.map { catalogue.words(of: $0) }, funder: rules.funder.words,
      unit: rules.unit.rawValue, decidedBy: agency(rules.decidedBy), paidBy: agency(rules.paidBy),
      calendar: catalogue.calendars[rules.calendar]?.words ?? BilingualText(vi: "", en: ""),
      uncollected: rules.uncollected.words, legalBase: rules.legalBase, evidence: rules.evidence,
      inputs: rules.inputs.sorted().compactMap { name in
        catalogue.inputs[name].map { Input(name: name, title: $0.title, values: $0.values) }
      })
  }

  func text(_ output: Output) -> String {
    let language = output.language
    let head =
      "\(code) · \(name(language)) · \(rhythm(language)) · \(wireCode)"
      + (isHouseholdGift ? output.pick(" · chủ hộ nhận thay được", " · a household's head may receive it") : "")
    let groups = groups.map { "• " + $0(language) }
    let apart =
      groups.isEmpty
      ? [] : [([output.pick("Không hưởng cùng:", "Not paid together:")] + groups).joined(separator: "\n")]
    let amount = derivation.map { [$0.text(output)] } ?? []
    return ([head] + periods.map { Self.text($0, output) } + apart + amount).joined(separator: "\n\n")
  }

  private static func text(_ period: Period, _ output: Output) -> String {
    let language = output.language
    func day(_ text: String?) -> String { text.map { output.pick(CalendarDate(text: $0)?.slashed ?? $0, $0) } ?? "…" }
    var table = TextTable(columns: [
      .init("\(day(period.from)) – \(day(period.to))"), .init("", maximumWidth: 84),
    ])
    let binding =
      switch period.amountIs {
      case "least": output.pick(" (ít nhất)", " (at least)")
      case "start": output.pick(" (mức ban đầu)", " (at first)")
      default: ""
      }
    table.addRow([output.pick("Mức hưởng", "Amount"), period.amount(language) + binding])
    if let lasts = period.lasts { table.addRow([output.pick("Thời gian hưởng", "Lasts"), lasts(language)]) }
    table.addRow([output.pick("Làm tròn", "Rounding"), period.rounding(language)])
    for condition in period.conditions { table.addRow([output.pick("Điều kiện", "Condition"), condition(language)]) }
    table.addRow([output.pick("Nguồn kinh phí", "Funder"), period.funder(language)])
    table.addRow([output.pick("Đơn vị", "Unit"), period.unit])
    table.addRow([output.pick("Quyết định", "Decided by"), period.decidedBy(language)])
    table.addRow([output.pick("Chi trả", "Paid by"), period.paidBy(language)])
    table.addRow([output.pick("Lịch chi trả", "Calendar"), period.calendar(language)])
    table.addRow([output.pick("Chưa nhận", "Uncollected"), period.uncollected(language)])
    table.addRow([output.pick("Căn cứ", "Legal base"), period.legalBase])
    table.addRow([output.pick("Nguồn tin", "Evidence"), period.evidence])
    for input in period.inputs {
      table.addRow(["--input \(input.name)=…", "\(input.title(language)): \(input.values)"])
    }
    return table.rendered()
  }
}

/// How an amount came about, as it is shown.
struct DerivationView: Codable {
  struct Component: Codable {
    let rule: BilingualText
    let exact: String
    let amount: Int64
  }

  struct UsedParameter: Codable {
    let name: String
    let amount: Int64
    let from: String
    let evidence: String
  }

  let date: String
  let amount: Int64
  let months: Int64?
  let components: [Component]
  let steps: [BilingualText]
  let parameters: [UsedParameter]
  let openConditions: [BilingualText]

  init(_ found: AmountDerivation) {
    date = found.date.iso
    amount = found.amount
    months = found.months
    components = found.components.map { Component(rule: $0.rule, exact: $0.exact, amount: $0.amount) }
    steps = found.steps
    parameters = found.parameters.map {
      UsedParameter(name: $0.name, amount: $0.value.amount, from: $0.value.from.iso, evidence: $0.value.evidence)
    }
    openConditions = found.openConditions
  }

  func text(_ output: Output) -> String {
    let language = output.language
    let day = output.pick(CalendarDate(text: date)?.slashed ?? date, date)
    var lines = steps.enumerated().map { "\($0 + 1). \($1(language))" }
    lines.append(output.pick("Mức hưởng ngày \(day): ", "Amount on \(day): ") + VND.text(amount))
    if let months { lines.append(output.pick("Thời gian hưởng: \(months) tháng", "Lasts: \(months) months")) }
    lines += openConditions.map { output.pick("Chưa xét điều kiện: ", "Condition not looked at: ") + $0(language) }
    return lines.joined(separator: "\n")
  }
}
