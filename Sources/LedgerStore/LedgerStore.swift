public import Ledger

/// A command with what makes it safe to send twice.
public struct LedgerRequest: Sendable {
  /// Chosen by the client and kept before it sends, 1…200 characters. Scoped by the caller.
  public let idempotencyKey: String
  /// SHA-256 of the payload as received, 32 octets: the same key with another hash is refused.
  public let payloadHash: [UInt8]
  /// What to do.
  public let command: LedgerCommand
  /// When it came in, milliseconds since 1970: the posting time.
  public let receivedAt: Int64
  /// Makes the answer of an outcome. Runs once, inside the transaction; its bytes are stored and replayed.
  public let encode: @Sendable (LedgerOutcome) -> (status: Int, body: [UInt8])

  /// One request.
  public init(
    idempotencyKey: String, payloadHash: [UInt8], command: LedgerCommand, receivedAt: Int64,
    encode: @escaping @Sendable (LedgerOutcome) -> (status: Int, body: [UInt8])
  ) {
    self.idempotencyKey = idempotencyKey
    self.payloadHash = payloadHash
    self.command = command
    self.receivedAt = receivedAt
    self.encode = encode
  }
}

/// The newest batch of a writer's chain.
public struct ChainHead: Hashable, Sendable, Codable {
  /// The writer.
  public let writer: String
  /// The opening of the store it was written in; before the first batch, the one it will be written in.
  public let epoch: Int64
  /// Number of batches; 0 before the first.
  public let sequence: Int64
  /// Hash of the newest batch, 32 octets; zeros before the first.
  public let hash: [UInt8]

  /// A head.
  public init(writer: String, epoch: Int64, sequence: Int64, hash: [UInt8]) {
    self.writer = writer
    self.epoch = epoch
    self.sequence = sequence
    self.hash = hash
  }
}

/// The stored answer of a request. When the caller has it, it is on disk.
public struct LedgerAnswer: Hashable, Sendable {
  /// Status made by the request's encoder.
  public let status: Int
  /// Bytes made by the request's encoder, the same at every replay.
  public let body: [UInt8]
  /// What became of the command.
  public let outcome: LedgerOutcome
  /// The answer had been stored before.
  public let replayed: Bool
  /// A head of the chain that includes the answer.
  public let head: ChainHead

  /// One answer.
  public init(status: Int, body: [UInt8], outcome: LedgerOutcome, replayed: Bool, head: ChainHead) {
    self.status = status
    self.body = body
    self.outcome = outcome
    self.replayed = replayed
    self.head = head
  }
}

/// A batch that is on disk.
public struct AppliedBatch: Sendable {
  /// The answer of each request, in their order.
  public let answers: [Result<LedgerAnswer, LedgerStoreError>]
  /// How long it took.
  public let times: BatchTimes

  /// One batch.
  public init(answers: [Result<LedgerAnswer, LedgerStoreError>], times: BatchTimes) {
    self.answers = answers
    self.times = times
  }
}

extension AppliedBatch {
  /// The same after a sync that the writer did not wait for.
  func synced(after duration: Duration) -> AppliedBatch {
    AppliedBatch(
      answers: answers,
      times: BatchTimes(
        requests: times.requests, applying: times.applying, committing: times.committing + duration,
        blocking: times.blocking))
  }
}

/// Requests for the writer, and who waits for them.
public struct OfferedBatch: Sendable {
  /// In the order in which they are applied.
  public let requests: [LedgerRequest]
  /// Told once what became of them, on any thread.
  public let done: @Sendable (Result<AppliedBatch, LedgerStoreError>) -> Void

  /// Of some requests.
  public init(
    requests: [LedgerRequest], done: @escaping @Sendable (Result<AppliedBatch, LedgerStoreError>) -> Void
  ) {
    self.requests = requests
    self.done = done
  }
}

/// How long a batch took.
public struct BatchTimes: Hashable, Sendable {
  /// Requests in it.
  public let requests: Int
  /// From the begin of its transaction to the last statement.
  public let applying: Duration
  /// The commit, until it is on the disk.
  public let committing: Duration
  /// The part of it in which the next batch could not be applied.
  public let blocking: Duration

