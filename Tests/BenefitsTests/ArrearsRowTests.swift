import Ledger
import Testing
import VietnamReference

@testable import Benefits

/// Rows of arrears (truy lĩnh) beside a list's regular rows.
@Suite("Rows of arrears")
struct ArrearsRowTests {
  private static let header = Samples.header + ",truy_linh"

  private static func parse(_ rows: [String]) throws -> Result<PaymentList, PaymentListRefusal> {
    PaymentList.parse(Array(ListFiles.text(rows, header: header).utf8), options: try Samples.options())
  }

  private static func row(_ arrears: String, _ column: PaymentColumn = .period, _ text: String = "2026-11") -> String {
    Samples.row(column, text) + ",\(arrears)"
  }

  @Test func aRowOfArrearsStandsBesideTheMonths() throws {
    let list = try Self.parse([Self.row(""), Self.row("2026-08"), Self.row("09/2026/2")]).get()
    #expect(list.rows.map(\.period.yyyymm) == [202_611, 202_608, 202_609])
    #expect(list.rows.map(\.arrearsRound) == [nil, 1, 2])
    #expect(list.rows.allSatisfy { $0.listed.yyyymm == 202_611 })
    // What is written is read again as the same rows.
    var bytes = PaymentRow.csvHeader
    for row in list.rows { row.appendCSV(to: &bytes) }
    let again = try PaymentList.parse(bytes, options: Samples.options()).get()
    #expect(again.rows == list.rows)
    let file = try ListFiles.read(bytes)
    #expect(file.rows == list.rows && file.rejects.isEmpty)
  }

  @Test func arrearsOfTheListsOwnMonthAreOwedBesideItsRegularRow() throws {
    #expect(try Self.parse([Self.row(""), Self.row("2026-11")]).get().rows.map(\.arrearsRound) == [nil, 1])
  }

  @Test(arguments: [
    ("2026-12", "truy_linh arrears.future"), ("2026-13", "truy_linh arrears.shape"),
    ("2026-08/0", "truy_linh arrears.shape"), ("2026-08/100", "truy_linh arrears.shape"),
    ("2026-08/x", "truy_linh arrears.shape"), ("2026-08/", "truy_linh arrears.shape"),
    ("-", "truy_linh arrears.shape"), ("2025-06", "chuong_trinh programme.not-in-force"),
  ])
  func wrongMonths(_ text: String, _ place: String) throws {
    #expect(try Self.parse([Self.row(text)]).problemPlaces == ["2 \(place)"])
    let file = try ListFiles.read(ListFiles.text([Self.row(text)], header: Self.header))
    #expect(ListFiles.places(file.rejects) == ["2 \(place)"])
  }

  @Test func aFuneralGrantHasNoArrears() throws {
    let row =
      "003196000340,Lê Thị Thúy,23/11/1996,BTXH-MT,11/2026,10000000,NSDP,XA-40-16681,40,XA-40-001,2026-10"
    #expect(try Self.parse([row]).problemPlaces.contains("2 truy_linh arrears.on-death"))
  }

  @Test func oneMonthOnceInAList() throws {
    let rows = [Self.row("2026-08"), Self.row(""), Self.row("08/2026/2"), Self.row("2026-09")]
    #expect(try Self.parse(rows).problemPlaces == ["4 so_dinh_danh row.duplicate"])
    let file = try ListFiles.read(ListFiles.text(rows, header: Self.header))
    #expect(ListFiles.places(file.rejects) == ["4 so_dinh_danh row.duplicate"])
    #expect(file.rejects[0].cells[PaymentColumn.arrears.index] == "08/2026/2")
  }

  @Test(arguments: [
    ("Truy lĩnh tháng", "08/2026", 1), ("truy_linh", "8/2026 lần 2", 2), ("Tháng truy lĩnh", "2026-08 lan 3", 3),
  ])
  func asOfficesWriteThem(_ name: String, _ text: String, _ round: Int) throws {
    let file = try ListFiles.read(ListFiles.text([Self.row(text)], header: Samples.header + "," + name))
    #expect(file.rows.first?.period.yyyymm == 202_608 && file.rows.first?.arrearsRound == round)
  }

  @Test func theOptionalColumnComesAfterTheOthers() throws {
    let text = "truy_linh," + Samples.header + "\n," + Samples.row + "\n"
    let result = PaymentList.parse(Array(text.utf8), options: try Samples.options())
    #expect(result.problems.contains { $0.code == "header.order" })
    #expect(try ListFiles.read(text).rows.count == 1)
  }

  @Test func whatStandsInTheWayOfArrearsIsNamed() throws {
    let row = try #require(try Self.parse([Self.row("2026-08")]).get().rows.first)
    let claim = EarlierClaim(list: "DS-1", programme: "BHXH-HUU", unit: "BHXH-19", province: "19")
    let problem = try #require(RejectedRow(claimed: row, line: 2, by: claim).problems.first)
    #expect(problem.code == "row.earlier-list" && problem.column == "truy_linh")
    #expect(problem.reason.vi.contains("tháng 8/2026 lần 1") && problem.reason.vi.contains("DS-1"))
    #expect(problem.remedy.vi.contains("2026-08/2,"))
  }
}
