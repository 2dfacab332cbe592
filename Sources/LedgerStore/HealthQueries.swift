internal import GRDB
public import Ledger

/// A person's health insurance on a day.
public struct StoredHealthInsurance: Hashable, Sendable {
  /// The cover of the day, else the first that begins later; nil without either.
  public let cover: HealthCover?
  /// Co-payments of the day's year up to the day, newest first, at most 60.
  public let payments: [CoPayment]
  /// How many there are.
  public let count: Int64
  /// Their sum, đồng.
  public let paid: Int64
}

/// Reads about people's health insurance, each by an index.
extension SQLiteLedgerStore {
  /// The statements, so that a test can ask SQLite how it goes about them.
  enum HealthQuery {
    private static let columns = "subject, level, valid_from, valid_until, five_years_on, salt"
    static let cover = """
      SELECT \(columns) FROM health_cover WHERE person = ?1 AND valid_from <= ?2
      ORDER BY valid_from DESC, act DESC LIMIT 1
      """
    static let later = """
      SELECT \(columns) FROM health_cover WHERE person = ?1 AND valid_from > ?2
      ORDER BY valid_from, act DESC LIMIT 1
      """
    static let payments = """
      SELECT paid_on, amount, voucher, salt FROM co_payment WHERE person = ?1 AND paid_on BETWEEN ?2 AND ?3
      ORDER BY paid_on DESC, act DESC LIMIT 60
      """
    static let sum = """
      SELECT COUNT(*), COALESCE(SUM(amount), 0) FROM co_payment WHERE person = ?1 AND paid_on BETWEEN ?2 AND ?3
      """
  }

  /// The cover of a person on a day (yyyymmdd), valid or not.
  static func cover(_ sql: SQL, _ person: [UInt8], on day: Int32) throws -> HealthCover? {
    try sql.one(HealthQuery.cover, [person.blob, day]).map(cover)
  }

  static func cover(_ row: SQLRow) throws -> HealthCover {
    HealthCover(
      subject: try row.text(0), level: try row.decode(1) { UInt8(exactly: $0) },
      from: try row.decode(2) { Int32(exactly: $0) },
      until: row.isNull(3) ? nil : try row.decode(3) { Int32(exactly: $0) },
      fiveYearsOn: row.isNull(4) ? nil : try row.decode(4) { Int32(exactly: $0) }, salt: try row.bytes(5))
  }

  static func coPayment(_ row: SQLRow) throws -> CoPayment {
    CoPayment(
      paidOn: try row.decode(0) { Int32(exactly: $0) }, amount: try row.int(1), voucher: try row.text(2),
      salt: try row.bytes(3))
  }

  /// Đồng of a person's co-payments between two days.
  static func coPaid(_ sql: SQL, _ person: [UInt8], from: Int32, through: Int32) throws -> Int64 {
    try sql.one(HealthQuery.sum, [person.blob, from, through])?.int(1) ?? 0
  }

  /// See ``LedgerStore/healthInsurance(person:on:)``.
  public func healthInsurance(
    person personalID: String, on day: Int32
  ) async throws(LedgerStoreError) -> StoredHealthInsurance? {
    try await read { sql in
      guard
        let person = try sql.one("SELECT person FROM person_identity WHERE personal_id = ?", [personalID])?.bytes(0)
      else { return nil }
      let later = try sql.one(HealthQuery.later, [person.blob, day]).map(Self.cover)
      let first = day / 10_000 * 10_000
      let sum = try sql.one(HealthQuery.sum, [person.blob, first, day])
      return StoredHealthInsurance(
        cover: try Self.cover(sql, person, on: day) ?? later,
        payments: try sql.all(HealthQuery.payments, [person.blob, first, day]).map(Self.coPayment),
        count: try sum?.int(0) ?? 0, paid: try sum?.int(1) ?? 0)
    }
  }
}
