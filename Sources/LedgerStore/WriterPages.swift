internal import GRDB

/// How many pages of the database the writer keeps in memory.
///
/// SQLite moves a page that it splits to the number of the page that holds its locks (`PENDING_BYTE`, 1 GiB into the
/// file) and back. In a file that is shorter, that looks like a page behind the end, and each commit goes through all
/// pages that are kept to drop it: with 64 MB of them a tenth of a payout's time in the writer (SQLite 3.40,
/// `sqlite3PcacheTruncate`). A ledger of a gigabyte is worth more memory: random personal ids touch a page each.
enum WriterPages {
  /// Kilobytes that are kept of a database that ends before its lock page, and of one that doesn't.
  static let short = 16_384
  static let long = 65_536
  /// Octets into the file, `PENDING_BYTE`.
  private static let lock: Int64 = 0x4000_0000

  /// Kilobytes to keep of a database of so many octets.
  static func kilobytes(octets: Int64) -> Int { octets > lock ? long : short }

  /// Keeps as many as the database, as long as it is now, is worth.
  static func fit(_ db: Database) throws {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    let octets = try Int64.fetchOne(db, sql: sql) ?? 0
    try db.execute(sql: "PRAGMA cache_size = -\(kilobytes(octets: octets))")
  }
}
