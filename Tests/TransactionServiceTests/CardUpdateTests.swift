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
import Synchronization
import Testing

/// Post-issuance updates: the office computes, the centre carries, any terminal plays, the office verifies.
@Suite("Card updates through the centre")
struct CardUpdateTests {
  /// An office, a card of its making and a terminal in another province.
  struct Scene {
    let centre: TestCentre
    let office: Office
    let updates: UpdateOffice
    let sessions: CountedSessions
    let card: OfficeCard
    let terminal: Terminal
    let desk: PayoutDesk

    init(_ centre: TestCentre) async throws {
      self.centre = centre
      try await centre.registerAgent()
      office = try centre.office()
      let clock = centre.clock
      sessions = CountedSessions(CustodianSessions(centre.custodian, length: .aes128))
      updates = UpdateOffice(store: office.store, sessions: sessions, mode: .s8, clock: { clock.seconds })
      card = try await centre.issue(1, office)
      terminal = try await centre.terminal(province: "79")
      desk = centre.desk(terminal, journal: try Journal(folder: centre.folder + "/journal"))
    }

    var number: CardNumber { card.made.cardNumber }

    /// The office learns of another name, and the register agrees.
    func correct(_ person: Int, _ name: String) throws {
      let key = try #require(try office.store.personKey(TestCentre.applicant(person).personalID))
      _ = try office.store.correct(key, actor: "clerk", reason: "đổi tên", time: centre.clock.seconds) {
        $0.name = name
      }
      try office.store.matchAll()
    }

    static let clerk = OfficeHands(maker: "clerk")

    static var holder: WantedUpdate {
      var wanted = WantedUpdate()
      wanted.hasHolder = true
      return wanted
    }

    func post(_ update: OfficeUpdate) async throws -> HTTPAnswer {
      let request = CardUpdateRequest(
        id: WireBytes(update.id), serial: update.serial, kind: update.kind, script: WireBytes(update.script))
      let answer = try await centre.post("/v1/cards/\(update.card)/updates", request)
      if answer.status == 201 { try office.store.markPosted(update.id) }
      return answer
    }

    func rename(_ name: String = "Nguyễn Thị Hòa Bình") async throws -> OfficeUpdate {
      try correct(1, name)
      let update = try updates.make(Self.holder, card: number, hands: Self.clerk)
      #expect(try await post(update).status == 201)
      return update
    }

    func reports(_ id: [UInt8]) async throws -> CardUpdateAnswer {
      try await centre.client.get("/v1/card-updates/\(id.hex)", CardUpdateAnswer.self)
    }

    func judge(_ update: OfficeUpdate) async throws -> UpdateOutcome {
      let reports = try await reports(update.id).results.map {
        UpdateReport(terminal: $0.terminalKeyHash.octets, answers: $0.answers.octets)
      }
      return try updates.judge(update, reports: reports, actor: "clerk")
    }

    func holderName() async throws -> String {
      await card.card.reset()
      return try await card.session().holder().name
    }

    func relay(_ session: CardSession? = nil) async throws -> RelayedUpdate? {
      if let session { return try await desk.relayUpdate(session) }
      await card.card.reset()
      return try await desk.relayUpdate(try await card.session(terminal))
    }
  }

