internal import Ledger
internal import StrictYAML
internal import VietnamReference

/// Reads programmes from their sections.
extension RuleSection {
  static let programmeKeys = [
    "code", "wire-code", "pillar", "name", "rhythm", "once-in-months", "household-gift", "periods", "vectors",
  ]

  private static let periodKeys = [
    "from", "to", "after-gap", "legal-base", "evidence", "funder", "unit", "decided-by", "paid-by", "calendar",
    "uncollected", "conditions", "amount", "amount-is", "rounding", "lasts",
  ]

  func programme() -> CatalogueContents.ProgrammeItem? {
    let (code, wireCode, name) = (code("code"), wireCode("wire-code"), bilingual("name"))
    let (pillar, rhythm) = (word("pillar", Pillar.self), word("rhythm", Rhythm.self))
    let once = whole("once-in-months", 1...600, isOptional: true)
    let isGift = has("household-gift") ? flag("household-gift") : false
    let rows = sections("periods", 1...40, Self.periodKeys)
    let periods = rows?.compactMap { $0.period() }
    let vectors = sections("vectors", 1...100, ["on", "inputs", "amount", "months", "source"])?
      .compactMap { $0.vector() }
    guard let code, let wireCode, let name, let pillar, let rhythm, let isGift, let periods,
      periods.count == rows?.count, !periods.isEmpty, let vectors, isOnce(rhythm, once)
    else { return nil }
    return CatalogueContents.ProgrammeItem(
      programme: Programme(
        code: code, wireCode: wireCode, pillar: pillar, name: name, rhythm: rhythm, onceInMonths: once.map { Int($0) },
        isHouseholdGift: isGift, periods: periods),
      vectors: vectors)
  }

  /// Only what is paid once says in how many months.
  private func isOnce(_ rhythm: Rhythm, _ months: Int64?) -> Bool {
    guard months != nil, rhythm != .oneOff, rhythm != .oneOffMass else { return true }
    file.refuse(key("once-in-months"), values["once-in-months"]?.place ?? place, .unknownKey(nearest: nil))
    return false
  }

  private func period() -> ProgrammePeriod? {
    let (from, to) = (date("from", isOptional: true), date("to", isOptional: true))
    let (base, evidence, gap) = (text("legal-base"), evidence(), textIfThere("after-gap"))
    let (funder, unit) = (funder(), word("unit", AccountingUnit.Kind.self))
    let (decided, paid) = (name("decided-by"), name("paid-by"))
    let (calendar, uncollected) = (name("calendar"), uncollected())
    let (conditions, rule) = (conditions("conditions"), rule("amount"))
    let binding = word("amount-is", ProgrammePeriod.Binding.self)
    let rounding = rounding()
    let duration = has("lasts") ? duration("lasts") : nil
    guard let base, let evidence, let funder, let unit, let decided, let paid, let calendar, let uncollected,
      let conditions, let rule, let binding, let rounding, has("lasts") == (duration != nil)
    else { return nil }
    return ProgrammePeriod(
      from: from, to: to, afterGap: gap, legalBase: base, evidence: evidence, funder: funder, unit: unit,
      decidedBy: decided, paidBy: paid, calendar: calendar, uncollected: uncollected, conditions: conditions,
      binding: binding, rounding: rounding, rule: rule, duration: duration)
  }

  private func rounding() -> Rounding? {
    guard let section = section("rounding", ["to", "direction"]) else { return nil }
    let direction = section.word("direction", Rounding.Direction.self)
    let step = section.whole("to", 1...1_000)
    if let step, ![1, 10, 100, 1_000].contains(step) {
      file.refuse(section.key("to"), .word(["1", "10", "100", "1000"]))
      return nil
    }
    return direction.flatMap { direction in step.map { Rounding(direction: direction, step: $0) } }
  }

  /// `{ one: KIND }`, `{ choice: [KIND…] }` or `{ split: { KIND: percent… } }`; none when the key is left out.
  private func funder() -> FunderRule? {
    guard has("funder") else { return FunderRule.none }
    guard let section = section("funder", ["one", "choice", "split"]) else { return nil }
    guard section.order.count == 1 else {
      if section.meant.isEmpty, section.order.isEmpty || section.order.count > 1 {
        file.refuse(section.path, .form(["one", "choice", "split"]))
      }
      return nil
    }
    let kinds = FunderKind.allCases.map { ($0.code, $0) }
    if section.has("one") { return section.word("one", kinds).map { .one($0) } }
    if section.has("choice") {
      guard let entries = section.list("choice", 2...6) else { return nil }
      var found: [FunderKind] = []
      for (path, node) in entries {
        guard let kind = section.word(node, path, kinds) else { continue }
        if found.contains(kind) { file.refuse(path, .repeated) } else { found.append(kind) }
      }
      return found.count == entries.count ? .choice(found) : nil
    }
    return section.split(kinds)
  }

  private func split(_ kinds: [(String, FunderKind)]) -> FunderRule? {
    guard let parts = section("split", kinds.map(\.0)) else { return nil }
    guard (2...6).contains(parts.order.count) else {
      file.refuse(parts.path, .count(lowest: 2, highest: 6))
      return nil
    }
    var shares: [FunderRule.Share] = []
    for code in parts.order {
      guard let kind = FunderKind(code: code), let percent = parts.decimal(code, 100) else { return nil }
      guard let share = try? percent.times(ExactNumber(100)), share.denominator == 1,
        let hundredths = Int64(exactly: share.numerator)
      else {
        file.refuse(parts.key(code), .range(lowest: "0.01", highest: "99.99"))
        return nil
      }
      shares.append(FunderRule.Share(kind: kind, hundredths: hundredths))
    }
    return .split(shares)
  }

  private func uncollected() -> CollectionTerm? {
    guard let section = section("uncollected", ["term", "months", "day", "suspend-after-months"]) else { return nil }
    let terms = ["never-lapses", "reserve", "carry", "deadline", "none"].map { ($0, $0) }
    guard let term = section.word("term", terms) else { return nil }
    let allowed = ["never-lapses": "suspend-after-months", "reserve": "months", "deadline": "day"][term]
    for key in section.order where key != "term" && key != allowed {
      file.refuse(section.key(key), section.values[key]?.place ?? section.place, .unknownKey(nearest: nil))
    }
    switch term {
    case "never-lapses":
      return .neverLapses(
        suspendedAfterMonths: section.whole("suspend-after-months", 1...120, isOptional: true).map { Int($0) })
    case "reserve": return section.whole("months", 1...120).map { .reserved(afterMonths: Int($0)) }
    case "deadline": return section.date("day").map { .deadline($0) }
    case "carry": return .carried
    default: return CollectionTerm.none
    }
  }

  private func vector() -> CatalogueContents.Vector? {
    let (date, source) = (date("on"), evidence("source"))
    let amount = whole("amount", 0...1_000_000_000_000_000)
    let months = whole("months", 1...120, isOptional: true)
    var inputs: [(name: String, text: String)] = []
    if has("inputs") {
      guard let section = section("inputs", nil) else { return nil }
      for name in section.order {
        guard let node = section.node(name) else { continue }
        guard case .scalar(let text, _) = node.content else {
          file.refuse(section.key(name), .kind(.text))
          continue
        }
        inputs.append((name, text))
      }
    }
    guard let date, let source, let amount else { return nil }
    return CatalogueContents.Vector(
      date: date, inputs: inputs, amount: amount, months: months, source: source, path: path)
  }
}
