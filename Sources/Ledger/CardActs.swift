/// What was done with a card. Raw values are stored and hashed: never renumbered.
public enum CardActKind: UInt8, CaseIterable, Sendable, Codable {
  /// Blocked for the time being (tạm khóa).
  case block = 1
  /// Taken off the list of blocked cards again.
  case unblock = 2
  /// Reported lost: blocked for good, only a replacement follows.
  case lost = 3
  /// Ended by the card that replaces it after a loss (cấp lại).
  case replacedLost = 4
  /// Ended by the card that renews it (gia hạn).
  case renewed = 5
  /// Ended: the holder gave it back.
  case returned = 6
  /// Ended for another reason.
  case terminated = 7
  /// What was on its offline reserve went back to the holder's lines.
  case releaseReserve = 8
  /// Blocked for good by the centre: two of its certificates contradict each other.
  case fork = 9
  /// Ended by the card that replaces a damaged one (cấp đổi).
  case replacedDamaged = 10
  /// Ended by the card with the holder's new data (cấp đổi).
  case replacedChanged = 11

  /// Acts an office may ask for. The others come of registering a successor, or of the centre itself.
  public static let asked: Set<CardActKind> = [.block, .unblock, .lost, .returned, .terminated, .releaseReserve]
  /// Acts by which a successor ends a card.
  public static let successions: Set<CardActKind> = [.replacedLost, .renewed, .replacedDamaged, .replacedChanged]
  /// Acts after which a card is dead.
  public static let endings: Set<CardActKind> = successions.union([.returned, .terminated])
  /// Blocks that nothing takes back.
  public static let finalBlocks: Set<CardActKind> = [.lost, .fork]
}

/// Two persons, or one where one is enough. What the names prove is the caller's affair.
public enum FourEyes {
  /// Whether `checker` is named and is somebody else than `maker`; case and spaces at the ends don't make a person.
  public static func see(maker: String, checker: String) -> Bool {
    !fold(checker).isEmpty && fold(maker) != fold(checker)
  }

  /// Whether a checker is named who is the maker.
  public static func isOnePerson(maker: String, checker: String) -> Bool {
    !fold(checker).isEmpty && fold(maker) == fold(checker)
  }

  /// A name as names are compared: in small letters and NFC, since a database compares octets, and without anything
  /// that nobody sees: whoever adds a zero-width space to a name is no second person.
  public static func fold(_ name: String) -> String {
    let seen = String(String.UnicodeScalarView(name.unicodeScalars.filter { !isInvisible($0) }))
    return CanonicalText.composed(seen.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased())
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    guard !properties.isWhitespace else { return false }
    return properties.isDefaultIgnorableCodePoint || [.format, .control].contains(properties.generalCategory)
  }
}

/// Something an office does with a card.
public struct CardAct: Hashable, Sendable {
  /// 16 digits.
  public let card: String
  /// One of ``CardActKind/asked``.
  public let kind: CardActKind
  /// Why, 1…140 characters. It stays in the audit chain for ever, so it names nobody.
  public let reason: String
  /// Who does it, 1…64 characters.
  public let maker: String
  /// Who looks over it, 0…64 characters; somebody else than the maker.
  public let checker: String
  /// The office, 1…64 characters.
  public let office: String

  /// One act.
  public init(card: String, kind: CardActKind, reason: String, maker: String, checker: String = "", office: String) {
    self.card = card
    self.kind = kind
    self.reason = reason
    self.maker = maker
    self.checker = checker
    self.office = office
  }
}

/// Which card a new one takes the place of, and who says so.
public struct CardReplacement: Hashable, Sendable {
  /// The old card, 16 digits.
  public let card: String
  /// One of ``CardActKind/successions``.
  public let kind: CardActKind
  /// Why, 1…140 characters.
  public let reason: String
  /// Who does it, 1…64 characters.
  public let maker: String
  /// Who looks over it, 1…64 characters.
  public let checker: String
  /// The office, 1…64 characters.
  public let office: String

  /// One replacement.
  public init(card: String, kind: CardActKind, reason: String, maker: String, checker: String, office: String) {
    self.card = card
    self.kind = kind
    self.reason = reason
    self.maker = maker
    self.checker = checker
    self.office = office
  }
}

/// What an office did with the PIN of a card by the right of its terminal: its own record of it.
public struct PINRecord: Hashable, Sendable {
  /// What was done. Raw values are stored and hashed: never renumbered.
  public enum Act: UInt8, CaseIterable, Sendable, Codable {
    /// The holder chose a PIN.
    case set = 1
    /// The PIN got its tries back.
    case unblocked = 2
  }

  /// 16 digits.
  public let card: String
  /// What was done.
  public let act: Act
  /// Holder reference of the terminal, 1…16 characters: what the card names as the PIN's setter.
  public let terminal: String
  /// Who did it, 1…64 characters.
  public let maker: String
  /// Who looked over it, 0…64 characters.
  public let checker: String
  /// The office, 1…64 characters.
  public let office: String
  /// When, by the office's clock, Unix seconds.
  public let actedAt: Int64

  /// One record.
  public init(
    card: String, act: Act, terminal: String, maker: String, checker: String = "", office: String, actedAt: Int64
  ) {
    self.card = card
    self.act = act
    self.terminal = terminal
    self.maker = maker
    self.checker = checker
    self.office = office
    self.actedAt = actedAt
  }
}

/// What an act came to.
public struct CardActResult: Hashable, Sendable, Codable {
  /// Its number among the card's acts, from 1.
  public let sequence: Int64
  /// Đồng that went back to the lines, of ``CardActKind/releaseReserve``; else 0.
  public let released: Int64

  /// A result.
  public init(sequence: Int64, released: Int64 = 0) {
    self.sequence = sequence
    self.released = released
  }
}

/// When the reserve of a dead card may go back to its holder (`card-application` §8).
public enum ReserveRule {
  /// The longest certificate a terminal that works offline can have, days: so long may a terminal that the deny-list
  /// has not reached take the card.
  public static let terminalCertificateDays: Int64 = 21
  /// Days a terminal then has for its advices to arrive.
  public static let reportingDays: Int64 = 30

  /// Unix seconds from which one person may release; `nil` when only two may, because no authority is known.
  ///
  /// - Parameter authorityEnds: end of the longest authority ever issued to the card, delivered or not, Unix seconds.
  public static func earliest(authorityEnds: Int64) -> Int64? {
    guard authorityEnds > 0 else { return nil }
    let (time, isTooLate) = authorityEnds.addingReportingOverflow((terminalCertificateDays + reportingDays) * 86_400)
    return isTooLate ? nil : time
  }
}
