public import CardCrypto
public import ISO7816

/// The card's side of SCP03: pseudo-random challenge, R-MAC and R-ENC, i = 70 in S8 and 71 in S16 mode
/// (GPC Amendment D v1.2).
public struct SCP03Card: ~Copyable, Sendable {
  private let keys: SCP03SessionKeys
  private var level: SCP03SecurityLevel = []
  private var counters = SCP03Counters()
  private var isAuthenticated = false
  private var isOver = false
  /// The answer to INITIALIZE UPDATE, 32 octets in S8 mode and 48 in S16 mode.
  public let initializeUpdateAnswer: [UInt8]

  /// Answers INITIALIZE UPDATE.
  ///
  /// - Parameters:
  ///   - keys: the card's static keys.
  ///   - mode: the mode the card is in; the host's challenge must have its length.
  ///   - diversificationData: 10 octets.
  ///   - sequenceCounter: 3 octets, one more than at the last session (§7.1.1.6).
  ///   - aid: of the security domain, which enters the pseudo-random challenge (§6.2.2.1).
  public init(
    keys: borrowing SCP03KeySet, mode: SCP03Mode = .s8, hostChallenge: [UInt8], diversificationData: [UInt8],
    sequenceCounter: UInt32, aid: [UInt8]
  ) throws(CryptoError) {
    let challenge = try SCP03SessionRequest.cardChallenge(
      keys: keys, mode: mode, sequenceCounter: sequenceCounter, application: aid)
    try self.init(
      keys: keys, mode: mode, hostChallenge: hostChallenge, diversificationData: diversificationData,
      sequenceCounter: sequenceCounter, cardChallenge: challenge)
  }

  /// With a challenge from elsewhere, as recorded sessions have it.
  init(
    keys: borrowing SCP03KeySet, mode: SCP03Mode, hostChallenge: [UInt8], diversificationData: [UInt8],
    sequenceCounter: UInt32, cardChallenge: [UInt8]
  ) throws(CryptoError) {
    self.keys = try SCP03SessionKeys(
      keys: keys, mode: mode, hostChallenge: hostChallenge, cardChallenge: cardChallenge)
    initializeUpdateAnswer =
      diversificationData + [keys.version, 0x03, mode.parameter] + cardChallenge + self.keys.cardCryptogram
      + [UInt8](bigEndian: sequenceCounter, width: 3)
  }

  /// Checks EXTERNAL AUTHENTICATE (84 82 level 00, data = host cryptogram(n) ‖ C-MAC(n)).
  ///
  /// - Returns: whether the host knows the keys. After `false` the session is over.
  public mutating func authenticate(_ command: CommandAPDU) throws(CryptoError) -> Bool {
    guard !isOver, try checkAuthentication(command) else {
      isOver = true
      return false
    }
    return true
  }

  private mutating func checkAuthentication(_ command: CommandAPDU) throws(CryptoError) -> Bool {
    let length = keys.mode.length
    guard !isAuthenticated, command.cla == 0x84, command.data.count == 2 * length, command.p2 == 0,
      [0x01, 0x03, 0x11, 0x13, 0x33].contains(command.p1)
    else { return false }
    let cryptogram = Array(command.data.prefix(length))
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: command.header, data: cryptogram, macLength: length)
    let tag = try CMAC.tag(input, key: keys.mac)
    let macIsRight = ConstantTime.areEqual(tag.prefix(length), command.data.suffix(length))
    let cryptogramIsRight = ConstantTime.areEqual(cryptogram, keys.hostCryptogram)
    guard macIsRight, cryptogramIsRight else { return false }
    counters.chaining = tag
    level = SCP03SecurityLevel(rawValue: command.p1)
    isAuthenticated = true
    return true
  }

  /// Checks and opens one command of the session; the plain command has class 80.
  ///
  /// - Throws: ``SecureMessagingRefusal`` with 6982 (not authenticated), 6987 or 6988. The session is over then.
  public mutating func unwrap(_ command: CommandAPDU) throws(SecureMessagingRefusal) -> CommandAPDU {
    guard isAuthenticated, !isOver else { throw SecureMessagingRefusal(status: .securityStatusNotSatisfied) }
    do throws(SecureMessagingRefusal) {
      return try open(command)
    } catch {
      isOver = true
      throw error
    }
  }

  private mutating func open(_ command: CommandAPDU) throws(SecureMessagingRefusal) -> CommandAPDU {
    let length = keys.mode.length
    guard command.cla & 0x04 != 0, command.data.count >= length else {
      throw SecureMessagingRefusal(status: .secureMessagingObjectsMissing)
    }
    var data = Array(command.data.dropLast(length))
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: command.header, data: data, macLength: length,
      isExtended: command.isExtended)
    guard let tag = try? CMAC.tag(input, key: keys.mac),
      ConstantTime.areEqual(tag.prefix(length), command.data.suffix(length))
    else { throw SecureMessagingRefusal(status: .secureMessagingObjectsIncorrect) }
    counters.chaining = tag
    counters.encryption.increment()
    if level.contains(.commandEncryption), !data.isEmpty {
      guard let iv = try? AES.encryptBlock(counters.block(response: false), key: keys.encryption),
        let padded = try? AES.decryptCBC(data, key: keys.encryption, iv: iv), let plain = Padding.remove(padded)
      else { throw SecureMessagingRefusal(status: .secureMessagingObjectsIncorrect) }
      data = plain
    }
    return CommandAPDU(
      cla: command.cla & ~0x04, ins: command.ins, p1: command.p1, p2: command.p2, data: data,
      expectedLength: command.expectedLength)
  }

  /// Protects a response as the session's level says; error status words stay bare.
  public mutating func wrap(_ response: ResponseAPDU) throws(CryptoError) -> ResponseAPDU {
    guard level.contains(.responseMAC), !response.status.isError else { return response }
    var data = response.data
    if level.contains(.responseEncryption), !data.isEmpty {
      let iv = try AES.encryptBlock(counters.block(response: true), key: keys.encryption)
      data = try AES.encryptCBC(Padding.add(data), key: keys.encryption, iv: iv)
    }
    let mac = try CMAC.tag(counters.chaining + data + response.status.bytes, key: keys.responseMAC)
    return ResponseAPDU(data: data + mac.prefix(keys.mode.length), status: response.status)
  }
}
