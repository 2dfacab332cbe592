import CardCrypto
import Foundation
import GRDB
import ISO7816
import VietnamReference

/// What became of a person who was taken in.
public enum AddedPerson: Hashable, Sendable {
  /// New to the office.
  case new
  /// New, and somebody with another personal ID has the same name and birth date: an officer decides whether they are
  /// one person.
  case newTwin
  /// Known already with the same data.
  case known
  /// Known with other data, which an officer has to compare.
  case differs
}

/// What an import came to; the four counts are all people that were given.
public struct PeopleCounts: Hashable, Sendable, Codable {
  /// New, with those in ``twins``.
  public var new = 0
  /// Of the new ones, those who may be somebody else's second entry.
  public var twins = 0
  /// Known already with the same data.
  public var known = 0
  /// Known with other data.
  public var differing = 0
  /// Of the new ones, those whose personal ID does not agree with their birth year or sex.
  public var toVerify = 0
}

/// A person sealed for the database, before anything is known of who is there.
public struct PreparedPerson: Sendable {
  let person: Applicant
  let sealed: SealedPerson
  let findings: [String]
}

extension OfficeStore {
  /// Does of taking a person in what needs no database, on any thread, so that a long import keeps two at work.
  ///
  /// - Parameter findings: words for what should be verified about the personal ID (`id.sex-mismatch`).
  public func prepare(_ person: Applicant, findings: [String] = []) throws -> PreparedPerson {
    let key = try cipher.personKey(person.personalID)
    return PreparedPerson(person: person, sealed: try cipher.seal(person, personKey: key), findings: findings)
  }
}

/// People on their way into the database, within one transaction: all of them or none.
public final class PeopleImport {
  private let db: Database
  private let cipher: FieldCipher
  private let people: PeopleTable
  private let scope: String?
  private let time: Int64
  private let hasFormerKeys: Bool
  private let find: Statement
  private let insertion: Statement
  /// What was taken so far.
  public private(set) var counts = PeopleCounts()

