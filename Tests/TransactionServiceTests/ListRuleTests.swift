import Benefits
import CardCrypto
import CentreTestSupport
import ISO7816
import ServiceAPI
import Testing

/// Lists beside one another, and the rules that they are checked against.
struct ListRuleTests {
  /// Programmes that the centre is started with, on top of those supplied.
  private static func catalogue() throws -> ProgrammeCatalogue {
    try ProgrammeCatalogue(files: [.init(name: "lu.yaml", yaml: yaml)], onTopOf: .embedded)
  }

  private static let yaml = """
    programmes:
      - code: LU26
        wire-code: "7001"
        pillar: BTXH
        name: { vi: Hỗ trợ vùng lũ, en: Flood support }
        rhythm: one-off-mass
        periods:
          - from: 2026-11-01
            to: 2026-12-31
            legal-base: NQ thử nghiệm
            evidence: K
            funder: { one: NSDP }
            unit: XA
            decided-by: commune
            paid-by: commune-or-bank
            calendar: on-decision
            uncollected: { term: deadline, day: 2026-12-31 }
            amount: { fixed: 1500000 }
            amount-is: exact
            rounding: { to: 1, direction: nearest }
        vectors:
          - { on: 2026-11-15, amount: 1500000, source: K }
    groups:
      flood:
        name: { vi: Hỗ trợ vùng lũ, en: Flood support }
        rule: only-one
        members: [LU26, BHTN-TCTN]
        legal-base: NQ thử nghiệm
        evidence: K
    """

  private static func csv(_ person: Int, _ rest: String) -> String {
    "\(ListRow.personalID(person)),\(ListRow.name(person)),17/05/1952,\(rest)\r\n"
  }

  private func send(_ rows: [String], _ list: String, _ centre: TestCentre) async throws -> HTTPAnswer {
    try await centre.send(
      "/v1/payment-lists?maker=A&sample-data=true", octets: Array((ListRow.header + "\r\n" + rows.joined()).utf8),
      key: list)
  }

  @Test("A programme of a file is paid without a build; the seal keeps which rules the list was checked against")
  func programmeOfAFile() async throws {
    let catalogue = try Self.catalogue()
    let row = Self.csv(1, "LU26,2026-11,1500000,NSDP,XA-19-05443,19,BD-19-001")
    try await TestCentre.run { centre in
      try expect(try await send([row], "A", centre), is: .listRefused)
    }
    try await TestCentre.run(catalogue: catalogue) { centre in
      try expect(try await send([row], "A", centre), gives: ListAnswer.self)
      let state = try expect(try await centre.get("/v1/payment-lists/A"), gives: ListStateAnswer.self)
      #expect(state.rules == Digest.sha256.hash(catalogue.octets).hex.lowercased())
      #expect(state.rules != Digest.sha256.hash(ProgrammeCatalogue.embedded.octets).hex.lowercased())
    }
  }

  @Test("A list that was made by other programme files is neither checked nor approved")
  func otherRules() async throws {
    try await TestCentre.run { centre in
      try expect(try await centre.importList([ListRow(1, 1)], list: "A"), gives: ListAnswer.self)
      try expect(try await centre.importList([ListRow(2, 1)], list: "B"), gives: ListAnswer.self)
      let hand = ListHandRequest(actor: "Lê B")
      try expect(try await centre.post("/v1/payment-lists/A/check", hand, key: "C"), gives: RegisteredAnswer.self)
      try await centre.write("UPDATE list_rules SET rules = CAST(rules || x'00' AS BLOB)")
      // What was answered is answered again.
      try expect(try await centre.post("/v1/payment-lists/A/check", hand, key: "C"), gives: RegisteredAnswer.self)
      try expect(try await centre.post("/v1/payment-lists/A/approval", hand), is: .listOfOtherRules)
      try expect(try await centre.post("/v1/payment-lists/B/check", hand), is: .listOfOtherRules)
      try await centre.write("UPDATE list_rules SET rules = CAST(substr(rules, 1, 32) AS BLOB)")
      try expect(try await centre.post("/v1/payment-lists/B/check", hand, key: "D"), gives: RegisteredAnswer.self)
    }
  }

