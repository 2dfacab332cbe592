import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import PopulationRegister
import ServiceAPI
import VietnamReference

@testable import Issuance

/// An office with three people, on a day that the test says.
struct PrivacyScene {
  let folder: ScratchFolder
  let store: OfficeStore
  static let ids = (1...3).map { applicant($0).personalID }

  init() throws {
    folder = try ScratchFolder()
    store = try OfficeStore(folder: folder.path)
    try store.take((1...3).map { Self.applicant($0) })
  }

  /// People of whom no two have a name in common.
  static func applicant(_ number: Int) -> Applicant {
    var applicant = TestCentre.applicant(number)
    applicant.name = ["Đặng Thùy Lan", "Phạm Quốc Khánh", "Hoàng Bảo Ngọc"][number - 1]
    return applicant
  }

  /// Noon in Viet Nam of a day.
  static func doer(_ day: String, _ actor: String = "lan") throws -> Doer {
    Doer(actor, time: Int64(try date(day).dayNumber) * 86_400 + 5 * 3_600)
  }

  static func date(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(text: text) else { throw TestSupportError.invalid(text) }
    return date
  }

  static func term(_ kind: PrivacyRequest.Kind) throws -> RequestTerm {
    guard let term = PersonalData.embedded.term(kind) else { throw TestSupportError.invalid(kind.rawValue) }
    return term
  }

  func open(
    _ kind: PrivacyRequest.Kind, on day: String, person: String = ids[0], withProcessor: Bool = false,
    today: String? = nil
  ) throws -> PrivacyRequest {
    try store.openRequest(
      kind, of: person, receivedOn: try Self.date(day), withProcessor: withProcessor, term: try Self.term(kind),
      by: try Self.doer(today ?? day))
  }

  /// Gives the person's card a state, as making it would.
  func makeCard(of person: String, _ state: String = "made") throws {
    try store.matchAll()
    let number = try store.begin(person).digits
    try store.queue.write {
      try $0.execute(sql: "UPDATE card SET state = ? WHERE number = ?", arguments: [state, number])
    }
  }

  /// Whether `text` stands in any file below the office's folder.
  func contains(_ text: String) throws -> Bool { try folder.contains(text) }

  /// How many of the octet strings stand in any file below it.
  func count(_ strings: [Data]) throws -> Int {
    let files = try folder.files().map { Data($0.octets) }
    return strings.count { string in files.contains { $0.range(of: string) != nil } }
  }

  /// What is sealed of a person's fields, and the twin key.
  func sealedFields(_ person: String) throws -> [Data] {
    try store.queue.read { db in
      let number = try store.people(db).number(person)
      let row = try Row.fetchOne(
        db, sql: "SELECT personal_id, name, birth_date, twin_key FROM person WHERE person = ?", arguments: [number])
      return row?.databaseValues.compactMap { Data.fromDatabaseValue($0) } ?? []
    }
  }

  /// Has a register that knows everybody as the office does answer.
  func answer(_ request: RegisterRequest) throws -> RegisterResult {
    let questions = try RegisterDocument.readRequest(request.octets) { Digest.sha256.hash($0) }.questions
    let records = RegisterRecords(
      questions.map { RegisterRecord(personalID: $0.personalID, name: $0.name, birthDate: $0.birthDate) })
    return try store.takeAnswer(try records.answer(to: request.octets), actor: "lan", time: 3)
  }

  /// Everything that the tables have sealed or hashed of a person, twelve octets or longer.
  func sealed(_ person: String) throws -> [Data] {
    try store.queue.read { db in
      guard let number = try store.people(db).number(person) else { return [] }
      let rows = try ["person", "former_key", "work_item", "register_entry"].flatMap {
        try Row.fetchAll(db, sql: "SELECT * FROM \($0) WHERE person = ?", arguments: [number])
      }
      return rows.flatMap { row in row.databaseValues.compactMap { Data.fromDatabaseValue($0) } }.filter {
        $0.count >= 12 && String(data: $0, encoding: .utf8) == nil
      }
    }
  }
}

extension ScratchFolder {
  func contains(_ text: String) throws -> Bool {
    try files().contains { Data($0.octets).contains(Data(text.utf8)) }
  }
}
