import CardApplication
import CardCrypto
import CentreTestSupport
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("Terminals' records")
struct RecordTests {
  private func result(_ answer: HTTPAnswer, sourceLocation: SourceLocation = #_sourceLocation) throws -> RecordAnswer {
    try expect(answer, gives: RecordAnswer.self, sourceLocation: sourceLocation)
  }

  private func status(_ id: UInt8, _ centre: TestCentre) async throws -> PayoutStatusAnswer {
    let hex = String(repeating: "0", count: 30) + (id < 16 ? "0" : "") + String(id, radix: 16)
    return try await centre.client.get("/v1/payouts/\(hex)", PayoutStatusAnswer.self)
  }

  @Test("PAID: kept, repeated with the same answer, final")
  func paid() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let first = try await centre.record(1, .paid, ready.terminal, of: certificate.identity)
      #expect(try result(first) == RecordAnswer(result: "paid", returned: 0))
      let again = try await centre.record(1, .paid, ready.terminal, of: certificate.identity)
      #expect(again.isReplay)
      #expect(again.body == first.body)
      centre.clock.advance(5)
      try expect(try await centre.record(1, .paid, ready.terminal, of: certificate.identity), is: .alreadyPaid)
      #expect(try await centre.store.counts().cases == 0)
      try expect(try await centre.record(1, .void, ready.terminal, of: certificate.identity), is: .alreadyPaid)
      #expect(try await centre.store.counts().cases == 1)
      #expect(try await status(1, centre) == PayoutStatusAnswer(state: .posted, amount: 1_000))
    }
  }

  @Test("VOID takes exactly the payout back, once, and the money can be paid again")
  func void() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 1_000)
      let before = try await centre.store.balances(nil).map { ($0.key, try $0.totals.balance($0.key.code.side)) }
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      #expect(try await centre.challenge(9, ready.card.number, ready.terminal).payable.isEmpty)
      let first = try await centre.record(1, .void, ready.terminal, of: certificate.identity)
      #expect(try result(first) == RecordAnswer(result: "voided", returned: 1_000))
      for balance in try await centre.store.balances(nil) {
        let expected = before.first { $0.0 == balance.key }?.1 ?? 0
        #expect(try balance.totals.balance(balance.key.code.side) == expected, "\(balance.key.text)")
      }
      #expect(try await status(1, centre) == PayoutStatusAnswer(state: .voided, amount: 1_000))
      centre.clock.advance(5)
      try expect(try await centre.record(1, .void, ready.terminal), is: .transactionVoid)
      try expect(
        try await centre.record(1, .paid, ready.terminal, of: certificate.identity), is: .transactionVoid, "a case")
      #expect(try await centre.store.counts().voids == 1)
      #expect(try await centre.store.counts().cases == 1)
      // The posting's answer is told again as it was.
      #expect(try await centre.payout(certificate.bytes, ready.terminal).isReplay)
      try await centre.pay(2, ready.card, ready.terminal, counter: 2, previous: certificate.identity)
    }
  }

  @Test("VOID before the posting: the posting is refused, whenever and however it comes")
  func voidFirst() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try ready.card.certificate(
        try await centre.order(1, ready.card.number, ready.terminal), at: ready.terminal)
      let answer = try result(try await centre.record(1, .void, ready.terminal, of: certificate.identity))
      #expect(answer == RecordAnswer(result: "void-unposted", returned: 0))
      #expect(try await status(1, centre).state == .unknown)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .transactionVoid)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .transactionVoid)
      #expect(
        try await status(1, centre) == PayoutStatusAnswer(state: .refused, code: ProblemCode.transactionVoid.rawValue))
      #expect(try await centre.store.counts().payouts == 0)
    }
  }

  @Test("PAID before the posting: posted when it comes, with a case")
  func paidFirst() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try ready.card.certificate(
        try await centre.order(1, ready.card.number, ready.terminal), at: ready.terminal)
      let answer = try result(try await centre.record(1, .paid, ready.terminal, of: certificate.identity))
      #expect(answer.result == "paid-unposted")
      #expect(try await centre.store.counts().cases == 1)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), gives: PayoutAnswer.self)
      try expect(try await centre.record(1, .void, ready.terminal), is: .alreadyPaid)
    }
  }

  @Test("Another terminal's record changes nothing, before and after")
  func otherTerminal() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.terminal(province: "01", commune: "00004")
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      #expect(try result(try await centre.record(1, .void, other)).result == "void-unposted")
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), gives: PayoutAnswer.self)
      let before = try await centre.effects()
      centre.clock.advance(5)
      try expect(try await centre.record(1, .void, other), is: .recordOfOtherTerminal, "a new record")
      #expect(try await centre.effects() == before)
      #expect(try result(try await centre.record(1, .paid, ready.terminal, of: certificate.identity)).result == "paid")
    }
  }

  @Test("A tampered record, and one signed by another key, have no effect")
  func tampered() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let record = TerminalRecord(
        transactionID: TestCentre.id(1), outcome: .void, time: 1, certificateHash: certificate.identity,
        terminalKeyHash: ready.terminal.keyHash)
      let octets = try SignedLayout(signing: record.body, with: ready.terminal.key).bytes
      let before = try await centre.effects()
      let codes: Set<String> = ["malformed-request", "unknown-terminal", "signature-invalid"]
      for place in stride(from: 0, to: octets.count, by: 5) {
        var changed = octets
        changed[place] ^= 0x01
        let answer = try await centre.post("/v1/payout-records", RecordRequest(record: WireBytes(changed)))
        #expect(codes.contains(try answer.problem().code), "octet \(place)")
      }
      try expect(try await centre.record(1, .void, ready.terminal, signer: ready.card.key), is: .signatureInvalid)
      #expect(try await centre.effects() == before)
    }
  }

  @Test("A revoked terminal's record is kept in a case and credits nothing")
  func revoked() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      try await centre.pay(1, ready.card, ready.terminal)
      try await centre.revoke(ready.terminal)
      try expect(try await centre.record(1, .void, ready.terminal), is: .terminalRevoked)
      #expect(try await centre.store.counts().cases == 1)
      #expect(try await centre.store.counts().voids == 0)
    }
  }

  @Test("The status of what nobody has heard of, and of what is no transaction id")
  func statuses() async throws {
    try await TestCentre.run { centre in
      #expect(try await status(5, centre) == PayoutStatusAnswer(state: .unknown))
      for id in ["0", "zz", String(repeating: "0", count: 31), String(repeating: "0", count: 33), "%00", "é"] {
        let path = id.addingPercent
        try expect(try await centre.get("/v1/payouts/\(path)"), is: .malformedRequest)
      }
    }
  }
}

extension String {
  /// With everything outside ASCII letters, digits and `%` percent-encoded.
  fileprivate var addingPercent: String {
    utf8.map { octet in
      octet < 0x80 ? String(UnicodeScalar(octet)) : "%" + String(octet, radix: 16, uppercase: true)
    }.joined()
  }
}
