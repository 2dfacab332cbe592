internal import CPCSC
public import ISO7816

extension Context {
  /// Connects to the card in a reader: `SCardConnect`. The card is powered if it is not.
  ///
  /// - Parameters:
  ///   - reader: The reader's name.
  ///   - share: Whether others may use the card meanwhile.
  ///   - protocols: Those that will do; the reader chooses.
  /// - Throws: ``PCSCError/Code/noSmartCard``, ``PCSCError/Code/unknownReader``,
  ///   ``PCSCError/Code/sharingViolation``, ``PCSCError/Code/protocolMismatch``,
  ///   ``PCSCError/Code/unresponsiveCard``, …
  public func connect(
    to reader: String, share: ShareMode = .shared, protocols: Set<CardProtocol> = [.t0, .t1]
  ) throws(PCSCError) -> CardConnection {
    var card: SCARDHANDLE = 0
    var active: DWORD = 0
    let wanted = protocols.reduce(0) { $0 | $1.bit }
    try check(SCardConnect(handle.raw, reader, share.raw, wanted, &card, &active), "SCardConnect")
    return CardConnection(
      context: self, card: card, reader: reader, activeProtocol: active == CardProtocol.t0.bit ? .t0 : .t1)
  }
}

/// A card in a reader (`SCARDHANDLE`), as a ``ISO7816/CardChannel``.
///
/// Whatever says that the card was reset, lost power, or was taken away ends the connection for good: every later call
/// answers ``ISO7816/CardChannelError/cardLost(_:)`` with the same cause. `SCardReconnect` is not offered, because it
/// also succeeds on another card: connect anew, and start from selecting the card's application.
///
/// All calls are made on the context's thread. The card is reset when the connection is dropped without
/// ``disconnect(_:)``, so that nothing verified is left behind.
public actor CardConnection: CardChannel {
  /// `MAX_BUFFER_SIZE_EXTENDED`: header, length fields, 65,536 octets and the status word.
  private static let bufferSize = 4 + 3 + 65_536 + 3 + 2

  /// The name of the reader.
  public nonisolated let reader: String
  /// The protocol in use.
  public nonisolated let activeProtocol: CardProtocol

  private let context: Context
  private let card: SCARDHANDLE
  private var isOpen = true
  private var loss: CardLoss?
  var openTransaction: TransactionID?
  var waiting: [CheckedContinuation<Void, Never>] = []
  var transactionCount = 0

  /// The context's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { context.thread.asUnownedSerialExecutor() }

  init(context: Context, card: SCARDHANDLE, reader: String, activeProtocol: CardProtocol) {
    self.context = context
    self.card = card
    self.reader = reader
    self.activeProtocol = activeProtocol
  }

  deinit {
    guard isOpen else { return }
    let card = card
    context.thread.post { Self.end(card, .reset) }
  }

  /// Sends one command: `SCardTransmit`. Waits while another task's transaction on this connection is open.
  ///
  /// Over T=0 the command goes out as ISO/IEC 7816-3:2006 §12.2 maps it: without Le when it has data, so that a
  /// ``ISO7816/GetResponseChannel`` above is needed; extended length is refused as
  /// ``ISO7816/CardChannelError/tooLong(_:)``.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    await waitForTransaction()
    return try exchange(command)
  }

  /// The card's state: `SCardStatus`.
  public func status() throws(CardChannelError) -> CardStatus {
    try perform { () throws(PCSCError) in try rawStatus() }
  }

  /// An attribute of the reader or card: `SCardGetAttrib`.
  ///
  /// - Throws: ``PCSCError/Code/unsupportedFeature`` or another code as ``ISO7816/CardChannelError/transport(_:)`` when
  ///   the reader's driver does not have it.
  public func attribute(_ attribute: ReaderAttribute) throws(CardChannelError) -> [UInt8] {
    try perform { () throws(PCSCError) in
      var buffer = [UInt8](repeating: 0, count: 264)
      var length = DWORD(buffer.count)
      try check(SCardGetAttrib(card, DWORD(attribute.rawValue), &buffer, &length), "SCardGetAttrib")
      return Array(buffer.prefix(Int(length)))
    }
  }

  /// The reader vendor's name; `nil` when the driver does not tell.
  public func vendorName() -> String? {
    guard let octets = try? attribute(.vendorName) else { return nil }
    return String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Ends the connection: `SCardDisconnect`. Later calls fail with ``PCSCError/Code/invalidHandle``; a second
  /// disconnection does nothing.
  public func disconnect(_ disposition: Disposition = .reset) {
    guard isOpen else { return }
    isOpen = false
    Self.end(card, disposition)
  }

  /// `SCardDisconnect`. Its answer is not used: the handle is given up whatever it says.
  private static func end(_ card: SCARDHANDLE, _ disposition: Disposition) {
    _ = SCardDisconnect(card, disposition.raw)
  }
}

