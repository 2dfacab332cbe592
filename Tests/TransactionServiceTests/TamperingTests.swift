import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import CentreTestSupport
import Issuance
import LedgerStore
import PayoutPoint
import ServiceAPI
import SoftCard
import Testing

@Suite("Tampered certificates and cloned cards")
struct TamperingTests {
  @Test("A changed octet: refused, without effect; the untouched certificate still posts")
  func octets() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal).bytes
      let before = try await centre.effects()
      var random = SplitMix64()
      var seen: Set<String> = []
      for place in stride(from: 0, to: certificate.count, by: 3) {
        var tampered = certificate
        tampered[place] ^= UInt8.random(in: 1...255, using: &random)
        let answer = try await centre.payout(tampered, ready.terminal)
        let problem = try answer.problem()
        seen.insert(problem.code)
        #expect(
          ["signature-invalid", "malformed-request", "unknown-card"].contains(problem.code), "octet \(place)")
      }
      for length in stride(from: 0, to: certificate.count, by: 29) {
        try expect(
          try await centre.payout(Array(certificate.prefix(length)), ready.terminal), is: .malformedRequest)
      }
      #expect(seen.isSuperset(of: ["signature-invalid", "malformed-request"]))
      #expect(try await centre.effects() == before)
      try expect(try await centre.payout(certificate, ready.terminal), gives: PayoutAnswer.self)
    }
  }

  @Test("A signature by another key, and a certificate that names another key, have no effect")
  func keys() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.paperCard(2, person: 2)
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let before = try await centre.effects()
      let good = try ready.card.certificate(order, at: ready.terminal)
      let bad = [
        try ready.card.certificate(order, at: ready.terminal, signer: other.key),
        try ready.card.certificate(order, at: ready.terminal, signer: ready.terminal.key),
        try ready.card.certificate(order, at: ready.terminal, keyID: keyIdentifier(ofPoint: other.key.publicKey.point)),
        SignedLayout(body: good.body, signature: [UInt8](repeating: 0, count: 64)),
        SignedLayout(body: good.body, signature: [UInt8](repeating: 0xFF, count: 64)),
      ]
      for certificate in bad {
        try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .signatureInvalid)
        try expect(
          try await centre.payout(certificate.bytes, ready.terminal, fromLog: true), is: .signatureInvalid)
      }
      #expect(try await centre.effects() == before)
    }
  }

  @Test("Two chips with one state: one counter, two certificates. The card is blocked and stays so")
  func clones() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal()
      let office = try centre.office()
      let card = try await centre.issue(1, office)
      try await centre.credit([ListRow(1, 3_000_000)])
      let clone = try card.clone()
      let number = card.made.cardNumber
      let later = try await centre.order(3, number, terminal)
      let second = try await centre.order(2, number, terminal)
      let first = try await card.session(terminal).authorise(try await centre.order(1, number, terminal))
      try expect(try await centre.payout(first.signed.bytes, terminal), gives: PayoutAnswer.self)
      let fork = try await clone.session(terminal).authorise(second)
      #expect(fork.certificate.counter == first.certificate.counter)
      #expect(fork.signed.isSigned(by: card.made.certificate.publicKey))
      try expect(try await centre.payout(fork.signed.bytes, terminal), is: .cardFork)
      #expect(try await centre.store.counts().cases == 1)
      // The honest card goes on with its next counter: it is blocked all the same.
      let next = try await card.session(terminal).authorise(later)
      #expect(next.certificate.counter == 2)
      try expect(try await centre.payout(next.signed.bytes, terminal), is: .cardBlocked)
      let request = ChallengeRequest(
        transactionID: WireBytes(TestCentre.id(9)), cardNumber: number.digits,
        terminalKeyHash: WireBytes(terminal.keyHash))
      try expect(try await centre.post("/v1/challenges", request), is: .cardBlocked)
      // What was posted before stays posted, and is told again.
      let again = try await centre.payout(first.signed.bytes, terminal)
      #expect(again.isReplay)
      #expect(try await centre.store.counts().payouts == 1)
    }
  }

  @Test("A contiguous successor with another previous hash is a fork, from either side; a gap is none")
  func chain() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let terminal = ready.terminal
      let cards = [ready.card, try await centre.paperCard(2, person: 2), try await centre.paperCard(3, person: 3)]
      try await centre.credit([ListRow(2, 3_000_000), ListRow(3, 3_000_000)], list: "T11b")
      let wrong = Digest.sha256.hash([1])
      try await centre.pay(1, cards[0], terminal)
      let order = try await centre.order(2, cards[0].number, terminal)
      try expect(
        try await centre.payout(cards[0].certificate(order, at: terminal, counter: 2, previous: wrong).bytes, terminal),
        is: .cardFork
      )
      // The successor came first.
      try await centre.pay(3, cards[1], terminal, counter: 2, previous: wrong, line: 2)
      let late = try await centre.order(4, cards[1].number, terminal, line: 2)
      try expect(try await centre.payout(cards[1].certificate(late, at: terminal).bytes, terminal), is: .cardFork)
      try await centre.pay(5, cards[2], terminal, counter: 1, line: 3)
      try await centre.pay(6, cards[2], terminal, counter: 3, previous: wrong, line: 3)
    }
  }
}
