public import Ledger

/// What a person can collect, as an office asks before it pays by hand.
public struct StoredCollectable: Hashable, Sendable {
  /// Full name as it is now.
  public let name: String
  /// What can be paid now, oldest first.
  public let payable: [PayableItem]
  /// The person has a card that has not ended.
  public let hasLiveCard: Bool
  /// The list that was asked about has paid this person before.
  public let isPaidByList: Bool
  /// Papers by which others act for the person, newest first.
  public let papers: [StoredPerson.Paper]
}

/// A transfer to a bank account and how far it has come.
public struct StoredTransfer: Hashable, Sendable {
  /// Its reference.
  public let reference: String
  /// Bank identification number.
  public let bank: String
  /// Last four digits of the account number.
  public let lastFour: String
  /// Đồng.
  public let amount: Int64
  /// How far it has come.
  public let step: BankTransferStep
  /// Milliseconds since 1970 at which it was ordered.
  public let orderedAt: Int64
  /// Why it went to another's account than the person's; empty when it did not.
  public let holder: String

  init(row: SQLRow) throws(LedgerStoreError) {
    reference = try row.text(0)
    bank = try row.text(1)
    lastFour = try row.text(2)
    amount = try row.int(3)
    step = try row.decode(4) { UInt8(exactly: $0).flatMap(BankTransferStep.init) }
    orderedAt = try row.int(5)
    holder = try row.text(6)
  }
}

/// What was paid of the money of one home province, and what of it went to bank accounts (Chỉ thị 21/CT-TTg).
public struct StoredCashless: Hashable, Sendable {
  /// Two-digit code of the home province.
  public let province: String
  /// People who were paid anything.
  public let persons: Int64
  /// Đồng paid to them.
  public let amount: Int64
  /// People who were paid by transfer.
  public let transferPersons: Int64
  /// Đồng that went by transfer.
  public let transferAmount: Int64
}

/// What is asked about payouts besides those of cards.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/collectable(personalID:list:)``.
  public func collectable(
    personalID: String, list: String
  ) async throws(LedgerStoreError) -> StoredCollectable? {
    let terms = terms
    return try await read { sql in
      guard
        let person = try sql.one(
          "SELECT person FROM person_identity WHERE personal_id = ?", [personalID])?.bytes(0)
      else { return nil }
      let live = try sql.one(
        "SELECT 1 FROM card c JOIN card_state s ON s.number = c.number WHERE c.person = ? AND s.state <> 3",
        [person.blob])
      let paid = try sql.one(
        """
        SELECT 1 FROM line l JOIN hand_payout_part p ON p.line = l.id
        JOIN hand_payout h ON h.transaction_id = p.transaction_id WHERE l.person = ? AND h.list = ?
          AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = h.transaction_id)
        """, [person.blob, list])
      return StoredCollectable(
        name: try Self.identity(sql, person)?.name ?? "", payable: try Self.payable(sql, person: person, terms),
        hasLiveCard: live != nil, isPaidByList: paid != nil, papers: try Self.papers(sql, person))
    }
  }

  /// See ``LedgerStore/transfers(afterReference:limit:)``.
  public func transfers(
    afterReference reference: String, limit: Int
  ) async throws(LedgerStoreError) -> [StoredTransfer] {
    try await read { sql in
      try sql.all(
        """
        SELECT t.reference, t.bank, t.last_four, t.amount, CASE WHEN b.act IS NULL THEN COALESCE(e.step, 1) ELSE 4 END,
          a.acted_at, t.holder FROM bank_transfer t
        JOIN act a ON a.sequence = t.act LEFT JOIN bank_transfer_end e ON e.reference = t.reference
        LEFT JOIN bank_transfer_return b ON b.reference = t.reference
        WHERE t.reference > ? ORDER BY t.reference LIMIT ?
        """, [reference, limit]
      ).map { try StoredTransfer(row: $0) }
    }
  }

  /// See ``LedgerStore/cashless(window:)``.
  public func cashless(window: String) async throws(LedgerStoreError) -> [StoredCashless] {
    try await read { sql in
      try sql.all(
        """
        SELECT home_province, COUNT(DISTINCT person), SUM(amount), COUNT(DISTINCT CASE WHEN cashless THEN person END),
          SUM(CASE WHEN cashless THEN amount ELSE 0 END)
        FROM (
          SELECT x.home_province, l.person, x.amount, 0 AS cashless FROM payout p
          JOIN payout_part x ON x.payout = p.id JOIN line l ON l.id = x.line
          WHERE (p.effective_date / 100) || '' = ?1
            AND NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = p.transaction_id)
            AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = p.transaction_id)
          UNION ALL SELECT x.home_province, h.person, x.amount, 0 FROM hand_payout h
          JOIN hand_payout_part x ON x.transaction_id = h.transaction_id
          WHERE (h.effective_date / 100) || '' = ?1
            AND NOT EXISTS (SELECT 1 FROM payout_reversal b WHERE b.transaction_id = h.transaction_id)
          UNION ALL SELECT x.home_province, t.person, x.amount, 1 FROM bank_transfer_end e
          JOIN bank_transfer t ON t.reference = e.reference JOIN bank_transfer_part x ON x.reference = t.reference
          WHERE e.step = 2 AND (e.effective_date / 100) || '' = ?1
            AND NOT EXISTS (SELECT 1 FROM bank_transfer_return b WHERE b.reference = e.reference)
        ) GROUP BY home_province ORDER BY home_province
        """, [window]
      ).map { row in
        StoredCashless(
          province: try row.text(0), persons: try row.int(1), amount: try row.int(2),
          transferPersons: try row.int(3), transferAmount: try row.int(4))
      }
    }
  }

  /// See ``LedgerStore/payoutLimits()``.
  public func payoutLimits() async throws(LedgerStoreError) -> PayoutLimits { try await read(PayoutLimits.read) }
}