  /// Of one batch.
  public init(requests: Int, applying: Duration, committing: Duration, blocking: Duration) {
    self.requests = requests
    self.applying = applying
    self.committing = committing
    self.blocking = blocking
  }
}

/// A store of the ledger: one sequence of batches, and snapshots to read.
///
/// Every store gives the same outcomes as ``ReferenceLedger`` for the same commands in the same order.
public protocol LedgerStore: Sendable {
  /// Applies the requests in order in one transaction with one sync; a later one sees the earlier ones.
  ///
  /// The answer of each; a failure of one leaves its neighbours alone. Throws when nothing of the batch can be
  /// acknowledged: what became of it is known only after the store is opened again.
  func applyTimed(_ batch: [LedgerRequest]) async throws(LedgerStoreError) -> AppliedBatch

  /// Applies one batch of `next` after the other in one turn of the writer, until there is none or others have waited
  /// long enough. Where `hasMore` says that the next one waits, it is applied while the disk takes this one; whoever
  /// offered a batch is told when it is there, in their order.
  ///
  /// Between two batches nothing changes threads, which on a busy machine costs as much as a sync.
  /// - Returns: whether `next` had no more.
  func applyEach(
    _ next: @escaping @Sendable () -> OfferedBatch?, hasMore: @escaping @Sendable () -> Bool
  ) async -> Bool

  /// What a request would be answered now, decided in the writer's turn by the very code that would carry it out, and
  /// taken back: nothing of it stays, no batch is written, and its key is as it was.
  ///
  /// - Returns: the answer with the head it was decided after.
  func rehearse(_ request: LedgerRequest) async throws(LedgerStoreError) -> LedgerAnswer

