import CentreTestSupport
import ServiceAPI
import Testing
import VietnamReference

/// Rows that are owed because of something, or beside it.
struct ClaimDesk: Sendable {
  let centre: TestCentre

  static func row(_ person: Int, _ rest: String) -> String {
    "\(ListRow.personalID(person)),\(ListRow.name(person)),17/05/1952,\(rest)\r\n"
  }

  /// A pension of Thái Nguyên on November's list, for a month of its own when it is arrears.
  static func pension(_ person: Int, _ amount: Int = 1_000, arrears: String = "") -> String {
    row(person, "BHXH-HUU,2026-11,\(amount),QHTTT,BHXH-19,19,BD-19-001,\(arrears)")
  }

  /// A grant of 10,000,000 đ of a commune in Nghệ An.
  static func grant(_ person: Int, of deceased: Int) -> String {
    let place = "NSDP,XA-40-16681,40,XA-40-001"
    return "\(ListRow.personalID(person)),\(ListRow.name(person)),17/05/1952,BTXH-MT,2026-11,10000000,\(place),"
      + "\(ListRow.personalID(deceased))\r\n"
  }

  func send(grants: [String], _ list: String) async throws -> HTTPAnswer {
    let text = ListRow.header + ",nguoi_chet\r\n" + grants.joined()
    return try await centre.send(
      "/v1/payment-lists?maker=A&sample-data=true", octets: Array(text.utf8), key: list)
  }

  /// Funds, checks, approves and credits a list of a commune in Nghệ An.
  func credit(_ list: String) async throws {
    try expect(
      try await centre.post(
        "/v1/fundings",
        FundingRequest(
          unit: "XA-40-16681", funder: "NSDP@40", amount: 20_000_000, reference: "UNC", hands: TestCentre.hands)),
      gives: BookedAnswer.self)
    for step in ["check", "approval"] {
      _ = try await centre.post("/v1/payment-lists/\(list)/\(step)", ListHandRequest(actor: "B"))
    }
    try expect(try await centre.post("/v1/payment-lists/\(list)/credits", [String]()), gives: CreditAnswer.self)
  }

  func send(_ rows: [String], _ list: String) async throws -> HTTPAnswer {
    let text = ListRow.header + ",truy_linh\r\n" + rows.joined()
    return try await centre.send(
      "/v1/payment-lists?maker=A&sample-data=true", octets: Array(text.utf8), key: list)
  }
}

extension ReachTests {
  /// Arrears and funeral grants that nobody is owed so.
  func provokeClaim(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let desk = ClaimDesk(centre: centre)
    if code == .arrearsOutOfTurn { return try await desk.send([ClaimDesk.pension(1, arrears: "2026-08/2")], "A") }
    let people = PeopleDesk(centre: centre)
    _ = try await centre.ready()
    _ = try await people.post("death", DeathRequest(diedOn: 20_260_930, document: "KT-1", hands: PeopleDesk.hands()))
    if code == .arrearsAfterDeath { return try await desk.send([ClaimDesk.pension(1, arrears: "2026-10")], "A") }
    if code == .funeralUnclaimed { return try await desk.send(grants: [ClaimDesk.grant(2, of: 1)], "MTP") }
    try expect(try await people.funeral(), gives: ActAnswer.self)
    try expect(try await desk.send(grants: [ClaimDesk.grant(2, of: 1)], "MTP"), gives: ListAnswer.self)
    try await desk.credit("MTP")
    return try await people.post("funeral-withdrawals", PeopleDesk.hands())
  }
}

/// Lists with arrears beside the month's rows.
struct ArrearsListTests {
  @Test("Arrears stand beside the month's rows, once for a month, and are counted in the request for money")
  func arrears() async throws {
    try await TestCentre.run { centre in
      let desk = ClaimDesk(centre: centre)
      let rows = [ClaimDesk.pension(1), ClaimDesk.pension(1, arrears: "2026-08"), ClaimDesk.pension(2)]
      try expect(try await desk.send(rows, "A"), gives: ListAnswer.self)
      let need = try expect(
        try await centre.get("/v1/units/BHXH-19/needs/202611"), gives: NeedAnswer.self)
      #expect(need.lines.map(\.arrears.persons) == [1] && need.lines.map(\.next.persons) == [2])
      let refused = try await desk.send([ClaimDesk.pension(3), ClaimDesk.pension(1, arrears: "08/2026")], "B")
      try expect(refused, is: .duplicateItem)
      #expect(try refused.problem().rows.first?.vi.contains("truy lĩnh BHXH-HUU tháng 8/2026 lần 1") == true)
      // The same amount again is the same debt again.
      try expect(try await desk.send([ClaimDesk.pension(1, arrears: "2026-08/2")], "B"), is: .monthOverRule)
      try expect(try await desk.send([ClaimDesk.pension(1, 999, arrears: "2026-08/2")], "B"), gives: ListAnswer.self)
      try expect(try await desk.send([ClaimDesk.pension(4, arrears: "2026-12")], "C"), is: .listRefused)
    }
  }
}
