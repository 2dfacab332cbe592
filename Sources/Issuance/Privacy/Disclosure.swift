public import CardCrypto
import Foundation
import GRDB
import ISO7816

/// An export of personal data: what for, by what right, what of how many people, and to whom.
public struct Disclosure: Hashable, Sendable {
  /// What became of it. Raw values are stored: never renamed.
  public enum State: String, Sendable, Codable {
    /// The file was made.
    case made
    /// The file could not be made.
    case failed
  }

  /// Counts up from 1.
  public var number: Int64
  /// Unix seconds.
  public var time: Int64
  /// Who made it.
  public var actor: String
  /// What for.
  public var purpose: String
  /// By what right.
  public var basis: String
  /// Words of the declared fields.
  public var fields: [String]
  /// How many people's.
  public var people: Int
  /// SHA-256 of the recipient's certificate, 32 octets.
  public var recipient: [UInt8]
  /// What became of it.
  public var state: State

  init(_ row: Row) throws {
    guard let state = State(rawValue: row["state"]) else { throw DatabaseError(message: "disclosure.state") }
    let (fields, recipient): (String, Data) = (row["fields"], row["recipient"])
    number = row["number"]
    time = row["time"]
    actor = row["actor"]
    purpose = row["purpose"]
    basis = row["basis"]
    self.fields = fields.split(separator: ",").map(String.init)
    people = row["people"]
    self.recipient = [UInt8](recipient)
    self.state = state
  }
}

/// What an export is asked to be.
public struct ExportOrder: Sendable {
  /// Twelve digits each; who is named twice is exported once.
  public var people: [String]
  /// Words of declared fields that may be exported (``PersonalData/exportable``).
  public var fields: [String]
  /// What for, without personal data.
  public var purpose: String
  /// By what right, without personal data.
  public var basis: String

  /// From its fields.
  public init(people: [String], fields: [String], purpose: String, basis: String) {
    self.people = people
    self.fields = fields
    self.purpose = purpose
    self.basis = basis
  }
}

/// Why nothing was exported.
public enum ExportError: Error, Hashable, Sendable {
  /// A word that is none of ``PersonalData/exportable``.
  case field(String)
  /// Nobody was named, or nothing of them.
  case nothing
  /// The office has no file of the person at this place of ``ExportOrder/people``, from 0, repetitions left out.
  case unknownPerson(at: Int)
}

extension OfficeStore {
  /// Writes the wanted fields of the wanted people to a file that only `recipient` can read: JSON lines, one a person.
  ///
  /// The act is kept when the file is whole on the disk, before it has its name: no file is without its act. Of the
  /// people's data one person's at a time is in memory.
  ///
  /// - Returns: what was kept of it.
  /// - Throws: ``ExportError``, ``PrivacyRequestError/text(_:)``, ``EncryptedFileError``, `CryptoError`; there is no
  ///   file then, and where the act was kept already, another one says so.
  public func export(
    _ order: ExportOrder, to recipient: RecipientCertificate, path: String, by doer: Doer
  ) throws -> Disclosure {
    var order = order
    order.purpose = try ActText.check(order.purpose, "--purpose")
    order.basis = try ActText.check(order.basis, "--basis")
    var seen: Set<String> = []
    order.people = order.people.filter { seen.insert($0).inserted }
    guard !order.people.isEmpty, !order.fields.isEmpty else { throw ExportError.nothing }
    let allowed = PersonalData.embedded.exportable.map(\.id)
    if let other = order.fields.first(where: { !allowed.contains($0) }) { throw ExportError.field(other) }
    // In the declaration's order, each once.
    order.fields = allowed.filter { order.fields.contains($0) }
    try EncryptedFile.check(path)
    var made: Disclosure?
    var subjects: [String] = []
    do {
      try EncryptedFile.write(to: path, recipient: recipient) { writer in
        subjects = try write(order, to: writer)
      } commit: {
        made = try keep(order, of: subjects, recipient, doer)
      }
    } catch {
      if let made { try fail(made, doer) }
      throw error
    }
    guard let made else { throw ExportError.nothing }
    return made
  }

  /// All exports, oldest first.
  public func disclosures() throws -> [Disclosure] {
    try queue.read { db in try Row.fetchAll(db, sql: "SELECT * FROM disclosure ORDER BY number").map(Disclosure.init) }
  }

  /// Writes each person once, by whatever number named, and returns their keys.
  private func write(_ order: ExportOrder, to writer: EnvelopedDataWriter) throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // One snapshot for all of them.
    return try queue.read { db in
      let rows = try rows(db)
      var (subjects, written): ([String], Set<Int64>) = ([], [])
      for (place, person) in order.people.enumerated() {
        guard let file = try rows.file(person) else { throw ExportError.unknownPerson(at: place) }
        guard written.insert(file.main.number).inserted else { continue }
        subjects.append(file.main.key.hex)
        var line = [UInt8](try encoder.encode(PersonExport(try rows.record(file), fields: order.fields))) + [0x0A]
        try writer.write(line)
        SecretBytes.clear(&line)
      }
      return subjects
    }
  }

  private func keep(
    _ order: ExportOrder, of subjects: [String], _ recipient: RecipientCertificate, _ doer: Doer
  ) throws -> Disclosure {
    try queue.write { db in
      let number = (try Int64.fetchOne(db, sql: "SELECT MAX(number) FROM disclosure") ?? 0) + 1
      try db.execute(
        sql: """
          INSERT INTO disclosure (number, time, actor, purpose, basis, fields, people, recipient, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'made')
          """,
        arguments: [
          number, doer.time, doer.actor, order.purpose, order.basis, order.fields.joined(separator: ","),
          subjects.count, Data(recipient.fingerprint),
        ])
      for subject in subjects {
        try db.execute(
          sql: "INSERT INTO disclosure_person (disclosure, subject) VALUES (?, ?)", arguments: [number, subject])
      }
      let row = try Row.fetchOne(db, sql: "SELECT * FROM disclosure WHERE number = ?", arguments: [number])
      guard let row else { throw DatabaseError(message: "disclosure") }
      let disclosure = try Disclosure(row)
      try OfficeActLog(db: db).append(
        OfficeAct(
          "personal-data-exported", disclosure.subject, actor: doer.actor, reason: try disclosure.text, time: doer.time)
      )
      return disclosure
    }
  }

  private func fail(_ disclosure: Disclosure, _ doer: Doer) throws {
    try queue.write { db in
      try db.execute(sql: "UPDATE disclosure SET state = 'failed' WHERE number = ?", arguments: [disclosure.number])
      try OfficeActLog(db: db).append(
        OfficeAct("personal-data-export-failed", disclosure.subject, actor: doer.actor, time: doer.time))
    }
  }
}

extension Disclosure {
  fileprivate var subject: String { "disclosure-\(number)" }

  /// What the act says of it: JSON with its keys in order.
  fileprivate var text: String {
    get throws {
      struct Text: Encodable {
        let basis: String
        let fields: [String]
        let people: Int
        let purpose: String
        let recipient: String
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let text = Text(
        basis: basis, fields: fields, people: people, purpose: purpose, recipient: recipient.hex)
      return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
  }
}
