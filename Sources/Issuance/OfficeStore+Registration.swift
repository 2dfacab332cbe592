public import CardApplication
import Foundation
import GRDB
public import ServiceAPI

/// What the centre is told of a finished card, the same at every try.
///
/// It is kept with the card from the moment that is finished: the holder is who the card was made for, whatever becomes
/// of the person's data afterwards, and a try whose answer was lost is repeated to the octet.
public struct CardToRegister: Sendable {
  /// Number of the card.
  public let number: CardNumber
  /// Payout-key certificate, DER.
  public let certificate: [UInt8]
  /// Whom it was made for: personal ID, name and birth date.
  public let holder: Applicant
  /// The card it takes the place of at the centre.
  public let replaces: ReplacedCard?
}

/// What became of the cards that the centre did not have yet.
public struct RegistrationReport: Sendable {
  /// Cards that it has now.
  public var registered = 0
  /// Cards that it refused, and why: each is an officer's to decide on. They stop nobody else's card.
  public var refused: [(card: CardNumber, reason: any Error)] = []
}

/// Cards on their way to the centre.
extension OfficeStore {
  static let registrationSchema = """
    ALTER TABLE card ADD COLUMN registration BLOB;
    INSERT INTO setting VALUES ('number-block', '0');
    CREATE TRIGGER registration_stays BEFORE UPDATE OF registration ON card WHEN OLD.registration IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'what the centre is told of a card is never changed'); END;
    """

  /// Octets of the record: JSON, sealed for its card.
  private struct Record: Codable {
    let personalID: String
    let name: String
    let birthDate: String
    let replaces: ReplacedCard?
  }

  /// Keeps what the centre will be told of a card that is being finished for `entry`.
  func keepRegistration(_ db: Database, _ number: CardNumber, of entry: PeopleTable.Entry) throws {
    let record = Record(
      personalID: entry.person.personalID, name: entry.person.name, birthDate: entry.person.birthDate,
      replaces: try replaced(db, by: number, of: entry.number))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try db.run(
      "UPDATE card SET registration = ? WHERE number = ?",
      arguments: [try cipher.sealRegistration([UInt8](encoder.encode(record)), card: number.digits), number.digits])
  }

  /// The card that the centre knows and that this one takes the place of.
  private func replaced(_ db: Database, by number: CardNumber, of person: Int64) throws -> ReplacedCard? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT r.* FROM replacement r JOIN card c ON c.number = r.old
          WHERE r.person = ? AND r.new IS NULL AND r.withdrawn_at IS NULL AND r.old <> ? AND c.state = 'registered'
          """), arguments: [person, number.digits]
    ).flatMap(Self.replacement)
  }

  static func replacement(_ row: Row) -> ReplacedCard? {
    ReplacementKind(rawValue: row["kind"]).map {
      ReplacedCard(
        card: row["old"], kind: $0, maker: row["maker"], checker: row["checker"], reason: row["reason"],
        office: row["office"])
    }
  }

  /// Cards that are made and that the centre does not have yet, in the order of their numbers.
  public func unregistered() throws -> [CardToRegister] {
    try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT number FROM card WHERE state = 'made' AND ended IS NULL ORDER BY sequence"
      ).compactMap { try registration(db, of: $0) }
    }
  }

  /// What the centre is to be told of a card; `nil` when it is not made, has ended, or is there already.
  public func registration(of number: CardNumber) throws -> CardToRegister? {
    try queue.read { db in try registration(db, of: number.digits) }
  }

  private func registration(_ db: Database, of digits: String) throws -> CardToRegister? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT c.person, c.certificate, c.registration FROM card c JOIN person p USING (person)
        WHERE c.number = ? AND c.state = 'made' AND c.ended IS NULL AND \(Self.noEndingPending)
        """,
      arguments: [digits])
    guard let row, let number = CardNumber(digits) else { return nil }
    let certificate: Data = row["certificate"]
    let (holder, replaces): (Applicant, ReplacedCard?)
    if let sealed = row["registration"] as Data? {
      let record = try JSONDecoder().decode(
        Record.self, from: Data(cipher.openRegistration([UInt8](sealed), card: digits)))
      holder = Applicant(
        personalID: record.personalID, name: record.name, asciiName: Applicant.ascii(record.name),
        birthDate: record.birthDate, province: "")
      replaces = record.replaces
    } else {
      // A card that an earlier version finished.
      guard let entry = try PeopleTable(db, cipher).entry(number: row["person"]) else { return nil }
      (holder, replaces) = (entry.person, try replaced(db, by: number, of: entry.number))
    }
    return CardToRegister(
      number: number, certificate: [UInt8](certificate), holder: holder, replaces: replaces)
  }

  /// Whether a card says of its holder what the office knows today. A card of an earlier version is taken to.
  func isUpToDate(_ db: Database, _ number: String, _ person: Applicant) throws -> Bool {
    let sealed = try Data.fetchOne(db, sql: "SELECT registration FROM card WHERE number = ?", arguments: [number])
    guard let sealed else { return true }
    let record = try JSONDecoder().decode(
      Record.self, from: Data(cipher.openRegistration([UInt8](sealed), card: number)))
    return record.personalID == person.personalID && record.name == person.name
      && record.birthDate == person.birthDate
  }

  // MARK: Card numbers

  /// Numbers that an office has to give out, in a block of its own: a block's number (0…999) are the first three of the
  /// eleven digits behind the prefix, so that two offices never make two cards of one number.
  public static let numbersInABlock: Int64 = 100_000_000

  /// The block that this office gives numbers out of.
  public func numberBlock() throws -> Int { try queue.read(numberBlock) }

  func numberBlock(_ db: Database) throws -> Int {
    Int(try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM setting WHERE name = 'number-block'")) ?? "")
      ?? 0
  }

  /// Gives the office another block: its own in the beginning, and a fresh one after its database was restored from a
  /// backup that may not know the last numbers.
  ///
  /// - Parameter block: 0…999.
  /// - Throws: ``OfficeError/numberBlock(_:)``.
  public func setNumberBlock(_ block: Int, actor: String, reason: String, time: Int64) throws {
    guard (0...999).contains(block) else { throw OfficeError.numberBlock(block) }
    try queue.write { db in
      try db.execute(sql: "UPDATE setting SET value = ? WHERE name = 'number-block'", arguments: [String(block)])
      try OfficeActLog(db: db).append(
        OfficeAct("number-block-changed", "block-\(block)", actor: actor, reason: reason, time: time))
    }
  }

  /// The next number of the office's block.
  func nextNumber(_ db: Database) throws -> (sequence: Int64, number: CardNumber) {
    let first = Int64(try numberBlock(db)) * Self.numbersInABlock
    let last = first + Self.numbersInABlock - 1
    let highest = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT MAX(sequence) FROM card WHERE sequence BETWEEN ? AND ?"),
      arguments: [first, last])
    let sequence = (highest ?? first) + 1
    guard sequence <= last, let number = CardNumber(sequence: UInt64(sequence)) else {
      throw DatabaseError(message: "card numbers are used up")
    }
    return (sequence, number)
  }
}
