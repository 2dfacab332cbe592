import CardCrypto
import Ledger
import Testing

@testable import LedgerStore

/// Random commands in random batches against the reference (`ledger` §5, rule 10).
struct RandomSequenceTests {
  /// Fixed seeds also have to reach enough of everything; the one drawn at each run need only agree.
  static let fixedSeeds: [UInt64] = [1, 2, 3, 4, 5]

  @Test(arguments: fixedSeeds) func sameOutcomesAndBalances(_ seed: UInt64) async throws {
    let counts = try await Self.run(seed)
    #expect(counts.payouts > 30 && counts.voids > 1 && counts.refusals > 20 && counts.cases > 5, "\(seed): \(counts)")
  }

  @Test(arguments: [UInt64.random(in: .min ... .max)]) func anySeedAgrees(_ seed: UInt64) async throws {
    _ = try await Self.run(seed)
  }

  static func run(_ seed: UInt64) async throws -> LedgerCounts {
    let twin = try await Twin("seed \(seed)", ready: false)
    var commands = RandomCommands(seed: seed)
    for command in commands.beginning() { #expect(try await twin.run(command).refusal == nil, "seed \(seed)") }
    var sent: [LedgerRequest] = []
    for _ in 0..<95 {
      var batch: [LedgerRequest] = []
      for _ in 0..<Int.random(in: 1...30, using: &commands.generator) {
        let again = Int.random(in: 0..<12, using: &commands.generator) == 0 ? sent.last : nil
        let request = again ?? twin.request(commands.next(twin.reference), at: World.now + commands.time())
        batch.append(request)
        sent.append(request)
      }
      try await twin.run(batch)
    }
    try await twin.compare(cards: 60)
    return try await twin.store.counts()
  }
}

/// Makes commands of every kind, most of which can succeed.
struct RandomCommands {
  static let cards = 6
  /// Cards asked for by person; some were refused.
  private var asked: [Int: [Int]] = [:]
  private var lastCard = 20
  var generator: SeededGenerator
  private var lists = 0
  /// Lists in chunks: rows and đồng sent so far.
  private var staged: [String: (rows: Int64, amount: Int64)] = [:]
  /// What follows a list that was sealed, most of the time.
  private var following: [LedgerCommand] = []
  private var transactions = 0
  private var transfers = 0
  /// Đồng of the transfer last asked for.
  private var transferred: Int64 = 1
  private var counters: [Int: UInt32] = [:]
  private var identities: [Int: [UInt8]] = [:]
  private var postings: [PayoutPosting] = []
  private var milliseconds: Int64 = 0

  private static let purses: [(AccountingUnit, Funder)] = [
    (World.social19, World.pension), (World.social01, World.pension), (World.home19, World.local19),
    (AccountingUnit(text: "XA-19-05443") ?? World.home19, World.local19),
  ]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Grows by up to four days, so that the sequence passes through several windows.
  mutating func time() -> Int64 {
    milliseconds += pick(345_600) * 100
    return milliseconds
  }

  func beginning() -> [LedgerCommand] {
    [
      .registerAgent(AgentRegistration(agent: "BD01", onlineLimit: 5_000)),
      .registerAgent(AgentRegistration(agent: "NH02", onlineLimit: 0)),
      World.terminal(1), World.terminal(2, province: "01"), World.terminal(3, agent: "NH02"),
      World.terminal(4, agent: "NH02", province: "01"),
    ] + (1...Self.cards).map { World.registration(card: $0, person: $0) }
  }

  mutating func next(_ reference: ReferenceLedger) -> LedgerCommand {
    if !following.isEmpty, pick(2) == 0 { return following.removeFirst() }
    switch pick(100) {
    case 0..<8: return fund()
    case 8..<15: return topUp()
    case 15..<27: return list()
    case 27..<32:
      let hand = ListHand(list: "L\(1 + pick(max(1, lists)))", actor: pick(5) == 0 ? "Nguyễn A" : "Lê B")
      return pick(2) == 0 ? .checkList(hand) : .approveCycle(hand)
    case 32..<38: return .creditCycle(CycleCredit(list: "L\(1 + pick(max(1, lists)))", limit: 1 + Int(pick(5))))
    case 38..<40: return pick(3) == 0 ? personAct() : lineAct()
    case 40: return counter(reference)
    case 41..<75: return payout(reference)
    case 75..<88: return record()
    case 88..<89: return .revokeTerminal(keyHash: World.terminalKey(4 + Int(pick(200))))
    case 89..<92: return card(reference)
    case 92..<94: return update()
    case 94: return itemAct()
    default: return completion()
    }
  }

