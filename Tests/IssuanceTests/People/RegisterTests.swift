import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import PopulationRegister
import ServiceAPI
import Testing

@testable import Issuance

@Suite("The population register")
struct RegisterTests {
  /// Everything that an answer could change.
  static func state(_ folder: ScratchFolder) throws -> [String] {
    try DatabaseQueue(path: folder.path + "/office.sqlite").read { db in
      try [
        "SELECT person, register, hex(nonce), hex(person_key) FROM person ORDER BY person",
        "SELECT batch, state, hex(answer_hash) FROM register_batch ORDER BY batch",
        "SELECT batch, line, outcome FROM register_entry ORDER BY batch, line",
        "SELECT item, person, kind, decision FROM work_item ORDER BY item", "SELECT COUNT(*) FROM act",
      ].flatMap { try Row.fetchAll(db, sql: $0).map(\.description) }
    }
  }

  static func records(_ people: [Applicant]) -> RegisterRecords {
    RegisterRecords(
      people.map { RegisterRecord(personalID: $0.personalID, name: $0.name, birthDate: $0.birthDate) })
  }

  private static let people = (1...6).map { TestPeople.person($0) }

  private func office() throws -> (OfficeStore, ScratchFolder, RegisterRequest) {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.take(Self.people)
    let request = try #require(try store.askRegister(limit: 4, actor: "lan", time: 1))
    return (store, folder, request)
  }

  @Test("A batch has the next people, and of them only number, name and birth date; the share is an act")
  func request() throws {
    let (store, folder, request) = try office()
    defer { withExtendedLifetime(folder) {} }
    let (header, questions) = try RegisterDocument.readRequest(request.octets) { Digest.sha256.hash($0) }
    #expect(header.count == 4 && header.batch == request.batch && header.office == "VN")
    #expect(questions.map(\.personalID) == Self.people.prefix(4).map(\.personalID))
    #expect(questions.map(\.line) == [1, 2, 3, 4] && questions[0].name == Self.people[0].name)
    let text = String(decoding: request.octets, as: UTF8.self)
    for person in Self.people { #expect(!text.contains(person.phone) && !text.contains(person.guardianID)) }
    #expect(try store.registerCounts() == [.sent: 4, .unchecked: 2])
    let act = try #require(try store.acts(of: request.batch).first)
    #expect(act.what == "register-asked" && act.reason.contains("count=4") && act.reason.contains("basis="))
    #expect(act.reason.contains("fields=") && act.reason.contains("purpose="))
    #expect(try store.askRegisterAgain(request.batch, actor: "lan", time: 2).octets == request.octets)
    #expect(try store.askRegister(limit: 9, actor: "lan", time: 3)?.count == 2)
    #expect(try store.askRegister(limit: 9, actor: "lan", time: 3) == nil)
  }

  @Test("Every outcome has its state and its work")
  func outcomes() throws {
    let (store, folder, request) = try office()
    defer { withExtendedLifetime(folder) {} }
    var known = Self.people.prefix(4).map {
      RegisterRecord(personalID: $0.personalID, name: $0.name.uppercased(), birthDate: $0.birthDate)
    }
    known[1].name = "Người Khác"
    known[2].isDead = true
    known[3].newPersonalID = "003152777777"
    let answer = try RegisterRecords(known).answer(to: request.octets)
    let result = try store.takeAnswer(answer, actor: "lan", time: 2)
    #expect(result.outcomes == ["matched": 1, "mismatched": 1, "deceased": 1, "renumbered": 1])
    #expect(try store.waiting().map(\.personalID) == [Self.people[0].personalID])
    let items = try store.workList()
    #expect(items.map(\.kind) == [.mismatched, .deceased, .renumbered])
    #expect(items[0].detail == ["name"] && items[2].newPersonalID == "003152777777")
    for (index, state) in [(1, RegisterState.mismatched), (2, .deceased), (3, .renumbered), (4, .unchecked)] {
      do {
        _ = try store.begin(Self.people[index].personalID)
        Issue.record("begun")
      } catch OfficeError.notMatched(let found) {
        #expect(found == state)
      }
    }
    try store.decide(items[2].number, .accept, actor: "lan", reason: "xác lập lại", time: 3)
    #expect(try store.applicant("003152777777")?.name == Self.people[3].name)
    #expect(try store.applicant(Self.people[3].personalID)?.personalID == "003152777777", "found by the old number")
    #expect(try store.take([Self.people[3]]) == 0, "the old number is no new person")
    try store.correct(items[0].personKey, actor: "lan", reason: "ghi sai", time: 4) { $0.name = "Người Khác" }
    #expect(try store.workList().map(\.kind) == [.deceased])
    let rest = try #require(try store.askRegister(limit: 99, actor: "lan", time: 5))
    #expect(rest.count == 4)
    let corrected = try #require(try store.applicant(Self.people[1].personalID))
    let new = try #require(try store.applicant("003152777777"))
    let second = Self.records([corrected, new] + Self.people.suffix(1))
    #expect(
      try store.takeAnswer(try second.answer(to: rest.octets), actor: "lan", time: 6).outcomes
        == ["matched": 3, "no-number": 1])
    #expect(try store.workList().map(\.kind) == [.deceased, .noNumber])
    let noNumber = try #require(try store.workList(kind: .noNumber).first)
    try store.decide(noNumber.number, .recheck, actor: "lan", reason: "đã có số", time: 7)
    try store.matchAll()
    #expect(try store.registerCounts() == [.matched: 5, .deceased: 1])
    #expect(try store.checkActs().broken == nil)
  }

