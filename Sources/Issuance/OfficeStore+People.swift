import CardCrypto
import Foundation
import GRDB
import ISO7816

/// What the population register said of a person.
public enum RegisterState: String, CaseIterable, Sendable, Codable {
  /// Not asked yet, or the data changed since.
  case unchecked
  /// Asked; the answer has not come.
  case sent
  /// The same person with the same data.
  case matched
  /// The number is another name's or birth date's.
  case mismatched
  /// No such number, or none yet.
  case noNumber = "no-number"
  /// Dead.
  case deceased
  /// The number was re-established: the person has a new one.
  case renumbered
}

extension OfficeStore {
  /// Takes people in; those already known are left as they are, and what differs becomes work. All of them or none.
  ///
  /// - Parameter time: Unix seconds.
  /// - Returns: how many were new.
  /// - Throws: ``OfficeError/outsideScope(province:)``.
  @discardableResult
  public func take(_ applicants: [Applicant], time: Int64 = 0) throws -> Int {
    try queue.write { db in
      let adding = try PeopleImport(db, cipher, scope: try scope(db), time: time)
      for person in applicants { try adding.add(person) }
      return adding.counts.new
    }
  }

  /// Takes the people in that `body` adds, and records the act: all of them, or none when it throws or the process
  /// ends.
  ///
  /// - Parameters:
  ///   - reference: names the list in the act.
  ///   - time: Unix seconds.
  public func importPeople(
    reference: String, actor: String, time: Int64, _ body: (PeopleImport) throws -> Void
  ) throws -> PeopleCounts {
    // Room for the two indexes of a million people, so that they are not written again and again.
    try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA cache_size = -131072") }
    defer {
      try? queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA cache_size = -2000; PRAGMA shrink_memory; PRAGMA wal_checkpoint(TRUNCATE)")
      }
    }
    return try queue.write { db in
      let adding = try PeopleImport(db, cipher, scope: try scope(db), time: time)
      try body(adding)
      let counts = adding.counts
      try OfficeActLog(db: db).append(
        OfficeAct(
          "people-imported", reference, actor: actor,
          reason: "new=\(counts.new) known=\(counts.known) differing=\(counts.differing) twins=\(counts.twins)",
          time: time))
      return counts
    }
  }

  /// People for whom a card can be made now, in the order they were taken in; or the one asked for.
  ///
  /// These are without a finished card and matched by the population register; ``counts()`` tells how many wait for
  /// something else.
  public func waiting(personalID: String? = nil, limit: Int = .max) throws -> [Applicant] {
    try queue.read { db in
      let key = try personalID.map { Data(try cipher.personKey($0)) }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(PeopleTable.columns) FROM person p WHERE (? IS NULL OR p.person_key = ?)
            AND (? IS NULL OR p.province = ?)
            AND \(Self.waitingCondition)
          ORDER BY p.person LIMIT ?
          """, arguments: [key, key, try scope(db), try scope(db), limit]
      ).map { try people(db).entry($0).person }
    }
  }

  /// A person who was taken in; `nil` when nobody has, or had, that personal ID.
  public func applicant(_ personalID: String) throws -> Applicant? {
    try queue.read { db in try people(db).entry(personalID)?.person }
  }

  /// The office's own key of a person, 32 hexadecimal digits, by which acts and work items name people; `nil` for
  /// nobody.
  public func personKey(_ personalID: String) throws -> String? {
    try queue.read { db in try people(db).entry(personalID)?.key.hex }
  }

  /// What the population register said of a person; `nil` for nobody.
  public func registerState(of personalID: String) throws -> RegisterState? {
    try queue.read { db in try people(db).entry(personalID)?.register }
  }

  /// How many people there are in each state, those who were merged into others not counted.
  public func registerCounts() throws -> [RegisterState: Int] {
    try queue.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT register, COUNT(*) FROM person WHERE merged_into IS NULL AND (? IS NULL OR province = ?)
          GROUP BY register
          """, arguments: [try scope(db), try scope(db)])
      return Dictionary(
        uniqueKeysWithValues: rows.compactMap { row in RegisterState(rawValue: row[0]).map { ($0, row[1]) } })
    }
  }

  func people(_ db: Database) throws -> PeopleTable { PeopleTable(db, cipher, scope: try scope(db)) }

  /// The province whose people this office sees, two digits; `nil` for all provinces.
  public func scope() throws -> String? { try queue.read(scope) }

  /// Makes this the office of one province, or with `nil` of the whole country, and records who did it and why.
  public func setScope(_ province: String?, actor: String, reason: String, time: Int64) throws {
    try queue.write { db in
      try db.execute(sql: "UPDATE setting SET value = ? WHERE name = 'scope'", arguments: [province ?? ""])
      try OfficeActLog(db: db).append(
        OfficeAct("scope-changed", province ?? "VN", actor: actor, reason: reason, time: time))
    }
  }

  func scope(_ db: Database) throws -> String? {
    let value = try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM setting WHERE name = 'scope'"))
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }
}
