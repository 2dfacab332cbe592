import CardApplication
import CardCrypto
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("The centre's challenge")
struct ChallengeTests {
  @Test("Made for another card, terminal or transaction: refused")
  func foreign() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.paperCard(2, person: 2)
      let elsewhere = try await centre.terminal()
      let foreign = [
        try await centre.challenge(1, other.number, ready.terminal),
        try await centre.challenge(1, ready.card.number, elsewhere),
        try await centre.challenge(2, ready.card.number, ready.terminal),
      ]
      var previous = PaperCard.zeros
      for (index, answer) in foreign.enumerated() {
        let order = try await centre.order(
          1, ready.card.number, ready.terminal, challenge: answer.challenge.octets)
        let certificate = try ready.card.certificate(
          order, at: ready.terminal, counter: UInt32(index) + 1, previous: previous)
        try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .challengeInvalid)
        previous = certificate.identity
      }
      #expect(try await centre.store.counts().payouts == 0)
    }
  }

  @Test("Each part of what a challenge is bound to", arguments: ["card", "terminal", "transaction", "expiry", "tag"])
  func binding(part: String) async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      var challenge: [UInt8]
      switch part {
      case "card":
        let other = try await centre.paperCard(2, person: 2)
        challenge = try await centre.challenge(1, other.number, ready.terminal).challenge.octets
      case "terminal":
        challenge = try await centre.challenge(1, ready.card.number, try await centre.terminal()).challenge.octets
      case "transaction":
        challenge = try await centre.challenge(2, ready.card.number, ready.terminal).challenge.octets
      case "expiry":
        challenge = try await centre.challenge(1, ready.card.number, ready.terminal).challenge.octets
        challenge[3] ^= 1
      default:
        challenge = try await centre.challenge(1, ready.card.number, ready.terminal).challenge.octets
        challenge[15] ^= 0x80
      }
      let order = try await centre.order(1, ready.card.number, ready.terminal, challenge: challenge)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let answer = try await centre.payout(certificate.bytes, ready.terminal)
      try expect(answer, is: .challengeInvalid)
      // Refused, but nothing is decided: the terminal's hash is not signed by the card, so the sender is accused.
      #expect(try await centre.store.card(ready.card.number.digits)?.lastCounter == nil)
      #expect(try await centre.store.counts().payouts == 0)
      let good = try await centre.challenge(1, ready.card.number, ready.terminal).challenge.octets
      let right = try ready.card.certificate(
        try await centre.order(1, ready.card.number, ready.terminal, challenge: good), at: ready.terminal)
      #expect(try await centre.payout(right.bytes, ready.terminal).status == 201)
    }
  }

  @Test("Good for ten minutes and not a second more")
  func expiry() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let answer = try await centre.challenge(1, ready.card.number, ready.terminal)
      #expect(answer.expiresAt == centre.clock.seconds + 600)
      let first = try ready.card.certificate(
        try await centre.order(1, ready.card.number, ready.terminal), at: ready.terminal)
      let order = try await centre.order(2, ready.card.number, ready.terminal)
      let second = try ready.card.certificate(order, at: ready.terminal, counter: 2, previous: first.identity)
      centre.clock.advance(600)
      try expect(try await centre.payout(first.bytes, ready.terminal), gives: PayoutAnswer.self)
      centre.clock.advance(1)
      try expect(try await centre.payout(second.bytes, ready.terminal), is: .challengeExpired)
      // The line has lost nothing by it.
      #expect(try await centre.challenge(3, ready.card.number, ready.terminal).payable.map(\.amount) == [2_999_000])
    }
  }

  @Test("A certificate of a card's log: too early while its terminal may post it, refused for good afterwards")
  func log() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.terminal(province: "01", commune: "00004")
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let before = try await centre.effects()
      for _ in 0..<2 {
        try expect(try await centre.payout(certificate.bytes, other, fromLog: true), is: .logTooEarly)
      }
      centre.clock.advance(600)
      try expect(try await centre.payout(certificate.bytes, other, fromLog: true), is: .logTooEarly)
      #expect(try await centre.effects() == before)
      centre.clock.advance(1)
      #expect(try await centre.challenge(7, ready.card.number, ready.terminal).acknowledgedCounter == 0)
      try expect(try await centre.payout(certificate.bytes, other, fromLog: true), is: .challengeExpired)
      #expect(try await centre.challenge(8, ready.card.number, ready.terminal).acknowledgedCounter == 1)
      // The terminal's own posting comes too late now, and its VOID has nothing to take back.
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .challengeExpired)
    }
  }

  @Test("Early in the log, then posted by its terminal: the money is paid once")
  func logThenPosted() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal, fromLog: true), is: .logTooEarly)
      let posted = try await centre.payout(certificate.bytes, ready.terminal)
      try expect(posted, gives: PayoutAnswer.self)
      let seen = try await centre.payout(certificate.bytes, ready.terminal, fromLog: true)
      #expect(seen.isReplay)
      #expect(seen.body == posted.body)
    }
  }

  @Test("An expiry in the far future can't keep a log certificate open for ever")
  func farFuture() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let challenge = [UInt8](repeating: 0xFF, count: 16)
      let order = try await centre.order(1, ready.card.number, ready.terminal, challenge: challenge)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal, fromLog: true), is: .challengeExpired)
    }
  }

  @Test("What a challenge tells: payable items oldest first, the masked holder")
  func answer() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 6_283_417)
      try await centre.credit(
        [ListRow(1, 6_283_417, period: "2026-10"), ListRow(1, 1_900_000, .allowance40)], list: "T10")
      let answer = try await centre.challenge(1, ready.card.number, ready.terminal)
      #expect(answer.payable.map(\.period) == [202_610, 202_611, 202_611])
      #expect(answer.payable.map(\.amount) == [6_283_417, 6_283_417, 1_900_000])
      #expect(answer.payable.map(\.homeProvince) == ["19", "19", "40"])
      #expect(answer.payable.map(\.funder) == ["QHTTT@VN", "QHTTT@VN", "NSDP@40"])
      #expect(answer.payable.map(\.programme) == ["BHXH-HUU", "BHXH-HUU", "BTXH-KT1"])
      #expect(answer.holderName == "Nguyễn Thị Hòa")
      #expect(answer.maskedPersonalID.hasSuffix("0001"))
      #expect(!answer.maskedPersonalID.contains("003152"))
    }
  }
}
