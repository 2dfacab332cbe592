import CardApplication
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@Suite("The life of a card at the centre")
struct CardLifeTests {
  private func certificate(
    _ id: UInt8, _ ready: Ready, _ centre: TestCentre, counter: UInt32 = 1, after previous: [UInt8] = PaperCard.zeros
  ) async throws -> SignedLayout {
    let order = try await centre.order(id, ready.card.number, ready.terminal)
    return try ready.card.certificate(order, at: ready.terminal, counter: counter, previous: previous)
  }

  private func challenge(_ card: CardNumber, _ terminal: Terminal, _ centre: TestCentre) async throws -> HTTPAnswer {
    let request = ChallengeRequest(
      transactionID: WireBytes(TestCentre.id(99)), cardNumber: card.digits,
      terminalKeyHash: WireBytes(terminal.keyHash))
    return try await centre.post("/v1/challenges", request)
  }

  @Test("Blocked: no challenge, nothing payable, no payout of what was signed before; unblocked by two: all again")
  func block() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let (number, terminal) = (ready.card.number, ready.terminal)
      let posted = try await centre.pay(1, ready.card, terminal)
      // The tap was made, the block came in, then the certificate.
      let late = try await certificate(2, ready, centre, counter: 2, after: posted.identity)
      try expect(try await centre.act(.block, number), gives: CardActAnswer.self)
      let before = try await centre.effects()
      try expect(try await challenge(number, terminal, centre), is: .cardBlocked)
      try expect(try await centre.get("/v1/cards/\(number.digits)/payable"), is: .cardBlocked)
      try expect(try await centre.payout(late.bytes, terminal), is: .cardBlocked)
      #expect(try await centre.payout(posted.bytes, terminal).isReplay)
      #expect(try await centre.effects().dropFirst() == before.dropFirst(), "no account has moved")
      #expect(try await centre.completion(number).state == .suspended)
      #expect(try await centre.completion(number).snapshot.isEmpty)
      // The terminal never paid it out, and says so; what was posted before may still be taken back.
      try expect(try await centre.record(2, .void, terminal), is: .nothingToVoid)
      let void = try expect(
        try await centre.record(1, .void, terminal, of: posted.identity), gives: RecordAnswer.self)
      #expect(void.returned == 1_000)
      try expect(try await centre.act(.unblock, number), is: .fourEyesNeeded)
      try expect(try await centre.act(.unblock, number, checker: "nguyễn A"), is: .fourEyesNeeded)
      try expect(try await centre.act(.unblock, number, checker: "Lê B"), gives: CardActAnswer.self)
      try expect(try await centre.payout(late.bytes, terminal), is: .cardBlocked, "one outcome per counter")
      try await centre.pay(3, ready.card, terminal, counter: 3, previous: late.identity)
      #expect(try await centre.completion(number).state == .active)
      let life = try await centre.life(number)
      #expect(life.state == .active && life.acts.map(\.act) == [.block, .unblock])
      #expect(
        life.acts.map(\.checker) == [nil, "Lê B"]
          && life.acts.map(\.time) == Array(repeating: centre.clock.seconds, count: 2))
    }
  }

  @Test("Lost in one province, replaced, and the old month paid on the new card in another, once")
  func replaced() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 2_345_000)
      let old = ready.card.number
      try await centre.pay(1, ready.card, ready.terminal, amount: 345_000)
      #expect(try await centre.completion(old).snapshot.map(\.amount) == [2_000_000])
      try expect(try await centre.act(.lost, old), gives: CardActAnswer.self)
      let new = try await centre.paperCard(2, person: 1, replaces: .test(old))
      #expect(try await centre.completion(old).state == .terminated)
      try expect(try await challenge(old, ready.terminal, centre), is: .cardTerminated)
      let completion = try await centre.completion(new.number)
      #expect(completion.state == .active && completion.lines.map(\.line) == [1])
      #expect(completion.snapshot.map(\.amount) == [2_000_000])
      let elsewhere = try await centre.terminal(province: "01", commune: "00004")
      let paid = try await centre.pay(2, new, elsewhere, amount: 2_000_000)
      let order = try await centre.order(3, new.number, elsewhere, amount: 1)
      let again = try new.certificate(order, at: elsewhere, counter: 2, previous: paid.identity)
      try expect(try await centre.payout(again.bytes, elsewhere), is: .amountOverOpen)
      let (first, second) = (try await centre.life(old), try await centre.life(new.number))
      #expect(first.replacedBy == new.number.digits && second.replaces == old.digits)
      #expect(first.state == .terminated && first.acts.map(\.act) == [.lost, .replacedLost])
      #expect(second.state == .active && second.acts.isEmpty)
      #expect(try await centre.store.counts().persons == 1)
    }
  }

  @Test("Two at once for one person: one is registered, the other is told of it")
  func race() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let cards = try (2...9).map { try centre.unregisteredCard($0, person: 1) }
      let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
        for card in cards {
          var request = TestCentre.request(card)
          request.replaces = .test(ready.card.number, .damaged)
          let sent = request
          group.addTask { try await centre.post("/v1/cards", sent) }
        }
        return try await group.reduce(into: [HTTPAnswer]()) { $0.append($1) }
      }
      #expect(answers.filter { $0.status == 201 }.count == 1)
      for answer in answers where answer.status != 201 { try expect(answer, is: .personHasCard) }
      #expect(try await centre.number("SELECT COUNT(*) FROM card_state WHERE state <> 3") == 1)
    }
  }

  @Test("Order of checks: form, trust, the old card, four eyes, the new card, the person, whose card")
  func registrationsInOrder() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let other = try await centre.paperCard(2, person: 2)
      let unknown = try #require(CardNumber(sequence: 77))
      func send(_ card: PaperCard, _ old: ReplacedCard, der: [UInt8]? = nil) async throws -> HTTPAnswer {
        var request = TestCentre.request(card, certificate: der)
        request.replaces = old
        return try await centre.post("/v1/cards", request)
      }
      let third = try centre.unregisteredCard(3, person: 1)
      try expect(try await send(third, .test(unknown, checker: ""), der: other.der), is: .certificateNotTrusted)
      try expect(try await send(ready.card, .test(unknown, checker: "")), is: .unknownCard)
      try expect(try await send(other, .test(ready.card.number, checker: "")), is: .fourEyesNeeded)
      try expect(try await send(other, .test(ready.card.number)), is: .alreadyRegistered)
      try expect(try await send(third, .test(other.number)), is: .personHasCard)
      let stranger = try centre.unregisteredCard(4, person: 4)
      try expect(try await send(stranger, .test(other.number)), is: .cardOfOtherPerson)
      var long = ReplacedCard.test(ready.card.number)
      long.reason = String(repeating: "x", count: 141)
      try expect(try await send(third, long), is: .malformedRequest)
      try expect(try await send(third, .test(third.number)), is: .unknownCard)
      try expect(try await send(third, .test(ready.card.number, .changed)), gives: RegisteredAnswer.self)
    }
  }

  @Test("Order of checks of an act: form, the card, the key, four eyes, the state; only an office's acts are taken")
  func actsInOrder() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let number = ready.card.number
      let unknown = try #require(CardNumber(sequence: 77))
      for act in CardActName.allCases
      where ![.block, .unblock, .lost, .returned, .terminated, .releaseReserve].contains(act) {
        try expect(try await centre.act(act, unknown), is: .malformedRequest, "\(act)")
      }
      try expect(try await centre.post("/v1/cards/12/acts", [String]()), is: .malformedRequest)
      try expect(try await centre.act(.unblock, unknown), is: .unknownCard)
      try expect(try await centre.get("/v1/cards/\(unknown.digits)"), is: .unknownCard)
      try expect(try await centre.get("/v1/cards/12"), is: .malformedRequest)
      try expect(try await centre.act(.block, number, key: "k"), gives: CardActAnswer.self)
      #expect(try await centre.act(.block, number, key: "k").isReplay)
      try expect(try await centre.act(.unblock, number, key: "k"), is: .idempotencyKeyReused)
      try expect(try await centre.act(.unblock, number), is: .fourEyesNeeded)
      try expect(try await centre.act(.block, number), is: .cardBlocked)
      try expect(try await centre.act(.terminated, number), gives: CardActAnswer.self)
      try expect(try await centre.act(.lost, number), is: .cardTerminated)
      // The same key at another card is another request.
      let other = try await centre.paperCard(2, person: 2)
      try expect(try await centre.act(.block, other.number, key: "k"), gives: CardActAnswer.self)
      #expect(try await centre.life(number).acts.count == 2)
    }
  }
}
