import GRDB
public import VietnamReference

/// A change of the office's records that a person asked for.
public struct PersonChange: Sendable {
  /// What is corrected; `nil` where it stays.
  public struct Correction: Hashable, Sendable {
    /// Full name.
    public var name: PersonName?
    /// Birth date as far as it is known, `1952-05-17`, `1952-05`, `1952`.
    public var birthDate: String?
    /// Two-digit code of the issuing province.
    public var province: String?

    /// From its fields.
    public init(name: PersonName? = nil, birthDate: String? = nil, province: String? = nil) {
      self.name = name
      self.birthDate = birthDate
      self.province = province
    }
  }

  private let personalID: String
  private let subject: String
  private let correction: Correction?

  /// The file of `personalID` is erased, or corrected where there is a correction.
  ///
  /// - Parameter keys: by which it is checked that this is the person of the request.
  public init(of personalID: String, correction: Correction? = nil, keys: some PersonKeys) throws {
    self.personalID = personalID
    subject = try keys.key(ofPersonalID: personalID)
    self.correction = correction
  }

  /// Carries it out within the transaction of `request`'s answer.
  func apply(_ request: PrivacyRequest, _ people: any PersonRows, _ db: Database) throws {
    guard request.subject == subject else { throw PrivacyRequestError.otherPerson(request.number) }
    guard !request.isExecuted else { throw PrivacyRequestError.executed(request.number) }
    switch (request.kind, correction) {
    case (.deletion, nil): try erase(people, db)
    case (.correction, let correction?): try correct(correction, people, db)
    default: throw PrivacyRequestError.nothingToExecute(request.kind)
    }
  }

  private func erase(_ people: any PersonRows, _ db: Database) throws {
    switch try Erasure(personalID, people, db) {
    case .possible: break
    case .noRecord: throw PrivacyRequestError.noRecord
    case .cardMade: throw PrivacyRequestError.cardMade
    case .numberGivenOut: throw PrivacyRequestError.numberGivenOut
    }
    try people.erase(personalID, db)
  }

  private func correct(_ correction: Correction, _ people: any PersonRows, _ db: Database) throws {
    guard let applicant = try people.applicant(personalID, db) else { throw PrivacyRequestError.noRecord }
    // What is on a card is corrected by exchanging it; the file and the card stay one.
    guard try !people.cards(personalID, db).contains(where: \.isMade) else { throw PrivacyRequestError.cardMade }
    var corrected = applicant
    if let name = correction.name { (corrected.name, corrected.asciiName) = (name.text, name.ascii) }
    if let birthDate = correction.birthDate { corrected.birthDate = birthDate }
    if let province = correction.province { corrected.province = province }
    guard corrected != applicant, corrected.holder != nil else { throw PrivacyRequestError.correction }
    try people.replace(corrected, db)
  }
}

extension Erasure {
  /// What holds for a person now.
  init(_ personalID: String, _ people: any PersonRows, _ db: Database) throws {
    guard try people.applicant(personalID, db) != nil else {
      self = .noRecord
      return
    }
    let cards = try people.cards(personalID, db)
    self = cards.contains(where: \.isMade) ? .cardMade : cards.isEmpty ? .possible : .numberGivenOut
  }
}

extension OfficeStore {
  /// Where requests find people.
  var people: any PersonRows { ApplicantRows() }

  /// Whether the file of a person can be erased.
  public func erasure(of personalID: String) throws -> Erasure {
    try queue.read { db in try Erasure(personalID, people, db) }
  }

  /// Everything that the office has of a person; `nil` when it has nothing.
  public func record(of personalID: String, keys: some PersonKeys) throws -> PersonRecord? {
    let subject = try keys.key(ofPersonalID: personalID)
    return try queue.read { db in try record(personalID, subject, db) }
  }

  func record(_ personalID: String, _ subject: String, _ db: Database) throws -> PersonRecord? {
    guard let applicant = try people.applicant(personalID, db) else { return nil }
    let cards = try people.cards(personalID, db)
    let acts = try cards.flatMap { card in
      try Row.fetchAll(db, sql: "SELECT * FROM pin_act WHERE card = ? ORDER BY sequence", arguments: [card.number])
        .compactMap { row in
          PINAct.Act(rawValue: row["act"]).map {
            PINAct(card: row["card"], act: $0, terminal: row["terminal"], actor: row["actor"], time: row["made_at"])
          }
        }
    }
    let requests = try Row.fetchAll(
      db, sql: "SELECT * FROM privacy_request WHERE subject = ? ORDER BY number", arguments: [subject]
    ).map(Self.request)
    let disclosures = try Row.fetchAll(
      db,
      sql: """
        SELECT d.* FROM disclosure d JOIN disclosure_person p ON p.disclosure = d.number WHERE p.subject = ?
        ORDER BY d.number
        """, arguments: [subject]
    ).map(Disclosure.init)
    return PersonRecord(
      applicant: applicant, cards: cards, pinActs: acts, requests: requests, disclosures: disclosures)
  }
}
