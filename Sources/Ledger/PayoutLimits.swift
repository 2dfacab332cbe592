/// What card payouts may come to: limits against a stolen card with its PIN, and against a point that pays too fast.
///
/// A limit of 0 is none. Visits that a terminal reported VOID don't count; those that an office took back do, since
/// money was handed out.
public struct PayoutLimits: Hashable, Sendable, Codable {
  /// Most that one visit is paid, đồng ≥ 0.
  public let mostPerVisit: Int64
  /// Most visits of a card on one Vietnamese calendar day, ≥ 0.
  public let visitsPerCardDay: Int64
  /// Most that one terminal pays on one day, đồng ≥ 0.
  public let mostPerTerminalDay: Int64

  /// Limits; 0 for none.
  public init(mostPerVisit: Int64 = 0, visitsPerCardDay: Int64 = 0, mostPerTerminalDay: Int64 = 0) {
    self.mostPerVisit = mostPerVisit
    self.visitsPerCardDay = visitsPerCardDay
    self.mostPerTerminalDay = mostPerTerminalDay
  }

  /// No limits: what holds before anybody decides.
  public static let none = PayoutLimits()

  var isWellFormed: Bool {
    (0...Money.highestAmount).contains(mostPerVisit) && (0...1_000).contains(visitsPerCardDay)
      && (0...Money.highestAmount).contains(mostPerTerminalDay)
  }

  /// Refuses a visit of `amount` đồng that is over a limit, the lowest number first.
  ///
  /// - Parameters:
  ///   - visits: the card's earlier visits of the day; asked when they are limited.
  ///   - paid: đồng that the terminal paid before on the day; asked when they are limited.
  public func check(amount: Int64, visits: () throws -> Int64, paid: () throws -> Int64) throws {
    guard mostPerVisit == 0 || amount <= mostPerVisit else { throw LedgerRefusal(.visitOverLimit) }
    guard try visitsPerCardDay == 0 || visits() < visitsPerCardDay else { throw LedgerRefusal(.cardVisitsOver) }
    guard try mostPerTerminalDay == 0 || Money.sum(paid(), amount) <= mostPerTerminalDay else {
      throw LedgerRefusal(.terminalOverLimit)
    }
  }

  /// The figures in the act that decides them.
  public var text: String {
    "visit \(mostPerVisit) card-day \(visitsPerCardDay) terminal-day \(mostPerTerminalDay)"
  }
}

/// A decision about the limits of card payouts.
public struct PayoutLimitsDecision: Hashable, Sendable {
  /// What holds from now on.
  public let limits: PayoutLimits
  /// Who; it takes two.
  public let hands: ActHands

  /// One decision.
  public init(limits: PayoutLimits, hands: ActHands) {
    self.limits = limits
    self.hands = hands
  }
}
