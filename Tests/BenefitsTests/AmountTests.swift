import Foundation
import Ledger
import Testing
import VietnamReference

@testable import Benefits

private func day(_ text: String) throws -> CalendarDate {
  try #require(CalendarDate(text: text))
}

@Suite("Amounts by rule")
struct AmountTests {
  let catalogue = ProgrammeCatalogue.embedded

  private func amount(
    _ code: String, _ date: String, _ inputs: [(String, String)] = [], _ catalogue: ProgrammeCatalogue? = nil
  ) throws -> AmountDerivation {
    let (catalogue, date) = (catalogue ?? self.catalogue, try day(date))
    let programme = try #require(catalogue.programme(code: code))
    guard let rules = programme.period(on: date) else {
      return try catalogue.amount(code, on: date, inputs: [:])
    }
    let values = try catalogue.inputs(inputs.map { (name: $0.0, text: $0.1) }, for: rules)
    return try catalogue.amount(code, on: date, inputs: values)
  }

  private func fault(
    _ code: String, _ date: String, _ inputs: [(String, String)] = [], _ catalogue: ProgrammeCatalogue? = nil
  ) -> RuleFault? {
    do {
      _ = try amount(code, date, inputs, catalogue)
      return nil
    } catch {
      return error as? RuleFault
    }
  }

  @Test("Every period of every programme has a worked example, and each comes out")
  func vectors() throws {
    #expect(catalogue.vectors.count > 115)
    for vector in catalogue.vectors {
      #expect(try catalogue.amount(vector.code, on: vector.date, inputs: vector.inputs).amount == vector.amount)
    }
    for programme in catalogue.programmes {
      for period in programme.periods {
        #expect(catalogue.vectors.contains { $0.code == programme.code && period.covers($0.date) }, "\(programme.code)")
      }
    }
  }

  /// The amounts of the table of programmes, told apart from the files by being written here again.
  @Test(
    "The table's amounts",
    arguments: [
      ("BHXH-TUAT", "2025-07-01", [("no-direct-carer", "no")], 1_170_000),
      ("BHXH-TUAT", "2025-07-01", [("no-direct-carer", "yes")], 1_638_000), ("BHXH-MT", "2025-09-09", [], 23_400_000),
      ("BHXH-HTXH-MT", "2026-01-01", [], 10_000_000), ("BHXH-HTXH", "2025-07-01", [("age", "75")], 500_000),
      ("BHTN-TCTN", "2026-01-01", [("average-wage", "99000000"), ("region", "region-1")], 26_550_000),
      ("BHTN-TCTN", "2026-01-01", [("average-wage", "99000000"), ("region", "region-2")], 23_650_000),
      ("BHTN-TCTN", "2026-01-01", [("average-wage", "99000000"), ("region", "region-3")], 20_700_000),
      ("BHTN-TCTN", "2026-01-01", [("average-wage", "99000000"), ("region", "region-4")], 18_500_000),
      ("NQ116-1", "2021-10-01", [], 1_800_000), ("NQ116-6", "2021-12-31", [], 3_300_000),
      ("NQ68-TH1", "2021-07-07", [], 1_855_000), ("NQ68-F0F1", "2021-07-07", [("isolation-days", "14")], 1_120_000),
      ("BTXH-TE1", "2024-07-01", [], 1_250_000), ("BTXH-TE2", "2026-07-01", [], 750_000),
      ("BTXH-KT4", "2026-07-01", [], 1_000_000), ("BTXH-CT5", "2026-07-01", [], 1_500_000),
      ("BTXH-MT", "2026-07-01", [], 10_000_000), ("BTXH-KC", "2026-07-01", [("harm", "dead-or-missing")], 25_000_000),
      ("NCC-TB21", "2024-07-01", [], 1_878_000), ("NCC-TB100", "2026-07-01", [], 8_941_000),
      ("NCC-BM", "2024-07-01", [], 10_704_000), ("NCC-BM-PV", "2024-07-01", [], 2_789_000),
      ("NCC-LS1", "2024-07-01", [("martyrs", "2"), ("raised-or-raising", "yes")], 7_809_000),
      ("NCC-TD", "2024-07-01", [], 1_673_000), ("NCC-MT", "2026-07-01", [], 23_400_000),
      ("GN-DIEN", "2026-07-01", [("quarter-months", "1")], 59_520),
      ("GN-CPHT", "2026-07-01", [("study-months", "9")], 1_350_000),
      ("QUA-2-9", "2025-09-02", [("people", "4")], 400_000), ("BHYT-LK", "2026-07-01", [], 14_040_000),
    ] as [(String, String, [(String, String)], Int64)])
  func table(_ code: String, _ date: String, _ inputs: [(String, String)], _ expected: Int64) throws {
    let found = try amount(code, date, inputs)
    #expect(found.amount == expected)
    #expect(found.components.reduce(0) { $0 + $1.amount } == expected && !found.steps.isEmpty)
    #expect(found.period.legalBase.count > 3 && !found.period.evidence.isEmpty)
  }

