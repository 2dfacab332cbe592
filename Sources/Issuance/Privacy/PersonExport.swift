import ISO7816
import VietnamReference

/// What an export says of one person: of a ``PersonRecord`` the wanted fields, under the declaration's words.
struct PersonExport: Encodable {
  private struct Field: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(_ word: String) { stringValue = word }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The words that it can write; the declaration's exportable fields are these.
  static let words = [
    "personal-id", "name", "birth-date", "sex-nationality", "photo", "province", "residence", "contact", "guardian",
    "checks", "card-number", "identity-document", "requests", "disclosures",
  ]

  private let record: PersonRecord
  private let fields: [String]

  init(_ record: PersonRecord, fields: [String]) {
    self.record = record
    self.fields = fields
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Field.self)
    let person = record.applicant
    for word in fields {
      let key = Field(word)
      switch word {
      case "personal-id": try object.encode([person.personalID] + record.givenUp, forKey: key)
      case "name": try object.encode(["text": person.name, "ascii": person.asciiName], forKey: key)
      case "birth-date": try object.encode(person.birthDate, forKey: key)
      case "sex-nationality": try object.encode(["sex": person.sex?.rawValue ?? ""], forKey: key)
      case "photo": try object.encode(person.photo, forKey: key)
      case "province": try object.encode(person.province, forKey: key)
      case "residence": try object.encode(["commune": person.commune, "address": person.address], forKey: key)
      case "contact": try object.encode(["phone": person.phone], forKey: key)
      case "guardian":
        try object.encode(["profile": person.profile.rawValue, "guardian": person.guardianID], forKey: key)
      case "checks": try object.encode(ExportedChecks(record), forKey: key)
      case "card-number": try object.encode(record.cards.map { ExportedCard($0, record.pinActs) }, forKey: key)
      case "identity-document": try object.encode(record.documents, forKey: key)
      case "requests": try object.encode(record.requests.map(ExportedRequest.init), forKey: key)
      case "disclosures": try object.encode(record.disclosures.map(ExportedDisclosure.init), forKey: key)
      default: throw ExportError.field(word)
      }
    }
  }
}

private struct ExportedChecks: Encodable {
  struct Finding: Encodable {
    let kind: String
    let detail: String
    let openedAt: Int64
    let decision: String?
    let proposed: PersonNote?
    let newPersonalID: String?
  }

  let register: RegisterState
  let asked: [PersonRecord.RegisterCheck]
  let findings: [Finding]

  init(_ record: PersonRecord) {
    register = record.register
    asked = record.checks
    findings = record.findings.map {
      Finding(
        kind: $0.kind, detail: $0.detail, openedAt: $0.openedAt, decision: $0.decision,
        proposed: $0.proposed.map(PersonNote.init), newPersonalID: $0.newPersonalID)
    }
  }
}

private struct ExportedCard: Encodable {
  struct Act: Encodable {
    let act: String
    let time: Int64
  }

  let number: String
  let state: String
  let recipient: String?
  let deliveredAt: Int64?
  let replacement: String?
  let acts: [Act]

  init(_ card: PersonRecord.Card, _ acts: [PINAct]) {
    number = card.number
    state = card.state
    recipient = card.recipient
    deliveredAt = card.deliveredAt
    replacement = card.replacement
    self.acts = acts.filter { $0.card == card.number }.map { Act(act: $0.act.rawValue, time: $0.time) }
  }
}

private struct ExportedRequest: Encodable {
  let number: Int64
  let kind: PrivacyRequest.Kind
  let receivedOn: CalendarDate
  let answerDue: CalendarDate
  let due: CalendarDate
  let isExtended: Bool
  let withProcessor: Bool
  let state: PrivacyRequest.State
  let decision: PrivacyRequest.Decision?
  let basis: String
  let isExecuted: Bool

  init(_ request: PrivacyRequest) {
    number = request.number
    kind = request.kind
    receivedOn = request.receivedOn
    answerDue = request.answerDue
    due = request.due
    isExtended = request.isExtended
    withProcessor = request.withProcessor
    state = request.state
    decision = request.decision
    basis = request.basis
    isExecuted = request.isExecuted
  }
}

private struct ExportedDisclosure: Encodable {
  let time: Int64
  let purpose: String
  let basis: String
  let fields: [String]
  let recipient: String
  let state: Disclosure.State

  init(_ disclosure: Disclosure) {
    time = disclosure.time
    purpose = disclosure.purpose
    basis = disclosure.basis
    fields = disclosure.fields
    recipient = disclosure.recipient.hex
    state = disclosure.state
  }
}
