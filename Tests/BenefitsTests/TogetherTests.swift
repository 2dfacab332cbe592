import Ledger
import Testing
import VietnamReference

@testable import Benefits

private func day(_ text: String) throws -> CalendarDate {
  try #require(CalendarDate(text: text))
}

@Suite("Programmes together")
struct TogetherTests {
  let catalogue = ProgrammeCatalogue.embedded

  @Test("Of several funeral grants only the highest is paid")
  func funeral() throws {
    let found = catalogue.conflicts(of: ["BHXH-MT", "NCC-MT", "BTXH-MT", "BHXH-HUU"], on: try day("2026-01-01"))
    #expect(found.map(\.group.name) == ["funeral"] && found.first?.codes == ["BHXH-MT", "BTXH-MT", "NCC-MT"])
    let amounts: [String: Int64] = ["BHXH-MT": 23_400_000, "NCC-MT": 23_400_000, "BTXH-MT": 10_000_000]
    #expect(found.first?.winner(amounts: amounts) == "BHXH-MT")
    #expect(found.first?.winner(amounts: ["BHXH-MT": 1]) == nil)
    #expect(catalogue.conflicts(of: ["BHXH-MT"], on: try day("2026-01-01")).isEmpty)
  }

  @Test("The social pension and a social allowance: the higher, since the law of 2024 is in force")
  func socialPension() throws {
    let codes = ["BHXH-HTXH", "BTXH-KT3"]
    let found = try #require(catalogue.conflicts(of: codes, on: try day("2025-07-01")).first)
    #expect(found.group.rule == .highest)
    #expect(found.winner(amounts: ["BHXH-HTXH": 500_000, "BTXH-KT3": 750_000]) == "BTXH-KT3")
    #expect(catalogue.conflicts(of: codes, on: try day("2025-06-30")).isEmpty)
  }

  @Test("One of the tiers, and an unemployment benefit before the support for those without")
  func ordered() throws {
    let date = try day("2021-10-15")
    #expect(catalogue.conflicts(of: ["NQ116-1", "NQ116-2"], on: date).map(\.group.rule) == [.onlyOne])
    let support = try #require(catalogue.conflicts(of: ["NQ68-CD", "BHTN-TCTN-CU"], on: date).first)
    #expect(support.winner(amounts: [:]) == "BHTN-TCTN-CU")
    #expect(catalogue.conflicts(of: ["NQ116-1", "NQ116-2"], on: date).first?.winner(amounts: ["NQ116-1": 1]) == nil)
  }

