import Foundation
import Testing

extension Integration {
  /// `Tools/month` with few people: the whole month by commands alone, in its own folder and on a port of its own.
  @Suite("A month by commands alone")
  struct MonthScriptTests {
    @Test("Lists, cards, transfers, signed lists, reversals, a death, drawers and reports, and a clean audit")
    func month() async throws {
      let folder = try TemporaryFolder()
      let command = try RunningCommand(
        repositoryRoot.path + "/Tools/month",
        ["--people", "1000", "--cards", "6", "--folder", folder.path], environment: ["ANSINH": Ansinh.executable])
      let end = try await command.finish(within: .seconds(300))
      #expect(end.exitCode == 0, "\(end.diagnostics) \(end.output.suffix(2_000))")
      let lines = end.output.split(separator: "\n")
      // Nothing was left out: every heading came, every refusal was refused.
      #expect(lines.filter { $0.hasPrefix("━━ ") }.count == 7)
      #expect(lines.filter { $0.hasPrefix("✘ ") }.count == 9)
      #expect(end.output.contains("Không có sai lệch"))
    }
  }
}
