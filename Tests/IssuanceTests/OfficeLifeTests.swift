import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import LedgerStore
import PayoutPoint
import ServiceAPI
import SoftCard
import Synchronization
import Testing

@testable import Issuance

@Suite("A card's life at the office")
struct OfficeLifeTests {
  private static let day: Int64 = 86_400
  private static let now = TestClock.start

  private func identity(_ tail: String = "1234") throws -> IdentityCheck {
    try #require(IdentityCheck(.identityCard, tail: tail))
  }

  private func delivery(_ time: Int64 = now) throws -> CardDelivery {
    CardDelivery(recipient: .holder, identity: try identity(), actor: "Nguyễn A", time: time)
  }

  private func replaced(_ card: CardNumber, _ kind: ReplacementKind = .lost, checker: String = "Lê B") -> ReplacedCard {
    ReplacedCard(card: card.digits, kind: kind, maker: "Nguyễn A", checker: checker, reason: "mất", office: "CQ-19")
  }

  /// A store with a card of person 1 that the centre has.
  private func store(_ folder: ScratchFolder) async throws -> (store: OfficeStore, card: CardNumber) {
    let store = try OfficeStore(folder: folder.path)
    try store.takeMatched([TestCentre.applicant(1), TestCentre.applicant(2)])
    return (store, try await make(1, store, folder))
  }

  private func make(
    _ person: Int, _ store: OfficeStore, _ folder: ScratchFolder, registered: Bool = true
  ) async throws -> CardNumber {
    let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
    let number = try store.begin(TestCentre.applicant(person).personalID)
    try store.finish(try await PersonalisedCard.made(number, custodian))
    if registered { try store.markRegistered(number, at: Self.now) }
    return number
  }

  @Test(
    "Four characters of a document's number, never more",
    arguments: [
      ("1234", true), ("b7X9", true), ("123", false), ("12345", false), ("001152000119", false), ("12 4", false),
      ("", false), ("１２３４", false), ("ĐĐ", false),
    ])
  func tails(_ tail: String, _ isGood: Bool) {
    #expect((IdentityCheck(.passport, tail: tail) != nil) == isGood)
  }

  @Test("Handed over once, when the centre has it; nothing but the tail of a document is kept")
  func deliver() async throws {
    let folder = try ScratchFolder()
    let (store, card) = try await store(folder)
    let second = try await make(2, store, folder, registered: false)
    #expect(throws: CardLifeError.unknownCard) { try store.deliver("9900000000000000", try delivery()) }
    #expect(throws: CardLifeError.notRegistered) { try store.deliver(second.digits, try delivery()) }
    #expect(try store.life(of: card.digits)?.state == .registered)
    try store.deliver(card.digits, try delivery())
    #expect(throws: CardLifeError.delivered(Self.now)) { try store.deliver(card.digits, try delivery(Self.now + 9)) }
    let life = try #require(try store.life(of: card.digits))
    #expect(life.state == .delivered && life.delivery?.identity.tail == "1234")
    #expect(try store.acts(of: card.digits).map(\.what) == ["card-made", "card-registered", "card-delivered"])
    #expect(try store.acts(of: card.digits).allSatisfy { !$0.reason.contains("1234") })
    #expect(try store.checkActs().broken == nil)
  }

