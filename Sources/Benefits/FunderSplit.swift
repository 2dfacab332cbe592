internal import Ledger
internal import VietnamReference

/// The rows of one benefit that several funders share, one after the other in a list: each funder's share in a row of
/// its own, as the programme's rule for the month splits their sum.
struct FunderSplit: Sendable {
  /// Whose benefit, and of which month.
  struct Key: Hashable, Sendable {
    let personalID: UInt64
    /// Wire code.
    let programme: UInt16
    let period: Period
    let isArrears: Bool
  }

  /// One funder's row.
  struct Part: Sendable {
    let line: Int
    /// `nil` when it could not be read.
    let kind: FunderKind?
    let amount: Int64?
    let unit: String
    let province: String
    /// Whether nothing is wrong with it by itself.
    let isGood: Bool
  }

  /// What became of a row.
  enum Place: Sendable {
    /// It is the first of its benefit, unless that stands further up in the list.
    case first
    /// It goes with the row before it.
    case further
  }

  /// The rows of one benefit, with what is wrong with them together; `nil` when nothing is.
  struct Closed: Sendable {
    let key: Key
    let parts: [Part]
    let isWrong: Bool
  }

  private var key: Key?
  private var rule = FunderRule.none
  private var parts: [Part] = []

  /// Takes a row of a benefit whose rule is `rule`.
  ///
  /// - Parameter closed: told of the benefit that ended before the row.
  mutating func take(_ key: Key, _ part: Part, _ rule: FunderRule, closed: (Closed) -> Void) -> Place {
    if key == self.key, let kind = part.kind, !parts.contains(where: { $0.kind == kind }) {
      parts.append(part)
      return .further
    }
    close(closed)
    if case .split = rule {
      (self.key, self.rule, parts) = (key, rule, [part])
    }
    return .first
  }

  /// No further row belongs to the benefit.
  mutating func close(_ closed: (Closed) -> Void) {
    if let key { closed(Closed(key: key, parts: parts, isWrong: !isRight)) }
    (key, parts) = (nil, [])
  }

  /// Leaves the benefit out that was begun last: it repeats one further up.
  mutating func drop() { (key, parts) = (nil, []) }

  /// Every funder has exactly its share, of one unit.
  private var isRight: Bool {
    guard parts.allSatisfy(\.isGood), Set(parts.map { [$0.unit, $0.province] }).count == 1 else { return false }
    var sum: Int64 = 0
    for part in parts {
      let (next, isOver) = sum.addingReportingOverflow(part.amount ?? 0)
      guard !isOver else { return false }
      sum = next
    }
    guard let shares = rule.parts(of: sum)?.filter({ $0.amount > 0 }), shares.count == parts.count else { return false }
    return shares.allSatisfy { share in parts.contains { $0.kind == share.kind && $0.amount == share.amount } }
  }
}

extension Programme {
  /// Whose money pays it in a month.
  func funder(in period: Period) -> FunderRule {
    let month = Int(period.yyyymm)
    return periods.last { rules in
      rules.from.map { $0.year * 100 + $0.month <= month } ?? true
        && rules.to.map { month <= $0.year * 100 + $0.month } ?? true
    }?.funder ?? .none
  }

  /// Whether several funders share it in some month.
  var isSplit: Bool {
    periods.contains { rules in
      if case .split = rules.funder { true } else { false }
    }
  }
}

extension RowProblem {
  /// A row of a benefit whose rows together are not what its funders pay.
  static func wrongSplit(_ programme: Programme, _ period: Period, line: Int) -> RowProblem {
    let words = programme.funder(in: period).words
    return RowProblem(
      code: .funderSplit, line: line, column: PaymentColumn.funder.rawValue, value: nil,
      reason: BilingualText(
        vi: "các dòng của khoản \(programme.code) không đúng phần của từng nguồn: \(words.vi)",
        en: "the rows of this benefit of \(programme.code) are not the funders' shares: \(words.en)"),
      remedy: BilingualText(
        vi: "ghi liền nhau mỗi nguồn một dòng, làm tròn xuống, nguồn cuối nhận phần còn lại",
        en: "write one row for each funder, one after the other, rounded down, the last with the rest"))
  }
}
