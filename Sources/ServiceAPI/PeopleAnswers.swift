public import VietnamReference

/// A line on a person's page.
public struct PersonLine: Hashable, Sendable, Codable {
  /// Line id.
  public var line: UInt32
  /// Programme code.
  public var programme: String
  /// Its name.
  public var programmeName: BilingualText
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Two-digit code of the home province.
  public var homeProvince: String
  /// `active`, `suspended` or `ended`.
  public var state: String
  /// The last month that is owed, year * 100 + month; absent while it goes on.
  public var lastPeriod: UInt32?
  /// Open, đồng.
  public var open: Int64

  /// From its fields.
  public init(
    line: UInt32, programme: String, programmeName: BilingualText, unit: String, funder: String,
    homeProvince: String, state: String, lastPeriod: UInt32? = nil, open: Int64
  ) {
    self.line = line
    self.programme = programme
    self.programmeName = programmeName
    self.unit = unit
    self.funder = funder
    self.homeProvince = homeProvince
    self.state = state
    self.lastPeriod = lastPeriod
    self.open = open
  }
}

/// An item on a person's page.
public struct PersonItem: Hashable, Sendable, Codable {
  /// Line id.
  public var line: UInt32
  /// The month it is owed for, year * 100 + month.
  public var period: UInt32
  /// `regular`, `arrears`, `one-off`, `funeral` or `inherited`.
  public var kind: String
  /// Credited, đồng.
  public var credited: Int64
  /// Of that paid, đồng.
  public var paid: Int64
  /// Of that gone otherwise than by a payout, đồng.
  public var taken: Int64

  /// From its fields.
  public init(line: UInt32, period: UInt32, kind: String, credited: Int64, paid: Int64, taken: Int64) {
    self.line = line
    self.period = period
    self.kind = kind
    self.credited = credited
    self.paid = paid
    self.taken = taken
  }
}

/// A card on a person's page.
public struct PersonCard: Hashable, Sendable, Codable {
  /// Sixteen digits.
  public var cardNumber: String
  /// `active`, `blocked` or `terminated`.
  public var state: String

  /// From its fields.
  public init(cardNumber: String, state: String) {
    self.cardNumber = cardNumber
    self.state = state
  }
}

/// A payout on a person's page.
public struct PersonPayout: Hashable, Sendable, Codable {
  /// Transaction id, 16 octets.
  public var transactionID: WireBytes
  /// Đồng.
  public var amount: Int64
  /// Unix seconds.
  public var time: Int64
  /// Two-digit code of the province it was made in.
  public var hostProvince: String
  /// Point code.
  public var point: String
  /// Number of the collector's paper; absent when the person came.
  public var collector: String?
  /// Its point took it back before it was paid.
  public var isVoid: Bool
  /// It was taken back after it was paid.
  public var isReversed: Bool
  /// A signed list stands for it, not a card.
  public var isByHand: Bool

  /// From its fields.
  public init(
    transactionID: WireBytes, amount: Int64, time: Int64, hostProvince: String, point: String,
    collector: String? = nil, isVoid: Bool, isReversed: Bool, isByHand: Bool
  ) {
    self.transactionID = transactionID
    self.amount = amount
    self.time = time
    self.hostProvince = hostProvince
    self.point = point
    self.collector = collector
    self.isVoid = isVoid
    self.isReversed = isReversed
    self.isByHand = isByHand
  }
}

/// An act on a person's page.
public struct PersonActLine: Hashable, Sendable, Codable {
  /// Its number among all acts.
  public var sequence: Int64
  /// Its kind, as `person-died`.
  public var act: String
  /// What it is about.
  public var subject: String
  /// Who did it.
  public var maker: String
  /// Who looked over it; absent for nobody.
  public var checker: String?
  /// The office.
  public var office: String
  /// Why.
  public var reason: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(
    sequence: Int64, act: String, subject: String, maker: String, checker: String? = nil, office: String,
    reason: String, time: Int64
  ) {
    self.sequence = sequence
    self.act = act
    self.subject = subject
    self.maker = maker
    self.checker = checker
    self.office = office
    self.reason = reason
    self.time = time
  }
}

/// A representative's paper on a person's page.
public struct PersonPaper: Hashable, Sendable, Codable {
  /// Number of the paper.
  public var paper: String
  /// In what right.
  public var kind: RepresentativeName
  /// The representative's name.
  public var name: String
  /// The representative's personal ID, all but its end hidden unless the whole was asked for.
  public var personalID: String
  /// Programme code; absent for all.
  public var programme: String?
  /// First day, year * 10000 + month * 100 + day.
  public var from: UInt32
  /// Last day.
  public var until: UInt32
  /// It was ended, or its last day is over.
  public var isOver: Bool

