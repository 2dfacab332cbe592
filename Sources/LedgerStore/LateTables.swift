internal import GRDB
internal import Ledger
internal import Synchronization

/// A table that the chain has not committed to from the beginning: its rows of earlier versions have no batch.
struct LateTable: Sendable {
  let name: String
  /// What ``leaf`` reads, from column 2 on.
  let columns: String
  /// An order of its rows that nothing done to them later changes.
  let order: String
  let leaf: @Sendable (SQLRow) throws -> Leaf

  /// Every such table. Those of one version were all empty, or had no committed row, when it was first opened.
  static let all: [LateTable] = [
    LateTable(
      name: "line", columns: "id, person, programme, unit, funder, home_province", order: "id"
    ) { row in
      .line(
        id: try row.int(2), person: try row.bytes(3), programme: try row.int(4),
        texts: [try row.text(5), try row.text(6), try row.text(7)])
    },
    LateTable(name: "person_identity", columns: "person, commitment", order: "commitment") { row in
      .identity(of: try row.bytes(2), by: "", commitment: try row.bytes(3))
    },
    LateTable(name: "identity_change", columns: "person, card, commitment", order: "commitment") { row in
      .identity(of: try row.bytes(2), by: "card \(try row.text(3))", commitment: try row.bytes(4))
    },
    LateTable(name: "identity_act", columns: "person, act, commitment", order: "commitment") { row in
      .identity(of: try row.bytes(2), by: "act \(try row.int(3))", commitment: try row.bytes(4))
    },
    LateTable(name: "shift_payout", columns: "transaction_id, shift", order: "transaction_id") { row in
      .counted(transactionID: try row.bytes(2), shift: try row.bytes(3), isReturn: false)
    },
    LateTable(name: "shift_return", columns: "transaction_id, shift", order: "transaction_id") { row in
      .counted(transactionID: try row.bytes(2), shift: try row.bytes(3), isReturn: true)
    },
    LateTable(name: "agent", columns: "code, online_limit, registered_at", order: "code") { row in
      .agent(code: try row.text(2), onlineLimit: try row.int(3), at: try row.int(4))
    },
    LateTable(
      name: "completion", columns: "card, serial, body, signature, issued_at, authority_ends", order: "card, serial"
    ) { row in
      .completion(
        card: try row.text(2), serial: try row.int(3), body: try row.bytes(4), signature: try row.bytes(5),
        times: [try row.int(6), try row.int(7)])
    },
    LateTable(name: "receipt", columns: "card, serial, receipt, received_at", order: "card, serial") { row in
      .receipt(
        card: try row.text(2), serial: try row.int(3), receipt: try row.bytes(4), at: try row.int(5))
    },
  ]

  /// Its rows that the chain commits to one by one.
  var table: LeafTable {
    LeafTable(name, "SELECT batch, leaf, \(columns) FROM \(name) WHERE batch IS NOT NULL", leaf)
  }

  /// How many rows of earlier versions it has, and the root over what their leaves would be.
  func earlier(_ sql: SQL) throws -> (rows: Int64, root: [UInt8]) {
    var tree = MerkleTree()
    try sql.each("SELECT batch, leaf, \(columns) FROM \(name) WHERE batch IS NULL ORDER BY \(order)") { row in
      tree.append(try leaf(row).hash)
    }
    return (Int64(tree.count), tree.root)
  }
}

/// Rows of earlier versions, which the chain did not commit to one by one.
///
/// The first opening by a version that commits to a table writes a batch with the root over all its rows so far: from
/// then on they can't be changed unseen, and nothing newer can pass for one of them.
enum EarlierRows {
  /// Takes in what is still to be committed to; whether there was anything.
  static func commit(in session: BatchSession) throws -> Bool {
    let open = try session.sql.all("SELECT name FROM earlier_rows WHERE batch IS NULL ORDER BY name").map {
      try $0.text(0)
    }
    for name in open {
      guard let table = LateTable.all.first(where: { $0.name == name }) else {
        throw LedgerStoreError.corrupt(place: "earlier rows")
      }
      let (rows, root) = try table.earlier(session.sql)
      let leaf = session.commit(.earlierRows(table: name, rows: rows, root: root))
      try session.sql.run(
        "UPDATE earlier_rows SET rows = ?, root = ?, batch = ?, leaf = ? WHERE name = ?",
        [rows, root.blob, session.sequence, leaf, name])
    }
    return !open.isEmpty
  }
}

extension AuditWalk {
  /// Rows without a batch are those that there were when their table was first committed to.
  mutating func checkEarlierRows() throws {
    var marks: [String: (rows: Int64, root: [UInt8], batch: Int64)] = [:]
    for row in try sql.all("SELECT name, rows, root, batch FROM earlier_rows") {
      marks[try row.text(0)] = (try row.int(1), try row.bytes(2), try row.int(3))
    }
    for table in LateTable.all {
      let found = try table.earlier(sql)
      guard let mark = marks[table.name] else {
        if found.rows > 0 { report.add(.root, "row that no batch commits to: \(table.name)") }
        continue
      }
      if found != (mark.rows, mark.root) {
        report.add(.root, "row of an earlier version was changed: \(table.name)")
      }
    }
    // The first batch of a version is the one in which it commits to what there was.
    guard let last = marks.values.map(\.batch).max() else { return }
    for table in LateTable.all {
      let before = try sql.one("SELECT 1 FROM \(table.name) WHERE batch < ? LIMIT 1", [last])
      if before != nil || (marks[table.name]?.batch ?? last) != last {
        report.add(.root, "rows of earlier versions were committed to later: \(table.name)")
      }
    }
  }
}

extension SQLiteLedgerStore {
  /// Writes a batch of what the chain did not commit to before, if there is anything: after the first opening by a new
  /// version.
  func commitEarlierRows() throws {
    let (head, generator) = state.withLock { ($0.head, $0.generator) }
    let newHead = try pool.writeWithoutTransaction { db in
      var newHead = head
      let session = BatchSession(db: db, sequence: head.sequence + 1, generator: generator, terms: .none)
      try db.inTransaction(.immediate) {
        guard try EarlierRows.commit(in: session) else { return .rollback }
        newHead = try link(session, after: head)
        return .commit
      }
      return newHead
    }
    state.withLock { $0.head = newHead }
  }
}
