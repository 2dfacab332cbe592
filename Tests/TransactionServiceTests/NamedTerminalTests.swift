import CardApplication
import CardCrypto
import CentreTestSupport
import ISO7816
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

/// Only the terminal that a certificate names by key hash may pay it (`card-application` §6).
@Suite("The terminal that a certificate names")
struct NamedTerminalTests {
  @Test("Another terminal's certificate, or one that names none: refused, and nothing is decided")
  func other() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let thief = try await centre.terminal()
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let before = try await centre.effects()
      try expect(try await centre.payout(certificate.bytes, thief), is: .certificateOfOtherTerminal)
      let nameless = try ready.card.certificate(order, at: nil)
      try expect(try await centre.payout(nameless.bytes, ready.terminal), is: .certificateOfOtherTerminal)
      let stolen = try ready.card.certificate(
        try await centre.order(2, ready.card.number, thief), at: ready.terminal)
      try expect(try await centre.payout(stolen.bytes, thief), is: .certificateOfOtherTerminal, "its own challenge")
      #expect(try await centre.effects() == before)
      #expect(try await centre.store.card(ready.card.number.digits)?.lastCounter == nil)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), gives: PayoutAnswer.self)
      try expect(try await centre.payout(certificate.bytes, thief), is: .certificateOfOtherTerminal, "a replay")
    }
  }

  @Test("Each octet of the hash counts")
  func everyOctet() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try ready.card.certificate(
        try await centre.order(1, ready.card.number, ready.terminal), at: ready.terminal)
      for place in 0..<32 {
        var hash = ready.terminal.keyHash
        hash[place] ^= 1
        let request = PayoutRequest(
          certificate: WireBytes(certificate.bytes), terminalKeyHash: WireBytes(hash), fromLog: false)
        try expect(try await centre.post("/v1/payouts", request), is: .certificateOfOtherTerminal, "octet \(place)")
      }
      #expect(try await centre.payout(certificate.bytes, ready.terminal).status == 201)
    }
  }

  @Test("An override is not taken from a terminal, and nothing is decided")
  func kinds() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let before = try await centre.effects()
      let override = try ready.card.certificate(order, at: ready.terminal, method: .canWithOverride)
      try expect(try await centre.payout(override.bytes, ready.terminal), is: .payoutKindNotOpen)
      #expect(try await centre.effects() == before)
      #expect(try await centre.store.card(ready.card.number.digits)?.lastCounter == nil)
      let plain = try ready.card.certificate(order, at: ready.terminal)
      try expect(try await centre.payout(plain.bytes, ready.terminal), gives: PayoutAnswer.self)
    }
  }

  @Test("Whoever reads a card's log sends what any terminal made: neither rule holds, and the end is a refusal")
  func log() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let reader = try await centre.terminal(province: "01", commune: "00004")
      let card = ready.card
      let order = try await centre.order(1, card.number, ready.terminal)
      let second = try await centre.order(2, card.number, ready.terminal)
      let third = try await centre.order(3, card.number, ready.terminal)
      let plain = try card.certificate(order, at: ready.terminal)
      let override = try card.certificate(
        second, at: ready.terminal, counter: 2, previous: plain.identity, method: .canWithOverride)
      let collected = try card.certificate(
        try third.collected(by: [1]), at: ready.terminal, counter: 3, previous: override.identity)
      let log = [plain, override, collected]
      for certificate in log {
        try expect(try await centre.payout(certificate.bytes, reader, fromLog: true), is: .logTooEarly)
      }
      centre.clock.advance(601)
      for (index, certificate) in log.enumerated() {
        try expect(try await centre.payout(certificate.bytes, reader, fromLog: true), is: .challengeExpired)
        #expect(try await centre.store.card(card.number.digits)?.lastCounter == UInt32(index + 1))
      }
      #expect(try await centre.store.counts().payouts == 0)
      #expect(try await centre.store.counts().refusals == 3)
    }
  }

  @Test("Offline certificates are not taken yet, from their terminal or a log, and stay undecided")
  func offline() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let reader = try await centre.terminal(province: "01", commune: "00004")
      let order = try await centre.order(1, ready.card.number, ready.terminal, challenge: [], mode: .offline)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let before = try await centre.effects()
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .offlineNotOpen)
      try expect(try await centre.payout(certificate.bytes, reader, fromLog: true), is: .offlineNotOpen)
      try expect(try await centre.payout(certificate.bytes, reader), is: .certificateOfOtherTerminal)
      centre.clock.advance(366 * 86_400)
      try expect(try await centre.payout(certificate.bytes, reader, fromLog: true), is: .offlineNotOpen)
      #expect(try await centre.effects() == before)
      #expect(try await centre.store.card(ready.card.number.digits)?.lastCounter == nil)
    }
  }

  @Test("The audit finds a stored certificate that names another terminal than the one it was posted for")
  func audit() async throws {
    try await TestCentre.run(audits: false) { centre in
      let ready = try await centre.ready()
      // The same agent and point, so that nothing but the key tells the two apart.
      let other = try await centre.terminal()
      try await centre.pay(1, ready.card, ready.terminal)
      try await centre.requireCleanAudit()
      try await centre.write("UPDATE payout SET terminal = x'\(other.keyHash.hex)'")
      let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
      #expect(audit.problems.contains { $0.check == "evidence" }, "\(audit.problems)")
    }
  }
}

extension PayoutOrder {
  /// The same order with a collector: 87 of the layout.
  func collected(by reference: [UInt8]) throws -> PayoutOrder {
    let fields = try BERTLV.sequence(bytes).map { $0.tag == 0x87 ? BERTLV(0x87, reference) : $0 }
    return try PayoutOrder(parsing: fields.flatMap(\.bytes))
  }
}
