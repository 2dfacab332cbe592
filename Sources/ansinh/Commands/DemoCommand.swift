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
  @Option(
    name: .long,
    help: "Số người đầu danh sách, mặc định 100; của --emergency 100.000. / People from the head of the list.")
  var people: Int?
  @Flag(
    name: .long,
    help: "Một chương trình khẩn cấp: từ tệp dữ liệu đến khoản chi đầu tiên. / An emergency programme instead.")
  var emergency = false
  @Flag(name: .long, help: "Qua pcscd và vpcd thật, 20 người đầu. / Through the real pcscd and vpcd, the first 20.")
  var pcsc = false

  func validate() throws {
    guard (1...1_000_000).contains(people ?? 1) else { throw ValidationError("--people: 1…1000000") }
    guard !emergency || (people ?? 1_000) >= 1_000 else { throw ValidationError("--emergency --people: 1000…1000000") }
  }

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
    if emergency { return try await runEmergency(home, source, output) }
    let people = people ?? 100
    let demo = Demo(home: home, output: output, list: list, cards: source, limit: pcsc ? min(people, 20) : people)
    let summary = try await CentreAccess.with(home, sampleData: true) { client in
      try await demo.run(client)
    }
    if output.json { try output.result(summary) { "" } }
    if summary.auditProblems > 0 { throw AuditProblemsError(count: summary.auditProblems) }
  }

  /// The programme's file comes first: the centre reads it when it starts.
  private func runEmergency(_ home: StateHome, _ cards: any DemoCards, _ output: Output) async throws {
    guard let today = Clock.today else { throw CentreAccessError.noLoopback }
    let catalogue = try EmergencyDemo.prepare(home, output)
    let demo = EmergencyDemo(
      home: home, output: output, people: EmergencyPeople(count: people ?? 100_000, on: today), cards: cards,
      catalogue: catalogue)
    let summary = try await CentreAccess.with(home, sampleData: true) { client in try await demo.run(client) }
    if output.json { try output.result(summary) { "" } }
    if summary.auditProblems > 0 { throw AuditProblemsError(count: summary.auditProblems) }
  }
}
