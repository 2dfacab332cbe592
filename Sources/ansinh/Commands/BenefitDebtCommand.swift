import ArgumentParser
import PayoutPoint
import ServiceAPI
import VietnamReference

/// What was paid and not owed: `ansinh benefit debt …`.
struct BenefitDebtCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debt", abstract: "Khoản chi thừa phải thu hồi. / Overpayments that are owed back.",
    subcommands: [List.self, Found.self, Recover.self, WriteOff.self])

  /// `ansinh benefit debt list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Khoản chi thừa của một người. / What was overpaid to a person.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: BenefitPersonOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      try await person.show("/receivables", ReceivablesAnswer.self, global, centre) {
        EntitlementTexts.receivables($0.receivables, $1)
      }
    }
  }

  /// `ansinh benefit debt found`
  struct Found: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "found", abstract: "Ghi một khoản chi thừa; cần hai người. / Record an overpayment; two persons.",
      discussion: """
        Nêu rõ khoản đã chi (--month, --kind); không ghi quá số đã chi của khoản ấy mà chưa ghi thu hồi. / Say which \
        item it was paid of (--month, --kind); not more than was paid of it and is not to be recovered already.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var item: BenefitItemOptions
    @Option(name: .long, help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(
      name: .long, help: "Tổ chức chi trả có lỗi, nếu chính tổ chức phải trả. / The agent at fault, if it owes it.",
      completion: Completions.agents)
    var agent: String?
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, item, amount, agent) = (global.output, item, amount, agent)
      let (key, hands) = (decision.requestKey(), decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        let request = OverpaymentRequest(
          item: try await item.find(client), amount: amount, agent: agent, hands: hands)
        return try await client.post("/v1/receivables", key: key, request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick("Đã ghi khoản chi thừa \(VND.text(amount)).", "An overpayment of \(VND.text(amount)) is recorded.")
      }
    }
  }

  /// What the acts on one overpayment have in common.
  struct ActOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số của khoản chi thừa. / Number of the overpayment.") var number: Int64
    @Option(name: .long, help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @OptionGroup var decision: DecisionOptions

    func perform(_ act: ReceivableActName, reference: String? = nil, _ vi: String, _ en: String) async throws {
      let (output, number, amount) = (global.output, number, amount)
      let (key, hands) = (decision.requestKey(), decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        try await client.post(
          "/v1/receivables/\(number)/acts", key: key,
          ReceivableActRequest(act: act, amount: amount, reference: reference, hands: hands), ActAnswer.self)
      }
      try output.result(answer) {
        output.pick(
          "Khoản chi thừa số \(number): \(vi) \(VND.text(amount)).", "Overpayment \(number): \(VND.text(amount)) \(en)."
        )
      }
    }
  }

  /// `ansinh benefit debt recover`
  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "recover", abstract: "Thu hồi bằng tiền; cần hai người. / Cash that came back; two persons.")

    @OptionGroup var act: ActOptions
    @Option(name: .long, help: "Số chứng từ của khoản tiền nộp lại. / Reference of the payment that came back.")
    var reference: String

    func run() async throws { try await act.perform(.recover, reference: reference, "đã thu hồi", "recovered") }
  }

  /// `ansinh benefit debt write-off`
  struct WriteOff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "write-off", abstract: "Xóa nợ; cần hai người. / What will not come back; two persons.")

    @OptionGroup var act: ActOptions

    func run() async throws { try await act.perform(.writeOff, "đã xóa", "written off") }
  }
}
