internal import GRDB
internal import Ledger

/// Payouts.
extension BatchSession {
  /// What a posting needs of its card.
  private struct HeldCard {
    let person: [UInt8]
    let state: StoredCard.State
    let isHolderDead: Bool
    var isUsable: Bool { state == .active }
  }

  /// A certificate that was decided.
  private struct DecidedCertificate {
    let counter: Int64
    let identity: [UInt8]
    let previous: [UInt8]
    let request: String
  }

  /// What is known of a transaction id.
  private struct KnownTransaction {
    /// What the posting's terminal has said of it.
    let verdict: TerminalVerdict?
    /// A payout of any kind has used it, be it refused.
    let isUsed: Bool
  }

  /// What a payout takes of one item.
  struct Part {
    let item: [UInt8]
    let allocation: PayoutAllocation
    let line: PayableAccount
    let homeProvince: String
    let amount: Int64
    let programme: UInt16
    let lineEnds: Period?
  }

  func payout(_ posting: PayoutPosting) throws -> Decision {
    guard let card = try heldCard(posting.card) else { throw LedgerRefusal(.unknownCard) }
    let certificates = try certificates(posting.card, around: Int64(posting.counter))
    let known = certificates.first { $0.counter == Int64(posting.counter) }
    if let known, known.identity == posting.identity { return .replay(of: known.request) }
    try posting.checkLog(receivedAt: receivedAt)
    guard posting.mode == .online, posting.allocations.allSatisfy({ $0.fromReserve == 0 }) else {
      throw LedgerRefusal(.offlineNotOpen)
    }
    guard known == nil else {
      try fork(posting)
      return .outcome(.refused(LedgerRefusal(card.isUsable ? .cardFork : .counterDecided)))
    }
    let transaction = try transaction(posting)
    let paidBefore = transaction.verdict == .paid
    let refusal: LedgerRefusal
    do {
      let result = PayoutResult(
        transactionID: posting.transactionID, amount: try Money.total(posting.allocations.map(\.amount)),
        postedOn: PostingDay(unixMilliseconds: receivedAt), paidBefore: paidBefore)
      guard Self.fits(posting, certificates) else { throw LedgerRefusal(.cardFork) }
      try accept(posting, card, transaction, amount: result.amount)
      return .outcome(.posted(result))
    } catch let reason as LedgerRefusal where posting.isDecided(by: reason.code) {
      refusal = reason
    }
    if refusal.code == .cardFork { try fork(posting) }
    if paidBefore {
      try openCase(
        .paidAgainstRefusal, card: posting.card, counter: posting.counter, transactionID: posting.transactionID)
    }
    try insertOutcome(posting, refusal.code)
    return .outcome(.refused(refusal))
  }

  private func heldCard(_ number: String) throws -> HeldCard? {
    try sql.one(
      """
      SELECT c.person, s.state, d.person IS NOT NULL FROM card c JOIN card_state s ON s.number = c.number
      LEFT JOIN death d ON d.person = c.person WHERE c.number = ?
      """, number
    ).map {
      HeldCard(
        person: try $0.bytes(0), state: try $0.decode(1, StoredCard.State.init(rawValue:)),
        isHolderDead: try $0.int(2) == 1)
    }
  }

  /// The decided certificates of a card with the counter or one beside it.
  private func certificates(_ card: String, around counter: Int64) throws -> [DecidedCertificate] {
    try sql.all(
      "SELECT counter, identity, previous, request FROM outcome WHERE card = ? AND counter BETWEEN ? AND ?",
      card, counter - 1, counter + 1
    ).map {
      DecidedCertificate(
        counter: try $0.int(0), identity: try $0.bytes(1), previous: try $0.bytes(2), request: try $0.text(3))
    }
  }

  /// Whether the certificate follows the one before it and is followed by the one after it.
  private static func fits(_ posting: PayoutPosting, _ certificates: [DecidedCertificate]) -> Bool {
    certificates.allSatisfy {
      $0.counter < posting.counter ? $0.identity == posting.previous : $0.previous == posting.identity
    }
  }

