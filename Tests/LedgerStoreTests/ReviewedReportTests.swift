import Ledger
import Testing

@testable import LedgerStore

/// Months, needs, lists and pages where deaths, reversals and transfers meet.
@Suite("Reports where decisions meet")
struct ReviewedReportTests {
  private static let november = World.period()
  private static let december = World.period(202_612)
  private static let point = "BD-19-001"

  private static func month(_ twin: Twin, _ month: Period) async throws -> StoredMonth {
    let lines = try await twin.store.month(month, of: World.social19)
    #expect(lines.count == 1)
    return try #require(lines.first)
  }

  @Test("A payout that was not owed and is taken back in a later month is in that month's report")
  func reversedLater() async throws {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(3_000_000)])).refusal == nil)
    try await twin.run(World.record(1, .paid))
    try await twin.run(DeathTests.death())
    let paid = try await Self.month(twin, Self.november)
    #expect(paid.paid == Tally(persons: 1, amount: 3_000_000) && paid.isBalanced)
    #expect(try await twin.store.month(Self.december, of: World.social19).isEmpty)
    #expect(try await twin.run(ReversalTests.reversal(World.id(1)), at: ReversalTests.december).refusal == nil)
    let after = try await Self.month(twin, Self.december)
    #expect(after.opening == Tally() && after.closing == Tally())
    #expect(after.granted == Tally(persons: 1) && after.paid == Tally(amount: -3_000_000))
    #expect(after.returned == Tally(persons: 1, amount: 3_000_000) && after.isBalanced)
    try await twin.compare()
  }

  @Test("A transfer is in flight until its bank confirms it, and paid in the month when it does")
  func inFlight() async throws {
    let twin = try await Twin()
    try await twin.run(
      BankTransferTests.batch([BankTransferTests.order("AS1", parts: [World.part(3_000_000)])]))
    let ordered = try await Self.month(twin, Self.november)
    let whole = Tally(persons: 1, amount: 3_000_000)
    #expect(ordered.paid == Tally() && ordered.closing == whole && ordered.inFlight == whole && ordered.isBalanced)
    try await twin.compare()
    let confirmed = BankTransferTests.statement([BankTransferTests.report("AS1", 3_000_000, confirmed: true)])
    #expect(try await twin.run(confirmed, at: ReversalTests.december).refusal == nil)
    // The month in which it was ordered ends as it did.
    #expect(try await Self.month(twin, Self.november).inFlight == whole)
    let december = try await Self.month(twin, Self.december)
    #expect(december.opening == whole && december.paid == whole && december.closing == Tally())
    #expect(december.inFlight == Tally() && december.isBalanced)
    try await twin.compare()
  }

  @Test("The next month is reckoned with what is owed each month alone")
  func estimate() async throws {
    let twin = try await Twin()
    try await twin.credit("Q", [World.row(2, 500, programme: 9)])
    let need = try await twin.store.needs(of: World.social19, for: Self.december, monthly: [1], on: World.today).first
    #expect(need?.monthBefore == Tally(persons: 1, amount: 3_000_000))
    let both = try await twin.store.needs(
      of: World.social19, for: Self.december, monthly: [1, 9], on: World.today
    ).first
    #expect(both?.monthBefore == Tally(persons: 2, amount: 3_000_500))
  }

  @Test("What heirs inherit was neither granted nor returned, and the heir stands in the place of the dead")
  func inherited() async throws {
    let twin = try await Twin()
    try await twin.credit("T11b", [World.row(2, 500)])
    try await twin.run(DeathTests.death(on: 20_261_103))
    #expect(try await twin.run(DeathTests.heir()).refusal == nil)
    let first = try await Self.month(twin, Self.november)
    #expect(first.granted == Tally(persons: 2, amount: 3_000_500))
    #expect(first.returned == Tally() && first.closing == first.granted && first.isBalanced)
    try await twin.run(World.registration(card: 2, person: 2))
    let payout = World.posting(1, card: 2, counter: 1, parts: [World.part(1_000_000, line: 2)])
    #expect(try await twin.run(.payout(payout), at: ReversalTests.december).refusal == nil)
    // The heir dies as well: one inheritance of two places goes to the next heir.
    for command in [DeathTests.death(2, on: 20_261_201), DeathTests.heir(2, 3)] {
      #expect(try await twin.run(command, at: ReversalTests.december).refusal == nil)
    }
    let second = try await Self.month(twin, Self.december)
    #expect(second.opening == first.closing && second.granted == Tally() && second.returned == Tally())
    #expect(second.paid == Tally(persons: 1, amount: 1_000_000))
    #expect(second.closing == Tally(persons: 1, amount: 2_000_500) && second.isBalanced)
    try await twin.compare(cards: 2)
  }

  @Test("An heir of an heir who had no place begins one where the first one ends")
  func inheritedTwice() async throws {
    let twin = try await Twin()
    for command in [
      DeathTests.death(on: 20_261_103), DeathTests.heir(), DeathTests.death(2, on: 20_261_104), DeathTests.heir(2, 3),
    ] {
      #expect(try await twin.run(command).refusal == nil)
    }
    let month = try await Self.month(twin, Self.november)
    #expect(month.granted == Tally(persons: 2, amount: 3_000_000) && month.paid == Tally())
    #expect(month.returned == Tally(persons: 1) && month.closing == Tally(persons: 1, amount: 3_000_000))
    #expect(month.isBalanced)
  }

  @Test("What was deducted for third parties is owed until they are paid")
  func thirdParties() async throws {
    let twin = try await Twin()
    func owed() async throws -> Int64? {
      try await twin.store.needs(of: World.social19, for: Self.december, monthly: [1], on: World.today).first?.owed
    }
    #expect(
      try await twin.run(World.order(DeductionTerms(purpose: .thirdParty("NHCS"), share: .percent(20)))).refusal == nil)
    try await twin.credit("T12", [World.row(1, 10_000, period: 202_612)])
    #expect(try twin.balance(.thirdParties, "NHCS") == 2_000)
    #expect(try await owed() == 3_010_000)
    #expect(try await twin.run(World.pays("NHCS", 2_000)).refusal == nil)
    #expect(try await owed() == 3_008_000)
  }

  @Test("The dead are on no list, in no forecast and not payable; their heirs are, at the same point")
  func dead() async throws {
    let twin = try await Twin()
    func amounts() async throws -> [Int64] {
      try await twin.store.dues(
        of: World.social19, point: Self.point, before: World.period(), on: World.today
      ).map(\.amount)
    }
    func visits(_ point: String? = Self.point) async throws -> [Int64] {
      try await twin.store.visits(
        of: World.social19, point: point, until: Self.december, on: World.today)
    }
    try await twin.credit(
      "T10",
      [
        World.row(1, 40, period: 202_609, point: "BD-19-009"), World.row(1, 700, period: 202_610, point: Self.point),
      ])
    // A month of the list that is still to be credited.
    let rows = [World.row(1, 7, period: 202_611, kind: .arrears, point: Self.point)]
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T12")
    #expect(try await amounts() == [700])
    #expect(try await visits() == [707])
    try await twin.run(DeathTests.death(on: 20_261_103))
    #expect(try await amounts().isEmpty)
    #expect(try await visits().isEmpty)
    #expect(try await visits(nil).isEmpty)
    #expect(try await twin.store.payable(card: World.card(1))?.isEmpty == true)
    let held = try await twin.store.collectable(personalID: World.person(1).personalID, list: "C72a-1")
    #expect(held?.payable.isEmpty == true)
    try await twin.run(DeathTests.heir())
    #expect(try await amounts() == [3_000_740])
    #expect(try await visits() == [3_000_740])
    try await twin.compare()
  }

  @Test("A forecast reckons with resumed lines, and with the last months of those that end")
  func forecast() async throws {
    let twin = try await Twin()
    let rows = (2...4).map { World.row($0, Int64($0), period: 202_612) }
    try await twin.credit("T11b", (2...4).map { World.row($0, 100) })
    try await twin.run(.importItems(ItemImport(wholeList: "T12", rows: rows, maker: "Nguyễn A")))
    try await twin.approve("T12")
    func visits() async throws -> [Int64] {
      try await twin.store.visits(
        of: World.social19, point: nil, until: Self.december, on: World.today
      ).sorted()
    }
    #expect(try await visits() == [102, 103, 104, 3_000_000])
    try await twin.run(LineActTests.act(.lineSuspended, line: 2))
    try await twin.run(LineActTests.act(.lineEnded, line: 3, last: 202_612))
    try await twin.run(LineActTests.act(.lineEnded, line: 4, last: 202_611))
    #expect(try await visits() == [100, 103, 3_000_000])
    try await twin.run(LineActTests.act(.lineResumed, line: 2))
    #expect(try await visits() == [100, 102, 103, 3_000_000])
  }

  @Test("A point's list names people as they are known now")
  func identities() async throws {
    let twin = try await Twin()
    try await twin.credit("T12", [World.row(3, 7, period: 202_612, point: Self.point)])
    let new = PersonIdentity(personalID: "079300000001", name: "Nguyễn Thị Ba", birthDate: "1950-02-03")
    #expect(try await twin.run(DeathTests.act(3, .identityChanged(new))).refusal == nil)
    #expect(
      try await twin.store.dues(
        of: World.social19, point: Self.point, before: World.period(), on: World.today
      ).map(\.person) == [new])
    #expect(
      try await twin.store.dues(
        of: World.social19, point: nil, before: World.period(), on: World.today
      ).map(\.person).contains(
        World.person(1)))
  }

  @Test("A person's page has what was reversed, paid by hand and transferred")
  func page() async throws {
    let twin = try await Twin()
    #expect(try await twin.posting(World.posting(1, counter: 1, parts: [World.part(1_000)])).refusal == nil)
    try await twin.run(World.record(1, .paid))
    let visits = [HandPayoutTests.visit(2, parts: [World.part(500)])]
    #expect(try await twin.run(HandPayoutTests.list(visits)).refusal == nil)
    let order = BankTransferTests.order("AS1", parts: [World.part(2_000)])
    #expect(try await twin.run(BankTransferTests.batch([order])).refusal == nil)
    func page() async throws -> StoredPerson {
      try #require(try await twin.store.page(person: World.person(1).personalID))
    }
    let before = try await page()
    #expect(before.payouts.map(\.isReversed) == [false, false])
    #expect(before.payouts.filter(\.isByHand).map(\.transactionID) == [World.id(2)])
    #expect(before.payouts.filter(\.isByHand).map(\.point) == ["XA-19-001"])
    #expect(before.transfers.map(\.reference) == ["AS1"] && before.transfers.map(\.step) == [.ordered])
    for number in 1...2 { #expect(try await twin.run(ReversalTests.reversal(World.id(number))).refusal == nil) }
    try await twin.run(BankTransferTests.statement([BankTransferTests.report("AS1", 2_000, confirmed: false)]))
    let after = try await page()
    #expect(after.payouts.map(\.isReversed) == [true, true] && after.payouts.allSatisfy { !$0.isVoid })
    #expect(after.transfers.map(\.step) == [.rejected] && after.transfers.map(\.amount) == [2_000])
  }
}
