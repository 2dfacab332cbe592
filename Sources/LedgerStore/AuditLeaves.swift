internal import GRDB
internal import Ledger

/// The rows of one table as leaves, in the order (batch, leaf) they were committed in.
final class LeafSource {
  private let name: String
  private let rows: SQLCursor
  private let make: (SQLRow) throws -> Leaf
  private(set) var batch: Int64?
  private var index: Int64 = 0
  private var hash: [UInt8]?

  /// `sql` selects batch and leaf, then what `make` reads from column 2 on.
  init(_ db: Database, _ name: String, _ sql: String, _ make: @escaping (SQLRow) throws -> Leaf) throws {
    self.name = name
    self.make = make
    rows = try SQLCursor(db, sql + " ORDER BY 1, 2")
    try advance()
  }

  private func advance() throws {
    guard let row = try rows.next() else {
      batch = nil
      return
    }
    batch = try row.int(0)
    index = try row.int(1)
    hash = try? make(row).hash
  }

  /// Takes every leaf of a batch up to `sequence` out; rows of an earlier batch are strays.
  func take(_ sequence: Int64, into leaves: inout [(index: Int64, hash: [UInt8])], stray: (String) -> Void) throws {
    while let batch, batch <= sequence {
      if batch < sequence {
        stray("\(name) row of no batch (\(batch), \(index))")
      } else if let hash {
        leaves.append((index, hash))
      } else {
        stray("\(name) row unreadable (batch \(batch), leaf \(index))")
      }
      try advance()
    }
  }

  /// Every table that the chain commits to.
  static func all(_ db: Database) throws -> [LeafSource] {
    let others = try LateTable.all.map { try $0.source(db) }
    return [
      try transfers(db), try answers(db), try certificates(db), try cards(db), try terminals(db), try revocations(db),
      try records(db), try items(db), try lists(db), try cycleSteps(db), try payouts(db), try cardActs(db),
      try pinActs(db), try acts(db),
      try uncollected(db),
      try receivables(db), try listRules(db), try listExclusions(db), try handPayouts(db), try bankTransfers(db),
      try bankTransferEnds(db),
      try bankTransferReturns(db),
      try updates(db), try updateResults(db), try collectionRules(db), try earlierRows(db), try listSpells(db),
    ] + others
  }

