internal import GRDB
internal import Ledger

/// Accounts and transfers.
extension BatchSession {
  /// One account as it is before and after an event.
  struct Account {
    var id: [UInt8]?
    var totals: AccountTotals
  }

  /// The accounts of an event as they will be; nothing is written yet.
  struct Plan {
    let transfers: [Transfer]
    let keys: [AccountKey]
    let accounts: [AccountKey: Account]
  }

  /// Reads the accounts of `transfers` and adds these up. `check` sees each balance after the event and may refuse.
  func plan(_ transfers: [Transfer], check: (AccountKey, Int64) throws -> Void = { _, _ in }) throws -> Plan {
    var keys: [AccountKey] = []
    var accounts: [AccountKey: Account] = [:]
    let statement = try sql.prepare(Self.accountQuery)
    func touch(_ key: AccountKey, _ change: (inout AccountTotals) throws -> Void) throws {
      var account: Account
      if let known = accounts[key] {
        account = known
      } else {
        account = try Self.account(key, statement)
        keys.append(key)
      }
      try change(&account.totals)
      accounts[key] = account
    }
    for transfer in transfers {
      try touch(transfer.debit) { $0.debits = try Money.sum($0.debits, transfer.amount) }
      try touch(transfer.credit) { $0.credits = try Money.sum($0.credits, transfer.amount) }
    }
    for key in Set(transfers.map(\.debit)) { accounts[key]?.totals.debitEvents += 1 }
    for key in Set(transfers.map(\.credit)) { accounts[key]?.totals.creditEvents += 1 }
    for key in keys {
      guard let balance = try accounts[key]?.totals.balance(key.code.side) else { continue }
      try check(key, balance)
      if key.code.signRule == .nonNegative, balance < 0 { throw LedgerStoreError.corrupt(place: key.text) }
    }
    return Plan(transfers: transfers, keys: keys, accounts: accounts)
  }

  /// Writes the event, its transfers and the accounts' new totals; the event's id.
  func post(_ plan: Plan, reference: String) throws -> [UInt8] {
    let event = nextID()
    note(event: event)
    try sql.run(
      "INSERT INTO event (id, request, reference, effective_date, posted_at) VALUES (?, ?, ?, ?, ?)",
      [event.blob, key, reference, PostingDay(unixMilliseconds: receivedAt).yyyymmdd, receivedAt])
    let statements = try PostingStatements(sql)
    var ids: [AccountKey: (id: [UInt8], text: String)] = [:]
    ids.reserveCapacity(plan.keys.count)
    for key in plan.keys {
      guard let account = plan.accounts[key] else { continue }
      ids[key] = (try write(account, key, statements), key.text)
    }
    for transfer in plan.transfers {
      guard let debit = ids[transfer.debit], let credit = ids[transfer.credit] else { continue }
      let id = nextID()
      let leaf = commit(
        .transfer(
          id: id, event: event, debit: debit.text, credit: credit.text, amount: transfer.amount,
          kind: Int64(transfer.kind.rawValue)))
      try statements.transfer.run([
        id.blob, event.blob, debit.id.blob, credit.id.blob, transfer.amount, transfer.kind.rawValue, sequence, leaf,
      ])
    }
    return event
  }

  /// The transfers of an event in posting order.
  func transfers(event: [UInt8]) throws -> [Transfer] {
    try sql.all(
      """
      SELECT d.code, d.book, d.funder, d.subject, c.code, c.book, c.funder, c.subject, t.amount, t.kind
      FROM transfer t JOIN account d ON d.id = t.debit JOIN account c ON c.id = t.credit
      WHERE t.event = ? ORDER BY t.id
      """, [event.blob]
    ).map { row in
      let transfer = Transfer(
        debit: try AccountKey(row: row, at: 0), credit: try AccountKey(row: row, at: 4), amount: try row.int(8),
        kind: try row.decode(9) { UInt8(exactly: $0).flatMap(TransferKind.init) })
      guard let transfer else { throw LedgerStoreError.corrupt(place: "transfer") }
      return transfer
    }
  }

  private static func account(_ key: AccountKey, _ statement: SQLStatement) throws -> Account {
    let row = try statement.one([key.code.rawValue, key.book.text, key.funder.text, key.subject])
    guard let row else { return Account(id: nil, totals: AccountTotals()) }
    return Account(id: try row.bytes(0), totals: try AccountTotals(row: row, at: 1))
  }

  /// The balance of an account in đồng, on the side it grows on; 0 when nothing has touched it.
  func balance(_ key: AccountKey) throws -> Int64 {
    try Self.account(key, sql.prepare(Self.accountQuery)).totals.balance(key.code.side)
  }

  private static let accountQuery = """
    SELECT id, debits, credits, debit_events, credit_events FROM account
    WHERE code = ? AND book = ? AND funder = ? AND subject = ?
    """

  /// What a posting writes many times, compiled once for it.
  private struct PostingStatements {
    let change, open, transfer: SQLStatement

    init(_ sql: SQL) throws {
      change = try sql.prepare(
        "UPDATE account SET debits = ?, credits = ?, debit_events = ?, credit_events = ? WHERE id = ?")
      open = try sql.prepare(
        """
        INSERT INTO account (id, code, book, funder, subject, debits, credits, debit_events, credit_events)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
      transfer = try sql.prepare(
        """
        INSERT INTO transfer (id, event, debit, credit, amount, kind, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    }
  }

  private func write(_ account: Account, _ key: AccountKey, _ statements: PostingStatements) throws -> [UInt8] {
    let totals = account.totals
    if let id = account.id {
      try statements.change.run([
        totals.debits, totals.credits, totals.debitEvents, totals.creditEvents, id.blob,
      ])
      return id
    }
    let id = nextID()
    try statements.open.run([
      id.blob, key.code.rawValue, key.book.text, key.funder.text, key.subject, totals.debits, totals.credits,
      totals.debitEvents, totals.creditEvents,
    ])
    return id
  }
}

extension AccountKey {
  /// Reads code, book, funder and subject from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      try row.decode(index) { UInt16(exactly: $0).flatMap(AccountCode.init) },
      book: try row.decode(index + 1) { AccountingUnit(text: $0) },
      funder: try row.decode(index + 2) { Funder(text: $0) }, subject: try row.text(index + 3))
  }
}

extension AccountTotals {
  /// Reads debits, credits and the counts of events from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      debits: try row.int(index), credits: try row.int(index + 1), debitEvents: try row.int(index + 2),
      creditEvents: try row.int(index + 3))
  }
}
