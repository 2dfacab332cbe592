import Foundation
import Testing

@testable import Benefits

/// The JSON Schema of programme files, read by a validator that is not ours.
@Suite("The schema of programme files")
struct ProgrammeSchemaTests {
  /// Debian's python3-jsonschema and python3-yaml. Its YAML is that of the files: scalars by their form alone, keys
  /// once.
  private static let program = #"""
    import json, re, sys, yaml
    from jsonschema import Draft202012Validator

    class Loader(yaml.CSafeLoader):
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
            print("good" if Draft202012Validator(schema).is_valid(yaml.load(json.loads(line), Loader)) else "bad")
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
    let schema = ProgrammeSamples.folder.appendingPathComponent("programmes.schema.json").path
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

  @Test("The shipped files are of the schema's shape")
  func shipped() throws {
    let texts = try ProgrammeSamples.names.map { try ProgrammeSamples.shipped($0) } + [ProgrammeSamples.emergency]
    #expect(try validates(texts) == texts.map { _ in true })
  }

  @Test("Schema and reader agree: on every shape refused by the reader, and on none that only breaks a rule")
  func agreement() throws {
    let bad = BadCatalogue.shapes + BadCatalogue.rules
    for (sample, isValid) in zip(bad, try validates(bad.map(\.text))) {
      #expect(isValid == !sample.isShape, "\(sample.testDescription)")
    }
    #expect(BadCatalogue.shapes.count > 55 && BadCatalogue.rules.count > 50)
  }

  /// Whether the reader finds a file to be of the right shape, whatever the rules say of it.
  private func hasShape(_ text: String) -> Bool {
    let file = CatalogueFile(name: "")
    _ = CatalogueContents(file, yaml: text)
    return file.faults.isEmpty
  }

  @Test("Schema and reader agree on every line that is taken out or says something else")
  func lines() throws {
    let values = ["x", "", "[]", "{}", "0", "999999999", "1.5", "true", "\"1\"", "[1, 2]", "{ a: 1 }", "2026-01-01"]
    var texts: [String] = []
    let lines = ProgrammeSamples.emergency.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.contains(":") && !line.hasPrefix("#") {
      var changed = lines
      changed[index] = "# \(line)"
      texts.append(changed.joined(separator: "\n"))
      let key = line.prefix(through: line.firstIndex(of: ":") ?? line.startIndex)
      for offset in [0, 3, 5, 8] {
        changed[index] = key + " " + values[(index + offset) % values.count]
        texts.append(changed.joined(separator: "\n"))
      }
    }
    #expect(texts.count > 500)
    for (text, isValid) in zip(texts, try validates(texts)) where isValid != hasShape(text) {
      let difference = zip(text.split(separator: "\n"), ProgrammeSamples.emergency.split(separator: "\n"))
        .first { $0.0 != $0.1 }
      Issue.record("the schema says \(isValid): \(difference?.0 ?? "")")
    }
  }

  @Test("Every key of the reader is in the schema, and no other")
  func keys() throws {
    let schema = try JSONSerialization.jsonObject(
      with: Data(contentsOf: ProgrammeSamples.folder.appendingPathComponent("programmes.schema.json")))
    let properties = try #require((schema as? [String: Any])?["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(CatalogueContents.keys))
  }
}
