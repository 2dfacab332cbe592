import Foundation
import GRDB
import Issuance
import PopulationRegister
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// People on their way to a card, through the commands.
  @Suite("Applicants")
  struct ApplicantTests {
    private static let header = "so_dinh_danh,ho_ten,ngay_sinh,gioi_tinh,tinh,xa,dia_chi\n"
    private static let sample = "--cho-phep-du-lieu-mau"

    private func row(_ number: Int, _ name: String, sex: String = "nữ") -> String {
      "003152" + String(1_000_000 + number).dropFirst() + ",\(name),17/05/1952,\(sex),19,26734,Thôn \(number)\n"
    }

    private func write(_ text: String, _ path: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("A list with faults, mended; twins decided; answers by file; no card before the match")
    func wholePath() async throws {
      let town = try ByHand()
      let files = try TemporaryFolder()
      let list = files.path + "/nguoi.csv"
      try write(
        Self.header + row(1, "Hòa") + row(2, "Bình", sex: "?") + row(3, "Hoà") + row(4, "Châu", sex: "nam"), list)
      let refused = try await town.run("issue", "import", list, Self.sample, "--lang", "vi")
      #expect(refused.exitCode == 4 && refused.diagnostics.contains("giới tính không rõ"), "\(refused.diagnostics)")
      let taken = try await town.run("issue", "import", list, Self.sample, "--accept-valid", "--json").object()
      #expect(taken["new"] as? Int == 3 && taken["rejected"] as? Int == 1 && taken["twins"] as? Int == 1)
      #expect(taken["toVerify"] as? Int == 1)
      let rejects = try #require(taken["rejectsFile"] as? String)
      let mended = try String(contentsOfFile: rejects, encoding: .utf8).replacing("\"?\"", with: "\"nam\"")
      try write(mended, files.path + "/sua.csv")
      let more = try await town.run("issue", "import", files.path + "/sua.csv", Self.sample, "--json").object()
      #expect(more["new"] as? Int == 1 && more["applicants"] as? Int == 4)
      let none = try await town.run(
        "issue", "personalise", "--virtual", "--print-screen", "--person", "003152000001", Self.sample, "--json")
      #expect(none.exitCode != 0 && !FileManager.default.fileExists(atPath: town.home + "/card"), "\(none.diagnostics)")
      let work = try await town.run("issue", "worklist", "--kind", "twin", "--json").object()
      let item = try #require((work["items"] as? [[String: Any]])?.first?["item"] as? Int)
      let decided = try await town.run("issue", "decide", String(item), "same", "--reason", "một người")
      #expect(decided.exitCode == 0, "\(decided.diagnostics)")

      let request = files.path + "/hoi.jsonl"
      let sent = try await town.run("issue", "verify", "send", "--out", request, "--json").object()
      #expect(sent["count"] as? Int == 3)
      let records = RegisterRecords([
        RegisterRecord(personalID: "003152000001", name: "HÒA", birthDate: "1952-05-17"),
        RegisterRecord(personalID: "003152000002", name: "Bình", birthDate: "1952-05-17", isDead: true),
        RegisterRecord(personalID: "003152000004", name: "Châu", birthDate: "1953-05-17"),
      ])
      let octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: request)))
      for fault in RegisterFault.allCases {
        let path = files.path + "/\(fault.rawValue).jsonl"
        try Data(try fault.answer(to: octets, records)).write(to: URL(fileURLWithPath: path))
        let end = try await town.run("issue", "verify", "receive", path, "--json")
        #expect(end.exitCode == 4 && end.diagnostics.contains("\"register."), "\(fault): \(end.diagnostics)")
      }
      let answer = files.path + "/dap.jsonl"
      try Data(try records.answer(to: octets)).write(to: URL(fileURLWithPath: answer))
      let answered = try await town.run("issue", "verify", "receive", answer, "--json").object()
      #expect(answered["outcomes"] as? [String: Int] == ["matched": 1, "deceased": 1, "mismatched": 1])
      let corrected = try await town.run(
        "issue", "correct", "--person", "003152000004", "--birth-date", "17/05/1953", "--reason", "giấy khai sinh")
      #expect(corrected.exitCode == 0, "\(corrected.diagnostics)")
      let status = try await town.run("issue", "status", "--json").object()
      #expect(status["register"] as? [String: Int] == ["matched": 1, "deceased": 1, "unchecked": 1], "\(status)")
    }

    @Test("Killed while it takes a list in: all of it is there afterwards, or nothing", .timeLimit(.minutes(5)))
    func killed() async throws {
      let files = try TemporaryFolder()
      let list = files.path + "/nguoi.csv"
      let count = 20_000
      try write(Self.header + (0..<count).map { row($0, "Hòa \($0 % 26)") }.joined(), list)
      var outcomes: [Int] = []
      for delay in [50, 200, 400, 800, 1_500, 2_500] {
        let town = try ByHand()
        let running = try RunningCommand(
          Ansinh.executable, ["issue", "import", list, Self.sample, "--json", "--state", town.home])
        try await Task.sleep(for: .milliseconds(delay))
        running.kill()
        let folder = town.home + "/office"
        guard FileManager.default.fileExists(atPath: folder + "/office.sqlite") else { continue }
        let store = try OfficeStore(folder: folder)
        let people = try store.counts().applicants
        #expect(people == 0 || people == count, "killed after \(delay) ms: \(people)")
        #expect(try store.acts().count == (people == 0 ? 0 : 1))
        outcomes.append(people)
        let again = try await town.run("issue", "import", list, Self.sample, "--json").object()
        #expect(again["applicants"] as? Int == count)
        #expect(try store.checkActs().broken == nil)
      }
      #expect(outcomes.contains(0), "some were killed before the end: \(outcomes)")
    }
  }
}
