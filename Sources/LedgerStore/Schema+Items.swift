/// Tables of what happens to items besides payouts.
extension Schema {
  /// Which lines ended since their benefit goes on elsewhere.
  static let movedLines = """
    ALTER TABLE line_state ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));
    """

  /// Overpayments, deduction orders, and where money of items is that is neither open nor paid.
  ///
  /// A receivable is numbered from 1; its rest is the balance of its 1400. It is kept before the act that opens it.
  static let itemActs = """
    CREATE TABLE receivable (
      number INTEGER PRIMARY KEY, line INTEGER NOT NULL REFERENCES line (id), person BLOB REFERENCES person (id),
      agent TEXT REFERENCES agent (code), amount INTEGER NOT NULL CHECK (amount > 0), item BLOB REFERENCES item (id),
      act INTEGER NOT NULL REFERENCES act (sequence) DEFERRABLE INITIALLY DEFERRED, opened_at INTEGER NOT NULL,
      batch INTEGER NOT NULL, leaf INTEGER NOT NULL, CHECK ((person IS NULL) <> (agent IS NULL))
    ) STRICT;
    CREATE INDEX receivable_person ON receivable (person);
    CREATE INDEX receivable_line ON receivable (line);
    CREATE INDEX receivable_item ON receivable (item) WHERE item IS NOT NULL;
    CREATE TABLE receivable_release (
      receivable INTEGER NOT NULL REFERENCES receivable (number), act INTEGER NOT NULL REFERENCES act (sequence),
      amount INTEGER NOT NULL CHECK (amount > 0), PRIMARY KEY (receivable, act)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE item_aside (
      item BLOB PRIMARY KEY REFERENCES item (id), uncollected INTEGER NOT NULL DEFAULT 0 CHECK (uncollected >= 0),
      deducted INTEGER NOT NULL DEFAULT 0 CHECK (deducted >= 0),
      overpaid INTEGER NOT NULL DEFAULT 0 CHECK (overpaid >= 0)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE deduction (
      number INTEGER PRIMARY KEY REFERENCES act (sequence), line INTEGER NOT NULL REFERENCES line (id),
      receivable INTEGER REFERENCES receivable (number), party TEXT, amount INTEGER, percent INTEGER, total INTEGER,
      cap INTEGER NOT NULL, CHECK ((receivable IS NULL) <> (party IS NULL)),
      CHECK ((amount IS NULL) <> (percent IS NULL))
    ) STRICT;
    CREATE TABLE deduction_state (
      number INTEGER PRIMARY KEY REFERENCES deduction (number), line INTEGER NOT NULL, taken INTEGER NOT NULL,
      stopped INTEGER REFERENCES act (sequence)
    ) STRICT;
    CREATE INDEX deduction_state_line ON deduction_state (line);
    """

  /// What went to 2600 of each item (> 0) and left it again (< 0): 2600 itself knows no lines.
  static let uncollected = """
    CREATE TABLE item_uncollected (
      item BLOB NOT NULL REFERENCES item (id), act INTEGER NOT NULL REFERENCES act (sequence),
      amount INTEGER NOT NULL CHECK (amount <> 0), batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      PRIMARY KEY (item, act)
    ) STRICT, WITHOUT ROWID;
    """

  /// What was owed to agents and paid to them. Append-only.
  static let agentPayments = """
    CREATE TABLE agent_payment (
      reference TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agent (code), unit TEXT NOT NULL,
      funder TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
      act INTEGER NOT NULL UNIQUE REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    """

  /// What agents had paid back of receivables and are owed again. Append-only.
  static let agentRefunds = """
    CREATE TABLE agent_refund (
      receivable INTEGER NOT NULL REFERENCES receivable (number), act INTEGER NOT NULL REFERENCES act (sequence),
      amount INTEGER NOT NULL CHECK (amount > 0), PRIMARY KEY (receivable, act)
    ) STRICT, WITHOUT ROWID;
    """
}
