import ArgumentParser

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
}
