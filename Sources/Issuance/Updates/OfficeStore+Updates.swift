public import CardApplication
import Foundation
import GRDB

/// An update of a card in the office's hands: what is to change, and the session it was last computed for.
///
/// The contents are kept until the card has proven that it has them: a card in another session needs a new script.
public struct OfficeUpdate: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, Sendable, Codable {
    /// On its way: computed, at the centre or not yet.
    case waiting
    /// The card has proven that it has it.
    case done
    /// Another script took its place.
    case superseded
    /// The card refused it; somebody has to look.
    case refused
  }

  /// 16 octets, by which the centre knows it.
  public var id: [UInt8]
  /// Sixteen digits.
  public var card: String
  /// Rising per card.
  public var serial: Int64
  /// One word for what it changes.
  public var kind: String
  /// What it changes.
  public var update: CardUpdate
  /// The card's sequence counter that it was computed for.
  public var counter: UInt32
  /// The host's challenge.
  public var challenge: [UInt8]
  /// The script's octets.
  public var script: [UInt8]
  /// Where it stands.
  public var state: State
  /// Whether the centre has it.
  public var isPosted: Bool
}

/// A change of what the office knows of a person, with what was known before.
public struct DataChange: Hashable, Sendable {
  /// Whose data.
  public var personalID: String
  /// The person before.
  public var before: Applicant
  /// The person after.
  public var after: Applicant
  /// Who changed it.
  public var actor: String
  /// Unix seconds.
  public var time: Int64
}

