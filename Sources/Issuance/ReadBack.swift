public import CardApplication
import CardCrypto
public import CardTerminal
public import ISO7816
import SecureChannel

/// Why a finished card is not what was ordered.
public enum ReadBackError: Error, Sendable {
  /// A session with one of its printed secrets failed.
  case session(CardSessionError)
  /// The file does not hold what was written to it.
  case differs(PayoutFile)
  /// The card has signed already.
  case used
}

extension Personaliser {
  /// Reads a finished card as a stranger would: opens it with the printed CAN and with the PIN, and compares what every
  /// file says with what was ordered.
  ///
  /// A card that fails here must not be handed over: its printed secrets do not open it, or it tells another story.
  public func readBack(
    _ channel: any CardChannel, _ order: PersonalisationOrder, _ card: PersonalisedCard
  ) async throws(ReadBackError) {
    let files: [(PayoutFile, read: [UInt8], written: [UInt8])]
    let counter: UInt32
    do throws(CardSessionError) {
      let stranger = try await CardSession.open(channel, .can, password: card.secrets.can, random: random)
      let info = try await stranger.read(.cardInfo)
      let holder = try await CardSession.open(channel, .pin, password: card.secrets.pin, random: random)
      files = [
        (.cardInfo, info, cardInfo(order).bytes), (.holder, try await holder.read(.holder), order.holder.bytes),
        (.payoutKeyCertificate, try await holder.read(.payoutKeyCertificate), card.certificate.der),
        (.lines, try await holder.read(.lines), []), (.snapshot, try await holder.read(.snapshot), []),
      ]
      counter = try await holder.status().counter
    } catch {
      throw .session(error)
    }
    if let wrong = files.first(where: { $0.read != $0.written }) { throw .differs(wrong.0) }
    guard counter == 0 else { throw .used }
  }
}
