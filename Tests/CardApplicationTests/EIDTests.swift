import CardTestSupport
import Foundation
import ISO7816
import Testing

@testable import CardApplication

@Suite("The eID application's data groups: Vietnamese content")
struct EIDTests {
  /// A name of 60 letters, most of them with two marks.
  static let longName =
    "Nguyễn Phước Thượng Đỗ Hoàng Hữu Ngọc Quỳnh Trường Thuỵ Phượng Nghiễm Ái"

  static let names = [
    "Nguyễn Thị Ánh Tuyết", "Đặng Hữu Phước", "H'Hen Niê", "Y Bhiu", "Kpă H’Lưu", "Ưu", "Ế", longName,
  ]

  @Test("A name in NFC and in NFD is one file, and is read back in NFC", arguments: names)
  func forms(name: String) throws {
    let composed = name.precomposedStringWithCanonicalMapping
    let decomposed = name.decomposedStringWithCanonicalMapping
    let file = try EIDValue.givenNames(composed).encode()
    #expect(try EIDValue.givenNames(decomposed).encode() == file)
    #expect(file == BERTLV(0x64, [BERTLV(0x0C, Array(composed.utf8))]).bytes)
    guard case .givenNames(let text) = try EIDDataGroup.givenNames.decode(file) else {
      Issue.record("not given names")
      return
    }
    #expect(Array(text.utf8) == Array(composed.utf8))
    // A card that has it in NFD is not one of ours.
    let other = BERTLV(0x64, [BERTLV(0x0C, Array(decomposed.utf8))]).bytes
    if other != file { #expect(throws: LayoutError.value(0x0C)) { try EIDDataGroup.givenNames.decode(other) } }
  }

  @Test("The long name has 60 letters")
  func longNameLength() { #expect(Self.longName.filter(\.isLetter).count == 60) }

  @Test("Octets written by hand: Đặn in every order of its marks")
  func byHand() throws {
    let file = octets("65 08 0C 06 C490 E1BAB7 6E")
    #expect(try EIDValue.familyNames("Đặn").encode() == file)
    #expect(try EIDValue.familyNames("Đa\u{0323}\u{0306}n").encode() == file)
    #expect(try EIDValue.familyNames("Đa\u{0306}\u{0323}n").encode() == file)
  }

  @Test("Birth dates: every day, every month alone, the year alone; blanks on the card, 00 in the program")
  func birthDates() throws {
    for year: UInt32 in [1, 1900, 1904, 1952, 2000, 2023, 9999] {
      for rest: UInt32 in 0...1_299 {
        let date = try #require(CardDate(yyyymmdd: min(year * 10_000 + rest, 99_991_231)))
        let (month, day) = (Int(date.yyyymmdd / 100 % 100), Int(date.yyyymmdd % 100))
        let parts = DateComponents(
          calendar: Calendar(identifier: .gregorian), year: Int(year), month: month, day: max(day, 1))
        let exists = (month == 0 && day == 0) || (1...12 ~= month && parts.isValidDate)
        guard exists else {
          #expect(throws: LayoutError.value(0x12), "\(date)") { try EIDValue.dateOfBirth(date).encode() }
          continue
        }
        let pad = String(repeating: "0", count: 4 - String(year).count) + String(year)
        let two = { (part: Int) in part == 0 ? "  " : (part < 10 ? "0" : "") + String(part) }
        let file = BERTLV(0x68, [BERTLV(0x12, Array((pad + two(month) + two(day)).utf8))]).bytes
        #expect(try EIDValue.dateOfBirth(date).encode() == file)
        #expect(try EIDDataGroup.dateOfBirth.decode(file) == .dateOfBirth(date))
        if month == 0 || day == 0 {
          #expect(throws: LayoutError.value(0x12)) { try EIDValue.dateOfExpiry(date).encode() }
          #expect(throws: LayoutError.value(0x12)) { try EIDValue.dateOfIssuance(date).encode() }
        }
      }
    }
  }

  @Test(
    "Dates no card of ours has",
    arguments: [
      "19640230", "19640000", "19640800", "19641301", "1964  12", "1964 812", "19648 12", "196408 1", "19640812 ",
      "1964081", "    0812", "        ", "00000812", "0000    ", "+1964081", "1964-8-1", "196413  ", "19 40812",
    ])
  func wrongDates(text: String) {
    for group: EIDDataGroup in [.dateOfBirth, .dateOfExpiry, .dateOfIssuance] {
      let file = BERTLV(group.tag, [BERTLV(0x12, Array(text.utf8))]).bytes
      let error = text.utf8.count == 8 ? LayoutError.value(0x12) : .length(0x12, text.utf8.count)
      #expect(throws: error) { try group.decode(file) }
    }
  }

  @Test("Partly known dates are for births only")
  func partialExpiry() {
    for text in ["1964    ", "196408  "] {
      let content = BERTLV(0x12, Array(text.utf8))
      #expect(throws: Never.self) { try EIDDataGroup.dateOfBirth.decode(BERTLV(0x68, [content]).bytes) }
      #expect(throws: LayoutError.value(0x12)) { try EIDDataGroup.dateOfExpiry.decode(BERTLV(0x63, [content]).bytes) }
      #expect(throws: LayoutError.value(0x12)) { try EIDDataGroup.dateOfIssuance.decode(BERTLV(0x6F, [content]).bytes) }
    }
  }

  /// A file and what is wrong with it.
  static let refused: [(digits: String, error: LayoutError)] = [
    ("", .expected(0x64)),
    ("64", .encoding(.truncated(offset: 1))),
    ("64 81 03 0C 01 41", .encoding(.lengthForm(offset: 1))),
    ("64 04 0C 81 01 41", .encoding(.lengthForm(offset: 1))),
    ("64 80 0C 01 41 00 00", .encoding(.lengthForm(offset: 1))),
    ("64 03 0C 01 41 00", .trailing),
    ("64 05 0C 01 41 0C 00", .encoding(.trailingOctets(offset: 3))),
    ("64 00", .encoding(.truncated(offset: 0))),
    ("64 03 13 01 41", .expected(0x0C)),
    ("64 04 0C 02 C3 28", .value(0x0C)),
    ("64 04 0C 02 C0 80", .value(0x0C)),
    ("64 04 0C 02 41 00", .value(0x0C)),
    ("64 03 0C 01 0A", .value(0x0C)),
    ("64 03 0C 01 7F", .value(0x0C)),
    ("64 05 0C 03 E280AE", .value(0x0C)),
    ("64 05 0C 03 E2808B", .value(0x0C)),
    ("64 05 0C 03 65CC81", .value(0x0C)),
    ("61 03 13 01 49", .value(0x13)),
    ("61 04 13 02 6964", .value(0x13)),
    ("61 05 13 03 494420", .value(0x13)),
    ("6A 04 13 02 4445", .value(0x13)),
    ("6A 04 13 02 564E", .value(0x13)),
    ("6A 05 0C 03 564E4D", .expected(0x13)),
    ("6B 03 13 01 58", .value(0x13)),
    ("6B 02 13 00", .length(0x13, 0)),
    ("6B 03 0C 01 4D", .expected(0x13)),
    ("62 05 0C 03 564E4D", .expected(0x13)),
    ("69 05 A3 03 0C 01 41", .expected(0x30)),
    ("69 05 A1 03 13 01 41", .expected(0x0C)),
    ("69 07 A1 05 0C 01 41 0C 00", .trailing),
    ("69 0E 30 0D AB 03 0C 01 41 AD 05 13 03 564E4D", .encoding(.truncated(offset: 2))),
    ("69 09 30 07 AD 05 13 03 564E4D", .expected(0xAB)),
    ("69 07 30 05 AB 03 0C 01 41", .expected(0xAD)),
    ("69 0E 30 0C AD 05 13 03 564E4D AB 03 0C 01 41", .expected(0xAB)),
    ("69 13 30 11 AB 03 0C 01 41 AD 05 13 03 564E4D AE 03 13 01 2A", .value(0x13)),
    ("69 13 30 11 AB 03 0C 01 41 AD 05 13 03 564E4D AA 03 0C 01 41", .trailing),
    ("71 0C 31 0A A1 03 0C 01 42 A1 03 0C 01 41", .value(0x31)),
    ("71 07 31 05 31 03 0C 01 41", .expected(0x30)),
    ("6C 04 30 02 06 00", .expected(0x31)),
    ("6C 06 31 04 30 02 06 00", .value(0x06)),
    ("6C 07 31 05 30 03 06 01 80", .value(0x06)),
    ("6C 08 31 06 30 04 06 02 2A 81", .value(0x06)),
    ("6C 09 31 07 30 05 06 03 2A 80 01", .value(0x06)),
    ("6C 0C 31 0A 30 08 06 01 2A 05 00 05 00 00", .encoding(.trailingOctets(offset: 2))),
    ("6C 05 31 03 04 01 00", .expected(0x30)),
    ("72 03 0C 01 41", .expected(0x04)),
    ("73 05 A1 03 04 01 41", .expected(0x0C)),
    ("73 05 A2 03 0C 01 41", .expected(0x04)),
    ("73 05 A0 03 0C 01 41", .expected(0xA1)),
    ("70 02 05 00", .value(0x70)),
    ("75 0C 13 0A 30393132333435363738", .value(0x13)),
    ("75 07 13 05 74656C3A2B", .value(0x13)),
    ("75 08 13 06 74656C3A2B2D", .value(0x13)),
    ("75 08 13 06 74656C3A2B41", .value(0x13)),
    ("76 02 16 00", .value(0x16)),
    ("76 05 16 03 61 20 62", .value(0x16)),
    ("76 05 16 03 61 C3 A0", .value(0x16)),
  ]

  @Test("What is not DER, not the group's type or not allowed in it: refused, and why", arguments: refused.indices)
  func refusal(index: Int) throws {
    let (digits, error) = Self.refused[index]
    let file = octets(digits)
    let group = try #require(EIDDataGroup.allCases.first { $0.tag.bytes.first == file.first ?? 0x64 })
    #expect(throws: error, "\(digits)") { try group.decode(file) }
  }

  @Test("A file has at most 1,024 octets, read or written")
  func longest() throws {
    let longest = try EIDValue.givenNames(String(repeating: "A", count: 1_016)).encode()
    #expect(longest.count == 1_024)
    #expect(try EIDDataGroup.givenNames.decode(longest).encode() == longest)
    let text = String(repeating: "A", count: 1_017)
    #expect(throws: LayoutError.length(0x64, 1_025)) { try EIDValue.givenNames(text).encode() }
    let file = BERTLV(0x64, [BERTLV(0x0C, Array(text.utf8))]).bytes
    #expect(throws: LayoutError.length(0x64, 1_025)) { try EIDDataGroup.givenNames.decode(file) }
    #expect(throws: LayoutError.length(0x6E, 30_009)) {
      try EIDValue.writtenSignature([UInt8](repeating: 0, count: 30_001)).encode()
    }
  }

  @Test("A set is written in the order of its encodings, whatever order it came in")
  func sets() throws {
    let places: [EIDGeneralPlace] = [.noPlaceInfo("A"), .freetext("BB"), .freetext("Z"), .freetext("A")]
    let file = try EIDValue.placeOfResidence(.multiple(places)).encode()
    #expect(file == octets("71 17 31 15 A1030C0141 A1030C015A A1040C024242 A2030C0141"))
    #expect(try EIDValue.placeOfResidence(.multiple(places.reversed())).encode() == file)
    let read = try EIDDataGroup.placeOfResidence.decode(file)
    #expect(read == .placeOfResidence(.multiple([.freetext("A"), .freetext("Z"), .freetext("BB"), .noPlaceInfo("A")])))
  }

  @Test("A Vietnamese municipality: country, province, commune from left to right")
  func municipality() throws {
    let code = try #require(EIDMunicipalityID(province: 79, commune: 26_734))
    #expect(try EIDValue.municipalityID(code).encode() == octets("72 08 04 06 0704 79 026734"))
    #expect(code.province == 79 && code.commune == 26_734)
    #expect(EIDMunicipalityID(province: 0, commune: 1) == nil)
    #expect(EIDMunicipalityID(province: 100, commune: 1) == nil)
    #expect(EIDMunicipalityID(province: 1, commune: 0) == nil)
    #expect(EIDMunicipalityID(province: 1, commune: 100_000) == nil)
    for digits in ["", "02760503150000", "0704", "070500026734", "07047902673A", "070479126734", "070479000000"] {
      let other = EIDMunicipalityID(octets: octets(digits))
      #expect(other.province == nil && other.commune == nil, "\(digits)")
      #expect(try EIDDataGroup.municipalityID.decode(EIDValue.municipalityID(other).encode()) == .municipalityID(other))
    }
  }
}
