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
    /// Male or female.
    public var sex: Sex?
    /// Five-digit code of the commune of residence.
    public var commune: String?
    /// Telephone number.
    public var phone: String?
    /// Where the person lives.
    public var address: String?

    /// From its fields.
    public init(
      name: PersonName? = nil, birthDate: String? = nil, province: String? = nil, sex: Sex? = nil,
      commune: String? = nil, phone: String? = nil, address: String? = nil
    ) {
      self.name = name
      self.birthDate = birthDate
      self.province = province
      self.sex = sex
      self.commune = commune
      self.phone = phone
      self.address = address
    }

    func apply(to person: inout Applicant) {
      if let name { (person.name, person.asciiName) = (name.text, name.ascii) }
      if let birthDate { person.birthDate = birthDate }
      if let province { person.province = province }
      if let sex { person.sex = sex }
      if let commune { person.commune = commune }
      if let phone { person.phone = phone }
      if let address { person.address = address }
    }
  }

  private let personalID: String
  private let correction: Correction?

  /// The file of `personalID` is erased, or corrected where there is a correction.
  public init(of personalID: String, correction: Correction? = nil) {
    self.personalID = personalID
    self.correction = correction
  }

  /// Carries it out within the transaction of `request`'s answer.
  func apply(_ request: PrivacyRequest, _ store: OfficeStore, _ db: Database, _ doer: Doer) throws {
    let rows = try store.rows(db)
    guard try rows.isSubject(request.subject, personalID) else { throw PrivacyRequestError.otherPerson(request.number) }
    guard !request.isExecuted else { throw PrivacyRequestError.executed(request.number) }
    switch (request.kind, correction) {
    case (.deletion, nil): try erase(rows)
    case (.correction, let correction?): try correct(correction, request, store, rows, doer)
    default: throw PrivacyRequestError.nothingToExecute(request.kind)
    }
  }

  private func erase(_ rows: PersonRows) throws {
    guard let file = try rows.file(personalID) else { throw PrivacyRequestError.noRecord }
    switch try rows.erasure(file) {
    case .possible: try rows.erase(file)
    case .noRecord: throw PrivacyRequestError.noRecord
    case .cardMade: throw PrivacyRequestError.cardMade
    case .numberGivenOut: throw PrivacyRequestError.numberGivenOut
    }
  }

  /// By the store's own correction, so that the register is asked again: nobody is matched with other data.
  private func correct(
    _ correction: Correction, _ request: PrivacyRequest, _ store: OfficeStore, _ rows: PersonRows, _ doer: Doer
  ) throws {
    guard let file = try rows.file(personalID) else { throw PrivacyRequestError.noRecord }
    // What is on a card is corrected by exchanging it; the file and the card stay one.
    guard try !rows.cards(file).contains(where: \.isMade) else { throw PrivacyRequestError.cardMade }
    var corrected = file.main.person
    correction.apply(to: &corrected)
    guard corrected != file.main.person, corrected.holder != nil else { throw PrivacyRequestError.correction }
    let changed = corrected
    try store.correct(
      rows.db, file.main.key, actor: doer.actor, reason: "request \(request.number)", time: doer.time
    ) { $0 = changed }
  }
}

extension OfficeStore {
  /// Where requests find people.
  func rows(_ db: Database) throws -> PersonRows { PersonRows(db: db, people: try people(db)) }

  /// Whether the file of a person can be erased.
  public func erasure(of personalID: String) throws -> Erasure {
    try queue.read { db in
      let rows = try rows(db)
      return try rows.erasure(try rows.file(personalID))
    }
  }

  /// Everything that the office has of a person; `nil` when it has nothing in its scope.
  public func record(of personalID: String) throws -> PersonRecord? {
    try queue.read { db in
      let rows = try rows(db)
      return try rows.file(personalID).map(rows.record)
    }
  }
}
