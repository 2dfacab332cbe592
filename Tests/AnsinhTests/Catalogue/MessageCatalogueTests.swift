import Foundation
import Testing
import VietnamReference

@testable import Benefits
@testable import ansinh

@Suite("The catalogue of messages")
struct MessageCatalogueTests {
  @Test("Every set of codes in the program is in the catalogue")
  func everySet() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let sources = folder.appendingPathComponent("Sources/ansinh")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var declared: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /enum (\w+): String, MessageCode\b/) { declared.insert(String(match.1)) }
      // Codes of a target below, told as they are.
      for match in text.matches(of: /extension (\w+): MessageCode \{\}/) { declared.insert(String(match.1)) }
    }
    #expect(declared == Set(MessageCatalogue.parts.map { String(describing: $0.codes) }))
  }

  @Test("The example of each code is told by that code")
  func examples() {
    for part in MessageCatalogue.parts { check(part.codes) }
  }

  private func check<Code: Exemplified>(_ codes: Code.Type) {
    for code in Code.allCases { #expect(UserMessage(code.example).code == code.rawValue) }
  }

  private func everything() throws -> [CatalogueEntry] {
    MessageCatalogue.parts.flatMap { MessageCatalogue.entries($0.codes) } + MessageCatalogue.problems
  }

  @Test("The sample of each row code is told by that code", arguments: RowCode.allCases)
  func samples(_ code: RowCode) throws { #expect(try code.example().code == code.rawValue) }

  @Test("Codes are words, each told by itself, and no two say the same")
  func codes() throws {
    let entries = try everything() + MessageCatalogue.rows()
    for entry in entries {
      #expect(entry.code.wholeMatch(of: /[a-z0-9]+(?:[.-][a-z0-9]+)*/) != nil, "\(entry.code)")
    }
    for texts in [entries.map(\.code), entries.map(\.problem.vi), entries.map(\.problem.en)] {
      let repeated = Dictionary(grouping: texts, by: { $0.lowercased() }).filter { $1.count > 1 }.keys
      #expect(repeated.isEmpty, "\(repeated.sorted())")
    }
  }

  @Test("Each message is two whole sentences in both languages, Vietnamese with its diacritics")
  func sentences() throws {
    for entry in try everything() {
      for text in [entry.problem, entry.remedy] {
        check(text, entry.code)
        for one in [text.vi, text.en] {
          #expect(
            one.first?.isUppercase == true || one.first?.isNumber == true || one.first == "“", "\(entry.code): \(one)")
          #expect(one.last == "." || one.contains("\n"), "\(entry.code): \(one)")
        }
      }
    }
  }

  @Test("What is told of a row is part of a sentence")
  func rows() throws {
    for entry in try MessageCatalogue.rows() {
      for text in [entry.problem, entry.remedy] {
        check(text, entry.code)
        #expect(text.vi.last != "." && text.en.last != ".", "\(entry.code)")
      }
    }
  }

  private func check(_ text: BilingualText, _ code: String) {
    #expect(text.vi != text.en, "\(code)")
    for one in [text.vi, text.en] {
      #expect(one.count > 5, "\(code): \(one)")
      #expect(Array(one.utf8) == Array(one.precomposedStringWithCanonicalMapping.utf8), "\(code): \(one)")
      for mark in ["\\(", "Optional(", "nil", "..", "()"] { #expect(!one.contains(mark), "\(code): \(one)") }
    }
    let marked = text.vi.unicodeScalars.filter {
      (0xC0...0x1B0).contains($0.value) || (0x1EA0...0x1EF9).contains($0.value)
    }
    #expect(marked.count >= 2, "\(code): \(text.vi)")
    let plain = text.en.unicodeScalars.filter { (0x1EA0...0x1EF9).contains($0.value) }
    #expect(plain.isEmpty || text.en.contains("đồng") || text.en.contains("“"), "\(code): \(text.en)")
  }

  @Test("Messages.md says what the program says")
  func page() throws {
    let page = try MessageTables.page()
    if ProcessInfo.processInfo.environment["ANSINH_WRITE_MESSAGES"] == "1" {
      try page.write(toFile: MessageTables.path, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOfFile: MessageTables.path, encoding: .utf8)
    let (now, then) = (page.split(separator: "\n"), kept.split(separator: "\n"))
    for line in now.difference(from: then) { Issue.record("Messages.md differs: \(line)") }
    let isSame = page == kept
    #expect(isSame, "write it anew with ANSINH_WRITE_MESSAGES=1")
  }
}
