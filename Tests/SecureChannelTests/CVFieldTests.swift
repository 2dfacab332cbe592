import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Names, dates and authorisations: TR-03110-3 C.2, C.4, D.2.1.3 and TR-03110-4 §2.2.3.2.
@Suite struct CVFieldTests {
  @Test func namesOfHolders() throws {
    for (text, country, mnemonic, sequence) in [
      ("VN00001", "VN", "", "00001"), ("VNCVCAAN00001", "VN", "CVCAAN", "00001"),
      ("VNNINECHARS000A1", "VN", "NINECHARS", "000A1"),
    ] {
      let name = try #require(HolderReference(Array(text.utf8)))
      #expect(name.country == country && name.mnemonic == mnemonic && name.sequence == sequence)
      #expect(name.description == text && name.octets == Array(text.utf8))
      #expect(HolderReference(country: country, mnemonic: mnemonic, sequence: sequence) == name)
    }
    let latin = try #require(HolderReference(octets("444EE9FC3030303031")))
    #expect(latin.mnemonic == "éü" && latin.description == "DNéü00001")
  }

  @Test func octetsThatAreNoName() {
    for text in ["", "VN0001", "VNNINECHARSX00001", "vN00001", "Vn00001", "1N00001", "VN 00001", "VN0000\u{7F}"] {
      #expect(HolderReference(Array(text.utf8)) == nil, "\(text)")
    }
    for octet in [UInt8(0), 0x0A, 0x20, 0x7F, 0x80, 0xA0] {
      #expect(HolderReference(Array("VN0000".utf8) + [octet]) == nil, "\(octet)")
    }
    #expect(HolderReference(country: "V", mnemonic: "N", sequence: "00001") == nil)
    #expect(HolderReference(country: "VN", mnemonic: "TENLETTERS", sequence: "00001") == nil)
    #expect(HolderReference(country: "VN", mnemonic: "A", sequence: "0001") == nil)
    #expect(HolderReference(country: "VN", mnemonic: "A", sequence: "000001") == nil)
  }

  /// Every number of six digits: a date or not, and back.
  @Test func everyDayAndNoOther() throws {
    var count = 0
    var previous: CVDate?
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for year in 0..<100 {
      for month in 0..<20 {
        for number in 0..<40 {
          let digits = [year / 10, year % 10, month / 10, month % 10, number / 10, number % 10].map { UInt8($0) }
          let last = month == 2 && year % 4 == 0 ? 29 : (1...12).contains(month) ? lengths[month - 1] : 0
          let date = CVDate(octets: digits)
          #expect((date != nil) == (number >= 1 && number <= last), "\(digits)")
          guard let date else { continue }
          #expect(date.octets == digits)
          #expect(date.yyyymmdd == UInt32(20_000_000 + year * 10_000 + month * 100 + number))
          #expect(CVDate(yyyymmdd: date.yyyymmdd) == date)
          if let previous { #expect(previous < date) }
          previous = date
          count += 1
        }
      }
    }
    #expect(count == 36_525)
  }

  @Test func octetsThatAreNoDate() {
    for digits in ["", "0206000301", "02060003010100", "0A0600030101", "020600030A01", "FFFFFFFFFFFF", "323630333031"] {
      #expect(CVDate(octets: octets(digits)) == nil, "\(digits)")
    }
    for number in [UInt32(0), 1999_12_31, 2100_01_01, 2026_00_01, 2026_13_01, 2026_02_29, .max] {
      #expect(CVDate(yyyymmdd: number) == nil, "\(number)")
    }
    #expect(day(2026_03_01).description == "2026-03-01")
  }

  @Test func templatesOfAuthorisation() throws {
    for count in 0...9 {
      let template = [UInt8](repeating: 0xFF, count: count)
      #expect(
        (HolderAuthorization(terminalType: TerminalType.authentication, template: template) != nil) == (count == 5))
      let other = HolderAuthorization(terminalType: TerminalType.inspection, template: template)
      #expect((other != nil) == (1...8).contains(count))
    }
    #expect(HolderAuthorization(terminalType: [], template: [1]) == nil)
    let objects = HolderAuthorization(.verifierOfficial, .canAllowed).object
    #expect(objects.bytes == octets("7F4C12 0609 04007F000703010202 5305 8000000010"))
  }

