import CardCrypto
import Foundation
import GRDB
import ISO7816
import VietnamReference

/// The other one of two possible twins, as far as the office may see.
public struct WorkTwin: Hashable, Sendable {
  /// Code of the province.
  public let province: String
  /// The personal ID as ``VietnamReference/Mask/tail(_:visible:)`` hides it.
  public let maskedPersonalID: String
  /// Office's key and data of the person; `nil` when another province's office has them.
  public let entry: Entry?

  /// All there is of a person in the office's scope.
  public struct Entry: Hashable, Sendable {
    /// The office's key, hexadecimal.
    public let key: String
    /// The person as the office has him.
    public let person: Applicant
  }

  init(_ entry: PeopleTable.Entry, scope: String?) {
    province = entry.person.province
    maskedPersonalID = Mask.tail(entry.person.personalID)
    self.entry = scope == nil || scope == province ? Entry(key: entry.key.hex, person: entry.person) : nil
  }
}

/// Something that an officer has to look at.
public struct WorkItem: Hashable, Sendable {
  /// Its number.
  public let number: Int64
  /// What it is about.
  public let kind: WorkKind
  /// The office's key of the person, hexadecimal.
  public let personKey: String
  /// The person as the office has him.
  public let person: Applicant
  /// What the register said.
  public let register: RegisterState
  /// Fields or findings, by their names.
  public let detail: [String]
  /// A possible twin: the earlier entry.
  public let other: WorkTwin?
  /// The other data of somebody who came again.
  public let proposed: Applicant?
  /// The new number of somebody whose number was re-established.
  public let newPersonalID: String?
  /// Unix seconds.
  public let openedAt: Int64

  /// Equal when number and content are.
  public static func == (left: WorkItem, right: WorkItem) -> Bool {
    left.number == right.number && left.person == right.person && left.register == right.register
      && left.proposed == right.proposed && left.other == right.other
  }

  /// By the number.
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension OfficeStore {
  /// What is to be looked at, the oldest first.
  ///
  /// - Parameters:
  ///   - after: only items with greater numbers, to turn pages.
  ///   - person: only the items of the person with this key.
  public func workList(
    kind: WorkKind? = nil, after: Int64 = 0, person: String? = nil, limit: Int = 100
  ) throws -> [WorkItem] {
    try queue.read { db in
      let scope = try scope(db)
      let key = person.map { Data([UInt8](hex: $0) ?? []) }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT w.item, w.kind, w.person, w.other, w.detail, w.note, w.opened_at
          FROM work_item w JOIN person p USING (person)
          WHERE w.decision IS NULL AND w.item > ? AND (? IS NULL OR w.kind = ?) AND (? IS NULL OR p.person_key = ?)
            AND (? IS NULL OR p.province = ?)
          ORDER BY w.item LIMIT ?
          """, arguments: [after, kind?.rawValue, kind?.rawValue, key, key, scope, scope, limit])
      return try rows.compactMap { try item($0, db) }
    }
  }

  /// How many items of each kind are open.
  public func workCounts() throws -> [WorkKind: Int] {
    try queue.read { db in
      let scope = try scope(db)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT w.kind, COUNT(*) FROM work_item w JOIN person p USING (person)
          WHERE w.decision IS NULL AND (? IS NULL OR p.province = ?) GROUP BY w.kind
          """, arguments: [scope, scope])
      return Dictionary(
        uniqueKeysWithValues: rows.compactMap { row in WorkKind(rawValue: row[0]).map { ($0, row[1]) } })
    }
  }

  private func item(_ row: Row, _ db: Database) throws -> WorkItem? {
    let people = PeopleTable(db, cipher)
    let kindText: String = row["kind"]
    guard let kind = WorkKind(rawValue: kindText), let entry = try people.entry(number: row["person"]) else {
      return nil
    }
    let scope = try scope(db)
    let other = try (row["other"] as Int64?).flatMap { try people.entry(number: $0) }
    let note = try (row["note"] as Data?).map { try cipher.openNote([UInt8]($0), personKey: entry.key) }
    let detail: String = row["detail"]
    return WorkItem(
      number: row["item"], kind: kind, personKey: entry.key.hex, person: entry.person, register: entry.register,
      detail: detail.split(separator: ",").map(String.init), other: other.map { WorkTwin($0, scope: scope) },
      proposed: kind == .differs ? try note.map { try PersonNote.read($0).person } : nil,
      newPersonalID: kind == .renumbered ? note.map { String(decoding: $0, as: UTF8.self) } : nil,
      openedAt: row["opened_at"])
  }

