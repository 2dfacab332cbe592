import Foundation
import GRDB

/// The tables of people: personal fields sealed one by one (``FieldCipher``), people found by keyed hashes, and the
/// rule that no card is made for a person whom the population register has not matched.
enum PeopleSchema {
  /// In the clear stand only what the office sorts its work by: province, commune, kind of card, state of the check.
  static let tables = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE person (
      person INTEGER PRIMARY KEY,
      person_key BLOB NOT NULL UNIQUE CHECK (length(person_key) = 16),
      twin_key BLOB NOT NULL CHECK (length(twin_key) = 16),
      province TEXT NOT NULL, commune TEXT NOT NULL,
      profile TEXT NOT NULL CHECK (profile IN ('adult', 'child', 'collector')),
      register TEXT NOT NULL DEFAULT 'unchecked' CHECK (register IN (
        'unchecked', 'sent', 'matched', 'mismatched', 'no-number', 'deceased', 'renumbered')),
      merged_into INTEGER REFERENCES person (person),
      nonce BLOB NOT NULL CHECK (length(nonce) = 12), personal_id BLOB NOT NULL, name BLOB NOT NULL, ascii_name BLOB,
      birth_date BLOB NOT NULL, sex BLOB, guardian BLOB, phone BLOB, address BLOB, photo BLOB
    ) STRICT;
    CREATE INDEX person_twin ON person (twin_key);
    CREATE INDEX person_unchecked ON person (person) WHERE register = 'unchecked';
    -- Numbers that people had before theirs was re-established.
    CREATE TABLE former_key (
      person_key BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (person)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE work_item (
      item INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (person),
      kind TEXT NOT NULL CHECK (kind IN (
        'verify', 'differs', 'twin', 'mismatched', 'no-number', 'deceased', 'renumbered')),
      other INTEGER REFERENCES person (person), detail TEXT NOT NULL, tag BLOB NOT NULL, note BLOB,
      opened_at INTEGER NOT NULL, decision TEXT, decided_at INTEGER,
      UNIQUE (person, kind, tag)
    ) STRICT;
    CREATE INDEX work_item_open ON work_item (person) WHERE decision IS NULL;
    CREATE TABLE register_batch (
      batch TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'withdrawn')),
      count INTEGER NOT NULL, request_hash BLOB NOT NULL, sent_at INTEGER NOT NULL, answer_hash BLOB,
      answered_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE register_entry (
      batch TEXT NOT NULL REFERENCES register_batch (batch), line INTEGER NOT NULL,
      person INTEGER NOT NULL REFERENCES person (person), person_key BLOB NOT NULL, nonce BLOB NOT NULL, outcome TEXT,
      PRIMARY KEY (batch, line)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX register_entry_person ON register_entry (person);
    -- Answers about data that had changed by then.
    CREATE TABLE register_stale (
      batch TEXT NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (batch, line),
      FOREIGN KEY (batch, line) REFERENCES register_entry (batch, line)
    ) STRICT, WITHOUT ROWID;
    """

  /// The rules. A card begun is a row of `card`, whatever code inserts it.
  static let rules = """
    -- Who may have a card: matched, nobody else's second entry, and no possible twin of somebody who is not matched.
    CREATE VIEW ready_person AS
      SELECT p.person FROM person p WHERE p.register = 'matched' AND p.merged_into IS NULL AND NOT EXISTS (
        SELECT 1 FROM work_item w JOIN person o ON o.person = w.other
        WHERE w.person = p.person AND w.kind = 'twin' AND w.decision IS NULL AND o.register <> 'matched');
    CREATE TRIGGER card_is_for_a_matched_person BEFORE INSERT ON card
      WHEN NOT EXISTS (SELECT 1 FROM ready_person r WHERE r.person = NEW.person)
      BEGIN SELECT RAISE(ABORT, 'no card is made for a person who is not matched'); END;
    CREATE TRIGGER card_stays_with_its_person BEFORE UPDATE OF person ON card WHEN NEW.person <> OLD.person
      BEGIN SELECT RAISE(ABORT, 'a card stays with its person'); END;
    CREATE TRIGGER nobody_comes_checked BEFORE INSERT ON person WHEN NEW.register <> 'unchecked'
      BEGIN SELECT RAISE(ABORT, 'nobody comes in checked'); END;
    CREATE TRIGGER matched_by_an_answer BEFORE UPDATE OF register ON person
      WHEN NEW.register = 'matched' AND NOT EXISTS (
        SELECT 1 FROM register_entry e JOIN register_batch b USING (batch)
        WHERE e.person = NEW.person AND e.nonce = NEW.nonce AND e.outcome = 'matched' AND b.state = 'answered')
      BEGIN SELECT RAISE(ABORT, 'only an answer of the register makes a person matched'); END;
    CREATE TRIGGER changed_data_is_unchecked
      BEFORE UPDATE OF person_key, nonce, personal_id, name, birth_date ON person WHEN NEW.register <> 'unchecked'
      BEGIN SELECT RAISE(ABORT, 'changed data is unchecked'); END;
    CREATE TRIGGER answer_stays BEFORE UPDATE ON register_entry
      WHEN OLD.outcome IS NOT NULL OR NEW.person <> OLD.person OR NEW.nonce <> OLD.nonce
      BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END;
    """

  /// Cards by the number of their person, in place of the personal ID.
  static let cards = """
    CREATE TABLE sealed_card (
      sequence INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE,
      person INTEGER NOT NULL REFERENCES person (person), serial BLOB, certificate BLOB,
      state TEXT NOT NULL CHECK (state IN ('started', 'made', 'registered', 'scrapped'))
    ) STRICT;
    """

  /// Name of the setting that stands while plain text of an earlier version may be left in the file.
  static let plainTextLeft = "plain-text-left"

  /// Makes the tables, and seals what an earlier version kept in the clear.
  static func migrate(_ db: Database, _ cipher: FieldCipher) throws {
    try db.execute(sql: tables + cards)
    try db.execute(sql: "INSERT INTO setting VALUES ('scope', ''), ('field-key', ?)", arguments: [cipher.hexCheck])
    let adding = try PeopleImport(db, cipher, scope: nil, time: 0)
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM applicant ORDER BY rowid")
    var hasPlainText = false
    while let row = try rows.next() {
      hasPlainText = true
      _ = try adding.add(
        Applicant(
          personalID: row["personal_id"], name: row["name"], asciiName: row["ascii_name"],
          birthDate: row["birth_date"], province: row["province"]))
    }
    let cards = try Row.fetchCursor(db, sql: "SELECT * FROM card ORDER BY sequence")
    let insert = try db.makeStatement(sql: "INSERT INTO sealed_card VALUES (?, ?, ?, ?, ?, ?)")
    while let card = try cards.next() {
      let (sequence, number, id): (Int64, String, String) = (card["sequence"], card["number"], card["personal_id"])
      let (serial, certificate): (Data?, Data?) = (card["serial"], card["certificate"])
      let person = try PeopleTable(db, cipher).number(id)
      let state: String = card["state"]
      try insert.execute(arguments: [sequence, number, person, serial, certificate, state])
    }
    try db.execute(
      sql: """
        DROP TABLE card; DROP TABLE applicant;
        ALTER TABLE sealed_card RENAME TO card;
        CREATE UNIQUE INDEX one_live_card ON card (person) WHERE state <> 'scrapped';
        """ + rules)
    guard hasPlainText else { return }
    try db.execute(sql: "INSERT INTO setting VALUES (?, '')", arguments: [plainTextLeft])
  }

  /// Writes the file anew without the pages that had plain text, and empties the journal; again at the next opening
  /// when it is cut off or another process has the database open.
  static func erasePlainText(_ queue: DatabaseQueue) throws {
    let isLeft = try queue.read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM setting WHERE name = ?)", arguments: [plainTextLeft]) ?? false
    }
    guard isLeft else { return }
    try queue.vacuum()
    let isBusy = try queue.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? 1
    }
    guard isBusy == 0 else { return }
    try queue.write { db in
      try db.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [plainTextLeft])
    }
  }
}
