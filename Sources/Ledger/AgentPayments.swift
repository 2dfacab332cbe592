/// What a unit owes an agent again, since a payout that the agent had paid for was taken back, paid to it.
public struct AgentPayment: Hashable, Sendable {
  /// Agent code.
  public let agent: String
  /// Whose book and money, and how much; not more than is owed.
  public let purse: PurseAmount
  /// The bank's reference of the payment, 1…140 characters, of no other payment to an agent.
  public let reference: String
  /// Who, and why; two persons.
  public let hands: ActHands

  /// One payment.
  public init(agent: String, purse: PurseAmount, reference: String, hands: ActHands) {
    self.agent = agent
    self.purse = purse
    self.reference = reference
    self.hands = hands
  }

  /// What is kept of it for ever.
  public var content: String { "\(purse.unit.text) \(purse.funder.text) \(purse.amount) by \(reference)" }

  /// 2700 → 1100 of the agent, unit and funder.
  public var event: LedgerEvent { .item(.agentPaid(agent: agent, purse)) }
}

extension ReferenceLedger {
  mutating func pay(_ payment: AgentPayment) throws -> LedgerOutcome {
    try payment.hands.require(for: .agentPaid)
    guard agents[payment.agent] != nil else { throw LedgerRefusal(.unknownAgent) }
    guard !agentPayments.contains(payment.reference) else { throw LedgerRefusal(.agentPaymentKnown) }
    try post(payment.event.transfers()) { key, balance in
      if key.code == .agentFees, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    agentPayments.insert(payment.reference)
    return keep(.agentPaid, amount: payment.purse.amount)
  }
}
