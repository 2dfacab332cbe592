internal import GRDB
internal import Ledger

/// What terminals and cards report, and completions.
extension BatchSession {
  /// What a terminal has reported of a transaction; nil when nothing yet.
  func record(_ record: TerminalRecord) throws -> Decision {
    let known = try sql.one(
      "SELECT verdict, record, request FROM terminal_record WHERE transaction_id = ? AND terminal = ?",
      [record.transactionID.blob, record.terminal.blob])
    if let known, try known.int(0) == Int64(record.verdict.rawValue), try known.bytes(1) == record.record {
      return .replay(of: try known.text(2))
    }
    guard let terminal = try terminal(record.terminal) else { throw LedgerRefusal(.unknownTerminal) }
    guard terminal.revokedAt == nil else { return try keep(record, .recordOfRevokedTerminal, .terminalRevoked) }
    let uses = try sql.all(
      """
      SELECT refusal, terminal FROM outcome WHERE transaction_id = ?1 AND refusal <> 0
      UNION ALL SELECT 0, terminal FROM payout WHERE transaction_id = ?1
      """, [record.transactionID.blob])
    let own = try uses.filter { try $0.bytes(1) == record.terminal }
    // A refused certificate may have come from a card's log, by whoever read it: only a posting has its terminal.
    guard try !own.isEmpty || !uses.contains(where: { try $0.int(0) == 0 }) else {
      throw LedgerRefusal(.recordOfOtherTerminal)
    }
    if let known {
      let first: TerminalVerdict = try known.decode(0) { UInt8(exactly: $0).flatMap(TerminalVerdict.init) }
      let code: RefusalCode = first == .void ? .alreadyVoid : .alreadyPaid
      guard first != record.verdict else { throw LedgerRefusal(code) }
      return try keep(record, .contradictoryRecord, code)
    }
    let isPosted = try own.contains { try $0.int(0) == 0 }
    let outcome: LedgerOutcome
    switch (record.verdict, isPosted) {
    case (.paid, true): outcome = .recorded(.paid)
    case (.paid, false):
      try openCase(uses.isEmpty ? .paidUnposted : .paidAgainstRefusal, transactionID: record.transactionID)
      outcome = .recorded(uses.isEmpty ? .paidUnposted : .paidAgainstRefusal)
    case (.void, true): outcome = .recorded(.voided(returned: try void(record.transactionID)))
    case (.void, false):
      outcome = uses.isEmpty ? .recorded(.voidUnposted) : .refused(LedgerRefusal(.nothingToVoid))
    }
    try insert(record)
    return .outcome(outcome)
  }

  private func keep(_ record: TerminalRecord, _ kind: CaseKind, _ code: RefusalCode) throws -> Decision {
    try openCase(kind, transactionID: record.transactionID, evidence: record.record + record.signature)
    return .outcome(.refused(LedgerRefusal(code)))
  }

