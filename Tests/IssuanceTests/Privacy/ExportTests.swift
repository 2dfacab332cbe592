import CardApplication
import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import GRDB
import ISO7816
import Testing

@testable import Issuance

@Suite("Exports for one recipient", .enabled(if: OpenSSLCommand.isAvailable, "no openssl command"))
struct ExportTests {
  private let scene: PrivacyScene
  private let peer: OpenSSLCommand
  private let recipient: RecipientCertificate
  /// Where exports go; the office's own folder has the data in it.
  private let out: ScratchFolder

  init() throws {
    scene = try PrivacyScene()
    out = try ScratchFolder()
    peer = try OpenSSLCommand()
    let made = try peer.run(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "a.key",
      "-subj",
      "/CN=Thanh tra", "-utf8", "-days", "2", "-out", "a.pem")
    try #require(made.status == 0, "\(made.output)")
    recipient = try RecipientCertificate(
      try peer.read("a.pem"), at: Int64(Date().timeIntervalSince1970) + 3_600)
  }

  private var path: String { out.path + "/xuat.cms" }

  private func order(_ people: [String] = PrivacyScene.ids, fields: [String]? = nil) -> ExportOrder {
    ExportOrder(
      people: people, fields: fields ?? PersonalData.embedded.exportable.map(\.id), purpose: "thanh tra năm 2026",
      basis: "Quyết định thanh tra 12/QĐ-SNV")
  }

  @discardableResult
  private func export(_ order: ExportOrder, path: String? = nil) throws -> Disclosure {
    try scene.store.export(
      order, to: recipient, path: path ?? self.path, by: try PrivacyScene.doer("2026-03-02"))
  }