  private mutating func counter(_ reference: ReferenceLedger) -> LedgerCommand {
    switch pick(6) {
    case 0: return reversal()
    case 1: return byHand(reference)
    case 2: return limits()
    case 3: return shift()
    default: return bankTransfer(reference)
    }
  }

  private mutating func itemAct() -> LedgerCommand {
    let line = UInt32(1 + pick(10))
    let paid = postings.suffix(30).randomElement(using: &generator)?.allocations.randomElement(using: &generator)
    let kind: ItemKind = pick(3) == 0 ? .arrears : .regular
    let name =
      paid.map { World.name($0.line, $0.period.yyyymm, kind) } ?? World.name(line, 202_601 + Int32(pick(12)), kind)
    let purpose: DeductionPurpose = pick(2) == 0 ? .receivable(1 + pick(3)) : .thirdParty("TP\(pick(2))")
    switch pick(10) {
    case 0: return World.correction(pick(3) == 0 ? 0 : pick(1_500), name)
    case 2: return World.uncollected(.itemsLapsed, [name], lastDay: 20_261_101 + Int32(pick(9)))
    case 3: return World.uncollected(pick(3) == 0 ? .uncollectedReturned : .itemsReclaimed, [name])
    case 1, 4: return World.found(1 + pick(900), name, agent: pick(4) == 0 ? "BD01" : nil)
    case 5:
      let amount = 1 + pick(400)
      return pick(3) == 0 ? World.writtenOff(amount, of: 1 + pick(4)) : World.recovered(amount, of: 1 + pick(4))
    case 6..<8:
      let share: DeductionShare = pick(2) == 0 ? .amount(1 + pick(300)) : .percent(1 + pick(60))
      return World.order(DeductionTerms(purpose: purpose, share: share, cap: 10 + pick(80)), line: line)
    case 8: return World.stop(1 + pick(40))
    default: return payment()
    }
  }

  /// Papers, presences and heirs; few people die.
  private mutating func personAct() -> LedgerCommand {
    let (person, other) = (1 + Int(pick(Self.cards)), 1 + Int(pick(Self.cards + 2)))
    switch pick(14) {
    case 12, 13: return HealthInsuranceTests.random(person, &generator)
    case 0 where pick(3) == 0: return DeathTests.death(person, on: 20_260_901 + Int32(pick(3)) * 100)
    case 0..<4: return pick(4) == 0 ? DeathWithdrawalTests.withdrawal(person) : DeathTests.heir(person, other)
    case 4:
      guard pick(3) > 0 else { return DeathTests.act(person, .funeralWithdrawn) }
      let programme = 1 + UInt16(pick(2))
      following.append(
        .importItems(
          ItemImport(
            wholeList: "M\(pick(3))",
            rows: [World.row(other, 90, programme: programme, kind: .funeral, deceased: person)], maker: "Nguyễn A")))
      return DeathTests.act(
        person, .funeralClaimed(by: World.person(other), programme: programme, list: "M\(pick(3))"))
    case 5..<8:
      let paper = "UQ-\(pick(6))"
      return DeathTests.act(person, PersonProofTests.paper(paper, for: other, programme: 1 + UInt16(pick(2))))
    case 8: return DeathTests.act(person, .representativeEnded(paper: "UQ-\(pick(6))"))
    case 9: return DeathTests.act(person, .identityChanged(World.person(20 + Int(pick(3)))))
    default:
      let transaction = pick(2) == 0 ? [] : World.id(Int(pick(transactions + 1)))
      return DeathTests.act(
        person, .seen(PresenceProof(place: "P1", transactionID: transaction, isAttested: pick(4) > 0)))
    }
  }

