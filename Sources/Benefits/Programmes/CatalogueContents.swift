internal import Ledger
internal import StrictYAML
internal import VietnamReference

/// What one file says, with the places of it.
struct CatalogueContents {
  /// Something of a file, and the key that leads to it.
  struct Item<Value> {
    let value: Value
    let file: CatalogueFile
    let path: String
  }

  /// A worked example: what a programme gives for some inputs on a day.
  struct Vector {
    let date: CalendarDate
    let inputs: [(name: String, text: String)]
    let amount: Int64
    let months: Int64?
    let source: String
    let path: String
  }

  /// A programme as its file has it.
  struct ProgrammeItem {
    let programme: Programme
    let vectors: [Vector]
  }

  /// The keys of a file.
  static let keys = ["inputs", "parameters", "agencies", "calendars", "groups", "programmes"]

  var inputs: [Item<InputDeclaration>] = []
  var parameters: [Item<Parameter>] = []
  var agencies: [Item<Agency>] = []
  var calendars: [Item<PayCalendar>] = []
  var groups: [Item<ProgrammeGroup>] = []
  var programmes: [Item<ProgrammeItem>] = []

  /// Reads one file; what is wrong is noted with `file`.
  init(_ file: CatalogueFile, yaml: String) {
    guard let root = file.root(yaml, Self.keys) else { return }
    guard !root.order.isEmpty || !file.faults.isEmpty else {
      file.refuse("", .form(Self.keys))
      return
    }
    inputs = root.named("inputs", ["name", "type", "from", "to", "words"]).compactMap { name, section in
      section.input(name).map { Item(value: $0, file: file, path: section.path) }
    }
    parameters = root.named("parameters", ["name", "values"]).compactMap { name, section in
      section.parameter(name).map { Item(value: $0, file: file, path: section.path) }
    }
    agencies = root.named("agencies", ["values"]).compactMap { name, section in
      section.agency(name).map { Item(value: $0, file: file, path: section.path) }
    }
    calendars = root.named("calendars", RuleSection.calendarKeys).compactMap { name, section in
      section.calendar(name).map { Item(value: $0, file: file, path: section.path) }
    }
    groups = root.named("groups", ["name", "rule", "members", "unless-below", "from", "to", "legal-base", "evidence"])
      .compactMap { name, section in section.group(name).map { Item(value: $0, file: file, path: section.path) } }
    programmes = (root.sections("programmes", 1...200, RuleSection.programmeKeys, isOptional: true) ?? [])
      .compactMap { section in section.programme().map { Item(value: $0, file: file, path: section.path) } }
  }
}

extension RuleSection {
  func input(_ name: String) -> InputDeclaration? {
    let title = bilingual("name")
    guard let type = word("type", [("money", 0), ("whole", 1), ("yes-no", 2), ("word", 3), ("health-subject", 4)])
    else { return nil }
    let allowed = [["from", "to"], ["from", "to"], [], ["words"], []][type]
    for key in ["from", "to", "words"] where has(key) && !allowed.contains(key) {
      file.refuse(self.key(key), values[key]?.place ?? place, .unknownKey(nearest: nil))
    }
    let kind: InputDeclaration.Kind?
    switch type {
    case 0, 1:
      let bounds = 0...Self.amounts.upperBound
      guard let from = whole("from", bounds), let to = whole("to", bounds) else { return nil }
      guard from <= to else {
        file.refuse(key("to"), .reversed)
        return nil
      }
      kind = type == 0 ? .money(from...to) : .whole(from...to)
    case 2: kind = .flag
    case 4: kind = .healthSubject
    default:
      guard let words = section("words", nil) else { return nil }
      guard (2...30).contains(words.order.count) else {
        file.refuse(words.path, .count(lowest: 2, highest: 30))
        return nil
      }
      kind = .word(
        words.order.compactMap { code in words.bilingual(code).map { InputDeclaration.Word(code: code, name: $0) } })
    }
    guard let title, let kind else { return nil }
    return InputDeclaration(name: name, title: title, kind: kind)
  }

  func parameter(_ name: String) -> Parameter? {
    let title = bilingual("name")
    let rows = sections("values", 1...60, ["from", "to", "after-gap", "vnd", "status", "evidence"])
    let values = rows?.compactMap { row -> Parameter.Value? in
      let (from, to) = (row.date("from"), row.date("to", isOptional: true))
      let amount = row.whole("vnd", Self.amounts)
      let isPlanned = row.word("status", [("in-force", false), ("planned", true)])
      let evidence = row.evidence()
      _ = row.textIfThere("after-gap")
      guard let from, let amount, let isPlanned, let evidence else { return nil }
      return Parameter.Value(amount: amount, from: from, to: to, isPlanned: isPlanned, evidence: evidence)
    }
    guard let title, let values, values.count == rows?.count else { return nil }
    return Parameter(name: name, title: title, values: values)
  }

