import CentreTestSupport
import ServiceAPI
import Testing

extension TestCentre {
  /// The agent paid 500 đ for a transfer that came back: it is owed them again.
  func oweAgent(_ hands: HandsRequest) async throws {
    try await registerAgent()
    try await credit([ListRow(1, 1_000)])
    try await transfer(500, hands)
    let report = TransferReportRow(row: 1, reference: "AS1", amount: 500, confirmed: true)
    try expect(
      try await post(
        "/v1/transfer-statements", TransferStatementRequest(statement: "SK-1", reports: [report], hands: hands)),
      gives: ActAnswer.self)
    let found = OverpaymentRequest(
      item: ItemReference(line: 1, period: 202_611), amount: 500, agent: Self.agent, hands: hands)
    try expect(try await post("/v1/receivables", found), gives: ActAnswer.self)
    let recovery = ReceivableActRequest(act: .recover, amount: 500, reference: "PT 1", hands: hands)
    try expect(try await post("/v1/receivables/1/acts", recovery), gives: ActAnswer.self)
    let back = TransferReturnRequest(amount: 500, bankReference: "FT-1", hands: hands)
    try expect(try await post("/v1/transfers/AS1/return", back), gives: ActAnswer.self)
  }

  /// Pays it.
  func payAgent(_ amount: Int64, _ reference: String, _ hands: HandsRequest) async throws -> HTTPAnswer {
    try await post(
      "/v1/agents/\(Self.agent)/payments",
      AgentPaymentRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: amount, reference: reference, hands: hands))
  }
}

extension ReachTests {
  /// A payment to an agent that was entered before.
  func provokeAgentPayment(_ centre: TestCentre) async throws -> HTTPAnswer {
    let hands = TestCentre.hands
    try await centre.oweAgent(hands)
    try expect(try await centre.payAgent(200, "UNC 7", hands), gives: ActAnswer.self)
    return try await centre.payAgent(300, "UNC 7", hands)
  }
}

/// What units owe agents, over HTTP.
@Suite("Paid agents over HTTP")
struct PaidAgentTests {
  @Test("What an agent is owed is shown by unit and funder, and falls as it is paid")
  func agents() async throws {
    try await TestCentre.run { centre in
      let hands = TestCentre.hands
      #expect(try await centre.get("/v1/agents/owed").decode(AgentDebtsAnswer.self).agents.isEmpty)
      try await centre.oweAgent(hands)
      try expect(try await centre.payAgent(501, "UNC 7", hands), is: .amountOverRest)
      #expect(try await centre.payAgent(200, "UNC 7", hands).decode(ActAnswer.self).amount == 200)
      #expect(
        try await centre.get("/v1/agents/owed").decode(AgentDebtsAnswer.self).agents == [
          AgentDebtLine(agent: TestCentre.agent, unit: "BHXH-19", funder: "QHTTT@VN", owed: 300, paid: 200)
        ])
    }
  }
}
