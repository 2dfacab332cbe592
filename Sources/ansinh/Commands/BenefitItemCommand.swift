import ArgumentParser
import PayoutPoint
import ServiceAPI
import VietnamReference

/// One credited item: `ansinh benefit item …`.
struct BenefitItemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "item", abstract: "Một khoản đã ghi có: xem, điều chỉnh. / One credited item.",
    subcommands: [Show.self, Correct.self])

  /// `ansinh benefit item show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Các khoản của một người trong một tháng. / A person's items of one month.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: BenefitPersonOptions
    @Option(name: .long, help: "Tháng hưởng, ví dụ 2026-11 hoặc 11/2026. / Month it is owed for.")
    var month: MonthArgument
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let (output, path, month) = (global.output, person.path, month.yyyymm)
      var answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await BenefitPersonOptions.get(path, "/lines", PersonLinesAnswer.self, client)
      }
      answer.lines = answer.lines.compactMap { line in
        var line = line
        line.items.removeAll { $0.period != month }
        return line.items.isEmpty ? nil : line
      }
      let lines = answer.lines
      try output.result(answer) { EntitlementTexts.lines(lines, output) }
    }
  }

  /// `ansinh benefit item correct`
  struct Correct: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "correct",
      abstract: "Điều chỉnh giảm một khoản ghi nhầm; cần hai người. / Correct a wrong credit downwards; two persons.",
      discussion: """
        Phần chưa nhận trả về nguồn; phần đã nhận quá số đúng thành khoản chi thừa phải thu. Thiếu thì lập danh sách \
        bổ sung (truy lĩnh). / What was not drawn goes back to the fund; what was drawn above the right amount is owed \
        back. If more is owed, put it on a follow-up list as arrears.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var item: BenefitItemOptions
    @Option(name: .long, help: "Số tiền đúng, đồng; 0 nếu không được hưởng. / The right amount; 0 for nothing.")
    var amount: Int64
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, item, amount) = (global.output, item, amount)
      let (key, hands) = (decision.requestKey(), decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        let request = CorrectionRequest(item: try await item.find(client), amount: amount, hands: hands)
        return try await client.post("/v1/items/corrections", key: key, request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick(
          "Đã điều chỉnh còn \(VND.text(amount)), giảm \(VND.text(answer.amount)). Xem khoản chi thừa bằng “ansinh "
            + "benefit debt list”.",
          "Corrected to \(VND.text(amount)), \(VND.text(answer.amount)) less. What is owed back: “ansinh benefit debt "
            + "list”.")
      }
    }
  }
}
