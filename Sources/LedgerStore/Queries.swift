internal import GRDB
public import Ledger
internal import Synchronization

/// Snapshot reads: each one sees the state after some whole batch.
extension SQLiteLedgerStore {
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (SQL) throws -> Value
  ) async throws(LedgerStoreError) -> Value {
    let value: Value
    do {
      value = try await pool.read { db in try body(SQL(db: db)) }
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
    try await settled()
    return value
  }

  /// See ``LedgerStore/payable(card:)``.
  public func payable(card: String) async throws(LedgerStoreError) -> [PayableItem]? {
    let terms = terms
    return try await read { sql in
      guard let person = try sql.one("SELECT person FROM card WHERE number = ?", [card]) else { return nil }
      return try Self.payable(sql, person: person.bytes(0), terms)
    }
  }

  /// What can be paid to a person now, oldest first; nothing to the dead.
  static func payable(_ sql: SQL, person: [UInt8], _ terms: CollectionTerms) throws -> [PayableItem] {
    try sql.all(
      """
      SELECT o.line, o.period, SUM(o.credited - o.paid - o.taken) AS open, l.programme, l.funder, l.unit,
        l.home_province, s.state IS 3, s.last_period
      FROM line l JOIN item_open o ON o.line = l.id LEFT JOIN line_state s ON s.line = l.id
      WHERE l.person = ?1 AND s.state IS NOT 2 AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = ?1)
      GROUP BY o.line, o.period HAVING open > 0 ORDER BY o.period, o.line
      """, [person.blob]
    ).map { row in
      let line: UInt32 = try row.decode(0) { UInt32(exactly: $0) }
      let period: Period = try row.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      let programme = try row.decode(3) { UInt16(exactly: $0) }
      return PayableItem(
        line: line, period: period, amount: try row.int(2), programme: programme,
        funder: try row.decode(4) { Funder(text: $0) },
        unit: try row.decode(5) { AccountingUnit(text: $0) }, homeProvince: try row.text(6),
        isClosing: try row.int(7) == 1,
        lastDay: try terms.lastDay(
          programme: programme, period: period,
          lineEnds: row.isNull(8) ? nil : row.decode(8) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }))
    }
  }

  /// See ``LedgerStore/lines(card:)``.
  public func lines(card: String) async throws(LedgerStoreError) -> [StoredLine]? {
    try await read { sql in
      guard let person = try sql.one("SELECT person FROM card WHERE number = ?", [card]) else { return nil }
      return try sql.all(
        """
        SELECT l.id, l.programme, l.home_province FROM line l
        WHERE l.person = ? AND EXISTS (SELECT 1 FROM item_open o WHERE o.line = l.id) ORDER BY l.id
        """, [person.bytes(0).blob]
      ).map { row in
        StoredLine(
          line: try row.decode(0) { UInt32(exactly: $0) }, programme: try row.decode(1) { UInt16(exactly: $0) },
          homeProvince: try row.text(2))
      }
    }
  }

  /// See ``LedgerStore/contiguousCounter(card:)``.
  public func contiguousCounter(card: String) async throws(LedgerStoreError) -> UInt32 {
    try await read { sql in
      // A card's first certificate has counter 1; the first gap ends the run.
      let row = try sql.one(
        """
        SELECT COALESCE(MIN(o.counter), 0)
        FROM (SELECT 0 AS counter UNION ALL SELECT counter FROM outcome WHERE card = ?1) o
        WHERE NOT EXISTS (SELECT 1 FROM outcome n WHERE n.card = ?1 AND n.counter = o.counter + 1)
        """, [card])
      return try row?.decode(0) { UInt32(exactly: $0) } ?? 0
    }
  }

  /// See ``LedgerStore/lastPostedCertificate(card:)``.
  public func lastPostedCertificate(card: String) async throws(LedgerStoreError) -> [UInt8]? {
    try await read { sql in
      try sql.one(
        "SELECT certificate FROM outcome WHERE card = ? AND refusal = 0 ORDER BY counter DESC LIMIT 1", [card])?
        .bytes(0)
    }
  }

  /// See ``LedgerStore/postedIdentity(_:)``.
  public func postedIdentity(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> [UInt8]? {
    try await read { sql in
      try sql.one(
        """
        SELECT o.identity FROM payout p JOIN outcome o ON o.card = p.card AND o.counter = p.counter
        WHERE p.transaction_id = ?
        """, [transactionID.blob])?.bytes(0)
    }
  }

  /// See ``LedgerStore/payoutStatus(_:)``.
  public func payoutStatus(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> PayoutStatus {
    try await read { sql in
      let outcome = try sql.one(
        """
        SELECT 0, p.terminal, p.amount, p.posted_at, v.voided_at, a.acted_at FROM payout p
        LEFT JOIN payout_void v ON v.transaction_id = p.transaction_id
        LEFT JOIN payout_reversal b ON b.transaction_id = p.transaction_id LEFT JOIN act a ON a.sequence = b.act
        WHERE p.transaction_id = ?1
        UNION ALL SELECT refusal, terminal, NULL, NULL, NULL, NULL FROM outcome
        WHERE transaction_id = ?1 AND refusal <> 0 ORDER BY 1 LIMIT 1
        """, [transactionID.blob])
      let record: SQLRow?
      if let terminal = try outcome?.bytes(1) {
        record = try sql.one(
          "SELECT verdict FROM terminal_record WHERE transaction_id = ? AND terminal = ?",
          [transactionID.blob, terminal.blob])
      } else {
        record = try sql.one("SELECT verdict FROM terminal_record WHERE transaction_id = ?", [transactionID.blob])
      }
      let verdict: TerminalVerdict? = try record?.decode(0) { UInt8(exactly: $0).flatMap(TerminalVerdict.init) }
      return PayoutStatus(state: try Self.state(outcome), verdict: verdict)
    }
  }

  private static func state(_ outcome: SQLRow?) throws -> PayoutStatus.State {
    guard let outcome else { return .unknown }
    guard try outcome.int(0) == 0 else {
      return .refused(try outcome.decode(0) { UInt16(exactly: $0).flatMap(RefusalCode.init) })
    }
    let amount = try outcome.int(2)
    if !outcome.isNull(5) { return .reversed(amount: amount, at: try outcome.int(5)) }
    return outcome.isNull(4)
      ? .posted(amount: amount, at: try outcome.int(3)) : .voided(amount: amount, at: try outcome.int(4))
  }

  /// See ``LedgerStore/card(_:)``.
  public func card(_ number: String) async throws(LedgerStoreError) -> StoredCard? {
    try await read { try StoredCard.read($0, number) }
  }

  /// See ``LedgerStore/payoutKey(card:)``.
  public func payoutKey(card: String) throws(LedgerStoreError) -> [UInt8]? {
    guard !state.withLock(\.isStopped) else { throw .stopped }
    do {
      return try keys.unsafeRead { db in
        try SQL(db: db).one("SELECT public_key FROM card WHERE number = ?", card)?.bytes(0)
      }
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }

  /// See ``LedgerStore/terminal(_:)``.
  public func terminal(_ keyHash: [UInt8]) async throws(LedgerStoreError) -> StoredTerminal? {
    try await read { try StoredTerminal.read($0, keyHash) }
  }

  /// See ``LedgerStore/person(card:)``.
  public func person(card: String) async throws(LedgerStoreError) -> PersonIdentity? {
    try await read { sql in
      guard let person = try sql.one("SELECT person FROM card WHERE number = ?", [card])?.bytes(0) else {
        return nil
      }
      return try Self.identity(sql, person)
    }
  }

  /// See ``LedgerStore/totals(list:)``.
  public func totals(list: String) async throws(LedgerStoreError) -> [StoredListTotal] {
    try await read { sql in
      try sql.all(
        """
        SELECT unit, funder, items, amount FROM list_purse WHERE list = ? ORDER BY unit, funder
        """, [list]
      ).map { row in
        StoredListTotal(
          unit: try row.decode(0) { AccountingUnit(text: $0) }, funder: try row.decode(1) { Funder(text: $0) },
          items: try row.int(2), amount: try row.int(3))
      }
    }
  }

  /// See ``LedgerStore/list(_:)``.
  public func list(_ reference: String) async throws(LedgerStoreError) -> StoredList? {
    try await read { sql in
      let hands = try sql.all("SELECT step, actor FROM cycle_step WHERE list = ?", [reference]).map { row in
        (try row.decode(0) { UInt8(exactly: $0).flatMap(CycleStep.init) }, try row.text(1))
      }
      let rules = try sql.one("SELECT rules FROM list_rules WHERE list = ?", [reference])?.bytes(0)
      return try sql.one(
        "SELECT state, imported, amount, credited, returned, returned_amount FROM item_list WHERE list = ?", [reference]
      ).map {
        StoredList(
          state: try $0.decode(0, StoredList.State.init(rawValue:)), imported: try $0.int(1), amount: try $0.int(2),
          credited: try $0.int(3), returned: try $0.int(4), returnedAmount: try $0.int(5),
          hands: Dictionary(uniqueKeysWithValues: hands), rules: rules)
      }
    }
  }

  /// See ``LedgerStore/settlement(window:)``.
  public func settlement(window: String) async throws(LedgerStoreError) -> [SettlementRow] {
    var rows: [SettlementRow] = []
    for account in try await balances(.dueTo) {
      let parts = account.key.subject.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let host = AccountingUnit(text: parts[0]),
        let amount = try? account.totals.balance(.credit)
      else { throw LedgerStoreError.corrupt(place: account.key.text) }
      guard parts[1] == window else { continue }
      rows.append(
        SettlementRow(
          home: account.key.book, host: host, funder: account.key.funder,
          count: account.totals.creditEvents - account.totals.debitEvents, amount: amount))
    }
    return rows
  }

  /// See ``LedgerStore/balances(_:)``.
  public func balances(_ code: AccountCode?) async throws(LedgerStoreError) -> [AccountBalance] {
    try await read { sql in
      try sql.all(
        """
        SELECT code, book, funder, subject, debits, credits, debit_events, credit_events FROM account
        WHERE ?1 IS NULL OR code = ?1 ORDER BY code, book, funder, subject
        """, [code?.rawValue]
      ).map { AccountBalance(key: try AccountKey(row: $0, at: 0), totals: try AccountTotals(row: $0, at: 4)) }
    }
  }

  /// See ``LedgerStore/totals(unit:)``.
  public func totals(unit: AccountingUnit) async throws(LedgerStoreError) -> [UnitTotal] {
    try await read { sql in
      try sql.all(
        """
        SELECT code, funder, SUM(debits), SUM(credits) FROM account WHERE book = ? GROUP BY code, funder
        ORDER BY code, funder
        """, [unit.text]
      ).map { row in
        UnitTotal(
          code: try row.decode(0) { UInt16(exactly: $0).flatMap(AccountCode.init) },
          funder: try row.decode(1) { Funder(text: $0) }, debits: try row.int(2), credits: try row.int(3))
      }
    }
  }

  /// See ``LedgerStore/counts()``.
  public func counts() async throws(LedgerStoreError) -> LedgerCounts {
    try await read { sql in
      func count(_ table: String) throws -> Int64 { try sql.one("SELECT COUNT(*) FROM \(table)", [])?.int(0) ?? 0 }
      return LedgerCounts(
        persons: try count("person"), lines: try count("line"), items: try count("item"), cards: try count("card"),
        terminals: try count("terminal"), payouts: try count("payout"), voids: try count("payout_void"),
        refusals: try count("outcome WHERE refusal <> 0"), transfers: try count("transfer"),
        requests: try count("request"), cases: try count("case_file"))
    }
  }

  /// See ``LedgerStore/head()``.
  public func head() async throws(LedgerStoreError) -> ChainHead {
    let (head, isStopped) = state.withLock { ($0.head, $0.isStopped) }
    guard !isStopped else { throw .stopped }
    try await settled()
    return head
  }

  /// See ``LedgerStore/lastCompletion(card:)``.
  public func lastCompletion(card: String) async throws(LedgerStoreError) -> StoredCompletion? {
    try await read { sql in
      try sql.one(
        """
        SELECT c.serial, c.body, c.signature, c.issued_at, r.serial IS NOT NULL FROM completion c
        LEFT JOIN receipt r ON r.card = c.card AND r.serial = c.serial
        WHERE c.card = ? ORDER BY c.serial DESC LIMIT 1
        """, [card]
      ).map { row in
        StoredCompletion(
          serial: try row.decode(0) { UInt32(exactly: $0) }, body: try row.bytes(1), signature: try row.bytes(2),
          issuedAt: try row.int(3), isAcknowledged: try row.int(4) == 1)
      }
    }
  }
}
