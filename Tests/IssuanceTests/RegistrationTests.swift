import CardApplication
import CentreTestSupport
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// A centre that answers nobody, or refuses the cards of these holders.
private final class PickyRegistry: CardRegistry {
  struct Refused: Error {}
  struct Away: Error {}

  private let base: TestRegistry
  private let state = Mutex<(isAway: Bool, refused: Set<String>)>((false, []))

  init(_ base: TestRegistry) { self.base = base }

  func away(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
  func refuse(_ holders: Set<String>) { state.withLock { $0.refused = holders } }

  func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws {
    let (isAway, refused) = state.withLock { $0 }
    if isAway { throw Away() }
    if refused.contains(holder.personalID) { throw Refused() }
    try await base.register(number, holder: holder, certificate: certificate, replaces: replaces)
  }

  func isRefusal(_ error: any Error) -> Bool { error is Refused || base.isRefusal(error) }
}

@Suite("What the centre is told of a finished card")
struct RegistrationTests {
  private static func replaced(_ card: CardNumber, _ kind: ReplacementKind = .changed) -> ReplacedCard {
    ReplacedCard(
      card: card.digits, kind: kind, maker: "Nguyễn A", checker: "Lê B", reason: "đổi", office: "CQ-19")
  }

  private static func correct(
    _ person: Int, _ store: OfficeStore, _ change: (inout Applicant) throws -> Void
  ) throws {
    _ = try store.correct(
      try #require(try store.personKey(TestCentre.applicant(person).personalID)), actor: "Nguyễn A", reason: "sửa",
      time: 1, change)
  }

  private static func delivery() throws -> CardDelivery {
    CardDelivery(
      recipient: .holder, identity: try #require(IdentityCheck(.identityCard, tail: "1234")), actor: "Nguyễn A",
      time: TestClock.start)
  }

  @Test("Data corrected after a card is made: the centre hears whom it was made for, and nobody is handed it")
  func corrected() async throws {
    try await TestCentre.run { centre in
      let registry = PickyRegistry(TestRegistry(client: centre.client))
      let office = try centre.office(registry: registry)
      registry.away(true)
      await #expect(throws: PickyRegistry.Away.self) { _ = try await centre.issue(1, office) }
      let number = try #require(try office.store.card(of: TestCentre.applicant(1).personalID))
      let other = TestCentre.applicant(7)
      try Self.correct(1, office.store) { person in
        person.personalID = other.personalID
        person.name = "Người Khác"
      }
      registry.away(false)
      #expect(try await office.registerWaiting().registered == 1)
      #expect(try await centre.store.person(card: number.digits)?.personalID == TestCentre.applicant(1).personalID)
      do {
        try office.store.deliver(number.digits, try Self.delivery())
        Issue.record("handed over unmatched")
      } catch OfficeError.notMatched(.unchecked) {}
      try office.store.matchAll()
      #expect(throws: CardLifeError.earlierData) { try office.store.deliver(number.digits, try Self.delivery()) }
    }
  }

  @Test(
    "A refused card is told and stops no other; a try that was cut off gets its answer, whatever was corrected since")
  func refused() async throws {
    try await TestCentre.run { centre in
      let registry = PickyRegistry(TestRegistry(client: centre.client))
      let office = try centre.office(registry: registry)
      registry.away(true)
      for person in 1...3 {
        await #expect(throws: PickyRegistry.Away.self) { _ = try await centre.issue(person, office) }
      }
      let numbers = try (1...3).map { try #require(try office.store.card(of: TestCentre.applicant($0).personalID)) }
      // The third is at the centre; its answer never came.
      let third = try #require(try office.store.registration(of: numbers[2]))
      try await TestRegistry(client: centre.client).register(
        third.number, holder: third.holder, certificate: third.certificate, replaces: third.replaces)
      try Self.correct(3, office.store) { $0.name = "Nguyễn Thị Hòa Bình" }
      registry.away(false)
      registry.refuse([TestCentre.applicant(1).personalID])
      let report = try await office.registerWaiting()
      #expect(report.registered == 2 && report.refused.map(\.card) == [numbers[0]])
      #expect(report.refused.allSatisfy { $0.reason is PickyRegistry.Refused })
      #expect(try office.store.unregistered().map(\.number) == [numbers[0]])
      #expect(try await centre.store.counts().cards == 2)
    }
  }

  @Test("A personal ID established anew: the card is exchanged, and is its holder's under the new number")
  func renumbered() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let old = try await centre.issue(1, office).made.cardNumber
      let before = try #require(try await centre.store.person(card: old.digits))
      try Self.correct(1, office.store) { person in
        person.personalID = TestCentre.applicant(9).personalID
        person.name = "Nguyễn Thị Hòa Bình"
      }
      try office.store.matchAll()
      try office.store.askReplacement(Self.replaced(old), time: TestClock.start)
      let person = try #require(try office.store.waiting(personalID: TestCentre.applicant(9).personalID).first)
      let result = try await office.issue(person, on: SoftCardChannel(try SoftCard(storage: TestStorage())))
      #expect(result.registrationFailure == nil)
      let new = result.card.cardNumber
      #expect(try await centre.store.card(old.digits)?.state == .terminated)
      let after = try #require(try await centre.store.person(card: new.digits))
      #expect(after.personalID == TestCentre.applicant(9).personalID && after.name == "Nguyễn Thị Hòa Bình")
      #expect(before.personalID != after.personalID)
      #expect(try await centre.store.counts().persons == 1, "one person, who has had two numbers")
      try office.store.deliver(new.digits, try Self.delivery())
    }
  }

