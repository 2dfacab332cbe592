public import Ledger
internal import Synchronization
public import VietnamReference

/// What a programme's rules of a month say of a row, as far as a row tells what they depend on.
struct RowRule: Sendable {
  /// The amounts that the rules can come to.
  enum Amounts: Hashable, Sendable {
    /// Everything: the rules only gave the first amount, or depend on too much.
    case any
    /// These.
    case among(Set<Int64>)
    /// Those within bounds, either of which may be open.
    case within(lowest: Int64?, highest: Int64?)
  }

  /// Amounts of whole benefits.
  let amounts: Amounts
  /// By age in full years, whether somebody can have it; `nil` when the rules do not ask for an age.
  let ages: [Bool]?
  /// What they ask of the age.
  let ageWords: BilingualText

  /// The highest of them, đồng; `nil` when there is none.
  var highest: Int64? {
    switch amounts {
    case .any: nil
    case .among(let values): values.max()
    case .within(_, let highest): highest
    }
  }

  /// - Parameter isPart: arrears, or one funder's share: any amount up to the highest.
  func takes(_ amount: Int64, isPart: Bool) -> Bool {
    switch amounts {
    case .any: true
    case .among(let values): isPart ? values.contains { amount <= $0 } : values.contains(amount)
    case .within(let lowest, let highest):
      (isPart || lowest.map { $0 <= amount } ?? true) && (highest.map { amount <= $0 } ?? true)
    }
  }

  /// Whether somebody born then has an age on some day of the month that the rules take.
  func takes(birth: PartialDate, in month: Period) -> Bool {
    guard let ages else { return true }
    guard let first = CalendarDate(year: month.year, month: month.month, day: 1),
      let days = CalendarDate.daysIn(month: month.month, year: month.year),
      let last = CalendarDate(year: month.year, month: month.month, day: days), let oldest = birth.age(on: last)
    else { return false }
    let youngest = birth.age(on: first)?.lowerBound ?? 0
    return (youngest...oldest.upperBound).contains { ages.indices.contains($0) && ages[$0] }
  }

  /// The amounts in words; `nil` for any.
  var words: BilingualText? {
    switch amounts {
    case .any: return nil
    case .among(let values):
      let sorted = values.sorted()
      guard let lowest = sorted.first, let highest = sorted.last else { return nil }
      let few = sorted.map { VND.text($0) }
      if few.count <= 6 {
        return BilingualText(vi: few.joined(separator: " hoặc "), en: few.joined(separator: " or "))
      }
      return BilingualText(
        vi: "một trong \(few.count) mức từ \(VND.text(lowest)) đến \(VND.text(highest))",
        en: "one of \(few.count) amounts from \(VND.text(lowest)) to \(VND.text(highest))")
    case .within(let lowest, let highest):
      let bounds = [
        lowest.map { BilingualText(vi: "từ \(VND.text($0))", en: "from \(VND.text($0))") },
        highest.map { BilingualText(vi: "đến \(VND.text($0))", en: "to \(VND.text($0))") },
      ].compactMap { $0 }
      return BilingualText(
        vi: bounds.map(\.vi).joined(separator: " "), en: bounds.map(\.en).joined(separator: " "))
    }
  }
}

/// The row rules of programmes and months that were asked for; one for all copies of a catalogue.
final class RowRules: Sendable {
  private struct Key: Hashable {
    let programme: UInt16
    let month: Int32
  }

  private let known = Mutex<[Key: RowRule]>([:])

  func rule(_ programme: UInt16, _ month: Period, make: () -> RowRule) -> RowRule {
    let key = Key(programme: programme, month: month.yyyymm)
    if let rule = known.withLock({ $0[key] }) { return rule }
    let rule = make()
    known.withLock { rules in
      // A year has twelve months: more than these nobody asks for.
      if rules.count < 4_096 { rules[key] = rule }
    }
    return rule
  }
}

