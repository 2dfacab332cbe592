public import VietnamReference

/// What a rule has to be told of a person or a case: its name, its type and its bounds.
public struct InputDeclaration: Hashable, Sendable {
  /// What kind of value.
  public enum Kind: Hashable, Sendable {
    /// Đồng within bounds.
    case money(ClosedRange<Int64>)
    /// A whole number within bounds.
    case whole(ClosedRange<Int64>)
    /// Yes or no.
    case flag
    /// One of a few words.
    case word([Word])
    /// A subject code of health insurance (mã đối tượng).
    case healthSubject
  }

  /// One of the words of an input.
  public struct Word: Hashable, Sendable {
    /// As files and commands have it.
    public let code: String
    /// What it means.
    public let name: BilingualText
  }

  /// As rules and commands call it, for example `months-paid`.
  public let name: String
  /// What it is.
  public let title: BilingualText
  /// Its kind.
  public let kind: Kind

  /// The values it takes, for people: `0…720`, `yes, no`.
  public var values: String {
    switch kind {
    case .money(let range), .whole(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .flag: "yes, no"
    case .word(let words): words.map(\.code).joined(separator: ", ")
    case .healthSubject: HealthInsuranceSubject.all.map(\.code).joined(separator: ", ")
    }
  }

  /// The type's word in files.
  public var type: String {
    switch kind {
    case .money: "money"
    case .whole: "whole"
    case .flag: "yes-no"
    case .word: "word"
    case .healthSubject: "health-subject"
    }
  }

  /// What a value means in words.
  func text(of value: InputValue) -> BilingualText {
    switch (kind, value) {
    case (.money, .number(let number)): BilingualText(vi: VND.text(number), en: VND.text(number))
    case (_, .number(let number)): BilingualText(vi: String(number), en: String(number))
    case (_, .flag(let isYes)): BilingualText(vi: isYes ? "có" : "không", en: isYes ? "yes" : "no")
    case (.word(let words), .word(let code)):
      words.first { $0.code == code }?.name ?? BilingualText(vi: code, en: code)
    case (_, .word(let code)): BilingualText(vi: code, en: code)
    }
  }

  /// Reads a value as commands and files write it.
  ///
  /// - Throws: what the value has to be.
  public func value(_ text: String) throws(RuleFault.Reason) -> InputValue {
    switch kind {
    case .money(let range), .whole(let range):
      guard let number = Self.number(text) else { throw .inputKind(name, values: values) }
      guard range.contains(number) else { throw .inputRange(name, values: values) }
      return .number(number)
    case .flag:
      guard ["yes", "no"].contains(text) else { throw .inputKind(name, values: values) }
      return .flag(text == "yes")
    case .word(let words):
      guard words.contains(where: { $0.code == text }) else { throw .inputKind(name, values: values) }
      return .word(text)
    case .healthSubject:
      guard HealthInsuranceSubject.subject(code: text) != nil else { throw .inputKind(name, values: values) }
      return .word(text)
    }
  }

  /// Plain digits, a minus sign perhaps, no 0 before others.
  private static func number(_ text: String) -> Int64? {
    guard let number = Int64(text), String(number) == text else { return nil }
    return number
  }
}

/// A value of an ``InputDeclaration``.
public enum InputValue: Hashable, Sendable {
  /// Đồng or a count.
  case number(Int64)
  /// Yes or no.
  case flag(Bool)
  /// A word or a code.
  case word(String)
}

/// What a programme asks of a person before it pays. Whether it is met is decided by the deciding office; here it is
/// checked as far as the inputs are known.
public indirect enum Condition: Hashable, Sendable {
  /// A number within bounds, either of which may be open.
  case between(input: String, lowest: Int64?, highest: Int64?)
  /// One of these words.
  case among(input: String, words: [String])
  /// Yes or no.
  case flag(input: String, isYes: Bool)
  /// All of them.
  case all([Condition])
  /// One of them at least.
  case any([Condition])

  /// Whether it is met; `nil` while an input that decides it is not known.
  public func isMet(_ inputs: [String: InputValue]) -> Bool? {
    switch self {
    case .between(let input, let lowest, let highest):
      guard case .number(let number)? = inputs[input] else { return nil }
      return (lowest.map { $0 <= number } ?? true) && (highest.map { number <= $0 } ?? true)
    case .among(let input, let words):
      guard case .word(let word)? = inputs[input] else { return nil }
      return words.contains(word)
    case .flag(let input, let isYes):
      guard case .flag(let value)? = inputs[input] else { return nil }
      return value == isYes
    case .all(let conditions):
      let met = conditions.map { $0.isMet(inputs) }
      return met.contains(false) ? false : met.contains(nil) ? nil : true
    case .any(let conditions):
      let met = conditions.map { $0.isMet(inputs) }
      return met.contains(true) ? true : met.contains(nil) ? nil : false
    }
  }

  /// The inputs it asks for.
  public var inputs: Set<String> {
    switch self {
    case .between(let input, _, _), .among(let input, _), .flag(let input, _): [input]
    case .all(let conditions), .any(let conditions): conditions.reduce(into: []) { $0.formUnion($1.inputs) }
    }
  }

  /// It in words.
  func words(_ declared: [String: InputDeclaration]) -> BilingualText {
    switch self {
    case .between(let input, let lowest, let highest):
      let title = declared[input]?.title ?? BilingualText(vi: input, en: input)
      func text(_ number: Int64) -> String { declared[input]?.text(of: .number(number)).vi ?? String(number) }
      return
        title
        .appending(lowest.map { BilingualText(vi: " từ \(text($0))", en: " from \(text($0))") })
        .appending(highest.map { BilingualText(vi: " đến \(text($0))", en: " to \(text($0))") })
    case .among(let input, let words):
      let names = words.map { declared[input]?.text(of: .word($0)) ?? BilingualText(vi: $0, en: $0) }
      let title = declared[input]?.title ?? BilingualText(vi: input, en: input)
      return BilingualText(
        vi: title.vi + ": " + names.map(\.vi).joined(separator: " hoặc "),
        en: title.en + ": " + names.map(\.en).joined(separator: " or "))
    case .flag(let input, let isYes):
      let title = declared[input]?.title ?? BilingualText(vi: input, en: input)
      return BilingualText(vi: title.vi + ": " + (isYes ? "có" : "không"), en: title.en + ": " + (isYes ? "yes" : "no"))
    case .all(let conditions): return Self.joined(conditions, "; ", "; ", declared)
    case .any(let conditions): return Self.joined(conditions, " / hoặc ", " / or ", declared)
    }
  }

  private static func joined(
    _ conditions: [Condition], _ vi: String, _ en: String, _ declared: [String: InputDeclaration]
  ) -> BilingualText {
    let words = conditions.map { $0.words(declared) }
    return BilingualText(
      vi: words.map(\.vi).joined(separator: vi), en: words.map(\.en).joined(separator: en))
  }
}

extension BilingualText {
  /// Both languages, one text after the other.
  func appending(_ other: BilingualText?) -> BilingualText {
    other.map { BilingualText(vi: vi + $0.vi, en: en + $0.en) } ?? self
  }
}
