/// Where a clerk's cash is. Raw values are stored: never renumbered.
public enum ShiftKind: UInt8, CaseIterable, Sendable, Codable {
  /// The drawer of a counter.
  case counter = 1
  /// The bag of a carrier who pays at people's homes.
  case bag = 2
}

/// Who pays cash with what: card payouts of one terminal, or payouts by hand of a point.
public struct ShiftDesk: Hashable, Sendable {
  /// The agent.
  public let agent: String
  /// Its point, 1…32 characters.
  public let point: String
  /// SHA-256 of the terminal key's point, 32 octets; ``byHand`` for payouts by hand.
  public let terminal: [UInt8]

  /// One desk.
  public init(agent: String, point: String, terminal: [UInt8]) {
    self.agent = agent
    self.point = point
    self.terminal = terminal
  }

  /// Stands for the terminal where there is none.
  public static let byHand = [UInt8](repeating: 0, count: 32)
}

/// A clerk takes cash over.
///
/// What is kept of a shift are facts: the float, what was added, what was paid and returned, what was counted. They
/// are figures of the agent's drawer (1210), which is not in a unit's book: no entry is posted for them.
public struct ShiftOpening: Hashable, Sendable {
  /// 16 octets, made by the point.
  public let shift: [UInt8]
  /// Drawer or bag.
  public let kind: ShiftKind
  /// What it pays.
  public let desk: ShiftDesk
  /// Đồng, 0…``Money/highestAmount``.
  public let float: Int64
  /// The clerk, and who handed the float over when somebody did.
  public let hands: ActHands

  /// One opening.
  public init(shift: [UInt8], kind: ShiftKind, desk: ShiftDesk, float: Int64, hands: ActHands) {
    self.shift = shift
    self.kind = kind
    self.desk = desk
    self.float = float
    self.hands = hands
  }
}

/// Money added to an open shift.
public struct ShiftTopUp: Hashable, Sendable {
  /// The shift.
  public let shift: [UInt8]
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// Who.
  public let hands: ActHands

  /// One top-up.
  public init(shift: [UInt8], amount: Int64, hands: ActHands) {
    self.shift = shift
    self.amount = amount
    self.hands = hands
  }
}

/// A shift ends with what was counted, whatever that is: a clerk can always close honestly.
public struct ShiftClosing: Hashable, Sendable {
  /// The shift.
  public let shift: [UInt8]
  /// Đồng counted, 0…``Money/highestAmount``.
  public let counted: Int64
  /// Who.
  public let hands: ActHands

  /// One closing.
  public init(shift: [UInt8], counted: Int64, hands: ActHands) {
    self.shift = shift
    self.counted = counted
    self.hands = hands
  }
}

/// What a shift's cash should be (`ledger` §5, rule 9).
public struct ShiftSums: Hashable, Sendable {
  /// Đồng it began with.
  public let float: Int64
  /// Đồng added.
  public let added: Int64
  /// Đồng handed out: payouts reported as paid, and payouts by hand.
  public let paid: Int64
  /// Đồng that came back by reversals.
  public let returned: Int64

  /// Sums of one shift.
  public init(float: Int64, added: Int64, paid: Int64, returned: Int64) {
    self.float = float
    self.added = added
    self.paid = paid
    self.returned = returned
  }

  /// Đồng that should be there; below 0 when more was paid than there was.
  public func expected() throws(MoneyOverflow) -> Int64 {
    try Money.difference(try Money.total([float, added, returned]), paid)
  }
}

extension Check {
  static func shift(_ opening: ShiftOpening) -> Bool {
    opening.shift.count == 16 && code(opening.desk.agent) && code(opening.desk.point)
      && opening.desk.terminal.count == 32 && (0...Money.highestAmount).contains(opening.float) && hands(opening.hands)
  }
}
