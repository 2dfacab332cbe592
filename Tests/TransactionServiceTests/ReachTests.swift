import CardApplication
import CardCrypto
import CentreTestSupport
import GRDB
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

/// Each problem code from outside, over HTTP. The switches are exhaustive: a code without a test does not compile.
@Suite("Every problem code can be reached")
struct ReachTests {
  @Test("Status, both texts, media type", arguments: ProblemCode.allCases)
  func reach(code: ProblemCode) async throws {
    do {
      try await TestCentre.run(audits: ![.unavailable, .journalAwaited].contains(code)) { centre in
        try expect(try await provoke(code, centre), is: code)
      }
    } catch LedgerStoreError.stopped where code == .unavailable {
      // A service whose store has stopped ends by itself.
    }
  }

  @Test("No two codes share their texts by accident, and all statuses are promised")
  func texts() {
    #expect(Set(promisedStatus.keys) == Set(ProblemCode.allCases))
    for code in ProblemCode.allCases { #expect(code.status == promisedStatus[code]) }
    let details = ProblemCode.allCases.map { $0.text.detail.vi }
    #expect(Set(details).count == details.count)
    #expect(
      Set(ProblemCode.allCases.filter(\.isRetryable)) == [
        .tooManyRequests, .requestInFlight, .logTooEarly, .termNotOver, .payoutNotPaid, .releaseTooEarly,
        .journalAwaited, .unavailable,
      ])
  }

  private func provoke(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    switch code {
    case .malformedRequest: return try await centre.send("/v1/agents", octets: Array("{".utf8), key: "k")
    case .idempotencyKeyMissing:
      return try await centre.send(
        "/v1/agents", octets: WireJSON.encode(AgentRequest(agent: "A", onlineLimit: 0)), key: nil)
    case .idempotencyKeyReused:
      _ = try await centre.post("/v1/agents", AgentRequest(agent: "A", onlineLimit: 0), key: "k")
      return try await centre.post("/v1/agents", AgentRequest(agent: "B", onlineLimit: 0), key: "k")
    case .requestInFlight: return try await InFlightTests.twice(centre).early
    case .notFound: return try await centre.get("/v1/nothing/here")
    case .tooManyRequests, .notAuthenticated, .notPermitted, .notTheTerminal, .notTheOfficial:
      return try await ReachAccess.provoke(code)
    case .bodyTooLarge:
      return try await centre.send("/v1/payouts", octets: [UInt8](repeating: 0x20, count: 1 << 20 + 1), key: "k")
    case .unavailable:
      await centre.store.close()
      return try await centre.post("/v1/agents", AgentRequest(agent: "A", onlineLimit: 0))
    case .amountOverflow: return try await overflow(centre)
    case .listRefused, .listTooLong, .duplicateItem, .unknownList, .fundTooLow: return try await list(code, centre)
    case .listChecked, .listUnchecked, .listOfOtherRules, .listApproved, .listUnapproved:
      return try await cycle(code, centre)
    case .listSealed, .listAbandoned, .listRowsKnown, .listOpen, .listIncomplete:
      return try await stagedList(code, centre)
    case .alreadyRegistered, .unknownAgent, .certificateNotTrusted, .unknownCard, .unknownTerminal, .terminalRevoked,
      .terminalElsewhere:
      return try await registration(code, centre)
    case .signatureInvalid, .certificateOfOtherTerminal, .payoutKindNotOpen, .challengeInvalid, .challengeExpired,
      .logTooEarly, .offlineNotOpen:
      return try await certificate(code, centre)
    case .cardBlocked, .cardFork, .counterDecided, .transactionVoid, .transactionReused:
      return try await conflict(code, centre)
    case .fourEyesNeeded, .personHasCard, .cardOfOtherPerson, .cardTerminated, .cardNotBlocked, .blockFinal,
      .cardInUse, .reserveEmpty, .releaseTooEarly:
      return try await provokeCard(code, centre)
    case .historyDiffers, .journalAwaited, .journalNotAwaited: return try await provokeChain(code, centre)
    case .programmeExcluded, .monthOverRule: return try await provokeListRule(code, centre)
    case .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed, .funeralCredited:
      return try await provokeClaim(code, centre)
    case .unknownLine, .lineSuspended, .lineNotSuspended, .lineEnded, .monthAfterEnd,
      .programmeSuspended, .termOver, .personDiffers:
      return try await provokeLine(code, centre)
    case .unknownItem, .amountNotLower, .termNotOver, .nothingUncollected, .unknownReceivable, .amountOverRest,
      .amountOverPaid, .receivableElsewhere, .unknownDeduction, .deductionStopped, .shareTooHigh:
      return try await provokeItem(code, centre)
    case .unknownPerson, .deathKnown, .personNotDead, .personDead, .heirDead, .nothingToInherit, .funeralKnown,
      .paperKnown, .representativeKnown, .unknownPaper, .representativeExpired, .representativeNotCovering,
      .presenceNotAttested, .presenceNotOwn, .identityKnown, .notAppointed, .administratorFirst,
      .lastAdministrator, .alreadyAppointed, .roleNotHeld:
      return try await people(code, centre)
    case .dayOutOfLife, .notInsured, .coPaymentKnown: return try await provokeHealth(code, centre)
    case .inheritanceStands, .funeralStands: return try await provokeDeath(code, centre)
    case .agentPaymentKnown: return try await provokeAgentPayment(centre)
    case .collectionOver: return try await provokeTerm(centre)
    case .unknownPayout, .payoutReversed, .payoutNotPaid: return try await provokeCounter(code, centre)
    case .cardReasonNeeded, .handPaidBefore: return try await provokeByHand(code, centre)
    case .unknownTransfer, .transferConfirmed, .transferRejected, .transferAmount, .transferKnown,
      .transferUnconfirmed, .transferReturned, .holderDiffers:
      return try await provokeTransfer(code, centre)
    case .shiftOpen, .unknownShift, .shiftClosed: return try await provokeShift(code, centre)
    case .visitOverLimit, .cardVisitsOver, .terminalOverLimit: return try await provokeLimit(code, centre)
    case .lineNotOfPerson, .periodNotOpen, .amountOverOpen, .agentLimit: return try await money(code, centre)
    case .recordOfOtherTerminal, .alreadyPaid, .nothingToVoid, .completionOrder: return try await record(code, centre)
    }
  }