  @Test("A card that ends takes its person out of the open jobs: no new one is made without a word")
  func ended() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let old = try await centre.issue(1, office).made.cardNumber
      try office.store.askReplacement(Self.replaced(old, .damaged), time: TestClock.start)
      let job = try office.store.openJob("đổi thẻ", actor: "lan", time: TestClock.start)
      try office.store.recordAct(
        OfficeAct("card-terminated", old.digits, actor: "Nguyễn A", reason: "chết", time: 1), ending: .terminated)
      let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office") { TestClock.start }
      let counts = try await work.run([JobDesk()]) { _ in }
      #expect(counts.good == 0 && counts.withdrawn == 1 && counts.left == 0 && counts.reconcile)
      do {
        _ = try office.store.begin(TestCentre.applicant(1).personalID)
        Issue.record("begun")
      } catch OfficeError.notWaiting {}
    }
  }

  @Test("The new card is made and not known to be at the centre: the old one can't be ended before that is settled")
  func successor() async throws {
    try await TestCentre.run { centre in
      let registry = PickyRegistry(TestRegistry(client: centre.client))
      let office = try centre.office(registry: registry)
      let old = try await centre.issue(1, office).made.cardNumber
      try office.store.askReplacement(Self.replaced(old, .damaged), time: TestClock.start)
      try office.store.requireEndable(old.digits)
      registry.away(true)
      let person = try #require(try office.store.waiting().first)
      let made = try await office.issue(person, on: SoftCardChannel(try SoftCard(storage: TestStorage()))).card
      #expect(throws: CardLifeError.successorWaits(made.cardNumber.digits)) {
        try office.store.requireEndable(old.digits)
      }
      registry.away(false)
      #expect(try await office.registerWaiting().registered == 1)
      try office.store.requireEndable(made.cardNumber.digits)
    }
  }

  @Test("The centre is asked to end a card: until it has answered no other is made or registered in its place")
  func ending() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let old = try await centre.issue(1, office).made.cardNumber
      try office.store.askReplacement(Self.replaced(old, .damaged), time: TestClock.start)
      let asked = CardActRequest(act: .terminated, reason: "chết", maker: "Nguyễn A", checker: nil, office: "CQ-19")
      let pending = try office.store.begin(
        asked, card: old.digits, key: "k", what: "card-terminated", ending: .terminated, time: TestClock.start)
      #expect(try office.store.waiting().isEmpty)
      do {
        _ = try office.store.begin(TestCentre.applicant(1).personalID)
        Issue.record("begun")
      } catch OfficeError.notWaiting {}
      try office.store.withdraw(pending)
      #expect(try office.store.waiting().count == 1)
    }
  }

  @Test("Offices give numbers out of blocks of their own; a block begins where it stopped")
  func blocks() async throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.takeMatched((1...3).map { TestCentre.applicant($0) })
    #expect(try store.begin(TestCentre.applicant(1).personalID) == CardNumber(sequence: 1))
    try store.setNumberBlock(79, actor: "Nguyễn A", reason: "tỉnh", time: 1)
    #expect(try store.begin(TestCentre.applicant(2).personalID) == CardNumber(sequence: 7_900_000_001))
    #expect(try store.begin(TestCentre.applicant(2).personalID) == CardNumber(sequence: 7_900_000_002))
    try store.setNumberBlock(0, actor: "Nguyễn A", reason: "trở lại", time: 1)
    #expect(try store.begin(TestCentre.applicant(3).personalID) == CardNumber(sequence: 2))
    #expect(throws: OfficeError.self) { try store.setNumberBlock(1_000, actor: "a", reason: "b", time: 1) }
  }
}