  @Test("A wrong answer is refused by its fault and changes nothing", arguments: RegisterFault.allCases)
  func faults(_ fault: RegisterFault) throws {
    let (store, folder, request) = try office()
    let before = try Self.state(folder)
    let wrong = try fault.answer(to: request.octets, Self.records(Self.people))
    do {
      _ = try store.takeAnswer(wrong, actor: "lan", time: 2)
      Issue.record("taken")
    } catch let error as RegisterExchangeError {
      switch (fault, error) {
      case (.truncated, .document(.truncated(expected: 4, found: 3))), (.repeated, .document(.repeated(line: 1))),
        (.outOfOrder, .document(.outOfOrder(line: 4, expected: 1))), (.otherBatch, .unknownBatch),
        (.otherRequest, .otherRequest), (.unknownPerson, .unknownPerson(batch: _, line: 1)),
        (.digest, .document(.digest)):
        break
      default: Issue.record("\(fault): \(error)")
      }
    }
    #expect(try Self.state(folder) == before)
    #expect(
      try store.takeAnswer(Self.records(Self.people).answer(to: request.octets), actor: "lan", time: 3).matched == 4)
  }

  @Test("The same answer again is answered as before; another one is refused, and so is one of a withdrawn batch")
  func again() throws {
    let (store, folder, request) = try office()
    let answer = try Self.records(Self.people).answer(to: request.octets)
    let first = try store.takeAnswer(answer, actor: "lan", time: 2)
    let state = try Self.state(folder)
    var second = try store.takeAnswer(answer, actor: "lan", time: 3)
    #expect(second.isRepeated && !first.isRepeated)
    second.isRepeated = false
    #expect(second == first)
    let other = try Self.records(Array(Self.people.prefix(2))).answer(to: request.octets)
    expect(.otherAnswer(batch: request.batch)) { _ = try store.takeAnswer(other, actor: "lan", time: 4) }
    #expect(try Self.state(folder) == state)
    expect(.answered(batch: request.batch)) {
      try store.withdrawBatch(request.batch, actor: "lan", reason: "", time: 4)
    }
    let next = try #require(try store.askRegister(limit: 9, actor: "lan", time: 5))
    try store.withdrawBatch(next.batch, actor: "lan", reason: "mất tệp", time: 6)
    #expect(try store.registerCounts() == [.matched: 4, .unchecked: 2])
    let late = try Self.records(Self.people).answer(to: next.octets)
    expect(.withdrawn(next.batch)) { _ = try store.takeAnswer(late, actor: "lan", time: 7) }
    expect(.withdrawn(next.batch)) { _ = try store.askRegisterAgain(next.batch, actor: "lan", time: 7) }
  }

  private func expect(_ expected: RegisterExchangeError, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("not refused: \(expected)")
    } catch {
      #expect("\(error)" == "\(expected)")
    }
  }

  @Test("An answer about data that changed meanwhile does not match the new data")
  func stale() throws {
    let (store, folder, request) = try office()
    defer { withExtendedLifetime(folder) {} }
    let key = try #require(try store.personKey(Self.people[1].personalID))
    try store.correct(key, actor: "lan", reason: "tên", time: 2) { $0.name = "Tên Mới" }
    expect(.changed(batch: request.batch)) {
      _ = try store.askRegisterAgain(request.batch, actor: "lan", time: 2)
    }
    let result = try store.takeAnswer(Self.records(Self.people).answer(to: request.octets), actor: "lan", time: 3)
    #expect(result.matched == 3 && result.stale == 1)
    #expect(try store.registerState(of: Self.people[1].personalID) == .unchecked)
    let again = try store.takeAnswer(Self.records(Self.people).answer(to: request.octets), actor: "lan", time: 3)
    #expect(again.stale == 1 && again.matched == 3)
  }

  @Test("A person who is corrected while a card is made: that card is scrapped")
  func correctedMeanwhile() throws {
    let (store, folder, _) = try office()
    defer { withExtendedLifetime(folder) {} }
    let request = try #require(try store.askRegister(limit: 9, actor: "lan", time: 2))
    _ = try store.takeAnswer(Self.records(Self.people).answer(to: request.octets), actor: "lan", time: 3)
    _ = try store.begin(Self.people[5].personalID)
    let key = try #require(try store.personKey(Self.people[5].personalID))
    try store.correct(key, actor: "lan", reason: "tên", time: 4) { $0.name = "Tên Mới" }
    #expect(try store.counts().scrapped == 1)
    #expect(throws: OfficeError.self) { try store.begin(Self.people[5].personalID) }
  }

  @Test(
    "The rule is the database's: no SQL makes a card for, or matches, a person without an answer",
    arguments: [
      "INSERT INTO card (sequence, number, person, state) VALUES (1, '9999000000000001', 1, 'started')",
      "INSERT INTO card (sequence, number, person, state) VALUES (1, '9999000000000001', 5, 'made')",
      "UPDATE person SET register = 'matched' WHERE person = 1",
      "UPDATE person SET register = 'matched' WHERE person = 5",
      "UPDATE card SET person = 5 WHERE sequence = 9",
      "UPDATE person SET name = address WHERE person = 6",
      "UPDATE person SET nonce = randomblob(12) WHERE person = 6",
      "UPDATE register_entry SET outcome = 'matched' WHERE person = 4",
      "INSERT INTO person (person_key, twin_key, province, commune, profile, register, nonce, personal_id, name, "
        + "birth_date) SELECT randomblob(16), twin_key, province, commune, profile, 'matched', nonce, personal_id, "
        + "name, birth_date FROM person WHERE person = 6",
    ])
  func rules(_ sql: String) throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.take(Self.people)
    let request = try #require(try store.askRegister(limit: 99, actor: "lan", time: 1))
    _ = try store.takeAnswer(Self.records([Self.people[5]]).answer(to: request.octets), actor: "lan", time: 2)
    let raw = try DatabaseQueue(path: folder.path + "/office.sqlite")
    try raw.write { db in
      try db.execute(
        sql: "INSERT INTO card (sequence, number, person, state) VALUES (9, '9999000000000009', 6, 'started')")
    }
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: sql) } }
  }
}
