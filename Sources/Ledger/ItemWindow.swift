/// The months in which a programme is owed once: the month itself, a quarter, a year, the days that it is in force.
public struct ItemWindow: Hashable, Sendable {
  /// The first of them.
  public let first: Period
  /// The last of them, not before ``first``.
  public let last: Period

  /// The months from `first` to `last`; `nil` when they are the wrong way round.
  public init?(first: Period, last: Period) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// One month.
  public init(_ month: Period) {
    first = month
    last = month
  }

  /// Whether a month is one of them.
  public func contains(_ month: Period) -> Bool { first <= month && month <= last }
}

/// How long a programme is paid: so many months at most of any so many that follow one another.
public struct ItemSpell: Hashable, Sendable {
  /// Months at most, 1…600.
  public let most: Int
  /// Of so many, 1…1,200: what has been had is earned anew before it can be had again.
  public let span: Int

  /// A spell.
  public init(most: Int, of span: Int) {
    self.most = most
    self.span = span
  }

  var isWellFormed: Bool { (1...600).contains(most) && (1...1_200).contains(span) }

  /// The months that are in one span with a month, first and last as yyyymm.
  public func months(around month: Period) -> ClosedRange<Int32> {
    func yyyymm(_ count: Int32) -> Int32 { count / 12 * 100 + count % 12 + 1 }
    let count = Self.count(month)
    return yyyymm(max(0, count - Int32(span) + 1))...yyyymm(count + Int32(span) - 1)
  }

  /// Whether so many of `months` are in one span with `month`, itself one of them, that they are too many.
  public func isOver(_ months: Set<Period>, with month: Period) -> Bool {
    let counts = months.map(Self.count).sorted()
    let own = Self.count(month)
    return counts.contains { first in
      let last = first + Int32(span) - 1
      return first <= own && own <= last && counts.count { first <= $0 && $0 <= last } > most
    }
  }

  private static func count(_ month: Period) -> Int32 { Int32(month.year) * 12 + Int32(month.month) - 1 }
}

/// A programme that is not paid beside another, perhaps only from some amounts on.
public struct ItemExclusion: Hashable, Sendable {
  /// Wire code of the programme that stands in the way.
  public let programme: UInt16
  /// Its item stands in the way when it is of so many đồng at least, 0…``Money/highestAmount``.
  public let from: Int64
  /// The row that it stands in the way of is of so many đồng at least, 0…``Money/highestAmount``.
  public let ownFrom: Int64

  /// What is not paid beside a row.
  public init(_ programme: UInt16, from: Int64 = 0, ownFrom: Int64 = 0) {
    self.programme = programme
    self.from = from
    self.ownFrom = ownFrom
  }

  var isWellFormed: Bool { [from, ownFrom].allSatisfy { (0...Money.highestAmount).contains($0) } }
}
