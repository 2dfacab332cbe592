import CardApplication
import CentreTestSupport
import Issuance
import SecureChannel
import Testing

/// Which updates an office may make at all.
@Suite("Rules of card updates")
struct CardUpdateRuleTests {
  typealias Scene = CardUpdateTests.Scene

  private static func wanted(_ status: CardStatusChange) -> WantedUpdate {
    var wanted = WantedUpdate()
    wanted.status = status
    return wanted
  }

  @Test("A card that has ended takes nothing but its end", arguments: [IssuedCardLife.State.returned, .terminated])
  func ended(_ ending: IssuedCardLife.State) async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let (store, number) = (scene.office.store, scene.number)
      _ = try await scene.rename()
      try store.recordAct(
        OfficeAct("card-\(ending.rawValue)", number.digits, actor: "clerk", time: centre.clock.seconds),
        ending: ending)
      var photo = WantedUpdate()
      photo.photo = [1]
      var both = Self.wanted(.terminate)
      both.hasHolder = true
      for wanted in [Self.wanted(.lock), Self.wanted(.unlock), Scene.holder, photo, both] {
        #expect(throws: CardLifeError.ended) {
          try scene.updates.make(wanted, card: number, hands: OfficeHands(maker: "clerk", checker: "Lê B"))
        }
      }
      // The name that had waited is not taken up.
      let end = try scene.updates.make(Self.wanted(.terminate), card: number, hands: Scene.clerk)
      #expect(end.update.contents.isEmpty && end.update.status == .terminate)
      #expect(try store.waitingUpdates().map(\.id) == [end.id])
    }
  }

  @Test("A card that waits for its replacement still takes updates")
  func replacing() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      try scene.office.store.askReplacement(.test(scene.number), time: centre.clock.seconds)
      #expect(try scene.updates.make(Self.wanted(.lock), card: scene.number, hands: Scene.clerk).kind == "lock")
    }
  }

  @Test("One person does not unlock a card; two do, and both are in the chain")
  func unlock() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      for checker in ["", " ", "Clerk", " clerk "] {
        #expect(throws: CardLifeError.fourEyes) {
          try scene.updates.make(
            Self.wanted(.unlock), card: scene.number, hands: OfficeHands(maker: "clerk", checker: checker))
        }
      }
      #expect(try scene.office.store.waitingUpdates() == [])
      let update = try scene.updates.make(
        Self.wanted(.unlock), card: scene.number, hands: OfficeHands(maker: "clerk", checker: "Lê B"))
      #expect(update.kind == "unlock")
      let act = try #require(try scene.office.store.acts(of: scene.number.digits).last)
      #expect(act.what == "card-update-made" && act.actor == "clerk" && act.checker == "Lê B")
    }
  }

  @Test("An office of another province makes no update, sees none and judges none")
  func scope() async throws {
    try await TestCentre.run { centre in
      let scene = try await Scene(centre)
      let (store, time) = (scene.office.store, centre.clock.seconds)
      let update = try await scene.rename()
      _ = try await scene.relay()
      try store.setScope("79", actor: "giám đốc", reason: "thử", time: time)
      for wanted in [Self.wanted(.lock), Self.wanted(.terminate), Scene.holder] {
        #expect {
          try scene.updates.make(wanted, card: scene.number, hands: Scene.clerk)
        } throws: {
          guard case UpdateOfficeError.unknownCard = $0 else { return false }
          return true
        }
      }
      #expect(try store.waitingUpdates() == [] && store.updates(card: scene.number.digits) == [])
      await #expect(throws: UpdateOfficeError.self) { _ = try await scene.judge(update) }
      try store.setScope(nil, actor: "giám đốc", reason: "thử", time: time)
      #expect(try store.waitingUpdates() == [update.posted])
      guard case .done = try await scene.judge(update) else {
        Issue.record("not proven")
        return
      }
    }
  }
}

extension OfficeUpdate {
  fileprivate var posted: OfficeUpdate {
    var posted = self
    posted.isPosted = true
    return posted
  }
}
