import Foundation
import Testing
import VietnamReference

@testable import Benefits

@Suite("List files as they come")
struct ListFileTests {
  private let other = "003088000201,Trần Minh Quân,09/02/1988,BHTN-TCTN,2026-11,9163999,QBHTN,BHXH-01,01,BD-01-001"

  @Test func separatorsLineEndsAndEmptyCells() throws {
    let plain = ListFiles.text([Samples.row, other])
    let expected = try ListFiles.read(plain).rows
    let forms: [(String, ListSeparator, Int)] = [
      (plain, .comma, 0), (plain.replacing(",", with: ";"), .semicolon, 0), (plain.replacing(",", with: "\t"), .tab, 0),
      (plain.replacing("\n", with: "\r\n"), .comma, 0), (plain.replacing("\n", with: "\r"), .comma, 0),
      ("\u{FEFF}" + plain, .comma, 0), (plain.replacing("\n", with: ",,,\n"), .comma, 0),
      (plain + "\n,,,,,,,,,\n , ,\n", .comma, 3), (plain.replacing(",", with: " , "), .comma, 0),
      ("\n\n" + plain, .comma, 2), (plain + "\u{1A}", .comma, 1),
      (
        plain.replacing(",", with: "\",\"").replacing("\n", with: "\"\n").replacing("003", with: "\"003")
          .replacing("so_dinh", with: "\"so_dinh"), .comma, 0
      ),
    ]
    for (text, separator, empty) in forms {
      let found = try ListFiles.read(text)
      #expect(found.rejects.isEmpty && found.rows.count == 2, "\(text): \(ListFiles.places(found.rejects))")
      #expect(zip(found.rows, expected).allSatisfy { $0.personalID == $1.personalID && $0.amount == $1.amount })
      #expect(found.survey.separator == separator && found.survey.emptyRows == empty, "\(text)")
    }
    let excel = try ListFiles.read("sep=;\r\n" + plain.replacing(",", with: ";").replacing("\n", with: "\r\n"))
    #expect(excel.rows.map(\.rowNumber) == [3, 4] && excel.survey.separator == .semicolon)
  }

  @Test(arguments: [
    "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi",
    "SO_DINH_DANH,Ho_Ten,NGAY SINH,chuong-trinh,Ky,So tien,nguon,don_vi,tinh,diem_chi",
    "Số định danh,Họ và tên,Ngày sinh,Chương trình,Kỳ,Số tiền,Nguồn,Đơn vị,Tỉnh,Điểm chi",
    "SỐ ĐỊNH DANH CÁ NHÂN,\"HỌ, CHỮ ĐỆM VÀ TÊN\",\"NGÀY, THÁNG, NĂM SINH\",MÃ CHƯƠNG TRÌNH,THÁNG HƯỞNG,"
      + "\"SỐ TIỀN\n(đồng)\",NGUỒN KINH PHÍ,MÃ ĐƠN VỊ,MÃ TỈNH,ĐIỂM CHI TRẢ",
    "Số CCCD,Họ tên,Năm sinh,Chế độ,Kỳ chi trả,Số tiền (VNĐ),Mã nguồn,Đơn vị chi trả,Tỉnh/Thành phố,Mã điểm chi trả",
  ])
  func columnNames(_ header: String) throws {
    let found = try ListFiles.read(ListFiles.text([Samples.row, other], header: header))
    #expect(found.rows.count == 2 && found.rejects.isEmpty)
  }

  @Test func columnsInAnyOrder() throws {
    let expected = try ListFiles.read(ListFiles.text([Samples.row, other])).rows
    func turned(_ line: String) -> String {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return (cells.dropFirst(4).reversed() + cells.prefix(4)).joined(separator: ",")
    }
    let found = try ListFiles.read(
      ListFiles.text([turned(Samples.row), turned(other)], header: turned(Samples.header)))
    #expect(found.rows == expected)
    let bad = try ListFiles.read(ListFiles.text([turned(Samples.row(.amount, "x"))], header: turned(Samples.header)))
    #expect(ListFiles.places(bad.rejects) == ["2 so_tien amount.digits"])
    #expect(bad.rejects[0].cells == Samples.row(.amount, "x").split(separator: ",").map(String.init) + ["", ""])
  }

  @Test func headersThatCannotBeUsed() throws {
    func refusal(_ header: String) throws -> String? {
      try ListFiles.refusal(Array(ListFiles.text([Samples.row], header: header).utf8))
    }
    #expect(try refusal(Samples.header.replacing(",so_tien", with: "")) == "1 so_tien header.missing")
    #expect(try refusal(Samples.header + ",STT") == "1 STT header.unknown")
    #expect(try refusal(Samples.header + ",Họ và tên") == "1 Họ và tên header.repeated")
    #expect(try refusal("DANH SÁCH CHI TRẢ") == "1 - header.absent")
    #expect(try refusal(other) == "1 - header.absent")
    #expect(try ListFiles.refusal(Array("\(Samples.header)\n".utf8)) == "1 - list.empty")
    #expect(try ListFiles.refusal(Array("\(Samples.header)".utf8)) == "1 - list.empty")
    #expect(try refusal(Samples.header + ",dong_goc,loi") == nil)
  }

