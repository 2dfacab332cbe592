internal import Ledger
internal import VietnamReference

/// Works one rule out for one day and one set of inputs, and keeps the steps.
struct AmountEvaluation {
  let names: AmountRule.Names
  let date: CalendarDate
  let inputs: [String: InputValue]
  private(set) var steps: [BilingualText] = []
  private(set) var used: [AmountDerivation.UsedParameter] = []

  init(names: AmountRule.Names, date: CalendarDate, inputs: [String: InputValue]) {
    self.names = names
    self.date = date
    self.inputs = inputs
  }

  /// The components of a rule, each rounded once, and their sum.
  mutating func amount(
    _ rule: AmountRule, _ rounding: Rounding
  ) throws(RuleFault) -> (Int64, [AmountDerivation.Component]) {
    var components: [AmountDerivation.Component] = []
    var total: Int64 = 0
    for (key, part) in rule.components {
      let place = Self.join("amount", key)
      let exact = try exact(part, place)
      do {
        let amount = try exact.rounded(rounding)
        total = try Money.sum(total, amount)
        guard total <= Money.highestAmount else { throw MoneyOverflow() }
        if exact != ExactNumber(amount) {
          note(
            "làm tròn \(exact.amountText) → \(VND.text(amount))", "rounded \(exact.amountText) → \(VND.text(amount))")
        }
        components.append(.init(rule: part.words(names), exact: exact.text, amount: amount))
      } catch {
        throw RuleFault(place, .overflow)
      }
    }
    return (total, components)
  }

  static func join(_ path: String, _ key: String) -> String { key.isEmpty ? path : path + "." + key }

  private mutating func note(_ vi: String, _ en: String) { steps.append(BilingualText(vi: vi, en: en)) }

  private func number(_ input: String, _ place: String) throws(RuleFault) -> Int64 {
    guard case .number(let number) = try value(input, place) else {
      throw RuleFault(place, .inputKind(input, values: names.inputs[input]?.values ?? ""))
    }
    return number
  }

  private func word(_ input: String, _ place: String) throws(RuleFault) -> String {
    switch try value(input, place) {
    case .word(let word): return word
    case .flag(let isYes): return isYes ? "yes" : "no"
    case .number: throw RuleFault(place, .inputKind(input, values: names.inputs[input]?.values ?? ""))
    }
  }

  private func value(_ input: String, _ place: String) throws(RuleFault) -> InputValue {
    guard let value = inputs[input] else {
      throw RuleFault(place, .missingInput(input, values: names.inputs[input]?.values ?? ""))
    }
    return value
  }

  private mutating func exact(_ rule: AmountRule, _ place: String) throws(RuleFault) -> ExactNumber {
    switch rule {
    case .fixed(let amount):
      note("mức ấn định \(VND.text(amount))", "fixed at \(VND.text(amount))")
      return ExactNumber(amount)
    case .parameter(let name, let times): return try parameter(name, times, place)
    case .individual(let input), .input(let input):
      let number = try number(input, place)
      let title = names.input(input)
      let text = names.inputs[input]?.text(of: .number(number)) ?? BilingualText(vi: "\(number)", en: "\(number)")
      note("\(title.vi): \(text.vi)", "\(title.en): \(text.en)")
      return ExactNumber(number)
    case .percent(let percent, let rule, let cap): return try self.percent(percent, rule, cap, place)
    case .healthLevel(let input, let rule):
      let code = try word(input, place)
      guard let subject = HealthInsuranceSubject.subject(code: code),
        let level = HealthInsuranceLevel(rawValue: subject.usualLevel)
      else { throw RuleFault(place, .inputKind(input, values: names.inputs[input]?.values ?? "")) }
      note(
        "đối tượng \(code), mức hưởng \(level.rawValue): \(level.percent)%",
        "subject \(code), level \(level.rawValue): \(level.percent)%")
      return try self.percent(ExactNumber(Int64(level.percent)), rule, nil, place)
    case .sum(let rules):
      var total = ExactNumber(0)
      for (index, rule) in rules.enumerated() {
        let part = try exact(rule, Self.join(place, "sum[\(index + 1)]"))
        total = try Self.checked(place) { () throws(NumberOverflow) in try total.plus(part) }
      }
      return total
    case .highest(let rules): return try extreme(rules, "highest", place)
    case .lowest(let rules): return try extreme(rules, "lowest", place)
    case .tiers, .each, .choose, .pension: return try byInput(rule, place)
    }
  }

  private mutating func byInput(_ rule: AmountRule, _ place: String) throws(RuleFault) -> ExactNumber {
    switch rule {
    case .tiers(let input, let tiers):
      let number = try number(input, place)
      guard let index = tiers.firstIndex(where: { $0.lowest <= number && number <= $0.highest ?? .max }) else {
        throw RuleFault(place, .noTier(input, number))
      }
      note("\(names.input(input).vi): \(number)", "\(names.input(input).en): \(number)")
      return try exact(tiers[index].rule, Self.join(place, "rows[\(index + 1)].amount"))
    case .each(let input, let rule):
      let number = try number(input, place)
      let one = try exact(rule, Self.join(place, "amount"))
      let all = try Self.checked(place) { () throws(NumberOverflow) in try one.times(ExactNumber(number)) }
      note(
        "× \(number) (\(names.input(input).vi)) = \(all.amountText)",
        "× \(number) (\(names.input(input).en)) = \(all.amountText)")
      return all
    case .choose(let input, let choices):
      let word = try word(input, place)
      guard let choice = choices.first(where: { $0.word == word }) else {
        throw RuleFault(place, .inputKind(input, values: choices.map(\.word).joined(separator: ", ")))
      }
      let (title, text) = (names.input(input), names.word(input, word))
      note("\(title.vi): \(text.vi)", "\(title.en): \(text.en)")
      return try exact(choice.rule, Self.join(place, "when.\(word)"))
    case .pension(let formula): return try pension(formula, place)
    default: return ExactNumber(0)
    }
  }

