/// What an audit looked at (`ledger` §5 and §8).
public enum AuditCheck: String, CaseIterable, Sendable, Codable {
  /// SQLite's own structures and foreign keys.
  case database
  /// Each batch follows the one before and hashes to its hash.
  case chain
  /// Each batch's root is the root of its rows.
  case root
  /// Debits equal credits per book, within one funder.
  case doubleEntry
  /// Accounts are the sums of their transfers.
  case balances
  /// Sign rules of the chart.
  case signs
  /// Items, what is open of them, and 2200 agree.
  case items
  /// What months opened, paid and left over by items and by the books agrees.
  case months
  /// Outcomes, payouts, records and answers agree.
  case outcomes
  /// Cards are what their acts say, acts that need two persons have them, nobody has two live cards.
  case cards
  /// Each payout has its one verifying evidence.
  case evidence
  /// Drawers and bags: opening + top-ups − payouts is what was counted, or there is a case.
  case counters
  /// Due-to equals due-from.
  case pairs
  /// The master chain is whole, signed, and what it names is in the ledger.
  case master
}

/// Something an audit found.
public struct AuditProblem: Hashable, Sendable, Codable {
  /// What was looked at.
  public let check: AuditCheck
  /// Where: a batch, account, line, card or transaction.
  public let place: String

  /// A problem.
  public init(check: AuditCheck, place: String) {
    self.check = check
    self.place = place
  }
}

/// The result of an audit.
public struct AuditReport: Hashable, Sendable, Codable {
  /// The most problems that are kept.
  public static let keptProblems = 100

  /// Batches read.
  public internal(set) var batches: Int64 = 0
  /// Leaves hashed.
  public internal(set) var leaves: Int64 = 0
  /// Accounts checked.
  public internal(set) var accounts: Int64 = 0
  /// Payouts whose evidence was verified.
  public internal(set) var payouts: Int64 = 0
  /// Payouts and lapses that were made before the ledger kept until when things can be collected: not looked at for
  /// that.
  public internal(set) var withoutTerms: Int64 = 0
  /// Sequence of the newest batch.
  public internal(set) var headSequence: Int64 = 0
  /// Its hash, 32 octets.
  public internal(set) var headHash = [UInt8](repeating: 0, count: 32)
  /// How many problems there are.
  public private(set) var problemCount: Int64 = 0
  /// The first ``keptProblems`` of them.
  public private(set) var problems: [AuditProblem] = []

  /// Nothing was found.
  public var isClean: Bool { problemCount == 0 }

  mutating func add(_ check: AuditCheck, _ place: String) {
    problemCount += 1
    if problems.count < Self.keptProblems { problems.append(AuditProblem(check: check, place: place)) }
  }

  /// With what a later part of the same audit found.
  func adding(_ later: AuditReport) -> AuditReport {
    var sum = self
    sum.batches += later.batches
    sum.leaves += later.leaves
    sum.accounts += later.accounts
    sum.payouts += later.payouts
    sum.withoutTerms += later.withoutTerms
    sum.problemCount += later.problemCount
    sum.problems += later.problems.prefix(Self.keptProblems - problems.count)
    return sum
  }
}