  /// From its fields.
  public init(
    paper: String, kind: RepresentativeName, name: String, personalID: String, programme: String? = nil,
    from: UInt32, until: UInt32, isOver: Bool
  ) {
    self.paper = paper
    self.kind = kind
    self.name = name
    self.personalID = personalID
    self.programme = programme
    self.from = from
    self.until = until
    self.isOver = isOver
  }
}

/// `GET /v1/people/{personalID}`, `GET /v1/cards/{number}/person`; with `?full=true` personal IDs are whole.
public struct PersonAnswer: Hashable, Sendable, Codable {
  /// Random id that acts name the person by, hexadecimal.
  public var id: String
  /// Personal ID, all but its end hidden unless the whole was asked for.
  public var personalID: String
  /// Full name.
  public var name: String
  /// Birth date.
  public var birthDate: String
  /// The day of death, year * 10000 + month * 100 + day; absent while nobody says so.
  public var diedOn: UInt32?
  /// The day a clerk last saw the person; absent when nobody did.
  public var lastSeenOn: UInt32?
  /// The person is to be seen again: eleven months have passed, or nobody ever did.
  public var isPresenceDue: Bool
  /// Lines.
  public var lines: [PersonLine]
  /// Items, newest first, at most 60 of each line.
  public var items: [PersonItem]
  /// Cards.
  public var cards: [PersonCard]
  /// Payouts, newest first, at most 60 of each card and 60 by hand.
  public var payouts: [PersonPayout]
  /// Transfers to bank accounts, newest first, at most 60.
  public var transfers: [TransferAnswer]
  /// Acts, newest first, at most 20 about the person and about each line.
  public var acts: [PersonActLine]
  /// Papers of representatives.
  public var papers: [PersonPaper]
  /// Health insurance as of today; absent when nothing is recorded, and where the page is asked for by a card.
  public var healthInsurance: HealthInsuranceAnswer?

  /// From its fields.
  public init(
    id: String, personalID: String, name: String, birthDate: String, diedOn: UInt32? = nil,
    lastSeenOn: UInt32? = nil, isPresenceDue: Bool, lines: [PersonLine], items: [PersonItem], cards: [PersonCard],
    payouts: [PersonPayout], transfers: [TransferAnswer], acts: [PersonActLine], papers: [PersonPaper],
    healthInsurance: HealthInsuranceAnswer? = nil
  ) {
    self.id = id
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
    self.diedOn = diedOn
    self.lastSeenOn = lastSeenOn
    self.isPresenceDue = isPresenceDue
    self.lines = lines
    self.items = items
    self.cards = cards
    self.payouts = payouts
    self.transfers = transfers
    self.acts = acts
    self.papers = papers
    self.healthInsurance = healthInsurance
  }
}

/// Somebody who is to be seen again.
public struct PresenceDueLine: Hashable, Sendable, Codable {
  /// Random id, hexadecimal: the next page begins after it.
  public var id: String
  /// Personal ID, all but its end hidden.
  public var personalID: String
  /// Full name.
  public var name: String
  /// The day a clerk last saw the person; absent when nobody did.
  public var lastSeenOn: UInt32?

  /// From its fields.
  public init(id: String, personalID: String, name: String, lastSeenOn: UInt32? = nil) {
    self.id = id
    self.personalID = personalID
    self.name = name
    self.lastSeenOn = lastSeenOn
  }
}

/// `GET /v1/presences/due?after=ID`: at most 500 people, by random id.
public struct PresencesDueAnswer: Hashable, Sendable, Codable {
  /// The people.
  public var people: [PresenceDueLine]
  /// What the next page is asked with; absent on the last one.
  public var next: String?

  /// From its fields.
  public init(people: [PresenceDueLine], next: String? = nil) {
    self.people = people
    self.next = next
  }
}

/// An official's role.
public struct OfficialLine: Hashable, Sendable, Codable {
  /// As appointed.
  public var official: String
  /// The role.
  public var role: RoleName
  /// Number of the act that gave it.
  public var act: Int64

  /// From its fields.
  public init(official: String, role: RoleName, act: Int64) {
    self.official = official
    self.role = role
    self.act = act
  }
}

/// `GET /v1/staff`
public struct StaffAnswer: Hashable, Sendable, Codable {
  /// Who holds which role, by name.
  public var officials: [OfficialLine]

  /// From its fields.
  public init(officials: [OfficialLine]) {
    self.officials = officials
  }
}