  /// A fund near the end of Int64, as after centuries of funding: written past the service, so the audit would find it.
  private func overflow(_ centre: TestCentre) async throws -> HTTPAnswer {
    let most: Int64 = 1_000_000_000_000_000
    let request = FundingRequest(
      unit: "BHXH-19", funder: "QHTTT@VN", amount: most, reference: "UNC", hands: TestCentre.hands)
    try expect(try await centre.post("/v1/fundings", request), gives: BookedAnswer.self)
    try await centre.write("UPDATE account SET debits = debits + \(Int64.max - most) WHERE debits > 0")
    let answer = try await centre.post("/v1/fundings", request)
    try await centre.write("UPDATE account SET debits = debits - \(Int64.max - most) WHERE debits > 0")
    return answer
  }

  private func list(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    switch code {
    case .listRefused: return try await centre.importList([ListRow(1, 0)])
    case .listTooLong: return try await centre.importList((1...1_001).map { ListRow($0, 1) })
    case .duplicateItem:
      try expect(try await centre.importList([ListRow(1, 1)], list: "A"), gives: ListAnswer.self)
      return try await centre.importList([ListRow(1, 1)], list: "B")
    case .unknownList: return try await centre.post("/v1/payment-lists/T11/credits", [String]())
    default:
      try expect(try await centre.importList([ListRow(1, 1)]), gives: ListAnswer.self)
      let hand = ListHandRequest(actor: "Lê B")
      try expect(try await centre.post("/v1/payment-lists/T11/check", hand), gives: RegisteredAnswer.self)
      return try await centre.post("/v1/payment-lists/T11/approval", hand)
    }
  }