  /// Decides a work item and records who did it and why.
  ///
  /// - Throws: ``OfficeError/unknownItem``, ``OfficeError/impossibleDecision(_:)``, ``OfficeError/hasCard``,
  ///   ``OfficeError/personalIDTaken``.
  public func decide(
    _ number: Int64, _ decision: WorkDecision, actor: String, reason: String, time: Int64
  ) throws {
    try queue.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT item, kind, person, other, detail, note, opened_at FROM work_item WHERE item = ? AND decision IS NULL
          """, arguments: [number])
      guard let row, let item = try item(row, db), try people(db).number(item.person.personalID) != nil else {
        throw OfficeError.unknownItem
      }
      guard WorkDecision.possible(item.kind).contains(decision) else { throw OfficeError.impossibleDecision(item.kind) }
      try db.execute(
        sql: "UPDATE work_item SET decision = ?, decided_at = ? WHERE item = ?",
        arguments: [decision.rawValue, time, number])
      let person: Int64 = row["person"]
      switch decision {
      case .distinct, .keep: break
      case .same: try merge(person, into: row["other"], db)
      case .recheck:
        try db.execute(sql: "UPDATE person SET register = 'unchecked' WHERE person = ?", arguments: [person])
        try PeopleTable(db, cipher).scrapBegun(person)
      case .accept:
        guard let accepted = Self.accepted(item) else { throw OfficeError.impossibleDecision(item.kind) }
        try change(person, to: accepted, db, time)
      }
      try OfficeActLog(db: db).append(
        OfficeAct(
          "work-item-decided", item.personKey, actor: actor,
          reason: "item=\(number) kind=\(item.kind.rawValue) decision=\(decision.rawValue): \(reason)", time: time))
    }
  }

  /// Puts corrected data in the place of a person's: to be checked anew. What is open about the old data is closed, and
  /// the act names the fields that changed.
  ///
  /// - Parameter change: changes the person; the personal ID, too, where it was re-established.
  /// - Returns: the person's key, which is another when the personal ID is.
  /// - Throws: ``OfficeError/unknownPerson``, ``OfficeError/personalIDTaken``.
  @discardableResult
  public func correct(
    _ personKey: String, actor: String, reason: String, time: Int64, _ change: (inout Applicant) throws -> Void
  ) throws -> String {
    try queue.write { db in
      guard let key = [UInt8](hex: personKey) else { throw OfficeError.unknownPerson }
      return try correct(db, key, actor: actor, reason: reason, time: time, change)
    }
  }

  /// As ``correct(_:actor:reason:time:_:)``, in a transaction.
  @discardableResult
  func correct(
    _ db: Database, _ key: [UInt8], actor: String, reason: String, time: Int64,
    _ change: (inout Applicant) throws -> Void
  ) throws -> String {
    guard let entry = try people(db).entry(key: key), entry.mergedInto == nil else { throw OfficeError.unknownPerson }
    var person = entry.person
    try change(&person)
    if let scope = try scope(db), scope != person.province {
      throw OfficeError.outsideScope(province: person.province)
    }
    if person.name != entry.person.name { person.asciiName = "" }
    var fields = PeopleImport.differences(person, entry.person)
    if person.personalID != entry.person.personalID { fields.append(PersonField.personalID.rawValue) }
    try self.change(entry.number, to: person, db, time)
    try OfficeActLog(db: db).append(
      OfficeAct(
        "person-corrected", entry.key.hex, actor: actor,
        reason: "fields=\(fields.joined(separator: ",")): \(reason)", time: time))
    return try cipher.personKey(person.personalID).hex
  }

  private static func accepted(_ item: WorkItem) -> Applicant? {
    switch item.kind {
    case .differs:
      return item.proposed
    case .renumbered:
      var person = item.person
      guard let number = item.newPersonalID else { return nil }
      person.personalID = number
      return person
    default: return nil
    }
  }

  /// Replaces the data of a person, keeps the old key when the personal ID changed, and looks for twins anew.
  private func change(_ number: Int64, to person: Applicant, _ db: Database, _ time: Int64) throws {
    let table = PeopleTable(db, cipher)
    guard let before = try table.entry(number: number) else { throw OfficeError.unknownPerson }
    let key = try cipher.personKey(person.personalID)
    if key != before.key {
      let owner = try Int64.fetchOne(
        db,
        sql: "SELECT person FROM person WHERE person_key = ? UNION SELECT person FROM former_key WHERE person_key = ?",
        arguments: [Data(key), Data(key)])
      guard owner == nil else { throw OfficeError.personalIDTaken }
      try db.execute(sql: "INSERT INTO former_key VALUES (?, ?)", arguments: [Data(before.key), number])
      try sealNotesAgain(of: number, from: before.key, to: key, db)
    }
    try table.replace(number, with: person, key: key)
    let work = WorkTable(db: db, cipher: cipher)
    try work.close(
      [.verify, .mismatched, .noNumber, .renumbered, .deceased], of: number, as: "corrected", time: time)
    let twinKey = try cipher.twinKey(name: person.name, birthDate: person.birthDate)
    guard twinKey != (try cipher.twinKey(name: before.person.name, birthDate: before.person.birthDate)) else { return }
    try work.close([.twin], of: number, as: "corrected", time: time)
    let twin = try Int64.fetchOne(
      db,
      sql: """
        SELECT person FROM person WHERE twin_key = ? AND person <> ? AND merged_into IS NULL ORDER BY person LIMIT 1
        """, arguments: [Data(twinKey), number])
    if let twin { try work.openTwin(of: number, other: twin, time: time) }
  }

  /// What is sealed in a person's work items is bound to his key.
  private func sealNotesAgain(of number: Int64, from old: [UInt8], to new: [UInt8], _ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT item, note FROM work_item WHERE person = ? AND note IS NOT NULL", arguments: [number])
    for row in rows {
      let note: Data = row["note"]
      let text = try cipher.openNote([UInt8](note), personKey: old)
      try db.execute(
        sql: "UPDATE work_item SET note = ? WHERE item = ?",
        arguments: [try cipher.sealNote(text, personKey: new), row["item"] as Int64])
    }
  }

  /// Gives an entry up for another of the same person.
  private func merge(_ number: Int64, into other: Int64?, _ db: Database) throws {
    guard let other else { throw OfficeError.unknownItem }
    try PeopleTable(db, cipher).scrapBegun(number)
    let hasCard = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM card WHERE person = ? AND state <> 'scrapped')", arguments: [number])
    guard hasCard == false else { throw OfficeError.hasCard }
    try db.execute(
      sql: """
        UPDATE person SET merged_into = ? WHERE person = ?;
        UPDATE work_item SET decision = 'merged' WHERE person = ? AND decision IS NULL;
        """, arguments: [other, number, number])
  }
}
