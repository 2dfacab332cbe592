import Foundation
import PayoutPoint
import ServiceAPI
import Testing

@testable import ansinh

extension Integration {
  /// A whole run of the real service with the most talkative log there is.
  @Suite("Nobody is in the log")
  struct LogPrivacyTests {
    @Test("Lists, cards, payouts, pages, refusals and rubbish: no personal ID, name, card number or reference")
    func wholeRun() async throws {
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder.path + "/centre", withIntermediateDirectories: true)
      try Data("log-level: trace\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/centre/serve.yaml"))
      let serve = try await Serve.start(folder.path)
      defer { serve.kill() }
      let rows = try String(contentsOfFile: sampleList, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      var secrets = Set(rows.flatMap { [$0[0], $0[1]] })
      try #require(secrets.count > 500)
      try await withClient(serve.url) { client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let cards = try await HeldCard.issue(3, home: folder.path, client: client)
        let point = try await TestPoint(folder: folder.path + "/a", province: "79", client: client)
        for card in cards {
          let session = try await card.open(at: point)
          _ = try await point.desk.pay(session, amount: 1_000)
          let number = card.number
          secrets.insert(number)
          secrets.formUnion(try point.journal().keys)
          _ = try await client.get("/v1/cards/\(number)/person", PersonAnswer.self)
        }
        for personalID in secrets.prefix(40) where personalID.utf8.count == 12 {
          _ = try? await client.get("/v1/people/\(personalID)?full=true", PersonAnswer.self)
          _ = try? await client.get("/v1/\(personalID)/\(personalID)", PersonAnswer.self)
        }
      }
      // What is no request at all, with a personal ID in every place there is.
      let personalID = try #require(rows.first?[0])
      for text in [
        "\(personalID) /\(personalID) HTTP/1.1\r\n\r\n", "GET /\(personalID)\r\n\r\n",
        "GET /v1/people/\(personalID)?\(personalID)=\(personalID) HTTP/1.1\r\nHost: \(personalID)\r\n"
          + "\(personalID): 1\r\n\r\n",
        "POST /v1/agents HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \(personalID)\r\nContent-Length: 12\r\n\r\n"
          + personalID,
        "POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: \(personalID)\r\n\r\n",
      ] {
        let socket = try TCPSocket.connect(port: serve.port)
        try socket.send(Array(text.utf8))
        socket.shutWriting()
        socket.limit(seconds: 2)
        _ = try? socket.receive()
      }
      try await serve.stop()
      let log = serve.command.diagnostics
      let lines = log.split(separator: "\n").filter { $0.hasPrefix("{") }
      #expect(lines.count > 50)
      for line in lines {
        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
      }
      #expect(lines.contains { $0.contains("\"route\":\"/v1/payouts\"") && $0.contains("\"status\":201") })
      let found = secrets.filter { log.contains($0) }
      #expect(found == [])
    }
  }
}
