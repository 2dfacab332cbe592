import CardTestSupport
import ISO7816
import Testing

@testable import CardApplication

/// Random values of each kind and how they are written and read.
enum Codecs {
  static let all: [Codec] = [
    order, certificate, completion, receipt, record, signed, cardInfo, holder, lines, status, selection, issuerKey,
    policy, offlineAuthority, grouping, number, date, eidValue,
  ]

  private static func codec<Value>(
    _ name: String, isTLV: Bool = true, takesNothing: Bool = false,
    random: @escaping @Sendable (inout SplitMix64) throws -> Value, write: @escaping @Sendable (Value) -> [UInt8],
    read: @escaping @Sendable ([UInt8]) throws -> Value
  ) -> Codec {
    Codec(
      name: name,
      make: { generator in
        let value = try random(&generator)
        let octets = write(value)
        // By every field, also where the type is not Equatable.
        return (octets, String(describing: try read(octets)) == String(describing: value))
      },
      recode: { Codec.again($0, read, write) }, isTLV: isTLV, takesNothing: takesNothing)
  }

  private struct Signed<Layout>: Sendable where Layout: Sendable {
    var layout: Layout
    var signature: [UInt8]
  }

  /// A codec of a layout with its signature.
  private static func codec<Layout: Sendable>(
    _ name: String, random: @escaping @Sendable (inout SplitMix64) throws -> Layout,
    body: @escaping @Sendable (Layout) -> [UInt8], parse: @escaping @Sendable ([UInt8]) throws -> (Layout, SignedLayout)
  ) -> Codec {
    codec(
      name,
      random: { Signed(layout: try random(&$0), signature: $0.octets(64)) },
      write: { SignedLayout(body: body($0.layout), signature: $0.signature).bytes },
      read: { octets in
        let (layout, signed) = try parse(octets)
        guard signed.bytes == octets else { throw LayoutError.trailing }
        return Signed(layout: layout, signature: signed.signature)
      })
  }

  static let order = codec("PayoutOrder", random: Random.order, write: \.bytes) { try PayoutOrder(parsing: $0) }
  static let certificate = codec(
    "PayoutCertificate E1", random: Random.certificate, body: \.body, parse: { try PayoutCertificate.parse($0) })
  static let completion = codec(
    "CompletionOrder E2", random: Random.completion, body: \.body, parse: { try CompletionOrder.parse($0) })
  static let receipt = codec(
    "CompletionReceipt E3", random: Random.receipt, body: \.body, parse: { try CompletionReceipt.parse($0) })
  static let record = codec(
    "TerminalRecord E4", random: Random.record, body: \.body, parse: { try TerminalRecord.parse($0) })
  static let signed = codec(
    "SignedLayout",
    random: {
      SignedLayout(
        body: BERTLV(0xC1, $0.octets(Int.random(in: 0...300, using: &$0))).bytes, signature: $0.octets(64))
    },
    write: \.bytes
  ) { try SignedLayout(parsing: $0, tag: 0xC1) }
  static let cardInfo = codec("CardInfo", random: Random.cardInfo, write: \.bytes) { try CardInfo(parsing: $0) }
  static let holder = codec("Holder", random: Random.holder, write: \.bytes) { try Holder(parsing: $0) }
  static let lines = codec(
    "CardLine", takesNothing: true, random: Random.lines, write: CardLine.encode
  ) { try CardLine.parse($0) }
  static let offlineAuthority = codec(
    "OfflineAuthority", random: Random.offlineAuthority, write: \.bytes
  ) { try OfflineAuthority(parsing: $0) }
  static let status = codec("PayoutStatus", random: Random.status, write: \.bytes) { try PayoutStatus(parsing: $0) }
  static let selection = codec(
    "PayoutSelection", random: Random.selection, write: \.bytes
  ) { try PayoutSelection(parsing: $0) }
  static let issuerKey = codec("IssuerKey", isTLV: false, random: Random.issuerKey, write: \.bytes) {
    try require(IssuerKey(parsing: $0))
  }
  static let policy = Codec(
    name: "CardPolicy",
    make: { generator in
      let policy = Random.policy(&generator)
      // Dictionaries have no order to describe them by.
      return (policy.bytes, try CardPolicy(parsing: policy.bytes) == policy)
    }, recode: { Codec.again($0, { try CardPolicy(parsing: $0) }, \.bytes) })
  static let grouping = codec(
    "DataGrouping", isTLV: false,
    random: { generator in
      let length = [0, 1, 8, 127, 128, 253, 254, 255, 256, 300].randomElement(using: &generator) ?? 0
      return Grouping(
        grouping: DataGrouping.allCases.randomElement(using: &generator) ?? .can, data: generator.octets(length))
    }, write: { $0.grouping.encode($0.data) },
    read: { octets in
      guard let (grouping, data) = DataGrouping.decode(octets) else { throw LayoutError.trailing }
      return Grouping(grouping: grouping, data: data)
    })
  static let number = codec("CardNumber", isTLV: false, random: Random.number, write: \.bytes) {
    try require(CardNumber(bcd: $0))
  }
  static let date = codec("CardDate", isTLV: false, random: Random.date, write: \.bytes) {
    try require(CardDate(bcd: $0))
  }

  /// Not among the layouts of which every part is mandatory: an optional part of a place may be missing.
  static let eidValue = Codec(
    name: "EIDValue",
    make: { generator in
      let value = Random.eidValue(&generator)
      let file = try value.encode()
      return (file, String(describing: try value.dataGroup.decode(file)) == String(describing: value))
    }, recode: EIDVector.recode, isTLV: false)

  private struct Grouping: Sendable {
    var grouping: DataGrouping
    var data: [UInt8]
  }

  private static func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw LayoutError.trailing }
    return value
  }
}
