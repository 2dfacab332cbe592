import Foundation
import Issuance
import PopulationRegister
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What an office does with its people before it makes cards.
  func people(_ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    func run(_ words: [String], _ arguments: String...) async throws -> [String: Any] {
      let shown = try await self.run(["issue"] + words, arguments, input: "", town, seen)
      #expect(shown.count == 1, "\(words)")
      return shown.first as? [String: Any] ?? [:]
    }
    let first = try await run(["verify", "send"], "--out", files.path + "/a.jsonl", "--limit", "3")
    let batch = try #require(first["batch"] as? String)
    _ = try await run(["verify", "withdraw"], batch, "--reason", "thử")
    _ = try await run(["verify", "send"], "--out", files.path + "/b.jsonl", "--limit", "3")
    let people = try await IssueFlow.applicants(try ListFile(sampleList, sampleData: true))
    let request = try Data(contentsOf: URL(fileURLWithPath: files.path + "/b.jsonl"))
    let answer = try RegisterFlow.sampleRegister(people).answer(to: [UInt8](request))
    try Data(answer).write(to: URL(fileURLWithPath: files.path + "/b-answer.jsonl"))
    let taken = try await run(["verify", "receive"], files.path + "/b-answer.jsonl")
    #expect(taken["outcomes"] as? [String: Int] == ["matched": 3])
    let store = try OfficeStore(folder: town.home + "/office")
    var other = people[0]
    other.birthDate = "1950"
    try store.take([other])
    let item = String(try #require(try store.workList().first).number)
    #expect(try await run(["worklist", "show"], item)["kind"] as? String == "differs")
    #expect(try await run(["worklist", "list"])["counts"] as? [String: Int] == ["differs": 1])
    _ = try await run(["decide"], item, "keep", "--reason", "thử")
    _ = try await run(["correct"], "--person", people[0].personalID, "--commune", "26734", "--reason", "thử")
    #expect(try await run(["scope"])["scope"] as? String == "VN")
    let checked = try await run(["verify", "run"], "--sample-register", sampleList)
    #expect(checked["asked"] as? Int == people.count - 2)
    let batches = try await self.run(["issue", "verify", "list"], [], input: "", town, seen)
    #expect((batches.first as? [Any])?.count == 3)
  }

  /// A job of two people with its papers, and one that is given up.
  func jobs(_ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    func run(_ words: [String], _ arguments: String...) async throws -> [Any] {
      try await self.run(["issue"] + words, arguments, input: "", town, seen)
    }
    let opened = try await run(["job", "open"], "--limit", "2", "--title", "thử")
    let job = String(try #require((opened.first as? [String: Any])?["job"] as? Int))
    let made = try await run(
      ["personalise"], "--job", job, "--virtual", "--print-folder", files.path + "/paper", "--cho-phep-du-lieu-mau")
    #expect(made.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: files.path + "/paper").count == 4)
    #expect(try await run(["job", "list"]).count == 1)
    #expect(try await run(["job", "show"], job).count == 1)
    #expect(try await run(["print", "handover"], "--job", job, "--out", files.path + "/a.pdf").count == 1)
    let other = try await run(["job", "open"], "--limit", "1")
    let left = String(try #require((other.first as? [String: Any])?["job"] as? Int))
    #expect(try await run(["job", "close"], left).count == 1)
  }
}
