internal import GRDB
internal import Ledger

/// Agents, terminals and cases.
extension BatchSession {
  func register(_ agent: AgentRegistration) throws -> Decision {
    guard try agentLimit(agent.agent) == nil else { throw LedgerRefusal(.agentKnown) }
    let leaf = commit(.agent(code: agent.agent, onlineLimit: agent.onlineLimit, at: receivedAt))
    try sql.run(
      "INSERT INTO agent (code, online_limit, registered_at, batch, leaf) VALUES (?, ?, ?, ?, ?)",
      [agent.agent, agent.onlineLimit, receivedAt, sequence, leaf])
    return .outcome(.registered)
  }

  func register(_ terminal: TerminalRegistration) throws -> Decision {
    guard try self.terminal(terminal.keyHash) == nil else { throw LedgerRefusal(.terminalKnown) }
    guard try agentLimit(terminal.agent) != nil else { throw LedgerRefusal(.unknownAgent) }
    let leaf = commit(
      .terminal(
        keyHash: terminal.keyHash, publicKey: terminal.publicKey, agent: terminal.agent, point: terminal.point,
        place: terminal.province + terminal.commune, at: receivedAt))
    try sql.run(
      """
      INSERT INTO terminal (key_hash, public_key, agent, point, province, commune, registered_at, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        terminal.keyHash.blob, terminal.publicKey.blob, terminal.agent, terminal.point, terminal.province,
        terminal.commune, receivedAt, sequence, leaf,
      ])
    return .outcome(.registered)
  }

  func revoke(_ keyHash: [UInt8]) throws -> Decision {
    guard let terminal = try terminal(keyHash) else { throw LedgerRefusal(.unknownTerminal) }
    guard terminal.revokedAt == nil else { throw LedgerRefusal(.terminalRevoked) }
    let leaf = commit(.revocation(keyHash: keyHash, at: receivedAt))
    try sql.run(
      "INSERT INTO terminal_revocation (key_hash, revoked_at, batch, leaf) VALUES (?, ?, ?, ?)",
      [keyHash.blob, receivedAt, sequence, leaf])
    return .outcome(.registered)
  }

  /// What a case is about. Raw values are stored: never renumbered.
  enum CaseKind: Int64 {
    case fork = 1
    case paidUnposted = 2
    case paidAgainstRefusal = 3
    case contradictoryRecord = 4
    case recordOfRevokedTerminal = 5
    /// A shift was closed with another sum than there should be; the evidence is the shift's id.
    case shiftDifference = 40
    /// A payout of a shift of which its terminal had said nothing when the shift was closed.
    case silentAtClose = 41
  }

  /// Opens a case; `evidence` is what is not kept in a table of its own.
  func openCase(
    _ kind: CaseKind, card: String? = nil, counter: UInt32? = nil, transactionID: [UInt8]? = nil,
    evidence: [UInt8]? = nil
  ) throws {
    try sql.run(
      """
      INSERT INTO case_file (id, kind, card, counter, transaction_id, evidence, request, opened_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [nextID().blob, kind.rawValue, card, counter, transactionID?.blob, evidence?.blob, key, receivedAt])
  }
}
