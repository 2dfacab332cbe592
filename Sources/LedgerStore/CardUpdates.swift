internal import GRDB
internal import Ledger

/// A script of the issuing office, and what terminals have reported of it.
public struct StoredCardUpdate: Hashable, Sendable {
  /// What a card answered, as one terminal says.
  public struct Result: Hashable, Sendable {
    /// SHA-256 of the terminal's point, 32 octets.
    public let terminal: [UInt8]
    /// The answers.
    public let answers: [UInt8]
    /// Milliseconds since 1970.
    public let receivedAt: Int64
  }

  /// 16 octets.
  public let id: [UInt8]
  /// Sixteen digits.
  public let card: String
  /// The office's number.
  public let serial: Int64
  /// What it changes.
  public let kind: String
  /// The script.
  public let script: [UInt8]
  /// A script with a higher number came for this card.
  public let isSuperseded: Bool
  /// By time.
  public let results: [Result]
}

extension BatchSession {
  func post(_ post: CardUpdatePost) throws -> Decision {
    guard try sql.one("SELECT 1 FROM card WHERE number = ?", [post.card]) != nil else {
      throw LedgerRefusal(.unknownCard)
    }
    let known = try sql.one(
      "SELECT card, serial, kind, script, request FROM card_update WHERE id = ?", [post.id.blob])
    if let known, try known.text(0) == post.card, try known.int(1) == post.serial, try known.text(2) == post.kind,
      try known.bytes(3) == post.script
    {
      return .replay(of: try known.text(4))
    }
    let highest = try sql.one("SELECT COALESCE(MAX(serial), 0) FROM card_update WHERE card = ?", [post.card])
    guard known == nil, try post.serial > highest?.int(0) ?? 0 else { throw LedgerRefusal(.updateOutOfOrder) }
    let leaf = commit(
      .update(
        id: post.id, card: post.card, serial: post.serial, kind: post.kind, script: post.script, at: receivedAt))
    try sql.run(
      """
      INSERT INTO card_update (id, card, serial, kind, script, posted_at, request, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [post.id.blob, post.card, post.serial, post.kind, post.script.blob, receivedAt, key, sequence, leaf])
    return .outcome(.registered)
  }

  func report(_ report: CardUpdateReport) throws -> Decision {
    guard let terminal = try terminal(report.terminal) else { throw LedgerRefusal(.unknownTerminal) }
    let known = try sql.one(
      "SELECT answers, request FROM card_update_result WHERE id = ? AND terminal = ?",
      [report.id.blob, report.terminal.blob])
    if let known, try known.bytes(0) == report.answers { return .replay(of: try known.text(1)) }
    guard terminal.revokedAt == nil else { throw LedgerRefusal(.terminalRevoked) }
    guard try sql.one("SELECT 1 FROM card_update WHERE id = ?", [report.id.blob]) != nil else {
      throw LedgerRefusal(.unknownUpdate)
    }
    guard known == nil else { throw LedgerRefusal(.updateAnswered) }
    let leaf = commit(
      .updateResult(id: report.id, terminal: report.terminal, answers: report.answers, at: receivedAt))
    try sql.run(
      """
      INSERT INTO card_update_result (id, terminal, answers, received_at, request, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [report.id.blob, report.terminal.blob, report.answers.blob, receivedAt, key, sequence, leaf])
    return .outcome(.registered)
  }
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/pendingUpdate(card:terminal:)``.
  public func pendingUpdate(
    card: String, terminal: [UInt8]
  ) async throws(LedgerStoreError) -> StoredCardUpdate? {
    try await read { sql in
      let newest = try sql.one("SELECT id FROM card_update WHERE card = ? ORDER BY serial DESC LIMIT 1", [card])
      guard let newest, let update = try Self.update(try newest.bytes(0), sql) else { return nil }
      return update.results.contains { $0.terminal == terminal } ? nil : update
    }
  }

  /// See ``LedgerStore/cardUpdate(_:)``.
  public func cardUpdate(_ id: [UInt8]) async throws(LedgerStoreError) -> StoredCardUpdate? {
    try await read { sql in try Self.update(id, sql) }
  }

  private static func update(_ id: [UInt8], _ sql: SQL) throws -> StoredCardUpdate? {
    let row = try sql.one(
      """
      SELECT u.card, u.serial, u.kind, u.script,
        EXISTS (SELECT 1 FROM card_update n WHERE n.card = u.card AND n.serial > u.serial)
      FROM card_update u WHERE u.id = ?
      """, [id.blob])
    guard let row else { return nil }
    let results = try sql.all(
      "SELECT terminal, answers, received_at FROM card_update_result WHERE id = ? ORDER BY received_at, terminal",
      [id.blob]
    ).map { row in
      StoredCardUpdate.Result(
        terminal: try row.bytes(0), answers: try row.bytes(1), receivedAt: try row.int(2))
    }
    return StoredCardUpdate(
      id: id, card: try row.text(0), serial: try row.int(1), kind: try row.text(2), script: try row.bytes(3),
      isSuperseded: try row.int(4) == 1, results: results)
  }
}
