import CardCrypto
import Foundation
import GRDB
import ISO7816

/// What the office's tables have of people, within a transaction and the office's scope: the only place where requests
/// touch them.
struct PersonRows {
  /// All entries of one person: those that were given up for another belong to it.
  struct File {
    /// The one that stands.
    let main: PeopleTable.Entry
    /// All, ``main`` first.
    let entries: [PeopleTable.Entry]
    /// Province of an entry that is none of this office's; `nil` when all are.
    let otherProvince: String?
  }

  let db: Database
  let people: PeopleTable

  /// The file of the person with this personal ID, or who had it before; `nil` when there is none in the scope.
  func file(_ personalID: String) throws -> File? {
    guard let entry = try people.entry(personalID) else { return nil }
    let numbers = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          WITH RECURSIVE file (person) AS (
            VALUES (?)
            UNION SELECT p.person FROM person p JOIN file f ON p.merged_into = f.person
            UNION SELECT p.merged_into FROM person p JOIN file f USING (person) WHERE p.merged_into IS NOT NULL)
          SELECT person FROM file ORDER BY person
          """), arguments: [entry.number])
    var entries = [entry]
    var otherProvince: String?
    for number in numbers where number != entry.number {
      if let other = try people.entry(number: number) {
        entries.append(other)
      } else {
        otherProvince = try String.fetchOne(
          db, sql: "SELECT province FROM person WHERE person = ?", arguments: [number])
      }
    }
    let main = entries.first { $0.mergedInto == nil } ?? entry
    return File(
      main: main, entries: [main] + entries.filter { $0.number != main.number }, otherProvince: otherProvince)
  }

  /// The key by which acts and requests name the person with this personal ID, known or not.
  func subject(_ personalID: String) throws -> String {
    try (file(personalID)?.main.key ?? people.cipher.personKey(personalID)).hex
  }

  /// Every key that has named the person.
  func keys(_ file: File) throws -> [String] {
    let former = try Data.fetchAll(
      db, sql: "SELECT person_key FROM former_key WHERE person IN (\(marks(file)))", arguments: numbers(file))
    return file.entries.map(\.key.hex) + former.map { [UInt8]($0).hex }
  }

  /// Whether a request under `subject` is of the person with this personal ID, whose number may have changed since.
  func isSubject(_ subject: String, _ personalID: String) throws -> Bool {
    if try people.cipher.personKey(personalID).hex == subject { return true }
    return try file(personalID).map(keys)?.contains(subject) ?? false
  }

  /// Whether a request under `subject` is this office's to answer: of nobody whom only another province's office sees.
  func isOwn(_ subject: String) throws -> Bool {
    guard let scope = people.scope, let key = [UInt8](hex: subject) else { return true }
    let province = try String.fetchOne(
      db,
      sql: """
        SELECT province FROM person
        WHERE person_key = ?1 OR person IN (SELECT person FROM former_key WHERE person_key = ?1)
        """, arguments: [Data(key)])
    return province == nil || province == scope
  }

  /// Whether the file can be erased.
  func erasure(_ file: File?) throws -> Erasure {
    guard let file else { return .noRecord }
    let cards = try cards(file)
    return cards.contains(where: \.isMade) ? .cardMade : cards.isEmpty ? .possible : .numberGivenOut
  }

  /// Removes a person for whom no card number was ever given out. What stays is the key in acts, requests and exports,
  /// and the hashes of register batches that others were in, too.
  ///
  /// - Throws: ``OfficeError/outsideScope(province:)`` when an entry is another province's.
  func erase(_ file: File) throws {
    if let province = file.otherProvince { throw OfficeError.outsideScope(province: province) }
    let (marks, numbers) = (marks(file), numbers(file))
    let batches = try String.fetchAll(
      db, sql: "SELECT DISTINCT batch FROM register_entry WHERE person IN (\(marks))", arguments: numbers)
    for statement in [
      """
      DELETE FROM register_stale WHERE EXISTS (
        SELECT 1 FROM register_entry e
        WHERE e.batch = register_stale.batch AND e.line = register_stale.line AND e.person IN (\(marks)))
      """,
      "DELETE FROM register_entry WHERE person IN (\(marks))",
      "DELETE FROM work_item WHERE person IN (\(marks))",
      // Somebody else's question whether they are one person is answered with it; nor may it be taken for one about
      // whoever gets the number next.
      "DELETE FROM work_item WHERE other IN (\(marks))",
      "DELETE FROM former_key WHERE person IN (\(marks))",
      // The job goes on knowing how many it took.
      """
      UPDATE job SET erased = erased + gone.places
      FROM (SELECT job, COUNT(*) AS places FROM job_item WHERE person IN (\(marks)) GROUP BY job) AS gone
      WHERE gone.job = job.id
      """,
      "DELETE FROM job_item WHERE person IN (\(marks))",
      "DELETE FROM person WHERE person IN (\(marks))",
    ] { try db.execute(sql: statement, arguments: numbers) }
    // The hash of a request about this person alone could be tried out.
    for batch in batches {
      try db.execute(
        sql: """
          DELETE FROM register_batch WHERE batch = ?1 AND NOT EXISTS (SELECT 1 FROM register_entry WHERE batch = ?1)
          """, arguments: [batch])
    }
  }

  func marks(_ file: File) -> String { databaseQuestionMarks(count: file.entries.count) }

  func numbers(_ file: File) -> StatementArguments { StatementArguments(file.entries.map(\.number)) }
}

/// Whether a person's file can be erased on request.
public enum Erasure: String, Hashable, Sendable, Codable {
  /// It can: no card was ever begun.
  case possible
  /// The office has no such file.
  case noRecord
  /// A card was made: file, vouchers and entitlements are kept by law.
  case cardMade
  /// A card number was given out, whose card was not finished.
  case numberGivenOut
}
