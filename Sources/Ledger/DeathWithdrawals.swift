/// What a withdrawn death leaves to be done by hand: nothing that ended for good comes back by itself.
public struct DeathWithdrawn: Hashable, Sendable, Codable {
  /// Lines that the death had ended and that stand now as they would without it, ≥ 0.
  public let lines: Int
  /// Cards of the person, none of which is valid any more: a new one is to be issued, ≥ 0.
  public let cards: Int

  /// What came of one withdrawal.
  public init(lines: Int, cards: Int) {
    self.lines = lines
    self.cards = cards
  }
}
