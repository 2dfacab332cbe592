internal import GRDB
public import Ledger

/// What a unit owes an agent, and has paid it of that.
public struct StoredAgentDebt: Hashable, Sendable {
  /// Agent code.
  public let agent: String
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Đồng still owed, ≥ 0.
  public let owed: Int64
  /// Đồng paid so far, ≥ 0.
  public let paid: Int64
}

extension BatchSession {
  func pay(_ payment: AgentPayment) throws -> Decision {
    try payment.hands.require(for: .agentPaid)
    guard try agentLimit(payment.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    guard try sql.one("SELECT 1 FROM agent_payment WHERE reference = ?", [payment.reference]) == nil else {
      throw LedgerRefusal(.agentPaymentKnown)
    }
    let plan = try plan(payment.event.transfers()) { key, balance in
      if key.code == .agentFees, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    let purse = payment.purse
    let event = try post(plan, reference: payment.reference)
    let number = try keep(
      .agentPaid, subject: "agent \(payment.agent)", content: payment.content, payment.hands, event: event)
    try sql.run(
      "INSERT INTO agent_payment (reference, agent, unit, funder, amount, act) VALUES (?, ?, ?, ?, ?, ?)",
      [payment.reference, payment.agent, purse.unit.text, purse.funder.text, purse.amount, number])
    return .outcome(.acted(EntitlementActResult(sequence: number, amount: purse.amount)))
  }
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/agentDebts()``.
  public func agentDebts() async throws(LedgerStoreError) -> [StoredAgentDebt] {
    try await read { sql in
      try sql.all(
        """
        SELECT subject, book, funder, credits - debits, debits FROM account WHERE code = 2700 AND subject <> ''
        ORDER BY subject, book, funder
        """, []
      ).map { row in
        StoredAgentDebt(
          agent: try row.text(0), unit: try row.decode(1) { AccountingUnit(text: $0) },
          funder: try row.decode(2) { Funder(text: $0) }, owed: try row.int(3), paid: try row.int(4))
      }
    }
  }
}

extension AuditWalk {
  /// Payments to agents by their rows, their acts and what these posted.
  mutating func checkAgentPayments() throws {
    try each(
      .items, "payment to an agent that is not as it was decided",
      """
      SELECT COALESCE(p.reference, a.sequence || '') FROM agent_payment p
      FULL JOIN (SELECT * FROM act WHERE kind = 74) a ON a.sequence = p.act
      WHERE p.act IS NULL OR a.sequence IS NULL OR a.subject <> 'agent ' || p.agent
        OR a.content <> p.unit || ' ' || p.funder || ' ' || p.amount || ' by ' || p.reference
      """)
    try each(
      .balances, "payment to an agent that is not what was posted",
      """
      SELECT hex(COALESCE(p.event, t.event)) FROM (
        SELECT a.event AS event, p.agent AS agent, p.unit AS unit, p.funder AS funder, p.amount AS amount
        FROM agent_payment p LEFT JOIN act a ON a.sequence = p.act
      ) p FULL JOIN (
        SELECT x.event AS event, d.subject AS agent, d.book AS unit, d.funder AS funder, SUM(x.amount) AS amount
        FROM transfer x JOIN account d ON d.id = x.debit JOIN account c ON c.id = x.credit
        WHERE x.kind = 34 AND d.code = 2700 AND c.code = 1100 GROUP BY 1, 2, 3, 4
      ) t ON t.event = p.event AND t.agent = p.agent AND t.unit = p.unit AND t.funder = p.funder
      WHERE p.amount IS NOT t.amount
      """)
  }
}
