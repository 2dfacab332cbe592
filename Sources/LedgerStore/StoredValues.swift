public import Ledger
internal import GRDB

/// A registered card.
public struct StoredCard: Hashable, Sendable {
  /// What may be done with it. Raw values are stored: never renumbered.
  public enum State: Int64, CaseIterable, Sendable {
    /// Payouts post.
    case active = 1
    /// Payouts are refused.
    case blocked = 2
  }

  /// 16 digits.
  public let number: String
  /// Payout-key certificate (DER).
  public let certificate: [UInt8]
  /// The payout key, 04‖X‖Y, 65 octets.
  public let publicKey: [UInt8]
  /// Milliseconds since 1970.
  public let registeredAt: Int64
  /// What may be done with it.
  public let state: State
  /// Highest payout counter decided; nil before the first.
  public let lastCounter: UInt32?
  /// Identity of that certificate, 32 octets.
  public let lastIdentity: [UInt8]?
  /// Highest completion serial allotted; 0 before the first.
  public let lastSerial: UInt32

  static func read(_ sql: SQL, _ number: String) throws -> StoredCard? {
    let row = try sql.one(
      """
      SELECT c.number, c.certificate, c.public_key, c.registered_at, s.state, s.last_counter, s.last_identity,
        s.last_serial
      FROM card c JOIN card_state s ON s.number = c.number WHERE c.number = ?
      """, [number])
    return try row.map { row in
      StoredCard(
        number: try row.text(0), certificate: try row.bytes(1), publicKey: try row.bytes(2),
        registeredAt: try row.int(3), state: try row.decode(4) { State(rawValue: $0) },
        lastCounter: row.isNull(5) ? nil : try row.decode(5) { UInt32(exactly: $0) },
        lastIdentity: row.isNull(6) ? nil : try row.bytes(6), lastSerial: try row.decode(7) { UInt32(exactly: $0) })
    }
  }
}

/// A registered terminal key.
public struct StoredTerminal: Hashable, Sendable {
  /// SHA-256 of 04‖X‖Y, 32 octets.
  public let keyHash: [UInt8]
  /// 04‖X‖Y, 65 octets.
  public let publicKey: [UInt8]
  /// The agent it works for.
  public let agent: String
  /// Point code.
  public let point: String
  /// Two-digit province code.
  public let province: String
  /// Five-digit commune code.
  public let commune: String
  /// Milliseconds since 1970.
  public let registeredAt: Int64
  /// Milliseconds since 1970; nil while the key is good.
  public let revokedAt: Int64?

  static func read(_ sql: SQL, _ keyHash: [UInt8]) throws -> StoredTerminal? {
    let row = try sql.one(
      """
      SELECT t.key_hash, t.public_key, t.agent, t.point, t.province, t.commune, t.registered_at, r.revoked_at
      FROM terminal t LEFT JOIN terminal_revocation r ON r.key_hash = t.key_hash WHERE t.key_hash = ?
      """, [keyHash.blob])
    return try row.map { row in
      StoredTerminal(
        keyHash: try row.bytes(0), publicKey: try row.bytes(1), agent: try row.text(2), point: try row.text(3),
        province: try row.text(4), commune: try row.text(5), registeredAt: try row.int(6),
        revokedAt: row.isNull(7) ? nil : try row.int(7))
    }
  }
}

/// How a payout reached the centre. Raw values are stored: never renumbered.
public enum PayoutChannel: Int64, CaseIterable, Sendable {
  /// Posted while the terminal waited.
  case online = 1
}

/// What a payout rests on (`ledger` §2). Raw values are stored: never renumbered.
public enum EvidenceKind: Int64, CaseIterable, Sendable {
  /// The card's payout certificate.
  case cardCertificate = 1
}

/// A posted payout with its evidence.
public struct StoredPayout: Hashable, Sendable {
  /// Transaction id, 16 octets.
  public let transactionID: [UInt8]
  /// Card number.
  public let card: String
  /// Payout counter of the card.
  public let counter: UInt32
  /// SHA-256 of the signed TLV, 32 octets.
  public let identity: [UInt8]
  /// The certificate with its signature as received.
  public let certificate: [UInt8]
  /// Id of its event, 16 octets.
  public let event: [UInt8]
  /// Đồng.
  public let amount: Int64
  /// Two-digit code of the host province.
  public let hostProvince: String
  /// Five-digit code of the host commune.
  public let commune: String
  /// The agent that paid.
  public let agent: String
  /// Its point.
  public let point: String
  /// SHA-256 of the terminal key's point, 32 octets.
  public let terminal: [UInt8]
  /// How it came.
  public let channel: PayoutChannel
  /// What it rests on.
  public let evidence: EvidenceKind
  /// Vietnamese calendar day, yyyymmdd.
  public let effectiveDate: Int32
  /// Milliseconds since 1970.
  public let postedAt: Int64
  /// The terminal's time, seconds since 1970.
  public let terminalTime: Int64

