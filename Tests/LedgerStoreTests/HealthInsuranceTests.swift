import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Health-insurance covers and co-payments. Person 1 was born in 1950, today is 5 November 2026.
@Suite("Health insurance")
struct HealthInsuranceTests {
  static let salt = [UInt8](repeating: 7, count: 16)

  static func cover(
    _ person: Int = 1, from: Int32 = 20_260_101, until: Int32? = 20_261_231, subject: String = "GD", level: UInt8 = 4,
    fiveYears: Int32? = 20_260_701
  ) -> LedgerCommand {
    DeathTests.act(
      person,
      .insured(
        HealthCover(subject: subject, level: level, from: from, until: until, fiveYearsOn: fiveYears, salt: salt)),
      checker: "")
  }

  static func payment(
    _ person: Int = 1, _ voucher: String = "BV19-1", on day: Int32 = 20_260_301, _ amount: Int64 = 14_000_000
  ) -> LedgerCommand {
    DeathTests.act(
      person, .coPaid(CoPayment(paidOn: day, amount: amount, voucher: voucher, salt: salt)), checker: "")
  }

  /// One of both, in a year or two around today.
  static func random(_ person: Int, _ generator: inout SeededGenerator) -> LedgerCommand {
    func pick(_ bound: Int32) -> Int32 { Int32.random(in: 0..<bound, using: &generator) }
    let year = 20_250_000 + 10_000 * pick(3)
    if pick(3) == 0 { return cover(person, from: year + 101, until: pick(3) == 0 ? nil : year + 1_231) }
    return payment(person, "BV-\(pick(5))", on: year + 1_101 + pick(9), 1 + Int64(pick(900)))
  }

