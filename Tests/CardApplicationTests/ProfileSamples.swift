import Foundation
import Testing

@testable import CardApplication

/// The profile files of the repository, and ways to spoil them.
enum ProfileSamples {
  static let folder: URL = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("CardProfiles")
  }()

  static func text(_ profile: EmbeddedProfile = .adult) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(profile.rawValue + ".yaml"), encoding: .utf8)
  }
}

/// A shipped profile with changes, and what is to be said of it.
struct BadProfile: Sendable, CustomTestStringConvertible {
  let base: EmbeddedProfile
  /// Each is to be found in the file.
  let changes: [(old: String, new: String)]
  let key: String
  let reason: ProfileFault.Reason
  /// What stands, once only, where the fault is to be told of; empty for the file's beginning.
  let place: String
  /// Whether the JSON Schema refuses it too.
  let isShape: Bool

  var testDescription: String { "\(key) \(changes.map(\.new))" }

  init(
    _ old: String, _ new: String, _ key: String, _ reason: ProfileFault.Reason, at place: String? = nil,
    in base: EmbeddedProfile = .adult, isShape: Bool = false, and more: [(String, String)] = []
  ) {
    self.base = base
    changes = [(old, new)] + more.map { (old: $0.0, new: $0.1) }
    self.key = key
    self.reason = reason
    self.place = place ?? new
    self.isShape = isShape
  }

  /// One that the JSON Schema refuses too.
  static func shape(
    _ old: String, _ new: String, _ key: String, _ reason: ProfileFault.Reason, at place: String? = nil
  ) -> BadProfile {
    BadProfile(old, new, key, reason, at: place, isShape: true)
  }

  func text() throws -> String {
    var text = try ProfileSamples.text(base)
    for (old, new) in changes {
      let found = try #require(text.range(of: old), "\(old)")
      text.replaceSubrange(found, with: new)
    }
    return text
  }

