import CardApplication
public import CardCrypto
public import ISO7816
import SecureChannel

/// A software card: the interface of `card-application`, byte for byte, behind APDUs.
///
/// State is kept through a ``CardStorage`` before every answer that depends on it. Volatile state (selection, PACE and
/// SCP03 sessions) ends with ``reset()``.
public actor SoftCard {
  /// ATR `3B 80 80 01 01`: T=0 and T=1 indicated as contactless readers do (PC/SC part 3 §3.1.3.2.3), no historical
  /// octets, so that nothing is told before PACE.
  public static let answerToReset: [UInt8] = [0x3B, 0x80, 0x80, 0x01, 0x01]
  /// Most octets put together by command chaining.
  static let maximumChain = 4_096
  /// The static key every fresh software card starts with: GlobalPlatform's published test value, replaced in
  /// personalisation. Not a secret.
  public static let transportKey: [UInt8] = Array(0x40...0x4F)
  /// Key version number of the transport keys (GPC Amendment D: FF is an initial key set).
  public static let transportKeyVersion: UInt8 = 0xFF

  /// What is selected.
  enum Selection { case masterFile, issuerSecurityDomain, payout, identity }

  /// Which length fields a card takes (ISO/IEC 7816-4:2020 §5.3.2).
  public enum LengthFields: Sendable {
    /// One octet: at most 255 octets to the card and 256 from it; 6700 for anything else.
    case short
    /// One octet or three.
    case extended
  }

  let storage: any CardStorage
  let random: any RandomSource
  private let meter: SoftCardMeter?
  let lengthFields: LengthFields
  var state: CardState
  /// The state as last kept: what memory goes back to when keeping a newer one fails.
  private var kept: SecretBytes
  /// A failed replacement may have reached the disk all the same; the kept state is put back before anything else.
  private var mustRestore = false

  var selection = Selection.masterFile
  var currentFile: UInt16?
  var chained: (header: [UInt8], data: [UInt8])?
  /// The parts of a protected command that have come, in the order in which they came.
  var protectedChain: (header: [UInt8], data: [UInt8])?
  /// What is left of an answer that was longer than the terminal could take.
  var remainder: (data: [UInt8], status: StatusWord)?
  var pace: PACERun?
  var session: SecureMessagingCard?
  var nextSession: SecureMessagingCard?
  var access = AccessContext(password: nil)
  /// Which password the session was opened with.
  var provenPassword: PACEPasswordReference?
  var terminalAuthentication: TerminalAuthenticationCard?
  /// The terminal that has proven itself in this session.
  var terminal: AuthenticatedTerminal?
  /// Chosen by MSE:Set AT for the next GENERAL AUTHENTICATE.
  var chipParameters: ChipAuthenticationParameters?
  /// Whether this session's keys come from Chip Authentication.
  var hasProvenChip = false
  var sessionHash: [UInt8] = []
  var hasAuthorised = false
  /// Where tests put a defect into the card; always empty in a card that is used.
  var interceptor: (any SoftCardInterceptor)?
  var domainSession: SCP03Card?
  var personalisesPayout = false
  /// The office's session inside the one that is open.
  var updateRun: UpdateRun?

  /// Opens the card in `storage`, or makes a fresh one in state OP_READY there.
  ///
  /// - Parameters:
  ///   - lengthFields: what the card takes; ``LengthFields/short`` stands for older cards and readers.
  ///   - meter: is told of every command, for benchmarks.
  /// - Throws: what the storage throws, or an error for stored octets that are not a card.
  public init(
    storage: any CardStorage, lengthFields: LengthFields = .extended, random: any RandomSource = SystemRandom(),
    meter: SoftCardMeter? = nil
  ) throws {
    self.storage = storage
    self.meter = meter
    self.lengthFields = lengthFields
    self.random = random
    if let stored = try storage.load() {
      state = try stored.withOctets { try CardState.decode($0) }
      kept = stored.copy()
    } else {
      let fresh = CardState(serial: try random.bytes(10), keys: Self.transportKeys())
      let encoded = fresh.encode()
      try storage.replace(encoded)
      state = fresh
      kept = encoded.copy()
    }
  }

  static func transportKeys() -> SCP03KeySet {
    SCP03KeySet(
      version: transportKeyVersion, encryption: SecretBytes(transportKey), mac: SecretBytes(transportKey),
      dataEncryption: SecretBytes(transportKey))
  }

  /// Power off and on, or a reset: every session ends.
  public func reset() {
    selection = .masterFile
    currentFile = nil
    chained = nil
    protectedChain = nil
    remainder = nil
    pace = nil
    chipParameters = nil
    endSession()
    domainSession = nil
    personalisesPayout = false
  }

  /// Answers one command APDU; never throws and never answers fewer than two octets.
  public func process(_ octets: [UInt8]) -> [UInt8] {
    guard let meter else { return answered(octets) }
    return meter.measure(octets) { answered(octets) }
  }

  private func answered(_ octets: [UInt8]) -> [UInt8] {
    if mustRestore {
      guard (try? storage.replace(kept)) != nil else { return ResponseAPDU(status: .memoryFailure).bytes }
      mustRestore = false
    }
    guard takesLengthFields(of: octets), let command = try? CommandAPDU(parsing: octets) else {
      return ResponseAPDU(status: .wrongLength).bytes
    }
    return inParts(command).bytes
  }

  /// Whether the card has left the office (SECURED, or what came after).
  public var isDelivered: Bool { state.lifeCycle.rawValue >= CardLifeCycle.secured.rawValue }

  func answer(_ command: CommandAPDU) -> ResponseAPDU {
    if state.lifeCycle == .terminated { return ResponseAPDU(status: .conditionsNotSatisfied) }
    guard command.cla & 0x60 == 0, command.cla & 0x03 == 0 else {
      return ResponseAPDU(status: command.cla & 0x03 != 0 ? .logicalChannelNotSupported : .classNotSupported)
    }
    switch command.cla & 0x0C {
    case 0x0C: return protected(command)
    case 0x04:
      endSession()
      return domainProtected(command)
    case 0x00:
      // A plain command ends a PACE session and every right won in it (ISO/IEC 7816-4:2020 §10.1).
      endSession()
      return chain(command)
    default: return ResponseAPDU(status: .secureMessagingNotSupported)
    }
  }

  private func protected(_ command: CommandAPDU) -> ResponseAPDU {
    if let answer = interceptor?.protected(command, on: self) { return answer }
    guard session != nil else { return ResponseAPDU(status: .secureMessagingNotSupported) }
    let plain: CommandAPDU
    do throws(SecureMessagingRefusal) {
      guard let opened = try session?.unwrap(command) else { return ResponseAPDU(status: .unknownError) }
      plain = opened
    } catch {
      endSession()
      return ResponseAPDU(status: error.status)
    }
    let response = chain(plain)
    guard let wrapped = try? session?.wrap(response) else {
      endSession()
      return ResponseAPDU(status: .unknownError)
    }
    if let next = nextSession.take() { session = consume next }
    return wrapped
  }

  private func domainProtected(_ command: CommandAPDU) -> ResponseAPDU {
    guard domainSession != nil, command.ins != 0x82 else { return domain(command) }
    let plain: CommandAPDU
    do throws(SecureMessagingRefusal) {
      guard let opened = try domainSession?.unwrap(command) else { return ResponseAPDU(status: .unknownError) }
      plain = opened
    } catch {
      domainSession = nil
      personalisesPayout = false
      return ResponseAPDU(status: error.status)
    }
    let response = personalise(plain)
    guard let wrapped = try? domainSession?.wrap(response) else {
      domainSession = nil
      return ResponseAPDU(status: .unknownError)
    }
    return wrapped
  }

  /// Puts chained commands together (ISO/IEC 7816-4:2020 §5.3.3). GENERAL AUTHENTICATE uses the bit for its own steps.
  private func chain(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.ins != 0x86 else {
      chained = nil
      return dispatch(command)
    }
    var whole = command
    whole.cla &= ~0x10
    if let started = chained {
      guard started.header == whole.header else {
        chained = nil
        return ResponseAPDU(status: .lastCommandExpected)
      }
      whole.data = started.data + command.data
    }
    guard whole.data.count <= Self.maximumChain else {
      chained = nil
      return ResponseAPDU(status: .wrongLength)
    }
    if command.cla & 0x10 != 0 {
      chained = (whole.header, whole.data)
      return ResponseAPDU(status: .success)
    }
    chained = nil
    return dispatch(whole)
  }

  private func dispatch(_ command: CommandAPDU) -> ResponseAPDU {
    interceptor?.plain(command, on: self) ?? obey(command)
  }

  /// What the card does with a plain command.
  func obey(_ command: CommandAPDU) -> ResponseAPDU {
    if isUpdate(command) { return update(command) }
    // The office's session has nothing in between.
    updateRun = nil
    guard !isLockedAgainst(command) else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    switch (command.cla & 0x80, command.ins) {
    case (0, 0xA4): return select(command)
    case (0, 0xB0): return readBinary(command)
    case (0, 0xB2): return readRecord(command)
    case (0, 0x22): return manageSecurityEnvironment(command)
    case (0, 0x2A): return verifyCertificate(command)
    case (0, 0x2C): return resetRetryCounter(command)
    case (0, 0x82): return authenticateTerminal(command)
    case (0, 0x84): return getChallenge(command)
    case (0, 0x86): return generalAuthenticate(command)
    case (0x80, 0x50): return domain(command)
    case (0x80, let ins):
      guard let payout = PayoutCommand(rawValue: ins) else {
        return ResponseAPDU(status: .instructionNotSupported)
      }
      return payoutCommand(payout, command)
    default: return ResponseAPDU(status: .instructionNotSupported)
    }
  }

  func endSession() {
    // A PACE run or a chain that was begun inside a session ends with it.
    if session != nil {
      pace = nil
      chained = nil
    }
    // Both applications exist only inside a session: without one the card is back at its master file.
    if selection == .payout || selection == .identity {
      selection = .masterFile
      currentFile = nil
    }
    forgetTerminal()
    updateRun = nil
    session = nil
    nextSession = nil
    access = AccessContext(password: nil)
    sessionHash = []
    hasAuthorised = false
  }

  /// Goes back to the last state that was kept.
  func restore() throws { state = try kept.withOctets { try CardState.decode($0) } }

  /// Keeps the state; on failure goes back to the last one that was kept, in memory and then on the disk, so that
  /// nothing is answered from a state that a loss of power would take back.
  func save() throws {
    let encoded = state.encode()
    do {
      try storage.replace(encoded)
    } catch {
      mustRestore = true
      try rollBack()
      throw error
    }
    kept = encoded.copy()
  }

  /// Forgets every change since the last ``save()``.
  func rollBack() throws {
    state = try kept.withOctets { try CardState.decode($0) }
  }
}

/// Answers commands in a card's stead, so that tests can show that a card with a defect is found out.
protocol SoftCardInterceptor: Sendable {
  /// A command as it came, still protected; `nil` leaves it to the card.
  func protected(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU?
  /// A command after secure messaging and chaining; `nil` leaves it to the card.
  func plain(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU?
}

/// A card channel to a software card in this process.
public struct SoftCardChannel: CardChannel {
  private let card: SoftCard

  /// A channel to `card`.
  public init(_ card: SoftCard) { self.card = card }

  /// Hands the octets over and reads the answer, as a reader would.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let octets = await card.process(command.bytes)
    do {
      return try ResponseAPDU(parsing: octets)
    } catch {
      throw .malformedResponse(error)
    }
  }
}
