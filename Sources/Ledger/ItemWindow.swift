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
