import CardTestSupport
import Foundation
import ISO7816
import Testing

@testable import CardApplication

@Suite("The eID application's data of one person")
struct EIDContentTests {
  static func date(_ number: UInt32) throws -> CardDate { try #require(CardDate(yyyymmdd: number)) }

  /// Everything an office may know of a person.
  static func person() throws -> EIDContent {
    var content = EIDContent(
      familyNames: "Nguyễn", givenNames: "Thị Ánh Tuyết", sex: .female, dateOfBirth: try date(1952_05_00),
      dateOfIssuance: try date(2026_11_05), dateOfExpiry: try date(2036_11_04))
    content.placeOfBirth = .freetext("Xã Vĩnh Thịnh, tỉnh Vĩnh Phúc")
    content.residence = .single(
      .structured(EIDPlace(street: "Số 12, đường Lê Lợi", city: "Phường Sài Gòn", state: "Thành phố Hồ Chí Minh")))
    content.municipalityID = EIDMunicipalityID(province: 79, commune: 26_740)
    content.birthName = "Trần Thị Ánh Tuyết"
    content.phoneNumber = EIDContent.telephoneURI(national: "0912345678")
    content.emailAddress = "anh.tuyet@example.vn"
    content.optionalData = [EIDOptionalData(type: octets("2A8103"), data: octets("0403010203"))]
    return content
  }

  @Test("The files, octet by octet where a person can write them by hand")
  func files() throws {
    let files = try Self.person().dataGroups
    #expect(Set(files.keys.map(\.rawValue)) == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 15, 17, 18, 21, 22])
    #expect(files[.documentType] == octets("61 04 13 02 4153"))
    #expect(files[.issuingEntity] == octets("62 05 13 03 564E4D"))
    #expect(files[.dateOfExpiry] == octets("63 0A 12 08 3230333631313034"))
    #expect(files[.familyNames] == octets("65 0A 0C 08 4E677579E1BB856E"))
    #expect(files[.dateOfBirth] == octets("68 0A 12 08 3139353230352020"))
    #expect(files[.nationality] == octets("6A 05 13 03 564E4D"))
    #expect(files[.sex] == octets("6B 03 13 01 46"))
    #expect(files[.municipalityID] == octets("72 08 04 06 070479026740"))
    #expect(files[.phoneNumber] == octets("75 12 13 10 74656C3A2B3834393132333435363738"))
    for (group, file) in files { #expect(try group.decode(file).encode() == file) }
  }

  @Test("What is read is what was written, and can be shown")
  func record() throws {
    let content = try Self.person()
    let record = EIDRecord(try content.dataGroups.map { group, file in try group.decode(file) })
    #expect(record.groups == content.values.map(\.dataGroup))
    for value in content.values { #expect(record[value.dataGroup] == value) }
    #expect(record.fullName == "Nguyễn Thị Ánh Tuyết")
    #expect(record[.dateOfBirth]?.text == "--/05/1952")
    #expect(record[.dateOfExpiry]?.text == "04/11/2036")
    #expect(record[.placeOfResidence]?.text == "Số 12, đường Lê Lợi, Phường Sài Gòn, Thành phố Hồ Chí Minh")
    #expect(record[.placeOfBirth]?.text == "Xã Vĩnh Thịnh, tỉnh Vĩnh Phúc")
    #expect(record[.phoneNumber]?.text == "+84912345678")
    #expect(record[.nomDePlume] == nil)
    #expect(EIDValue.dateOfBirth(try Self.date(7_00_00)).text == "--/--/0007")
    #expect(EIDValue.issuingEntity(.place(EIDPlace(city: "Hà Nội", country: "D"))).text == "Hà Nội, D")
    #expect(record[.sex]?.text == nil)
    let places: [EIDGeneralPlace] = [.freetext("Hà Nội"), .noPlaceInfo("không có nơi ở")]
    #expect(EIDValue.placeOfResidence(.multiple(places)).text == "Hà Nội; không có nơi ở")
  }

  @Test("Only what every person has: eight groups; nothing is invented for the rest")
  func least() throws {
    let day = try Self.date(2026_11_05)
    let content = EIDContent(
      familyNames: "", givenNames: "Bhiu", sex: .unspecified, dateOfBirth: try Self.date(1945_00_00),
      dateOfIssuance: day, dateOfExpiry: day)
    let files = try content.dataGroups
    #expect(Set(files.keys.map(\.rawValue)) == [1, 2, 3, 4, 5, 8, 10, 11, 15])
    #expect(files[.familyNames] == octets("65 02 0C 00"))
    #expect(files[.dateOfBirth] == octets("68 0A 12 08 3139343520202020"))
    #expect(files[.sex] == octets("6B 03 13 01 20"))
    let record = EIDRecord(try files.map { group, file in try group.decode(file) })
    #expect(record.fullName == "Bhiu")
    #expect(EIDRecord([EIDValue.givenNames("Bhiu")]).fullName == nil)
  }

  @Test("What no card can hold: refused with the tag at fault")
  func bounds() throws {
    func refused(_ error: LayoutError, _ change: (inout EIDContent) throws -> Void) throws {
      var content = try Self.person()
      try change(&content)
      #expect(throws: error) { try content.dataGroups }
    }
    try refused(.value(0x65)) { ($0.familyNames, $0.givenNames) = ("", "") }
    try refused(.value(0x63)) { $0.dateOfExpiry = try Self.date(2026_11_04) }
    try refused(.value(0x12)) { $0.dateOfExpiry = try Self.date(2036_11_00) }
    try refused(.value(0x12)) { $0.dateOfBirth = try Self.date(1952_02_30) }
    try refused(.value(0x13)) { $0.nationality = "VN" }
    try refused(.value(0x13)) { $0.issuingEntity = .state("vnm") }
    try refused(.value(0x13)) { $0.documentType = "Á" }
    try refused(.value(0x13)) { $0.phoneNumber = "0912345678" }
    try refused(.value(0x16)) { $0.emailAddress = "ánh@example.vn" }
    try refused(.value(0x0C)) { $0.givenNames = "Ánh\u{202E}" }
    try refused(.value(0x06)) { $0.optionalData = [EIDOptionalData(type: [], data: nil)] }
    try refused(.encoding(.truncated(offset: 0))) { $0.optionalData = [EIDOptionalData(type: [0x2A], data: [])] }
    try refused(.length(0x71, 1_209)) {
      $0.residence = .single(.freetext(String(repeating: "ế", count: 399)))
    }
  }

  @Test("Telephone numbers as they are dialled at home")
  func telephone() {
    #expect(EIDContent.telephoneURI(national: "0912345678") == "tel:+84912345678")
    #expect(EIDContent.telephoneURI(national: "02438250000") == "tel:+842438250000")
    for digits in [
      "", "912345678", "1912345678", "09123456789012", "091234567", "091234567x", "０９１２３４５６７８", "+84912345",
    ] {
      #expect(EIDContent.telephoneURI(national: digits) == nil, "\(digits)")
    }
  }

  @Test("OpenSSL's ASN.1 reader finds the same strings in the same tags", .enabled(if: OpenSSLCommand.isAvailable))
  func independentReader() throws {
    let openssl = try OpenSSLCommand()
    func parse(_ file: [UInt8]) throws -> [String] {
      try openssl.write(file, to: "file.der")
      let outcome = try openssl.run("asn1parse", "-inform", "DER", "-in", "file.der")
      #expect(outcome.status == 0, "\(outcome.output)")
      return outcome.output.split(separator: "\n").map(String.init)
    }
    let content = try Self.person()
    let strings: [EIDDataGroup: [String]] = [
      .documentType: ["PRINTABLESTRING :AS"], .issuingEntity: ["PRINTABLESTRING :VNM"],
      .dateOfExpiry: ["NUMERICSTRING :20361104"], .givenNames: ["UTF8STRING :Thị Ánh Tuyết"],
      .familyNames: ["UTF8STRING :Nguyễn"], .dateOfBirth: ["NUMERICSTRING :195205  "],
      .placeOfBirth: ["cont [ 1 ]", "UTF8STRING :Xã Vĩnh Thịnh, tỉnh Vĩnh Phúc"],
      .nationality: ["PRINTABLESTRING :VNM"], .sex: ["PRINTABLESTRING :F"],
      .optionalData: ["SET", "SEQUENCE", "OBJECT :1.2.131", "OCTET"],
      .birthName: ["UTF8STRING :Trần Thị Ánh Tuyết"], .dateOfIssuance: ["NUMERICSTRING :20261105"],
      .placeOfResidence: [
        "SEQUENCE", "cont [ 10 ]", "UTF8STRING :Số 12, đường Lê Lợi", "cont [ 11 ]", "UTF8STRING :Phường Sài Gòn",
        "cont [ 12 ]", "UTF8STRING :Thành phố Hồ Chí Minh", "cont [ 13 ]", "PRINTABLESTRING :VNM",
      ],
      .municipalityID: ["OCTET STRING [HEX DUMP]:070479026740"],
      .phoneNumber: ["PRINTABLESTRING :tel:+84912345678"], .emailAddress: ["IA5STRING :anh.tuyet@example.vn"],
    ]
    for (group, file) in try content.dataGroups {
      let lines = try parse(file).map { $0.replacing(/\s+(?=[:\[])/, with: " ") }
      #expect(lines.first?.contains("appl [ \(group.rawValue) ]") == true, "\(lines)")
      let expected = try #require(strings[group], "\(group)")
      #expect(lines.count == expected.count + 1, "\(lines)")
      for (line, part) in zip(lines.dropFirst(), expected) {
        #expect(Array(line.utf8).contains(Array(part.utf8)), "\(group): \(line) has not \(part)")
      }
    }
    for name in EIDTests.names {
      let lines = try parse(try EIDValue.givenNames(name.decomposedStringWithCanonicalMapping).encode())
      #expect(lines.last?.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) == true, "\(name)")
    }
  }
}
