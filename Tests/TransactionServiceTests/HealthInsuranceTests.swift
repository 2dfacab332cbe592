import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

extension PeopleDesk {
  func cover(
    _ subject: String = "GD", level: Int? = nil, from: UInt32 = 20_260_101, until: UInt32? = 20_261_231,
    fiveYears: UInt32? = 20_260_701
  ) async throws -> HTTPAnswer {
    try await post(
      "health-covers",
      HealthCoverRequest(
        subject: subject, level: level, from: from, until: until, fiveYearsOn: fiveYears, hands: Self.hands()))
  }

  func coPayment(_ voucher: String = "BV-1", on day: UInt32 = 20_260_701, amount: Int64 = 1) async throws -> HTTPAnswer
  {
    try await post(
      "co-payments", CoPaymentRequest(paidOn: day, amount: amount, voucher: voucher, hands: Self.hands()))
  }

  func health(_ query: String = "") async throws -> HTTPAnswer {
    try await centre.get("/v1/people/\(ListRow.personalID(1))/health-insurance\(query)")
  }
}

extension ReachTests {
  func provokeHealth(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let desk = PeopleDesk(centre: centre)
    _ = try await centre.ready()
    switch code {
    case .notInsured: return try await desk.coPayment()
    case .dayOutOfLife: return try await desk.coPayment(on: 20_270_101)
    default:
      try expect(try await desk.cover(), gives: ActAnswer.self)
      try expect(try await desk.coPayment(), gives: ActAnswer.self)
      return try await desk.coPayment()
    }
  }
}

/// A person's health insurance from outside. Today is 5 November 2026; six base salaries are 14,040,000 đ until June
/// 2026, the planned rise in July is not in force.
@Suite("Health insurance")
struct HealthInsuranceTests {
  @Test("The page and the path show level, validity, what was paid, what is left, and the exemption")
  func page() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      let ready = try await centre.ready()
      let path = "/v1/people/\(ListRow.personalID(1))"
      #expect(try await centre.get(path).decode(PersonAnswer.self).healthInsurance == nil)
      try expect(try await desk.cover(), gives: ActAnswer.self)
      let limit = try #require(try await desk.health().decode(HealthInsuranceAnswer.self).limit)
      #expect(limit % 6 == 0)
      try expect(try await desk.coPayment("BV-1", amount: limit - 1), gives: ActAnswer.self)
      try expect(try await desk.coPayment("BV-2"), gives: ActAnswer.self)
      var page = try #require(try await centre.get(path).decode(PersonAnswer.self).healthInsurance)
      #expect(page.cover?.level == 4 && page.cover?.percent == 80 && page.cover?.state == "valid")
      // The limit is reached, not passed.
      #expect(page.paid == limit && page.left == 0 && page.count == 2 && !page.isExempt && page.years == 5)
      try expect(try await desk.coPayment("BV-3"), gives: ActAnswer.self)
      page = try #require(try await centre.get(path).decode(PersonAnswer.self).healthInsurance)
      #expect(page.isExempt && page.paid == limit + 1 && page.payments.map(\.voucher) == ["BV-3", "BV-2", "BV-1"])
      // Not before five years were reached, and not when the insurance is over; the next year begins at nothing.
      let before = try await desk.health("?on=20260630").decode(HealthInsuranceAnswer.self)
      #expect(before.years == 4 && before.paid == 0 && !before.isExempt)
      #expect(try await desk.health("?on=20260701").decode(HealthInsuranceAnswer.self).isExempt)
      let next = try await desk.health("?on=20270101").decode(HealthInsuranceAnswer.self)
      #expect(next.paid == 0 && next.cover?.state == "expired" && next.left == next.limit && !next.isExempt)
      let card = "/v1/cards/\(ready.card.number.digits)/person"
      #expect(try await centre.get(card).decode(PersonAnswer.self).healthInsurance == nil)
    }
  }

  @Test("The exemption needs a cover that is valid on the day")
  func expired() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      _ = try await centre.ready()
      try expect(
        try await desk.cover("HN", level: 1, until: 20_261_031, fiveYears: 20_200_101), gives: ActAnswer.self)
      try expect(try await desk.coPayment("BV-1", on: 20_261_031, amount: 100_000_000), gives: ActAnswer.self)
      let last = try await desk.health("?on=20261031").decode(HealthInsuranceAnswer.self)
      #expect(last.isExempt && last.cover?.level == 1 && last.years == 11)
      #expect(try await !desk.health().decode(HealthInsuranceAnswer.self).isExempt)
    }
  }

  @Test("What no cover can be")
  func malformed() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      _ = try await centre.ready()
      try expect(try await desk.cover("ZZ"), is: .malformedRequest)
      try expect(try await desk.cover(level: 0), is: .malformedRequest)
      try expect(try await desk.cover(level: 6), is: .malformedRequest)
      try expect(try await desk.cover(until: 20_251_231), is: .malformedRequest)
      try expect(try await desk.cover(until: 20_269_999), is: .malformedRequest)
      try expect(try await desk.cover(fiveYears: 20_260_231), is: .malformedRequest)
      try expect(try await desk.coPayment(amount: 0), is: .malformedRequest)
      try expect(try await desk.health("?on=20260231"), is: .malformedRequest)
      try expect(try await desk.health("?on=x"), is: .malformedRequest)
      try expect(try await centre.get("/v1/people/003152009999/health-insurance"), is: .unknownPerson)
      // A first day that is before the birth, 1 January 1950 in the list's spelling or not, is refused by the ledger.
      try expect(try await desk.cover(from: 19_000_101), is: .dayOutOfLife)
    }
  }
}
