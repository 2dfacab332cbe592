import CentreTestSupport
import ServiceAPI
import Testing

extension ReachTests {
  /// Deaths that can't be withdrawn yet.
  func provokeDeath(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let desk = PeopleDesk(centre: centre)
    _ = try await centre.ready()
    try expect(try await desk.death(), gives: ActAnswer.self)
    try expect(try await code == .funeralStands ? desk.funeral() : desk.heir(), gives: ActAnswer.self)
    return try await desk.post("death-withdrawals", PeopleDesk.hands())
  }
}

/// Deaths that are withdrawn, over HTTP.
@Suite("Withdrawn deaths over HTTP")
struct WithdrawnDeathTests {
  @Test("The heir's item is corrected to nothing; then the person lives, on the page as well")
  func withdrawn() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      _ = try await centre.ready()
      let hands = PeopleDesk.hands()
      try expect(try await desk.post("death-withdrawals", hands), is: .personNotDead)
      try expect(try await desk.death(), gives: ActAnswer.self)
      try expect(try await desk.heir(), gives: ActAnswer.self)
      try expect(try await desk.post("death-withdrawals", hands), is: .inheritanceStands)
      let correction = CorrectionRequest(
        item: ItemReference(line: 2, period: 202_611, kind: .inherited), amount: 0, hands: hands)
      try expect(try await centre.post("/v1/items/corrections", correction), gives: ActAnswer.self)
      try expect(
        try await desk.post("death-withdrawals", PeopleDesk.hands("Nguyễn A", nil)), is: .fourEyesNeeded)
      let answer = try await desk.post("death-withdrawals", hands).decode(ActAnswer.self)
      #expect(answer.withdrawn == DeathWithdrawnAnswer(lines: 1, cards: 1) && answer.amount == 0)
      let page = try await centre.get("/v1/people/\(ListRow.personalID(1))").decode(PersonAnswer.self)
      #expect(page.diedOn == nil && page.lines.map(\.state) == ["active"])
      #expect(page.cards.map(\.state) == ["terminated"] && page.acts.first?.act == "death-withdrawn")
      try expect(try await desk.post("death-withdrawals", hands), is: .personNotDead)
    }
  }
}