  @Test("One person sets a PIN on the day of the handing over, the first time; every other time it takes two")
  func pins() async throws {
    let folder = try ScratchFolder()
    let (store, card) = try await store(folder)
    func needsTwo(_ act: PINAct.Act = .set, _ time: Int64 = Self.now) throws -> Bool {
      try store.needsTwo(for: act, card: card.digits, at: time)
    }
    #expect(try needsTwo(), "nobody has handed it over")
    try store.deliver(card.digits, try delivery())
    #expect(try !needsTwo())
    // 10:00 in Vietnam: the day ends 14 hours later.
    #expect(try !needsTwo(.set, Self.now + 14 * 3_600 - 1))
    #expect(try needsTwo(.set, Self.now + 14 * 3_600))
    #expect(try needsTwo(.unblocked))
    #expect(try store.needsTwo(for: .set, card: "9900000000000000", at: Self.now), "not of this office")
    let act = PINAct(card: card.digits, act: .set, terminal: "VN79T0000100001", actor: "Nguyễn A", time: Self.now)
    try store.record(act, identity: try identity())
    #expect(try needsTwo())
    #expect(try store.untoldPINActs().map(\.act) == [act])
    try store.markTold(1, at: Self.now)
    try store.markTold(1, at: Self.now)
    #expect(try store.untoldPINActs().isEmpty)
    #expect(try store.life(of: card.digits)?.pinActs == [act])
  }