  private mutating func parameter(
    _ name: String, _ times: ExactNumber, _ place: String
  ) throws(RuleFault) -> ExactNumber {
    guard let parameter = names.parameters[name], let value = parameter.value(on: date) else {
      let isPlanned = names.parameters[name]?.values.contains { $0.covers(date) } ?? false
      throw RuleFault(place, isPlanned ? .plannedParameter(name, date) : .noParameter(name, date))
    }
    let title = parameter.title
    note(
      "\(title.vi) từ ngày \(value.from.slashed): \(VND.text(value.amount)) [\(value.evidence)]",
      "\(title.en) from \(value.from.iso): \(VND.text(value.amount)) [\(value.evidence)]")
    let one = AmountDerivation.UsedParameter(name: name, value: value)
    if !used.contains(one) { used.append(one) }
    guard times != ExactNumber(1) else { return ExactNumber(value.amount) }
    let product = try Self.checked(place) { () throws(NumberOverflow) in try ExactNumber(value.amount).times(times) }
    note("× \(times.text) = \(product.amountText)", "× \(times.text) = \(product.amountText)")
    return product
  }

  private mutating func percent(
    _ percent: ExactNumber, _ rule: AmountRule, _ cap: AmountRule?, _ place: String
  ) throws(RuleFault) -> ExactNumber {
    let base = try exact(rule, Self.join(place, "of"))
    let part = try Self.checked(place) { () throws(NumberOverflow) in try base.times(percent.hundredth) }
    note("\(percent.text)% = \(part.amountText)", "\(percent.text)% = \(part.amountText)")
    guard let cap else { return part }
    let highest = try exact(cap, Self.join(place, "cap"))
    let isCapped = try Self.checked(place) { () throws(NumberOverflow) in try highest.isLess(than: part) }
    note(
      isCapped ? "vượt mức tối đa, lấy \(highest.amountText)" : "không vượt mức tối đa \(highest.amountText)",
      isCapped ? "above the cap: \(highest.amountText)" : "within the cap \(highest.amountText)")
    return isCapped ? highest : part
  }

  private mutating func extreme(
    _ rules: [AmountRule], _ key: String, _ place: String
  ) throws(RuleFault) -> ExactNumber {
    var best: ExactNumber?
    for (index, rule) in rules.enumerated() {
      let one = try exact(rule, Self.join(place, "\(key)[\(index + 1)]"))
      guard let other = best else {
        best = one
        continue
      }
      let isLess = try Self.checked(place) { () throws(NumberOverflow) in try one.isLess(than: other) }
      if isLess == (key == "lowest"), one != other { best = one }
    }
    let found = best ?? ExactNumber(0)
    note(
      key == "highest" ? "mức cao nhất: \(found.amountText)" : "mức thấp nhất: \(found.amountText)",
      key == "highest" ? "the highest: \(found.amountText)" : "the lowest: \(found.amountText)")
    return found
  }

  private mutating func pension(_ formula: PensionFormula, _ place: String) throws(RuleFault) -> ExactNumber {
    let sex = try word(formula.sex, Self.join(place, "sex"))
    let months = try number(formula.months, Self.join(place, "months"))
    let wage = try number(formula.wage, Self.join(place, "pension"))
    let years = formula.years(months)
    let percent = try Self.checked(place) { () throws(NumberOverflow) -> ExactNumber? in
      for rate in formula.rates where rate.sex == sex {
        if try years.isLess(than: ExactNumber(rate.fromYears)) { continue }
        if let before = rate.beforeYears, try !years.isLess(than: ExactNumber(before)) { continue }
        let further = try years.plus(ExactNumber(-rate.fromYears))
        let percent = try rate.percent.plus(further.times(rate.eachYear))
        return try formula.highestPercent.isLess(than: percent) ? formula.highestPercent : percent
      }
      return nil
    }
    guard let percent else { throw RuleFault(place, .noTier(formula.months, months)) }
    note("\(months) tháng = \(years.text) năm", "\(months) months = \(years.text) years")
    let amount = try Self.checked(place) { () throws(NumberOverflow) in
      try ExactNumber(wage).times(percent.hundredth)
    }
    note(
      "tỷ lệ \(percent.text)% × \(VND.text(wage)) = \(amount.amountText)",
      "rate \(percent.text)% × \(VND.text(wage)) = \(amount.amountText)")
    return amount
  }

  private static func checked<Value>(
    _ place: String, _ work: () throws(NumberOverflow) -> Value
  ) throws(RuleFault) -> Value {
    do {
      return try work()
    } catch {
      throw RuleFault(place, .overflow)
    }
  }
}
