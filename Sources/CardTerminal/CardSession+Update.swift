public import ISO7816
public import SecureChannel

/// What came of playing an update of the issuing office.
public struct PlayedUpdate: Sendable {
  /// Where it ended.
  public enum End: Sendable {
    /// Every command was answered 9000. Whether the card meant it, the office finds by the R-MACs.
    case played
    /// The card is another, or in another session of its own, than the script was made for: nothing was changed.
    case otherSession
    /// The card refused a command.
    case refused(StatusWord)
    /// The way to the card failed.
    case interrupted(CardChannelError)
  }

  /// The answers as far as they came: what the office verifies.
  public let answers: RelayedAnswers
  /// Where it ended.
  public let end: End
}

extension CardSession {
  /// Plays a script of the issuing office inside this session (`card-application` §1): the session's own secure
  /// messaging goes around each command, whose class becomes 8C.
  ///
  /// Stops at the first answer that is not 9000, and after INITIALIZE UPDATE when its answer is not the one that the
  /// script was made for: EXTERNAL AUTHENTICATE would then cost the card a try.
  public func relay(_ script: RelayedScript) async -> PlayedUpdate {
    var responses: [ResponseAPDU] = []
    func ended(_ end: PlayedUpdate.End) -> PlayedUpdate {
      // Answers beyond what the office takes are of a card that does not answer an update at all.
      PlayedUpdate(answers: RelayedAnswers(responses) ?? RelayedAnswers.none, end: end)
    }
    for (step, command) in script.commands.enumerated() {
      let response: ResponseAPDU
      do throws(CardChannelError) {
        response = try await channel.transmit(command.inPlainClass)
      } catch {
        return ended(.interrupted(error))
      }
      responses.append(response)
      guard response.status.isSuccess else { return ended(.refused(response.status)) }
      guard step > 0 || response.data == script.expectedAnswer else { return ended(.otherSession) }
    }
    return ended(.played)
  }
}

extension CommandAPDU {
  /// Class 80: the session's secure messaging makes 8C of it, in which SCP03's own bit has no place; the card puts it
  /// back.
  fileprivate var inPlainClass: CommandAPDU {
    var command = self
    command.cla = 0x80
    return command
  }
}
