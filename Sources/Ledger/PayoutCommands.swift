/// How a payout is made (`card-application` §12, "mode").
public enum PayoutMode: UInt8, CaseIterable, Sendable, Codable {
  /// Decided by the centre.
  case online = 1
  /// Decided by the card out of its reserve.
  case offline = 2
}

/// What one payout takes of one line and period.
public struct PayoutAllocation: Hashable, Sendable, Codable {
  /// Line id.
  public let line: UInt32
  /// The month it is owed for.
  public let period: Period
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// Of that from the offline reserve, đồng, 0…amount.
  public let fromReserve: Int64

  /// One allocation.
  public init(line: UInt32, period: Period, amount: Int64, fromReserve: Int64 = 0) {
    self.line = line
    self.period = period
    self.amount = amount
    self.fromReserve = fromReserve
  }
}

/// What became of the centre's challenge in an order (`card-application` §4, tag 88), found by the caller.
public enum ChallengeCheck: Hashable, Sendable {
  /// Made by this centre for this transaction, card and terminal; good until then, Unix seconds.
  case validUntil(Int64)
  /// Not made by this centre, or not for them.
  case invalid
  /// In a certificate that came from a card's log: never posted, decided once its time is over, Unix seconds.
  case fromLog(until: Int64)
  /// Made by this centre for them, and its terminal has shown by a signed head that the centre answered at `at`, Unix
  /// milliseconds, in a part of its history that a restoring has lost. Good until then, Unix seconds.
  case answered(until: Int64, at: Int64, head: String)
}

/// A payout certificate (`card-application` §12, E1), its signature verified by the caller, and what it says.
public struct PayoutPosting: Hashable, Sendable {
  /// Transaction id, 16 octets, made by the terminal.
  public let transactionID: [UInt8]
  /// Card number, 16 digits.
  public let card: String
  /// Payout counter of the card.
  public let counter: UInt32
  /// SHA-256 of the signed TLV, 32 octets.
  public let identity: [UInt8]
  /// The certificate with its signature as received, 1…1,024 octets.
  public let certificate: [UInt8]
  /// Identity of the card's previous certificate, 32 octets; zeros for the first.
  public let previous: [UInt8]
  /// 1…4 allocations; a line and period occurs once.
  public let allocations: [PayoutAllocation]
  /// SHA-256 of the terminal key's point, 32 octets.
  public let terminal: [UInt8]
  /// Two-digit code of the province the point stands in.
  public let hostProvince: String
  /// Five-digit code of the commune the point stands in.
  public let commune: String
  /// How it was decided.
  public let mode: PayoutMode
  /// The terminal's time, seconds since 1970.
  public let terminalTime: Int64
  /// What became of the centre's challenge.
  public let challenge: ChallengeCheck
  /// Number of the collector's paper (tag 87), up to 65 characters: whatever a card signed has to be decided, also what
  /// can't be a paper's number. Empty when the holder collects.
  public let collector: String

  /// One posting.
  public init(
    transactionID: [UInt8], card: String, counter: UInt32, identity: [UInt8], certificate: [UInt8],
    previous: [UInt8], allocations: [PayoutAllocation], terminal: [UInt8], hostProvince: String, commune: String,
    mode: PayoutMode, terminalTime: Int64, challenge: ChallengeCheck, collector: String = ""
  ) {
    self.collector = collector
    self.transactionID = transactionID
    self.card = card
    self.counter = counter
    self.identity = identity
    self.certificate = certificate
    self.previous = previous
    self.allocations = allocations
    self.terminal = terminal
    self.hostProvince = hostProvince
    self.commune = commune
    self.mode = mode
    self.terminalTime = terminalTime
    self.challenge = challenge
  }

  /// Stands for the terminal of a certificate from a card's log: nobody has proven which one it was.
  public static let unknownTerminal = [UInt8](repeating: 0, count: 32)

  /// The head by which its terminal has shown that the centre had answered it before; nil for a first posting.
  public var answeredHead: String? {
    if case .answered(_, _, let head) = challenge { head } else { nil }
  }

