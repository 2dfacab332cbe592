import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import PayoutPoint
import ServiceAPI
import Synchronization

/// The problems of the door, which only a centre behind TLS has.
enum ReachAccess {
  static func provoke(_ code: ProblemCode) async throws -> HTTPAnswer {
    let found = Mutex<HTTPAnswer?>(nil)
    try await SecureCentre.run(settings: code == .tooManyRequests ? "requests-per-second: 1\n" : "") { centre in
      let answer = try await answer(code, centre)
      found.withLock { $0 = answer }
    }
    guard let answer = found.withLock({ $0 }) else { throw TestSupportError.invalid("no answer") }
    return answer
  }

  private static func answer(_ code: ProblemCode, _ centre: SecureCentre) async throws -> HTTPAnswer {
    let token = try String(contentsOfFile: try centre.token("Quản Một"), encoding: .utf8)
    let header = ["Authorization": "Bearer " + token, "Idempotency-Key": "k"]
    switch code {
    case .tooManyRequests:
      var answer = try await centre.send("GET", "/v1/staff", headers: header)
      for _ in 0..<20 where answer.status == 200 {
        answer = try await centre.send("GET", "/v1/staff", headers: header)
      }
      return answer
    case .notAuthenticated: return try await centre.send("GET", "/v1/staff")
    case .notPermitted:
      return try await centre.send("POST", "/v1/challenges", headers: header)
    case .notTheTerminal:
      let key = try ECPrivateKey(generate: .p256)
      let official = try centre.client(token: try centre.token("Quản Hai"))
      let terminal = Terminal(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734", key: key)
      _ = try await official.post(
        "/v1/agents", key: "a", AgentRequest(agent: "VNPOST", onlineLimit: 0), RegisteredAnswer.self)
      _ = try await official.post("/v1/terminals", key: "t", TestCentre.request(terminal), RegisteredAnswer.self)
      let request = ChallengeRequest(
        transactionID: WireBytes([UInt8](repeating: 1, count: 16)), cardNumber: "9704000000000018",
        terminalKeyHash: WireBytes([UInt8](repeating: 7, count: 32)))
      return try await centre.send("POST", "/v1/challenges", body: WireJSON.encode(request), terminal: key)
    default:
      let request = ListHandRequest(actor: "Người Khác")
      return try await centre.send(
        "POST", "/v1/payment-lists/T11/check", headers: header, body: WireJSON.encode(request))
    }
  }
}
