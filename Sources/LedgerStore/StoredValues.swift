internal import GRDB
public import Ledger

/// A registered card.
public struct StoredCard: Hashable, Sendable {
  /// What may be done with it. Raw values are stored: never renumbered.
  public enum State: Int64, CaseIterable, Sendable {
    /// Payouts post.
    case active = 1
    /// Payouts are refused.
    case blocked = 2
    /// Payouts are refused for good; nothing follows but what is left of its reserve.
    case terminated = 3
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
  /// The holder is known to be dead.
  public let isHolderDead: Bool

  static func read(_ sql: SQL, _ number: String) throws -> StoredCard? {
    let row = try sql.one(
      """
      SELECT c.number, c.certificate, c.public_key, c.registered_at, s.state, o.counter, o.identity, s.last_serial,
        d.person IS NOT NULL
      FROM card c JOIN card_state s ON s.number = c.number LEFT JOIN death d ON d.person = c.person
      LEFT JOIN outcome o ON o.card = c.number AND o.counter = (
        SELECT MAX(counter) FROM outcome WHERE card = c.number)
      WHERE c.number = ?
      """, [number])
    return try row.map { row in
      StoredCard(
        number: try row.text(0), certificate: try row.bytes(1), publicKey: try row.bytes(2),
        registeredAt: try row.int(3), state: try row.decode(4) { State(rawValue: $0) },
        lastCounter: row.isNull(5) ? nil : try row.decode(5) { UInt32(exactly: $0) },
        lastIdentity: row.isNull(6) ? nil : try row.bytes(6), lastSerial: try row.decode(7) { UInt32(exactly: $0) },
        isHolderDead: try row.int(8) == 1)
    }
  }
}

/// A payment list as it stands.
public struct StoredList: Hashable, Sendable {
  /// What may be done with it. Raw values are stored: never renumbered.
  public enum State: Int64, CaseIterable, Sendable {
    /// It takes rows; nothing of it can be credited.
    case open = 1
    /// It is complete and can be credited.
    case sealed = 2
    /// It was given up.
    case abandoned = 3
  }

  /// What may be done with it.
  public let state: State
  /// Rows recorded.
  public let imported: Int64
  /// Σ of their amounts, đồng.
  public let amount: Int64
  /// Rows credited, with those that went back to their funds instead.
  public let credited: Int64
  /// Of those, the ones that went back, since they were not owed any more.
  public let returned: Int64
  /// Σ of their amounts, đồng.
  public let returnedAmount: Int64
  /// Who took which step with it.
  public let hands: [CycleStep: String]
  /// SHA-256 over the rules that a sealed list was checked against; `nil` when they are not known.
  public let rules: [UInt8]?
}

/// A row that another list has.
public struct StoredClaim: Hashable, Sendable {
  /// The row, from 0.
  public let place: Int
  /// The list that has it.
  public let list: String
  /// What that list is: only a sealed one will be paid.
  public let state: StoredList.State
  /// What is claimed there: of the row's own programme, or of one that excludes it.
  public let claim: ItemClaim
}

/// What a list asks of one unit and funder.
public struct StoredListTotal: Hashable, Sendable {
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Rows.
  public let items: Int64
  /// Đồng.
  public let amount: Int64
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

  /// Of a terminal `t` and its revocation `r`.
  static let columns =
    "t.key_hash, t.public_key, t.agent, t.point, t.province, t.commune, t.registered_at, r.revoked_at"

  init(row: SQLRow) throws(LedgerStoreError) {
    (keyHash, publicKey) = (try row.bytes(0), try row.bytes(1))
    (agent, point) = (try row.text(2), try row.text(3))
    (province, commune) = (try row.text(4), try row.text(5))
    registeredAt = try row.int(6)
    revokedAt = row.isNull(7) ? nil : try row.int(7)
  }

  static func read(_ sql: SQL, _ keyHash: [UInt8]) throws -> StoredTerminal? {
    let row = try sql.one(
      """
      SELECT \(columns)
      FROM terminal t LEFT JOIN terminal_revocation r ON r.key_hash = t.key_hash WHERE t.key_hash = ?
      """, [keyHash.blob])
    return try row.map { try StoredTerminal(row: $0) }
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
    /// Posted and paid, and taken back by an office at that time.
    case reversed(amount: Int64, at: Int64)
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

/// An entitlement line.
public struct StoredLine: Hashable, Sendable {
  /// Line id.
  public let line: UInt32
  /// Programme wire code.
  public let programme: UInt16
  /// Two-digit code of the home province.
  public let homeProvince: String
}
