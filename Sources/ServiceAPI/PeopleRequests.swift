/// Somebody, as an office knows who it is.
public struct NamedPerson: Hashable, Sendable, Codable {
  /// Personal ID (số định danh), 1…32 characters.
  public var personalID: String
  /// Full name, 1…200 characters.
  public var name: String
  /// Birth date with whatever precision is known, 0…32 characters.
  public var birthDate: String

  /// From its fields.
  public init(personalID: String, name: String, birthDate: String) {
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
  }
}

/// `POST /v1/people/{personalID}/death`
public struct DeathRequest: Hashable, Sendable, Codable {
  /// The day, year * 10000 + month * 100 + day.
  public var diedOn: UInt32
  /// Number or hash of the document, 1…64 printable ASCII characters; kept for ever, so it names nobody.
  public var document: String
  /// Who, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(diedOn: UInt32, document: String, hands: HandsRequest) {
    self.diedOn = diedOn
    self.document = document
    self.hands = hands
  }
}

/// `POST /v1/people/{personalID}/heir`, and `POST /v1/people/{personalID}/identity`
public struct PersonNameRequest: Hashable, Sendable, Codable {
  /// The heir; who the person is from now on.
  public var person: NamedPerson
  /// Who decides, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(person: NamedPerson, hands: HandsRequest) {
    self.person = person
    self.hands = hands
  }
}

/// `POST /v1/people/{personalID}/funeral`
public struct FuneralRequest: Hashable, Sendable, Codable {
  /// Who asks for the grant.
  public var claimant: NamedPerson
  /// Code of the programme that pays it.
  public var programme: String
  /// The payment list it is paid by, 1…140 characters.
  public var list: String
  /// Who, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(claimant: NamedPerson, programme: String, list: String, hands: HandsRequest) {
    self.programme = programme
    self.claimant = claimant
    self.list = list
    self.hands = hands
  }
}

/// In what right somebody acts for another.
public enum RepresentativeName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Collects (lĩnh thay) by a certified paper.
  case collector
  /// Guardian (người giám hộ).
  case guardian
  /// Head of the household (chủ hộ).
  case householdHead = "household-head"
}

/// `POST /v1/people/{personalID}/representatives`
public struct RepresentativeRequest: Hashable, Sendable, Codable {
  /// Number of the paper, 1…32 printable ASCII characters.
  public var paper: String
  /// In what right.
  public var kind: RepresentativeName
  /// Who acts.
  public var representative: NamedPerson
  /// Programme code; absent for all, which a collector never has.
  public var programme: String?
  /// First day, year * 10000 + month * 100 + day.
  public var from: UInt32
  /// Last day; for a collector at most a year after the first.
  public var until: UInt32
  /// Who registers it, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(
    paper: String, kind: RepresentativeName, representative: NamedPerson, programme: String? = nil, from: UInt32,
    until: UInt32, hands: HandsRequest
  ) {
    self.paper = paper
    self.kind = kind
    self.representative = representative
    self.programme = programme
    self.from = from
    self.until = until
    self.hands = hands
  }
}

/// `POST /v1/people/{personalID}/representative-ends`
public struct RepresentativeEndRequest: Hashable, Sendable, Codable {
  /// Number of the paper.
  public var paper: String
  /// Who ends it, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(paper: String, hands: HandsRequest) {
    self.paper = paper
    self.hands = hands
  }
}

/// `POST /v1/people/{personalID}/presences`
public struct PresenceRequest: Hashable, Sendable, Codable {
  /// Point or office code.
  public var place: String
  /// The payout that the person made, 16 octets; absent when there was none.
  public var transactionID: WireBytes?
  /// The clerk attests that the holder stood there and looks like the photo.
  public var attested: Bool
  /// The clerk.
  public var hands: HandsRequest

  /// From its fields.
  public init(place: String, transactionID: WireBytes? = nil, attested: Bool, hands: HandsRequest) {
    self.place = place
    self.transactionID = transactionID
    self.attested = attested
    self.hands = hands
  }
}

/// What an official may do.
public enum RoleName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Owner of a programme.
  case programmeOwner = "programme-owner"
  /// Commune.
  case commune
  /// Office that issues and serves cards.
  case office
  /// Payout point.
  case point
  /// Inspector.
  case inspector
  /// Administrator.
  case administrator
}

/// `POST /v1/staff/appointments`, `POST /v1/staff/dismissals`
public struct StaffRequest: Hashable, Sendable, Codable {
  /// Who, 1…64 characters.
  public var official: String
  /// The role.
  public var role: RoleName
  /// Who decides, and why.
  public var hands: HandsRequest

  /// From its fields.
  public init(official: String, role: RoleName, hands: HandsRequest) {
    self.official = official
    self.role = role
    self.hands = hands
  }
}
