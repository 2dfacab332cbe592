/// A rule of `ledger` §5 that does not hold, and where.
public struct InvariantViolation: Error, Hashable, Sendable, Codable {
  /// Number of the rule in `ledger` §5.
  public let rule: Int
  /// What it is about: an account, book, key or number.
  public let place: String

  /// A violation.
  public init(rule: Int, place: String) {
    self.rule = rule
    self.place = place
  }
}

/// Rules 1, 2 and 7 over one snapshot of every account, taken in one after the other.
public struct AccountInvariants: Sendable {
  private var books: [AccountingUnit: (debits: Int64, credits: Int64)] = [:]
  private var pairs: [Pair: Int64] = [:]
  private var found: [InvariantViolation] = []

  private struct Pair: Hashable {
    let home: String
    let host: String
    let window: String
    let funder: Funder

    var text: String { "\(home) → \(host) \(window) \(funder.text)" }
  }

  /// Nothing taken in yet.
  public init() {}

  /// Takes in one account. Sign rule: 2100, 2190, 2200, 2300 and the other accounts that the chart calls non-negative.
  public mutating func add(_ key: AccountKey, _ totals: AccountTotals) {
    do {
      let book = books[key.book] ?? (0, 0)
      books[key.book] = (
        try Money.sum(book.debits, totals.debits), try Money.sum(book.credits, totals.credits)
      )
      let balance = try totals.balance(key.code.side)
      if key.code.signRule == .nonNegative, balance < 0 { found.append(InvariantViolation(rule: 2, place: key.text)) }
      try addPair(key, balance)
    } catch {
      found.append(InvariantViolation(rule: 1, place: "overflow at \(key.text)"))
    }
  }

  private mutating func addPair(_ key: AccountKey, _ balance: Int64) throws(MoneyOverflow) {
    guard key.code == .dueTo || key.code == .dueFrom else { return }
    let parts = key.subject.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      found.append(InvariantViolation(rule: 7, place: key.text))
      return
    }
    let isHome = key.code == .dueTo
    let pair = Pair(
      home: isHome ? key.book.text : parts[0], host: isHome ? parts[0] : key.book.text, window: parts[1],
      funder: key.funder)
    pairs[pair] = try isHome ? Money.sum(pairs[pair] ?? 0, balance) : Money.difference(pairs[pair] ?? 0, balance)
  }

  /// Everything that does not hold over what was taken in, in one order.
  public func violations() -> [InvariantViolation] {
    var all = found
    for (book, sums) in books.sorted(by: { $0.key < $1.key }) where sums.debits != sums.credits {
      all.append(InvariantViolation(rule: 1, place: book.text))
    }
    for (pair, difference) in pairs.sorted(by: { $0.key.text < $1.key.text }) where difference != 0 {
      all.append(InvariantViolation(rule: 7, place: pair.text))
    }
    return all
  }
}

/// Rules 3, 4, 6 and 11 as functions of what they are about.
public enum Invariants {
  /// Rule 3: each (card, counter) is listed once.
  public static func oneOutcome(_ outcomes: some Sequence<(card: String, counter: UInt32)>) -> [InvariantViolation] {
    var seen: [String: Set<UInt32>] = [:]
    return outcomes.compactMap { card, counter in
      seen[card, default: []].insert(counter).inserted
        ? nil : InvariantViolation(rule: 3, place: "\(card) \(counter)")
    }
  }

  /// Rule 4: every answer that was given under one key is the same.
  public static func identicalAnswers(
    _ answers: some Sequence<(key: String, answer: [UInt8])>
  ) -> [InvariantViolation] {
    var first: [String: [UInt8]] = [:]
    return answers.compactMap { key, answer in
      guard let known = first[key] else {
        first[key] = answer
        return nil
      }
      return known == answer ? nil : InvariantViolation(rule: 4, place: key)
    }
  }

  /// Rule 6: every hold that ends was opened and ends once; with `allEnded`, none is left.
  public static func holdsEndOnce(
    opened: some Sequence<String>, ended: some Sequence<String>, allEnded: Bool
  ) -> [InvariantViolation] {
    var open = Set(opened)
    var found: [InvariantViolation] = []
    for hold in ended where open.remove(hold) == nil { found.append(InvariantViolation(rule: 6, place: hold)) }
    if allEnded { found += open.sorted().map { InvariantViolation(rule: 6, place: $0) } }
    return found
  }

  /// Rule 11: the evidence of every payout verifies; a verifier that throws has not verified.
  public static func evidence<Payout>(
    _ payouts: some Sequence<Payout>, place: (Payout) -> String, verify: (Payout) throws -> Bool
  ) -> [InvariantViolation] {
    payouts.compactMap { payout in
      let verified = (try? verify(payout)) ?? false
      return verified ? nil : InvariantViolation(rule: 11, place: place(payout))
    }
  }
}

/// Rule 8 for one writer: its batches taken in one after the other, in order.
public struct ChainInvariant: Sendable {
  private var sequence: Int64 = 0
  private var epoch: Int64 = 0
  private var previous = [UInt8](repeating: 0, count: 32)

  /// Nothing taken in yet.
  public init() {}

  /// Takes in the next batch, whose hash should be `computedHash`: what is wrong with it.
  public mutating func add(_ link: ChainLink, computedHash: [UInt8]) -> [InvariantViolation] {
    var found: [InvariantViolation] = []
    if link.sequence != sequence &+ 1 || link.previous != previous || link.epoch < epoch {
      found.append(InvariantViolation(rule: 8, place: "batch \(link.sequence) does not follow batch \(sequence)"))
    }
    if link.hash != computedHash { found.append(InvariantViolation(rule: 8, place: "hash of batch \(link.sequence)")) }
    sequence = link.sequence
    epoch = link.epoch
    previous = link.hash
    return found
  }
}

/// One batch in a writer's chain (`ledger` §8).
public struct ChainLink: Hashable, Sendable {
  /// The writer.
  public let writer: String
  /// Grows by one at each opening of the store.
  public let epoch: Int64
  /// From 1, without a gap, across epochs.
  public let sequence: Int64
  /// Hash of the batch before, 32 octets; zeros for the first.
  public let previous: [UInt8]
  /// Merkle root of the batch's leaves, 32 octets.
  public let root: [UInt8]
  /// When it was written, milliseconds since 1970.
  public let time: Int64
  /// Number of leaves, ≥ 1.
  public let leaves: Int64
  /// SHA-256 over everything above, 32 octets.
  public let hash: [UInt8]

  /// One batch.
  public init(
    writer: String, epoch: Int64, sequence: Int64, previous: [UInt8], root: [UInt8], time: Int64, leaves: Int64,
    hash: [UInt8]
  ) {
    self.writer = writer
    self.epoch = epoch
    self.sequence = sequence
    self.previous = previous
    self.root = root
    self.time = time
    self.leaves = leaves
    self.hash = hash
  }
}
