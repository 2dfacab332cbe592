import CardApplication
import CardTestSupport
import Foundation
import Issuance
import Printing
import Testing
import VietnamReference

@Suite("Hand-over lists", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct HandoverListTests {
  private func row(
    _ name: String, _ birth: String = "17/05/1945", card: UInt64 = 1, collector: String? = nil
  ) throws -> HandoverRow {
    HandoverRow(
      name: try PersonName(name), birthDate: try #require(PartialDate(text: birth)),
      maskedPersonalID: Mask.tail("001145000123"), cardNumber: try PrintFixture.number(card),
      collector: try collector.map { try PersonName($0) })
  }

  private static let thaiNguyen = BilingualText(vi: "tỉnh Thái Nguyên", en: "Thái Nguyên province")

  private static func commune(
    _ name: String, _ province: BilingualText = thaiNguyen, rows: [HandoverRow]
  ) -> HandoverCommune {
    HandoverCommune(name: name, province: province, rows: rows)
  }

  private func list(_ communes: [HandoverCommune]) throws -> HandoverList {
    HandoverList(
      parentOffice: "Ủy ban nhân dân tỉnh Thái Nguyên", office: "Sở Nội vụ", lot: "Đợt 03/2026",
      date: try PrintFixture.date("05/02/2026"), communes: communes)
  }

  private func reader(_ list: HandoverList, _ language: Language = .vietnamese) throws -> PrintReader {
    try PrintFixture.reader(try list.pdf(try Typesetter(), language, label: "dong-hy"))
  }

  @Test("The heading is the decree's; a row says who, born when, which card; nothing in full that must be hidden")
  func texts() throws {
    let rows = [
      try row("Nguyễn Văn An", "--/--/1939", card: 7), try row("H'Hen Niê", "--/07/1950", collector: "Y Bhiu"),
    ]
    let reader = try reader(try list([Self.commune("Xã Đồng Hỷ", rows: rows)]))
    let text = PrintReader.letters(try reader.text())
    for wanted in [
      "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
      "Độc lập - Tự do - Hạnh phúc", "Thái Nguyên, ngày 05 tháng 02 năm 2026", "DANH SÁCH TRAO THẺ AN SINH",
      "Xã Đồng Hỷ, tỉnh Thái Nguyên", "Đợt 03/2026", "NGUYỄN VĂN AN", "--/--/1939", "H'HEN NIÊ", "--/07/1950",
      "Y Bhiu", "********0123", "Tổng số thẻ trong danh sách: 2 (hai) thẻ", "NGƯỜI TRAO THẺ", "Trang 1/1",
    ] { #expect(text.contains(PrintReader.letters(wanted)), "\(wanted)") }
    let card = try PrintFixture.number(7).digits
    #expect(try reader.words().contains { $0.text == card.suffix(4) })
    #expect(!text.contains(card) && !text.contains("001145000123"))
    #expect(try reader.fonts().allSatisfy { $0.isEmbedded && $0.name.hasPrefix("Liberation") })
    let size = try #require(try reader.pageSizes().first)
    #expect(abs(size[0] - 595.28) < 0.1 && abs(size[1] - 841.89) < 0.1)
  }

  @Test("Rows stand in the order of Vietnamese lists, numbered; equal names by age, then card")
  func order() throws {
    let wanted = [
      "Bùi Ái", "Trần An", "Nguyễn Văn An", "Lê Ánh", "Ngô Ẵm", "Vũ Ân", "Lê Dung", "Lê Đạt", "Đỗ Hương", "Đỗ Hưởng",
      "Mai On", "Mai Ôn", "Mai Ơn", "Tạ Út", "Tạ Ưng",
    ]
    let expected = try wanted.map { try PersonName($0) }.sorted { $0.sortKey < $1.sortKey }.map(\.upperCased)
    var random = SplitMix64()
    let rows = try wanted.shuffled(using: &random).map { try row($0) }
    let reader = try reader(try list([Self.commune("Xã A", rows: rows)]))
    let text = PrintReader.letters(try reader.text())
    let numbered = expected.enumerated().map { PrintReader.letters("\($0.offset + 1)\($0.element)17/05/1945") }
    var rest = text[...]
    for row in numbered {
      let found = try #require(rest.range(of: row), "\(row)")
      rest = rest[found.upperBound...]
    }
    let same = [
      try row("Lý An", "17/05/1950", card: 1), try row("Lý An", "--/--/1939", card: 2),
      try row("Lý An", "17/05/1950", card: 3),
    ]
    let again = try self.reader(try list([Self.commune("Xã A", rows: [same[2], same[0], same[1]])]))
    let cards = try [2, 1, 3].map { String(try PrintFixture.number($0).digits.suffix(4)) }
    #expect(try again.words().map(\.text).filter { cards.contains($0) } == cards)
  }

  @Test("Each commune begins a page and counts its own; headings stand again; nobody is lost or divided")
  func pages() throws {
    let sizes = [40, 1, 0, 17]
    let communes = try sizes.enumerated().map { index, size in
      Self.commune(
        "Xã Số\(index)", rows: try (0..<size).map { try row("Nguyễn Thị Hằng", card: UInt64(100 * index + $0)) })
    }
    let reader = try reader(try list(communes))
    let words = try reader.words()
    let count = try reader.pageSizes().count
    var page = 1
    for (index, size) in sizes.enumerated() {
      let texts = try (page...count).map { try reader.text(page: $0) }.prefix { $0.contains("Xã Số\(index)") }
      #expect(!texts.isEmpty)
      for (number, text) in texts.enumerated() {
        #expect(text.contains("Trang \(number + 1)/\(texts.count)"))
        #expect(text.contains("STT") == (size > 0 || number == 0))
      }
      #expect(texts.joined().components(separatedBy: "NGUYỄN THỊ HẰNG").count - 1 == size)
      #expect(texts.joined().contains("Tổng số thẻ trong danh sách: \(size) ("))
      page += texts.count
    }
    #expect(page == count + 1)
    // Signatures never stand on a page without anything they are for.
    #expect(words.allSatisfy { $0.bottom < 842 && $0.right < 596 })
  }

  @Test("A list of two provinces: each commune's pages are headed by its own")
  func provinces() throws {
    let hanoi = BilingualText(vi: "thành phố Hà Nội", en: "Hanoi city")
    let communes = [
      Self.commune("Xã A", rows: [try row("Trần An")]), Self.commune("Xã B", hanoi, rows: [try row("Lê Bình")]),
    ]
    let reader = try reader(try list(communes))
    #expect(try reader.pageSizes().count == 2)
    let pages = try [1, 2].map { PrintReader.letters(try reader.text(page: $0)) }
    for (page, place, other) in [(0, "Thái Nguyên", "Hà Nội"), (1, "Hà Nội", "Thái Nguyên")] {
      let kind = place == "Hà Nội" ? "thành phố" : "tỉnh"
      let name = page == 0 ? "Xã A" : "Xã B"
      #expect(pages[page].contains(PrintReader.letters("\(name), \(kind) \(place)")))
      #expect(pages[page].contains(PrintReader.letters("\(place), ngày 05")))
      #expect(!pages[page].contains(PrintReader.letters(other)))
    }
  }

  @Test("In English the words stand below the Vietnamese ones; a list of nobody has no pages of its own")
  func english() throws {
    let reader = try reader(try list([Self.commune("Xã A", rows: [try row("Y")])]), .english)
    let text = PrintReader.letters(try reader.text())
    for wanted in ["DANH SÁCH TRAO THẺ AN SINH", "List of social security cards to hand over", "Trang 1/1 / Page 1/1"] {
      #expect(text.contains(PrintReader.letters(wanted)))
    }
    #expect(try list([]).sheets(try Typesetter(), .vietnamese).isEmpty)
  }

  @Test("A name that no font can write is refused, not printed as boxes; the longest one wraps")
  func names() throws {
    #expect(throws: PrintingError.unknownCharacters(count: 1)) {
      try reader(try list([Self.commune("Xã A", rows: [try row("An \u{1E2C0}")])]))
    }
    let long = String(repeating: "Nguyễn Ẫm ", count: 8) + "Hương"
    let text = try reader(try list([Self.commune("Xã A", rows: [try row(long)])])).letters()
    #expect(text.contains(PrintReader.letters(try PersonName(long).upperCased)))
  }
}
