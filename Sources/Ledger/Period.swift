/// The month a benefit is owed for (tháng hưởng), as `year * 100 + month`.
///
/// On the card it is three BCD bytes YYYYMM (`card-application` §4, tag 81); in files it is `yyyy-MM` or `MM/yyyy`.
public struct Period: Hashable, Comparable, Sendable, Codable {
  /// `year * 100 + month`, for example 202611 for November 2026.
  public let yyyymm: Int32

  /// A period from `year * 100 + month`; `nil` unless the year is 1900…9999 and the month 1…12.
  public init?(yyyymm: Int32) {
    guard (1900...9999).contains(yyyymm / 100), (1...12).contains(yyyymm % 100) else { return nil }
    self.yyyymm = yyyymm
  }

  /// Calendar year, 1900…9999.
  public var year: Int { Int(yyyymm) / 100 }
  /// Month of the year, 1…12.
  public var month: Int { Int(yyyymm) % 100 }

  /// Earlier months first.
  public static func < (left: Period, right: Period) -> Bool { left.yyyymm < right.yyyymm }

  /// The month after this one.
  public var next: Period {
    month == 12 ? Period(unchecked: yyyymm + 89) : Period(unchecked: yyyymm + 1)
  }

  /// The month before this one; the first month that can be said for that month itself.
  public var previous: Period {
    guard yyyymm > 190_001 else { return self }
    return month == 1 ? Period(unchecked: yyyymm - 89) : Period(unchecked: yyyymm - 1)
  }

  private init(unchecked yyyymm: Int32) { self.yyyymm = yyyymm }
}