  private func transaction(_ posting: PayoutPosting) throws -> KnownTransaction {
    let row = try sql.one(
      """
      SELECT (SELECT verdict FROM terminal_record WHERE transaction_id = ?1 AND terminal = ?2),
        EXISTS (SELECT 1 FROM payout WHERE transaction_id = ?1)
          OR EXISTS (SELECT 1 FROM outcome WHERE transaction_id = ?1 AND refusal <> 0)
          OR EXISTS (SELECT 1 FROM hand_payout WHERE transaction_id = ?1)
      """, posting.transactionID.blob, posting.terminal.blob)
    guard let row else { throw LedgerStoreError.corrupt(place: "transaction") }
    return KnownTransaction(
      verdict: row.isNull(0) ? nil : try row.decode(0) { UInt8(exactly: $0).flatMap(TerminalVerdict.init) },
      isUsed: try row.int(1) == 1)
  }

  private func fork(_ posting: PayoutPosting) throws {
    try openCase(
      .fork, card: posting.card, counter: posting.counter, transactionID: posting.transactionID,
      evidence: posting.certificate)
    try blockForFork(posting.card)
  }

  /// Posts, or throws the refusal before anything is written.
  private func accept(
    _ posting: PayoutPosting, _ card: HeldCard, _ transaction: KnownTransaction, amount: Int64
  ) throws {
    guard !card.isHolderDead else { throw LedgerRefusal(.personDead) }
    guard card.state != .terminated else { throw LedgerRefusal(.cardTerminated) }
    guard card.state != .blocked else { throw LedgerRefusal(.cardBlocked) }
    guard transaction.verdict != .void else { throw LedgerRefusal(.transactionVoid) }
    guard !transaction.isUsed else { throw LedgerRefusal(.transactionReused) }
    try posting.checkOrigin()
    guard let terminal = try terminal(posting.terminal) else { throw LedgerRefusal(.unknownTerminal) }
    guard terminal.revokedAt == nil else { throw LedgerRefusal(.terminalRevoked) }
    guard terminal.province == posting.hostProvince else { throw LedgerRefusal(.terminalElsewhere) }
    let parts = try parts(posting.allocations, of: card.person)
    let limit = try agentLimit(terminal.agent) ?? 0
    let event = LedgerEvent.payout(
      Self.lines(of: parts, posting.allocations), agent: terminal.agent, hostProvince: posting.hostProvince,
      window: PostingDay(unixMilliseconds: receivedAt).window)
    let plan = try plan(event.transfers()) { key, balance in
      // What an agent has paid in fact is booked, whatever its limit.
      if key.code == .agentAdvance, balance < -limit, posting.answeredHead == nil { throw LedgerRefusal(.agentLimit) }
    }
    try checkLimits(posting, amount: amount)
    try require(
      paper: posting.collector, of: card.person, for: posting.allocations,
      at: posting.effectiveAt(receivedAt: receivedAt))
    try requireTerm(posting.allocations, parts)
    try posting.checkChallenge(receivedAt: receivedAt)
    let eventID = try post(plan, reference: posting.transactionID.hexText)
    try insertOutcome(posting, nil)
    try keepResent(posting)
    let payout = try insertPayout(posting, terminal, event: eventID, amount: amount)
    try keepCollector(posting)
    for (ordinal, part) in parts.enumerated() { try insert(part, ordinal, payout, posting) }
    try count(
      payout: posting.transactionID,
      at: ShiftDesk(agent: terminal.agent, point: terminal.point, terminal: posting.terminal))
  }

  /// What each allocation takes of its line.
  static func lines(of parts: [Part], _ allocations: [PayoutAllocation]) -> [LineAmount] {
    allocations.compactMap { allocation in
      parts.first { $0.allocation == allocation }.map { LineAmount(line: $0.line, amount: allocation.amount) }
    }
  }

  /// Whether a payout of any kind has used a transaction id, be it refused.
  func isUsed(transactionID id: [UInt8]) throws -> Bool {
    try sql.one(
      """
      SELECT 1 FROM payout WHERE transaction_id = ?1
      UNION ALL SELECT 1 FROM outcome WHERE transaction_id = ?1 AND refusal <> 0
      UNION ALL SELECT 1 FROM hand_payout WHERE transaction_id = ?1
      """, [id.blob]) != nil
  }

