import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import Testing
import VietnamReference

@testable import Issuance

/// People who are told apart by everything.
enum TestPeople {
  static func person(_ number: Int, province: String = "19") -> Applicant {
    let tail = String(1_000_000 + number).dropFirst()
    var person = Applicant(
      personalID: "003152" + tail, name: "Hoàng Thị Mai \(letters(number))", asciiName: "", birthDate: "1952-05-17",
      province: province, sex: .female, commune: "26734", profile: .child, guardianID: "003171" + tail)
    person.phone = "0987" + tail
    person.address = "Thôn Bản Mạ \(letters(number))"
    person.photo = "anh-\(tail).jpg"
    return person
  }

  /// A word of its own for each number.
  static func letters(_ number: Int) -> String {
    String(String(number).map { Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0))) })
  }
}

@Suite("People of the office")
struct PeopleTests {
  private func raw(_ folder: ScratchFolder) throws -> DatabaseQueue {
    try DatabaseQueue(path: folder.path + "/office.sqlite")
  }

  @Test("What is given comes back, field by field, also after opening again")
  func roundTrip() throws {
    let folder = try ScratchFolder()
    var people = (1...5).map { TestPeople.person($0) }
    people[1].sex = nil
    people[2].birthDate = "1952"
    people[3].name = "H'Hen"
    people[4].profile = .collector
    try OfficeStore(folder: folder.path).take(people)
    let store = try OfficeStore(folder: folder.path)
    for person in people {
      var expected = person
      expected.asciiName = try #require(try store.applicant(person.personalID)?.asciiName)
      #expect(try store.applicant(person.personalID) == expected)
    }
    #expect(try store.applicant(people[3].personalID)?.asciiName == "H'HEN")
    #expect(try store.applicant(people[0].personalID)?.asciiName == "HOANG THI MAI B")
    #expect(try store.applicant("003152999999") == nil)
    var other = TestPeople.person(6)
    other.asciiName = "HOANG T MAI"
    try store.take([other])
    #expect(try store.applicant(other.personalID) == other)
  }

  @Test("No personal data stands in any file of the folder, whatever is done with people")
  func nothingPlain() throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    var people = (1...40).map { TestPeople.person($0) }
    let counts = try store.importPeople(reference: "DS-1", actor: "lan", time: 1) { adding in
      for person in people { try adding.add(person, findings: ["id.sex-mismatch"]) }
    }
    #expect(counts == PeopleCounts(new: 40, twins: 0, known: 0, differing: 0, toVerify: 40))
    people[0].name = "Trần Khác Biệt"
    try store.take([people[0]])
    let item = try #require(try store.workList(kind: .differs).first)
    #expect(item.proposed?.name == "Trần Khác Biệt")
    try store.correct(item.personKey, actor: "lan", reason: "thử", time: 2) { $0.address = "Ngõ Mới Tinh" }
    try store.matchAll()
    _ = try store.begin(people[3].personalID)
    let files = try folder.files()
    #expect(files.map(\.name).contains("office.sqlite") && files.map(\.name).contains("fields.keys"))
    var words = ["Trần Khác Biệt", "Ngõ Mới Tinh", "Hoàng Thị Mai", "HOANG THI MAI", "1952-05-17", "Bản Mạ", "female"]
    for person in people {
      words += [person.personalID, person.guardianID, person.phone, person.photo]
      words += [String(person.personalID.suffix(6))].filter { Int($0) ?? 0 > 100_000 }
    }
    for (name, octets) in files {
      let text = Data(octets)
      for word in words { #expect(text.range(of: Data(word.utf8)) == nil, "\(name): \(word)") }
    }
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/fields.keys")[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test("A sealed field that was changed, or moved to another column or person, does not open")
  func moved() throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    let people = (1...2).map { TestPeople.person($0) }
    try store.take(people)
    let changes = [
      "UPDATE person SET address = name WHERE person = 1",
      "UPDATE person SET name = (SELECT name FROM person WHERE person = 2) WHERE person = 1",
      "UPDATE person SET name = (SELECT name FROM person p WHERE p.person = 2), "
        + "nonce = (SELECT nonce FROM person p WHERE p.person = 2) WHERE person = 1",
      // Everything sealed of somebody else, with its nonce.
      "UPDATE person SET (nonce, personal_id, name, ascii_name, birth_date, sex, guardian, phone, address, photo) = "
        + "(SELECT nonce, personal_id, name, ascii_name, birth_date, sex, guardian, phone, address, photo "
        + "FROM person p WHERE p.person = 2) WHERE person = 1",
      "UPDATE person SET phone = substr(phone, 1, length(phone) - 1) WHERE person = 1",
      "UPDATE person SET nonce = zeroblob(12) WHERE person = 1",
    ]
    for change in changes {
      let copy = try ScratchFolder()
      for name in ["office.sqlite", "office.sqlite-wal", "fields.keys"] {
        try? FileManager.default.copyItem(atPath: folder.path + "/" + name, toPath: copy.path + "/" + name)
      }
      try raw(copy).write { try $0.execute(sql: change) }
      let changed = try OfficeStore(folder: copy.path)
      #expect(throws: CryptoError.verificationFailed, "\(change)") { try changed.applicant(people[0].personalID) }
      #expect(try changed.applicant(people[1].personalID) != nil)
    }
  }

