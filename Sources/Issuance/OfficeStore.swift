public import CardApplication
import CardCrypto
import Foundation
import GRDB

/// A person the office is to make a card for.
public struct Applicant: Hashable, Sendable {
  /// Twelve digits.
  public var personalID: String
  /// Full name, NFC.
  public var name: String
  /// Name without diacritics, for the chip.
  public var asciiName: String
  /// Birth date in ISO form with its precision: `1952-05-17`, `1952-05`, `1952`.
  public var birthDate: String
  /// Two-digit code of the issuing province.
  public var province: String

  /// From its fields.
  public init(personalID: String, name: String, asciiName: String, birthDate: String, province: String) {
    self.personalID = personalID
    self.name = name
    self.asciiName = asciiName
    self.birthDate = birthDate
    self.province = province
  }

  /// The holder file's content; `nil` when the name is empty or has over 128 octets, or the birth date is none.
  public var holder: Holder? {
    let parts = birthDate.split(separator: "-", omittingEmptySubsequences: false)
    let bounds: [ClosedRange<UInt32>] = [1...9_999, 1...12, 1...31]
    guard (1...128).contains(name.utf8.count), (1...bounds.count).contains(parts.count) else { return nil }
    var date: UInt32 = 0
    for (index, range) in bounds.enumerated() {
      date *= 100
      guard index < parts.count else { continue }
      guard parts[index].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt32(parts[index]),
        range.contains(value)
      else { return nil }
      date += value
    }
    return CardDate(yyyymmdd: date).map { Holder(name: name, asciiName: asciiName, birthDate: $0) }
  }
}

/// A card the office has made, or begun to make.
public struct IssuedCard: Hashable, Sendable {
  /// Sixteen digits.
  public var number: String
  /// Its holder.
  public var personalID: String
  /// Key diversification data of its SCP03 keys, 10 octets; `nil` while it is being made.
  public var serial: [UInt8]?
  /// Payout-key certificate, DER; `nil` while it is being made.
  public var certificate: [UInt8]?
  /// Whether the centre has it.
  public var isRegistered: Bool
}

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
public struct OfficeStore: Sendable {
  let queue: DatabaseQueue

