/// Something an audit found.
public struct AuditFinding: Hashable, Sendable, Codable {
  /// What was looked at.
  public var check: String
  /// Where.
  public var place: String

  /// From its fields.
  public init(check: String, place: String) {
    self.check = check
    self.place = place
  }
}

/// Answer of `GET /v1/audit`.
public struct AuditAnswer: Hashable, Sendable, Codable {
  /// Batches re-read.
  public var batches: Int64
  /// Leaves hashed.
  public var leaves: Int64
  /// Accounts checked.
  public var accounts: Int64
  /// Payouts whose evidence was verified.
  public var payouts: Int64
  /// Newest batch.
  public var headSequence: Int64
  /// Its hash, hexadecimal.
  public var headHash: String
  /// Number of problems.
  public var problemCount: Int64
  /// The first of them.
  public var problems: [AuditFinding]
  /// Payouts and lapses from before the ledger kept until when things can be collected, not looked at for that; absent
  /// when there are none.
  public var withoutTerms: Int64?
  /// Links of the master chain; absent for a centre without one.
  public var anchors: Int64?
  /// The last batch that one of them names, 0 for none; absent for a centre without a master chain.
  public var anchored: Int64?

  /// From its fields.
  public init(
    batches: Int64, leaves: Int64, accounts: Int64, payouts: Int64, headSequence: Int64, headHash: String,
    problemCount: Int64, problems: [AuditFinding], withoutTerms: Int64? = nil,
    anchors: Int64? = nil, anchored: Int64? = nil
  ) {
    (self.anchors, self.anchored) = (anchors, anchored)
    self.withoutTerms = withoutTerms
    self.batches = batches
    self.leaves = leaves
    self.accounts = accounts
    self.payouts = payouts
    self.headSequence = headSequence
    self.headHash = headHash
    self.problemCount = problemCount
    self.problems = problems
  }
}
