import CentreTestSupport
import Foundation
import GRDB
import Testing
import VietnamReference

@testable import Issuance

@Suite("Erasures and corrections on request")
struct PersonChangeTests {
  private static let day = "2026-03-02"

  private func execute(
    _ scene: PrivacyScene, _ number: Int64, _ person: String, _ correction: PersonChange.Correction? = nil,
    decision: PrivacyRequest.Decision = .granted
  ) throws -> PrivacyRequest {
    try scene.store.answerRequest(
      number, decision, basis: "Luật 91/2025/QH15",
      executing: PersonChange(of: person, correction: correction),
      by: try PrivacyScene.doer(Self.day))
  }

  @Test("Who never had a card is erased: not a word stays in any file of the office")
  func erased() throws {
    let scene = try PrivacyScene()
    let person = PrivacyScene.applicant(2)
    let (new, twin, batch) = try entangle(scene, person)
    // The twin has one name and birth date with the person.
    let sealed = try Array(Set(scene.sealed(new)).subtracting(scene.sealed(twin.personalID)))
    let others = try scene.sealed(PrivacyScene.ids[0])
    try #require(try sealed.count >= 10 && scene.count(sealed) == sealed.count)
    #expect(try scene.store.erasure(of: person.personalID) == .possible)
    #expect(throws: PrivacyRequestError.otherPerson(1)) { try execute(scene, 1, twin.personalID) }
    let request = try execute(scene, 1, new)
    #expect(request.isExecuted && request.decision == .granted)
    for id in [person.personalID, new] {
      #expect(try scene.store.applicant(id) == nil && scene.store.erasure(of: id) == .noRecord)
      #expect(try !scene.contains(id))
    }
    #expect(try scene.store.counts().applicants == 3)
    #expect(try scene.count(sealed) == 0 && scene.count(others) == others.count)
    #expect(try !scene.contains(person.name))
    // Nobody else is held up: the twin waits for a card, and the batch's answer is taken without the one erased.
    #expect(try scene.store.waiting().map(\.personalID) == [PrivacyScene.ids[0], PrivacyScene.ids[2]])
    let result = try scene.answer(batch)
    #expect(result.stale == 1 && result.matched == 1)
    #expect(try scene.answer(batch).stale == 1)
    #expect(try scene.store.waiting().contains { $0.personalID == twin.personalID })
    let job = try scene.store.counts(ofJob: 1)
    #expect(job.reconcile && job.taken == 3 && job.erased == 1 && job.left == 2)
    // The record that it was done stays, and names the person by the office's key.
    #expect(try scene.store.acts(of: request.subject).map(\.what).last == "privacy-request-executed")
    #expect(throws: PrivacyRequestError.executed(1)) { try execute(scene, 1, person.personalID) }
    _ = try scene.store.closeRequest(1, by: try PrivacyScene.doer(Self.day))
  }