  /// A drawer of a terminal, or of a point's payouts by hand; closed with what may be wrong.
  private mutating func shift() -> LedgerCommand {
    let id = World.id(1 + Int(pick(6)))
    switch pick(4) {
    case 0, 1:
      return ShiftTests.open(id, terminal: Int(pick(5)), float: pick(900), agent: pick(9) == 0 ? "NH02" : "BD01")
    case 2: return ShiftTests.topUp(id, 1 + pick(500))
    default: return ShiftTests.close(id, pick(1_500))
    }
  }

  /// Mostly none, so that most payouts stand.
  private mutating func limits() -> LedgerCommand {
    PayoutLimitTests.set(pick(3) == 0 ? 1 + pick(2_000) : 0, pick(4) == 0 ? 1 + pick(2) : 0, pick(4) == 0 ? 4_000 : 0)
  }

  /// An order, or the bank's word about one of the last.
  private mutating func bankTransfer(_ reference: ReferenceLedger) -> LedgerCommand {
    if pick(4) == 0 {
      return BankTransferTests.returned(
        "T\(transfers - Int(pick(4)))", transferred + (pick(5) == 0 ? 1 : 0), checker: pick(9) == 0 ? "" : "Lê B")
    }
    guard pick(2) == 0 else {
      let report = TransferReport(
        reference: "T\(transfers - Int(pick(4)))", amount: transferred + (pick(5) == 0 ? 1 : 0),
        isConfirmed: pick(2) == 0)
      return BankTransferTests.statement([report])
    }
    let person = 1 + Int(pick(Self.cards))
    if pick(8) > 0 { transfers += 1 }
    let open = reference.payable(card: World.card(newest(person, reference))) ?? []
    let parts = open.prefix(2).map { World.part($0.amount, line: $0.line, period: $0.period.yyyymm) }
    transferred = parts.reduce(0) { $0 + $1.amount }
    if transferred > 0 {
      let paid = BankTransferTests.report("T\(transfers)", transferred)
      following += [BankTransferTests.statement([paid]), BankTransferTests.returned("T\(transfers)", transferred)]
    }
    return BankTransferTests.batch(
      [BankTransferTests.order("T\(transfers)", person: person, parts: parts.isEmpty ? [World.part(1)] : parts)],
      checker: pick(9) == 0 ? "" : "Lê B")
  }

  /// People of a few lists, some of whom have a card, or were paid by the same list before.
  private mutating func byHand(_ reference: ReferenceLedger) -> LedgerCommand {
    let visits = (0...pick(2)).map { _ in
      let person = 1 + Int(pick(Self.cards))
      transactions += 1
      let open = reference.payable(card: World.card(newest(person, reference))) ?? []
      let parts = open.prefix(1 + Int(pick(3))).map {
        World.part(1 + pick(Int($0.amount)), line: $0.line, period: $0.period.yyyymm)
      }
      return HandPayoutTests.visit(
        transactions, person: pick(9) == 0 ? 999 : person,
        parts: parts.isEmpty ? [World.part(1, line: 1 + UInt32(pick(9)))] : parts,
        reason: pick(6) == 0 ? "" : "thẻ hỏng")
    }
    return HandPayoutTests.list(
      visits, "DS-\(pick(4))", province: pick(2) == 0 ? "19" : "01", checker: pick(9) == 0 ? "" : "Lê B",
      scan: transactions % 9 == 0 ? World.terminalKey(50) : nil)
  }

  /// A payout that may have been paid, seldom one of nobody's.
  private mutating func reversal() -> LedgerCommand {
    let id = postings.suffix(30).randomElement(using: &generator)?.transactionID ?? World.id(9_999)
    return ReversalTests.reversal(
      pick(3) == 0 ? World.id(max(1, transactions - Int(pick(20)))) : id, checker: pick(8) == 0 ? "" : "Lê B")
  }

  /// Most suspensions are taken back, few lines end.
  private mutating func lineAct() -> LedgerCommand {
    let line = UInt32(1 + pick(14))
    switch pick(12) {
    case 0..<2: return LineActTests.act(.lineSuspended, line: line)
    case 2..<11: return LineActTests.act(.lineResumed, line: line)
    default: return LineActTests.act(.lineEnded, line: line, last: 202_610 + Int32(pick(3)))
    }
  }

