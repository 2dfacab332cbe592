import CardApplication
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

/// What a clerk sees of a card's holder.
@Suite("The counter's view over HTTP")
struct CounterViewTests {
  private static let day: Int64 = 86_400

  private func see(_ desk: PeopleDesk) async throws {
    let proof = PresenceRequest(place: "BD-79-003", attested: true, hands: PeopleDesk.hands())
    try expect(try await desk.post("presences", proof), gives: ActAnswer.self)
  }

  @Test("A proof of life is warned about from its eleventh month on, by the centre's calendar, and ends with the year")
  func presence() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      let ready = try await centre.ready()
      func presence() async throws -> PresenceAnswer {
        try await centre.get("/v1/cards/\(ready.card.number.digits)/counter").decode(CounterAnswer.self).presence
      }
      #expect(try await presence() == PresenceAnswer(isDue: true, isOver: true))
      try await see(desk)
      func expected(_ isDue: Bool, _ isOver: Bool) -> PresenceAnswer {
        PresenceAnswer(lastSeenOn: 20_261_105, goodUntil: 20_271_105, isDue: isDue, isOver: isOver)
      }
      #expect(try await presence() == expected(false, false))
      // 4 October 2027, the last day before eleven months have passed; then the fifth.
      centre.clock.advance(333 * Self.day)
      #expect(try await presence() == expected(false, false))
      centre.clock.advance(Self.day)
      #expect(try await presence() == expected(true, false))
      // 5 November 2027, its last day; then the sixth.
      centre.clock.advance(31 * Self.day)
      #expect(try await presence() == expected(true, false))
      centre.clock.advance(Self.day)
      #expect(try await presence() == expected(true, true))
      // A challenge says the same, and seeing the holder ends it.
      try await see(desk)
      #expect(try await presence().isDue == false)
    }
  }

  @Test("On a point's list two people of one name and one end of their IDs are two, in the order of Vietnamese lists")
  func dues() async throws {
    try await TestCentre.run { centre in
      try await centre.credit([ListRow(10_001, 700), ListRow(1, 500), ListRow(1, 40, period: "2026-10")])
      let answer = try await centre.get("/v1/units/BHXH-19/dues").decode(DueAnswer.self)
      #expect(Set(answer.lines.map(\.maskedPersonalID)) == ["********0001"])
      #expect(answer.lines.map(\.person) == [1, 2] && answer.lines.map(\.amount) == [540, 700])
      #expect(answer.lines[0].months == [202_610, 202_611])
    }
  }

  @Test("Who may collect today, what, and until when")
  func collectors() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      let ready = try await centre.ready()
      try expect(try await desk.paper(until: 20_261_105), gives: ActAnswer.self)
      try expect(
        try await desk.paper("UQ-2", "BTXH-KT1", from: 20_261_106, until: 20_261_206), gives: ActAnswer.self)
      func view() async throws -> CounterAnswer {
        try await centre.get("/v1/cards/\(ready.card.number.digits)/counter").decode(CounterAnswer.self)
      }
      let today = try await view()
      #expect(today.payable.map(\.amount) == [3_000_000])
      #expect(today.collectors.map(\.paper) == ["UQ-1"] && today.collectors.map(\.until) == [20_261_105])
      #expect(today.collectors.map(\.maskedPersonalID) == ["********0002"])
      #expect(today.collectors.map(\.programmeName.vi) == ["Lương hưu hằng tháng"])
      centre.clock.advance(Self.day)
      #expect(try await view().collectors.map(\.paper) == ["UQ-2"])
      try expect(try await centre.get("/v1/cards/9900000000000099/counter"), is: .unknownCard)
    }
  }
}
