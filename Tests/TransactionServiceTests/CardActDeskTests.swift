import CardApplication
import CentreTestSupport
import Issuance
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

/// A way to the centre on which answers are lost, or requests.
private final class LosingCentre: CardActCentre {
  enum Loss { case none, request, answer }

  struct Lost: Error {}

  private let client: ServiceClient
  private let state = Mutex<(loss: Loss, asked: [(key: String, request: [UInt8])])>((.none, []))

  init(_ client: ServiceClient) { self.client = client }

  var asked: [(key: String, request: [UInt8])] { state.withLock { $0.asked } }

  func lose(_ loss: Loss) { state.withLock { $0.loss = loss } }

  func act(card: String, key: String, request: [UInt8]) async throws -> CardActAnswer {
    let loss = state.withLock { state in
      state.asked.append((key, request))
      return state.loss
    }
    guard loss != .request else { throw Lost() }
    do {
      let answer = try await client.post(
        "/v1/cards/\(card)/acts", key: key, octets: request, CardActAnswer.self)
      guard loss == .none else { throw Lost() }
      return answer
    } catch ServiceClientError.refused(let problem) {
      throw problem
    }
  }
}

/// What an office does with cards whose answer the centre has to give.
@Suite("Acts of cards between the office and the centre")
struct CardActDeskTests {
  private struct Scene {
    let centre: TestCentre
    let store: OfficeStore
    let way: LosingCentre
    let number: String
    let told = Told()
    let hands = OfficeHands(maker: "Nguyễn A", checker: "Lê B")

    init(_ centre: TestCentre) async throws {
      self.centre = centre
      let office = try centre.office()
      (store, way) = (office.store, LosingCentre(centre.client))
      number = try await centre.issue(1, office).made.cardNumber.digits
    }

    /// A desk of a process of its own.
    var desk: CardActDesk {
      let (clock, told) = (centre.clock, told)
      return CardActDesk(
        store: store, centre: way, office: "CQ-19", clock: { clock.seconds }, told: { told.add($0) })
    }

    func act(_ act: CardActName, reason: String = "theo đơn") async throws {
      switch act {
      case .returned, .terminated: try await desk.end(number, as: act, reason: reason, hands)
      default: try await desk.perform(act, number, as: "card-\(act.rawValue)", reason: reason, hands)
      }
    }

    func words() throws -> [String] {
      try store.acts(of: number).map(\.what).filter { !["card-made", "card-registered"].contains($0) }
    }

    func life() async throws -> CardAnswer { try await centre.client.get("/v1/cards/\(number)", CardAnswer.self) }
  }

  private final class Told: Sendable {
    private let finished = Mutex<[CardActDesk.Finished]>([])
    var all: [CardActDesk.Finished] { finished.withLock { $0 } }
    func add(_ one: CardActDesk.Finished) { finished.withLock { $0.append(one) } }
  }

  @Test(
    "The answer, or the request, is lost: the same again finishes it with the same key and octets, once",
    arguments: [CardActName.block, .unblock, .lost, .returned, .terminated], [true, false])
  func again(_ act: CardActName, _ isDone: Bool) async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      if act == .unblock { try await scene.act(.block) }
      let before = try await (scene.words(), scene.life().acts.count, scene.way.asked.count, centre.clock.seconds)
      scene.way.lose(isDone ? .answer : .request)
      await #expect(throws: LosingCentre.Lost.self) { try await scene.act(act) }
      // Nothing is in the chain, and nothing is forgotten.
      #expect(try scene.words() == before.0)
      #expect(try scene.store.pendingActs().map(\.card) == [scene.number])
      #expect(try await scene.life().acts.count == before.1 + (isDone ? 1 : 0))
      await #expect(throws: LosingCentre.Lost.self) { try await scene.act(act, reason: "lần hai") }
      centre.clock.advance(60)
      scene.way.lose(.none)
      try await scene.act(act, reason: "lần ba")
      #expect(try scene.words() == before.0 + ["card-\(act.rawValue)"])
      #expect(try await scene.life().acts.map(\.act).suffix(1) == [act])
      #expect(try await scene.life().acts.count == before.1 + 1)
      let asked = scene.way.asked.dropFirst(before.2)
      #expect(asked.count == 3 && Set(asked.map(\.key)).count == 1 && Set(asked.map(\.request)).count == 1)
      #expect(try scene.store.pendingActs() == [] && scene.store.checkActs().broken == nil)
      let kept = try #require(try scene.store.acts(of: scene.number).last)
      #expect(kept.reason == "theo đơn" && kept.actor == "Nguyễn A" && kept.checker == "Lê B")
      #expect(kept.time == before.3)
      let state = try scene.store.life(of: scene.number)?.state
      #expect((state == .returned) == (act == .returned) && (state == .terminated) == (act == .terminated))
    }
  }

  @Test("Another act of the card goes after the one whose answer was lost, and nothing goes before it")
  func order() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      scene.way.lose(.answer)
      await #expect(throws: LosingCentre.Lost.self) { try await scene.act(.block) }
      let identity = try #require(IdentityCheck(.identityCard, tail: "1234"))
      #expect(throws: CardLifeError.unfinishedAct) {
        try scene.store.deliver(
          scene.number, CardDelivery(recipient: .holder, identity: identity, actor: "A", time: centre.clock.seconds))
      }
      let asked = try #require(CardNumber(scene.number))
      #expect(throws: CardLifeError.unfinishedAct) {
        try scene.store.askReplacement(.test(asked, .damaged), time: centre.clock.seconds)
      }
      scene.way.lose(.none)
      try await scene.desk.replace(scene.number, .lost, reason: "mất", scene.hands)
      #expect(try scene.words() == ["card-block", "card-lost", "replacement-asked-lost"])
      #expect(try await scene.life().acts.map(\.act) == [.block, .lost])
      #expect(scene.told.all.map(\.act.what) == ["card-block"])
    }
  }

  @Test("An act that the centre refuses is given up, told, and in no chain")
  func refused() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      scene.way.lose(.request)
      await #expect(throws: LosingCentre.Lost.self) { try await scene.act(.unblock) }
      scene.way.lose(.none)
      try await scene.act(.block)
      #expect(try scene.words() == ["card-block"] && scene.store.pendingActs() == [])
      guard case .failure(let problem)? = scene.told.all.first?.answer else {
        Issue.record("not told")
        return
      }
      #expect(problem.code == ProblemCode.cardNotBlocked.rawValue)
      await #expect(throws: Problem.self) { try await scene.act(.block) }
      #expect(try scene.words() == ["card-block"] && scene.store.pendingActs() == [])
    }
  }

  @Test("A card that is to be replaced and is then lost can't be paid with any more")
  func lostWhileReplaced() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      try await scene.desk.replace(scene.number, .damaged, reason: "hỏng", scene.hands)
      #expect(try await scene.life().state == .active)
      try await scene.desk.replace(scene.number, .lost, reason: "mất", scene.hands)
      #expect(try await scene.life().state == .blocked)
      #expect(try await scene.life().acts.map(\.act) == [.lost])
      #expect(try scene.words() == ["replacement-asked-damaged", "card-lost", "replacement-changed-lost"])
      #expect(try scene.store.replacement(for: TestCentre.applicant(1).personalID)?.kind == .lost)
    }
  }
}
