/// Tables of what happens at the counter besides plain card payouts.
enum CounterSchema {
  /// Paid payouts that were taken back.
  static let reversals = """
    CREATE TABLE payout_reversal (
      transaction_id BLOB PRIMARY KEY, act INTEGER NOT NULL UNIQUE REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    """
}
