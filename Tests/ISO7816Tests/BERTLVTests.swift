import CardTestSupport
import ISO7816
import Testing

/// ISO/IEC 7816-4:2020 §6.3, ISO/IEC 8825-1 §8.1.
@Suite struct BERTLVTests {
  static let tags: [(tag: BERTag, octets: String, isConstructed: Bool)] = [
    (0x00, "00", false), (0x04, "04", false), (0x30, "30", true), (0x87, "87", false), (0xDE, "DE", false),
    (0xFE, "FE", true), (0x5F37, "5F37", false), (0x7F49, "7F49", true), (0x1F01, "1F01", false),
    (0x7F8101, "7F8101", true), (0x5FFF7F, "5FFF7F", false),
  ]
  static let lengths: [(count: Int, field: String)] = [
    (0, "00"), (1, "01"), (127, "7F"), (128, "8180"), (255, "81FF"), (256, "820100"), (65_535, "82FFFF"),
    (65_536, "83010000"), (100_000, "830186A0"),
  ]

  @Test func roundTrip() throws {
    for (tag, tagOctets, isConstructed) in Self.tags {
      #expect(tag.isConstructed == isConstructed)
      #expect(tag.description == tagOctets)
      for (count, field) in Self.lengths {
        let value = [UInt8](repeating: 0xA5, count: count)
        let object = BERTLV(tag, value)
        let encoded = octets(tagOctets + field) + value
        #expect(object.bytes == encoded)
        #expect(try BERTLV(parsing: encoded, shortestLengths: true) == object)
      }
    }
  }

  @Test func truncationAtEveryOctetIsRefused() throws {
    for (tag, _, _) in Self.tags {
      for count in [0, 1, 127, 128, 255, 256, 300] {
        let encoded = BERTLV(tag, [UInt8](repeating: 0, count: count)).bytes
        for length in 0..<encoded.count {
          let error = #expect(throws: BERTLVError.self) { try BERTLV(parsing: encoded.prefix(length)) }
          guard case .truncated(let offset)? = error else {
            Issue.record("\(encoded.prefix(length).hex): \(String(describing: error))")
            continue
          }
          #expect(offset <= length)
        }
      }
    }
  }

  @Test(arguments: [
    "8100", "817F", "820000", "8200FF", "83000000", "83000001", "8300FFFF",
  ])
  func longerLengthsThanNeededAreRefusedWhenStrict(_ field: String) throws {
    let count = Int(octets(field).dropFirst().bigEndianValue ?? 0)
    let encoded = [0x53] + octets(field) + [UInt8](repeating: 1, count: count)
    #expect(throws: BERTLVError.lengthForm(offset: 1)) { try BERTLV(parsing: encoded, shortestLengths: true) }
    #expect(throws: BERTLVError.lengthForm(offset: 1)) { try BERTLV.sequence(encoded, shortestLengths: true) }
    #expect(try BERTLV(parsing: encoded).value.count == count)
  }

  @Test(arguments: ["5380", "53840000000100", "5385", "53FF00"])
  func indefiniteAndTooLongLengthsAreRefused(_ digits: String) {
    #expect(throws: BERTLVError.lengthForm(offset: 1)) { try BERTLV(parsing: octets(digits)) }
  }

  @Test(arguments: ["1F818100", "7FFFFFFF00", "5F80808001"])
  func tagsOverThreeOctetsAreRefused(_ digits: String) {
    #expect(throws: BERTLVError.tagTooLong(offset: 0)) { try BERTLV(parsing: octets(digits)) }
    #expect(throws: BERTLVError.tagTooLong(offset: 3)) { try BERTLV.sequence(octets("80010A" + digits)) }
  }

  @Test func octetsAfterTheObjectAreRefused() {
    #expect(throws: BERTLVError.trailingOctets(offset: 3)) { try BERTLV(parsing: octets("80010A00")) }
  }

  @Test func nestedObjects() throws {
    let object = BERTLV(0x7F49, [BERTLV(0x06, [1, 2]), BERTLV(0x86, [4]), BERTLV(0x86, [5])])
    #expect(object.bytes == octets("7F490A 06020102 860104 860105"))
    #expect(try object.children().count == 3)
    #expect(try object.first(0x86)?.value == [4])
    #expect(try object.first(0x87) == nil)
    #expect(throws: BERTLVError.truncated(offset: 2)) { try BERTLV(0x7C, octets("8005")).children() }
    #expect(try BERTLV.sequence([]) == [])
  }

  @Test func count() throws {
    let most = [UInt8](repeating: 0, count: 2 * BERTLV.maximumCount)
    #expect(try BERTLV.sequence(most).count == BERTLV.maximumCount)
    #expect(throws: BERTLVError.tooMany(offset: most.count)) { try BERTLV.sequence(most + [0, 0]) }
    // Split over two levels the objects count together.
    let split = BERTLV(0x30, Array(most.dropLast(2))).bytes
    #expect(throws: Never.self) { try BERTLV.validateNesting(split) }
    #expect(throws: BERTLVError.tooMany(offset: 0)) { try BERTLV.validateNesting(split + [0, 0]) }
  }

  @Test func depth() {
    func nested(_ depth: Int) -> [UInt8] {
      (0..<depth).reduce([]) { inner, _ in BERTLV(0x30, inner).bytes }
    }
    #expect(throws: Never.self) { try BERTLV.validateNesting(nested(BERTLV.maximumDepth)) }
    #expect(throws: BERTLVError.tooDeep(offset: 0)) { try BERTLV.validateNesting(nested(BERTLV.maximumDepth + 1)) }
    #expect(throws: BERTLVError.tooDeep(offset: 0)) { try BERTLV.validateNesting(nested(20_000)) }
  }

  @Test func randomOctetsNeverTrap() throws {
    var random = SplitMix64()
    var accepted = 0
    for round in 0..<20_000 {
      var string = random.octets(Int.random(in: 0...48, using: &random))
      // Small lengths in most places, or hardly any string would be read.
      if round % 2 == 0 { string = string.map { $0 & 0x87 } }
      let isAccepted = try check(string, "seed \(SplitMix64.seed), round \(round): \(string.hex)")
      if isAccepted { accepted += 1 }
    }
    #expect(accepted > 100, "seed \(SplitMix64.seed)")
  }

  private func check(_ string: [UInt8], _ comment: String) throws -> Bool {
    _ = try? BERTLV.validateNesting(string)
    _ = try? FileControlParameters(parsing: string)
    guard let objects = try? BERTLV.sequence(string) else { return false }
    let encoded = objects.flatMap(\.bytes)
    let again = try BERTLV.sequence(encoded, shortestLengths: true)
    #expect(again == objects, "\(comment)")
    if (try? BERTLV.sequence(string, shortestLengths: true)) != nil { #expect(encoded == string, "\(comment)") }
    return true
  }

  @Test func bitFlipsNeverTrap() throws {
    let file = FileControlParameters(isDirectory: false, fileIdentifier: 0x011C, size: 300, shortIdentifier: 0x1C)
    let template = file.bytes
    for bit in 0..<template.count * 8 {
      var flipped = template
      flipped[bit / 8] ^= 1 << (bit % 8)
      _ = try check(flipped, "bit \(bit)")
    }
  }
}