  /// The items each allocation takes, oldest first; throws the refusal with the lowest number.
  func parts(_ allocations: [PayoutAllocation], of person: [UInt8]) throws -> [Part] {
    var lines: [UInt32: Line] = [:]
    for (index, allocation) in allocations.enumerated() {
      guard let line = try line(allocation.line), line.person == person else {
        throw LedgerRefusal(.lineNotOfPerson, place: index)
      }
      lines[allocation.line] = line
    }
    for (index, allocation) in allocations.enumerated() where lines[allocation.line]?.state == .suspended {
      throw LedgerRefusal(.lineSuspended, place: index)
    }
    let open = try allocations.map { try openItems(line: $0.line, period: $0.period) }
    if let index = open.firstIndex(where: \.isEmpty) { throw LedgerRefusal(.periodNotOpen, place: index) }
    var parts: [Part] = []
    for (index, allocation) in allocations.enumerated() {
      guard let line = lines[allocation.line] else { continue }
      var left = allocation.amount
      for item in open[index] where left > 0 && item.open > 0 {
        let taken = min(left, item.open)
        left -= taken
        parts.append(
          Part(
            item: item.id, allocation: allocation, line: line.account, homeProvince: line.homeProvince, amount: taken,
            programme: line.programme, lineEnds: line.lastPeriod))
      }
      guard left == 0 else { throw LedgerRefusal(.amountOverOpen, place: index) }
    }
    return parts
  }

  /// An item as far as a payout needs it: its id and the đồng that are open.
  private func openItems(line: UInt32, period: Period) throws -> [(id: [UInt8], open: Int64)] {
    try sql.all(
      "SELECT item, credited - paid - taken FROM item_open WHERE line = ? AND period = ? ORDER BY item", line,
      period.yyyymm
    ).map { (try $0.bytes(0), try $0.int(1)) }
  }

  private func insertOutcome(_ posting: PayoutPosting, _ refusal: RefusalCode?) throws {
    let code = Int64(refusal?.rawValue ?? 0)
    let leaf = commit(
      .certificate(
        card: posting.card, counter: Int64(posting.counter), identity: posting.identity,
        certificate: posting.certificate, refusal: code))
    try sql.run(
      """
      INSERT INTO outcome (card, counter, identity, previous, certificate, transaction_id, terminal, refusal, request,
        batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      posting.card, posting.counter, posting.identity.blob, posting.previous.blob, posting.certificate.blob,
      posting.transactionID.blob, posting.terminal.blob, code, key, sequence, leaf)
  }

  /// Inserts the payout; its number.
  private func insertPayout(
    _ posting: PayoutPosting, _ terminal: StoredTerminal, event: [UInt8], amount: Int64
  ) throws -> Int64 {
    let stored = PayoutFacts(
      transactionID: posting.transactionID, card: posting.card, counter: posting.counter,
      identity: posting.identity, certificate: posting.certificate, event: event, amount: amount,
      hostProvince: posting.hostProvince, commune: posting.commune, agent: terminal.agent, point: terminal.point,
      terminal: posting.terminal, channel: .online, evidence: .cardCertificate,
      effectiveDate: PostingDay(unixMilliseconds: posting.effectiveAt(receivedAt: receivedAt)).yyyymmdd,
      postedAt: receivedAt,
      terminalTime: posting.terminalTime)
    let leaf = commit(stored.leaf)
    try sql.run(
      """
      INSERT INTO payout (transaction_id, card, counter, event, amount, host_province, commune, agent, point, terminal,
        channel, evidence, effective_date, posted_at, terminal_time, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      stored.transactionID.blob, stored.card, stored.counter, event.blob, amount, stored.hostProvince,
      stored.commune, stored.agent, stored.point, stored.terminal.blob, stored.channel.rawValue,
      stored.evidence.rawValue, stored.effectiveDate, receivedAt, stored.terminalTime, sequence, leaf)
    let number = sql.newestRow
    try cache.pay(amount, at: TerminalDay(terminal: stored.terminal, day: stored.effectiveDate))
    if !usesCache { try settle() }
    return number
  }

  private func insert(_ part: Part, _ ordinal: Int, _ payout: Int64, _ posting: PayoutPosting) throws {
    let host = LedgerEvent.hostUnit(of: part.line.unit, inProvince: posting.hostProvince) ?? part.line.unit
    try sql.run(
      """
      INSERT INTO payout_part (payout, ordinal, item, line, period, home_unit, home_province, host_unit, funder,
        amount, from_reserve)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
      """,
      payout, ordinal, part.item.blob, part.line.line, part.allocation.period.yyyymm,
      part.line.unit.text, part.homeProvince, host.text, part.line.funder.text, part.amount)
    try sql.run("UPDATE item_open SET paid = paid + ? WHERE item = ?", part.amount, part.item.blob)
  }
}
