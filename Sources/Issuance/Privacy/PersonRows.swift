import GRDB

/// What the office's tables have of a person, within a transaction: the only place where requests touch them.
protocol PersonRows: Sendable {
  /// The person, as taken in.
  func applicant(_ personalID: String, _ db: Database) throws -> Applicant?
  /// Numbers and states of all cards begun for the person, oldest first.
  func cards(_ personalID: String, _ db: Database) throws -> [PersonRecord.Card]
  /// Removes the person; nothing of it stays in the file.
  func erase(_ personalID: String, _ db: Database) throws
  /// Writes the person anew; the personal ID stays.
  func replace(_ applicant: Applicant, _ db: Database) throws
}

/// The tables `applicant` and `card`.
struct ApplicantRows: PersonRows {
  func applicant(_ personalID: String, _ db: Database) throws -> Applicant? {
    try Row.fetchOne(db, sql: "SELECT * FROM applicant WHERE personal_id = ?", arguments: [personalID]).map {
      Applicant(
        personalID: $0["personal_id"], name: $0["name"], asciiName: $0["ascii_name"], birthDate: $0["birth_date"],
        province: $0["province"])
    }
  }

  func cards(_ personalID: String, _ db: Database) throws -> [PersonRecord.Card] {
    try Row.fetchAll(
      db, sql: "SELECT number, state FROM card WHERE personal_id = ? ORDER BY sequence", arguments: [personalID]
    ).map { PersonRecord.Card(number: $0["number"], state: $0["state"]) }
  }

  func erase(_ personalID: String, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM applicant WHERE personal_id = ?", arguments: [personalID])
  }

  func replace(_ applicant: Applicant, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE applicant SET name = ?, ascii_name = ?, birth_date = ?, province = ? WHERE personal_id = ?",
      arguments: [
        applicant.name, applicant.asciiName, applicant.birthDate, applicant.province, applicant.personalID,
      ])
  }
}

/// What the office has of one person.
public struct PersonRecord: Hashable, Sendable {
  /// A card begun for the person.
  public struct Card: Hashable, Sendable, Codable {
    /// Sixteen digits.
    public let number: String
    /// `started`, `made`, `registered`, `scrapped`.
    public let state: String

    /// Whether a card of this number is or was in the person's hands.
    var isMade: Bool { state != "started" && state != "scrapped" }
  }

  /// The person, as taken in.
  public let applicant: Applicant
  /// All cards begun for the person, oldest first.
  public let cards: [Card]
  /// What was done with the PINs of those cards at the counter.
  public let pinActs: [PINAct]
  /// The person's requests.
  public let requests: [PrivacyRequest]
  /// To whom the person's data was exported.
  public let disclosures: [Disclosure]
}

/// Whether a person's file can be erased on request.
public enum Erasure: String, Hashable, Sendable, Codable {
  /// It can: no card was ever begun.
  case possible
  /// The office has no such file.
  case noRecord
  /// A card was made: file, vouchers and entitlements are kept by law.
  case cardMade
  /// A card number was given out, whose card was not finished.
  case numberGivenOut
}
