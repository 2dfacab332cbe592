/// Tables of what happens at the counter besides plain card payouts.
enum CounterSchema {
  /// Paid payouts that were taken back.
  static let reversals = """
    CREATE TABLE payout_reversal (
      transaction_id BLOB PRIMARY KEY, act INTEGER NOT NULL UNIQUE REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    """

  /// Payouts that a signed list stands for.
  static let handPayouts = """
    CREATE TABLE hand_payout (
      transaction_id BLOB PRIMARY KEY, person BLOB NOT NULL REFERENCES person (id), list TEXT NOT NULL,
      scan BLOB NOT NULL, card_reason TEXT NOT NULL, act INTEGER NOT NULL REFERENCES act (sequence),
      event BLOB NOT NULL REFERENCES event (id), amount INTEGER NOT NULL CHECK (amount > 0),
      host_province TEXT NOT NULL, commune TEXT NOT NULL, agent TEXT NOT NULL REFERENCES agent (code),
      point TEXT NOT NULL, channel INTEGER NOT NULL, evidence INTEGER NOT NULL, effective_date INTEGER NOT NULL,
      posted_at INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE hand_payout_part (
      transaction_id BLOB NOT NULL REFERENCES hand_payout (transaction_id), ordinal INTEGER NOT NULL,
      item BLOB NOT NULL REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      home_unit TEXT NOT NULL, home_province TEXT NOT NULL, host_unit TEXT NOT NULL, funder TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), PRIMARY KEY (transaction_id, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX hand_payout_part_line ON hand_payout_part (line, period);
    CREATE INDEX hand_payout_part_item ON hand_payout_part (item);
    """

  /// By whose papers payouts by hand were received. Append-only.
  static let handCollectors = """
    CREATE TABLE hand_payout_collector (
      transaction_id BLOB PRIMARY KEY REFERENCES hand_payout (transaction_id),
      paper TEXT NOT NULL REFERENCES representative (paper)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whether a scanned list was recorded before.
  static let handScans = "CREATE INDEX hand_payout_scan ON hand_payout (scan)"

  /// Transfers to bank accounts and what the bank said of them.
  static let bankTransfers = """
    CREATE TABLE bank_transfer (
      reference TEXT PRIMARY KEY, person BLOB NOT NULL REFERENCES person (id), bank TEXT NOT NULL,
      last_four TEXT NOT NULL, salt BLOB NOT NULL, account_hash BLOB NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0),
      act INTEGER NOT NULL REFERENCES act (sequence), event BLOB NOT NULL REFERENCES event (id), batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bank_transfer_part (
      reference TEXT NOT NULL REFERENCES bank_transfer (reference), ordinal INTEGER NOT NULL,
      item BLOB NOT NULL REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      home_province TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), PRIMARY KEY (reference, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bank_transfer_part_item ON bank_transfer_part (item);
    CREATE TABLE bank_transfer_end (
      reference TEXT PRIMARY KEY REFERENCES bank_transfer (reference), step INTEGER NOT NULL,
      act INTEGER NOT NULL REFERENCES act (sequence), event BLOB NOT NULL REFERENCES event (id),
      effective_date INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Why transfers went to other people's accounts.
  static let accountHolders = "ALTER TABLE bank_transfer ADD COLUMN holder TEXT NOT NULL DEFAULT '';"

  /// Confirmed transfers that came back.
  static let transferReturns = """
    CREATE TABLE bank_transfer_return (
      reference TEXT PRIMARY KEY REFERENCES bank_transfer_end (reference),
      act INTEGER NOT NULL REFERENCES act (sequence), event BLOB NOT NULL REFERENCES event (id),
      effective_date INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// What card payouts may come to; the decision of the newest act holds.
  static let payoutLimits = """
    CREATE TABLE payout_limit (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), visit INTEGER NOT NULL CHECK (visit >= 0),
      card_day INTEGER NOT NULL CHECK (card_day >= 0), terminal_day INTEGER NOT NULL CHECK (terminal_day >= 0)
    ) STRICT;
    CREATE INDEX payout_card_day ON payout (card, effective_date);
    CREATE INDEX payout_terminal_day ON payout (terminal, effective_date);
    """

  /// What each terminal has paid out on a day, without what was voided. The indexes that told it cost each payout a
  /// page in two places of their own; days of a terminal lie together here.
  static let terminalDays = """
    CREATE TABLE terminal_day (
      day INTEGER NOT NULL, terminal BLOB NOT NULL, paid INTEGER NOT NULL CHECK (paid >= 0),
      PRIMARY KEY (day, terminal)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO terminal_day (day, terminal, paid)
      SELECT p.effective_date, p.terminal, SUM(p.amount) FROM payout p
      WHERE NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = p.transaction_id)
      GROUP BY p.effective_date, p.terminal;
    DROP INDEX payout_card_day;
    DROP INDEX payout_terminal_day;
    """

  /// Drawers and bags: what they began with, what was added, paid and returned, and what was counted.
  static let shifts = """
    CREATE TABLE shift (
      id BLOB PRIMARY KEY, kind INTEGER NOT NULL, agent TEXT NOT NULL REFERENCES agent (code), point TEXT NOT NULL,
      terminal BLOB NOT NULL, float INTEGER NOT NULL CHECK (float >= 0), act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE shift_open (
      shift BLOB PRIMARY KEY REFERENCES shift (id), agent TEXT NOT NULL, point TEXT NOT NULL, terminal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shift_open_terminal ON shift_open (terminal);
    CREATE TABLE shift_topup (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), shift BLOB NOT NULL REFERENCES shift (id),
      amount INTEGER NOT NULL CHECK (amount > 0)
    ) STRICT;
    CREATE INDEX shift_topup_shift ON shift_topup (shift);
    CREATE TABLE shift_payout (
      transaction_id BLOB PRIMARY KEY, shift BLOB NOT NULL REFERENCES shift (id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shift_payout_shift ON shift_payout (shift);
    CREATE TABLE shift_return (
      transaction_id BLOB PRIMARY KEY REFERENCES payout_reversal (transaction_id),
      shift BLOB NOT NULL REFERENCES shift (id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shift_return_shift ON shift_return (shift);
    CREATE TABLE shift_close (
      shift BLOB PRIMARY KEY REFERENCES shift (id), counted INTEGER NOT NULL, expected INTEGER NOT NULL,
      act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    """
}
