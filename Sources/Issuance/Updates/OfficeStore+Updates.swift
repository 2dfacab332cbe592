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
    /// Given up after a status word, in an office of an earlier version: status words prove nothing.
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
  /// How often a new script was computed for it since an officer asked for it.
  public var tries: Int64
}

/// A card that was made, as its updates need it.
struct MadeCard {
  /// Key diversification data, 10 octets.
  let chip: [UInt8]
  /// Its holder.
  let holder: Applicant
  /// What the population register said of that person.
  let register: RegisterState
  /// Whether it was replaced, given back or ended.
  let hasEnded: Bool
}

extension OfficeStore {
  static func registerUpdates(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 card updates") { db in
      try db.execute(
        sql: """
          CREATE TABLE scp03_counter (
            number TEXT PRIMARY KEY, counter INTEGER NOT NULL, key_version INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE card_update (
            id BLOB PRIMARY KEY, number TEXT NOT NULL, serial INTEGER NOT NULL, kind TEXT NOT NULL,
            contents BLOB NOT NULL, status INTEGER, counter INTEGER NOT NULL, challenge BLOB NOT NULL,
            script BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'superseded', 'refused')),
            posted INTEGER NOT NULL, actor TEXT NOT NULL, made_at INTEGER NOT NULL, UNIQUE (number, serial)
          ) STRICT;
          CREATE UNIQUE INDEX one_waiting_update ON card_update (number) WHERE state = 'waiting';
          """)
    }
    migrator.registerMigration("9 pending acts and judged reports") { db in
      try db.execute(sql: judgedSchema + pendingActSchema)
    }
  }

  private static let judgedSchema = """
    ALTER TABLE card_update ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE judged_report (
      id BLOB NOT NULL REFERENCES card_update (id), terminal BLOB NOT NULL,
      verdict TEXT NOT NULL CHECK (verdict IN ('done', 'moved', 'open', 'untrue')), judged_at INTEGER NOT NULL,
      PRIMARY KEY (id, terminal)
    ) STRICT, WITHOUT ROWID;
    """

  /// The card's sequence counter in its last session that is known here; after personalisation usually 2.
  public func sequenceCounter(_ card: String) throws -> UInt32 {
    let counter = try queue.read { db in
      try Int64.fetchOne(db, sql: "SELECT counter FROM scp03_counter WHERE number = ?", arguments: [card])
    }
    // A card that was made before counters were kept; the first script finds its counter out.
    return counter.flatMap { UInt32(exactly: $0) } ?? 2
  }

  static func note(_ counter: UInt32, _ card: String, keyVersion: UInt8 = 1, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO scp03_counter (number, counter, key_version) VALUES (?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET counter = MAX(counter, excluded.counter)
        """, arguments: [card, Int64(counter), Int64(keyVersion)])
  }

  /// Which generation of keys a card has.
  public func keyVersion(_ card: String) throws -> UInt8 {
    let version = try queue.read { db in
      try Int64.fetchOne(db, sql: "SELECT key_version FROM scp03_counter WHERE number = ?", arguments: [card])
    }
    return version.flatMap { UInt8(exactly: $0) } ?? 1
  }

  /// Keeps a script in the place of the one that waits for this card, with what it rests on, and records the act, whose
  /// reason it completes.
  public func keep(_ update: OfficeUpdate, act: OfficeAct, judged: UpdateJudgement? = nil) throws {
    try queue.write { db in
      if let judged { try note(judged, db) }
      try db.execute(
        sql: "UPDATE card_update SET state = 'superseded' WHERE number = ? AND state = 'waiting'",
        arguments: [update.card])
      let contents = update.update.contents.sorted { $0.key.rawValue < $1.key.rawValue }
        .flatMap { $0.key.encode($0.value) }
      try db.execute(
        sql: """
          INSERT INTO card_update (id, number, serial, kind, contents, status, counter, challenge, script, state,
            posted, actor, made_at, tries)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, ?)
          """,
        arguments: [
          Data(update.id), update.card, update.serial, update.kind,
          // A name and a birth date: sealed as a person's fields are, and bound to this card.
          try cipher.sealNote(contents, personKey: Array(update.card.utf8)),
          update.update.status.map { Int64($0.rawValue) }, Int64(update.counter), Data(update.challenge),
          Data(update.script), act.actor, act.time, update.tries,
        ])
      var told = act
      told.reason = "\(update.kind) \(update.serial)"
      try OfficeActLog(db: db).append(told)
    }
  }

  /// Records that the centre has the script.
  public func markPosted(_ id: [UInt8]) throws {
    try queue.write { db in
      try db.execute(sql: "UPDATE card_update SET posted = 1 WHERE id = ?", arguments: [Data(id)])
    }
  }

  /// Keeps what reports have come to; with `ending`, who found out that the card has the update, ends it and records
  /// the act.
  public func note(_ judged: UpdateJudgement, ending actor: String? = nil) throws {
    try queue.write { db in
      try note(judged, db)
      guard let actor else { return }
      let update = judged.update
      try db.execute(
        sql: "UPDATE card_update SET state = 'done' WHERE id = ? AND state = 'waiting'", arguments: [Data(update.id)])
      guard db.changesCount == 1 else { return }
      try OfficeActLog(db: db).append(
        OfficeAct(
          "card-update-done", update.card, actor: actor, reason: "\(update.kind) \(update.serial)", time: judged.time))
    }
  }

  private func note(_ judged: UpdateJudgement, _ db: Database) throws {
    for (terminal, verdict) in judged.verdicts {
      try db.execute(
        sql: "INSERT INTO judged_report (id, terminal, verdict, judged_at) VALUES (?, ?, ?, ?)",
        arguments: [Data(judged.update.id), Data(terminal), verdict.rawValue, judged.time])
    }
    if let counter = judged.counter { try Self.note(counter, judged.update.card, db) }
  }

  /// The terminals whose reports on this update were judged.
  func judgedTerminals(_ id: [UInt8]) throws -> Set<[UInt8]> {
    try queue.read { db in
      Set(
        try Data.fetchAll(db, sql: "SELECT terminal FROM judged_report WHERE id = ?", arguments: [Data(id)])
          .map { [UInt8]($0) })
    }
  }

  /// How many reports of a terminal on updates of this card the card has not made.
  func untrueReports(_ terminal: [UInt8], card: String) throws -> Int {
    try queue.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT COUNT(*) FROM judged_report r JOIN card_update u ON u.id = r.id
          WHERE u.number = ? AND r.terminal = ? AND r.verdict = 'untrue'
          """, arguments: [card, Data(terminal)]) ?? 0
    }
  }

  /// Updates that are on their way, oldest first, of cards in the office's scope.
  public func waitingUpdates() throws -> [OfficeUpdate] {
    try updates("u.state = 'waiting' ORDER BY u.made_at, u.id", [])
  }

  /// Every update of a card, oldest first; none of a card outside the office's scope.
  public func updates(card: String) throws -> [OfficeUpdate] {
    try updates("u.number = ? ORDER BY u.serial", [card])
  }

  private func updates(_ condition: String, _ arguments: StatementArguments) throws -> [OfficeUpdate] {
    try queue.read { db in
      let scope = try scope(db)
      return try Row.fetchAll(
        db,
        sql: """
          SELECT u.* FROM card_update u JOIN card c ON c.number = u.number JOIN person p USING (person)
          WHERE (? IS NULL OR p.province = ?) AND \(condition)
          """, arguments: [scope, scope] + arguments)
    }.compactMap(update)
  }

  /// The card with that number, once it is made; `nil` for one outside the office's scope.
  func madeCard(_ number: CardNumber) throws -> MadeCard? {
    try queue.read { db in
      let scope = try scope(db)
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT c.serial AS chip, c.ended, \(PeopleTable.columns) FROM card c JOIN person p USING (person)
          WHERE c.number = ? AND c.serial IS NOT NULL AND c.state <> 'scrapped' AND (? IS NULL OR p.province = ?)
          """, arguments: [number.digits, scope, scope])
      return try row.map { row in
        let (chip, ended): (Data, String?) = (row["chip"], row["ended"])
        let entry = try PeopleTable(db, cipher).entry(row, from: 2)
        return MadeCard(
          chip: [UInt8](chip), holder: entry.person, register: entry.register,
          hasEnded: ended.map { $0 != IssuedCardLife.State.replacing.rawValue } ?? false)
      }
    }
  }

  private func update(_ row: Row) throws -> OfficeUpdate? {
    let (id, challenge, script): (Data, Data, Data) = (row["id"], row["challenge"], row["script"])
    let (contents, status, counter): (Data, Int64?, Int64) = (row["contents"], row["status"], row["counter"])
    let (word, posted): (String, Int64) = (row["state"], row["posted"])
    let change = status.flatMap { UInt8(exactly: $0) }.flatMap { CardStatusChange(rawValue: $0) }
    let number: String = row["number"]
    let opened = try cipher.openNote([UInt8](contents), personKey: Array(number.utf8))
    guard let state = OfficeUpdate.State(rawValue: word), let groupings = DataGrouping.sequence(opened),
      let update = CardUpdate(contents: groupings, status: change)
    else { return nil }
    return OfficeUpdate(
      id: [UInt8](id), card: number, serial: row["serial"], kind: row["kind"], update: update,
      counter: UInt32(clamping: counter), challenge: [UInt8](challenge), script: [UInt8](script), state: state,
      isPosted: posted == 1, tries: row["tries"])
  }
}
