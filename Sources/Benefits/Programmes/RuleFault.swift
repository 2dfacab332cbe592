public import VietnamReference

/// Why an amount can't be worked out: nothing is guessed.
public struct RuleFault: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Error, Hashable, Sendable {
    /// No programme has this code.
    case unknownProgramme(String)
    /// The programme has no period that includes the day.
    case notInForce(String, CalendarDate)
    /// The rule needs an input that was not given.
    case missingInput(String, values: String)
    /// The programme asks for no input of this name.
    case unknownInput(String, nearest: String?)
    /// The input's value is of another kind.
    case inputKind(String, values: String)
    /// The input's value is out of its bounds.
    case inputRange(String, values: String)
    /// No tier, and no row of a table, has the number.
    case noTier(String, Int64)
    /// The parameter has no value in force on the day.
    case noParameter(String, CalendarDate)
    /// Of the parameter only a planned value includes the day, and plans never apply.
    case plannedParameter(String, CalendarDate)
    /// The inputs do not meet this condition.
    case unmetCondition(BilingualText)
    /// The sum is beyond what one item may be.
    case overflow
  }

  /// The place in the programme's rule, for example `amount.sum[2].cap`, or `inputs`.
  public let place: String
  /// What is wrong.
  public let reason: Reason

  init(_ place: String, _ reason: Reason) {
    self.place = place
    self.reason = reason
  }

  /// What is wrong, in words.
  public var why: BilingualText {
    switch reason {
    case .unknownProgramme(let code):
      BilingualText(vi: "không có chương trình \(code)", en: "there is no programme \(code)")
    case .notInForce(let code, let date):
      BilingualText(
        vi: "chương trình \(code) không có hiệu lực ngày \(date.slashed)",
        en: "programme \(code) is not in force on \(date.iso)")
    case .missingInput(let name, let values):
      BilingualText(vi: "thiếu đầu vào \(name) (\(values))", en: "the input \(name) is missing (\(values))")
    case .unknownInput(let name, let nearest):
      BilingualText(
        vi: "chương trình không dùng đầu vào \(name)" + (nearest.map { "; có phải là \($0)?" } ?? ""),
        en: "the programme has no input \(name)" + (nearest.map { "; is \($0) meant?" } ?? ""))
    case .inputKind(let name, let values):
      BilingualText(vi: "đầu vào \(name) phải là: \(values)", en: "the input \(name) has to be: \(values)")
    case .inputRange(let name, let values):
      BilingualText(
        vi: "đầu vào \(name) phải trong khoảng \(values)", en: "the input \(name) has to be within \(values)")
    case .noTier(let name, let number):
      BilingualText(vi: "không có mức cho \(name) = \(number)", en: "there is no row for \(name) = \(number)")
    case .noParameter(let name, let date):
      BilingualText(
        vi: "tham số \(name) không có giá trị ngày \(date.slashed)",
        en: "the parameter \(name) has no value on \(date.iso)")
    case .plannedParameter(let name, let date):
      BilingualText(
        vi: "giá trị của tham số \(name) ngày \(date.slashed) mới là dự kiến, không áp dụng",
        en: "the value of the parameter \(name) on \(date.iso) is only planned and does not apply")
    case .unmetCondition(let words):
      BilingualText(vi: "không đủ điều kiện: \(words.vi)", en: "a condition is not met: \(words.en)")
    case .overflow:
      BilingualText(
        vi: "số tiền lớn hơn mức tối đa của một khoản", en: "the amount is beyond what one item may be")
    }
  }
}

/// How an amount came about, for the person who asks and for the auditor.
public struct AmountDerivation: Hashable, Sendable {
  /// One component, rounded once.
  public struct Component: Hashable, Sendable {
    /// What it is: its rule in words.
    public let rule: BilingualText
    /// Before it was rounded: decimal text or a fraction.
    public let exact: String
    /// Đồng.
    public let amount: Int64
  }

  /// A value that was used.
  public struct UsedParameter: Hashable, Sendable {
    /// The parameter.
    public let name: String
    /// Its value on the day.
    public let value: Parameter.Value
  }

  /// The programme.
  public let code: String
  /// The day that the rule and the parameters are of.
  public let date: CalendarDate
  /// Đồng; 0 when nothing is owed.
  public let amount: Int64
  /// What it is the sum of.
  public let components: [Component]
  /// For how many months it is paid; `nil` when the programme has no such rule.
  public let months: Int64?
  /// What was done, one after the other, in words.
  public let steps: [BilingualText]
  /// The parameters used, each once.
  public let parameters: [UsedParameter]
  /// Conditions that the inputs do not decide; the deciding office does.
  public let openConditions: [BilingualText]
  /// The period of the programme whose rule was used.
  public let period: ProgrammePeriod
}
