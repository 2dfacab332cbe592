internal import VietnamReference

/// How much a programme pays, in a small declarative form.
indirect enum AmountRule: Hashable, Sendable {
  /// So many đồng.
  case fixed(Int64)
  /// A parameter at its value of the day, times a coefficient.
  case parameter(String, times: ExactNumber)
  /// The amount that stands in the person's decision.
  case individual(input: String)
  /// An input as it is.
  case input(String)
  /// A percentage, capped perhaps.
  case percent(ExactNumber, of: AmountRule, cap: AmountRule?)
  /// The percentage that a health-insurance subject has by law.
  case healthLevel(subject: String, of: AmountRule)
  /// By a number.
  case tiers(input: String, [Tier])
  /// Once for each child, person, day or month.
  case each(input: String, AmountRule)
  /// All of them; each is a component that is rounded by itself when the rule is no part of another.
  case sum([AmountRule])
  /// The highest of them.
  case highest([AmountRule])
  /// The lowest of them.
  case lowest([AmountRule])
  /// By a word, or `yes` and `no`.
  case choose(input: String, [Choice])
  /// A pension from the mean wage and the time paid in.
  case pension(PensionFormula)

  /// One tier: from a number to a number, both included; open upwards without the second.
  struct Tier: Hashable, Sendable {
    let lowest: Int64
    let highest: Int64?
    let rule: AmountRule
  }

  /// What applies to one word.
  struct Choice: Hashable, Sendable {
    let word: String
    let rule: AmountRule
  }

  /// The rules it is made of, with the keys that lead to them.
  var parts: [(key: String, rule: AmountRule)] {
    switch self {
    case .fixed, .parameter, .individual, .input, .pension: []
    case .percent(_, let rule, let cap): [("of", rule)] + (cap.map { [("cap", $0)] } ?? [])
    case .healthLevel(_, let rule): [("of", rule)]
    case .tiers(_, let tiers): tiers.enumerated().map { ("rows[\($0 + 1)].amount", $1.rule) }
    case .each(_, let rule): [("amount", rule)]
    case .sum(let rules): rules.enumerated().map { ("sum[\($0 + 1)]", $1) }
    case .highest(let rules): rules.enumerated().map { ("highest[\($0 + 1)]", $1) }
    case .lowest(let rules): rules.enumerated().map { ("lowest[\($0 + 1)]", $1) }
    case .choose(_, let choices): choices.map { ("when.\($0.word)", $0.rule) }
    }
  }

  /// The input it asks for itself, with the key.
  var ownInputs: [(key: String, input: String)] {
    switch self {
    case .fixed, .parameter, .percent, .sum, .highest, .lowest: []
    case .individual(let input): [("individual", input)]
    case .input(let input): [("input", input)]
    case .healthLevel(let input, _): [("health-level", input)]
    case .tiers(let input, _): [("tiers", input)]
    case .each(let input, _): [("each", input)]
    case .choose(let input, _): [("choose", input)]
    case .pension(let formula): [("pension", formula.wage), ("sex", formula.sex), ("months", formula.months)]
    }
  }

  /// Every input it may ask for.
  var inputs: Set<String> { parts.reduce(into: Set(ownInputs.map(\.input))) { $0.formUnion($1.rule.inputs) } }

  /// Every parameter it may use.
  var parameters: Set<String> {
    var found: Set<String> = parts.reduce(into: []) { $0.formUnion($1.rule.parameters) }
    if case .parameter(let name, _) = self { found.insert(name) }
    return found
  }

  /// What becomes a component of its own: the members of a sum, else the rule as a whole.
  var components: [(key: String, rule: AmountRule)] {
    if case .sum = self { return parts }
    return [("", self)]
  }
}

/// The rate of a pension: by sex and years paid in, to a highest percentage (Luật 41/2024/QH15 Đ66).
struct PensionFormula: Hashable, Sendable {
  /// One row of the table: from so many years on, less than so many when there is a bound.
  struct Rate: Hashable, Sendable {
    /// A word of the input.
    let sex: String
    let fromYears: Int64
    let beforeYears: Int64?
    let percent: ExactNumber
    /// Added for each year above ``fromYears``.
    let eachYear: ExactNumber
  }

  /// What part of a year counts for.
  enum PartYear: String, CaseIterable, Sendable {
    /// Nothing.
    case dropped
    /// One to six months half a year, seven to eleven a whole one.
    case halfYears = "half-years"
  }

  /// Inputs: mean wage in đồng, sex, months paid in.
  let wage: String
  let sex: String
  let months: String
  let rates: [Rate]
  let highestPercent: ExactNumber
  let partYear: PartYear

  /// Years that so many months count for.
  func years(_ months: Int64) -> ExactNumber {
    let (whole, rest) = (months / 12, months % 12)
    let halves: Int64 = partYear == .dropped || rest == 0 ? 0 : rest <= 6 ? 1 : 2
    return (try? ExactNumber(whole * 2 + halves).times(Self.half)) ?? ExactNumber(whole)
  }

  private static let half = ExactNumber(decimal: "0.5") ?? ExactNumber(0)
}

/// For how many months a benefit lasts: by months paid in (Luật Việc làm 74/2025/QH15 Đ39).
struct DurationRule: Hashable, Sendable {
  /// Input with the months paid in.
  let input: String
  /// Months paid in that the first ``months`` are given for, both included.
  let paidIn: ClosedRange<Int64>
  /// Months given for those.
  let months: Int64
  /// Further months paid in that add one month.
  let eachFurther: Int64
  /// Most months.
  let highest: Int64

  func months(paidIn number: Int64) -> Int64? {
    guard number >= paidIn.lowerBound else { return nil }
    return min(highest, months + max(0, number - paidIn.upperBound) / eachFurther)
  }

  func words(_ declared: [String: InputDeclaration]) -> BilingualText {
    let title = declared[input]?.title ?? BilingualText(vi: input, en: input)
    return BilingualText(
      vi: "\(months) tháng khi \(title.vi) từ \(paidIn.lowerBound) đến \(paidIn.upperBound), thêm 1 tháng cho mỗi "
        + "\(eachFurther) tháng nữa, tối đa \(highest) tháng",
      en: "\(months) months for \(title.en) from \(paidIn.lowerBound) to \(paidIn.upperBound), 1 month more for each "
        + "further \(eachFurther), \(highest) months at most")
  }
}
