internal import VietnamReference

/// Rules in words.
extension AmountRule {
  /// The names that words are made of.
  struct Names {
    let inputs: [String: InputDeclaration]
    let parameters: [String: Parameter]

    func input(_ name: String) -> BilingualText { inputs[name]?.title ?? BilingualText(vi: name, en: name) }

    func word(_ input: String, _ word: String) -> BilingualText {
      guard let declared = inputs[input] else { return BilingualText(vi: word, en: word) }
      if case .flag = declared.kind { return declared.text(of: .flag(word == "yes")) }
      return declared.text(of: .word(word))
    }
  }

  func words(_ names: Names) -> BilingualText {
    switch self {
    case .fixed(let amount): return Self.same(VND.text(amount))
    case .parameter(let name, let times):
      let title = names.parameters[name]?.title ?? Self.same(name)
      return times == ExactNumber(1) ? title : Self.text("\(times.text) × \(title.vi)", "\(times.text) × \(title.en)")
    case .individual(let input):
      let title = names.input(input)
      return Self.text("theo quyết định (\(title.vi))", "by the person's decision (\(title.en))")
    case .input(let input): return names.input(input)
    case .percent(let percent, let rule, let cap):
      let part = Self.join([Self.same("\(percent.text)% × "), rule.nested(names)])
      return part.appending(
        cap.map { Self.join([Self.text(", tối đa ", ", at most "), $0.nested(names)]) })
    case .healthLevel(let subject, let rule):
      let title = names.input(subject)
      return Self.join([
        Self.text("mức hưởng theo \(title.vi) × ", "level of \(title.en) × "), rule.nested(names),
      ])
    case .each(let input, let rule):
      return Self.join([rule.nested(names), Self.same(" × "), names.input(input)])
    case .sum(let rules): return Self.join(rules.map { $0.nested(names) }, Self.same(" + "))
    case .highest(let rules):
      return Self.listed(Self.text("mức cao nhất của ", "the highest of "), rules.map { $0.words(names) })
    case .lowest(let rules):
      return Self.listed(Self.text("mức thấp nhất của ", "the lowest of "), rules.map { $0.words(names) })
    case .tiers, .choose, .pension: return casesInWords(names)
    }
  }

  private func casesInWords(_ names: Names) -> BilingualText {
    switch self {
    case .tiers(let input, let tiers):
      let rows = tiers.map { tier in
        let range = tier.highest.map { Self.text("\(tier.lowest)–\($0): ", "\(tier.lowest)–\($0): ") }
        return Self.join([
          range ?? Self.text("từ \(tier.lowest): ", "\(tier.lowest) and more: "), tier.rule.words(names),
        ])
      }
      return Self.join([
        Self.text("theo ", "by "), names.input(input), Self.same(": "), Self.join(rows, Self.same("; ")),
      ])
    case .choose(let input, let choices):
      let rows = choices.map { choice in
        Self.join([names.word(input, choice.word), Self.same(": "), choice.rule.words(names)])
      }
      return Self.join([
        Self.text("theo ", "by "), names.input(input), Self.same(" – "), Self.join(rows, Self.same("; ")),
      ])
    case .pension(let formula):
      let rows = formula.rates.map { rate in
        let before = rate.beforeYears.map { Self.text(" đến dưới \($0)", " to under \($0)") }
        return Self.join([
          names.word(formula.sex, rate.sex),
          Self.text(" từ \(rate.fromYears)", " from \(rate.fromYears)").appending(before),
          Self.text(
            " năm: \(rate.percent.text)% + \(rate.eachYear.text)% mỗi năm thêm",
            " years: \(rate.percent.text)% + \(rate.eachYear.text)% for each year more"),
        ])
      }
      return Self.join([
        Self.text("tỷ lệ × ", "rate × "), names.input(formula.wage), Self.same(" – "),
        Self.join(rows, Self.same("; ")),
        Self.text("; tối đa \(formula.highestPercent.text)%", "; \(formula.highestPercent.text)% at most"),
      ])
    default: return Self.same("")
    }
  }

  /// In brackets where it would run into what stands beside it.
  private func nested(_ names: Names) -> BilingualText {
    switch self {
    case .fixed, .individual, .input, .parameter: return words(names)
    default: return Self.join([Self.same("("), words(names), Self.same(")")])
    }
  }

  private static func same(_ text: String) -> BilingualText { BilingualText(vi: text, en: text) }

  private static func text(_ vi: String, _ en: String) -> BilingualText { BilingualText(vi: vi, en: en) }

  private static func join(_ texts: [BilingualText], _ between: BilingualText? = nil) -> BilingualText {
    BilingualText(
      vi: texts.map(\.vi).joined(separator: between?.vi ?? ""), en: texts.map(\.en).joined(separator: between?.en ?? "")
    )
  }

  private static func listed(_ head: BilingualText, _ texts: [BilingualText]) -> BilingualText {
    join([head, same("("), join(texts, same("; ")), same(")")])
  }
}
