import CardTestSupport
import Foundation
import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// A unit's month by its commands.
  @Suite("The commune's month")
  struct CommuneTests {
    @Test("What came in is what went out and what is left, in persons and in đồng; the list and the forecast agree")
    func month() async throws {
      let home = try TemporaryFolder()
      let state = home.path + "/state"
      #expect(try await Ansinh.run(["demo", "--people", "60", "--json", "--state", state]).exitCode == 0)
      let today = try #require(Clock.today)
      let month = ["--month", String(today.year * 100 + today.month), "--state", state, "--json"]
      func answer<Value: Decodable>(_ arguments: [String], _ type: Value.Type) async throws -> Value {
        let end = try await Ansinh.run(["commune"] + arguments + month)
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        return try JSONDecoder().decode(type, from: Data(end.output.utf8))
      }
      let report = try await answer(["report", "--unit", "BHXH-19"], MonthAnswer.self)
      let line = try #require(report.lines.first)
      #expect(line.isBalanced && line.paid.amount > 0 && line.programme == "BHXH-HUU")
      let forecast = try await answer(["forecast", "--province", "19"], ForecastAnswer.self)
      for unit in forecast.lines {
        let list = try await Ansinh.run(["commune", "list", "--unit", unit.unit, "--json", "--state", state])
        let dues = try JSONDecoder().decode(DueAnswer.self, from: Data(list.output.utf8))
        #expect(dues.lines.reduce(0) { $0 + $1.amount } == unit.amount)
        #expect(dues.lines.allSatisfy { $0.maskedPersonalID.contains("*") })
        #expect(unit.notes.reduce(0) { $0 + $1.note * $1.count } == unit.cash && unit.cash <= unit.amount)
        let closing = try await answer(["report", "--unit", unit.unit], MonthAnswer.self)
        #expect(closing.lines.reduce(0) { $0 + $1.closing.amount } == unit.amount)
      }
      #expect(!forecast.lines.isEmpty)
      for (words, form) in [(["list", "--unit", "BHXH-19"], "C72a-HD"), (["report", "--unit", "BHXH-19"], "C74b-HD")] {
        let path = home.path + "/\(form).pdf"
        let options = words[0] == "report" ? month : ["--state", state, "--json"]
        let end = try await Ansinh.run(["commune"] + words + options + ["--pdf", path])
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        let letters = try PrintReader([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))).letters()
        #expect(letters.contains("BẢOHIỂMXÃHỘITHÁINGUYÊN") && letters.contains(form))
        // Refused before the centre is asked, and the file stays.
        #expect(try await Ansinh.run(["commune"] + words + options + ["--pdf", path]).exitCode == 2)
      }
      let csv = try await Ansinh.run(
        ["commune", "report", "--unit", "BHXH-19", "--csv", "--lang", "vi"] + month.dropLast())
      #expect(csv.output.contains("II. Quỹ,QHTTT@VN,Lương hưu hằng tháng,1,"))
    }

    @Test("A centre whose programmes are at fault does not start, and says where and why")
    func faultyProgrammes() async throws {
      let home = try TemporaryFolder()
      let folder = home.path + "/programmes"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("programmes:\n  - code: X\n".utf8).write(to: URL(fileURLWithPath: folder + "/a.yaml"))
      let end = try await Ansinh.run(["commune", "list", "--unit", "BHXH-19", "--state", home.path])
      #expect(end.exitCode == 4 && end.diagnostics.contains("a.yaml") && end.diagnostics.contains("wire-code"))
      let missing = ["commune", "report", "--unit", "BHXH-19", "--month", "2026-13", "--state", home.path]
      #expect(try await Ansinh.run(missing).exitCode == 2)
    }
  }
}
