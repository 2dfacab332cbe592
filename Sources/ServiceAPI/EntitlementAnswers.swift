/// Who decides something, and why, in a request about a line, an item, a person or a payout.
public struct HandsRequest: Hashable, Sendable, Codable {
  /// Who does it, 1…64 characters.
  public var maker: String
  /// Who approves it: somebody else.
  public var checker: String?
  /// The office, 1…64 characters.
  public var office: String
  /// Why, 1…140 characters; kept for ever, so it names nobody.
  public var reason: String

  /// From its fields.
  public init(maker: String, checker: String? = nil, office: String, reason: String) {
    self.maker = maker
    self.checker = checker
    self.office = office
    self.reason = reason
  }
}

/// Answer to a request about a line, an item, a person or a payout.
public struct ActAnswer: Hashable, Sendable, Codable {
  /// Its number among all acts of the centre, from 1.
  public var sequence: Int64
  /// Đồng that it moved.
  public var amount: Int64

  /// From its fields.
  public init(sequence: Int64, amount: Int64) {
    self.sequence = sequence
    self.amount = amount
  }
}

/// What an office decides about a line.
public enum LineActName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing of it is paid for the time being.
  case suspend
  /// It goes on.
  case resume
  /// It ends with a month.
  case end
}

/// `POST /v1/lines/{line}/acts`
public struct LineActRequest: Hashable, Sendable, Codable {
  /// What.
  public var act: LineActName
  /// The last month that is owed, year * 100 + month; of ``LineActName/end`` alone.
  public var lastPeriod: UInt32?
  /// Who, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(act: LineActName, lastPeriod: UInt32? = nil, hands: HandsRequest) {
    self.act = act
    self.lastPeriod = lastPeriod
    self.hands = hands
  }
}
