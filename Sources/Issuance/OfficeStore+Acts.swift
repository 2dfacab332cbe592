import CardCrypto
import Foundation
import GRDB
import ISO7816

/// One act of an issuing office, kept for good in a chain: never personal data, never a secret.
public struct OfficeAct: Hashable, Sendable {
  /// A stable word for what was done, for example `card-delivered`.
  public var what: String
  /// What it was done to: a card number, a job, a batch; a person by the office's own key in hexadecimal digits only.
  public var subject: String
  /// Who did it.
  public var actor: String
  /// Who agreed, where four eyes are asked for; empty otherwise.
  public var checker: String
  /// Why; empty where no reason is asked for.
  public var reason: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(
    _ what: String, _ subject: String, actor: String, checker: String = "", reason: String = "", time: Int64
  ) {
    self.what = what
    self.subject = subject
    self.actor = actor
    self.checker = checker
    self.reason = reason
    self.time = time
  }

  /// SHA-256 of `80 sequence(8), 81 time(8), 82 actor, 83 what, 84 subject, 85 reason, 86 checker, 87 hash of the act
  /// before`, texts in UTF-8.
  func hash(sequence: Int64, previous: [UInt8]) -> [UInt8] {
    let objects = [
      BERTLV(0x80, [UInt8](bigEndian: UInt64(bitPattern: sequence), width: 8)),
      BERTLV(0x81, [UInt8](bigEndian: UInt64(bitPattern: time), width: 8)), BERTLV(0x82, Array(actor.utf8)),
      BERTLV(0x83, Array(what.utf8)), BERTLV(0x84, Array(subject.utf8)), BERTLV(0x85, Array(reason.utf8)),
      BERTLV(0x86, Array(checker.utf8)), BERTLV(0x87, previous),
    ]
    return Digest.sha256.hash(objects.flatMap(\.bytes))
  }
}

/// Whether an office's acts still say what was done.
public struct OfficeActCheck: Hashable, Sendable {
  /// How many there are.
  public let acts: Int64
  /// The first that is not what was written, or that is missing.
  public let broken: Int64?
  /// ``OfficeAct``'s hash of the newest, 32 octets: kept elsewhere, it finds a chain that was cut off or made anew.
  public let head: [UInt8]
}

/// The acts within a transaction.
struct OfficeActLog {
  let db: Database

  static let schema = """
    CREATE TABLE act (
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, checker TEXT NOT NULL,
      what TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX act_subject ON act (subject);
    CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
    CREATE TRIGGER act_is_kept BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never removed'); END;
    """

  /// Asked for once: every question reads the system's files.
  private static let account = NSUserName()
  private static let noPrevious = [UInt8](repeating: 0, count: 32)

  /// Adds an act in the transaction of what it tells of: both are there or neither.
  func append(_ act: OfficeAct) throws {
    let last = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT sequence, hash FROM act ORDER BY sequence DESC LIMIT 1"))
    let stored: Data? = last?["hash"]
    let previous = stored.map { [UInt8]($0) } ?? Self.noPrevious
    let sequence: Int64 = (last?["sequence"] ?? 0) + 1
    try db.run(
      """
      INSERT INTO act (sequence, time, actor, checker, what, subject, reason, previous, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      arguments: [
        sequence, act.time, act.actor, act.checker, act.what, act.subject, act.reason, Data(previous),
        Data(act.hash(sequence: sequence, previous: previous)),
      ])
  }

  /// Adds what a run of the program has done to a card, or in a job: it is told under the account that runs it.
  func note(_ what: String, _ subject: String, reason: String = "", time: Int64) throws {
    try append(OfficeAct(what, subject, actor: Self.account, reason: reason, time: time))
  }

  func check() throws -> OfficeActCheck {
    var previous = Self.noPrevious
    var broken: Int64?
    var count: Int64 = 0
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM act ORDER BY sequence")
    while let row = try rows.next() {
      count += 1
      let (storedPrevious, hash): (Data, Data) = (row["previous"], row["hash"])
      let isWhole =
        row["sequence"] == count && [UInt8](storedPrevious) == previous
        && Self.act(row).hash(sequence: count, previous: previous) == [UInt8](hash)
      if !isWhole, broken == nil { broken = count }
      previous = [UInt8](hash)
    }
    return OfficeActCheck(acts: count, broken: broken, head: previous)
  }

  static func act(_ row: Row) -> OfficeAct {
    OfficeAct(
      row["what"], row["subject"], actor: row["actor"], checker: row["checker"], reason: row["reason"],
      time: row["time"])
  }
}

extension OfficeStore {
  /// Keeps an act that changes nothing else in the database.
  public func record(_ act: OfficeAct) throws {
    try queue.write { db in try OfficeActLog(db: db).append(act) }
  }

  /// The acts of one subject, or all, oldest first.
  public func acts(of subject: String? = nil, limit: Int = .max) throws -> [OfficeAct] {
    try queue.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM act WHERE (? IS NULL OR subject = ?) ORDER BY sequence LIMIT ?",
        arguments: [subject, subject, limit]
      ).map(OfficeActLog.act)
    }
  }

  /// Walks the whole chain of acts.
  public func checkActs() throws -> OfficeActCheck {
    try queue.read { db in try OfficeActLog(db: db).check() }
  }
}