  @Test func filesThatAreNoLists() throws {
    let kinds: [([UInt8], String)] = [
      ([], "file.empty"), ([0xEF, 0xBB, 0xBF], "file.empty"), (Array("\r\n \r\n".utf8), "file.empty"),
      ([0x50, 0x4B, 3, 4, 20, 0, 6, 0], "file.xlsx"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "file.xls"),
      (Array("%PDF-1.7\n".utf8), "file.pdf"), (Array("<html><table>".utf8), "file.html"),
      (Array("{\\rtf1}".utf8), "file.rtf"), ([0x1F, 0x8B, 8, 0], "file.archive"),
      ((0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 167) }, "file.binary"), ([0, 1, 2, 3], "file.binary"),
    ]
    for (bytes, code) in kinds {
      let found = try ListFiles.refusal(bytes)
      #expect(found == "1 - \(code)", "\(bytes.prefix(8))")
      guard case .failure(let refusal) = try ListFiles.survey(bytes) else { continue }
      for language in Language.allCases {
        #expect(refusal.problems.allSatisfy { !$0.reason(language).isEmpty && !$0.remedy(language).isEmpty })
      }
    }
  }

  @Test func aLostQuoteStopsTheReadingAtItsLine() throws {
    let rows = (0..<40).map { Samples.row(.personalID, "0031520\(10_000 + $0)") }
    var spoilt = rows
    spoilt[10] = rows[10].replacing("Nguyễn", with: "\"Nguyễn")
    #expect(try ListFiles.refusal(Array(ListFiles.text(spoilt).utf8)) == "12 - csv.unbalanced-quote")
    spoilt = Array(rows.prefix(12))
    spoilt[10] = rows[10].replacing("Nguyễn", with: "\"Nguyễn")
    #expect(try ListFiles.refusal(Array(ListFiles.text(spoilt).utf8)) == "12 - csv.unbalanced-quote")
  }

  @Test func brokenRowsAreRejectsOfTheirOwn() throws {
    let rows = [Samples.row, "a,b", Samples.row(.name, "Lê \"A\""), other + ",x", "003152000119"]
    let found = try ListFiles.read(ListFiles.text(rows))
    #expect(found.rows.count == 1)
    #expect(
      ListFiles.places(found.rejects) == [
        "3 - csv.ragged", "4 ho_ten csv.bare-quote", "5 - csv.ragged", "6 - csv.ragged",
      ])
    #expect(found.rejects[1].cells[1] == "Lê \"A\"" && found.rejects[2].cells[9] == "BD-01-001 x")
  }

  @Test func theSpoiltSample() throws {
    let found = try ListFiles.read(try Samples.bytes("danh-sach-loi-mau.csv"))
    let lines = Set(found.rejects.map(\.line))
    #expect(found.rows.map(\.rowNumber) == SpoiltSample.goodLines)
    #expect(lines.count == found.survey.badRows && found.survey.badRows == SpoiltSample.badRows)
    #expect(ListFiles.places(found.rejects) == SpoiltSample.places)
  }

  @Test(arguments: [ListSeparator.comma, .semicolon, .tab])
  func rejectsAreCorrectedAndImportedAgain(_ separator: ListSeparator) throws {
    let sign = String(UnicodeScalar(separator.rawValue))
    let rows = [
      Samples.row, Samples.row(.amount, "x").replacing("119", with: "120"), other,
      Samples.row(.name, "Lê \"\"A\"\"").replacing("119", with: "121").replacing(
        "Lê \"\"A\"\"", with: "\"Lê \"\"A\"\"\""),
      Samples.row(.name, "=cmd").replacing("119", with: "122"), Samples.row,
    ]
    let text = ListFiles.text(rows).replacing(",", with: sign)
    let found = try ListFiles.read(text)
    #expect(found.rows.count == 2 && found.rejects.map(\.line) == [3, 5, 6, 7])
    for language in Language.allCases {
      let writer = PaymentListRejects(separator: separator, language: language)
      var bytes = writer.header()
      for reject in found.rejects { writer.append(reject, to: &bytes) }
      #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) && bytes.suffix(2) == [0x0D, 0x0A])
      let again = try ListFiles.read(bytes)
      #expect(again.survey.separator == separator)
      #expect(again.rejects.map(\.cells) == found.rejects.dropLast().map(\.cells))
      var corrected = String(decoding: bytes, as: UTF8.self).replacing("\"x\"", with: "\"6.283.417\"")
      corrected = corrected.replacing("Lê \"\"A\"\"", with: "Lê A").replacing("=cmd", with: "Lê Cúc")
      let third = try ListFiles.read(corrected)
      #expect(third.rejects.isEmpty && third.rows.count == 4)
      #expect(corrected.contains(language == .vietnamese ? "số tiền" : "the amount"))
    }
  }

  @Test func textOfOursIsNoFormula() {
    for first in ["=1+1", "+1", "-1", "@x", "\tx", "|x"] {
      #expect(PaymentListRejects.harmless(first) == "'" + first)
    }
    #expect(PaymentListRejects.harmless("so_tien: số tiền âm") == "so_tien: số tiền âm")
  }

  @Test func goodRowsAreTakenByTheService() throws {
    var samples = String(decoding: try Samples.bytes("danh-sach-chi-tra-mau.csv"), as: UTF8.self)
    samples += "003152000130,\"Lê, Thị A\",--/05/1952,BHXH-HUU,T9/2026,\"1.000 đ\",QHTTT,BHXH-19,19,BD-19-001\n"
    let found = try ListFiles.read(samples)
    #expect(found.rejects.isEmpty)
    var bytes = PaymentRow.csvHeader
    for row in found.rows { row.appendCSV(to: &bytes) }
    let list = try PaymentList.parse(bytes, options: try Samples.options()).get()
    #expect(list.rows == found.rows && list.total == found.survey.total)
    #expect(list.rows.count == 501)
  }
}
