import ArgumentParser
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

/// What is taken of later credits: `ansinh benefit deduct …`.
struct BenefitDeductCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deduct", abstract: "Khấu trừ vào khoản hưởng hằng tháng. / Deductions from monthly benefits.",
    subcommands: [Add.self, Stop.self, List.self, Pay.self])

  /// `ansinh benefit deduct add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Lập lệnh khấu trừ; cần hai người. / Make a deduction order; two persons.",
      discussion: """
        Các lệnh của một khoản hưởng trừ theo thứ tự lập, làm tròn xuống đồng; cả thảy không quá mức trần. / The \
        orders of a line apply in the order they were made, rounded down to whole đồng, together within the cap.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var line: BenefitLineOptions
    @Option(name: .long, help: "Thu hồi khoản chi thừa số này. / Recover the overpayment of this number.")
    var debt: Int64?
    @Option(name: .long, help: "Mã bên thứ ba được nhận. / Code of the third party.") var party: String?
    @Option(name: .long, help: "Số tiền mỗi tháng, đồng. / Đồng a month.") var amount: Int64?
    @Option(name: .long, help: "Phần trăm của khoản hưởng. / Percent of the item.") var percent: Int64?
    @Option(name: .long, help: "Tổng số bên thứ ba được nhận, đồng. / Most that the third party gets in all.")
    var total: Int64?
    @Option(name: .long, help: "Mức trần mỗi tháng, phần trăm; mặc định 30. / Cap a month in percent; 30 by default.")
    var cap: Int64?
    @OptionGroup var decision: DecisionOptions

    func validate() throws {
      guard (debt == nil) != (party == nil), (amount == nil) != (percent == nil), debt == nil || total == nil else {
        throw ValidationError(
          "cần --debt hoặc --party, --amount hoặc --percent; --total chỉ với --party / give --debt or --party, "
            + "--amount or --percent; --total with --party only")
      }
    }

    func run() async throws {
      let (output, line) = (global.output, line)
      let (key, hands) = (decision.requestKey(), decision.request)
      let wanted = DeductionRequest(
        line: 0, receivable: debt, party: party, amount: amount, percent: percent, total: total, cap: cap, hands: hands)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        var request = wanted
        request.line = try await line.find(client)
        return try await client.post("/v1/deductions", key: key, request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick("Đã lập lệnh khấu trừ số \(answer.sequence).", "Deduction order \(answer.sequence) is made.")
      }
    }
  }

  /// `ansinh benefit deduct stop`
  struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop", abstract: "Dừng một lệnh khấu trừ; cần hai người. / Stop a deduction order; two persons.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số lệnh khấu trừ. / Number of the order.") var number: Int64
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, number) = (global.output, number)
      let (key, hands) = (decision.requestKey(), decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        try await client.post("/v1/deductions/\(number)/stop", key: key, hands, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick("Đã dừng lệnh khấu trừ số \(number).", "Deduction order \(number) is stopped.")
      }
    }
  }

  /// `ansinh benefit deduct list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các lệnh khấu trừ của một người. / A person's deduction orders.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: BenefitPersonOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      try await person.show("/deductions", DeductionsAnswer.self, global, centre) {
        EntitlementTexts.deductions($0.deductions, $1)
      }
    }
  }

  /// `ansinh benefit deduct pay`
  struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pay",
      abstract:
        "Chuyển cho bên thứ ba số đã khấu trừ; cần hai người. / Pay a third party what was deducted; two persons."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Mã bên thứ ba. / Code of the third party.") var party: String
    @Option(name: .long, help: "Đơn vị, ví dụ BHXH-19. / Accounting unit.") var unit: String
    @Option(name: .long, help: "Nguồn kinh phí, ví dụ QHTTT@VN. / Funder.") var funder: String
    @Option(name: .long, help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(name: .long, help: "Số chứng từ. / Payment reference.") var reference: String
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, party) = (global.output, party)
      let key = decision.requestKey()
      let request = ThirdPartyPaymentRequest(
        unit: unit, funder: funder, amount: amount, reference: reference, hands: decision.request)
      let path = party.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        try await client.post("/v1/third-parties/\(path)/payments", key: key, request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick(
          "Đã chuyển \(VND.text(answer.amount)) cho \(party).", "\(VND.text(answer.amount)) paid to \(party).")
      }
    }
  }
}