  func agency(_ name: String) -> Agency? {
    let rows = sections("values", 1...40, ["from", "to", "name", "evidence"])
    let values = rows?.compactMap { row -> Agency.Value? in
      let (from, to) = (row.date("from", isOptional: true), row.date("to", isOptional: true))
      let (title, evidence) = (row.bilingual("name"), row.evidence())
      guard let title, let evidence else { return nil }
      return Agency.Value(from: from, to: to, title: title, evidence: evidence)
    }
    guard let values, values.count == rows?.count else { return nil }
    return Agency(name: name, values: values)
  }

  func group(_ name: String) -> ProgrammeGroup? {
    let (title, rule) = (bilingual("name"), word("rule", ProgrammeGroup.Rule.self))
    let entries = list("members", 2...60)
    let members = entries?.compactMap { code($0.node, $0.path) }
    let (from, to) = (date("from", isOptional: true), date("to", isOptional: true))
    let (base, evidence) = (text("legal-base"), evidence())
    var bounds: [String: String] = [:]
    if has("unless-below") {
      guard let section = section("unless-below", members ?? []) else { return nil }
      for code in section.order { bounds[code] = section.name(code) }
    }
    guard let title, let rule, let members, let base, let evidence else { return nil }
    return ProgrammeGroup(
      name: name, title: title, rule: rule, members: members, unlessBelow: bounds, from: from, to: to, legalBase: base,
      evidence: evidence)
  }

  static let calendarKeys = [
    "name", "legal-base", "evidence", "windows", "months", "cut-off-day", "funding-before-day", "report-before-day",
    "two-months-at-tet",
  ]

  func calendar(_ name: String) -> PayCalendar? {
    let (title, base, evidence) = (bilingual("name"), text("legal-base"), evidence())
    let rows = sections(
      "windows", 1...10, ["channel", "from-day", "to-day", "from", "to", "working-days", "same-day"])
    let windows = rows?.compactMap { row in row.window() }
    let entries = list("months", 1...12, isOptional: true)
    let months = entries?.compactMap { whole($0.node, $0.path, 1...12).map { Int($0) } }
    func day(_ key: String) -> Int? { whole(key, 1...28, isOptional: true).map { Int($0) } }
    let (cutOff, funding, report) = (day("cut-off-day"), day("funding-before-day"), day("report-before-day"))
    let joins = flag("two-months-at-tet", isOptional: true) ?? false
    guard let title, let base, let evidence, let windows else { return nil }
    return PayCalendar(
      name: name, title: title, legalBase: base, evidence: evidence, windows: windows, months: months,
      cutOffDay: cutOff, fundingDay: funding, reportDay: report, joinsMonthsAtTet: joins)
  }

  private func window() -> PayCalendar.Window? {
    let channel = word("channel", PayCalendar.Channel.self)
    let kinds = [
      has("from-day") || has("to-day"), has("from") || has("to"), has("working-days"), has("same-day"),
    ]
    guard kinds.count(where: \.self) == 1 else {
      file.refuse(path, .form(["from-day, to-day", "from, to", "working-days", "same-day"]))
      return nil
    }
    let days: PayCalendar.Days?
    if kinds[0] {
      guard let from = whole("from-day", 1...31), let to = whole("to-day", 1...31) else { return nil }
      guard from <= to else {
        file.refuse(key("to-day"), .reversed)
        return nil
      }
      days = .ofMonth(Int(from)...Int(to))
    } else if kinds[1] {
      guard let from = date("from"), let to = date("to") else { return nil }
      guard from <= to else {
        file.refuse(key("to"), .reversed)
        return nil
      }
      days = .dates(from, to)
    } else if kinds[2] {
      days = whole("working-days", 1...60).map { .afterDecision(workingDays: Int($0)) }
    } else {
      days = flag("same-day").flatMap { isSame in
        if !isSame { file.refuse(key("same-day"), .word(["yes"])) }
        return isSame ? .sameDay : nil
      }
    }
    return channel.flatMap { channel in days.map { PayCalendar.Window(channel: channel, days: $0) } }
  }
}
