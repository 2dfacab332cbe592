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
  /// Reads a finished card as a stranger would: opens it with the printed CAN, proves that the transport PIN and the
  /// PUK are what was printed, and compares what the files say with what was ordered.
  ///
  /// The transport PIN and the PUK serve PIN management only, so that the holder's files need a terminal that proves
  /// itself; without `terminal` they are left unread. A card that fails here must not be handed over.
  ///
  /// - Parameter terminal: the office's own, with a payout right and *CAN allowed*.
  public func readBack(
    _ channel: any CardChannel, _ order: PersonalisationOrder, _ card: PersonalisedCard,
    terminal: TerminalAccess? = nil
  ) async throws(ReadBackError) {
    var files: [(PayoutFile, read: [UInt8], written: [UInt8])]
    var counter: UInt32 = 0
    do throws(CardSessionError) {
      let stranger = try await CardSession.open(
        channel, .can, password: card.secrets.can, parameters: pace, terminal: terminal, random: random)
      files = [(.cardInfo, try await stranger.read(.cardInfo), order.cardInfo(profile).bytes)]
      if terminal != nil {
        files += [
          (.holder, try await stranger.read(.holder), order.holder.bytes),
          (.payoutKeyCertificate, try await stranger.read(.payoutKeyCertificate), card.certificate.der),
          (.lines, try await stranger.read(.lines), []),
        ]
        counter = try await stranger.status().counter
      }
    } catch {
      throw .session(error)
    }
    if let wrong = files.first(where: { $0.read != $0.written }) { throw .differs(wrong.0) }
    guard counter == 0 else { throw .used }
    // Only now: on somebody else's card each would cost a try. EF.CardAccess is not read again for it.
    let password = PACETerminal(channel, parameters: pace, random: random)
    do {
      _ = try await password.run(.pin, password: card.secrets.pin)
      _ = try await password.run(.puk, password: card.secrets.puk)
    } catch {
      throw .session(.pace(error))
    }
  }

  /// What the profile pins: a card that offers something else is not what was ordered.
  private var pace: PACEParameters { .ecdhGM(profile.curve, profile.policy.paceKeyLength) }
}