  /// What can be paid on a card now, oldest first; nil for an unknown card.
  func payable(card: String) async throws(LedgerStoreError) -> [PayableItem]?
  /// From now on things are collected by these terms; at first nothing has a last day.
  func collect(by terms: CollectionTerms)
  /// What a person can collect now, and whether `list` has paid them before; nil for an unknown personal ID.
  func collectable(personalID: String, list: String) async throws(LedgerStoreError) -> StoredCollectable?
  /// Transfers to bank accounts in the order of their references, at most `limit` after the given one.
  func transfers(afterReference reference: String, limit: Int) async throws(LedgerStoreError) -> [StoredTransfer]
  /// What was paid in a month (`yyyymm`) by home province, and what of it went to bank accounts.
  func cashless(window: String) async throws(LedgerStoreError) -> [StoredCashless]
  /// What card payouts may come to now.
  func payoutLimits() async throws(LedgerStoreError) -> PayoutLimits
  /// The open drawers and bags of an agent's point, in the order they were opened in.
  func openShifts(agent: String, point: String) async throws(LedgerStoreError) -> [StoredShift]
  /// The entitlement lines of a card's holder to which something was credited, oldest first; nil for an unknown card.
  func lines(card: String) async throws(LedgerStoreError) -> [StoredLine]?
  /// The highest counter up to which every certificate of the card has been decided here; 0 before the first.
  func contiguousCounter(card: String) async throws(LedgerStoreError) -> UInt32
  /// The certificate with the card's highest counter among those that were posted; nil before the first.
  func lastPostedCertificate(card: String) async throws(LedgerStoreError) -> [UInt8]?
  /// Identity (32 octets) of the certificate that was posted for a transaction id; nil when none was.
  func postedIdentity(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> [UInt8]?
  /// That a card payout is in the chain, by its transaction id (16 octets); nil when none was posted.
  func proof(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> PayoutProof?
  /// What is known of a transaction id (16 octets).
  func payoutStatus(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> PayoutStatus
  /// A registered card, its key and the state it is in; nil when unknown.
  func card(_ number: String) async throws(LedgerStoreError) -> StoredCard?
  /// Everything that was done with a card; nil when unknown.
  func life(card: String) async throws(LedgerStoreError) -> StoredCardLife?
  /// The certificates of a card that were posted, by counter.
  func postedCertificates(card: String) async throws(LedgerStoreError) -> [StoredCertificate]
  /// The registered payout key of a card, an uncompressed point (65 octets); nil for an unknown card. Read at once,
  /// by the caller's thread.
  func payoutKey(card: String) throws(LedgerStoreError) -> [UInt8]?
  /// A registered terminal key (SHA-256 of its point, 32 octets); nil when unknown.
  func terminal(_ keyHash: [UInt8]) async throws(LedgerStoreError) -> StoredTerminal?
  /// The holder of a card; nil when the card is unknown.
  func person(card: String) async throws(LedgerStoreError) -> PersonIdentity?
  /// The lines of a person with what was credited to them, by number; nil for an unknown person.
  func entitlements(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredEntitlement]?
  /// Items of a unit's lines after `line` of which something is open or has lapsed, by line, month and kind.
  func openItems(
    unit: AccountingUnit, after line: UInt32, limit: Int
  ) async throws(LedgerStoreError) -> [StoredOpenItem]
  /// A line's programme and its last month that is owed; nil when unknown.
  func line(_ id: UInt32) async throws(LedgerStoreError) -> (programme: UInt16, lastPeriod: Period?)?
  /// What was overpaid from a person's lines, and what the person owes besides, by number; nil for an unknown person.
  func receivables(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredReceivable]?
  /// What units owe agents and have paid them, by agent, unit and funder.
  func agentDebts() async throws(LedgerStoreError) -> [StoredAgentDebt]
  /// The deduction orders on a person's lines, by number; nil for an unknown person.
  func deductions(_ key: PersonKey) async throws(LedgerStoreError) -> [StoredDeduction]?
  /// Everything about whoever is or was known by a personal ID; nil when nobody is.
  func page(person personalID: String) async throws(LedgerStoreError) -> StoredPerson?
  /// The health insurance of whoever is or was known by a personal ID, on a day (yyyymmdd); nil when nobody is.
  func healthInsurance(person: String, on day: Int32) async throws(LedgerStoreError) -> StoredHealthInsurance?
  /// Everything about a card's holder; nil when the card is unknown.
  func page(card: String) async throws(LedgerStoreError) -> StoredPerson?
  /// Who may collect for a card's holder, and when the holder was last seen; nil when the card is unknown.
  func standing(card: String) async throws(LedgerStoreError) -> StoredStanding?
  /// Living people with a line that goes on who were not seen since a day (yyyymmdd), at most `limit`, by random id
  /// after `person` (empty for the first ones).
  func presencesDue(
    before day: Int32, after person: [UInt8], limit: Int
  ) async throws(LedgerStoreError) -> [StoredPresenceDue]
  /// Who holds which role, by name.
  func officials() async throws(LedgerStoreError) -> [StoredOfficial]
  /// Which of `rows` claim what an item of another list than `list` claims already.
  func claimed(_ rows: [ItemRow], besides list: String) async throws(LedgerStoreError) -> [StoredClaim]
  /// A payment list as it stands; nil when nothing of it came.
  func list(_ reference: String) async throws(LedgerStoreError) -> StoredList?
  /// What a list asks of each unit and funder, in the order of their names; nothing for an unknown one.
  func totals(list: String) async throws(LedgerStoreError) -> [StoredListTotal]
  /// What units owe each other in a window (`yyyymm`), by home unit, host unit and funder.
  func settlement(window: String) async throws(LedgerStoreError) -> [SettlementRow]
  /// Totals of the accounts with `code`, or of all, in key order.
  func balances(_ code: AccountCode?) async throws(LedgerStoreError) -> [AccountBalance]
  /// Σ of the accounts of a unit by number and funder.
  func totals(unit: AccountingUnit) async throws(LedgerStoreError) -> [UnitTotal]
  /// What became of a unit's money in a month of the calendar, by funder and programme, in their order.
  func month(_ month: Period, of unit: AccountingUnit) async throws(LedgerStoreError) -> [StoredMonth]
  /// What is open at a unit and not suspended, by person and programme; of one point's rows when it is given. Months
  /// without collecting are those before `month`; what can't be collected any more on `today` (yyyymmdd) is told apart.
  func dues(
    of unit: AccountingUnit, point: String?, before month: Period, on today: Int32
  ) async throws(LedgerStoreError) -> [StoredDue]
  /// What a unit needs for a month and what it has, by funder, as of `today` (yyyymmdd).
  func needs(
    of unit: AccountingUnit, for month: Period, monthly: Set<UInt16>, on today: Int32
  ) async throws(LedgerStoreError) -> [StoredNeed]
  /// What each person who has something to collect at a unit would get by the end of a month, đồng: what is open, and
  /// what sealed lists have still to credit, up to that month, without what can't be collected any more on `today`
  /// (yyyymmdd); of one point's rows when it is given.
  func visits(
    of unit: AccountingUnit, point: String?, until month: Period, on today: Int32
  ) async throws(LedgerStoreError) -> [Int64]
  /// Units of a province to whose lines something was credited.
  func units(ofProvince province: String) async throws(LedgerStoreError) -> [AccountingUnit]
  /// How many there are of what.
  func counts() async throws(LedgerStoreError) -> LedgerCounts
  /// The newest batch.
  func head() async throws(LedgerStoreError) -> ChainHead
  /// The epoch that the next batch is written in.
  var epoch: Int64 { get }
  /// The batch with this number; nil when the chain does not go so far.
  func batch(_ sequence: Int64) async throws(LedgerStoreError) -> ChainHead?
  /// The first batch of each epoch in which something was written, newest first, at most `limit`.
  func epochs(limit: Int) async throws(LedgerStoreError) -> [ChainHead]
  /// When the ledger was restored, and whose journals have come since; nil when it never was.
  func restoration() async throws(LedgerStoreError) -> StoredRestoration?
  /// Registered terminals, not revoked, whose journals are waited for since the ledger was restored, by agent and
  /// point, at most `limit`.
  func awaitedTerminals(limit: Int) async throws(LedgerStoreError) -> [StoredTerminal]
  /// The completion last issued to a card, and whether the card has acknowledged it; nil when there is none.
  func lastCompletion(card: String) async throws(LedgerStoreError) -> StoredCompletion?
  /// The newest script of the office for a card, until this terminal has reported what the card answered; nil when
  /// there is none. The centre can't tell a true report from a false one, so a report hides nothing from others.
  func pendingUpdate(card: String, terminal: [UInt8]) async throws(LedgerStoreError) -> StoredCardUpdate?
  /// A script by its id, 16 octets; nil when unknown.
  func cardUpdate(_ id: [UInt8]) async throws(LedgerStoreError) -> StoredCardUpdate?
  /// Re-reads everything at one head; `evidence` verifies one payout's evidence.
  ///
  /// `alone` takes a second processor for the evidence: not for a store that others pay from meanwhile.
  func audit(
    alone: Bool, evidence: @escaping @Sendable (StoredPayout) throws -> Bool
  ) async throws(LedgerStoreError) -> AuditReport
  /// Copies the ledger to a new file while it is written to; the head that the copy ends with.
  func copy(to path: String) async throws(LedgerStoreError) -> ChainHead
  /// Ends every access and gives the state folder free.
  func close() async
}

extension LedgerStore {
  /// Re-reads everything on one thread; see ``audit(alone:evidence:)``.
  public func audit(
    evidence: @escaping @Sendable (StoredPayout) throws -> Bool
  ) async throws(LedgerStoreError) -> AuditReport {
    try await audit(alone: false, evidence: evidence)
  }

  /// The answers of ``applyTimed(_:)``.
  public func apply(
    _ batch: [LedgerRequest]
  ) async throws(LedgerStoreError) -> [Result<LedgerAnswer, LedgerStoreError>] {
    try await applyTimed(batch).answers
  }
}
