import CardApplication
import CentreTestSupport
import ServiceAPI
import Testing

extension ReachTests {
  /// Problems with what offices decide about payouts.
  func provokeCounter(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "BHXH-79", reason: "chi nhầm người")
    func reverse(_ id: UInt8) async throws -> HTTPAnswer {
      let hex = TestCentre.id(id).map { $0 < 16 ? "0\($0)" : "\($0)" }.joined()
      return try await centre.post("/v1/payouts/\(hex)/reversal", ReversalRequest(hands: hands))
    }
    let ready = try await centre.ready()
    let certificate = try await centre.pay(1, ready.card, ready.terminal)
    switch code {
    case .unknownPayout: return try await reverse(2)
    case .payoutNotPaid: return try await reverse(1)
    default:
      let paid = try await centre.record(1, .paid, ready.terminal, of: certificate.identity)
      try expect(paid, gives: RecordAnswer.self)
      #expect(try expect(try await reverse(1), gives: ActAnswer.self).amount == 1_000)
      return try await reverse(1)
    }
  }
}
