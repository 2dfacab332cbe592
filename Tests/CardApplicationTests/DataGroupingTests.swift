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

  @Test("Several, one after the other; cut off anywhere, or with one twice, they are none")
  func oneOfEach() {
    let contents: [DataGrouping: [UInt8]] = [
      .holder: [1, 2, 3], .photo: [UInt8](repeating: 5, count: 300), .identity: [],
    ]
    let written = contents.sorted { $0.key.rawValue < $1.key.rawValue }.map { $0.key.encode($0.value) }
    let octets = written.flatMap { $0 }
    #expect(DataGrouping.sequence(octets) == contents)
    #expect(DataGrouping.sequence([]) == [:])
    let ends = [0, written[0].count, written[0].count + written[1].count]
    for end in octets.indices where !ends.contains(end) { #expect(DataGrouping.sequence(Array(octets[..<end])) == nil) }
    #expect(DataGrouping.sequence(octets + written[0]) == nil)
    #expect(DataGrouping.sequence([0xFF, 0xFF, 0x00]) == nil)
  }

  @Test("An update names the holder's data alone, of a length that fits, and puts a lock last and an unlock first")
  func updates() throws {
    for grouping in DataGrouping.allCases {
      #expect((CardUpdate(contents: [grouping: [1]]) != nil) == [.holder, .photo, .identity].contains(grouping))
    }
    #expect(CardUpdate() == nil)
    let most = [UInt8](repeating: 1, count: CardUpdate.maximumContent)
    #expect(CardUpdate(contents: [.photo: most]) != nil && CardUpdate(contents: [.photo: most + [1]]) == nil)
    for (status, instructions) in [
      (.lock, [0xE2, 0xE2, 0xF0]), (.terminate, [0xE2, 0xE2, 0xF0]), (.unlock, [0xF0, 0xE2, 0xE2]),
    ] as [(CardStatusChange, [UInt8])] {
      let update = try #require(CardUpdate(contents: [.photo: [1], .holder: [2]], status: status))
      #expect(update.commands.map(\.ins) == instructions)
      #expect(update.commands.filter { $0.ins == 0xE2 }.map { [$0.p1, $0.p2] } == [[0x01, 0], [0x81, 1]])
    }
  }
}