  @Test("To be replaced: the person waits, the old card stays; registered: it is replaced in the same step")
  func replace() async throws {
    let folder = try ScratchFolder()
    let (store, old) = try await store(folder)
    let person = TestCentre.applicant(1)
    for checker in ["", "Nguyễn A", " nguyễn a "] {
      #expect(throws: CardLifeError.fourEyes) {
        try store.askReplacement(replaced(old, checker: checker), time: Self.now)
      }
    }
    #expect(try store.waiting() == [TestCentre.applicant(2)])
    try store.askReplacement(replaced(old), time: Self.now)
    #expect(throws: CardLifeError.replacementAsked) { try store.askReplacement(replaced(old), time: Self.now) }
    #expect(try store.waiting() == [person, TestCentre.applicant(2)])
    #expect(try store.counts() == OfficeCounts(applicants: 2, made: 0, registered: 0, scrapped: 0))
    #expect(try store.currentCard(of: person.personalID) == old.digits)
    // A card that is not finished is scrapped, and the old one is still the person's.
    _ = try store.begin(person.personalID)
    let new = try await make(1, store, folder, registered: false)
    #expect(try store.life(of: old.digits)?.state == .replacing)
    #expect(try store.currentCard(of: person.personalID) == new.digits)
    #expect(try store.replacement(for: person.personalID) == replaced(old))
    #expect(throws: (any Error).self) { try store.begin(person.personalID) }
    try store.markRegistered(new, at: Self.now + 5)
    try store.markRegistered(new, at: Self.now + 6)
    #expect(try store.replacement(for: person.personalID) == nil)
    let life = try #require(try store.life(of: old.digits))
    #expect(life.state == .replaced && life.successor == new.digits)
    let acts = try store.acts(of: old.digits)
    #expect(
      acts.map(\.what) == ["card-made", "card-registered", "replacement-asked-lost", "card-replaced-lost"])
    #expect(acts.map(\.time).suffix(3) == [Self.now, Self.now, Self.now + 5])
    #expect(try store.acts(of: new.digits).map(\.what) == ["card-made", "card-registered"])
    #expect(try store.counts() == OfficeCounts(applicants: 2, made: 1, registered: 1, scrapped: 1))
    #expect(throws: CardLifeError.ended) { try store.askReplacement(replaced(old), time: Self.now) }
    #expect(throws: CardLifeError.ended) { try store.deliver(old.digits, try delivery()) }
  }

  @Test("A card to be replaced for another reason is reported lost: the replacement is a lost card's, in the chain")
  func turnedLost() async throws {
    let folder = try ScratchFolder()
    let (store, old) = try await store(folder)
    let person = TestCentre.applicant(1).personalID
    try store.askReplacement(replaced(old, .damaged), time: Self.now)
    for kind in [ReplacementKind.damaged, .changed, .renewal] {
      #expect(throws: CardLifeError.replacementAsked) { try store.askReplacement(replaced(old, kind), time: Self.now) }
    }
    var lost = replaced(old)
    lost.maker = "Phạm D"
    try store.askReplacement(lost, time: Self.now + 1)
    #expect(try store.replacement(for: person) == lost)
    #expect(throws: CardLifeError.replacementAsked) { try store.askReplacement(lost, time: Self.now) }
    let acts = try store.acts(of: old.digits)
    #expect(acts.map(\.what).suffix(2) == ["replacement-asked-damaged", "replacement-changed-lost"])
    #expect(acts.last?.actor == "Phạm D" && acts.last?.checker == "Lê B")
    let new = try await make(1, store, folder)
    #expect(try store.life(of: old.digits)?.successor == new.digits)
    #expect(try store.acts(of: old.digits).last?.what == "card-replaced-lost")
  }

  @Test("Given back or ended: the person waits for no card until a new one is asked for")
  func ended() async throws {
    let folder = try ScratchFolder()
    let (store, card) = try await store(folder)
    let person = TestCentre.applicant(1).personalID
    let act = OfficeAct("card-returned", card.digits, actor: "Nguyễn A", reason: "trả", time: Self.now)
    try store.recordAct(act, ending: .returned)
    #expect(try store.life(of: card.digits)?.state == .returned)
    #expect(try store.waiting() == [TestCentre.applicant(2)])
    #expect(try store.currentCard(of: person) == nil)
    #expect(try store.counts() == OfficeCounts(applicants: 2, made: 1, registered: 1, scrapped: 0))
    try store.askReplacement(replaced(card, .changed), time: Self.now)
    #expect(throws: CardLifeError.ended) { try store.askReplacement(replaced(card), time: Self.now) }
    #expect(try store.waiting().count == 2)
    #expect(try store.counts().made == 0)
    let new = try await make(1, store, folder)
    #expect(try store.life(of: card.digits)?.state == .replaced)
    #expect(try store.currentCard(of: person) == new.digits)
    #expect(try store.counts() == OfficeCounts(applicants: 2, made: 1, registered: 1, scrapped: 0))
  }

  @Test("Ended while a new card is asked for: nobody waits any more, and it may be asked for again")
  func withdrawn() async throws {
    let folder = try ScratchFolder()
    let (store, card) = try await store(folder)
    let person = TestCentre.applicant(1).personalID
    try store.askReplacement(replaced(card), time: Self.now)
    #expect(try store.waiting().count == 2)
    let act = OfficeAct("card-terminated", card.digits, actor: "Nguyễn A", reason: "qua đời", time: Self.now)
    try store.recordAct(act, ending: .terminated)
    #expect(try store.life(of: card.digits)?.state == .terminated)
    #expect(try store.waiting() == [TestCentre.applicant(2)])
    #expect(try store.replacement(for: person) == nil)
    #expect(try store.counts() == OfficeCounts(applicants: 2, made: 1, registered: 1, scrapped: 0))
    try store.askReplacement(replaced(card, .changed), time: Self.now)
    #expect(try store.replacement(for: person)?.kind == .changed)
    let new = try await make(1, store, folder)
    #expect(try store.life(of: card.digits)?.successor == new.digits)
  }

  @Test("The database itself: no second live card, no second one to be replaced, no maker who checks himself")
  func rules() async throws {
    let folder = try ScratchFolder()
    let (store, card) = try await store(folder)
    func refuses(_ statement: String) async {
      await #expect(throws: DatabaseError.self, "\(statement)") {
        try await store.queue.write { try $0.execute(sql: statement) }
      }
    }
    let insert = "INSERT INTO card (sequence, number, person, state, ended) SELECT 77, 'x', person, "
    await refuses("\(insert) 'registered', NULL FROM card WHERE number = '\(card.digits)'")
    try store.askReplacement(replaced(card), time: Self.now)
    await refuses("\(insert) 'registered', 'replacing' FROM card WHERE number = '\(card.digits)'")
    await refuses("UPDATE replacement SET checker = maker")
    await refuses("UPDATE replacement SET checker = ''")
    await refuses("UPDATE card SET ended = 'gone'")
    await refuses("UPDATE act SET actor = 'x'")
  }

  @Test("Counter acts from before the book of cards' lives are not told to the centre again")
  func migration() throws {
    let folder = try ScratchFolder()
    let queue = try DatabaseQueue(path: folder.path + "/office.sqlite")
    let cipher = try FieldCipher.open(folder: folder.path, creates: true)
    try OfficeStore.migrator(cipher).migrate(queue, upTo: "2 acts at the counter")
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO pin_act (card, act, terminal, actor, made_at) VALUES ('1', 'set', 'T', 'A', 5)")
    }
    try queue.close()
    let store = try OfficeStore(folder: folder.path)
    #expect(try store.pinActs() == [PINAct(card: "1", act: .set, terminal: "T", actor: "A", time: 5)])
    #expect(try store.untoldPINActs().isEmpty)
  }
}