  init(_ db: Database, _ cipher: FieldCipher, scope: String?, time: Int64) throws {
    self.db = db
    self.cipher = cipher
    self.scope = scope
    self.time = time
    people = PeopleTable(db, cipher)
    hasFormerKeys = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM former_key)") ?? false
    find = try db.makeStatement(sql: "SELECT person FROM person WHERE person_key = ?")
    let columns = PersonField.allCases.map(\.column).joined(separator: ", ")
    let marks = (1...6 + PersonField.allCases.count).map { "?\($0)" }.joined(separator: ", ")
    // One statement for most people: it tells by its silence that somebody is known, and names the first twin.
    insertion = try db.makeStatement(
      sql: """
        INSERT INTO person (person_key, twin_key, province, commune, profile, nonce, \(columns)) VALUES (\(marks))
        ON CONFLICT (person_key) DO NOTHING
        RETURNING person, (
          SELECT MIN(o.person) FROM person o INDEXED BY person_twin
          WHERE o.twin_key = ?2 AND o.merged_into IS NULL AND +o.person <> person.person)
        """)
  }

  /// Takes one person in; somebody who is known stays as he is.
  ///
  /// - Parameter findings: words for what should be verified about the personal ID (`id.sex-mismatch`).
  /// - Throws: ``OfficeError/outsideScope(province:)``.
  @discardableResult
  public func add(_ person: Applicant, findings: [String] = []) throws -> AddedPerson {
    let key = try cipher.personKey(person.personalID)
    return try add(
      PreparedPerson(person: person, sealed: try cipher.seal(person, personKey: key), findings: findings))
  }

  /// The same for a person who is sealed already.
  @discardableResult
  public func add(_ prepared: PreparedPerson) throws -> AddedPerson {
    let (person, sealed) = (prepared.person, prepared.sealed)
    if let scope, scope != person.province { throw OfficeError.outsideScope(province: person.province) }
    if hasFormerKeys, let number = try people.entry(key: sealed.personKey)?.number {
      return try known(person, number)
    }
    guard let (number, twin) = try insert(person, sealed) else {
      guard let number = try Int64.fetchOne(find, arguments: [Data(sealed.personKey)]) else {
        throw DatabaseError(message: "a person neither new nor known")
      }
      return try known(person, number)
    }
    counts.new += 1
    if !prepared.findings.isEmpty {
      try WorkTable(db: db, cipher: cipher).open(
        .verify, of: number, detail: prepared.findings.joined(separator: ","), tag: [], time: time)
      counts.toVerify += 1
    }
    guard let twin else { return .new }
    try WorkTable(db: db, cipher: cipher).openTwin(of: number, other: twin, time: time)
    counts.twins += 1
    return .newTwin
  }

  /// The number of a new person and of the first with the same name and birth date; `nil` for somebody who is known.
  private func insert(_ person: Applicant, _ sealed: SealedPerson) throws -> (number: Int64, twin: Int64?)? {
    var arguments: [(any DatabaseValueConvertible)?] = [
      Data(sealed.personKey), Data(sealed.twinKey), person.province, person.commune, person.profile.rawValue,
      Data(sealed.nonce),
    ]
    arguments.reserveCapacity(6 + sealed.fields.count)
    for field in sealed.fields { arguments.append(field) }
    insertion.setUncheckedArguments(StatementArguments(arguments))
    var inserted: (number: Int64, twin: Int64?)?
    let rows = try Row.fetchCursor(insertion)
    while let row = try rows.next() { inserted = (row[0], row[1]) }
    return inserted
  }

  private func known(_ person: Applicant, _ number: Int64) throws -> AddedPerson {
    let isSame = try compare(person, number)
    if isSame { counts.known += 1 } else { counts.differing += 1 }
    return isSame ? .known : .differs
  }

  /// Whether all that is given is what is known; else a work item is opened with both.
  private func compare(_ person: Applicant, _ number: Int64) throws -> Bool {
    guard let known = try people.entry(number: number) else { return true }
    let fields = Self.differences(person, known.person)
    guard !fields.isEmpty else { return true }
    let note = try PersonNote(person).octets()
    try WorkTable(db: db, cipher: cipher).open(
      .differs, of: number, detail: fields.joined(separator: ","), tag: try cipher.versionKey(note),
      note: try cipher.sealNote(note, personKey: known.key), time: time)
    return false
  }

  /// Names of the fields that are given and are not what is known; spellings of one name are one name.
  static func differences(_ given: Applicant, _ known: Applicant) -> [String] {
    var fields: [String] = []
    func compare(_ name: String, _ given: String, _ known: String) {
      if !given.isEmpty, given != known { fields.append(name) }
    }
    func folded(_ name: String) -> String { (try? PersonName(name))?.foldedKey ?? name }
    if given.name != known.name, folded(given.name) != folded(known.name) { fields.append("name") }
    compare("birth-date", given.birthDate, known.birthDate)
    compare("sex", given.sex?.rawValue ?? "", known.sex?.rawValue ?? "")
    compare("province", given.province, known.province)
    compare("commune", given.commune, known.commune)
    if given.profile != .adult { compare("profile", given.profile.rawValue, known.profile.rawValue) }
    compare("guardian", given.guardianID, known.guardianID)
    compare("phone", given.phone, known.phone)
    compare("address", given.address, known.address)
    compare("photo", given.photo, known.photo)
    return fields
  }
}

/// The data of a person as a work item keeps it, sealed: the other data of ``AddedPerson/differs``.
struct PersonNote: Codable {
  var personalID, name, birthDate, province, commune, profile: String
  var sex, guardian, phone, address, photo: String?

  init(_ person: Applicant) {
    personalID = person.personalID
    name = person.name
    birthDate = person.birthDate
    province = person.province
    commune = person.commune
    profile = person.profile.rawValue
    sex = person.sex?.rawValue
    guardian = person.guardianID
    phone = person.phone
    address = person.address
    photo = person.photo
  }

  var person: Applicant {
    var person = Applicant(
      personalID: personalID, name: name, asciiName: Applicant.ascii(name), birthDate: birthDate, province: province,
      sex: sex.flatMap { Sex(rawValue: $0) }, commune: commune, profile: ApplicantProfile(rawValue: profile) ?? .adult,
      guardianID: guardian ?? "")
    person.phone = phone ?? ""
    person.address = address ?? ""
    person.photo = photo ?? ""
    return person
  }

  /// The same octets for the same data.
  func octets() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return [UInt8](try encoder.encode(self))
  }

  static func read(_ octets: [UInt8]) throws -> PersonNote {
    try JSONDecoder().decode(PersonNote.self, from: Data(octets))
  }
}
