internal import GRDB
internal import Ledger

/// Transfers to bank accounts.
extension BatchSession {
  func order(_ batch: TransferBatch) throws -> Decision {
    try batch.hands.require(for: .transfersOrdered)
    let amount = try Money.total(batch.orders.flatMap(\.allocations).map(\.amount))
    let act = try keep(
      .transfersOrdered, subject: "transfers \(batch.batch)",
      content: "transfers \(batch.orders.count) amount \(amount)", batch.hands)
    for (place, order) in batch.orders.enumerated() {
      do {
        try self.order(order, act: act)
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: amount)))
  }

  private func order(_ order: BankTransferOrder, act: Int64) throws {
    guard try sql.one("SELECT 1 FROM bank_transfer WHERE reference = ?", [order.reference]) == nil else {
      throw LedgerRefusal(.transferKnown)
    }
    guard
      let person = try sql.one(
        "SELECT person FROM person_identity WHERE personal_id = ?", [order.personalID])?.bytes(0)
    else { throw LedgerRefusal(.unknownPerson) }
    guard try death(person) == nil else { throw LedgerRefusal(.personDead) }
    let parts = try parts(order.allocations, of: person)
    try requireTerm(order.allocations, parts)
    let lines = Self.lines(of: parts, order.allocations)
    let event = try post(
      plan(LedgerEvent.bankTransfer(lines, .ordered).transfers()), reference: order.reference)
    let stored = StoredBankTransfer(
      reference: order.reference, person: person, account: order.account,
      amount: try Money.total(lines.map(\.amount)), act: act, event: event,
      parts: StoredHandPayout.text(parts.map { ($0.item, $0.amount) }), holder: order.holder)
    let leaf = commit(stored.leaf)
    try sql.run(
      """
      INSERT INTO bank_transfer (reference, person, bank, last_four, salt, account_hash, amount, act, event, batch,
        leaf, holder)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        order.reference, person.blob, order.account.bank, order.account.lastFour, order.account.salt.blob,
        order.account.hash.blob, stored.amount, act, event.blob, sequence, leaf, order.holder,
      ])
    for (ordinal, part) in parts.enumerated() {
      try sql.run(
        """
        INSERT INTO bank_transfer_part (reference, ordinal, item, line, period, home_province, amount)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          order.reference, ordinal, part.item.blob, part.line.line, part.allocation.period.yyyymm, part.homeProvince,
          part.amount,
        ])
      try sql.run("UPDATE item_open SET paid = paid + ? WHERE item = ?", [part.amount, part.item.blob])
    }
  }

  func settle(_ statement: TransferStatement) throws -> Decision {
    try statement.hands.require(for: .transfersSettled)
    let amount = try Money.total(statement.reports.map(\.amount))
    let confirmed = statement.reports.filter(\.isConfirmed).count
    let act = try keep(
      .transfersSettled, subject: "statement \(statement.statement)",
      content: "confirmed \(confirmed) rejected \(statement.reports.count - confirmed) amount \(amount)",
      statement.hands)
    for (place, report) in statement.reports.enumerated() {
      do {
        try settle(report, act: act)
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: amount)))
  }

  private func settle(_ report: TransferReport, act: Int64) throws {
    guard
      let known = try sql.one(
        """
        SELECT t.amount, e.step FROM bank_transfer t LEFT JOIN bank_transfer_end e ON e.reference = t.reference
        WHERE t.reference = ?
        """, [report.reference])
    else { throw LedgerRefusal(.unknownTransfer) }
    if !known.isNull(1) {
      let confirmed = try known.int(1) == Int64(BankTransferStep.confirmed.rawValue)
      throw LedgerRefusal(confirmed ? .transferConfirmed : .transferRejected)
    }
    guard try known.int(0) == report.amount else { throw LedgerRefusal(.transferAmount) }
    let step: BankTransferStep = report.isConfirmed ? .confirmed : .rejected
    let event = try post(report.reference, step)
    let end = StoredBankTransferEnd(
      reference: report.reference, step: step, act: act, event: event,
      effectiveDate: PostingDay(unixMilliseconds: receivedAt).yyyymmdd)
    let leaf = commit(end.leaf)
    try sql.run(
      """
      INSERT INTO bank_transfer_end (reference, step, act, event, effective_date, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, [end.reference, step.rawValue, act, event.blob, end.effectiveDate, sequence, leaf])
    if step == .rejected { try reopen(report.reference) }
  }

  func takeIn(_ back: TransferReturn) throws -> Decision {
    try back.hands.require(for: .transferReturned)
    guard
      let known = try sql.one(
        """
        SELECT t.amount, e.step, b.act FROM bank_transfer t LEFT JOIN bank_transfer_end e ON e.reference = t.reference
        LEFT JOIN bank_transfer_return b ON b.reference = t.reference WHERE t.reference = ?
        """, [back.reference])
    else { throw LedgerRefusal(.unknownTransfer) }
    guard !known.isNull(1) else { throw LedgerRefusal(.transferUnconfirmed) }
    guard try known.int(1) == Int64(BankTransferStep.confirmed.rawValue) else { throw LedgerRefusal(.transferRejected) }
    guard known.isNull(2) else { throw LedgerRefusal(.transferReturned) }
    guard try known.int(0) == back.amount else { throw LedgerRefusal(.transferAmount) }
    let event = try post(back.reference, .returned)
    let act = try keep(
      .transferReturned, subject: "transfer \(back.reference)", content: "\(back.amount) by \(back.bankReference)",
      back.hands, event: event)
    let end = StoredBankTransferEnd(
      reference: back.reference, step: .returned, act: act, event: event,
      effectiveDate: PostingDay(unixMilliseconds: receivedAt).yyyymmdd)
    let leaf = commit(end.leaf)
    try sql.run(
      """
      INSERT INTO bank_transfer_return (reference, act, event, effective_date, batch, leaf) VALUES (?, ?, ?, ?, ?, ?)
      """, [end.reference, act, event.blob, end.effectiveDate, sequence, leaf])
    try reopen(back.reference)
    return .outcome(.acted(EntitlementActResult(sequence: act, amount: back.amount)))
  }

  /// Posts a step of a transfer; the event's id.
  private func post(_ reference: String, _ step: BankTransferStep) throws -> [UInt8] {
    let parts = try sql.all(
      "SELECT line, amount FROM bank_transfer_part WHERE reference = ? ORDER BY ordinal", [reference])
    let lines = try parts.compactMap { part in
      try line(part.decode(0) { UInt32(exactly: $0) }).map { LineAmount(line: $0.account, amount: try part.int(1)) }
    }
    return try post(plan(LedgerEvent.bankTransfer(lines, step).transfers()), reference: reference)
  }

  /// What a transfer took of items is open again, as far as it is owed.
  private func reopen(_ reference: String) throws {
    for part in try sql.all("SELECT item, amount FROM bank_transfer_part WHERE reference = ?", [reference]) {
      try sql.run("UPDATE item_open SET paid = paid - ? WHERE item = ?", [try part.int(1), try part.bytes(0).blob])
    }
    try takeBackNotOwed(transfer: reference)
  }
}
