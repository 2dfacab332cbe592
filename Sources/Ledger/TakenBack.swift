/// Where the money of a payout went that was taken back.
public struct TakenBack: Hashable, Sendable, Codable {
  /// Đồng that is owed on the lines again. Below zero when more of the items' open money went to their fund than the
  /// payout gave back: what an overpayment of theirs still came to.
  public let toLine: Int64
  /// Đồng that went to the funds, since nothing of it was owed.
  public let toFund: Int64
  /// Đồng that is owed to agents, who had paid for it before.
  public let toAgent: Int64

  /// Of `amount` đồng.
  public init(of amount: Int64, toFund: Int64 = 0, toAgent: Int64 = 0) {
    self.toFund = toFund
    self.toAgent = toAgent
    toLine = amount - toFund - toAgent
  }
}

/// What is known of a receivable when a payout of its item is taken back.
public struct ItemDebt: Hashable, Sendable {
  /// Number of the receivable.
  public let receivable: Int64
  /// The agent that owes it; nil when the line's person does.
  public let agent: String?
  /// Đồng still owed.
  public let rest: Int64
  /// Đồng that came back of it and was not given back since.
  public let recovered: Int64

  /// One receivable.
  public init(receivable: Int64, agent: String?, rest: Int64, recovered: Int64) {
    self.receivable = receivable
    self.agent = agent
    self.rest = rest
    self.recovered = recovered
  }
}

/// How what an item gives back, since it is not owed, is shared out.
public struct BackShares: Hashable, Sendable {
  /// Đồng that goes to the fund.
  public let toFund: Int64
  /// What is not to be recovered any more: the fund has it back.
  public let released: [ReceivableAmount]
  /// What agents had paid back in cash, and the fund has had since: it is theirs again.
  public let toAgents: [AgentAmount]

  /// Shares out `back` đồng of an item of `line`: first what is still owed of its receivables, then what agents have
  /// paid; the rest is the fund's.
  public init(_ back: Int64, of line: PayableAccount, _ debts: [ItemDebt]) {
    var left = back
    var released: [ReceivableAmount] = []
    for debt in debts where min(left, debt.rest) > 0 {
      released.append(ReceivableAmount(receivable: debt.receivable, line: line, amount: min(left, debt.rest)))
      left -= min(left, debt.rest)
    }
    var toAgents: [AgentAmount] = []
    for debt in debts where min(left, debt.recovered) > 0 {
      guard let agent = debt.agent else { continue }
      let part = ReceivableAmount(receivable: debt.receivable, line: line, amount: min(left, debt.recovered))
      toAgents.append(AgentAmount(agent: agent, part: part))
      left -= part.amount
    }
    self.released = released
    self.toAgents = toAgents
    toFund = toAgents.reduce(back) { $0 - $1.part.amount }
  }
}

/// What an agent had paid back of a receivable, and is owed again.
public struct AgentAmount: Hashable, Sendable {
  /// The agent's code.
  public let agent: String
  /// Of which receivable, and how much.
  public let part: ReceivableAmount

  /// One amount.
  public init(agent: String, part: ReceivableAmount) {
    self.agent = agent
    self.part = part
  }

  /// 2200 → 2700. The cash that the agent paid is in the fund already, so what the payout gave back takes its place.
  /// It is in 2700, where units owe agents and pay them out of 1100, and not in 2500, where money is whose owner is not
  /// known yet: whose this is, is certain.
  var transfer: Transfer {
    Transfer(
      trusted: part.line.account,
      AccountKey(.agentFees, book: part.line.unit, funder: part.line.funder, subject: agent), part.amount,
      .owedToAgent)
  }
}
