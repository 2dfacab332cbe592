internal import GRDB

/// The tables. Append-only ones are never named in an UPDATE or DELETE; ``Schema/projections`` are what may change.
enum Schema {
  /// Tables whose rows are derived from append-only ones and move with them.
  static let projections: Set<String> = [
    "account", "item_open", "death", "item_claim", "item_list", "list_purse", "card_state", "line_state",
    "item_aside", "deduction_state",
    "staff",
    "shift_open", "terminal_day",
    "earlier_rows",
  ]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("2 ledger") { db in
      try db.execute(sql: chain)
      try db.execute(sql: people)
      try db.execute(sql: books)
      try db.execute(sql: cards)
      try db.execute(sql: payouts)
    }
    migrator.registerMigration("3 card acts") { db in try db.execute(sql: cardActs) }
    migrator.registerMigration("4 card updates") { db in try db.execute(sql: cardUpdates) }
    migrator.registerMigration("5 identities") { db in try db.execute(sql: identities) }
    migrator.registerMigration("6 cycles") { db in try db.execute(sql: cycles) }
    migrator.registerMigration("7 acts") { db in try db.execute(sql: acts) }
    migrator.registerMigration("8a items") { db in try db.execute(sql: itemActs) }
    migrator.registerMigration("8d month") { db in try db.execute(sql: month) }
    migrator.registerMigration("8b people") { db in try db.execute(sql: peopleActs) }
    migrator.registerMigration("8b staff") { db in try db.execute(sql: staff) }
    migrator.registerMigration("8c reversals") { db in try db.execute(sql: CounterSchema.reversals) }
    migrator.registerMigration("8c payouts by hand") { db in try db.execute(sql: CounterSchema.handPayouts) }
    migrator.registerMigration("8c bank transfers") { db in try db.execute(sql: CounterSchema.bankTransfers) }
    migrator.registerMigration("8c payout limits") { db in try db.execute(sql: CounterSchema.payoutLimits) }
    migrator.registerMigration("8c shifts") { db in try db.execute(sql: CounterSchema.shifts) }
    migrator.registerMigration("8e scans") { db in try db.execute(sql: CounterSchema.handScans) }
    migrator.registerMigration("9 claims") { db in try db.execute(sql: claims) }
    migrator.registerMigration("9 funerals") { db in try db.execute(sql: funerals) }
    migrator.registerMigration("8f transfer returns") { db in try db.execute(sql: CounterSchema.transferReturns) }
    migrator.registerMigration("8f uncollected") { db in try db.execute(sql: uncollected) }
    migrator.registerMigration("10 windows") { db in try db.execute(sql: windows) }
    migrator.registerMigration("10 returned credits") { db in try db.execute(sql: returnedCredits) }
    migrator.registerMigration("10 agent refunds") { db in try db.execute(sql: agentRefunds) }
    migrator.registerMigration("8g receivers by hand") { db in try db.execute(sql: CounterSchema.handCollectors) }
    migrator.registerMigration("11 health insurance") { db in try db.execute(sql: healthInsurance) }
    migrator.registerMigration("11 collection rules") { db in try db.execute(sql: collectionRules) }
    migrator.registerMigration("11 deaths withdrawn") { db in try db.execute(sql: deathsWithdrawn) }
    migrator.registerMigration("11 agents paid") { db in try db.execute(sql: agentPayments) }
    migrator.registerMigration("11 moved lines") { db in try db.execute(sql: movedLines) }
    migrator.registerMigration("11 account holders") { db in try db.execute(sql: CounterSchema.accountHolders) }
    migrator.registerMigration("12 days of terminals") { db in try db.execute(sql: CounterSchema.terminalDays) }
    migrator.registerMigration("12 counters of cards") { db in try db.execute(sql: cardCounters) }
    migrator.registerMigration("12 late leaves") { db in try commitLateTables(db) }
    migrator.registerMigration("12 list spells") { db in try db.execute(sql: listSpells) }
    migrator.registerMigration("13 leaf hashes") { db in try db.execute(sql: leafHashes) }
    migrator.registerMigration("12 chain acts") { db in
      try db.execute(sql: "CREATE INDEX act_chain ON act (kind, sequence) WHERE kind >= 80")
    }
    migrator.registerMigration("14 payouts in order") { db in try db.execute(sql: payoutsInOrder) }
    migrator.registerMigration("15 payouts by number") { db in try db.execute(sql: payoutsByNumber) }
    return migrator
  }

  private static let chain = """
    CREATE TABLE writer_epoch (
      writer TEXT NOT NULL, epoch INTEGER NOT NULL, opened_at INTEGER NOT NULL, PRIMARY KEY (writer, epoch)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE batch (
      sequence INTEGER PRIMARY KEY, writer TEXT NOT NULL, epoch INTEGER NOT NULL, previous BLOB NOT NULL,
      root BLOB NOT NULL, hash BLOB NOT NULL, time INTEGER NOT NULL, leaves INTEGER NOT NULL,
      first_event BLOB, last_event BLOB
    ) STRICT;
    CREATE TABLE request (
      key TEXT PRIMARY KEY, payload_hash BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
      outcome TEXT NOT NULL, received_at INTEGER NOT NULL, replay_of TEXT, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL
    ) STRICT;
    """

  private static let people = """
    CREATE TABLE person (id BLOB PRIMARY KEY, registered_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE person_identity (
      person BLOB NOT NULL REFERENCES person (id), personal_id TEXT NOT NULL, name TEXT NOT NULL,
      birth_date TEXT NOT NULL, PRIMARY KEY (person, personal_id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX person_identity_personal_id ON person_identity (personal_id);
    CREATE TABLE line (
      id INTEGER PRIMARY KEY, person BLOB NOT NULL REFERENCES person (id), programme INTEGER NOT NULL,
      unit TEXT NOT NULL, funder TEXT NOT NULL, home_province TEXT NOT NULL, status INTEGER NOT NULL,
      UNIQUE (person, programme, unit, funder, home_province)
    ) STRICT;
    CREATE TABLE item_list (
      list TEXT PRIMARY KEY, imported INTEGER NOT NULL, credited INTEGER NOT NULL, state INTEGER NOT NULL,
      amount INTEGER NOT NULL, freed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE list_decision (
      list TEXT PRIMARY KEY, state INTEGER NOT NULL, items INTEGER NOT NULL, amount INTEGER NOT NULL,
      decided_at INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE item (
      id BLOB PRIMARY KEY, person BLOB NOT NULL, line INTEGER NOT NULL REFERENCES line (id), period INTEGER NOT NULL,
      kind INTEGER NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), list TEXT NOT NULL,
      position INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      UNIQUE (list, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE item_claim (
      line INTEGER NOT NULL, period INTEGER NOT NULL, kind INTEGER NOT NULL, item BLOB NOT NULL,
      PRIMARY KEY (line, period, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE item_open (
      item BLOB PRIMARY KEY REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      credited INTEGER NOT NULL, paid INTEGER NOT NULL CHECK (paid >= 0 AND paid <= credited)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX item_open_line ON item_open (line, period);
    """

  private static let books = """
    CREATE TABLE account (
      id BLOB PRIMARY KEY, code INTEGER NOT NULL, book TEXT NOT NULL, funder TEXT NOT NULL, subject TEXT NOT NULL,
      debits INTEGER NOT NULL, credits INTEGER NOT NULL, debit_events INTEGER NOT NULL,
      credit_events INTEGER NOT NULL, UNIQUE (code, book, funder, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
      id BLOB PRIMARY KEY, request TEXT NOT NULL, reference TEXT NOT NULL, effective_date INTEGER NOT NULL,
      posted_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE transfer (
      id BLOB PRIMARY KEY, event BLOB NOT NULL REFERENCES event (id), debit BLOB NOT NULL REFERENCES account (id),
      credit BLOB NOT NULL REFERENCES account (id), amount INTEGER NOT NULL CHECK (amount > 0),
      kind INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX transfer_event ON transfer (event);
    CREATE TABLE agent (
      code TEXT PRIMARY KEY, online_limit INTEGER NOT NULL, registered_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE case_file (
      id BLOB PRIMARY KEY, kind INTEGER NOT NULL, card TEXT, counter INTEGER, transaction_id BLOB, evidence BLOB,
      request TEXT NOT NULL, opened_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  private static let cards = """
    CREATE TABLE card (
      number TEXT PRIMARY KEY, person BLOB NOT NULL REFERENCES person (id), certificate BLOB NOT NULL,
      public_key BLOB NOT NULL, registered_at INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX card_person ON card (person);
    CREATE TABLE card_state (
      number TEXT PRIMARY KEY REFERENCES card (number), state INTEGER NOT NULL, last_counter INTEGER,
      last_identity BLOB, last_serial INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terminal (
      key_hash BLOB PRIMARY KEY, public_key BLOB NOT NULL, agent TEXT NOT NULL REFERENCES agent (code),
      point TEXT NOT NULL, province TEXT NOT NULL, commune TEXT NOT NULL, registered_at INTEGER NOT NULL,
      batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terminal_revocation (
      key_hash BLOB PRIMARY KEY REFERENCES terminal (key_hash), revoked_at INTEGER NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE completion (
      card TEXT NOT NULL REFERENCES card (number), serial INTEGER NOT NULL, body BLOB NOT NULL,
      signature BLOB NOT NULL, issued_at INTEGER NOT NULL, request TEXT NOT NULL, PRIMARY KEY (card, serial)
    ) STRICT;
    CREATE TABLE receipt (
      card TEXT NOT NULL, serial INTEGER NOT NULL, receipt BLOB NOT NULL, received_at INTEGER NOT NULL,
      request TEXT NOT NULL, PRIMARY KEY (card, serial), FOREIGN KEY (card, serial) REFERENCES completion (card, serial)
    ) STRICT;
    """

  private static let cardActs = """
    CREATE TABLE card_act (
      card TEXT NOT NULL REFERENCES card (number), sequence INTEGER NOT NULL, act INTEGER NOT NULL,
      reason TEXT NOT NULL, maker TEXT NOT NULL, checker TEXT NOT NULL, office TEXT NOT NULL,
      successor TEXT UNIQUE REFERENCES card (number),
      event BLOB REFERENCES event (id), acted_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL, PRIMARY KEY (card, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pin_act (
      card TEXT NOT NULL REFERENCES card (number), sequence INTEGER NOT NULL, act INTEGER NOT NULL,
      terminal TEXT NOT NULL, maker TEXT NOT NULL, checker TEXT NOT NULL, office TEXT NOT NULL,
      acted_at INTEGER NOT NULL, received_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL, PRIMARY KEY (card, sequence)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE completion ADD COLUMN authority_ends INTEGER NOT NULL DEFAULT 0;
    """

  private static let payouts = """
    CREATE TABLE outcome (
      card TEXT NOT NULL REFERENCES card (number), counter INTEGER NOT NULL, identity BLOB NOT NULL,
      previous BLOB NOT NULL, certificate BLOB NOT NULL, transaction_id BLOB NOT NULL, terminal BLOB NOT NULL,
      refusal INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      PRIMARY KEY (card, counter)
    ) STRICT;
    CREATE INDEX outcome_transaction ON outcome (transaction_id);
    CREATE TABLE payout (
      transaction_id BLOB PRIMARY KEY, card TEXT NOT NULL, counter INTEGER NOT NULL, event BLOB NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), host_province TEXT NOT NULL, commune TEXT NOT NULL,
      agent TEXT NOT NULL, point TEXT NOT NULL, terminal BLOB NOT NULL, channel INTEGER NOT NULL,
      evidence INTEGER NOT NULL, effective_date INTEGER NOT NULL, posted_at INTEGER NOT NULL,
      terminal_time INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      FOREIGN KEY (card, counter) REFERENCES outcome (card, counter)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE payout_part (
      transaction_id BLOB NOT NULL REFERENCES payout (transaction_id), ordinal INTEGER NOT NULL,
      item BLOB NOT NULL REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      home_unit TEXT NOT NULL, home_province TEXT NOT NULL, host_unit TEXT NOT NULL, funder TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), from_reserve INTEGER NOT NULL, PRIMARY KEY (transaction_id, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE payout_void (
      transaction_id BLOB PRIMARY KEY REFERENCES payout (transaction_id), event BLOB NOT NULL,
      voided_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terminal_record (
      transaction_id BLOB NOT NULL, terminal BLOB NOT NULL REFERENCES terminal (key_hash), verdict INTEGER NOT NULL,
      record BLOB NOT NULL, signature BLOB NOT NULL, received_at INTEGER NOT NULL, request TEXT NOT NULL,
      batch INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (transaction_id, terminal)
    ) STRICT, WITHOUT ROWID;
    """

  /// A card's last counter and certificate are those of its newest outcome: kept beside it, they cost each payout a
  /// page of their own.
  private static let cardCounters = """
    ALTER TABLE card_state DROP COLUMN last_counter;
    ALTER TABLE card_state DROP COLUMN last_identity;
    """

  /// Who a person has been since a card of changed data; the newest counts.
  private static let identities = """
    CREATE TABLE identity_change (
      person BLOB NOT NULL REFERENCES person (id), card TEXT NOT NULL UNIQUE REFERENCES card (number),
      personal_id TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, changed_at INTEGER NOT NULL,
      request TEXT NOT NULL, PRIMARY KEY (person, card)
    ) STRICT, WITHOUT ROWID;
    """

  /// Who made, checked and approved a list, and what it asks of each unit and funder.
  private static let cycles = """
    CREATE TABLE cycle_step (
      list TEXT NOT NULL, step INTEGER NOT NULL, actor TEXT NOT NULL, event BLOB REFERENCES event (id),
      acted_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      PRIMARY KEY (list, step)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE list_purse (
      list TEXT NOT NULL, unit TEXT NOT NULL, funder TEXT NOT NULL, items INTEGER NOT NULL, amount INTEGER NOT NULL,
      PRIMARY KEY (list, unit, funder)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO list_purse (list, unit, funder, items, amount)
      SELECT i.list, l.unit, l.funder, COUNT(*), SUM(i.amount)
      FROM item i JOIN line l ON l.id = i.line
      GROUP BY i.list, l.unit, l.funder;
    """

  /// What was decided about lines, items, people, payouts and officials; what left items otherwise than by payouts.
  private static let acts = """
    CREATE TABLE act (
      sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL,
      maker TEXT NOT NULL, checker TEXT NOT NULL, office TEXT NOT NULL, reason TEXT NOT NULL,
      event BLOB REFERENCES event (id), acted_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX act_subject ON act (subject);
    CREATE TABLE line_state (
      line INTEGER PRIMARY KEY REFERENCES line (id), state INTEGER NOT NULL, last_period INTEGER,
      act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT;
    CREATE TABLE item_move (
      item BLOB NOT NULL REFERENCES item (id), act INTEGER NOT NULL REFERENCES act (sequence), amount INTEGER NOT NULL,
      PRIMARY KEY (item, act)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE item_open ADD COLUMN taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0 AND paid + taken <= credited);
    """

  private static let cardUpdates = """
    CREATE TABLE card_update (
      id BLOB PRIMARY KEY, card TEXT NOT NULL REFERENCES card (number), serial INTEGER NOT NULL, kind TEXT NOT NULL,
      script BLOB NOT NULL, posted_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL, UNIQUE (card, serial)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE card_update_result (
      id BLOB NOT NULL REFERENCES card_update (id), terminal BLOB NOT NULL REFERENCES terminal (key_hash),
      answers BLOB NOT NULL, received_at INTEGER NOT NULL, request TEXT NOT NULL, batch INTEGER NOT NULL,
      leaf INTEGER NOT NULL, PRIMARY KEY (id, terminal)
    ) STRICT, WITHOUT ROWID;
    """
}
