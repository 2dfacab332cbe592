public import ISO7816

/// What an ``OpenPACECard`` is made of.
public struct OpenPACECardContent: Sendable {
  /// EF.CardAccess (011C, short 1C): PACE, and what the card offers after it.
  public var cardAccess: [UInt8]
  /// Passwords by their reference: 1 MRZ, 2 CAN, 3 PIN, 4 PUK.
  public var passwords: [UInt8: [UInt8]]
  /// The trust anchor: a CVCA's own certificate, the whole object 7F21; `nil` for a card without Terminal
  /// Authentication.
  public var trustAnchor: [UInt8]?
  /// EF.CardSecurity (011D, short 1D), readable after Terminal Authentication.
  public var cardSecurity: [UInt8]?
  /// The static key of Chip Authentication, PKCS #8.
  public var chipKeyPKCS8: [UInt8]?
  /// A file (0101, short 01) readable in a session.
  public var file: [UInt8]

  /// From its parts.
  public init(
    cardAccess: [UInt8], passwords: [UInt8: [UInt8]], trustAnchor: [UInt8]? = nil, cardSecurity: [UInt8]? = nil,
    chipKeyPKCS8: [UInt8]? = nil, file: [UInt8] = []
  ) {
    self.cardAccess = cardAccess
    self.passwords = passwords
    self.trustAnchor = trustAnchor
    self.cardSecurity = cardSecurity
    self.chipKeyPKCS8 = chipKeyPKCS8
    self.file = file
  }
}

