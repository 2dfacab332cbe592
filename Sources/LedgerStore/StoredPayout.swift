internal import GRDB
public import Ledger

/// How a payout reached the centre. Raw values are stored: never renumbered.
public enum PayoutChannel: Int64, CaseIterable, Sendable {
  /// Posted while the terminal waited.
  case online = 1
  /// Recorded from a signed list after the money was handed out.
  case byHand = 2
}

/// What a payout rests on (`ledger` §2). Raw values are stored: never renumbered.
public enum EvidenceKind: Int64, CaseIterable, Sendable {
  /// The card's payout certificate.
  case cardCertificate = 1
  /// A list that was signed and scanned, and two persons.
  case byHand = 2
}

/// What the centre recorded of a posted payout.
public struct PayoutFacts: Hashable, Sendable {
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
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
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

/// A posted payout with everything its evidence is checked against.
public struct StoredPayout: Hashable, Sendable {
  /// What was recorded.
  public let facts: PayoutFacts
  /// What it took of each line and period, in the order of the certificate.
  public let allocations: [PayoutAllocation]
  /// The card's registered payout key, 04‖X‖Y, 65 octets.
  public let cardKey: [UInt8]
  /// The terminal's registered key, 04‖X‖Y, 65 octets.
  public let terminalKey: [UInt8]
  /// What the terminal reported; nil while it hasn't.
  public let record: TerminalRecord?
  /// Number of the collector's paper; nil when the holder came.
  public let collector: String?

  /// Reads a payout whose keys and record are in the columns of ``query``.
  init(row: SQLRow, _ sql: SQL) throws {
    facts = try PayoutFacts(row: row, at: 0)
    cardKey = try row.bytes(17)
    terminalKey = try row.bytes(18)
    collector = row.isNull(22) ? nil : try row.text(22)
    if row.isNull(19) {
      record = nil
    } else {
      record = TerminalRecord(
        transactionID: facts.transactionID,
        verdict: try row.decode(19) { UInt8(exactly: $0).flatMap(TerminalVerdict.init) }, record: try row.bytes(20),
        signature: try row.bytes(21), terminal: facts.terminal)
    }
    allocations = try sql.all(
      """
      SELECT line, period, SUM(amount), SUM(from_reserve) FROM payout_part WHERE payout = ?
      GROUP BY line, period ORDER BY MIN(ordinal)
      """, [try row.int(23)]
    ).map { part in
      PayoutAllocation(
        line: try part.decode(0) { UInt32(exactly: $0) },
        period: try part.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }, amount: try part.int(2),
        fromReserve: try part.int(3))
    }
  }

  static let query = """
    SELECT \(PayoutFacts.columns), c.public_key, t.public_key, r.verdict, r.record, r.signature,
      x.paper, p.id
    FROM payout p JOIN outcome o ON o.card = p.card AND o.counter = p.counter
    JOIN card c ON c.number = p.card JOIN terminal t ON t.key_hash = p.terminal
    LEFT JOIN terminal_record r ON r.transaction_id = p.transaction_id AND r.terminal = p.terminal
    LEFT JOIN payout_collector x ON x.transaction_id = p.transaction_id ORDER BY p.id
    """
}
