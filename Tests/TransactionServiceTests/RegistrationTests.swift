import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import ISO7816
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("Registration of cards and terminals")
struct RegistrationTests {
  private func certificate(
    _ subject: String, issuer: String = "Test issuer", key: ECPrivateKey, signer: ECPrivateKey? = nil,
    from: Int64 = TestClock.start - 300, until: Int64 = TestClock.start + 86_400
  ) throws -> [UInt8] {
    let request = CertificateRequest(
      subject: subject, serial: [1, 2], publicKey: key.publicKey, notBefore: from, notAfter: until, isAuthority: false)
    return try Certificate.issue(request, issuer: issuer, key: signer ?? key).der
  }

  @Test("Certificates that are not the issuing office's for this very card")
  func untrusted() async throws {
    try await TestCentre.run { centre in
      let card = try centre.unregisteredCard(1, person: 1)
      let number = card.number.digits
      let other = try #require(CardNumber(sequence: 2)).digits
      let stranger = try ECPrivateKey(generate: .p256)
      func office(_ subject: String, from: Int64 = TestClock.start - 300, until: Int64 = TestClock.start + 1) throws
        -> [UInt8]
      {
        try centre.custodian.certify(
          CertificateRequest(
            subject: subject, serial: [3], publicKey: card.key.publicKey, notBefore: from, notAfter: until,
            isAuthority: false)
        ).der
      }
      let bad: [(String, [UInt8])] = [
        ("self-signed", try certificate(number, key: card.key)),
        ("an untrusted issuer of the same name", try certificate(number, key: card.key, signer: stranger)),
        ("an untrusted issuer", try certificate(number, issuer: "Elsewhere", key: card.key, signer: stranger)),
        ("another number", try office(other)),
        ("the number and a space", try office(number + " ")),
        ("not valid yet", try office(number, from: TestClock.start + 1, until: TestClock.start + 86_400)),
        ("not valid any more", try office(number, from: TestClock.start - 86_400, until: TestClock.start - 1)),
        ("ends before it starts", try office(number, from: TestClock.start + 9, until: TestClock.start - 9)),
      ]
      for (what, der) in bad {
        try expect(
          try await centre.post("/v1/cards", TestCentre.request(card, certificate: der)), is: .certificateNotTrusted,
          "\(what)")
      }
      #expect(try await centre.store.counts().cards == 0)
      try expect(
        try await centre.post("/v1/cards", TestCentre.request(card, certificate: try office(number))),
        gives: RegisteredAnswer.self)
    }
  }

  @Test("A certificate with a changed octet is refused")
  func tampered() async throws {
    try await TestCentre.run { centre in
      let card = try centre.unregisteredCard(1, person: 1)
      for place in stride(from: 0, to: card.der.count, by: 7) {
        var der = card.der
        der[place] ^= 0x04
        let answer = try await centre.post("/v1/cards", TestCentre.request(card, certificate: der))
        #expect(["malformed-request", "certificate-not-trusted"].contains(try answer.problem().code), "octet \(place)")
      }
      #expect(try await centre.store.counts().cards == 0)
    }
  }

  @Test("An issuer counts from the moment its file is there, and no longer")
  func issuers() async throws {
    try await TestCentre.run { centre in
      let file = centre.folder + "/office/issuer.der"
      let kept = try Data(contentsOf: URL(fileURLWithPath: file))
      let card = try centre.unregisteredCard(1, person: 1)
      try FileManager.default.removeItem(atPath: file)
      try expect(try await centre.post("/v1/cards", TestCentre.request(card)), is: .certificateNotTrusted)
      try Data("no certificate".utf8).write(to: URL(fileURLWithPath: file))
      try expect(try await centre.post("/v1/cards", TestCentre.request(card)), is: .certificateNotTrusted)
      try kept.write(to: URL(fileURLWithPath: file))
      try expect(try await centre.post("/v1/cards", TestCentre.request(card)), gives: RegisteredAnswer.self)
    }
  }

