import CardCrypto
import CentreTestSupport
import Foundation
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

/// Whoever tries tokens and keys until one fits.
@Suite("Guessing at the door")
struct GuessTests {
  private static func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

  private static func guess(_ number: Int) -> [String: String] {
    let digits = String(number, radix: 16)
    return bearer("ansinh-token-" + String(repeating: "0", count: 64 - digits.count) + digits)
  }

  @Test("After so many wrong tokens an address learns no more of any, wrong or right, but who was in goes on")
  func tokens() async throws {
    try await SecureCentre.run(settings: "failures-per-minute: 5\n") { centre in
      let known = Self.bearer(try String(contentsOfFile: try centre.token("Một"), encoding: .utf8))
      let late = Self.bearer(try String(contentsOfFile: try centre.token("Hai"), encoding: .utf8))
      #expect(try await centre.send("GET", "/v1/staff", headers: known).status == 200)
      var statuses: [Int] = []
      for number in 0..<12 {
        statuses.append(try await centre.send("GET", "/v1/staff", headers: Self.guess(number)).status)
      }
      #expect(statuses == Array(repeating: 401, count: 5) + Array(repeating: 429, count: 7))
      // Also on a path that is everybody's: it would tell as well.
      try expect(try await centre.send("GET", "/v1/health", headers: Self.guess(99)), is: .tooManyRequests)
      try expect(try await centre.send("GET", "/v1/staff", headers: late), is: .tooManyRequests, "a right one")
      #expect(try await centre.send("GET", "/v1/staff", headers: known).status == 200)
      #expect(try await centre.send("GET", "/v1/health").status == 200, "nobody has guessed with this one")
      // What a client says of its address is not believed.
      let moved = late.merging(["Ansinh-Address": "192.0.2.9", "X-Forwarded-For": "192.0.2.9"]) { $1 }
      try expect(try await centre.send("GET", "/v1/staff", headers: moved), is: .tooManyRequests)
      // The second official's token is one too.
      let checker = known.merging(["Ansinh-Checker": late["Authorization"] ?? ""]) { $1 }
      try expect(try await centre.send("GET", "/v1/staff", headers: checker), is: .tooManyRequests)
    }
  }

  @Test("After so many keys of no terminal the registry is not asked about another, but a known terminal goes on")
  func keys() async throws {
    try await SecureCentre.run(settings: "failures-per-minute: 3\n") { centre in
      let official = try centre.client(token: try centre.token("Quản Một"))
      _ = try await official.post(
        "/v1/agents", key: "a", AgentRequest(agent: "VNPOST", onlineLimit: 0), RegisteredAnswer.self)
      func terminal(_ place: String) async throws -> any ECSigner {
        let terminal = Terminal(
          agent: "VNPOST", point: "BD-79-\(place)", province: "79", commune: "26734",
          key: try ECPrivateKey(generate: .p256))
        _ = try await official.post("/v1/terminals", key: place, TestCentre.request(terminal), RegisteredAnswer.self)
        return terminal.key
      }
      let (known, late) = (try await terminal("001"), try await terminal("002"))
      func status(_ key: any ECSigner) async throws -> Int {
        try await centre.send("GET", "/v1/payout-limits", terminal: key).status
      }
      #expect(try await status(known) == 200)
      var statuses: [Int] = []
      for _ in 0..<6 { statuses.append(try await status(try ECPrivateKey(generate: .p256))) }
      #expect(statuses == [404, 404, 404, 429, 429, 429])
      #expect(try await status(late) == 429)
      centre.clock.advance(5)
      #expect(try await status(known) == 200, "long after the registry's answer was forgotten")
    }
  }

  @Test("It is over with time, and there may be no limit")
  func over() {
    let limiter = GuessLimiter(perMinute: 60)
    #expect((0..<100).filter { _ in limiter.failed(from: "a", now: 0) }.count == 60)
    #expect(!limiter.admits("x", from: "a", now: 0) && limiter.admits("x", from: "b", now: 0))
    #expect(limiter.admits("x", from: "a", now: 1_000_000_000))
    limiter.succeeded("x", from: "a")
    _ = limiter.failed(from: "a", now: 1_000_000_000)
    #expect(limiter.admits("x", from: "a", now: 1_000_000_000) && !limiter.admits("y", from: "a", now: 1_000_000_000))
    let none = GuessLimiter(perMinute: 0)
    #expect((0..<1_000).allSatisfy { _ in none.failed(from: "a", now: 0) } && none.admits("x", from: "a", now: 0))
  }
}
