import CardCrypto
public import ServiceAPI
import VietnamReference

/// A person as a population register knows him.
public struct RegisterRecord: Hashable, Sendable, Codable {
  /// Twelve digits.
  public var personalID: String
  /// Full name.
  public var name: String
  /// `1952-05-17`, or as far as it is known.
  public var birthDate: String
  /// Whether the register knows the person as dead.
  public var isDead: Bool
  /// The new number, when this one was re-established.
  public var newPersonalID: String?

  /// From its fields.
  public init(
    personalID: String, name: String, birthDate: String, isDead: Bool = false, newPersonalID: String? = nil
  ) {
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
    self.isDead = isDead
    self.newPersonalID = newPersonalID
  }
}

/// The records of a population register, and its word on questions about them: a stand-in for the national register in
/// tests, demonstrations and pilots, never for real people.
public struct RegisterRecords: Sendable {
  private let records: [String: RegisterRecord]

  /// A register of these people.
  public init(_ records: [RegisterRecord]) {
    self.records = Dictionary(records.map { ($0.personalID, $0) }, uniquingKeysWith: { $1 })
  }

  /// What is so about one question. Spellings of one name are one name; a birth date that the office knows only in part
  /// agrees with every date that it may mean.
  public func reply(to question: RegisterQuestion) -> RegisterReply {
    func said(_ outcome: RegisterOutcome, fields: [String]? = nil, new: String? = nil) -> RegisterReply {
      RegisterReply(
        line: question.line, personalID: question.personalID, outcome: outcome, fields: fields, newPersonalID: new)
    }
    guard let record = records[question.personalID] else { return said(.noNumber) }
    if let new = record.newPersonalID { return said(.renumbered, new: new) }
    if record.isDead { return said(.deceased) }
    var fields: [String] = []
    if Self.folded(record.name) != Self.folded(question.name) { fields.append("name") }
    if record.birthDate != question.birthDate, !record.birthDate.hasPrefix(question.birthDate + "-") {
      fields.append("birthDate")
    }
    return fields.isEmpty ? said(.matched) : said(.mismatched, fields: fields)
  }

  /// The answer to a request.
  public func answer(to request: [UInt8]) throws -> [UInt8] {
    let (header, questions) = try RegisterDocument.readRequest(request) { Digest.sha256.hash($0) }
    return try RegisterDocument.answer(to: request, batch: header.batch, questions.map(reply)) {
      Digest.sha256.hash($0)
    }
  }

  private static func folded(_ name: String) -> String { (try? PersonName(name))?.foldedKey ?? name }
}
