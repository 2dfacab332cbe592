import Ledger
import Testing

@testable import LedgerStore

/// Each refusal code, in the store and in the reference.
struct RefusalTests {
  @Test func keyReusedWithAnotherPayload() async throws {
    let twin = try await Twin()
    let command = LedgerCommand.fund(
      Funding(unit: World.social19, funder: World.pension, amount: 5, reference: "UNC", hands: World.hands()))
    let first = try await twin.run([World.request("k", command, payload: 1)])[0]
    let again = try await twin.run([World.request("k", command, payload: 2)])[0]
    #expect(again.outcome.refusal?.code == .idempotencyKeyReused)
    #expect(again.head == first.head)
    let replay = try await twin.run([World.request("k", command, payload: 1)])[0]
    #expect(replay.replayed)
    #expect(replay.body == first.body)
    try await twin.compare()
  }

  @Test func malformed() async throws {
    let twin = try await Twin()
    let bad: [LedgerCommand] = [
      .fund(Funding(unit: World.social19, funder: World.pension, amount: 0, reference: "x", hands: World.hands())),
      .fund(
        Funding(
          unit: World.social19, funder: World.pension, amount: Money.highestAmount + 1, reference: "x",
          hands: World.hands())),
      .fund(Funding(unit: World.social19, funder: World.pension, amount: 1, reference: "", hands: World.hands())),
      .registerAgent(AgentRegistration(agent: "A/B", onlineLimit: 0)),
      .registerAgent(AgentRegistration(agent: "A", onlineLimit: -1)),
      .revokeTerminal(keyHash: [1]),
      .importItems(ItemImport(wholeList: "L", rows: [], maker: "Nguyễn A")),
      .importItems(
        ItemImport(wholeList: "L", rows: Array(repeating: World.row(1, 1), count: 1_001), maker: "Nguyễn A")),
      .importItems(ItemImport(wholeList: "L", rows: [World.row(1, 1)], maker: "")),
      .sealList(ListSeal(list: "L", items: 1, amount: 1, maker: "")),
      .checkList(ListHand(list: "L", actor: "")), .approveCycle(ListHand(list: "", actor: "Lê B")),
      .creditCycle(CycleCredit(list: "L", limit: 1_001)),
      .allotCompletionSerial(card: "12"),
      .payout(World.posting(1, counter: 1, parts: [])),
      .payout(World.posting(1, counter: 1, parts: [World.part(0)])),
      .payout(World.posting(1, counter: 1, parts: [World.part(1), World.part(1)])),
      .payout(World.posting(1, counter: 1, parts: [World.part(1, fromReserve: 2)])),
      .payout(World.posting(1, counter: 1, parts: (1...5).map { World.part(1, line: $0) })),
    ]
    for command in bad { #expect(try await twin.refusal(command) == .malformed) }
    let early = World.ready[0]
    #expect(try await twin.run(early, at: -1).refusal?.code == .malformed)
    try await twin.compare()
  }

  @Test func registrations() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(World.ready[0]) == .agentKnown)
    #expect(try await twin.refusal(World.terminal(1)) == .terminalKnown)
    #expect(try await twin.refusal(World.terminal(9, agent: "NONE")) == .unknownAgent)
    #expect(try await twin.refusal(World.registration(card: 1, person: 2)) == .cardKnown)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(9))) == .unknownTerminal)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(1))) == nil)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(1))) == .terminalRevoked)
    let topUp = AgentTopUp(agent: "NONE", unit: World.social19, funder: World.pension, amount: 1, hands: World.hands())
    #expect(try await twin.refusal(.topUpAgent(topUp)) == .unknownAgent)
    try await twin.compare()
  }

  @Test func lists() async throws {
    let twin = try await Twin()
    let rows = [World.row(2, 10), World.row(3, 10), World.row(1, 10)]
    let again = try await twin.run(.importItems(ItemImport(wholeList: "T11b", rows: rows, maker: "Nguyễn A")))
    #expect(again == .refused(LedgerRefusal(.duplicateItem, place: 2)))
    let inside = [World.row(2, 10), World.row(2, 11)]
    #expect(
      try await twin.run(.importItems(ItemImport(wholeList: "T11b", rows: inside, maker: "Nguyễn A")))
        == .refused(LedgerRefusal(.duplicateItem, place: 1)))
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "T11b"))) == .unknownList)
    #expect(try await twin.store.counts().persons == 1)
    let big = [World.row(2, 99_000_000), World.row(3, 99_000_000)]
    #expect(try await twin.refusal(.importItems(ItemImport(wholeList: "T11c", rows: big, maker: "Nguyễn A"))) == nil)
    try await twin.run(.checkList(ListHand(list: "T11c", actor: "Lê B")))
    #expect(try await twin.refusal(.approveCycle(ListHand(list: "T11c", actor: "Lê B"))) == .fundTooLow)
    #expect(try await twin.refusal(.creditCycle(CycleCredit(list: "T11c", limit: 1))) == .listUnapproved)
    #expect(
      try await twin.run(.creditCycle(CycleCredit(list: "T11")))
        == .credited(CreditResult(items: 0, amount: 0, remaining: 0)))
    try await twin.compare()
  }

  @Test func payoutsThatMayComeAgain() async throws {
    let twin = try await Twin()
    let unknown = World.posting(1, card: 2, counter: 1, parts: [World.part(1)])
    #expect(try await twin.refusal(.payout(unknown)) == .unknownCard)
    let offline = World.posting(2, counter: 1, parts: [World.part(1, fromReserve: 1)], mode: .offline)
    #expect(try await twin.refusal(.payout(offline)) == .offlineNotOpen)
    #expect(try await twin.refusal(World.registration(card: 2, person: 1, replaces: 1)) == nil)
    #expect(try await twin.refusal(.payout(unknown)) == nil)
    try await twin.compare(cards: 2)
  }

  @Test func forkByCounter() async throws {
    let twin = try await Twin()
    let first = World.posting(1, counter: 5, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(first)) == nil)
    let other = World.posting(2, counter: 5, parts: [World.part(10)], salt: 1)
    #expect(try await twin.refusal(.payout(other)) == .cardFork)
    #expect(try await twin.store.card(World.card(1))?.state == .blocked)
    let third = World.posting(3, counter: 5, parts: [World.part(10)], salt: 2)
    #expect(try await twin.refusal(.payout(third)) == .counterDecided)
    let next = World.posting(4, counter: 6, previous: first.identity, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(next)) == .cardBlocked)
    #expect(try await twin.posting(first).refusal == nil)
    try await twin.compare()
  }

  @Test(arguments: [true, false])
  func forkByPreviousHash(_ successorFirst: Bool) async throws {
    let twin = try await Twin()
    let first = World.posting(1, counter: 1, parts: [World.part(10)])
    let stray = World.posting(2, counter: 2, previous: World.terminalKey(9), parts: [World.part(10)])
    let order = successorFirst ? [stray, first] : [first, stray]
    #expect(try await twin.refusal(.payout(order[0])) == nil)
    #expect(try await twin.refusal(.payout(order[1])) == .cardFork)
    #expect(try await twin.refusal(.payout(order[1])) == .cardFork)
    #expect(try await twin.store.counts().cases == 1)
    try await twin.compare()
  }

  @Test func aGapIsNoFork() async throws {
    let twin = try await Twin()
    let late = World.posting(2, counter: 7, previous: World.terminalKey(9), parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(World.posting(1, counter: 1, parts: [World.part(10)]))) == nil)
    #expect(try await twin.refusal(.payout(late)) == nil)
    try await twin.compare()
  }

  @Test func terminals() async throws {
    let twin = try await Twin()
    let one = World.posting(1, counter: 1, parts: [World.part(10)], terminal: 9)
    #expect(try await twin.refusal(.payout(one)) == .unknownTerminal)
    let two = World.posting(2, counter: 3, parts: [World.part(10)], terminal: 2)
    #expect(try await twin.refusal(.payout(two)) == .terminalElsewhere)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(1))) == nil)
    let three = World.posting(3, counter: 5, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(three)) == .terminalRevoked)
    #expect(try await twin.refusal(World.terminal(9)) == nil)
    #expect(try await twin.refusal(.payout(one)) == .unknownTerminal)
    #expect(try await twin.store.payoutStatus(World.id(1)).state == .refused(.unknownTerminal))
    try await twin.compare()
  }

  @Test func amounts() async throws {
    let twin = try await Twin()
    func refusal(_ counter: UInt32, _ parts: [PayoutAllocation]) async throws -> LedgerRefusal? {
      try await twin.posting(World.posting(Int(counter), counter: counter, parts: parts)).refusal
    }
    #expect(try await refusal(1, [World.part(1), World.part(1, line: 2)]) == LedgerRefusal(.lineNotOfPerson, place: 1))
    #expect(try await refusal(3, [World.part(1, period: 202_612)]) == LedgerRefusal(.periodNotOpen, place: 0))
    #expect(try await refusal(5, [World.part(3_000_001)]) == LedgerRefusal(.amountOverOpen, place: 0))
    let mixed = [World.part(9_000_000), World.part(1, period: 202_612), World.part(1, line: 9)]
    #expect(try await refusal(7, mixed) == LedgerRefusal(.lineNotOfPerson, place: 2))
    #expect(try await refusal(9, [World.part(3_000_000)]) == nil)
    #expect(try await refusal(11, [World.part(1)]) == LedgerRefusal(.amountOverOpen, place: 0))
    try await twin.compare()
  }

  /// Everything is wrong at once; each repair uncovers the next reason of the documented order.
  @Test func theLowestReasonIsAnswered() async throws {
    let twin = try await Twin()
    try await twin.run(World.record(1, .void, terminal: 2))
    try await twin.run(.revokeTerminal(keyHash: World.terminalKey(2)))
    var found: [RefusalCode?] = []
    func send(_ posting: PayoutPosting) async throws { found.append(try await twin.refusal(.payout(posting))) }
    let bad = [World.part(9_000_000), World.part(1, line: 9)]
    try await send(World.posting(1, card: 3, counter: 1, parts: bad, terminal: 2, province: "31", mode: .offline))
    try await send(World.posting(1, counter: 1, parts: bad, terminal: 2, province: "31", mode: .offline))
    try await send(World.posting(1, counter: 1, parts: bad, terminal: 2, province: "31"))
    try await send(World.posting(1, counter: 3, parts: bad, terminal: 9, province: "31"))
    try await send(World.posting(2, counter: 5, parts: bad, terminal: 9, province: "31"))
    try await send(World.posting(3, counter: 7, parts: bad, terminal: 2, province: "31"))
    try await send(World.posting(4, counter: 9, parts: bad, province: "31"))
    try await send(World.posting(5, counter: 11, parts: bad))
    try await send(World.posting(6, counter: 13, parts: [bad[0], World.part(1, period: 202_612)]))
    try await send(World.posting(7, counter: 15, parts: [bad[0]]))
    let fork = World.posting(1, counter: 16, previous: World.terminalKey(7), parts: bad, terminal: 2, province: "31")
    try await send(fork)
    try await send(World.posting(1, counter: 18, parts: bad, terminal: 2, province: "31"))
    #expect(
      found == [
        .unknownCard, .offlineNotOpen, .transactionVoid, .transactionReused, .unknownTerminal, .terminalRevoked,
        .terminalElsewhere, .lineNotOfPerson, .periodNotOpen, .amountOverOpen, .cardFork, .cardBlocked,
      ])
    try await twin.compare()
  }

  @Test func agentLimit() async throws {
    let twin = try await Twin()
    let rows = [World.row(1, 9_000_000, period: 202_612)]
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T12")
    try await twin.run(.creditCycle(CycleCredit(list: "T12")))
    let over = World.posting(1, counter: 1, parts: [World.part(6_000_001, period: 202_612)])
    #expect(try await twin.refusal(.payout(over)) == .agentLimit)
    let full = World.posting(2, counter: 3, parts: [World.part(6_000_000, period: 202_612)])
    #expect(try await twin.refusal(.payout(full)) == nil)
    let more = World.posting(3, counter: 5, parts: [World.part(1)])
    #expect(try await twin.refusal(.payout(more)) == .agentLimit)
    try await twin.compare()
  }

  @Test func transactionIDs() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(.payout(World.posting(1, counter: 1, parts: [World.part(10)]))) == nil)
    let reused = World.posting(1, counter: 3, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(reused)) == .transactionReused)
    #expect(try await twin.run(World.record(2, .void)) == .recorded(.voidUnposted))
    #expect(try await twin.store.payoutStatus(World.id(2)) == PayoutStatus(state: .unknown, verdict: .void))
    let void = World.posting(2, counter: 5, parts: [World.part(10)])
    #expect(try await twin.refusal(.payout(void)) == .transactionVoid)
    try await twin.compare()
  }

  @Test func records() async throws {
    let twin = try await Twin()
    try await twin.run(.payout(World.posting(1, counter: 1, parts: [World.part(10)])))
    #expect(try await twin.refusal(World.record(1, .paid, terminal: 9)) == .unknownTerminal)
    #expect(try await twin.refusal(World.record(1, .paid, terminal: 2)) == .recordOfOtherTerminal)
    #expect(try await twin.run(World.record(1, .paid)) == .recorded(.paid))
    #expect(try await twin.run(World.record(1, .paid)) == .recorded(.paid))
    #expect(try await twin.refusal(World.record(1, .void)) == .alreadyPaid)
    try await twin.run(.payout(World.posting(2, counter: 3, parts: [World.part(10)])))
    #expect(try await twin.run(World.record(2, .void)) == .recorded(.voided(returned: 10)))
    #expect(try await twin.run(World.record(2, .void)) == .recorded(.voided(returned: 10)))
    #expect(try await twin.refusal(World.record(2, .void, salt: 1)) == .alreadyVoid)
    #expect(try await twin.refusal(World.record(2, .paid)) == .alreadyVoid)
    try await twin.run(.payout(World.posting(3, counter: 5, parts: [World.part(9_000_000)])))
    #expect(try await twin.refusal(World.record(3, .void)) == .nothingToVoid)
    #expect(try await twin.refusal(World.record(3, .paid)) == .alreadyVoid)
    try await twin.run(.payout(World.posting(4, counter: 7, parts: [World.part(9_000_000)])))
    #expect(try await twin.run(World.record(4, .paid)) == .recorded(.paidAgainstRefusal))
    #expect(try await twin.run(World.record(5, .paid)) == .recorded(.paidUnposted))
    let late = try await twin.posting(World.posting(5, counter: 9, parts: [World.part(10)]))
    guard case .posted(let result) = late else {
      Issue.record("not posted: \(late)")
      return
    }
    #expect(result.paidBefore)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(1))) == nil)
    #expect(try await twin.refusal(World.record(9, .void)) == .terminalRevoked)
    try await twin.compare()
  }

  @Test func completions() async throws {
    let twin = try await Twin()
    func issue(_ serial: UInt32, _ body: UInt8 = 1) -> LedgerCommand {
      .issueCompletion(CompletionIssue(card: World.card(1), serial: serial, body: [body], signature: [1]))
    }
    func receipt(_ serial: UInt32, _ body: UInt8 = 1) -> LedgerCommand {
      .recordReceipt(CompletionReceipt(card: World.card(1), serial: serial, receipt: [body]))
    }
    #expect(try await twin.refusal(.allotCompletionSerial(card: World.card(2))) == .unknownCard)
    #expect(try await twin.refusal(issue(0)) == .serialNotAllotted)
    #expect(try await twin.refusal(issue(1)) == .serialNotAllotted)
    for serial in 1...3 as ClosedRange<UInt32> {
      #expect(try await twin.run(.allotCompletionSerial(card: World.card(1))) == .serialAllotted(serial))
    }
    #expect(try await twin.run(issue(2)) == .completion(serial: 2))
    #expect(try await twin.run(issue(2)) == .completion(serial: 2))
    #expect(try await twin.refusal(issue(2, 9)) == .serialOutOfOrder)
    #expect(try await twin.refusal(issue(1)) == .serialOutOfOrder)
    #expect(try await twin.refusal(receipt(1)) == .unknownCompletion)
    #expect(try await twin.store.lastCompletion(card: World.card(1))?.isAcknowledged == false)
    #expect(try await twin.run(receipt(2)) == .completion(serial: 2))
    #expect(try await twin.run(receipt(2)) == .completion(serial: 2))
    #expect(try await twin.refusal(receipt(2, 9)) == .receiptKnown)
    #expect(try await twin.store.lastCompletion(card: World.card(1))?.isAcknowledged == true)
    try await twin.compare()
  }

  @Test func cardUpdates() async throws {
    let twin = try await Twin()
    func post(_ id: UInt8, _ serial: Int64, card: Int = 1, _ script: UInt8 = 1) -> LedgerCommand {
      .postCardUpdate(
        CardUpdatePost(
          id: [UInt8](repeating: id, count: 16), card: World.card(card), serial: serial, kind: "data",
          script: [script]))
    }
    func report(_ id: UInt8, _ answers: UInt8 = 1, terminal: Int = 1) -> LedgerCommand {
      .reportCardUpdate(
        CardUpdateReport(
          id: [UInt8](repeating: id, count: 16), terminal: World.terminalKey(terminal), answers: [answers]))
    }
    #expect(try await twin.refusal(post(1, 1, card: 2)) == .unknownCard)
    #expect(try await twin.refusal(post(1, 0)) == .malformed)
    #expect(try await twin.refusal(report(1)) == .unknownUpdate)
    #expect(try await twin.refusal(report(1, terminal: 99)) == .unknownTerminal)
    #expect(try await twin.run(post(1, 5)) == .registered)
    #expect(try await twin.run(post(1, 5)) == .registered)
    #expect(try await twin.refusal(post(1, 5, 2)) == .updateOutOfOrder)
    #expect(try await twin.refusal(post(2, 5)) == .updateOutOfOrder)
    #expect(try await twin.store.pendingUpdate(card: World.card(1), terminal: World.terminalKey(1))?.serial == 5)
    #expect(try await twin.run(post(2, 6)) == .registered)
    #expect(try await twin.store.pendingUpdate(card: World.card(1), terminal: World.terminalKey(1))?.serial == 6)
    #expect(try await twin.store.cardUpdate([UInt8](repeating: 1, count: 16))?.isSuperseded == true)
    #expect(try await twin.run(report(2)) == .registered)
    #expect(try await twin.run(report(2)) == .registered)
    #expect(try await twin.refusal(report(2, 9)) == .updateAnswered)
    // Of whom it was heard, it is hidden from; of nobody else.
    #expect(try await twin.store.pendingUpdate(card: World.card(1), terminal: World.terminalKey(1)) == nil)
    #expect(try await twin.store.pendingUpdate(card: World.card(1), terminal: World.terminalKey(2))?.serial == 6)
    #expect(try await twin.refusal(.revokeTerminal(keyHash: World.terminalKey(1))) == nil)
    #expect(try await twin.run(report(2)) == .registered)
    #expect(try await twin.refusal(report(1)) == .terminalRevoked)
    try await twin.compare()
  }

  @Test func overflow() async throws {
    let twin = try await Twin()
    let most = Funding(
      unit: World.home19, funder: World.local19, amount: Money.highestAmount, reference: "x", hands: World.hands())
    for round in 0..<37 {
      let batch = (0..<256).map { _ in twin.request(.fund(most)) }
      let answers = try await twin.run(batch)
      let refusals = answers.compactMap(\.outcome.refusal?.code)
      #expect(refusals == Array(repeating: .amountOverflow, count: round == 36 ? 249 : 0))
    }
    try await twin.compare()
  }
}
