import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import CentreTestSupport
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import SoftCard
import Testing

/// What terminals report of updates, and what the office makes of it: none of them can cancel one, or use up what a
/// card has.
@Suite("Reports on card updates")
struct CardUpdateReportTests {
  typealias Scene = CardUpdateTests.Scene

  /// Reports of the right form that a registered terminal can make without the card.
  enum Lie: String, CaseIterable {
    case nonsense, refused, blocked, played, cut, counter

    func octets(_ update: OfficeUpdate) throws -> [UInt8] {
      let expected = try #require(RelayedScript(parsing: update.script)).expectedAnswer
      let opened = ResponseAPDU(data: expected, status: .success)
      let bare = ResponseAPDU(status: .success)
      let responses: [ResponseAPDU]
      switch self {
      case .nonsense: return [1]
      case .refused: responses = [ResponseAPDU(status: .authenticationBlocked)]
      case .blocked: responses = [opened, ResponseAPDU(status: .authenticationBlocked)]
      case .played:
        responses = [opened, bare, ResponseAPDU(data: [UInt8](repeating: 7, count: 8), status: .success)]
      case .cut: responses = [opened, bare]
      case .counter:
        // The card's own answer, with a counter that it was never at.
        var other = expected
        other[other.count - 2] ^= 1
        responses = [ResponseAPDU(data: other, status: .success)]
      }
      return try #require(RelayedAnswers(responses)).bytes
    }
  }

  private static func tell(
    _ lie: Lie, of update: OfficeUpdate, by terminal: Terminal, _ centre: TestCentre
  ) async throws -> Int {
    let request = CardUpdateResultRequest(
      terminalKeyHash: WireBytes(terminal.keyHash), answers: WireBytes(try lie.octets(update)))
    return try await centre.post("/v1/card-updates/\(update.id.hex)/results", request).status
  }

  @Test("A false report hides the lock from nobody else, and ends nothing", arguments: Lie.allCases)
  func othersPlay(_ lie: Lie) async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      var wanted = WantedUpdate()
      wanted.status = .lock
      let update = try scene.updates.make(wanted, card: scene.number, hands: Scene.clerk)
      #expect(try await scene.post(update).status == 201)
      let liar = try await centre.terminal(province: "44")
      #expect(try await Self.tell(lie, of: update, by: liar, centre) == 201)
      let relayed = try #require(try await scene.relay())
      guard case .played = relayed.end else {
        Issue.record("\(relayed.end)")
        return
      }
      // The liar's report came first; the card's proof decides.
      guard case .done = try await scene.judge(update) else {
        Issue.record("not proven")
        return
      }
    }
  }

  @Test(
    "A terminal that lies whenever the office looks uses up no budget, and the card is locked in the end",
    arguments: Lie.allCases)
  func budget(_ lie: Lie) async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      var wanted = WantedUpdate()
      wanted.status = .lock
      var update = try scene.updates.make(wanted, card: scene.number, hands: Scene.clerk)
      #expect(try await scene.post(update).status == 201)
      let liar = try await centre.terminal(province: "44")
      let before = scene.sessions.count
      for _ in 0..<40 {
        _ = try await Self.tell(lie, of: update, by: liar, centre)
        // Looked at twice: what was judged is not judged again.
        for _ in 0..<2 {
          switch try await scene.judge(update) {
          case .resent(let next, _):
            #expect(try await scene.post(next).status == 201)
            #expect(next.script == update.script)
            update = next
          case .waiting: break
          case let outcome: Issue.record("\(outcome)")
          }
        }
      }
      #expect(scene.sessions.count - before <= 3)
      #expect(try scene.office.store.sequenceCounter(scene.number.digits) == update.counter - 1)
      _ = try await scene.relay()
      guard case .done = try await scene.judge(update) else {
        Issue.record("not proven")
        return
      }
      #expect(scene.sessions.count - before <= 4)
    }
  }

  @Test("A card that goes on without its update is given up to people after some tries, and an officer asks again")
  func stuck() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      var update = try await scene.rename()
      let before = scene.sessions.count
      var isStuck = false
      for _ in 0..<30 where !isStuck {
        // The terminal begins the session twice and tells the second answer, which the card has made.
        await scene.card.card.reset()
        let session = try await scene.card.session(scene.terminal)
        let script = try #require(RelayedScript(parsing: update.script))
        let begun = try #require(RelayedScript(expectedAnswer: [], commands: script.commands))
        _ = await session.relay(begun)
        let played = await session.relay(begun)
        let request = CardUpdateResultRequest(
          terminalKeyHash: WireBytes(scene.terminal.keyHash), answers: WireBytes(played.answers.bytes))
        #expect(try await centre.post("/v1/card-updates/\(update.id.hex)/results", request).status == 201)
        switch try await scene.judge(update) {
        case .remade(let next):
          #expect(try await scene.post(next).status == 201)
          update = next
        case .stuck: isStuck = true
        case let outcome: Issue.record("\(outcome)")
        }
      }
      #expect(isStuck && scene.sessions.count - before < 20)
      #expect(try scene.office.store.waitingUpdates().map(\.id) == [update.id])
      guard case .stuck = try await scene.judge(update) else {
        Issue.record("forgotten")
        return
      }
      let again = try scene.updates.make(Scene.holder, card: scene.number, hands: Scene.clerk)
      #expect(try await scene.post(again).status == 201)
      _ = try await scene.relay()
      guard case .done = try await scene.judge(again) else {
        Issue.record("not proven")
        return
      }
    }
  }

  /// The centre, with which it does not work for some cards.
  private struct Carrier: UpdateCarrier {
    let scene: Scene
    let failing: String

    func post(_ update: OfficeUpdate) async throws { #expect(try await scene.post(update).status == 201) }

    func reports(_ update: OfficeUpdate) async throws -> [UpdateReport] {
      guard update.card != failing else { throw ServiceClientError.malformedAnswer(status: 500) }
      return try await scene.reports(update.id).results.map {
        UpdateReport(terminal: $0.terminalKeyHash.octets, answers: $0.answers.octets)
      }
    }
  }

  @Test("What fails for one card is told of that card, and the others are settled")
  func oneFails() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let other = try await centre.issue(2, scene.office)
      try scene.correct(2, "Trần Văn Khác")
      let failing = try scene.updates.make(Scene.holder, card: other.made.cardNumber, hands: Scene.clerk)
      #expect(try await scene.post(failing).status == 201)
      // The older one is looked after first.
      centre.clock.advance(1)
      let update = try await scene.rename()
      _ = try await scene.relay()
      let settled = try await scene.updates.settle(
        by: Carrier(scene: scene, failing: failing.card), actor: "clerk")
      #expect(settled.count == 2)
      for one in settled {
        switch (one.update.id == update.id, one.result) {
        case (true, .success(.done)), (false, .failure(is ServiceClientError)): break
        default: Issue.record("\(one)")
        }
      }
      #expect(try scene.office.store.waitingUpdates().map(\.id) == [failing.id])
    }
  }
}
