internal import CardCrypto
internal import GRDB
internal import Ledger

/// What is known of a ledger that was put back from a backup.
public struct StoredRestoration: Hashable, Sendable {
  /// The first batch of each restoring, oldest first: what the chain had from there on in earlier epochs is lost.
  public let firsts: [ChainHead]
  /// Terminals (hash of the key's point) whose journals have come since the newest one.
  public var reported: Set<[UInt8]>
  /// Those whose journals are not waited for.
  public var waived: Set<[UInt8]>

  /// Whether nothing is to be paid at a terminal before its journal has come.
  public func awaits(_ terminal: [UInt8]) -> Bool { !reported.contains(terminal) && !waived.contains(terminal) }

  /// Whether a batch of this chain was lost by a restoring.
  public func explains(epoch: Int64, sequence: Int64) -> Bool {
    firsts.contains { epoch < $0.epoch && sequence >= $0.sequence }
  }
}

/// Acts about the chain itself.
extension BatchSession {
  func act(_ act: ChainAct) throws -> Decision {
    try act.hands.require(for: act.kind)
    let subject = act.kind == .ledgerRestored ? "ledger" : "terminal \(act.terminal.hexText)"
    switch act.kind {
    case .headContradicted:
      let known = try sql.one(
        "SELECT 1 FROM act WHERE subject = ? AND kind = ? AND content = ?", [subject, act.kind.rawValue, act.content])
      if known == nil { try keep(act.kind, subject: subject, content: act.content, act.hands) }
      return .outcome(.refused(LedgerRefusal(.historyDiffers)))
    case .journalReported:
      guard let terminal = try terminal(act.terminal) else { throw LedgerRefusal(.unknownTerminal) }
      guard terminal.revokedAt == nil else { throw LedgerRefusal(.terminalRevoked) }
      // Also one that is not waited for any more: what it holds is better known late than never.
      try requireNone(of: "82", subject)
    case .journalWaived: try requireNone(of: "82, 83", subject)
    default: break
    }
    let number = try keep(act.kind, subject: subject, content: act.content, act.hands)
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  /// Refuses what was done before since the newest restoring.
  private func requireNone(of kinds: String, _ subject: String) throws {
    guard let restored = try StoredRestoration.newest(sql),
      try sql.one(
        "SELECT 1 FROM act WHERE subject = ? AND kind IN (\(kinds)) AND sequence > ?", [subject, restored]) == nil
    else { throw LedgerRefusal(.journalNotAwaited) }
  }

  /// Keeps by which head a terminal has shown that the centre had answered a payout before.
  func keepResent(_ posting: PayoutPosting) throws {
    guard let head = posting.answeredHead else { return }
    try keep(
      .payoutResent, subject: "payout \(posting.transactionID.hexText)", content: head,
      ChainAct.byItself("answered before the ledger was restored"))
  }
}

extension StoredRestoration {
  /// Number of the act of the newest restoring; nil when there was none.
  static func newest(_ sql: SQL) throws -> Int64? {
    try sql.one("SELECT MAX(sequence) FROM act WHERE kind >= 80 AND kind = 80", []).flatMap {
      $0.isNull(0) ? nil : try $0.int(0)
    }
  }
}

extension SQLiteLedgerStore {
  /// Writes into a ledger that was just put back that it was: everything that earlier epochs have from this batch on is
  /// lost, and every terminal's journal is waited for. `content` says from what.
  public func keepRestoring(_ content: String, at time: Int64) async throws(LedgerStoreError) {
    // Who restores has no programmes at hand: the rules that hold are those that the ledger kept last.
    let rules = try await read { sql in
      try sql.one("SELECT rules FROM collection_rules ORDER BY batch DESC LIMIT 1", [])?.text(0)
    }
    collect(by: rules.flatMap { CollectionTerms(text: $0) } ?? .none)
    let act = ChainAct(.ledgerRestored, content: content, hands: ChainAct.byItself("restored from a backup"))
    let request = LedgerRequest(
      idempotencyKey: "restored/\(epoch)", payloadHash: Digest.sha256.hash(Array(content.utf8)),
      command: .actOnChain(act), receivedAt: time
    ) { (status: $0.refusal == nil ? 201 : 422, body: []) }
    let answers = try await apply([request])
    guard case .success(let answer)? = answers.first, answer.outcome.refusal == nil else {
      throw .corrupt(place: "act of a restoring")
    }
  }

  /// See ``LedgerStore/restoration()``.
  public func restoration() async throws(LedgerStoreError) -> StoredRestoration? {
    try await read { sql in
      guard let newest = try StoredRestoration.newest(sql) else { return nil }
      let firsts = try sql.all("SELECT batch FROM act WHERE kind >= 80 AND kind = 80 ORDER BY sequence", []).map {
        row in
        guard let first = try ChainHead.read(sql, row.int(0)) else {
          throw LedgerStoreError.corrupt(place: "batch of a restoring")
        }
        return first
      }
      func terminals(_ kind: EntitlementActKind) throws -> Set<[UInt8]> {
        let rows = try sql.all(
          "SELECT subject FROM act WHERE kind >= 80 AND kind = ? AND sequence > ?", [kind.rawValue, newest])
        return Set(try rows.compactMap { try [UInt8](hexText: $0.text(0).dropFirst(9)) })
      }
      return StoredRestoration(
        firsts: firsts, reported: try terminals(.journalReported), waived: try terminals(.journalWaived))
    }
  }

  /// See ``LedgerStore/awaitedTerminals(limit:)``.
  public func awaitedTerminals(limit: Int) async throws(LedgerStoreError) -> [StoredTerminal] {
    try await read { sql in
      guard let newest = try StoredRestoration.newest(sql) else { return [] }
      return try sql.all(
        """
        SELECT \(StoredTerminal.columns) FROM terminal t LEFT JOIN terminal_revocation r ON r.key_hash = t.key_hash
        WHERE r.key_hash IS NULL AND NOT EXISTS (
          SELECT 1 FROM act a WHERE a.subject = 'terminal ' || hex(t.key_hash) AND a.kind IN (82, 83)
            AND a.sequence > ?)
        ORDER BY t.agent, t.point, t.key_hash LIMIT ?
        """, [newest, limit]
      ).map { try StoredTerminal(row: $0) }
    }
  }
}

extension [UInt8] {
  /// Octets of upper-case hexadecimal text; nil for what is none.
  init?(hexText text: Substring) {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var octets: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let octet = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else { return nil }
      octets.append(octet)
    }
    self = octets
  }
}
