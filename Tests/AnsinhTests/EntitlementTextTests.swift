import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

@Suite("Entitlements as people read them")
struct EntitlementTextTests {
  private static let vietnamese = Output(language: .vietnamese, json: false)
  private static let english = Output(language: .english, json: false)

  private static func late(
    _ rule: CollectionRuleName, lastDay: UInt32? = nil, isOver: Bool = false, isUnlisted: Bool = false
  ) -> UncollectedLine {
    UncollectedLine(
      item: ItemReference(line: 7, period: 202_605), programme: "BHXH-HUU", funder: "QHTTT@VN", open: 1_500_000,
      uncollected: 0, rule: rule, lastDay: lastDay, isOver: isOver, months: 6, isUnlisted: isUnlisted)
  }

  /// Cells of a table's line.
  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: "  ").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
  }

  @Test("A line with its months, and the sum of what is open")
  func lines() {
    let item = CreditedItem(
      period: 202_611, kind: .arrears, credited: 1_500_000, paid: 500_000, taken: 340_000, open: 660_000,
      uncollected: 0, deducted: 300_000, overpaid: 0)
    let line = EntitlementLine(
      line: 7, programme: "BHXH-HUU", programmeName: BilingualText(vi: "Lương hưu", en: "Pension"), unit: "BHXH-19",
      funder: "QHTTT@VN", homeProvince: "19", state: .ended, lastPeriod: 202_611, items: [item])
    let text = EntitlementTexts.lines([line], Self.vietnamese).split(separator: "\n")
    #expect(
      text[0] == "Khoản hưởng số 7 · BHXH-HUU Lương hưu · BHXH-19 · QHTTT@VN · đã thôi hưởng từ sau tháng 11/2026")
    #expect(Self.cells(text[3]) == ["11/2026", "truylĩnh", "1.500.000", "500.000", "300.000", "40.000", "660.000"])
    #expect(Self.cells(text[5]) == ["660.000"])
    #expect(EntitlementTexts.lines([line], Self.english).hasPrefix("Line 7 · BHXH-HUU Pension"))
    #expect(EntitlementTexts.lines([], Self.english) == "There are no entitlements.")
  }

  @Test("What becomes of money that nobody collected")
  func uncollected() {
    let expected: [(UncollectedLine, String)] = [
      (Self.late(.neverLapses), "không hết hạn"),
      (Self.late(.neverLapses, isUnlisted: true), "6 tháng liền chưa nhận: tạm dừng in danh sách"),
      (Self.late(.carried), "chuyển danh sách tháng sau"), (Self.late(.afterEnd), "còn trong thời gian hưởng"),
      (Self.late(.deadline, lastDay: 20_260_903), "nhận đến ngày 03/09/2026"),
      (Self.late(.afterEnd, lastDay: 20_260_831, isOver: true), "đã hết hạn nhận ngày 31/08/2026"),
    ]
    for (line, words) in expected {
      let text = EntitlementTexts.uncollected([line], unit: "BHXH-19", Self.vietnamese)
      #expect(text.contains(words), "\(text)")
      #expect(text.contains("05/2026"))
    }
  }

  @Test("A month as people write it")
  func months() {
    for text in ["2026-11", "11/2026", "11-2026", "2026/11"] {
      #expect(MonthArgument(argument: text)?.yyyymm == 202_611, "\(text)")
    }
    for text in ["2026-13", "0/2026", "11", "2026-11-01", "202611", "", "a-b", "-1/2026"] {
      #expect(MonthArgument(argument: text) == nil, "\(text)")
    }
  }
}
