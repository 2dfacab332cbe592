/// An office's decision about a person, who is named by the personal ID that it knows.
public struct PersonAct: Hashable, Sendable {
  /// Personal ID (số định danh), 1…32 characters; any that the person was ever known by.
  public let person: String
  /// What was decided.
  public let decision: PersonDecision
  /// Who, and why.
  public let hands: ActHands

  /// One decision.
  public init(person: String, decision: PersonDecision, hands: ActHands) {
    self.person = person
    self.decision = decision
    self.hands = hands
  }
}

/// What can be decided about a person. Days are `year * 10000 + month * 100 + day`.
public enum PersonDecision: Hashable, Sendable {
  /// Died on a day, by a document that is named by its number or hash, 1…64 printable ASCII characters: every line
  /// ends with the month of death, later months go back to their funds, and what was paid for them is to be recovered.
  case died(on: Int32, document: String)
  /// The death was recorded by mistake: the person lives, lines stand as they would without it, and what is still
  /// owed back because of it is not owed any more.
  case deathWithdrawn
  /// What the dead person had not received is the heir's, who is registered when new.
  case inherited(by: PersonIdentity)
  /// Somebody asks for the funeral grant of a programme (wire code), on the payment list that is named, 1…140
  /// characters.
  case funeralClaimed(by: PersonIdentity, programme: UInt16, list: String)
  /// The claim does not stand any more: nothing of it was credited, or all of that went back. What is still credited
  /// of it goes back at once.
  case funeralWithdrawn
  /// Somebody may act for the person.
  case represented(RepresentativePaper)
  /// A paper does not count any more; its number.
  case representativeEnded(paper: String)
  /// A clerk saw the person.
  case seen(PresenceProof)
  /// The person's ID or name is another one; birth date as it is now known.
  case identityChanged(PersonIdentity)
  /// The person has health insurance.
  case insured(HealthCover)
  /// The person paid a part of the cost of care.
  case coPaid(CoPayment)

  /// The kind of act it is kept as.
  public var kind: EntitlementActKind {
    switch self {
    case .died: .personDied
    case .deathWithdrawn: .deathWithdrawn
    case .inherited: .inherited
    case .funeralClaimed: .funeralClaimed
    case .funeralWithdrawn: .funeralWithdrawn
    case .represented(let paper): paper.kind == .guardian ? .guardianRegistered : .representativeRegistered
    case .representativeEnded: .representativeEnded
    case .seen: .presenceRecorded
    case .identityChanged: .identityChanged
    case .insured: .healthCoverKept
    case .coPaid: .coPaymentKept
    }
  }
}

/// In what right somebody acts for another. Raw values are stored: never renumbered.
public enum RepresentativeKind: UInt8, CaseIterable, Sendable, Codable {
  /// Collects (lĩnh thay) by a certified paper, for one programme and at most twelve months.
  case collector = 1
  /// Guardian (người giám hộ).
  case guardian = 2
  /// Head of the household (chủ hộ), for gifts to households.
  case householdHead = 3
}

/// The paper by which somebody acts for a person.
public struct RepresentativePaper: Hashable, Sendable {
  /// Its number, 1…32 printable ASCII characters: what a payout order names a collector by (`card-application` §12,
  /// tag 87).
  public let paper: String
  /// In what right.
  public let kind: RepresentativeKind
  /// Who acts; registered when new.
  public let representative: PersonIdentity
  /// Programme wire code; nil for all of them, which only a guardian's may be for.
  public let programme: UInt16?
  /// First day.
  public let from: Int32
  /// Last day; for a collector at most a year after the first.
  public let until: Int32

  /// One paper.
  public init(
    paper: String, kind: RepresentativeKind, representative: PersonIdentity, programme: UInt16?, from: Int32,
    until: Int32
  ) {
    self.paper = paper
    self.kind = kind
    self.representative = representative
    self.programme = programme
    self.from = from
    self.until = until
  }
}