/// A card whose cryptography is OpenPACE's: PACE, Terminal and Chip Authentication 2, secure messaging.
///
/// In a session it answers READ BINARY, and CA and CB with the data of the command when an answer is expected.
/// It shares nothing with the product but the octets of APDUs and data objects.
public actor OpenPACECard: CardChannel {
  /// What ends with a session.
  struct Rights {
    /// The certificate holder named in MSE:Set AT, with its compressed key and the object 67 or nothing.
    var claim: (holder: [UInt8], ephemeral: [UInt8], auxiliaryData: [UInt8])?
    var hasChallenge = false
    /// The authority named in MSE:Set DST is one the card can verify with.
    var canVerify = false
    /// The holder of the last certificate that verified.
    var verified: [UInt8]?
    var authenticated: (holder: [UInt8], ephemeral: [UInt8])?
    var hasChosenChipAuthentication = false
    var isChipAuthenticated = false
  }

  /// Where a run of PACE is.
  struct Run {
    enum Step { case nonce, mapping, agreement, authentication }
    let context: EACContext
    let password: [UInt8]
    let chat: [UInt8]?
    var step = Step.nonce
    var ownMapping: [UInt8] = []
    var cardEphemeral: [UInt8] = []
    var terminalEphemeral: [UInt8] = []
  }

  let content: OpenPACECardContent
  var session: EACContext?
  /// A session that begins after the answer under way.
  var nextSession: EACContext?
  /// Chip Authentication's keys begin after the answer under way.
  var changesKeys = false
  var run: Run?
  var rights = Rights()
  private var currentFile: UInt16?
  /// The card's key of PACE step 3, uncompressed.
  public internal(set) var cardEphemeral: [UInt8] = []
  /// The terminal's key of PACE step 3, uncompressed.
  public internal(set) var terminalEphemeral: [UInt8] = []
  /// The object 7F4C of the last session's PACE.
  public internal(set) var chat: [UInt8]?
  /// The commands that came through secure messaging, opened.
  public private(set) var received: [CommandAPDU] = []

  /// A card with `content`.
  public init(_ content: OpenPACECardContent) { self.content = content }

  /// Reference of the terminal that Terminal Authentication has proven in this session.
  public var authenticatedTerminal: [UInt8]? { rights.authenticated?.holder }
  /// The object 67 that the terminal has signed, or empty.
  public var auxiliaryData: [UInt8] { rights.claim?.auxiliaryData ?? [] }
  /// Whether the session's keys are those of Chip Authentication.
  public var isChipAuthenticated: Bool { rights.isChipAuthenticated }

  /// Hands the octets of the command over, as a reader would.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    do {
      return try ResponseAPDU(parsing: process(command.bytes))
    } catch {
      throw .malformedResponse(error)
    }
  }

  /// Answers one command APDU.
  public func process(_ octets: [UInt8]) -> [UInt8] {
    guard let command = try? CommandAPDU(parsing: octets) else { return StatusWord.wrongLength.bytes }
    guard command.cla & 0x0C == 0x0C else {
      endSession()
      return answer(command).bytes
    }
    guard let session else { return StatusWord.securityStatusNotSatisfied.bytes }
    guard let plain = try? session.open(command) else {
      endSession()
      return StatusWord.secureMessagingObjectsIncorrect.bytes
    }
    received.append(plain)
    guard let response = try? session.protect(answer(plain), to: command.ins) else {
      endSession()
      return StatusWord.unknownError.bytes
    }
    if changesKeys {
      changesKeys = false
      rights.isChipAuthenticated = (try? session.startMessaging(.chipAuthentication)) != nil
    }
    beginNextSession()
    return response.bytes
  }

  private func endSession() {
    session = nil
    rights = Rights()
    changesKeys = false
  }

  /// PACE in the clear begins its session with the next command; a run inside a session after the protected answer.
  private func beginNextSession() {
    guard let next = nextSession else { return }
    nextSession = nil
    rights = Rights()
    session = next
  }

  private func answer(_ command: CommandAPDU) -> ResponseAPDU {
    do {
      let response = try dispatch(command)
      if session == nil { beginNextSession() }
      return response
    } catch let refusal as Refusal {
      return ResponseAPDU(status: refusal.status)
    } catch {
      run = nil
      return ResponseAPDU(status: .incorrectData)
    }
  }

  struct Refusal: Error { let status: StatusWord }

  private func dispatch(_ command: CommandAPDU) throws -> ResponseAPDU {
    switch (command.ins, command.p1, command.p2) {
    case (0xA4, _, _): return try select(command)
    case (0xB0, _, _): return try readBinary(command)
    case (0x22, 0xC1, 0xA4): return try startPACE(command.data)
    case (0x86, 0, 0) where rights.hasChosenChipAuthentication: return try chipAuthenticate(command)
    case (0x86, 0, 0): return try paceStep(command)
    case _ where session == nil: throw Refusal(status: .securityStatusNotSatisfied)
    case (0x22, 0x81, 0xB6): return try setVerification(command.data)
    case (0x2A, 0x00, 0xBE): return try verifyCertificate(command.data)
    case (0x22, 0x81, 0xA4): return try claim(command.data)
    case (0x84, 0, 0): return try giveChallenge(command)
    case (0x82, 0, 0): return try authenticateTerminal(command.data)
    case (0x22, 0x41, 0xA4): return try chooseChipAuthentication(command.data)
    case (0xCA, _, _), (0xCB, _, _):
      return ResponseAPDU(data: command.expectedLength == nil ? [] : command.data, status: .success)
    default: throw Refusal(status: .instructionNotSupported)
    }
  }

  // MARK: Files

  private func select(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard command.p1 == 0x00 || command.p1 == 0x02 else { throw Refusal(status: .fileNotFound) }
    guard command.data.count == 2 else {
      currentFile = nil
      guard command.data.isEmpty else { throw Refusal(status: .fileNotFound) }
      return ResponseAPDU(status: .success)
    }
    let identifier = UInt16(command.data[0]) << 8 | UInt16(command.data[1])
    guard identifier == 0x3F00 || [0x011C, 0x011D, 0x0101].contains(identifier) else {
      throw Refusal(status: .fileNotFound)
    }
    currentFile = identifier
    return ResponseAPDU(status: .success)
  }

  private func readBinary(_ command: CommandAPDU) throws -> ResponseAPDU {
    let isShort = command.p1 & 0x80 != 0
    if isShort { currentFile = [0x1C: 0x011C, 0x1D: 0x011D, 0x01: 0x0101][command.p1 & 0x1F] }
    let offset = isShort ? Int(command.p2) : Int(command.p1) << 8 | Int(command.p2)
    guard let identifier = currentFile else { throw Refusal(status: .fileNotFound) }
    let octets = try octets(of: identifier)
    guard offset <= octets.count else { throw Refusal(status: .wrongParameters) }
    let part = octets.dropFirst(offset).prefix(command.expectedLength ?? 0)
    return ResponseAPDU(data: Array(part), status: .success)
  }

  private func octets(of identifier: UInt16) throws -> [UInt8] {
    switch identifier {
    case 0x011C: return content.cardAccess
    case 0x0101:
      guard session != nil else { throw Refusal(status: .securityStatusNotSatisfied) }
      return content.file
    case 0x011D:
      guard rights.authenticated != nil else { throw Refusal(status: .securityStatusNotSatisfied) }
      guard let file = content.cardSecurity else { throw Refusal(status: .fileNotFound) }
      return file
    default: throw Refusal(status: .fileNotFound)
    }
  }
}
