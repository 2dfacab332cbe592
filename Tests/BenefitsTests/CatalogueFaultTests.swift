import Foundation
import Testing
import VietnamReference

@testable import Benefits

@Suite("Faults of programme files")
struct CatalogueFaultTests {
  private func faults(_ yaml: String) -> [CatalogueFault] {
    do throws(CatalogueError) {
      _ = try ProgrammeSamples.catalogue(yaml)
      return []
    } catch {
      return error.faults
    }
  }

  @Test("The file without a mistake is good")
  func good() throws {
    let catalogue = try ProgrammeSamples.catalogue()
    #expect(catalogue.programmes.count == 65 && catalogue.programme(code: "BAO-1")?.periods.count == 2)
    #expect(catalogue.vectors.count == ProgrammeCatalogue.embedded.vectors.count + 4)
  }

  @Test("The example in the documentation is good")
  func page() throws {
    let page = ProgrammeSamples.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("ansinh/ansinh.docc/Programmes.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let start = try #require(text.range(of: "```yaml\n")).upperBound
    let end = try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound
    #expect(try ProgrammeSamples.catalogue(String(text[start..<end])).programme(code: "BAO-2026") != nil)
  }

  @Test("Every mistake is told of with its place", arguments: BadCatalogue.shapes + BadCatalogue.rules)
  func mistakes(_ bad: BadCatalogue) throws {
    #expect(ProgrammeSamples.emergency.contains(bad.old))
    let found = faults(bad.text)
    let fault = try #require(found.first { $0.key == bad.key && $0.reason == bad.reason }, "\(found)")
    #expect(fault.file == "bao.yaml")
    let place = try #require(bad.place)
    let (line, column) = bad.at.hasPrefix("\n") ? (fault.line, fault.column) : (place.line, place.column)
    #expect((fault.line, fault.column) == (line, column), "\(found)")
    for text in [fault.why, fault.remedy] {
      #expect(!text.vi.isEmpty && !text.en.isEmpty && text.vi != text.en)
    }
  }

  @Test("Every code has its mistake")
  func codes() {
    let seen = (BadCatalogue.shapes + BadCatalogue.rules).map { bad in
      CatalogueFault(file: "", line: 1, column: 1, key: bad.key, reason: bad.reason).code
    }
    #expect(Set(CatalogueFaultCode.allCases).subtracting(seen) == [.tooMany])
  }

  @Test("More programmes than a payment list can tell apart are refused, not trapped on")
  func many() throws {
    let text = ProgrammeSamples.emergency
    let start = try #require(text.range(of: "  - code: BAO-2"))
    let one = String(text[start.lowerBound...])
    let more = (0x1100..<0x1150).map { number in
      let wire = String(number, radix: 16, uppercase: true)
      return one.replacing("BAO-2", with: "BAO-\(wire)").replacing("\"1002\"", with: "\"\(wire)\"")
    }
    #expect(faults(text + more.joined()).map(\.reason) == [.tooManyProgrammes(highest: 128)])
  }

  @Test("Files that are none", arguments: ["", "[]", "1", "~", "a", "{}", "programmes: 1", "programmes: []", "- {"])
  func others(_ text: String) { #expect(!faults(text).isEmpty) }

  @Test("A file that refers to itself again and again, or nests without end, is refused")
  func bombs() {
    let references = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }.joined(separator: "\n")
    #expect(!faults("a0: &a0 1\n" + references).isEmpty)
    #expect(!faults("inputs: " + String(repeating: "[", count: 5_000)).isEmpty)
    let nested = (0..<30).reduce("{ fixed: 1 }") { text, _ in "{ each: people, amount: \(text) }" }
    let deep = ProgrammeSamples.emergency.replacing("{ fixed: 5000000 }", with: nested, maxReplacements: 1)
    #expect(!faults(deep).isEmpty)
    #expect(!faults(String(repeating: "# \n", count: 500_000)).isEmpty)
  }

  @Test("A file cut off at any line is good or told of, and never half taken")
  func truncation() {
    let lines = ProgrammeSamples.emergency.split(separator: "\n", omittingEmptySubsequences: false)
    for count in stride(from: 1, to: lines.count - 3, by: 3) {
      let text = lines.prefix(count).joined(separator: "\n")
      let catalogue = try? ProgrammeSamples.catalogue(text)
      #expect(catalogue == nil || count < 40, "\(count)")
    }
  }
}
