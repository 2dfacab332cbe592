import Foundation
import Testing
import VietnamReference

@testable import Benefits

/// The sample lists and pieces to build lists from.
enum Samples {
  static let header = "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi"
  static let row = "003152000119,Nguyễn Thị Hòa,17/05/1952,BHXH-HUU,2026-11,6283417,QHTTT,BHXH-19,19,BD-19-001"

  static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
    var folder = URL(fileURLWithPath: file)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return Array(try Data(contentsOf: folder.appendingPathComponent("Tools/samples").appendingPathComponent(name)))
  }

  static func options(sample: Bool = true) throws -> PaymentList.Options {
    PaymentList.Options(today: try #require(CalendarDate(text: "2026-10-25")), allowsSampleData: sample)
  }

  /// The header and `rows`, read as one list.
  static func parse(_ rows: [String]) throws -> Result<PaymentList, PaymentListRefusal> {
    let text = ([header] + rows).map { $0 + "\n" }.joined()
    return PaymentList.parse(Array(text.utf8), options: try options())
  }

  /// ``row`` with one column replaced.
  static func row(_ column: PaymentColumn, _ text: String) -> String {
    var fields = row.split(separator: ",").map(String.init)
    fields[column.index] = text
    return fields.joined(separator: ",")
  }
}

extension Result where Success == PaymentList, Failure == PaymentListRefusal {
  /// `line column code` of every problem; empty for an accepted list.
  var problemPlaces: [String] {
    guard case .failure(let refusal) = self else { return [] }
    return refusal.problems.map { "\($0.line) \($0.column ?? "-") \($0.code)" }
  }

  var problems: [RowProblem] {
    guard case .failure(let refusal) = self else { return [] }
    return refusal.problems
  }
}