extension CardConnection {
  /// `SCardBeginTransaction`; blocks the thread while another program's transaction is open.
  func beginTransaction() throws(CardChannelError) {
    try perform { () throws(PCSCError) in try check(SCardBeginTransaction(card), "SCardBeginTransaction") }
  }

  /// `SCardEndTransaction`; anything but leaving the card as it is ends the connection, too.
  func endTransaction(_ disposition: Disposition) throws(CardChannelError) {
    try perform { () throws(PCSCError) in
      try check(SCardEndTransaction(card, disposition.raw), "SCardEndTransaction")
    }
    switch disposition {
    case .leave: break
    case .reset: lose(.reset)
    case .unpower: lose(.unpowered)
    }
  }

  /// One exchange; the thread is blocked until the card has answered.
  func exchange(_ command: CommandAPDU) throws(CardChannelError) -> ResponseAPDU {
    let octets = try encode(command)
    let answer = try perform { () throws(PCSCError) in try rawTransmit(octets) }
    guard answer.count >= 2 else {
      // A card that vanishes in the middle is reported as success without an answer.
      lose(.removed)
      throw .cardLost(.removed)
    }
    do {
      return try ResponseAPDU(parsing: answer)
    } catch {
      throw .malformedResponse(error)
    }
  }

  private func encode(_ command: CommandAPDU) throws(CardChannelError) -> [UInt8] {
    guard activeProtocol == .t0 else { return command.bytes }
    guard !command.isExtended else { throw .tooLong(command.bytes.count) }
    var command = command
    if !command.data.isEmpty { command.expectedLength = nil }
    // A command with neither data nor Le has P3 = 00.
    return command.bytes.count == 4 ? command.bytes + [0] : command.bytes
  }

  private func rawTransmit(_ octets: [UInt8]) throws(PCSCError) -> [UInt8] {
    var control = SCARD_IO_REQUEST(
      dwProtocol: activeProtocol.bit, cbPciLength: DWORD(MemoryLayout<SCARD_IO_REQUEST>.size))
    var length = DWORD(Self.bufferSize)
    var result = 0
    let answer = [UInt8](unsafeUninitializedCapacity: Self.bufferSize) { buffer, count in
      result = SCardTransmit(card, &control, octets, DWORD(octets.count), nil, buffer.baseAddress, &length)
      count = result == 0 ? min(Int(length), Self.bufferSize) : 0
    }
    try check(result, "SCardTransmit")
    return answer
  }

  private func rawStatus() throws(PCSCError) -> CardStatus {
    var names = [CChar](repeating: 0, count: 1_024)
    var nameLength = DWORD(names.count)
    var state: DWORD = 0
    var active: DWORD = 0
    var atr = [UInt8](repeating: 0, count: Int(MAX_ATR_SIZE))
    var atrLength = DWORD(atr.count)
    try check(
      SCardStatus(card, &names, &nameLength, &state, &active, &atr, &atrLength), "SCardStatus")
    return CardStatus(
      readers: Context.strings(names.prefix(Int(nameLength))),
      flags: CardStatus.Flags(rawValue: UInt16(truncatingIfNeeded: state)),
      activeProtocol: CardProtocol.allCases.first { $0.bit == active }, atr: ATR(Array(atr.prefix(Int(atrLength)))))
  }

  /// Makes a call on the card unless it is lost, and draws the conclusions from its failure.
  private func perform<Value>(_ call: () throws(PCSCError) -> Value) throws(CardChannelError) -> Value {
    if let loss { throw .cardLost(loss) }
    guard isOpen else { throw .transport(PCSCError(.invalidHandle, in: "SCardDisconnect")) }
    do {
      return try call()
    } catch {
      guard let loss = error.cardLoss ?? hiddenLoss(behind: error) else { throw .transport(error) }
      lose(loss)
      throw .cardLost(loss)
    }
  }

  /// Drivers report a card pulled in the middle of an exchange as a failed exchange: ask for its state.
  private func hiddenLoss(behind error: PCSCError) -> CardLoss? {
    guard error.code == .notTransacted || error.code == .unresponsiveCard else { return nil }
    do {
      return try rawStatus().flags.contains(.absent) ? .removed : nil
    } catch {
      return error.cardLoss
    }
  }

  private func lose(_ loss: CardLoss) {
    self.loss = loss
    disconnect(.leave)
  }
}