  /// Opens or makes `office.sqlite` in `folder`.
  public init(folder: String) throws {
    queue = try DatabaseQueue(path: folder + "/office.sqlite")
    // Set after opening and read back: a lower setting could give a card number out twice after a power failure.
    try queue.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
        throw DatabaseError(message: "synchronous is not FULL")
      }
    }
    try Self.migrator.migrate(queue)
  }

  private static var migrator: DatabaseMigrator {
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
    migrator.registerMigration("5 jobs") { db in try db.execute(sql: JobSchema.tables) }
    return migrator
  }

  /// Takes people in; those already known are left as they are.
  ///
  /// - Returns: how many were new.
  @discardableResult
  public func take(_ applicants: [Applicant]) throws -> Int {
    try queue.write { db in
      var new = 0
      for person in applicants {
        try db.execute(
          sql: """
            INSERT INTO applicant (personal_id, name, ascii_name, birth_date, province) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (personal_id) DO NOTHING
            """,
          arguments: [person.personalID, person.name, person.asciiName, person.birthDate, person.province])
        new += db.changesCount
      }
      return new
    }
  }

  /// People without a finished card, in the order of their personal IDs; or the one asked for.
  public func waiting(personalID: String? = nil, limit: Int = .max) throws -> [Applicant] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM applicant a WHERE (? IS NULL OR personal_id = ?) AND \(Self.waitingCondition)
          ORDER BY rowid LIMIT ?
          """, arguments: [personalID, personalID, limit]
      ).map(Self.applicant)
    }
  }

  /// A person who was taken in; `nil` when nobody has that personal ID.
  public func applicant(_ personalID: String) throws -> Applicant? {
    try queue.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM applicant WHERE personal_id = ?", arguments: [personalID])
        .map(Self.applicant)
    }
  }

  /// Column that says who a person is.
  static let personColumn = "personal_id"
  /// Who waits for a card, in the table `applicant a`.
  static let waitingCondition = """
    NOT EXISTS (
      SELECT 1 FROM card c WHERE c.personal_id = a.personal_id AND c.state IN ('made', 'registered')
    )
    """

  /// What stands in ``personColumn`` for a personal ID.
  func personReference(_ personalID: String) throws -> DatabaseValue { personalID.databaseValue }

  func applicant(_ row: Row) throws -> Applicant { Self.applicant(row) }

  private static func applicant(_ row: Row) -> Applicant {
    Applicant(
      personalID: row["personal_id"], name: row["name"], asciiName: row["ascii_name"], birthDate: row["birth_date"],
      province: row["province"])
  }

  /// Gives out the next card number for a person, on the disk before it is used. A number whose card was begun and
  /// not finished is scrapped, never given to another card.
  public func begin(_ personalID: String) throws -> CardNumber {
    let person = try personReference(personalID)
    return try queue.write { db in try allot(db, person) }
  }

  func allot(_ db: Database, _ person: DatabaseValue) throws -> CardNumber {
    try db.execute(
      sql: "UPDATE card SET state = 'scrapped' WHERE personal_id = ? AND state = 'started'", arguments: [person])
    let sequence = (try Int64.fetchOne(db, sql: "SELECT MAX(sequence) FROM card") ?? 0) + 1
    guard let number = CardNumber(sequence: UInt64(sequence)) else {
      throw DatabaseError(message: "card numbers are used up")
    }
    try db.execute(
      sql: "INSERT INTO card (sequence, number, personal_id, state) VALUES (?, ?, ?, 'started')",
      arguments: [sequence, number.digits, person])
    return number
  }

  /// Records a finished card.
  public func finish(_ card: PersonalisedCard) throws {
    try queue.write { db in try finish(db, card) }
  }

  func finish(_ db: Database, _ card: PersonalisedCard) throws {
    try db.execute(
      sql: "UPDATE card SET serial = ?, certificate = ?, state = 'made' WHERE number = ? AND state = 'started'",
      arguments: [Data(card.serial), Data(card.certificate.der), card.cardNumber.digits])
    // Another clerk has begun a card for this person meanwhile: this number is scrapped and must never be registered.
    guard db.changesCount == 1 else { throw OfficeError.superseded }
  }

  /// Records that the centre has the card.
  public func markRegistered(_ number: CardNumber) throws {
    try queue.write { db in
      try db.execute(
        sql: "UPDATE card SET state = 'registered' WHERE number = ? AND state = 'made'", arguments: [number.digits])
    }
  }

  /// Cards that are made and not yet registered, with their holders.
  public func unregistered() throws -> [(card: IssuedCard, holder: Applicant)] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT c.number, c.serial, c.certificate, a.* FROM card c JOIN applicant a USING (personal_id)
          WHERE c.state = 'made' ORDER BY c.sequence
          """
      ).map { row in
        let serial: Data = row["serial"]
        let certificate: Data = row["certificate"]
        return (
          IssuedCard(
            number: row["number"], personalID: row["personal_id"], serial: [UInt8](serial),
            certificate: [UInt8](certificate), isRegistered: false),
          Applicant(
            personalID: row["personal_id"], name: row["name"], asciiName: row["ascii_name"],
            birthDate: row["birth_date"], province: row["province"])
        )
      }
    }
  }

  /// The live card of a person and whether the centre has it.
  public func liveCard(of personalID: String) throws -> (number: CardNumber, isRegistered: Bool)? {
    try queue.read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT number, state FROM card WHERE personal_id = ? AND state IN ('made', 'registered')",
        arguments: [personalID])
      return row.flatMap { row in
        let (digits, state): (String, String) = (row["number"], row["state"])
        return CardNumber(digits).map { (number: $0, isRegistered: state == "registered") }
      }
    }
  }

  /// The live card of a person.
  public func card(of personalID: String) throws -> CardNumber? {
    try queue.read { db in
      try String.fetchOne(
        db, sql: "SELECT number FROM card WHERE personal_id = ? AND state IN ('made', 'registered')",
        arguments: [personalID])
    }.flatMap { CardNumber($0) }
  }

  /// Counts that reconcile.
  public func counts() throws -> OfficeCounts {
    try queue.read { db in
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      return OfficeCounts(
        applicants: try count("SELECT COUNT(*) FROM applicant"),
        made: try count("SELECT COUNT(*) FROM card WHERE state IN ('made', 'registered')"),
        registered: try count("SELECT COUNT(*) FROM card WHERE state = 'registered'"),
        scrapped: try count("SELECT COUNT(*) FROM card WHERE state = 'scrapped'"))
    }
  }
}