extension ProgrammeCatalogue {
  /// What a province may give where the rules say "at least": at most so many times their own highest amount. The
  /// highest standards of provinces are below twice the nation's (Hà Nội: 650,000 đ beside 500,000 đ).
  private static let mostLocalTimes: Int64 = 3

  /// Most combinations of inputs that are tried for the amounts of a programme.
  private static let maximumTries = 2_000

  /// What a programme's rules of a month say of a row.
  func rowRule(_ programme: Programme, in month: Period) -> RowRule {
    rowRules.rule(programme.wireCode, month) {
      let periods = programme.periods(in: month)
      return RowRule(
        amounts: amounts(periods, in: month), ages: Self.ages(periods),
        ageWords: periods.last.map { Self.joined($0.ageConditions.map { words(of: $0) }) }
          ?? BilingualText(vi: "", en: ""))
    }
  }

  /// The highest amount that a programme's rules of a month can come to, đồng; `nil` when they name none.
  public func highestAmount(of programme: Programme, in month: Period) -> Int64? {
    rowRule(programme, in: month).highest
  }

  /// How long a programme is paid by its rules of a month: what lasts its longest is had again once the months that it
  /// takes at least were paid in. `nil` as long as it is owed.
  public func spell(of programme: Programme, in month: Period) -> ItemSpell? {
    programme.periods(in: month).last?.duration.map {
      ItemSpell(most: Int($0.highest), of: Int($0.highest + $0.paidIn.lowerBound))
    }
  }

  /// Whether a programme's rules of a month can come to an amount, for somebody who was born then.
  public func pays(_ programme: Programme, _ amount: Int64, born: PartialDate? = nil, in month: Period) -> Bool {
    let rule = rowRule(programme, in: month)
    return rule.takes(amount, isPart: false) && born.map { rule.takes(birth: $0, in: month) } ?? true
  }

  private static func joined(_ words: [BilingualText]) -> BilingualText {
    BilingualText(vi: words.map(\.vi).joined(separator: "; "), en: words.map(\.en).joined(separator: "; "))
  }

  private static func ages(_ periods: [ProgrammePeriod]) -> [Bool]? {
    guard !periods.isEmpty, periods.allSatisfy({ !$0.ageConditions.isEmpty }) else { return nil }
    return (0...130).map { age in
      periods.contains { rules in
        !rules.ageConditions.contains { $0.isMet(["age": .number(age)]) == false }
      }
    }
  }

  private func amounts(_ periods: [ProgrammePeriod], in month: Period) -> RowRule.Amounts {
    var values: Set<Int64> = []
    var isOpen = false
    var isLeast = false
    for rules in periods {
      guard rules.binding != .start, let tries = tries(rules) else { return .any }
      isOpen = isOpen || tries.isOpen
      isLeast = isLeast || rules.binding == .least
      for date in rules.days(in: month) {
        for inputs in tries.inputs where !rules.conditions.contains(where: { $0.isMet(inputs) == false }) {
          var evaluation = AmountEvaluation(names: names, date: date, inputs: inputs)
          guard let amount = try? evaluation.amount(rules.rule, rules.rounding).0 else { return .any }
          values.insert(amount)
        }
      }
    }
    guard let lowest = values.min(), let highest = values.max() else { return .any }
    if isLeast { return .within(lowest: lowest, highest: highest * Self.mostLocalTimes) }
    return isOpen ? .within(lowest: lowest, highest: highest) : .among(values)
  }

