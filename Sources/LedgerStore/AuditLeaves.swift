internal import GRDB
internal import Ledger

/// A leaf as it was committed to.
struct CommittedLeaf {
  /// Place in the batch, from 0.
  let index: Int64
  let octets: [UInt8]

  var hash: [UInt8] { Leaf.hash(of: octets) }
}

/// A table that the chain commits to.
struct LeafTable: Sendable {
  private let name: String
  private let query: String
  private let make: @Sendable (SQLRow) throws -> Leaf

  /// `query` selects batch and leaf, then what `make` reads from column 2 on.
  init(_ name: String, _ query: String, _ make: @escaping @Sendable (SQLRow) throws -> Leaf) {
    self.name = name
    self.query = query
    self.make = make
  }

  /// Its rows, all of them or those that fit a condition on what the query selects from.
  func source(_ db: Database, where condition: String? = nil) throws -> LeafSource {
    try LeafSource(db, name, query + (condition.map { " WHERE \($0)" } ?? ""), make)
  }

  /// Its rows of one batch.
  func source(_ db: Database, batch: Int64) throws -> LeafSource {
    try LeafSource(db, name, "SELECT * FROM (\(query)) WHERE batch = \(batch)", make)
  }
}

/// The rows of one table as leaves, in the order (batch, leaf) they were committed in.
final class LeafSource {
  private let name: String
  private let rows: SQLCursor
  private let make: (SQLRow) throws -> Leaf
  private(set) var batch: Int64?
  private var index: Int64 = 0
  private var octets: [UInt8]?

  fileprivate init(_ db: Database, _ name: String, _ sql: String, _ make: @escaping (SQLRow) throws -> Leaf) throws {
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
    octets = try? make(row).octets
  }

  /// Takes every leaf of a batch up to `sequence` out; rows of an earlier batch are strays.
  func take(_ sequence: Int64, into leaves: inout [CommittedLeaf], stray: (String) -> Void) throws {
    while let batch, batch <= sequence {
      if batch < sequence {
        stray("\(name) row of no batch (\(batch), \(index))")
      } else if let octets {
        leaves.append(CommittedLeaf(index: index, octets: octets))
      } else {
        stray("\(name) row unreadable (batch \(batch), leaf \(index))")
      }
      try advance()
    }
  }

  /// The rows of every table that the chain commits to.
  static func all(_ db: Database) throws -> [LeafSource] { try LeafTable.all.map { try $0.source(db) } }

  /// The rows of one batch. No table has an index over batches: this reads them all.
  static func all(_ db: Database, batch: Int64) throws -> [LeafSource] {
    try LeafTable.all.map { try $0.source(db, batch: batch) }
  }
}

extension LeafTable {
  /// Every table that the chain commits to.
  static let all: [LeafTable] =
    [
      transfers, answers, certificates, cards, terminals, revocations, records, items, lists, cycleSteps, payouts,
      cardActs, pinActs, acts, uncollected, receivables, listRules, listExclusions, handPayouts, bankTransfers,
      bankTransferEnds, bankTransferReturns, updates, updateResults, collectionRules, earlierRows, listSpells,
    ] + LateTable.all.map(\.table)

  static let listRules = LeafTable("list_rules", "SELECT batch, leaf, list, rules FROM list_rules") { row in
    .listRules(list: try row.text(2), rules: try row.bytes(3))
  }

  static let collectionRules = LeafTable("collection_rules", "SELECT batch, leaf, rules FROM collection_rules") { row in
    .collectionRules(rules: try row.text(2))
  }

  static let listSpells = LeafTable(
    "list_spell", "SELECT batch, leaf, list, programme, period, most, span FROM list_spell"
  ) { row in .listSpell(list: try row.text(2), values: try (3...6).map { try row.int($0) }) }

  static let earlierRows = LeafTable("earlier_rows", "SELECT batch, leaf, name, rows, root FROM earlier_rows") { row in
    .earlierRows(table: try row.text(2), rows: try row.int(3), root: try row.bytes(4))
  }

  static let listExclusions = LeafTable(
    "list_exclusion",
    "SELECT batch, leaf, list, programme, period, excluded, amount_from, own_from FROM list_exclusion"
  ) { row in .listExclusion(list: try row.text(2), values: try (3...7).map { try row.int($0) }) }

