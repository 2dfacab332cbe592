/// The ledger as plainly as it can be said: in memory, one command after the other.
///
/// It is what every store is held against (`ledger` §5, rule 10): the same commands in the same order give the same
/// outcomes and balances. It keeps no bytes that it doesn't decide by.
public struct ReferenceLedger: Sendable {
  struct Person: Sendable {
    var lines: Set<UInt32> = []
    /// yyyymmdd; nil while alive.
    var diedOn: Int32?
    /// The claim to the funeral grant that stands.
    var funeral: FuneralClaim?
    /// As it is known now.
    var birthDate: String
    var health = Health()
    /// Overpayments that the death raised, by number.
    var deathDebts: [Int64] = []
  }

  struct LineKey: Hashable, Sendable {
    let person: String
    let programme: UInt16
    let unit: AccountingUnit
    let funder: Funder
    let homeProvince: String
  }

  struct ItemKey: Hashable, Sendable {
    let line: LineKey
    let period: Period
    let kind: ItemKind
    var number = 1
  }

  struct Item: Sendable {
    let key: ItemKey
    let line: UInt32
    let amount: Int64
    /// Items are paid in the order they were imported in.
    let serial: Int
  }

  enum ListState: Sendable {
    case open
    case sealed
    case abandoned
  }

  struct List: Sendable {
    var state = ListState.open
    /// By place, from 1.
    var items: [Int64: Item] = [:]
    var credited: Int64 = 0
    /// Who made, checked and approved it.
    var hands: [CycleStep: String] = [:]
    /// The rules it was checked against.
    var rules: [UInt8] = []
    /// Items that claim nothing any more, from the first place on.
    var freed = 0
  }

  struct Due: Hashable, Sendable {
    let line: UInt32
    let period: Period
  }

  struct Terminal: Sendable {
    let agent: String
    let province: String
    var isRevoked = false
  }

  struct Card: Sendable {
    let person: String
    var acts: [CardActKind] = []
    var pinRecords = 0
    var authorityEnds: Int64 = 0
    var outcomes: [UInt32: Certificate] = [:]
    var lastSerial: UInt32 = 0
    var completions: [UInt32: Bytes] = [:]
    var receipts: [UInt32: Bytes] = [:]

    var isTerminated: Bool { acts.contains(where: CardActKind.endings.contains) }
    var isBlocked: Bool {
      if isTerminated { return false }
      return acts.contains(where: CardActKind.finalBlocks.contains)
        || acts.last { $0 == .block || $0 == .unblock } == .block
    }
    var isUsable: Bool { !isBlocked && !isTerminated }
  }

  struct Bytes: Sendable {
    let bytes: [UInt8]
    let outcome: LedgerOutcome
  }

  struct Certificate: Sendable {
    let identity: [UInt8]
    let previous: [UInt8]
    let outcome: LedgerOutcome
  }

  struct Use: Sendable {
    let terminal: [UInt8]
    let posting: PayoutPosting?
    /// What it took of each item.
    let parts: [ItemName: Int64]
    let transfers: [Transfer]
  }

  struct RecordKey: Hashable, Sendable {
    let transactionID: [UInt8]
    let terminal: [UInt8]
  }

  struct Record: Sendable {
    let verdict: TerminalVerdict
    let bytes: [UInt8]
    let outcome: LedgerOutcome
  }

  struct Request: Sendable {
    let payloadHash: [UInt8]
    let outcome: LedgerOutcome
  }

