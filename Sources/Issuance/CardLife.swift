public import CardApplication
public import CardCrypto

/// Who acts at an office, and who agrees.
///
/// The names are what the computer's account and the people say. They prove that two names were given, not that two
/// persons were there: that takes a token for each.
public struct OfficeHands: Hashable, Sendable {
  /// Who does it, 1…64 characters.
  public var maker: String
  /// Who agrees; empty where one person is enough.
  public var checker: String

  /// From names.
  public init(maker: String, checker: String = "") {
    self.maker = maker
    self.checker = checker
  }

  /// Whether two different names are given; case and spaces at the ends don't make a person.
  public var areTwo: Bool { !Self.fold(checker).isEmpty && Self.fold(maker) != Self.fold(checker) }

  /// Refuses one person in both roles, and with `needed` a missing second one.
  public func require(two needed: Bool) throws(CardLifeError) {
    guard areTwo || (!needed && Self.fold(checker).isEmpty) else { throw .fourEyes }
  }

  private static func fold(_ name: String) -> String {
    // Nothing that nobody sees makes another person.
    let seen = name.unicodeScalars.filter { scalar in
      let properties = scalar.properties
      return properties.isWhitespace
        || !properties.isDefaultIgnorableCodePoint && ![.format, .control].contains(properties.generalCategory)
    }
    return String(String.UnicodeScalarView(seen)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      .lowercased()
  }
}

/// A look at somebody's identity document: what kind, and its last four characters, never the whole number.
public struct IdentityCheck: Hashable, Sendable {
  /// Kinds of documents.
  public enum Document: String, CaseIterable, Sendable, Codable {
    /// Identity card, of 2024 or older (thẻ căn cước, CCCD).
    case identityCard = "can-cuoc"
    /// The electronic identity in VNeID.
    case vneid
    /// Passport.
    case passport = "ho-chieu"
    /// Birth certificate, of a child.
    case birthCertificate = "giay-khai-sinh"
    /// Another paper, which the office keeps a note of.
    case other = "khac"
  }

  /// What was looked at.
  public let document: Document
  /// Its last four characters, digits or letters.
  public let tail: String

  /// `nil` unless `tail` is four digits or letters A–Z: a whole number must never get here.
  public init?(_ document: Document, tail: String) {
    let capital = tail.uppercased()
    guard capital.utf8.count == 4, capital.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    self.document = document
    self.tail = capital
  }
}

/// A card handed over.
public struct CardDelivery: Hashable, Sendable {
  /// Who took it.
  public enum Recipient: String, CaseIterable, Sendable, Codable {
    /// The holder.
    case holder
    /// Somebody whom the holder has sent (người lĩnh thay).
    case collector
  }

  /// Who took it.
  public var recipient: Recipient
  /// Whose identity was looked at, and by what.
  public var identity: IdentityCheck
  /// Who handed it over.
  public var actor: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(recipient: Recipient, identity: IdentityCheck, actor: String, time: Int64) {
    self.recipient = recipient
    self.identity = identity
    self.actor = actor
    self.time = time
  }
}

/// Why something can't be done with a card at an office.
public enum CardLifeError: Error, Hashable, Sendable {
  /// The office has made no such card.
  case unknownCard
  /// The person has no card that lives.
  case noLiveCard
  /// The card is not finished, or the centre does not have it yet.
  case notRegistered
  /// It was handed over before, Unix seconds.
  case delivered(Int64)
  /// It was replaced, given back or ended.
  case ended
  /// A card in its place has been asked for before.
  case replacementAsked
  /// Two persons are needed, or one is named twice.
  case fourEyes
  /// The card's validity does not end within the window.
  case notDue
  /// The holder's personal ID, name or birth date was changed after the card was made.
  case earlierData
  /// The card of this number, made in its place, is not known to be at the centre.
  case successorWaits(String)
  /// The centre's answer to an act of this card was lost, and is asked for first.
  case unfinishedAct
}

/// What an office knows of a card's life.
public struct IssuedCardLife: Hashable, Sendable {
  /// What a card is at the office.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Being made.
    case started
    /// Made; the centre does not have it yet.
    case made
    /// At the centre; not handed over.
    case registered
    /// Handed over.
    case delivered
    /// A new card has been asked for; this one is good, or blocked, until that one lives.
    case replacing
    /// A new card has taken its place.
    case replaced
    /// Given back.
    case returned
    /// Ended.
    case terminated
    /// Never finished.
    case scrapped
  }

  /// Sixteen digits.
  public let number: String
  /// Its holder.
  public let personalID: String
  /// What it is.
  public let state: State
  /// Payout-key certificate, DER; `nil` while it is being made.
  public let certificate: [UInt8]?
  /// How it was handed over.
  public let delivery: CardDelivery?
  /// The card that has taken its place.
  public let successor: String?
  /// What was done with its PIN, oldest first.
  public let pinActs: [PINAct]
}

extension PersonalisedCard {
  /// When it was made, Unix seconds.
  var madeAt: Int64 { certificate.notBefore + Personaliser.certificateLead }
}

extension Personaliser {
  /// By how much the clocks of an office and of others may differ: a card's certificate is good from so long before
  /// its making, seconds.
  static let certificateLead: Int64 = 300

  /// The last day of a card of `profile` whose payout key has this certificate; `nil` when its holder had outgrown it.
  public static func validUntil(
    of certificate: Certificate, _ profile: CardProfile, birthDate: CardDate
  ) -> CardDate? {
    profile.life.lastDay(from: CardDate(unixTime: certificate.notBefore + certificateLead), birthDate: birthDate)
  }
}
