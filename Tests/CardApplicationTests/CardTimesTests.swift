import Foundation
import Testing

@testable import CardApplication

@Suite("Card times")
struct CardTimesTests {
  static func shipped() throws -> String {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let path = "Sources/CardApplication/Resources/CardModels/j3r180.yaml"
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("The shipped file has the numbers that were measured, each with its source")
  func shippedNumbers() throws {
    let times = try CardTimes.j3r180()
    #expect(try CardTimes(yaml: Self.shipped()) == times)
    let expected: [CardTimes.Key: Double] = [
      .ecdh: 28, .keyGeneration: 27, .genericMapping: 28, .sign: 40, .verify: 38, .sha256: 8, .aes: 8,
      .secureMessagingAES: 4, .etuPerByte: 9, .etuMicroseconds106: 9.44, .etuMicroseconds424: 2.36, .frameOverhead: 3,
      .frameData: 253, .turnRound: 0.35, .usb: 3,
    ]
    #expect(expected.count == CardTimes.Key.allCases.count)
    for key in CardTimes.Key.allCases {
      #expect(times[key] == expected[key], "\(key)")
      #expect(times.source(of: key).count > 20, "\(key)")
    }
    #expect(times.name == "NXP J3R180")
  }

  /// A line of the shipped file, what it becomes, and what is wrong then.
  private static let bad: [(String, String, CardTimesError)] = [
    ("{ value: 28, source: ", "{ value: -28, source: ", .value(line: 6, key: "card.ecdh-ms.value", .negative)),
    ("{ value: 28, source: ", "{ value: 28 ms, source: ", .value(line: 6, key: "card.ecdh-ms.value", .notANumber)),
    ("{ value: 28, source: ", "{ value: .nan, source: ", .value(line: 6, key: "card.ecdh-ms.value", .notANumber)),
    ("{ value: 28, source: ", "{ value: 1e9, source: ", .value(line: 6, key: "card.ecdh-ms.value", .notANumber)),
    ("{ value: 28, source: ", "{ value: --1, source: ", .value(line: 6, key: "card.ecdh-ms.value", .notANumber)),
    ("{ value: 28, source: ", "{ value: , source: ", .value(line: 6, key: "card.ecdh-ms.value", .notANumber)),
    ("{ value: 28, source: ", "{ value: 1000001, source: ", .value(line: 6, key: "card.ecdh-ms.value", .tooGreat)),
    ("{ value: 28, source: ", "{ value: 28, from: x, source: ", .unknownKey(line: 6, key: "card.ecdh-ms.from")),
    ("{ value: 28, source: ", "{ source: ", .missingKey(line: 6, key: "card.ecdh-ms.value")),
    ("ecdh-ms: { value: 28", "ecdh: { value: 28", .unknownKey(line: 6, key: "card.ecdh")),
    ("  turn-round-ms:", "  turn-ms:", .unknownKey(line: 22, key: "air.turn-ms")),
    ("usb:\n", "usc:\n", .unknownKey(line: 23, key: "usc")),
    ("name: NXP J3R180\n", "\n", .missingKey(line: 4, key: "name")),
    ("name: NXP J3R180\n", "name: \"\"\n", .value(line: 3, key: "name", .wrongShape)),
    ("name: NXP J3R180\n", "name: [NXP]\n", .value(line: 3, key: "name", .wrongShape)),
    ("usb:\n", "usb: 3\nx:\n", .unknownKey(line: 24, key: "x")),
    ("value: 253,", "value: 0,", .value(line: 21, key: "air.frame-data-bytes.value", .notACount)),
    ("value: 253,", "value: 252.5,", .value(line: 21, key: "air.frame-data-bytes.value", .notACount)),
    ("value: 253,", "value: 1001,", .value(line: 21, key: "air.frame-data-bytes.value", .tooGreat)),
    ("value: 4,", "value: 4.5,", .value(line: 14, key: "card.secure-messaging-aes.value", .notACount)),
  ]

  @Test("What is wrong is told by line and key", arguments: Self.bad.indices)
  func refused(_ index: Int) throws {
    let (old, new, error) = Self.bad[index]
    var yaml = try Self.shipped()
    let range = try #require(yaml.range(of: old))
    yaml.replaceSubrange(range, with: new)
    #expect(throws: error, "\(new)") { try CardTimes(yaml: yaml) }
  }

  @Test("A file without one of its lines is refused; the name of the key is told")
  func missing() throws {
    let lines = try Self.shipped().split(separator: "\n", omittingEmptySubsequences: false)
    for key in CardTimes.Key.allCases {
      let name = try #require(key.rawValue.split(separator: ".").last)
      let rest = lines.filter { !$0.hasPrefix("  \(name):") }
      #expect(rest.count == lines.count - 1)
      #expect {
        try CardTimes(yaml: rest.joined(separator: "\n"))
      } throws: { error in
        switch error as? CardTimesError {
        case .missingKey(_, key.rawValue): true
        // Without its only key a section is empty.
        case .value(_, "usb", .wrongShape): key == .usb
        default: false
        }
      }
    }
  }

  @Test("What is not YAML, or another kind of YAML, is refused and never traps")
  func notYAML() throws {
    let deep = String(repeating: "[", count: 60_000)
    let texts = [
      "", " ", "a", "- a", "a: [", "\t", "name: x\nname: y", "? [a]\n: b", "a: *b", "\u{0}", deep, "{}", "card: 1",
    ]
    for text in texts { #expect(throws: CardTimesError.self, "\(text.prefix(9))") { try CardTimes(yaml: text) } }
    #expect(throws: CardTimesError.syntax(line: 2, detail: "did not find expected node content")) {
      try CardTimes(yaml: "name: x\ncard: { ecdh-ms: [}")
    }
  }

  @Test("Cut off anywhere it is refused or whole, and never traps")
  func truncated() throws {
    let yaml = try Self.shipped()
    let whole = try CardTimes.j3r180()
    for length in stride(from: 0, to: yaml.count, by: 7) {
      if let times = try? CardTimes(yaml: String(yaml.prefix(length))) { #expect(times.name == whole.name) }
    }
  }
}
