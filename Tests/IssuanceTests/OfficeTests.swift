import CardApplication
import CentreTestSupport
import LedgerStore
import PayoutPoint
import ServiceAPI
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// A registry that fails for as long as it is told to.
private final class FlakyRegistry: CardRegistry {
  struct Down: Error {}

  private let base: TestRegistry
  private let state = Mutex<(room: Int, asked: [String])>((0, []))

  init(_ base: TestRegistry) { self.base = base }

  var asked: [String] { state.withLock { $0.asked } }
  func allow(_ room: Int) { state.withLock { $0.room = room } }

  func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws {
    let isUp = state.withLock { state in
      state.asked.append(number.digits)
      state.room -= 1
      return state.room >= 0
    }
    guard isUp else { throw Down() }
    try await base.register(number, holder: holder, certificate: certificate, replaces: replaces)
  }

  func isRefusal(_ error: any Error) -> Bool { base.isRefusal(error) }
}

@Suite("Issuing office")
struct OfficeTests {
  @Test("The centre is down: the cards are kept as made and registered later, each once")
  func registerWaiting() async throws {
    try await TestCentre.run { centre in
      let registry = FlakyRegistry(TestRegistry(client: centre.client))
      let office = try centre.office(registry: registry)
      for person in 1...3 {
        await #expect(throws: FlakyRegistry.Down.self) { try await centre.issue(person, office) }
      }
      #expect(
        try office.store.counts() == OfficeCounts(applicants: 3, made: 3, registered: 0, scrapped: 0))
      #expect(try office.store.waiting().isEmpty, "their cards are made")
      #expect(try await centre.store.counts().cards == 0)
      // The centre comes back, and goes away after two.
      registry.allow(2)
      await #expect(throws: FlakyRegistry.Down.self) { try await office.registerWaiting() }
      #expect(try office.store.counts().registered == 2)
      registry.allow(10)
      #expect(try await office.registerWaiting().registered == 1)
      #expect(try await office.registerWaiting().registered == 0)
      #expect(try office.store.counts() == OfficeCounts(applicants: 3, made: 3, registered: 3, scrapped: 0))
      #expect(try await centre.store.counts().cards == 3)
      #expect(registry.asked.suffix(1) == [try #require(CardNumber(sequence: 3)).digits])
    }
  }

  @Test("An applicant whose data can't be put on a card costs no number, and the error names no person")
  func badApplicant() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      for change in [
        { $0.birthDate = "abc" }, { $0.province = "x" }, { $0.province = "100" }, { $0.province = "0" },
        { $0.name = String(repeating: "ễ", count: 43) },
      ] as [@Sendable (inout Applicant) -> Void] {
        var person = TestCentre.applicant(1)
        change(&person)
        try office.store.takeMatched([person])
        let channel = SoftCardChannel(try SoftCard(storage: TestStorage()))
        do {
          _ = try await office.issue(person, on: channel)
          Issue.record("issued")
        } catch OfficeError.applicant(let tail) {
          #expect(tail == "0001")
        }
      }
      #expect(try office.store.begin(TestCentre.applicant(1).personalID) == CardNumber(sequence: 1))
    }
  }

  @Test("Power lost while a card is made, at every write of its state: one live card in the end, never two")
  func interrupted() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      var person = 0
      var isInterrupted = true
      while isInterrupted, person < 60 {
        person += 1
        let applicant = TestCentre.applicant(person)
        try office.store.takeMatched([applicant])
        let storage = TestStorage()
        let card = try SoftCard(storage: storage)
        storage.fail(true, after: person - 1)
        isInterrupted = (try? await office.issue(applicant, on: SoftCardChannel(card))) == nil
        storage.fail(false)
        guard isInterrupted else { break }
        #expect(try office.store.card(of: applicant.personalID) == nil)
        // The same card when it still can be made, else a fresh one.
        let again = try SoftCard(storage: storage)
        if (try? await office.issue(applicant, on: SoftCardChannel(again))) == nil {
          _ = try await centre.issue(person, office)
        }
        #expect(try office.store.card(of: applicant.personalID) != nil)
      }
      #expect(person > 10, "there are that many writes")
      let counts = try office.store.counts()
      #expect(counts.made == counts.applicants && counts.registered == counts.applicants)
      #expect(counts.scrapped >= person - 2, "the first write comes before a number is given out")
      #expect(try await centre.store.counts().cards == Int64(counts.made))
      #expect(try await centre.store.counts().persons == Int64(counts.applicants))
    }
  }

  @Test("Two desks make a card for one person at the same time: one of them fails, before the centre hears of it")
  func race() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let applicant = TestCentre.applicant(1)
      try office.store.takeMatched([applicant])
      let slow = BusyDesk { _ = try await centre.issue(1, office) }
      let card = try SoftCard(storage: slow.storage)
      await #expect(throws: (any Error).self) { try await office.issue(applicant, on: slow.channel(card)) }
      #expect(try office.store.counts() == OfficeCounts(applicants: 1, made: 1, registered: 1, scrapped: 1))
      #expect(try await centre.store.counts().cards == 1)
    }
  }
}
