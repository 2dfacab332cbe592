import ISO7816
import Testing

@Suite struct HexTests {
  @Test func everyOctet() {
    let all = (0...255).map { UInt8($0) }
    #expect([UInt8](hex: all.hex) == all)
    #expect([UInt8](hex: all.hex.lowercased()) == all)
    #expect(([0x00, 0x0F, 0xA0] as [UInt8]).hex == "000FA0")
    #expect(([] as [UInt8]).hex == "")
  }

  @Test func whiteSpaceIsSkipped() {
    #expect([UInt8](hex: " 0 1\t02\r\n03 ") == [1, 2, 3])
    #expect([UInt8](hex: "") == [])
  }

  @Test(arguments: ["0", "012", "0G", "0x01", "01-02", "０１", "é0", "/0", ":0", "@0", "`0", "g0"])
  func otherTextIsRefused(_ text: String) {
    #expect([UInt8](hex: text) == nil)
  }

  @Test func bigEndian() {
    #expect([UInt8](bigEndian: 0x01_0203, width: 4) == [0, 1, 2, 3])
    #expect([UInt8](bigEndian: 0x01_0203, width: 2) == [2, 3])
    #expect([UInt8](bigEndian: UInt64.max, width: 8) == [UInt8](repeating: 0xFF, count: 8))
    #expect([UInt8](bigEndian: 5, width: 0) == [])
    #expect(([] as [UInt8]).bigEndianValue == 0)
    #expect(([1, 0] as [UInt8]).bigEndianValue == 256)
    #expect([UInt8](repeating: 0xFF, count: 8).bigEndianValue == .max)
    #expect([UInt8](repeating: 0, count: 9).bigEndianValue == nil)
  }
}
