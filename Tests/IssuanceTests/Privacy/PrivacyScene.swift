import CardApplication
import CentreTestSupport
import Foundation
import GRDB
import VietnamReference

@testable import Issuance

/// An office with three people, on a day that the test says.
struct PrivacyScene {
  let folder: ScratchFolder
  let store: OfficeStore
  let keys: PersonKeyFile
  static let ids = (1...3).map { applicant($0).personalID }

  init() throws {
    folder = try ScratchFolder()
    store = try OfficeStore(folder: folder.path)
    keys = try PersonKeyFile(folder: folder.path)
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
      kind, subject: try keys.key(ofPersonalID: person), receivedOn: try Self.date(day), withProcessor: withProcessor,
      term: try Self.term(kind), by: try Self.doer(today ?? day))
  }

  /// Gives the person's card a state, as making it would.
  func makeCard(of person: String, _ state: String = "made") throws {
    let number = try store.begin(person).digits
    try store.queue.write {
      try $0.execute(sql: "UPDATE card SET state = ? WHERE number = ?", arguments: [state, number])
    }
  }

  /// Whether `text` stands in any file below the office's folder.
  func contains(_ text: String) throws -> Bool { try folder.contains(text) }
}

extension ScratchFolder {
  func contains(_ text: String) throws -> Bool {
    try files().contains { Data($0.octets).contains(Data(text.utf8)) }
  }
}
