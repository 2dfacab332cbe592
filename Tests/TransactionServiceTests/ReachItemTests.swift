import CentreTestSupport
import ServiceAPI
import Testing

extension ReachTests {
  /// Problems with corrections, uncollected items, overpayments and deductions.
  func provokeItem(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-19-05443", reason: "ghi nhầm")
    try await centre.credit([ListRow(1, 1_000)])
    let item = ItemReference(line: 1, period: 202_611)
    func owe(_ agent: String? = nil) async throws {
      let request = OverpaymentRequest(line: 1, amount: 500, agent: agent, hands: hands)
      try expect(try await centre.post("/v1/receivables", request), gives: ActAnswer.self)
    }
    func recover(_ number: Int, _ amount: Int64) async throws -> HTTPAnswer {
      try await centre.post(
        "/v1/receivables/\(number)/acts",
        ReceivableActRequest(act: .recover, amount: amount, reference: "PT 1", hands: hands))
    }
    func order(_ percent: Int64, receivable: Int64? = nil) async throws -> HTTPAnswer {
      let party = receivable == nil ? "THADS-19" : nil
      return try await centre.post(
        "/v1/deductions",
        DeductionRequest(line: 1, receivable: receivable, party: party, percent: percent, hands: hands))
    }
    func correct(_ amount: Int64, _ period: UInt32 = 202_611) async throws -> HTTPAnswer {
      try await centre.post(
        "/v1/items/corrections",
        CorrectionRequest(item: ItemReference(line: 1, period: period), amount: amount, hands: hands))
    }
    func act(_ name: UncollectedActName) async throws -> HTTPAnswer {
      try await centre.post("/v1/uncollected/acts", UncollectedActRequest(act: name, items: [item], hands: hands))
    }
    switch code {
    case .unknownItem: return try await correct(0, 202_610)
    case .amountNotLower: return try await correct(1_000)
    case .termNotOver: return try await act(.lapse)
    case .nothingUncollected: return try await act(.reclaim)
    case .unknownReceivable: return try await recover(1, 1)
    case .amountOverRest:
      try await owe()
      return try await recover(1, 501)
    case .receivableElsewhere:
      try await centre.registerAgent()
      try await owe(TestCentre.agent)
      return try await order(10, receivable: 1)
    case .shareTooHigh: return try await order(101)
    case .unknownDeduction: return try await centre.post("/v1/deductions/1/stop", hands)
    default:
      try expect(try await order(10), gives: ActAnswer.self)
      try expect(try await centre.post("/v1/deductions/1/stop", hands), gives: ActAnswer.self)
      return try await centre.post("/v1/deductions/1/stop", hands)
    }
  }
}
