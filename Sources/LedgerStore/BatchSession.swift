internal import Foundation
internal import GRDB
internal import Ledger

/// What a request came to: a new outcome, or the answer another request stored.
enum Decision {
  case outcome(LedgerOutcome)
  case replay(of: String)
}

/// An answer as stored.
struct StoredAnswer {
  let status: Int
  let body: [UInt8]
  let outcome: LedgerOutcome
}

/// One batch being written: lives on the writer's queue for the length of one transaction.
final class BatchSession {
  /// A request failed after it had written something, in a batch whose requests have no savepoints of their own.
  struct NeedsSavepoints: Error {}

  let sql: SQL
  let sequence: Int64
  /// Until when things can be collected.
  let terms: CollectionTerms
  /// Each request has a savepoint of its own. Nearly no request fails once it has begun to write, and SQLite copies
  /// each page that is changed inside a savepoint, so a batch is tried without them first.
  let hasSavepoints: Bool
  private(set) var generator: UUIDv7Generator
  private(set) var leaves: [[UInt8]] = []
  private(set) var firstEvent: [UInt8]?
  private(set) var lastEvent: [UInt8]?
  /// The request being applied.
  private(set) var key = ""
  private(set) var receivedAt: Int64 = 0
  /// The highest line id, once a row has asked for it; forgotten with a request that is taken back.
  var highestLine: Int64?
  /// What the payouts of the batch share.
  var cache: WriterCache
  /// The request being applied reads and changes through ``cache``. Never with savepoints: what one of them takes back
  /// would stay there.
  private(set) var usesCache = false

  init(
    db: Database, sequence: Int64, generator: UUIDv7Generator, terms: CollectionTerms,
    cache: consuming WriterCache = WriterCache(), hasSavepoints: Bool = true
  ) {
    self.terms = terms
    self.hasSavepoints = hasSavepoints
    self.cache = hasSavepoints ? WriterCache() : cache
    sql = SQL(db: db)
    self.sequence = sequence
    self.generator = generator
  }