  @Test("A name changed at the office is on the card after a tap in another province, and the office has the proof")
  func wholeWay() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let update = try await scene.rename()
      let relayed = try #require(try await scene.relay())
      guard case .played = relayed.end else {
        Issue.record("\(relayed.end)")
        return
      }
      #expect(relayed.isReported && relayed.kind == "data")
      #expect(try await scene.holderName() == "Nguyễn Thị Hòa Bình")
      guard case .done = try await scene.judge(update) else {
        Issue.record("not proven")
        return
      }
      // It is handed out no more, and the office remembers both names.
      #expect(try await scene.relay() == nil)
      #expect(try scene.office.store.waitingUpdates() == [])
      let acts = try scene.office.store.acts(of: scene.number.digits).suffix(2)
      #expect(acts.map(\.what) == ["card-update-made", "card-update-done"])
      #expect(acts.allSatisfy { $0.actor == "clerk" && $0.reason == "data 1" })
      #expect(try scene.office.store.applicant(TestCentre.applicant(1).personalID)?.name == "Nguyễn Thị Hòa Bình")
      #expect(try scene.office.store.sequenceCounter(scene.number.digits) == update.counter)
      // The next one is for the next counter at once.
      _ = try await scene.rename("Nguyễn Thị Hòa")
      let next = try #require(try await scene.relay())
      guard case .played = next.end else {
        Issue.record("\(next.end)")
        return
      }
    }
  }

  @Test("A card whose counter went on tells it, and the new script is right")
  func otherCounter() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let update = try await scene.rename()
      for _ in 0..<5 {
        let session = try await scene.card.session(scene.terminal)
        let other = try #require(RelayedScript.initializeOnly())
        _ = await session.relay(other)
        await scene.card.card.reset()
      }
      let relayed = try #require(try await scene.relay())
      guard case .otherSession = relayed.end else {
        Issue.record("\(relayed.end)")
        return
      }
      #expect(try await scene.holderName() == "Nguyễn Thị Hòa")
      guard case .remade(let next) = try await scene.judge(update) else {
        Issue.record("not made again")
        return
      }
      #expect(next.counter == update.counter + 6)
      #expect(try await scene.post(next).status == 201)
      _ = try await scene.relay()
      guard case .done = try await scene.judge(next) else {
        Issue.record("not proven")
        return
      }
      #expect(try await scene.holderName() == "Nguyễn Thị Hòa Bình")
    }
  }

  @Test("Torn at every command: the card has the old name or the new, and in the end the new one, proven")
  func torn() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      for cut in 0..<5 {
        let name = "Nguyễn Thị Hòa \(cut)"
        var update = try await scene.rename(name)
        await scene.card.card.reset()
        let access = TerminalAccess.payout(try scene.card.pki.terminal(key: scene.terminal.key))
        let pulled = PulledChannel(SoftCardChannel(scene.card.card))
        let session = try await CardSession.open(pulled, .pin, password: OfficeCard.pin, terminal: access)
        await pulled.pull(after: cut)
        let relayed = try #require(try await scene.relay(session))
        #expect(relayed.isReported == (cut > 0))
        let now = try await scene.holderName()
        #expect((now == name) == (cut >= 4), "\(cut): \(now)")
        // What terminals say decides what is sent next, until the card has proven it.
        for _ in 0..<4 {
          let outcome = try await scene.judge(update)
          if case .done = outcome { break }
          switch outcome {
          case .remade(let next), .resent(let next, _):
            #expect(try await scene.post(next).status == 201)
            update = next
          default: break
          }
          _ = try await scene.relay()
        }
        #expect(try await scene.holderName() == name)
        #expect(try scene.office.store.updates(card: scene.number.digits).last?.state == .done)
      }
    }
  }

  @Test("A later update takes up what an earlier one would have changed, and takes its place")
  func superseded() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let first = try await scene.rename()
      var photo = WantedUpdate()
      photo.photo = [1, 2, 3]
      let second = try scene.updates.make(photo, card: scene.number, hands: Scene.clerk)
      #expect(try await scene.post(second).status == 201)
      #expect(try await scene.reports(first.id).isSuperseded)
      #expect(try await scene.post(first).status == 201)
      _ = try await scene.relay()
      let session = try await scene.card.session(scene.terminal)
      #expect(try await session.holder().name == "Nguyễn Thị Hòa Bình")
      #expect(try await session.read(.photo) == [1, 2, 3])
      var older = first
      older.id = [UInt8](repeating: 9, count: 16)
      #expect(try await scene.post(older).problem().code == "completion-order")
    }
  }

  @Test("Only a registered terminal that is not revoked is handed one, or heard about one")
  func terminals() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let update = try await scene.rename()
      let path = "/v1/cards/\(scene.number.digits)/updates?terminal="
      func refusal(_ terminal: String) async -> String? {
        do {
          _ = try await centre.client.get(path + terminal, PendingUpdatesAnswer.self)
          return nil
        } catch {
          guard case .refused(let problem) = error else { return "\(error)" }
          return problem.code
        }
      }
      let hash = scene.terminal.keyHash.hex
      #expect(await refusal(hash) == nil)
      #expect(await refusal("") == "malformed-request")
      #expect(await refusal(String(hash.dropLast(2)) + "00") == "unknown-terminal")
      try await centre.revoke(scene.terminal)
      #expect(await refusal(hash) == "terminal-revoked")
      let result = CardUpdateResultRequest(terminalKeyHash: WireBytes(scene.terminal.keyHash), answers: WireBytes([1]))
      let late = try await centre.post("/v1/card-updates/\(update.id.hex)/results", result)
      #expect(try late.problem().code == "terminal-revoked")
      let other = try await centre.terminal(province: "44")
      let unknown = [UInt8](repeating: 1, count: 16).hex
      let stray = CardUpdateResultRequest(terminalKeyHash: WireBytes(other.keyHash), answers: WireBytes([1]))
      #expect(try await centre.post("/v1/card-updates/\(unknown)/results", stray).problem().code == "not-found")
      // Nonsense is kept, and proves nothing: the same is there again.
      #expect(try await centre.post("/v1/card-updates/\(update.id.hex)/results", stray).status == 201)
      guard case .resent = try await scene.judge(update) else {
        Issue.record("nonsense was believed")
        return
      }
      let nobody = try await centre.post(
        "/v1/cards/0000000000000000/updates",
        CardUpdateRequest(id: WireBytes(update.id), serial: 9, kind: "data", script: WireBytes([1])))
      #expect(try nobody.problem().code == "unknown-card")
    }
  }

  @Test("After a payout the update is written by itself; what becomes of it never harms the payout")
  func afterPayout() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      try await centre.credit([ListRow(1, 2_000_000)])
      let update = try await scene.rename()
      let paid = try await scene.desk.pay(try await scene.card.session(scene.terminal), amount: 500_000)
      #expect(paid.amount == 500_000 && paid.cardCompleted && paid.reported)
      guard case .played? = paid.update?.end else {
        Issue.record("not written")
        return
      }
      guard case .done = try await scene.judge(update) else {
        Issue.record("not proven")
        return
      }
      await scene.card.card.reset()
      // A script that is none, and one of another card.
      let nonsense = CardUpdateRequest(
        id: WireBytes([UInt8](repeating: 7, count: 16)), serial: 50, kind: "data", script: WireBytes([1, 2, 3]))
      #expect(try await centre.post("/v1/cards/\(scene.number.digits)/updates", nonsense).status == 201)
      let again = try await scene.desk.pay(try await scene.card.session(scene.terminal), amount: 500_000)
      #expect(again.amount == 500_000 && again.cardCompleted && again.update == nil)
      let other = try await centre.issue(2, scene.office)
      try scene.correct(2, "Trần Văn Khác")
      let foreign = try scene.updates.make(Scene.holder, card: other.made.cardNumber, hands: Scene.clerk)
      let misplaced = CardUpdateRequest(
        id: WireBytes(foreign.id), serial: 51, kind: "data", script: WireBytes(foreign.script))
      #expect(try await centre.post("/v1/cards/\(scene.number.digits)/updates", misplaced).status == 201)
      await scene.card.card.reset()
      let third = try await scene.desk.pay(try await scene.card.session(scene.terminal), amount: 500_000)
      #expect(third.amount == 500_000 && third.cardCompleted)
      guard case .otherSession? = third.update?.end else {
        Issue.record("a script of another card was played")
        return
      }
      #expect(try await scene.holderName() == "Nguyễn Thị Hòa Bình")
    }
  }
}

