public import VietnamReference

/// A paper by which somebody else collects, as a counter has to know it: a collector's (lĩnh thay), a guardian's
/// (giám hộ), a household head's (chủ hộ).
public struct CollectorPaper: Hashable, Sendable, Codable {
  /// In what right.
  public var kind: RepresentativeName
  /// Its number, 1…32 printable ASCII characters: what the order names the collector by (`card-application` §4, 87).
  public var paper: String
  /// The collector's name, to be compared with the identity card.
  public var name: String
  /// The collector's personal ID but for its last four digits masked.
  public var maskedPersonalID: String
  /// Programme code: the only one that it collects; absent for a guardian's of all.
  public var programme: String?
  /// The programme's name, or that it is for all.
  public var programmeName: BilingualText
  /// First day, year * 10000 + month * 100 + day.
  public var from: UInt32
  /// Last day.
  public var until: UInt32

  /// From its fields.
  public init(
    paper: String, kind: RepresentativeName, name: String, maskedPersonalID: String, programme: String?,
    programmeName: BilingualText, from: UInt32, until: UInt32
  ) {
    self.kind = kind
    self.paper = paper
    self.name = name
    self.maskedPersonalID = maskedPersonalID
    self.programme = programme
    self.programmeName = programmeName
    self.from = from
    self.until = until
  }
}

/// What the centre knows of a holder's proof of life. No payout counts as one by itself, a collector's never.
public struct PresenceAnswer: Hashable, Sendable, Codable {
  /// The day a clerk last saw the holder, year * 10000 + month * 100 + day; absent when nobody did.
  public var lastSeenOn: UInt32?
  /// The last day it is good for, twelve months later; absent when nobody ever saw the holder.
  public var goodUntil: UInt32?
  /// The holder is to be seen again: eleven months have passed by the centre's calendar, or nobody ever did.
  public var isDue: Bool
  /// The last day is over, or there never was one.
  public var isOver: Bool

  /// From its fields.
  public init(lastSeenOn: UInt32? = nil, goodUntil: UInt32? = nil, isDue: Bool, isOver: Bool) {
    self.lastSeenOn = lastSeenOn
    self.goodUntil = goodUntil
    self.isDue = isDue
    self.isOver = isOver
  }
}

/// Answer of `GET /v1/cards/{number}/counter`: what a clerk sees before a payout.
public struct CounterAnswer: Hashable, Sendable, Codable {
  /// What can be paid now, oldest first.
  public var payable: [PayableLine]
  /// What can't be collected any more and has not lapsed yet, oldest first.
  public var overdue: [PayableLine]
  /// Papers by which somebody may collect today.
  public var collectors: [CollectorPaper]
  /// The holder's proof of life.
  public var presence: PresenceAnswer

  /// From its fields.
  public init(
    payable: [PayableLine], overdue: [PayableLine] = [], collectors: [CollectorPaper], presence: PresenceAnswer
  ) {
    self.overdue = overdue
    self.payable = payable
    self.collectors = collectors
    self.presence = presence
  }
}
