/// Payouts, terminals' records and completions of the reference.
extension ReferenceLedger {
  mutating func payout(_ posting: PayoutPosting, _ receivedAt: Int64) throws -> LedgerOutcome {
    guard let card = cards[posting.card] else { throw LedgerRefusal(.unknownCard) }
    if let known = card.outcomes[posting.counter], known.identity == posting.identity { return known.outcome }
    try posting.checkLog(receivedAt: receivedAt)
    guard posting.mode == .online, posting.allocations.allSatisfy({ $0.fromReserve == 0 }) else {
      throw LedgerRefusal(.offlineNotOpen)
    }
    if card.outcomes[posting.counter] != nil {
      fork(posting.card)
      throw LedgerRefusal(card.isUsable ? .cardFork : .counterDecided)
    }
    let outcome: LedgerOutcome
    var transfers: [Transfer] = []
    var parts: [ItemName: Int64] = [:]
    do {
      (transfers, parts) = try accept(posting, card, receivedAt)
      let amount = try Money.total(posting.allocations.map(\.amount))
      outcome = .posted(
        PayoutResult(
          transactionID: posting.transactionID, amount: amount, postedOn: PostingDay(unixMilliseconds: receivedAt),
          paidBefore: verdict(posting) == .paid))
    } catch let refusal as LedgerRefusal where posting.isDecided(by: refusal.code) {
      outcome = .refused(refusal)
      if verdict(posting) == .paid { cases += 1 }
    }
    cards[posting.card]?.outcomes[posting.counter] = Certificate(
      identity: posting.identity, previous: posting.previous, outcome: outcome)
    uses[posting.transactionID, default: []].append(
      Use(
        terminal: posting.terminal, posting: outcome.refusal == nil ? posting : nil, parts: parts,
        transfers: transfers))
    return outcome
  }

  private func verdict(_ posting: PayoutPosting) -> TerminalVerdict? {
    records[RecordKey(transactionID: posting.transactionID, terminal: posting.terminal)]?.verdict
  }

  private mutating func accept(
    _ posting: PayoutPosting, _ card: Card, _ receivedAt: Int64
  ) throws -> ([Transfer], [ItemName: Int64]) {
    let before = posting.counter > 0 ? card.outcomes[posting.counter - 1] : nil
    let after = posting.counter < .max ? card.outcomes[posting.counter + 1] : nil
    if before.map({ $0.identity != posting.previous }) ?? false
      || after.map({ $0.previous != posting.identity }) ?? false
    {
      fork(posting.card)
      throw LedgerRefusal(.cardFork)
    }
    guard people[card.person]?.diedOn == nil else { throw LedgerRefusal(.personDead) }
    guard !card.isTerminated else { throw LedgerRefusal(.cardTerminated) }
    guard !card.isBlocked else { throw LedgerRefusal(.cardBlocked) }
    guard verdict(posting) != .void else { throw LedgerRefusal(.transactionVoid) }
    guard uses[posting.transactionID] == nil, handPayouts[posting.transactionID] == nil else {
      throw LedgerRefusal(.transactionReused)
    }
    try posting.checkOrigin()
    guard let terminal = terminals[posting.terminal] else { throw LedgerRefusal(.unknownTerminal) }
    guard !terminal.isRevoked else { throw LedgerRefusal(.terminalRevoked) }
    guard terminal.province == posting.hostProvince else { throw LedgerRefusal(.terminalElsewhere) }
    let transfers = try LedgerEvent.payout(
      parts(posting.allocations, of: card.person), agent: terminal.agent, hostProvince: posting.hostProvince,
      window: PostingDay(unixMilliseconds: receivedAt).window
    ).transfers()
    let limit = agents[terminal.agent] ?? 0
    var posted = self
    try posted.post(transfers) { key, balance in
      // What an agent has paid in fact is booked, whatever its limit.
      if key.code == .agentAdvance, balance < -limit, posting.answeredHead == nil { throw LedgerRefusal(.agentLimit) }
    }
    let visit = try visit(posting, posting.effectiveAt(receivedAt: receivedAt))
    try require(
      paper: posting.collector, of: card.person, for: posting.allocations,
      on: PostingDay(unixMilliseconds: posting.effectiveAt(receivedAt: receivedAt)))
    try requireTerm(posting.allocations, on: PostingDay(unixMilliseconds: receivedAt))
    try posting.checkChallenge(receivedAt: receivedAt)
    self = posted
    if posting.answeredHead != nil { _ = keep(.payoutResent) }
    visits.append(visit)
    if let shift = openShift(terminal: posting.terminal) { shifts[shift]?.payouts[visit.key] = visit.amount }
    let taken = posting.allocations.map { pay(Due(line: $0.line, period: $0.period), $0.amount) }
    return (transfers, taken.reduce(into: [:]) { $0.merge($1) { $0 + $1 } })
  }

  /// A contradiction blocks for good, whatever the card was blocked for before; a dead card stays dead.
  private mutating func fork(_ number: String) {
    cases += 1
    guard let card = cards[number], !card.isTerminated, !card.acts.contains(.fork) else { return }
    cards[number]?.acts.append(.fork)
  }

