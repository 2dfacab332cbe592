internal import GRDB
internal import GRDBSQLite

/// Statements that are compiled once per connection, with values bound and read without traps.
///
/// GRDB opens, locks and commits and keeps the compiled statements; binding and stepping are done here, with SQLite's
/// own calls: a payout or a row of a list is a dozen short statements, and GRDB's way to bind one cost more than what
/// SQLite does with it.
struct SQL {
  let db: Database
  private let known = KnownStatements()

  init(db: Database) { self.db = db }

  func run(_ sql: StaticString, _ arguments: SQLArguments) throws { try prepare(sql).run(arguments) }

  func one(_ sql: StaticString, _ arguments: SQLArguments) throws -> SQLRow? { try prepare(sql).one(arguments) }

  /// The same without boxes around the values, for what every payout does.
  func run<each Value: SQLBindable>(_ sql: StaticString, _ values: repeat each Value) throws {
    let statement = try prepare(sql)
    try statement.bind(repeat each values)
    try statement.finish()
  }

  func one<each Value: SQLBindable>(_ sql: StaticString, _ values: repeat each Value) throws -> SQLRow? {
    let statement = try prepare(sql)
    try statement.bind(repeat each values)
    return try statement.first()
  }

  func all<each Value: SQLBindable>(_ sql: StaticString, _ values: repeat each Value) throws -> [SQLRow] {
    let statement = try prepare(sql)
    try statement.bind(repeat each values)
    return try statement.rest()
  }

  func all(_ sql: StaticString, _ arguments: SQLArguments = []) throws -> [SQLRow] { try prepare(sql).all(arguments) }

  @_disfavoredOverload
  func run(_ sql: String, _ arguments: SQLArguments) throws { try prepare(sql).run(arguments) }

  @_disfavoredOverload
  func one(_ sql: String, _ arguments: SQLArguments) throws -> SQLRow? { try prepare(sql).one(arguments) }

  @_disfavoredOverload
  func all(_ sql: String, _ arguments: SQLArguments = []) throws -> [SQLRow] { try prepare(sql).all(arguments) }

  /// Calls `body` with each row.
  func each(_ sql: String, _ arguments: SQLArguments = [], _ body: (SQLRow) throws -> Void) throws {
    try prepare(sql).each(arguments, body)
  }

  /// A statement by the place of its text in the program: found without reading the text, which costs as much as a
  /// short statement takes.
  func prepare(_ sql: StaticString) throws -> SQLStatement {
    let place = UInt(bitPattern: sql.utf8Start)
    if let statement = known.statements[place] { return SQLStatement(db.sqliteConnection, statement) }
    let statement = try db.cachedStatement(sql: sql.description)
    known.statements[place] = statement
    return SQLStatement(db.sqliteConnection, statement)
  }

  /// A statement to be run many times.
  @_disfavoredOverload
  func prepare(_ sql: String) throws -> SQLStatement {
    SQLStatement(db.sqliteConnection, try db.cachedStatement(sql: sql))
  }

  /// Rows that the last statement inserted, changed or deleted.
  var changes: Int { Int(sqlite3_changes(db.sqliteConnection)) }

  /// The number of the row that was inserted last, of a table that numbers its rows.
  var newestRow: Int64 { sqlite3_last_insert_rowid(db.sqliteConnection) }

  /// Rows that were inserted, changed or deleted since the connection was opened. What a statement that failed had
  /// changed is taken back and does not count.
  var changesSoFar: Int { Int(sqlite3_total_changes(db.sqliteConnection)) }

  /// Statements by the places of their texts, for as long as a batch or a read lasts.
  private final class KnownStatements {
    var statements: [UInt: Statement] = [:]
  }
}

/// A compiled statement of one connection, which keeps it: good for as long as the connection's batch or read lasts.
struct SQLStatement {
  fileprivate let connection: OpaquePointer?
  fileprivate let statement: OpaquePointer

  fileprivate init(_ connection: OpaquePointer?, _ compiled: Statement) {
    self.connection = connection
    statement = compiled.sqliteStatement
  }

  func run(_ arguments: SQLArguments) throws {
    try bind(arguments)
    try finish()
  }

  func one(_ arguments: SQLArguments) throws -> SQLRow? {
    try bind(arguments)
    return try first()
  }

  func all(_ arguments: SQLArguments) throws -> [SQLRow] {
    try bind(arguments)
    return try rest()
  }

  fileprivate func finish() throws {
    defer { sqlite3_reset(statement) }
    while try step() {}
  }

  fileprivate func first() throws -> SQLRow? {
    defer { sqlite3_reset(statement) }
    return try step() ? SQLRow(statement) : nil
  }

  fileprivate func rest() throws -> [SQLRow] {
    defer { sqlite3_reset(statement) }
    var rows: [SQLRow] = []
    while try step() { rows.append(SQLRow(statement)) }
    return rows
  }