  static let columns = """
    p.transaction_id, p.card, p.counter, o.identity, o.certificate, p.event, p.amount, p.host_province, p.commune,
    p.agent, p.point, p.terminal, p.channel, p.evidence, p.effective_date, p.posted_at, p.terminal_time
    """

  init(
    transactionID: [UInt8], card: String, counter: UInt32, identity: [UInt8], certificate: [UInt8], event: [UInt8],
    amount: Int64, hostProvince: String, commune: String, agent: String, point: String, terminal: [UInt8],
    channel: PayoutChannel, evidence: EvidenceKind, effectiveDate: Int32, postedAt: Int64, terminalTime: Int64
  ) {
    self.transactionID = transactionID
    self.card = card
    self.counter = counter
    self.identity = identity
    self.certificate = certificate
    self.event = event
    self.amount = amount
    self.hostProvince = hostProvince
    self.commune = commune
    self.agent = agent
    self.point = point
    self.terminal = terminal
    self.channel = channel
    self.evidence = evidence
    self.effectiveDate = effectiveDate
    self.postedAt = postedAt
    self.terminalTime = terminalTime
  }

  /// Reads ``columns`` from the columns at `index` on.
  init(row: Row, at index: Int) throws(LedgerStoreError) {
    self.init(
      transactionID: try row.bytes(index), card: try row.text(index + 1),
      counter: try row.decode(index + 2) { UInt32(exactly: $0) }, identity: try row.bytes(index + 3),
      certificate: try row.bytes(index + 4), event: try row.bytes(index + 5), amount: try row.int(index + 6),
      hostProvince: try row.text(index + 7), commune: try row.text(index + 8), agent: try row.text(index + 9),
      point: try row.text(index + 10), terminal: try row.bytes(index + 11),
      channel: try row.decode(index + 12) { PayoutChannel(rawValue: $0) },
      evidence: try row.decode(index + 13) { EvidenceKind(rawValue: $0) },
      effectiveDate: try row.decode(index + 14) { Int32(exactly: $0) }, postedAt: try row.int(index + 15),
      terminalTime: try row.int(index + 16))
  }

  /// What the chain commits to.
  var leaf: Leaf {
    .payout(
      transactionID: transactionID, event: event, amount: amount,
      facts: [card, hostProvince, commune, agent, point, terminal.hexText],
      times: [
        Int64(counter), channel.rawValue, evidence.rawValue, Int64(effectiveDate), postedAt, terminalTime,
      ])
  }
}

/// What is known of a transaction id.
public struct PayoutStatus: Hashable, Sendable {
  /// What the centre decided.
  public enum State: Hashable, Sendable {
    /// No certificate has come in.
    case unknown
    /// Posted: đồng, and when (milliseconds since 1970).
    case posted(amount: Int64, at: Int64)
    /// Posted, and taken back at that time.
    case voided(amount: Int64, at: Int64)
    /// Refused, finally.
    case refused(RefusalCode)
  }

  /// What the centre decided.
  public let state: State
  /// What the terminal of the certificate reported; before a certificate, what any terminal did.
  public let verdict: TerminalVerdict?
}

/// What two units owe each other for one funder in one window.
public struct SettlementRow: Hashable, Sendable {
  /// The unit whose money was paid.
  public let home: AccountingUnit
  /// The unit whose advance it was paid from.
  public let host: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Payouts less voids.
  public let count: Int64
  /// Đồng.
  public let amount: Int64
}

/// An account with what went through it.
public struct AccountBalance: Hashable, Sendable {
  /// Which.
  public let key: AccountKey
  /// What.
  public let totals: AccountTotals
}

/// Σ of a unit's accounts of one number and funder.
public struct UnitTotal: Hashable, Sendable {
  /// Number in the chart.
  public let code: AccountCode
  /// Whose money.
  public let funder: Funder
  /// Σ of the debits, đồng.
  public let debits: Int64
  /// Σ of the credits, đồng.
  public let credits: Int64
}

/// How many there are of what.
public struct LedgerCounts: Hashable, Sendable {
  /// People.
  public let persons: Int64
  /// Lines.
  public let lines: Int64
  /// Items.
  public let items: Int64
  /// Registered cards.
  public let cards: Int64
  /// Registered terminal keys.
  public let terminals: Int64
  /// Posted payouts, voided ones included.
  public let payouts: Int64
  /// Voided payouts.
  public let voids: Int64
  /// Certificates refused.
  public let refusals: Int64
  /// Transfers.
  public let transfers: Int64
  /// Requests answered.
  public let requests: Int64
  /// Cases opened.
  public let cases: Int64
}

/// A completion issued to a card.
public struct StoredCompletion: Hashable, Sendable {
  /// Response serial.
  public let serial: UInt32
  /// The body.
  public let body: [UInt8]
  /// The issuer's signature.
  public let signature: [UInt8]
  /// Milliseconds since 1970.
  public let issuedAt: Int64
  /// The card's receipt is recorded.
  public let isAcknowledged: Bool
}
