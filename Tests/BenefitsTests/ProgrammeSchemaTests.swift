import CardTestSupport
import Foundation
import Testing

@testable import Benefits

/// The JSON Schema of programme files, read by a validator that is not ours.
@Suite("The schema of programme files")
struct ProgrammeSchemaTests {
  /// Whether the validator takes each of `texts`.
  private func validates(_ texts: [String], _ parser: YAMLSchemaValidator.Parser = .fast) throws -> [Bool] {
    try YAMLSchemaValidator(schema: ProgrammeSamples.folder.appendingPathComponent("programmes.schema.json"))
      .validates(texts, parser)
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
