import Foundation
import Testing
import VietnamReference

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// Sample people from the list to payouts at points of other provinces, in a state of their own.
  func samples(_ seen: Seen) async throws {
    let town = try ByHand()
    let files = try TemporaryFolder()
    let (list, cards) = (files.path + "/mau.csv", files.path + "/the.json")
    func run(_ words: [String], _ arguments: String...) async throws -> [String: Any] {
      let shown = try await self.run(words, arguments, input: "", town, seen)
      return try #require(shown.first as? [String: Any])
    }
    let month = try #require(Clock.today.map { "\($0.year)-\($0.month < 10 ? "0" : "")\($0.month)" })
    let made = try await run(["sample", "list"], "--people", "240", "--month", month, "--out", list)
    let rows = try String(contentsOfFile: list, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
    #expect(made["people"] as? Int == 240 && made["rows"] as? Int == rows.count)
    let cells = rows.map { $0.split(separator: ",").map(String.init) }
    #expect(Set(cells.map { $0[0] }).count == 240 && Set(cells.map { $0[8] }).count == 34)
    let more = files.path + "/truy-linh.csv"
    _ = try await run(["sample", "list"], "--people", "240", "--arrears", "220", "--month", month, "--out", more)
    let late = try String(contentsOfFile: more, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(late.allSatisfy { $0.count == 11 } && late.filter { $0[10].isEmpty }.count == rows.count)
    #expect(Set(late.filter { !$0[10].isEmpty }.map { $0[7].prefix(2) }).isSuperset(of: ["XA", "BH", "SN"]))
    let again = files.path + "/lai.csv"
    _ = try await run(["sample", "list"], "--people", "240", "--month", month, "--out", again)
    #expect(FileManager.default.contentsEqual(atPath: list, andPath: again))
    for words in [["ca", "init"], ["ca", "dv", "--province", "79"]] {
      #expect(try await Ansinh.run(words + ["--state", town.home]).exitCode == 0)
    }
    let hands = ["--cho-phep-du-lieu-mau", "--maker", "An", "--checker", "Bình", "--approver", "Chi"]
    #expect(try await Ansinh.run(["benefit", "import", list, "--state", town.home] + hands).exitCode == 0)
    let held = try await self.run(["sample", "cards"], [list, "--count", "3", "--out", cards], input: "", town, seen)
    #expect((held.first as? [Any])?.count == 3)
    let terminal = ["ca", "terminal", "--province", "79", "--point", "BD-79-003", "--state", town.home]
    #expect(try await Ansinh.run(terminal).exitCode == 0)
    let taps = try await run(["sample", "taps"], cards, "--point", "BD-79-003:26734")
    #expect(taps["paid"] as? Int == 3 && taps["empty"] as? Int == 0)
    let people = Set(cells.prefix(3).map { $0[0] })
    let owed = cells.filter { people.contains($0[0]) }.compactMap { Int($0[5]) }.reduce(0, +)
    #expect(taps["amount"] as? Int == owed)
    let rest = try await run(["sample", "taps"], cards, "--point", "BD-79-003", "--skip", "1", "--count", "5")
    #expect(rest["paid"] as? Int == 0 && rest["empty"] as? Int == 2)
    #expect(try await Ansinh.run(["audit", "verify", "--state", town.home]).exitCode == 0)
  }
}
