import Ledger
import PayoutPoint
import ServiceAPI

/// A sealed list on its way to people's lines: money for it, approval, crediting.
struct CycleFlow: Sendable {
  let client: ServiceClient
  let list: String

  /// Books the money that a list asks for, and the advances that the agent pays it from. Safe to repeat by
  /// the same two.
  ///
  /// - Parameters:
  ///   - maker: who books it.
  ///   - checker: who looks over it: somebody else.
  /// - Throws: ``ServiceClientError`` with `list-open` or `list-abandoned`, which have no total that stays.
  func fund(_ totals: [ListTotal], agent: String, maker: String, checker: String) async throws {
    // The centre keeps a refusal under its key, and these keys are the list's: asked in vain, the list could not be
    // funded any more.
    guard FourEyes.see(maker: maker, checker: checker) else {
      throw ServiceClientError.refused(Problem(code: .fourEyesNeeded, traceID: ""))
    }
    switch try await client.get("/v1/payment-lists/\(list)", ListStateAnswer.self).state {
    case .sealed: break
    case .open: throw ServiceClientError.refused(Problem(code: .listOpen, traceID: ""))
    case .abandoned: throw ServiceClientError.refused(Problem(code: .listAbandoned, traceID: ""))
    }
    try await Self.registerAgent(agent, client)
    let (client, list) = (client, list)
    try await withThrowingTaskGroup(of: Void.self) { group in
      // A national list has ten thousand units; as many at once as the centre writes in one batch.
      for (index, total) in totals.enumerated() {
        if index >= 32 { try await group.next() }
        group.addTask {
          let hands = HandsRequest(
            maker: maker, checker: checker, office: total.unit, reason: "cấp kinh phí theo danh sách")
          let funding = FundingRequest(
            unit: total.unit, funder: total.funder, amount: total.amount, reference: list, hands: hands)
          let key = "\(list)-\(total.unit)-\(total.funder)"
          _ = try await client.post("/v1/fundings", key: key, funding, BookedAnswer.self)
          let advance = AdvanceRequest(
            agent: agent, unit: total.unit, funder: total.funder, amount: total.amount, hands: hands)
          // One advance for one list, whoever pays it: the same file with another agent is refused, not booked twice.
          _ = try await client.post("/v1/advances", key: key, advance, BookedAnswer.self)
        }
      }
      try await group.waitForAll()
    }
  }

  /// How far an agent's advance may go below zero by paying for other provinces before it is settled: 5 tỷ đồng.
  static let onlineLimit: Int64 = 5_000_000_000

  static func registerAgent(_ agent: String, _ client: ServiceClient) async throws {
    do {
      _ = try await client.post(
        "/v1/agents", key: "agent-\(agent)", AgentRequest(agent: agent, onlineLimit: onlineLimit),
        RegisteredAnswer.self)
    } catch {
      // Who may not register agents works with those there are: what names another is refused.
      guard error.isRefusal(.alreadyRegistered) || error.isRefusal(.notPermitted) else { throw error }
    }
  }
}
