import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import FoundationNetworking
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

/// Who gets in, over real TLS.
@Suite("The centre's door")
struct AccessTests {
  /// A request to each path of the table, with something in the place of each part that varies.
  private static let requests = RouteAccess.table.map { route, access in
    let words = route.split(separator: " ").map(String.init)
    let path = words[1].split(separator: "/").map { $0.hasPrefix("{") ? "1" : String($0) }.joined(separator: "/")
    return (method: words[0], path: "/" + path, access: access)
  }.sorted { $0.path + $0.method < $1.path + $1.method }

  private static func bearer(_ path: String) throws -> [String: String] {
    let token = try String(contentsOfFile: path, encoding: .utf8)
    return ["Authorization": "Bearer " + token, "Idempotency-Key": "k"]
  }

  @Test("The table of rights names every path there is, and no other")
  func table() async throws {
    try await TestCentre.run { centre in
      let inner = Centre(
        store: centre.store, keys: centre.keys, trust: IssuerTrust(folders: []), allowsSampleData: true,
        clock: { 0 })
      let guardian = AccessGuard(tokens: nil, store: centre.store, requestsPerSecond: 0, clock: { 0 })
      let routes = Routes(centre: inner).paths(guardian)
      #expect(Set(routes) == Set(RouteAccess.table.keys))
      #expect(routes.count == RouteAccess.table.count)
    }
  }

  @Test("Nobody gets anything but what everybody may ask")
  func nobody() async throws {
    try await SecureCentre.run { centre in
      for request in Self.requests {
        let answer = try await centre.send(request.method, request.path, headers: ["Idempotency-Key": "k"])
        if request.access == .everybody {
          #expect(answer.status == 200, "\(request.path)")
        } else {
          try expect(answer, is: .notAuthenticated, "\(request.method) \(request.path)")
        }
      }
    }
  }

  @Test("A stranger's word about itself, a stranger's token, an expired and a revoked one")
  func strangers() async throws {
    try await SecureCentre.run { centre in
      let official = try centre.token("Trần Thị Quản")
      let header = try Self.bearer(official)
      #expect(try await centre.send("GET", "/v1/staff", headers: header).status == 200)
      let hash = String(repeating: "ab", count: 32)
      for headers in [
        ["Ansinh-Peer": hash], ["ansinh-peer": hash, "Ansinh-Caller": "local"],
        ["Authorization": "Bearer ansinh-token-" + hash], ["Authorization": "Basic dTpw"], ["Authorization": ""],
        ["Authorization": "Bearer"], ["Ansinh-Checker": header["Authorization"] ?? ""],
      ] {
        let answer = try await centre.send("GET", "/v1/staff", headers: headers)
        #expect([401, 403].contains(answer.status), "\(headers)")
      }
      centre.clock.advance(2 * 86_400)
      try expect(try await centre.send("GET", "/v1/staff", headers: header), is: .notAuthenticated, "expired")
      let fresh = try Self.bearer(try centre.token("Trần Thị Quản"))
      centre.clock.advance(1)
      #expect(try await centre.send("GET", "/v1/staff", headers: fresh).status == 200)
      #expect(try AccessTokens.revoke(official: "trần thị  quản", path: centre.tokens) == 2)
      centre.clock.advance(1)
      try expect(try await centre.send("GET", "/v1/staff", headers: fresh), is: .notAuthenticated, "revoked")
    }
  }

  @Test("Once somebody is appointed, each official has the paths of their roles alone")
  func roles() async throws {
    try await SecureCentre.run { centre in
      let (admin, second) = (try centre.token("Quản Một"), try centre.token("Quản Hai"))
      let both = try centre.client(token: admin, checker: second)
      for (name, role) in [
        ("Quản Một", RoleName.administrator), ("Quản Hai", .inspector), ("Cán Bộ Xã", .commune),
      ] {
        let hands = HandsRequest(maker: "Quản Một", checker: "Quản Hai", office: "TW", reason: "bổ nhiệm")
        _ = try await both.post(
          "/v1/staff/appointments", key: UUID().uuidString, StaffRequest(official: name, role: role, hands: hands),
          ActAnswer.self)
      }
      centre.clock.advance(1)
      let header = try Self.bearer(try centre.token("Cán Bộ Xã"))
      for request in Self.requests {
        let answer = try await centre.send(request.method, request.path, headers: header)
        let isOpen: Bool
        switch request.access {
        case .everybody: isOpen = true
        case .terminals: isOpen = false
        case .officials(let roles), .terminalsAnd(let roles): isOpen = roles.contains(.commune)
        }
        let isRefused = (try? answer.problem())?.code == ProblemCode.notPermitted.rawValue
        #expect(isRefused == !isOpen, "\(request.method) \(request.path): \(answer.status)")
      }
    }
  }

