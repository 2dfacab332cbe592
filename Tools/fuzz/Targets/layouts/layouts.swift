import CardApplication
import CardCrypto
import FuzzSupport
import ISO7816
import SecureChannel

/// Every layout of the card and of what is signed: what is read is written as the same octets.
///
/// Input: which layout(1), octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    let layout = layouts[Int(reader.octet()) % layouts.count]
    guard let again = try? layout.again(reader.rest) else { return }
    require(again == reader.rest, "\(layout.name) written otherwise: \(again.hex)")
  }
}

private struct Layout: Sendable {
  let name: String
  /// The octets read and written again; throws when they are refused.
  let again: @Sendable ([UInt8]) throws -> [UInt8]
}

private struct Refused: Error {}

private func taken<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Refused() }
  return value
}

/// The body that the fields give, behind the signature as it came.
private func whole(_ body: [UInt8], _ signed: SignedLayout) -> [UInt8] {
  require(signed.body == body, "fields that give another signed body")
  require(signed.identity.count == 32, "an identity")
  return SignedLayout(body: body, signature: signed.signature).bytes
}

private let layouts = [
  Layout(name: "order") { try PayoutOrder(parsing: $0).bytes },
  Layout(name: "certificate") { octets in
    let (certificate, signed) = try PayoutCertificate.parse(octets)
    require(certificate.order.total > 0, "an order over nothing")
    return whole(certificate.body, signed)
  },
  Layout(name: "completion") { octets in
    let (order, signed) = try CompletionOrder.parse(octets)
    _ = CardDate(unixTime: order.issuerTime)
    return whole(order.body, signed)
  },
  Layout(name: "receipt") { octets in
    let (receipt, signed) = try CompletionReceipt.parse(octets)
    return whole(receipt.body, signed)
  },
  Layout(name: "record") { octets in
    let (record, signed) = try TerminalRecord.parse(octets)
    return whole(record.body, signed)
  },
  Layout(name: "card-info") { octets in
    let info = try CardInfo(parsing: octets)
    require(CardNumber(info.cardNumber.digits) == info.cardNumber && info.cardNumber.masked.count == 19, "number")
    return info.bytes
  },
  Layout(name: "holder") { try Holder(parsing: $0).bytes },
  // A card without lines has an empty file; written, it is the one object without entries.
  Layout(name: "lines") { octets in octets.isEmpty ? [] : CardLine.encode(try CardLine.parse(octets)) },
  Layout(name: "status") { try PayoutStatus(parsing: $0).bytes },
  Layout(name: "selection") { try PayoutSelection(parsing: $0).bytes },
  Layout(name: "policy") { try CardPolicy(parsing: $0).bytes },
  Layout(name: "issuer-key") { try taken(IssuerKey(parsing: $0)).bytes },
  Layout(name: "grouping") { octets in
    let (grouping, data) = try taken(DataGrouping.decode(octets))
    return grouping.encode(data)
  },
  Layout(name: "relayed-script") { try taken(RelayedScript(parsing: $0)).bytes },
  Layout(name: "relayed-answers") { try taken(RelayedAnswers(parsing: $0)).bytes },
]

/// What a card gives and takes in a session from its making to its completion.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let exchanges = try await FuzzCard.delivered().exchanges()
    var seeds: [String: [UInt8]] = [:]
    for (index, layout) in layouts.enumerated() {
      for (number, octets) in exchanges.filter({ (try? layout.again($0)) == $0 }).enumerated() {
        seeds["\(layout.name)-\(number)"] = [UInt8(index)] + octets
      }
    }
    return seeds
  }
}
