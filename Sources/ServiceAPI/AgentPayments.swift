/// `POST /v1/agents/{agent}/payments`: what a unit owes an agent, paid to it.
public struct AgentPaymentRequest: Hashable, Sendable, Codable {
  /// Accounting unit that pays.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng, not more than is owed.
  public var amount: Int64
  /// The bank's reference of the payment, 1…140 characters; each is taken once.
  public var reference: String
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(unit: String, funder: String, amount: Int64, reference: String, hands: HandsRequest) {
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.reference = reference
    self.hands = hands
  }
}

/// Answer to `GET /v1/agents/owed`
public struct AgentDebtsAnswer: Hashable, Sendable, Codable {
  /// By agent, unit and funder; those that were paid wholly as well.
  public var agents: [AgentDebtLine]

  /// From its fields.
  public init(agents: [AgentDebtLine]) { self.agents = agents }
}

/// What a unit owes an agent.
public struct AgentDebtLine: Hashable, Sendable, Codable {
  /// Agent code.
  public var agent: String
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng still owed.
  public var owed: Int64
  /// Đồng paid so far.
  public var paid: Int64

  /// From its fields.
  public init(agent: String, unit: String, funder: String, owed: Int64, paid: Int64) {
    self.agent = agent
    self.unit = unit
    self.funder = funder
    self.owed = owed
    self.paid = paid
  }
}
