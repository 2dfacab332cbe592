internal import CardCrypto
internal import GRDB
internal import Ledger

/// Health-insurance covers and co-payments. The act's content is a salted hash of each: what somebody's illness cost is
/// not in the chain.
extension BatchSession {
  func keep(_ cover: HealthCover, of person: [UInt8], _ hands: ActHands) throws -> Decision {
    try requireAlive(person, on: [cover.from, cover.fiveYearsOn], cover.from)
    let number = try keep(
      .healthCoverKept, subject: Self.subject(person), content: Self.commitment(cover.text, cover.salt), hands)
    try sql.run(
      """
      INSERT INTO health_cover (act, person, subject, level, valid_from, valid_until, five_years_on, salt)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        number, person.blob, cover.subject, cover.level, cover.from, cover.until, cover.fiveYearsOn, cover.salt.blob,
      ])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  func keep(_ payment: CoPayment, of person: [UInt8], _ hands: ActHands, _ today: Int32) throws -> Decision {
    try requireAlive(person, on: [payment.paidOn], payment.paidOn)
    guard payment.paidOn <= today else { throw LedgerRefusal(.dayOutOfLife) }
    let cover = try SQLiteLedgerStore.cover(sql, person, on: payment.paidOn)
    guard cover?.covers(payment.paidOn) ?? false else { throw LedgerRefusal(.notInsured) }
    let known = try sql.one(
      "SELECT 1 FROM co_payment WHERE person = ? AND voucher = ?", [person.blob, payment.voucher])
    guard known == nil else { throw LedgerRefusal(.coPaymentKnown) }
    let year = payment.paidOn / 10_000
    let paid = try SQLiteLedgerStore.coPaid(sql, person, from: year * 10_000, through: year * 10_000 + 1_231)
    _ = try Money.sum(paid, payment.amount)
    let number = try keep(
      .coPaymentKept, subject: Self.subject(person), content: Self.commitment(payment.text, payment.salt), hands)
    try sql.run(
      "INSERT INTO co_payment (person, voucher, paid_on, amount, salt, act) VALUES (?, ?, ?, ?, ?, ?)",
      [person.blob, payment.voucher, payment.paidOn, payment.amount, payment.salt.blob, number])
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }

  /// What the chain keeps of a cover or a co-payment.
  static func commitment(_ text: String, _ salt: [UInt8]) -> String {
    Digest.sha256.hash(salt + Array(text.utf8)).hexText
  }

  /// Refuses what begins after somebody's death, and a day before the birth.
  private func requireAlive(_ person: [UInt8], on days: [Int32?], _ first: Int32) throws {
    let died = try SQLiteLedgerStore.day(sql, SQLiteLedgerStore.PageQuery.death, person)
    if let died, first > died { throw LedgerRefusal(.personDead) }
    guard let birth = try SQLiteLedgerStore.identity(sql, person)?.birthDate, let born = KnownBirth.earliest(birth)
    else { return }
    for case let day? in days where day < born { throw LedgerRefusal(.dayOutOfLife) }
  }
}
