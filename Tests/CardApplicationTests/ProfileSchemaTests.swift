import Foundation
import Testing

@testable import CardApplication

/// The JSON Schema of profiles (`CardProfiles/profile.schema.json`), read by a validator that is not ours.
@Suite("The schema of card profiles")
struct ProfileSchemaTests {
  /// Debian's python3-jsonschema and python3-yaml. Its YAML is that of the profiles: scalars by their form alone, keys
  /// once.
  private static let program = #"""
    import json, re, sys, yaml
    from jsonschema import Draft202012Validator

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {}

    for tag, form in [("bool", "true|false"), ("int", "-?(0|[1-9][0-9]*)"), ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+"),
                      ("null", "~|null|")]:
        Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{form})$"), None)

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        if len(set(keys)) < len(keys):
            raise yaml.YAMLError("duplicate key")
        return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value)}

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    for line in sys.stdin:
        try:
            errors = list(Draft202012Validator(schema).iter_errors(yaml.load(json.loads(line), Loader)))
            print("good" if not errors else "bad")
        except yaml.YAMLError:
            print("bad")
    """#

  /// Whether the validator takes each of `texts`.
  private func validates(_ texts: [String]) throws -> [Bool] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("texts")
    let lines = try texts.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
    try Data(lines.joined().utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    let schema = ProfileSamples.folder.appendingPathComponent("profile.schema.json").path
    process.arguments = ["-W", "ignore", "-c", Self.program, schema]
    process.standardInput = try FileHandle(forReadingFrom: input)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let told = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let words = told.split(separator: "\n")
    #expect(words.count == texts.count && words.allSatisfy { $0 == "good" || $0 == "bad" })
    return words.map { $0 == "good" }
  }

  @Test("Schema and reader agree: on every shape refused by the reader, and on none that only breaks a rule")
  func agreement() throws {
    let bad = BadProfile.shapes + BadProfile.rules
    let verdicts = try validates(try bad.map { try $0.text() })
    for (sample, isValid) in zip(bad, verdicts) { #expect(isValid == !sample.isShape, "\(sample.testDescription)") }
    #expect(BadProfile.shapes.count > 60 && BadProfile.rules.count > 50)
  }

  @Test("Both take the shipped profiles, and what may be left out or stand otherwise")
  func good() throws {
    var texts = try EmbeddedProfile.allCases.map { try ProfileSamples.text($0) }
    let adult = texts[0]
    texts += [
      adult + "pace-cipher: aes-256\n", adult + "scp03: {}\n", adult + "scp03: { key-length: 32, mode: s16 }\n",
      adult.replacing("pace: P-256", with: "'pace': \"brainpoolP256r1\""),
      adult.replacing("colour: \"#FFFFFF\"", with: "colour: \"#abcdef\""),
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
