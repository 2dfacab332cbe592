/// `POST /v1/payouts/{transaction id}/reversal`
public struct ReversalRequest: Hashable, Sendable, Codable {
  /// Who, and why; it takes two.
  public var hands: HandsRequest

  /// From its fields.
  public init(hands: HandsRequest) { self.hands = hands }
}

/// `POST /v1/collectables`, before people of a list are paid by hand. It stores nothing.
public struct CollectableRequest: Hashable, Sendable, Codable {
  /// Personal IDs, at most 1,000.
  public var personalIDs: [String]
  /// Reference of the list that is to pay them.
  public var list: String

  /// From its fields.
  public init(personalIDs: [String], list: String) {
    self.personalIDs = personalIDs
    self.list = list
  }
}

/// What one of them can collect; the answers come in the order of the question.
public struct CollectableAnswer: Hashable, Sendable, Codable {
  /// Whether anybody has the personal ID.
  public var known: Bool
  /// Whether a card is there that has not ended.
  public var liveCard: Bool
  /// Whether the list has paid this person before.
  public var paidByList: Bool
  /// What can be paid now, oldest first.
  public var payable: [PayableLine]
  /// What can't be collected any more and has not lapsed yet, oldest first.
  public var overdue: [PayableLine]
  /// Full name, for the voucher; absent when nobody has the personal ID.
  public var name: String?
  /// Papers by which somebody else may collect today.
  public var collectors: [CollectorPaper]
  /// Numbers of those that are not valid today.
  public var invalidPapers: [String]

  /// From its fields.
  public init(
    known: Bool, liveCard: Bool, paidByList: Bool, payable: [PayableLine], overdue: [PayableLine] = [],
    name: String? = nil, collectors: [CollectorPaper] = [], invalidPapers: [String] = []
  ) {
    self.overdue = overdue
    self.collectors = collectors
    self.invalidPapers = invalidPapers
    self.name = name
    self.known = known
    self.liveCard = liveCard
    self.paidByList = paidByList
    self.payable = payable
  }
}

/// What is paid of one line and month.
public struct HandEntry: Hashable, Sendable, Codable {
  /// Entitlement line id.
  public var line: UInt32
  /// `year * 100 + month`.
  public var period: UInt32
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(line: UInt32, period: UInt32, amount: Int64) {
    self.line = line
    self.period = period
    self.amount = amount
  }
}

/// What one person received by hand.
public struct HandVisitRequest: Hashable, Sendable, Codable {
  /// Line of the office's file, by which a refusal names the visit.
  public var row: Int
  /// Transaction id, 16 octets.
  public var transactionID: WireBytes
  /// Who.
  public var personalID: String
  /// 1…20 entries.
  public var entries: [HandEntry]
  /// Why a live card was not used; names nobody.
  public var cardReason: String?
  /// Number of the paper by which somebody else received it; absent when the person did.
  public var collector: String?

  /// From its fields.
  public init(
    row: Int, transactionID: WireBytes, personalID: String, entries: [HandEntry], cardReason: String? = nil,
    collector: String? = nil
  ) {
    self.collector = collector
    self.row = row
    self.transactionID = transactionID
    self.personalID = personalID
    self.entries = entries
    self.cardReason = cardReason
  }
}

/// `POST /v1/hand-payouts`
public struct HandPayoutRequest: Hashable, Sendable, Codable {
  /// The list's reference.
  public var list: String
  /// SHA-256 of the scanned list, 32 octets.
  public var scan: WireBytes
  /// The agent that paid.
  public var agent: String
  /// Its point.
  public var point: String
  /// Two-digit code of the point's province.
  public var province: String
  /// Five-digit code of its commune.
  public var commune: String
  /// 1…1,000 visits: all of them are recorded, or none.
  public var visits: [HandVisitRequest]
  /// The two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(
    list: String, scan: WireBytes, agent: String, point: String, province: String, commune: String,
    visits: [HandVisitRequest], hands: HandsRequest
  ) {
    self.list = list
    self.scan = scan
    self.agent = agent
    self.point = point
    self.province = province
    self.commune = commune
    self.visits = visits
    self.hands = hands
  }
}

/// What card payouts may come to; 0 is no limit. Answer of `GET /v1/payout-limits`.
public struct PayoutLimitsAnswer: Hashable, Sendable, Codable {
  /// Most that one visit is paid, đồng.
  public var mostPerVisit: Int64
  /// Most visits of a card on one day.
  public var visitsPerCardDay: Int64
  /// Most that one terminal pays on one day, đồng.
  public var mostPerTerminalDay: Int64

  /// From its fields.
  public init(mostPerVisit: Int64, visitsPerCardDay: Int64, mostPerTerminalDay: Int64) {
    self.mostPerVisit = mostPerVisit
    self.visitsPerCardDay = visitsPerCardDay
    self.mostPerTerminalDay = mostPerTerminalDay
  }
}

/// `POST /v1/payout-limits`
public struct PayoutLimitsRequest: Hashable, Sendable, Codable {
  /// What holds from now on.
  public var limits: PayoutLimitsAnswer
  /// Who; it takes two.
  public var hands: HandsRequest

  /// From its fields.
  public init(limits: PayoutLimitsAnswer, hands: HandsRequest) {
    self.limits = limits
    self.hands = hands
  }
}