  /// When it is judged as of, milliseconds since 1970: limits, papers and the effective date are those of the day on
  /// which the centre answered first.
  public func effectiveAt(receivedAt: Int64) -> Int64 {
    if case .answered(_, let at, _) = challenge { at } else { receivedAt }
  }

  /// Whether a refusal with `code` decides the card's counter. Without a good challenge nobody has proven which
  /// terminal sent this, and its faults must not cost the card a counter; a fork is the card's own doing.
  public func isDecided(by code: RefusalCode) -> Bool {
    if case .invalid = challenge { return code == .cardFork }
    // The restored ledger may have lost what was credited, too: that can be done again, and the payout be sent again.
    if answeredHead != nil, [.lineNotOfPerson, .periodNotOpen, .unknownTerminal].contains(code) { return false }
    return code.isFinalForPayout
  }

  /// Refuses what came from a log, before the terminal is looked at, which it has none of.
  public func checkOrigin() throws(LedgerRefusal) {
    if case .fromLog = challenge { throw LedgerRefusal(.challengeExpired) }
  }

  /// Refuses, before anything else is looked at, what may still be posted by the terminal that asked for it.
  public func checkLog(receivedAt: Int64) throws(LedgerRefusal) {
    if case .fromLog(let until) = challenge, receivedAt / 1_000 <= until { throw LedgerRefusal(.logTooEarly) }
  }

  /// Refuses, after everything else, what has no good challenge at `receivedAt` (milliseconds since 1970).
  public func checkChallenge(receivedAt: Int64) throws(LedgerRefusal) {
    switch challenge {
    case .validUntil(let until) where receivedAt / 1_000 <= until: return
    case .answered(let until, let at, _) where at / 1_000 <= until: return
    case .invalid: throw LedgerRefusal(.challengeInvalid)
    case .validUntil, .fromLog, .answered: throw LedgerRefusal(.challengeExpired)
    }
  }
}

/// What a terminal says became of a transaction (`card-application` §6). Raw values are stored: never renumbered.
public enum TerminalVerdict: UInt8, CaseIterable, Sendable, Codable {
  /// Cash was handed over.
  case paid = 1
  /// It was not.
  case void = 2
}

/// A terminal's signed record of one transaction.
public struct TerminalRecord: Hashable, Sendable {
  /// Transaction id, 16 octets.
  public let transactionID: [UInt8]
  /// What became of it.
  public let verdict: TerminalVerdict
  /// The record as received, 1…4,096 octets.
  public let record: [UInt8]
  /// The terminal's signature, 1…256 octets.
  public let signature: [UInt8]
  /// SHA-256 of the terminal key's point, 32 octets.
  public let terminal: [UInt8]

  /// One record.
  public init(
    transactionID: [UInt8], verdict: TerminalVerdict, record: [UInt8], signature: [UInt8], terminal: [UInt8]
  ) {
    self.transactionID = transactionID
    self.verdict = verdict
    self.record = record
    self.signature = signature
    self.terminal = terminal
  }
}

/// A completion (`card-application` §12, E2) as signed by the issuer.
public struct CompletionIssue: Hashable, Sendable {
  /// Card number.
  public let card: String
  /// The serial allotted before.
  public let serial: UInt32
  /// The body, 1…1,024 octets.
  public let body: [UInt8]
  /// The issuer's signature, 1…256 octets.
  public let signature: [UInt8]
  /// End of the offline authority that the body gives, Unix seconds; 0 when it gives none (``ReserveRule``).
  public let authorityEnds: Int64

  /// One completion.
  public init(card: String, serial: UInt32, body: [UInt8], signature: [UInt8], authorityEnds: Int64 = 0) {
    self.authorityEnds = authorityEnds
    self.card = card
    self.serial = serial
    self.body = body
    self.signature = signature
  }
}

/// A card's signed receipt (`card-application` §12, E3).
public struct CompletionReceipt: Hashable, Sendable {
  /// Card number.
  public let card: String
  /// The serial it acknowledges.
  public let serial: UInt32
  /// The receipt with its signature as received, 1…1,024 octets.
  public let receipt: [UInt8]

  /// One receipt.
  public init(card: String, serial: UInt32, receipt: [UInt8]) {
    self.card = card
    self.serial = serial
    self.receipt = receipt
  }
}
