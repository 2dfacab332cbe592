public import CardCrypto
public import ISO7816

/// Why a PACE run ended without a session. Says no more than the card said.
public enum PACEError: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// The password was wrong; tries left when the card counts them.
  case wrongPassword(triesLeft: Int?)
  /// One try is left and it needs the CAN first (TR-03110-3 §2.4.2).
  case suspended
  /// No try is left.
  case blocked
  /// The password is not usable on this card now (6283, 6984).
  case deactivated
  /// The card refused `step` with a status of its own.
  case refused(step: String, status: StatusWord)
  /// The card accepted the password but did not prove that it knows it: not a genuine partner.
  case cardNotAuthentic
  /// The card's answer to `step` has not the form the protocol gives it.
  case malformedAnswer(step: String)
  /// The card does not offer the parameters this profile pins.
  case parametersNotOffered
  /// A cryptographic operation failed here.
  case crypto(CryptoError)
}

/// What a PACE run leaves behind.
public struct PACESession: Sendable {
  /// The protected channel.
  public let channel: SecureMessagingChannel
  /// The card's ephemeral key of step 3, uncompressed.
  public let cardEphemeral: [UInt8]
  /// The terminal's ephemeral key of step 3, uncompressed.
  public let terminalEphemeral: [UInt8]
  /// The trust anchors the card names for Terminal Authentication, newest first; none without a request (TR-03110-3
  /// B.11.1, DO 87 and 88).
  public let authorities: [HolderReference]
}

/// The terminal's side of PACE with ECDH and generic mapping (TR-03110-2 §3.2, ICAO 9303-11 §4.4).
public struct PACETerminal: Sendable {
  private let channel: any CardChannel
  private let parameters: PACEParameters
  private let random: any RandomSource

  /// A run over `channel` (plain, or protected by an earlier session) with pinned `parameters`.
  public init(_ channel: any CardChannel, parameters: PACEParameters, random: any RandomSource = SystemRandom()) {
    self.channel = channel
    self.parameters = parameters
    self.random = random
  }

  /// Runs MSE:Set AT and the four GENERAL AUTHENTICATE steps: 5 APDUs.
  ///
  /// - Parameters:
  ///   - reference: which password.
  ///   - password: its ASCII digits.
  ///   - request: what the terminal will prove to have by Terminal Authentication; the card confines it to that.
  ///   - base: when the run goes over an earlier session, the channel below that one, which the new session protects.
  public func run(
    _ reference: PACEPasswordReference, password: borrowing SecretBytes, request: RequestedAuthorization? = nil,
    over base: (any CardChannel)? = nil
  ) async throws(PACEError) -> PACESession {
    try await setAuthenticationTemplate(reference, request, isResuming: base != nil)
    let nonce = try await nonce(password: password)
    let generator = try await map(nonce: nonce)
    let agreement = try await agree(generator: generator)
    let (own, peer) = (agreement.own, agreement.peer)
    let keys = try agreement.keys(length: parameters.keyLength)
    let authorities = try await confirm(keys, own: own, peer: peer)
    let session = SecureMessagingChannel(base ?? channel, keys: keys)
    return PACESession(
      channel: session, cardEphemeral: peer, terminalEphemeral: own, authorities: authorities)
  }

