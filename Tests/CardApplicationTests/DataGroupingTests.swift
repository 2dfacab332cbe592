import ISO7816
import Testing

@testable import CardApplication

/// The identifiers are what a card vendor implements: they never change.
@Suite("Data groupings")
struct DataGroupingTests {
  private static let identifiers: [DataGrouping: UInt16] = [
    .cardInfo: 0x0101, .holder: 0x0102, .payoutKeyCertificate: 0x0105, .photo: 0x0108, .cardSecurity: 0x0201,
    .identity: 0x0301, .policy: 0x7001, .issuerKey: 0x7002, .trustAnchor: 0x7003, .can: 0x8001, .pin: 0x8003,
    .puk: 0x8004, .generatePayoutKey: 0x8010, .generateChipKey: 0x8011, .finish: 0x7FFF,
  ]

  @Test("Each has its two octets; no other two octets are one")
  func identifiers() {
    #expect(Set(Self.identifiers.keys) == Set(DataGrouping.allCases))
    for (grouping, identifier) in Self.identifiers {
      #expect(grouping.encode([0xAB]) == [UInt8](bigEndian: identifier, width: 2) + [1, 0xAB])
    }
    let known = Set(Self.identifiers.values)
    for identifier in UInt16.min...UInt16.max where !known.contains(identifier) {
      #expect(DataGrouping.decode([UInt8](bigEndian: identifier, width: 2) + [0]) == nil)
    }
  }

  @Test("EF.CardSecurity is longer than 255 octets: the long form of the length, and only where it is needed")
  func long() throws {
    for count in [0, 1, 0xFE, 0xFF, 0x100, 1_400, 0xFFFF] {
      let data = [UInt8](repeating: 7, count: count)
      let written = DataGrouping.cardSecurity.encode(data)
      let length = count < 0xFF ? [UInt8(count)] : [0xFF, UInt8(count >> 8), UInt8(count & 0xFF)]
      #expect(Array(written.prefix(2 + length.count)) == [0x02, 0x01] + length, "\(count)")
      let read = try #require(DataGrouping.decode(written))
      #expect(read.grouping == .cardSecurity && read.data == data)
      #expect(DataGrouping.decode(written + [0]) == nil && DataGrouping.decode(written.dropLast()) == nil, "\(count)")
    }
  }

  @Test("Several stand one after the other, in their order; one that is cut off spoils them all")
  func sequence() throws {
    let octets =
      DataGrouping.policy.encode([1, 2]) + DataGrouping.cardSecurity.encode([UInt8](repeating: 3, count: 300))
      + DataGrouping.finish.encode([])
    let read = try #require(DataGrouping.decodeSequence(octets))
    #expect(read.map(\.grouping) == [.policy, .cardSecurity, .finish])
    #expect(read.map(\.data.count) == [2, 300, 0])
    let whole = [5, 5 + 305]
    for length in 0..<octets.count {
      let count = DataGrouping.decodeSequence(Array(octets.prefix(length)))?.count
      #expect(count == whole.firstIndex(of: length).map { $0 + 1 }, "\(length)")
    }
    #expect(DataGrouping.decode(octets) == nil)
  }
}