  static let transfers = LeafTable(
    "transfer",
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

  static let answers = LeafTable(
    "request", "SELECT batch, leaf, key, payload_hash, status, body, outcome, received_at FROM request"
  ) { row in
    .answer(
      key: try row.text(2), payloadHash: try row.bytes(3), status: try row.int(4), body: try row.bytes(5),
      outcome: try row.text(6), receivedAt: try row.int(7))
  }

  static let certificates = LeafTable(
    "outcome", "SELECT batch, leaf, card, counter, identity, certificate, refusal FROM outcome"
  ) { row in
    .certificate(
      card: try row.text(2), counter: try row.int(3), identity: try row.bytes(4), certificate: try row.bytes(5),
      refusal: try row.int(6))
  }

  static let cards = LeafTable(
    "card", "SELECT batch, leaf, number, person, certificate, public_key, registered_at FROM card"
  ) { row in
    .card(
      number: try row.text(2), person: try row.bytes(3), certificate: try row.bytes(4), publicKey: try row.bytes(5),
      registeredAt: try row.int(6))
  }

  static let terminals = LeafTable(
    "terminal",
    "SELECT batch, leaf, key_hash, public_key, agent, point, province || commune, registered_at FROM terminal"
  ) { row in
    .terminal(
      keyHash: try row.bytes(2), publicKey: try row.bytes(3), agent: try row.text(4), point: try row.text(5),
      place: try row.text(6), at: try row.int(7))
  }

  static let revocations = LeafTable(
    "terminal_revocation", "SELECT batch, leaf, key_hash, revoked_at FROM terminal_revocation"
  ) { .revocation(keyHash: try $0.bytes(2), at: try $0.int(3)) }

  static let records = LeafTable(
    "terminal_record",
    "SELECT batch, leaf, transaction_id, terminal, verdict, record, signature FROM terminal_record"
  ) { row in
    .record(
      transactionID: try row.bytes(2), terminal: try row.bytes(3), verdict: try row.int(4),
      record: try row.bytes(5), signature: try row.bytes(6))
  }

  static let items = LeafTable(
    "item",
    "SELECT batch, leaf, id, person, line, period, kind, amount, list, basis, window_first, window_last FROM item"
  ) { row in
    .item(
      id: try row.bytes(2), person: try row.bytes(3), line: try row.int(4), period: try row.int(5),
      kind: try row.int(6), amount: try row.int(7), list: try row.text(8), basis: try row.int(9),
      window: row.isNull(10) && row.isNull(11) ? [] : [try row.int(10), try row.int(11)])
  }

  static let lists = LeafTable(
    "list_decision", "SELECT batch, leaf, list, state, items, amount, decided_at FROM list_decision"
  ) { row in
    .list(
      list: try row.text(2), state: try row.int(3), items: try row.int(4), amount: try row.int(5),
      at: try row.int(6))
  }

  static let cycleSteps = LeafTable(
    "cycle_step", "SELECT batch, leaf, list, step, actor, event, acted_at FROM cycle_step"
  ) { row in
    .cycleStep(
      list: try row.text(2), step: try row.int(3), actor: try row.text(4),
      event: row.isNull(5) ? [] : try row.bytes(5), at: try row.int(6))
  }

  static let cardActs = LeafTable("card_act", "SELECT batch, leaf, \(StoredCardAct.columns) FROM card_act") {
    try StoredCardAct(row: $0, at: 2).leaf
  }

  static let pinActs = LeafTable("pin_act", "SELECT batch, leaf, \(StoredPINAct.columns) FROM pin_act") {
    try StoredPINAct(row: $0, at: 2).leaf
  }

  static let acts = LeafTable("act", "SELECT batch, leaf, \(StoredAct.columns) FROM act") {
    try StoredAct(row: $0, at: 2).leaf
  }

  static let payouts = LeafTable(
    "payout",
    """
    SELECT p.batch, p.leaf, \(PayoutFacts.columns)
    FROM payout p JOIN outcome o ON o.card = p.card AND o.counter = p.counter
    """
  ) { try PayoutFacts(row: $0, at: 2).leaf }

  static let bankTransfers = LeafTable(
    "bank_transfer", "SELECT t.batch, t.leaf, \(StoredBankTransfer.columns) FROM bank_transfer t"
  ) {
    try StoredBankTransfer(row: $0, at: 2).leaf
  }

  static let bankTransferEnds = LeafTable(
    "bank_transfer_end", "SELECT batch, leaf, \(StoredBankTransferEnd.columns) FROM bank_transfer_end"
  ) { try StoredBankTransferEnd(row: $0, at: 2).leaf }

  static let bankTransferReturns = LeafTable(
    "bank_transfer_return",
    "SELECT batch, leaf, \(StoredBankTransferEnd.returnColumns) FROM bank_transfer_return"
  ) { try StoredBankTransferEnd(row: $0, at: 2).leaf }

  static let handPayouts = LeafTable(
    "hand_payout", "SELECT h.batch, h.leaf, \(StoredHandPayout.columns) FROM hand_payout h"
  ) {
    try StoredHandPayout(row: $0, at: 2).leaf
  }

  static let updates = LeafTable(
    "card_update", "SELECT batch, leaf, id, card, serial, kind, script, posted_at FROM card_update"
  ) { row in
    .update(
      id: try row.bytes(2), card: try row.text(3), serial: try row.int(4), kind: try row.text(5),
      script: try row.bytes(6), at: try row.int(7))
  }

  static let updateResults = LeafTable(
    "card_update_result", "SELECT batch, leaf, id, terminal, answers, received_at FROM card_update_result"
  ) { row in
    .updateResult(
      id: try row.bytes(2), terminal: try row.bytes(3), answers: try row.bytes(4), at: try row.int(5))
  }
}
