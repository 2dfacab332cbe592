internal import GRDB
internal import Ledger

/// Payouts that are taken back.
extension BatchSession {
  /// A payout that is taken back gives back to its items. What of that was not owed goes on to the fund, or to the
  /// agent that had paid for it (``ItemMoney/back(recovered:isLate:)``, ``BackShares``), and what was still to be
  /// recovered of it is not any more.
  ///
  /// - Returns: where `amount` đồng of the payout went.
  @discardableResult
  func takeBackNotOwed(payout transactionID: [UInt8], of amount: Int64 = 0) throws -> TakenBack {
    try takeBackNotOwed(
      "payout \(transactionID.hexText)", of: amount,
      """
      SELECT p.item, p.line, p.period, i.kind, SUM(p.amount) FROM (
        SELECT item, line, period, amount FROM payout_part
        WHERE payout = (SELECT id FROM payout WHERE transaction_id = ?1)
        UNION ALL SELECT item, line, period, amount FROM hand_payout_part WHERE transaction_id = ?1
      ) p JOIN item i ON i.id = p.item GROUP BY p.item ORDER BY p.line, p.item
      """, [transactionID.blob])
  }

  /// The same for a transfer that came back.
  func takeBackNotOwed(transfer reference: String) throws {
    _ = try takeBackNotOwed(
      "transfer \(reference)", of: 0,
      """
      SELECT p.item, p.line, p.period, i.kind, SUM(p.amount) FROM bank_transfer_part p JOIN item i ON i.id = p.item
      WHERE p.reference = ? GROUP BY p.item ORDER BY p.line, p.item
      """, [reference])
  }

  /// What an item gives back, and where that goes.
  private struct Returned {
    let item: [UInt8]
    let line: PayableAccount
    let back: Int64
    let overpaid: Int64
    let shares: BackShares
  }

  /// - Parameter query: item, line, month, kind and amount of what is taken back.
  private func takeBackNotOwed(
    _ subject: String, of amount: Int64, _ query: String, _ arguments: SQLArguments
  ) throws -> TakenBack {
    let returned = try sql.all(query, arguments).compactMap { part in
      try self.returned(
        part.bytes(0), line: part.int(1), period: part.decode(2) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } })
    }
    guard !returned.isEmpty else { return TakenBack(of: amount) }
    let (released, toAgents) = (returned.flatMap(\.shares.released), returned.flatMap(\.shares.toAgents))
    let toFund = returned.filter { $0.shares.toFund > 0 }.map { LineAmount(line: $0.line, amount: $0.shares.toFund) }
    let transfers =
      LedgerEvent.itemsReturned(toFund).transfers() + LedgerEvent.owedToAgents(toAgents).transfers()
      + LedgerEvent.notOwedTakenBack(released).transfers()
    let number = try keep(
      .notOwedTakenBack, subject: subject,
      ActHands(maker: "centre", office: "centre", reason: "taken back and not owed"),
      event: post(plan(transfers), reference: subject))
    for part in returned {
      try move(part.back, of: part.item, act: number)
      if part.overpaid > 0 { try putAside(part.item, overpaid: -part.overpaid) }
    }
    for part in released { try keep(part, in: "receivable_release", act: number) }
    for agent in toAgents { try keep(agent.part, in: "agent_refund", act: number) }
    return TakenBack(
      of: amount, toFund: try Money.total(toFund.map(\.amount)), toAgent: try Money.total(toAgents.map(\.part.amount)))
  }

  private func returned(_ id: [UInt8], line number: Int64, period: Period) throws -> Returned? {
    guard let line = try UInt32(exactly: number).flatMap({ try line($0) }),
      let item = try items(line: line.account.line, period: period).first(where: { $0.id == id })
    else { return nil }
    let debts = try debts(of: id, line.account)
    let money = try money(item)
    let back = money.back(
      recovered: try Money.total(debts.filter { $0.agent == nil }.map(\.recovered)),
      isLate: line.standing.isOver(in: period, item.name.kind))
    guard back > 0 else { return nil }
    return Returned(
      item: id, line: line.account, back: back, overpaid: min(back, money.overpaid),
      shares: BackShares(back, of: line.account, debts))
  }

  func keep(_ part: ReceivableAmount, in table: String, act: Int64) throws {
    try sql.run(
      "INSERT INTO \(table) (receivable, act, amount) VALUES (?, ?, ?)", [part.receivable, act, part.amount])
  }

  /// The receivables of an item.
  private func debts(of item: [UInt8], _ line: PayableAccount) throws -> [ItemDebt] {
    try sql.all(
      """
      SELECT r.number, r.amount - COALESCE((SELECT SUM(x.amount) FROM receivable_release x
          WHERE x.receivable = r.number), 0)
        - COALESCE((SELECT SUM(x.amount) FROM agent_refund x WHERE x.receivable = r.number), 0)
        - COALESCE((SELECT SUM(CAST(a.content AS INTEGER)) FROM act a
          WHERE a.subject = 'receivable ' || r.number AND a.kind = 11), 0), r.agent
      FROM receivable r WHERE r.item = ? ORDER BY r.number
      """, [item.blob]
    ).map { row in
      let rest = try balance(ReceivableAmount.account(row.int(0), line))
      return ItemDebt(
        receivable: try row.int(0), agent: row.isNull(2) ? nil : try row.text(2), rest: rest,
        recovered: try row.int(1) - rest)
    }
  }
}
