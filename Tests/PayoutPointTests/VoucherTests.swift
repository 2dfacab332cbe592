import Foundation
import PayoutPoint
import Testing
import VietnamReference

/// A pension of Thái Nguyên paid in Hồ Chí Minh City.
private func pension() throws -> VoucherData {
  let day = try #require(CalendarDate(year: 2026, month: 11, day: 5))
  let host = try #require(ProvinceRegister.embedded.province(code: "79", on: day)).fullName.vi
  let home = try #require(ProvinceRegister.embedded.province(code: "19", on: day)).fullName.vi
  return VoucherData(
    agencyName: "Bưu điện Thành phố Hồ Chí Minh", pointCode: "700100", pointName: "Bưu cục Bến Thành",
    terminalID: "BT-03", documentNumber: "PC-20261105-000123", time: 1_793_845_815, copy: .copy1,
    holderName: "NGUYỄN THỊ HỒNG PHƯƠNG", maskedPersonalID: Mask.tail("019158000123"), cardLastFour: "4417",
    lines: [
      VoucherLine(
        programmeName: BilingualText(vi: "Lương hưu hằng tháng", en: "Monthly pension"), period: "tháng 11/2026",
        amount: 4_183_567,
        funderName: BilingualText(vi: "Quỹ hưu trí và tử tuất", en: "Pension and survivor fund"),
        homeUnitName: "Bảo hiểm xã hội tỉnh Thái Nguyên", homeProvinceName: home)
    ], totalAmount: 4_183_567, remainingBalance: 0, hostProvinceName: host, verificationCode: "7K2M-9QXD-41",
    isOnline: true)
}

@Suite("Voucher")
struct VoucherTests {
  @Test func vietnameseText() throws {
    #expect(try pension().text(.vietnamese) == vietnamesePension)
  }

  @Test func englishStandsBesideTheVietnamese() throws {
    #expect(try pension().text(.english) == englishPension)
  }

  @Test func composedLettersOnly() throws {
    var data = try pension()
    data.holderName = data.holderName.decomposedStringWithCanonicalMapping
    data.lines[0].homeUnitName = data.lines[0].homeUnitName.decomposedStringWithCanonicalMapping
    for language in Language.allCases {
      let text = data.text(language)
      #expect(Array(text.utf8) == Array(text.precomposedStringWithCanonicalMapping.utf8))
    }
    #expect(Array(data.text(.vietnamese).utf8) == Array(vietnamesePension.utf8))
  }