  @Test func rolesAreTheTwoHighestBits() throws {
    for octet in UInt8.min...UInt8.max {
      let one = try #require(HolderAuthorization(terminalType: TerminalType.signature, template: [octet]))
      #expect(one.role.rawValue == octet >> 6)
      #expect(one.role.isVerifier == [1, 2].contains(octet >> 6))
      #expect(one.rights == [])
    }
    for role in [CertificateRole.terminal, .verifierNonOfficial, .verifierOfficial, .authority] {
      let made = HolderAuthorization(role, [.read(dataGroup: 22), .pinManagement])
      #expect(made.role == role && made.rights == [.read(dataGroup: 22), .pinManagement])
    }
  }

  @Test func rightsHaveTheirBits() {
    typealias Rights = AuthenticationTerminalRights
    #expect(HolderAuthorization(.terminal, .read(dataGroup: 1)).template == octets("0000000100"))
    #expect(HolderAuthorization(.terminal, .read(dataGroup: 22)).template == octets("0020000000"))
    #expect(HolderAuthorization(.terminal, .canAllowed).template == octets("0000000010"))
    #expect(HolderAuthorization(.terminal, .pinManagement).template == octets("0000000020"))
    #expect(HolderAuthorization(.terminal, .readAll).template == octets("003FFFFF00"))
    #expect((1...22).reduce(Rights()) { $0.union(.read(dataGroup: $1)) } == .readAll)
    for group in [-1, 0, 23, 64, .max] { #expect(Rights.read(dataGroup: group) == []) }
    #expect(Rights(rawValue: .max) == .all && Rights(rawValue: 1 << 38) == [])
  }

  @Test func andOfTwoKinds() throws {
    let left = HolderAuthorization(.terminal, .all)
    let right = try #require(HolderAuthorization(terminalType: TerminalType.inspection, template: [0xFF]))
    #expect(left.and(right).template == octets("0000000000") && right.and(left).template == [0])
    let short = try #require(HolderAuthorization(terminalType: [1], template: [0xFF]))
    let long = try #require(HolderAuthorization(terminalType: [1], template: [0xFF, 0xFF]))
    #expect(short.and(long).template == [0] && long.and(short).template == [0, 0])
    #expect(left.and(HolderAuthorization(.authority, .canAllowed)).rights == .canAllowed)
  }

  /// DO 7F4C and 65 of MSE:Set AT.
  @Test func requests() throws {
    let authorization = HolderAuthorization(.terminal, .readAll)
    let first = AuthorizationExtension(identifier: TestPKI.identifier, bitmap: [1, 2, 3])
    let second = AuthorizationExtension(identifier: [0x69, 1], bitmap: [4])
    for extensions in [[], [first], [first, second]] {
      let request = RequestedAuthorization(authorization, extensions: extensions)
      #expect(request.objects.count == (extensions.isEmpty ? 1 : 2))
      #expect(RequestedAuthorization(request.objects) == request)
    }
    let (good, extras) = (authorization.object, BERTLV(0x65, [first.object]))
    let refused: [[BERTLV]] = [
      [], [extras], [extras, good], [good, good], [good, extras, extras], [good, BERTLV(0x65, [] as [UInt8])],
      [good, BERTLV(0x65, [1])], [good, BERTLV(0x65, [BERTLV(0x53, [1])])], [good, BERTLV(0x67, [first.object])],
      [good, BERTLV(0x65, [first.object, BERTLV(0x73, [BERTLV(0x06, [1]), BERTLV(0x80, [1])])])],
      [good, BERTLV(0x65, [BERTLV(0x73, [BERTLV(0x06, [1]), BERTLV(0x53, [] as [UInt8])])])],
      [good, BERTLV(0x65, [BERTLV(0x73, [BERTLV(0x06, [1]), BERTLV(0x53, [UInt8](repeating: 1, count: 9))])])],
      [BERTLV(0x7F4C, [BERTLV(0x53, [1]), BERTLV(0x06, [1])])], [BERTLV(0x7F4C, [0x06])],
    ]
    for (index, objects) in refused.enumerated() { #expect(RequestedAuthorization(objects) == nil, "\(index)") }
  }
}
