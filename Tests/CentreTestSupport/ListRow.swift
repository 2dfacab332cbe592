/// What is owed, where, out of whose money: rows that payment lists of the shipped catalogue allow.
package enum TestBenefit: String, Sendable {
  /// A pension of Thái Nguyên.
  case pension19 = "BHXH-HUU,QHTTT,BHXH-19,19,BD-19-001"
  /// A pension of Hà Nội.
  case pension01 = "BHXH-HUU,QHTTT,BHXH-01,01,BD-01-001"
  /// An unemployment benefit of Hà Nội.
  case unemployment01 = "BHTN-TCTN,QBHTN,BHXH-01,01,BD-01-001"
  /// A social allowance of a commune in Nghệ An.
  case allowance40 = "BTXH-KT1,NSDP,XA-40-16681,40,XA-40-001"
  /// A merit allowance of Quảng Trị.
  case merit44 = "NCC-TB61,NSTW,SNV-44,44,BD-44-001"

  private var columns: [String] { rawValue.split(separator: ",").map(String.init) }
  package var programme: String { columns[0] }
  package var unit: String { columns[2] }
  package var funder: String { self == .allowance40 ? "NSDP@40" : "\(columns[1])@VN" }

  func csv(period: String, amount: Int64) -> String {
    "\(columns[0]),\(period),\(amount),\(columns[1]),\(columns[2]),\(columns[3]),\(columns[4])"
  }
}

/// One row of a payment list.
package struct ListRow: Sendable {
  package var person: Int
  package var amount: Int64
  package var benefit: TestBenefit
  package var period: String
  /// Full name.
  package var name: String

  package init(_ person: Int, _ amount: Int64, _ benefit: TestBenefit = .pension19, period: String = "2026-11") {
    self.person = person
    self.amount = amount
    self.benefit = benefit
    self.period = period
    name = Self.name(person)
  }

  package static let header =
    "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi"

  /// A personal ID of sample data: province code 003, a woman born in 1952.
  package static func personalID(_ person: Int) -> String {
    let number = String(person)
    return "003152" + String(repeating: "0", count: 6 - number.count) + number
  }

  package static func name(_ person: Int) -> String { "Nguyễn Thị Hòa" }

  package var csv: String {
    "\(Self.personalID(person)),\(name),17/05/1952,\(benefit.csv(period: period, amount: amount))"
  }

  package static func file(_ rows: [ListRow]) -> [UInt8] {
    Array(([header] + rows.map(\.csv)).map { $0 + "\r\n" }.joined().utf8)
  }
}
