public import CardCrypto
public import ISO7816

/// Why a script can't be made.
public enum SCP03ScriptError: Error, Sendable {
  /// A cryptographic operation failed.
  case crypto(CryptoError)
  /// The commands are none, or others than STORE DATA and SET STATUS, or more than a script holds.
  case commands
  /// A field of the request is outside its bounds.
  case request
}

/// What a card's answers to a script prove.
public enum SCP03ScriptVerdict: Hashable, Sendable {
  /// Every command was obeyed, and the card has proven it: its answers, opened.
  case done([ResponseAPDU])
  /// Another card answered.
  case otherCard
  /// The card is in another session than the script was made for, by its own word, which
  /// ``SCP03Script/isGenuine(_:secrets:)`` checks. Nothing was changed.
  case otherCounter(UInt32)
  /// The card refused the command at `step` (0 is INITIALIZE UPDATE). Error status words carry no proof; the answers
  /// before it do.
  case refused(step: Int, status: StatusWord)
  /// The session was cut off. The card has proven the commands before `step`; whether it obeyed that one is not known.
  case cut(step: Int)
  /// The answer at `step` was not made by this card for this command.
  case notProven(step: Int)
}

/// A whole SCP03 session, computed before the card is there: where the card's challenge is pseudo-random (GPC Amendment
/// D §6.2.2.1, "i" b5) everything that the host sends follows from the keys, the host's challenge and the card's next
/// sequence counter. The one who plays it needs no key, and learns none.
///
/// The commands have the class octets of SCP03 without anything around it: 80 for INITIALIZE UPDATE, 84 for the others,
/// and these are what the C-MACs cover, with Lc in the form in which the command would be sent by itself. Inside a
/// session of ISO/IEC 7816-4 secure messaging the terminal wraps each of them once more: its class becomes 8C for all
/// of them, and the card, which knows by the instruction which commands are SCP03's, puts 84 back before it checks the
/// C-MAC. Inner lengths are not sent by themselves: the cryptogram and the object 97 hold the same data field and Ne,
/// so that both sides know the form that Lc has in the C-MAC.
public struct SCP03Script: Hashable, Sendable {
  /// The session the script is for.
  public let request: SCP03SessionRequest
  /// What travels.
  public let relayed: RelayedScript

  /// Computes the session.
  ///
  /// - Parameters:
  ///   - secrets: of the session that `request` names; used up.
  ///   - commands: plain, of class 80.
  public init(
    _ request: SCP03SessionRequest, secrets: consuming PredictedSCP03Session, commands: [CommandAPDU]
  ) throws(SCP03ScriptError) {
    guard request.serial.count == 10, (1...0xFF_FFFF).contains(request.sequenceCounter),
      (5...16).contains(request.application.count)
    else { throw .request }
    var protected = [
      CommandAPDU(
        cla: 0x80, ins: 0x50, p1: request.keyVersion, data: request.hostChallenge, expectedLength: 256)
    ]
    let expected: [UInt8]
    do throws(CryptoError) {
      let challenge = secrets.cardChallenge
      let keys = secrets.takeKeys()
      expected = Self.answer(request, challenge, keys.cardCryptogram)
      var session = SCP03HostSession(keys: keys, level: .full)
      protected.append(try session.authenticate())
      for command in commands { protected.append(try session.wrap(command)) }
    } catch {
      throw .crypto(error)
    }
    guard commands.allSatisfy({ $0.cla == 0x80 }),
      let relayed = RelayedScript(expectedAnswer: expected, commands: protected)
    else { throw .commands }
    self.request = request
    self.relayed = relayed
  }

  /// A script that was made before, read from what was kept of it.
  public init(_ request: SCP03SessionRequest, relayed: RelayedScript) {
    self.request = request
    self.relayed = relayed
  }

  /// GPC Amendment D §7.1.1.6.
  private static func answer(
    _ request: SCP03SessionRequest, _ challenge: [UInt8], _ cryptogram: [UInt8]
  ) -> [UInt8] {
    request.serial + [request.keyVersion, 0x03, request.mode.parameter] + challenge + cryptogram
      + [UInt8](bigEndian: request.sequenceCounter, width: 3)
  }

  /// What `answers` prove, given the secrets of the session that the script was made for.
  public func verify(
    _ answers: RelayedAnswers, secrets: consuming PredictedSCP03Session
  ) throws(SCP03ScriptError) -> SCP03ScriptVerdict {
    var session = try authenticated(secrets)
    if let verdict = opening(answers) { return verdict }
    var opened: [ResponseAPDU] = []
    for (step, command) in relayed.commands.enumerated().dropFirst(2) {
      guard step < answers.responses.count else { return .cut(step: step) }
      do throws(CryptoError) {
        try session.follow(command)
      } catch {
        throw .crypto(error)
      }
      let response = answers.responses[step]
      guard let plain = try? session.unwrap(response) else { return .notProven(step: step) }
      guard plain.status.isSuccess else { return .refused(step: step, status: plain.status) }
      opened.append(plain)
    }
    return answers.responses.count == relayed.commands.count
      ? .done(opened) : .notProven(step: relayed.commands.count)
  }

  /// The host's end after EXTERNAL AUTHENTICATE.
  private func authenticated(
    _ secrets: consuming PredictedSCP03Session
  ) throws(SCP03ScriptError) -> SCP03HostSession {
    do throws(CryptoError) {
      let keys = secrets.takeKeys()
      var session = SCP03HostSession(keys: keys, level: .full)
      _ = try session.authenticate()
      return session
    } catch {
      throw .crypto(error)
    }
  }

  /// What answers come to in which nothing is proven, and for which no key is needed; `nil` when an R-MAC decides.
  ///
  /// The answer to INITIALIZE UPDATE is foretold by the script and that to EXTERNAL AUTHENTICATE is a status word, so
  /// that whoever carried the script could have made both: the first answer with an R-MAC is the proof of all before.
  public func opening(_ answers: RelayedAnswers) -> SCP03ScriptVerdict? {
    let responses = answers.responses
    guard let first = responses.first else { return .cut(step: 0) }
    guard first.status.isSuccess else { return .refused(step: 0, status: first.status) }
    guard ConstantTime.areEqual(first.data, relayed.expectedAnswer) else {
      guard let update = SCP03InitializeUpdate(first.data, hostChallenge: request.hostChallenge) else {
        return .notProven(step: 0)
      }
      guard update.diversificationData == request.serial else { return .otherCard }
      guard let counter = update.sequenceCounter, counter != request.sequenceCounter else { return .notProven(step: 0) }
      return .otherCounter(counter)
    }
    guard responses.count > 1 else { return .cut(step: 1) }
    guard responses[1].status.isSuccess else { return .refused(step: 1, status: responses[1].status) }
    guard responses.count > 2 else { return .cut(step: 2) }
    guard !responses[2].status.isError || !responses[2].data.isEmpty else {
      return .refused(step: 2, status: responses[2].status)
    }
    return nil
  }

  /// Whether the first of `answers` was made by the card whose session `secrets` are of: of the counter that it told,
  /// and this script's host challenge.
  public func isGenuine(
    _ answers: RelayedAnswers, secrets: consuming PredictedSCP03Session
  ) throws(SCP03ScriptError) -> Bool {
    guard let first = answers.responses.first,
      let update = SCP03InitializeUpdate(first.data, hostChallenge: request.hostChallenge)
    else { return false }
    let isChallenge = ConstantTime.areEqual(update.cardChallenge, secrets.cardChallenge)
    let keys = secrets.takeKeys()
    return isChallenge && ConstantTime.areEqual(update.cardCryptogram, keys.cardCryptogram)
  }
}
