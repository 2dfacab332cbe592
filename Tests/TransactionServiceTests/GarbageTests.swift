import CardApplication
import CardTestSupport
import CentreTestSupport
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("Garbage from the network")
struct GarbageTests {
  private static let posts = IdempotencyTests.paths + ["/v1/challenges"]
  private static let gets = [
    "/v1/health", "/v1/issuer", "/v1/audit", "/v1/settlement/%FF%FE",
    "/v1/settlement/" + String(repeating: "9", count: 3_000),
    "/v1/payouts/%2e%2e%2f", "/v1/cards/%00/payable", "/v1/cards/-1/payable", "/v1/cards//payable", "/", "//", "/v1",
    "/v2/health", "/v1/health/x", "/v1/agents", "/v1/%",
    "/v1/cards/٠١٢٣/payable".addingPercentEncoding(
      withAllowedCharacters: .urlPathAllowed) ?? "",
  ]

  /// Never a server's error, and always a problem the client can read.
  private func check(_ answer: HTTPAnswer, _ note: String) throws {
    #expect(answer.status < 500, "\(note)")
    if answer.status >= 400 {
      #expect(answer.mediaType == Problem.mediaType, "\(note) \(answer.status)")
      #expect((try? answer.problem()) != nil, "\(note)")
    }
  }

  @Test("Random octets, truncated and mutated JSON: refused with a problem, without effect", arguments: posts)
  func bodies(path: String) async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let before = try await centre.effects()
      var random = SplitMix64(seed: SplitMix64.seed ^ UInt64(path.utf8.count))
      var bodies = Self.nasty
      for length in [0, 1, 2, 7, 64, 1_000, 70_000] { bodies.append(random.octets(length)) }
      for text in Self.samples(ready) {
        for length in stride(from: 0, to: text.count, by: 11) { bodies.append(Array(text.prefix(length))) }
        for _ in 0..<20 {
          var changed = text
          changed[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
          bodies.append(changed)
        }
      }
      for body in bodies {
        let answer = try await centre.send(path, octets: body, key: centre.freshKey())
        try check(answer, "seed \(SplitMix64.seed) \(path) \(String(decoding: body.prefix(120), as: UTF8.self))")
      }
      #expect(try await centre.store.counts().payouts == 0)
      #expect(try await centre.effects().first == before.first)
    }
  }

  /// JSON of the wrong kind, numbers out of range, deep nesting, invalid text.
  private static let nasty: [[UInt8]] =
    [
      "null", "true", "0", "-1", "1e400", "\"\"", "[]", "{}", "[[]]", "{\"agent\":1,\"onlineLimit\":\"x\"}",
      "{\"agent\":null,\"onlineLimit\":null}", "{\"agent\":\"A\",\"onlineLimit\":1e30}",
      "{\"agent\":\"A\",\"onlineLimit\":1.5}",
      "{\"agent\":\"A\",\"onlineLimit\":9223372036854775808}", "{\"agent\":{},\"onlineLimit\":[]}",
      "{\"certificate\":\"!\",\"terminalKeyHash\":\"AA==\",\"fromLog\":false}",
      "{\"certificate\":\"\",\"terminalKeyHash\":\"\",\"fromLog\":2}", "{\"record\":\"\"}", "{\"record\":[1,2]}",
      "{\"receipt\":\"AAAA\"}",
      "{\"amount\":-9223372036854775808,\"funder\":\"@\",\"reference\":\"\\u0000\",\"unit\":\"BHXH--\"}",
      "{\"cardNumber\":\"\",\"terminalKeyHash\":\"\",\"transactionID\":\"\"}", String(repeating: "[", count: 100_000),
      String(repeating: "{\"a\":", count: 5_000), "\u{FEFF}{}", "{\"agent\":\"\\ud800\",\"onlineLimit\":1}",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFE, 0x7B, 0x7D], [0x00], [0xC0, 0x80], [UInt8](repeating: 0x00, count: 4_096),
    ]

  private static func samples(_ ready: Ready) -> [[UInt8]] {
    let values: [any Encodable] = [
      TestCentre.request(ready.terminal), TestCentre.request(ready.card),
      PayoutRequest(
        certificate: WireBytes(ready.card.der), terminalKeyHash: WireBytes(ready.terminal.keyHash)),
    ]
    return values.compactMap { try? WireJSON.encode($0) } + [ListRow.file([ListRow(1, 5)])]
  }

  @Test("A body over the limit, by one octet and by far", arguments: posts)
  func huge(path: String) async throws {
    try await TestCentre.run { centre in
      for size in [1 << 20 + 1, 5 << 20] {
        let answer = try await centre.send(path, octets: [UInt8](repeating: 0x5B, count: size), key: "k")
        try expect(answer, is: .bodyTooLarge)
      }
      try check(try await centre.send(path, octets: [UInt8](repeating: 0x5B, count: 1 << 20), key: "k"), path)
    }
  }

  @Test("Paths that are none")
  func paths() async throws {
    try await TestCentre.run { centre in
      for path in Self.gets { try check(try await centre.get(path), path) }
      try expect(try await centre.get("/v1/nothing"), is: .notFound)
      try expect(try await centre.send("/v1/health/x", octets: [], key: "k"), is: .notFound)
      try expect(try await centre.get("/v1/agents"), is: .notFound, "a path that only takes POST")
    }
  }

  @Test("Months, lists and ids that are none are refused, not answered with nothing")
  func noSuchThing() async throws {
    try await TestCentre.run { centre in
      for month in ["null", "2026", "202613", "+202611", "2026110", "%20202611"] {
        for path in ["/v1/settlement/", "/v1/cashless/", "/v1/units/BHXH-19/months/", "/v1/units/BHXH-19/needs/"] {
          try expect(try await centre.get(path + month), is: .malformedRequest, "\(path)\(month)")
        }
      }
      try expect(try await centre.get("/v1/payment-lists/none/totals"), is: .unknownList)
      for cursor in ["1.5", "-1", "4294967296", "x"] {
        let page = try await centre.get("/v1/uncollected?unit=BHXH-19&after=\(cursor)")
        try expect(page, is: .malformedRequest, "a cursor that is none begins nowhere")
      }
      let signs = String(repeating: "+1", count: 16)
      try expect(try await centre.get("/v1/payouts/\(signs)"), is: .malformedRequest, "a sign is no digit")
    }
  }

  @Test("Cards that are none")
  func cards() async throws {
    try await TestCentre.run { centre in
      for number in ["1", "99000000000000150", "9900000000000016", "990000000000001a"] {
        try expect(try await centre.get("/v1/cards/\(number)/payable"), is: .unknownCard)
        try expect(try await centre.post("/v1/cards/\(number)/completions", [String]()), is: .malformedRequest)
      }
      let unknown = try expectNumber(1)
      try expect(try await centre.post("/v1/cards/\(unknown)/completions", [String]()), is: .unknownCard)
    }
  }

  private func expectNumber(_ number: UInt64) throws -> String {
    try #require(CardNumber(sequence: number)).digits
  }
}
