/// A personalisation job: people taken together, for whom cards are made.
public struct Job: Hashable, Sendable {
  /// Its number, from 1.
  public let id: Int64
  /// What it is called.
  public let title: String
  /// Unix seconds.
  public let openedAt: Int64
  /// Unix seconds; `nil` while it is open.
  public let closedAt: Int64?
}

/// One person of a job.
public struct JobItem: Hashable, Sendable {
  /// Place in the job, from 1.
  public let position: Int64
  /// The person.
  public let applicant: Applicant
}

/// Counts of a job. They reconcile: taken = good + left + defects + withdrawn + erased, and cards begun = good +
/// scrapped + in work; in a closed job nothing is in work, and nobody is left.
public struct JobCounts: Hashable, Sendable, Codable {
  /// People taken, as it was written down when the job was opened.
  public var taken: Int
  /// People whose card is made, read back and printed.
  public var good: Int
  /// People whose card is still to be made.
  public var left: Int
  /// People for whom no card can be made from the data there are.
  public var defects: Int
  /// People whom the job gave up when it was closed.
  public var withdrawn: Int
  /// People whose data were erased at their request since.
  public var erased: Int
  /// Cards begun, each with a number of its own.
  public var begun: Int
  /// Cards given up: their numbers never come to life.
  public var scrapped: Int
  /// Cards in the hands of a desk now.
  public var inWork: Int
  /// Of those who are left, people of other provinces than the one the office sees: another office makes their cards.
  public var outside: Int

  /// People whose card this office is still to make.
  public var open: Int { left - outside }

  /// Whether the job is closed.
  public var isClosed: Bool

  /// Whether both sums hold, and a closed job is done with.
  public var reconcile: Bool {
    taken == good + left + defects + withdrawn + erased && begun == good + scrapped + inWork
      && (!isClosed || inWork == 0 && left == 0)
  }
}

/// Why a card was given up, as it stands in the journal.
public struct ScrapReason: RawRepresentable, Hashable, Sendable {
  /// A stable word.
  public let rawValue: String

  /// Wraps any word; one of a later version is kept.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The process ended while the card was being made.
  public static let interrupted = ScrapReason(rawValue: "interrupted")
  /// The card was taken away, or the reader failed.
  public static let cardLost = ScrapReason(rawValue: "card-lost")
  /// The card refused a command.
  public static let refused = ScrapReason(rawValue: "refused")
  /// The keys here are not the card's.
  public static let wrongKeys = ScrapReason(rawValue: "wrong-keys")
  /// What was read back is not what was written.
  public static let readBack = ScrapReason(rawValue: "read-back")
  /// Face or PIN mailer were not printed: nobody will know the card's secrets.
  public static let notPrinted = ScrapReason(rawValue: "not-printed")
  /// The keys could not be used.
  public static let keys = ScrapReason(rawValue: "keys")
  /// Another desk made a card for the same person meanwhile.
  public static let superseded = ScrapReason(rawValue: "superseded")
}

/// A card that was given up.
public struct ScrappedCard: Hashable, Sendable {
  /// The number that was given out for it, 16 digits.
  public let number: String
  /// Key diversification data of the chip, 10 octets.
  public let serial: [UInt8]
  /// Why.
  public let reason: ScrapReason
  /// The step it failed in, and what the card said; never a secret.
  public let detail: String
  /// The desk.
  public let desk: String
  /// Unix seconds.
  public let time: Int64
  /// The person's place in the job.
  public let position: Int64
}

/// A place in a job, at which a card is begun.
public struct JobPlace: Hashable, Sendable {
  /// The job.
  public let job: Int64
  /// The person's place in it.
  public let position: Int64
  /// The desk that works on it.
  public let desk: String

  /// From its fields.
  public init(job: Int64, position: Int64, desk: String) {
    self.job = job
    self.position = position
    self.desk = desk
  }

  /// What the job is called where sessions with cards are counted.
  var budgetName: String { Self.budgetPrefix + String(job) }

  /// The number in a ``budgetName``; `nil` for work that is no job.
  static func number(_ name: String) -> Int64? {
    name.hasPrefix(budgetPrefix) ? Int64(name.dropFirst(budgetPrefix.count)) : nil
  }

  private static let budgetPrefix = "job-"
}

/// What can't be done with a job.
public enum JobError: Error, Hashable, Sendable {
  /// There is no job of this number.
  case noSuchJob(Int64)
  /// The job is closed.
  case closed(Int64)
  /// Nobody waits for a card, so that there is nothing to open a job for.
  case nobodyWaits
  /// Another process works on this job.
  case busy(Int64)
  /// No card of this job waits to be handed over.
  case nothingToHandOver(Int64)
  /// This chip has had as many tries to open it as it gets without a success; its serial.
  case attemptsUsedUp(serial: [UInt8])
}
