public import CardCrypto
import Foundation
import GRDB
import Synchronization

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

  /// Takes one session; on the disk before this returns, or before with the card's beginning.
  public func take(serial: [UInt8], job: String) throws(SessionBudgetError) {
    if store.prepaid.use(serial, job) { return }
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
    try queue.write { db in try takeSessions(1, serial, job, db) }
  }

  /// As ``takeSession(_:_:)``, so many at once, in a transaction.
  func takeSessions(_ count: Int, _ serial: [UInt8], _ job: String, _ db: Database) throws {
    let chip =
      try Int.fetchOne(db.cachedStatement(sql: "SELECT sessions FROM chip WHERE serial = ?"), arguments: [Data(serial)])
      ?? 0
    guard chip + count <= OfficeSessionBudget.chipLimit else {
      throw SessionBudgetError.card(
        serial: SessionBudgetError.text(serial), limit: OfficeSessionBudget.chipLimit)
    }
    let people = try Int.fetchOne(
      db.cachedStatement(sql: "SELECT taken FROM job WHERE id = ?"), arguments: [JobPlace.number(job)])
    let limit =
      people.map { max(OfficeSessionBudget.least, OfficeSessionBudget.sessionsPerPerson * $0) }
      ?? OfficeSessionBudget.other
    let taken =
      try Int.fetchOne(db.cachedStatement(sql: "SELECT sessions FROM session_count WHERE job = ?"), arguments: [job])
      ?? 0
    guard taken + count <= limit else { throw SessionBudgetError.job(job, limit: limit) }
    try db.run(
      """
      INSERT INTO chip (serial, attempts, sessions) VALUES (?1, 0, ?2)
      ON CONFLICT (serial) DO UPDATE SET sessions = sessions + ?2
      """, arguments: [Data(serial), count])
    try db.run(
      """
      INSERT INTO session_count (job, sessions) VALUES (?1, ?2)
      ON CONFLICT (job) DO UPDATE SET sessions = sessions + ?2
      """, arguments: [job, count])
  }
}

/// Sessions that were counted when a card was begun and that this process has not used yet. They are lost with it: the
/// count on the disk is never too low.
final class PrepaidSessions: Sendable {
  private struct Key: Hashable {
    let serial: [UInt8]
    let job: String
  }

  /// What the making of a card takes: the card's keys, and a session under them.
  static let perCard = 2

  private let left = Mutex<[Key: Int]>([:])

  func put(_ serial: [UInt8], _ job: String) {
    left.withLock { $0[Key(serial: serial, job: job)] = Self.perCard }
  }

  /// Whether one was left, which is used now.
  func use(_ serial: [UInt8], _ job: String) -> Bool {
    let key = Key(serial: serial, job: job)
    return left.withLock { left in
      guard let count = left[key] else { return false }
      left[key] = count > 1 ? count - 1 : nil
      return true
    }
  }
}
