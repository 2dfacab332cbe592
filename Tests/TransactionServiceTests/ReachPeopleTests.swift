import CardApplication
import CentreTestSupport
import PayoutPoint
import ServiceAPI
import Testing

/// What the tests of people's lives post.
struct PeopleDesk: Sendable {
  let centre: TestCentre

  static func hands(_ maker: String = "Nguyễn A", _ checker: String? = "Lê B") -> HandsRequest {
    HandsRequest(maker: maker, checker: checker, office: "XA-19-05443", reason: "theo giấy tờ")
  }

  static func person(_ number: Int) -> NamedPerson {
    NamedPerson(personalID: ListRow.personalID(number), name: ListRow.name(number), birthDate: "1952-05-17")
  }

  func post(_ place: String, _ body: some Encodable, of number: Int = 1) async throws -> HTTPAnswer {
    try await centre.post("/v1/people/\(ListRow.personalID(number))/\(place)", body)
  }

  func death(of number: Int = 1) async throws -> HTTPAnswer {
    try await post("death", DeathRequest(diedOn: 20_261_101, document: "KT-1", hands: Self.hands()), of: number)
  }

  func heir(_ heir: Int = 2, of number: Int = 1) async throws -> HTTPAnswer {
    try await post("heir", PersonNameRequest(person: Self.person(heir), hands: Self.hands()), of: number)
  }

  func funeral(_ claimant: Int = 2) async throws -> HTTPAnswer {
    try await post(
      "funeral",
      FuneralRequest(
        claimant: Self.person(claimant), programme: "BTXH-MT", list: "MTP", hands: Self.hands()))
  }

  func paper(
    _ paper: String = "UQ-1", _ programme: String = "BHXH-HUU", from: UInt32 = 20_251_106, until: UInt32
  ) async throws -> HTTPAnswer {
    try await post(
      "representatives",
      RepresentativeRequest(
        paper: paper, kind: .collector, representative: Self.person(2), programme: programme, from: from,
        until: until, hands: Self.hands()))
  }

  func staff(
    _ official: String, _ role: RoleName, _ hands: HandsRequest = hands(), at place: String = "appointments"
  ) async throws -> HTTPAnswer {
    try await centre.post("/v1/staff/\(place)", StaffRequest(official: official, role: role, hands: hands))
  }
}

extension ReachTests {
  /// Problems with people and officials.
  func people(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let desk = PeopleDesk(centre: centre)
    switch code {
    case .unknownPerson: return try await desk.death(of: 9)
    case .notAppointed, .administratorFirst, .lastAdministrator, .alreadyAppointed, .roleNotHeld:
      return try await staff(code, desk)
    default: break
    }
    let ready = try await centre.ready()
    switch code {
    case .personNotDead: return try await desk.heir()
    case .deathKnown, .personDead, .heirDead, .nothingToInherit, .funeralKnown:
      return try await afterDeath(code, desk, ready)
    case .identityKnown:
      try await centre.credit([ListRow(2, 1)], list: "T12")
      return try await desk.post(
        "identity", PersonNameRequest(person: PeopleDesk.person(1), hands: PeopleDesk.hands()), of: 2)
    case .presenceNotAttested, .presenceNotOwn:
      let other = code == .presenceNotOwn ? WireBytes(TestCentre.id(9)) : nil
      return try await desk.post(
        "presences",
        PresenceRequest(
          place: "BD-79-003", transactionID: other, attested: other != nil, hands: PeopleDesk.hands()))
    default: return try await paper(code, desk, ready)
    }
  }

  private func afterDeath(_ code: ProblemCode, _ desk: PeopleDesk, _ ready: Ready) async throws -> HTTPAnswer {
    let order = try await desk.centre.order(1, ready.card.number, ready.terminal)
    try expect(try await desk.death(), gives: ActAnswer.self)
    switch code {
    case .deathKnown: return try await desk.death()
    case .personDead:
      let challenge = ChallengeRequest(
        transactionID: WireBytes(TestCentre.id(4)), cardNumber: ready.card.number.digits,
        terminalKeyHash: WireBytes(ready.terminal.keyHash))
      try expect(try await desk.centre.post("/v1/challenges", challenge), is: .personDead)
      return try await desk.centre.payout(
        ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal)
    case .heirDead: return try await desk.heir(1)
    case .nothingToInherit:
      try expect(try await desk.heir(), gives: ActAnswer.self)
      return try await desk.heir()
    default:
      try expect(try await desk.funeral(), gives: ActAnswer.self)
      return try await desk.funeral(3)
    }
  }

  private func paper(_ code: ProblemCode, _ desk: PeopleDesk, _ ready: Ready) async throws -> HTTPAnswer {
    let today: UInt32 = 20_261_105
    func collect() async throws -> HTTPAnswer {
      let order = try await desk.centre.order(1, ready.card.number, ready.terminal)
        .collected(by: Array("UQ-1".utf8))
      return try await desk.centre.payout(
        ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal)
    }
    switch code {
    case .unknownPaper: return try await collect()
    case .representativeNotCovering:
      try expect(try await desk.paper("UQ-1", "BTXH-KT1", until: today), gives: ActAnswer.self)
      return try await collect()
    case .representativeExpired:
      try expect(try await desk.paper(until: today), gives: ActAnswer.self)
      desk.centre.clock.advance(86_400)
      return try await collect()
    case .representativeKnown:
      try expect(try await desk.paper(until: today), gives: ActAnswer.self)
      return try await desk.paper("UQ-2", until: today)
    default:
      try expect(try await desk.paper(until: today), gives: ActAnswer.self)
      return try await desk.paper(until: today)
    }
  }

  private func staff(_ code: ProblemCode, _ desk: PeopleDesk) async throws -> HTTPAnswer {
    if code == .administratorFirst { return try await desk.staff("Lê B", .commune) }
    try expect(try await desk.staff("Quản Trị", .administrator), gives: ActAnswer.self)
    let hands = PeopleDesk.hands("Quản Trị", "Lê B")
    switch code {
    case .notAppointed: return try await desk.staff("Lê B", .commune)
    case .alreadyAppointed: return try await desk.staff("quản trị", .administrator, hands)
    case .lastAdministrator:
      try expect(try await desk.staff("Lê B", .inspector, hands), gives: ActAnswer.self)
      return try await desk.staff("Quản Trị", .administrator, hands, at: "dismissals")
    default:
      try expect(try await desk.staff("Lê B", .inspector, hands), gives: ActAnswer.self)
      return try await desk.staff("Lê B", .point, hands, at: "dismissals")
    }
  }
}
