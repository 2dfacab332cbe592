internal import GRDB
internal import Ledger

/// Overpayments: who owes what back (`ledger` §2).
extension BatchSession {
  /// Who owes an overpayment back.
  enum Debtor {
    /// A person, by the random id.
    case person([UInt8])
    /// The agent at fault, by its code.
    case agent(String)

    var octets: [UInt8] {
      switch self {
      case .person(let id): id
      case .agent(let code): Array(code.utf8)
      }
    }
  }

  /// The number that the next receivable gets.
  func nextReceivable() throws -> Int64 {
    try (sql.one("SELECT COALESCE(MAX(number), 0) FROM receivable", [])?.int(0) ?? 0) + 1
  }

  /// Keeps a receivable whose entries (``ItemEvent/overpaid(_:)``) the caller posts, for ever.
  ///
  /// - Parameters:
  ///   - item: the item that it was paid of.
  ///   - act: number of the act that found it, which may be kept after this (``nextAct()``) in the same request.
  func keep(_ part: ReceivableAmount, debtor: Debtor, item: [UInt8], act: Int64) throws {
    let leaf = commit(
      .receivable(
        number: part.receivable, line: Int64(part.line.line), debtor: debtor.octets, item: item,
        amount: part.amount, act: act))
    var person: Blob?
    var agent: String?
    switch debtor {
    case .person(let id): person = id.blob
    case .agent(let code): agent = code
    }
    try sql.run(
      """
      INSERT INTO receivable (number, line, person, agent, amount, item, act, opened_at, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        part.receivable, part.line.line, person, agent, part.amount, item.blob, act, receivedAt, sequence, leaf,
      ])
  }

  /// A receivable's line and debtor; nil when there is none of that number.
  func receivable(_ number: Int64) throws -> (line: Line, debtor: Debtor)? {
    guard let row = try sql.one("SELECT line, person, agent FROM receivable WHERE number = ?", [number]),
      let line = try line(row.decode(0) { UInt32(exactly: $0) })
    else { return nil }
    return (line, row.isNull(1) ? .agent(try row.text(2)) : .person(try row.bytes(1)))
  }

  func find(_ found: OverpaymentFound) throws -> Decision {
    try found.hands.require(for: .overpaymentFound)
    if let agent = found.agent, try agentLimit(agent) == nil { throw LedgerRefusal(.unknownAgent) }
    guard let (item, line, _) = try item(found.item) else { throw LedgerRefusal(.unknownItem) }
    try money(item).requirePaid(found.amount)
    let part = ReceivableAmount(receivable: try nextReceivable(), line: line.account, amount: found.amount)
    let event = try post(
      plan(LedgerEvent.item(.overpaid([part])).transfers()), reference: "receivable \(part.receivable)")
    try keep(
      part, debtor: found.agent.map(Debtor.agent) ?? .person(line.person), item: item.id, act: nextAct())
    try putAside(item.id, overpaid: found.amount)
    return try acted(
      .overpaymentFound, subject: "item \(item.id.hexText)",
      content: "receivable \(part.receivable), \(found.amount)", found.hands, event, found.amount)
  }

  func act(_ act: ReceivableAct) throws -> Decision {
    try act.hands.require(for: act.kind)
    guard let owed = try receivable(act.receivable) else { throw LedgerRefusal(.unknownReceivable) }
    let part = ReceivableAmount(receivable: act.receivable, line: owed.line.account, amount: act.amount)
    let plan = try plan(act.event(part).transfers()) { key, balance in
      if key.code == .overpaymentReceivable, balance < 0 { throw LedgerRefusal(.amountOverRest) }
    }
    let subject = "receivable \(act.receivable)"
    let content = act.reference.isEmpty ? "\(act.amount)" : "\(act.amount) by \(act.reference)"
    return try acted(
      act.kind, subject: subject, content: content, act.hands, post(plan, reference: subject), act.amount)
  }

  /// Keeps an act that has posted `event`, and answers with it.
  func acted(
    _ kind: EntitlementActKind, subject: String, content: String = "", _ hands: ActHands, _ event: [UInt8]?,
    _ amount: Int64 = 0
  ) throws -> Decision {
    let number = try keep(kind, subject: subject, content: content, hands, event: event)
    return .outcome(.acted(EntitlementActResult(sequence: number, amount: amount)))
  }
}
