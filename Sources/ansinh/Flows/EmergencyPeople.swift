import Benefits
import Foundation
import VietnamReference

/// The made-up people of the emergency: every province's list, with people planted who must not be paid twice.
struct EmergencyPeople: Sendable {
  let count: Int
  /// Two-digit codes, in their order.
  let provinces: [String]
  /// The month, `yyyy-MM`.
  let month: String
  /// The month after it.
  let nextMonth: String

  /// - Parameter count: people who are on one province's list rightly.
  init(count: Int, on today: CalendarDate) {
    self.count = count
    provinces = ProvinceRegister.embedded.current(on: today).map(\.code).sorted()
    month = Self.month(today.year, today.month)
    nextMonth = today.month == 12 ? Self.month(today.year + 1, 1) : Self.month(today.year, today.month + 1)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
  private static func month(_ year: Int, _ month: Int) -> String { "\(year)-\(two(month))" }

  /// People of each province.
  private func range(_ province: Int) -> Range<Int> {
    count * province / provinces.count..<count * (province + 1) / provinces.count
  }

  /// In every second province so many of the province before are on the list as well: with the same support, with it
  /// for the next month, with the other support, and with that for the next month.
  private func duplicates(_ province: Int) -> Range<Int> {
    guard province % 2 == 1 else { return 0..<0 }
    let before = range(province - 1)
    return before.lowerBound..<before.lowerBound + min(before.count, max(1, before.count / 250))
  }

  /// In every third province so many who have unemployment benefit already are on the list.
  private func overlaps(_ province: Int) -> Range<Int> {
    guard province % 3 == 1 else { return 0..<0 }
    let number = max(1, range(province).count / 300)
    return count + province * 1_000..<count + province * 1_000 + min(number, 1_000)
  }

  func hasPlanted(_ province: Int) -> Bool { !duplicates(province).isEmpty && !overlaps(province).isEmpty }
  var plantedDuplicates: Int { provinces.indices.reduce(0) { $0 + duplicates($1).count } }
  var plantedOverlaps: Int { provinces.indices.reduce(0) { $0 + overlaps($1).count } }

  private static let families = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"]
  private static let given = ["Hòa", "Lan", "Hương", "Mai", "Thảo", "Ngọc", "Thủy", "Hạnh", "Yến", "Trang", "Dung"]

  /// Personal IDs of sample data, of women born from 1960 on: nobody has them.
  private func person(_ number: Int) -> String {
    let digits = String(number % 100_000)
    let id = "0031\(60 + number / 100_000 % 40)" + "0" + String(repeating: "0", count: 5 - digits.count) + digits
    let name = "\(Self.families[number % 10]) Thị \(Self.given[number / 10 % 11])"
    return "\(id),\(name),17/05/19\(60 + number / 100_000 % 40)"
  }

  /// - Parameters:
  ///   - isLater: for the next month.
  ///   - isOther: of the support that is not the person's.
  private func row(_ number: Int, in province: String, isLater: Bool = false, isOther: Bool = false) -> String {
    let month = isLater ? nextMonth : month
    let benefit =
      (number % 2 == 0) != isOther
      ? "KC-NLD,\(month),1800000,QBHTN,BHXH-\(province)" : "KC-TD,\(month),1500000,NSDP,XA-\(province)-00001"
    return "\(person(number)),\(benefit),\(province),BD-\(province)-001\r\n"
  }

  /// A province's list.
  func list(_ province: Int) -> [UInt8] {
    let code = provinces[province]
    var csv = PaymentRow.csvHeader(hasArrears: false)
    for people in [range(province), overlaps(province)] {
      for number in people { csv += row(number, in: code).utf8 }
    }
    for number in duplicates(province) {
      let kind = (number + province / 2) % 4
      csv += row(number, in: code, isLater: kind % 2 == 1, isOther: kind >= 2).utf8
    }
    return csv
  }

  /// The standing list of unemployment benefit.
  func unemployed() -> [UInt8] {
    var csv = PaymentRow.csvHeader(hasArrears: false)
    for province in provinces.indices {
      let code = provinces[province]
      for number in overlaps(province) {
        csv += "\(person(number)),BHTN-TCTN,\(month),3000000,QBHTN,BHXH-\(code),\(code),BD-\(code)-001\r\n".utf8
      }
    }
    return csv
  }

  /// The data file of the programmes: for this month and the next two.
  static func programmes(_ today: CalendarDate) -> String {
    let from = "\(month(today.year, today.month))-01"
    let last = today.month + 2
    let to = "\(month(last > 12 ? today.year + 1 : today.year, last > 12 ? last - 12 : last))-28"
    let day = "\(month(today.year, today.month))-15"
    func programme(_ code: String, _ wire: String, _ vi: String, _ en: String, _ rest: String, _ amount: Int) -> String
    {
      """
        - code: \(code)
          wire-code: "\(wire)"
          \(rest.split(separator: "|")[0])
          name: { vi: "\(vi)", en: "\(en)" }
          rhythm: one-off-mass
          periods:
            - from: \(from)
              to: \(to)
              legal-base: nghị quyết thử nghiệm, theo NQ 68/NQ-CP và NQ 116/NQ-CP năm 2021
              evidence: K
              \(rest.split(separator: "|")[1])
              calendar: on-decision
              uncollected: { term: deadline, day: \(to) }
              amount: { fixed: \(amount) }
              amount-is: exact
              rounding: { to: 1, direction: nearest }
          vectors:
            - { on: \(day), amount: \(amount), source: K }

      """
    }
    return "programmes:\n"
      + programme(
        "KC-NLD", "7F01", "Hỗ trợ khẩn cấp người lao động", "Emergency support of employees",
        "pillar: BHTN|funder: { one: QBHTN }\n        unit: BHXH\n        decided-by: social-insurance\n"
          + "        paid-by: bank-or-cash", 1_800_000)
      + programme(
        "KC-TD", "7F02", "Hỗ trợ khẩn cấp lao động tự do", "Emergency support of the self-employed",
        "pillar: BTXH|funder: { one: NSDP }\n        unit: XA\n        decided-by: commune\n"
          + "        paid-by: commune-or-bank", 1_500_000)
        + """
        groups:
          emergency-demo:
            name: { vi: Hỗ trợ khẩn cấp, en: Emergency support }
            rule: only-one
            members: [KC-NLD, KC-TD, BHTN-TCTN]
            from: \(from)
            legal-base: nghị quyết thử nghiệm
            evidence: K

        """
  }
}