  @Test("Without its key, or with another, the database is not opened, and no new key is made")
  func keys() throws {
    let folder = try ScratchFolder()
    try OfficeStore(folder: folder.path).take([TestPeople.person(1)])
    let path = folder.path + "/fields.keys"
    let key = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    func isRefused() -> Bool {
      do {
        _ = try OfficeStore(folder: folder.path)
        return false
      } catch OfficeError.fieldKeys {
        return true
      } catch {
        return false
      }
    }
    #expect(isRefused())
    #expect(!FileManager.default.fileExists(atPath: path))
    let other = try ScratchFolder()
    _ = try OfficeStore(folder: other.path)
    try FileManager.default.copyItem(atPath: other.path + "/fields.keys", toPath: path)
    #expect(isRefused())
    try FileManager.default.removeItem(atPath: path)
    #expect(FileManager.default.createFile(atPath: path, contents: key, attributes: [.posixPermissions: 0o600]))
    #expect(try OfficeStore(folder: folder.path).counts().applicants == 1)
  }

  @Test("An import is all or nothing, and is an act")
  func allOrNothing() throws {
    struct Stop: Error {}
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    #expect(throws: Stop.self) {
      try store.importPeople(reference: "DS-1", actor: "lan", time: 1) { adding in
        for number in 1...50 { try adding.add(TestPeople.person(number)) }
        throw Stop()
      }
    }
    #expect(try store.counts().applicants == 0)
    #expect(try store.acts().isEmpty)
    let people = (1...3).map { TestPeople.person($0) }
    _ = try store.importPeople(reference: "DS-2", actor: "lan", time: 5) { adding in
      for person in people + people { try adding.add(person) }
    }
    let act = try #require(try store.acts(of: "DS-2").first)
    #expect(act.what == "people-imported" && act.actor == "lan" && act.time == 5)
    #expect(act.reason == "new=3 known=3 differing=0 twins=0")
    #expect(try store.checkActs().broken == nil)
  }

  @Test("An office of one province sees and takes its own people only; who changed that stands in the acts")
  func scope() throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    let (here, there) = (TestPeople.person(1, province: "19"), TestPeople.person(2, province: "79"))
    try store.take([here, there])
    try store.matchAll()
    try store.setScope("19", actor: "lan", reason: "văn phòng tỉnh", time: 9)
    #expect(try OfficeStore(folder: folder.path).scope() == "19")
    #expect(try store.counts().applicants == 1)
    #expect(try store.waiting().map(\.personalID) == [here.personalID])
    #expect(try store.applicant(there.personalID) == nil)
    #expect(try store.personKey(there.personalID) == nil)
    #expect(throws: OfficeError.self) { try store.begin(there.personalID) }
    do {
      try store.take([TestPeople.person(3, province: "19"), TestPeople.person(4, province: "79")])
      Issue.record("taken")
    } catch OfficeError.outsideScope(let province) {
      #expect(province == "79")
    }
    #expect(try store.counts().applicants == 1, "nothing of it was taken")
    try store.setScope(nil, actor: "minh", reason: "trung ương", time: 10)
    #expect(try store.counts().applicants == 2)
    let acts = try store.acts().filter { $0.what == "scope-changed" }
    #expect(acts.map(\.subject) == ["19", "VN"] && acts.map(\.actor) == ["lan", "minh"])
  }
}