extension RelayedScript {
  /// A script of nobody's card: it moves the counter of any card it is played on, and nothing else.
  fileprivate static func initializeOnly() -> RelayedScript? {
    RelayedScript(
      expectedAnswer: [],
      commands: [
        CommandAPDU(cla: 0x80, ins: 0x50, data: [UInt8](repeating: 3, count: 8), expectedLength: 256),
        CommandAPDU(cla: 0x84, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 3, count: 16)),
        CommandAPDU(cla: 0x84, ins: 0xE2, data: [UInt8](repeating: 3, count: 16)),
      ])
  }
}

/// Sessions of a card's budget, counted.
final class CountedSessions: CardSessionSource {
  private let base: CustodianSessions
  private let taken = Mutex(0)

  init(_ base: CustodianSessions) { self.base = base }

  var count: Int { taken.withLock { $0 } }

  func secrets(for request: SCP03SessionRequest) throws -> PredictedSCP03Session {
    taken.withLock { $0 += 1 }
    return try base.secrets(for: request)
  }
}

/// A card that is pulled after a number of exchanges.
private actor PulledChannel: CardChannel {
  private let base: any CardChannel
  private var left = Int.max

  init(_ base: any CardChannel) { self.base = base }

  func pull(after count: Int) { left = count }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard left > 0 else { throw .cardLost(.removed) }
    left -= 1
    return try await base.transmit(command)
  }
}
