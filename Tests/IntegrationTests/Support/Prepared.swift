import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing

/// A payout that a point has begun by hand, to be stopped wherever a test wants.
struct PreparedPayout: Sendable {
  let transaction: String
  let order: PayoutOrder
  /// The card's certificate, signed.
  let certificate: [UInt8]
  /// The body of its `POST /v1/payouts`.
  let request: [UInt8]
}

extension TestPoint {
  /// Asks the centre, has the card sign, and goes no further: nothing is in the journal.
  func prepare(_ card: HeldCard, amount: Int64) async throws -> PreparedPayout {
    var id = try SystemRandom().bytes(16)
    id[6] = 0x70 | id[6] & 0x0F
    id[8] = 0x80 | id[8] & 0x3F
    let session = try await card.open(at: self)
    let challenge = try await client.post(
      "/v1/challenges", key: nil,
      ChallengeRequest(
        transactionID: WireBytes(id), cardNumber: card.number, terminalKeyHash: WireBytes(terminal.keyHash)),
      ChallengeAnswer.self)
    let line = try #require(challenge.payable.first)
    let entry = try #require(PayoutEntry(line: line.line, period: line.period, amount: amount))
    let (host, commune) = (try #require(UInt8(province)), try #require(UInt32(terminal.commune)))
    let order = try #require(
      PayoutOrder(
        transactionID: id, entries: [entry], terminalTime: challenge.expiresAt - 600, hostProvince: host,
        commune: commune, mode: .online, challenge: challenge.challenge.octets))
    let certificate = try await session.authorise(order).signed.bytes
    let request = PayoutRequest(certificate: WireBytes(certificate), terminalKeyHash: WireBytes(terminal.keyHash))
    return PreparedPayout(
      transaction: id.hex, order: order,
      certificate: certificate, request: try WireJSON.encode(request))
  }
}
