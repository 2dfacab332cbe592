import GRDB

extension Database {
  /// Executes a statement that is run for every card: prepared once.
  func run(_ sql: String, arguments: StatementArguments = StatementArguments()) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