  /// An act or a registration; most blocks are taken back, few cards end.
  private mutating func card(_ reference: ReferenceLedger) -> LedgerCommand {
    let person = 1 + Int(pick(Self.cards))
    let card = newest(person, reference)
    let checker = pick(8) == 0 ? " NGUYỄN a" : "Lê B"
    switch pick(24) {
    case 0..<4: return World.act(.block, card: card)
    case 4..<14: return World.act(.unblock, card: card, checker: checker)
    case 14: return World.act(.lost, card: card)
    case 15: return World.act(pick(2) == 0 ? .returned : .terminated, card: card)
    case 16: return World.act(.releaseReserve, card: card, checker: checker)
    case 17: return World.act(.block, card: 1 + Int(pick(30)))
    case 18: return World.pinRecord(pick(2) == 0 ? .set : .unblocked, card: card, checker: pick(2) == 0 ? "" : checker)
    case 19: return World.registration(card: 1 + Int(pick(8)), person: 1)
    default:
      lastCard += 1
      let kinds = CardActKind.successions.sorted { $0.rawValue < $1.rawValue }
      asked[person, default: []].append(lastCard)
      return World.registration(
        card: lastCard, person: person, replaces: pick(6) == 0 ? 1 + Int(pick(8)) : card,
        kind: kinds[Int(pick(kinds.count))], checker: checker)
    }
  }

  /// The newest card of a person that is registered.
  private func newest(_ person: Int, _ reference: ReferenceLedger) -> Int {
    asked[person]?.last { reference.life(card: World.card($0)) != nil } ?? person
  }

  private mutating func update() -> LedgerCommand {
    let id = [UInt8](repeating: UInt8(pick(6)), count: 16)
    guard pick(2) == 0 else {
      return .reportCardUpdate(
        CardUpdateReport(id: id, terminal: World.terminalKey(1 + Int(pick(5))), answers: [UInt8(pick(2))]))
    }
    return .postCardUpdate(
      CardUpdatePost(
        id: id, card: World.card(1 + Int(pick(3))), serial: 1 + pick(5), kind: "data", script: [UInt8(pick(2))]))
  }

  private mutating func pick(_ bound: Int) -> Int64 { Int64.random(in: 0..<Int64(bound), using: &generator) }

  private mutating func purse() -> (AccountingUnit, Funder) { Self.purses[Int(pick(Self.purses.count))] }

  private mutating func fund() -> LedgerCommand {
    let (unit, funder) = purse()
    return .fund(Funding(unit: unit, funder: funder, amount: 1 + pick(40_000), reference: "UNC", hands: World.hands()))
  }

  private mutating func topUp() -> LedgerCommand {
    let (unit, funder) = purse()
    let agent = pick(2) == 0 ? "BD01" : "NH02"
    return .topUpAgent(
      AgentTopUp(agent: agent, unit: unit, funder: funder, amount: 1 + pick(9_000), hands: World.hands()))
  }

  private mutating func list() -> LedgerCommand {
    if pick(4) > 0 || lists == 0 { lists += 1 }
    let name = "L\(lists)"
    switch pick(10) {
    case 0:
      follow(name)
      let known = staged[name] ?? (0, 0)
      return .sealList(
        ListSeal(
          list: name, items: max(1, known.rows + (pick(4) == 0 ? 1 : 0)), amount: known.amount, maker: "Nguyễn A"))
    case 1 where pick(3) == 0: return .abandonList(ListAbandonment(list: name, limit: 1 + Int(pick(4))))
    default: break
    }
    let rows = (0...pick(6)).map { _ in
      let (person, programme) = (1 + Int(pick(Self.cards)), 1 + UInt16(pick(2)))
      // Mostly a person's programme is of one unit and funder, as in life; otherwise its items mostly are refused.
      let (unit, funder) = pick(6) == 0 ? purse() : Self.purses[(person + Int(programme)) % Self.purses.count]
      let kind: ItemKind = pick(3) == 0 ? .arrears : .regular
      let (amount, month) = (1 + pick(2_000), 202_601 + Int32(pick(12)))
      let isOnce = pick(40) == 0  // in a quarter or a year
      let quarter = month - (month - 202_601) % 3
      let window = isOnce ? (person % 2 == 0 ? (quarter, quarter + 2) : (202_601, 202_612)) : nil
      let isApart = (lists + Int(programme) * 7 + Int(month)) % 40 == 0
      return World.row(
        person, amount, period: month, unit: unit, funder: funder, programme: programme,
        kind: isOnce && kind == .regular ? .oneOff : kind, excluded: isApart ? [3 - programme] : [],
        round: kind == .arrears && pick(8) == 0 ? 2 : 1, window: window, most: pick(12) == 0 ? max(amount, 4_000) : nil)
    }
    guard pick(3) == 0 else {
      follow(name)
      return .importItems(ItemImport(wholeList: name, rows: rows, maker: "Nguyễn A"))
    }
    let known = staged[name] ?? (0, 0)
    let first = known.rows + 1 - (pick(6) == 0 ? 1 : 0)
    staged[name] = (known.rows + Int64(rows.count), known.amount + rows.reduce(0) { $0 + $1.amount })
    return .importItems(ItemImport(list: name, first: max(1, first), rows: rows))
  }

