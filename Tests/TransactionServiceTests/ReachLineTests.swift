import CardApplication
import CentreTestSupport
import ServiceAPI
import Testing
import VietnamReference

extension ReachTests {
  /// Problems with lines.
  func provokeLine(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-19-05443", reason: "đi xa")
    func act(_ name: LineActName, line: Int = 1, last: UInt32? = nil) async throws -> HTTPAnswer {
      try await centre.post("/v1/lines/\(line)/acts", LineActRequest(act: name, lastPeriod: last, hands: hands))
    }
    let ready = try await centre.ready()
    switch code {
    case .unknownLine: return try await act(.suspend, line: 99)
    case .lineNotSuspended: return try await act(.resume)
    case .lineEnded:
      try expect(try await act(.end, last: 202_610), gives: ActAnswer.self)
      return try await act(.suspend)
    case .monthAfterEnd:
      try expect(try await act(.end, last: 202_611), gives: ActAnswer.self)
      let rows = [ListRow(2, 5, period: "2026-12"), ListRow(1, 5, period: "2026-12")]
      let answer = try await centre.importList(rows, list: "T12")
      #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng ") == true)
      try expect(try await act(.resume), gives: ActAnswer.self)
      try expect(try await centre.importList(rows, list: "T12"), gives: ListAnswer.self)
      return answer
    case .programmeSuspended:
      try expect(try await act(.suspend), gives: ActAnswer.self)
      let answer = try await centre.importList([ListRow(1, 5, .pension01, period: "2026-12")], list: "T12")
      #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng ") == true)
      return answer
    case .personDiffers:
      var other = ListRow(1, 5, period: "2026-12")
      other.name = "Nguyễn Văn Khác"
      let answer = try await centre.importList([ListRow(2, 5, period: "2026-12"), other], list: "T12")
      #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng ") == true)
      return answer
    case .termOver:
      try await centre.credit([ListRow(1, 300, .unemployment01, period: "2026-05")], list: "U05")
      try expect(
        try await centre.post(
          "/v1/lines/2/acts", LineActRequest(act: .end, lastPeriod: 202_605, hands: hands)), gives: ActAnswer.self)
      let items = [ItemReference(line: 2, period: 202_605)]
      for name in [UncollectedActName.lapse, .reclaim] {
        let answer = try await centre.post(
          "/v1/uncollected/acts", UncollectedActRequest(act: name, items: items, hands: hands))
        if name == .reclaim { return answer }
        try expect(answer, gives: ActAnswer.self)
      }
      return try await act(.resume)
    default:
      let order = try await centre.order(1, ready.card.number, ready.terminal, amount: 1_000)
      try expect(try await act(.suspend), gives: ActAnswer.self)
      return try await centre.payout(ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal)
    }
  }
}