  /// Line and column of ``place``.
  func position() throws -> (line: Int, column: Int) {
    guard !place.isEmpty else { return (1, 1) }
    let parts = try text().components(separatedBy: place)
    #expect(parts.count == 2, "\(place) stands \(parts.count - 1) times")
    let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.count, (lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}

extension BadProfile {
  private static let conditions = AccessCondition.allCases.map(\.name)
  private static let fields = CardFaceLayout.Field.allCases.map(\.rawValue)
  private static let sides = CardFaceLayout.Side.allCases.map(\.rawValue)
  private static let amounts = ProfileFault.Reason.range(lowest: 0, highest: 1e15)
  private static func range(_ lowest: Double, _ highest: Double) -> ProfileFault.Reason {
    .range(lowest: lowest, highest: highest)
  }

  /// What the JSON Schema refuses too: keys, kinds and bounds.
  static let shapes: [BadProfile] = keyShapes + numberShapes + wordShapes + faceShapes

  private static let keyShapes: [BadProfile] = [
    .shape("pace: P-256\n", "", "pace", .missingKey, at: "profile: 1"),
    .shape("pace: P-256", "pace:", "pace", .empty, at: "\nchip-auth"),
    .shape("pace: P-256", "pace: ~", "pace", .empty, at: "~"),
    .shape("log-slots: 30", "log-slot: 30", "files.log-slot", .unknownKey(nearest: "log-slots")),
    .shape("use: live", "use: live\nscp3: {}", "scp3", .unknownKey(nearest: "scp03"), at: "scp3"),
    .shape("use: live", "use: live\npurpose: live", "purpose", .unknownKey(nearest: nil), at: "purpose"),
    .shape("use: live", "use: live\nscp03: { modus: s16 }", "scp03.modus", .unknownKey(nearest: "mode"), at: "modus"),
    .shape("use: live", "use: live\nscp03:", "scp03", .empty, at: "\nholder:"),
    .shape("use: live", "use: live\nscp03: { mode: }", "scp03.mode", .empty, at: "}\nholder:"),
    .shape("use: live", "use: live\nscp03: s16", "scp03", .kind(.section), at: "s16"),
    .shape(
      "use: live", "use: live\npace-cipher: ''", "pace-cipher", .word(["aes-128", "aes-192", "aes-256"]), at: "''"),
    .shape(", tries: 3", "", "pin.tries", .missingKey, at: "{ length: 6, transport-length: 5 }"),
    .shape("  vi: Thẻ an sinh người lớn\n", "", "name.vi", .missingKey, at: "en: Adult card"),
    .shape("Thẻ an sinh người lớn", "''", "name.vi", .kind(.text), at: "''"),
    .shape("Thẻ an sinh người lớn", "\"  \"", "name.vi", .kind(.text), at: "\"  \""),
    .shape("Thẻ an sinh người lớn", String(repeating: "ẻ", count: 121), "name.vi", .kind(.text)),
    .shape("en: Adult card", "en: 2026", "name.en", .kind(.text), at: "2026"),
    .shape("en: Adult card", "en: [Card]", "name.en", .kind(.text), at: "[Card]"),
    .shape("card-info: any-password", "card_info: any-password", "read.card_info", .unknownKey(nearest: "card-info")),
    .shape(
      "complete-payout: any-password\n  ", "", "commands.complete-payout", .missingKey, at: "authorise-payout: pin"),
    .shape("can: { length: 6 }", "can: !can { length: 6 }", "can", .kind(.section), at: "!can"),
    .shape("[atr-info,", "!files [atr-info,", "applications.master-file", .kind(.list), at: "!files"),
    .shape("can: { length: 6 }", "can: 6", "can", .kind(.section), at: "6\npin:"),
    .shape("name:\n  vi: Thẻ an sinh người lớn\n  en: Adult card", "name: [a]", "name", .kind(.section), at: "[a]"),
  ]

  private static let numberShapes: [BadProfile] = [
    .shape("profile: 1", "profile: 256", "profile", range(1, 255), at: "256\nversion"),
    .shape("profile: 1", "profile: 0", "profile", range(1, 255), at: "0\nversion"),
    .shape("version: 2", "version: -1", "version", range(1, 255), at: "-1\nlayout"),
    .shape("layout: 1", "layout: x", "layout", .kind(.whole), at: "x\n"),
    .shape("layout: 1", "layout: '1'", "layout", .kind(.whole), at: "'1'"),
    .shape("application: 2", "application: [1]", "application", .kind(.whole), at: "[1]"),
    .shape("can: { length: 6 }", "can: { length: 5 }", "can.length", range(6, 6), at: "5 }\npin"),
    .shape("pin: { length: 6", "pin: { length: 3", "pin.length", range(4, 12), at: "3, tries"),
    .shape("pin: { length: 6", "pin: { length: 13", "pin.length", range(4, 12), at: "13, tries"),
    .shape("pin: { length: 6", "pin: { length: six", "pin.length", .kind(.whole), at: "six, "),
    .shape("tries: 3", "tries: 0", "pin.tries", range(1, 10), at: "0, transport"),
    .shape("tries: 3", "tries: 3.5", "pin.tries", .kind(.whole), at: "3.5, transport"),
    .shape("transport-length: 5", "transport-length: 13", "pin.transport-length", range(4, 12), at: "13 }"),
    .shape("{ length: 10", "{ length: 7", "puk.length", range(8, 12), at: "7, uses"),
    .shape("uses: 10", "uses: 16", "puk.uses", range(1, 15), at: "16 }"),
    .shape("log-slots: 30", "log-slots: 31", "files.log-slots", range(1, 30), at: "31, log"),
    .shape("log-slots: 30", "log-slots: 0", "files.log-slots", range(1, 30), at: "0, log-slot-bytes"),
    .shape("log-slot-bytes: 640", "log-slot-bytes: 639", "files.log-slot-bytes", range(640, 4_096), at: "639"),
    .shape("photo-bytes: 16384", "photo-bytes: 32768", "files.photo-bytes", range(1, 32_767), at: "32768"),
    .shape("years: 10", "years: 21", "life.years", range(1, 20), at: "21, renewal"),
    .shape("years: 10", "years: 99999999999999999999", "life.years", range(1, 20), at: "99999999999999999999"),
    .shape("renewal-days: 90", "renewal-days: 366", "life.renewal-days", range(0, 365), at: "366"),
    .shape("override: { uses: 2", "override: { uses: 10", "override.uses", range(0, 9), at: "10, ceiling"),
    .shape("ceiling: 2000000 }", "ceiling: -1 }", "override.ceiling", amounts, at: "-1 }"),
    .shape("  days: 65", "  days: 367", "offline.days", range(0, 366), at: "367"),
    .shape("terminal-days: 21", "terminal-days: 22", "offline.terminal-days", range(0, 21), at: "22\n"),
    .shape("  - 100000\n", "", "offline-ceilings", .count(lowest: 16, highest: 16), at: "- 200000\n"),
    .shape("  - 100000\n", "  - 0\n", "offline-ceilings[1]", range(1, 1e15), at: "0\n  - 200000\n"),
    .shape("  - 100000\n", "  - many\n", "offline-ceilings[1]", .kind(.whole), at: "many"),
  ]

  private static let wordShapes: [BadProfile] = [
    .shape("pace: P-256", "pace: P-384", "pace", .word(["P-256", "brainpoolP256r1"]), at: "P-384"),
    .shape(
      "{ curve: P-256", "{ curve: P-521", "chip-authentication.curve", .word(["P-256", "brainpoolP256r1"]),
      at: "P-521"),
    .shape(
      "cipher: aes-128 }", "cipher: des }", "chip-authentication.cipher", .word(["aes-128", "aes-192", "aes-256"]),
      at: "des }"),
    .shape(
      "use: live", "use: live\nscp03: { key-length: 20 }", "scp03.key-length", .word(["16", "24", "32"]), at: "20 }"),
    .shape("use: live", "use: live\nscp03: { mode: S16 }", "scp03.mode", .word(["s8", "s16"]), at: "S16"),
    .shape("use: live", "use: both", "use", .word(["live", "test"]), at: "both"),
    .shape("kind: adult", "kind: Adult", "holder.kind", .word(["adult", "child", "collector"]), at: "Adult, "),
    .shape("holder: pin-or-terminal", "holder: everybody", "read.holder", .word(conditions), at: "everybody"),
    .shape("snapshot: pin\n", "snapshot: 2\n", "read.snapshot", .word(conditions), at: "2\n  payout-key"),
    .shape("[DG1,", "[DG16,", "applications.eid[1]", .word(dataGroups), at: "DG16"),
    .shape("[DG1,", "[DG1, DG1,", "applications.eid[2]", .repeated, at: "DG1, DG2,"),
    .shape("[atr-info,", "[atr,", "applications.master-file[1]", .word(masterFiles), at: "atr,"),
  ]

  private static let faceShapes: [BadProfile] =
    [
      .shape("width: 69\n", "width: wide\n", "print.fields[1].width", .kind(.decimal), at: "wide"),
      .shape("x: 13.2\n", "x: -4\n", "print.fields[1].x", range(0, 200), at: "-4\n"),
      .shape(
        "points: 7.6\n", "points: 4\n", "print.fields[1].points", range(5, 36),
        at: "4\n      bold: true\n      alignment"),
      .shape("      points: 7.6\n", "", "print.fields[1].points", .missingKey, at: "field: state"),
      .shape(
        "text: { vi: THẺ AN SINH, en: SOCIAL SECURITY CARD }\n      ", "", "print.fields[2].text", .missingKey,
        at: "field: title"),
      .shape("bold: true", "bold: yes", "print.fields[1].bold", .kind(.flag), at: "yes"),
      .shape(
        "alignment: centre", "alignment: center", "print.fields[1].alignment", .word(["left", "centre", "right"]),
        at: "center"),
      .shape(
        "points: 12.5\n", "points: 12.5\n      colour: white\n", "print.fields[2].colour", .kind(.colour), at: "white"),
      .shape("field: photo", "field: foto", "print.fields[3].field", .word(fields), at: "foto"),
      .shape("side: back", "side: rear", "print.fields[9].side", .word(sides), at: "rear"),
      .shape("side: back", "side:", "print.fields[9].side", .empty, at: "\n      x: 4\n      y: 6.2"),
      .shape(
        "  fields:\n", "  boxes: [{ side: top, x: 0, y: 0, width: 9, height: 9, colour: '#000000' }]\n  fields:\n",
        "print.boxes[1].side", .word(sides), at: "top, "),
      .shape(
        "field: photo\n", "field: photo\n      text: { vi: a, en: b }\n", "print.fields[3].text",
        .unknownKey(nearest: nil),
        at: "text: { vi: a"),
      .shape(
        "field: photo\n", "field: photo\n      bold: true\n", "print.fields[3].bold", .unknownKey(nearest: nil),
        at: "bold: true\n      x"),
      .shape(
        "- field: photo\n      x: 3.8\n      y: 13.4\n      width: 23.4\n      height: 31.2\n", "-\n",
        "print.fields[3]",
        .empty, at: "\n    - field: name"),
    ]
    + [("state", 1), ("notice", 9)].map { field, index in
      .shape(
        "field: \(field)\n", "field: \(field)\n      text: { vi: a, en: b }\n", "print.fields[\(index)].text",
        .unknownKey(nearest: nil), at: "text: { vi: a")
    }

  private static let dataGroups = (1...22).filter { $0 != 16 }.map { "DG\($0)" }
  private static let masterFiles = ["atr-info", "dir", "card-access", "card-security"]
}
