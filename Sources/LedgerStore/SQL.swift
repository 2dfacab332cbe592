internal import Foundation
internal import GRDB

/// Statements that are compiled once per connection, with rows decoded without traps.
struct SQL {
  let db: Database

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func one(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  func all(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// Calls `body` with each row; the row is only good during the call.
  func each(_ sql: String, _ arguments: StatementArguments = [], _ body: (Row) throws -> Void) throws {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
    while let row = try rows.next() { try body(row) }
  }
}

extension Row {
  /// The integer in column `index`.
  func int(_ index: Int) throws(LedgerStoreError) -> Int64 {
    guard case .int64(let value) = storage(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// The text in column `index`.
  func text(_ index: Int) throws(LedgerStoreError) -> String {
    guard case .string(let value) = storage(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// The octets in column `index`.
  func bytes(_ index: Int) throws(LedgerStoreError) -> [UInt8] {
    guard case .blob(let value) = storage(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return [UInt8](value)
  }

  /// Whether column `index` is NULL.
  func isNull(_ index: Int) -> Bool { storage(index) == .null }

  /// The value that `make` finds in column `index`; throws when it finds none.
  func decode<Value>(_ index: Int, _ make: (String) -> Value?) throws(LedgerStoreError) -> Value {
    guard let value = make(try text(index)) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// The value that `make` finds for the integer in column `index`; throws when it finds none.
  func decode<Value>(_ index: Int, _ make: (Int64) -> Value?) throws(LedgerStoreError) -> Value {
    guard let value = make(try int(index)) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  private func storage(_ index: Int) -> DatabaseValue.Storage {
    let value: DatabaseValue = self[index]
    return value.storage
  }

  private func column(_ index: Int) -> String {
    Array(columnNames).indices.contains(index) ? Array(columnNames)[index] : "column \(index)"
  }
}

extension [UInt8] {
  /// As SQLite takes it.
  var blob: Data { Data(self) }
}