  @Test(arguments: [20, 32, 40, 42, 48, 60, 72, 80, 100], Language.allCases)
  func everyLineFits(_ width: Int, _ language: Language) throws {
    var data = try pension()
    data.lines.append(data.lines[0])
    data.lines[1].programmeName = BilingualText(
      vi: "Trợ cấp tai nạn lao động, bệnh nghề nghiệp hằng tháng và phụ cấp khu vực", en: "Work injury monthly")
    data.lines[1].amount = 999_999_999_999
    data.collector = try collector()
    data.isOnline = false
    data.copy = .reprint
    for line in data.text(language, width: width).split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(displayWidth(of: String(line)) <= max(32, width), "\(line)")
      #expect(line.last != " ")
    }
  }

  @Test(arguments: [32, 48, 72])
  func longNamesWrapWithoutLosingALetter(_ width: Int) throws {
    let words = ["Tôn", "Nữ", "Thị", "Công", "Huyền", "Hoàng", "Ngọc", "Khánh", "Quỳnh", "Phương", "Nghiêng"]
    var data = try pension()
    data.holderName = (words + words).joined(separator: " ") + " " + String(repeating: "Ươ", count: 60)
    let text = data.text(.vietnamese, width: width)
    // Labels stand in the first column, so letters of the name are counted in the second.
    let column = min(26, width * 9 / 20)
    let lines = text.split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("Người hưởng:") })
    let end = try #require(lines.firstIndex { $0.hasPrefix("Số định danh") })
    let name = lines[start..<end].map { $0.dropFirst(column) }.joined().filter { !$0.isWhitespace }
    #expect(name == data.holderName.filter { !$0.isWhitespace })
  }

  @Test func amountInFiguresAndWords() throws {
    var data = try pension()
    data.totalAmount = 2_005_021
    data.remainingBalance = 1_250_000
    let text = data.text(.vietnamese, width: 100)
    #expect(text.contains("2.005.021 đ"))
    #expect(text.contains("Hai triệu không trăm linh năm nghìn không trăm hai mươi mốt đồng"))
    #expect(text.contains("1.250.000 đ"))
  }

  @Test(arguments: Language.allCases)
  func onlyTheLastFourDigitsAreShown(_ language: Language) throws {
    var data = try pension()
    #expect(data.text(language).contains("********0123"))
    // A caller's mistake does not reach the paper.
    data.maskedPersonalID = "019158000123"
    data.cardLastFour = "9704010000004417"
    let text = data.text(language)
    #expect(text.contains("********0123"))
    #expect(text.contains("****4417"))
    #expect(!text.contains("019158"))
    #expect(!text.contains("9704"))
  }

  @Test func copyMarks() throws {
    var data = try pension()
    data.copy = .copy2
    #expect(data.text(.vietnamese).contains("LIÊN 2"))
    data.copy = .reprint
    let text = data.text(.vietnamese)
    #expect(text.contains("IN LẠI"))
    #expect(text.contains("không phải là lần chi trả mới"))
    #expect(!text.contains("LIÊN"))
  }

  @Test func collectorWithAuthority() throws {
    var data = try pension()
    #expect(!data.text(.vietnamese).contains("lĩnh thay"))
    data.collector = try collector()
    let text = data.text(.vietnamese)
    #expect(text.contains("Người lĩnh thay:"))
    #expect(text.contains("Trần Văn Bình"))
    #expect(text.contains("15/CT-UBND"))
    #expect(text.contains("31/12/2026"))
  }

  @Test func homeProvinceIsNamedDifferentlyWhenItIsTheHost() throws {
    var data = try pension()
    #expect(data.text(.vietnamese).contains("Chi hộ cho: Bảo hiểm xã hội tỉnh Thái Nguyên"))
    data.lines[0].homeUnitName = "Sở Nội vụ"
    #expect(data.text(.vietnamese).contains("Chi hộ cho: Sở Nội vụ, tỉnh Thái Nguyên"))
    data.lines[0].homeProvinceName = "Hồ Chí Minh"
    #expect(data.text(.vietnamese).contains("Cơ quan quản lý: Sở Nội vụ, Hồ Chí Minh"))
  }

  @Test func offlineIsSaid() throws {
    var data = try pension()
    data.isOnline = false
    let text = data.text(.vietnamese, width: 100)
    #expect(text.contains("ngoại tuyến, chờ đồng bộ"))
    #expect(text.contains("được cập nhật sau khi đồng bộ"))
  }

  @Test func hiddenCharactersDoNotForgeLines() throws {
    var data = try pension()
    data.holderName = "AN\nTổng số tiền: 9 đ\u{202E}"
    let text = data.text(.vietnamese)
    #expect(!text.contains("\u{202E}"))
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("Tổng số tiền:") })
  }

  @Test func timeIsVietnams() throws {
    var data = try pension()
    data.time = 1_793_725_199
    #expect(data.text(.vietnamese).contains("03/11/2026 23:59:59"))
    data.time = -1
    #expect(data.text(.vietnamese).contains("01/01/1970 06:59:59"))
    data.time = .max
    #expect(data.text(.vietnamese).contains("\(Int64.max) s"))
  }

  @Test func roundTripThroughJSON() throws {
    var data = try pension()
    data.collector = try collector()
    #expect(try JSONDecoder().decode(VoucherData.self, from: JSONEncoder().encode(data)) == data)
  }

  private func collector() throws -> VoucherCollector {
    VoucherCollector(
      name: "Trần Văn Bình", authorityNumber: "15/CT-UBND",
      validUntil: try #require(CalendarDate(year: 2026, month: 12, day: 31)))
  }
}
