public import VietnamReference

/// Programmes that one person is not paid together.
public struct ProgrammeGroup: Hashable, Sendable {
  /// Which of them is paid.
  public enum Rule: String, CaseIterable, Sendable, Codable {
    /// Only one: which, somebody has to decide.
    case onlyOne = "only-one"
    /// The highest.
    case highest
    /// The one that stands first in the group.
    case first

    /// In words.
    public var words: BilingualText {
      switch self {
      case .onlyOne: BilingualText(vi: "chỉ được hưởng một", en: "only one is paid")
      case .highest: BilingualText(vi: "hưởng mức cao nhất", en: "the highest is paid")
      case .first: BilingualText(vi: "hưởng chương trình đứng trước", en: "the one that comes first is paid")
      }
    }
  }

  /// As files call it.
  public let name: String
  /// What it is.
  public let title: BilingualText
  /// Which of them is paid.
  public let rule: Rule
  /// Codes of programmes, at least two.
  public let members: [String]
  /// By code of a member, the parameter from which on its amount stands in the others' way; below it does not.
  public let unlessBelow: [String: String]
  /// First day; `nil` when it has always been.
  public let from: CalendarDate?
  /// Last day; `nil` while it lasts.
  public let to: CalendarDate?
  /// The law or decree.
  public let legalBase: String
  /// Where it comes from.
  public let evidence: String

  /// Which of its members is paid, in words.
  public var words: BilingualText {
    let members = members.joined(separator: ", ")
    let bounds = unlessBelow.sorted { $0.key < $1.key }
    return BilingualText(
      vi: "\(rule.words.vi): \(members)" + bounds.map { "; trừ khi \($0.key) thấp hơn \($0.value)" }.joined(),
      en: "\(rule.words.en): \(members)" + bounds.map { "; unless \($0.key) is below \($0.value)" }.joined())
  }

  /// Whether its days include `date`.
  public func covers(_ date: CalendarDate) -> Bool {
    (from.map { $0 <= date } ?? true) && (to.map { date <= $0 } ?? true)
  }

  /// Whether some day is in both.
  func meets(_ other: ProgrammeGroup) -> Bool {
    func starts(_ left: CalendarDate?, by right: CalendarDate?) -> Bool {
      guard let left, let right else { return true }
      return left <= right
    }
    return starts(from, by: other.to) && starts(other.from, by: to)
  }
}

/// A programme that is not paid beside another, perhaps only from some amounts on.
public struct ProgrammeExclusion: Hashable, Sendable {
  /// Code of the other programme.
  public let code: String
  /// It stands in the way when its amount is so many đồng at least.
  public let from: Int64
  /// It stands in the way of amounts of so many đồng at least.
  public let ownFrom: Int64
}

/// Programmes that would be paid to one person together and must not be.
public struct ProgrammeConflict: Hashable, Sendable {
  /// The group that says so.
  public let group: ProgrammeGroup
  /// Those of the person's programmes that are in it, in the group's order; at least two.
  public let codes: [String]

  /// The one to be paid.
  ///
  /// - Parameter amounts: đồng by code.
  /// - Returns: `nil` where somebody has to decide, or an amount that the rule needs is not known.
  public func winner(amounts: [String: Int64]) -> String? {
    switch group.rule {
    case .onlyOne: return nil
    case .first: return codes.first
    case .highest:
      let known = codes.compactMap { code in amounts[code].map { (code, $0) } }
      guard known.count == codes.count, let highest = known.map(\.1).max() else { return nil }
      return known.first { $0.1 == highest }?.0
    }
  }
}
