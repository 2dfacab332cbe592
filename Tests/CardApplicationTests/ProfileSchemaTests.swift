import CardTestSupport
import Foundation
import Testing

@testable import CardApplication

/// The JSON Schema of profiles (`CardProfiles/profile.schema.json`), read by a validator that is not ours.
@Suite("The schema of card profiles")
struct ProfileSchemaTests {
  /// Whether the validator takes each of `texts`.
  private func validates(_ texts: [String], _ parser: YAMLSchemaValidator.Parser = .other) throws -> [Bool] {
    try YAMLSchemaValidator(schema: ProfileSamples.folder.appendingPathComponent("profile.schema.json"))
      .validates(texts, parser)
  }

  @Test("Schema and reader agree: on every shape refused by the reader, and on none that only breaks a rule")
  func agreement() throws {
    let bad = BadProfile.shapes + BadProfile.rules
    let verdicts = try validates(try bad.map { try $0.text() })
    for (sample, isValid) in zip(bad, verdicts) { #expect(isValid == !sample.isShape, "\(sample.testDescription)") }
    #expect(BadProfile.shapes.count > 60 && BadProfile.rules.count > 50)
  }

  /// Whether the reader finds a file to be of the right shape, whatever the rules say of it.
  private func hasShape(_ text: String) -> Bool { (try? ProfileFile(yaml: text)) != nil }

  @Test("Schema and reader agree on every bound")
  func bounds() throws {
    let (id, amount) = ("0 1 255 256", "-1 0 1000000000000000 1000000000000001")
    let (length, place, size) = ("-0.1 0 200 200.1", "-0.1 0 0.1 200 200.1", "0 0.09 0.1 200 200.1")
    let numbers = [
      ("profile: 1\n", id), ("version: 2\n", id), ("layout: 1\n", id), ("application: 2\n", id),
      ("years: 10", "0 1 20 21"), ("renewal-days: 90", "-1 0 365 366"), ("log-slots: 30", "0 1 30 31"),
      ("log-slot-bytes: 640", "639 640 4096 4097"), ("photo-bytes: 16384", "0 1 32767 32768"),
      ("can: { length: 6", "5 6 7"), ("pin: { length: 6", "3 4 12 13"), ("tries: 3", "0 1 10 11"),
      ("transport-length: 5", "3 4 12 13"), ("puk: { length: 10", "7 8 12 13"), ("uses: 10", "0 1 15 16"),
      ("override: { uses: 2", "-1 0 9 10"), ("ceiling: 2000000", amount), ("payout: 2000000", amount),
      ("available: 3000000", amount), ("certificates: 5", "-1 0 30 31"), ("  days: 65", "-1 0 366 367"),
      ("terminal-days: 21", "-1 0 21 22"), ("  - 100000\n", "0 1 1000000000000000 1000000000000001"),
      ("face: { width: 85.6", length), ("53.98 }", length), ("points: 7.6\n", "4.9 5 36 36.1"),
      ("      x: 13.2\n", place), ("      y: 1\n", place), ("      height: 9\n", size), ("      width: 69\n", size),
    ]
    let adult = try ProfileSamples.text()
    var texts: [String] = []
    for (number, values) in numbers {
      let old = try #require(number.matches(of: /[0-9.]+/).last, "\(number)")
      #expect(adult.contains(number), "\(number)")
      for value in values.split(separator: " ") {
        var new = number
        new.replaceSubrange(old.range, with: value)
        texts.append(adult.replacing(number, with: new, maxReplacements: 1))
      }
    }
    texts += ["years: 3650", "days: 0", "days: 1", "days: 3650", "days: 3651"].map {
      adult.replacing("years: 10", with: $0)
    }
    texts += ["0", "1", "18", "19"].map { adult.replacing("years: 10", with: "years: 10, until-age: \($0)") }
    texts += ["0", "1", "12", "13"].map { adult.replacing("holder }", with: "holder, authority-months: \($0) }") }
    for (text, isValid) in zip(texts, try validates(texts, .fast)) where isValid != hasShape(text) {
      let lines = zip(text.split(separator: "\n"), adult.split(separator: "\n")).first { $0.0 != $0.1 }
      Issue.record("\(lines?.0 ?? ""): the schema says \(isValid)")
    }
  }

  @Test("Schema and reader agree on every line that is taken out or says something else")
  func lines() throws {
    let values = ["x", "", "[]", "{}", "0", "999999999", "1.5", "true", "\"1\"", "[1, 2]", "{ a: 1 }"]
    var texts: [String] = []
    for profile in [EmbeddedProfile.child, .test] {
      let lines = try ProfileSamples.text(profile).split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where !line.isEmpty && !line.hasPrefix("#") && (profile == .child || index > 140) {
        var changed = lines
        changed[index] = "# \(line)"
        texts.append(changed.joined(separator: "\n"))
        let key = line.prefix(through: line.firstIndex(of: ":") ?? line.firstIndex(of: "-") ?? line.startIndex)
        for value in [values[index % values.count], values[(index + 4) % values.count]] {
          changed[index] = key + " " + value
          texts.append(changed.joined(separator: "\n"))
        }
      }
    }
    #expect(texts.count > 350)
    for (text, isValid) in zip(texts, try validates(texts, .fast)) where isValid != hasShape(text) {
      Issue.record("the schema says \(isValid): \(text.suffix(3_000))")
    }
  }

  @Test("Both take the shipped profiles, and what may be left out or stand otherwise")
  func good() throws {
    var texts = try EmbeddedProfile.allCases.map { try ProfileSamples.text($0) }
    let adult = texts[0]
    texts += [
      adult + "pace-cipher: aes-256\n", adult + "scp03: {}\n", adult + "scp03: { key-length: 32, mode: s16 }\n",
      adult.replacing("pace: P-256", with: "'pace': \"brainpoolP256r1\""),
      adult.replacing("points: 12.5\n", with: "points: 12.5\n      colour: \"#abcdef\"\n"),
      adult.replacing("field: title\n", with: "field: title\n      side: front\n"),
      adult + "    - { field: header, text: { vi: A, en: B }, x: 4, y: 46, width: 20, height: 3, points: 5 }\n",
      adult + "  boxes:\n    - { side: back, x: 0, y: 0, width: 85.6, height: 3, colour: \"#5A5A5A\" }\n",
      adult.replacing("      bold: true\n", with: ""), adult.replacing("x: 4\n", with: "x: 4.0\n"),
      adult.replacing("x: 4\n", with: "x: 4 # mm\n"), "--- # a comment\n" + adult,
      adult.replacing("Thẻ an sinh người lớn", with: "'2026'"),
      adult.replacing("    - photo\n", with: "").replacing("  photo: terminal\n", with: "")
        .replacing(", photo-bytes: 16384", with: ""),
      adult.replacing(#/ {2}eid: .*\n/#, with: ""), adult.replacing(#/ {2}eid: .*\n/#, with: "  eid: []\n"),
      adult.replacing("years: 10", with: "days: 3650"),
    ]
    for (text, isValid) in zip(texts, try validates(texts)) {
      #expect(isValid)
      #expect(throws: Never.self) { try CardProfile(yaml: text) }
    }
  }

  @Test("Both refuse what is not a file of this kind")
  func others() throws {
    let texts = ["", "[]", "profile: 1", "{", "pace: P-256\npace: P-256", "a", "1", "~", "profile: 0x1"]
    for (text, isValid) in zip(texts, try validates(texts)) {
      #expect(!isValid, "\(text)")
      #expect(throws: CardProfileError.self) { try CardProfile(yaml: text) }
    }
  }

  @Test("Every key of the reader is in the schema, and no other")
  func keys() throws {
    let schema = try JSONSerialization.jsonObject(
      with: Data(contentsOf: ProfileSamples.folder.appendingPathComponent("profile.schema.json")))
    let properties = try #require((schema as? [String: Any])?["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(ProfileFile.keys))
  }
}
