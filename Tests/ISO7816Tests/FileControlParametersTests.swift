import CardTestSupport
import ISO7816
import Testing

/// ISO/IEC 7816-4:2020 §7.4.3 and §12.2.3.
@Suite struct FileControlParametersTests {
  @Test func transparentFile() throws {
    let file = FileControlParameters(isDirectory: false, fileIdentifier: 0x011C, size: 0x0140, shortIdentifier: 0x1C)
    #expect(file.bytes == octets("620E 820101 8302011C 80020140 8801E0"))
    #expect(try FileControlParameters(parsing: file.bytes) == file)
  }

  @Test func dedicatedFile() throws {
    let file = FileControlParameters(isDirectory: true, dfName: octets("F0414E53494E4801"))
    #expect(file.bytes == octets("620D 820138 8408F0414E53494E4801"))
    #expect(try FileControlParameters(parsing: file.bytes) == file)
  }

  @Test func unknownObjectsArePassedOver() throws {
    let file = try FileControlParameters(parsing: octets("6F0C A5039F6501 8A0105 83023F00"))
    #expect(file == FileControlParameters(isDirectory: false, fileIdentifier: 0x3F00))
  }

  @Test(arguments: ["620B83090000000000000000FF", "620580030FFFFF"]) func oversizedNumbers(_ digits: String) throws {
    let file = try FileControlParameters(parsing: octets(digits))
    #expect(file.fileIdentifier == nil)
    #expect(file.size == nil || file.size == 0x0FFFFF)
  }

  @Test func truncationAtEveryOctetIsRefused() {
    let encoded = FileControlParameters(isDirectory: true, fileIdentifier: 1, dfName: [1, 2, 3, 4, 5], size: 1).bytes
    for length in 0..<encoded.count {
      #expect(throws: BERTLVError.self) { try FileControlParameters(parsing: encoded.prefix(length)) }
    }
  }

  /// Files can be larger than two octets say: the size is written in as many as it needs.
  @Test(arguments: [0, 255, 65_535, 65_536, 100_000]) func sizeSurvives(_ size: Int) throws {
    let file = FileControlParameters(isDirectory: false, size: size)
    #expect(try FileControlParameters(parsing: file.bytes).size == size)
  }

  @Test(arguments: ["300482023800", "7C0483023F00", "8100"]) func otherTemplatesAreRefused(_ digits: String) {
    #expect(throws: BERTLVError.self) { try FileControlParameters(parsing: octets(digits)) }
  }

  @Test func applicationIdentifier() {
    for count in 0...20 {
      let identifier = AID([UInt8](repeating: 0xA0, count: count))
      #expect((identifier != nil) == (5...16).contains(count))
    }
    #expect(AID(octets("E80704007F00070302"))?.description == "E80704007F00070302")
  }
}
