import CardTestSupport
import CentreTestSupport
import GRDB
import Testing

@testable import Issuance

@Suite("Duplicates")
struct DuplicateTests {
  private func store() throws -> (OfficeStore, ScratchFolder) {
    let folder = try ScratchFolder()
    return (try OfficeStore(folder: folder.path), folder)
  }

  @Test("The same number again: known with the same data, whatever the spelling; work with other data, once")
  func sameNumber() throws {
    let (store, folder) = try store()
    defer { withExtendedLifetime(folder) {} }
    var person = TestPeople.person(1)
    person.name = "Nguyễn Thị Hòa"
    try store.take([person])
    var spelt = person
    spelt.name = "NGUYỄN THỊ HOÀ"
    var less = person
    (less.sex, less.phone, less.address, less.commune, less.guardianID) = (nil, "", "", "", "")
    try store.take([person, spelt, less])
    #expect(try store.workList().isEmpty)
    var moved = person
    (moved.province, moved.birthDate) = ("79", "1952")
    try store.take([moved], time: 7)
    try store.take([moved])
    let items = try store.workList()
    #expect(items.count == 1)
    let item = try #require(items.first)
    #expect(item.kind == .differs && item.detail == ["birth-date", "province"] && item.openedAt == 7)
    #expect(item.person.birthDate == "1952-05-17" && item.proposed?.birthDate == "1952")
    #expect(item.proposed?.province == "79" && item.proposed?.phone == person.phone)
    try store.decide(item.number, .accept, actor: "lan", reason: "giấy khai sinh", time: 8)
    #expect(try store.applicant(person.personalID)?.province == "79")
    #expect(try store.workList().isEmpty)
    try store.take([moved])
    #expect(try store.workList().isEmpty, "what was accepted is known now")
    #expect(throws: OfficeError.self) { try store.decide(item.number, .keep, actor: "lan", reason: "", time: 9) }
  }

  @Test("The same name and birth date under another number, across provinces and imports: an officer decides")
  func twins() throws {
    let (store, folder) = try store()
    defer { withExtendedLifetime(folder) {} }
    var first = TestPeople.person(1)
    first.name = "Trần Quý"
    var second = TestPeople.person(2, province: "79")
    second.name = "TRẦN QUÍ"
    var third = TestPeople.person(3, province: "01")
    (third.name, third.birthDate) = ("Trần Quý", "1952-05-18")
    try store.take([first])
    try store.take([second, third])
    let items = try store.workList(kind: .twin)
    #expect(items.map(\.person.personalID) == [second.personalID])
    #expect(items.first?.other?.entry?.person.personalID == first.personalID)
    let item = try #require(items.first)
    #expect(throws: OfficeError.self) { try store.decide(item.number, .accept, actor: "lan", reason: "", time: 1) }
    try store.decide(item.number, .same, actor: "lan", reason: "hai sổ một người", time: 2)
    #expect(try store.counts().applicants == 2)
    try store.matchAll()
    #expect(try store.waiting().map(\.personalID) == [first.personalID, third.personalID])
    #expect(throws: OfficeError.self) { try store.begin(second.personalID) }
    let act = try #require(try store.acts(of: item.personKey).first)
    #expect(act.what == "work-item-decided" && act.actor == "lan")
    #expect(act.reason == "item=\(item.number) kind=twin decision=same: hai sổ một người")
    #expect(try store.personKey(second.personalID) == item.personKey)
  }

  @Test("A possible twin gets no card before the other is matched, or an officer says that they are two")
  func undecidedTwin() throws {
    let (store, folder) = try store()
    defer { withExtendedLifetime(folder) {} }
    var (first, second) = (TestPeople.person(1), TestPeople.person(2, province: "79"))
    (first.name, second.name) = ("Lê An", "Lê An")
    try store.take([second])
    try store.matchAll()
    try store.take([first])
    try store.matchAll()
    _ = try store.begin(first.personalID)
    // The earlier one is asked about again: until the answer comes the later one waits.
    let key = try #require(try store.personKey(second.personalID))
    try store.correct(key, actor: "lan", reason: "địa chỉ", time: 1) { $0.address = "khác" }
    #expect(throws: OfficeError.self) { try store.begin(first.personalID) }
    #expect(try store.waiting().isEmpty)
    let item = try #require(try store.workList(kind: .twin).first)
    try store.decide(item.number, .distinct, actor: "lan", reason: "hai người", time: 2)
    _ = try store.begin(first.personalID)
    try store.take([first])
    #expect(try store.workList(kind: .twin).isEmpty)
  }

  @Test("Birth dates count as far as they are known, and names of one word are names")
  func partial() throws {
    let (store, folder) = try store()
    defer { withExtendedLifetime(folder) {} }
    func person(_ number: Int, _ name: String, _ date: String) -> Applicant {
      var person = TestPeople.person(number)
      (person.name, person.birthDate) = (name, date)
      return person
    }
    try store.take([
      person(1, "Y", "1945"), person(2, "Y", "1945-05"), person(3, "Y", "1945"), person(4, "H'Hen Niê", "1945"),
      person(5, "H’Hen Niê", "1945"), person(6, "H Hen Niê", "1945"),
    ])
    let pairs = try store.workList(kind: .twin).map {
      [$0.person.personalID.suffix(1), $0.other?.entry?.person.personalID.suffix(1) ?? ""].joined()
    }
    #expect(pairs == ["31", "54"])
  }

  @Test("A million-row import in small: random people against a simple reference", arguments: 0..<6)
  func reference(_ round: UInt64) throws {
    let seed = SplitMix64.seed &+ round
    var random = SplitMix64(seed: seed)
    let (store, folder) = try store()
    defer { withExtendedLifetime(folder) {} }
    var known: [String: Applicant] = [:]
    var order: [Applicant] = []
    var expected = PeopleCounts()
    for _ in 0..<4 {
      var batch = PeopleCounts()
      let people = (0..<150).map { _ in Self.random(&random) }
      let counts = try store.importPeople(reference: "DS", actor: "lan", time: 1) { adding in
        for person in people { try adding.add(person) }
      }
      for person in people {
        if let before = known[person.personalID] {
          let isSame =
            before.birthDate == person.birthDate && before.province == person.province
            && before.name.lowercased() == person.name.lowercased()
          if isSame { batch.known += 1 } else { batch.differing += 1 }
        } else {
          let isTwin = order.contains {
            $0.name.lowercased() == person.name.lowercased() && $0.birthDate == person.birthDate
          }
          batch.new += 1
          if isTwin { batch.twins += 1 }
          known[person.personalID] = person
          order.append(person)
        }
      }
      #expect(counts == batch, "seed \(seed)")
      expected.twins += batch.twins
    }
    #expect(try store.counts().applicants == known.count, "seed \(seed)")
    #expect(try store.workCounts()[.twin, default: 0] == expected.twins, "seed \(seed)")
    for person in order { #expect(try store.applicant(person.personalID)?.name == person.name, "seed \(seed)") }
  }

  /// Few numbers, names and dates, so that everything comes again.
  private static func random(_ random: inout SplitMix64) -> Applicant {
    func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
    let number = Int(random.next() % 200)
    return Applicant(
      personalID: "003152" + String(1_000_000 + number).dropFirst(),
      name: pick(["Lê An", "LÊ AN", "Hồ Bình", "Vũ Đạt", "Y"]), asciiName: "",
      birthDate: pick(["1952", "1952-05", "1952-05-17", "1960-01-02", "1971-03-04"]),
      province: pick(["01", "19", "79"]))
  }
}