  @Test("What is paid once is refused in every month it is in force, arrears beside what stands elsewhere too")
  func windows() async throws {
    try await TestCentre.run(catalogue: try Self.catalogue()) { centre in
      func flood(_ person: Int, _ month: String, _ amount: Int = 1_500_000) -> String {
        Self.csv(person, "LU26,\(month),\(amount),NSDP,XA-79-26734,79,BD-79-001")
      }
      let home = "LU26,2026-11,1500000,NSDP,XA-19-05443,19,BD-19-001"
      try expect(try await send([Self.csv(1, home)], "A", centre), gives: ListAnswer.self)
      try expect(try await send([flood(2, "2026-12"), flood(1, "2026-12")], "B", centre), is: .duplicateItem)
      let unemployed = "2026-12,3000000,QBHTN,BHXH-01,01,BD-01-001"
      try expect(try await send([Self.csv(1, "BHTN-TCTN,\(unemployed)")], "C", centre), is: .programmeExcluded)
      func arrears(_ rest: String) async throws -> HTTPAnswer {
        let text = ListRow.header + ",truy_linh\r\n" + Self.csv(1, rest)
        return try await centre.send(
          "/v1/payment-lists?maker=A&sample-data=true", octets: Array(text.utf8), key: "D")
      }
      let elsewhere = "LU26,2026-12,1000,NSDP,XA-79-26734,79,BD-79-001"
      try expect(try await arrears("\(elsewhere),2026-11"), is: .duplicateItem)
      try expect(try await arrears("\(elsewhere),2026-12"), is: .duplicateItem)
      try expect(try await arrears("BHTN-TCTN,\(unemployed),2026-12"), is: .programmeExcluded)
      // The month is paid in full.
      try expect(try await arrears("LU26,2026-12,1000,NSDP,XA-19-05443,19,BD-19-001,2026-11"), is: .monthOverRule)
      // Another amount than the rule's, by the row.
      try expect(try await send([flood(3, "2026-12", 99_000_000)], "E", centre), is: .listRefused)
    }
  }

  @Test("Who is on another province's list, or on one that excludes the row, is named with what stands in the way")
  func claims() async throws {
    try await TestCentre.run(catalogue: try Self.catalogue()) { centre in
      let flood = "LU26,2026-11,1500000,NSDP,XA-19-05443,19,BD-19-001"
      let elsewhere = "LU26,2026-11,1500000,NSDP,XA-79-26734,79,BD-79-001"
      let unemployed = "BHTN-TCTN,2026-11,3000000,QBHTN,BHXH-01,01,BD-01-001"
      try expect(try await send([Self.csv(1, flood), Self.csv(2, flood)], "A", centre), gives: ListAnswer.self)
      try expect(try await send([Self.csv(3, unemployed)], "U", centre), gives: ListAnswer.self)
      let rows = [Self.csv(4, elsewhere), Self.csv(3, elsewhere), Self.csv(2, elsewhere)]
      try expect(try await send(rows, "B", centre), is: .programmeExcluded)
      try expect(try await send([rows[2], rows[1]], "C", centre), is: .duplicateItem)
      let answer = try expect(
        try await centre.send(
          "/v1/payment-lists/B/duplicates?sample-data=true",
          octets: Array((ListRow.header + "\r\n" + rows.joined()).utf8), key: nil), gives: ListDuplicatesAnswer.self)
      #expect(answer.places == [1, 2] && answer.unfinished.isEmpty)
      #expect(
        answer.claims == [
          ListClaim(list: "U", programme: "BHTN-TCTN", unit: "BHXH-01", province: "01"),
          ListClaim(list: "A", programme: "LU26", unit: "XA-19-05443", province: "19"),
        ])
      // The other way round too.
      try expect(try await send([Self.csv(1, unemployed)], "D", centre), is: .programmeExcluded)
    }
  }
}

extension ReachTests {
  /// Two programmes that one person is not paid together.
  func provokeListRule(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    if code == .monthOverRule {
      try expect(
        try await centre.importList([ListRow(1, 3_000_000, .allowance40)], list: "A"), gives: ListAnswer.self)
      let row = ListRow(1, 1, .allowance40).csv + ",2026-11"
      return try await centre.send(
        "/v1/payment-lists?maker=A&sample-data=true", octets: Array("\(ListRow.header),truy_linh\r\n\(row)\r\n".utf8),
        key: "B")
    }
    try expect(try await centre.importList([ListRow(1, 1)], list: "A"), gives: ListAnswer.self)
    let row = "\(ListRow.personalID(1)),\(ListRow.name(1)),17/05/1952,BHTN-TCTN,2026-11,1,QBHTN,BHXH-01,01,BD-01-001"
    return try await centre.send(
      "/v1/payment-lists?maker=A&sample-data=true", octets: Array("\(ListRow.header)\r\n\(row)\r\n".utf8), key: "B")
  }
}
