import Foundation
import ServiceAPI
import Testing

@Suite("The answer to a payout")
struct PayoutAnswerTests {
  @Test("It is written as Foundation's encoder writes it", arguments: [0, 63, 255] as [UInt8])
  func text(octet: UInt8) throws {
    let answer = PayoutAnswer(
      transactionID: WireBytes([UInt8](repeating: octet, count: 16)), amount: .max, postedOn: 20_261_123)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let (written, expected) = (try WireJSON.encode(answer), [UInt8](try encoder.encode(answer)))
    #expect(written == expected)
  }
}
