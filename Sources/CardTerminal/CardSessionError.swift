public import CardApplication
public import ISO7816
public import SecureChannel

/// Why a step with a card failed.
public enum CardSessionError: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// No session: wrong password, blocked, not a card of this scheme.
  case pace(PACEError)
  /// The terminal or the chip could not prove itself.
  case eac(EACError)
  /// The card does not know the application or answers like another kind of card.
  case notThisScheme
  /// The card refused a command.
  case refused(command: String, status: StatusWord)
  /// The card's answer has not the layout it should have.
  case malformedAnswer(command: String, LayoutError)
  /// The certificate is not about the order, the card or the session it was asked for in.
  case foreignCertificate
  /// The reader has opened the session and keeps its ephemeral keys to itself, so that no certificate could be tied to
  /// it: nothing was asked of the card.
  case untiedSession
}
