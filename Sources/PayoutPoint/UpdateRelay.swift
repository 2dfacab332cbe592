import CardApplication
public import CardTerminal
import ISO7816
import SecureChannel
import ServiceAPI

/// What came of an update of the issuing office that waited for a card.
public struct RelayedUpdate: Sendable {
  /// The office's word for what it changes.
  public let kind: String
  /// Where it ended on the card.
  public let end: PlayedUpdate.End
  /// Whether the centre has the card's answers; if not, the update is handed out again, and the office finds out.
  public let isReported: Bool
}

extension PayoutDesk {
  /// Plays the update that waits for this card, if there is one, and reports the card's answers.
  ///
  /// The session's rights are the card's business: with the holder's PIN, or the terminal's payout right. It goes last
  /// in a tap, because a card that it locks does nothing else any more.
  public func relayUpdate(_ session: CardSession) async throws(ServiceClientError) -> RelayedUpdate? {
    let path = "/v1/cards/\(session.cardNumber.digits)/updates?terminal=\(terminalKeyHash.hex)"
    let pending = try await client.get(path, PendingUpdatesAnswer.self)
    guard let update = pending.updates.first else { return nil }
    guard let script = RelayedScript(parsing: update.script.octets) else { throw .malformedAnswer(status: 200) }
    let played = await session.relay(script)
    guard !played.answers.responses.isEmpty else {
      return RelayedUpdate(kind: update.kind, end: played.end, isReported: false)
    }
    let request = CardUpdateResultRequest(
      terminalKeyHash: WireBytes(terminalKeyHash), answers: WireBytes(played.answers.bytes))
    let id = update.id.octets.hex
    let key = "\(id)-\(terminalKeyHash.prefix(8).hex)"
    let answer = try? await client.post("/v1/card-updates/\(id)/results", key: key, request, RegisteredAnswer.self)
    return RelayedUpdate(kind: update.kind, end: played.end, isReported: answer != nil)
  }
}
