import Benefits
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// People's health insurance: what is recorded of it, and what follows from that by ``HealthInsuranceCover`` and
/// ``CoPaymentAccumulator``.
extension Centre {
  func cover(
    _ person: String, _ request: HealthCoverRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    let from = try day(request.from, traceID)
    let until = try request.until.map { value throws(Problem) in try day(value, traceID) }
    let fiveYearsOn = try request.fiveYearsOn.map { value throws(Problem) in try day(value, traceID) }
    let level = request.level.flatMap(HealthInsuranceLevel.init)
    guard let first = Self.date(from), until.map({ Self.date($0) != nil }) ?? true,
      request.level == nil || level != nil,
      let cover = HealthInsuranceCover(
        subjectCode: request.subject, level: level, from: first, to: until.flatMap(Self.date))
    else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let kept = HealthCover(
      subject: cover.subject.code, level: UInt8(cover.level.rawValue), from: from, until: until,
      fiveYearsOn: fiveYearsOn, salt: try salt(traceID))
    return await decide(person, .insured(kept), request.hands, payload, "health-covers")
  }

  func coPayment(
    _ person: String, _ request: CoPaymentRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let payment = CoPayment(
      paidOn: try day(request.paidOn, payload.traceID), amount: request.amount, voucher: request.voucher,
      salt: try salt(payload.traceID))
    return await decide(person, .coPaid(payment), request.hands, payload, "co-payments")
  }

  private func salt(_ traceID: String) throws(Problem) -> [UInt8] {
    do {
      return try SystemRandom().bytes(16)
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
  }

  /// Somebody's health insurance on a day (yyyymmdd), today unless given.
  func healthInsurance(
    _ person: String, on day: Int32?, traceID: String
  ) async throws(Problem) -> HealthInsuranceAnswer {
    let day = day ?? PostingDay(unixMilliseconds: clock()).yyyymmdd
    guard let date = Self.date(day) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let stored = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.healthInsurance(person: person, on: day)
    }
    guard let stored else { throw Problem(code: .unknownPerson, traceID: traceID) }
    let years = CoPaymentAccumulator.years(fiveYearsOn: stored.cover?.fiveYearsOn.flatMap(Self.date), on: date)
    let sum = try? CoPaymentAccumulator(paid: stored.paid, years: years, on: date, in: catalogue)
    let cover = stored.cover.flatMap { Self.cover($0, on: date) }
    return HealthInsuranceAnswer(
      on: UInt32(day), cover: cover, paid: stored.paid, count: stored.count, limit: sum?.limit, left: sum?.left,
      years: years, yearsNeeded: CoPaymentAccumulator.yearsNeeded,
      isExempt: sum?.isExempt ?? false && cover?.state == HealthInsuranceCover.State.valid.rawValue,
      payments: stored.payments.map {
        CoPaymentLine(paidOn: UInt32($0.paidOn), amount: $0.amount, voucher: $0.voucher)
      })
  }

  private static func cover(_ stored: HealthCover, on date: CalendarDate) -> HealthCoverAnswer? {
    guard let from = Self.date(stored.from),
      let cover = HealthInsuranceCover(
        subjectCode: stored.subject, level: HealthInsuranceLevel(rawValue: Int(stored.level)), from: from,
        to: stored.until.flatMap(Self.date))
    else { return nil }
    return HealthCoverAnswer(
      subject: cover.subject.code, subjectName: cover.subject.name, level: cover.level.rawValue,
      percent: cover.level.percent, from: UInt32(stored.from), until: stored.until.map { UInt32($0) },
      state: cover.state(on: date).rawValue, fiveYearsOn: stored.fiveYearsOn.map { UInt32($0) })
  }

  private static func date(_ yyyymmdd: Int32) -> CalendarDate? {
    let (year, month, day) = (Int(yyyymmdd / 10_000), Int(yyyymmdd / 100 % 100), Int(yyyymmdd % 100))
    return CalendarDate(year: year, month: month, day: day)
  }
}
