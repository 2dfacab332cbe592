import CardTestSupport
import ISO7816
import Testing

@testable import CardApplication

/// E2 with a new issuer key, DO 8C.
@Suite("A completion's new issuer key")
struct CompletionKeyTests {
  private static let point: [UInt8] = [4] + (0..<64).map { UInt8($0) }

  private func completion(_ key: IssuerKey?) throws -> CompletionOrder {
    var order = CompletionOrder(
      cardNumber: try #require(CardNumber(sequence: 1)), issuerKeyID: [UInt8](repeating: 1, count: 8), serial: 1,
      acknowledgedCounter: 0, issuerTime: 1_793_847_600, state: .active, lines: [], acknowledgedGeneration: 1,
      snapshot: [])
    order.newIssuerKey = key
    return order
  }

  private func parse(_ body: [UInt8]) throws(LayoutError) -> CompletionOrder {
    try CompletionOrder.parse(body + octets("5F37 40") + [UInt8](repeating: 0, count: 64)).0
  }

  /// E2 with another 8C.
  private func body(_ key: [UInt8]) throws -> [UInt8] {
    let fields = try BERTLV(parsing: try completion(nil).body).children().map { field in
      field.tag == 0x8C ? BERTLV(0x8C, key) : field
    }
    return BERTLV(0xE2, fields).bytes
  }

  @Test("id ‖ algorithm ‖ use ‖ valid from ‖ point, 79 octets; none is length 0")
  func layout() throws {
    let day = try #require(CardDate(yyyymmdd: 20_270_101))
    for (use, octet) in [(IssuerKey.Use.completion, UInt8(1)), (.certificate, 2)] {
      let key = IssuerKey(use: use, validFrom: day, point: Self.point)
      let written = keyIdentifier(ofPoint: Self.point) + [1, octet] + octets("20270101") + Self.point
      let order = try completion(key)
      #expect(written.count == 79)
      #expect(order.body == (try body(written)))
      #expect(try parse(order.body) == order)
    }
    #expect(try parse(try completion(nil).body).newIssuerKey == nil)
  }

  @Test("Another length, a foreign id, an unknown algorithm or use, a date that is not BCD")
  func refused() throws {
    let day = try #require(CardDate(yyyymmdd: 20_270_101))
    let good = IssuerKey(use: .completion, validFrom: day, point: Self.point).bytes
    for length in 1..<79 {
      #expect(throws: LayoutError.self, "\(length)") { try parse(try body(Array(good.prefix(length)))) }
    }
    #expect(throws: LayoutError.self) { try parse(try body(good + [0])) }
    for place in Array(0..<10) + [14, 78] {
      var key = good
      key[place] ^= 0x40
      #expect(throws: LayoutError.value(0x8C), "octet \(place)") { try parse(try body(key)) }
    }
    var key = good
    key.replaceSubrange(10..<14, with: octets("2027010A"))
    #expect(throws: LayoutError.value(0x8C)) { try parse(try body(key)) }
  }
}
