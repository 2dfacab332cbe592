import Foundation
import Testing
import VietnamReference

@Suite("Identifiers")
struct IdentifierTests {
  @Test func everyVectorIsJudgedAsExpected() throws {
    let today = try day("2026-10-25")
    let rows = try VectorFile.rows("id_test_vectors.csv")
    #expect(rows.count == 10)
    for row in rows {
      let (kind, value, expected) = (row[0], row[1], row[2])
      let outcome: String
      do throws(IdentifierError) {
        let normalised: String
        let findings: [IdentifierFinding]
        switch kind {
        case "cccd":
          let checked = try PersonalID.validate(value, today: today)
          (normalised, findings) = (checked.value.normalised, checked.findings)
        case "bhxh": (normalised, findings) = (try SocialInsuranceNumber(validating: value).normalised, [])
        default:
          let checked = try HealthInsuranceCode.validate(value)
          (normalised, findings) = (checked.value.normalised, checked.findings)
        }
        outcome = !findings.isEmpty ? "warn" : normalised != value ? "normalise" : "ok"
      } catch {
        outcome = "reject"
      }
      #expect(outcome == expected, "\(kind): \(row[3])")
    }
  }

  @Test func personalIDTellsSexCenturyAndBirthplace() throws {
    let today = try day("2026-10-25")
    let woman = try PersonalID.validate("079185000123", today: today).value
    #expect(woman.sex == .female)
    #expect(woman.birthYear == 1985)
    #expect(woman.birthProvinceCode == "79")
    let boy = try PersonalID.validate("001221004567", today: today).value
    #expect(boy.sex == .male)
    #expect(boy.birthYear == 2021)
    #expect(try PersonalID.validate("001323004567", today: today).value.sex == .female)
  }

  @Test func sampleAndCountryCodesNeedTheirFlag() throws {
    let today = try day("2026-10-25")
    #expect(throws: IdentifierError.unassignedProvince(code: "003")) {
      try PersonalID.validate("003085000001", today: today)
    }
    let sample = try PersonalID.validate("003085000001", today: today, allowingSampleData: true)
    #expect(sample.value.isSampleData && sample.findings.isEmpty && sample.value.birthProvinceCode == nil)
    // 28 was Hà Tây, closed before personal IDs began; 000 and 100 are nothing at all.
    #expect(throws: IdentifierError.unassignedProvince(code: "028")) {
      try PersonalID.validate("028085000001", today: today)
    }
    for never in ["000085000001", "100085000001"] {
      #expect(throws: IdentifierError.self) { try PersonalID.validate(never, today: today, allowingSampleData: true) }
    }
    #expect(throws: IdentifierError.countryCode(code: "101")) {
      try PersonalID.validate("101085000001", today: today)
    }
    let abroad = try PersonalID.validate("999085000001", today: today, allowingCountryCodes: true)
    #expect(abroad.findings == [.countryCode(code: "999")])
  }

  @Test func all63CodesAreTakenAndNoOther() throws {
    let today = try day("2026-10-25")
    let taken = (0...99).filter { code in
      let text = "0" + (code < 10 ? "0\(code)" : "\(code)") + "085000001"
      return (try? PersonalID.validate(text, today: today)) != nil
    }
    #expect(taken.count == 63)
    #expect(!taken.contains(3) && !taken.contains(28) && taken.contains(45))
  }

  @Test func rejectionsSayWhat() throws {
    let today = try day("2026-10-25")
    let cases: [(String, IdentifierError)] = [
      ("", .empty(.personalID)), ("   ", .empty(.personalID)), ("07918500012", .wrongLength(.personalID, found: 11)),
      ("0791850001234", .wrongLength(.personalID, found: 13)), ("07918500012A", .wrongCharacter(.personalID)),
      ("０79185000123", .wrongCharacter(.personalID)),
      (String(repeating: "1", count: 5000), .wrongLength(.personalID, found: 99)),
    ]
    for (text, error) in cases {
      #expect(throws: error) { try PersonalID.validate(text, today: today) }
      #expect(!error.reason.vi.isEmpty && !error.remedy.en.isEmpty)
    }
    #expect(throws: IdentifierError.unknownLevel(digit: "0")) { try HealthInsuranceCode.validate("GD0010123456789") }
    #expect(throws: IdentifierError.unassignedProvince(code: "00")) {
      try HealthInsuranceCode.validate("GD4000123456789")
    }
    #expect(throws: IdentifierError.wrongCharacter(.healthInsuranceCode)) {
      try HealthInsuranceCode.validate("G14010123456789")
    }
  }

  @Test func crossChecksAreFindings() throws {
    let id = try #require(PersonalID(digits: "079185000123"))
    #expect(id.mismatch(birthDate: try #require(PartialDate(text: "1985"))) == nil)
    #expect(
      id.mismatch(birthDate: try #require(PartialDate(text: "--/05/1986")))
        == .birthYearMismatch(encoded: 1985, recorded: 1986))
    #expect(id.mismatch(sex: .female) == nil)
    #expect(id.mismatch(sex: .male) == .sexMismatch(encoded: .female, recorded: .male))
    #expect(id.mismatch(sex: .male)?.message.vi.contains("không khớp") == true)
  }

  @Test func numbersAreMaskedWhereverTheyArePrinted() throws {
    let id = try #require(PersonalID(digits: "079185000123"))
    let code = try HealthInsuranceCode.validate("gd4 01 0123456789").value
    var dumped = ""
    dump(id, to: &dumped)
    dump(code, to: &dumped)
    dump(Optional(id), to: &dumped)
    for text in ["\(id)", String(reflecting: id), "\([id])", "\(code)", dumped] {
      #expect(!text.contains("079185000") && !text.contains("012345"))
    }
    #expect(id.masked == "********0123")
    #expect(code.masked == "GD401******6789")
    #expect(code.normalised == "GD4010123456789")
    #expect(code.level.percent == 80)
    #expect(code.subject?.name.vi == "Hộ gia đình")
  }

  @Test func personalIDTravelsAsDigits() throws {
    let id = try #require(PersonalID(digits: "001085000123"))
    let json = try JSONEncoder().encode([id])
    #expect(String(decoding: json, as: UTF8.self) == #"["001085000123"]"#)
    #expect(try JSONDecoder().decode([PersonalID].self, from: json) == [id])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([PersonalID].self, from: Data(#"["1085000123"]"#.utf8))
    }
    #expect(PersonalID(digits: "07918500012") == nil && PersonalID(digits: "07918500012x") == nil)
  }

  @Test func subjectTableHoldsAllCodes() {
    #expect(HealthInsuranceSubject.all.count == 43)
    #expect(Set(HealthInsuranceSubject.all.map(\.code)).count == 43)
    #expect(HealthInsuranceSubject.subject(code: "ZZ") == nil)
  }
}
