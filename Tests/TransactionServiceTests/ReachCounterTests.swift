import CardApplication
import CentreTestSupport
import ServiceAPI
import Testing
import VietnamReference

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

  /// A list that pays one person by hand.
  func byHand(
    _ centre: TestCentre, _ id: UInt8 = 1, person: Int = 1, reason: String? = "thẻ hỏng",
    entry: HandEntry = HandEntry(line: 1, period: 202_611, amount: 1_000)
  ) async throws -> HTTPAnswer {
    let visit = HandVisitRequest(
      row: 7, transactionID: WireBytes(TestCentre.id(id)), personalID: ListRow.personalID(person),
      entries: [entry], cardReason: reason)
    let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-79-26734", reason: "danh sách ký nhận")
    return try await centre.post(
      "/v1/hand-payouts",
      HandPayoutRequest(
        list: "C72a-1", scan: WireBytes([UInt8](repeating: 1, count: 32)), agent: TestCentre.agent,
        point: "XA-79-003", province: "79", commune: "26734", visits: [visit], hands: hands))
  }

  /// Problems with payouts by hand.
  func provokeByHand(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    _ = try await centre.ready()
    let question = CollectableRequest(personalIDs: [1, 2].map { ListRow.personalID($0) }, list: "C72a-1")
    func ask() async throws -> [CollectableAnswer] {
      try expect(try await centre.post("/v1/collectables", question), gives: [CollectableAnswer].self)
    }
    let before = try await ask()
    #expect(before.map(\.known) == [true, false] && before.map(\.liveCard) == [true, false])
    #expect(before[0].payable.map(\.amount) == [3_000_000] && !before[0].paidByList)
    switch code {
    case .cardReasonNeeded:
      let answer = try await byHand(centre, reason: nil)
      #expect(try answer.problem().rows.first?.vi.hasPrefix("Dòng 7: ") == true)
      return answer
    default:
      #expect(try expect(try await byHand(centre), gives: ActAnswer.self).amount == 1_000)
      #expect(try await ask()[0].paidByList)
      return try await byHand(centre, 2)
    }
  }
}