  func parts(_ allocations: [PayoutAllocation], of person: String) throws -> [LineAmount] {
    let mine = people[person]?.lines ?? []
    for (index, part) in allocations.enumerated() where !mine.contains(part.line) {
      throw LedgerRefusal(.lineNotOfPerson, place: index)
    }
    for (index, part) in allocations.enumerated() where standings[part.line]?.state == .suspended {
      throw LedgerRefusal(.lineSuspended, place: index)
    }
    for (index, part) in allocations.enumerated() where dues[Due(line: part.line, period: part.period)] == nil {
      throw LedgerRefusal(.periodNotOpen, place: index)
    }
    for (index, part) in allocations.enumerated()
    where part.amount > open(Due(line: part.line, period: part.period)) ?? 0 {
      throw LedgerRefusal(.amountOverOpen, place: index)
    }
    return allocations.compactMap { part in
      lines[part.line].map {
        LineAmount(
          line: PayableAccount(line: part.line, unit: $0.unit, funder: $0.funder), amount: part.amount)
      }
    }
  }

  mutating func record(_ record: TerminalRecord, _ receivedAt: Int64) throws -> LedgerOutcome {
    let key = RecordKey(transactionID: record.transactionID, terminal: record.terminal)
    let known = records[key]
    if let known, known.bytes == record.record, known.verdict == record.verdict { return known.outcome }
    guard let terminal = terminals[record.terminal] else { throw LedgerRefusal(.unknownTerminal) }
    guard !terminal.isRevoked else {
      cases += 1
      throw LedgerRefusal(.terminalRevoked)
    }
    let all = uses[record.transactionID] ?? []
    let mine = all.filter { $0.terminal == record.terminal }
    // A refused certificate may have come from a card's log, by whoever read it: only a posting has its terminal.
    guard !mine.isEmpty || !all.contains(where: { $0.posting != nil }) else {
      throw LedgerRefusal(.recordOfOtherTerminal)
    }
    if let known {
      if known.verdict != record.verdict { cases += 1 }
      throw LedgerRefusal(known.verdict == .void ? .alreadyVoid : .alreadyPaid)
    }
    let posted = mine.first { $0.posting != nil }
    let outcome: LedgerOutcome
    switch (record.verdict, posted) {
    case (.paid, .some): outcome = .recorded(.paid)
    case (.paid, nil):
      cases += 1
      outcome = .recorded(all.isEmpty ? .paidUnposted : .paidAgainstRefusal)
    case (.void, .some(let use)): outcome = .recorded(.voided(returned: try void(use, receivedAt)))
    case (.void, nil): outcome = all.isEmpty ? .recorded(.voidUnposted) : .refused(LedgerRefusal(.nothingToVoid))
    }
    records[key] = Record(verdict: record.verdict, bytes: record.record, outcome: outcome)
    return outcome
  }

  private mutating func void(_ use: Use, _ receivedAt: Int64) throws -> Int64 {
    let window = PostingDay(unixMilliseconds: receivedAt).window
    try post(LedgerEvent.void(use.transfers, window: window).transfers())
    for (name, amount) in use.parts { change(name) { $0.paid -= amount } }
    try takeBackNotOwed(use.parts)
    return try Money.total(use.parts.values.map { $0 })
  }

  mutating func allotSerial(_ number: String) throws -> LedgerOutcome {
    guard let card = cards[number] else { throw LedgerRefusal(.unknownCard) }
    guard card.lastSerial < .max else { throw LedgerRefusal(.amountOverflow) }
    cards[number]?.lastSerial += 1
    return .serialAllotted(card.lastSerial + 1)
  }

  mutating func issueCompletion(_ issue: CompletionIssue) throws -> LedgerOutcome {
    guard let card = cards[issue.card] else { throw LedgerRefusal(.unknownCard) }
    if let known = card.completions[issue.serial], known.bytes == issue.body { return known.outcome }
    guard (1...max(1, card.lastSerial)).contains(issue.serial), card.lastSerial > 0 else {
      throw LedgerRefusal(.serialNotAllotted)
    }
    guard issue.serial > card.completions.keys.max() ?? 0 else { throw LedgerRefusal(.serialOutOfOrder) }
    let outcome = LedgerOutcome.completion(serial: issue.serial)
    cards[issue.card]?.completions[issue.serial] = Bytes(bytes: issue.body, outcome: outcome)
    cards[issue.card]?.authorityEnds = max(card.authorityEnds, issue.authorityEnds)
    return outcome
  }

  mutating func recordReceipt(_ receipt: CompletionReceipt) throws -> LedgerOutcome {
    guard let card = cards[receipt.card] else { throw LedgerRefusal(.unknownCard) }
    guard card.completions[receipt.serial] != nil else { throw LedgerRefusal(.unknownCompletion) }
    if let known = card.receipts[receipt.serial] {
      guard known.bytes == receipt.receipt else { throw LedgerRefusal(.receiptKnown) }
      return known.outcome
    }
    let outcome = LedgerOutcome.completion(serial: receipt.serial)
    cards[receipt.card]?.receipts[receipt.serial] = Bytes(bytes: receipt.receipt, outcome: outcome)
    return outcome
  }
}
