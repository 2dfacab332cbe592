import CardCrypto
import Foundation
import ISO7816
import Issuance
import VietnamReference

/// A wrong use of the privacy commands that ArgumentParser can't see.
enum PrivacyUsageError: Error, Hashable {
  /// The text after --person is no personal ID.
  case personalID
  /// No day of the calendar.
  case date
  /// No name, no birth date, no province of today, no sex or no commune; the option.
  case correction(option: String)
  /// The list of people can't be read.
  case listUnreadable(path: String)
  /// A line of the list is no personal ID.
  case listLine(Int)
  /// The recipient's certificate can't be read.
  case certificateUnreadable(path: String)
}

/// What the privacy commands share.
enum PrivacyFlow {
  /// The office's database.
  static func office(_ home: StateHome) throws -> OfficeStore {
    guard FileManager.default.fileExists(atPath: home.office) else { throw UsageError.noOffice(home: home.path) }
    return try OfficeStore(folder: home.office)
  }

  static func today() throws -> CalendarDate {
    guard let today = Clock.today else { throw PrivacyUsageError.date }
    return today
  }

  static func date(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(text: text) else { throw PrivacyUsageError.date }
    return date
  }

  static func personalID(_ text: String) throws -> String {
    guard let personalID = PersonalID(digits: text) else { throw PrivacyUsageError.personalID }
    return personalID.digits
  }

  static func term(_ kind: PrivacyRequest.Kind) throws -> RequestTerm {
    guard let term = PersonalData.embedded.term(kind) else { throw PrivacyRequestError.nothingToExecute(kind) }
    return term
  }

  /// Most octets of a list of people: a million of them.
  private static let maximumList = 16 << 20

  /// Personal IDs, one a line; empty lines and those that begin with # are left out.
  static func people(_ path: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path), data.count <= maximumList,
      let text = String(data: data, encoding: .utf8)
    else { throw PrivacyUsageError.listUnreadable(path: path) }
    var people: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let word = line.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !word.isEmpty, !word.hasPrefix("#") else { continue }
      guard let personalID = PersonalID(digits: word) else { throw PrivacyUsageError.listLine(index + 1) }
      people.append(personalID.digits)
    }
    return people
  }

  static func recipient(_ path: String) throws -> RecipientCertificate {
    guard let file = FileManager.default.contents(atPath: path) else {
      throw PrivacyUsageError.certificateUnreadable(path: path)
    }
    return try RecipientCertificate([UInt8](file), at: Clock.seconds)
  }

  /// Takes in what is to be corrected.
  static func correct(
    _ correction: inout PersonChange.Correction, name: String?, birthDate: String?, province: String?
  ) throws {
    if let name {
      guard let name = try? PersonName(name) else { throw PrivacyUsageError.correction(option: "--name") }
      correction.name = name
    }
    if let birthDate {
      guard let date = PartialDate(text: birthDate) else {
        throw PrivacyUsageError.correction(option: "--birth-date")
      }
      correction.birthDate = date.iso
    }
    if let province {
      guard let today = Clock.today, ProvinceRegister.embedded.province(code: province, on: today) != nil else {
        throw PrivacyUsageError.correction(option: "--province")
      }
      correction.province = province
    }
  }

  /// As above.
  static func correct(_ correction: inout PersonChange.Correction, sex: String?, commune: String?) throws {
    if let sex {
      switch LabelKey.key(sex) {
      case "nam", "male": correction.sex = .male
      case "nu", "female": correction.sex = .female
      default: throw PrivacyUsageError.correction(option: "--sex")
      }
    }
    if let commune {
      guard commune.utf8.count == 5, commune != "00000", commune.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { throw PrivacyUsageError.correction(option: "--commune") }
      correction.commune = commune
    }
  }

  static func tell(_ request: PrivacyRequest, _ output: Output) throws {
    let today = try today()
    try output.result(RequestView(request, today: today)) {
      PrivacyTexts.request(request, today: today, output.language)
    }
  }
}

/// A recipient as `--json` gives it.
struct RecipientView: Encodable {
  let subject: String
  let key: String
  let fingerprint: String

  init(_ recipient: RecipientCertificate) {
    subject = recipient.subject
    key = recipient.key
    fingerprint = recipient.fingerprint.hex
  }
}

/// A request as `--json` gives it: of the person only the office's own key.
struct RequestView: Encodable {
  let number: Int64
  let kind: PrivacyRequest.Kind
  let subject: String
  let receivedOn: CalendarDate
  let answerDue: CalendarDate
  let due: CalendarDate
  let nextDue: CalendarDate?
  let isExtended: Bool
  let isLate: Bool
  let withProcessor: Bool
  let state: PrivacyRequest.State
  let decision: PrivacyRequest.Decision?
  let basis: String
  let isExecuted: Bool

  init(_ request: PrivacyRequest, today: CalendarDate) {
    number = request.number
    kind = request.kind
    subject = request.subject
    receivedOn = request.receivedOn
    answerDue = request.answerDue
    due = request.due
    nextDue = request.nextDue
    isExtended = request.isExtended
    isLate = request.isLate(on: today)
    withProcessor = request.withProcessor
    state = request.state
    decision = request.decision
    basis = request.basis
    isExecuted = request.isExecuted
  }
}

/// The declaration as `--json` gives it.
struct PersonalDataView: Encodable {
  struct Term: Encodable {
    let id: String
    let name: BilingualText
    let evidence: String?

    init(_ term: PersonalData.Term) {
      (id, name) = (term.id, term.name)
      evidence = term.evidence.isEmpty ? nil : term.evidence
    }
  }

  struct Place: Encodable {
    let system: String
    let container: String
    let parts: [String]
    let protection: Term
    let kept: Term
    let roles: [Term]
    let leaves: [Term]
  }

  struct Field: Encodable {
    let id: String
    let name: BilingualText
    let `class`: PersonalData.Class
    let purpose: Term
    let bases: [Term]
    let places: [Place]
  }

  struct RequestTime: Encodable {
    let request: PrivacyRequest.Kind
    let answerWorkingDays: Int
    let days: Int
    let daysWithProcessor: Int
    let extensionDays: Int
    let evidence: String
  }

  let fields: [Field]
  let terms: [RequestTime]

  init(_ declaration: PersonalData) {
    fields = declaration.fields.map { field in
      Field(
        id: field.id, name: field.name, class: field.class, purpose: Term(field.purpose),
        bases: field.bases.map(Term.init),
        places: field.places.map { place in
          Place(
            system: place.parts.system, container: place.parts.container, parts: place.parts.parts,
            protection: Term(place.protection), kept: Term(place.kept), roles: place.roles.map(Term.init),
            leaves: place.leaves.map(Term.init))
        })
    }
    terms = declaration.terms.map {
      RequestTime(
        request: $0.kind, answerWorkingDays: $0.answerWorkingDays, days: $0.days,
        daysWithProcessor: $0.daysWithProcessor, extensionDays: $0.extensionDays, evidence: $0.evidence)
    }
  }
}
