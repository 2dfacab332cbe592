/// What decisions have left of a line: what may be done with it, and its last month. A line that ends while it is
/// suspended stays so: what it holds is paid or inherited only once two persons have ended the suspension.
public struct LineStanding: Hashable, Sendable {
  /// What may be done with it.
  public var state: LineState
  /// The last month that is owed; nil while it goes on.
  public var lastPeriod: Period?
  /// It ended since its benefit goes on by another line of the person: of another unit or funder.
  public var hasMoved: Bool

  /// A line that goes on and is paid, unless it is said otherwise.
  public init(state: LineState = .active, lastPeriod: Period? = nil, hasMoved: Bool = false) {
    self.state = state
    self.lastPeriod = lastPeriod
    self.hasMoved = hasMoved
  }

  /// Whether nothing of an item of `kind` for `period` is owed, since the line ended before.
  public func isOver(in period: Period, _ kind: ItemKind) -> Bool {
    kind.endsWithLine && lastPeriod.map { period > $0 } ?? false
  }

  /// The line once its person died in `month`.
  public func afterDeath(in month: Period) -> LineStanding {
    if let lastPeriod, lastPeriod <= month { return self }
    return ended(with: month)
  }

  func ended(with month: Period, hasMoved: Bool = false) -> LineStanding {
    LineStanding(state: state == .suspended ? .suspended : .ended, lastPeriod: month, hasMoved: hasMoved)
  }

  /// Why nothing of an item is owed by this line, beside the other lines of the same person and programme; `nil` when
  /// it may be. A decision about one of them is one about the benefit, whatever unit's list it is on and whoever pays
  /// it: what is suspended is paid nowhere, and what has ended goes on only where the end says so
  /// (``LineStanding/hasMoved``) or after two persons have resumed it. What is suspended itself is credited and held.
  public func refusal(of kind: ItemKind, in period: Period, beside others: [LineStanding]) -> RefusalCode? {
    guard kind != .funeral, kind != .inherited else { return nil }
    if others.contains(where: { !$0.hasMoved && $0.isOver(in: period, kind) }) { return .monthAfterEnd }
    return state != .suspended && others.contains { $0.state == .suspended } ? .programmeSuspended : nil
  }
}

extension LineAct {
  /// What the line is after this act.
  ///
  /// - Parameters:
  ///   - before: what it was.
  ///   - isDead: its person is known to be dead: no decision revives the line then.
  /// - Throws: why it can't be done.
  public func standing(after before: LineStanding, isDead: Bool) throws(LedgerRefusal) -> LineStanding {
    switch (kind, before.state) {
    case (.lineResumed, .ended):
      // It ended by a mistake, or is granted anew: an appeal that was won, a second spell.
      guard !isDead else { throw LedgerRefusal(.personDead) }
      return LineStanding()
    case (_, .ended): throw LedgerRefusal(.lineEnded)
    case (.lineSuspended, .active): return LineStanding(state: .suspended)
    case (.lineSuspended, .suspended): throw LedgerRefusal(.lineSuspended)
    case (.lineResumed, .suspended):
      // One that ended meanwhile stays ended: what it held is paid, or inherited, and no later month.
      return LineStanding(
        state: before.lastPeriod == nil ? .active : .ended, lastPeriod: before.lastPeriod, hasMoved: before.hasMoved)
    case (.lineResumed, .active): throw LedgerRefusal(.lineNotSuspended)
    default:
      guard before.lastPeriod == nil, let lastPeriod else { throw LedgerRefusal(.lineEnded) }
      return before.ended(with: lastPeriod, hasMoved: isMove)
    }
  }
}
