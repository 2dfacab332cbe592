public import CardCrypto
import Foundation
import GRDB

/// Sessions that the custodian gives keys for, counted in the office's database, so that a process which begins anew
/// does not begin with a whole budget.
public struct OfficeSessionBudget: SessionBudget {
  /// Most sessions of one chip in its life at the office.
  public static let chipLimit = 64
  /// Sessions of a job for each of its people: two to make the card, for its keys and with them, and room for cards
  /// that are given up.
  static let sessionsPerPerson = 6
  /// Sessions of a job however small it is.
  static let least = 100
  /// Sessions of work that is no job, such as a day's updates.
  static let other = 5_000

  private let store: OfficeStore

  /// A budget in this database.
  public init(_ store: OfficeStore) { self.store = store }

  /// Takes one session; on the disk before this returns.
  public func take(serial: [UInt8], job: String) throws(SessionBudgetError) {
    do {
      try store.takeSession(serial, job)
    } catch let error as SessionBudgetError {
      throw error
    } catch {
      throw .notKept(reason: "\(type(of: error))")
    }
  }

  /// Whether any session of the card was taken in its life at the office.
  public func hasTaken(serial: [UInt8]) throws(SessionBudgetError) -> Bool {
    do {
      return try store.hasTakenSession(serial)
    } catch {
      throw .notKept(reason: "\(type(of: error))")
    }
  }
}

extension OfficeStore {
  func hasTakenSession(_ serial: [UInt8]) throws -> Bool {
    try queue.read { db in
      try Bool.fetchOne(
        db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM chip WHERE serial = ? AND sessions > 0)"),
        arguments: [Data(serial)]) ?? false
    }
  }

  func takeSession(_ serial: [UInt8], _ job: String) throws {
    try queue.write { db in
      let chip = try Int.fetchOne(db, sql: "SELECT sessions FROM chip WHERE serial = ?", arguments: [Data(serial)]) ?? 0
      guard chip < OfficeSessionBudget.chipLimit else {
        throw SessionBudgetError.card(
          serial: SessionBudgetError.text(serial), limit: OfficeSessionBudget.chipLimit)
      }
      let people = try Int.fetchOne(db, sql: "SELECT taken FROM job WHERE id = ?", arguments: [JobPlace.number(job)])
      let limit =
        people.map { max(OfficeSessionBudget.least, OfficeSessionBudget.sessionsPerPerson * $0) }
        ?? OfficeSessionBudget.other
      let taken = try Int.fetchOne(db, sql: "SELECT sessions FROM session_count WHERE job = ?", arguments: [job]) ?? 0
      guard taken < limit else { throw SessionBudgetError.job(job, limit: limit) }
      try db.execute(
        sql: """
          INSERT INTO chip (serial, attempts, sessions) VALUES (?, 0, 1)
          ON CONFLICT (serial) DO UPDATE SET sessions = sessions + 1
          """, arguments: [Data(serial)])
      try db.execute(
        sql: """
          INSERT INTO session_count (job, sessions) VALUES (?, 1)
          ON CONFLICT (job) DO UPDATE SET sessions = sessions + 1
          """, arguments: [job])
    }
  }
}
