import CardApplication
import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import ISO7816
import Issuance
import Testing

@testable import SoftCard

/// No secret of a card, an office or a centre in any file but its own.
@Suite("Secrets on disk")
struct SecretsTests {
  @Test("After twenty cards: no CAN, PIN, PUK or key in the office's and the centre's files")
  func twentyCards() async throws {
    try await TestCentre.run { centre in
      // Seeded, so that six digits that happen to be in an ID are so every time or never.
      let random = SeededRandom(seed: 42)
      let office = try centre.office(random: random)
      let master = try KeyFile(opening: centre.folder + "/office/custodian.keys").secret("master")
      var secrets: [(name: String, octets: [UInt8])] = []
      var cards: [OfficeCard] = []
      for person in 1...20 {
        let card = try await centre.issue(person, office, random: random)
        cards.append(card)
        let made = card.made.secrets
        for (name, digits) in [
          ("CAN", made.can.withOctets { $0 }), ("PIN", made.pin.withOctets { $0 }), ("PUK", made.puk.withOctets { $0 }),
        ] { secrets.append(("\(name) of card \(person)", digits)) }
        secrets.append(("payout key of card \(person)", try #require(await card.card.payoutScalar)))
        for purpose in CardKeyDiversification.Purpose.allCases {
          let key = try CardKeyDiversification.derive(master: master, purpose: purpose, data: card.made.serial)
          secrets.append(("\(purpose) of card \(person)", key.withOctets { $0 }))
        }
      }
      try await centre.credit((1...20).map { ListRow($0, 1_000) })
      for (file, names) in [
        ("office/custodian.keys", ["master", "master-192", "master-256", "certificate"]),
        ("centre/centre.keys", ["completion", "challenge"]),
      ] {
        let keys = try KeyFile(path: centre.folder + "/" + file) { _ throws(CryptoError) in }
        for name in names { secrets.append(("\(name) of \(file)", try keys.secret(name).withOctets { $0 })) }
      }
      #expect(secrets.count == 20 * (4 + CardKeyDiversification.Purpose.allCases.count) + 6)
      let files = try Self.files(centre.folder).filter { !$0.name.hasSuffix(".keys") }
      let names = Set(files.map(\.name))
      #expect(names.isSuperset(of: ["office/office.sqlite", "centre/ledger.sqlite"]))
      for (name, secret) in secrets {
        for form in Self.forms(secret) {
          for file in files where Self.tells(file, form) { Issue.record("\(name) in \(file.name)") }
        }
      }
      // The search finds what is there: card numbers in both databases, a PUK and the chosen PIN in the state of a
      // card.
      let number = Data(cards[7].made.cardNumber.digits.utf8)
      for folder in ["office/", "centre/"] {
        #expect(files.contains { $0.name.hasPrefix(folder) && $0.data.range(of: number) != nil })
      }
      let state = try cards[7].storage.load()?.withOctets { Data($0) }
      let secret = cards[7].made.secrets.puk.withOctets { Data($0) }
      #expect(state?.range(of: secret) != nil)
      #expect(state?.range(of: OfficeCard.pin.withOctets { Data($0) }) != nil)
    }
  }

  @Test("Key files and databases are for their owner's eyes")
  func modes() async throws {
    try await TestCentre.run { centre in
      _ = try centre.office()
      for file in ["office/custodian.keys", "centre/centre.keys"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: centre.folder + "/" + file)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
      }
      let folder = try FileManager.default.attributesOfItem(atPath: centre.folder + "/centre")
      #expect(folder[.posixPermissions] as? Int == 0o700)
    }
  }

  /// As octets, and as the texts that octets are written as.
  private static func forms(_ secret: [UInt8]) -> [Data] {
    let data = Data(secret)
    // Base64 of whole groups, wherever in a longer string they begin is not looked for.
    return [
      data, Data(secret.hex.utf8), Data(secret.hex.lowercased().utf8), Data(data.base64EncodedString().prefix(8).utf8),
      Data(secret.reversed()),
    ]
  }

  /// Whether `form` is in `file`; six digits that stand in a longer word of a text, as in one hash of sixteen million,
  /// are no CAN and no PIN. In a database, whose texts stand side by side, they are.
  private static func tells(_ file: (name: String, data: Data), _ form: Data) -> Bool {
    guard form.count == 6, file.name.hasSuffix(".jsonl") else { return file.data.range(of: form) != nil }
    let word = /[0-9A-Za-z+\/]+/
    return String(decoding: file.data, as: UTF8.self).matches(of: word).contains { $0.output.utf8.elementsEqual(form) }
  }

  @Test("Six digits in a text are told where they are a word, not where a hash happens to have them")
  func words() {
    let form = Data("123456".utf8)
    for (text, isTold) in [
      (#"{"pin":"123456"}"#, true), (#"{"pin":123456}"#, true), ("123456", true), (#"{"hash":"ab123456cd"}"#, false),
      (#"{"at":1123456}"#, false), (#"{"hash":"ab123456cd","pin":"123456"}"#, true),
    ] { #expect(Self.tells(("anchors.jsonl", Data(text.utf8)), form) == isTold, "\(text)") }
    #expect(Self.tells(("ledger.sqlite", Data("ab123456cd".utf8)), form))
  }

  private static func files(_ folder: String) throws -> [(name: String, data: Data)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).compactMap { name in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder), !isFolder.boolValue
      else { return nil }
      return (name, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
  }
}

extension SoftCard {
  /// The private scalar, which no card gives away: read past its interface.
  fileprivate var payoutScalar: [UInt8]? { state.payoutKey?.exportScalar().withOctets { $0 } }
}
