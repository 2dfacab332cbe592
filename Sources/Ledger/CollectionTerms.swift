/// Until when what is owed can be collected, as the programmes' rules say (`payout_process` §3): the one thing that the
/// ledger has to know of a programme when it pays.
public struct CollectionTerms: Sendable {
  private let find: @Sendable (_ programme: UInt16, _ period: Period, _ lineEnds: Period?) -> Int32?

  /// - Parameter lastDay: the last day (yyyymmdd) on which what is owed of a programme (wire code) for a month can be
  ///   collected, when the line's last month is that or it goes on; nil without such a day.
  public init(
    lastDay: @escaping @Sendable (_ programme: UInt16, _ period: Period, _ lineEnds: Period?) -> Int32?
  ) {
    find = lastDay
  }

  /// Nothing has a last day.
  public static let none = CollectionTerms { _, _, _ in nil }

  /// The last day (yyyymmdd); nil without one.
  public func lastDay(programme: UInt16, period: Period, lineEnds: Period?) -> Int32? {
    find(programme, period, lineEnds)
  }

  /// Whether a month can't be collected any more on a day: nothing of it is listed or reclaimed then, since its money
  /// has gone, or goes, back for good. What lapsed by a mistaken end can be, once two persons have resumed the line.
  public func isOver(programme: UInt16, period: Period, lineEnds: Period?, on day: PostingDay) -> Bool {
    lastDay(programme: programme, period: period, lineEnds: lineEnds).map { $0 < day.yyyymmdd } ?? false
  }
}