  private func insert(_ record: TerminalRecord) throws {
    let leaf = commit(
      .record(
        transactionID: record.transactionID, terminal: record.terminal, verdict: Int64(record.verdict.rawValue),
        record: record.record, signature: record.signature))
    try sql.run(
      """
      INSERT INTO terminal_record (transaction_id, terminal, verdict, record, signature, received_at, request, batch,
        leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record.transactionID.blob, record.terminal.blob, record.verdict.rawValue, record.record.blob,
        record.signature.blob, receivedAt, key, sequence, leaf,
      ])
  }

  /// Takes a posted payout back by the inverse, in the window of now; the đồng returned.
  private func void(_ transactionID: [UInt8]) throws -> Int64 {
    guard
      let payout = try sql.one(
        "SELECT event, amount, terminal, effective_date FROM payout WHERE transaction_id = ?", [transactionID.blob])
    else { throw LedgerStoreError.corrupt(place: "payout \(transactionID.hexText)") }
    let window = PostingDay(unixMilliseconds: receivedAt).window
    let plan = try plan(LedgerEvent.void(transfers(event: payout.bytes(0)), window: window).transfers())
    let event = try post(plan, reference: transactionID.hexText)
    try sql.run(
      "INSERT INTO payout_void (transaction_id, event, voided_at) VALUES (?, ?, ?)",
      [transactionID.blob, event.blob, receivedAt])
    let parts = try sql.all(
      "SELECT item, amount FROM payout_part WHERE payout = (SELECT id FROM payout WHERE transaction_id = ?)",
      [transactionID.blob])
    for part in parts {
      try sql.run("UPDATE item_open SET paid = paid - ? WHERE item = ?", [try part.int(1), try part.bytes(0).blob])
    }
    try unpay(
      payout.int(1),
      at: TerminalDay(terminal: payout.bytes(2), day: payout.decode(3) { Int32(exactly: $0) }))
    try takeBackNotOwed(payout: transactionID)
    return try payout.int(1)
  }

  func allotSerial(_ card: String) throws -> Decision {
    guard let row = try sql.one("SELECT last_serial FROM card_state WHERE number = ?", [card]) else {
      throw LedgerRefusal(.unknownCard)
    }
    let last: UInt32 = try row.decode(0) { UInt32(exactly: $0) }
    guard last < .max else { throw LedgerRefusal(.amountOverflow) }
    try sql.run("UPDATE card_state SET last_serial = ? WHERE number = ?", [last + 1, card])
    return .outcome(.serialAllotted(last + 1))
  }

  func issue(_ issue: CompletionIssue) throws -> Decision {
    guard let state = try sql.one("SELECT last_serial FROM card_state WHERE number = ?", [issue.card]) else {
      throw LedgerRefusal(.unknownCard)
    }
    let known = try sql.one(
      "SELECT body, request FROM completion WHERE card = ? AND serial = ?", [issue.card, issue.serial])
    if let known, try known.bytes(0) == issue.body { return .replay(of: try known.text(1)) }
    guard issue.serial > 0, try Int64(issue.serial) <= state.int(0) else { throw LedgerRefusal(.serialNotAllotted) }
    let newest = try sql.one("SELECT COALESCE(MAX(serial), 0) FROM completion WHERE card = ?", [issue.card])
    guard try Int64(issue.serial) > newest?.int(0) ?? 0 else { throw LedgerRefusal(.serialOutOfOrder) }
    let leaf = commit(
      .completion(
        card: issue.card, serial: Int64(issue.serial), body: issue.body, signature: issue.signature,
        times: [receivedAt, Int64(issue.authorityEnds)]))
    try sql.run(
      """
      INSERT INTO completion (card, serial, body, signature, issued_at, request, authority_ends, batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        issue.card, issue.serial, issue.body.blob, issue.signature.blob, receivedAt, key, issue.authorityEnds,
        sequence, leaf,
      ])
    return .outcome(.completion(serial: issue.serial))
  }

  func record(_ receipt: CompletionReceipt) throws -> Decision {
    guard try sql.one("SELECT 1 FROM card WHERE number = ?", [receipt.card]) != nil else {
      throw LedgerRefusal(.unknownCard)
    }
    guard
      try sql.one("SELECT 1 FROM completion WHERE card = ? AND serial = ?", [receipt.card, receipt.serial]) != nil
    else { throw LedgerRefusal(.unknownCompletion) }
    if let known = try sql.one(
      "SELECT receipt, request FROM receipt WHERE card = ? AND serial = ?", [receipt.card, receipt.serial])
    {
      guard try known.bytes(0) == receipt.receipt else { throw LedgerRefusal(.receiptKnown) }
      return .replay(of: try known.text(1))
    }
    let leaf = commit(
      .receipt(card: receipt.card, serial: Int64(receipt.serial), receipt: receipt.receipt, at: receivedAt))
    try sql.run(
      "INSERT INTO receipt (card, serial, receipt, received_at, request, batch, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [receipt.card, receipt.serial, receipt.receipt.blob, receivedAt, key, sequence, leaf])
    return .outcome(.completion(serial: receipt.serial))
  }
}

extension [UInt8] {
  /// Upper-case hexadecimal text, for references and places.
  var hexText: String {
    String(unsafeUninitializedCapacity: count * 2) { text in
      for (index, octet) in enumerated() {
        for (place, digit) in [octet >> 4, octet & 15].enumerated() {
          text[index * 2 + place] = digit < 10 ? 0x30 + digit : 0x37 + digit
        }
      }
      return count * 2
    }
  }
}
