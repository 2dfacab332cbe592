import CardTestSupport
import Foundation
import Testing

@testable import ServiceAPI

@Suite("A payout's request")
struct PayoutRequestTests {
  @Test("As it is written it is read without a decoder, at every length of the certificate", arguments: 0...70)
  func written(length: Int) throws {
    var generator = SplitMix64(seed: UInt64(length))
    let request = PayoutRequest(
      certificate: WireBytes((0..<length).map { _ in .random(in: 0...255, using: &generator) }),
      terminalKeyHash: WireBytes((0..<32).map { _ in .random(in: 0...255, using: &generator) }))
    let read = PayoutRequest(asWritten: try WireJSON.encode(request))
    #expect(read == request)
    let decoded = try WireJSON.decode(PayoutRequest.self, from: try WireJSON.encode(request))
    #expect(decoded == request)
  }

  @Test("What is written otherwise is the decoder's: of every changed octet it says what the decoder says or nothing")
  func changed() throws {
    let request = PayoutRequest(
      certificate: WireBytes(Array("certificate".utf8)), terminalKeyHash: WireBytes([UInt8](repeating: 0xF7, count: 32))
    )
    let octets = try WireJSON.encode(request)
    var read = 0
    for place in octets.indices {
      for octet in [UInt8](0...255) {
        var changed = octets
        changed[place] = octet
        guard let value = PayoutRequest(asWritten: changed) else { continue }
        read += 1
        let decoded = try JSONDecoder().decode(PayoutRequest.self, from: Data(changed))
        #expect(value == decoded)
      }
      let (shorter, cut) = (Array(octets[..<place]), Array(octets[..<place] + octets[(place + 1)...]))
      #expect(PayoutRequest(asWritten: shorter) == nil)
      if let value = PayoutRequest(asWritten: cut) {
        #expect(try value == JSONDecoder().decode(PayoutRequest.self, from: Data(cut)))
      }
    }
    #expect(read > 3_000)
  }

  @Test("Other spellings of the same go to the decoder")
  func spellings() throws {
    for text in [
      #"{"terminalKeyHash":"qrs=","certificate":"AAEC","fromLog":false}"#,
      #"{"certificate":"AAEC","fromLog":true,"terminalKeyHash":"qrs="}"#,
      #"{"certificate":"AA\/C","fromLog":false,"terminalKeyHash":"qrs="}"#,
      #"{"certificate":"AAEC","fromLog":false,"terminalKeyHash":"qrs=","answered":"x"}"#,
      #" {"certificate":"AAEC","fromLog":false,"terminalKeyHash":"qrs="}"#,
    ] {
      let octets = Array(text.utf8)
      #expect(PayoutRequest(asWritten: octets) == nil, "\(text)")
      #expect(throws: Never.self, "\(text)") { try WireJSON.decode(PayoutRequest.self, from: octets) }
    }
    #expect(throws: (any Error).self) {
      try WireJSON.decode(
        PayoutRequest.self, from: Array(#"{"certificate":"AAE","fromLog":false,"terminalKeyHash":"qrs="}"#.utf8))
    }
  }
}
