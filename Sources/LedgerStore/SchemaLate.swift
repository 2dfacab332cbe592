internal import Foundation
internal import GRDB
internal import Ledger

/// What the chain commits to only since some version.
extension Schema {
  /// Where in the chain rows of ``LateTable/all`` are committed to; none of those of earlier versions, which are all
  /// committed to at once when the ledger is opened next (``EarlierRows``).
  private static let lateColumns = """
    CREATE TABLE earlier_rows (
      name TEXT PRIMARY KEY, rows INTEGER, root BLOB, batch INTEGER, leaf INTEGER
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE person_identity ADD COLUMN salt BLOB;
    ALTER TABLE person_identity ADD COLUMN commitment BLOB;
    ALTER TABLE identity_change ADD COLUMN salt BLOB;
    ALTER TABLE identity_change ADD COLUMN commitment BLOB;
    ALTER TABLE identity_act ADD COLUMN salt BLOB;
    ALTER TABLE identity_act ADD COLUMN commitment BLOB;
    """

  /// The hashes of a batch's leaves, 32 octets each, in their order: what the way from a leaf to the root is found by
  /// without a look at every table. Batches of earlier versions have none.
  static let leafHashes = "ALTER TABLE batch ADD COLUMN leaf_hashes BLOB;"

  /// Payouts and their parts one behind the other as they come.
  ///
  /// Transaction ids are made by the terminals at the time of the tap, and at a thousand taps a second those of the
  /// last seconds lie over hundreds of pages: rows of half a kilobyte kept in their order cost a page each. The index
  /// alone is kept in it.
  static let payoutsInOrder = """
    CREATE TABLE payout_in_order (
      transaction_id BLOB PRIMARY KEY NOT NULL, card TEXT NOT NULL, counter INTEGER NOT NULL, event BLOB NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), host_province TEXT NOT NULL, commune TEXT NOT NULL,
      agent TEXT NOT NULL, point TEXT NOT NULL, terminal BLOB NOT NULL, channel INTEGER NOT NULL,
      evidence INTEGER NOT NULL, effective_date INTEGER NOT NULL, posted_at INTEGER NOT NULL,
      terminal_time INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      FOREIGN KEY (card, counter) REFERENCES outcome (card, counter)
    ) STRICT;
    INSERT INTO payout_in_order SELECT * FROM payout ORDER BY batch, leaf;
    DROP TABLE payout;
    ALTER TABLE payout_in_order RENAME TO payout;
    CREATE TABLE payout_part_in_order (
      transaction_id BLOB NOT NULL REFERENCES payout (transaction_id), ordinal INTEGER NOT NULL,
      item BLOB NOT NULL REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      home_unit TEXT NOT NULL, home_province TEXT NOT NULL, host_unit TEXT NOT NULL, funder TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), from_reserve INTEGER NOT NULL, PRIMARY KEY (transaction_id, ordinal)
    ) STRICT;
    INSERT INTO payout_part_in_order SELECT * FROM payout_part;
    DROP TABLE payout_part;
    ALTER TABLE payout_part_in_order RENAME TO payout_part;
    CREATE INDEX payout_part_item ON payout_part (item);
    """

  /// Payouts by numbers, which their parts name them by: one index of transaction ids for all of them, and one of those
  /// that were refused. With an index for parts, for their items and for certificates, each payout changed three pages
  /// more.
  static let payoutsByNumber = """
    CREATE TABLE payout_by_number (
      id INTEGER PRIMARY KEY, transaction_id BLOB NOT NULL UNIQUE, card TEXT NOT NULL, counter INTEGER NOT NULL,
      event BLOB NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), host_province TEXT NOT NULL,
      commune TEXT NOT NULL, agent TEXT NOT NULL, point TEXT NOT NULL, terminal BLOB NOT NULL,
      channel INTEGER NOT NULL, evidence INTEGER NOT NULL, effective_date INTEGER NOT NULL, posted_at INTEGER NOT NULL,
      terminal_time INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      FOREIGN KEY (card, counter) REFERENCES outcome (card, counter)
    ) STRICT;
    INSERT INTO payout_by_number SELECT rowid, * FROM payout ORDER BY rowid;
    CREATE TABLE payout_part_by_number (
      payout INTEGER NOT NULL REFERENCES payout (id), ordinal INTEGER NOT NULL,
      item BLOB NOT NULL REFERENCES item (id), line INTEGER NOT NULL, period INTEGER NOT NULL,
      home_unit TEXT NOT NULL, home_province TEXT NOT NULL, host_unit TEXT NOT NULL, funder TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0), from_reserve INTEGER NOT NULL, PRIMARY KEY (payout, ordinal)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO payout_part_by_number
      SELECT p.id, x.ordinal, x.item, x.line, x.period, x.home_unit, x.home_province, x.host_unit, x.funder, x.amount,
        x.from_reserve
      FROM payout_by_number p JOIN payout_part x ON x.transaction_id = p.transaction_id ORDER BY p.id, x.ordinal;
    DROP TABLE payout_part;
    DROP TABLE payout;
    ALTER TABLE payout_by_number RENAME TO payout;
    ALTER TABLE payout_part_by_number RENAME TO payout_part;
    DROP INDEX outcome_transaction;
    CREATE INDEX outcome_refused ON outcome (transaction_id) WHERE refusal <> 0;
    """

  /// Adds the columns, and salts who people of earlier versions are.
  static func commitLateTables(_ db: Database) throws {
    try db.execute(sql: lateColumns)
    for table in LateTable.all {
      try db.execute(
        sql: "ALTER TABLE \(table.name) ADD COLUMN batch INTEGER; ALTER TABLE \(table.name) ADD COLUMN leaf INTEGER;")
      // A new ledger has none.
      try db.execute(
        sql: "INSERT INTO earlier_rows (name) SELECT '\(table.name)' WHERE EXISTS (SELECT 1 FROM batch)")
    }
    let salt = DatabaseFunction("identity_salt", argumentCount: 0) { _ in
      Data(try IdentityCommitment.newSalt())
    }
    let commitment = DatabaseFunction("identity_commitment", argumentCount: 5, pure: true) { values in
      guard let salt = Data.fromDatabaseValue(values[0]), let person = Data.fromDatabaseValue(values[1]),
        let id = String.fromDatabaseValue(values[2]), let name = String.fromDatabaseValue(values[3]),
        let birth = String.fromDatabaseValue(values[4])
      else { return nil }
      let identity = PersonIdentity(personalID: id, name: name, birthDate: birth)
      return Data(IdentityCommitment.hash(identity, of: [UInt8](person), salt: [UInt8](salt)))
    }
    for function in [salt, commitment] { db.add(function: function) }
    for table in ["person_identity", "identity_change", "identity_act"] {
      try db.execute(sql: "UPDATE \(table) SET salt = identity_salt()")
      try db.execute(
        sql: "UPDATE \(table) SET commitment = identity_commitment(salt, person, personal_id, name, birth_date)")
    }
    for function in [salt, commitment] { db.remove(function: function) }
  }
}
