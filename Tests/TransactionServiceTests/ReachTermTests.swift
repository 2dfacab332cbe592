import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

extension ReachTests {
  /// What an unemployment benefit of May still has, three months after its end: no terminal is offered it, the counter
  /// shows it apart, and by hand it is refused by its line.
  func provokeTerm(_ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    try await centre.credit([ListRow(1, 300, .unemployment01, period: "2026-05")], list: "U05")
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "BHXH-01", reason: "hết thời gian hưởng")
    let end = LineActRequest(act: .end, lastPeriod: 202_605, hands: hands)
    try expect(try await centre.post("/v1/lines/2/acts", end), gives: ActAnswer.self)
    let number = ready.card.number.digits
    let seen = try await centre.get("/v1/cards/\(number)/counter").decode(CounterAnswer.self)
    #expect(seen.payable.map(\.amount) == [3_000_000] && seen.overdue.map(\.amount) == [300])
    let challenge = ChallengeRequest(
      transactionID: WireBytes(TestCentre.id(4)), cardNumber: number,
      terminalKeyHash: WireBytes(ready.terminal.keyHash))
    let offered = try await centre.post("/v1/challenges", challenge).decode(ChallengeAnswer.self)
    #expect(offered.payable.map(\.amount) == [3_000_000])
    let question = CollectableRequest(personalIDs: [ListRow.personalID(1)], list: "C72a-1")
    let collectable = try await centre.post("/v1/collectables", question).decode([CollectableAnswer].self)
    #expect(collectable[0].payable.map(\.amount) == [3_000_000] && collectable[0].overdue.map(\.amount) == [300])
    let answer = try await byHand(centre, entry: HandEntry(line: 2, period: 202_605, amount: 300))
    #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng 7: ") == true)
    return answer
  }
}
