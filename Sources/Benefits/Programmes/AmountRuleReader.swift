internal import StrictYAML

/// Reads rules of amounts and conditions from their sections.
extension RuleSection {
  private static let forms: [(head: String, others: [String])] = [
    ("fixed", []), ("parameter", ["times"]), ("individual", []), ("input", []), ("percent", ["of", "cap"]),
    ("health-level", ["of"]), ("tiers", ["rows"]), ("each", ["amount"]), ("sum", []), ("highest", []), ("lowest", []),
    ("choose", ["when"]), ("pension", ["sex", "months", "rates", "at-most", "part-year"]),
  ]

  /// The keys that begin a rule.
  static var heads: [String] { forms.map(\.head) }

  /// A rule under a key of this section.
  func rule(_ name: String) -> AmountRule? { node(name).flatMap { rule($0, key(name)) } }

  private func rule(_ node: YAMLNode, _ path: String) -> AmountRule? {
    guard let (head, section) = form(node, path, Self.forms) else { return nil }
    switch head {
    case "fixed": return section.whole("fixed", 0...Self.amounts.upperBound).map { .fixed($0) }
    case "parameter":
      let times = section.has("times") ? section.decimal("times", 1_000) : ExactNumber(1)
      return section.name("parameter").flatMap { name in times.map { .parameter(name, times: $0) } }
    case "individual": return section.name("individual").map { .individual(input: $0) }
    case "input": return section.name("input").map { .input($0) }
    case "percent":
      let (percent, base) = (section.decimal("percent", 100), section.rule("of"))
      let cap = section.has("cap") ? section.rule("cap") : nil
      guard let percent, let base, section.has("cap") == (cap != nil) else { return nil }
      return .percent(percent, of: base, cap: cap)
    case "health-level":
      let (subject, base) = (section.name("health-level"), section.rule("of"))
      return subject.flatMap { subject in base.map { .healthLevel(subject: subject, of: $0) } }
    case "each":
      let (input, one) = (section.name("each"), section.rule("amount"))
      return input.flatMap { input in one.map { .each(input: input, $0) } }
    case "sum": return section.rules("sum").map { .sum($0) }
    case "highest": return section.rules("highest").map { .highest($0) }
    case "lowest": return section.rules("lowest").map { .lowest($0) }
    case "tiers": return section.tiers()
    case "choose": return section.choices()
    default: return section.pension()
    }
  }

  /// Which of some forms a section has: the one whose first key it has.
  private func form(
    _ node: YAMLNode, _ path: String, _ forms: [(head: String, others: [String])]
  ) -> (head: String, section: RuleSection)? {
    let heads = forms.map(\.head)
    guard case .map(let entries) = node.content else {
      _ = file.section(node, path, heads)
      return nil
    }
    let keys = entries.compactMap { RuleSection.scalar($0.key) }
    let found = forms.filter { keys.contains($0.head) }
    // `input` stands beside other keys in a condition, and begins a rule of its own in an amount.
    guard found.count == 1 else {
      file.note(path, node.place)
      file.refuse(path, .form(heads))
      return nil
    }
    return file.section(node, path, [found[0].head] + found[0].others).map { (found[0].head, $0) }
  }

  private func rules(_ name: String) -> [AmountRule]? {
    guard let entries = list(name, 2...10) else { return nil }
    let rules = entries.compactMap { rule($0.node, $0.path) }
    return rules.count == entries.count ? rules : nil
  }

  private func tiers() -> AmountRule? {
    let input = name("tiers")
    guard let rows = sections("rows", 1...30, ["from", "to", "amount"]) else { return nil }
    let tiers = rows.compactMap { row -> AmountRule.Tier? in
      let (lowest, rule) = (row.whole("from", 0...Self.amounts.upperBound), row.rule("amount"))
      let highest = row.whole("to", 0...Self.amounts.upperBound, isOptional: true)
      guard let lowest, let rule, row.has("to") == (highest != nil) else { return nil }
      return AmountRule.Tier(lowest: lowest, highest: highest, rule: rule)
    }
    guard let input, tiers.count == rows.count else { return nil }
    return .tiers(input: input, tiers)
  }

  private func choices() -> AmountRule? {
    let input = name("choose")
    guard let rows = section("when", nil) else { return nil }
    guard !rows.order.isEmpty else {
      file.refuse(key("when"), .count(lowest: 1, highest: 30))
      return nil
    }
    let choices = rows.order.compactMap { word in
      rows.rule(word).map { AmountRule.Choice(word: word, rule: $0) }
    }
    guard let input, choices.count == rows.order.count else { return nil }
    return .choose(input: input, choices)
  }

