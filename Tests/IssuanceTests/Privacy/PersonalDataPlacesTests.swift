import Benefits
import CardApplication
import CentreTestSupport
import Foundation
import GRDB
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

@testable import Issuance

/// The declaration against what is really there: fresh databases, encoded values, files of a card.
@Suite("Personal data is declared where it is")
struct PersonalDataPlacesTests {
  /// Every part of every place, as the program makes them.
  private static func actual() async throws -> Set<String> {
    let folder = try ScratchFolder()
    _ = try OfficeStore(folder: folder.path)
    var names = try columns("office", folder.path + "/office.sqlite")
    let scene = try AuthorityScene()
    _ = try scene.open()
    names.formUnion(try columns("authority", scene.path + "/authority.sqlite"))
    let store = try SQLiteLedgerStore(folder: folder.path + "/centre", clock: { 0 })
    await store.close()
    names.formUnion(try columns("centre", folder.path + "/centre/ledger.sqlite"))
    names.formUnion(try journal())
    names.formUnion(try card())
    for value in WireSamples.all { names.formUnion(try keys(value, "api \(type(of: value))")) }
    names.formUnion(ApplicantColumn.allCases.map { "list applicant-list.\($0.rawValue)" })
    names.formUnion(PaymentColumn.allCases.map { "list payment-list.\($0.rawValue)" })
    names.formUnion(try keys(WireSamples.voucher, "print voucher"))
    names.formUnion(try prints())
    return names
  }

  private static func columns(_ system: String, _ path: String) throws -> Set<String> {
    try DatabaseQueue(path: path).read { db in
      let tables = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb_%' AND name NOT LIKE 'sqlite_%'
          """)
      return Set(
        try tables.flatMap { table in
          try Row.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table]).map {
            "\(system) \(table).\($0["name"] as String)"
          }
        })
    }
  }

  /// The keys of a value's JSON, each of which is set in the samples.
  private static func keys(_ value: any Encodable, _ place: String) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any]
    let keys = try #require(object, "\(place)").keys
    // A key that is left out of JSON would be overlooked.
    let properties = Mirror(reflecting: value).children.compactMap(\.label)
    #expect(keys.count == properties.count, "\(place): \(keys) of \(properties)")
    return Set(keys.map { "\(place).\($0)" })
  }

  private static func journal() throws -> Set<String> {
    let facts = PaidFacts(
      holderName: "Nguyễn Thị Hòa", maskedPersonalID: "********0017", cardLastFour: "4417", lines: [], remaining: 0,
      collector: WireSamples.voucher.collector, list: "a")
    let entry = JournalEntry(
      step: .paid, transaction: "00", time: 0, data: Data(), facts: facts, visits: [],
      reprint: Reprint(maker: "a", number: 1), head: "a")
    return try keys(entry, "journal entry").union(keys(facts, "journal facts"))
  }

  private static func card() throws -> Set<String> {
    func properties(_ value: Any, _ file: String) -> [String] {
      Mirror(reflecting: value).children.compactMap(\.label).map { "card \(file).\($0)" }
    }
    let applicant = TestCentre.applicant(1)
    let holder = try #require(applicant.holder)
    let number = try #require(CardNumber(sequence: 1))
    let day = try #require(CardDate(yyyymmdd: 20_361_104))
    let info = CardInfo(
      cardNumber: number, validFrom: day, validUntil: day, province: 19, profileID: 1, profileVersion: 1,
      applicationVersion: 1)
    let identity = try #require(applicant.identity(holder, from: TestClock.start, until: day))
    let line = CardLine(line: 1, programme: 1, province: 19, status: .active)
    var names = properties(info, "EF.CardInfo") + properties(holder, "EF.Holder") + properties(line, "EF.Lines")
    names += try identity.dataGroups.keys.map { "card eID.\($0.name)" }
    for file in PayoutFile.allCases {
      switch file {
      case .cardInfo, .holder, .lines: break
      case .snapshot: names.append("card EF.Snapshot.content")
      case .payoutKeyCertificate: names.append("card EF.PayoutKeyCertificate.content")
      case .payoutLog: names.append("card EF.PayoutLog.content")
      case .offlineAuthority: names.append("card EF.OfflineAuthority.content")
      case .photo: names.append("card EF.Photo.content")
      }
    }
    return Set(names)
  }

  /// What is printed; secrets are handed to the printer on their own.
  private static func prints() throws -> [String] {
    func properties(_ value: Any, _ print: String, _ more: [String] = []) -> [String] {
      (Mirror(reflecting: value).children.compactMap(\.label) + more).map { "print \(print).\($0)" }
    }
    let name = try PersonName("Nguyễn Thị Hòa")
    let number = try #require(CardNumber(sequence: 1))
    let day = try #require(CalendarDate(year: 2026, month: 11, day: 5))
    let mailer = PINMailerContent(name: name, commune: "a", cardLastFour: "a", office: "a", date: day)
    let face = CardFaceContent(
      name: name, cardNumber: number, validFrom: day, validUntil: day, province: BilingualText(vi: "a", en: "a"))
    let birth = try #require(PartialDate(text: "1952"))
    let row = HandoverRow(name: name, birthDate: birth, maskedPersonalID: "a", cardNumber: number)
    return properties(mailer, "pin-mailer", ["cardNumber", "can", "pin", "puk"])
      + properties(face, "card-face", ["can"]) + properties(row, "handover-list")
  }

  private static func declared(_ declaration: PersonalData) -> Set<String> {
    Set(declaration.fields.flatMap { $0.places.flatMap(\.parts.names) } + declaration.none.flatMap(\.names))
  }

  @Test("Each column, key and file is declared, and each declared one exists")
  func both() async throws {
    let actual = try await Self.actual()
    let declared = Self.declared(.embedded)
    let undeclared = actual.subtracting(declared).sorted()
    #expect(undeclared.isEmpty, "say in personal_data.yaml whose data they are, or that they hold none")
    let missing = declared.subtracting(actual).sorted()
    #expect(missing.isEmpty, "declared, and not there")
    #expect(actual.count > 250)
  }

  @Test("A new column that nobody has classified is found")
  func planted() throws {
    let folder = try ScratchFolder()
    _ = try OfficeStore(folder: folder.path)
    let raw = try DatabaseQueue(path: folder.path + "/office.sqlite")
    try raw.write { try $0.execute(sql: "ALTER TABLE person ADD COLUMN email TEXT; CREATE TABLE visit (who TEXT)") }
    let found = try Self.columns("office", folder.path + "/office.sqlite").subtracting(Self.declared(.embedded))
    #expect(found == ["office person.email", "office visit.who"])
  }

  @Test("Every message of the service is looked at")
  func everyMessage() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let sources = folder.path + "/Sources/ServiceAPI"
    var declared: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources) where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      for match in text.matches(of: /public struct (\w+):[^{]*Codable/) { declared.insert(String(match.1)) }
    }
    // Octets, of whatever, and a place in a chain: a JSON string each.
    declared.subtract(["WireBytes", "ChainTip"])
    #expect(declared == Set(WireSamples.all.map { String(describing: type(of: $0)) }))
  }
}
