import Benefits
import Ledger
import Testing
import VietnamReference

@Suite("Programmes")
struct ProgrammeTests {
  let catalogue = ProgrammeCatalogue.embedded

  @Test func everyProgrammeHasItsTwoCodes() {
    #expect(catalogue.programmes.count == 63)
    for (index, programme) in catalogue.programmes.enumerated() {
      #expect(programme.wireCode == UInt16(index + 1))
      #expect(catalogue.programme(code: programme.code) == programme)
      #expect(catalogue.programme(wireCode: programme.wireCode) == programme)
      #expect(!programme.name.vi.contains("…") && !programme.name.en.isEmpty && !programme.evidence.isEmpty)
    }
    #expect(catalogue.programme(code: "BHTN-TCTN-CU")?.wireCodeText == "000A")
    #expect(catalogue.programme(code: "bhxh-huu") == nil && catalogue.programme(wireCode: 0) == nil)
  }

  @Test(arguments: [
    ("BHXH-HUU", [FunderKind.pensionSurvivorFund, .centralBudget]), ("BHTN-TCTN", [.unemploymentFund]),
    ("BHXH-TNLD", [.workInjuryFund]), ("BTXH-KT1", [.localBudget]), ("NCC-TB61", [.centralBudget]),
    ("BHXH-HTXH", [.localBudget]), ("GN-DIEN", [.centralBudget, .localBudget]), ("BHYT-TT", [.healthFund]),
    ("BHYT-LK", []),
  ])
  func fundersAreThoseOfTheTable(_ code: String, _ funders: [FunderKind]) {
    #expect(catalogue.programme(code: code)?.allowedFunders == funders)
  }

  @Test func onlyTheCounterIsNotPaid() {
    #expect(catalogue.programmes.filter { $0.allowedFunders.isEmpty }.map(\.rhythm) == [.counter])
  }

  @Test func programmesAreInForceByDateAndMonth() throws {
    let old = try #require(catalogue.programme(code: "BTXH-CT4"))
    let gift = try #require(catalogue.programme(code: "QUA-2-9"))
    let always = try #require(catalogue.programme(code: "BHXH-MSLD"))
    #expect(old.isInForce(on: try #require(CalendarDate(text: "2025-06-30"))))
    #expect(!old.isInForce(on: try #require(CalendarDate(text: "2025-07-01"))))
    #expect(old.isInForce(in: try #require(Period(yyyymm: 202506))))
    #expect(!old.isInForce(in: try #require(Period(yyyymm: 202507))))
    #expect(gift.isInForce(in: try #require(Period(yyyymm: 202508))))
    #expect(gift.isInForce(in: try #require(Period(yyyymm: 202509))))
    #expect(always.isInForce(in: try #require(Period(yyyymm: 199501))))
  }
}
