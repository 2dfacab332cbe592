import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

extension ReachTests {
  /// Problems with drawers and bags.
  func provokeShift(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let hands = HandsRequest(maker: "Trần C", office: "BD-79-003", reason: "ca sáng")
    func open(_ id: UInt8) async throws -> HTTPAnswer {
      try await centre.post(
        "/v1/shifts",
        ShiftRequest(
          shift: WireBytes(TestCentre.id(id)), kind: .counter, agent: TestCentre.agent, point: ready.terminal.point,
          terminalKeyHash: WireBytes(ready.terminal.keyHash), float: 5_000, hands: hands))
    }
    func add(_ path: String, _ amount: Int64, shift: String = "00000000000000000000000000000001") async throws
      -> HTTPAnswer
    {
      try await centre.post("/v1/shifts/\(shift)/\(path)", ShiftAmountRequest(amount: amount, hands: hands))
    }
    try expect(try await open(1), gives: ActAnswer.self)
    switch code {
    case .shiftOpen: return try await open(2)
    case .unknownShift: return try await add("top-ups", 1, shift: "00000000000000000000000000000009")
    default:
      try expect(try await add("top-ups", 500), gives: ActAnswer.self)
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let path = "/v1/shifts?agent=\(TestCentre.agent)&point=\(ready.terminal.point)"
      let silent = try #require(try await centre.client.get(path, [ShiftAnswer].self).first)
      #expect(silent.expected == 5_500 && silent.silent == 1 && silent.clerk == "Trần C")
      let paid = try await centre.record(1, .paid, ready.terminal, of: certificate.identity)
      try expect(paid, gives: RecordAnswer.self)
      #expect(try await centre.client.get(path, [ShiftAnswer].self).map(\.expected) == [4_500])
      #expect(try expect(try await add("closing", 4_400), gives: ActAnswer.self).amount == -100)
      #expect(try await centre.client.get(path, [ShiftAnswer].self).isEmpty)
      return try await add("closing", 4_400)
    }
  }
}
