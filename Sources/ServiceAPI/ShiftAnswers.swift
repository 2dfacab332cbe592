/// Where a clerk's cash is.
public enum ShiftKindName: String, Hashable, Sendable, Codable, CaseIterable {
  /// The drawer of a counter.
  case counter
  /// The bag of a carrier who pays at people's homes.
  case bag
}

/// `POST /v1/shifts`
public struct ShiftRequest: Hashable, Sendable, Codable {
  /// 16 octets, made by the point.
  public var shift: WireBytes
  /// Drawer or bag.
  public var kind: ShiftKindName
  /// The agent.
  public var agent: String
  /// Its point.
  public var point: String
  /// SHA-256 of the terminal key's point; left out for payouts by hand.
  public var terminalKeyHash: WireBytes?
  /// Đồng it begins with.
  public var float: Int64
  /// The clerk, and who handed the float over.
  public var hands: HandsRequest

  /// From its fields.
  public init(
    shift: WireBytes, kind: ShiftKindName, agent: String, point: String, terminalKeyHash: WireBytes? = nil,
    float: Int64, hands: HandsRequest
  ) {
    self.shift = shift
    self.kind = kind
    self.agent = agent
    self.point = point
    self.terminalKeyHash = terminalKeyHash
    self.float = float
    self.hands = hands
  }
}

/// `POST /v1/shifts/{id}/top-ups` with what is added, `POST /v1/shifts/{id}/closing` with what was counted.
public struct ShiftAmountRequest: Hashable, Sendable, Codable {
  /// Đồng.
  public var amount: Int64
  /// Who.
  public var hands: HandsRequest

  /// From its fields.
  public init(amount: Int64, hands: HandsRequest) {
    self.amount = amount
    self.hands = hands
  }
}

/// An open shift of `GET /v1/shifts?agent=A&point=P`.
public struct ShiftAnswer: Hashable, Sendable, Codable {
  /// 16 octets.
  public var shift: WireBytes
  /// Drawer or bag.
  public var kind: ShiftKindName
  /// SHA-256 of the terminal key's point; zeros for payouts by hand.
  public var terminalKeyHash: WireBytes
  /// The clerk who opened it.
  public var clerk: String
  /// Milliseconds since 1970.
  public var openedAt: Int64
  /// Đồng it began with.
  public var float: Int64
  /// Đồng added.
  public var added: Int64
  /// Đồng paid.
  public var paid: Int64
  /// Đồng that came back by reversals.
  public var returned: Int64
  /// Đồng that should be there.
  public var expected: Int64
  /// Payouts of which the terminal has said nothing yet.
  public var silent: Int64

  /// From its fields.
  public init(
    shift: WireBytes, kind: ShiftKindName, terminalKeyHash: WireBytes, clerk: String, openedAt: Int64, float: Int64,
    added: Int64, paid: Int64, returned: Int64, expected: Int64, silent: Int64
  ) {
    self.shift = shift
    self.kind = kind
    self.terminalKeyHash = terminalKeyHash
    self.clerk = clerk
    self.openedAt = openedAt
    self.float = float
    self.added = added
    self.paid = paid
    self.returned = returned
    self.expected = expected
    self.silent = silent
  }
}