  /// What the store and the reference know of a day, which has to be the same.
  private static func known(_ twin: Twin, _ person: Int = 1, on day: Int32) async throws -> StoredHealthInsurance {
    let id = World.person(person).personalID
    let stored = try #require(try await twin.store.healthInsurance(person: id, on: day))
    let reference = try #require(twin.reference.health(person: id, on: day))
    #expect(stored.paid == reference.paid)
    if stored.cover.map({ $0.from <= day }) ?? true { #expect(stored.cover == reference.cover) }
    return stored
  }

  @Test("Co-payments add up in their calendar year, each voucher once for a person")
  func year() async throws {
    let twin = try await Twin()
    #expect(try await Self.known(twin, on: 20_261_105).cover == nil)
    #expect(try await twin.refusal(Self.payment()) == .notInsured)
    #expect(try await twin.refusal(Self.cover(from: 20_250_101, until: 20_251_231, subject: "HN", level: 2)) == nil)
    #expect(try await twin.refusal(Self.cover()) == nil)
    #expect(try await twin.refusal(Self.payment(1, "BV-0", on: 20_251_231, 5)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "BV-1", on: 20_260_101, 30)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "BV-2", on: 20_261_105, 400)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "BV-2", on: 20_261_104, 1)) == .coPaymentKnown)
    #expect(try await Self.known(twin, on: 20_251_231).paid == 5)
    #expect(try await Self.known(twin, on: 20_251_231).cover?.subject == "HN")
    #expect(try await Self.known(twin, on: 20_261_104).paid == 30)
    let today = try await Self.known(twin, on: 20_261_105)
    #expect(today.paid == 430 && today.count == 2 && today.payments.map(\.voucher) == ["BV-2", "BV-1"])
    #expect(today.cover?.subject == "GD" && today.cover?.fiveYearsOn == 20_260_701)
    #expect(try await Self.known(twin, on: 20_241_231).cover?.from == 20_250_101)
    #expect(try await Self.known(twin, on: 20_270_101).paid == 0)
    // Another person's voucher may have the same number.
    try await DeathTests.list(twin, "T10", [World.row(2, 70)])
    #expect(try await twin.refusal(Self.cover(2)) == nil)
    #expect(try await twin.refusal(Self.payment(2, "BV-2")) == nil)
    try await twin.compare()
  }

  @Test("The day is in the cover, not in the future, not before the birth, not after the death")
  func days() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.payment(9)) == .unknownPerson)
    #expect(try await twin.refusal(Self.cover(from: 20_260_201, until: 20_261_031)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "A", on: 20_260_131)) == .notInsured)
    #expect(try await twin.refusal(Self.payment(1, "B", on: 20_260_201)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "C", on: 20_261_031)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "D", on: 20_261_101)) == .notInsured)
    #expect(try await twin.refusal(Self.cover(from: 20_260_201, until: nil)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "D", on: 20_261_101)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "E", on: 20_261_105)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "F", on: 20_261_106)) == .dayOutOfLife)
    #expect(try await twin.refusal(Self.cover(from: 19_491_231)) == .dayOutOfLife)
    #expect(try await twin.refusal(Self.cover(from: 19_500_101, until: 19_501_231)) == nil)
    #expect(try await twin.refusal(Self.cover(fiveYears: 19_491_231)) == .dayOutOfLife)
    #expect(try await twin.refusal(Self.payment(1, "G", on: 19_491_231)) == .dayOutOfLife)
    try await twin.run(DeathTests.death(on: 20_261_002))
    #expect(try await twin.refusal(Self.payment(1, "H", on: 20_261_002)) == nil)
    #expect(try await twin.refusal(Self.payment(1, "I", on: 20_261_003)) == .personDead)
    #expect(try await twin.refusal(Self.cover(from: 20_261_003)) == .personDead)
    #expect(try await twin.refusal(Self.cover(from: 20_261_002)) == nil)
    try await twin.compare()
  }

  @Test("A birth date that becomes known counts")
  func birth() async throws {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(2, 70)])
    #expect(try await twin.refusal(Self.cover(2, from: 19_500_201, until: nil)) == nil)
    let exact = PersonIdentity(personalID: World.person(2).personalID, name: "Trần Hai", birthDate: "1950-02-03")
    #expect(try await twin.refusal(DeathTests.act(2, .identityChanged(exact))) == nil)
    #expect(try await twin.refusal(Self.payment(2, "A", on: 19_500_202)) == .dayOutOfLife)
    #expect(try await twin.refusal(Self.payment(2, "A", on: 19_500_203)) == nil)
    try await twin.compare()
  }

  @Test("What is out of bounds", arguments: [0, -1, Money.highestAmount + 1])
  func amounts(_ amount: Int64) async throws {
    let twin = try await Twin()
    try await twin.run(Self.cover())
    #expect(try await twin.refusal(Self.payment(1, "A", on: 20_260_301, amount)) == .malformed)
    #expect(try await twin.refusal(Self.payment(1, "A B")) == .malformed)
    #expect(try await twin.refusal(Self.payment(1, "")) == .malformed)
    #expect(try await twin.refusal(Self.payment(1, "A", on: 20_260_229)) == .malformed)
    #expect(try await twin.refusal(Self.cover(until: 20_251_231)) == .malformed)
    #expect(try await twin.refusal(Self.cover(subject: "gd")) == .malformed)
    #expect(try await twin.refusal(Self.cover(level: 6)) == .malformed)
    try await twin.compare()
  }

  @Test(
    "The first day that somebody can have lived",
    arguments: [
      ("1950", 19_500_101), ("1950-02", 19_500_201), ("1950-02-03", 19_500_203), ("", nil), ("1950-13", nil),
      ("1950-02-30", nil), ("03/02/1950", nil), ("1950-2", nil), ("1950-02-03-04", nil), ("+950", nil),
    ] as [(String, Int32?)])
  func earliest(_ text: String, _ day: Int32?) { #expect(KnownBirth.earliest(text) == day) }

  @Test("Acts name neither the subject code nor the voucher nor the amount")
  func acts() async throws {
    let twin = try await Twin()
    try await twin.run(Self.cover())
    try await twin.run(Self.payment())
    let page = try #require(try await twin.store.page(person: World.person(1).personalID))
    let acts = page.acts.filter { [.healthCoverKept, .coPaymentKept].contains($0.kind) }
    #expect(acts.count == 2)
    for act in acts {
      #expect(act.subject == BatchSession.subject(page.id))
      #expect(act.content.utf8.count == 64 && act.content.utf8.allSatisfy { $0 < 0x47 }, "\(act.content)")
    }
  }

  @Test(
    "What was changed behind the chain's back is found",
    arguments: [
      "UPDATE health_cover SET level = 1", "UPDATE health_cover SET subject = 'CC'",
      "UPDATE health_cover SET valid_until = 20270101", "UPDATE health_cover SET valid_until = NULL",
      "UPDATE health_cover SET five_years_on = 20200701", "DELETE FROM health_cover",
      "UPDATE co_payment SET amount = amount + 1", "UPDATE co_payment SET paid_on = 20260302",
      "UPDATE co_payment SET voucher = 'X'", "UPDATE co_payment SET salt = zeroblob(16)", "DELETE FROM co_payment",
      "UPDATE co_payment SET person = (SELECT person FROM person_identity WHERE personal_id = '019010000002')",
      "INSERT INTO co_payment SELECT person, 'X', paid_on, amount, salt, 1 FROM co_payment",
      "UPDATE act SET kind = 72 WHERE kind = 73",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await DeathTests.list(twin, "T10", [World.row(2, 70)])
    try await twin.run(Self.cover())
    try await twin.run(Self.payment())
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; " + statement)
      #expect(db.changesCount > 0)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.contains("recorded") }, "\(report)")
  }

  @Test("The audit looks at the days itself")
  func ruleOfDays() async throws {
    let twin = try await Twin()
    try await twin.run(Self.cover())
    try await twin.run(Self.payment())
    // Cover and commitment are changed together, as somebody would who can write to the database.
    let shorter = HealthCover(
      subject: "GD", level: 4, from: 20_260_101, until: 20_260_201, fiveYearsOn: 20_260_701, salt: Self.salt)
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE health_cover SET valid_until = 20260201")
      try db.execute(
        sql: "UPDATE act SET content = ? WHERE kind = 72",
        arguments: [BatchSession.commitment(shorter.text, shorter.salt)])
    }
    let report = try await twin.store.audit(evidence: World.verify)
    #expect(report.problems.contains { $0.place.hasPrefix("co-payment that no health insurance covered") })
  }

  @Test("Every look goes by an index")
  func plans() async throws {
    let twin = try await Twin()
    typealias Query = SQLiteLedgerStore.HealthQuery
    let queries = [(Query.cover, 2), (Query.later, 2), (Query.payments, 3), (Query.sum, 3)]
    try await twin.store.pool.read { db in
      for (query, count) in queries {
        let arguments = StatementArguments([Int64](repeating: 1, count: count))
        for row in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query, arguments: arguments) {
          let detail: String = row["detail"]
          #expect(!detail.hasPrefix("SCAN "), "\(query): \(detail)")
        }
      }
    }
  }
}
