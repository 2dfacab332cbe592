import ArgumentParser
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

/// What units owe agents: `ansinh benefit agent …`.
struct BenefitAgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Số đơn vị còn nợ tổ chức chi trả. / What units owe agents.",
    subcommands: [Owed.self, Pay.self])

  /// `ansinh benefit agent owed`
  struct Owed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "owed",
      abstract: "Số phải trả lại tổ chức chi trả, theo đơn vị và nguồn. / What is owed, by unit and funder.",
      discussion: """
        Tổ chức chi trả đã bồi hoàn một lần chi, sau đó lần chi ấy bị hủy: số đã bồi hoàn là của tổ chức. / An agent \
        had paid for a payout that was taken back later: what it paid is its own again.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get("/v1/agents/owed", AgentDebtsAnswer.self)
      }
      try output.result(answer) { EntitlementTexts.agentDebts(answer.agents, output) }
    }
  }

  /// `ansinh benefit agent pay`
  struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pay",
      abstract: "Trả tổ chức chi trả số còn nợ; cần hai người. / Pay an agent what is owed; two persons.",
      discussion: """
        Mỗi số chứng từ ghi một lần, không quá số còn nợ của đơn vị và nguồn ấy. / Each bank reference is taken once, \
        and not more than the unit owes of the funder's money.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Mã tổ chức chi trả. / Code of the agent.", completion: Completions.agents) var agent: String
    @Option(name: .long, help: "Đơn vị, ví dụ BHXH-19. / Accounting unit.") var unit: String
    @Option(name: .long, help: "Nguồn kinh phí, ví dụ QHTTT@VN. / Funder.") var funder: String
    @Option(name: .long, help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(name: .long, help: "Số chứng từ của ngân hàng. / The bank's reference.") var reference: String
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, agent) = (global.output, agent)
      let key = decision.requestKey()
      let request = AgentPaymentRequest(
        unit: unit, funder: funder, amount: amount, reference: reference, hands: decision.request)
      let path = agent.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        try await client.post("/v1/agents/\(path)/payments", key: key, request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick(
          "Đã trả \(VND.text(answer.amount)) cho \(agent).", "\(VND.text(answer.amount)) paid to \(agent).")
      }
    }
  }
}

extension EntitlementTexts {
  static func agentDebts(_ debts: [AgentDebtLine], _ output: Output) -> String {
    guard !debts.isEmpty else {
      return output.pick("Không nợ tổ chức chi trả nào.", "Nothing is owed to an agent.")
    }
    var table = TextTable(columns: [
      .init(output.pick("Tổ chức chi trả", "Agent")), .init(output.pick("Đơn vị", "Unit")),
      .init(output.pick("Nguồn", "Funder")), .init(output.pick("Còn nợ", "Owed"), .trailing),
      .init(output.pick("Đã trả", "Paid"), .trailing),
    ])
    for debt in debts {
      table.addRow([debt.agent, debt.unit, debt.funder, VND.grouped(debt.owed), VND.grouped(debt.paid)])
    }
    // Nothing nets across funders: there is no sum of them.
    return table.rendered()
  }
}
