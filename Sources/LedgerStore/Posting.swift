internal import GRDB
internal import Ledger

/// Accounts and transfers.
extension BatchSession {
  /// One account as it is before and after an event.
  struct Account {
    var id: [UInt8]?
    var totals: AccountTotals
    let key: AccountKey
    let text: String
    /// The event has a transfer that debits or credits it.
    var isDebited = false
    var isCredited = false
    /// The cache has newer totals than the database.
    var isUnwritten = false

    init(_ key: AccountKey, id: [UInt8]? = nil, totals: AccountTotals = AccountTotals()) {
      self.id = id
      self.totals = totals
      self.key = key
      text = key.text
    }

    mutating func debit(_ amount: Int64) throws {
      totals.debits = try Money.sum(totals.debits, amount)
      if !isDebited { totals.debitEvents += 1 }
      isDebited = true
    }

    mutating func credit(_ amount: Int64) throws {
      totals.credits = try Money.sum(totals.credits, amount)
      if !isCredited { totals.creditEvents += 1 }
      isCredited = true
    }
  }

  /// The accounts of an event as they will be; nothing is written yet.
  struct Plan {
    /// A transfer and the places of its accounts: a key is four texts long, so each is looked for once.
    struct Entry {
      let transfer: Transfer
      let debit, credit: Int
    }

    fileprivate(set) var entries: [Entry] = []
    /// In the order in which the transfers name them.
    fileprivate(set) var accounts: [Account] = []
  }

  /// Reads the accounts of `transfers` and adds these up. `check` sees each balance after the event and may refuse.
  func plan(_ transfers: [Transfer], check: (AccountKey, Int64) throws -> Void = { _, _ in }) throws -> Plan {
    var plan = Plan()
    plan.entries.reserveCapacity(transfers.count)
    var places: [AccountKey: Int] = [:]
    places.reserveCapacity(transfers.count + 1)
    func place(_ key: AccountKey) throws -> Int {
      if let known = places[key] { return known }
      plan.accounts.append(try account(key))
      places[key] = plan.accounts.count - 1
      return plan.accounts.count - 1
    }
    for transfer in transfers {
      let debit = try place(transfer.debit)
      try plan.accounts[debit].debit(transfer.amount)
      let credit = try place(transfer.credit)
      try plan.accounts[credit].credit(transfer.amount)
      plan.entries.append(Plan.Entry(transfer: transfer, debit: debit, credit: credit))
    }
    for account in plan.accounts { try check(account.key, account.totals.balance(account.key.code.side)) }
    // What the command may be refused for comes first: an account that follows from it can be below zero, too.
    for account in plan.accounts where account.key.code.signRule == .nonNegative {
      guard try account.totals.balance(account.key.code.side) >= 0 else {
        throw LedgerStoreError.corrupt(place: account.text)
      }
    }
    return plan
  }

  /// Writes the event, its transfers and the accounts' new totals; the event's id.
  func post(_ plan: Plan, reference: String) throws -> [UInt8] {
    let event = nextID()
    note(event: event)
    try sql.run(
      "INSERT INTO event (id, request, reference, effective_date, posted_at) VALUES (?, ?, ?, ?, ?)",
      event.blob, key, reference, PostingDay(unixMilliseconds: receivedAt).yyyymmdd, receivedAt)
    let ids = try plan.accounts.map(write)
    for entry in plan.entries {
      let (transfer, debit, credit) = (entry.transfer, ids[entry.debit], ids[entry.credit])
      let id = nextID()
      let leaf = commit(
        .transfer(
          id: id, event: event, debit: plan.accounts[entry.debit].text, credit: plan.accounts[entry.credit].text,
          amount: transfer.amount, kind: Int64(transfer.kind.rawValue)))
      try sql.run(
        """
        INSERT INTO transfer (id, event, debit, credit, amount, kind, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        id.blob, event.blob, debit.blob, credit.blob, transfer.amount, transfer.kind.rawValue, sequence, leaf)
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

  /// An account before the next event.
  private func account(_ key: AccountKey) throws -> Account {
    if usesCache, var known = cache[key] {
      (known.isDebited, known.isCredited) = (false, false)
      return known
    }
    let row = try sql.one(
      """
      SELECT id, debits, credits, debit_events, credit_events FROM account
      WHERE code = ? AND book = ? AND funder = ? AND subject = ?
      """, key.code.rawValue, key.book.text, key.funder.text, key.subject)
    guard let row else { return Account(key) }
    return Account(key, id: try row.bytes(0), totals: try AccountTotals(row: row, at: 1))
  }

  /// The balance of an account in đồng, on the side it grows on; 0 when nothing has touched it.
  func balance(_ key: AccountKey) throws -> Int64 {
    try account(key).totals.balance(key.code.side)
  }

  /// Writes an account as it is after an event, or leaves that to the end of the batch; its id.
  private func write(_ account: Account) throws -> [UInt8] {
    var account = account
    if let id = account.id {
      if usesCache { cache.change(account) } else { try change(account.totals, of: id) }
      return id
    }
    let (key, totals) = (account.key, account.totals)
    let id = nextID()
    try sql.run(
      """
      INSERT INTO account (id, code, book, funder, subject, debits, credits, debit_events, credit_events)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      id.blob, key.code.rawValue, key.book.text, key.funder.text, key.subject, totals.debits, totals.credits,
      totals.debitEvents, totals.creditEvents)
    account.id = id
    if usesCache { cache[key] = account }
    return id
  }

  /// Writes the totals of an account.
  func change(_ totals: AccountTotals, of id: [UInt8]) throws {
    try sql.run(
      "UPDATE account SET debits = ?, credits = ?, debit_events = ?, credit_events = ? WHERE id = ?",
      totals.debits, totals.credits, totals.debitEvents, totals.creditEvents, id.blob)
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
