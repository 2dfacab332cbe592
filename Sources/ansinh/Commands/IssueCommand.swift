import ArgumentParser
import CardApplication
import Foundation
import Issuance
import PayoutPoint
import VietnamReference

/// `ansinh issue …`: the issuing office.
struct IssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Cấp thẻ. / Issue cards.",
    subcommands: [
      Import.self, IssueVerifyCommand.self, IssueWorklistCommand.self, Decide.self, Correct.self, Scope.self,
      IssueJobCommand.self, Personalise.self, IssuePrintCommand.self, IssueStatusCommand.self, Activate.self,
      UnblockAtCounter.self, Deliver.self, Block.self, UnblockCard.self, Replace.self, Renew.self, Return.self,
      Terminate.self, ReleaseReserve.self, IssueShowCommand.self, IssueUpdateCommand.self, IssueUpdatesCommand.self,
    ])

  /// `ansinh issue import LIST`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Nhận người cần cấp thẻ từ danh sách. / Take the people of a list in.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.", completion: Completions.list) var list: String
    @OptionGroup var reading: ListOptions

    private struct Taken: Codable {
      let new: Int
      let applicants: Int
      let withCard: Int
    }

    func run() async throws {
      let output = global.output
      let file = try reading.file(list, output)
      try file.requireAllGood()
      let people = try await IssueFlow.applicants(file)
      try global.home.make(global.home.office)
      let store = try OfficeStore(folder: global.home.office)
      let new = try store.take(people, time: Clock.seconds)
      let counts = try store.counts()
      let taken = Taken(new: new, applicants: counts.applicants, withCard: counts.made)
      try output.result(taken) {
        output.pick(
          "Đã nhận \(new) người mới; tất cả \(counts.applicants) người, \(counts.made) người đã có thẻ.",
          "\(new) new people taken in; \(counts.applicants) in all, \(counts.made) of them have a card.")
      }
    }
  }
}
