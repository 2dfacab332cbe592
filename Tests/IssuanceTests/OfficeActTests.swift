import CentreTestSupport
import GRDB
import Issuance
import Testing

@Suite struct OfficeActTests {
  private static func folder() throws -> ScratchFolder { try ScratchFolder() }

  private static func acts(_ count: Int) -> [OfficeAct] {
    (1...count).map {
      OfficeAct(
        "card-delivered", "990000000000000\($0)", actor: "lan", checker: "", reason: "", time: Int64(1_000 + $0))
    }
  }

  @Test func actsAreKeptInOrder() throws {
    let folder = try Self.folder()
    let store = try OfficeStore(folder: folder.path)
    for act in Self.acts(4) { try store.record(act) }
    #expect(try store.acts() == Self.acts(4))
    #expect(try store.acts(of: "9900000000000002") == [Self.acts(4)[1]])
    let check = try store.checkActs()
    #expect(check.acts == 4 && check.broken == nil)
    try store.record(OfficeAct("card-blocked", "9900000000000001", actor: "lan", reason: "mất thẻ", time: 2_000))
    #expect(try store.checkActs().head != check.head)
  }

  @Test func anActIsNeitherChangedNorRemovedBySQL() throws {
    let folder = try Self.folder()
    let store = try OfficeStore(folder: folder.path)
    for act in Self.acts(3) { try store.record(act) }
    let raw = try DatabaseQueue(path: folder.path + "/office.sqlite")
    for sql in ["UPDATE act SET actor = 'minh' WHERE sequence = 2", "DELETE FROM act WHERE sequence = 3"] {
      #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: sql) } }
    }
  }

  @Test(arguments: [
    "UPDATE act SET actor = 'minh' WHERE sequence = 2", "UPDATE act SET checker = 'minh' WHERE sequence = 2",
    "UPDATE act SET reason = 'khác' WHERE sequence = 2", "UPDATE act SET time = 1 WHERE sequence = 2",
    "UPDATE act SET what = 'other' WHERE sequence = 2", "UPDATE act SET subject = 'other' WHERE sequence = 2",
    "DELETE FROM act WHERE sequence = 2", "UPDATE act SET hash = zeroblob(32) WHERE sequence = 2",
    "UPDATE act SET previous = zeroblob(32) WHERE sequence = 2",
  ]) func whoEditsTheFileIsFound(_ sql: String) throws {
    let folder = try Self.folder()
    let store = try OfficeStore(folder: folder.path)
    for act in Self.acts(3) { try store.record(act) }
    let raw = try DatabaseQueue(path: folder.path + "/office.sqlite")
    try raw.write { db in
      try db.execute(sql: "DROP TRIGGER act_stays; DROP TRIGGER act_is_kept")
      try db.execute(sql: sql)
    }
    #expect(try store.checkActs().broken == 2)
  }
}
