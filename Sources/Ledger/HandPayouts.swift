/// What one person received by hand, as a signed list says.
public struct HandVisit: Hashable, Sendable {
  /// Transaction id, 16 octets, made by the office.
  public let transactionID: [UInt8]
  /// Personal id of who received it, 1…32 characters.
  public let personalID: String
  /// 1…20 allocations, none of them from a reserve; a line and month occurs once.
  public let allocations: [PayoutAllocation]
  /// Why a live card was not used, 0…140 characters; kept for ever, so it names nobody.
  public let cardReason: String
  /// Number of the paper by which somebody else received it, 1…32 printable ASCII characters; empty when the person
  /// did.
  public let paper: String

  /// One visit.
  public init(
    transactionID: [UInt8], personalID: String, allocations: [PayoutAllocation], cardReason: String = "",
    paper: String = ""
  ) {
    self.paper = paper
    self.transactionID = transactionID
    self.personalID = personalID
    self.allocations = allocations
    self.cardReason = cardReason
  }
}

/// Payouts by hand to people without a card: a list that they signed, scanned, and the two persons who answer for it
/// (`ledger` §2, "Evidence").
///
/// The money has been handed out when the list comes, so an agent's limit does not stop it.
public struct HandPayoutList: Hashable, Sendable {
  /// The list's reference, 1…140 characters. Nothing is paid twice under one, except what was taken back.
  public let list: String
  /// SHA-256 of the scanned list, 32 octets. One scan pays under one reference.
  public let scan: [UInt8]
  /// The agent that paid.
  public let agent: String
  /// Its point, 1…32 characters.
  public let point: String
  /// Two-digit code of the point's province.
  public let province: String
  /// Five-digit code of the point's commune.
  public let commune: String
  /// 1…1,000 visits; a transaction id occurs once.
  public let visits: [HandVisit]
  /// The two persons.
  public let hands: ActHands

  /// One list.
  public init(
    list: String, scan: [UInt8], agent: String, point: String, province: String, commune: String,
    visits: [HandVisit], hands: ActHands
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

extension Check {
  static func handList(_ list: HandPayoutList) -> Bool {
    text(list.list, 1...140) && list.scan.count == 32 && code(list.agent) && code(list.point)
      && digits(list.province, 2) && digits(list.commune, 5) && (1...1_000).contains(list.visits.count)
      && Set(list.visits.map(\.transactionID)).count == list.visits.count && list.visits.allSatisfy(visit)
      && hands(list.hands)
  }

  private static func visit(_ visit: HandVisit) -> Bool {
    visit.transactionID.count == 16 && text(visit.personalID, 1...32) && text(visit.cardReason, 0...140)
      && allocations(visit.allocations) && (visit.paper.isEmpty || reference(visit.paper, 1...32))
  }

  /// 1…20 allocations of lines' own money, each line and month once.
  static func allocations(_ allocations: [PayoutAllocation]) -> Bool {
    (1...20).contains(allocations.count)
      && allocations.allSatisfy { Money.isAmount($0.amount) && $0.fromReserve == 0 }
      && Set(allocations.map { [Int64($0.line), Int64($0.period.yyyymm)] }).count == allocations.count
  }
}