  @Test("An act names those whose tokens came with it, and nobody else")
  func names() async throws {
    try await SecureCentre.run { centre in
      let (maker, checker) = (try centre.token("Lê Văn Lập"), try centre.token("Ngô Thị Kiểm"))
      func appoint(_ client: ServiceClient, _ maker: String, _ checker: String) async throws -> String {
        let hands = HandsRequest(maker: maker, checker: checker, office: "TW", reason: "bổ nhiệm")
        let request = StaffRequest(official: "Quản Một", role: .administrator, hands: hands)
        do {
          _ = try await client.post("/v1/staff/appointments", key: UUID().uuidString, request, ActAnswer.self)
          return "done"
        } catch ServiceClientError.refused(let problem) {
          return problem.code
        }
      }
      let refused = ProblemCode.notTheOfficial.rawValue
      let alone = try centre.client(token: maker)
      #expect(try await appoint(alone, "Lê Văn Lập", "Ngô Thị Kiểm") == refused, "the checker was not there")
      let twice = try centre.client(token: maker, checker: maker)
      #expect(try await appoint(twice, "Lê Văn Lập", "Ngô Thị Kiểm") == refused)
      let both = try centre.client(token: maker, checker: checker)
      #expect(try await appoint(both, "Người Khác", "Ngô Thị Kiểm") == refused)
      #expect(try await appoint(both, "Ngô Thị Kiểm", "Lê Văn Lập") == refused, "each in their own part")
      #expect(try await appoint(both, "Lê Văn Lập", "Ngô Thị Kiểm") == "done")
    }
  }

  @Test("A terminal is one while its key is registered, and speaks for itself alone")
  func terminals() async throws {
    try await SecureCentre.run { centre in
      let key = try ECPrivateKey(generate: .p256)
      let hash = Digest.sha256.hash(key.publicKey.point)
      func ask(_ named: [UInt8]) async throws -> HTTPAnswer {
        let request = ChallengeRequest(
          transactionID: WireBytes([UInt8](repeating: 1, count: 16)), cardNumber: "9704000000000018",
          terminalKeyHash: WireBytes(named))
        return try await centre.send("POST", "/v1/challenges", body: WireJSON.encode(request), terminal: key)
      }
      try expect(try await ask(hash), is: .unknownTerminal, "any key makes a connection, not a terminal")
      let official = try centre.client(token: try centre.token("Quản Một"))
      let terminal = Terminal(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734", key: key)
      _ = try await official.post(
        "/v1/agents", key: "a", AgentRequest(agent: "VNPOST", onlineLimit: 0), RegisteredAnswer.self)
      _ = try await official.post("/v1/terminals", key: "t", TestCentre.request(terminal), RegisteredAnswer.self)
      centre.clock.advance(1)
      try expect(try await ask([UInt8](repeating: 7, count: 32)), is: .notTheTerminal)
      // Its own name gets it further: the card is what is missing now.
      let own = try await ask(hash)
      let code = try own.problem().code
      #expect(code != ProblemCode.notTheTerminal.rawValue && own.status != 401)
      try expect(try await centre.send("GET", "/v1/staff", terminal: key), is: .notPermitted)
      try await official.revokeTerminal(hash)
      centre.clock.advance(1)
      try expect(try await ask(hash), is: .terminalRevoked)
    }
  }

  @Test("TLS 1.2 is refused, and so is a client that believes nobody")
  func protocolVersion() async throws {
    try await SecureCentre.run { centre in
      for (options, isGood) in [
        (["-tls1_3"], true), (["-tls1_2"], false),
        (["-tls1_3", "-verify_return_error", "-CAfile", "/dev/null"], false),
      ] {
        let arguments =
          ["s_client", "-connect", "127.0.0.1:\(centre.port)", "-brief"] + options
          + (isGood ? ["-CAfile", centre.trust, "-verify_return_error"] : [])
        let outcome = try OpenSSLCommand().run(arguments)
        #expect((outcome.status == 0) == isGood, "\(options)")
      }
    }
  }

  @Test("Each caller has a share of requests of their own")
  func rates() async throws {
    try await SecureCentre.run(settings: "requests-per-second: 3\n") { centre in
      let (first, second) = (try Self.bearer(try centre.token("Một")), try Self.bearer(try centre.token("Hai")))
      var codes: [Int] = []
      for _ in 0..<40 { codes.append(try await centre.send("GET", "/v1/staff", headers: first).status) }
      #expect(codes.prefix(6).allSatisfy { $0 == 200 } && codes.contains(429))
      #expect(try await centre.send("GET", "/v1/staff", headers: second).status == 200)
    }
  }

  @Test("What is told to those who run the service: ready, alive, figures without names")
  func operations() async throws {
    try await SecureCentre.run { centre in
      let header = try Self.bearer(try centre.token("Nguyễn Văn Riêng"))
      _ = try await centre.send("GET", "/v1/people/001099000001", headers: header)
      func get(_ path: String) async throws -> (Int, String) {
        let url = try #require(URL(string: "http://127.0.0.1:\(centre.operations)\(path)"))
        let (data, response) = try await URLSession.shared.data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
      }
      #expect(try await get("/health/live").0 == 200)
      #expect(try await get("/health/ready").0 == 200)
      let (status, page) = try await get("/metrics")
      #expect(status == 200)
      #expect(page.contains(#"ansinh_request_seconds_count{path="/v1/people/{person}",method="GET",status="404"} 1"#))
      #expect(page.contains(#"ansinh_refusals_total{code="unknown-person"} 1"#))
      #expect(!page.contains("001099000001") && !page.contains("Riêng"))
    }
  }
}
