import Foundation
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// `ansinh state …` and the lock, beside a real `serve`.
  @Suite("Backup, restore and the lock")
  struct StateCommandTests {
    private func prepared() async throws -> (folder: TemporaryFolder, serve: Serve) {
      let folder = try TemporaryFolder()
      let serve = try await Serve.start(folder.path)
      try await withClient(serve.url) { client in _ = try await Books(client: client).creditSampleList() }
      return (folder, serve)
    }

    private static func head(_ url: String, _ key: String) async throws -> String {
      let request = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5, reference: key,
        hands: HandsRequest(maker: "Lê A", checker: "Ngô B", office: "BHXH 19", reason: "cấp kinh phí"))
      let port = try #require(URL(string: url)?.port.flatMap { UInt16(exactly: $0) })
      let answer = try #require(try HTTPText.post(port, "/v1/fundings", key: key, WireJSON.encode(request)))
      #expect(answer.status == 201)
      return try #require(answer.field("ansinh-head"))
    }

    @Test("A backup of a running service is checked and restored on another machine with the public key alone")
    func wholeWay() async throws {
      let (folder, serve) = try await prepared()
      defer { serve.kill() }
      let place = try TemporaryFolder()
      let before = try await Self.head(serve.url, "a")
      let made = try await Ansinh.run(["state", "backup", "--to", place.path, "--state", folder.path, "--json"])
      #expect(made.exitCode == 0, "\(made.diagnostics)")
      let backup = try #require(try made.object()["path"] as? String)
      #expect(backup.hasPrefix(place.path + "/ansinh-"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).count == 1)
      let centre = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/centre")
      #expect(!centre.contains { $0.hasSuffix(".request") })
      let after = try await Self.head(serve.url, "b")
      let key = place.path + "/records.pub"
      try FileManager.default.copyItem(atPath: folder.path + "/centre/records.pub", toPath: key)
      let elsewhere = try TemporaryFolder()
      let options = [
        "--key", key, "--expect-head", before, "--expect-head", after, "--state", elsewhere.path + "/none",
      ]
      let checked = try await Ansinh.run(["state", "verify", backup, "--json"] + options)
      #expect(checked.exitCode == 0, "\(checked.diagnostics)")
      let heads = try #require(try checked.object()["heads"] as? [[String: Any]])
      #expect(heads.map { $0["result"] as? String } == ["contained", "lost"])
      #expect(heads.last?["lostBatches"] as? Int == 1)
      let home = elsewhere.path + "/state"
      let restored = try await Ansinh.run(["state", "restore", backup, "--to", home, "--lang", "vi"] + options)
      #expect(restored.exitCode == 0, "\(restored.diagnostics)")
      let lost = try #require(SignedHead(after)).batch
      #expect(restored.output.contains("Thiếu 1 lô cho tới mốc \(lost)"), "\(restored.output)")
      let again = try await Ansinh.run(["state", "restore", backup, "--to", home, "--json"] + options)
      #expect(again.exitCode == 1 && again.diagnostics.contains("backup.place-taken"))
      try await goesOn(home, folder.path, after)
    }

    /// The restored state needs its keys, then serves; the new head of the old one is foreign to it.
    private func goesOn(_ home: String, _ old: String, _ after: String) async throws {
      let without = try await Ansinh.run(["audit", "verify", "--state", home, "--json"])
      #expect(without.exitCode == 1 && without.diagnostics.contains("centre.keys-missing"), "\(without.diagnostics)")
      for name in ["centre.keys", "records.keys"] {
        try FileManager.default.copyItem(atPath: "\(old)/centre/\(name)", toPath: "\(home)/centre/\(name)")
      }
      let audit = try await Ansinh.run(["audit", "verify", "--state", home, "--json"])
      #expect(audit.exitCode == 0, "\(audit.diagnostics)")
      let serve = try await Serve.start(home)
      defer { serve.kill() }
      let parted = try await Self.head(serve.url, "b")
      #expect(parted != after)
      let second = try await Ansinh.run(["state", "backup", "--to", home + "-2", "--state", home, "--json"])
      #expect(second.exitCode == 0, "\(second.diagnostics)")
      let fork = try await Ansinh.run(
        ["state", "verify", home + "-2", "--expect-head", after, "--state", home, "--json"])
      #expect(fork.exitCode == 4 && fork.diagnostics.contains("backup.fork"), "\(fork.diagnostics)")
      try await serve.stop()
    }

    @Test("A second service is refused and told who holds the state; a killed one holds nothing")
    func lock() async throws {
      let folder = try TemporaryFolder()
      let serve = try await Serve.start(folder.path)
      let number = String(serve.command.processIdentifier)
      for (language, text) in [("vi", "tiến trình \(number) sử dụng"), ("en", "in use by process \(number)")] {
        let second = try await Ansinh.run(["serve", "--port", "0", "--state", folder.path, "--lang", language])
        #expect(second.exitCode == 1)
        #expect(second.diagnostics.contains(text), "\(second.diagnostics)")
      }
      // Other commands go through the one that holds it.
      let through = try await Ansinh.run(["audit", "verify", "--state", folder.path, "--json"])
      #expect(through.exitCode == 0, "\(through.diagnostics)")
      serve.kill()
      let holder = try String(contentsOfFile: folder.path + "/centre/lock", encoding: .utf8)
      #expect(holder == number + "\n")
      // Neither the lock file nor the address that it left behind keeps anybody out.
      let alone = try await Ansinh.run(["audit", "verify", "--state", folder.path, "--json"])
      #expect(alone.exitCode == 0, "\(alone.diagnostics)")
      let next = try await serve.again()
      try await next.stop()
    }

    @Test("Commands that write take turns on a state that nobody serves; none is told ok while another holds it")
    func writers() async throws {
      let folder = try TemporaryFolder()
      let ends = try await withThrowingTaskGroup(of: FinishedCommand.self) { group in
        for index in 0..<4 {
          group.addTask {
            try await Ansinh.run([
              "state", "backup", "--to", folder.path + "/b\(index)", "--state", folder.path, "--json",
            ])
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(ends.contains { $0.exitCode == 0 })
      for end in ends where end.exitCode != 0 {
        #expect(
          ["centre.not-listening", "service.unreachable"].contains { end.diagnostics.contains($0) },
          "\(end.diagnostics)")
      }
      let audit = try await Ansinh.run(["audit", "verify", "--state", folder.path, "--json"])
      #expect(audit.exitCode == 0, "\(audit.diagnostics)")
    }
  }
}