  /// Every combination of the inputs of a rule; of money and long ranges only the ends, between which amounts rise.
  private func tries(_ rules: ProgrammePeriod) -> (inputs: [[String: InputValue]], isOpen: Bool)? {
    var tries: [[String: InputValue]] = [[:]]
    var isOpen = false
    for name in rules.rule.inputs.sorted() {
      guard let declared = inputs[name] else { return nil }
      let values: [InputValue]
      switch declared.kind {
      case .whole(let range) where range.upperBound - range.lowerBound < 400: values = range.map { .number($0) }
      case .money(let range), .whole(let range):
        values = [.number(range.lowerBound), .number(range.upperBound)]
        isOpen = true
      case .flag: values = [.flag(false), .flag(true)]
      case .word(let words): values = words.map { .word($0.code) }
      case .healthSubject: values = HealthInsuranceSubject.all.map { .word($0.code) }
      }
      guard tries.count * values.count <= Self.maximumTries else { return nil }
      tries = tries.flatMap { inputs in values.map { inputs.merging([name: $0]) { $1 } } }
    }
    return (tries, isOpen)
  }
}

extension Programme {
  /// The rules of the days of a month.
  func periods(in month: Period) -> [ProgrammePeriod] { periods.filter { !$0.days(in: month).isEmpty } }
}

extension ProgrammePeriod {
  /// What it asks of a person's age, perhaps among other things.
  var ageConditions: [Condition] { conditions.filter { $0.inputs.contains("age") } }

  /// Its first and its last day in a month: parameters have new values on the first of a month, or between them.
  func days(in month: Period) -> [CalendarDate] {
    guard let days = CalendarDate.daysIn(month: month.month, year: month.year),
      let first = CalendarDate(year: month.year, month: month.month, day: 1),
      let last = CalendarDate(year: month.year, month: month.month, day: days)
    else { return [] }
    let (start, end) = (max(first, from ?? first), min(last, to ?? last))
    return start <= end ? [start, end] : []
  }
}

/// What rows are refused for by their programmes' rules.
extension PaymentFieldParser {
  func check(
    _ amount: Int64, of programme: Programme, in month: Period, isArrears: Bool
  ) throws(FieldDefect) {
    let rule = options.catalogue.rowRule(programme, in: month)
    guard !rule.takes(amount, isPart: isArrears || programme.isSplit), let words = rule.words else { return }
    throw FieldDefect(
      code: .amountRule,
      reason: BilingualText(
        vi: "chương trình \(programme.code) tháng \(month.month)/\(month.year) chi \(words.vi)",
        en: "programme \(programme.code) pays \(words.en) for \(month.month)/\(month.year)"),
      remedy: BilingualText(
        vi: "ghi mức theo quy định của tháng hưởng; phần còn thiếu ghi truy lĩnh",
        en: "write what the rule gives for the month; what is still owed of it is arrears"))
  }

  /// - Parameter id: the person's; `nil` when it is not readable.
  func check(
    _ birth: PartialDate, _ id: PersonalID?, of programme: Programme, in month: Period
  ) throws(FieldDefect) {
    let rule = options.catalogue.rowRule(programme, in: month)
    if rule.takes(birth: birth, in: month) {
      // Who may have it goes by the age, so the row's word alone is not enough where the ID says another year.
      guard rule.ages != nil, let id, id.birthYear != birth.year else { return }
      throw FieldDefect(
        code: .birthDateAge,
        reason: BilingualText(
          vi: "số định danh ghi sinh năm \(id.birthYear), khác ngày sinh, mà \(programme.code) xét tuổi",
          en: "the personal ID says born in \(id.birthYear), not what is written, and \(programme.code) asks for an age"
        ),
        remedy: BilingualText(
          vi: "kiểm tra số định danh và ngày sinh; hai số liệu phải khớp",
          en: "check the ID and the birth date: they must agree"
        ))
    }
    throw FieldDefect(
      code: .birthDateAge,
      reason: BilingualText(
        vi: "người sinh \(birth.slashed) không đủ điều kiện tuổi của \(programme.code) tháng \(month.month)/"
          + "\(month.year): \(rule.ageWords.vi)",
        en: "somebody born \(birth.iso) has not the age that \(programme.code) asks for in \(month.month)/"
          + "\(month.year): \(rule.ageWords.en)"),
      remedy: BilingualText(
        vi: "kiểm tra ngày sinh, chương trình và tháng hưởng", en: "check the birth date, the programme and the month"))
  }
}
