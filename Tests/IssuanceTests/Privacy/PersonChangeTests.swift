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
      executing: try PersonChange(of: person, correction: correction, keys: scene.keys),
      by: try PrivacyScene.doer(Self.day))
  }

  @Test("Who never had a card is erased: not a word stays in any file of the office")
  func erased() throws {
    let scene = try PrivacyScene()
    let person = PrivacyScene.applicant(2)
    try #require(try scene.contains(person.personalID) && scene.contains(person.name))
    _ = try scene.open(.deletion, on: Self.day, person: person.personalID)
    #expect(try scene.store.erasure(of: person.personalID) == .possible)
    let request = try execute(scene, 1, person.personalID)
    #expect(request.isExecuted && request.decision == .granted)
    #expect(try scene.store.applicant(person.personalID) == nil)
    #expect(try scene.store.counts().applicants == 2)
    #expect(try !scene.contains(person.personalID))
    #expect(try !scene.contains(person.name))
    #expect(try scene.contains(PrivacyScene.ids[0]))
    // The record that it was done stays, and names the person by the office's key.
    #expect(try scene.store.acts(of: request.subject).map(\.what).last == "privacy-request-executed")
    #expect(throws: PrivacyRequestError.executed(1)) { try execute(scene, 1, person.personalID) }
    _ = try scene.store.closeRequest(1, by: try PrivacyScene.doer(Self.day))
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
    #expect(try scene.store.acts().count == 1)
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
    _ = try execute(scene, 1, person.personalID, .init(name: name, birthDate: "1953", province: "79"))
    let now = try #require(try scene.store.applicant(person.personalID))
    #expect(now.name == name.text && now.asciiName == name.ascii && now.birthDate == "1953" && now.province == "79")
    #expect(try !scene.contains(person.name))
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