  private func pension() -> AmountRule? {
    let (wage, sex, months) = (name("pension"), name("sex"), name("months"))
    let highest = decimal("at-most", 100)
    let part = word("part-year", PensionFormula.PartYear.self)
    let rows = sections("rates", 1...20, ["sex", "from-years", "before-years", "percent", "each-year"])
    let rates = rows?.compactMap { row -> PensionFormula.Rate? in
      let (sex, from) = (row.name("sex"), row.whole("from-years", 0...60))
      let before = row.whole("before-years", 1...61, isOptional: true)
      let (percent, year) = (row.decimal("percent", 100), row.decimal("each-year", 100))
      guard let sex, let from, let percent, let year, row.has("before-years") == (before != nil) else { return nil }
      return PensionFormula.Rate(sex: sex, fromYears: from, beforeYears: before, percent: percent, eachYear: year)
    }
    guard let wage, let sex, let months, let highest, let part, let rates, rates.count == rows?.count else {
      return nil
    }
    return .pension(
      PensionFormula(
        wage: wage, sex: sex, months: months, rates: rates, highestPercent: highest, partYear: part))
  }

  /// How long a benefit lasts.
  func duration(_ name: String) -> DurationRule? {
    let keys = ["input", "paid-in-from", "paid-in-to", "months", "each-further", "at-most"]
    guard let section = section(name, keys) else { return nil }
    let input = section.name("input")
    let (from, to) = (section.whole("paid-in-from", 1...720), section.whole("paid-in-to", 1...720))
    let (months, further) = (section.whole("months", 1...120), section.whole("each-further", 1...120))
    let highest = section.whole("at-most", 1...120)
    guard let input, let from, let to, let months, let further, let highest else { return nil }
    guard from <= to, months <= highest else {
      file.refuse(from <= to ? section.key("at-most") : section.key("paid-in-to"), .reversed)
      return nil
    }
    return DurationRule(
      input: input, paidIn: from...to, months: months, eachFurther: further, highest: highest)
  }

  // MARK: Conditions

  /// The conditions of a period; none when the key is left out.
  func conditions(_ name: String, _ count: ClosedRange<Int> = 1...20) -> [Condition]? {
    guard has(name) else { return [] }
    guard let entries = list(name, count) else { return nil }
    let conditions = entries.compactMap { condition($0.node, $0.path) }
    return conditions.count == entries.count ? conditions : nil
  }

  private func condition(_ node: YAMLNode, _ path: String) -> Condition? {
    let forms =
      [("input", ["from", "to", "in", "is"]), ("all", []), ("any", [])] as [(head: String, others: [String])]
    guard let (head, section) = form(node, path, forms) else { return nil }
    guard head == "input" else {
      let parts = section.conditions(head, 2...20)
      return parts.map { head == "all" ? .all($0) : .any($0) }
    }
    let input = section.name("input")
    let kinds = [section.has("in"), section.has("is"), section.has("from") || section.has("to")]
    guard kinds.count(where: \.self) == 1 else {
      file.refuse(path, .form(["from, to", "in", "is"]))
      return nil
    }
    if kinds[0] {
      let entries = section.list("in", 1...20)
      let words = entries?.compactMap { section.file.word($0.node, $0.path) }
      guard let input, let words, words.count == entries?.count else { return nil }
      return .among(input: input, words: words)
    }
    if kinds[1] { return input.flatMap { input in section.flag("is").map { .flag(input: input, isYes: $0) } } }
    let bounds = 0...Self.amounts.upperBound
    let (from, to) = (
      section.whole("from", bounds, isOptional: true), section.whole("to", bounds, isOptional: true)
    )
    guard let input, section.has("from") == (from != nil), section.has("to") == (to != nil) else { return nil }
    guard from ?? 0 <= to ?? .max else {
      file.refuse(section.key("to"), .reversed)
      return nil
    }
    return .between(input: input, lowest: from, highest: to)
  }
}

extension CatalogueFile {
  /// A word of an input.
  func word(_ node: YAMLNode, _ path: String) -> String? {
    guard let text = RuleSection.scalar(node), Self.isName(text) else {
      refuse(path, .kind(.name))
      return nil
    }
    return text
  }
}
