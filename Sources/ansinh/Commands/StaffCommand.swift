public import ArgumentParser
import Issuance
import Ledger
import PayoutPoint
import ServiceAPI
import VietnamReference

extension RoleName: ExpressibleByArgument {}

/// `ansinh staff …`: officials and what they may do.
struct StaffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "staff", abstract: "Cán bộ và vai trò. / Officials and their roles.",
    discussion: """
      Khi chưa giao vai trò cho ai, ai cũng làm được mọi việc. Từ quản trị viên đầu tiên, việc nào cũng cần người có \
      vai trò: “ansinh staff roles”. / While nobody is appointed, everybody may do everything. From the first \
      administrator on each act takes people with the role for it: “ansinh staff roles”.
      """,
    subcommands: [Appoint.self, Dismiss.self, List.self, Roles.self, StaffTokenCommand.self])

  /// Who is appointed or dismissed, and by whom.
  struct StaffOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Họ tên cán bộ. / The official's name.") var official: String
    @Option(
      name: .long,
      help: "Vai trò: programme-owner, commune, office, point, inspector, administrator. / The role.")
    var role: RoleName
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var names: HandsOptions
    @Option(name: .long, help: "Cơ quan. / The office.") var office: String
    @OptionGroup var centre: CentreOptions

    func post(_ place: String) async throws {
      let hands = names.hands
      let request = StaffRequest(
        official: official, role: role,
        hands: HandsRequest(
          maker: hands.maker, checker: hands.checker.isEmpty ? nil : hands.checker, office: office,
          reason: reason.reason))
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.post("/v1/staff/\(place)", key: PersonFlow.key(), request, ActAnswer.self)
      }
      let output = global.output
      try output.result(answer) { PersonTexts.act(answer, output) }
    }
  }

  /// `ansinh staff appoint`
  struct Appoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "appoint", abstract: "Giao vai trò; cần hai người. / Appoint, by two persons.")

    @OptionGroup var staff: StaffOptions

    func run() async throws { try await staff.post("appointments") }
  }

  /// `ansinh staff dismiss`
  struct Dismiss: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dismiss", abstract: "Thôi giao vai trò; cần hai người. / Dismiss, by two persons.")

    @OptionGroup var staff: StaffOptions

    func run() async throws { try await staff.post("dismissals") }
  }

  /// `ansinh staff list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Ai giữ vai trò gì. / Who holds which role.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get("/v1/staff", StaffAnswer.self)
      }
      let output = global.output
      try output.result(answer) { StaffTexts.list(answer, output) }
    }
  }

  /// `ansinh staff roles`
  struct Roles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "roles", abstract: "Bảng: việc nào cần vai trò nào. / The table: which act takes which role.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let output = global.output
      let table = OfficialStep.all.map { StaffTexts.Row($0) }
      try output.result(table) { table.map { $0.text(output) }.joined(separator: "\n") }
    }
  }
}
