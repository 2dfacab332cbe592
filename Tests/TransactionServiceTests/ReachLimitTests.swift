import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

extension ReachTests {
  /// Problems with what card payouts may come to.
  func provokeLimit(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "BHXH-79", reason: "kỳ 11/2026")
    let limits = PayoutLimitsAnswer(
      mostPerVisit: code == .visitOverLimit ? 999 : 0, visitsPerCardDay: code == .cardVisitsOver ? 1 : 0,
      mostPerTerminalDay: code == .terminalOverLimit ? 1_999 : 0)
    let none = try await centre.client.get("/v1/payout-limits", PayoutLimitsAnswer.self)
    #expect(none == PayoutLimitsAnswer(mostPerVisit: 0, visitsPerCardDay: 0, mostPerTerminalDay: 0))
    try expect(
      try await centre.post("/v1/payout-limits", PayoutLimitsRequest(limits: limits, hands: hands)),
      gives: ActAnswer.self)
    #expect(try await centre.client.get("/v1/payout-limits", PayoutLimitsAnswer.self) == limits)
    var previous = PaperCard.zeros
    if code != .visitOverLimit { previous = try await centre.pay(1, ready.card, ready.terminal).identity }
    let order = try await centre.order(2, ready.card.number, ready.terminal)
    let certificate = try ready.card.certificate(
      order, at: ready.terminal, counter: code == .visitOverLimit ? 1 : 2, previous: previous)
    return try await centre.payout(certificate.bytes, ready.terminal)
  }
}
