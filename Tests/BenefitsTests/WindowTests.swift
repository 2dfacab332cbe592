import Ledger
import Testing
import VietnamReference

@testable import Benefits

/// The months in which programmes are owed once.
@Suite("How often programmes are owed")
struct WindowTests {
  private static func month(_ yyyymm: Int32) throws -> Period { try #require(Period(yyyymm: yyyymm)) }

  @Test(arguments: [
    ("BHXH-HUU", 202_611, 202_611, 202_611), ("GN-DIEN", 202_602, 202_601, 202_603),
    ("GN-DIEN", 202_612, 202_610, 202_612), ("GN-CPHT", 202_611, 202_607, 202_612),
    ("GN-CPHT", 202_604, 202_601, 202_606), ("NCC-TC", 202_607, 202_601, 202_612),
    ("NQ116-1", 202_111, 202_110, 202_112), ("QUA-2-9", 202_508, 202_508, 202_509),
    ("BHXH-1L", 202_601, 202_502, 202_612), ("BTXH-KC", 202_601, 202_601, 202_601),
  ])
  func windows(_ code: String, _ month: Int32, _ first: Int32, _ last: Int32) throws {
    let programme = try #require(ProgrammeCatalogue.embedded.programme(code: code))
    let window = programme.window(around: try Self.month(month))
    #expect(window.first.yyyymm == first && window.last.yyyymm == last)
  }

  @Test func everyWindowHoldsItsMonthAndIsTheSameForAllOfItsMonths() throws {
    for programme in ProgrammeCatalogue.embedded.programmes {
      for yyyymm: Int32 in [190_001, 202_107, 202_511, 202_602, 999_912] {
        let month = try Self.month(yyyymm)
        let window = programme.window(around: month)
        #expect(window.contains(month), "\(programme.code) \(yyyymm)")
        guard programme.onceInMonths == nil, programme.isInForce(in: month) else { continue }
        #expect(programme.window(around: window.last) == window, "\(programme.code) \(yyyymm)")
      }
    }
  }

  @Test func aListHasWhatIsPaidOnceOnlyOnceWhateverTheMonth() throws {
    let rest = "BHXH-19,19,BD-19-001"
    func row(_ month: String) -> String {
      "003152000119,Nguyễn Thị Hòa,17/05/1952,NQ116-1,\(month),1800000,KDQBHTN,\(rest)"
    }
    let funder = try #require(ProgrammeCatalogue.embedded.programme(code: "NQ116-1")?.allowedFunders.first)
    let rows = ["2021-10", "2021-12"].map { row($0).replacing("KDQBHTN", with: funder.code) }
    #expect(try Samples.parse(rows).problemPlaces == ["3 so_dinh_danh row.duplicate"])
    let file = try ListFiles.read(Array(([Samples.header] + rows).map { $0 + "\n" }.joined().utf8))
    #expect(ListFiles.places(file.rejects) == ["3 so_dinh_danh row.duplicate"])
  }

  @Test func aPensionBelowTheSocialPensionDoesNotStandInItsWay() throws {
    let month = try Self.month(202_611)
    let catalogue = ProgrammeCatalogue.embedded
    #expect(
      catalogue.exclusions(of: "BHXH-HTXH", in: month).contains(
        ProgrammeExclusion(code: "BHXH-HUU", from: 500_000, ownFrom: 0)))
    #expect(
      catalogue.exclusions(of: "BHXH-HUU", in: month).contains(
        ProgrammeExclusion(code: "BHXH-HTXH", from: 0, ownFrom: 500_000)))
    #expect(catalogue.exclusions(of: "BHXH-HTXH", in: try Self.month(202_506)).isEmpty)
  }
}
