public import Ledger
public import VietnamReference

/// How often a programme is owed.
extension Programme {
  /// The months around `month` in which it is owed once: by its rhythm the month, the quarter, the half-year or the
  /// year; of what is paid once the months that it is in force, or those too near to another payment of it.
  public func window(around month: Period) -> ItemWindow {
    switch rhythm {
    case .monthly, .perClaim, .onDeath, .counter: ItemWindow(month)
    case .quarterly: Self.part(of: month, months: 3)
    case .halfYearly: Self.part(of: month, months: 6)
    case .yearly: Self.part(of: month, months: 12)
    case .oneOff, .oneOffMass:
      onceInMonths.map { Self.near(month, $0 - 1) } ?? ItemWindow(first: first(until: month), last: last(from: month))
        ?? ItemWindow(month)
    }
  }

  /// The rhythm in words, with the months of what is paid once in so many.
  public var rhythmWords: BilingualText {
    rhythm.name.appending(
      onceInMonths.map { BilingualText(vi: " trong \($0) tháng", en: " in \($0) months") })
  }

  /// The month by which two rows of a list are seen to be of one window; that of what is paid once in so many months
  /// itself, since their windows differ.
  func dueMonth(_ month: Period) -> Period {
    onceInMonths == nil ? window(around: month).first : month
  }

  /// The part of the calendar year that `month` is in.
  private static func part(of month: Period, months: Int) -> ItemWindow {
    let first = (month.month - 1) / months * months + 1
    return ItemWindow(
      first: Period(yyyymm: Int32(month.year * 100 + first)) ?? month,
      last: Period(yyyymm: Int32(month.year * 100 + first + months - 1)) ?? month) ?? ItemWindow(month)
  }

  private static func near(_ month: Period, _ months: Int) -> ItemWindow {
    var (first, last) = (month, month)
    for _ in 0..<months { (first, last) = (first.previous, last.year < 9999 ? last.next : last) }
    return ItemWindow(first: first, last: last) ?? ItemWindow(month)
  }

  private func first(until month: Period) -> Period {
    let first = validFrom.flatMap { Period(yyyymm: Int32($0.year * 100 + $0.month)) } ?? Period(yyyymm: 190_001)
    return min(first ?? month, month)
  }

  private func last(from month: Period) -> Period {
    let last = validTo.flatMap { Period(yyyymm: Int32($0.year * 100 + $0.month)) } ?? Period(yyyymm: 999_912)
    return max(last ?? month, month)
  }
}