  /// Applies one request, all of it or nothing.
  ///
  /// The stored answer and whether it had been stored before; a failure of this request alone. Throws when the
  /// database itself fails, and ``NeedsSavepoints`` when the batch has to be taken back and applied with savepoints.
  func apply(_ request: LedgerRequest) throws -> Result<(answer: StoredAnswer, replayed: Bool), LedgerStoreError> {
    guard (1...200).contains(request.idempotencyKey.unicodeScalars.count), request.payloadHash.count == 32 else {
      return .success((encoded(request, .refused(LedgerRefusal(.malformed))), false))
    }
    if let row = try sql.one(
      "SELECT status, body, outcome, payload_hash FROM request WHERE key = ?", request.idempotencyKey)
    {
      guard try row.bytes(3) == request.payloadHash else {
        return .success((encoded(request, .refused(LedgerRefusal(.idempotencyKeyReused))), false))
      }
      return .success((try Self.answer(row), true))
    }
    key = request.idempotencyKey
    receivedAt = request.receivedAt
    usesCache = !hasSavepoints && request.command.goesThroughCache
    if !usesCache {
      try settle()
      cache = WriterCache()
    }
    let mark = (leaves.count, firstEvent, lastEvent)
    func forget() {
      leaves.removeLast(leaves.count - mark.0)
      (firstEvent, lastEvent) = (mark.1, mark.2)
      highestLine = nil
    }
    do {
      do {
        return .success(try inSavepoint { try store(request, decide(request)) })
      } catch let refusal as LedgerRefusal {
        forget()
        guard refusal.code.isStored else { return .success((encoded(request, .refused(refusal)), false)) }
        return .success(try inSavepoint { try store(request, .outcome(.refused(refusal))) })
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      forget()
      return .failure(.constraint(message: error.message ?? ""))
    } catch let error as LedgerStoreError {
      forget()
      return .failure(error)
    }
  }

  /// The newest answer stored under `key`.
  static func answer(_ row: SQLRow) throws -> StoredAnswer {
    guard let outcome = try? JSONDecoder().decode(LedgerOutcome.self, from: Data(row.text(2).utf8)) else {
      throw LedgerStoreError.corrupt(place: "request outcome")
    }
    return StoredAnswer(status: Int(try row.int(0)), body: try row.bytes(1), outcome: outcome)
  }

  /// The next id at the posting time.
  func nextID() -> [UInt8] { generator.next(at: receivedAt).octets }

  /// Takes `leaf` into the batch's tree; its index.
  func commit(_ leaf: Leaf) -> Int64 {
    leaves.append(leaf.hash)
    return Int64(leaves.count - 1)
  }

  /// Notes an event of the batch.
  func note(event: [UInt8]) {
    firstEvent = firstEvent ?? event
    lastEvent = event
  }

  private func inSavepoint<Value>(_ body: () throws -> Value) throws -> Value {
    guard hasSavepoints else {
      let before = sql.changesSoFar
      do {
        return try body()
      } catch {
        guard sql.changesSoFar == before else { throw NeedsSavepoints() }
        throw error
      }
    }
    try sql.run("SAVEPOINT request", [])
    do {
      let value = try body()
      try sql.run("RELEASE request", [])
      return value
    } catch {
      try sql.run("ROLLBACK TO request", [])
      try sql.run("RELEASE request", [])
      throw error
    }
  }

  private func decide(_ request: LedgerRequest) throws -> Decision {
    guard request.command.isWellFormed, PostingDay.validMilliseconds.contains(request.receivedAt) else {
      throw LedgerRefusal(.malformed)
    }
    do {
      try requireRoles(request.command)
      switch request.command {
      case .registerAgent(let agent): return try register(agent)
      case .registerTerminal(let terminal): return try register(terminal)
      case .revokeTerminal(let keyHash): return try revoke(keyHash)
      case .registerCard(let card): return try register(card)
      case .actOnCard(let act): return try self.act(act)
      case .recordPIN(let record): return try self.record(record)
      case .fund(let funding): return try book(funding)
      case .topUpAgent(let topUp): return try book(topUp)
      case .importItems(let list): return try importItems(list)
      case .sealList(let seal): return try self.seal(seal)
      case .abandonList(let list): return try abandon(list)
      case .checkList(let hand): return try check(hand)
      case .approveCycle(let hand): return try approve(hand)
      case .creditCycle(let cycle): return try credit(cycle)
      case .actOnLine(let act): return try self.act(act)
      case .onItems(let command): return try items(command)
      case .actOnPerson(let act): return try self.act(act)
      case .actOnStaff(let act): return try self.act(act)
      case .payout(let posting): return try payout(posting)
      case .terminalRecord(let record): return try self.record(record)
      case .payByHand(let list): return try payByHand(list)
      case .orderTransfers(let batch): return try order(batch)
      case .settleTransfers(let statement): return try settle(statement)
      case .returnTransfer(let back): return try takeIn(back)
      case .setPayoutLimits(let decision): return try set(decision)
      case .openShift(let opening): return try open(opening)
      case .topUpShift(let topUp): return try self.topUp(topUp)
      case .closeShift(let closing): return try close(closing)
      case .actOnChain(let act): return try self.act(act)
      case .reversePayout(let reversal): return try reverse(reversal)
      case .allotCompletionSerial(let card): return try allotSerial(card)
      case .issueCompletion(let issue): return try self.issue(issue)
      case .recordReceipt(let receipt): return try self.record(receipt)
      case .postCardUpdate(let update): return try post(update)
      case .reportCardUpdate(let report): return try self.report(report)
      }
    } catch is MoneyOverflow {
      throw LedgerRefusal(.amountOverflow)
    }
  }

  private func encoded(_ request: LedgerRequest, _ outcome: LedgerOutcome) -> StoredAnswer {
    let answer = request.encode(outcome)
    return StoredAnswer(status: answer.status, body: answer.body, outcome: outcome)
  }

  private func store(
    _ request: LedgerRequest, _ decision: Decision
  ) throws -> (answer: StoredAnswer, replayed: Bool) {
    let answer: StoredAnswer
    let original: String?
    switch decision {
    case .outcome(let outcome):
      answer = encoded(request, outcome)
      original = nil
    case .replay(let earlier):
      guard let row = try sql.one("SELECT status, body, outcome FROM request WHERE key = ?", [earlier]) else {
        throw LedgerStoreError.corrupt(place: "request of a replay")
      }
      answer = try Self.answer(row)
      original = earlier
    }
    let text = try answer.outcome.storedText
    let leaf = commit(
      .answer(
        key: key, payloadHash: request.payloadHash, status: Int64(answer.status), body: answer.body, outcome: text,
        receivedAt: receivedAt))
    try sql.run(
      """
      INSERT INTO request (key, payload_hash, status, body, outcome, received_at, replay_of, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      key, request.payloadHash.blob, answer.status, answer.body.blob, text, receivedAt, original, sequence, leaf)
    return (answer, original != nil)
  }
}
