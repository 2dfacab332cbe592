internal import GRDB

/// The chain of batches, read.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/batch(_:)``.
  public func batch(_ sequence: Int64) async throws(LedgerStoreError) -> ChainHead? {
    try await read { sql in try ChainHead.read(sql, sequence) }
  }

  /// See ``LedgerStore/epochs(limit:)``.
  ///
  /// Batches are numbered through and epochs only grow, so that the first batch of one is found by halving: an index
  /// over epochs would cost every batch something for a question that is seldom asked.
  public func epochs(limit: Int) async throws(LedgerStoreError) -> [ChainHead] {
    try await read { sql in
      var found: [ChainHead] = []
      var end = try sql.one("SELECT MAX(sequence) FROM batch", []).flatMap { $0.isNull(0) ? nil : try $0.int(0) } ?? 0
      while found.count < limit, let last = try ChainHead.read(sql, end) {
        var (low, high) = (Int64(1), end)
        while low < high {
          let middle = (low + high) / 2
          guard let batch = try ChainHead.read(sql, middle) else {
            throw LedgerStoreError.corrupt(place: "batch \(middle)")
          }
          (low, high) = batch.epoch < last.epoch ? (middle + 1, high) : (low, middle)
        }
        guard let first = try ChainHead.read(sql, low) else { throw LedgerStoreError.corrupt(place: "batch \(low)") }
        found.append(first)
        end = low - 1
      }
      return found
    }
  }
}

extension ChainHead {
  /// The batch with this number; nil when there is none.
  static func read(_ sql: SQL, _ sequence: Int64) throws -> ChainHead? {
    try sql.one("SELECT writer, epoch, hash FROM batch WHERE sequence = ?", [sequence]).map { row in
      ChainHead(writer: try row.text(0), epoch: try row.int(1), sequence: sequence, hash: try row.bytes(2))
    }
  }
}
