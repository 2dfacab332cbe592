import Foundation
import GRDB

/// What the office has of one person.
public struct PersonRecord: Hashable, Sendable {
  /// A card begun for the person.
  public struct Card: Hashable, Sendable, Codable {
    /// Sixteen digits.
    public let number: String
    /// A word of ``IssuedCardLife/State``; of a delivered card, what it was before.
    public let state: String
    /// Who took it, a word of ``CardDelivery/Recipient``; `nil` when it was not handed over.
    public let recipient: String?
    /// When that was, Unix seconds.
    public let deliveredAt: Int64?
    /// Why another card was asked for in its place.
    public let replacement: String?

    /// Whether a card of this number is or was in the person's hands.
    var isMade: Bool { state != "started" && state != "scrapped" }
  }

  /// A look at an identity document when a card was handed over or its PIN changed.
  public struct DocumentSeen: Hashable, Sendable, Codable {
    /// The card.
    public let card: String
    /// What for.
    public let purpose: String
    /// A word of ``IdentityCheck/Document``.
    public let document: String
    /// Its last four characters.
    public let tail: String
    /// Unix seconds.
    public let time: Int64
  }

  /// A question to the population register.
  public struct RegisterCheck: Hashable, Sendable, Codable {
    /// The batch it was in.
    public let batch: String
    /// What the register said; `nil` while it has not.
    public let outcome: String?
    /// Unix seconds.
    public let askedAt: Int64
  }

  /// Something that an officer has to look at, or has.
  public struct Finding: Hashable, Sendable {
    /// A word of ``WorkKind``.
    public let kind: String
    /// Fields or findings, by their names.
    public let detail: String
    /// Unix seconds.
    public let openedAt: Int64
    /// What was decided; `nil` while it is open.
    public let decision: String?
    /// The other data of somebody who came again.
    public let proposed: Applicant?
    /// The new number of somebody whose number was re-established.
    public let newPersonalID: String?
  }

  /// The person, as taken in or corrected.
  public let applicant: Applicant
  /// Personal IDs of entries that were given up for this one.
  public let givenUp: [String]
  /// What the population register said of the person.
  public let register: RegisterState
  /// Every question to it, oldest first.
  public let checks: [RegisterCheck]
  /// What officers had to look at, oldest first.
  public let findings: [Finding]
  /// All cards begun for the person, oldest first.
  public let cards: [Card]
  /// Every look at an identity document, oldest first.
  public let documents: [DocumentSeen]
  /// What was done with the PINs of those cards at the counter.
  public let pinActs: [PINAct]
  /// The person's requests.
  public let requests: [PrivacyRequest]
  /// To whom the person's data was exported.
  public let disclosures: [Disclosure]
}

extension PersonRows {
  /// All cards begun for a person, oldest first.
  func cards(_ file: File) throws -> [PersonRecord.Card] {
    try rows(
      """
      SELECT c.number, COALESCE(c.ended, c.state) AS word, d.recipient, d.delivered_at, r.kind
      FROM card c LEFT JOIN delivery d ON d.card = c.number
      LEFT JOIN replacement r ON r.old = c.number AND r.withdrawn_at IS NULL
      WHERE c.person IN (\(marks(file))) ORDER BY c.sequence
      """, file
    ).map {
      PersonRecord.Card(
        number: $0["number"], state: $0["word"], recipient: $0["recipient"], deliveredAt: $0["delivered_at"],
        replacement: $0["kind"])
    }
  }

  /// Everything that the office has of a person.
  func record(_ file: File) throws -> PersonRecord {
    let cards = try cards(file)
    let keys = try keys(file)
    let names = databaseQuestionMarks(count: keys.count)
    return PersonRecord(
      applicant: file.main.person, givenUp: file.entries.dropFirst().map(\.person.personalID),
      register: file.main.register, checks: try checks(file), findings: try file.entries.flatMap(findings),
      cards: cards, documents: try cards.flatMap { try documents($0.number) },
      pinActs: try cards.flatMap { card in
        try Row.fetchAll(db, sql: "SELECT * FROM pin_act WHERE card = ? ORDER BY sequence", arguments: [card.number])
          .compactMap(OfficeStore.pinAct)
      },
      requests: try Row.fetchAll(
        db, sql: "SELECT * FROM privacy_request WHERE subject IN (\(names)) ORDER BY number",
        arguments: StatementArguments(keys)
      ).map(OfficeStore.request),
      disclosures: try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM disclosure
          WHERE number IN (SELECT disclosure FROM disclosure_person WHERE subject IN (\(names))) ORDER BY number
          """, arguments: StatementArguments(keys)
      ).map(Disclosure.init))
  }

  private func checks(_ file: File) throws -> [PersonRecord.RegisterCheck] {
    try rows(
      """
      SELECT e.batch, e.outcome, b.sent_at FROM register_entry e JOIN register_batch b USING (batch)
      WHERE e.person IN (\(marks(file))) ORDER BY b.sent_at, e.batch
      """, file
    ).map { PersonRecord.RegisterCheck(batch: $0["batch"], outcome: $0["outcome"], askedAt: $0["sent_at"]) }
  }

  private func findings(_ entry: PeopleTable.Entry) throws -> [PersonRecord.Finding] {
    try Row.fetchAll(
      db, sql: "SELECT kind, detail, note, opened_at, decision FROM work_item WHERE person = ? ORDER BY item",
      arguments: [entry.number]
    ).map { row in
      let (kind, sealed): (String, Data?) = (row["kind"], row["note"])
      let note = try sealed.map { try people.cipher.openNote([UInt8]($0), personKey: entry.key) }
      return PersonRecord.Finding(
        kind: kind, detail: row["detail"], openedAt: row["opened_at"], decision: row["decision"],
        proposed: kind == WorkKind.differs.rawValue ? try note.map { try PersonNote.read($0).person } : nil,
        newPersonalID: kind == WorkKind.renumbered.rawValue ? note.map { String(decoding: $0, as: UTF8.self) } : nil)
    }
  }

  private func documents(_ card: String) throws -> [PersonRecord.DocumentSeen] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM identity_check WHERE card = ? ORDER BY sequence", arguments: [card]
    ).map {
      PersonRecord.DocumentSeen(
        card: card, purpose: $0["purpose"], document: $0["document"], tail: $0["tail"], time: $0["checked_at"])
    }
  }

  private func rows(_ sql: String, _ file: File) throws -> [Row] {
    try Row.fetchAll(db, sql: sql, arguments: numbers(file))
  }
}
