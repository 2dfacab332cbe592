internal import StrictYAML
internal import VietnamReference

/// Looks at one period's rule: what it refers to exists, is of the right type, and is there on every day.
struct RuleCheck {
  let merge: CatalogueMerge
  let file: CatalogueFile
  let period: ProgrammePeriod

  func check(_ path: String) {
    amount(period.rule, path + ".amount")
    for (index, condition) in period.conditions.enumerated() {
      self.condition(condition, "\(path).conditions[\(index + 1)]")
    }
    if let duration = period.duration {
      _ = input(duration.input, path + ".lasts.input", needed: ["whole"])
    }
  }

  private func amount(_ rule: AmountRule, _ path: String) {
    for (key, part) in rule.parts { amount(part, path + "." + key) }
    switch rule {
    case .parameter(let name, _): parameter(name, path + ".parameter")
    case .percent(_, _, let cap):
      if let cap, cap.parameters.isEmpty { file.refuse(path + ".cap", .capWithoutParameter) }
    case .individual(let name): _ = input(name, path + ".individual", needed: ["money"])
    case .input(let name): _ = input(name, path + ".input", needed: ["money", "whole"])
    case .healthLevel(let name, _): _ = input(name, path + ".health-level", needed: ["health-subject"])
    case .each(let name, _): _ = input(name, path + ".each", needed: ["whole"])
    case .tiers(let name, let tiers):
      _ = input(name, path + ".tiers", needed: ["money", "whole"])
      self.tiers(tiers, path)
    case .choose(let name, let choices):
      guard let declared = input(name, path + ".choose", needed: ["word", "yes-no"]) else { return }
      let words = Self.words(of: declared)
      if Set(choices.map(\.word)) != Set(words) { file.refuse(path + ".when", .inputWords(words)) }
    case .pension(let formula): pension(formula, path)
    case .fixed, .sum, .highest, .lowest: break
    }
  }

  private func pension(_ formula: PensionFormula, _ path: String) {
    _ = input(formula.wage, path + ".pension", needed: ["money"])
    _ = input(formula.months, path + ".months", needed: ["whole"])
    guard let sex = input(formula.sex, path + ".sex", needed: ["word"]) else { return }
    let words = Self.words(of: sex)
    if Set(formula.rates.map(\.sex)) != Set(words) { file.refuse(path + ".rates", .inputWords(words)) }
    for word in words {
      let rows = formula.rates.enumerated().filter { $0.element.sex == word }
      for (before, after) in zip(rows, rows.dropFirst()) where before.element.beforeYears != after.element.fromYears {
        file.refuse("\(path).rates[\(after.offset + 1)].from-years", .tiers(at: after.element.fromYears))
      }
    }
  }

  private func tiers(_ tiers: [AmountRule.Tier], _ path: String) {
    for (index, tier) in tiers.enumerated() {
      let row = "\(path).rows[\(index + 1)]"
      if let highest = tier.highest, highest < tier.lowest { file.refuse(row + ".to", .reversed) }
      guard index > 0 else { continue }
      let expected = tiers[index - 1].highest.map { $0 + 1 }
      if expected != tier.lowest { file.refuse(row + ".from", .tiers(at: tier.lowest)) }
    }
  }

  // MARK: References

  private static func words(of input: InputDeclaration) -> [String] {
    if case .word(let words) = input.kind { return words.map(\.code) }
    return ["yes", "no"]
  }

  private func input(_ name: String, _ path: String, needed: [String]) -> InputDeclaration? {
    guard let declared = merge.inputs[name]?.value else {
      file.refuse(path, .unknownInput(nearest: Spelling.nearest(name, merge.inputs.keys)))
      return nil
    }
    guard needed.contains(declared.type) else {
      file.refuse(path, .inputType(needed: needed))
      return nil
    }
    return declared
  }

  private func condition(_ condition: Condition, _ path: String) {
    switch condition {
    case .all(let parts):
      for (index, part) in parts.enumerated() { self.condition(part, "\(path).all[\(index + 1)]") }
    case .any(let parts):
      for (index, part) in parts.enumerated() { self.condition(part, "\(path).any[\(index + 1)]") }
    case .flag(let name, _): _ = input(name, path + ".input", needed: ["yes-no"])
    case .among(let name, let words):
      guard let declared = input(name, path + ".input", needed: ["word"]) else { return }
      let known = Self.words(of: declared)
      for (index, word) in words.enumerated() where !known.contains(word) {
        file.refuse("\(path).in[\(index + 1)]", .word(known))
      }
    case .between(let name, let lowest, let highest):
      guard let declared = input(name, path + ".input", needed: ["money", "whole"]) else { return }
      guard case .money(let range) = declared.kind else {
        guard case .whole(let range) = declared.kind else { return }
        return bounds(lowest, highest, range, path)
      }
      bounds(lowest, highest, range, path)
    }
  }

  private func bounds(_ lowest: Int64?, _ highest: Int64?, _ range: ClosedRange<Int64>, _ path: String) {
    let reason = CatalogueFault.Reason.inputBounds(lowest: range.lowerBound, highest: range.upperBound)
    if let lowest, !range.contains(lowest) { file.refuse(path + ".from", reason) }
    if let highest, !range.contains(highest) { file.refuse(path + ".to", reason) }
  }

  /// The parameter exists and has a value in force on every day of the period.
  private func parameter(_ name: String, _ path: String) {
    guard let parameter = merge.parameters[name]?.value else {
      file.refuse(path, .unknownParameter(nearest: Spelling.nearest(name, merge.parameters.keys)))
      return
    }
    let values = parameter.inForce
    guard let first = values.first, let last = values.last else {
      file.refuse(path, .plannedParameter)
      return
    }
    let end = period.to?.iso ?? "…"
    guard let from = period.from, first.from <= from else {
      let before = first.from.adding(days: -1).map(\.iso) ?? ""
      file.refuse(path, .parameterGap(from: period.from?.iso ?? "…", to: before))
      return
    }
    for (before, after) in zip(values, values.dropFirst()) {
      guard let next = before.to?.adding(days: 1), next < after.from, from < after.from,
        period.to.map({ next <= $0 }) ?? true
      else { continue }
      file.refuse(path, .parameterGap(from: max(from, next).iso, to: after.from.adding(days: -1)?.iso ?? ""))
      return
    }
    if let to = last.to, period.to.map({ to < $0 }) ?? true {
      file.refuse(path, .parameterGap(from: to.adding(days: 1)?.iso ?? "", to: end))
    }
  }
}
