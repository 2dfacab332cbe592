import CardApplication
import CardCrypto
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

/// The order in which a payout is checked: with every later fault present too, the earliest one is answered.
@Suite("Order of checks: payouts")
struct PayoutOrderOfChecksTests {
  static let order: [ProblemCode] = [
    .idempotencyKeyMissing, .malformedRequest, .unknownCard, .signatureInvalid, .certificateOfOtherTerminal,
    .payoutKindNotOpen, .idempotencyKeyReused, .logTooEarly, .offlineNotOpen, .counterDecided, .cardFork, .cardBlocked,
    .transactionVoid, .transactionReused, .unknownTerminal, .terminalRevoked, .terminalElsewhere, .lineNotOfPerson,
    .periodNotOpen, .amountOverOpen, .agentLimit, .challengeInvalid, .challengeExpired,
  ]

  @Test("The earliest of all remaining faults", arguments: order.indices)
  func earliest(index: Int) async throws {
    let faults = Set(Self.order[index...])
    try await TestCentre.run { centre in
      let scene = try await Scene(centre, faults)
      try expect(try await scene.answer(), is: Self.order[index])
    }
  }

  @Test("Without a fault it is posted")
  func none() async throws {
    try await TestCentre.run { centre in
      try expect(try await Scene(centre, []).answer(), gives: PayoutAnswer.self)
    }
  }

  @Test("The documented list of codes has the same order")
  func documented() {
    let places = Self.order.compactMap { ProblemCode.allCases.firstIndex(of: $0) }
    #expect(places == places.sorted())
  }
}

/// One payout with a choice of faults. Person 1 has card 1, person 2 card 2.
private struct Scene {
  let centre: TestCentre
  let faults: Set<ProblemCode>
  let ready: Ready
  let other: PaperCard
  let challenge: [UInt8]
  let first: SignedLayout
  /// Not registered.
  let stranger: Terminal

  init(_ centre: TestCentre, _ faults: Set<ProblemCode>) async throws {
    self.centre = centre
    self.faults = faults
    ready = try await centre.ready(amount: 5_000, limit: 3_000)
    other = try await centre.paperCard(2, person: 2)
    try await centre.credit([ListRow(2, 5_000)], list: "T11b")
    challenge = try await centre.challenge(1, ready.card.number, ready.terminal).challenge.octets
    let second = try await centre.order(21, ready.card.number, ready.terminal, amount: 500)
    first = try await centre.pay(20, ready.card, ready.terminal, amount: 500)
    try await centre.pay(faults.contains(.transactionReused) ? 1 : 30, other, ready.terminal, line: 2, amount: 1_000)
    if faults.contains(.transactionVoid) {
      try expect(try await centre.record(1, .void, ready.terminal), gives: RecordAnswer.self)
    }
    if faults.contains(.cardBlocked) {
      try expect(
        try await centre.payout(ready.card.certificate(second, at: ready.terminal).bytes, ready.terminal), is: .cardFork
      )
    }
    if faults.contains(.idempotencyKeyReused) {
      let known = try await centre.payout(first.bytes, ready.terminal, key: "used")
      #expect(known.isReplay)
    }
    if faults.contains(.terminalRevoked) { try await centre.revoke(ready.terminal) }
    if faults.contains(.challengeExpired), !faults.contains(.logTooEarly) { centre.clock.advance(601) }
    stranger = Terminal(
      agent: TestCentre.agent, point: "BD-79-009", province: "79", commune: "26734",
      key: try ECPrivateKey(generate: .p256))
  }

  func answer() async throws -> HTTPAnswer {
    // A terminal that has reported can't be unknown.
    let isUnknown = faults.contains(.unknownTerminal) && !faults.contains(.transactionVoid)
    let sender = isUnknown ? stranger : ready.terminal
    var octets = try certificate(faults.contains(.certificateOfOtherTerminal) ? nil : sender).bytes
    if faults.contains(.malformedRequest) { octets.removeLast() }
    // What is asked of a sending terminal is not asked of who reads a log.
    let isSent = faults.contains(.certificateOfOtherTerminal) || faults.contains(.payoutKindNotOpen)
    let request = PayoutRequest(
      certificate: WireBytes(octets), terminalKeyHash: WireBytes(sender.keyHash),
      fromLog: faults.contains(.logTooEarly) && !isSent)
    let isWithoutKey = faults.contains(.idempotencyKeyMissing)
    let key = faults.contains(.idempotencyKeyReused) ? "used" : centre.freshKey()
    return try await centre.send("/v1/payouts", octets: WireJSON.encode(request), key: isWithoutKey ? nil : key)
  }

  private func certificate(_ terminal: Terminal?) throws -> SignedLayout {
    let card = try faults.contains(.unknownCard) ? centre.unregisteredCard(9, person: 1) : ready.card
    let signer = try faults.contains(.signatureInvalid) ? ECPrivateKey(generate: .p256) : card.key
    let isForked = faults.contains(.cardFork)
    return try card.certificate(
      try order(), at: terminal, counter: faults.contains(.counterDecided) ? 1 : 2,
      previous: isForked ? PaperCard.zeros : first.identity, signer: signer,
      method: faults.contains(.payoutKindNotOpen) ? .canWithOverride : .pin)
  }

  private func order() throws -> PayoutOrder {
    var challenge = challenge
    if faults.contains(.challengeInvalid) { challenge[15] ^= 1 }
    // 4,500 đ are open; the agent has 1,500 đ left of its limit of 3,000 đ.
    var amount: Int64 = faults.contains(.agentLimit) ? 1_501 : 1_500
    if faults.contains(.amountOverOpen) { amount = 4_501 }
    var entries = [
      PayoutEntry(line: 1, period: 202_611, amount: amount, fromReserve: faults.contains(.offlineNotOpen) ? 1 : 0)
    ]
    if faults.contains(.periodNotOpen) { entries.append(PayoutEntry(line: 1, period: 202_612, amount: 1)) }
    if faults.contains(.lineNotOfPerson) { entries.append(PayoutEntry(line: 2, period: 202_611, amount: 1)) }
    return try #require(
      PayoutOrder(
        transactionID: TestCentre.id(1), entries: entries.compactMap { $0 }, terminalTime: centre.clock.seconds,
        hostProvince: faults.contains(.terminalElsewhere) ? 80 : 79, commune: 26_734, mode: .online,
        challenge: challenge))
  }
}
