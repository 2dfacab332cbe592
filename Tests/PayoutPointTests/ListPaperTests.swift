import CardTestSupport
import Foundation
import PayoutPoint
import Printing
import ServiceAPI
import Testing
import VietnamReference

/// Lists and reports on A4, as an independent reader sees them.
@Suite("Lists on paper", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct ListPaperTests {
  private static let k = 72 / 25.4

  private static func head(_ point: String? = "BD-19-001, Bưu cục 001, Thái Nguyên") throws -> ListPaperHead {
    ListPaperHead(
      unitName: "Ủy ban nhân dân xã Đồng Hỷ", unit: "XA-19-05443", point: point,
      date: try #require(CalendarDate(year: 2026, month: 11, day: 5)))
  }

  private static func line(
    _ person: Int, _ name: String, _ amount: Int64, _ programme: String = "Lương hưu hằng tháng",
    months: [UInt32] = [202_611]
  ) -> DueLine {
    DueLine(
      person: person, name: name, maskedPersonalID: "********0123", programme: programme,
      programmeName: BilingualText(vi: programme, en: "Benefit"), months: months, point: "BD-19-001", amount: amount)
  }

  private static let months: [UInt32] = [202_511, 202_512, 202_601]

  @Test(
    "A person of several benefits is one row with one sum; two people of one name stay two",
    arguments: Language.allCases)
  func list(_ language: Language) throws {
    let lines = [
      Self.line(1, "Nguyễn Thị Hòa", 1_000_001), Self.line(2, "Nguyễn Thị Hòa", 2_000_000),
      Self.line(2, "Nguyễn Thị Hòa", 300_000, "Trợ cấp xã hội hằng tháng", months: Self.months),
    ]
    let paper = PayoutListPaper(DueAnswer(unit: "XA-19-05443", lines: lines), head: try Self.head())
    let reader = try PrintReader(try paper.pdf(language))
    let letters = try reader.letters()
    let facts = [
      "ỦY BAN NHÂN DÂN XÃ ĐỒNG HỶ", "XA-19-05443", "BD-19-001, Bưu cục 001, Thái Nguyên", "Mẫu số: C72a-HD",
      "DANH SÁCH CHI TRẢ", "05/11/2026", "STT", "Họ và tên", "Số định danh", "Chế độ", "Tháng", "Số tiền (đồng)",
      "Ký nhận hoặc điểm chỉ", "1.000.001", "2.000.000", "300.000", "2.300.000", "11, 12/2025, 1/2026",
      "Tổng cộng: 2 người, 3 khoản", "3.300.001", "Ba triệu ba trăm nghìn không trăm linh một đồng", "Đã chi trả",
      "Chưa chi trả", "NGƯỜI LẬP DANH SÁCH", "KẾ TOÁN TRƯỞNG", "THỦ TRƯỞNG ĐƠN VỊ", "NGƯỜI CHI TIỀN",
      "Ngày 05 tháng 11 năm 2026", "Trang 1/1",
    ]
    for fact in facts { #expect(letters.contains(PrintReader.letters(fact)), "“\(fact)” in \(letters)") }
    let count = letters.components(separatedBy: PrintReader.letters("Nguyễn Thị Hòa")).count - 1
    #expect(count == 2)
    #expect(letters.contains("PayoutpointBD") == false && letters.contains("Fullname") == (language == .english))
    for size in try reader.pageSizes() {
      #expect(abs(size[0] - 297 * Self.k) < 0.001 && abs(size[1] - 210 * Self.k) < 0.001)
    }
  }

  @Test("5,000 people: everybody once, the heading on every page, the sum on the last, nothing outside of the paper")
  func long() throws {
    let lines = (1...5_000).map { Self.line($0, "Nguyễn Văn \(Self.letters($0))", Int64($0)) }
    let paper = PayoutListPaper(DueAnswer(unit: "XA-19-05443", lines: lines), head: try Self.head(nil))
    let reader = try PrintReader(try paper.pdf(.vietnamese))
    let pages = try reader.pageSizes().count
    let words = try reader.words()
    #expect(pages > 300 && pages < 500)
    let texts = words.map(\.text)
    #expect(texts.filter { $0 == "STT" }.count == pages)
    for number in [1, 2, 2_500, 4_999, 5_000] { #expect(texts.contains(Self.letters(number)), "\(number)") }
    #expect(Set(texts.filter { $0.hasPrefix("Q") && $0.count == 5 }).count == 5_000)
    #expect(try reader.text(page: pages).contains("12.502.500"))
    #expect(texts.contains("\(pages)/\(pages)"))
    for word in words {
      #expect(word.left >= 14 * Self.k && word.right <= 286 * Self.k, "\(word)")
      #expect(word.top >= 8 * Self.k && word.bottom <= 206 * Self.k, "\(word)")
    }
  }

  /// A name of five letters that nobody else has.
  private static func letters(_ number: Int) -> String {
    let alphabet = Array("abcdefghik")
    return "Q" + [1_000, 100, 10, 1].map { String(alphabet[number / $0 % 10]) }.joined()
  }

  @Test("A name that can't be printed whole is refused")
  func unknown() throws {
    let lines = [Self.line(1, "Nguyễn \u{E000}", 1)]
    let paper = PayoutListPaper(DueAnswer(unit: "XA-19-05443", lines: lines), head: try Self.head())
    #expect(throws: PrintingError.unknownCharacters(count: 1)) { try paper.pdf(.vietnamese) }
  }

  @Test("The month's report: groups, funds, sums, words, and whether it is in balance", arguments: [true, false])
  func report(_ isBalanced: Bool) throws {
    func tally(_ persons: Int64, _ amount: Int64) -> TallyAnswer { TallyAnswer(persons: persons, amount: amount) }
    func line(_ funder: String, _ closing: Int64) -> MonthLine {
      MonthLine(
        funder: funder, programme: "A", programmeName: BilingualText(vi: "Trợ cấp A", en: "Benefit A"),
        opening: tally(1, 1_000), granted: tally(9, 9_000_000), paid: tally(7, 7_000_000), returned: tally(1, 500_000),
        closing: tally(2, closing))
    }
    let month = MonthAnswer(
      unit: "XA-19-05443", month: 202_611,
      lines: [line("NSDP@19", isBalanced ? 1_501_000 : 1_501_001), line("QHTTT@VN", 1_501_000)])
    let paper = MonthReportPaper(
      month, head: try Self.head(nil),
      funderNames: ["NSDP@19": BilingualText(vi: "Ngân sách địa phương", en: "Local budget")], budgets: ["NSDP@19"])
    let letters = try PrintReader(try paper.pdf(.vietnamese)).letters()
    let facts = [
      "Mẫu số: C74b-HD", "BÁO CÁO CHI TRẢ", "Tháng 11/2026", "Phải trả", "Thực trả", "Đã chuyển trả", "Chưa trả",
      "Số thực trả được duyệt", "Ngân sách nhà nước đảm bảo", "Ngân sách địa phương", "Quỹ bảo hiểm", "QHTTT@VN",
      "TỔNG CỘNG", "2018.002.000", "14.000.000", "Mười bốn triệu đồng",
      "dư đầu 1.000 + cấp 9.000.000 = thực trả 7.000.000 + chuyển trả 500.000 + dư cuối 1.501.000; khớp",
      "NGƯỜI LẬP BIỂU",
    ]
    for fact in facts { #expect(letters.contains(PrintReader.letters(fact)), "“\(fact)” in \(letters)") }
    #expect(letters.contains("LỆCH") != isBalanced)
  }
}
