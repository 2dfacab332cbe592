import Foundation
import Testing

@testable import Issuance

@Suite("Declaration of personal data")
struct PersonalDataTests {
  private static let file = String(decoding: PackageResources.personal_data_yaml, as: UTF8.self)

  @Test("Every field has a purpose, a basis, a place and somebody who sees it")
  func whole() throws {
    let declaration = try PersonalData(yaml: Self.file)
    #expect(declaration.fields.count >= 15)
    #expect(Set(declaration.fields.map(\.id)).count == declaration.fields.count)
    for field in declaration.fields {
      #expect(!field.bases.isEmpty && !field.places.isEmpty, "\(field.id)")
      for place in field.places { #expect(!place.roles.isEmpty && !place.parts.parts.isEmpty, "\(field.id)") }
      if field.class == .sensitive { #expect(field.bases.contains { $0.id == "sensitive" }, "\(field.id)") }
    }
    for term in declaration.bases + declaration.retentions {
      #expect(term.evidence.contains("[S") || term.evidence.contains("[K]") || term.evidence.contains("[D]"))
    }
    // What the law does not settle is marked where it stands.
    #expect(Set(declaration.terms.map(\.kind)) == Set(PrivacyRequest.Kind.allCases))
    for term in declaration.terms {
      #expect(term.answerWorkingDays == 2 && term.days <= term.daysWithProcessor && term.extensionDays > 0)
    }
  }

  @Test("What leaves in exports is what an export can write, no more and no less")
  func exports() { #expect(PersonalData.embedded.exportable.map(\.id) == PersonExport.words) }

  @Test(
    "A slip of the pen is refused",
    arguments: [
      ("class: sensitive", "class: secret"), ("purpose: issue\n", "purpose: isue\n"), ("bases: [duty]", "bases: [dty]"),
      ("kept: applicant", "kept: aplicant"), ("roles: [office]", "roles: [ofice]"),
      ("leaves: [export", "leaves: [exprt"),
      ("protection: file", "protection: fil"), ("protection: file", "protecton: file"),
      ("declaration: 1", "declaration: 2"),
      ("request: access", "request: acess"), ("\nnone:", "\nnothing:"), ("en: full name", "english: full name"),
      ("parts: [birth_date]", "parts: birth_date"),
      ("{in: office, of: card, parts: [sequence]}", "{in: office, of: card}"),
      // A part of a field that is also declared to hold none; a part twice in one field.
      ("{in: office, of: card, parts: [sequence]}", "{in: office, of: card, parts: [sequence, number]}"),
      ("parts: [name, ascii_name]", "parts: [name, ascii_name, name]"),
    ]) func slips(_ right: String, _ wrong: String) throws
  {
    #expect(Self.file.contains(right), "\(right)")
    let changed = try #require(Self.file.range(of: right).map { Self.file.replacingCharacters(in: $0, with: wrong) })
    #expect(throws: PersonalDataError.self) { try PersonalData(yaml: changed) }
  }

  @Test("A cut file is refused, wherever it is cut")
  func cut() throws {
    let lines = Self.file.split(separator: "\n", omittingEmptySubsequences: false)
    let end = try #require(lines.firstIndex(of: "none:"))
    for count in Array(stride(from: 0, to: end, by: 7)) + [end] {
      let part = lines.prefix(count).joined(separator: "\n")
      #expect(throws: PersonalDataError.self) { try PersonalData(yaml: part) }
    }
  }
}
