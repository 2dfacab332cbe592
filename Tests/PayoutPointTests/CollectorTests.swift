import CardApplication
import CardTerminal
import CentreTestSupport
import Foundation
import ISO7816
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing
import VietnamReference

/// Somebody collects for the holder, with the holder's card and PIN and a registered paper (lĩnh thay).
@Suite("A collector at the payout desk")
struct CollectorTests {
  private static let both = [ListRow(1, 3_000_000), ListRow(1, 1_000_000, .allowance40)]

  @Test("Paid by the paper: the clerk is told whose card to look at, the order and the books name the paper")
  func paid() async throws {
    try await Tap.run(rows: Self.both) { tap in
      try await tap.register("UQ-1")
      let told = Mutex<[ChallengeAnswer]>([])
      let result = try await tap.desk.pay(
        tap.card.session(tap.terminal), collector: "UQ-1",
        handOver: { _ in #expect(told.withLock { $0.count } == 1, "told after the money was") },
        offered: { answer in told.withLock { $0.append(answer) } })
      // Only the paper's programme, and nothing is said of another.
      #expect(result.amount == 3_000_000 && result.remaining == 0)
      let paper = try #require(told.withLock { $0.first?.collector })
      #expect(paper.name == "Nguyễn Văn Thay" && paper.maskedPersonalID == "********0002")
      #expect(paper.programme == "BHXH-HUU" && paper.from == 20_260_101 && paper.until == 20_261_105)
      let facts = try #require(result.payout.facts.collector)
      #expect(facts.name == "Nguyễn Văn Thay" && facts.authorityNumber == "UQ-1")
      #expect(facts.validUntil.iso == "2026-11-05")
      let started = try #require(tap.journal.entries(of: result.transaction).first)
      let order = try BERTLV.sequence([UInt8](started.data)).first.map { try PayoutOrder(parsing: $0.value) }
      #expect(order?.collectorReference == Array("UQ-1".utf8))
      // Printed again, it still names the collector.
      #expect(try PaidPayout.find(nil, in: Journal.entries(inFolder: tap.folder)).facts.collector == facts)
      let page = try await tap.page()
      #expect(page.payouts.map(\.collector) == ["UQ-1"])
      // It is no proof of life, neither by itself nor when a clerk says so.
      #expect(page.lastSeenOn == nil && page.isPresenceDue)
      let proof = PresenceRequest(
        place: "BD-79-003", transactionID: [UInt8](hex: result.transaction).map { WireBytes($0) }, attested: true,
        hands: Tap.hands)
      let answer = try await tap.centre.post("/v1/people/\(ListRow.personalID(1))/presences", proof)
      #expect(try answer.problem().code == ProblemCode.presenceNotOwn.rawValue)
      // The rest is the holder's.
      #expect(try await tap.desk.pay(tap.card.session(tap.terminal)).amount == 1_000_000)
    }
  }

  @Test("A guardian's one paper pays every benefit, and the voucher says in what right")
  func guardian() async throws {
    try await Tap.run(rows: Self.both) { tap in
      try await tap.register("GH-1", .guardian, programme: nil, until: 20_301_231)
      let told = Mutex<CollectorPaper?>(nil)
      let result = try await tap.desk.pay(
        tap.card.session(tap.terminal), collector: "GH-1",
        offered: { answer in told.withLock { $0 = answer.collector } })
      #expect(result.amount == 4_000_000)
      let paper = try #require(told.withLock { $0 })
      #expect(paper.kind == .guardian && paper.programme == nil && paper.programmeName.vi == "mọi chế độ")
      #expect(result.payout.facts.collector?.kind == .guardian)
      #expect(try await tap.page().lastSeenOn == nil)
    }
  }

  @Test("A household head's paper is for gifts to households alone")
  func householdHead() async throws {
    try await Tap.run(rows: Self.both) { tap in
      let request = RepresentativeRequest(
        paper: "CH-1", kind: .householdHead,
        representative: NamedPerson(personalID: ListRow.personalID(2), name: "Nguyễn Văn Hộ", birthDate: "1980"),
        programme: "BHXH-HUU", from: 20_260_101, until: 20_261_105, hands: Tap.hands)
      let answer = try await tap.centre.post("/v1/people/\(ListRow.personalID(1))/representatives", request)
      #expect(try answer.problem().code == ProblemCode.representativeNotCovering.rawValue)
      try await tap.register("CH-1", .householdHead, programme: "GN-DIEN")
    }
  }

  /// A paper that does not pay, and what it is refused with.
  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String { "\(named) \(code)" }
    let named: String
    let code: ProblemCode
    var programme: String?
    var prepare: @Sendable (Tap) async throws -> Void = { _ in }
  }