  private static func listRules(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "list_rules", "SELECT batch, leaf, list, rules FROM list_rules") { row in
      .listRules(list: try row.text(2), rules: try row.bytes(3))
    }
  }

  private static func collectionRules(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "collection_rules", "SELECT batch, leaf, rules FROM collection_rules") { row in
      .collectionRules(rules: try row.text(2))
    }
  }

  private static func listSpells(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "list_spell", "SELECT batch, leaf, list, programme, period, most, span FROM list_spell"
    ) { row in .listSpell(list: try row.text(2), values: try (3...6).map { try row.int($0) }) }
  }

  private static func earlierRows(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "earlier_rows", "SELECT batch, leaf, name, rows, root FROM earlier_rows") { row in
      .earlierRows(table: try row.text(2), rows: try row.int(3), root: try row.bytes(4))
    }
  }

  private static func listExclusions(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "list_exclusion",
      "SELECT batch, leaf, list, programme, period, excluded, amount_from, own_from FROM list_exclusion"
    ) { row in .listExclusion(list: try row.text(2), values: try (3...7).map { try row.int($0) }) }
  }

  private static func transfers(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "transfer",
      """
      SELECT t.batch, t.leaf, t.id, t.event, t.amount, t.kind, d.code, d.book, d.funder, d.subject, c.code, c.book,
        c.funder, c.subject
      FROM transfer t JOIN account d ON d.id = t.debit JOIN account c ON c.id = t.credit
      """
    ) { row in
      .transfer(
        id: try row.bytes(2), event: try row.bytes(3), debit: try AccountKey(row: row, at: 6).text,
        credit: try AccountKey(row: row, at: 10).text, amount: try row.int(4), kind: try row.int(5))
    }
  }

  private static func answers(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "request", "SELECT batch, leaf, key, payload_hash, status, body, outcome, received_at FROM request"
    ) { row in
      .answer(
        key: try row.text(2), payloadHash: try row.bytes(3), status: try row.int(4), body: try row.bytes(5),
        outcome: try row.text(6), receivedAt: try row.int(7))
    }
  }

  private static func certificates(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "outcome", "SELECT batch, leaf, card, counter, identity, certificate, refusal FROM outcome"
    ) { row in
      .certificate(
        card: try row.text(2), counter: try row.int(3), identity: try row.bytes(4), certificate: try row.bytes(5),
        refusal: try row.int(6))
    }
  }

  private static func cards(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "card", "SELECT batch, leaf, number, person, certificate, public_key, registered_at FROM card"
    ) { row in
      .card(
        number: try row.text(2), person: try row.bytes(3), certificate: try row.bytes(4), publicKey: try row.bytes(5),
        registeredAt: try row.int(6))
    }
  }

  private static func terminals(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "terminal",
      "SELECT batch, leaf, key_hash, public_key, agent, point, province || commune, registered_at FROM terminal"
    ) { row in
      .terminal(
        keyHash: try row.bytes(2), publicKey: try row.bytes(3), agent: try row.text(4), point: try row.text(5),
        place: try row.text(6), at: try row.int(7))
    }
  }

  private static func revocations(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "terminal_revocation", "SELECT batch, leaf, key_hash, revoked_at FROM terminal_revocation"
    ) { .revocation(keyHash: try $0.bytes(2), at: try $0.int(3)) }
  }

  private static func records(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "terminal_record",
      "SELECT batch, leaf, transaction_id, terminal, verdict, record, signature FROM terminal_record"
    ) { row in
      .record(
        transactionID: try row.bytes(2), terminal: try row.bytes(3), verdict: try row.int(4),
        record: try row.bytes(5), signature: try row.bytes(6))
    }
  }

  private static func items(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "item",
      "SELECT batch, leaf, id, person, line, period, kind, amount, list, basis, window_first, window_last FROM item"
    ) { row in
      .item(
        id: try row.bytes(2), person: try row.bytes(3), line: try row.int(4), period: try row.int(5),
        kind: try row.int(6), amount: try row.int(7), list: try row.text(8), basis: try row.int(9),
        window: row.isNull(10) && row.isNull(11) ? [] : [try row.int(10), try row.int(11)])
    }
  }

  private static func lists(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "list_decision", "SELECT batch, leaf, list, state, items, amount, decided_at FROM list_decision"
    ) { row in
      .list(
        list: try row.text(2), state: try row.int(3), items: try row.int(4), amount: try row.int(5),
        at: try row.int(6))
    }
  }

  private static func cycleSteps(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "cycle_step", "SELECT batch, leaf, list, step, actor, event, acted_at FROM cycle_step"
    ) { row in
      .cycleStep(
        list: try row.text(2), step: try row.int(3), actor: try row.text(4),
        event: row.isNull(5) ? [] : try row.bytes(5), at: try row.int(6))
    }
  }

  private static func cardActs(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "card_act", "SELECT batch, leaf, \(StoredCardAct.columns) FROM card_act") {
      try StoredCardAct(row: $0, at: 2).leaf
    }
  }

  private static func pinActs(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "pin_act", "SELECT batch, leaf, \(StoredPINAct.columns) FROM pin_act") {
      try StoredPINAct(row: $0, at: 2).leaf
    }
  }

  private static func acts(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "act", "SELECT batch, leaf, \(StoredAct.columns) FROM act") {
      try StoredAct(row: $0, at: 2).leaf
    }
  }

  private static func payouts(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "payout",
      """
      SELECT p.batch, p.leaf, \(PayoutFacts.columns)
      FROM payout p JOIN outcome o ON o.card = p.card AND o.counter = p.counter
      """
    ) { try PayoutFacts(row: $0, at: 2).leaf }
  }

  private static func bankTransfers(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "bank_transfer", "SELECT t.batch, t.leaf, \(StoredBankTransfer.columns) FROM bank_transfer t") {
      try StoredBankTransfer(row: $0, at: 2).leaf
    }
  }

  private static func bankTransferEnds(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "bank_transfer_end", "SELECT batch, leaf, \(StoredBankTransferEnd.columns) FROM bank_transfer_end"
    ) { try StoredBankTransferEnd(row: $0, at: 2).leaf }
  }

  private static func bankTransferReturns(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "bank_transfer_return",
      "SELECT batch, leaf, \(StoredBankTransferEnd.returnColumns) FROM bank_transfer_return"
    ) { try StoredBankTransferEnd(row: $0, at: 2).leaf }
  }

  private static func handPayouts(_ db: Database) throws -> LeafSource {
    try LeafSource(db, "hand_payout", "SELECT h.batch, h.leaf, \(StoredHandPayout.columns) FROM hand_payout h") {
      try StoredHandPayout(row: $0, at: 2).leaf
    }
  }

  private static func updates(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "card_update", "SELECT batch, leaf, id, card, serial, kind, script, posted_at FROM card_update"
    ) { row in
      .update(
        id: try row.bytes(2), card: try row.text(3), serial: try row.int(4), kind: try row.text(5),
        script: try row.bytes(6), at: try row.int(7))
    }
  }

  private static func updateResults(_ db: Database) throws -> LeafSource {
    try LeafSource(
      db, "card_update_result", "SELECT batch, leaf, id, terminal, answers, received_at FROM card_update_result"
    ) { row in
      .updateResult(
        id: try row.bytes(2), terminal: try row.bytes(3), answers: try row.bytes(4), at: try row.int(5))
    }
  }
}
