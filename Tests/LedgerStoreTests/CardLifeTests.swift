import Ledger
import Testing

@testable import LedgerStore

/// The life of a card, in the store and in the reference.
struct CardLifeTests {
  @Test func blockedAndBack() async throws {
    let twin = try await Twin()
    let first = World.posting(1, counter: 1, parts: [World.part(10)])
    #expect(try await twin.posting(first).refusal == nil)
    #expect(try await twin.run(World.act(.block)) == .cardActed(CardActResult(sequence: 1)))
    #expect(try await twin.refusal(World.act(.block)) == .cardBlocked)
    // Ordered before the block, come in after it: refused for good, and nothing is taken from the line.
    let late = World.posting(2, counter: 2, previous: first.identity, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(late)) == .cardBlocked)
    #expect(try await twin.posting(first).refusal == nil, "what was posted before is answered as before")
    #expect(try await twin.run(World.record(2, .paid)) == .recorded(.paidAgainstRefusal))
    #expect(try await twin.run(World.act(.unblock, checker: "Lê B")) == .cardActed(CardActResult(sequence: 2)))
    #expect(try await twin.refusal(World.act(.unblock, checker: "Lê B")) == .cardNotBlocked)
    #expect(try await twin.refusal(.payout(late)) == .cardBlocked, "final")
    let next = World.posting(3, counter: 3, previous: late.identity, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(next)) == nil)
    #expect(try await twin.store.counts().cases == 1)
    try await twin.compare()
  }

  @Test func fourEyes() async throws {
    let twin = try await Twin()
    for checker in ["", "Nguyễn A", "NGUYỄN a", "  nguyễn  a "] {
      #expect(try await twin.refusal(World.act(.unblock, checker: checker)) == .fourEyesNeeded)
      #expect(
        try await twin.refusal(World.registration(card: 2, person: 1, replaces: 1, checker: checker))
          == .fourEyesNeeded)
      #expect(try await twin.refusal(World.pinRecord(.unblocked, checker: checker)) == .fourEyesNeeded)
      // One person may block and report; who names a checker must name another.
      #expect(try await twin.refusal(World.act(.block, checker: checker)) == (checker.isEmpty ? nil : .fourEyesNeeded))
    }
    #expect(try await twin.refusal(World.pinRecord()) == nil)
    #expect(try await twin.refusal(World.pinRecord()) == .fourEyesNeeded, "the second time two persons")
    #expect(try await twin.refusal(World.pinRecord(checker: "Lê B")) == nil)
    #expect(try await twin.refusal(World.pinRecord(card: 9)) == .unknownCard)
    try await twin.compare(cards: 2)
  }

  @Test func lostIsForGood() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(World.act(.block)) == nil)
    #expect(try await twin.refusal(World.act(.lost)) == nil)
    #expect(try await twin.refusal(World.act(.lost)) == .blockFinal)
    #expect(try await twin.refusal(World.act(.unblock, checker: "Lê B")) == .blockFinal)
    #expect(try await twin.refusal(World.act(.block)) == .cardBlocked)
    #expect(try await twin.refusal(World.registration(card: 2, person: 1)) == .personHasCard)
    #expect(try await twin.refusal(World.registration(card: 2, person: 1, replaces: 1)) == nil)
    for kind in [CardActKind.block, .unblock, .lost, .returned, .terminated] {
      #expect(try await twin.refusal(World.act(kind, checker: "Lê B")) == .cardTerminated)
    }
    #expect(
      try await twin.refusal(.payout(World.posting(1, counter: 1, parts: [World.part(1)]))) == .cardTerminated)
    #expect(try await twin.refusal(.payout(World.posting(2, card: 2, counter: 1, parts: [World.part(1)]))) == nil)
    try await twin.compare(cards: 2)
  }

  @Test func aContradictionIsForGood() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(.payout(World.posting(1, counter: 1, parts: [World.part(1)]))) == nil)
    #expect(try await twin.refusal(World.act(.block)) == nil)
    let fork = World.posting(2, counter: 1, parts: [World.part(2)])
    #expect(try await twin.refusal(.payout(fork)) == .counterDecided)
    #expect(try await twin.refusal(World.act(.unblock, checker: "Lê B")) == .blockFinal)
    #expect(try await twin.store.life(card: World.card(1))?.acts.map(\.kind) == [.block, .fork])
    #expect(try await twin.refusal(World.registration(card: 2, person: 1, replaces: 1)) == nil)
    // The dead card contradicts itself again: a case, and the card stays dead.
    let again = World.posting(3, counter: 1, parts: [World.part(3)])
    #expect(try await twin.refusal(.payout(again)) == .counterDecided)
    #expect(try await twin.store.card(World.card(1))?.state == .terminated)
    #expect(try await twin.store.counts().cases == 2)
    try await twin.compare(cards: 2)
  }

  /// Everything is wrong at once; each repair uncovers the next reason of the documented order.
  @Test func registrationsInOrder() async throws {
    let twin = try await Twin()
    try await twin.run(World.registration(card: 2, person: 2))
    func refusal(_ card: Int, _ person: Int, _ old: Int?, _ checker: String = "Lê B") async throws -> RefusalCode? {
      try await twin.refusal(World.registration(card: card, person: person, replaces: old, checker: checker))
    }
    #expect(try await refusal(1, 1, 9, "") == .fourEyesNeeded)
    #expect(try await refusal(1, 1, 9) == .cardKnown)
    #expect(try await refusal(3, 1, 9) == .personHasCard)
    #expect(try await refusal(3, 1, 2) == .personHasCard)
    #expect(try await refusal(3, 3, 2) == .cardOfOtherPerson)
    #expect(try await refusal(3, 3, 9) == .unknownCard)
    #expect(try await refusal(3, 1, 1) == nil)
    #expect(try await refusal(4, 1, 1) == .personHasCard)
    #expect(try await twin.refusal(World.act(.terminated, card: 3)) == nil)
    #expect(try await refusal(4, 1, 1) == .cardTerminated, "it has a successor")
    #expect(try await refusal(4, 1, 3) == nil, "ended, and nothing took its place yet")
    #expect(try await twin.refusal(World.act(.returned, card: 4)) == nil)
    #expect(try await twin.refusal(World.registration(card: 5, person: 1)) == nil, "nothing to replace")
    let life = try await twin.store.life(card: World.card(3))
    #expect(life?.replaces == World.card(1) && life?.replacedBy == World.card(4))
    try await twin.compare(cards: 5)
  }

  @Test func aReplacementIsOneStepAndIsAnsweredAgain() async throws {
    let twin = try await Twin()
    let request = twin.request(World.registration(card: 2, person: 1, replaces: 1, kind: .renewed))
    let first = try await twin.run([request])[0]
    #expect(first.outcome == .registered && !first.replayed)
    let again = try await twin.run([request])[0]
    #expect(again.replayed && again.body == first.body)
    #expect(try await twin.store.life(card: World.card(1))?.acts.map(\.kind) == [.renewed])
    // Refused because of another card: the same request is good once that card is gone.
    let stuck = twin.request(World.registration(card: 3, person: 1))
    #expect(try await twin.run([stuck])[0].outcome.refusal?.code == .personHasCard)
    try await twin.run(World.act(.returned, card: 2))
    #expect(try await twin.run([stuck])[0].outcome == .registered)
    try await twin.compare(cards: 3)
  }

  @Test func malformed() async throws {
    let twin = try await Twin()
    let long = String(repeating: "x", count: 141)
    for command in [
      World.act(.fork), World.act(.renewed), World.act(.replacedLost), World.act(.block, reason: ""),
      World.act(.block, reason: long), World.act(.block, reason: "a\nb"), World.act(.block, maker: ""),
      World.act(.block, checker: long), World.registration(card: 2, person: 1, replaces: 2),
      World.registration(card: 2, person: 1, replaces: 1, kind: .block), World.pinRecord(maker: ""),
    ] {
      #expect(try await twin.refusal(command) == .malformed)
    }
    try await twin.compare(cards: 2)
  }
}
