import CPCSC
import ISO7816
import Testing

@testable import PCSC

@Suite("What a reader's driver can do")
struct ReaderFeaturesTests {
  /// As the driver of a reader with a pad answers: VERIFY, MODIFY, PACE, properties, and a tag of the vendor's own.
  private static let list: [UInt8] = [
    0x06, 0x04, 0x42, 0x33, 0x00, 0x06, 0x07, 0x04, 0x42, 0x33, 0x00, 0x07, 0x20, 0x04, 0x42, 0x33, 0x00, 0x20,
    0x12, 0x04, 0x42, 0x33, 0x00, 0x12, 0xF7, 0x04, 0xFF, 0xFF, 0xFF, 0xFF,
  ]

  @Test("the tags have the values of reader.h, and names")
  func tags() {
    let pairs: [(ReaderFeatures.Tag, Int32, String)] = [
      (.verifyPINStart, FEATURE_VERIFY_PIN_START, "VERIFY_PIN_START"),
      (.verifyPINFinish, FEATURE_VERIFY_PIN_FINISH, "VERIFY_PIN_FINISH"),
      (.modifyPINStart, FEATURE_MODIFY_PIN_START, "MODIFY_PIN_START"),
      (.modifyPINFinish, FEATURE_MODIFY_PIN_FINISH, "MODIFY_PIN_FINISH"),
      (.verifyPINDirect, FEATURE_VERIFY_PIN_DIRECT, "VERIFY_PIN_DIRECT"),
      (.modifyPINDirect, FEATURE_MODIFY_PIN_DIRECT, "MODIFY_PIN_DIRECT"),
      (.pinProperties, FEATURE_IFD_PIN_PROPERTIES, "IFD_PIN_PROPERTIES"),
      (.properties, FEATURE_GET_TLV_PROPERTIES, "GET_TLV_PROPERTIES"),
      (.executePACE, FEATURE_EXECUTE_PACE, "EXECUTE_PACE"),
    ]
    for (tag, value, name) in pairs { #expect(Int32(tag.rawValue) == value && tag.description == name) }
    #expect(ReaderFeatures.Tag(rawValue: 0xF7).description == "F7")
  }

  @Test("control codes come with the most significant octet first; a tag without a name is kept")
  func list() {
    let features = ReaderFeatures(Self.list)
    #expect(features.tags.map(\.rawValue) == [0x06, 0x07, 0x20, 0x12, 0xF7])
    #expect(features[.executePACE] == 0x4233_0020 && features[.properties] == 0x4233_0012)
    #expect(features[ReaderFeatures.Tag(rawValue: 0xF7)] == 0xFFFF_FFFF)
    #expect(features[.verifyPINStart] == nil)
    #expect(ReaderFeatures.request == 0x4200_0D48)
  }

  @Test("cut off anywhere, the features before remain")
  func truncated() {
    for length in Self.list.indices {
      let features = ReaderFeatures(Array(Self.list.prefix(length)))
      #expect(features.tags.count == length / 6, "\(length)")
    }
  }

  @Test("bad lengths and repeated tags are passed over, and no octets trap")
  func malformed() {
    #expect(ReaderFeatures([]).tags.isEmpty)
    #expect(ReaderFeatures([0x20, 0x03, 1, 2, 3, 0x06, 0x04, 0, 0, 0, 9])[.verifyPINDirect] == 9)
    #expect(ReaderFeatures([0x20, 0x03, 1, 2, 3, 0x06, 0x04, 0, 0, 0, 9]).tags == [.verifyPINDirect])
    #expect(ReaderFeatures([0x20, 0x04, 0, 0, 0, 1, 0x20, 0x04, 0, 0, 0, 2])[.executePACE] == 1)
    #expect(ReaderFeatures([0x20, 0xFF, 0, 0, 0, 1]).tags.isEmpty)
    for place in Self.list.indices {
      for bit in 0..<8 {
        var octets = Self.list
        octets[place] ^= 1 << bit
        let features = ReaderFeatures(octets)
        #expect(features != ReaderFeatures(Self.list), "\(place) \(bit)")
        #expect(features.tags.count <= 5)
      }
    }
    #expect(ReaderFeatures((0..<65_536).map { UInt8($0 & 0xFF) }).tags.count <= 256)
  }

  @Test("a pad is PACE, VERIFY or both; other features are none")
  func pads() throws {
    func pad(_ tags: UInt8...) -> PINPad? { PINPad(ReaderFeatures(tags.flatMap { [$0, 4, 0, 0, 0, $0] })) }
    let both = try #require(PINPad(ReaderFeatures(Self.list)))
    #expect(both.doesPACE && both.doesVerify)
    let pace = try #require(pad(0x20))
    #expect(pace.doesPACE && !pace.doesVerify)
    let verify = try #require(pad(0x06))
    #expect(!verify.doesPACE && verify.doesVerify)
    #expect(try #require(pad(0x01, 0x02)).doesVerify)
    for none in [pad(), pad(0x12), pad(0x0A, 0x12), pad(0x07)] { #expect(none == nil) }
  }

  @Test("the structure of VERIFY by the pad is laid out as reader.h has it")
  func verification() throws {
    let command = CommandAPDU(ins: 0x20, p2: 0x81, data: [UInt8](repeating: 0xFF, count: 8))
    let request = try #require(PINVerification(command, digits: 4...12, language: 0x0409, timeoutSeconds: 30))
    let octets = request.bytes
    typealias Layout = PIN_VERIFY_STRUCTURE
    func octet(_ field: PartialKeyPath<Layout>, _ further: Int = 0) throws -> UInt8 {
      let offset = MemoryLayout<Layout>.offset(of: field)
      return octets[try #require(offset) + further]
    }
    func word(_ field: PartialKeyPath<Layout>) throws -> Int { Int(try octet(field)) | Int(try octet(field, 1)) << 8 }
    #expect(try octet(\.bTimerOut) == 30 && octet(\.bTimerOut2) == 30)
    #expect(try octet(\.bmFormatString) == 0x82 && octet(\.bmPINBlockString) == 0 && octet(\.bmPINLengthFormat) == 0)
    // 0xXXYY: least in the upper octet, most in the lower.
    #expect(try word(\.wPINMaxExtraDigit) == 0x040C)
    #expect(try octet(\.bEntryValidationCondition) == 2 && octet(\.bNumberMessage) == 1)
    #expect(try word(\.wLangId) == 0x0409 && octet(\.bMsgIndex) == 0)
    #expect(try word(\.ulDataLength) == command.bytes.count)
    #expect(Array(octets.dropFirst(MemoryLayout<Layout>.size)) == command.bytes)
    #expect(octets.count == 19 + 13)
  }

  @Test("digits and commands that don't fit are refused")
  func verificationBounds() {
    let command = CommandAPDU(ins: 0x20)
    #expect(PINVerification(command, digits: 1...16) != nil)
    #expect(PINVerification(command, digits: 0...16) == nil && PINVerification(command, digits: 1...17) == nil)
    let long = CommandAPDU(ins: 0x20, data: [UInt8](repeating: 0, count: 256))
    #expect(PINVerification(long, digits: 6...6) == nil)
  }
}