  private func decrypted() throws -> [[String: Any]] {
    try peer.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), to: "x.cms")
    let opened = try peer.run(
      "cms", "-decrypt", "-binary", "-inform", "der", "-in", "x.cms", "-recip", "a.pem", "-inkey", "a.key", "-out", "x")
    try #require(opened.status == 0, "\(opened.output)")
    return try String(decoding: try peer.read("x"), as: UTF8.self).split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("The recipient reads what was asked for, and the act says what was given")
  func whole() throws {
    let (first, second) = (PrivacyScene.applicant(1), PrivacyScene.applicant(2))
    try scene.makeCard(of: first.personalID)
    let card = try #require(try scene.store.card(of: first.personalID)).digits
    try scene.store.record(
      PINAct(card: card, act: .set, terminal: "VN79T0000100001", actor: "lan", time: 5),
      identity: try #require(IdentityCheck(.identityCard, tail: "0123")))
    _ = try scene.open(.access, on: "2026-03-02")
    let made = try export(order([first.personalID, second.personalID, first.personalID]))
    #expect(made.people == 2 && made.number == 1 && made.state == .made && made.recipient == recipient.fingerprint)
    let people = try decrypted()
    #expect(people.count == 2)
    #expect(Set(people[0].keys) == Set(PersonalData.embedded.exportable.map(\.id)))
    #expect(people[0]["personal-id"] as? [String] == [first.personalID])
    let checks = try #require(people[0]["checks"] as? [String: Any])
    #expect(checks["register"] as? String == "matched" && (checks["asked"] as? [Any])?.count == 1)
    let documents = try #require(people[0]["identity-document"] as? [[String: Any]])
    #expect(documents.map { $0["tail"] as? String } == ["0123"])
    #expect((people[0]["name"] as? [String: String])?["text"] == first.name)
    let cards = try #require(people[0]["card-number"] as? [[String: Any]])
    #expect(cards.count == 1 && cards[0]["number"] as? String == card)
    #expect((cards[0]["acts"] as? [[String: Any]])?.first?["act"] as? String == "set")
    #expect((people[0]["requests"] as? [[String: Any]])?.first?["kind"] as? String == "access")
    #expect((people[1]["requests"] as? [[String: Any]])?.isEmpty == true)
    let act = try #require(try scene.store.acts().last)
    #expect(act.what == "personal-data-exported" && act.subject == "disclosure-1" && act.actor == "lan")
    let text = try #require(try JSONSerialization.jsonObject(with: Data(act.reason.utf8)) as? [String: Any])
    #expect(text["people"] as? Int == 2 && text["recipient"] as? String == recipient.fingerprint.hex)
    #expect(text["purpose"] as? String == "thanh tra năm 2026")
    #expect(try scene.store.disclosures() == [made])
    #expect(try scene.store.checkActs().broken == nil)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test("Only the wanted fields leave, and the next export tells of this one")
  func fields() throws {
    let person = PrivacyScene.ids[0]
    try export(order([person], fields: ["province", "birth-date"]))
    let first = try #require(try decrypted().first)
    #expect(first.keys.sorted() == ["birth-date", "province"])
    try FileManager.default.removeItem(atPath: path)
    let second = try export(order([person], fields: ["disclosures"]))
    let told = try #require(try decrypted().first?["disclosures"] as? [[String: Any]])
    #expect(told.count == 1 && told[0]["fields"] as? [String] == ["birth-date", "province"])
    #expect(second.number == 2 && second.fields == ["disclosures"])
  }

  @Test("Who is named by an old and a new number is exported once, with what came in under either")
  func renumbered() throws {
    let (old, new) = (PrivacyScene.ids[0], "003152999999")
    _ = try scene.open(.access, on: "2026-03-02")
    try export(order([old], fields: ["name"]), path: out.path + "/truoc.cms")
    let key = try #require(try scene.store.personKey(old))
    try scene.store.correct(key, actor: "lan", reason: "thử", time: 1) { $0.personalID = new }
    let made = try export(order([new, old], fields: ["personal-id", "requests", "disclosures"]))
    #expect(made.people == 1)
    let people = try decrypted()
    #expect(people.count == 1 && people[0]["personal-id"] as? [String] == [new])
    #expect((people[0]["requests"] as? [Any])?.count == 1 && (people[0]["disclosures"] as? [Any])?.count == 1)
  }

  @Test("The office of one province exports nobody else")
  func scope() throws {
    var other = PrivacyScene.applicant(1)
    (other.personalID, other.province) = ("003152999999", "79")
    try scene.store.take([other])
    try scene.store.setScope("19", actor: "lan", reason: "thử", time: 1)
    let acts = try scene.store.acts().count
    #expect(throws: ExportError.unknownPerson(at: 1)) { try export(order([PrivacyScene.ids[0], other.personalID])) }
    #expect(try out.files().isEmpty && scene.store.acts().count == acts)
    try scene.store.setScope("79", actor: "lan", reason: "thử", time: 2)
    #expect(try export(order([other.personalID], fields: ["name"])).people == 1)
  }

  @Test("Not a word of it is on the disk in plain, neither while it is written nor afterwards")
  func neverPlain() throws {
    let (secret, folder) = ("003152000017 Nguyễn Thị Hòa", out)
    var seen = 0
    try EncryptedFile.write(to: path, recipient: recipient) { writer in
      for _ in 0..<4_000 { try writer.write(Array((secret + "\n").utf8)) }
      seen = try folder.files().map(\.octets.count).reduce(0, +)
      #expect(try !folder.contains(secret) && !folder.contains("003152000017"))
    } commit: { () throws in
      #expect(try !folder.contains("003152000017"))
      #expect(try folder.files().map(\.name).allSatisfy { $0.hasPrefix(".ansinh-") })
    }
    // It was being written when it was looked at.
    #expect(seen > 100_000)
    #expect(try out.files().map(\.name) == ["xuat.cms"])
    #expect(try !out.contains("003152000017") && !out.contains("Hòa"))
    try export(order(), path: out.path + "/hai.cms")
    #expect(try !out.contains(PrivacyScene.ids[0]) && !out.contains(PrivacyScene.applicant(1).name))
  }

  @Test("What can't be exported leaves neither file nor act")
  func refused() throws {
    let ids = PrivacyScene.ids
    func refused(_ order: ExportOrder, _ error: some Error & Equatable) throws {
      #expect(throws: error) { try export(order) }
      #expect(try out.files().isEmpty)
    }
    try refused(order([]), ExportError.nothing)
    try refused(order(fields: []), ExportError.nothing)
    try refused(order(fields: ["name", "payouts"]), ExportError.field("payouts"))
    try refused(order([ids[0], ids[0], "003152999999"]), ExportError.unknownPerson(at: 1))
    var wrong = order()
    wrong.purpose = "cho 003152000017"
    try refused(wrong, PrivacyRequestError.text("--purpose"))
    wrong = order()
    wrong.basis = ""
    try refused(wrong, PrivacyRequestError.text("--basis"))
    #expect(try scene.store.acts().isEmpty && scene.store.disclosures().isEmpty)
  }

  @Test("No other file is touched; a file without its act there never is")
  func otherFiles() throws {
    try Data("khác".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: EncryptedFileError.exists(path: path)) { try export(order()) }
    #expect(try out.contains("khác"))
    for name in ["", out.path + "/", out.path] {
      #expect(throws: EncryptedFileError.self) { try export(order(), path: name) }
    }
    #expect(throws: EncryptedFileError.self) { try export(order(), path: out.path + "/khong/co.cms") }
    #expect(try scene.store.acts().isEmpty)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try EncryptedFile.write(to: out.path + "/a.cms", recipient: recipient) {
        try $0.write([1])
      } commit: {
        throw Stop()
      }
    }
    #expect(try out.files().map(\.name) == ["xuat.cms"])
    // The name is taken between the act and the naming.
    let taken = out.path + "/b.cms"
    #expect(throws: EncryptedFileError.exists(path: taken)) {
      try EncryptedFile.write(to: taken, recipient: recipient) {
        try $0.write([1])
      } commit: {
        try Data("trước".utf8).write(to: URL(fileURLWithPath: taken))
      }
    }
    #expect(try out.files().map(\.name) == ["b.cms", "xuat.cms"] && out.contains("trước"))
  }

  @Test("An export that fails after its act says so in another")
  func failed() throws {
    // The chain takes the act, and the name is taken at that moment.
    let path = path
    try scene.store.queue.write { db in
      db.add(
        function: DatabaseFunction("take_name", argumentCount: 0) { _ in
          try Data("trước".utf8).write(to: URL(fileURLWithPath: path))
          return nil
        })
      try db.execute(
        sql: "CREATE TEMP TRIGGER taken AFTER INSERT ON main.act WHEN NEW.what = 'personal-data-exported' "
          + "BEGIN SELECT take_name(); END")
    }
    #expect(throws: EncryptedFileError.exists(path: path)) { try export(order()) }
    #expect(
      try scene.store.acts().map(\.what) == ["personal-data-exported", "personal-data-export-failed"])
    #expect(try scene.store.disclosures().map(\.state) == [.failed])
    #expect(try out.contains("trước"))
  }

  @Test("Erasing a person keeps the record of whom the data went to")
  func erased() throws {
    let person = PrivacyScene.ids[1]
    try export(order([person]))
    _ = try scene.open(.deletion, on: "2026-03-02", person: person)
    _ = try scene.store.answerRequest(
      1, .granted, basis: "Luật 91/2025/QH15", executing: PersonChange(of: person),
      by: try PrivacyScene.doer("2026-03-02"))
    #expect(try scene.store.disclosures().count == 1)
    #expect(try !scene.contains(person))
    let raw = try DatabaseQueue(path: scene.folder.path + "/office.sqlite")
    #expect(throws: DatabaseError.self) {
      try raw.write { try $0.execute(sql: "DELETE FROM disclosure_person; DELETE FROM disclosure") }
    }
  }
}