  /// Totals of every account that was ever touched.
  public internal(set) var accounts: [AccountKey: AccountTotals] = [:]
  /// Cases that were opened.
  public internal(set) var cases = 0
  var requests: [String: Request] = [:]
  var agents: [String: Int64] = [:]
  var terminals: [[UInt8]: Terminal] = [:]
  var cards: [String: Card] = [:]
  var people: [String: Person] = [:]
  /// The names and birth dates by which people are or were known.
  var identities: [String: [PersonIdentity]] = [:]
  /// Personal IDs that were re-established, with those that their holders were first known by.
  var renumbered: [String: String] = [:]
  var lineIDs: [LineKey: UInt32] = [:]
  var lines: [UInt32: LineKey] = [:]
  var items: Set<ItemKey> = []
  /// Listed items by person, each with its list.
  var claims: [String: [ItemKey: ItemClaim]] = [:]
  /// Acts of claims to funeral grants that were withdrawn.
  var withdrawnFunerals: Set<Int64> = []
  var lastSerial = 0
  var lists: [String: List] = [:]
  /// Credited items in the order they were imported in.
  var dues: [Due: [OpenItem]] = [:]
  var standings: [UInt32: LineStanding] = [:]
  /// As ``standings``, had nobody died.
  var livingStandings: [UInt32: LineStanding] = [:]
  var bequests: [Bequest] = []
  /// References of payments to agents.
  var agentPayments: Set<String> = []
  var acts: [EntitlementActKind] = []
  /// By number, from 1.
  var receivables: [Receivable] = []
  /// By the number of the act that made them.
  var deductions: [Int64: OrderedDeduction] = [:]
  var uses: [[UInt8]: [Use]] = [:]
  var records: [RecordKey: Record] = [:]
  var updates: [[UInt8]: CardUpdate] = [:]
  /// Papers of representatives by number.
  var papers: [String: Paper] = [:]
  /// What officials were appointed to, by folded name.
  var staff: [String: Set<Role>] = [:]
  var reversed: Set<[UInt8]> = []
  var handPayouts: [[UInt8]: HandPayout] = [:]
  var bankTransfers: [String: BankTransfer] = [:]
  var limits = PayoutLimits.none
  var shifts: [[UInt8]: Shift] = [:]
  var visits: [Visit] = []

  /// Whether the ledger was ever restored, and the terminals whose journals have come, or are not waited for, since.
  var isRestored = false
  var reported: Set<[UInt8]> = []
  var waived: Set<[UInt8]> = []
  /// Heads that contradict the chain, each once for a terminal.
  var contradictions: Set<[String]> = []

  /// Until when things can be collected.
  public var terms = CollectionTerms.none

  /// An empty ledger.
  public init() {}

  /// Does `command` under its idempotency key, posted at `receivedAt` (milliseconds since 1970).
  public mutating func apply(
    key: String, payloadHash: [UInt8], command: LedgerCommand, receivedAt: Int64
  ) -> LedgerOutcome {
    if let known = requests[key] {
      return known.payloadHash == payloadHash ? known.outcome : .refused(LedgerRefusal(.idempotencyKeyReused))
    }
    let outcome = decide(command, receivedAt)
    guard outcome.refusal?.code.isStored ?? true else { return outcome }
    requests[key] = Request(payloadHash: payloadHash, outcome: outcome)
    return outcome
  }

  /// What can be paid on `card` now, oldest first; nil for an unknown card.
  public func payable(card: String) -> [PayableItem]? {
    guard let holder = cards[card] else { return nil }
    guard people[holder.person]?.diedOn == nil else { return [] }
    let mine = people[holder.person]?.lines ?? []
    return dues.keys.filter { mine.contains($0.line) && standings[$0.line]?.state != .suspended }.compactMap { due in
      guard let amount = open(due), amount > 0 else { return nil }
      return lines[due.line].map {
        PayableItem(
          line: due.line, period: due.period, amount: amount, programme: $0.programme, funder: $0.funder,
          unit: $0.unit, homeProvince: $0.homeProvince, isClosing: standings[due.line]?.state == .ended,
          lastDay: lastDay(due))
      }
    }.sorted { ($0.period, $0.line) < ($1.period, $1.line) }
  }

  private mutating func decide(_ command: LedgerCommand, _ receivedAt: Int64) -> LedgerOutcome {
    guard command.isWellFormed, PostingDay.validMilliseconds.contains(receivedAt) else {
      return .refused(LedgerRefusal(.malformed))
    }
    do {
      try requireRoles(command)
      switch command {
      case .registerAgent(let agent): return try register(agent)
      case .registerTerminal(let terminal): return try register(terminal)
      case .revokeTerminal(let keyHash): return try revoke(keyHash)
      case .registerCard(let card): return try register(card)
      case .actOnCard(let act): return try self.act(act, receivedAt)
      case .recordPIN(let record): return try self.record(record)
      case .fund(let funding): return try book(funding)
      case .topUpAgent(let topUp): return try book(topUp)
      case .importItems(let list): return try importItems(list, on: PostingDay(unixMilliseconds: receivedAt))
      case .sealList(let seal): return try self.seal(seal)
      case .abandonList(let list): return try abandon(list)
      case .checkList(let hand): return try check(hand)
      case .approveCycle(let hand): return try approve(hand)
      case .creditCycle(let cycle): return try credit(cycle)
      case .actOnLine(let act): return try self.act(act)
      case .onItems(let command): return try self.items(command, receivedAt)
      case .actOnPerson(let act): return try self.act(act, receivedAt)
      case .actOnStaff(let act): return try self.act(act)
      case .payout(let posting): return try payout(posting, receivedAt)
      case .terminalRecord(let record): return try self.record(record, receivedAt)
      case .payByHand(let list): return try payByHand(list, receivedAt)
      case .orderTransfers(let batch): return try order(batch, receivedAt)
      case .settleTransfers(let statement): return try settle(statement)
      case .returnTransfer(let back): return try takeIn(back)
      case .setPayoutLimits(let decision): return try set(decision)
      case .openShift(let opening): return try open(opening)
      case .topUpShift(let topUp): return try self.topUp(topUp)
      case .closeShift(let closing): return try close(closing)
      case .actOnChain(let act): return try self.act(act)
      case .reversePayout(let reversal): return try reverse(reversal, receivedAt)
      case .allotCompletionSerial(let card): return try allotSerial(card)
      case .issueCompletion(let issue): return try issueCompletion(issue)
      case .recordReceipt(let receipt): return try recordReceipt(receipt)
      case .postCardUpdate(let update): return try post(update)
      case .reportCardUpdate(let report): return try self.report(report)
      }
    } catch let refusal as LedgerRefusal {
      return .refused(refusal)
    } catch {
      return .refused(LedgerRefusal(.amountOverflow))
    }
  }