/// A registry whose answer is lost as often as it is told to.
private final class LossyRegistry: CardRegistry {
  struct Lost: Error {}

  private let base: TestRegistry
  private let losses = Mutex(0)

  init(_ base: TestRegistry) { self.base = base }

  func lose(_ count: Int) { losses.withLock { $0 = count } }

  func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws {
    try await base.register(number, holder: holder, certificate: certificate, replaces: replaces)
    let isLost = losses.withLock { losses in
      losses -= 1
      return losses >= 0
    }
    if isLost { throw Lost() }
  }

  func isRefusal(_ error: any Error) -> Bool { base.isRefusal(error) }
}

@Suite("A card replaced by the office and the centre")
struct ReplacementTests {
  @Test("The process ends between the centre's book and the office's: never two live cards, and it is told")
  func crash() async throws {
    try await TestCentre.run { centre in
      let registry = LossyRegistry(TestRegistry(client: centre.client))
      let office = try centre.office(registry: registry)
      let old = try await centre.issue(1, office).made.cardNumber
      let person = TestCentre.applicant(1)
      try office.store.askReplacement(
        ReplacedCard(
          card: old.digits, kind: .damaged, maker: "Nguyễn A", checker: "Lê B", reason: "hỏng", office: "CQ-19"),
        time: centre.clock.seconds)
      #expect(try await centre.store.card(old.digits)?.state == .active, "good until the new one lives")
      registry.lose(1)
      let result = try await office.issue(person, on: SoftCardChannel(try SoftCard(storage: TestStorage())))
      #expect(result.registrationFailure is LossyRegistry.Lost)
      let new = result.card.cardNumber
      // The centre has done it, the office does not know: its card is made, not registered, and told as such.
      #expect(try await centre.store.card(old.digits)?.state == .terminated)
      #expect(try await centre.store.card(new.digits)?.state == .active)
      #expect(try office.store.life(of: old.digits)?.state == .replacing)
      #expect(try office.store.liveCard(of: person.personalID)?.isRegistered == false)
      #expect(try await office.registerWaiting().registered == 1)
      #expect(try office.store.life(of: old.digits)?.state == .replaced)
      #expect(try office.store.liveCard(of: person.personalID)?.isRegistered == true)
      #expect(try await centre.store.life(card: old.digits)?.replacedBy == new.digits)
      #expect(try await centre.store.life(card: old.digits)?.acts.count == 1)
    }
  }

  @Test("A second card without a word about the first is refused by the centre, and the office can end it")
  func refused() async throws {
    try await TestCentre.run { centre in
      _ = try await centre.paperCard(77, person: 1)
      let office = try centre.office()
      do {
        _ = try await centre.issue(1, office)
        Issue.record("registered")
      } catch let error as ServiceClientError {
        #expect(error.isRefusal(.personHasCard))
      }
      let number = try #require(try office.store.card(of: TestCentre.applicant(1).personalID))
      try office.store.recordAct(
        OfficeAct("card-terminated", number.digits, actor: "Nguyễn A", reason: "trùng", time: 1), ending: .terminated)
      #expect(try await office.registerWaiting().registered == 0)
      #expect(try office.store.waiting().isEmpty)
    }
  }
}
