import ArgumentParser
import Foundation
import VietnamReference

/// `ansinh`: one executable for the issuing office, the payout point, the citizen and the inspector.
@main
struct Ansinh: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ansinh",
    abstract: """
      Thẻ an sinh: cấp thẻ, chi trả ở bất kỳ tỉnh nào, đối soát và kiểm toán. / Social security card: issuing, paying \
      in any province, settlement and audit.
      """,
    discussion: "Mã thoát: \(exitCodes(.vietnamese)). / Exit codes: \(exitCodes(.english)).",
    version: "0.1",
    subcommands: [
      DemoCommand.self, ReaderCommand.self, CardCommand.self, SoftcardCommand.self, AuthorityCommand.self,
      ProfileCommand.self, KeyCommand.self, IssueCommand.self, ServeCommand.self, BenefitCommand.self,
      CommuneCommand.self, PersonCommand.self, StaffCommand.self, PointCommand.self, SettleCommand.self,
      AuditCommand.self, StateCommand.self,
      PrivacyCommand.self, SampleCommand.self, BenchCommand.self,
    ])

  private static func exitCodes(_ language: Language) -> String {
    ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning(language))" }.joined(separator: ", ")
  }

  static func main() async {
    // What this program writes has personal data in it: for its owner only, whatever the file's maker forgets.
    umask(0o077)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      ErrorReport.exit(error, for: self)
    }
  }
}
