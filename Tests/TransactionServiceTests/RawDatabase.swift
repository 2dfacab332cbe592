import CentreTestSupport
import Foundation
import GRDB

extension TestCentre {
  /// Path of the centre's database.
  var database: String { folder + "/centre/ledger.sqlite" }

  /// Writes into the database past the service, as somebody with the file could.
  func write(_ statement: String) async throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(10)
    let queue = try DatabaseQueue(path: database, configuration: configuration)
    try await queue.write { try $0.execute(sql: statement) }
    try queue.close()
  }

  /// Flips one bit of octet `place` of a blob in the first row of a table.
  func flip(_ table: String, _ column: String, _ place: Int) async throws {
    let queue = try DatabaseQueue(path: database)
    try await queue.write { db in
      let old = try Data.fetchOne(db, sql: "SELECT \(column) FROM \(table) LIMIT 1") ?? Data()
      var octets = [UInt8](old)
      octets[place] ^= 1
      try db.execute(
        sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [Data(octets), old])
    }
    try queue.close()
  }

  /// One value of the database, past the service.
  func number(_ statement: String) async throws -> Int64? {
    let queue = try DatabaseQueue(path: database)
    return try await queue.read { try Int64.fetchOne($0, sql: statement) }
  }
}
