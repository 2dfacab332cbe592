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
    self.hostChallenge = hostChallenge
  }
}

/// The host's side of SCP03 in S8 and S16 mode (GPC Amendment D v1.2): a channel over a channel.
///
/// The first failure of a check ends the session.
public actor SCP03Host: CardChannel {
  private let base: any CardChannel
  private let keys: SCP03SessionKeys
  private let level: SCP03SecurityLevel
  private var counters = SCP03Counters()
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

  /// Checks the card's cryptogram and authenticates to it: EXTERNAL AUTHENTICATE.
  ///
  /// - Parameter session: the keys that a ``KeyCustodian`` gave for this answer.
  /// - Throws: ``SCP03Error/wrongKeys`` before anything is sent when `session` are not the card's.
  public static func open(
    _ base: any CardChannel, answering update: SCP03InitializeUpdate, session: consuming SCP03SessionKeys,
    level: SCP03SecurityLevel = .full
  ) async throws(SCP03Error) -> SCP03Host {
    guard ConstantTime.areEqual(session.cardCryptogram, update.cardCryptogram) else { throw .wrongKeys }
    let command: CommandAPDU
    var counters = SCP03Counters()
    do throws(CryptoError) {
      let header: [UInt8] = [0x84, 0x82, level.rawValue, 0x00]
      let length = update.mode.length
      let input = scp03CommandMACInput(
        chaining: counters.chaining, header: header, data: session.hostCryptogram, macLength: length)
      counters.chaining = try CMAC.tag(input, key: session.mac)
      command = CommandAPDU(
        cla: 0x84, ins: 0x82, p1: level.rawValue, data: session.hostCryptogram + counters.chaining.prefix(length))
    } catch {
      throw .crypto(error)
    }
    let host = SCP03Host(base, keys: session, level: level, counters: counters)
    let response = try await send(base, command)
    guard response.status.isSuccess else { throw .refused(step: "EXTERNAL AUTHENTICATE", status: response.status) }
    return host
  }

  private init(
    _ base: any CardChannel, keys: consuming SCP03SessionKeys, level: SCP03SecurityLevel, counters: SCP03Counters
  ) {
    self.base = base
    self.keys = keys
    self.level = level
    self.counters = counters
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
      protected = try wrap(command)
    } catch {
      throw .transport(error)
    }
    guard protected.data.count <= CommandAPDU.maximumDataLength else { throw .tooLong(protected.data.count) }
    return try unwrap(try await base.transmit(protected))
  }

  private func wrap(_ command: CommandAPDU) throws(CryptoError) -> CommandAPDU {
    var data = command.data
    counters.encryption.increment()
    if level.contains(.commandEncryption), !data.isEmpty {
      let iv = try AES.encryptBlock(counters.block(response: false), key: keys.encryption)
      data = try AES.encryptCBC(Padding.add(data), key: keys.encryption, iv: iv)
    }
    var protected = command
    protected.cla |= 0x04
    // The length fields as they will be sent: with the MAC at the end of the data.
    let length = keys.mode.length
    protected.data = data + [UInt8](repeating: 0, count: length)
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: protected.header, data: data, macLength: length,
      isExtended: protected.isExtended)
    counters.chaining = try CMAC.tag(input, key: keys.mac)
    protected.data = data + counters.chaining.prefix(length)
    return protected
  }

  private func unwrap(_ response: ResponseAPDU) throws(CardChannelError) -> ResponseAPDU {
    // Error status words carry no R-MAC (§6.2.5); warnings and 9000 do.
    guard level.contains(.responseMAC), !response.status.isError else {
      guard response.data.isEmpty || !level.contains(.responseMAC) else {
        throw .secureMessaging(reason: "data under an error status")
      }
      return response
    }
    let length = keys.mode.length
    guard response.data.count >= length else { throw .secureMessaging(reason: "answer without an R-MAC") }
    var data = Array(response.data.dropLast(length))
    let input = counters.chaining + data + response.status.bytes
    let mac = response.data.suffix(length)
    guard (try? CMAC.verify(mac, of: input, key: keys.responseMAC, length: length)) == true else {
      throw .secureMessaging(reason: "R-MAC does not verify")
    }
    if level.contains(.responseEncryption), !data.isEmpty {
      guard let iv = try? AES.encryptBlock(counters.block(response: true), key: keys.encryption),
        let padded = try? AES.decryptCBC(data, key: keys.encryption, iv: iv), let plain = Padding.remove(padded)
      else { throw .secureMessaging(reason: "R-ENC does not open") }
      data = plain
    }
    return ResponseAPDU(data: data, status: response.status)
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
