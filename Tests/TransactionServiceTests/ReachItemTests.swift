import CentreTestSupport
import ServiceAPI
import Testing

extension TestCentre {
  /// Pays `amount` đồng of line 1's November to a bank account.
  func transfer(_ amount: Int64, _ hands: HandsRequest) async throws {
    let mark = AccountMarkRequest(
      bank: "970436", lastFour: "4417", salt: WireBytes([UInt8](repeating: 1, count: 16)),
      hash: WireBytes([UInt8](repeating: 2, count: 32)))
    let row = TransferOrderRow(
      row: 1, reference: "AS1", personalID: ListRow.personalID(1),
      entries: [HandEntry(line: 1, period: 202_611, amount: amount)], account: mark,
      holder: "NGUYEN THI HOA")
    let request = TransferOrderRequest(batch: "CK-1", orders: [row], hands: hands)
    try expect(try await post("/v1/transfers", request), gives: ActAnswer.self)
  }
}

extension ReachTests {
  /// Problems with corrections, uncollected items, overpayments and deductions.
  func provokeItem(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-19-05443", reason: "ghi nhầm")
    try await centre.credit([ListRow(1, 1_000)])
    let item = ItemReference(line: 1, period: 202_611)
    func find(_ agent: String? = nil) async throws -> HTTPAnswer {
      try await centre.post(
        "/v1/receivables", OverpaymentRequest(item: item, amount: 500, agent: agent, hands: hands))
    }
    func owe(_ agent: String? = nil) async throws {
      try await centre.transfer(500, hands)
      try expect(try await find(agent), gives: ActAnswer.self)
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
    case .amountOverPaid:
      try expect(try await find(), is: .amountOverPaid)
      try await owe()
      return try await find()
    case .receivableElsewhere:
      try await centre.registerAgent()
      try await owe(TestCentre.agent)
      return try await order(10, receivable: 1)
    case .shareTooHigh: return try await order(101)
    case .unknownDeduction: return try await centre.post("/v1/deductions/1/stop", hands)
    default:
      try expect(try await order(10), gives: ActAnswer.self)
      try expect(try await centre.post("/v1/deductions/2/stop", hands), gives: ActAnswer.self)
      return try await centre.post("/v1/deductions/2/stop", hands)
    }
  }
}