  fileprivate func bind<each Value: SQLBindable>(_ values: repeat each Value) throws {
    var place: Int32 = 0
    var failed = SQLITE_OK
    for value in repeat each values {
      place += 1
      let code = value.bind(to: statement, at: place)
      if code != SQLITE_OK { failed = code }
    }
    guard failed == SQLITE_OK else { throw error(failed) }
    guard sqlite3_bind_parameter_count(statement) == place else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "wrong number of arguments")
    }
  }

  fileprivate func each(_ arguments: SQLArguments, _ body: (SQLRow) throws -> Void) throws {
    try bind(arguments)
    defer { sqlite3_reset(statement) }
    while try step() { try body(SQLRow(statement)) }
  }

  private func bind(_ arguments: SQLArguments) throws {
    guard sqlite3_bind_parameter_count(statement) == arguments.values.count else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "wrong number of arguments")
    }
    for (index, value) in arguments.values.enumerated() {
      let place = Int32(index + 1)
      let code = value?.bind(to: statement, at: place) ?? sqlite3_bind_null(statement, place)
      guard code == SQLITE_OK else { throw error(code) }
    }
  }

  /// Whether the statement has come to a row.
  fileprivate func step() throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw error(code)
    }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(connection).map { String(cString: $0) })
  }
}

/// Values for the places of a statement, in their order; `nil` is NULL.
struct SQLArguments: ExpressibleByArrayLiteral {
  let values: [(any SQLBindable)?]

  init(arrayLiteral values: (any SQLBindable)?...) { self.values = values }
}

/// Something that SQLite can keep.
protocol SQLBindable {
  /// Binds it; SQLite's result code.
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32
}

/// Tells SQLite to copy what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLBindable where Self: FixedWidthInteger {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    guard let value = Int64(exactly: self) else { return SQLITE_TOOBIG }
    return sqlite3_bind_int64(statement, place, value)
  }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    self?.bind(to: statement, at: place) ?? sqlite3_bind_null(statement, place)
  }
}

extension Int64: SQLBindable {}
extension Int32: SQLBindable {}
extension Int: SQLBindable {}
extension UInt32: SQLBindable {}
extension UInt16: SQLBindable {}
extension UInt8: SQLBindable {}

extension String: SQLBindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text64(
          statement, place, $0.baseAddress, UInt64($0.count), transient, UInt8(SQLITE_UTF8))
      }
    }
  }
}

/// Octets as SQLite keeps them.
struct Blob: SQLBindable {
  let octets: [UInt8]

  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    guard !octets.isEmpty else { return sqlite3_bind_zeroblob(statement, place, 0) }
    return octets.withUnsafeBytes {
      sqlite3_bind_blob64(statement, place, $0.baseAddress, UInt64($0.count), transient)
    }
  }
}

extension [UInt8] {
  /// As SQLite takes it.
  var blob: Blob { Blob(octets: self) }
}

/// A row of an answer, copied out of SQLite.
struct SQLRow {
  private enum Value: Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case other
  }

  private let values: [Value]

  /// Copies the row that the statement has come to.
  fileprivate init(_ statement: OpaquePointer) {
    let count = sqlite3_column_count(statement)
    values = (0..<count).map { column in
      switch sqlite3_column_type(statement, column) {
      case SQLITE_NULL: return .null
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
      case SQLITE_TEXT:
        let text = sqlite3_column_text(statement, column)
        let length = Int(sqlite3_column_bytes(statement, column))
        return .text(String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self))
      case SQLITE_BLOB:
        let octets = sqlite3_column_blob(statement, column)
        let length = Int(sqlite3_column_bytes(statement, column))
        return .blob([UInt8](UnsafeRawBufferPointer(start: octets, count: length)))
      default: return .other
      }
    }
  }

  /// The integer in column `index`.
  func int(_ index: Int) throws(LedgerStoreError) -> Int64 {
    guard case .integer(let value) = value(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// The text in column `index`.
  func text(_ index: Int) throws(LedgerStoreError) -> String {
    guard case .text(let value) = value(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// The octets in column `index`.
  func bytes(_ index: Int) throws(LedgerStoreError) -> [UInt8] {
    guard case .blob(let value) = value(index) else { throw LedgerStoreError.corrupt(place: column(index)) }
    return value
  }

  /// Whether column `index` is NULL.
  func isNull(_ index: Int) -> Bool { value(index) == .null }

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

  private func value(_ index: Int) -> Value { values.indices.contains(index) ? values[index] : .other }

  private func column(_ index: Int) -> String { "column \(index)" }
}

/// The rows of one statement, one after the other: for several statements that are read side by side.
final class SQLCursor {
  // Keeps the statement alive.
  private let compiled: Statement
  private let statement: SQLStatement

  init(_ db: Database, _ sql: String) throws {
    compiled = try db.makeStatement(sql: sql)
    statement = SQLStatement(db.sqliteConnection, compiled)
  }

  deinit { sqlite3_reset(statement.statement) }

  func next() throws -> SQLRow? { try statement.step() ? SQLRow(statement.statement) : nil }
}
