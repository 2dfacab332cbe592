/// Why a card takes another one's place.
public enum ReplacementKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// The old card was lost (cấp lại).
  case lost
  /// The old card is damaged (cấp đổi).
  case damaged
  /// The holder's data have changed (cấp đổi).
  case changed
  /// The old card's validity ends (gia hạn).
  case renewal
}

/// Part of `POST /v1/cards`: the holder's old card, which ends when the new one is registered.
public struct ReplacedCard: Hashable, Sendable, Codable {
  /// The old card, sixteen digits.
  public var card: String
  /// Why.
  public var kind: ReplacementKind
  /// Who does it, 1…64 characters.
  public var maker: String
  /// Who approves it: somebody else, 1…64 characters.
  public var checker: String
  /// Why, 1…140 characters; kept for ever, so it names nobody.
  public var reason: String
  /// The office, 1…64 characters.
  public var office: String

  /// From its fields.
  public init(card: String, kind: ReplacementKind, maker: String, checker: String, reason: String, office: String) {
    self.card = card
    self.kind = kind
    self.maker = maker
    self.checker = checker
    self.reason = reason
    self.office = office
  }
}

/// What was done with a card. An office asks for the first six.
public enum CardActName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Blocked for the time being.
  case block
  /// Not blocked any more; asks for two persons.
  case unblock
  /// Reported lost: blocked for good.
  case lost
  /// Given back by its holder: ended.
  case returned
  /// Ended.
  case terminated
  /// What is on its offline reserve goes back to the holder's lines; before its time by two persons only.
  case releaseReserve = "release-reserve"
  /// Blocked for good by the centre: two of its certificates contradict each other.
  case fork
  /// Ended by the card that replaces it after a loss.
  case replacedLost = "replaced-lost"
  /// Ended by the card that replaces a damaged one.
  case replacedDamaged = "replaced-damaged"
  /// Ended by the card with new data.
  case replacedChanged = "replaced-changed"
  /// Ended by the card that renews it.
  case renewed
}

/// `POST /v1/cards/{number}/acts`: something an office does with a card.
public struct CardActRequest: Hashable, Sendable, Codable {
  /// What.
  public var act: CardActName
  /// Why, 1…140 characters; kept for ever, so it names nobody.
  public var reason: String
  /// Who does it, 1…64 characters.
  public var maker: String
  /// Who approves it: somebody else.
  public var checker: String?
  /// The office, 1…64 characters.
  public var office: String

  /// From its fields.
  public init(act: CardActName, reason: String, maker: String, checker: String? = nil, office: String) {
    self.act = act
    self.reason = reason
    self.maker = maker
    self.checker = checker
    self.office = office
  }
}

/// Answer of `POST /v1/cards/{number}/acts`.
public struct CardActAnswer: Hashable, Sendable, Codable {
  /// Its number among the card's acts, from 1.
  public var sequence: Int64
  /// Đồng that went back to the holder's lines.
  public var released: Int64

  /// From its fields.
  public init(sequence: Int64, released: Int64) {
    self.sequence = sequence
    self.released = released
  }
}

/// What an office did with a PIN by the right of its terminal.
public enum PINActName: String, Hashable, Sendable, Codable, CaseIterable {
  /// The holder chose a PIN.
  case set
  /// The PIN got its tries back.
  case unblocked
}

/// `POST /v1/cards/{number}/pin-acts`: an office's record of what it did with the PIN.
public struct PINActRequest: Hashable, Sendable, Codable {
  /// What.
  public var act: PINActName
  /// Holder reference of the terminal's certificate, 1…16 characters.
  public var terminal: String
  /// Who did it, 1…64 characters.
  public var maker: String
  /// Who approved it: somebody else. Asked for when tries were given back, and from the second act of a card on.
  public var checker: String?
  /// The office, 1…64 characters.
  public var office: String
  /// When, Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(
    act: PINActName, terminal: String, maker: String, checker: String? = nil, office: String, time: Int64
  ) {
    self.act = act
    self.terminal = terminal
    self.maker = maker
    self.checker = checker
    self.office = office
    self.time = time
  }
}

/// An act in a card's life, in the answer of `GET /v1/cards/{number}`.
public struct CardActLine: Hashable, Sendable, Codable {
  /// Its number among the card's acts, from 1.
  public var sequence: Int64
  /// What was done.
  public var act: CardActName
  /// Why.
  public var reason: String
  /// Who did it.
  public var maker: String
  /// Who approved it.
  public var checker: String?
  /// The office.
  public var office: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(
    sequence: Int64, act: CardActName, reason: String, maker: String, checker: String?, office: String, time: Int64
  ) {
    self.sequence = sequence
    self.act = act
    self.reason = reason
    self.maker = maker
    self.checker = checker
    self.office = office
    self.time = time
  }
}

/// Answer of `GET /v1/cards/{number}`: nothing of it tells whose card it is.
public struct CardAnswer: Hashable, Sendable, Codable {
  /// What may be done with a card.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// Payouts post.
    case active
    /// Payouts are refused.
    case blocked
    /// Payouts are refused for good.
    case terminated
  }

  /// Sixteen digits.
  public var cardNumber: String
  /// What may be done with it.
  public var state: State
  /// Unix seconds.
  public var registeredAt: Int64
  /// The card it took the place of.
  public var replaces: String?
  /// The card that took its place.
  public var replacedBy: String?
  /// Đồng on its offline reserve.
  public var reserve: Int64
  /// Unix seconds from which one person may release that; `nil` when nothing is known of an authority.
  public var reserveFrom: Int64?
  /// Everything done with it, oldest first.
  public var acts: [CardActLine]
  /// What offices recorded of its PIN, oldest first.
  public var pinActs: [PINActRequest]

  /// From its fields.
  public init(
    cardNumber: String, state: State, registeredAt: Int64, replaces: String?, replacedBy: String?, reserve: Int64,
    reserveFrom: Int64?, acts: [CardActLine], pinActs: [PINActRequest]
  ) {
    self.cardNumber = cardNumber
    self.state = state
    self.registeredAt = registeredAt
    self.replaces = replaces
    self.replacedBy = replacedBy
    self.reserve = reserve
    self.reserveFrom = reserveFrom
    self.acts = acts
    self.pinActs = pinActs
  }
}
