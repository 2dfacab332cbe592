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

  private struct Names: Encodable {
    let text: String
    let ascii: String
  }

  private struct CardHistory: Encodable {
    struct Act: Encodable {
      let act: String
      let time: Int64
    }
    let number: String
    let state: String
    let acts: [Act]
  }

  private struct Request: Encodable {
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
  }

  private struct Export: Encodable {
    let time: Int64
    let purpose: String
    let basis: String
    let fields: [String]
    let recipient: String
    let state: Disclosure.State
  }

  /// The words that it can write; the declaration's exportable fields are these.
  static let words = [
    "personal-id", "name", "birth-date", "province", "card-number", "requests", "disclosures",
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
      case "personal-id": try object.encode(person.personalID, forKey: key)
      case "name": try object.encode(Names(text: person.name, ascii: person.asciiName), forKey: key)
      case "birth-date": try object.encode(person.birthDate, forKey: key)
      case "province": try object.encode(person.province, forKey: key)
      case "card-number": try object.encode(record.cards.map(history), forKey: key)
      case "requests": try object.encode(record.requests.map(Self.request), forKey: key)
      case "disclosures": try object.encode(record.disclosures.map(Self.export), forKey: key)
      default: throw ExportError.field(word)
      }
    }
  }

  private func history(_ card: PersonRecord.Card) -> CardHistory {
    CardHistory(
      number: card.number, state: card.state,
      acts: record.pinActs.filter { $0.card == card.number }.map { .init(act: $0.act.rawValue, time: $0.time) })
  }

  private static func request(_ request: PrivacyRequest) -> Request {
    Request(
      number: request.number, kind: request.kind, receivedOn: request.receivedOn, answerDue: request.answerDue,
      due: request.due, isExtended: request.isExtended, withProcessor: request.withProcessor, state: request.state,
      decision: request.decision, basis: request.basis, isExecuted: request.isExecuted)
  }

  private static func export(_ disclosure: Disclosure) -> Export {
    Export(
      time: disclosure.time, purpose: disclosure.purpose, basis: disclosure.basis, fields: disclosure.fields,
      recipient: disclosure.recipient.hex, state: disclosure.state)
  }
}
