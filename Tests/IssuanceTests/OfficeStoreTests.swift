import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import Testing

@testable import Issuance

@Suite("Office store")
struct OfficeStoreTests {
  private func applicant(_ number: Int) -> Applicant { TestCentre.applicant(number) }

  /// A card as the personaliser gives it, made without one.
  private func card(_ number: CardNumber, _ folder: ScratchFolder) async throws -> PersonalisedCard {
    let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
    return try await PersonalisedCard.made(number, custodian)
  }

  @Test("People are taken in once, as first given, and wait in that order")
  func take() throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    #expect(try store.take([applicant(3), applicant(1)]) == 2)
    var changed = applicant(1)
    changed.name = "Trần Văn Khác"
    #expect(try store.take([changed, applicant(2), applicant(2)]) == 1)
    #expect(try store.waiting().isEmpty, "nobody waits for a card who is not matched")
    try store.matchAll()
    #expect(try store.waiting() == [applicant(3), applicant(1), applicant(2)])
    #expect(try store.waiting(personalID: applicant(2).personalID) == [applicant(2)])
    #expect(try store.waiting(personalID: "000000000000").isEmpty)
    #expect(try store.take([]) == 0)
  }

  @Test("Numbers rise and are never given out twice, scrapped or not, opened again or not")
  func numbers() throws {
    let folder = try ScratchFolder()
    var given: [String] = []
    for round in 0..<4 {
      let store = try OfficeStore(folder: folder.path)
      try store.takeMatched([applicant(1), applicant(2)])
      for person in [1, 2, 1] { given.append(try store.begin(applicant(person).personalID).digits) }
      let counts = try store.counts()
      #expect(counts.applicants == 2 && counts.made == 0 && counts.registered == 0)
      // Of what was given out all but the two newest are scrapped.
      #expect(counts.scrapped == (round + 1) * 3 - 2)
    }
    #expect(Set(given).count == given.count)
    #expect(given == given.sorted())
    #expect(given.first == CardNumber(sequence: 1)?.digits)
  }

  @Test("One live card a person: a second one is refused, and costs no number")
  func oneLiveCard() async throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.takeMatched([applicant(1), applicant(2)])
    let first = try store.begin(applicant(1).personalID)
    try store.finish(try await card(first, folder))
    #expect(try store.card(of: applicant(1).personalID) == first)
    #expect(throws: (any Error).self) { try store.begin(applicant(1).personalID) }
    try store.markRegistered(first)
    #expect(throws: (any Error).self) { try store.begin(applicant(1).personalID) }
    #expect(throws: (any Error).self) { try store.begin("000000000000") }
    #expect(try store.begin(applicant(2).personalID) == CardNumber(sequence: 2))
    #expect(
      try store.counts() == OfficeCounts(applicants: 2, made: 1, registered: 1, scrapped: 0))
    #expect(try store.waiting() == [applicant(2)])
  }

  @Test("A card that was given up can't be finished: the person would have two")
  func superseded() async throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.takeMatched([applicant(1)])
    let first = try store.begin(applicant(1).personalID)
    let second = try store.begin(applicant(1).personalID)
    let made = try await card(first, folder)
    #expect(throws: (any Error).self) { try store.finish(made) }
    #expect(try store.card(of: applicant(1).personalID) == nil)
    try store.finish(try await card(second, folder))
    #expect(try store.card(of: applicant(1).personalID) == second)
    let again = try await card(second, folder)
    #expect(throws: (any Error).self) { try store.finish(again) }
    #expect(try store.counts() == OfficeCounts(applicants: 1, made: 1, registered: 0, scrapped: 1))
  }

  @Test("What is made and not registered is kept with its holder and certificate")
  func unregistered() async throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.takeMatched([applicant(1), applicant(2), applicant(3)])
    var made: [PersonalisedCard] = []
    for person in 1...3 {
      made.append(try await card(try store.begin(applicant(person).personalID), folder))
      try store.finish(made[person - 1])
    }
    try store.markRegistered(made[1].cardNumber)
    let waiting = try OfficeStore(folder: folder.path).unregistered()
    #expect(waiting.map(\.number) == [made[0], made[2]].map(\.cardNumber))
    #expect(waiting.map(\.certificate) == [made[0], made[2]].map(\.certificate.der))
    #expect(waiting.map(\.holder.personalID) == [applicant(1), applicant(3)].map(\.personalID))
    // Once registered it stays so.
    try store.markRegistered(made[1].cardNumber)
    #expect(try store.counts().registered == 1)
  }

  @Test(
    "Birth dates that go on a card, and those that can't",
    arguments: [
      ("1952-05-17", 19_520_517), ("1952-05", 19_520_500), ("1952", 19_520_000), ("", nil), ("abc", nil),
      ("abc-05", nil), ("1952-13", nil), ("1952-05-32", nil), ("1952-00", nil), ("0-1-1", nil), ("1952-05-17-1", nil),
      ("999999-01-01", nil), ("4294967295", nil), ("99999999999999999999", nil), ("-1952", nil), ("1952-", nil),
      ("+1952", nil), ("1952--17", nil), ("١٩٥٢", nil),
    ] as [(String, UInt32?)])
  func birthDates(text: String, date: UInt32?) {
    var person = applicant(1)
    person.birthDate = text
    #expect(person.holder?.birthDate.yyyymmdd == date)
  }

  @Test("A name that the chip has no room for")
  func names() {
    var person = applicant(1)
    person.name = String(repeating: "a", count: 128)
    #expect(person.holder != nil)
    person.name = String(repeating: "ễ", count: 43)
    #expect(person.holder == nil)
    person.name = ""
    #expect(person.holder == nil)
  }
}
