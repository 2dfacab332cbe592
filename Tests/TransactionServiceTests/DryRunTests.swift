import CentreTestSupport
import Foundation
import GRDB
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

/// What would happen, without it happening (`dryRun=true`).
@Suite("Dry runs")
struct DryRunTests {
  /// Rows of every table and the chain's head.
  private static func fingerprint(_ centre: TestCentre) async throws -> String {
    let head = try await centre.store.head()
    let queue = try DatabaseQueue(path: centre.database)
    let rows = try await queue.read { db in
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      return try tables.map { "\($0) \(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \"\($0)\"") ?? 0)" }
    }
    try queue.close()
    let balances = try await centre.store.balances(nil).map { "\($0.key.text) \($0.totals)" }
    return "\(head.sequence) \(head.hash) \(rows) \(balances)"
  }

  /// Whatever the tests of problems send, and a few more, so that each path is granted once.
  private static let scenes: [@Sendable () async throws -> Void] =
    ProblemCode.allCases.filter { ![.unavailable, .requestInFlight].contains($0) }.map { code in
      { try await ReachTests().reach(code: code) }
    } + [
      { try await ItemTests().person() }, { try await ItemTests().terms() }, { try await ItemTests().thirdParty() },
      { try await PeopleTests().death() }, { try await PeopleTests().staff() },
      { try await WithdrawnDeathTests().withdrawn() }, { try await PaidAgentTests().agents() },
      { try await RegistrationTests().money() }, { try await RegistrationTests().revocation() },
      { try await CardUpdateTests().superseded() }, { try await ListTests().staged() },
      { try await cardsAndMoney() }, { try await lives() }, { try await restored() },
    ]

  private static func cardsAndMoney() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let card = try centre.unregisteredCard(2, person: 2)
      try expect(try await centre.post("/v1/cards", TestCentre.request(card)), gives: RegisteredAnswer.self)
      try expect(
        try await centre.pinAct(.set, ready.card.number, terminal: "VN79T00001"), gives: RegisteredAnswer.self)
      let advance = AdvanceRequest(
        agent: TestCentre.agent, unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, hands: TestCentre.hands)
      try expect(try await centre.post("/v1/advances", advance), gives: BookedAnswer.self)
      let desk = PeopleDesk(centre: centre)
      try expect(try await desk.staff("Quản Trị", .administrator), gives: ActAnswer.self)
      let hands = PeopleDesk.hands("Quản Trị", "Lê B")
      for official in ["Lê B", "Ngô C"] {
        try expect(try await desk.staff(official, .inspector, hands), gives: ActAnswer.self)
      }
      try expect(try await desk.staff("Ngô C", .inspector, hands, at: "dismissals"), gives: ActAnswer.self)
    }
  }

  private static func restored() async throws {
    // Nothing was restored here: the audit would tell.
    try await TestCentre.run(audits: false) { centre in
      let ready = try await centre.ready()
      try await centre.store.keepRestoring("of a test", at: centre.clock.milliseconds)
      let path = "/v1/ledger/journals/\(hexText(ready.terminal.keyHash))/waiver"
      try expect(try await centre.post(path, TestCentre.hands), gives: ActAnswer.self)
    }
  }

  private static func lives() async throws {
    try await TestCentre.run { centre in
      try await centre.credit([ListRow(2, 1_000)])
      let desk = PeopleDesk(centre: centre)
      let hands = PeopleDesk.hands()
      try expect(
        try await desk.post("identity", PersonNameRequest(person: PeopleDesk.person(3), hands: hands), of: 2),
        gives: ActAnswer.self)
      let presence = PresenceRequest(place: "BD-79-003", attested: true, hands: hands)
      try expect(try await desk.post("presences", presence, of: 3), gives: ActAnswer.self)
      try expect(
        try await desk.post(
          "representatives",
          RepresentativeRequest(
            paper: "UQ-1", kind: .collector, representative: PeopleDesk.person(4), programme: "BHXH-HUU",
            from: 20_251_106, until: 20_261_105, hands: hands), of: 3), gives: ActAnswer.self)
      try expect(
        try await desk.post("representative-ends", RepresentativeEndRequest(paper: "UQ-1", hands: hands), of: 3),
        gives: ActAnswer.self)
      try expect(try await desk.death(of: 3), gives: ActAnswer.self)
      let funeral = FuneralRequest(claimant: PeopleDesk.person(4), programme: "BTXH-MT", list: "MTP", hands: hands)
      try expect(try await desk.post("funeral", funeral, of: 3), gives: ActAnswer.self)
      try expect(try await desk.post("funeral-withdrawals", hands, of: 3), gives: ActAnswer.self)
    }
  }

  @Test("On every path, a dry run is answered as the act then is, and leaves nothing")
  func everyPath() async throws {
    let rehearsal = Rehearsal(fingerprint: Self.fingerprint)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, scene) in Self.scenes.enumerated() {
        if number >= 6 { try await group.next() }
        group.addTask { try await Rehearsal.$current.withValue(rehearsal) { try await scene() } }
      }
      try await group.waitForAll()
    }
    #expect(rehearsal.faults == [])
    let all = try ServiceContract.shared.get().dryRunTemplates
    #expect(all.subtracting(rehearsal.granted).sorted() == [], "never granted")
    #expect(all == Set(ServiceOperation.table.filter(\.takesDryRun).map(\.path)))
    #expect(rehearsal.refused.count > 60, "\(rehearsal.refused.count) codes")
  }

  @Test("Every POST route: without a key where it can be asked, refused where it can't, and never carried out")
  func everyRoute() async throws {
    try await TestCentre.run { centre in
      let before = try await Self.fingerprint(centre)
      for operation in ServiceOperation.table where operation.isKeyed {
        let path = operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : "\($0)" }.joined(separator: "/")
        for query in ["dryRun=true", "dryRun=1", "dryRun=TRUE", "dryrun=true", "dry-run=true", "dryRun", "dryRun="] {
          let answer = try await centre.send("/\(path)?\(query)", octets: Array("[]".utf8), key: nil)
          if query == "dryRun=true", operation.takesDryRun {
            let code = (try? answer.problem())?.code
            #expect(answer.isDryRun && code != ProblemCode.idempotencyKeyMissing.rawValue, "\(path)")
          } else {
            try expect(answer, is: .idempotencyKeyMissing, "\(path) \(query)")
            let keyed = try await centre.send("/\(path)?\(query)", octets: Array("[]".utf8), key: "k")
            try expect(keyed, is: .malformedRequest, "\(path) \(query)")
          }
        }
        #expect(try await Self.fingerprint(centre) == before, "\(path)")
      }
    }
  }

  @Test("It is no answer of its key: the act itself is done afterwards, and another payload may take the key")
  func keys() async throws {
    try await TestCentre.run { centre in
      let one = AgentRequest(agent: "A", onlineLimit: 0)
      for request in [one, AgentRequest(agent: "B", onlineLimit: 1)] {
        let asked = try await centre.post("/v1/agents?dryRun=true", request, key: "k")
        #expect(
          asked.status == 200 && asked.isDryRun && !asked.isReplay && asked.body == Array(#"{"registered":true}"#.utf8))
      }
      let done = try await centre.post("/v1/agents?dryRun=false", one, key: "k")
      #expect(done.status == 201 && !done.isDryRun && !done.isReplay)
      // Of a key that was used, a dry run tells what would be now.
      try expect(try await centre.post("/v1/agents?dryRun=true", one, key: "k"), is: .alreadyRegistered)
      let again = try await centre.post("/v1/agents", one, key: "k")
      #expect(again.isReplay && again.body == done.body)
    }
  }

  @Test("It says twice what it means: refused, and so is a value after the first")
  func twice() async throws {
    try await TestCentre.run { centre in
      let agent = AgentRequest(agent: "A", onlineLimit: 0)
      for query in ["dryRun=false&dryRun=true", "dryRun=true&dryRun=true", "dryRun=false&dryrun=true"] {
        try expect(try await centre.post("/v1/agents?\(query)", agent, key: "k"), is: .malformedRequest, "\(query)")
      }
      #expect(try await centre.store.counts().requests == 0)
    }
  }
}