  private mutating func register(_ agent: AgentRegistration) throws -> LedgerOutcome {
    guard agents[agent.agent] == nil else { throw LedgerRefusal(.agentKnown) }
    agents[agent.agent] = agent.onlineLimit
    return .registered
  }

  private mutating func register(_ terminal: TerminalRegistration) throws -> LedgerOutcome {
    guard terminals[terminal.keyHash] == nil else { throw LedgerRefusal(.terminalKnown) }
    guard agents[terminal.agent] != nil else { throw LedgerRefusal(.unknownAgent) }
    terminals[terminal.keyHash] = Terminal(agent: terminal.agent, province: terminal.province)
    return .registered
  }

  private mutating func revoke(_ keyHash: [UInt8]) throws -> LedgerOutcome {
    guard let terminal = terminals[keyHash] else { throw LedgerRefusal(.unknownTerminal) }
    guard !terminal.isRevoked else { throw LedgerRefusal(.terminalRevoked) }
    terminals[keyHash]?.isRevoked = true
    return .registered
  }

  private mutating func book(_ funding: Funding) throws -> LedgerOutcome {
    try funding.hands.require(for: .funded)
    try post(LedgerEvent.funding(unit: funding.unit, funder: funding.funder, amount: funding.amount).transfers())
    _ = keep(.funded)
    return .booked(balance: try balance(AccountKey(.programmeFund, book: funding.unit, funder: funding.funder)))
  }

  private mutating func book(_ topUp: AgentTopUp) throws -> LedgerOutcome {
    try topUp.hands.require(for: .agentToppedUp)
    guard agents[topUp.agent] != nil else { throw LedgerRefusal(.unknownAgent) }
    let event = LedgerEvent.agentTopUp(agent: topUp.agent, unit: topUp.unit, funder: topUp.funder, amount: topUp.amount)
    try post(event.transfers())
    _ = keep(.agentToppedUp)
    let advance = AccountKey(.agentAdvance, book: topUp.unit, funder: topUp.funder, subject: topUp.agent)
    return .booked(balance: try balance(advance))
  }

  func balance(_ key: AccountKey) throws(MoneyOverflow) -> Int64 {
    try (accounts[key] ?? AccountTotals()).balance(key.code.side)
  }

  /// Posts one event's entries, or nothing when `check` throws on a balance after it.
  mutating func post(_ transfers: [Transfer], check: (AccountKey, Int64) throws -> Void = { _, _ in }) throws {
    var touched: [AccountKey: AccountTotals] = [:]
    for transfer in transfers {
      var totals = touched[transfer.debit] ?? accounts[transfer.debit] ?? AccountTotals()
      totals.debits = try Money.sum(totals.debits, transfer.amount)
      touched[transfer.debit] = totals
      totals = touched[transfer.credit] ?? accounts[transfer.credit] ?? AccountTotals()
      totals.credits = try Money.sum(totals.credits, transfer.amount)
      touched[transfer.credit] = totals
    }
    for (key, totals) in touched { try check(key, totals.balance(key.code.side)) }
    for key in Set(transfers.map(\.debit)) { touched[key]?.debitEvents += 1 }
    for key in Set(transfers.map(\.credit)) { touched[key]?.creditEvents += 1 }
    accounts.merge(touched) { $1 }
  }
}