  @Test("Shares of a split are the whole together")
  func split() throws {
    let rules = try #require(
      try ProgrammeSamples.catalogue().programme(code: "BAO-1", on: try day("2026-02-01"))?.rules)
    #expect(rules.funder.kinds == [.centralBudget, .localBudget])
    for amount: Int64 in [0, 1, 3, 999_999, Money.highestAmount] {
      let parts = try #require(rules.funder.parts(of: amount))
      #expect(parts.reduce(0) { $0 + $1.amount } == amount && parts[0].amount == amount / 10 * 7 + amount % 10 * 7 / 10)
    }
    #expect(rules.funder.words.vi == "NSTW 70% + NSDP 30%")
    #expect(FunderRule.choice([.localBudget, .centralBudget]).parts(of: 1) == nil)
  }

  @Test("Money that nobody collects: never, carried, three months, a hard day")
  func uncollected() throws {
    func term(_ code: String, _ date: String) throws -> CollectionTerm {
      try #require(catalogue.programme(code: code, on: try day(date))).rules.uncollected
    }
    let end = try day("2026-11-30")
    #expect(try term("BHXH-HUU", "2026-01-01") == .neverLapses(suspendedAfterMonths: 6))
    #expect(try term("BTXH-KT1", "2026-01-01") == .carried)
    let days = try ["BHTN-TCTN": "2026-01-01", "QUA-2-9": "2025-09-01"]
      .map { try term($0.key, $0.value).lastDay(entitlementEnds: end)?.iso ?? "" }
    #expect(Set(days) == ["2027-02-28", "2025-09-15"])
    #expect(try term("BTXH-KT1", "2026-01-01").lastDay(entitlementEnds: end) == nil)
  }

  @Test("Agencies have the name of the day")
  func agencies() throws {
    let agency = try #require(catalogue.agencies["home-affairs"])
    #expect(agency.title(on: try day("2025-02-28")).vi == "Sở Lao động - Thương binh và Xã hội")
    #expect(agency.title(on: try day("2025-03-01")).vi == "Sở Nội vụ")
  }

  @Test("Health insurance: level by subject, days of validity, co-payments of the year")
  func health() throws {
    let date = try day("2026-11-22")
    let cover = try #require(HealthInsuranceCover(subjectCode: "HT", from: try day("2026-01-01"), to: date))
    #expect(cover.level.percent == 95 && cover.state(on: date) == .valid)
    let states = try ["2025-12-31", "2026-01-01", "2026-11-23"].map { cover.state(on: try day($0)) }
    #expect(states == [.notYet, .valid, .expired])
    let higher = HealthInsuranceCover(subjectCode: "HT", level: .fullWithLimits, from: date, to: nil)
    #expect(higher?.level.percent == 100 && higher?.state(on: date) == .valid)
    #expect(HealthInsuranceCover(subjectCode: "ZZ", from: date, to: nil) == nil)
    let reversed = HealthInsuranceCover(subjectCode: "GD", from: date, to: try day("2026-11-21"))
    #expect(reversed == nil)
    for (paid, years, isExempt, left) in [
      (14_040_000, 5, false, 0), (14_040_001, 5, true, 0), (14_040_001, 4, false, 0), (40_000, 9, false, 14_000_000),
    ] as [(Int64, Int, Bool, Int64)] {
      let sum = try CoPaymentAccumulator(paid: paid, years: years, on: date, in: catalogue)
      #expect(sum.limit == 14_040_000 && sum.isExempt == isExempt && sum.left == left)
    }
    #expect(throws: RuleFault.self) {
      try CoPaymentAccumulator(paid: 1, years: 5, on: day("2019-06-30"), in: catalogue)
    }
  }

  @Test("A folder on top: replaced, added, and the list reader takes the new programme")
  func folder() throws {
    let storm = try ProgrammeSamples.catalogue()
    #expect(storm.programme(wireCode: 0x1001)?.code == "BAO-1" && catalogue.programme(code: "BAO-1") == nil)
    let changed = try ProgrammeSamples.shipped("parameters.yaml").replacing("vnd: 360000", with: "vnd: 370000")
    let other = try ProgrammeCatalogue(files: [.init(name: "parameters.yaml", yaml: changed)], onTopOf: storm)
    #expect(other.programmes.count == 65 && other.parameters["chuan_tgxh"]?.values[1].amount == 370_000)
    var options = PaymentList.Options(today: try day("2026-11-22"), allowsSampleData: true)
    options.catalogue = storm
    let parser = PaymentFieldParser(options: options)
    #expect(try parser.programme("BAO-1").code == "BAO-1")
    #expect(throws: FieldDefect.self) {
      try PaymentFieldParser(options: .init(today: day("2026-11-22"))).programme("BAO-1")
    }
    let tables = PaymentCodeTables(options: options)
    #expect(tables.programmes.contains { $0.code == "BAO-2" })
  }

  @Test("What changes between two days, and for whom")
  func difference() throws {
    let days = CatalogueDifference(
      from: .init(catalogue, on: try day("2025-06-30")), to: .init(catalogue, on: try day("2025-07-01")))
    let changes = Dictionary(uniqueKeysWithValues: days.entries.map { ($0.code, $0) })
    #expect(changes["BTXH-CT4"]?.change == .removed && changes["BHXH-HTXH"]?.change == .added)
    #expect(changes["BHXH-HTXH"]?.examples.contains { $0.before == nil && $0.after == 500_000 } == true)
    #expect(changes["BTXH-KT1"]?.facts.contains { $0.label.en == "decided by" } == true && changes["NCC-TD"] == nil)
    let rise = CatalogueDifference(
      from: .init(catalogue, on: try day("2024-06-30")), to: .init(catalogue, on: try day("2024-07-01")))
    let grant = try #require(rise.entries.first { $0.code == "NCC-MT" })
    #expect(grant.examples.map(\.before) == [18_000_000] && grant.examples.map(\.after) == [23_400_000])
    #expect(grant.facts.map(\.label.vi) == ["Lương cơ sở (= mức tham chiếu)"])
  }

  @Test("What changes between two folders")
  func folders() throws {
    let before = try ProgrammeSamples.catalogue()
    let after = try ProgrammeSamples.catalogue(
      ProgrammeSamples.emergency.replacing("times: 1.5", with: "times: 1.6")
        .replacing("amount: 600000", with: "amount: 640000"))
    let found = CatalogueDifference(from: .init(before), to: .init(after)).entries
    #expect(found.map(\.code) == ["BAO-1"] && found[0].facts.map(\.label.en) == ["amount from 2026-09-01"])
    #expect(found[0].examples.map(\.before) == [600_000] && found[0].examples.map(\.after) == [640_000])
    #expect(CatalogueDifference(from: .init(after), to: .init(after)).entries.isEmpty)
    let added = CatalogueDifference(from: .init(catalogue), to: .init(after)).entries
    #expect(added.map(\.code) == ["BAO-1", "BAO-2"] && added.allSatisfy { $0.change == .added })
  }
}
