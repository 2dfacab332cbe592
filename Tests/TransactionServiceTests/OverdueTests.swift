import CentreTestSupport
import ServiceAPI
import Testing

/// Unemployment benefit of which the last day to collect comes and goes.
@Suite("Past the last day to collect")
struct OverdueTests {
  @Test("The list, the forecast and the request count it on its last day, and not the day after")
  func bothSides() async throws {
    try await TestCentre.run { centre in
      try await centre.credit([ListRow(1, 300, .unemployment01, period: "2026-08")], list: "U08")
      let hands = HandsRequest(
        maker: "Nguyễn A", checker: "Lê B", office: "BHXH-01", reason: "hết thời gian hưởng")
      let end = LineActRequest(act: .end, lastPeriod: 202_608, hands: hands)
      try expect(try await centre.post("/v1/lines/1/acts", end), gives: ActAnswer.self)
      func need() async throws -> NeedLine? {
        try await centre.get("/v1/units/BHXH-01/needs/202612").decode(NeedAnswer.self).lines.first
      }
      func dues() async throws -> DueAnswer {
        try await centre.get("/v1/units/BHXH-01/dues").decode(DueAnswer.self)
      }
      func forecast() async throws -> [ForecastLine] {
        try await centre.get("/v1/forecasts/202612?unit=BHXH-01").decode(ForecastAnswer.self).lines
      }
      // Three months after August: 30 November is the last day.
      centre.clock.advance(25 * 86_400)
      #expect(try await dues().lines.map(\.amount) == [300])
      #expect(try await dues().overdue.isEmpty)
      #expect(try await forecast().map(\.amount) == [300])
      #expect(try await need()?.owed == 300)
      centre.clock.advance(86_400)
      #expect(try await dues().lines.isEmpty)
      let line = try #require(try await dues().overdue.first)
      #expect(line.programme == "BHTN-TCTN" && line.persons == 1 && line.amount == 300)
      #expect(try await forecast().isEmpty)
      let after = try #require(try await need())
      #expect(after.owed == 0 && after.overdue == 300)
    }
  }

  @Test(
    "Nothing is asked for what is overdue, and nothing else is paid of its money",
    arguments: [(0, 100), (300, 100), (350, 50), (500, 0), (-10, 110), (200, 100)]
      as [(Int64, Int64)])
  func request(_ held: Int64, _ request: Int64) {
    let none = TallyAnswer(persons: 0, amount: 0)
    let line = NeedLine(
      funder: "QBHTN@VN", next: TallyAnswer(persons: 1, amount: 100), isEstimate: false,
      arrears: none, funeral: none,
      oneOff: none, owed: 0, overdue: 300, held: held)
    #expect(line.request == request)
  }
}