  /// A person whom every table knows: matched and in a job, renumbered, come again with other data, asked about once
  /// more, and possibly somebody else, who is not matched yet.
  ///
  /// - Returns: the new number, the other one, and what was asked last.
  private func entangle(_ scene: PrivacyScene, _ person: Applicant) throws -> (String, Applicant, RegisterRequest) {
    _ = try scene.open(.deletion, on: Self.day, person: person.personalID)
    try scene.store.matchAll()
    _ = try scene.store.openJob("đợt 1", actor: "lan", time: 1)
    let (new, key) = ("003152999999", try #require(try scene.store.personKey(person.personalID)))
    try scene.store.correct(key, actor: "lan", reason: "thử", time: 1) {
      ($0.personalID, $0.phone, $0.address) = (new, "0912345678", "Xã Đồng Hỷ")
    }
    var again = person
    (again.personalID, again.birthDate) = (new, "1953")
    var twin = person
    twin.personalID = "003152888888"
    try scene.store.take([again, twin])
    #expect(try Set(scene.store.workList().map(\.kind)) == [.differs, .twin])
    return (new, twin, try #require(try scene.store.askRegister(limit: 10, actor: "lan", time: 2)))
  }

  @Test("An entry that was given up for another goes with it; of another province only with its office's consent")
  func merged() throws {
    let scene = try PrivacyScene()
    var other = PrivacyScene.applicant(2)
    (other.personalID, other.province) = ("003152888888", "79")
    try scene.store.take([other])
    let item = try #require(try scene.store.workList(kind: .twin).first)
    try scene.store.decide(item.number, .same, actor: "lan", reason: "thử", time: 1)
    _ = try scene.open(.deletion, on: Self.day, person: other.personalID)
    let record = try #require(try scene.store.record(of: other.personalID))
    #expect(record.applicant.personalID == PrivacyScene.ids[1] && record.givenUp == [other.personalID])
    #expect(record.findings.map(\.kind) == ["twin"] && record.requests.map(\.number) == [1])
    try scene.store.setScope("19", actor: "lan", reason: "thử", time: 1)
    #expect(throws: OfficeError.self) { try execute(scene, 1, PrivacyScene.ids[1]) }
    try scene.store.setScope(nil, actor: "lan", reason: "thử", time: 1)
    let sealed = try scene.sealed(other.personalID) + scene.sealed(PrivacyScene.ids[1])
    _ = try execute(scene, 1, PrivacyScene.ids[1])
    #expect(try scene.count(sealed) == 0 && scene.store.counts().applicants == 2)
    #expect(try scene.store.erasure(of: other.personalID) == .noRecord)
  }

  @Test("The office of one province does not answer for another's people")
  func scope() throws {
    let scene = try PrivacyScene()
    var other = PrivacyScene.applicant(1)
    (other.personalID, other.province) = ("003152888888", "79")
    try scene.store.take([other])
    _ = try scene.open(.deletion, on: Self.day, person: other.personalID)
    _ = try scene.open(.correction, on: Self.day)
    try scene.store.setScope("19", actor: "lan", reason: "thử", time: 1)
    #expect(try scene.store.requests().map(\.number) == [2])
    #expect(throws: PrivacyRequestError.unknown(1)) { try scene.store.request(1) }
    #expect(throws: PrivacyRequestError.unknown(1)) { try execute(scene, 1, other.personalID) }
    #expect(throws: PrivacyRequestError.unknown(1)) {
      try scene.store.answerRequest(1, .refused, basis: "thử", by: try PrivacyScene.doer(Self.day))
    }
    #expect(throws: OfficeError.self) { try scene.open(.access, on: Self.day, person: other.personalID) }
    #expect(try scene.store.record(of: other.personalID) == nil)
    #expect(try scene.store.erasure(of: other.personalID) == .noRecord)
    // Nor does it hand its own over by a correction.
    #expect(throws: OfficeError.self) { try execute(scene, 2, PrivacyScene.ids[0], .init(province: "79")) }
    #expect(try scene.store.request(2).state == .open)
    try scene.store.setScope("79", actor: "lan", reason: "thử", time: 1)
    #expect(try scene.store.requests().map(\.number) == [1])
  }

  @Test(
    "Who has a card is kept by law",
    arguments: [("made", Erasure.cardMade), ("registered", .cardMade), ("scrapped", .numberGivenOut)])
  func kept(_ state: String, _ erasure: Erasure) throws {
    let scene = try PrivacyScene()
    let person = PrivacyScene.ids[0]
    try scene.makeCard(of: person, state)
    _ = try scene.open(.deletion, on: Self.day)
    #expect(try scene.store.erasure(of: person) == erasure)
    let error: PrivacyRequestError = erasure == .cardMade ? .cardMade : .numberGivenOut
    #expect(throws: error) { try execute(scene, 1, person) }
    #expect(try scene.store.applicant(person) != nil && scene.store.request(1).state == .open)
    #expect(try scene.store.acts().last?.what == "privacy-request-opened")
  }

  @Test("Only the person of the request is touched, and only as asked for")
  func others() throws {
    let scene = try PrivacyScene()
    _ = try scene.open(.deletion, on: Self.day)
    _ = try scene.open(.access, on: Self.day)
    _ = try scene.open(.deletion, on: Self.day, person: "003152999999")
    #expect(throws: PrivacyRequestError.otherPerson(1)) { try execute(scene, 1, PrivacyScene.ids[1]) }
    #expect(throws: PrivacyRequestError.nothingToExecute(.access)) { try execute(scene, 2, PrivacyScene.ids[0]) }
    #expect(throws: PrivacyRequestError.noRecord) { try execute(scene, 3, "003152999999") }
    #expect(throws: PrivacyRequestError.nothingToExecute(.deletion)) {
      try execute(scene, 1, PrivacyScene.ids[0], .init(province: "79"))
    }
    #expect(throws: PrivacyRequestError.refusedAndExecuted) {
      try execute(scene, 1, PrivacyScene.ids[0], decision: .refused)
    }
    #expect(try scene.store.counts().applicants == 3 && scene.store.acts().count == 3)
  }

  @Test("A correction replaces what was wrong, in every file of the office")
  func corrected() throws {
    let scene = try PrivacyScene()
    let person = PrivacyScene.applicant(3)
    _ = try scene.open(.correction, on: Self.day, person: person.personalID)
    let name = try PersonName("Trần Thị Mỹ Duyên")
    for wrong in [
      PersonChange.Correction(), .init(birthDate: person.birthDate), .init(birthDate: "1952-13"),
      .init(province: person.province),
    ] {
      #expect(throws: PrivacyRequestError.correction) { try execute(scene, 1, person.personalID, wrong) }
    }
    #expect(throws: PrivacyRequestError.nothingToExecute(.correction)) { try execute(scene, 1, person.personalID) }
    try scene.store.matchAll()
    let old = try scene.sealedFields(person.personalID)
    try #require(try scene.count(old) == old.count)
    _ = try execute(
      scene, 1, person.personalID, .init(name: name, birthDate: "1953", province: "79", commune: "26734"))
    let now = try #require(try scene.store.applicant(person.personalID))
    #expect(now.name == name.text && now.asciiName == name.ascii && now.birthDate == "1953" && now.province == "79")
    #expect(now.commune == "26734")
    #expect(try scene.count(old) == 0)
    // The register has matched other data: it is asked again before a card is made.
    #expect(try scene.store.registerState(of: person.personalID) == .unchecked)
    #expect(try scene.store.waiting(personalID: person.personalID).isEmpty)
    #expect(
      try scene.store.acts(of: try scene.store.personKey(person.personalID)).map(\.what).suffix(2)
        == ["person-corrected", "privacy-request-executed"])
    try scene.makeCard(of: person.personalID)
    _ = try scene.open(.correction, on: Self.day, person: person.personalID)
    #expect(throws: PrivacyRequestError.cardMade) {
      try execute(scene, 2, person.personalID, .init(birthDate: "1954"))
    }
  }

  @Test("Requests and exports can't be removed from the database")
  func kept() throws {
    let scene = try PrivacyScene()
    _ = try scene.open(.access, on: Self.day)
    let raw = try DatabaseQueue(path: scene.folder.path + "/office.sqlite")
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM privacy_request") } }
  }
}
