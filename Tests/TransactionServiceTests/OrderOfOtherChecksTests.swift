import CardApplication
import CardCrypto
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

/// Two faults at once in everything but payouts.
@Suite("Order of checks: records, registrations, challenges, lists")
struct OrderOfOtherChecksTests {
  @Test("A record of an unknown terminal, a wrong signature, a used key, a revoked terminal, another's transaction")
  func records() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.terminal(province: "01", commune: "00004")
      let stranger = Terminal(
        agent: "A", point: "P", province: "79", commune: "26734", key: try ECPrivateKey(generate: .p256))
      // This terminal says PAID before the other one's certificate of the same transaction comes.
      try expect(try await centre.record(1, .paid, other, of: PaperCard.zeros, key: "used"), gives: RecordAnswer.self)
      try await centre.pay(1, ready.card, ready.terminal)
      try expect(try await centre.record(1, .void, stranger, signer: other.key), is: .unknownTerminal)
      try expect(try await centre.record(1, .void, other), is: .recordOfOtherTerminal, "before already-paid")
      try await centre.revoke(other)
      try expect(try await centre.record(1, .void, other, signer: stranger.key, key: "used"), is: .signatureInvalid)
      try expect(try await centre.record(1, .void, other, key: "used"), is: .idempotencyKeyReused)
      try expect(try await centre.record(1, .void, other), is: .terminalRevoked)
    }
  }

  @Test("PAID against a refusal, then VOID: already paid, not nothing to void")
  func paidAgainstRefusal() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal, amount: 3_000_001)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .amountOverOpen)
      let paid = try expect(
        try await centre.record(1, .paid, ready.terminal, of: certificate.identity), gives: RecordAnswer.self)
      #expect(paid.result == "paid-against-refusal")
      try expect(try await centre.record(1, .void, ready.terminal), is: .alreadyPaid)
    }
  }

  @Test("Card registration: form, then trust, then whether it is known")
  func cards() async throws {
    try await TestCentre.run { centre in
      let card = try await centre.paperCard(1, person: 1)
      let other = try centre.unregisteredCard(2, person: 1)
      var request = TestCentre.request(card, certificate: other.der)
      try expect(try await centre.post("/v1/cards", request), is: .certificateNotTrusted)
      request.personalID = "003152"
      try expect(try await centre.post("/v1/cards", request), is: .malformedRequest)
      try expect(try await centre.post("/v1/cards", TestCentre.request(card)), is: .alreadyRegistered)
    }
  }

  @Test("Terminal registration: known key before unknown agent; form before both")
  func terminals() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      var request = TestCentre.request(try await centre.terminal())
      request.agent = "NOBODY"
      try expect(try await centre.post("/v1/terminals", request), is: .alreadyRegistered)
      request.province = "7"
      try expect(try await centre.post("/v1/terminals", request), is: .malformedRequest)
    }
  }

  @Test("Challenge: card before terminal, block before terminal")
  func challenges() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let fork = try await centre.order(2, ready.card.number, ready.terminal)
      try await centre.pay(1, ready.card, ready.terminal)
      try expect(
        try await centre.payout(ready.card.certificate(fork, at: ready.terminal).bytes, ready.terminal), is: .cardFork)
      func ask(_ card: String) async throws -> HTTPAnswer {
        try await centre.post(
          "/v1/challenges",
          ChallengeRequest(
            transactionID: WireBytes(TestCentre.id(3)), cardNumber: card, terminalKeyHash: WireBytes(PaperCard.zeros)))
      }
      try expect(try await ask(ready.card.number.digits), is: .cardBlocked)
      try expect(try await ask(try #require(CardNumber(sequence: 77)).digits), is: .unknownCard)
      try expect(try await ask("1234"), is: .malformedRequest)
    }
  }

  @Test("Lists: rows, then length, then repetition")
  func lists() async throws {
    try await TestCentre.run { centre in
      var rows = (1...1_001).map { ListRow($0, 1) }
      try expect(try await centre.importList([rows[0]], list: "A"), gives: ListAnswer.self)
      try expect(try await centre.importList(rows, list: "B"), is: .listTooLong)
      rows[500].amount = -1
      try expect(try await centre.importList(rows, list: "C"), is: .listRefused)
    }
  }

  @Test("Receipts: card, then signature, then order")
  func receipts() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      func receipt(_ card: PaperCard, _ signer: ECPrivateKey) async throws -> HTTPAnswer {
        let receipt = CompletionReceipt(
          cardNumber: card.number, keyID: keyIdentifier(ofPoint: card.key.publicKey.point), serial: 3,
          completionHash: PaperCard.zeros, counter: 0, lastCertificateHash: PaperCard.zeros, lines: [],
          pinGeneration: 1, state: .active)
        let signed = try SignedLayout(signing: receipt.body, with: signer)
        return try await centre.post("/v1/receipts", ReceiptRequest(receipt: WireBytes(signed.bytes)))
      }
      let stranger = try ECPrivateKey(generate: .p256)
      let unknown = try centre.unregisteredCard(2, person: 1)
      try expect(try await receipt(unknown, stranger), is: .unknownCard)
      try expect(try await receipt(ready.card, stranger), is: .signatureInvalid)
      try expect(try await receipt(ready.card, ready.card.key), is: .completionOrder)
    }
  }
}
