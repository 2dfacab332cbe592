import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

@Suite("What units owe agents, as people read it")
struct AgentDebtTextTests {
  @Test("A row for each agent, unit and funder, without a sum across funders")
  func told() {
    let output = Output(language: .vietnamese, json: false)
    let debts = ["QHTTT@VN", "QBHTN@VN"].map {
      AgentDebtLine(agent: "BD-VN", unit: "BHXH-19", funder: $0, owed: 300_000, paid: 200_000)
    }
    let text = EntitlementTexts.agentDebts(debts, output)
    #expect(text.contains("QBHTN@VN") && text.contains("300.000") && text.contains("200.000"))
    #expect(!text.contains("600.000"))
    #expect(EntitlementTexts.agentDebts([], output) == "Không nợ tổ chức chi trả nào.")
  }
}
