import CardApplication
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("Idempotency-Key")
struct IdempotencyTests {
  /// Every route that takes a key.
  static let paths = [
    "/v1/agents", "/v1/terminals", "/v1/cards", "/v1/fundings", "/v1/advances", "/v1/payment-lists",
    "/v1/payment-lists/T11/credits", "/v1/payouts", "/v1/payout-records", "/v1/receipts",
    "/v1/cards/9900000000000015/completions",
  ]

  @Test(
    "Missing, empty or over 120 octets: refused on every route, also with a body nobody could read", arguments: paths)
  func missing(path: String) async throws {
    try await TestCentre.run { centre in
      for key in [nil, "", String(repeating: "k", count: 121)] {
        for body in [Array("{}".utf8), [], [0xFF, 0xFE]] {
          try expect(try await centre.send(path, octets: body, key: key), is: .idempotencyKeyMissing)
        }
      }
      #expect(try await centre.store.counts().requests == 0)
    }
  }

  @Test("The same request gives the same octets and has one effect")
  func replay() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let paid = TerminalRecord(
        transactionID: TestCentre.id(1), outcome: .paid, time: centre.clock.seconds,
        certificateHash: certificate.identity, terminalKeyHash: ready.terminal.keyHash)
      let record = RecordRequest(
        record: WireBytes(try SignedLayout(signing: paid.body, with: ready.terminal.key).bytes))
      let sends: [@Sendable () async throws -> HTTPAnswer] = [
        { try await centre.post("/v1/fundings", funding, key: "f") },
        { try await centre.payout(certificate.bytes, ready.terminal, key: "p") },
        { try await centre.post("/v1/payout-records", record, key: "r") },
        {
          try await centre.send("/v1/cards/\(ready.card.number.digits)/completions", octets: Array("[]".utf8), key: "c")
        },
        { try await centre.importList([ListRow(1, 7, period: "2026-12")], list: "T12") },
        {
          try await centre.post(
            "/v1/advances",
            AdvanceRequest(agent: "NOBODY", unit: "SNV-44", funder: "NSTW@VN", amount: 1, hands: TestCentre.hands),
            key: "a")
        },
      ]
      for (index, send) in sends.enumerated() {
        let first = try await send()
        #expect(!first.isReplay)
        #expect(first.head != nil)
        let effects = try await centre.effects()
        for _ in 0..<3 {
          let again = try await send()
          #expect(again.isReplay, "\(index)")
          #expect(again.body == first.body, "\(index)")
          #expect(again.status == first.status)
          #expect(again.mediaType == first.mediaType)
        }
        #expect(try await centre.effects() == effects)
      }
    }
  }

  @Test("Used for another payload: refused, nothing happens, and the first answer stays", arguments: paths)
  func reused(path: String) async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let card = try centre.unregisteredCard(9, person: 3)
      let orders = [
        try await centre.order(1, ready.card.number, ready.terminal),
        try await centre.order(2, ready.card.number, ready.terminal),
      ]
      let bodies = try Self.bodies(path, ready, card, orders.map { try ready.card.certificate($0, at: ready.terminal) })
      let path = path.replacing("9900000000000015", with: ready.card.number.digits)
      let query = path.hasSuffix("payment-lists") ? "?sample-data=true&maker=A" : ""
      let first = try await centre.send(path + query, octets: bodies[0], key: "k")
      let effects = try await centre.effects()
      try expect(try await centre.send(path + query, octets: bodies[1], key: "k"), is: .idempotencyKeyReused)
      #expect(try await centre.effects() == effects)
      let again = try await centre.send(path + query, octets: bodies[0], key: "k")
      #expect(again.isReplay)
      #expect(again.body == first.body)
    }
  }

  /// Two requests for a path that both get as far as the key.
  private static func bodies(
    _ path: String, _ ready: Ready, _ card: PaperCard, _ certificates: [SignedLayout]
  ) throws -> [[UInt8]] {
    switch path {
    case "/v1/agents": return try ["A", "B"].map { try WireJSON.encode(AgentRequest(agent: $0, onlineLimit: 0)) }
    case "/v1/terminals":
      var request = TestCentre.request(ready.terminal)
      return try ["001", "002"].map { number in
        request.point = "BD-\(request.province)-\(number)"
        return try WireJSON.encode(request)
      }
    case "/v1/cards": return try [ready.card, card].map { try WireJSON.encode(TestCentre.request($0)) }
    case "/v1/fundings":
      return try [1, 2].map {
        try WireJSON.encode(
          FundingRequest(unit: "BHXH-19", funder: "QHTTT@VN", amount: $0, reference: "x", hands: TestCentre.hands))
      }
    case "/v1/advances":
      return try [1, 2].map {
        try WireJSON.encode(
          AdvanceRequest(
            agent: TestCentre.agent, unit: "BHXH-19", funder: "QHTTT@VN", amount: $0, hands: TestCentre.hands))
      }
    case "/v1/payment-lists": return [1, 2].map { ListRow.file([ListRow(3, $0)]) }
    case "/v1/payouts":
      return try certificates.map {
        try WireJSON.encode(
          PayoutRequest(certificate: WireBytes($0.bytes), terminalKeyHash: WireBytes(ready.terminal.keyHash)))
      }
    case "/v1/payout-records":
      return try [TerminalOutcome.paid, .void].map { outcome in
        let record = TerminalRecord(
          transactionID: TestCentre.id(9), outcome: outcome, time: 1, certificateHash: PaperCard.zeros,
          terminalKeyHash: ready.terminal.keyHash)
        let signed = try SignedLayout(signing: record.body, with: ready.terminal.key)
        return try WireJSON.encode(RecordRequest(record: WireBytes(signed.bytes)))
      }
    case "/v1/receipts":
      return try [UInt32(1), 2].map { serial in
        let receipt = CompletionReceipt(
          cardNumber: ready.card.number, keyID: [UInt8](repeating: 0, count: 8), serial: serial,
          completionHash: PaperCard.zeros, counter: 0, lastCertificateHash: PaperCard.zeros, lines: [],
          pinGeneration: 1, state: .active)
        let signed = try SignedLayout(signing: receipt.body, with: ready.card.key)
        return try WireJSON.encode(ReceiptRequest(receipt: WireBytes(signed.bytes)))
      }
    default: return [Array("[]".utf8), Array("[1]".utf8)]
    }
  }

  @Test("One certificate under many keys is one payout with one answer, also at the same time")
  func identity() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal, amount: 2_000_000)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
        for _ in 0..<20 { group.addTask { try await centre.payout(certificate.bytes, ready.terminal) } }
        return try await group.reduce(into: [HTTPAnswer]()) { $0.append($1) }
      }
      #expect(Set(answers.map(\.body)).count == 1)
      #expect(answers.filter { !$0.isReplay }.count == 1)
      #expect(try await centre.store.counts().payouts == 1)
      // The same certificate with the other root of its signature is the same certificate.
      let order2 = Self.mirrored(certificate)
      #expect(order2.signature != certificate.signature)
      let mirrored = try await centre.payout(order2.bytes, ready.terminal)
      #expect(mirrored.isReplay)
      #expect(mirrored.body == answers[0].body)
    }
  }

  /// (r, n − s) instead of (r, s): an ECDSA signature that verifies too.
  private static func mirrored(_ signed: SignedLayout) -> SignedLayout {
    let order: [UInt8] = [
      0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7,
      0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]
    var borrow = 0
    var result = [UInt8](repeating: 0, count: 32)
    for index in (0..<32).reversed() {
      var digit = Int(order[index]) - Int(signed.signature[32 + index]) - borrow
      borrow = digit < 0 ? 1 : 0
      if digit < 0 { digit += 256 }
      result[index] = UInt8(digit)
    }
    return SignedLayout(body: signed.body, signature: Array(signed.signature[..<32]) + result)
  }

  @Test("Keys of one route do not answer for another, whatever they are made of")
  func scopes() async throws {
    try await TestCentre.run { centre in
      _ = try await centre.ready()
      try expect(try await centre.importList([ListRow(5, 11)], list: "A"), gives: ListAnswer.self)
      try expect(try await centre.importList([ListRow(6, 13)], list: "A/B"), gives: ListAnswer.self)
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
      try expect(try await centre.post("/v1/fundings", funding, key: "A"), gives: BookedAnswer.self)
      for list in ["A", "A%2FB"] { try await centre.approve(list) }
      let first = try expect(
        try await centre.post("/v1/payment-lists/A/credits", [String](), key: "B/C"), gives: CreditAnswer.self)
      #expect(first.amount == 11)
      let second = try expect(
        try await centre.post("/v1/payment-lists/A%2FB/credits", [String](), key: "C"), gives: CreditAnswer.self)
      #expect(second.amount == 13)
    }
  }
}