extension RepresentativePaper {
  /// Whether it is a paper to collect a programme's money by: a collector's and a household head's for the one that it
  /// names, a guardian's for every one unless it names one.
  public func covers(_ programme: UInt16) -> Bool {
    self.programme.map { $0 == programme } ?? (kind == .guardian)
  }

  /// Refuses to collect by it on `today` (yyyymmdd) what is owed of the programmes.
  ///
  /// - Parameter isOver: it was ended, or who acts by it has died.
  /// - Throws: `representativeExpired`, `representativeNotCovering`.
  public func check(on today: Int32, isOver: Bool, programmes: [UInt16?]) throws(LedgerRefusal) {
    guard !isOver, from <= today, until >= today else { throw LedgerRefusal(.representativeExpired) }
    for programme in programmes {
      guard let programme, covers(programme) else { throw LedgerRefusal(.representativeNotCovering) }
    }
  }
}

/// How a clerk knows that a person lives.
public struct PresenceProof: Hashable, Sendable {
  /// Point or office code, 1…32 printable ASCII characters without `/`.
  public let place: String
  /// The payout that the person made, 16 octets; empty when there was none.
  public let transactionID: [UInt8]
  /// The clerk attests that the holder stood there and looks like the photo.
  public let isAttested: Bool

  /// One look.
  public init(place: String, transactionID: [UInt8] = [], isAttested: Bool) {
    self.place = place
    self.transactionID = transactionID
    self.isAttested = isAttested
  }

  /// Months after which a person is to be seen again, at the latest.
  public static let warningMonths = 11

  /// The last day that a presence is good for: the same day of the next year, 28 February for 29 (both `yyyymmdd`).
  public static func goodUntil(seenOn day: Int32) -> Int32 {
    // No year after a leap year is one.
    day + 10_000 - (day % 10_000 == 229 ? 1 : 0)
  }

  /// The day up to which a presence is too long ago on `today` (both `yyyymmdd`).
  public static func stale(on today: Int32) -> Int32 {
    let months = today / 10_000 * 12 + today / 100 % 100 - 1 - Int32(warningMonths)
    return months / 12 * 10_000 + (months % 12 + 1) * 100 + today % 100
  }
}

extension ItemKind {
  /// Whether nothing of it is owed for a month after its line's last. What somebody inherited stays owed.
  public var endsWithLine: Bool { self != .inherited }
}

extension Check {
  static func personAct(_ act: PersonAct) -> Bool {
    guard text(act.person, 1...32), hands(act.hands) else { return false }
    switch act.decision {
    case .died(let day, let document): return self.day(day) && reference(document, 1...64)
    case .inherited(let heir): return person(heir)
    case .funeralClaimed(let claimant, _, let list): return person(claimant) && text(list, 1...140)
    case .funeralWithdrawn, .deathWithdrawn: return true
    case .represented(let paper): return self.paper(paper)
    case .representativeEnded(let paper): return reference(paper, 1...32)
    case .seen(let proof): return code(proof.place) && [0, 16].contains(proof.transactionID.count)
    case .identityChanged(let identity): return person(identity)
    case .insured(let cover): return self.cover(cover)
    case .coPaid(let payment): return coPayment(payment)
    }
  }

  private static func paper(_ paper: RepresentativePaper) -> Bool {
    guard reference(paper.paper, 1...32), person(paper.representative), day(paper.from), day(paper.until),
      paper.from <= paper.until
    else { return false }
    // The same day of the next year: at most twelve months.
    guard paper.kind != .collector || paper.until <= paper.from + 10_000 else { return false }
    return paper.kind == .guardian || paper.programme != nil
  }

  /// Printable ASCII without spaces.
  static func reference(_ text: String, _ length: ClosedRange<Int>) -> Bool {
    length.contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// A day of the calendar, 1900…9999, as `yyyymmdd`.
  static func day(_ yyyymmdd: Int32) -> Bool {
    let (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
    guard (1900...9999).contains(year), (1...12).contains(month) else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days: Int32 = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    return (1...days).contains(day)
  }
}
