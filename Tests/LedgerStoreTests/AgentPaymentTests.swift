import Ledger
import Testing

@testable import LedgerStore

/// What units owe agents, paid to them.
@Suite("Payments to agents")
struct AgentPaymentTests {
  /// Agent BD01 paid 600 đ for a payout that was taken back: it is owed them again.
  private static func owed() async throws -> Twin {
    let twin = try await Twin()
    try await twin.paid(1_000)
    try await twin.run(World.found(600, agent: "BD01"))
    try await twin.run(World.recovered(600))
    try await twin.run(World.record(1, .void))
    #expect(try twin.balance(.agentFees, "BD01") == 600)
    return twin
  }

  @Test("Two persons pay not more than is owed, each reference once")
  func paid() async throws {
    let twin = try await Self.owed()
    try await twin.run(.registerAgent(AgentRegistration(agent: "NH02", onlineLimit: 0)))
    let treasury = try twin.balance(.treasury)
    #expect(try await twin.refusal(World.paysAgent(400, checker: "")) == .fourEyesNeeded)
    #expect(try await twin.refusal(World.paysAgent(400, agent: "KHONG")) == .unknownAgent)
    #expect(try await twin.refusal(World.paysAgent(0)) == .malformed)
    #expect(try await twin.refusal(World.paysAgent(1, "")) == .malformed)
    #expect(try await twin.refusal(World.paysAgent(601)) == .amountOverRest)
    #expect(try await twin.refusal(World.paysAgent(1, agent: "NH02")) == .amountOverRest)
    #expect(try await twin.run(World.paysAgent(400)) == .acted(EntitlementActResult(sequence: 6, amount: 400)))
    // Whatever the amount, what was paid once is not paid again.
    for amount: Int64 in [1, 400] {
      #expect(try await twin.refusal(World.paysAgent(amount)) == .agentPaymentKnown)
    }
    #expect(try await twin.refusal(World.paysAgent(201, "UNC 8")) == .amountOverRest)
    #expect(try await twin.run(World.paysAgent(200, "UNC 8")).refusal == nil)
    #expect(try twin.balance(.treasury) == treasury - 600)
    let debts = try await twin.store.agentDebts()
    #expect(debts.map(\.agent) == ["BD01"] && debts.map(\.owed) == [0] && debts.map(\.paid) == [600])
    try await twin.compare()
  }

  @Test(
    "Payments that were changed behind the chain's back are found by what they say",
    arguments: [
      ("DELETE FROM agent_payment", "payment to an agent that is not as it was decided"),
      ("UPDATE agent_payment SET amount = 500", "payment to an agent that is not as it was decided"),
      ("UPDATE agent_payment SET reference = 'UNC 9'", "payment to an agent that is not as it was decided"),
      ("UPDATE agent_payment SET amount = 500", "payment to an agent that is not what was posted"),
      ("UPDATE agent_payment SET agent = 'NH02'", "payment to an agent that is not what was posted"),
      ("UPDATE act SET event = NULL WHERE kind = 74", "payment to an agent that is not what was posted"),
      ("UPDATE transfer SET kind = 29 WHERE kind = 34", "payment to an agent that is not what was posted"),
    ])
  func tampered(_ statement: String, _ place: String) async throws {
    let twin = try await Self.owed()
    try await twin.run(World.paysAgent(400))
    try await twin.compare()
    try await DeathWithdrawalTests.tamper(twin, statement, place)
  }
}
