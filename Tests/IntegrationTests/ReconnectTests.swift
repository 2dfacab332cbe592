import CardCrypto
import Foundation
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@testable import ansinh

extension Integration {
  /// A service that comes back, and everybody with it.
  @Suite("A thousand clients at once, over TLS")
  struct ReconnectTests {
    private static let clients = 1_000
    /// Resident memory that they may cost the service, octets: a connection's TLS takes some 60 kB.
    private static let mostMemory = 256 << 20

    /// A service behind TLS with a certificate and a token of its own.
    private struct Scene {
      let folder: TemporaryFolder
      let port: UInt16

      init(settings: String = "") async throws {
        folder = try TemporaryFolder()
        port = try TCPSocket.freePort()
        for arguments in [
          ["key", "tls", "--host", "127.0.0.1"],
          ["staff", "token", "issue", "Trần Thị Quản", "--out", folder.path + "/token"],
        ] {
          let end = try await Ansinh.run(arguments + ["--state", folder.path])
          #expect(end.exitCode == 0, "\(end.diagnostics)")
        }
        let lines = "listen: 127.0.0.1:\(port)\ntls-certificate: tls.pem\ntls-key: tls.key\nlog-level: warning\n"
        try Data((lines + settings).utf8).write(to: URL(fileURLWithPath: folder.path + "/centre/serve.yaml"))
      }

      /// Starts it; with `openFiles` it may at first open no more than so many.
      func start(openFiles: Int? = nil) async throws -> RunningCommand {
        let serve = [Ansinh.executable, "serve", "--state", folder.path]
        let command =
          try openFiles.map {
            try RunningCommand("/bin/sh", ["-c", "ulimit -S -n \($0) && exec \"$@\"", "sh"] + serve)
          }
          ?? RunningCommand(serve[0], Array(serve.dropFirst()))
        try await command.waitForDiagnostics("https://127.0.0.1:\(port)")
        return command
      }

      func client(_ identity: ServiceIdentity) throws -> ServiceClient {
        try ServiceClient(
          base: "https://127.0.0.1:\(port)", identity: identity, now: Clock.seconds, timeoutSeconds: 30)
      }

      func identity() throws -> ServiceIdentity {
        var identity = ServiceIdentity()
        identity.trust = folder.path + "/centre/tls.pem"
        identity.token = try ServiceToken(file: folder.path + "/token")
        return identity
      }
    }

    private static func residentOctets(_ command: RunningCommand) throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(command.processIdentifier)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
      return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    /// Everybody asks at once, and again until there is an answer; how long each waited, in order.
    private static func ask(_ clients: [ServiceClient], _ meanwhile: () async throws -> Void) async throws -> [Duration]
    {
      let start = ContinuousClock.now
      return try await withThrowingTaskGroup(of: Duration?.self) { group in
        for client in clients {
          group.addTask {
            while ContinuousClock.now < start + .seconds(90) {
              if (try? await client.get("/v1/staff", StaffAnswer.self)) != nil { return ContinuousClock.now - start }
              try await Task.sleep(for: .milliseconds(Int.random(in: 50...150)))
            }
            return nil
          }
        }
        try await meanwhile()
        return try await group.reduce(into: [Duration]()) { waits, wait in if let wait { waits.append(wait) } }.sorted()
      }
    }

    private static func tell(_ what: String, _ waits: [Duration]) {
      guard !waits.isEmpty else { return }
      let (half, most) = (waits[waits.count / 2], waits[waits.count * 99 / 100])
      print("\(what): \(waits.count) clients served; p50 \(half), p99 \(most), last \(waits[waits.count - 1])")
    }

    @Test("All are served, again after the service was killed, and it keeps within its memory")
    func waves() async throws {
      let scene = try await Scene()
      var serve = try await scene.start()
      defer { serve.kill() }
      let identity = try scene.identity()
      let clients = try (0..<Self.clients).map { _ in try scene.client(identity) }
      for wave in 1...2 {
        let before = try Self.residentOctets(serve)
        let waits = try await Self.ask(clients) {}
        Self.tell("wave \(wave)", waits)
        #expect(waits.count == Self.clients, "wave \(wave)")
        let grown = try Self.residentOctets(serve) - before
        #expect(grown < Self.mostMemory, "wave \(wave): \(grown >> 20) MB")
        serve.kill()
        if wave == 2 { break }
        // They notice that it is gone, and are at its door before it is.
        let back = Mutex<RunningCommand?>(nil)
        let again = try await Self.ask(clients) {
          let started = try await scene.start()
          back.withLock { $0 = started }
        }
        serve = try #require(back.withLock { $0 })
        Self.tell("after a kill", again)
        #expect(again.count == Self.clients)
      }
      for client in clients { await client.shutdown() }
    }

    @Test("It raises the number of files it may open to what its connections need")
    func openFiles() async throws {
      let scene = try await Scene(settings: "connections: 400\n")
      let serve = try await scene.start(openFiles: 128)
      defer { serve.kill() }
      let identity = try scene.identity()
      let clients = try (0..<300).map { _ in try scene.client(identity) }
      let waits = try await Self.ask(clients) {}
      #expect(waits.count == 300)
      let limits = try String(contentsOfFile: "/proc/\(serve.processIdentifier)/limits", encoding: .utf8)
      let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
      let soft = line.split(separator: " ").dropFirst(3).first.flatMap { Int($0) } ?? 0
      #expect(soft >= 400 && soft < 4_096, "\(line)")
      for client in clients { await client.shutdown() }
    }
  }
}
