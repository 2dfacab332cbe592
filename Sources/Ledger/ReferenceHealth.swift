/// Health-insurance covers and co-payments of the reference.
extension ReferenceLedger {
  /// What is kept of one person.
  struct Health: Sendable {
    /// In the order in which they were recorded.
    var covers: [HealthCover] = []
    /// By voucher.
    var payments: [String: CoPayment] = [:]

    /// The cover of a day.
    func cover(on day: Int32) -> HealthCover? {
      covers.filter { $0.from <= day }.reduce(nil) { best, next in
        best.map { $0.from > next.from } ?? false ? best : next
      }
    }

    /// Đồng paid in the year of a day, up to it.
    func paid(on day: Int32) throws(MoneyOverflow) -> Int64 {
      try Money.total(payments.values.filter { $0.paidOn / 10_000 == day / 10_000 && $0.paidOn <= day }.map(\.amount))
    }
  }

  /// The cover of a person on a day, and what was paid beside it in the day's year; nil for an unknown person.
  public func health(person: String, on day: Int32) -> (cover: HealthCover?, paid: Int64)? {
    let id = canonical(person)
    return people[id].map { ($0.health.cover(on: day), (try? $0.health.paid(on: day)) ?? .max) }
  }

  /// Remembers when somebody was born whom nobody knew before.
  mutating func meet(_ identity: PersonIdentity, as id: String) {
    guard people[id] == nil else { return }
    people[id] = Person(birthDate: identity.birthDate)
  }

  /// Refuses a day before somebody was born or after the death.
  private func requireAlive(_ id: String, on days: [Int32?], _ first: Int32) throws(LedgerRefusal) {
    if let died = people[id]?.diedOn, first > died { throw LedgerRefusal(.personDead) }
    guard let born = people[id].flatMap({ KnownBirth.earliest($0.birthDate) }) else { return }
    for case let day? in days where day < born { throw LedgerRefusal(.dayOutOfLife) }
  }

  mutating func keep(_ cover: HealthCover, of id: String) throws -> LedgerOutcome {
    try requireAlive(id, on: [cover.from, cover.fiveYearsOn], cover.from)
    people[id]?.health.covers.append(cover)
    return keep(.healthCoverKept)
  }

  mutating func keep(_ payment: CoPayment, of id: String, _ today: Int32) throws -> LedgerOutcome {
    try requireAlive(id, on: [payment.paidOn], payment.paidOn)
    guard payment.paidOn <= today else { throw LedgerRefusal(.dayOutOfLife) }
    let health = people[id]?.health ?? Health()
    guard health.cover(on: payment.paidOn)?.covers(payment.paidOn) ?? false else { throw LedgerRefusal(.notInsured) }
    guard health.payments[payment.voucher] == nil else { throw LedgerRefusal(.coPaymentKnown) }
    let year = health.payments.values.filter { $0.paidOn / 10_000 == payment.paidOn / 10_000 }.map(\.amount)
    _ = try Money.sum(Money.total(year), payment.amount)
    people[id]?.health.payments[payment.voucher] = payment
    return keep(.coPaymentKept)
  }
}
