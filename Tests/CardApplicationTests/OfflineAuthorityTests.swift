import CardTestSupport
import ISO7816
import Testing

@testable import CardApplication

/// EF.OfflineAuthority as it is written out in its layout.
@Suite("The offline authority's file")
struct OfflineAuthorityTests {
  private static let line = octets(
    "00000007 00000000002DC6C0 00000000003D0900 20261201")
  private static let rest = octets("82 08 00000000001E8480  83 01 05  84 04 20270131  85 04 00000009")

  @Test("Written out octet by octet, and read again")
  func layout() throws {
    let authority = OfflineAuthority(
      lines: [OfflineAuthority.Line(line: 7, granted: 3_000_000, nextGranted: 4_000_000, notBefore: 20_261_201)],
      ceiling: 2_000_000, count: 5, validUntil: 20_270_131, responseSerial: 9)
    let file = octets("81 18") + Self.line + Self.rest
    #expect(authority.bytes == file)
    #expect(try OfflineAuthority(parsing: file) == authority)
    let none = OfflineAuthority(lines: [], ceiling: 0, count: 0, validUntil: 0, responseSerial: 0)
    #expect(none.bytes == octets("81 00  82 08 0000000000000000  83 01 00  84 04 00000000  85 04 00000000"))
    #expect(try OfflineAuthority(parsing: none.bytes) == none)
  }

  @Test("Eight lines and no more; records whole; numbers within their bounds")
  func bounds() throws {
    func file(_ count: Int) -> [UInt8] {
      let lines = (0..<count).flatMap { [UInt8](bigEndian: UInt32($0), width: 4) + Self.line.dropFirst(4) }
      return BERTLV(0x81, lines).bytes + Self.rest
    }
    for count in 0...8 { #expect(try OfflineAuthority(parsing: file(count)).lines.count == count) }
    #expect(throws: LayoutError.self) { try OfflineAuthority(parsing: file(9)) }
    for width in [23, 25, 47] {
      let lines = [UInt8](repeating: 0, count: width)
      #expect(throws: LayoutError.self, "\(width)") {
        try OfflineAuthority(parsing: BERTLV(0x81, lines).bytes + Self.rest)
      }
    }
    for (place, octet) in [(4, UInt8(0x80)), (12, 0x80), (20, 0x2A), (23, 0xA1)] {
      var line = Self.line
      line[place] = octet
      #expect(throws: LayoutError.value(0x81), "octet \(place)") {
        try OfflineAuthority(parsing: octets("81 18") + line + Self.rest)
      }
    }
    for rest in [
      "82 08 8000000000000000  83 01 05  84 04 20270131  85 04 00000009",
      "82 08 00000000001E8480  83 01 05  84 04 2027013A  85 04 00000009",
    ] {
      #expect(throws: LayoutError.self) { try OfflineAuthority(parsing: octets("81 00") + octets(rest)) }
    }
    #expect(throws: LayoutError.self) { try OfflineAuthority(parsing: octets("81 00") + Self.rest + [0]) }
  }
}
