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
  /// Of a reversal: where that went.
  public var takenBack: TakenBackAnswer?
  /// Of a death that was withdrawn: what of it came back.
  public var withdrawn: DeathWithdrawnAnswer?

  /// From its fields.
  public init(
    sequence: Int64, amount: Int64, takenBack: TakenBackAnswer? = nil, withdrawn: DeathWithdrawnAnswer? = nil
  ) {
    self.sequence = sequence
    self.amount = amount
    self.takenBack = takenBack
    self.withdrawn = withdrawn
  }
}

/// What of a death that was withdrawn came back, and what did not.
public struct DeathWithdrawnAnswer: Hashable, Sendable, Codable {
  /// Lines that stand as they would without the death.
  public var lines: Int
  /// Cards of the person, none of which is valid any more.
  public var cards: Int

  /// From its fields.
  public init(lines: Int, cards: Int) {
    self.lines = lines
    self.cards = cards
  }
}

/// Where the money of a payout went that was taken back.
public struct TakenBackAnswer: Hashable, Sendable, Codable {
  /// Đồng that is owed to the person again; below zero when what was open of the same items had to make up for an
  /// overpayment as well.
  public var toLine: Int64
  /// Đồng that went to the funds, since nothing of it was owed.
  public var toFund: Int64
  /// Đồng that is owed to the agent, which had paid for it before.
  public var toAgent: Int64

  /// From its fields.
  public init(toLine: Int64, toFund: Int64, toAgent: Int64) {
    self.toLine = toLine
    self.toFund = toFund
    self.toAgent = toAgent
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
  /// Of ``LineActName/end`` alone: the benefit goes on by another unit's or funder's list, since the person moves.
  public var moved: Bool?
  /// Who, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(act: LineActName, lastPeriod: UInt32? = nil, moved: Bool? = nil, hands: HandsRequest) {
    self.act = act
    self.lastPeriod = lastPeriod
    self.moved = moved
    self.hands = hands
  }
}