  @Test("What is planned never applies")
  func planned() throws {
    let values = try #require(catalogue.parameters["luong_co_so"])
    #expect(values.values.contains { $0.isPlanned && $0.amount == 2_530_000 })
    for date in ["2026-07-01", "2026-11-22", "2030-01-01"] {
      #expect(values.value(on: try day(date))?.amount == 2_340_000)
      #expect(try amount("NCC-MT", date).parameters.map(\.value.amount) == [2_340_000])
    }
    let storm = try ProgrammeSamples.catalogue()
    #expect(try amount("BAO-1", "2027-05-01", [("lost", "30"), ("roof", "tin")], storm).amount == 600_000)
    #expect(storm.parameters["muc_sau"]?.value(on: try day("2027-05-01")) == nil)
  }

  @Test("An input that is missing, unknown or out of bounds is named, with the place")
  func inputs() throws {
    let wage = ("average-wage", "9000000")
    let cases: [(RuleFault?, String, RuleFault.Reason)] = [
      (
        fault("BHTN-TCTN", "2026-02-01", [wage]), "amount.cap",
        .missingInput("region", values: "region-1, region-2, region-3, region-4")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [("region", "region-1")]), "amount.of",
        .missingInput("average-wage", values: "0…1000000000")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [wage, ("regoin", "region-1")]), "inputs",
        .unknownInput("regoin", nearest: "region")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [wage, ("region", "region-5")]), "inputs",
        .inputKind("region", values: "region-1, region-2, region-3, region-4")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [("average-wage", "-1")]), "inputs",
        .inputRange("average-wage", values: "0…1000000000")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [("average-wage", "9.000.000")]), "inputs",
        .inputKind("average-wage", values: "0…1000000000")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [("average-wage", "09")]), "inputs",
        .inputKind("average-wage", values: "0…1000000000")
      ),
      (
        fault("BHTN-TCTN", "2026-02-01", [wage, ("region", "region-1"), ("months-paid", "11")]), "conditions[1]",
        .unmetCondition(.init(vi: "số tháng đã đóng từ 12", en: "months paid in from 12"))
      ),
      (
        fault("BHXH-TUAT", "2025-08-01", [("no-direct-carer", "maybe")]), "inputs",
        .inputKind("no-direct-carer", values: "yes, no")
      ),
      (fault("BHXH-TUAT", "2025-06-30"), "", .notInForce("BHXH-TUAT", try day("2025-06-30"))),
      (
        fault("BHYT-TT", "2025-08-01", [("health-subject", "ZZ")]), "inputs",
        .inputKind("health-subject", values: HealthInsuranceSubject.all.map(\.code).joined(separator: ", "))
      ),
      (
        fault("NCC-LS1", "2025-08-01", [("raised-or-raising", "no")]), "amount.sum[1]",
        .missingInput("martyrs", values: "1…20")
      ),
    ]
    for (found, place, reason) in cases {
      #expect(found == RuleFault(place, reason))
      let words = found?.why
      #expect(words?.vi.isEmpty == false && words?.vi != words?.en)
    }
    #expect(throws: RuleFault("", .unknownProgramme("BHXH-X"))) {
      try catalogue.amount("BHXH-X", on: day("2025-08-01"), inputs: [:])
    }
    #expect(throws: RuleFault("inputs", .unknownInput("age", nearest: nil))) {
      try catalogue.amount("NCC-TD", on: day("2025-08-01"), inputs: ["age": .number(3)])
    }
    // A value of the wrong type that no text led to.
    #expect(throws: RuleFault("amount", .inputKind("no-direct-carer", values: "yes, no"))) {
      try catalogue.amount("BHXH-TUAT", on: day("2025-08-01"), inputs: ["no-direct-carer": .number(1)])
    }
  }

  @Test("A sum beyond what one item may be is refused, never wrapped")
  func overflow() throws {
    let nested =
      "{ each: people, amount: { each: people, amount: { each: people, amount: { fixed: 1000000000000 } } } }"
    let text = ProgrammeSamples.emergency
      .replacing("amount: { fixed: 5000000 }", with: "amount: " + nested, maxReplacements: 1)
      .replacing(
        "- { on: 2026-02-01, amount: 5000000,",
        with: "- { on: 2026-02-01, inputs: { people: 1 }, amount: 1000000000000,")
    let storm = try ProgrammeSamples.catalogue(text)
    #expect(try amount("BAO-1", "2026-02-01", [("people", "10")], storm).amount == Money.highestAmount)
    #expect(fault("BAO-1", "2026-02-01", [("people", "11")], storm)?.reason == .overflow)
    let deeper = text.replacing(
      "{ fixed: 1000000000000 }",
      with: (0..<9).reduce("{ fixed: 1000000000000 }") { rule, _ in
        "{ each: people, amount: \(rule) }"
      }, maxReplacements: 1)
    #expect(
      fault("BAO-1", "2026-02-01", [("people", "50")], try ProgrammeSamples.catalogue(deeper))?.reason == .overflow)
  }

  @Test("Each component is rounded once, the declared way")
  func rounding() throws {
    let found = try amount("NCC-LS1", "2024-07-01", [("martyrs", "1"), ("raised-or-raising", "yes")])
    #expect(found.components.map(\.amount) == [2_789_000, 2_231_000])
    #expect(found.components.map(\.exact) == ["2789000", "2231200"])
    let storm = try ProgrammeSamples.catalogue()
    let tile = try amount("BAO-1", "2026-09-10", [("lost", "30"), ("roof", "tile")], storm)
    // 333.330 up to whole thousands, after the cap of 400.000 was looked at.
    #expect(tile.components.map(\.exact) == ["600000", "333330"] && tile.amount == 934_000)
    #expect(tile.steps.contains { $0.en == "within the cap 400.000 đ" })
    let numbers: [(String, Rounding.Direction, Int64, Int64)] = [
      ("1499.5", .nearest, 1, 1_500), ("1499.499999", .nearest, 1, 1_499), ("1500", .nearest, 1_000, 2_000),
      ("1499", .nearest, 1_000, 1_000), ("1999.9", .down, 1_000, 1_000), ("1000.000001", .up, 1_000, 2_000),
      ("1000", .up, 1_000, 1_000), ("0.5", .nearest, 1, 1),
    ]
    for (text, direction, step, expected) in numbers {
      let number = try #require(ExactNumber(decimal: text))
      #expect(try number.rounded(Rounding(direction: direction, step: step)) == expected, "\(text)")
    }
    for text in ["", ".", "1.", ".5", "-1", "1.0000001", "1234567890123", "1,5", "1e3", "٣"] {
      #expect(ExactNumber(decimal: text) == nil, "\(text)")
    }
  }

  @Test("The way to an amount is told step by step, with the parameter's day and evidence")
  func derivation() throws {
    let found = try amount(
      "BHTN-TCTN", "2026-03-01", [("average-wage", "60000000"), ("region", "region-2"), ("months-paid", "48")])
    #expect(
      found.steps.map(\.vi) == [
        "bình quân tiền lương đóng: 60.000.000 đ", "60% = 36.000.000 đ", "vùng lương tối thiểu: vùng II",
        "Lương tối thiểu vùng II từ ngày 01/01/2026: 4.730.000 đ [S19]", "× 5 = 23.650.000 đ",
        "vượt mức tối đa, lấy 23.650.000 đ",
      ])
    #expect(found.parameters.map(\.name) == ["ltt_vung2"] && found.months == 4 && found.openConditions.isEmpty)
    let open = try amount("BTXH-TE1", "2026-03-01", [("age", "2")])
    #expect(open.openConditions.map(\.en) == ["without support: yes"])
    let words = catalogue.words(of: found.period)
    #expect(
      words.vi.hasPrefix("60% × bình quân tiền lương đóng, tối đa (theo vùng lương tối thiểu – vùng I: 5 × Lương"))
    #expect(words.en.contains("at most (by minimum-wage region – region I: 5 × Minimum wage of region I;"))
  }

  @Test(
    "A wrong coefficient, tier, percentage or parameter is seen by the worked examples",
    arguments: [
      ("bhxh.yaml", "times: 0.7", "times: 0.75"),
      ("bhxh.yaml", "percent: 40, each-year: 1", "percent: 40, each-year: 2"),
      ("bhxh.yaml", "at-most: 75", "at-most: 76"), ("bhxh.yaml", "part-year: half-years", "part-year: dropped"),
      ("bhtn.yaml", "percent: 60", "percent: 65"), ("bhtn.yaml", "ltt_vung2, times: 5", "ltt_vung2, times: 4"),
      ("bhtn.yaml", "months: 3, each-further: 12", "months: 3, each-further: 6"),
      ("bhtn.yaml", "fixed: 4500000", "fixed: 4600000"),
      ("btxh.yaml", "times: 2.5", "times: 2.4"), ("btxh.yaml", "{ input: age, to: 3 }", "{ input: age, to: 2 }"),
      ("ncc.yaml", "fixed: 1878000", "fixed: 1879000"), ("ncc.yaml", "times: 0.8", "times: 0.9"),
      (
        "ncc.yaml",
        "rounding: { to: 1000, direction: nearest }\n    vectors:\n      - { on: 2024-07-01, amount: 1673000",
        "rounding: { to: 1000, direction: up }\n    vectors:\n      - { on: 2024-07-01, amount: 1673000"
      ),
      ("parameters.yaml", "vnd: 2789000", "vnd: 2798000"),
      ("parameters.yaml", "from: 2026-01-01, vnd: 4140000", "from: 2026-01-01, vnd: 4150000"),
      ("bhyt.yaml", "yes: { input: covered-cost }", "yes: { percent: 95, of: { input: covered-cost } }"),
      ("khan-cap.yaml", "fixed: 80000", "fixed: 60000"), ("gn.yaml", "times: 30", "times: 50"),
    ])
  func planted(_ file: String, _ old: String, _ new: String) throws {
    let files = try ProgrammeSamples.shipped(file, replacing: old, with: new)
    do throws(CatalogueError) {
      _ = try ProgrammeCatalogue(files: files)
      Issue.record("not seen")
    } catch {
      #expect(error.faults.allSatisfy { [.vectorAmount, .vectorMonths, .vector].contains($0.code) }, "\(error.faults)")
    }
  }
}
