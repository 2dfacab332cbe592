public import Ledger

/// What a person can collect, as an office asks before it pays by hand.
public struct StoredCollectable: Hashable, Sendable {
  /// What can be paid now, oldest first.
  public let payable: [PayableItem]
  /// The person has a card that has not ended.
  public let hasLiveCard: Bool
  /// The list that was asked about has paid this person before.
  public let isPaidByList: Bool
}

/// What is asked about payouts besides those of cards.
extension SQLiteLedgerStore {
  /// See ``LedgerStore/collectable(personalID:list:)``.
  public func collectable(
    personalID: String, list: String
  ) async throws(LedgerStoreError) -> StoredCollectable? {
    try await read { sql in
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
        """, [person.blob, list])
      return StoredCollectable(
        payable: try Self.payable(sql, person: person), hasLiveCard: live != nil, isPaidByList: paid != nil)
    }
  }
}
