public import CardCrypto
public import ISO7816

/// The card's side of PACE with ECDH and generic mapping (TR-03110-2 §3.2, TR-03110-3 B.11).
///
/// A state machine over the four GENERAL AUTHENTICATE steps. It knows nothing of retry counters: the card takes a try
/// from its counter before it calls ``authenticate(token:)``.
public struct PACECard: ~Copyable, Sendable {
  private enum Step { case nonce, mapping, agreement, authentication, done }

  /// The protocol variant of this run.
  public let parameters: PACEParameters
  private let random: any RandomSource
  private let passwordKey: SecretBytes
  private var step = Step.nonce
  private var nonce: SecretBytes?
  private var generator: [UInt8] = []
  private var keys: SessionKeys?
  /// The card's ephemeral key of step 3, uncompressed.
  public private(set) var cardEphemeral: [UInt8] = []
  /// The terminal's ephemeral key of step 3, uncompressed.
  public private(set) var terminalEphemeral: [UInt8] = []

  /// A run for `password`, its ASCII digits.
  public init(
    parameters: PACEParameters, password: borrowing SecretBytes, random: any RandomSource
  ) throws(CryptoError) {
    self.parameters = parameters
    self.random = random
    passwordKey = try SessionKDF.derive(password, .password, keyLength: parameters.keyLength)
  }

  /// Whether the next GENERAL AUTHENTICATE is the one that carries the terminal's token.
  public var expectsToken: Bool { step == .authentication }

  /// Answers the objects of one 7C template of steps 1 to 3.
  ///
  /// - Returns: the objects of the answering 7C template.
  /// - Throws: ``PACECardError`` — the run is over then.
  public mutating func answer(_ objects: [BERTLV]) throws(PACECardError) -> [BERTLV] {
    do throws(CryptoError) {
      switch step {
      case .nonce:
        guard objects.isEmpty else { throw .malformed("nonce request") }
        return [BERTLV(0x80, try encryptedNonce())]
      case .mapping:
        guard objects.count == 1, objects[0].tag == 0x81 else { throw .malformed("mapping data") }
        return [BERTLV(0x82, try map(objects[0].value))]
      case .agreement:
        guard objects.count == 1, objects[0].tag == 0x83 else { throw .malformed("ephemeral key") }
        return [BERTLV(0x84, try agree(objects[0].value))]
      case .authentication, .done:
        throw .malformed("step")
      }
    } catch {
      step = .done
      throw .refused(error)
    }
  }

  /// Step 4: compares the terminal's token and gives the card's.
  ///
  /// - Returns: the card's token of 8 octets and the session keys, or `nil` for a wrong token. Either way the run is
  ///   over.
  public mutating func authenticate(token: [UInt8]) throws(PACECardError) -> PACECardResult? {
    guard step == .authentication, let keys = self.keys.take() else { throw .refused(.malformed("step")) }
    step = .done
    do throws(CryptoError) {
      let expected = try CMAC.tag(parameters.tokenInput(peer: cardEphemeral), key: keys.mac).prefix(8)
      guard ConstantTime.areEqual(token, expected) else { return nil }
      let own = try CMAC.tag(parameters.tokenInput(peer: terminalEphemeral), key: keys.mac).prefix(8)
      return PACECardResult(token: Array(own), keys: keys)
    } catch {
      throw .refused(error)
    }
  }

  private mutating func encryptedNonce() throws(CryptoError) -> [UInt8] {
    let fresh = try random.secret(parameters.nonceLength)
    let key = passwordKey.copy()
    let cryptogram = try fresh.withOctets { (octets) throws(CryptoError) in try AES.encryptCBC(octets, key: key) }
    nonce = consume fresh
    step = .mapping
    return cryptogram
  }

  private mutating func map(_ terminalPoint: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard let nonce = self.nonce.take() else { throw .malformed("step") }
    let scalar = try parameters.curve.randomScalar(random)
    let own = try parameters.curve.multiply(try parameters.curve.generator, by: scalar)
    let shared = try parameters.curve.multiply(terminalPoint, by: scalar)
    generator = try GenericMapping.generator(parameters.curve, nonce: nonce, shared: shared)
    step = .agreement
    return own
  }

  private mutating func agree(_ terminalPoint: [UInt8]) throws(CryptoError) -> [UInt8] {
    let curve = parameters.curve
    let scalar = try curve.randomScalar(random)
    cardEphemeral = try curve.multiply(generator, by: scalar)
    terminalEphemeral = terminalPoint
    guard cardEphemeral != terminalPoint else { throw .invalidPoint }
    let shared = SecretBytes(try curve.multiply(terminalPoint, by: scalar)[1...curve.width])
    keys = try SessionKeys(sharedSecret: shared, keyLength: parameters.keyLength)
    step = .authentication
    return cardEphemeral
  }
}

/// What the card has after a good run.
public struct PACECardResult: ~Copyable, Sendable {
  /// The card's authentication token, 8 octets.
  public let token: [UInt8]
  /// Session keys.
  public let keys: SessionKeys

  /// Ends the result's life and hands its keys over.
  public consuming func takeKeys() -> SessionKeys { keys }
}

/// Why the card ends a PACE run before the token.
public enum PACECardError: Error, Hashable, Sendable {
  /// Wrong order, wrong objects or a point that is not on the curve.
  case refused(CryptoError)
}
