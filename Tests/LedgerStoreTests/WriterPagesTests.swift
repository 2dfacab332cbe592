import GRDB
import Testing

@testable import LedgerStore

/// How much of the database the writer keeps in memory.
struct WriterPagesTests {
  @Test("More is kept of a database that has grown past SQLite's lock page", arguments: [4_096, 1_024] as [Int64])
  func size(page: Int64) throws {
    // PENDING_BYTE is the first octet of the page that holds it: up to there, nothing lies behind it.
    #expect(WriterPages.kilobytes(octets: 0) == 16_384)
    #expect(WriterPages.kilobytes(octets: 1 << 30) == 16_384)
    #expect(WriterPages.kilobytes(octets: (1 << 30) + page) == 65_536)
    #expect(WriterPages.kilobytes(octets: 18_000_000_000) == 65_536)
  }

  @Test("The writer of a store keeps what suits its size, and is given it again") func store() throws {
    let scratch = Scratch()
    let store = try SQLiteLedgerStore(folder: scratch.path, clock: { 1_800_000_000_000 })
    try store.pool.writeWithoutTransaction { db in
      #expect(try Int.fetchOne(db, sql: "PRAGMA cache_size") == -WriterPages.short)
      try db.execute(sql: "PRAGMA cache_size = -\(WriterPages.long)")
      try WriterPages.fit(db)
      #expect(try Int.fetchOne(db, sql: "PRAGMA cache_size") == -WriterPages.short)
    }
    try store.pool.close()
  }
}
