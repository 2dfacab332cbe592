import Foundation
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// The town's state backed up, checked and put back elsewhere; what is wrong is told by its code.
  func state(_ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let (backup, restored) = (files.path + "/sao-luu", files.path + "/khoi-phuc")
    let made = try await run(["state", "backup"], ["--to", backup], input: "", town, seen)
    let head = try #require((made.first as? [String: Any])?["head"] as? String)
    let checked = try await run(["state", "verify"], [backup, "--expect-head", head], input: "", town, seen)
    #expect((checked.first as? [String: Any])?["head"] as? String == head)
    let back = try await run(["state", "restore"], [backup, "--to", restored], input: "", town, seen)
    #expect((back.first as? [String: Any])?["epoch"] as? Int64 ?? 0 > 1_700_000_000_000)
    for name in ["centre.keys", "records.keys"] {
      try FileManager.default.copyItem(
        atPath: "\(town.home)/centre/\(name)", toPath: "\(restored)/centre/\(name)")
    }
    // A restored centre waits for journals; two persons may say that it need not wait for one, also of a terminal that
    // it does not know any more.
    await seen.add(["state", "journals"])
    await seen.add(["state", "waive"])
    func there(_ words: [String]) async throws -> [String: Any] {
      let end = try await Ansinh.run(words + ["--state", restored, "--json"], input: "")
      return try #require(try good(end, words.joined(separator: " ")).first as? [String: Any])
    }
    #expect(try await there(["state", "journals"])["reported"] as? Int == 0)
    let terminal = String(repeating: "0a", count: 32)
    let hands = ["--maker", "Nguyễn A", "--checker", "Lê B", "--reason", "máy mất"]
    _ = try await there(["state", "waive", terminal] + hands)
    #expect(try await there(["state", "journals"])["reported"] as? Int == 1)
    let refused: [([String], [String], String, Int32)] = [
      (["state", "backup"], ["--to", backup + "/manifest.json"], "backup.place-taken", 1),
      (["state", "verify"], [files.path], "backup.not-a-backup", 1),
      (["state", "verify"], [backup, "--key", files.path + "/none"], "backup.no-key", 2),
      (["state", "verify"], [backup, "--expect-head", "1"], "backup.bad-head", 2),
      (["state", "restore"], [backup, "--to", restored], "backup.place-taken", 1),
    ]
    for (words, arguments, code, exitCode) in refused {
      let end = try await Ansinh.run(words + arguments + ["--state", town.home, "--json"], input: "")
      try bad(end, code, exitCode, words.joined(separator: " "))
    }
  }
}
