internal import GRDB
internal import Ledger
internal import Synchronization

/// Re-reads everything in one snapshot (`ledger` §5 and §8).
extension SQLiteLedgerStore {
  /// See ``LedgerStore/audit(alone:evidence:)``.
  public func audit(
    alone: Bool, evidence: @escaping @Sendable (StoredPayout) throws -> Bool
  ) async throws(LedgerStoreError) -> AuditReport {
    let known = state.withLock(\.head)
    guard alone else { return try await read { sql in AuditWalk.all(sql, known: known, evidence: evidence) } }
    do {
      // Reads that begin in the writer's turn see one state.
      let (books, signatures) = (AuditPart(), AuditPart())
      try await pool.writeWithoutTransaction { [pool] _ in
        pool.spawnConcurrentRead { result in books.end { AuditWalk.books(SQL(db: try result.get()), known: known) } }
        pool.spawnConcurrentRead { result in
          signatures.end { AuditWalk.evidence(SQL(db: try result.get()), evidence) }
        }
      }
      let report = try await books.report().adding(try await signatures.report())
      try await settled()
      return report
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }
}

/// A part of an audit that runs on a thread of its own.
private final class AuditPart: Sendable {
  private struct State {
    var result: Result<AuditReport, any Error>?
    var waiting: CheckedContinuation<AuditReport, any Error>?
  }
  private let state = Mutex(State())

  func end(_ body: () throws -> AuditReport) {
    let result = Result { try body() }
    let waiting = state.withLock { state in
      state.result = result
      return state.waiting
    }
    waiting?.resume(with: result)
  }

  func report() async throws -> AuditReport {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state in
        state.waiting = continuation
        return state.result
      }
      if let result { continuation.resume(with: result) }
    }
  }
}

/// One walk over a snapshot.
struct AuditWalk {
  let sql: SQL
  var report = AuditReport()

  init(sql: SQL) { self.sql = sql }

  /// Every part of it. `known` is the head that the ledger must at least have.
  static func all(
    _ sql: SQL, known: ChainHead, evidence: (StoredPayout) throws -> Bool
  ) -> AuditReport {
    books(sql, known: known).adding(self.evidence(sql, evidence))
  }

  /// Everything but the evidence.
  static func books(_ sql: SQL, known: ChainHead) -> AuditReport {
    var audit = AuditWalk(sql: sql)
    audit.run(.database) { try $0.checkDatabase() }
    audit.run(.chain) { try $0.checkChain(known: known) }
    audit.run(.root) { try $0.checkEarlierRows() }
    audit.run(.doubleEntry) { try $0.checkTransfers() }
    audit.run(.balances) { try $0.checkAccounts() }
    audit.run(.items) { try $0.checkItems() }
    audit.run(.items) { try $0.checkLists() }
    audit.run(.items) { try $0.checkEntitlementActs() }
    audit.run(.items) { try $0.checkItemActs() }
    audit.run(.items) { try $0.checkMonths() }
    audit.run(.items) { try $0.checkPeople() }
    audit.run(.items) { try $0.checkIdentities() }
    audit.run(.items) { try $0.checkCollectionTerms() }
    audit.run(.outcomes) { try $0.checkOutcomes() }
    audit.run(.doubleEntry) { try $0.checkEvents() }
    audit.run(.outcomes) { try $0.checkParts() }
    audit.run(.outcomes) { try $0.checkReversals() }
    audit.run(.outcomes) { try $0.checkBankTransfers() }
    audit.run(.outcomes) { try $0.checkPayoutLimits() }
    audit.run(.counters) { try $0.checkShifts() }
    audit.run(.counters) { try $0.checkDesks() }
    audit.run(.cards) { try $0.checkCards() }
    return audit.report
  }

  /// What cards, terminals and officials signed, or scanned.
  static func evidence(_ sql: SQL, _ evidence: (StoredPayout) throws -> Bool) -> AuditReport {
    var audit = AuditWalk(sql: sql)
    audit.run(.evidence) { try $0.checkEvidence(evidence) }
    audit.run(.evidence) { try $0.checkHandPayouts() }
    return audit.report
  }

  /// Runs one part; what it can't read is a problem too, and the others still run.
  mutating func run(_ check: AuditCheck, _ body: (inout AuditWalk) throws -> Void) {
    do {
      try body(&self)
    } catch {
      report.add(check, "unreadable: \(LedgerStoreError.wrapping(error))")
    }
  }

  mutating func checkDatabase() throws {
    for row in try sql.all("PRAGMA integrity_check") {
      let text = try row.text(0)
      if text != "ok" { report.add(.database, text) }
    }
    for row in try sql.all("PRAGMA foreign_key_check") { report.add(.database, "foreign key of \(try row.text(0))") }
  }

  /// Chain and roots. `known` is the head the writer holds: a cut end of the chain is found by it.
  mutating func checkChain(known: ChainHead) throws {
    var chain = ChainInvariant()
    var sources = try LeafSource.all(sql.db)
    try sql.each(
      "SELECT \(ChainLink.columns), leaf_hashes FROM batch ORDER BY sequence"
    ) { row in
      let link = try ChainLink(row: row)
      for problem in chain.add(link, computedHash: link.computedHash) { report.add(.chain, problem.place) }
      try checkRoot(link, kept: row.isNull(8) ? nil : row.bytes(8), &sources)
      report.batches += 1
      report.headSequence = link.sequence
      report.headHash = link.hash
      if link.sequence == known.sequence, link.hash != known.hash {
        report.add(.chain, "batch \(link.sequence) is not the one that was written")
      }
    }
    if report.headSequence < known.sequence { report.add(.chain, "ends before batch \(known.sequence)") }
    for source in sources {
      var rest: [CommittedLeaf] = []
      var strays: [String] = []
      try source.take(.max, into: &rest) { strays.append($0) }
      for stray in strays { report.add(.root, stray) }
    }
  }

  /// `kept` are the hashes beside the batch, from which proofs are made.
  private mutating func checkRoot(_ link: ChainLink, kept: [UInt8]?, _ sources: inout [LeafSource]) throws {
    var leaves: [CommittedLeaf] = []
    var strays: [String] = []
    for source in sources { try source.take(link.sequence, into: &leaves) { strays.append($0) } }
    for stray in strays { report.add(.root, stray) }
    leaves.sort { $0.index < $1.index }
    var tree = MerkleTree()
    var hashes: [UInt8] = []
    for (position, leaf) in leaves.enumerated() {
      if leaf.index != Int64(position) {
        report.add(.root, "batch \(link.sequence): leaf \(position) is missing or doubled")
        return
      }
      let hash = leaf.hash
      tree.append(hash)
      if kept != nil { hashes += hash }
    }
    report.leaves += Int64(leaves.count)
    if link.leaves != Int64(leaves.count) {
      report.add(.root, "batch \(link.sequence): \(leaves.count) leaves of \(link.leaves)")
    } else if tree.root != link.root {
      report.add(.root, "batch \(link.sequence): a row was changed")
    } else if let kept, kept != hashes {
      report.add(.root, "batch \(link.sequence): the hashes beside it are not those of its leaves")
    }
  }

  /// Adds a problem for each row of `query`, whose first column is text.
  mutating func each(_ check: AuditCheck, _ what: String, _ query: String) throws {
    var places: [String] = []
    try sql.each(query) { places.append(try $0.text(0)) }
    for place in places { report.add(check, "\(what): \(place)") }
  }
}
