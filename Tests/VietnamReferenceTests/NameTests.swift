import Foundation
import Testing
import VietnamReference

@Suite("Names")
struct NameTests {
  @Test func namesAreComposedAndTrimmed() throws {
    let decomposed = "  Nguyê\u{0303}n \u{00A0} Thi\u{0323}   Thu\u{0309}y "
    let name = try PersonName(decomposed)
    #expect(Array(name.text.utf8) == Array("Nguyễn Thị Thủy".utf8))
    #expect(name.givenName == "Thủy")
    #expect(name.upperCased == "NGUYỄN THỊ THỦY")
    #expect(try Array(PersonName("\u{00EA}\u{0301}").text.utf8) == [0xE1, 0xBA, 0xBF])
  }

  @Test(arguments: ["Y Bhiu", "H'Hen Niê", "K'Brềnh", "Nhưm", "Nguyễn-Phúc Bảo", "Ê"])
  func unusualNamesAreNames(_ text: String) throws {
    #expect(try PersonName(text).text == text)
  }

  @Test(arguments: [
    ("", PersonNameError.empty), (" \u{00A0} ", .empty), ("An\tBình", .controlCharacter), ("An\n", .controlCharacter),
    ("An\u{202E}", .controlCharacter), ("A\u{200B}n", .controlCharacter), ("A\u{1B}[2J", .controlCharacter),
    ("1945", .noLetter), ("''", .noLetter), (String(repeating: "ế", count: 43), .tooLong(bytes: 129)),
  ])
  func refusedNames(_ text: String, _ error: PersonNameError) {
    #expect(throws: error) { try PersonName(text) }
  }

  @Test func asciiForChips() throws {
    #expect(try PersonName("Nguyễn Thị Đào").ascii == "NGUYEN THI DAO")
    #expect(try PersonName("Đặng Ước ưỡn").ascii == "DANG UOC UON")
    #expect(try PersonName("H’Hen Niê").ascii == "H'HEN NIE")
    #expect(try PersonName("Ƀơ Ñ 王").ascii == "BO N ?")
    #expect(try PersonName("Nguyễn Thị Bích Phượng Liên").ascii(maximumBytes: 17) == "NGUYEN THI BICH P")
    #expect(try PersonName("Nguyễn Thị Bích").ascii(maximumBytes: 7) == "NGUYEN")
  }

  @Test(arguments: [
    ("Hòa", "Hoà"), ("Thủy", "Thuỷ"), ("NGUYỄN VĂN HÒA", "nguyễn văn hoà"), ("Mỹ", "Mĩ"), ("Quý", "Quí"), ("Lý", "Lí"),
    ("Khóe", "Khoé"), ("H'Hen", "H’Hen"), ("Đức", "đức"),
  ])
  func spellingsOfOneName(_ left: String, _ right: String) throws {
    #expect(try PersonName(left).foldedKey == PersonName(right).foldedKey)
  }

  @Test(arguments: [
    ("Đức", "Dức"), ("Hòa", "Hỏa"), ("Hòa", "Hóa"), ("Thúy", "Thúi"), ("Hay", "Hai"), ("An", "Ân"), ("Y", "I"),
    ("Lan", "Lăn"), ("Huơ", "Hươ"), ("Ngọc Anh", "NgọcAnh"),
  ])
  func differentNames(_ left: String, _ right: String) throws {
    #expect(try PersonName(left).foldedKey != PersonName(right).foldedKey)
  }

  @Test func namesSortAsVietnameseListsDo() throws {
    let ordered = [
      "Nguyễn Văn An", "Trần Thị An", "Đỗ Ánh", "Lê Anh", "Bùi Ân", "Phan Dũng", "Phan Đạt", "Lê Hoa", "Lê Hòa",
      "Cao Tố", "Cao Tơ", "Y Bhiu Ưng", "An Yến",
    ]
    let keys = try ordered.map { try PersonName($0).sortKey }
    // Ánh and Anh have the same letters; the level tone comes first.
    let expected = [
      "Nguyễn Văn An", "Trần Thị An", "Lê Anh", "Đỗ Ánh", "Bùi Ân", "Phan Dũng", "Phan Đạt", "Lê Hoa", "Lê Hòa",
      "Cao Tố", "Cao Tơ", "Y Bhiu Ưng", "An Yến",
    ]
    #expect(zip(keys, ordered).sorted { $0.0 < $1.0 }.map(\.1) == expected)
  }

  @Test func namesAreMaskedWhereverTheyArePrinted() throws {
    let name = try PersonName("Nguyễn Văn An")
    var dumped = ""
    dump(name, to: &dumped)
    for text in ["\(name)", String(reflecting: name), "\([name])", dumped] { #expect(!text.contains("Nguyễn")) }
    #expect(name.masked == "N*** V*** A***")
    #expect(try JSONDecoder().decode([PersonName].self, from: JSONEncoder().encode([name])) == [name])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([PersonName].self, from: Data(#"["\t"]"#.utf8)) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([PersonName].self, from: Data("[1]".utf8)) }
  }

  @Test func masks() {
    #expect(Mask.tail("079185000123") == "********0123")
    #expect(Mask.tail("0123") == "****")
    #expect(Mask.tail("") == "")
    #expect(Mask.account("19001234566789") == "****6789")
    #expect(Mask.account("123") == "****")
    #expect(Mask.printable("BD-19-001") == "BD-19-001")
    #expect(Mask.printable("x079185000123y") == "x********0123y")
    #expect(Mask.printable("a\u{1B}[31m\u{202E}") == "a\u{FFFD}[31m\u{FFFD}")
    #expect(Mask.printable(String(repeating: "a", count: 50)).count == 41)
  }
}
