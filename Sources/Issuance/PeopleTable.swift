import CardCrypto
import Foundation
import GRDB
import VietnamReference

/// People within a transaction.
struct PeopleTable {
  let db: Database
  let cipher: FieldCipher
  /// Code of the province whose people are seen; `nil` for all.
  let scope: String?

  init(_ db: Database, _ cipher: FieldCipher, scope: String? = nil) {
    self.db = db
    self.cipher = cipher
    self.scope = scope
  }

  static let columns =
    "p.person, p.person_key, p.province, p.commune, p.profile, p.register, p.merged_into, p.nonce, "
    + PersonField.allCases.map { "p." + $0.column }.joined(separator: ", ")

  /// A person as the office sees him.
  struct Entry {
    let number: Int64
    let key: [UInt8]
    let nonce: [UInt8]
    let register: RegisterState
    let mergedInto: Int64?
    let person: Applicant
  }

  /// The number of the person with this personal ID, or who had it before; `nil` when there is none in the scope.
  func number(_ personalID: String) throws -> Int64? {
    try entry(personalID)?.number
  }

  /// The person with this personal ID, or who had it before.
  func entry(_ personalID: String) throws -> Entry? {
    try entry(key: try cipher.personKey(personalID))
  }

  /// The person with this key, or who had it before.
  func entry(key: [UInt8]) throws -> Entry? {
    let former = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT person FROM former_key WHERE person_key = ?"), arguments: [Data(key)])
    if let former { return try entry(number: former) }
    return try Row.fetchOne(
      db.cachedStatement(sql: "SELECT \(Self.columns) FROM person p WHERE p.person_key = ?"), arguments: [Data(key)]
    ).map { try entry($0) }.flatMap(visible)
  }

  /// The person with this number.
  func entry(number: Int64) throws -> Entry? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT \(Self.columns) FROM person p WHERE p.person = ?"), arguments: [number]
    ).map { try entry($0) }.flatMap(visible)
  }

  private func visible(_ entry: Entry) -> Entry? {
    scope == nil || entry.person.province == scope ? entry : nil
  }

  /// Opens a row that has ``columns`` from `first` on. By their places: names of columns are looked up slowly, and an
  /// import may open a million people.
  func entry(_ row: Row, from first: Int = 0) throws -> Entry {
    let (keyData, nonceData): (Data, Data) = (row[first + 1], row[first + 7])
    let (key, nonce) = ([UInt8](keyData), [UInt8](nonceData))
    func text(_ field: PersonField) throws -> String {
      guard let sealed: Data = row[first + 8 + field.index] else { return "" }
      return try cipher.open(field, [UInt8](sealed), personKey: key, nonce: nonce)
    }
    let (profile, register): (String, String) = (row[first + 4], row[first + 5])
    var person = Applicant(
      personalID: try text(.personalID), name: try text(.name), asciiName: try text(.asciiName),
      birthDate: try text(.birthDate), province: row[first + 2], sex: Sex(rawValue: try text(.sex)),
      commune: row[first + 3], profile: ApplicantProfile(rawValue: profile) ?? .adult,
      guardianID: try text(.guardian))
    if person.asciiName.isEmpty { person.asciiName = Applicant.ascii(person.name) }
    person.phone = try text(.phone)
    person.address = try text(.address)
    person.photo = try text(.photo)
    return Entry(
      number: row[first], key: key, nonce: nonce, register: RegisterState(rawValue: register) ?? .unchecked,
      mergedInto: row[first + 6], person: person)
  }

  /// Puts other data in the place of a person's, under a fresh nonce: to be checked anew. A card that was begun with
  /// the old data is scrapped.
  func replace(_ number: Int64, with person: Applicant, key: [UInt8]) throws {
    let sealed = try cipher.seal(person, personKey: key)
    var arguments: [(any DatabaseValueConvertible)?] = [
      Data(sealed.personKey), Data(sealed.twinKey), person.province, person.commune, person.profile.rawValue,
      Data(sealed.nonce),
    ]
    arguments += sealed.fields.map { $0 as (any DatabaseValueConvertible)? }
    arguments.append(number)
    try db.execute(
      sql: """
        UPDATE person SET person_key = ?, twin_key = ?, province = ?, commune = ?, profile = ?, nonce = ?,
          \(PersonField.allCases.map { $0.column + " = ?" }.joined(separator: ", ")), register = 'unchecked'
        WHERE person = ?
        """, arguments: StatementArguments(arguments))
    try scrapBegun(number)
  }

  /// Gives up a card that was begun and not finished.
  func scrapBegun(_ number: Int64) throws {
    try db.run(
      "UPDATE card SET state = 'scrapped' WHERE person = ? AND state = 'started'", arguments: [number])
  }
}
