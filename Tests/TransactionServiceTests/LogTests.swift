import CardCrypto
import CentreTestSupport
import Foundation
import Logging
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

@testable import TransactionService

/// What is written of each request, and what never is.
@Suite("The service's log")
struct LogTests {
  private static func objects(_ log: String) throws -> [[String: Any]] {
    try log.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  @Test("One line a request: route, not path; code, caller, milliseconds, the trace that the answer has")
  func requests() async throws {
    try await SecureCentre.run { centre in
      let key = try ECPrivateKey(generate: .p256)
      let header = ["Authorization": "Bearer " + (try String(contentsOfFile: centre.token("Một"), encoding: .utf8))]
      let unknown = try await centre.send("GET", "/v1/people/001099000001?full=true", headers: header)
      _ = try await centre.send("GET", "/v1/staff")
      _ = try await centre.send("GET", "/v1/payout-limits", terminal: key)
      _ = try await centre.send("PURGE", "/v1/001099000002")
      _ = try await centre.send(
        "POST", "/v1/agents", headers: header, body: [UInt8](repeating: 0x20, count: 1 << 20 + 1))
      let lines = try Self.objects(centre.log).filter { $0["message"] as? String == "request" }
      let seen = lines.map { line in
        ["method", "route", "status", "code", "caller", "terminal"].map { line[$0].map { "\($0)" } ?? "-" }
      }
      let prefix = hexText(Array(Digest.sha256.hash(key.publicKey.point).prefix(4)))
      #expect(
        seen == [
          ["GET", "/v1/people/{person}", "404", "unknown-person", "official", "-"],
          ["GET", "/v1/staff", "401", "not-authenticated", "-", "-"],
          ["GET", "/v1/payout-limits", "404", "unknown-terminal", "-", "-"],
          ["other", "unknown", "404", "not-found", "nobody", "-"],
          ["POST", "/v1/agents", "413", "body-too-large", "official", "-"],
        ])
      #expect(!centre.log.contains(prefix), "a stranger's key is nobody's")
      let trace = try unknown.problem().traceID
      #expect(lines.first?["trace"] as? String == trace)
      for line in lines {
        #expect(line["level"] as? String == "info" && (line["ms"] as? Int).map { $0 >= 0 } == true)
        let time = try #require(line["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        let isNow =
          try abs(Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time).timeIntervalSinceNow) < 60
        #expect(isNow, "\(time)")
      }
    }
  }

  @Test("At the level of errors requests are not told; in text neither JSON nor names")
  func levels() async throws {
    try await SecureCentre.run(settings: "log-level: error\n") { centre in
      _ = try await centre.send("GET", "/v1/staff")
      #expect(centre.log == "")
    }
  }

  @Test("Whatever is in a value, the line is one line of JSON")
  func values() throws {
    let lines = Mutex<[UInt8]>([])
    var logger = ServiceLog(format: .json, level: "trace") { line in lines.withLock { $0 += line } }.logger
    logger[metadataKey: "own"] = "ă"
    let odd = "\"\\\n\r\t\u{0}\u{1F}\u{7F}\u{85}\u{2028}😀 ệ"
    logger.info(
      "a\nb", metadata: ["k\"": .string(odd), "list": ["x", .stringConvertible(7)], "map": ["a": ["b": "c"]]])
    logger.trace("two")
    let text = String(decoding: lines.withLock { $0 }, as: UTF8.self)
    #expect(text.utf8.filter { $0 == 0x0A }.count == 2 && !text.contains("\u{2028}") && !text.contains("\u{85}"))
    let first = try #require(try Self.objects(text).first)
    #expect(first["message"] as? String == "a\nb" && first["own"] as? String == "ă")
    #expect(first["k\""] as? String == odd)
    #expect(first["list"] as? [AnyHashable] == ["x", 7])
    #expect((first["map"] as? [String: [String: String]])?["a"] == ["b": "c"])
    #expect(ServiceLog(format: .json, level: "loud").logger.logLevel == .info)
  }
}