  private func setAuthenticationTemplate(
    _ reference: PACEPasswordReference, _ request: RequestedAuthorization?, isResuming: Bool
  ) async throws(PACEError) {
    let objects =
      [BERTLV(0x80, parameters.oid), BERTLV(0x83, [reference.rawValue])] + (request?.objects ?? [])
      + [BERTLV(0x84, [parameters.curve.rawValue])]
    let response = try await send(CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: objects.flatMap(\.bytes)))
    switch response.status {
    case .success: return
    case .deactivated, .referenceDataNotUsable: throw .deactivated
    case .authenticationBlocked: throw .blocked
    case let status where status.triesLeft == 0: throw .blocked
    // Over a session with the CAN one try left is what is being resumed (TR-03110-3 §2.4.2).
    case let status where status.triesLeft == 1 && !isResuming: throw .suspended
    // 63CX is otherwise a warning only (TR-03110-3 B.11.1): the run goes on.
    case let status where status.triesLeft != nil: return
    default: throw .refused(step: "MSE:Set AT", status: response.status)
    }
  }

  private func nonce(password: borrowing SecretBytes) async throws(PACEError) -> SecretBytes {
    let cryptogram = try await step("nonce", request: nil, answer: 0x80)
    do throws(CryptoError) {
      let key = try SessionKDF.derive(password, .password, keyLength: parameters.keyLength)
      guard PACEParameters.isNonceLength(cryptogram.count) else { throw .blockLength(cryptogram.count) }
      var nonce = try AES.decryptCBC(cryptogram, key: key)
      return SecretBytes(taking: &nonce)
    } catch {
      throw .crypto(error)
    }
  }

  private func map(nonce: borrowing SecretBytes) async throws(PACEError) -> [UInt8] {
    let curve = parameters.curve
    let scalar = try crypto { () throws(CryptoError) in try curve.randomScalar(random) }
    let own = try crypto { () throws(CryptoError) in try curve.multiply(try curve.generator, by: scalar) }
    let peer = try await step("mapping", request: BERTLV(0x81, own), answer: 0x82)
    return try crypto { () throws(CryptoError) in
      let shared = try curve.multiply(peer, by: scalar)
      return try GenericMapping.generator(curve, nonce: nonce, shared: shared)
    }
  }

  private func agree(generator: [UInt8]) async throws(PACEError) -> Agreement {
    let curve = parameters.curve
    let scalar = try crypto { () throws(CryptoError) in try curve.randomScalar(random) }
    let own = try crypto { () throws(CryptoError) in try curve.multiply(generator, by: scalar) }
    let peer = try await step("key agreement", request: BERTLV(0x83, own), answer: 0x84)
    // TR-03110-2 §3.2: the two ephemeral keys must differ.
    guard peer != own else { throw .cardNotAuthentic }
    let secret = try crypto { () throws(CryptoError) in
      SecretBytes(try curve.multiply(peer, by: scalar)[1...curve.width])
    }
    return Agreement(secret: secret, own: own, peer: peer)
  }

  /// Exchanges the tokens.
  ///
  /// - Returns: the trust anchors that the card names.
  private func confirm(
    _ keys: borrowing SessionKeys, own: [UInt8], peer: [UInt8]
  ) async throws(PACEError) -> [HolderReference] {
    let token: [UInt8]
    let expected: [UInt8]
    do throws(CryptoError) {
      token = Array(try CMAC.tag(parameters.tokenInput(peer: peer), key: keys.mac).prefix(8))
      expected = Array(try CMAC.tag(parameters.tokenInput(peer: own), key: keys.mac).prefix(8))
    } catch {
      throw .crypto(error)
    }
    let answer = try await objects("authentication", request: BERTLV(0x85, token), last: true)
    guard let received = answer.first(where: { $0.tag == 0x86 }) else {
      throw .malformedAnswer(step: "authentication")
    }
    guard ConstantTime.areEqual(received.value, expected) else { throw .cardNotAuthentic }
    return [BERTag(rawValue: 0x87), 0x88].compactMap { tag in
      answer.first { $0.tag == tag }.flatMap { HolderReference($0.value) }
    }
  }

  /// One GENERAL AUTHENTICATE; the value of the one object the answer must carry.
  private func step(_ name: String, request: BERTLV?, answer: BERTag) async throws(PACEError) -> [UInt8] {
    let objects = try await objects(name, request: request)
    guard let object = objects.first(where: { $0.tag == answer }) else { throw .malformedAnswer(step: name) }
    return object.value
  }

  /// One GENERAL AUTHENTICATE; the objects of the answer's template.
  private func objects(
    _ name: String, request: BERTLV?, last: Bool = false
  ) async throws(PACEError) -> [BERTLV] {
    let data = BERTLV(0x7C, request.map { [$0] } ?? []).bytes
    let response = try await send(
      CommandAPDU(cla: last ? 0x00 : 0x10, ins: 0x86, data: data, expectedLength: 256))
    switch response.status {
    case .success: break
    case .authenticationFailed: throw .wrongPassword(triesLeft: nil)
    case .authenticationBlocked: throw .blocked
    case let status where status.triesLeft != nil: throw .wrongPassword(triesLeft: status.triesLeft)
    default: throw .refused(step: name, status: response.status)
    }
    guard let template = try? BERTLV(parsing: response.data), template.tag == 0x7C,
      let objects = try? template.children()
    else { throw .malformedAnswer(step: name) }
    return objects
  }

  private func send(_ command: CommandAPDU) async throws(PACEError) -> ResponseAPDU {
    do {
      return try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
  }

  private func crypto<Value: ~Copyable>(
    _ body: () throws(CryptoError) -> Value
  ) throws(PACEError) -> Value {
    do {
      return try body()
    } catch {
      throw .crypto(error)
    }
  }
}

/// What step 3 gives: the shared secret and both ephemeral keys.
private struct Agreement: ~Copyable {
  let secret: SecretBytes
  let own: [UInt8]
  let peer: [UInt8]

  func keys(length: Int) throws(PACEError) -> SessionKeys {
    do {
      return try SessionKeys(sharedSecret: secret, keyLength: length)
    } catch {
      throw .crypto(error)
    }
  }
}