  private func stagedList(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    try expect(try await centre.importRows([ListRow(1, 1)], list: "T11"), gives: ListRowsAnswer.self)
    let path = "/v1/payment-lists/T11"
    switch code {
    case .listRowsKnown: return try await centre.importRows([ListRow(2, 1)], list: "T11")
    case .listOpen: return try await centre.post(path + "/credits", [String]())
    case .listIncomplete: return try await centre.post(path + "/seal", ListSealRequest(items: 2, amount: 1, maker: "A"))
    case .listAbandoned:
      try expect(try await centre.post(path + "/abandonment", [String]()), gives: ListAbandonAnswer.self)
      return try await centre.importRows([ListRow(2, 1)], list: "T11", first: 2)
    default:
      try expect(
        try await centre.post(path + "/seal", ListSealRequest(items: 1, amount: 1, maker: "A")),
        gives: ListStateAnswer.self)
      return try await centre.importRows([ListRow(2, 1)], list: "T11", first: 2)
    }
  }

  private func cycle(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    try expect(try await centre.importList([ListRow(1, 1)]), gives: ListAnswer.self)
    let path = "/v1/payment-lists/T11"
    let hand = ListHandRequest(actor: "Lê B")
    switch code {
    case .listUnapproved: return try await centre.post(path + "/credits", [String]())
    case .listUnchecked: return try await centre.post(path + "/approval", hand)
    case .listOfOtherRules:
      try await centre.write("UPDATE list_rules SET rules = CAST(rules || x'00' AS BLOB)")
      let answer = try await centre.post(path + "/check", hand)
      try await centre.write("UPDATE list_rules SET rules = CAST(substr(rules, 1, 32) AS BLOB)")
      return answer
    case .listChecked:
      try expect(try await centre.post(path + "/check", hand), gives: RegisteredAnswer.self)
      return try await centre.post(path + "/check", hand)
    default:
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 1_000, reference: "x", hands: TestCentre.hands)
      try expect(try await centre.post("/v1/fundings", funding), gives: BookedAnswer.self)
      try await centre.approve("T11")
      return try await centre.post(path + "/approval", hand)
    }
  }

  private func registration(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    switch code {
    case .alreadyRegistered:
      try await centre.registerAgent()
      return try await centre.post("/v1/agents", AgentRequest(agent: TestCentre.agent, onlineLimit: 1))
    case .unknownAgent:
      let request = AdvanceRequest(
        agent: "NOBODY", unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, hands: TestCentre.hands)
      return try await centre.post("/v1/advances", request)
    case .certificateNotTrusted:
      let card = try centre.unregisteredCard(1, person: 1)
      let other = try centre.unregisteredCard(2, person: 1)
      return try await centre.post("/v1/cards", TestCentre.request(card, certificate: other.der))
    case .unknownCard: return try await centre.get("/v1/cards/9900000000000015/payable")
    default: break
    }
    let ready = try await centre.ready()
    let stranger = Terminal(
      agent: "A", point: "P", province: "79", commune: "26734", key: try ECPrivateKey(generate: .p256))
    switch code {
    case .unknownTerminal: return try await centre.record(1, .void, stranger)
    case .terminalRevoked:
      try await centre.revoke(ready.terminal)
      return try await centre.record(1, .void, ready.terminal)
    default:
      let order = try await centre.order(1, ready.card.number, ready.terminal, province: 80)
      return try await centre.payout(ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal)
    }
  }

  private func certificate(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let (card, terminal) = (ready.card, ready.terminal)
    switch code {
    case .offlineNotOpen:
      let order = try await centre.order(1, card.number, terminal, challenge: [], mode: .offline)
      return try await centre.payout(card.certificate(order, at: terminal).bytes, terminal)
    case .challengeInvalid:
      let order = try await centre.order(1, card.number, terminal, challenge: [UInt8](repeating: 9, count: 16))
      return try await centre.payout(card.certificate(order, at: terminal).bytes, terminal)
    default: break
    }
    let order = try await centre.order(1, card.number, terminal)
    switch code {
    case .signatureInvalid:
      let stranger = try ECPrivateKey(generate: .p256)
      return try await centre.payout(card.certificate(order, at: terminal, signer: stranger).bytes, terminal)
    case .certificateOfOtherTerminal:
      return try await centre.payout(card.certificate(order, at: try await centre.terminal()).bytes, terminal)
    case .payoutKindNotOpen:
      return try await centre.payout(
        card.certificate(order, at: terminal, method: .canWithOverride).bytes, terminal)
    case .challengeExpired:
      centre.clock.advance(601)
      return try await centre.payout(card.certificate(order, at: terminal).bytes, terminal)
    default: return try await centre.payout(card.certificate(order, at: terminal).bytes, terminal, fromLog: true)
    }
  }

  private func conflict(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let (card, terminal) = (ready.card, ready.terminal)
    func next(_ id: UInt8, counter: UInt32, previous: [UInt8] = PaperCard.zeros) async throws -> HTTPAnswer {
      let order = try await centre.order(id, card.number, terminal, amount: 1_001)
      return try await centre.payout(
        card.certificate(order, at: terminal, counter: counter, previous: previous).bytes, terminal)
    }
    if code == .transactionVoid {
      let order = try await centre.order(1, card.number, terminal)
      try expect(try await centre.record(1, .void, terminal), gives: RecordAnswer.self)
      return try await centre.payout(card.certificate(order, at: terminal).bytes, terminal)
    }
    let third = try await centre.order(3, card.number, terminal)
    let first = try await centre.pay(1, card, terminal)
    if code == .transactionReused { return try await next(1, counter: 2, previous: first.identity) }
    let fork = try await next(2, counter: 1)
    if code == .cardFork { return fork }
    if code == .counterDecided {
      return try await centre.payout(card.certificate(third, at: terminal, counter: 1).bytes, terminal)
    }
    let request = ChallengeRequest(
      transactionID: WireBytes(TestCentre.id(4)), cardNumber: card.number.digits,
      terminalKeyHash: WireBytes(terminal.keyHash))
    return try await centre.post("/v1/challenges", request)
  }

  private func money(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready(limit: code == .agentLimit ? 999 : 1_000_000)
    let line: UInt32 = code == .lineNotOfPerson ? 2 : 1
    let period: UInt32 = code == .periodNotOpen ? 202_612 : 202_611
    let amount: Int64 = code == .amountOverOpen ? 3_000_001 : 1_000
    let order = try await centre.order(
      1, ready.card.number, ready.terminal, line: line, period: period, amount: amount)
    return try await centre.payout(ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal)
  }

  private func record(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let (card, terminal) = (ready.card, ready.terminal)
    switch code {
    case .recordOfOtherTerminal:
      try await centre.pay(1, card, terminal)
      return try await centre.record(1, .void, try await centre.terminal(province: "01", commune: "00004"))
    case .alreadyPaid:
      let certificate = try await centre.pay(1, card, terminal)
      let paid = try await centre.record(1, .paid, terminal, of: certificate.identity)
      try expect(paid, gives: RecordAnswer.self)
      return try await centre.record(1, .void, terminal, of: certificate.identity)
    case .nothingToVoid:
      let order = try await centre.order(1, card.number, terminal, amount: 3_000_001)
      let refused = try await centre.payout(card.certificate(order, at: terminal).bytes, terminal)
      try expect(refused, is: .amountOverOpen)
      return try await centre.record(1, .void, terminal)
    default:
      let receipt = CompletionReceipt(
        cardNumber: card.number, keyID: keyIdentifier(ofPoint: card.key.publicKey.point), serial: 7,
        completionHash: PaperCard.zeros, counter: 0, lastCertificateHash: PaperCard.zeros, lines: [], pinGeneration: 1,
        state: .active)
      let signed = try SignedLayout(signing: receipt.body, with: card.key)
      return try await centre.post("/v1/receipts", ReceiptRequest(receipt: WireBytes(signed.bytes)))
    }
  }
}
