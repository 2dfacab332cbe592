import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// A suspension and an end hold for a person's programme, whatever unit lists it and whoever pays.
@Suite("A decision about a line holds for the person's other lines of the programme")
struct OtherLineTests {
  private static let pension01 = Funder(kind: .pensionSurvivorFund, provinceCode: "01")

  /// A list of one row of person 1 in Hà Nội, beside line 1 in Thái Nguyên.
  private static func list(
    _ name: String, period: Int32 = 202_612, programme: UInt16 = 1, kind: ItemKind = .regular
  ) -> LedgerCommand {
    let row = World.row(
      1, 50, period: period, unit: World.social01, funder: pension01, programme: programme, kind: kind)
    return .importItems(ItemImport(wholeList: name, rows: [World.row(7, 5, period: period), row], maker: "A"))
  }

  private static func end(_ last: Int32, moved: Bool = true, line: UInt32 = 1) -> LedgerCommand {
    .actOnLine(
      LineAct(
        line: line, kind: .lineEnded, lastPeriod: World.period(last), isMove: moved, hands: World.hands()))
  }

  private static func funded() async throws -> Twin {
    let twin = try await Twin()
    try await twin.run(
      .fund(
        Funding(unit: World.social01, funder: pension01, amount: 1_000, reference: "UNC 2", hands: World.hands())))
    return twin
  }

  @Test("What is suspended is on nobody else's list until two persons resume it")
  func suspended() async throws {
    let twin = try await Self.funded()
    try await twin.run(LineActTests.act(.lineSuspended))
    for kind in [ItemKind.regular, .arrears, .oneOff] {
      let answer = try await twin.run(Self.list("N", kind: kind))
      #expect(answer == .refused(LedgerRefusal(.programmeSuspended, place: 1)))
    }
    // Another programme is another decision; the line's own months are credited and held.
    #expect(try await twin.refusal(Self.list("P", programme: 2)) == nil)
    let own = ItemImport(wholeList: "T12", rows: [World.row(1, 70, period: 202_612)], maker: "A")
    #expect(try await twin.refusal(.importItems(own)) == nil)
    #expect(try await twin.refusal(LineActTests.act(.lineResumed, checker: "")) == .fourEyesNeeded)
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.refusal(Self.list("N", period: 202_701)) == nil)
    try await twin.compare()
  }

  @Test("What has ended goes on nowhere, unless its end says that the person moves")
  func ended() async throws {
    let twin = try await Self.funded()
    try await twin.run(Self.end(202_611, moved: false))
    #expect(try await twin.run(Self.list("N")) == .refused(LedgerRefusal(.monthAfterEnd, place: 1)))
    // Resumed by two persons and ended as a move, it goes on there.
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.refusal(Self.end(202_611)) == nil)
    #expect(try await twin.refusal(Self.list("N")) == nil)
    // Here it stays ended, and an end there ends it for good.
    let own = ItemImport(wholeList: "T12", rows: [World.row(1, 70, period: 202_701)], maker: "A")
    #expect(try await twin.refusal(.importItems(own)) == .monthAfterEnd)
    try await twin.run(Self.end(202_612, moved: false, line: 3))
    let third = World.row(1, 50, period: 202_701, unit: World.social01, funder: World.pension)
    #expect(
      try await twin.refusal(.importItems(ItemImport(wholeList: "O", rows: [third], maker: "A"))) == .monthAfterEnd)
    try await twin.compare()
  }

  @Test("A move does not hide a suspension, and a death after it changes nothing of it")
  func movedWhileSuspended() async throws {
    let twin = try await Self.funded()
    try await twin.run(LineActTests.act(.lineSuspended))
    try await twin.run(Self.end(202_610))
    #expect(try await twin.refusal(Self.list("N")) == .programmeSuspended)
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.refusal(Self.list("N")) == nil)
    try await twin.compare()
    try await twin.run(DeathTests.death(on: 20_261_103))
    #expect(try await twin.refusal(Self.list("O", period: 202_701)) == .monthAfterEnd)
    try await twin.compare()
  }

  @Test("What was listed before the decision goes back to its fund when it is credited", arguments: [true, false])
  func listedBefore(_ isSuspended: Bool) async throws {
    let twin = try await Self.funded()
    try await twin.run(Self.list("N"))
    try await twin.approve("N")
    try await twin.run(isSuspended ? LineActTests.act(.lineSuspended) : Self.end(202_611, moved: false))
    let back = try CreditReturned([50])
    #expect(
      try await twin.run(.creditCycle(CycleCredit(list: "N")))
        == .credited(CreditResult(items: 1, amount: 5, remaining: 0, returned: back)))
    try await twin.compare()
    // Once it is resumed it can be listed again.
    try await twin.run(LineActTests.act(.lineResumed))
    #expect(try await twin.refusal(Self.list("O", period: 202_612, kind: .regular)) == .duplicateItem)
    let again = World.row(1, 50, period: 202_612, unit: World.social01, funder: Self.pension01)
    #expect(try await twin.refusal(.importItems(ItemImport(wholeList: "O", rows: [again], maker: "A"))) == nil)
    try await twin.compare()
  }

  @Test("An order takes nothing of what goes back")
  func deducted() async throws {
    let twin = try await Self.funded()
    try await twin.run(Self.list("N"))
    try await twin.approve("N")
    let terms = DeductionTerms(purpose: .thirdParty("THADS-01"), share: .percent(20))
    #expect(try await twin.refusal(World.order(terms, line: 3)) == nil)
    try await twin.run(LineActTests.act(.lineSuspended))
    try await twin.run(.creditCycle(CycleCredit(list: "N")))
    try await twin.compare()
  }

  @Test("An item credited elsewhere while its benefit was stopped is named")
  func audited() async throws {
    let twin = try await Self.funded()
    try await twin.run(LineActTests.act(.lineSuspended), at: World.now - 2_000)
    try await twin.run(LineActTests.act(.lineResumed), at: World.now - 1_000)
    try await twin.credit("H", [World.row(1, 50, period: 202_612, unit: World.social01, funder: Self.pension01)])
    try await twin.compare()
    // As if the suspension had not been ended yet.
    try await twin.store.pool.write { try $0.execute(sql: "UPDATE act SET acted_at = acted_at + 60000 WHERE kind = 2") }
    let report = try await twin.store.audit(evidence: World.verify)
    let place = "item credited while its benefit was stopped on another line: "
    #expect(report.problems.contains { $0.place.hasPrefix(place) })
    try await twin.store.pool.write { try $0.execute(sql: "UPDATE line_state SET moved = 1") }
    let other = try await twin.store.audit(evidence: World.verify)
    #expect(other.problems.contains { $0.place == "line whose state is not what was last decided: 1" })
  }
}