extension OfficeStore {
  static func registerUpdates(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 card updates") { db in
      try db.execute(
        sql: """
          CREATE TABLE scp03_counter (number TEXT PRIMARY KEY, counter INTEGER NOT NULL) STRICT;
          CREATE TABLE card_update (
            id BLOB PRIMARY KEY, number TEXT NOT NULL, serial INTEGER NOT NULL, kind TEXT NOT NULL,
            contents BLOB NOT NULL, status INTEGER, counter INTEGER NOT NULL, challenge BLOB NOT NULL,
            script BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'superseded', 'refused')),
            posted INTEGER NOT NULL, actor TEXT NOT NULL, made_at INTEGER NOT NULL, UNIQUE (number, serial)
          ) STRICT;
          CREATE UNIQUE INDEX one_waiting_update ON card_update (number) WHERE state = 'waiting';
          CREATE TABLE data_change (
            sequence INTEGER PRIMARY KEY, personal_id TEXT NOT NULL REFERENCES applicant (personal_id),
            name_before TEXT NOT NULL, ascii_before TEXT NOT NULL, birth_before TEXT NOT NULL, name TEXT NOT NULL,
            ascii_name TEXT NOT NULL, birth_date TEXT NOT NULL, actor TEXT NOT NULL, made_at INTEGER NOT NULL
          ) STRICT;
          """)
    }
  }

  /// The card's sequence counter in its last session that is known here; after personalisation usually 2.
  public func sequenceCounter(_ card: String) throws -> UInt32 {
    let counter = try queue.read { db in
      try Int64.fetchOne(db, sql: "SELECT counter FROM scp03_counter WHERE number = ?", arguments: [card])
    }
    // A card that was made before counters were kept; the first script finds its counter out.
    return counter.flatMap { UInt32(exactly: $0) } ?? 2
  }

  /// Notes the counter of a session that the card has proven to have been in; it never falls.
  public func noteCounter(_ counter: UInt32, card: String) throws {
    try queue.write { db in try Self.note(counter, card, db) }
  }

  static func note(_ counter: UInt32, _ card: String, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO scp03_counter (number, counter) VALUES (?, ?)
        ON CONFLICT (number) DO UPDATE SET counter = MAX(counter, excluded.counter)
        """, arguments: [card, Int64(counter)])
  }

  /// Keeps a new script in the place of the one that waits for this card, and the change of data it is made for.
  public func keep(_ update: OfficeUpdate, _ change: DataChange?, actor: String, time: Int64) throws {
    try queue.write { db in
      try db.execute(
        sql: "UPDATE card_update SET state = 'superseded' WHERE number = ? AND state = 'waiting'",
        arguments: [update.card])
      let contents = update.update.contents.sorted { $0.key.rawValue < $1.key.rawValue }
        .flatMap { $0.key.encode($0.value) }
      try db.execute(
        sql: """
          INSERT INTO card_update (id, number, serial, kind, contents, status, counter, challenge, script, state, posted,
            actor, made_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?)
          """,
        arguments: [
          Data(update.id), update.card, update.serial, update.kind, Data(contents),
          update.update.status.map { Int64($0.rawValue) }, Int64(update.counter), Data(update.challenge),
          Data(update.script), actor, time,
        ])
      guard let change else { return }
      try db.execute(
        sql: """
          INSERT INTO data_change (personal_id, name_before, ascii_before, birth_before, name, ascii_name, birth_date,
            actor, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          change.personalID, change.before.name, change.before.asciiName, change.before.birthDate, change.after.name,
          change.after.asciiName, change.after.birthDate, change.actor, change.time,
        ])
      try db.execute(
        sql: "UPDATE applicant SET name = ?, ascii_name = ?, birth_date = ? WHERE personal_id = ?",
        arguments: [change.after.name, change.after.asciiName, change.after.birthDate, change.personalID])
    }
  }

  /// Records that the centre has the script.
  public func markPosted(_ id: [UInt8]) throws {
    try queue.write { db in
      try db.execute(sql: "UPDATE card_update SET posted = 1 WHERE id = ?", arguments: [Data(id)])
    }
  }

  /// Ends an update; with `counter` the session the card has proven.
  public func close(_ update: OfficeUpdate, as state: OfficeUpdate.State, counter: UInt32?) throws {
    try queue.write { db in
      try db.execute(
        sql: "UPDATE card_update SET state = ? WHERE id = ? AND state = 'waiting'",
        arguments: [state.rawValue, Data(update.id)])
      if let counter { try Self.note(counter, update.card, db) }
    }
  }

  /// Updates that are on their way, oldest first.
  public func waitingUpdates() throws -> [OfficeUpdate] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM card_update WHERE state = 'waiting' ORDER BY made_at, id")
    }.compactMap(Self.update)
  }

  /// Every update of a card, oldest first.
  public func updates(card: String) throws -> [OfficeUpdate] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM card_update WHERE number = ? ORDER BY serial", arguments: [card])
    }.compactMap(Self.update)
  }

  /// Changes of a person's data, oldest first.
  public func dataChanges(of personalID: String) throws -> [DataChange] {
    guard let now = try applicant(personalID) else { return [] }
    return try queue.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM data_change WHERE personal_id = ? ORDER BY sequence", arguments: [personalID]
      ).map { row in
        var (before, after) = (now, now)
        (before.name, before.asciiName, before.birthDate) = (
          row["name_before"], row["ascii_before"], row["birth_before"]
        )
        (after.name, after.asciiName, after.birthDate) = (row["name"], row["ascii_name"], row["birth_date"])
        return DataChange(
          personalID: personalID, before: before, after: after, actor: row["actor"], time: row["made_at"])
      }
    }
  }

  /// The card with that number, once it is made, and its holder.
  public func madeCard(_ number: CardNumber) throws -> (serial: [UInt8], holder: Applicant)? {
    try queue.read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT c.serial, a.* FROM card c JOIN applicant a USING (personal_id)
          WHERE c.number = ? AND c.state IN ('made', 'registered')
          """, arguments: [number.digits])
    }.map { row in
      let serial: Data = row["serial"]
      return (
        [UInt8](serial),
        Applicant(
          personalID: row["personal_id"], name: row["name"], asciiName: row["ascii_name"],
          birthDate: row["birth_date"], province: row["province"])
      )
    }
  }

  private static func update(_ row: Row) -> OfficeUpdate? {
    let (id, challenge, script): (Data, Data, Data) = (row["id"], row["challenge"], row["script"])
    let (contents, status, counter): (Data, Int64?, Int64) = (row["contents"], row["status"], row["counter"])
    let (word, posted): (String, Int64) = (row["state"], row["posted"])
    let change = status.flatMap { UInt8(exactly: $0) }.flatMap { CardStatusChange(rawValue: $0) }
    guard let state = OfficeUpdate.State(rawValue: word),
      let groupings = DataGrouping.sequence([UInt8](contents)),
      let update = CardUpdate(contents: groupings, status: change)
    else { return nil }
    return OfficeUpdate(
      id: [UInt8](id), card: row["number"], serial: row["serial"], kind: row["kind"], update: update,
      counter: UInt32(clamping: counter), challenge: [UInt8](challenge), script: [UInt8](script), state: state,
      isPosted: posted == 1)
  }
}
