/// A script of the issuing office for one card, to be played by whichever terminal the card comes to.
///
/// The ledger keeps the octets and never looks into them: they are encrypted for the card.
public struct CardUpdatePost: Hashable, Sendable {
  /// Made by the office, 16 octets.
  public let id: [UInt8]
  /// Sixteen digits.
  public let card: String
  /// The office's number of it, > 0: a higher one takes the place of every lower one of the card.
  public let serial: Int64
  /// What it changes, one word of 1…32 characters.
  public let kind: String
  /// 1…32,768 octets.
  public let script: [UInt8]

  /// One script.
  public init(id: [UInt8], card: String, serial: Int64, kind: String, script: [UInt8]) {
    self.id = id
    self.card = card
    self.serial = serial
    self.kind = kind
    self.script = script
  }
}

/// What a card answered to a script, as a terminal says: only the office can tell whether the card has proven it.
public struct CardUpdateReport: Hashable, Sendable {
  /// Of the script, 16 octets.
  public let id: [UInt8]
  /// SHA-256 of the terminal's point, 32 octets.
  public let terminal: [UInt8]
  /// 1…16,384 octets.
  public let answers: [UInt8]

  /// One report.
  public init(id: [UInt8], terminal: [UInt8], answers: [UInt8]) {
    self.id = id
    self.terminal = terminal
    self.answers = answers
  }
}

/// Scripts and reports as the reference keeps them.
extension ReferenceLedger {
  struct CardUpdate: Sendable {
    let post: CardUpdatePost
    var answers: [[UInt8]: [UInt8]] = [:]
  }

  mutating func post(_ post: CardUpdatePost) throws -> LedgerOutcome {
    guard cards[post.card] != nil else { throw LedgerRefusal(.unknownCard) }
    if let known = updates[post.id], known.post == post { return .registered }
    let highest = updates.values.filter { $0.post.card == post.card }.map(\.post.serial).max() ?? 0
    guard updates[post.id] == nil, post.serial > highest else { throw LedgerRefusal(.updateOutOfOrder) }
    updates[post.id] = CardUpdate(post: post)
    return .registered
  }

  mutating func report(_ report: CardUpdateReport) throws -> LedgerOutcome {
    guard let terminal = terminals[report.terminal] else { throw LedgerRefusal(.unknownTerminal) }
    if let known = updates[report.id]?.answers[report.terminal], known == report.answers { return .registered }
    guard !terminal.isRevoked else { throw LedgerRefusal(.terminalRevoked) }
    guard let update = updates[report.id] else { throw LedgerRefusal(.unknownUpdate) }
    guard update.answers[report.terminal] == nil else { throw LedgerRefusal(.updateAnswered) }
    updates[report.id]?.answers[report.terminal] = report.answers
    return .registered
  }
}
