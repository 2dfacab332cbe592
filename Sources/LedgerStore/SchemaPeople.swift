/// Tables about people's lives and about officials.
extension Schema {
  /// Deaths, heirs, funerals, representatives, presences, identities of people without a card. Append-only.
  static let peopleActs = """
    CREATE TABLE death (
      person BLOB PRIMARY KEY REFERENCES person (id), died_on INTEGER NOT NULL, document TEXT NOT NULL,
      act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE inherited_item (
      item BLOB PRIMARY KEY REFERENCES item (id), source INTEGER NOT NULL REFERENCES line (id),
      act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE funeral_claim (
      person BLOB PRIMARY KEY REFERENCES death (person), claimant BLOB NOT NULL REFERENCES person (id),
      list TEXT NOT NULL, act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE representative (
      paper TEXT PRIMARY KEY, kind INTEGER NOT NULL, person BLOB NOT NULL REFERENCES person (id),
      representative BLOB NOT NULL REFERENCES person (id), programme INTEGER, valid_from INTEGER NOT NULL,
      valid_until INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX representative_person ON representative (person);
    CREATE TABLE representative_end (
      paper TEXT PRIMARY KEY REFERENCES representative (paper), act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE payout_collector (
      transaction_id BLOB PRIMARY KEY REFERENCES payout (transaction_id),
      paper TEXT NOT NULL REFERENCES representative (paper)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE presence (
      person BLOB NOT NULL REFERENCES person (id), seen_on INTEGER NOT NULL,
      act INTEGER NOT NULL REFERENCES act (sequence), place TEXT NOT NULL,
      transaction_id BLOB REFERENCES payout (transaction_id), PRIMARY KEY (person, seen_on, act)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE identity_act (
      person BLOB NOT NULL REFERENCES person (id), act INTEGER NOT NULL REFERENCES act (sequence),
      personal_id TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, changed_at INTEGER NOT NULL,
      PRIMARY KEY (person, act)
    ) STRICT, WITHOUT ROWID;
    """

  /// Who holds which role now, by the name as names are compared.
  static let staff = """
    CREATE TABLE staff (
      official TEXT NOT NULL, role INTEGER NOT NULL, name TEXT NOT NULL,
      act INTEGER NOT NULL REFERENCES act (sequence), PRIMARY KEY (official, role)
    ) STRICT, WITHOUT ROWID;
    """

  /// Deaths by their acts, since one that was recorded by mistake is withdrawn and the person dies later: the records
  /// and withdrawals are append-only, and `death` has whoever is dead now. Claims to funeral grants stay when it goes.
  static let deathsWithdrawn = """
    CREATE TABLE death_record (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), person BLOB NOT NULL REFERENCES person (id),
      died_on INTEGER NOT NULL, document TEXT NOT NULL
    ) STRICT;
    INSERT INTO death_record (act, person, died_on, document) SELECT act, person, died_on, document FROM death;
    ALTER TABLE death DROP COLUMN document;
    CREATE TABLE death_withdrawal (
      death INTEGER PRIMARY KEY REFERENCES death_record (act), act INTEGER NOT NULL UNIQUE REFERENCES act (sequence)
    ) STRICT;
    CREATE TABLE funeral_claim_of_person (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), person BLOB NOT NULL REFERENCES person (id),
      claimant BLOB NOT NULL REFERENCES person (id), list TEXT NOT NULL, programme INTEGER
    ) STRICT;
    INSERT INTO funeral_claim_of_person (act, person, claimant, list, programme)
      SELECT act, person, claimant, list, programme FROM funeral_claim;
    DROP TABLE funeral_claim;
    ALTER TABLE funeral_claim_of_person RENAME TO funeral_claim;
    CREATE INDEX funeral_claim_person ON funeral_claim (person);
    """

  /// Claims to funeral grants by their acts, since one that was withdrawn can be followed by another; those of earlier
  /// versions name no programme. Append-only.
  static let funerals = """
    CREATE TABLE funeral_claim_by_act (
      act INTEGER PRIMARY KEY REFERENCES act (sequence), person BLOB NOT NULL REFERENCES death (person),
      claimant BLOB NOT NULL REFERENCES person (id), list TEXT NOT NULL, programme INTEGER
    ) STRICT;
    INSERT INTO funeral_claim_by_act (act, person, claimant, list)
      SELECT act, person, claimant, list FROM funeral_claim;
    DROP TABLE funeral_claim;
    ALTER TABLE funeral_claim_by_act RENAME TO funeral_claim;
    CREATE INDEX funeral_claim_person ON funeral_claim (person);
    CREATE TABLE funeral_withdrawal (
      claim INTEGER PRIMARY KEY REFERENCES funeral_claim (act), act INTEGER NOT NULL REFERENCES act (sequence)
    ) STRICT;
    """
}
