public import ISO7816
public import SecureChannel

/// A channel through a reader that does PACE itself (PC/SC part 10 amendment 1): it asks for the password on its own
/// pad, and from then on protects every command that goes through it.
///
/// The password never reaches this program, and neither do the session's keys: what follows is as trustworthy as the
/// reader and the way to it.
public protocol ReaderPACE: CardChannel {
  /// Lets the holder type a password on the reader's pad and opens a session with it. Over a session that the reader
  /// has opened before, the run goes through that one, and the new one takes its place.
  ///
  /// - Throws: ``CardSessionError/pace(_:)`` as PACE at this computer would; ``CardSessionError/channel(_:)`` when the
  ///   reader fails, or the holder cancels or does not type in time.
  func openPACE(_ reference: PACEPasswordReference) async throws(CardSessionError)
}

extension OpenedCard {
  /// Reads EF.CardAccess and lets the reader open a session: 1 APDU here, the rest is the reader's.
  ///
  /// Such a session proves nothing of a terminal and has no ephemeral keys: it reads, changes and unblocks the PIN, and
  /// takes completions, but never authorises a payout.
  ///
  /// - Parameter resumesWithCAN: a session with the CAN is opened first, which lets a suspended PIN be tried once more.
  public static func openByReader(
    _ channel: any ReaderPACE, _ reference: PACEPasswordReference, resumesWithCAN: Bool = false
  ) async throws(CardSessionError) -> OpenedCard {
    // Before anybody types: another kind of card would lose a try of its PIN.
    _ = try await securityInfos(channel, nil)
    if resumesWithCAN { try await channel.openPACE(.can) }
    try await channel.openPACE(reference)
    return OpenedCard(channel: channel, ephemeralPoints: [])
  }
}
