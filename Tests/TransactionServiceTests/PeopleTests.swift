import CardApplication
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

/// People's lives over HTTP.
@Suite("People over HTTP")
struct PeopleTests {
  @Test("A registered collector is paid, and the person's page says by which paper")
  func collector() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      let ready = try await centre.ready()
      try expect(try await desk.paper(until: 20_261_105), gives: ActAnswer.self)
      let plain = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(
        try plain.collected(by: Array("UQ-1".utf8)), at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), gives: PayoutAnswer.self)
      let page = try await centre.get("/v1/cards/\(ready.card.number.digits)/person").decode(PersonAnswer.self)
      #expect(page.payouts.map(\.collector) == ["UQ-1"] && page.isPresenceDue)
      #expect(page.papers.first?.personalID.hasPrefix("****") == true)
      let proof = PresenceRequest(
        place: "BD-79-003", transactionID: WireBytes(TestCentre.id(1)), attested: true, hands: PeopleDesk.hands())
      try expect(try await desk.post("presences", proof), is: .presenceNotOwn)
    }
  }

  @Test("A reference that is no paper's number is decided like any other")
  func oddReference() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let plain = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(try plain.collected(by: [0, 255, 32]), at: ready.terminal)
      try expect(try await centre.payout(certificate.bytes, ready.terminal), is: .unknownPaper)
      #expect(try await centre.store.card(ready.card.number.digits)?.lastCounter == 1)
    }
  }

  @Test("A death, the heir's item and the page: personal IDs are whole only when asked for")
  func death() async throws {
    try await TestCentre.run { centre in
      let desk = PeopleDesk(centre: centre)
      _ = try await centre.ready()
      let id = ListRow.personalID(1)
      #expect(try await centre.get("/v1/people/\(id)").decode(PersonAnswer.self).personalID != id)
      try expect(try await desk.death(), gives: ActAnswer.self)
      #expect(try await desk.heir().decode(ActAnswer.self).amount == 3_000_000)
      let dead = try await centre.get("/v1/people/\(id)?full=true").decode(PersonAnswer.self)
      #expect(dead.personalID == id && dead.diedOn == 20_261_101 && dead.lines.map(\.state) == ["ended"])
      #expect(dead.cards.map(\.state) == ["terminated"] && dead.acts.map(\.act) == ["inherited", "person-died"])
      let heir = try await centre.get("/v1/people/\(ListRow.personalID(2))").decode(PersonAnswer.self)
      #expect(heir.items.map(\.kind) == ["inherited"] && heir.lines.map(\.open) == [3_000_000])
      let due = try await centre.get("/v1/presences/due").decode(PresencesDueAnswer.self)
      #expect(due.people.map(\.id) == [heir.id] && due.next == nil)
      let rest = try await centre.get("/v1/presences/due?after=\(heir.id)").decode(PresencesDueAnswer.self)
      #expect(rest.people.isEmpty)
      try expect(try await centre.get("/v1/presences/due?after=x"), is: .malformedRequest)
    }
  }

  @Test("Officials are listed by name")
  func staff() async throws {
    try await TestCentre.run { centre in
      try expect(try await PeopleDesk(centre: centre).staff("Quản Trị", .administrator), gives: ActAnswer.self)
      let staff = try await centre.get("/v1/staff").decode(StaffAnswer.self)
      #expect(staff.officials == [OfficialLine(official: "Quản Trị", role: .administrator, act: 1)])
    }
  }
}
