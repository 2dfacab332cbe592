public import CardApplication
import CardCrypto
import Foundation
import GRDB
import ISO7816

/// Counts of an office's work; they reconcile: applicants = made + waiting.
public struct OfficeCounts: Hashable, Sendable {
  /// People taken in.
  public var applicants: Int
  /// Cards made.
  public var made: Int
  /// Cards registered at the centre.
  public var registered: Int
  /// Card numbers given up because their card could not be finished.
  public var scrapped: Int
}

/// The issuing office's own database: who gets a card, which numbers are given out, what has been made.
///
/// One live card per person is a rule of the database. No secret of a card is ever in it.
///
/// Personal data is sealed field by field with a key kept beside the database, in `fields.keys`.
public struct OfficeStore: Sendable {
  let queue: DatabaseQueue
  let cipher: FieldCipher
  let prepaid = PrepaidSessions()

  /// Opens or makes `office.sqlite` in `folder`, and `fields.keys`.
  ///
  /// - Throws: ``OfficeError/fieldKeys`` when the key is missing or another than the people in the database were sealed
  ///   with.
  public init(folder: String) throws {
    var configuration = Configuration()
    // What is removed is overwritten, and nothing goes to temporary files.
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
    }
    // A large import holds the database for the best part of a minute.
    configuration.busyMode = .timeout(60)
    queue = try DatabaseQueue(path: folder + "/office.sqlite", configuration: configuration)
    // Set after opening and read back: a lower setting could give a card number out twice after a power failure.
    try queue.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
        throw DatabaseError(message: "synchronous is not FULL")
      }
    }
    let isSealed = try queue.read { db in try db.tableExists("person") }
    do {
      cipher = try FieldCipher.open(folder: folder, creates: !isSealed)
    } catch KeyFileError.system(_, operation: "open", code: ENOENT) {
      throw OfficeError.fieldKeys
    }
    try Self.migrator(cipher).migrate(queue)
    let check = cipher.hexCheck
    guard
      try queue.read({ db in try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'field-key'") })
        == check
    else { throw OfficeError.fieldKeys }
    try PeopleSchema.erasePlainText(queue)
  }

  static func migrator(_ cipher: FieldCipher) -> DatabaseMigrator {
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
    migrator.registerMigration("4 people") { db in try PeopleSchema.migrate(db, cipher) }
    migrator.registerMigration("5 jobs") { db in try db.execute(sql: JobSchema.tables) }
    migrator.registerMigration("6 life cycle") { db in try db.execute(sql: lifeSchema) }
    migrator.registerMigration("7 requests") { db in try db.execute(sql: requestSchema) }
    registerUpdates(&migrator)
    migrator.registerMigration("11 what the centre is told") { db in try db.execute(sql: registrationSchema) }
    migrator.registerMigration("10 erased places") { db in try db.execute(sql: JobSchema.erased) }
    return migrator
  }

  /// Gives out the next card number for a person, on the disk before it is used. A number whose card was begun and
  /// not finished is scrapped, never given to another card.
  ///
  /// - Throws: ``OfficeError/unknownPerson``; ``OfficeError/notMatched(_:)`` for a person whom the population register
  ///   has not matched; ``OfficeError/undecided`` for a possible twin. The database itself refuses them, too.
  public func begin(_ personalID: String) throws -> CardNumber {
    try queue.write { db in try allot(db, try people(db).entry(personalID)) }
  }

  /// As ``begin(_:)``, in a transaction.
  func allot(_ db: Database, _ entry: PeopleTable.Entry?) throws -> CardNumber {
    guard let entry, entry.mergedInto == nil else { throw OfficeError.unknownPerson }
    guard entry.register == .matched else { throw OfficeError.notMatched(entry.register) }
    let isReady = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM ready_person WHERE person = ?)"), arguments: [entry.number])
    guard isReady == true else { throw OfficeError.undecided }
    guard try waits(db, entry.number) else { throw OfficeError.notWaiting }
    try people(db).scrapBegun(entry.number)
    let (sequence, number) = try nextNumber(db)
    try db.run(
      "INSERT INTO card (sequence, number, person, state) VALUES (?, ?, ?, 'started')",
      arguments: [sequence, number.digits, entry.number])
    return number
  }

  /// Whether a person waits for a card.
  private func waits(_ db: Database, _ person: Int64) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM person p WHERE p.person = ? AND \(Self.waitingCondition))"),
      arguments: [person]) ?? false
  }

  /// Records a finished card.
  public func finish(_ card: PersonalisedCard) throws { try queue.write { db in try finish(db, card) } }

  /// As ``finish(_:)``, in a transaction.
  func finish(_ db: Database, _ card: PersonalisedCard) throws {
    let person = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT person FROM card WHERE number = ? AND state = 'started'"),
      arguments: [card.cardNumber.digits])
    // Another clerk has begun a card for this person, or there is no right to one any more: this number is scrapped and
    // must never be registered.
    guard let person, let entry = try PeopleTable(db, cipher).entry(number: person), try waits(db, person) else {
      throw OfficeError.superseded
    }
    try db.run(
      "UPDATE card SET serial = ?, certificate = ?, state = 'made' WHERE number = ? AND state = 'started'",
      arguments: [Data(card.serial), Data(card.certificate.der), card.cardNumber.digits])
    try keepRegistration(db, card.cardNumber, of: entry)
    try Self.note(card.sequenceCounter, card.cardNumber.digits, keyVersion: card.keyVersion, db)
    try OfficeActLog(db: db).note("card-made", card.cardNumber.digits, time: card.madeAt)
  }

  /// Records that the centre has the card, at `time`, Unix seconds: a card whose place it takes is replaced with that.
  ///
  /// Not flushed by itself: the next write does it. Until then a power failure takes it back, and the card is told to
  /// the centre again, which gives the same answer.
  public func markRegistered(_ number: CardNumber, at time: Int64 = 0) throws {
    try queue.writeWithoutTransaction { db in try markUnflushed(db, number, at: time) }
  }

  /// As ``markRegistered(_:at:)``, without holding a thread that cards are made on.
  func noteRegistered(_ number: CardNumber, at time: Int64) async throws {
    // In a task of its own, which nobody cancels: GRDB ends a cancelled access between two statements.
    try await Task { try await queue.writeWithoutTransaction { db in try markUnflushed(db, number, at: time) } }.value
  }

  private func markUnflushed(_ db: Database, _ number: CardNumber, at time: Int64) throws {
    let result = Result {
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      try db.inTransaction {
        try markRegistered(db, number, at: time)
        return .commit
      }
    }
    try db.execute(sql: "PRAGMA synchronous = FULL")
    guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
      throw DatabaseError(message: "synchronous is not FULL")
    }
    try result.get()
  }

  /// The live card of a person and whether the centre has it.
  public func liveCard(of personalID: String) throws -> (number: CardNumber, isRegistered: Bool)? {
    try queue.read { db in
      guard let person = try people(db).number(personalID) else { return nil }
      let row = try Row.fetchOne(
        db,
        sql: "SELECT number, state FROM card WHERE person = ? AND state IN ('made', 'registered') AND ended IS NULL",
        arguments: [person])
      return row.flatMap { row in
        let (digits, state): (String, String) = (row["number"], row["state"])
        return CardNumber(digits).map { (number: $0, isRegistered: state == "registered") }
      }
    }
  }

  /// The live card of a person.
  public func card(of personalID: String) throws -> CardNumber? { try liveCard(of: personalID)?.number }

  /// Whether the office has ever given a card number out: chips with its keys may be in the field.
  public func hasBegunCards() throws -> Bool {
    try queue.read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM card)") ?? false }
  }

  /// Counts that reconcile, of the people in the office's scope.
  public func counts() throws -> OfficeCounts {
    try queue.read { db in
      let scope = try scope(db)
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql, arguments: [scope, scope]) ?? 0 }
      func cards(_ states: String) throws -> Int {
        try count(
          """
          SELECT COUNT(*) FROM card c JOIN person p USING (person)
          WHERE (? IS NULL OR p.province = ?) AND c.state IN (\(states)) AND \(Self.countedCard)
          """)
      }
      return OfficeCounts(
        applicants: try count(
          "SELECT COUNT(*) FROM person WHERE (? IS NULL OR province = ?) AND merged_into IS NULL"),
        made: try cards("'made', 'registered'"), registered: try cards("'registered'"),
        scrapped: try cards("'scrapped'"))
    }
  }
}
