import CardTestSupport
import ISO7816
import Testing

/// ISO/IEC 7816-3:2006 §12.1.3: the seven cases of a command APDU.
@Suite struct CommandAPDUTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    let name: String
    let dataCount: Int
    let expectedLength: Int?
    let lengthField: String
    let expectedLengthField: String

    init(_ name: String, _ dataCount: Int, _ expectedLength: Int?, lc: String = "", le: String = "") {
      self.name = name
      self.dataCount = dataCount
      self.expectedLength = expectedLength
      lengthField = lc
      expectedLengthField = le
    }

    var testDescription: String { "case \(name), Nc \(dataCount), Ne \(expectedLength ?? 0)" }
    var data: [UInt8] { (0..<dataCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 1) } }
    var command: CommandAPDU {
      CommandAPDU(cla: 0x8C, ins: 0xB1, p1: 0x12, p2: 0x34, data: data, expectedLength: expectedLength)
    }
    var encoded: [UInt8] { octets("8CB11234" + lengthField) + data + octets(expectedLengthField) }
  }

  static let shapes = [
    Shape("1", 0, nil),
    Shape("2S", 0, 1, le: "01"), Shape("2S", 0, 255, le: "FF"), Shape("2S", 0, 256, le: "00"),
    Shape("2E", 0, 257, le: "000101"), Shape("2E", 0, 65_535, le: "00FFFF"), Shape("2E", 0, 65_536, le: "000000"),
    Shape("3S", 1, nil, lc: "01"), Shape("3S", 255, nil, lc: "FF"),
    Shape("3E", 256, nil, lc: "000100"), Shape("3E", 65_535, nil, lc: "00FFFF"),
    Shape("4S", 1, 1, lc: "01", le: "01"), Shape("4S", 1, 256, lc: "01", le: "00"),
    Shape("4S", 255, 255, lc: "FF", le: "FF"), Shape("4S", 255, 256, lc: "FF", le: "00"),
    Shape("4E", 1, 257, lc: "000001", le: "0101"), Shape("4E", 255, 65_536, lc: "0000FF", le: "0000"),
    Shape("4E", 256, 1, lc: "000100", le: "0001"), Shape("4E", 256, 256, lc: "000100", le: "0100"),
    Shape("4E", 65_535, 65_535, lc: "00FFFF", le: "FFFF"), Shape("4E", 65_535, 65_536, lc: "00FFFF", le: "0000"),
  ]

  @Test(arguments: shapes) func encodes(_ shape: Shape) {
    #expect(shape.command.bytes == shape.encoded)
    #expect(shape.command.isExtended == shape.name.hasSuffix("E"))
    #expect(shape.command.header == octets("8CB11234"))
  }

  @Test(arguments: shapes) func decodes(_ shape: Shape) throws {
    #expect(try CommandAPDU(parsing: shape.encoded) == shape.command)
    let slice = ([0xFF] + shape.encoded)[1...]
    #expect(try CommandAPDU(parsing: slice) == shape.command, "a slice that does not start at 0")
  }

  /// A shorter string may be a valid command of another case, but never the same command.
  @Test(arguments: shapes) func truncationIsNeverTheSameCommand(_ shape: Shape) {
    let encoded = shape.encoded
    // The middle of a long command is data alone.
    for length in 0..<encoded.count where length < 300 || length > encoded.count - 300 {
      let prefix = encoded.prefix(length)
      guard let command = try? CommandAPDU(parsing: prefix) else { continue }
      #expect(command != shape.command, "cut to \(length)")
      #expect(command.data.count < length, "cut to \(length)")
    }
    for length in 0..<4 {
      #expect(throws: APDUError.commandTooShort(length)) { try CommandAPDU(parsing: encoded.prefix(length)) }
    }
  }

  @Test(arguments: [
    "00A4000002AA", "00A4000001AABBCC", "00A4000003AA", "00A40000FFAA",
    "00A400000000", "00A4000000000001", "00A40000000000AA", "00A40000000002AA", "00A40000000001AABB",
    "00A40000000001AABBCCDD", "00A40000000100AABB",
  ])
  func lengthsThatDisagreeAreRefused(_ digits: String) {
    #expect(throws: APDUError.lengthMismatch) { try CommandAPDU(parsing: octets(digits)) }
  }

  /// Extended fields where short ones would do are valid (ISO/IEC 7816-3:2006 §12.1.3 asks for no shortest form).
  @Test func longerFormsThanNeededAreRead() throws {
    #expect(try CommandAPDU(parsing: octets("00A40000000001AA")) == CommandAPDU(ins: 0xA4, data: [0xAA]))
    #expect(
      try CommandAPDU(parsing: octets("00A40000000001AA0010"))
        == CommandAPDU(ins: 0xA4, data: [0xAA], expectedLength: 16))
    #expect(try CommandAPDU(parsing: octets("00B00000000010")) == CommandAPDU(ins: 0xB0, expectedLength: 16))
  }

  @Test func randomOctetsNeverTrap() throws {
    var random = SplitMix64()
    var accepted = 0
    for round in 0..<20_000 {
      var string = random.octets(Int.random(in: 0...40, using: &random))
      // Half of the strings get a plausible length field, or hardly any would be read.
      if round % 2 == 0, string.count > 7 {
        string[4] = round % 4 == 0 ? UInt8(string.count - 5) : 0
        string[5] = 0
        string[6] = UInt8(string.count - 7)
      }
      guard let command = try? CommandAPDU(parsing: string) else { continue }
      accepted += 1
      let again = try CommandAPDU(parsing: command.bytes)
      #expect(again == command, "seed \(SplitMix64.seed), round \(round): \(string.hex)")
    }
    #expect(accepted > 1_000, "seed \(SplitMix64.seed)")
  }
}

/// ISO/IEC 7816-4:2020 §5.2: data field and trailer.
@Suite struct ResponseAPDUTests {
  @Test(arguments: [0, 1, 255, 256, 65_535, 65_536]) func roundTrip(_ count: Int) throws {
    let response = ResponseAPDU(data: [UInt8](repeating: 0x6A, count: count), status: .endOfFile)
    #expect(response.bytes.count == count + 2)
    #expect(response.bytes.suffix(2) == [0x62, 0x82])
    #expect(try ResponseAPDU(parsing: response.bytes) == response)
    #expect(try ResponseAPDU(parsing: ([1, 2, 3] + response.bytes)[3...]) == response)
  }

  @Test(arguments: 0...1) func tooShort(_ count: Int) {
    let string = [UInt8](repeating: 0x90, count: count)
    #expect(throws: APDUError.responseTooShort(count)) { try ResponseAPDU(parsing: string) }
  }
}
