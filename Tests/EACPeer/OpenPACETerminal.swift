public import ISO7816

/// Why a run of ``OpenPACETerminal`` ended.
public enum OpenPACEError: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// libeac refused a step.
  case library(LibraryError)
  /// The card refused `step`.
  case refused(step: String, status: StatusWord)
  /// The card's answer to `step` has not the form of the protocol.
  case malformedAnswer(step: String)
  /// The card's token of `step` is wrong.
  case wrongToken(step: String)
  /// What must come before has not been done, or EF.CardAccess does not offer it.
  case notReady(step: String)
}

/// A terminal whose cryptography is OpenPACE's: PACE, Terminal Authentication 2, Chip Authentication 2 and secure
/// messaging (TR-03110-2 §3.2–3.4, TR-03110-3 Annexes B and F).
///
/// It shares nothing with the product but the octets of APDUs and data objects.
public actor OpenPACETerminal: CardChannel {
  private let card: any CardChannel
  private let cardAccess: [UInt8]
  private let gate = ExchangeGate()
  private var session: EACContext?
  private var terminalKey: [UInt8]?
  /// The card's key of PACE step 3, uncompressed.
  public private(set) var cardEphemeral: [UInt8] = []
  /// The terminal's key of PACE step 3, uncompressed.
  public private(set) var terminalEphemeral: [UInt8] = []
  /// The trust anchors that the card named at the end of PACE (87 and 88), newest first.
  public private(set) var certificationAuthorities: [[UInt8]] = []

  /// A terminal over `card` that has read `cardAccess`, the file EF.CardAccess.
  public init(_ card: any CardChannel, cardAccess: [UInt8]) {
    self.card = card
    self.cardAccess = cardAccess
  }

  /// Runs PACE, in the clear or inside the session there is, whose place the new one takes.
  ///
  /// - Parameters:
  ///   - passwordReference: 1 MRZ, 2 CAN, 3 PIN, 4 PUK.
  ///   - password: its characters.
  ///   - chat: the whole object 7F4C, when Terminal Authentication shall follow.
  public func pace(
    passwordReference: UInt8, password: [UInt8], chat: [UInt8]? = nil
  ) async throws(OpenPACEError) {
    let context = try library { () throws(LibraryError) in try EACContext(cardAccess: cardAccess) }
    let data = try library { () throws(LibraryError) in
      BERTLV(0x80, try context.paceProtocol).bytes + BERTLV(0x83, [passwordReference]).bytes
        + BERTLV(0x84, [context.paceParameterID]).bytes + (chat ?? [])
    }
    let response = try await exchange(CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: data))
    guard response.status.isSuccess || response.status.triesLeft.map({ $0 > 0 }) == true else {
      throw .refused(step: "MSE:Set AT", status: response.status)
    }
    let nonce = try await step("nonce", nil, answer: 0x80)
    let own = try library { () throws(LibraryError) in
      try context.decryptNonce(nonce, password: password)
      return try context.mappingData()
    }
    let peer = try await step("mapping", BERTLV(0x81, own), answer: 0x82)
    let ephemeral = try library { () throws(LibraryError) in
      try context.mapGenerator(peer: peer)
      return try context.paceEphemeral()
    }
    let cardEphemeral = try await step("key agreement", BERTLV(0x83, ephemeral), answer: 0x84)
    let token = try library { () throws(LibraryError) in
      try context.derivePACEKeys(peer: cardEphemeral)
      return try context.token(peer: cardEphemeral)
    }
    try await finishPACE(context, token)
    self.cardEphemeral = cardEphemeral
    terminalEphemeral = ephemeral
  }

  private func finishPACE(_ context: EACContext, _ token: [UInt8]) async throws(OpenPACEError) {
    let answer = try await objects("authentication", BERTLV(0x85, token), isLast: true)
    guard let cardToken = answer.first, cardToken.tag == 0x86 else { throw .malformedAnswer(step: "authentication") }
    guard try library({ () throws(LibraryError) in try context.verify(token: cardToken.value) }) else {
      throw .wrongToken(step: "PACE")
    }
    try library { () throws(LibraryError) in try context.startMessaging(.pace) }
    certificationAuthorities = answer.filter { $0.tag == 0x87 || $0.tag == 0x88 }.map(\.value)
    terminalKey = nil
    session = context
  }

  /// Proves the right of this terminal (TR-03110-3 B.3).
  ///
  /// - Parameters:
  ///   - certificates: from the one that the card's trust anchor has signed to the terminal's own; whole objects 7F21.
  ///   - privateKeyPKCS8: the terminal's.
  ///   - auxiliaryData: the whole object 67, or empty.
  public func terminalAuthentication(
    certificates: [[UInt8]], privateKeyPKCS8: [UInt8], auxiliaryData: [UInt8] = []
  ) async throws(OpenPACEError) {
    guard let session, let own = certificates.last,
      try library({ () throws(LibraryError) in
        try session.chipAuthenticationProtocol
      }) != nil
    else { throw .notReady(step: "terminal authentication") }
    for certificate in certificates { try await verify(certificate) }
    let holder = try reference(0x5F20, own)
    let (algorithm, ephemeral) = try library { () throws(LibraryError) in
      try session.prepareTerminalAuthentication(certificate: own, privateKey: privateKeyPKCS8)
      return (try session.terminalAuthenticationProtocol, try session.terminalEphemeral())
    }
    let data =
      BERTLV(0x80, algorithm).bytes + BERTLV(0x83, holder).bytes + auxiliaryData + BERTLV(0x91, ephemeral).bytes
    try await succeed("MSE:Set AT", CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xA4, data: data))
    let challenge = try await succeed("GET CHALLENGE", CommandAPDU(ins: 0x84, expectedLength: 8))
    let cardEphemeral = cardEphemeral
    let signature = try library { () throws(LibraryError) in
      try session.take(challenge: challenge)
      return try session.sign(
        ephemeral: ephemeral, cardIdentifier: session.cardIdentifier(cardEphemeral), auxiliaryData: auxiliaryData)
    }
    try await succeed("EXTERNAL AUTHENTICATE", CommandAPDU(ins: 0x82, data: signature))
    terminalKey = ephemeral
  }

  private func verify(_ certificate: [UInt8]) async throws(OpenPACEError) {
    let authority = try reference(0x42, certificate)
    let data = BERTLV(0x83, authority).bytes
    try await succeed("MSE:Set DST", CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: data))
    guard let object = try? BERTLV(parsing: certificate), object.tag == 0x7F21 else {
      throw .notReady(step: "PSO: VERIFY CERTIFICATE")
    }
    try await succeed("PSO: VERIFY CERTIFICATE", CommandAPDU(ins: 0x2A, p2: 0xBE, data: object.value))
  }

  private func reference(_ tag: BERTag, _ certificate: [UInt8]) throws(OpenPACEError) -> [UInt8] {
    guard let value = certificateReference(tag, certificate) else { throw .notReady(step: "certificate") }
    return value
  }

  /// Has the card prove its static key, and goes on with the keys agreed on (TR-03110-3 B.2).
  ///
  /// - Parameter cardSecurity: the file EF.CardSecurity. Whether an issuer signed it is not looked at.
  public func chipAuthentication(cardSecurity: [UInt8]) async throws(OpenPACEError) {
    guard let session, terminalKey != nil,
      let variant = try library({ () throws(LibraryError) in try session.chipAuthenticationProtocol })
    else { throw .notReady(step: "chip authentication") }
    let (chipKey, ephemeral) = try library { () throws(LibraryError) in
      (try session.chipPublicKey(cardSecurity: cardSecurity), try session.chipAuthenticationEphemeral())
    }
    let data = BERTLV(0x80, variant).bytes
    try await succeed("MSE:Set AT", CommandAPDU(ins: 0x22, p1: 0x41, p2: 0xA4, data: data))
    let answer = try await objects("chip authentication", BERTLV(0x80, ephemeral), isLast: true)
    guard answer.count == 2, answer[0].tag == 0x81, answer[1].tag == 0x82 else {
      throw .malformedAnswer(step: "chip authentication")
    }
    let isGenuine = try library { () throws(LibraryError) in
      try session.agree(peer: chipKey)
      return try session.deriveChipKeys(nonce: answer[0].value, token: answer[1].value)
    }
    guard isGenuine else { throw .wrongToken(step: "chip authentication") }
    try library { () throws(LibraryError) in try session.startMessaging(.chipAuthentication) }
  }

  /// One exchange, protected when there is a session. What does not verify ends the session.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await gate.exclusively { () async throws(CardChannelError) in
      guard let session else { return try await card.transmit(command) }
      do {
        let response = try await card.transmit(try session.protect(command))
        return try session.open(response, to: command.ins)
      } catch {
        self.session = nil
        if let error = error as? CardChannelError { throw error }
        if let error = error as? EACContext.Broken { throw .secureMessaging(reason: error.reason) }
        throw .transport(error)
      }
    }
  }

  /// Forgets the session; the next command goes in the clear.
  public func close() { session = nil }

  // MARK: Steps

  private func exchange(_ command: CommandAPDU) async throws(OpenPACEError) -> ResponseAPDU {
    do {
      return try await transmit(command)
    } catch {
      throw .channel(error)
    }
  }

  @discardableResult
  private func succeed(_ step: String, _ command: CommandAPDU) async throws(OpenPACEError) -> [UInt8] {
    let response = try await exchange(command)
    guard response.status.isSuccess else { throw .refused(step: step, status: response.status) }
    return response.data
  }

  /// One GENERAL AUTHENTICATE: the objects of the answering template.
  private func objects(
    _ name: String, _ request: BERTLV?, isLast: Bool
  ) async throws(OpenPACEError) -> [BERTLV] {
    let data = BERTLV(0x7C, request.map { [$0] } ?? []).bytes
    let answer = try await succeed(
      name, CommandAPDU(cla: isLast ? 0x00 : 0x10, ins: 0x86, data: data, expectedLength: 256))
    guard let template = try? BERTLV(parsing: answer), template.tag == 0x7C, let objects = try? template.children()
    else { throw .malformedAnswer(step: name) }
    return objects
  }

  private func step(_ name: String, _ request: BERTLV?, answer: BERTag) async throws(OpenPACEError) -> [UInt8] {
    let objects = try await objects(name, request, isLast: false)
    guard objects.count == 1, objects[0].tag == answer else { throw .malformedAnswer(step: name) }
    return objects[0].value
  }

  private func library<Value>(_ body: () throws(LibraryError) -> Value) throws(OpenPACEError) -> Value {
    do {
      return try body()
    } catch {
      throw .library(error)
    }
  }
}

/// The value of `tag` in the body of a certificate: 42 authority, 5F20 holder (TR-03110-3 C.1).
func certificateReference(_ tag: BERTag, _ certificate: [UInt8]) -> [UInt8]? {
  guard let object = try? BERTLV(parsing: certificate), object.tag == 0x7F21,
    let body = try? object.first(0x7F4E)
  else { return nil }
  return try? body.first(tag)?.value
}
