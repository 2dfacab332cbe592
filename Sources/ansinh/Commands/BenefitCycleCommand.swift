import ArgumentParser
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

/// A list from its maker's hands to people's lines: `ansinh benefit cycle …`.
struct BenefitCycleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cycle",
    abstract:
      "Kiểm soát, cấp kinh phí, phê duyệt và ghi có một danh sách. / A list checked, funded, approved, credited.",
    subcommands: [Show.self, Check.self, Fund.self, Approve.self, Credit.self])

  /// What every step names.
  struct ListOption: ParsableArguments {
    @Argument(help: "Mã danh sách, ví dụ DS-B39A61D49175318A. / The list's reference.") var list: String
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func with<Value: Sendable>(
      _ home: StateHome, _ body: @escaping @Sendable (ListUpload, ServiceClient) async throws -> Value
    ) async throws -> Value {
      let list = list
      return try await CentreAccess.with(home, url: service) { client in
        try await body(ListUpload(client: client, list: list, sampleData: false), client)
      }
    }

    /// The list after a step, told in one line.
    func tell(_ state: ListStateAnswer, _ output: Output) throws {
      let list = list
      try output.result(state) {
        CycleText.line(list, state, output)
      }
    }
  }

  /// `ansinh benefit cycle show LIST`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Danh sách đang ở bước nào. / How far a list has come.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ListOption

    func run() async throws {
      let state = try await option.with(global.home) { upload, _ in try await upload.known() }
      try option.tell(state, global.output)
    }
  }

  /// `ansinh benefit cycle check LIST`
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Người khác người lập kiểm soát danh sách. / Somebody else looks a list through.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ListOption
    @Option(name: .long, help: "Người kiểm soát, mặc định là tài khoản máy. / Who checks; the account by default.")
    var checker: String?

    func run() async throws {
      let actor = checker ?? OfficeAccess.actor
      let state = try await option.with(global.home) { upload, _ in
        try await upload.check(actor)
        return try await upload.known()
      }
      try option.tell(state, global.output)
    }
  }

  /// `ansinh benefit cycle fund LIST`
  struct Fund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fund",
      abstract: """
        Ghi kinh phí danh sách cần và tạm ứng cho tổ chức chi trả; cần hai người. / Book what a list needs, and the \
        advances; two persons.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ListOption
    @Option(
      name: .long, help: "Tổ chức dịch vụ chi trả. / Payment service organisation.", completion: Completions.agents)
    var agent = "VNPOST"
    @OptionGroup var names: HandsOptions

    func run() async throws {
      let (agent, hands) = (agent, names.hands)
      let state = try await option.with(global.home) { upload, client in
        let state = try await upload.known()
        try await CycleFlow(client: client, list: upload.list).fund(
          try await upload.totals(), agent: agent, maker: hands.maker, checker: hands.checker)
        return state
      }
      try option.tell(state, global.output)
    }
  }

  /// `ansinh benefit cycle approve LIST`
  struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "approve",
      abstract: "Phê duyệt: tiền của danh sách được giữ riêng. / Approve a checked list: its money is set aside.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ListOption
    @Option(name: .long, help: "Người phê duyệt, mặc định là tài khoản máy. / Who approves; the account by default.")
    var approver: String?

    func run() async throws {
      let actor = approver ?? OfficeAccess.actor
      let state = try await option.with(global.home) { upload, _ in
        _ = try await upload.approve(actor)
        return try await upload.known()
      }
      try option.tell(state, global.output)
    }
  }

  /// `ansinh benefit cycle credit LIST`
  struct Credit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "credit",
      abstract: "Ghi có cho từng người; bị ngắt thì chạy lại. / Credit every line; can be run again when cut off.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var option: ListOption

    func run() async throws {
      let output = global.output
      let state = try await option.with(global.home) { upload, _ in
        let items = Int(try await upload.known().items)
        var bar = ProgressBar(
          BilingualText(vi: "Ghi có", en: "Crediting"), total: items, language: output.language,
          output: output.progress)
        try await upload.credit(items: items) { bar.update(done: $0) }
        bar.finish()
        return try await upload.known()
      }
      try option.tell(state, output)
    }
  }
}

/// How far a list has come, in words.
enum CycleText {
  /// What of a list was not owed any more when it was to be credited; empty when nothing was.
  static func returned(_ items: Int64?, _ amount: Int64?, _ output: Output) -> String {
    guard let items, let amount, items > 0 else { return "" }
    return output.pick(
      " \(items) khoản, \(VND.text(amount)), không ghi có mà trả về nguồn kinh phí vì đã thôi hưởng.",
      " \(items) items, \(VND.text(amount)), were not credited but went back to the fund: nothing is owed any more.")
  }

  static func line(_ list: String, _ state: ListStateAnswer, _ output: Output) -> String {
    let amount = VND.text(state.amount)
    let (vi, en): (String, String) =
      switch state {
      case _ where state.state == .open: ("chưa chốt", "not sealed yet")
      case _ where state.state == .abandoned: ("đã hủy", "given up")
      case _ where state.checker == nil: ("đã chốt, chờ kiểm soát", "sealed, to be checked")
      case _ where state.approver == nil: ("đã kiểm soát, chờ phê duyệt", "checked, to be approved")
      case _ where state.credited + (state.returned ?? 0) < state.items:
        ("đã phê duyệt, chờ ghi có", "approved, to be credited")
      default: ("đã ghi có", "credited")
      }
    let hands = [
      ("lập", "made by", state.maker), ("kiểm soát", "checked by", state.checker),
      ("phê duyệt", "approved by", state.approver),
    ]
    .compactMap { vi, en, name in name.map { output.pick("\(vi): \($0)", "\(en) \($0)") } }
    return output.pick(
      "Danh sách \(list): \(state.items) khoản, \(amount); \(vi), đã ghi có \(state.credited).",
      "List \(list): \(state.items) items, \(amount); \(en), \(state.credited) credited.")
      + returned(state.returned, state.returnedAmount, output)
      + (hands.isEmpty ? "" : "\n" + hands.joined(separator: " · "))
      + (state.rules.map { rules in
        "\n"
          + output.pick(
            "Theo quy tắc chương trình: \(rules.prefix(16))…", "By the programmes' rules: \(rules.prefix(16))…")
      } ?? "")
  }
}
