import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

extension ReachTests {
  private func comesBack(
    _ centre: TestCentre, _ hands: HandsRequest, amount: Int64 = 2_000
  ) async throws -> HTTPAnswer {
    try await centre.post(
      "/v1/transfers/AS1/return", TransferReturnRequest(amount: amount, bankReference: "BC 9", hands: hands))
  }

  /// Problems with transfers to bank accounts.
  func provokeTransfer(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    _ = try await centre.ready()
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "BHXH-79", reason: "kỳ 11/2026")
    func order(_ batch: String, holder: String = "NGUYEN THI  HOA", reason: String? = nil) async throws -> HTTPAnswer {
      let mark = AccountMarkRequest(
        bank: "970436", lastFour: "4417", salt: WireBytes([UInt8](repeating: 1, count: 16)),
        hash: WireBytes([UInt8](repeating: 2, count: 32)))
      let row = TransferOrderRow(
        row: 3, reference: "AS1", personalID: ListRow.personalID(1),
        entries: [HandEntry(line: 1, period: 202_611, amount: 2_000)], account: mark,
        holder: holder, holderReason: reason)
      return try await centre.post("/v1/transfers", TransferOrderRequest(batch: batch, orders: [row], hands: hands))
    }
    func settle(_ confirmed: Bool, reference: String = "AS1", amount: Int64 = 2_000) async throws -> HTTPAnswer {
      let row = TransferReportRow(row: 4, reference: reference, amount: amount, confirmed: confirmed)
      return try await centre.post(
        "/v1/transfer-statements", TransferStatementRequest(statement: "SK-1", reports: [row], hands: hands))
    }
    if code == .holderDiffers {
      let answer = try await order("CK-1", holder: "Nguyễn Văn Khác")
      #expect(try answer.problem().rows.map(\.vi) == ["Dòng 3"])
      try expect(try await order("CK-1", holder: "", reason: " "), is: .holderDiffers)
      try expect(try await order("CK-1", holder: "Nguyễn Văn Khác", reason: "con nhận hộ"), gives: ActAnswer.self)
      let told = try await centre.client.get("/v1/transfers", [TransferAnswer].self)
      #expect(told.map(\.holder) == ["reason con nhận hộ"])
      return answer
    }
    #expect(try expect(try await order("CK-1"), gives: ActAnswer.self).amount == 2_000)
    let listed = try await centre.client.get("/v1/transfers", [TransferAnswer].self)
    #expect(listed.map(\.state) == [.ordered] && listed.map(\.lastFour) == ["4417"])
    switch code {
    case .unknownTransfer: return try await settle(true, reference: "AS9")
    case .transferAmount: return try await settle(true, amount: 2_001)
    case .transferUnconfirmed: return try await comesBack(centre, hands)
    case .transferReturned:
      try expect(try await settle(true), gives: ActAnswer.self)
      try expect(try await comesBack(centre, hands, amount: 1_999), is: .transferAmount)
      #expect(try expect(try await comesBack(centre, hands), gives: ActAnswer.self).amount == 2_000)
      #expect(try await centre.client.get("/v1/transfers", [TransferAnswer].self).map(\.state) == [.returned])
      return try await comesBack(centre, hands)
    case .transferKnown:
      let answer = try await order("CK-2")
      #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng 3: ") == true)
      return answer
    default:
      let confirmed = code == .transferConfirmed
      try expect(try await settle(confirmed), gives: ActAnswer.self)
      let share = try await centre.client.get("/v1/cashless/202611", [CashlessLine].self)
      #expect(share.map(\.transferAmount) == (confirmed ? [2_000] : []))
      #expect(try await centre.client.get("/v1/transfers?after=AS1", [TransferAnswer].self).isEmpty)
      return try await settle(!confirmed)
    }
  }
}
