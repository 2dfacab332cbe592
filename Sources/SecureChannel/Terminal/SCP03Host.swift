public import CardCrypto
public import ISO7816

/// Why an SCP03 session with a card did not come about.
public enum SCP03Error: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// The card refused `step`.
  case refused(step: String, status: StatusWord)
  /// The answer to INITIALIZE UPDATE has not the form of §7.1.1, or is not SCP03.
  case malformedAnswer
  /// The card answers in another mode than the one it was asked for. Nothing falls back to it.
  case otherMode(wanted: SCP03Mode, offered: SCP03Mode)
  /// The card's cryptogram does not verify: the keys here are not those of this card. Each try costs the card one.
  case wrongKeys
  /// A cryptographic operation failed here.
  case crypto(CryptoError)
}

/// What a card says in answer to INITIALIZE UPDATE (GPC Amendment D §7.1.1.6).
///
/// Layout: diversification data(10) ‖ key version, 03, i(3) ‖ card challenge(n) ‖ card cryptogram(n)
/// [‖ sequence counter(3)]; n is 8, or 16 when "i" has b1 (S16).
public struct SCP03InitializeUpdate: Sendable {
  /// Key diversification data, 10 octets.
  public let diversificationData: [UInt8]
  /// Key version number.
  public let keyVersion: UInt8
  /// The mode the card answers in.
  public let mode: SCP03Mode
  /// Card challenge, as long as the mode says.
  public let cardChallenge: [UInt8]
  /// Card cryptogram, as long as the mode says.
  public let cardCryptogram: [UInt8]
  /// The card's sequence counter in this session; `nil` when the card does not tell it.
  public let sequenceCounter: UInt32?
  /// The challenge this was the answer to.
  public let hostChallenge: [UInt8]

  /// What a key custodian derives session keys from.
  public var challenge: SCP03Challenge {
    SCP03Challenge(mode: mode, host: hostChallenge, card: cardChallenge, cardCryptogram: cardCryptogram)
  }

  init?(_ data: [UInt8], hostChallenge: [UInt8]) {
    guard data.count > 13, data[11] == 0x03 else { return nil }
    mode = SCP03Mode(parameter: data[12])
    let start = 13
    let end = start + 2 * mode.length
    guard data.count == end || data.count == end + 3 else { return nil }
    diversificationData = Array(data[0..<10])
    keyVersion = data[10]
    cardChallenge = Array(data[start..<start + mode.length])
    cardCryptogram = Array(data[start + mode.length..<end])
    sequenceCounter = data[end...].bigEndianValue.flatMap { data.count == end ? nil : UInt32($0) }
    self.hostChallenge = hostChallenge
  }
}

/// The host's side of SCP03 in S8 and S16 mode (GPC Amendment D v1.2): a channel over a channel.
///
/// The first failure of a check ends the session.
public actor SCP03Host: CardChannel {
  private let base: any CardChannel
  private var session: SCP03HostSession
  private var isOpen = true
  private let gate = ExchangeGate()

  /// Asks the card for its challenge: INITIALIZE UPDATE with key version `keyVersion` (0 = the card's first).
  ///
  /// The mode is the caller's, for the length of the host's challenge depends on it.
  ///
  /// - Throws: ``SCP03Error/otherMode(wanted:offered:)`` when the card answers in the other mode.
  public static func initialize(
    _ base: any CardChannel, mode: SCP03Mode = .s8, keyVersion: UInt8 = 0, random: any RandomSource = SystemRandom()
  ) async throws(SCP03Error) -> SCP03InitializeUpdate {
    let challenge: [UInt8]
    do {
      challenge = try random.bytes(mode.length)
    } catch {
      throw .crypto(error)
    }
    let command = CommandAPDU(cla: 0x80, ins: 0x50, p1: keyVersion, data: challenge, expectedLength: 256)
    let response = try await Self.send(base, command)
    guard response.status.isSuccess else { throw .refused(step: "INITIALIZE UPDATE", status: response.status) }
    guard let answer = SCP03InitializeUpdate(response.data, hostChallenge: challenge) else { throw .malformedAnswer }
    guard answer.mode == mode else { throw .otherMode(wanted: mode, offered: answer.mode) }
    return answer
  }

  /// Derives session keys from static ones, and opens the session with them: for keys that are no secret of ours.
  ///
  /// - Throws: ``SCP03Error/wrongKeys`` before anything is sent when `staticKeys` are not the card's.
  public static func open(
    _ base: any CardChannel, answering update: SCP03InitializeUpdate, keys staticKeys: borrowing SCP03KeySet,
    level: SCP03SecurityLevel = .full
  ) async throws(SCP03Error) -> SCP03Host {
    let session: SCP03SessionKeys
    do throws(CryptoError) {
      session = try SCP03SessionKeys(
        keys: staticKeys, mode: update.mode, hostChallenge: update.hostChallenge, cardChallenge: update.cardChallenge)
    } catch {
      throw .crypto(error)
    }
    return try await open(base, answering: update, session: session, level: level)
  }

  /// Step of ``SCP03Error/refused(step:status:)`` in which the card refused this side's cryptogram: a try is gone.
  public static let authentication = "EXTERNAL AUTHENTICATE"

  /// Checks the card's cryptogram and authenticates to it: EXTERNAL AUTHENTICATE.
  ///
  /// - Parameter session: the keys that a ``KeyCustodian`` gave for this answer.
  /// - Throws: ``SCP03Error/wrongKeys`` before anything is sent when `session` are not the card's.
  public static func open(
    _ base: any CardChannel, answering update: SCP03InitializeUpdate, session: consuming SCP03SessionKeys,
    level: SCP03SecurityLevel = .full
  ) async throws(SCP03Error) -> SCP03Host {
    guard ConstantTime.areEqual(session.cardCryptogram, update.cardCryptogram) else { throw .wrongKeys }
    let host: SCP03Host
    let command: CommandAPDU
    do throws(CryptoError) {
      var opening = SCP03HostSession(keys: session, level: level)
      command = try opening.authenticate()
      host = SCP03Host(base, opening)
    } catch {
      throw .crypto(error)
    }
    let response = try await send(base, command)
    guard response.status.isSuccess else { throw .refused(step: Self.authentication, status: response.status) }
    return host
  }

  private init(_ base: any CardChannel, _ session: consuming SCP03HostSession) {
    self.base = base
    self.session = session
  }

  /// Protects, sends and checks one exchange.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await gate.exclusively { () async throws(CardChannelError) in
      do throws(CardChannelError) {
        return try await exchange(command)
      } catch {
        isOpen = false
        throw error
      }
    }
  }

  private func exchange(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard isOpen else { throw .sessionEnded }
    let protected: CommandAPDU
    do {
      protected = try session.wrap(command)
    } catch {
      throw .transport(error)
    }
    guard protected.data.count <= CommandAPDU.maximumDataLength else { throw .tooLong(protected.data.count) }
    let response = try await base.transmit(protected)
    return try session.unwrap(response)
  }

  private static func send(
    _ base: any CardChannel, _ command: CommandAPDU
  ) async throws(SCP03Error) -> ResponseAPDU {
    do {
      return try await base.transmit(command)
    } catch {
      throw .channel(error)
    }
  }
}
