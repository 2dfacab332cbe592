import ArgumentParser
import Foundation
import VietnamReference

/// `ansinh demo`
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Cả câu chuyện trên các phần nhúng sẵn. / The whole story on embedded parts.",
    discussion: """
      Đọc danh sách chi trả, cấp thẻ cho từng người, ghi có, rồi chi lương hưu, trợ cấp thất nghiệp, trợ cấp xã hội và
      trợ cấp người có công ở tỉnh khác. / Reads a payout list, issues a card for each person, credits the period, then
      pays a pension, an unemployment benefit, a social allowance and a merit allowance in another province.
      """)

  @OptionGroup var global: GlobalOptions
  @Option(name: .long, help: "Danh sách chi trả (CSV). / Payout list (CSV).", completion: Completions.list)
  var list = "Tools/samples/danh-sach-chi-tra-mau.csv"
  @Option(name: .long, help: "Số người đầu danh sách. / People from the head of the list.") var people = 100
  @Flag(name: .long, help: "Qua pcscd và vpcd thật, 20 người đầu. / Through the real pcscd and vpcd, the first 20.")
  var pcsc = false

  func run() async throws {
    let output = global.output
    // A demonstration starts from nothing: in a folder of its own unless one is named.
    let home: StateHome
    let isTemporary = global.state == nil
    if isTemporary {
      home = StateHome(path: NSTemporaryDirectory() + "ansinh-demo-" + UUID().uuidString.lowercased())
    } else {
      home = global.home
    }
    guard !FileManager.default.fileExists(atPath: home.office) else {
      throw UsageError.stateNotEmpty(home: home.path)
    }
    try home.make(home.path)
    defer {
      if isTemporary { try? FileManager.default.removeItem(atPath: home.path) }
    }
    let source: any DemoCards = pcsc ? try await ReaderCards(home: home) : VirtualCards(home: home)
    let demo = Demo(home: home, output: output, list: list, cards: source, limit: pcsc ? min(people, 20) : people)
    let summary = try await CentreAccess.with(home, sampleData: true) { client in
      try await demo.run(client)
    }
    if output.json { try output.result(summary) { "" } }
    if summary.auditProblems > 0 { throw AuditProblemsError(count: summary.auditProblems) }
  }
}
