public import VietnamReference

/// An amount set by decree that rules refer to by name, for example the base salary (lương cơ sở).
public struct Parameter: Hashable, Sendable {
  /// One value and the days it is for.
  public struct Value: Hashable, Sendable {
    /// Đồng.
    public let amount: Int64
    /// First day in force.
    public let from: CalendarDate
    /// Last day in force; `nil` while it lasts.
    public let to: CalendarDate?
    /// Announced but not decided: it never applies.
    public let isPlanned: Bool
    /// Where it comes from: source numbers, or K for general knowledge.
    public let evidence: String

    /// Whether its days include `date`.
    public func covers(_ date: CalendarDate) -> Bool { from <= date && (to.map { date <= $0 } ?? true) }
  }

  /// As rules call it, for example `luong_co_so`.
  public let name: String
  /// What it is.
  public let title: BilingualText
  /// By first day; those in force neither overlap nor leave a gap that is not stated.
  public let values: [Value]

  /// The value that applies on `date`, which is never a planned one; `nil` when there is none.
  public func value(on date: CalendarDate) -> Value? { values.last { !$0.isPlanned && $0.covers(date) } }

  /// Those that apply on some day.
  var inForce: [Value] { values.filter { !$0.isPlanned } }
}
