import Ledger
import LedgerStore
import ServiceAPI

/// What units owe agents.
extension Centre {
  func pay(
    agent: String, _ request: AgentPaymentRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let payment = AgentPayment(
      agent: agent, purse: try purse(request.unit, request.funder, request.amount, payload.traceID),
      reference: request.reference, hands: request.hands.hands)
    return await submit(act: .onItems(.payAgent(payment)), payload, scope: "agents/\(agent)/payments")
  }

  func agentDebts(traceID: String) async throws(Problem) -> AgentDebtsAnswer {
    let debts = try await read(traceID) { () throws(LedgerStoreError) in try await store.agentDebts() }
    return AgentDebtsAnswer(
      agents: debts.map {
        AgentDebtLine(
          agent: $0.agent, unit: $0.unit.text, funder: $0.funder.text, owed: $0.owed, paid: $0.paid)
      })
  }
}