  private static let bad: [Bad] = [
    Bad(named: "UQ-9", code: .unknownPaper), Bad(named: "ỦQ 1", code: .unknownPaper),
    Bad(named: String(repeating: "U", count: 40), code: .unknownPaper),
    // Somebody else's.
    Bad(named: "UQ-2", code: .unknownPaper) { try await $0.register("UQ-2", of: 3) },
    // It ended yesterday.
    Bad(named: "UQ-1", code: .representativeExpired) { $0.centre.clock.advance(86_400) },
    Bad(named: "UQ-3", code: .representativeExpired) {
      try await $0.register("UQ-3", programme: "BTXH-KT1", from: 20_261_106, until: 20_261_206)
    },
    Bad(named: "UQ-1", code: .representativeExpired) { tap in
      try await tap.act("representative-ends", RepresentativeEndRequest(paper: "UQ-1", hands: Tap.hands))
    },
    Bad(named: "UQ-1", code: .representativeExpired) { tap in
      try await tap.act("death", DeathRequest(diedOn: 20_261_101, document: "KT-1", hands: Tap.hands), of: 2)
    },
    Bad(named: "UQ-1", code: .representativeNotCovering, programme: "BTXH-KT1"),
    Bad(named: "CH-1", code: .representativeNotCovering, programme: "BHXH-HUU") { tap in
      try await tap.register("CH-1", .householdHead, programme: "GN-DIEN")
    },
    Bad(named: "UQ-1", code: .lineSuspended) { tap in
      let line = try #require(try await tap.page().lines.first { $0.programme == "BHXH-HUU" })
      let request = LineActRequest(act: .suspend, hands: Tap.hands)
      _ = try await tap.centre.post("/v1/lines/\(line.line)/acts", request).decode(ActAnswer.self)
    },
  ]

  @Test("Refused by name before the card is asked: nothing is in the journal, nothing was signed", arguments: bad)
  func refused(bad: Bad) async throws {
    try await Tap.run(rows: Self.both) { tap in
      try await tap.register("UQ-1")
      try await bad.prepare(tap)
      let session = try await tap.card.session(tap.terminal)
      do {
        _ = try await tap.desk.pay(session, programme: bad.programme, collector: bad.named) { _ in
          Issue.record("money was handed over")
        }
        Issue.record("paid")
      } catch PayoutError.service(.refused(let problem)) {
        #expect(problem.code == bad.code.rawValue)
      }
      #expect(try tap.stepsOnDisk().isEmpty)
      #expect(try await session.status().counter == 0, "the card signed")
    }
  }

  @Test("The paper ends between the question and the posting: the centre looks again, and nothing is handed over")
  func endsMeanwhile() async throws {
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payouts" else { return nil }
      let end = RepresentativeEndRequest(paper: "UQ-1", hands: Tap.hands)
      _ = try await centre.post("/v1/people/\(ListRow.personalID(1))/representative-ends", end)
      return nil
    }
    try await Tap.run(hooks: hooks) { tap in
      try await tap.register("UQ-1")
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal), collector: "UQ-1") { _ in
          Issue.record("money was handed over")
        }
        Issue.record("paid")
      } catch PayoutError.serviceDuringPayout(let error) {
        #expect(error.isRefusal(.representativeExpired))
      }
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "void", "reported"])
      #expect(try await tap.payable() == [3_000_000])
    }
  }

  @Test("A centre that says nothing of the paper has not looked at it: the card is not asked")
  func silentCentre() async throws {
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/challenges" else { return nil }
      let asked = try WireJSON.decode(ChallengeRequest.self, from: request.body)
      let plain = ChallengeRequest(
        transactionID: asked.transactionID, cardNumber: asked.cardNumber, terminalKeyHash: asked.terminalKeyHash)
      return try await centre.post("/v1/challenges", plain)
    }
    try await Tap.run(hooks: hooks) { tap in
      try await tap.register("UQ-1")
      await #expect(throws: PayoutError.self) {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal), collector: "UQ-1")
      }
      #expect(try tap.stepsOnDisk().isEmpty)
    }
  }
}

extension Tap {
  static let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-19-05443", reason: "theo giấy tờ")

  /// Registers a paper, by default of person 2 for the holder's pension until today.
  func register(
    _ paper: String, _ kind: RepresentativeName = .collector, of holder: Int = 1, programme: String? = "BHXH-HUU",
    from: UInt32 = 20_260_101, until: UInt32 = 20_261_105
  ) async throws {
    if holder != 1 { try await centre.credit([ListRow(holder, 1_000)], list: "T-\(holder)") }
    let other = NamedPerson(personalID: ListRow.personalID(2), name: "Nguyễn Văn Thay", birthDate: "1980-01-01")
    try await act(
      "representatives",
      RepresentativeRequest(
        paper: paper, kind: kind, representative: other, programme: programme, from: from, until: until,
        hands: Self.hands), of: holder)
  }

  func act(_ place: String, _ body: some Encodable, of person: Int = 1) async throws {
    _ = try await centre.post("/v1/people/\(ListRow.personalID(person))/\(place)", body).decode(ActAnswer.self)
  }

  /// The holder's page at the centre.
  func page() async throws -> PersonAnswer {
    try await centre.client.get("/v1/people/\(ListRow.personalID(1))", PersonAnswer.self)
  }
}
