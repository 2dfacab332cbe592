import CardApplication
import CentreTestSupport
import Foundation
import GRDB
import Testing

@testable import Issuance

/// A database of the version that kept people in the clear.
@Suite("People of an earlier version")
struct MigrationTests {
  /// As the program made it before people were sealed.
  private static func earlier(_ folder: ScratchFolder, people: Int, cards: Int) throws {
    let queue = try DatabaseQueue(path: folder.path + "/office.sqlite")
    try queue.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 office") { db in
      try db.execute(
        sql: """
          CREATE TABLE applicant (
            personal_id TEXT PRIMARY KEY, name TEXT NOT NULL, ascii_name TEXT NOT NULL, birth_date TEXT NOT NULL,
            province TEXT NOT NULL
          ) STRICT;
          CREATE TABLE card (
            sequence INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE,
            personal_id TEXT NOT NULL REFERENCES applicant (personal_id), serial BLOB, certificate BLOB,
            state TEXT NOT NULL CHECK (state IN ('started', 'made', 'registered', 'scrapped'))
          ) STRICT;
          CREATE UNIQUE INDEX one_live_card ON card (personal_id) WHERE state <> 'scrapped';
          """)
    }
    migrator.registerMigration("2 acts at the counter") { db in
      try db.execute(
        sql: """
          CREATE TABLE pin_act (
            sequence INTEGER PRIMARY KEY, card TEXT NOT NULL, act TEXT NOT NULL CHECK (act IN ('set', 'unblocked')),
            terminal TEXT NOT NULL, actor TEXT NOT NULL, made_at INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("3 acts") { db in try db.execute(sql: OfficeActLog.schema) }
    try migrator.migrate(queue)
    try queue.write { db in
      for number in 1...people {
        let person = TestPeople.person(number)
        try db.execute(
          sql: "INSERT INTO applicant VALUES (?, ?, ?, ?, ?)",
          arguments: [person.personalID, person.name, "MAI \(number)", person.birthDate, person.province])
      }
      for number in 1...cards {
        try db.execute(
          sql: "INSERT INTO card VALUES (?, ?, ?, ?, ?, 'registered')",
          arguments: [
            number, try #require(CardNumber(sequence: UInt64(number))).digits, TestPeople.person(number).personalID,
            Data([1]), Data([2]),
          ])
      }
    }
  }

  @Test("It is sealed when it is opened, keeps people and cards, and no plain text stays in its files")
  func migrates() throws {
    let folder = try ScratchFolder()
    try Self.earlier(folder, people: 300, cards: 3)
    let plain = Data("Hoàng Thị Mai".utf8)
    #expect(try folder.files().contains { Data($0.octets).range(of: plain) != nil })
    let store = try OfficeStore(folder: folder.path)
    #expect(try store.counts() == OfficeCounts(applicants: 300, made: 3, registered: 3, scrapped: 0))
    for (name, octets) in try folder.files() {
      let content = Data(octets)
      for word in ["Hoàng Thị Mai", "003152000", "1952-05-17"] {
        #expect(content.range(of: Data(word.utf8)) == nil, "\(name): \(word)")
      }
    }
    let person = try #require(try store.applicant(TestPeople.person(7).personalID))
    #expect(person.name == TestPeople.person(7).name && person.asciiName == "MAI 7" && person.province == "19")
    #expect(try store.liveCard(of: TestPeople.person(2).personalID)?.isRegistered == true)
    #expect(try store.registerCounts() == [.unchecked: 300])
    #expect(throws: OfficeError.self) { try store.begin(TestPeople.person(9).personalID) }
    try store.matchAll()
    let next = try store.begin(TestPeople.person(9).personalID)
    #expect(try store.counts().scrapped == 0 && next.digits.count == 16)
    #expect(try OfficeStore(folder: folder.path).counts().applicants == 300)
  }

  @Test("Cut off after it was sealed and before plain text was erased: the next opening erases it")
  func interrupted() throws {
    let folder = try ScratchFolder()
    try Self.earlier(folder, people: 50, cards: 1)
    do {
      let queue = try DatabaseQueue(path: folder.path + "/office.sqlite")
      let cipher = try FieldCipher.open(folder: folder.path, creates: true)
      try OfficeStore.migrator(cipher).migrate(queue)
      #expect(try folder.files().contains { Data($0.octets).range(of: Data("Hoàng Thị Mai".utf8)) != nil })
    }
    let store = try OfficeStore(folder: folder.path)
    #expect(try store.counts().applicants == 50)
    for (name, octets) in try folder.files() {
      #expect(Data(octets).range(of: Data("Hoàng Thị Mai".utf8)) == nil, "\(name)")
    }
  }
}