  /// A list of this maker checked, mostly by somebody else, then approved and credited.
  private mutating func follow(_ list: String) {
    guard pick(8) > 0 else { return }
    let hand = ListHand(list: list, actor: pick(12) == 0 ? "NGUYỄN a" : "Lê B")
    let credit = CycleCredit(list: list, limit: 1 + Int(pick(8)))
    following += [.checkList(hand), .approveCycle(hand), .creditCycle(credit)]
  }

  private mutating func payout(_ reference: ReferenceLedger) -> LedgerCommand {
    if pick(10) == 0, let again = postings.randomElement(using: &generator) { return .payout(again) }
    let person = 1 + Int(pick(Self.cards))
    let card = pick(6) > 0 ? newest(person, reference) : person
    // A fork ends its card, so it comes seldom.
    let odd = pick(150) == 0 ? [2, 6][Int(pick(2))] : pick(10) == 0 ? [1, 3, 4, 5, 7][Int(pick(5))] : 0
    let open = reference.payable(card: World.card(card)) ?? []
    var parts = open.shuffled(using: &generator).prefix(1 + Int(pick(3))).map { item in
      World.part(1 + pick(Int(item.amount)), line: item.line, period: item.period.yyyymm)
    }
    if parts.isEmpty || odd == 1 { parts = [World.part(1 + pick(3_000), line: 1 + UInt32(pick(30)))] }
    let counter = (counters[card] ?? 0) + (odd == 2 ? 0 : odd == 3 ? 2 : 1)
    if pick(20) > 0 { transactions += 1 }
    let terminal = odd == 4 ? 9 : 1 + Int(pick(4))
    let province = odd == 5 ? "31" : terminal % 2 == 1 ? "19" : "01"
    let posting = World.posting(
      transactions, card: card, counter: counter,
      previous: odd == 6 ? World.terminalKey(99) : identities[card], parts: Array(parts), terminal: terminal,
      province: province, mode: odd == 7 ? .offline : .online, salt: UInt8(pick(256)))
    if odd != 2 {
      counters[card] = counter
      identities[card] = posting.identity
    }
    postings.append(posting)
    if pick(40) == 0, let part = parts.first {
      following.append(World.found(1 + pick(Int(part.amount)), World.name(part.line, part.period.yyyymm)))
    }
    return .payout(posting)
  }

  private mutating func record() -> LedgerCommand {
    let verdict: TerminalVerdict = pick(2) == 0 ? .paid : .void
    guard pick(8) > 0, let posting = postings.suffix(20).randomElement(using: &generator) else {
      return World.record(transactions + Int(pick(3)), verdict, terminal: 1 + Int(pick(5)))
    }
    return .terminalRecord(
      TerminalRecord(
        transactionID: posting.transactionID, verdict: verdict, record: [verdict.rawValue, UInt8(pick(2))],
        signature: [1], terminal: pick(8) == 0 ? World.terminalKey(1) : posting.terminal))
  }

  private mutating func completion() -> LedgerCommand {
    let card = World.card(1 + Int(pick(3)))
    switch pick(3) {
    case 0: return .allotCompletionSerial(card: card)
    case 1:
      return .issueCompletion(
        CompletionIssue(card: card, serial: UInt32(pick(5)), body: [UInt8(pick(2))], signature: [1]))
    default:
      return .recordReceipt(CompletionReceipt(card: card, serial: UInt32(pick(5)), receipt: [UInt8(pick(2))]))
    }
  }
}
