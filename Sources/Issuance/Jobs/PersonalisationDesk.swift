public import ISO7816

/// Where a job's fresh cards come from: a reader, or software cards.
public protocol PersonalisationDesk: Sendable {
  /// What it is called in the journal.
  var name: String { get }
  /// The next card to be made; waits for it.
  ///
  /// - Returns: `nil` when no more cards come.
  func nextCard() async throws -> DeskCard?
  /// The card is done with: `isGood` tells on which pile it goes. Waits until it is taken away, where somebody does.
  func release(_ card: DeskCard, isGood: Bool) async
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
  func print(_ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder) async throws
}
