public import CardApplication
public import ISO7816

/// Where a job's fresh cards come from: a reader, or software cards.
public protocol PersonalisationDesk: Sendable {
  /// What it is called in the journal.
  var name: String { get }
  /// Waits for the next card to be made and lends it to `body`, which answers whether the card is good: that tells on
  /// which pile it goes. Returns when the card is done with.
  ///
  /// - Returns: whether a card was lent; `false` when no more cards come.
  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool
}

/// A card on a desk.
public struct DeskCard: Sendable {
  /// The way to it.
  public let channel: any CardChannel
  /// Makes the finished card durable, before anything rests on it.
  public let keep: @Sendable (PersonalisedCard) throws -> Void
  /// Which card it is to the desk.
  public let label: String

  /// From its fields.
  public init(
    channel: any CardChannel, label: String = "", keep: @escaping @Sendable (PersonalisedCard) throws -> Void = { _ in }
  ) {
    self.channel = channel
    self.label = label
    self.keep = keep
  }
}

/// Takes what is printed of a card: its face and the PIN mailer. The secrets are in the call only.
public protocol CardPrinter: Sendable {
  /// Prints both; returns when they are on paper or with the printer's own queue.
  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws
}