  @Test("A card on another curve, a number without its check digit, a wrong personal ID, a name too long")
  func malformed() async throws {
    try await TestCentre.run { centre in
      let card = try centre.unregisteredCard(1, person: 1)
      let brainpool = try ECPrivateKey(generate: .brainpoolP256r1)
      var requests = Array(repeating: TestCentre.request(card), count: 6)
      requests[0].certificate = WireBytes(
        try centre.custodian.certify(
          CertificateRequest(
            subject: card.number.digits, serial: [1], publicKey: brainpool.publicKey, notBefore: TestClock.start - 1,
            notAfter: TestClock.start + 9, isAuthority: false)
        ).der)
      let last = card.number.digits.hasSuffix("5") ? "6" : "5"
      requests[1].cardNumber = String(card.number.digits.dropLast()) + last
      requests[2].personalID = "00315200000"
      requests[3].personalID = "00315200000a"
      requests[4].name = String(repeating: "ễ", count: 201)
      requests[5].name = ""
      for (index, request) in requests.enumerated() {
        try expect(try await centre.post("/v1/cards", request), is: .malformedRequest, "\(index)")
      }
      #expect(try await centre.store.counts().cards == 0)
    }
  }

  @Test("A terminal's key must be a point of P-256, its place must have its digits")
  func terminals() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = Terminal(
        agent: TestCentre.agent, point: "BD-79-003", province: "79", commune: "26734",
        key: try ECPrivateKey(generate: .p256))
      let good = TestCentre.request(terminal)
      var bad = Array(repeating: good, count: 8)
      bad[0].publicKey = WireBytes([])
      bad[1].publicKey = WireBytes([4] + [UInt8](repeating: 0, count: 64))
      bad[2].publicKey = WireBytes(good.publicKey.octets + [0])
      bad[3].publicKey = WireBytes([0])
      bad[4].province = "079"
      bad[5].commune = "2673"
      bad[6].point = ""
      bad[7].agent = "A/B"
      for (index, request) in bad.enumerated() {
        try expect(try await centre.post("/v1/terminals", request), is: .malformedRequest, "\(index)")
      }
      try expect(try await centre.post("/v1/terminals", good), gives: RegisteredAnswer.self)
    }
  }

  @Test("A terminal is revoked by its key's hash, once; one that is unknown now may be revoked later")
  func revocation() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = Terminal(
        agent: TestCentre.agent, point: "BD-79-003", province: "79", commune: "26734",
        key: try ECPrivateKey(generate: .p256))
      func path(_ hash: [UInt8]) -> String { "/v1/terminals/\(hash.hex)/revocation" }
      let (hash, nothing) = (terminal.keyHash, [String]())
      try expect(try await centre.post(path(hash), nothing), is: .unknownTerminal)
      await #expect(throws: ServiceClientError.self) { try await centre.client.revokeTerminal(hash) }
      try expect(try await centre.post("/v1/terminals", TestCentre.request(terminal)), gives: RegisteredAnswer.self)
      for bad in [Array(hash.dropLast()), hash + [0], []] {
        let answer = try await centre.post(path(bad), nothing)
        #expect(["malformed-request", "not-found"].contains(try answer.problem().code))
      }
      try expect(try await centre.send(path(hash), octets: [], key: nil), is: .idempotencyKeyMissing)
      try expect(try await centre.post(path(hash), nothing, key: "r"), gives: RegisteredAnswer.self)
      let again = try await centre.post(path(hash), nothing, key: "r")
      #expect(again.isReplay)
      try expect(again, gives: RegisteredAnswer.self)
      try expect(try await centre.post(path(hash), nothing), is: .terminalRevoked)
      // The same key for another terminal is another payload.
      try expect(
        try await centre.post(path(Digest.sha256.hash(hash)), nothing, key: "r"), is: .idempotencyKeyReused)
    }
  }

  @Test("Money: unit, funder and amount of a funding or an advance")
  func money() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      for (unit, funder, amount) in [
        ("BHXH", "QHTTT@VN", Int64(1)), ("BHXH-19", "QHTTT", 1), ("BHXH-19", "QHTTT@VN", 0),
        ("BHXH-19", "QHTTT@VN", -5),
        ("BHXH-19", "QHTTT@VN", 1_000_000_000_000_001), ("XA-19", "NSDP@19", 1), ("", "", 1),
      ] {
        let funding = FundingRequest(
          unit: unit, funder: funder, amount: amount, reference: "x", hands: TestCentre.hands)
        try expect(try await centre.post("/v1/fundings", funding), is: .malformedRequest)
        let advance = AdvanceRequest(
          agent: TestCentre.agent, unit: unit, funder: funder, amount: amount, hands: TestCentre.hands)
        try expect(try await centre.post("/v1/advances", advance), is: .malformedRequest)
      }
      for reference in ["", String(repeating: "x", count: 141), "a\nb"] {
        let funding = FundingRequest(
          unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: reference, hands: TestCentre.hands)
        try expect(try await centre.post("/v1/fundings", funding), is: .malformedRequest)
      }
      #expect(try await centre.store.balances(nil).isEmpty)
    }
  }
}
